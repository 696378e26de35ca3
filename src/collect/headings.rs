//! The headings of a file: columns looked up by name, and the rows that a rule declares as not wanted.

use super::profile::{FileRule, IgnoreRule};
use crate::catalogue::fold;
use crate::error::{Error, Place, Result};
use tabular::Cell;

/// The headings of a file, for looking columns up.
pub struct Headings {
    /// As written.
    pub names: Vec<String>,
    folded: Vec<String>,
    /// At least one is a heading that the profile names: this row is a header, and may be repeated in a message.
    pub is_header: bool,
    /// Where they stand.
    pub place: Place,
}

impl Headings {
    /// Headings at a place, where the profile expects these among others.
    pub fn new<'e>(names: Vec<String>, place: Place, mut expected: impl Iterator<Item = &'e String>) -> Self {
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let is_header = expected.any(|heading| folded.contains(&fold(heading)));
        Headings { names, folded, is_header, place }
    }

    /// The column under one of these headings.
    ///
    /// # Errors
    /// When two columns bear the heading. `Ok(None)` when none does.
    pub fn find(&self, wanted: &[String]) -> Result<Option<usize>> {
        for heading in wanted {
            let wanted = fold(heading);
            let mut found =
                self.folded.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(column, _)| column);
            if let Some(column) = found.next() {
                if found.next().is_some() {
                    return Err(Error::input("ambiguous-column").at(self.place.clone().column(heading)));
                }
                return Ok(Some(column));
            }
        }
        Ok(None)
    }

    /// The column under one of these headings, which must be there.
    ///
    /// # Errors
    /// When there is none or there are two.
    pub fn require(&self, wanted: &[String]) -> Result<usize> {
        self.find(wanted)?.ok_or_else(|| {
            if !self.is_header {
                // Without its header a file shows a person here: only the number of cells is told.
                return Error::input("missing-header")
                    .at(self.place.clone())
                    .with("expected", wanted.join(" / "))
                    .with("count", self.names.len());
            }
            let present = self.names.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>();
            Error::input("missing-column")
                .at(self.place.clone())
                .with("expected", wanted.join(" / "))
                .with("found", present.join(", "))
        })
    }
}

/// The rows of a file that its rule declares as not wanted.
pub struct IgnorePlan(Vec<(usize, Vec<String>)>);

impl IgnorePlan {
    /// Lays the rules over headings.
    ///
    /// # Errors
    /// When a rule names a column that is not there.
    pub fn new(rule: &FileRule, headings: &Headings) -> Result<Self> {
        let lay = |ignore: &IgnoreRule| {
            let column = headings.require(std::slice::from_ref(&ignore.column))?;
            Ok((column, ignore.values.iter().map(|value| fold(value)).collect()))
        };
        rule.ignore.iter().map(lay).collect::<Result<_>>().map(IgnorePlan)
    }

    /// True when the row is one of them.
    pub fn covers(&self, cells: &[Cell<'_>]) -> bool {
        self.0
            .iter()
            .any(|(column, values)| cells.get(*column).is_some_and(|cell| values.contains(&fold(&cell.text()))))
    }
}
