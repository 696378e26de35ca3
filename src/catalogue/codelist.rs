//! Code lists: the codes of a column, their labels in four languages and the spellings met in exports.

use super::fold::fold;
use super::resources::{self, Resource};
use crate::error::{Error, Result};
use crate::model::LocalText;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// One code.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code itself.
    pub code: String,
    /// Its label.
    pub label: LocalText,
}

/// A code list, in its own order.
#[derive(Debug, Clone, Default)]
pub struct Codelist {
    codes: Vec<Code>,
    by_spelling: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct Line {
    code: String,
    fr: String,
    nl: String,
    de: String,
    en: String,
    #[serde(default)]
    aliases: String,
}

impl Codelist {
    /// The codes in order.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The code that a spelling stands for: the code itself, a label in any language, or an alias.
    pub fn find(&self, spelling: &str) -> Option<&str> {
        self.by_spelling.get(&fold(spelling)).map(|position| self.codes[*position].code.as_str())
    }

    /// Place in the list; codes that are not in it come last.
    pub fn position(&self, code: &str) -> usize {
        self.codes.iter().position(|known| known.code == code).unwrap_or(usize::MAX)
    }

    /// The label of a code.
    pub fn label(&self, code: &str) -> Option<&LocalText> {
        self.codes.iter().find(|known| known.code == code).map(|known| &known.label)
    }

    /// Adds a code; a spelling that already stands for another code is an error: two codes never share one in silence.
    pub(super) fn add(&mut self, code: Code, aliases: impl Iterator<Item = String>) -> Result<(), String> {
        let position = self.codes.len();
        let label = &code.label;
        let own = [&code.code, &label.fr, &label.nl, &label.de, &label.en].map(Clone::clone);
        for spelling in own.into_iter().chain(aliases).map(|spelling| fold(&spelling)).filter(|text| !text.is_empty()) {
            if let Some(other) = self.by_spelling.insert(spelling.clone(), position).filter(|other| *other != position)
            {
                return Err(format!("'{spelling}': {} / {}", self.codes[other].code, code.code));
            }
        }
        self.codes.push(code);
        Ok(())
    }
}

/// All code lists by name.
///
/// # Errors
/// When a list is broken or two of its codes share a spelling.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Codelist>> {
    let files = resources::list(project, "queries/codelists", ".csv")?;
    files.iter().map(|resource| Ok((resource.stem().to_owned(), read(resource)?))).collect()
}

fn read(resource: &Resource) -> Result<Codelist> {
    let broken =
        |row: u64, found: String| Error::usage("bad-codelist").at(resource.place().row(row)).with("found", found);
    let mut list = Codelist::default();
    let mut reader = csv::Reader::from_reader(resource.text.as_bytes());
    for (index, line) in reader.deserialize::<Line>().enumerate() {
        let row = index as u64 + 2;
        let line = line.map_err(|error| broken(row, error.to_string()))?;
        let label = LocalText { fr: line.fr, nl: line.nl, de: line.de, en: line.en };
        let aliases = line.aliases.split('|').map(str::to_owned);
        list.add(Code { code: line.code, label }, aliases).map_err(|found| broken(row, found))?;
    }
    Ok(list)
}
