//! Which cells are hidden so that no sensitive one can be computed.
//!
//! 1. What is sensitive is hidden. While a sensitive cell follows from what is left, one of the cells that it follows from
//!    is hidden too: the one that does so at the least cost.
//! 2. Cells that turn out not to be needed are shown again, the largest first.
//! 3. The audit attacks; where it narrows a cell down too far, another cell near it is hidden, until it finds nothing.

use crate::audit::{self, Attacker, Audit, Component, Knowledge};
use crate::publication::{Fault, Publication};
use crate::ranges::Example;
use crate::rules::{GroupRule, Rules};
use crate::swing;
use std::collections::{BTreeMap, BTreeSet};

/// So many of the weightiest cells are tried again at the end.
const MISSED: usize = 40;
/// The most cells of a linear program of the attack on a large component.
const MOST: usize = 100;
/// What it costs to hide a zero that only the lack of anything else lets be hidden.
const LAST: u64 = 1 << 50;

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is shown.
    Free,
    /// It is hidden because it is sensitive.
    Primary,
    /// It is hidden because a sensitive one would follow from it.
    Secondary,
}

/// A publication with its holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// What became of each cell, in their order. A cell that is not shown anyway is [`Status::Free`] unless it is
    /// sensitive.
    pub status: Vec<Status>,
    /// What the attack on the result found: nothing, or this would be a fault.
    pub audit: Audit,
    /// Whether zeros may be among what is hidden.
    pub hides_zeros: bool,
    /// What the attack rests on: tables that agree with what is shown, for [`crate::audit_with`] to check. Not to be
    /// published: it tells how far each of them is from the true one.
    pub evidence: Vec<Example>,
}

impl Protection {
    /// How many shown cells are hidden.
    #[must_use]
    pub fn hidden(&self, publication: &Publication) -> usize {
        let is_hole = |(status, is_shown): (&Status, bool)| is_shown && *status != Status::Free;
        self.status.iter().zip(publication.cells().iter().map(|cell| cell.is_shown)).filter(|one| is_hole(*one)).count()
    }
}

/// Hides what must be hidden. Where nothing else is left to hide for a cell, all of it is done again with zeros that may be
/// hidden too: whoever reads the publication then cannot take a hidden number to be at least 1.
///
/// # Errors
/// When the threshold hides nothing, or a cell cannot be protected because of what is public already.
pub fn protect(publication: &Publication, rules: &Rules) -> Result<Protection, Fault> {
    match protect_by(publication, rules) {
        // What is public already leaves fewer cells to hide: a zero may be the last of them.
        Err(Fault::Unprotectable { .. } | Fault::Public { .. }) if !rules.hides_zeros => {
            protect_by(publication, &Rules { hides_zeros: true, ..rules.clone() })
        }
        done => done,
    }
}

fn protect_by(publication: &Publication, rules: &Rules) -> Result<Protection, Fault> {
    let sensitive = rules.sensitive(publication)?;
    let mut work = Work::begin(publication, rules, sensitive)?;
    let all: Vec<usize> = work.sensitive_cells().into_iter().collect();
    work.close()?;
    work.show_again();
    // What the audit let pass stays safe: an example of another value agrees with fewer published numbers all the more.
    let mut targets = all.clone();
    // How often in a row nothing more was found to hide by programs.
    let mut stuck = 0;
    let audit = loop {
        let is_last = targets.len() == all.len();
        let found = work.attack(&targets, !is_last);
        match (found.is_safe(), is_last) {
            (true, true) => break found,
            (true, false) => targets.clone_from(&all),
            (false, _) => {
                targets = found.unsafe_cells();
                if !found.recovered.is_empty() {
                    work.close()?;
                }
                // What the programs moved in parts of a number is no example: with more room there will be one.
                let changed = work.widen(&targets, &found);
                stuck = if changed == 0 { stuck + 1 } else { 0 };
                if stuck > 0 {
                    work.hide_around(&targets, 1 << stuck.min(10))?;
                }
            }
        }
    };
    let before = work.unknown.clone();
    let again = if work.show_weightiest() { work.attack(&all, false) } else { audit.clone() };
    let audit = if again.is_safe() {
        again
    } else {
        work.unknown = before;
        audit
    };
    let status = (0..publication.cells().len()).map(|cell| work.status(cell)).collect();
    // The examples that the last attack was given were found by these programs.
    let audit = Audit { programs: work.programs, ..audit };
    Ok(Protection { status, audit, hides_zeros: rules.hides_zeros, evidence: work.examples })
}

impl Rules {
    /// What whoever reads a publication protected by these rules is taken to know.
    #[must_use]
    pub fn knowledge(&self) -> Knowledge {
        Knowledge {
            least: if self.hides_zeros || self.group == GroupRule::Hidden { 0 } else { 1 },
            width: self.width,
            lone_contributors_know: self.lone_contributors_know,
        }
    }
}

pub(crate) struct Work<'p> {
    pub(crate) publication: &'p Publication,
    pub(crate) rules: &'p Rules,
    pub(crate) of_cells: Vec<Vec<usize>>,
    /// Cells about the same contributors have one name.
    pub(crate) names: Vec<usize>,
    pub(crate) sensitive: Vec<bool>,
    /// Hidden, or not shown anyway.
    pub(crate) unknown: Vec<bool>,
    /// What may be tables that agree with what is shown.
    examples: Vec<Example>,
    /// How many linear programs the attacks took.
    programs: usize,
}

impl<'p> Work<'p> {
    fn begin(publication: &'p Publication, rules: &'p Rules, sensitive: Vec<bool>) -> Result<Self, Fault> {
        let cells = publication.cells();
        if let Some(cell) = (0..cells.len()).find(|cell| sensitive[*cell] && cells[*cell].is_public) {
            return Err(Fault::Public { cell });
        }
        let unknown = cells
            .iter()
            .zip(&sensitive)
            .map(|(cell, is_sensitive)| *is_sensitive || !(cell.is_shown || cell.is_public));
        Ok(Work {
            publication,
            rules,
            of_cells: publication.relations_of_cells(),
            names: publication.same_contributors(),
            unknown: unknown.collect(),
            sensitive,
            examples: Vec::new(),
            programs: 0,
        })
    }

    pub(crate) fn sensitive_cells(&self) -> BTreeSet<usize> {
        (0..self.sensitive.len()).filter(|cell| self.sensitive[*cell]).collect()
    }

    pub(crate) fn status(&self, cell: usize) -> Status {
        match (self.sensitive[cell], self.unknown[cell] && self.publication.cells()[cell].is_shown) {
            (true, _) => Status::Primary,
            (false, true) => Status::Secondary,
            (false, false) => Status::Free,
        }
    }

    /// Attacks cells; keeps the examples that show them safe. `is_closed` where it is known that none follows by algebra.
    fn attack(&mut self, targets: &[usize], is_closed: bool) -> Audit {
        let knowledge = self.rules.knowledge();
        let attacker = Attacker { knowledge, examples: &self.examples, most: MOST, is_closed };
        let (audit, examples) = audit::attack(self.publication, &self.sensitive, &self.unknown, &attacker, targets);
        self.examples.extend(examples);
        self.programs += audit.programs;
        audit
    }

    pub(crate) fn component(&self, cell: usize) -> Component<'_> {
        Component::around(self.publication, &self.unknown, &self.of_cells, cell)
    }

    /// Components that hold one of these cells.
    pub(crate) fn components(&self, cells: &BTreeSet<usize>) -> Vec<Component<'_>> {
        let mut left: BTreeSet<usize> = cells.iter().copied().filter(|cell| self.unknown[*cell]).collect();
        let mut found = Vec::new();
        while let Some(first) = left.pop_first() {
            let component = self.component(first);
            for cell in &component.cells {
                left.remove(cell);
            }
            found.push(component);
        }
        found
    }

    pub(crate) fn is_lone(&self, cell: usize) -> bool {
        self.rules.lone_contributors_know && self.sensitive[cell] && self.publication.cells()[cell].contributors == 1
    }

    pub(crate) fn unprotectable(&self, cell: usize, mut known: impl Iterator<Item = usize>) -> Fault {
        let is_public = known.any(|one| self.publication.cells()[one].is_public);
        if is_public { Fault::Public { cell } } else { Fault::Unprotectable { cell } }
    }

    /// The cell that can be hidden at the least cost: small, and in few relations that would then need yet another.
    pub(crate) fn cheapest(
        &self,
        target: usize,
        among: impl Iterator<Item = usize>,
        chosen: &BTreeSet<usize>,
    ) -> Option<usize> {
        let cost = |cell: &usize| {
            let is_open = |relation: &&usize| {
                let relation = &self.publication.relations()[**relation];
                !relation.terms().any(|(one, _)| one != *cell && (self.unknown[one] || chosen.contains(&one)))
            };
            let opens = self.of_cells[*cell].iter().filter(is_open).count();
            (self.cost(*cell).saturating_mul(1 + opens as u64), *cell)
        };
        among.filter(|cell| self.may_be_hidden(*cell, target) && !chosen.contains(cell)).min_by_key(cost)
    }

    /// Whether a cell that is shown may be hidden for a sensitive one.
    pub(crate) fn may_be_hidden(&self, cell: usize, target: usize) -> bool {
        let one = &self.publication.cells()[cell];
        let is_candidate = one.is_shown && !one.is_public && !self.unknown[cell];
        let may_be = one.value != 0 || one.may_be_negative || self.rules.hides_zeros || self.is_whole_group(target);
        is_candidate && may_be
    }

    /// What readers lose when a cell is hidden: the more, the larger and the weightier it is.
    pub(crate) fn cost(&self, cell: usize) -> u64 {
        let one = &self.publication.cells()[cell];
        if one.value == 0 && self.rules.hides_zeros {
            return LAST;
        }
        one.value.unsigned_abs().saturating_add(self.rules.threshold).saturating_mul(one.weight.max(1))
    }

    fn is_whole_group(&self, cell: usize) -> bool {
        let cells = self.publication.cells();
        let is_whole = |relation: &usize| {
            let relation = &self.publication.relations()[*relation];
            relation.total != cell && cells[relation.total].contributors == cells[cell].contributors
        };
        self.rules.group == GroupRule::Hidden && self.of_cells[cell].iter().any(is_whole)
    }

    /// Hides cells around each target, so that it can rise far enough; says how many.
    fn widen(&mut self, targets: &[usize], found: &Audit) -> usize {
        let lows: BTreeMap<usize, i64> =
            found.narrow.iter().chain(&found.open).map(|one| (one.cell, one.low)).collect();
        let mut hidden = 0;
        let mut ranges: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
        for target in targets {
            let own = self.publication.cells()[*target].value;
            let (low, high) = ranges.get(target).copied().unwrap_or((0, 0));
            let width = self.rules.width.saturating_mul(self.publication.cells()[*target].step);
            if high - low >= width {
                continue;
            }
            let known = lows.get(target).copied().unwrap_or(own);
            let rise = known.saturating_add(width).saturating_sub(own).max(1);
            // What was hidden for another cell may do for this one too, and costs nothing more.
            // Where no program lets it rise, cells around it are hidden without one.
            let Some(example) = swing::cheapest(self, *target, rise) else { continue };
            for (cell, size) in &example {
                let range = ranges.entry(*cell).or_default();
                *range = (range.0.min(*size), range.1.max(*size));
                hidden += usize::from(!std::mem::replace(&mut self.unknown[*cell], true));
            }
            self.examples.push(example);
        }
        hidden
    }

    /// Hides for each target so many cells of the nearest relations that have some, the cheapest first.
    fn hide_around(&mut self, targets: &[usize], many: usize) -> Result<(), Fault> {
        let mut chosen = BTreeSet::new();
        for target in targets {
            let mut left = many;
            let (mut seen, mut ring) = (BTreeSet::from([*target]), BTreeSet::from([*target]));
            while !ring.is_empty() && left > 0 {
                let relations: BTreeSet<usize> = ring.iter().flat_map(|cell| &self.of_cells[*cell]).copied().collect();
                let terms = relations.iter().flat_map(|place| self.publication.relations()[*place].terms());
                let around: BTreeSet<usize> = terms.map(|(cell, _)| cell).collect();
                while left > 0
                    && let Some(cell) = self.cheapest(*target, around.iter().copied(), &chosen)
                {
                    chosen.insert(cell);
                    left -= 1;
                }
                ring = around.into_iter().filter(|cell| self.unknown[*cell] && seen.insert(*cell)).collect();
            }
        }
        match targets.first() {
            Some(target) if chosen.is_empty() => Err(self.unprotectable(*target, std::iter::empty())),
            _ => {
                for cell in &chosen {
                    self.unknown[*cell] = true;
                }
                Ok(())
            }
        }
    }

    /// Tries once more to show the cells that weigh most, now that all are hidden that have to give way: says whether one
    /// could be. What the attack on it leaves open stays hidden.
    fn show_weightiest(&mut self) -> bool {
        let weight = |cell: &usize| self.publication.cells()[*cell].weight;
        let mut candidates: Vec<usize> = (0..self.unknown.len())
            .filter(|cell| self.status(*cell) == Status::Secondary && weight(cell) > 1)
            .collect();
        candidates.sort_by_key(|cell| std::cmp::Reverse((weight(cell), self.cost(*cell))));
        candidates.truncate(MISSED);
        let mut any = false;
        for cell in self.told_nothing_by(&candidates) {
            let targets: Vec<usize> =
                self.component(cell).cells.iter().copied().filter(|one| self.sensitive[*one]).collect();
            self.unknown[cell] = false;
            // What a cell that stays hidden did not tell, the others do not tell either.
            if self.attack(&targets, true).is_safe() {
                any = true;
            } else {
                self.unknown[cell] = true;
            }
        }
        any
    }
}
