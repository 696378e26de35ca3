//! How far apart two tables can lie that both agree with what is published: examples, and the linear programs that look for
//! them.

use crate::algebra::{self, Row};
use crate::audit::{Component, Knowledge};
use crate::nearby::{self, Around};
use crate::publication::Publication;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Another table that agrees with everything published: by how much its cells differ from the true ones, by place,
/// without those that do not.
pub type Example = Vec<(usize, i64)>;

/// Whether every total moves by as much as its parts together.
pub(crate) fn agrees((publication, of_cells): (&Publication, &[Vec<usize>]), example: &[(usize, i64)]) -> bool {
    let mut moves: Vec<(usize, i128)> = Vec::with_capacity(example.len() * 4);
    for (cell, more) in example {
        let sign = |place: &usize| if publication.relations()[*place].total == *cell { 1 } else { -1 };
        moves.extend(of_cells[*cell].iter().map(|place| (*place, i128::from(*more) * sign(place))));
    }
    moves.sort_unstable_by_key(|(place, _)| *place);
    let is_same = |one: &(usize, i128), other: &(usize, i128)| one.0 == other.0;
    moves.chunk_by(is_same).all(|of_relation| of_relation.iter().map(|(_, more)| more).sum::<i128>() == 0)
}

/// The variables of a cell: how far it moves up, and down where that is counted apart.
struct Moves {
    up: Variable,
    down: Option<Variable>,
}

/// The independent moves of a component: each changes some of its cells and agrees with all relations.
pub(crate) struct Along {
    /// For each cell the moves that change it, and by how much.
    pub(crate) rows: BTreeMap<usize, Row>,
    /// For each move the cells that it changes.
    vectors: BTreeMap<usize, Example>,
}

impl Along {
    pub(crate) fn of(rows: BTreeMap<usize, Row>) -> Self {
        let mut vectors: BTreeMap<usize, Example> = BTreeMap::new();
        for (cell, row) in &rows {
            for (free, factor) in row.iter() {
                vectors.entry(free).or_default().push((*cell, algebra::whole(factor)));
            }
        }
        Along { rows, vectors }
    }

    /// Cells that moves join with one: those that the shortest moves change with it, those that change with these, and so on,
    /// `most` in all.
    fn near(&self, cell: usize, most: usize) -> BTreeSet<usize> {
        let (mut found, mut taken) = (BTreeSet::from([cell]), BTreeSet::new());
        let mut next = VecDeque::from([cell]);
        while let Some(from) = next.pop_front() {
            let mut moves: Vec<(usize, usize)> =
                self.rows[&from].places().map(|free| (self.vectors[&free].len(), free)).collect();
            moves.sort_unstable();
            for (_, free) in moves.into_iter().take(OF_CELL).filter(|(_, free)| taken.insert(*free)) {
                let more: Vec<usize> =
                    self.vectors[&free].iter().map(|(one, _)| *one).filter(|one| !found.contains(one)).collect();
                if found.len() + more.len() > most {
                    return found;
                }
                found.extend(&more);
                next.extend(more);
            }
        }
        found
    }
}

/// Of the moves that change a cell so many are looked at.
const OF_CELL: usize = 3;

pub(crate) enum Verdict {
    Wide,
    Narrow(i64, i64),
    Open,
}

/// For each cell the smallest and the largest value of the examples found so far.
#[derive(Clone)]
pub(crate) struct Ranges<'c> {
    component: &'c Component<'c>,
    knowledge: Knowledge,
    /// Known where the algebra was done.
    along: Option<&'c Along>,
    /// By place among the cells of the component.
    low: Vec<i64>,
    high: Vec<i64>,
    /// Examples that made a range wider that was not wide enough.
    pub(crate) found: Vec<Example>,
    /// How many programs it took.
    pub(crate) programs: usize,
}

/// In which order a cell is looked at: by its relations or by moves, so many cells in all, and whether in whole numbers, as
/// programs may have moved parts of a number.
const LOOKS: [(bool, usize, bool); 6] = [
    (false, FEW, false),
    (true, 100, false),
    (false, 100, false),
    (false, FEW, true),
    (true, SMALL, false),
    (true, 1600, false),
];
/// So many cells are looked at first.
const FEW: usize = 40;
/// Components of no more cells than this are put to linear programs as a whole.
const SMALL: usize = 400;
/// The largest factor of a move that is tried: safe numbers do not have to be moved further.
const FARTHEST: i64 = 1 << 40;

impl Around for Ranges<'_> {
    type Rank = (usize, Reverse<i64>);

    fn candidates(&self, relation: usize) -> Vec<usize> {
        self.component.unknown(relation).iter().map(|(cell, _)| *cell).collect()
    }

    /// Of a relation those that can give most.
    fn rank(&self, cell: usize, open: usize) -> Self::Rank {
        let least = self.component.least(cell, self.knowledge);
        (open, Reverse(least.map_or(i64::MAX, |least| self.component.value(cell) - least)))
    }

    fn first(&self, _: usize) -> Option<usize> {
        None
    }
}

impl<'c> Ranges<'c> {
    pub(crate) fn new(component: &'c Component<'c>, knowledge: Knowledge, along: Option<&'c Along>) -> Self {
        let own: Vec<i64> = component.cells.iter().map(|cell| component.value(*cell)).collect();
        Ranges { component, knowledge, along, low: own.clone(), high: own, found: Vec::new(), programs: 0 }
    }

    /// The least and the greatest value of a cell in the examples.
    pub(crate) fn of(&self, cell: usize) -> (i64, i64) {
        self.component.place(cell).map_or((0, 0), |at| (self.low[at], self.high[at]))
    }

    /// Takes an example. Refuses one that moves what is known, or breaks a relation or a bound.
    pub(crate) fn take(&mut self, example: &[(usize, i64)]) -> bool {
        let places: Option<Vec<usize>> = example.iter().map(|(cell, _)| self.component.place(*cell)).collect();
        let here = (self.component.publication, self.component.of_cells);
        let Some(places) = places.filter(|_| agrees(here, example)) else { return false };
        let is_possible = example.iter().all(|(cell, more)| {
            let least = self.component.least(*cell, self.knowledge);
            least.is_none_or(|least| self.component.value(*cell).checked_add(*more).is_some_and(|value| value >= least))
        });
        if !is_possible {
            return false;
        }
        let mut is_news = false;
        for ((cell, more), at) in example.iter().zip(places) {
            let value = self.component.value(*cell) + more;
            let (low, high) = (self.low[at].min(value), self.high[at].max(value));
            is_news |= (low, high) != (self.low[at], self.high[at]) && !self.is_wide(*cell);
            (self.low[at], self.high[at]) = (low, high);
        }
        if is_news {
            self.found.push(example.to_vec());
        }
        true
    }

    /// The width that a cell must have.
    fn wanted(&self, cell: usize) -> i64 {
        self.component.wanted(cell, self.knowledge)
    }

    pub(crate) fn is_wide(&self, cell: usize) -> bool {
        let (low, high) = self.of(cell);
        high.saturating_sub(low) >= self.wanted(cell)
    }

    /// Goes as far as the bounds allow along each independent move, to either side.
    pub(crate) fn step_along(&mut self, along: &Along) {
        for vector in along.vectors.values().filter(|vector| vector.iter().all(|(_, x)| x.abs() < 1000)) {
            for sign in [1, -1] {
                let room = |(cell, x): &(usize, i64)| {
                    let down = -(x * sign);
                    let least = self.component.least(*cell, self.knowledge).filter(|_| down > 0)?;
                    Some((self.component.value(*cell) - least) / down)
                };
                let steps = vector.iter().filter_map(room).min().unwrap_or(FARTHEST).min(FARTHEST / 1000);
                if steps > 0 {
                    self.take(&vector.iter().map(|(cell, x)| (*cell, x * sign * steps)).collect::<Example>());
                }
            }
        }
    }

    /// Looks for examples by linear programs, first near the cell, then over the whole component, if that is small or `most`
    /// allows programs over so many cells.
    pub(crate) fn judge(&mut self, cell: usize, most: usize) -> Verdict {
        if self.is_wide(cell) {
            return Verdict::Wide;
        }
        let whole = self.component.cells.len();
        let is_large = whole > SMALL;
        let (mut before, mut few_may_be_wide) = (BTreeSet::new(), true);
        for (by_moves, size, in_whole) in LOOKS.into_iter().filter(|(_, size, _)| *size < whole && *size <= most) {
            let near = match self.along.filter(|_| by_moves) {
                Some(along) => along.near(cell, size),
                None if by_moves => continue,
                None => self.near(cell, (if size == FEW { 2 } else { 4 }, size)),
            };
            if in_whole {
                // Where the ends in parts of a number are too near, those in whole ones are nearer still.
                if is_large && few_may_be_wide {
                    self.in_whole_numbers(cell, &near);
                }
            } else if near != before {
                let (low, high) = self.ends(cell, &near);
                let is_narrow = low.zip(high).is_some_and(|(low, high)| high - low < self.wanted(cell));
                few_may_be_wide &= by_moves || size != FEW || !is_narrow;
            }
            if self.is_wide(cell) {
                return Verdict::Wide;
            }
            before = near;
        }
        if is_large && whole > most {
            return Verdict::Open;
        }
        let all = self.component.cells.iter().copied().collect();
        let (low, high) = self.ends(cell, &all);
        match (low, high) {
            _ if self.is_wide(cell) => Verdict::Wide,
            (Some(low), Some(high)) if high - low < self.wanted(cell) => Verdict::Narrow(low, high),
            _ => self.in_whole_numbers(cell, &all),
        }
    }

    /// The least and the greatest value of a cell by programs; no other end once it is wide.
    fn ends(&mut self, cell: usize, near: &BTreeSet<usize>) -> (Option<i64>, Option<i64>) {
        let high = self.extreme(cell, near, true);
        if self.is_wide(cell) {
            return (None, high);
        }
        (self.extreme(cell, near, false), high)
    }

    /// Looks how far a cell can fall that is known to be too narrow.
    pub(crate) fn glance(&mut self, cell: usize) -> Verdict {
        let near = self.near(cell, (2, FEW));
        self.extreme(cell, &near, false);
        Verdict::Open
    }

    /// The same with unknowns that are whole numbers: slow, and only where the ends of the program are none.
    fn in_whole_numbers(&mut self, cell: usize, near: &BTreeSet<usize>) -> Verdict {
        let Some((_, high)) = self.program(cell, near, true, true) else { return Verdict::Open };
        let is_example = self.take(&high);
        if self.is_wide(cell) {
            return Verdict::Wide;
        }
        let Some((_, low)) = self.program(cell, near, false, true) else { return Verdict::Open };
        let are_examples = self.take(&low) && is_example;
        let end = |example: &Example| {
            let more = example.iter().find(|(one, _)| *one == cell).map_or(0, |(_, more)| *more);
            self.component.value(cell) + more
        };
        match (are_examples, self.is_wide(cell)) {
            (_, true) => Verdict::Wide,
            (true, false) => Verdict::Narrow(end(&low), end(&high)),
            (false, false) => Verdict::Open,
        }
    }

    fn near(&self, cell: usize, size: (usize, usize)) -> BTreeSet<usize> {
        nearby::nearby(self, (self.component.publication, self.component.of_cells), cell, size)
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

    /// Solves for the greatest or least value of a cell, the cells near it being free: its value, and how far each cell is
    /// from its true one, rounded.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "values are far below 2^53")]
    fn program(&mut self, cell: usize, near: &BTreeSet<usize>, up: bool, whole: bool) -> Option<(f64, Example)> {
        let own = self.component.value(cell) as f64;
        let (free, relations) = nearby::movable(near, self.component.of_cells);
        if !free.contains(&cell) {
            return Some((own, Example::new()));
        }
        self.programs += 1;
        // A cell that nothing bounds may go anywhere: this far is far enough.
        let far = self.wanted(cell).max(250) as f64 * 8.0;
        let direction = if up { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
        let mut problem = Problem::new(direction);
        // Up and down apart where numbers may be parts: the true table, in which nothing moves, is then where the program begins.
        let variables: BTreeMap<usize, Moves> = free
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
        for place in relations {
            let mut terms: Vec<(Variable, f64)> = Vec::new();
            for (one, x) in self.component.unknown(place) {
                if let Some(moves) = variables.get(one) {
                    terms.push((moves.up, *x as f64));
                    terms.extend(moves.down.map(|down| (down, -*x as f64)));
                }
            }
            problem.add_constraint(&terms, ComparisonOp::Eq, 0.0);
        }
        let solution = problem.solve().ok()?.into_solution().ok()?;
        let moved = |moves: &Moves| {
            let down = moves.down.map_or(0.0, |down| solution.var_value(down));
            (solution.var_value(moves.up) - down).round() as i64
        };
        let example =
            variables.iter().map(|(one, moves)| (*one, moved(moves))).filter(|(_, more)| *more != 0).collect();
        Some((own + solution.objective(), example))
    }
}
