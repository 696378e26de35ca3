//! The table contracts of the data model: which columns a table has, of which type, and its key.

use super::resources::{self, Resource};
use crate::error::{Error, Result};
use serde::Deserialize;
use std::path::Path;

/// One table of the data model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableContract {
    /// Name; the file's name.
    #[serde(skip)]
    pub name: String,
    /// Place in the order of tables.
    pub order: u32,
    /// What one row is.
    pub row: String,
    /// Columns that together tell rows apart, `cpas` among them.
    pub key: Vec<String>,
    /// Pairs of date columns: the second may not lie before the first.
    #[serde(default)]
    pub in_order: Vec<(String, String)>,
    /// The columns beside `cpas` and the origin.
    #[serde(rename = "column")]
    pub columns: Vec<ColumnContract>,
}

/// One column of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnContract {
    /// Name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// A row without it is refused.
    pub required: bool,
    /// The list its codes come from.
    pub codelist: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// A pseudonym of a person, made from a national number or a client number.
    Person,
    /// The agency's own number of a file, contract, edition.
    Id,
    /// A code of a code list.
    Code,
    /// A measuring instrument.
    Instrument,
    /// A domain of the row's instrument.
    Domain,
    /// A short text that names no person.
    Text,
    /// A day.
    Date,
    /// A whole number.
    Integer,
    /// A year.
    Year,
    /// Yes or no.
    Boolean,
    /// Hundredths of a point.
    Score,
    /// Hundredths of an hour.
    Hours,
    /// Cents of a euro.
    Money,
}

impl ColumnType {
    /// True when values are texts, kept once each in a pool.
    pub fn is_text(self) -> bool {
        use ColumnType::{Code, Domain, Id, Instrument, Person, Text};
        matches!(self, Person | Id | Code | Instrument | Domain | Text)
    }
}

impl TableContract {
    /// Position of a column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|contract| contract.name == column)
    }
}

/// All table contracts in their order.
///
/// # Errors
/// When a contract file is broken.
pub fn load(project: Option<&Path>) -> Result<Vec<TableContract>> {
    let mut tables = resources::list(project, "queries/tables", ".toml")?
        .iter()
        .map(read)
        .collect::<Result<Vec<TableContract>>>()?;
    tables.sort_by_key(|table| table.order);
    Ok(tables)
}

fn read(resource: &Resource) -> Result<TableContract> {
    let mut table: TableContract = resource.toml()?;
    resource.stem().clone_into(&mut table.name);
    for key in &table.key {
        if key != "cpas" && table.position(key).is_none() {
            return Err(Error::usage("bad-contract").at(resource.place()).with("found", key));
        }
    }
    Ok(table)
}
