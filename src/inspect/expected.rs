//! The headings that a file of the field may hold, whatever the table: what tells its header from titles and content.

use crate::catalogue::headings::key;
use crate::catalogue::{Catalogue, fold};
use std::collections::HashSet;
use std::sync::Arc;

/// Headings of all tables and domains of all instruments.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    known: Arc<HashSet<String>>,
}

impl Expected {
    /// Those of a catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut known: HashSet<String> = HashSet::new();
        for table in catalogue.tables.iter().filter_map(|table| catalogue.headings.table(&table.name)) {
            known.extend(table.iter().map(|(key, _)| key.to_owned()));
        }
        for instrument in catalogue.instruments() {
            for code in instrument.domains.codes() {
                let labels = [&code.code, &code.label.fr, &code.label.nl, &code.label.de, &code.label.en];
                known.extend(labels.map(|label| key(label)));
            }
        }
        known.remove("");
        Expected { known: Arc::new(known) }
    }

    /// True for a heading that is one of them; under two header rows the lower one counts, and an upper one alone does not.
    pub fn holds(&self, heading: &str) -> bool {
        let last = heading.rsplit(" / ").next().unwrap_or(heading);
        !fold(last).is_empty() && (self.known.contains(&key(heading)) || self.known.contains(&key(last)))
    }

    /// How many of these headings are expected.
    pub fn count(&self, headings: &[String]) -> usize {
        headings.iter().filter(|heading| !heading.is_empty() && self.holds(heading)).count()
    }
}
