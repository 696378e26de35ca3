//! Parameters with a date: rules whose value changes, each with its source.

use super::resources::{self, Resource};
use crate::error::{Error, Result};
use crate::model::LocalText;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A rule whose value depends on the date.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name: the file's name.
    pub name: String,
    /// Title.
    pub title: LocalText,
    /// Unit of the values.
    pub unit: String,
    /// The values in the order of their dates.
    pub values: Vec<DatedValue>,
}

/// One value of a parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedValue {
    /// First day on which it holds.
    pub from: NaiveDate,
    /// What it holds for, where the rule differs (a scheme); empty for all.
    #[serde(default)]
    pub scope: String,
    /// The value.
    pub value: f64,
    /// Where it is laid down.
    pub reference: String,
    /// Day on which somebody last looked it up.
    pub last_verified_on: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: LocalText,
    unit: String,
    value: Vec<DatedValue>,
}

impl Parameter {
    /// The value that holds on a day for a scope: the scope's own, else the one for all.
    ///
    /// # Errors
    /// A day before the first value: names the parameter and its first date.
    pub fn on(&self, day: NaiveDate, scope: &str) -> Result<&DatedValue> {
        let holds = |value: &&DatedValue| value.from <= day;
        let of_scope = |wanted: &str| self.values.iter().filter(|value| value.scope == wanted).rfind(holds);
        of_scope(scope).or_else(|| of_scope("")).ok_or_else(|| {
            let first = self.values.first().map(|value| value.from.to_string()).unwrap_or_default();
            Error::usage("parameter-too-early").with("name", &self.name).with("day", day).with("first", first)
        })
    }
}

/// All parameters by name.
///
/// # Errors
/// When a file is broken.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Parameter>> {
    let files = resources::list(project, "queries/parameters", ".toml")?;
    files.iter().map(read).map(|read| read.map(|parameter| (parameter.name.clone(), parameter))).collect()
}

fn read(resource: &Resource) -> Result<Parameter> {
    let mut file: File = resource.toml()?;
    file.value.sort_by_key(|value| value.from);
    Ok(Parameter { name: resource.stem().to_owned(), title: file.title, unit: file.unit, values: file.value })
}
