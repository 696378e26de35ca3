//! An attack on what is left of a publication. It is told which cells are hidden and nothing of why.
//!
//! That a hidden number is safe is shown by example: two tables in whole numbers that agree with everything published,
//! in which it differs by the width asked for. Each example is held against every relation in integers, so the verdict
//! rests neither on the algebra nor on the linear programs by which it was found.

use crate::algebra::{self, Reduced, Row};
use crate::bounds::{self, Range};
use crate::publication::{Cell, Publication, Relation};
use crate::ranges::{Along, Example, Ranges, Verdict};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

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

impl Knowledge {
    /// The least value that a hidden cell may have for whoever reads the publication.
    fn least(&self, cell: &Cell) -> Option<i64> {
        match (cell.may_be_negative, cell.is_shown) {
            (true, _) => None,
            (false, false) => Some(0),
            (false, true) => Some(self.least.min(cell.value)),
        }
    }

    /// The width that a cell must have, in its own units.
    fn wanted(&self, cell: &Cell) -> i64 {
        self.width.saturating_mul(cell.step)
    }
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
    /// How many linear programs it took, with those of the attacks before it by which the same cells were hidden.
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
///
/// In a large publication it may take long to find what shows a hidden number safe: [`audit_with`] is told.
#[must_use]
pub fn audit(publication: &Publication, sensitive: &[bool], hidden: &[bool], knowledge: Knowledge) -> Audit {
    audit_with(publication, sensitive, hidden, knowledge, &[])
}

/// The same with what may be examples of tables that agree with everything published, such as [`crate::Protection::evidence`].
/// Each is held against every relation and bound, and passed over if it breaks one.
#[must_use]
pub fn audit_with(
    publication: &Publication,
    sensitive: &[bool],
    hidden: &[bool],
    knowledge: Knowledge,
    examples: &[Example],
) -> Audit {
    let (all, shown): (Vec<usize>, Vec<usize>) =
        (0..publication.cells().len()).filter(|cell| sensitive[*cell]).partition(|cell| hidden[*cell]);
    let attacker = Attacker { knowledge, examples, most: usize::MAX, is_closed: false };
    let (mut found, _) = attack(publication, sensitive, hidden, &attacker, &all);
    // What is shown needs no computing.
    found.attacked += shown.len();
    found.recovered.extend(shown.into_iter().map(|cell| Recovered { cell, by: None }));
    found.recovered.sort_unstable();
    found
}

/// How an attack is led.
pub(crate) struct Attacker<'a> {
    pub(crate) knowledge: Knowledge,
    /// What may be examples: what they are worth is found out here.
    pub(crate) examples: &'a [Example],
    /// The most cells that a linear program is about where a component is large. With less than all, a cell that a quick
    /// look finds too narrow is left open at once, and what is left open may be safe.
    pub(crate) most: usize,
    /// Whether it is known that no sensitive cell follows by algebra: nothing follows from less that does not from more.
    pub(crate) is_closed: bool,
}

/// Cells are judged in so many parts side by side, none of them smaller than this.
const PARTS: usize = 4;
const LEAST_PART: usize = 16;
/// How often a quick look goes through all relations.
const LOOKS: usize = 4;

/// The same, of these hidden cells only; with the examples found beside those given.
pub(crate) fn attack(
    publication: &Publication,
    sensitive: &[bool],
    hidden: &[bool],
    attacker: &Attacker<'_>,
    targets: &[usize],
) -> (Audit, Vec<Example>) {
    let of_cells = publication.relations_of_cells();
    let same = publication.same_contributors();
    let mut examples: BTreeMap<usize, Vec<&Example>> = BTreeMap::new();
    for example in attacker.examples {
        if let Some((cell, _)) = example.first() {
            examples.entry(*cell).or_default().push(example);
        }
    }
    let hopeless =
        if attacker.most == usize::MAX { Vec::new() } else { narrow(publication, hidden, attacker.knowledge, targets) };
    let prepared = Prepared { sensitive, same: &same, examples: &examples, hopeless: &hopeless };
    let mut result = Audit { attacked: targets.len(), ..Audit::default() };
    let mut found = Vec::new();
    let mut left: BTreeSet<usize> = targets.iter().copied().collect();
    while let Some(first) = left.first().copied() {
        let component = Component::around(publication, hidden, &of_cells, first);
        let wanted: Vec<usize> = component.cells.iter().copied().filter(|cell| left.remove(cell)).collect();
        left.remove(&first);
        found.extend(component.attack(&prepared, attacker, &wanted, &mut result));
    }
    result.recovered.sort_unstable();
    result.narrow.sort_unstable();
    result.open.sort_unstable();
    (result, found)
}

/// Those of the targets that sums alone narrow down too far.
fn narrow(publication: &Publication, hidden: &[bool], knowledge: Knowledge, targets: &[usize]) -> Vec<usize> {
    let cells = publication.cells();
    let begin = |cell: usize| {
        if hidden[cell] {
            Range { low: knowledge.least(&cells[cell]), high: None }
        } else {
            Range::exactly(cells[cell].value)
        }
    };
    let mut ranges: Vec<Range> = (0..cells.len()).map(begin).collect();
    bounds::propagate(publication, &mut ranges, LOOKS);
    let is_narrow = |cell: &usize| ranges[*cell].width() < knowledge.wanted(&cells[*cell]);
    let mut narrow: Vec<usize> = targets.iter().copied().filter(is_narrow).collect();
    narrow.sort_unstable();
    narrow
}

/// What an attack looks up.
struct Prepared<'a> {
    sensitive: &'a [bool],
    /// Cells about the same contributors have one name.
    same: &'a [usize],
    /// What may be examples, by the first cell that each moves.
    examples: &'a BTreeMap<usize, Vec<&'a Example>>,
    /// Cells that are too narrow for any program to find otherwise.
    hopeless: &'a [usize],
}

/// Unknown cells that relations join, and those relations.
pub(crate) struct Component<'p> {
    pub(crate) publication: &'p Publication,
    /// The relations of every cell of the publication.
    pub(crate) of_cells: &'p [Vec<usize>],
    /// Its cells, by place.
    pub(crate) cells: Vec<usize>,
    pub(crate) relations: Vec<usize>,
    /// The unknown terms of each of its relations, in their order.
    unknown: Vec<Vec<(usize, i64)>>,
}

impl<'p> Component<'p> {
    pub(crate) fn around(
        publication: &'p Publication,
        unknown: &[bool],
        of_cells: &'p [Vec<usize>],
        first: usize,
    ) -> Component<'p> {
        let (mut cells, mut relations) = (BTreeSet::from([first]), BTreeMap::new());
        let mut next = vec![first];
        while let Some(cell) = next.pop() {
            for place in &of_cells[cell] {
                let Entry::Vacant(relation) = relations.entry(*place) else { continue };
                let terms = publication.relations()[*place].terms();
                let terms: Vec<(usize, i64)> = terms.filter(|(one, _)| unknown[*one] || *one == first).collect();
                next.extend(terms.iter().map(|(other, _)| *other).filter(|other| cells.insert(*other)));
                relation.insert(terms);
            }
        }
        let (relations, unknown) = relations.into_iter().unzip();
        Component { publication, of_cells, cells: cells.into_iter().collect(), relations, unknown }
    }

    /// Where a cell is in the list of its cells.
    pub(crate) fn place(&self, cell: usize) -> Option<usize> {
        self.cells.binary_search(&cell).ok()
    }

    /// The unknown cells of a relation, with their signs.
    pub(crate) fn unknown(&self, relation: usize) -> &[(usize, i64)] {
        self.relations.binary_search(&relation).map_or(&[], |at| &self.unknown[at])
    }

    /// The relations among its unknown cells; what is known is on the other side.
    pub(crate) fn equations(&self) -> Vec<Row> {
        let equation = |terms: &Vec<(usize, i64)>| terms.iter().map(|(cell, x)| (*cell, algebra::number(*x))).collect();
        self.unknown.iter().map(equation).collect()
    }

    /// The known cells that a combination of the relations is made of.
    pub(crate) fn known(&self, combination: &Row) -> Row {
        let terms = combination.iter().flat_map(|(equation, factor)| {
            let known = self.relation(self.relations[equation]).terms();
            let known = known.filter(|(cell, _)| self.place(*cell).is_none());
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

    pub(crate) fn relation(&self, place: usize) -> &'p Relation {
        &self.publication.relations()[place]
    }

    pub(crate) fn value(&self, cell: usize) -> i64 {
        self.publication.cells()[cell].value
    }

    /// The least value that a cell may have for whoever reads the publication.
    pub(crate) fn least(&self, cell: usize, knowledge: Knowledge) -> Option<i64> {
        knowledge.least(&self.publication.cells()[cell])
    }

    /// The width that a cell must have.
    pub(crate) fn wanted(&self, cell: usize, knowledge: Knowledge) -> i64 {
        knowledge.wanted(&self.publication.cells()[cell])
    }

    fn attack(
        &self,
        prepared: &Prepared<'_>,
        attacker: &Attacker<'_>,
        wanted: &[usize],
        result: &mut Audit,
    ) -> Vec<Example> {
        let along = (!attacker.is_closed).then(|| {
            let reduced = Reduced::of(&self.equations(), false);
            Along::of(reduced.moves(self.cells.iter().copied()))
        });
        let mut ranges = Ranges::new(self, attacker.knowledge, along.as_ref());
        let of_cell = |cell| prepared.examples.get(cell).into_iter().flatten();
        for example in self.cells.iter().flat_map(of_cell) {
            ranges.take(example);
        }
        ranges.found.clear();
        let mut left = wanted.to_vec();
        if let Some(along) = &along {
            ranges.step_along(along);
            result.recovered.extend(self.follow(prepared, attacker.knowledge, &left, &along.rows));
            left.retain(|cell| !along.rows[cell].is_empty());
        }
        // In as many parts whatever the machine, so that it finds the same: an example found in one part is not known in
        // another.
        left.retain(|cell| !ranges.is_wide(*cell));
        let parts: Vec<&[usize]> = left.chunks(left.len().div_ceil(PARTS).max(LEAST_PART)).collect();
        let judge = |part: &[usize], mut ranges: Ranges<'_>| {
            let mut judged = Audit::default();
            ranges.found.clear();
            for cell in part {
                let is_hopeless = prepared.hopeless.binary_search(cell).is_ok();
                match if is_hopeless { ranges.glance(*cell) } else { ranges.judge(*cell, attacker.most) } {
                    Verdict::Wide => {}
                    Verdict::Narrow(low, high) => judged.narrow.push(Narrow { cell: *cell, low, high }),
                    Verdict::Open => {
                        let (low, high) = ranges.of(*cell);
                        judged.open.push(Narrow { cell: *cell, low, high });
                    }
                }
            }
            judged.programs = ranges.programs;
            (judged, ranges.found)
        };
        let judged: Vec<(Audit, Vec<Example>)> = std::thread::scope(|scope| {
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
                one.join().unwrap_or_else(|_| (Audit { open: unjudged(), ..Audit::default() }, Vec::new()))
            });
            ended.collect()
        });
        let mut examples = ranges.found;
        for (one, found) in judged {
            result.programs += one.programs;
            result.narrow.extend(one.narrow);
            result.open.extend(one.open);
            examples.extend(found);
        }
        examples
    }

    /// What follows by algebra: what does not move at all, or only with what somebody knows.
    fn follow(
        &self,
        prepared: &Prepared<'_>,
        knowledge: Knowledge,
        wanted: &[usize],
        moves: &BTreeMap<usize, Row>,
    ) -> Vec<Recovered> {
        let told = wanted.iter().copied().filter(|cell| moves[cell].is_empty());
        let mut recovered: Vec<Recovered> = told.map(|cell| Recovered { cell, by: None }).collect();
        if knowledge.lone_contributors_know {
            let lone = |cell: &usize| self.publication.cells()[*cell].contributors == 1 && prepared.sensitive[*cell];
            let told = known_to_lone(moves, wanted, prepared.same, &lone);
            recovered.extend(self.beyond_definition(moves, told));
        }
        recovered
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
