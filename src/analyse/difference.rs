//! Two editions of the figures held against each other: what changed, and what it comes from.
//!
//! A changed figure is put down to everything that it is made of and that changed too: the rows of the CPAS of its area
//! in the tables of its indicator, the dated values it joins, its definition, the program. Where several of these
//! changed, all are named: the records do not tell how much is each one's.

use super::observation::{Dimensions, Observation};
use crate::model::record::{RunRecord, UsedDefinition, UsedTable, UsedValue};
use std::collections::{BTreeMap, BTreeSet};

/// The figures of a run and what they were made from.
#[derive(Debug, Clone, Default)]
pub struct Edition {
    /// The figures.
    pub observations: Vec<Observation>,
    /// The record of the run.
    pub record: RunRecord,
}

/// What a changed figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A CPAS handed in a table for a period for the first time (CPAS, period, table, rows).
    NewFiles(String, String, String, u64),
    /// A table is not there any more.
    GoneFiles(String, String, String, u64),
    /// Other files with other rows (CPAS, period, table, rows before and after).
    CorrectedRows(String, String, String, (u64, u64)),
    /// The same files, read otherwise: another profile, code list or check.
    ReadOtherwise(String, String, String, (u64, u64)),
    /// A dated value is another one.
    Parameter(String),
    /// The indicator is defined otherwise, is new, or is gone.
    Definition,
    /// The area is made of other CPAS (its code).
    Areas(String),
    /// Another version of the program.
    Program(String, String),
    /// None of these: somebody must find out.
    Unknown,
}

impl Cause {
    /// The kind, as messages and results name it.
    pub fn code(&self) -> &'static str {
        match self {
            Cause::NewFiles(..) => "new_files",
            Cause::GoneFiles(..) => "gone_files",
            Cause::CorrectedRows(..) => "corrected_rows",
            Cause::ReadOtherwise(..) => "read_otherwise",
            Cause::Parameter(_) => "parameter",
            Cause::Definition => "definition",
            Cause::Areas(_) => "areas",
            Cause::Program(..) => "program",
            Cause::Unknown => "unknown",
        }
    }

    /// What exactly, the same in every language; empty where the kind says all.
    pub fn detail(&self) -> String {
        match self {
            Cause::NewFiles(cpas, period, table, rows) => format!("{cpas}/{period} {table} +{rows}"),
            Cause::GoneFiles(cpas, period, table, rows) => format!("{cpas}/{period} {table} -{rows}"),
            Cause::CorrectedRows(cpas, period, table, (before, after))
            | Cause::ReadOtherwise(cpas, period, table, (before, after)) => {
                format!("{cpas}/{period} {table} {before} → {after}")
            }
            Cause::Parameter(name) | Cause::Areas(name) => name.clone(),
            Cause::Program(before, after) => format!("{before} → {after}"),
            Cause::Definition | Cause::Unknown => String::new(),
        }
    }
}

/// A figure that is not what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The figure before; `None`: there was none.
    pub before: Option<Observation>,
    /// The figure now; `None`: there is none.
    pub after: Option<Observation>,
    /// What it comes from, at least one.
    pub causes: BTreeSet<Cause>,
}

impl Difference {
    /// Either of the two.
    pub fn either(&self) -> Option<&Observation> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

type Key<'o> = (&'o str, &'o str, &'o str, &'o str, &'o Dimensions);

fn index(list: &[Observation]) -> BTreeMap<Key<'_>, &Observation> {
    list.iter()
        .map(|one| ((&*one.indicator, &*one.period, &*one.area_level, &*one.area, &*one.dimensions), one))
        .collect()
}

/// The figures that differ, in the order of indicator, period, area and dimensions.
pub fn differences(old: &Edition, new: &Edition) -> Vec<Difference> {
    let (before, after) = (index(&old.observations), index(&new.observations));
    let keys: BTreeSet<&Key<'_>> = before.keys().chain(after.keys()).collect();
    let changed = Changed::new(&old.record, &new.record);
    let mut found = Vec::new();
    for key in keys {
        let (then, now) = (before.get(key).copied(), after.get(key).copied());
        if then == now {
            continue;
        }
        let Some(either) = now.or(then) else { continue };
        let causes = changed.causes(either);
        found.push(Difference { before: then.cloned(), after: now.cloned(), causes });
    }
    found
}

/// What is not the same in two records.
struct Changed<'r> {
    old: &'r RunRecord,
    new: &'r RunRecord,
    /// By CPAS: what happened to its tables.
    rows: BTreeMap<&'r str, Vec<(&'r str, Cause)>>,
    /// Parameter and period.
    values: BTreeSet<(&'r str, &'r str)>,
}

impl<'r> Changed<'r> {
    fn new(old: &'r RunRecord, new: &'r RunRecord) -> Self {
        let by_place = |record: &'r RunRecord| -> BTreeMap<[&'r str; 3], &'r UsedTable> {
            record.submissions.iter().map(|one| ([&*one.cpas, &*one.period, &*one.table], one)).collect()
        };
        let (then, now) = (by_place(old), by_place(new));
        let mut rows: BTreeMap<&str, Vec<(&str, Cause)>> = BTreeMap::new();
        let places: BTreeSet<&[&str; 3]> = then.keys().chain(now.keys()).collect();
        for place in places {
            let [cpas, period, table] = place.map(str::to_owned);
            let cause = match (then.get(place), now.get(place)) {
                (None, Some(now)) => Cause::NewFiles(cpas, period, table, now.rows),
                (Some(then), None) => Cause::GoneFiles(cpas, period, table, then.rows),
                (Some(then), Some(now)) if then.content == now.content => continue,
                (Some(then), Some(now)) if then.files == now.files => {
                    Cause::ReadOtherwise(cpas, period, table, (then.rows, now.rows))
                }
                (Some(then), Some(now)) => Cause::CorrectedRows(cpas, period, table, (then.rows, now.rows)),
                (None, None) => continue,
            };
            rows.entry(place[0]).or_default().push((place[2], cause));
        }
        Changed { old, new, rows, values: changed_values(&old.parameters, &new.parameters) }
    }

    fn causes(&self, figure: &Observation) -> BTreeSet<Cause> {
        let mut causes = BTreeSet::new();
        // An objective is judged by the figure of another indicator.
        let judged_by = figure.dimensions.get("indicator").map(String::as_str);
        let mut either = Vec::new();
        for indicator in std::iter::once(&*figure.indicator).chain(judged_by) {
            let (then, now) = (definition(self.old, indicator), definition(self.new, indicator));
            if then.map(|one| &one.sha256) != now.map(|one| &one.sha256) {
                causes.insert(Cause::Definition);
            }
            either.extend([then, now]);
        }
        let reads = |table: &str| {
            let mut known = either.iter().flatten().peekable();
            known.peek().is_none()
                || known.any(|one| one.tables.is_empty() || one.tables.iter().any(|own| own == table))
        };
        for (cpas, happened) in &self.rows {
            if self.is_in(cpas, figure) {
                let own = happened.iter().filter(|(table, _)| reads(table));
                causes.extend(own.map(|(_, cause)| cause.clone()));
            }
        }
        let joins = |name: &str| {
            either.iter().flatten().any(|one| one.tables.is_empty() || one.parameters.iter().any(|own| own == name))
        };
        let values = self.values.iter().filter(|(name, period)| *period == &*figure.period && joins(name));
        causes.extend(values.map(|(name, _)| Cause::Parameter((*name).to_owned())));
        if self.is_made_otherwise(figure) {
            causes.insert(Cause::Areas(figure.area.to_string()));
        }
        if self.old.program != self.new.program {
            causes.insert(Cause::Program(self.old.program.clone(), self.new.program.clone()));
        }
        if causes.is_empty() {
            causes.insert(Cause::Unknown);
        }
        causes
    }

    /// Whether a CPAS of both records belongs to the area of a figure in one of them only.
    fn is_made_otherwise(&self, figure: &Observation) -> bool {
        let at_level = |areas: &BTreeMap<String, String>| {
            areas.get(&*figure.area_level).is_some_and(|area| **area == *figure.area)
        };
        self.old
            .areas
            .iter()
            .any(|(cpas, then)| self.new.areas.get(cpas).is_some_and(|now| at_level(then) != at_level(now)))
    }

    /// Whether a CPAS belongs to the area of a figure, then or now.
    fn is_in(&self, cpas: &str, figure: &Observation) -> bool {
        [self.old, self.new].iter().any(|record| {
            let areas = record.areas.get(cpas);
            areas.and_then(|areas| areas.get(&*figure.area_level)).is_some_and(|area| **area == *figure.area)
        })
    }
}

/// The definition behind a figure: `progress.change.improved` is a part of `progress.change`.
fn definition<'r>(record: &'r RunRecord, indicator: &str) -> Option<&'r UsedDefinition> {
    let whole = indicator.rsplit_once('.').map(|(whole, _)| whole);
    record.indicators.get(indicator).or_else(|| record.indicators.get(whole?))
}

fn changed_values<'r>(old: &'r [UsedValue], new: &'r [UsedValue]) -> BTreeSet<(&'r str, &'r str)> {
    let has = |list: &[UsedValue], one: &UsedValue| list.contains(one);
    let gone = old.iter().filter(|one| !has(new, one));
    let come = new.iter().filter(|one| !has(old, one));
    gone.chain(come).map(|one| (one.name.as_str(), one.period.as_str())).collect()
}
