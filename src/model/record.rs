//! What the figures of a run were made from: kept beside them, so that two runs can be held against each other.

use super::Geography;
use super::result::Edition;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Name of a record, beside what it is about.
pub const RECORD: &str = "record.json";

/// A file and its content's hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsedFile {
    /// Its path below the folder of the record.
    pub path: String,
    /// SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
}

impl UsedFile {
    /// A file of this content.
    pub fn of(path: &str, content: &[u8]) -> Self {
        UsedFile { path: path.to_owned(), sha256: sha256(content) }
    }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The record of a run. Nothing in it depends on when or where the run was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// Who may see the figures: small numbers are in them.
    #[serde(default)]
    pub edition: Edition,
    /// Version of the program.
    pub program: String,
    /// By which communes.
    #[serde(default)]
    pub geography: Geography,
    /// The indicators by id.
    pub indicators: BTreeMap<String, UsedDefinition>,
    /// The dated values that were used.
    pub parameters: Vec<UsedValue>,
    /// What is in force in the lake: a line for each CPAS, period and table.
    pub submissions: Vec<UsedTable>,
    /// The areas of each CPAS, by level.
    pub areas: BTreeMap<String, BTreeMap<String, String>>,
}

/// The definition of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsedDefinition {
    /// SHA-256 over what makes its figure: kind, unit, query.
    pub sha256: String,
    /// Tables it reads; none: it may read any.
    pub tables: Vec<String>,
    /// Parameters it joins.
    pub parameters: Vec<String>,
}

/// A dated value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsedValue {
    /// Parameter.
    pub name: String,
    /// Period it was used for.
    pub period: String,
    /// What it holds for; empty: everything.
    pub scope: String,
    /// The value.
    pub value: f64,
}

/// A table of a submission in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsedTable {
    /// CPAS.
    pub cpas: String,
    /// Period.
    pub period: String,
    /// Table.
    pub table: String,
    /// Accepted rows.
    pub rows: u64,
    /// Hash over them.
    pub content: String,
    /// Hash over the files they came from.
    pub files: String,
}
