//! What it takes to let a hidden number rise: the cells around it that have to give, at the least cost. A linear program
//! in which hidden cells move for nothing and shown ones at what readers would lose (the model of cell suppression by
//! Fischetti and Salazar, for one cell at a time and without its integers).

use crate::nearby::{self, Around};
use crate::protect::Work;
use crate::ranges::{self, Example};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// Cells of each relation that are tried first.
const FEW: usize = 3;
/// The most cells that are moved in whole numbers, and how often the search for these may branch.
const WHOLE: usize = 500;
const BRANCHES: u64 = 300;

/// By how much each cell moves, so that `target` rises by so much: the shown ones among them have to be hidden. `None` where
/// nothing lets it.
pub(crate) fn cheapest(work: &Work<'_>, target: usize, rise: i64) -> Option<Example> {
    // First among a few cells around it, which nearly always do.
    let sizes = [(FEW, 120), (6, 500), (20, 3000), (usize::MAX / 2, 20_000)];
    let mut in_parts = None;
    for size in sizes {
        let around = Swing { work, target, rise, of_relation: size.0 };
        let near = nearby::nearby(&around, (work.publication, &work.of_cells), target, size);
        let Some(example) = solve(&around, &near, false) else { continue };
        if ranges::agrees((work.publication, &work.of_cells), &example) {
            return Some(example);
        }
        // Cells moved by parts of one. In whole numbers it takes longer, and more than so many are not tried.
        if size.1 > WHOLE {
            break;
        }
        let whole = solve(&around, &near, true);
        if whole.is_some() {
            return whole;
        }
        in_parts.get_or_insert(example);
    }
    in_parts
}

/// The cells that may move: hidden ones, then the cheapest that can give as much as is asked for.
struct Swing<'w> {
    work: &'w Work<'w>,
    target: usize,
    rise: i64,
    of_relation: usize,
}

impl Around for Swing<'_> {
    type Rank = (bool, usize, bool, u64);

    fn candidates(&self, relation: usize) -> Vec<usize> {
        let terms = self.work.publication.relations()[relation].terms().map(|(one, _)| one);
        terms.filter(|one| self.work.unknown[*one] || self.work.may_be_hidden(*one, self.target)).collect()
    }

    fn rank(&self, cell: usize, open: usize) -> Self::Rank {
        (slack(self.work, cell) < self.rise, open, !self.work.unknown[cell], self.work.cost(cell))
    }

    /// A total can always rise: where the parts cannot give, it has to.
    fn first(&self, relation: usize) -> Option<usize> {
        (self.of_relation > FEW).then(|| self.work.publication.relations()[relation].total)
    }
}

/// How far a cell can fall: nothing that is hidden is known to be less than this.
fn slack(work: &Work<'_>, cell: usize) -> i64 {
    let one = &work.publication.cells()[cell];
    let least = if one.is_shown { work.rules.knowledge().least } else { 0 };
    if one.may_be_negative { i64::MAX } else { (one.value - least).max(0) }
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "values of cells are far below 2^53")]
fn solve(swing: &Swing<'_>, near: &BTreeSet<usize>, whole: bool) -> Option<Example> {
    let Swing { work, target, rise, .. } = *swing;
    let (free, relations) = nearby::movable(near, &work.of_cells);
    if !free.contains(&target) {
        return None;
    }
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    // A hidden cell that moves along without need would only make numbers large.
    let cost = |cell: usize| if work.unknown[cell] { 1e-3 } else { work.cost(cell) as f64 };
    let far = (rise as f64 * 8.0 + 1000.0).min(1e9);
    let mut variable = |cell: usize, (low, high): (f64, f64)| match whole {
        true => problem.add_integer_var(cost(cell), (low as i32, high as i32)),
        false => problem.add_var(cost(cell), (low, high)),
    };
    let variables: BTreeMap<usize, (Variable, Variable)> = free
        .iter()
        .map(|cell| {
            let up = if *cell == target { (rise as f64, rise as f64) } else { (0.0, far) };
            let down = if *cell == target { 0.0 } else { (slack(work, *cell).min(1 << 40) as f64).min(far) };
            (*cell, (variable(*cell, up), variable(*cell, (0.0, down))))
        })
        .collect();
    for place in relations {
        let mut terms: Vec<(Variable, f64)> = Vec::new();
        for (cell, sign) in work.publication.relations()[place].terms() {
            if let Some((up, down)) = variables.get(&cell) {
                terms.extend([(*up, sign as f64), (*down, -sign as f64)]);
            }
        }
        problem.add_constraint(&terms, ComparisonOp::Eq, 0.0);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(BRANCHES);
    let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
    let move_of = |(up, down): &(Variable, Variable)| solution.var_value(*up) - solution.var_value(*down);
    let away = |size: f64| if size.abs() < 1e-6 { 0 } else { (size.abs() - 1e-6).ceil().copysign(size) as i64 };
    // A move by a part of one is one that is made all the same: its cell has to be hidden.
    Some(variables.iter().map(|(cell, one)| (*cell, away(move_of(one)))).filter(|(_, size)| *size != 0).collect())
}
