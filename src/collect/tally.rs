//! How many rows were put to each check, and how many failed it.
//!
//! A row is put to a check when at least one of its filled cells is read by a rule that the check belongs to and no
//! check before it in [`ORDER`] failed on that cell; it fails when one such cell fails. A row with an unreadable byte or
//! with one cell too many is put to the checks on whole rows alone. A row that is rejected is not put to the checks on
//! repeats. `total.sum` counts totals lines with a cell to compare; [`OF_FILES`] count files and sheets.

use super::profile::Identity;
use super::value::CheckId;
use crate::catalogue::{Catalogue, ColumnContract, ColumnType, Severity};

/// The row checks, in the order in which a cell, then a record, then a file meets them.
pub(super) const ORDER: [CheckId; 35] = [
    "cell.error",
    "lookup.missing",
    "lookup.ambiguous",
    "niss.scientific",
    "niss.form",
    "niss.check_digits",
    "niss.birth_date",
    "niss.leading_zero",
    "date.form",
    "date.ambiguous",
    "date.range",
    "number.form",
    "project.unknown",
    "code.unknown",
    "niss.misplaced",
    "text.too_long",
    "value.missing",
    "date.order",
    "score.range",
    "row.undecodable",
    "row.other_encoding",
    "row.other_delimiter",
    "row.stray_quote",
    "row.shape",
    "duplicate.row",
    "duplicate.key",
    "file.empty",
    "sheet.hidden_rows",
    "sheet.beside",
    "date.order_unshown",
    "date.order_both",
    "number.sign_unshown",
    "number.sign_both",
    "total.sum",
    // What is no row check at all; nothing is counted here.
    "",
];

/// The checks on a whole file or sheet.
pub(super) const OF_FILES: Checks = checks(&[
    "file.empty",
    "sheet.hidden_rows",
    "sheet.beside",
    "date.order_unshown",
    "date.order_both",
    "number.sign_unshown",
    "number.sign_both",
]);
/// The checks that every row with content is put to, whatever is in it.
pub(super) const OF_ROWS: Checks =
    checks(&["row.undecodable", "row.other_encoding", "row.other_delimiter", "row.stray_quote"]);

/// A set of checks, a bit each.
pub(super) type Checks = u64;

/// The set that holds these checks.
pub(super) const fn checks(ids: &[&str]) -> Checks {
    let (mut set, mut next) = (0, 0);
    while next < ids.len() {
        set |= 1 << place(ids[next]);
        next += 1;
    }
    set
}

/// Place in [`ORDER`]; texts are compared byte by byte, so that sets are made when the program is built.
const fn place(id: &str) -> usize {
    let mut place = 0;
    while place < ORDER.len() {
        let (known, id) = (ORDER[place].as_bytes(), id.as_bytes());
        let mut at = 0;
        while at < known.len() && at < id.len() && known[at] == id[at] {
            at += 1;
        }
        if at == known.len() && at == id.len() {
            return place;
        }
        place += 1;
    }
    ORDER.len() - 1
}

/// The checks that a cell of this column is put to.
pub(super) fn of_cell(column: &ColumnContract, identity: Identity, has_lookup: bool) -> Checks {
    let own = match column.kind {
        ColumnType::Person if identity == Identity::Niss => {
            checks(&["niss.scientific", "niss.form", "niss.check_digits", "niss.birth_date", "niss.leading_zero"])
        }
        ColumnType::Person => 0,
        ColumnType::Date | ColumnType::Year => checks(&["date.form", "date.ambiguous", "date.range"]),
        ColumnType::Integer | ColumnType::Score | ColumnType::Hours | ColumnType::Money => checks(&["number.form"]),
        ColumnType::Code if column.codelist.as_deref() == Some("project") => checks(&["project.unknown"]),
        ColumnType::Code | ColumnType::Instrument | ColumnType::Domain | ColumnType::Boolean => {
            checks(&["code.unknown"])
        }
        ColumnType::Id | ColumnType::Text => checks(&["niss.misplaced", "text.too_long"]),
    };
    let lookup = if has_lookup { checks(&["lookup.missing", "lookup.ambiguous"]) } else { 0 };
    checks(&["cell.error"]) | lookup | own
}

/// Of these checks those that a cell got to: none behind the one it failed.
pub(super) fn reached<T>(own: Checks, read: &Result<T, CheckId>) -> Checks {
    match read {
        Ok(_) => own,
        Err(failed) => (own | checks(&[failed])) & ((1 << (place(failed) + 1)) - 1),
    }
}

/// The severity of each check, as the project wants it.
#[derive(Debug, Clone, Copy)]
pub struct Severities([Severity; ORDER.len()]);

impl Severities {
    /// The severities of a catalogue. A check that it lacks rejects.
    pub fn new(catalogue: &Catalogue) -> Self {
        Severities(ORDER.map(|id| catalogue.checks.get(id).map_or(Severity::Error, |check| check.severity)))
    }

    /// What happens to a row that fails this check.
    pub(super) fn of(&self, check: CheckId) -> Severity {
        self.0[place(check)]
    }

    /// True when a row that fails this check is not loaded.
    pub(super) fn rejects(&self, check: CheckId) -> bool {
        self.of(check) != Severity::Warning
    }
}

/// What one submission's rows were put to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    tested: [u64; ORDER.len()],
    failed: [u64; ORDER.len()],
}

impl Default for Tally {
    fn default() -> Self {
        Tally { tested: [0; ORDER.len()], failed: [0; ORDER.len()] }
    }
}

impl Tally {
    /// Counts a row (a file, a totals line): the checks it was put to, and those it failed.
    pub(super) fn count(&mut self, tested: Checks, failed: Checks) {
        let count = |counts: &mut [u64; ORDER.len()], mut set: Checks| {
            while set != 0 {
                counts[set.trailing_zeros() as usize] += 1;
                set &= set - 1;
            }
        };
        count(&mut self.tested, tested | failed);
        count(&mut self.failed, failed);
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: &Tally) {
        let sum = |own: &mut [u64], other: &[u64]| own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        sum(&mut self.tested, &other.tested);
        sum(&mut self.failed, &other.failed);
    }

    /// Each check with how many were put to it and how many failed, also where none was.
    pub fn lines(&self) -> impl Iterator<Item = (CheckId, u64, u64)> {
        let counts = self.tested.iter().zip(&self.failed);
        ORDER.iter().zip(counts).filter(|(id, _)| !id.is_empty()).map(|(id, (tested, failed))| (*id, *tested, *failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_failed_hides_those_behind_it() {
        let own = checks(&["cell.error", "date.form", "date.range"]);
        assert_eq!(reached(own, &Ok(())), own);
        assert_eq!(reached::<()>(own, &Err("date.form")), checks(&["cell.error", "date.form"]));
        assert_eq!(reached::<()>(own, &Err("cell.error")), checks(&["cell.error"]));
    }

    #[test]
    fn every_check_has_a_place_of_its_own() {
        let ids: Vec<CheckId> = ORDER.into_iter().filter(|id| !id.is_empty()).collect();
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(place(id), number, "{id}");
        }
    }
}
