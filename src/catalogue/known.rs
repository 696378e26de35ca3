//! The names that a header may use: tables, parameters and codes that exist.

use super::codelist::Codelist;
use super::nearest;
use super::parameter::Parameter;
use super::resources::Resource;
use super::table::TableContract;
use crate::error::{self, Error, Result};
use crate::model::LocalText;
use std::collections::BTreeMap;

/// What exists, as far as headers name it.
pub(super) struct Known<'c> {
    /// Table contracts.
    pub tables: &'c [TableContract],
    /// Dated parameters by name.
    pub parameters: &'c BTreeMap<String, Parameter>,
    /// Code lists by name.
    pub codelists: &'c BTreeMap<String, Codelist>,
    /// What indicators count, and their units.
    pub labels: &'c Labels,
}

/// Labels of the words in headers that are not codes of results: `queries/counted.toml`, `queries/units.toml`.
#[derive(Debug)]
pub(super) struct Labels {
    /// What is counted.
    pub counted: BTreeMap<String, LocalText>,
    /// Units of values.
    pub units: BTreeMap<String, LocalText>,
}

impl Known<'_> {
    /// Holds the tables and parameters that a header names against those that exist.
    ///
    /// # Errors
    /// When one does not: all of them, each with its row.
    pub fn check(&self, resource: &Resource, tables: &[String], parameters: &[String]) -> Result<()> {
        let known = || self.tables.iter().map(|table| table.name.as_str());
        let no_table = |found: &&String| !known().any(|name| name == found.as_str());
        let tables = tables.iter().filter(no_table).map(|found| {
            let known_names = known().collect::<Vec<_>>().join(", ");
            let fault = Error::usage("unknown-table").with("found", found).with("known", known_names);
            Err(at(resource, found, fault.did_you_mean(nearest(found, known()))))
        });
        let names = || self.parameters.keys().map(String::as_str);
        let no_parameter = |found: &&String| !self.parameters.contains_key(found.as_str());
        let parameters = parameters.iter().filter(no_parameter).map(|found| {
            let fault = Error::usage("unknown-parameter").with("found", found);
            Err(at(resource, found, fault.did_you_mean(nearest(found, names()))))
        });
        error::all::<()>(tables.chain(parameters)).map(|_| ())
    }

    /// Holds a word of a header against those that its key may have.
    ///
    /// # Errors
    /// When it is none of them: names the nearest.
    pub fn word<'w>(
        &self,
        resource: &Resource,
        (key, found): (&str, &str),
        known: impl Iterator<Item = &'w str> + Clone,
    ) -> Result<()> {
        if known.clone().any(|word| word == found) {
            return Ok(());
        }
        let allowed = known.clone().collect::<Vec<_>>().join(", ");
        let fault = Error::usage("unknown-word").with("key", key).with("found", found).with("known", allowed);
        Err(at(resource, found, fault.did_you_mean(nearest(found, known))))
    }
}

/// The fault at the row of the file on which a word first stands in quotes.
fn at(resource: &Resource, word: &str, fault: Error) -> Error {
    fault.at(resource.place().row(resource.row_of(&format!("\"{word}\""))))
}
