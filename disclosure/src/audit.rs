//! An attack on what is left of a publication. It is told which cells are hidden and nothing of why.
//!
//! That a hidden number is safe is shown by example: two tables in whole numbers that agree with everything published,
//! in which it differs by the width asked for. Each example is held against every relation in integers, so the verdict
//! rests neither on the algebra nor on the linear programs by which it was found.

use crate::algebra::{self, Reduced, Row};
use crate::publication::{Publication, Relation};
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What whoever reads the publication knows beside it, and how far he may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knowledge {
    /// A hidden number that cannot be negative is at least this: 1 where zeros are never hidden.
    pub least: i64,
    /// The least distance between the smallest and the largest value that a sensitive number may have for him.
    pub width: i64,
    /// Whether the only contributor of a cell knows its value.
    pub lone_contributors_know: bool,
}

/// A sensitive number that follows from the publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recovered {
    /// The cell.
    pub cell: usize,
    /// The cell whose only contributor can compute it; `None` where everybody can.
    pub by: Option<usize>,
}

/// A sensitive number that is known too exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Narrow {
    /// The cell.
    pub cell: usize,
    /// The least value that it may have.
    pub low: i64,
    /// The greatest.
    pub high: i64,
}

/// What the attack found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many sensitive cells were attacked.
    pub attacked: usize,
    /// Those that can be computed.
    pub recovered: Vec<Recovered>,
    /// Those that can be narrowed down too far.
    pub narrow: Vec<Narrow>,
    /// Those for which neither examples far enough apart nor a proof of the contrary were found: not safe either. With the
    /// values of the examples.
    pub open: Vec<Narrow>,
    /// How many linear programs it took.
    pub programs: usize,
}

impl Audit {
    /// Whether the publication may go out.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.recovered.is_empty() && self.narrow.is_empty() && self.open.is_empty()
    }

    /// The cells that are not safe, each once.
    #[must_use]
    pub fn unsafe_cells(&self) -> Vec<usize> {
        let narrow = self.narrow.iter().map(|one| one.cell);
        let cells = self.recovered.iter().map(|one| one.cell).chain(narrow).chain(self.open.iter().map(|one| one.cell));
        cells.collect::<BTreeSet<usize>>().into_iter().collect()
    }
}

/// Attacks the sensitive cells of a publication of which `hidden` cells are not shown.
#[must_use]
pub fn audit(publication: &Publication, sensitive: &[bool], hidden: &[bool], knowledge: Knowledge) -> Audit {
    let all: Vec<usize> = (0..publication.cells().len()).filter(|cell| sensitive[*cell]).collect();
    attack(publication, sensitive, hidden, &Attacker { knowledge, examples: &[], is_thorough: true }, &all)
}

/// How an attack is led.
pub(crate) struct Attacker<'a> {
    pub(crate) knowledge: Knowledge,
    /// Differences from the true tables that may be examples: what they are worth is found out here.
    pub(crate) examples: &'a [BTreeMap<usize, i64>],
    /// Whether large components are put to linear programs as a whole. What is left open without it may be safe.
    pub(crate) is_thorough: bool,
}

/// Cells are judged in so many parts side by side, none of them smaller than this.
const PARTS: usize = 4;
const LEAST_PART: usize = 16;

/// In components of more cells than this, programs over so many or more are solved by a thorough attack only.
const SMALL: usize = 400;

/// The same, of these cells only.
pub(crate) fn attack(
    publication: &Publication,
    sensitive: &[bool],
    hidden: &[bool],
    attacker: &Attacker<'_>,
    targets: &[usize],
) -> Audit {
    let of_cells = publication.relations_of_cells();
    let same = publication.same_contributors();
    let mut result = Audit { attacked: targets.len(), ..Audit::default() };
    let mut left: BTreeSet<usize> = targets.iter().copied().collect();
    while let Some(first) = left.first().copied() {
        let component = Component::around(publication, hidden, &of_cells, first);
        let wanted: Vec<usize> = component.cells.iter().copied().filter(|cell| left.remove(cell)).collect();
        left.remove(&first);
        component.attack(sensitive, &same, attacker, &wanted, &mut result);
    }
    result.recovered.sort_unstable();
    result.narrow.sort_unstable();
    result.open.sort_unstable();
    result
}

/// Unknown cells that relations join, and those relations.
pub(crate) struct Component<'p> {
    publication: &'p Publication,
    /// The relations of every cell of the publication.
    of_cells: &'p [Vec<usize>],
    pub(crate) cells: Vec<usize>,
    pub(crate) relations: Vec<usize>,
    is_unknown: BTreeSet<usize>,
}

impl<'p> Component<'p> {
    pub(crate) fn around(
        publication: &'p Publication,
        unknown: &[bool],
        of_cells: &'p [Vec<usize>],
        first: usize,
    ) -> Component<'p> {
        let (mut cells, mut relations) = (BTreeSet::from([first]), BTreeSet::new());
        let mut next = vec![first];
        while let Some(cell) = next.pop() {
            for relation in of_cells[cell].iter().filter(|relation| relations.insert(**relation)) {
                for (other, _) in publication.relations()[*relation].terms().filter(|(other, _)| unknown[*other]) {
                    if cells.insert(other) {
                        next.push(other);
                    }
                }
            }
        }
        Component {
            publication,
            of_cells,
            cells: cells.iter().copied().collect(),
            relations: relations.into_iter().collect(),
            is_unknown: cells,
        }
    }

    /// The relations among its unknown cells; what is known is on the other side.
    pub(crate) fn equations(&self) -> Vec<Row> {
        let equation = |relation: &usize| {
            let terms = self.publication.relations()[*relation].terms();
            terms
                .filter(|(cell, _)| self.is_unknown.contains(cell))
                .map(|(cell, x)| (cell, algebra::number(x)))
                .collect()
        };
        self.relations.iter().map(equation).collect()
    }

    /// The known cells that a combination of the relations is made of.
    pub(crate) fn known(&self, combination: &Row) -> Row {
        let terms = combination.iter().flat_map(|(equation, factor)| {
            let known = self.relation(self.relations[equation]).terms();
            let known = known.filter(|(cell, _)| !self.is_unknown.contains(cell));
            known.map(move |(cell, sign)| (cell, algebra::product(factor, algebra::number(sign))))
        });
        terms.collect()
    }

    /// Of what lone contributors can compute, that which takes a published number: the rest is their own number by its
    /// definition.
    fn beyond_definition(&self, moves: &BTreeMap<usize, Row>, told: Vec<Recovered>) -> Vec<Recovered> {
        if told.is_empty() {
            return told;
        }
        let reduced = Reduced::of(&self.equations(), true);
        let origin = |cell: usize| reduced.made_of.get(&cell).cloned().unwrap_or_default();
        let takes_more = |one: &Recovered| {
            let made_of = one.by.and_then(|by| combination(moves, one.cell, by, &origin));
            made_of.is_none_or(|made_of| !self.known(&made_of).is_empty())
        };
        told.into_iter().filter(takes_more).collect()
    }

    fn relation(&self, place: usize) -> &'p Relation {
        &self.publication.relations()[place]
    }

    fn value(&self, cell: usize) -> i64 {
        self.publication.cells()[cell].value
    }

    /// The least value that a cell may have for whoever reads the publication.
    fn least(&self, cell: usize, knowledge: Knowledge) -> Option<i64> {
        let known = &self.publication.cells()[cell];
        match (known.may_be_negative, known.is_shown) {
            (true, _) => None,
            (false, false) => Some(0),
            (false, true) => Some(knowledge.least.min(known.value)),
        }
    }

    fn attack(
        &self,
        sensitive: &[bool],
        same: &[usize],
        attacker: &Attacker<'_>,
        wanted: &[usize],
        result: &mut Audit,
    ) {
        let knowledge = attacker.knowledge;
        let reduced = Reduced::of(&self.equations(), false);
        let determined: BTreeSet<usize> = reduced.determined().collect();
        let moves = reduced.moves(self.cells.iter().copied());
        let mut ranges = Ranges::new(self, knowledge);
        let is_here = |example: &&BTreeMap<usize, i64>| example.keys().all(|cell| self.is_unknown.contains(cell));
        for example in attacker.examples.iter().filter(is_here) {
            ranges.take(example);
        }
        ranges.step_along(&moves);
        if knowledge.lone_contributors_know {
            let lone = |cell: &usize| self.publication.cells()[*cell].contributors == 1 && sensitive[*cell];
            let told = known_to_lone(&moves, wanted, same, &lone);
            result.recovered.extend(self.beyond_definition(&moves, told));
        }
        let (told, left): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|cell| determined.contains(cell));
        result.recovered.extend(told.into_iter().map(|cell| Recovered { cell, by: None }));
        // In as many parts whatever the machine, so that it finds the same: an example found in one part is not known in another.
        let parts: Vec<&[usize]> = left.chunks(left.len().div_ceil(PARTS).max(LEAST_PART)).collect();
        let judge = |part: &[usize], mut ranges: Ranges<'_>| {
            let mut found = Audit::default();
            for cell in part {
                match ranges.judge(*cell, attacker.is_thorough, &mut found.programs) {
                    Verdict::Wide => {}
                    Verdict::Narrow(low, high) => found.narrow.push(Narrow { cell: *cell, low, high }),
                    Verdict::Open => {
                        found.open.push(Narrow { cell: *cell, low: ranges.low[cell], high: ranges.high[cell] });
                    }
                }
            }
            found
        };
        let found: Vec<Audit> = std::thread::scope(|scope| {
            let judge = &judge;
            let running: Vec<_> = parts
                .iter()
                .map(|part| {
                    let ranges = ranges.clone();
                    scope.spawn(move || judge(part, ranges))
                })
                .collect();
            // A thread that panicked told nothing: what it was to judge is not safe.
            let ended = running.into_iter().zip(&parts).map(|(one, part)| {
                let unjudged = || part.iter().map(|cell| Narrow { cell: *cell, low: 0, high: 0 }).collect();
                one.join().unwrap_or_else(|_| Audit { open: unjudged(), ..Audit::default() })
            });
            ended.collect()
        });
        for one in found {
            result.programs += one.programs;
            result.narrow.extend(one.narrow);
            result.open.extend(one.open);
        }
    }
}

/// Of which equations a cell follows from that of a lone contributor: cell - factor * lone is made of them.
pub(crate) fn combination(
    moves: &BTreeMap<usize, Row>,
    cell: usize,
    lone: usize,
    origin: &dyn Fn(usize) -> Row,
) -> Option<Row> {
    let (place, of_cell) = moves.get(&cell)?.iter().next()?;
    let factor = algebra::product(of_cell, algebra::inverse(moves.get(&lone)?.get(place)?));
    let mut made_of = origin(cell);
    made_of.add(algebra::negative(factor), &origin(lone));
    Some(made_of)
}

/// Cells that move only with that of a lone contributor, who knows his own; but for those that are about him alone too.
fn known_to_lone(
    moves: &BTreeMap<usize, Row>,
    wanted: &[usize],
    names: &[usize],
    lone: &dyn Fn(&usize) -> bool,
) -> Vec<Recovered> {
    let mut by_direction: BTreeMap<Row, Vec<usize>> = BTreeMap::new();
    for (cell, row) in moves.iter().filter(|(cell, row)| lone(cell) && !row.is_empty()) {
        by_direction.entry(row.direction()).or_default().push(*cell);
    }
    let mut found = Vec::new();
    for cell in wanted {
        let row = &moves[cell];
        let same = by_direction.get(&row.direction()).filter(|_| !row.is_empty());
        let by = same.into_iter().flatten().find(|other| names[**other] != names[*cell]);
        found.extend(by.map(|by| Recovered { cell: *cell, by: Some(*by) }));
    }
    found
}

/// The variables of a cell: how far it moves up, and down where that is counted apart.
struct Moves {
    up: Variable,
    down: Option<Variable>,
}

enum Verdict {
    Wide,
    Narrow(i64, i64),
    Open,
}

/// For each cell the smallest and the largest value of the examples found so far.
#[derive(Clone)]
struct Ranges<'c> {
    component: &'c Component<'c>,
    knowledge: Knowledge,
    low: BTreeMap<usize, i64>,
    high: BTreeMap<usize, i64>,
}

/// Cells of a relation, and in all, that are looked at first.
const FEW: (usize, usize) = (2, 40);
/// The largest factor of a move that is tried: safe numbers do not have to be moved further.
const FARTHEST: i64 = 1 << 40;

impl<'c> Ranges<'c> {
    fn new(component: &'c Component<'c>, knowledge: Knowledge) -> Self {
        let own: BTreeMap<usize, i64> = component.cells.iter().map(|cell| (*cell, component.value(*cell))).collect();
        Ranges { component, knowledge, low: own.clone(), high: own }
    }

    /// Takes an example: the differences from the true values. Refuses one that breaks a relation or a bound.
    fn take(&mut self, differences: &BTreeMap<usize, i64>) -> bool {
        let touched: BTreeSet<usize> =
            differences.keys().flat_map(|cell| &self.component.of_cells[*cell]).copied().collect();
        let agrees = touched.iter().all(|place| self.agrees(*place, differences));
        let is_possible = differences.iter().all(|(cell, more)| {
            let least = self.component.least(*cell, self.knowledge);
            least.is_none_or(|least| self.component.value(*cell).checked_add(*more).is_some_and(|value| value >= least))
        });
        if !(agrees && is_possible) {
            return false;
        }
        for (cell, more) in differences {
            let value = self.component.value(*cell) + more;
            self.low.entry(*cell).and_modify(|low| *low = value.min(*low));
            self.high.entry(*cell).and_modify(|high| *high = value.max(*high));
        }
        true
    }

    fn agrees(&self, place: usize, differences: &BTreeMap<usize, i64>) -> bool {
        let change = |(cell, sign): (usize, i64)| i128::from(differences.get(&cell).copied().unwrap_or(0) * sign);
        self.component.relation(place).terms().map(change).sum::<i128>() == 0
    }

    /// The width that a cell must have.
    fn wanted(&self, cell: usize) -> i64 {
        self.knowledge.width.saturating_mul(self.component.publication.cells()[cell].step)
    }

    fn is_wide(&self, cell: usize) -> bool {
        self.high[&cell].saturating_sub(self.low[&cell]) >= self.wanted(cell)
    }

    /// Goes as far as the bounds allow along each independent move, to either side.
    fn step_along(&mut self, moves: &BTreeMap<usize, Row>) {
        let mut vectors: BTreeMap<usize, BTreeMap<usize, i64>> = BTreeMap::new();
        for (cell, row) in moves {
            for (free, factor) in row.iter() {
                vectors.entry(free).or_default().insert(*cell, algebra::whole(factor));
            }
        }
        for vector in vectors.into_values().filter(|vector| vector.values().all(|x| x.abs() < 1000)) {
            for sign in [1, -1] {
                let room = |(cell, x): (&usize, &i64)| {
                    let down = -(x * sign);
                    let least = self.component.least(*cell, self.knowledge).filter(|_| down > 0)?;
                    Some((self.component.value(*cell) - least) / down)
                };
                let steps = vector.iter().filter_map(room).min().unwrap_or(FARTHEST).min(FARTHEST / 1000);
                if steps > 0 {
                    self.take(&vector.iter().map(|(cell, x)| (*cell, x * sign * steps)).collect());
                }
            }
        }
    }

    /// Looks for examples by linear programs, first near the cell, then over the whole component.
    fn judge(&mut self, cell: usize, thorough: bool, programs: &mut usize) -> Verdict {
        if self.is_wide(cell) {
            return Verdict::Wide;
        }
        let whole = self.component.cells.len();
        let sizes = [FEW, (4, 100), (16, SMALL), (usize::MAX, usize::MAX)];
        for (of_relation, most) in sizes.into_iter().filter(|(_, most)| *most < whole || *most == usize::MAX) {
            if most >= SMALL && whole > SMALL && !thorough {
                // The programs may have moved parts of a number; around the cell there may be an example in whole ones.
                let near = self.near(cell, FEW.0, FEW.1);
                return match self.in_whole_numbers(cell, &near, programs) {
                    Verdict::Wide => Verdict::Wide,
                    _ => Verdict::Open,
                };
            }
            let near = self.near(cell, of_relation, most);
            let is_whole = near.len() == whole;
            *programs += 2;
            let (low, high) = (self.extreme(cell, &near, false), self.extreme(cell, &near, true));
            if self.is_wide(cell) {
                return Verdict::Wide;
            }
            if is_whole {
                return match (low, high) {
                    (Some(low), Some(high)) if high - low < self.wanted(cell) => Verdict::Narrow(low, high),
                    _ => self.in_whole_numbers(cell, &near, programs),
                };
            }
        }
        Verdict::Open
    }

    /// The same with unknowns that are whole numbers: slow, and only where the ends of the program are none.
    fn in_whole_numbers(&mut self, cell: usize, near: &BTreeSet<usize>, programs: &mut usize) -> Verdict {
        *programs += 2;
        let solve = |up: bool| self.solution(cell, near, up, true);
        let (low, high) = (solve(false), solve(true));
        let (Some(low), Some(high)) = (low, high) else { return Verdict::Open };
        let ends = (self.value_in(cell, &low), self.value_in(cell, &high));
        let are_examples = self.take(&low) && self.take(&high);
        match (are_examples, self.is_wide(cell)) {
            (_, true) => Verdict::Wide,
            (true, false) => Verdict::Narrow(ends.0, ends.1),
            (false, false) => Verdict::Open,
        }
    }

    fn value_in(&self, cell: usize, differences: &BTreeMap<usize, i64>) -> i64 {
        self.component.value(cell) + differences.get(&cell).copied().unwrap_or(0)
    }

    /// Unknown cells around one, so many of each relation and so many in all; of a relation those that can give most.
    fn near(&self, cell: usize, of_relation: usize, most: usize) -> BTreeSet<usize> {
        if most == usize::MAX {
            return self.component.is_unknown.clone();
        }
        let slack = |one: &usize| {
            let least = self.component.least(*one, self.knowledge);
            least.map_or(i64::MAX, |least| self.component.value(*one) - least)
        };
        let of_cells = self.component.of_cells;
        let mut found = BTreeSet::from([cell]);
        let mut touched: BTreeSet<usize> = of_cells[cell].iter().copied().collect();
        let mut next = VecDeque::from([cell]);
        // Relations that take no more: each is met from every cell of it.
        let mut full: BTreeSet<usize> = BTreeSet::new();
        while let Some(from) = next.pop_front() {
            for place in &of_cells[from] {
                if !full.insert(*place) {
                    continue;
                }
                let terms = self.component.relation(*place).terms().map(|(one, _)| one);
                let unknown = terms.filter(|one| self.component.is_unknown.contains(one));
                let (known, mut others): (Vec<usize>, Vec<usize>) = unknown.partition(|one| found.contains(one));
                // Those that close a circle with cells found before come first.
                let open = |one: &usize| of_cells[*one].iter().filter(|place| !touched.contains(place)).count();
                others.sort_by_cached_key(|one| (open(one), std::cmp::Reverse(slack(one))));
                // Itself is one of those known.
                let room = (of_relation + 1).saturating_sub(known.len());
                for other in others.into_iter().take(room) {
                    if found.len() == most {
                        return found;
                    }
                    found.insert(other);
                    touched.extend(&of_cells[other]);
                    next.push_back(other);
                }
            }
        }
        found
    }

    /// The least or greatest value of a cell in whole numbers, as far as a program tells; what it finds is taken as an
    /// example if it is one.
    #[expect(clippy::cast_possible_truncation, reason = "values of cells are far below 2^53")]
    fn extreme(&mut self, cell: usize, near: &BTreeSet<usize>, up: bool) -> Option<i64> {
        let (objective, differences) = self.program(cell, near, up, false)?;
        self.take(&differences);
        let end = if up { (objective + 1e-6).floor() } else { (objective - 1e-6).ceil() };
        Some(if end.abs() < 1e15 { end as i64 } else { i64::MAX / 4 * if up { 1 } else { -1 } })
    }

    fn solution(&self, cell: usize, near: &BTreeSet<usize>, up: bool, whole: bool) -> Option<BTreeMap<usize, i64>> {
        self.program(cell, near, up, whole).map(|(_, differences)| differences)
    }

    /// Solves for the greatest or least value of a cell, the cells near it being free: its value, and how far each cell is
    /// from its true one, rounded.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "values are far below 2^53")]
    fn program(
        &self,
        cell: usize,
        near: &BTreeSet<usize>,
        up: bool,
        whole: bool,
    ) -> Option<(f64, BTreeMap<usize, i64>)> {
        // A cell that nothing bounds may go anywhere: this far is far enough.
        let far = self.wanted(cell).max(250) as f64 * 8.0;
        let direction = if up { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
        let mut problem = Problem::new(direction);
        // Up and down apart where numbers may be parts: the true table, in which nothing moves, is then where the program begins.
        let variables: BTreeMap<usize, Moves> = near
            .iter()
            .map(|one| {
                let own = self.component.value(*one);
                let low = self.component.least(*one, self.knowledge).map_or(-far, |least| (least - own) as f64);
                let weight = if *one == cell { 1.0 } else { 0.0 };
                let (low, high) = (low.max(-far), far);
                let moves = if whole {
                    Moves { up: problem.add_integer_var(weight, (low as i32, high as i32)), down: None }
                } else {
                    let down = (low < 0.0).then(|| problem.add_var(-weight, (0.0, -low)));
                    Moves { up: problem.add_var(weight, (0.0, high)), down }
                };
                (*one, moves)
            })
            .collect();
        let relations: BTreeSet<usize> = near.iter().flat_map(|one| &self.component.of_cells[*one]).copied().collect();
        for place in relations {
            let mut terms: Vec<(Variable, f64)> = Vec::new();
            for (one, x) in self.component.relation(place).terms() {
                if let Some(moves) = variables.get(&one) {
                    terms.push((moves.up, x as f64));
                    terms.extend(moves.down.map(|down| (down, -x as f64)));
                }
            }
            if !terms.is_empty() {
                problem.add_constraint(&terms, ComparisonOp::Eq, 0.0);
            }
        }
        let solution = problem.solve().ok()?.into_solution().ok()?;
        let moved = |moves: &Moves| {
            let down = moves.down.map_or(0.0, |down| solution.var_value(down));
            (solution.var_value(moves.up) - down).round() as i64
        };
        let differences: BTreeMap<usize, i64> =
            variables.iter().map(|(one, moves)| (*one, moved(moves))).filter(|(_, more)| *more != 0).collect();
        Some((self.component.value(cell) as f64 + solution.objective(), differences))
    }
}
