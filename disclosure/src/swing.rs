//! What it takes to let a hidden number rise: the cells around it that have to give, at the least cost. A linear program
//! in which hidden cells move for nothing and shown ones at what readers would lose (the model of cell suppression by
//! Fischetti and Salazar, for one cell at a time and without its integers).

use crate::protect::Work;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Cells of each relation that are tried first.
const FEW: usize = 3;

/// By how much each cell moves, so that `target` rises by so much: the shown ones among them have to be hidden. `None` where
/// nothing lets it.
pub(crate) fn cheapest(work: &Work<'_>, target: usize, rise: i64) -> Option<BTreeMap<usize, i64>> {
    // First among a few cells around it, which nearly always do.
    let sizes = [(FEW, 120), (6, 500), (20, 3000), (usize::MAX / 2, 20_000)];
    sizes.into_iter().find_map(|(of_relation, most)| {
        let near = near(work, target, rise, of_relation, most);
        solve(work, target, rise, &near)
    })
}

/// How far a cell can fall: nothing that is hidden is known to be less than this.
fn slack(work: &Work<'_>, cell: usize) -> i64 {
    let one = &work.publication.cells()[cell];
    let least = if one.is_shown { work.rules.knowledge().least } else { 0 };
    if one.may_be_negative { i64::MAX } else { (one.value - least).max(0) }
}

/// Cells around the target that may move, so many of each relation and so many in all: hidden ones, then the cheapest that
/// can give as much as is asked for.
fn near(work: &Work<'_>, target: usize, rise: i64, of_relation: usize, most: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([target]);
    let mut touched: BTreeSet<usize> = work.of_cells[target].iter().copied().collect();
    let mut next = VecDeque::from([target]);
    // Relations that take no more: those of a country have hundreds of parts, and are met from each of them.
    let mut full: BTreeSet<usize> = BTreeSet::new();
    while let Some(from) = next.pop_front() {
        for place in &work.of_cells[from] {
            if !full.insert(*place) {
                continue;
            }
            let terms = work.publication.relations()[*place].terms().map(|(one, _)| one);
            let may_move = terms.filter(|one| work.unknown[*one] || work.may_be_hidden(*one, target));
            let (known, mut others): (Vec<usize>, Vec<usize>) = may_move.partition(|one| found.contains(one));
            // Those that close a circle with cells found before come first.
            let open = |one: &usize| work.of_cells[*one].iter().filter(|place| !touched.contains(place)).count();
            others
                .sort_by_cached_key(|one| (slack(work, *one) < rise, open(one), !work.unknown[*one], work.cost(*one)));
            let room = (of_relation + 1).saturating_sub(known.len());
            // A total can always rise: where the parts cannot give, it has to.
            let total = work.publication.relations()[*place].total;
            let takes_total = of_relation > FEW && others.contains(&total);
            if takes_total {
                others.retain(|one| *one != total);
                others.insert(0, total);
            }
            for other in others.into_iter().take(room + usize::from(takes_total)) {
                if found.len() == most {
                    return found;
                }
                found.insert(other);
                touched.extend(&work.of_cells[other]);
                next.push_back(other);
            }
        }
    }
    found
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "values of cells are far below 2^53")]
fn solve(work: &Work<'_>, target: usize, rise: i64, near: &BTreeSet<usize>) -> Option<BTreeMap<usize, i64>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    // A hidden cell that moves along without need would only make numbers large.
    let cost = |cell: usize| if work.unknown[cell] { 1e-3 } else { work.cost(cell) as f64 };
    let far = rise as f64 * 8.0 + 1000.0;
    let variables: BTreeMap<usize, (Variable, Variable)> = near
        .iter()
        .map(|cell| {
            let up = if *cell == target { (rise as f64, rise as f64) } else { (0.0, far) };
            let down = if *cell == target { 0.0 } else { (slack(work, *cell).min(1 << 40) as f64).min(far) };
            (*cell, (problem.add_var(cost(*cell), up), problem.add_var(cost(*cell), (0.0, down))))
        })
        .collect();
    let relations: BTreeSet<usize> = near.iter().flat_map(|cell| &work.of_cells[*cell]).copied().collect();
    for place in relations {
        let mut terms: Vec<(Variable, f64)> = Vec::new();
        for (cell, sign) in work.publication.relations()[place].terms() {
            if let Some((up, down)) = variables.get(&cell) {
                terms.extend([(*up, sign as f64), (*down, -sign as f64)]);
            }
        }
        problem.add_constraint(&terms, ComparisonOp::Eq, 0.0);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let move_of = |(up, down): &(Variable, Variable)| solution.var_value(*up) - solution.var_value(*down);
    let away = |size: f64| if size.abs() < 1e-6 { 0 } else { (size.abs() - 1e-6).ceil().copysign(size) as i64 };
    // A move by a part of one is one that is made all the same: its cell has to be hidden.
    Some(variables.iter().map(|(cell, one)| (*cell, away(move_of(one)))).filter(|(_, size)| *size != 0).collect())
}
