//! The checks an export is put to: what each looks for and what to do when it fails.

use super::resources;
use crate::error::Result;
use crate::model::LocalText;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Id, e.g. `niss.check_digits`.
    pub id: String,
    /// What happens to a row that fails.
    pub severity: Severity,
    /// What it looks for.
    pub title: LocalText,
    /// What to do when it fails.
    pub advice: LocalText,
}

/// What happens when a check fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is rejected.
    Error,
    /// The row is kept.
    Warning,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    check: Vec<Check>,
}

/// All checks by id.
///
/// # Errors
/// When a file is broken.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Check>> {
    let mut checks = BTreeMap::new();
    for resource in resources::list(project, "queries/checks", ".toml")? {
        let file: File = resource.toml()?;
        checks.extend(file.check.into_iter().map(|check| (check.id.clone(), check)));
    }
    Ok(checks)
}
