//! What the five offices of the sample share: collecting the files they write, choosing people, marking faults.

use super::form::Form;
use super::page::{Fault, Mark, Page};
use super::people::Person;
use super::random::Random;
use super::workbook::{self, Epoch};
use super::world::World;
use crate::error::Result;
use std::collections::BTreeSet;

/// The files of the sample and the faults planted in them.
#[derive(Default)]
pub(super) struct Exports {
    /// Path relative to the inbox, and content.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// Every planted fault, in the order of files and rows.
    pub(super) faults: Vec<Fault>,
    /// Rows below the headers, totals lines left out.
    pub(super) rows: u64,
}

impl Exports {
    /// Adds a text file.
    pub(super) fn text(&mut self, form: &Form, folder: &str, page: &Page) {
        let path = format!("{folder}/{}", page.layout.name);
        let (bytes, faults) = form.write(page, &path);
        self.count(page);
        self.files.push((path, bytes));
        self.faults.extend(faults);
    }

    /// Adds a workbook.
    pub(super) fn workbook(&mut self, form: &Form, path: &str, pages: &[Page], epoch: Epoch) -> Result<()> {
        let (bytes, faults) = workbook::write(pages, form, path, epoch)?;
        pages.iter().for_each(|page| self.count(page));
        self.files.push((path.to_owned(), bytes));
        self.faults.extend(faults);
        Ok(())
    }

    fn count(&mut self, page: &Page) {
        self.rows += u64::try_from(page.rows.len()).unwrap_or(0);
    }
}

/// A fault in a column.
pub(super) fn mark(field: &'static str, check: &'static str, what: &'static str) -> Mark {
    Mark { field, check, what }
}

impl World {
    /// People whom a project is for, none of them in `taken`; they are added to it.
    pub(super) fn choose(
        &self,
        count: usize,
        taken: &mut BTreeSet<usize>,
        wanted: impl Fn(&Person) -> bool,
        random: &mut Random,
    ) -> Vec<usize> {
        let last = i64::try_from(self.people.len()).unwrap_or(1) - 1;
        let start = usize::try_from(random.between(0, last)).unwrap_or(0);
        let round = (start..self.people.len()).chain(0..start);
        let free = round.filter(|person| !taken.contains(person) && wanted(&self.people[*person]));
        let chosen: Vec<usize> = free.take(count).collect();
        taken.extend(&chosen);
        chosen
    }
}
