//! The checks: what each looks for, how grave it is, what to do when it fails and who can do it.
//!
//! *Row checks* are put to each row while it is read: described in `queries/checks/collect.toml`, made in `collect`.
//! *Record checks* are put to the records in the lake: one SQL file each, `queries/checks/<id with _>.sql`, under a
//! header in TOML. A project adds record checks of its own, and changes the severity of any check by its id.

use super::codelist::Codelist;
use super::known::Known;
use super::lint;
use super::resources::{self, Query, Resource};
use crate::error::{self, Error, Result};
use crate::model::LocalText;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One check.
#[derive(Debug, Clone)]
pub struct Check {
    /// Id, e.g. `niss.check_digits`.
    pub id: String,
    /// What happens to a row that fails.
    pub severity: Severity,
    /// What it looks for.
    pub title: LocalText,
    /// What to do when it fails.
    pub advice: LocalText,
    /// Who can mend it: a code of the list `mend`.
    pub mend: String,
    /// How it is made.
    pub rule: CheckRule,
}

/// How a check is made.
#[derive(Debug, Clone)]
pub enum CheckRule {
    /// In code, on each row that is read.
    Row {
        /// The severities that make sense for it.
        may_be: Vec<Severity>,
    },
    /// In SQL, on the records of the lake.
    Record(RecordCheck),
}

/// A check in SQL. The query returns a row a tested record: `submission_id`, `source_file`, `sheet`, `source_row`,
/// `column_name` (the column to look at) and `failed`.
#[derive(Debug, Clone)]
pub struct RecordCheck {
    /// Tables that a CPAS must have handed in for a period: without them its records are not put to the check.
    pub tables: Vec<String>,
    /// Dated parameters the query joins.
    pub parameters: Vec<String>,
    /// Where the rule comes from.
    pub source: String,
    /// The query.
    pub sql: String,
    /// Row of the file on which the query begins.
    pub first_row: usize,
    /// File it comes from.
    pub path: String,
}

/// What happens when a check fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is kept.
    Warning,
    /// The row is rejected.
    Error,
    /// The submission is refused.
    Stop,
}

impl Severity {
    /// The code, as it is written in files and results.
    pub fn code(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Stop => "stop",
        }
    }
}

impl Check {
    /// The query and what belongs to it, when the check is one on records.
    pub fn record(&self) -> Option<&RecordCheck> {
        match &self.rule {
            CheckRule::Record(record) => Some(record),
            CheckRule::Row { .. } => None,
        }
    }

    /// True when the check may have this severity: a record in the lake is kept, so its checks only warn.
    fn may_be(&self, severity: Severity) -> bool {
        match &self.rule {
            CheckRule::Row { may_be } => may_be.contains(&severity),
            CheckRule::Record(_) => severity == Severity::Warning,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    check: Vec<RowCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowCheck {
    id: String,
    severity: Severity,
    #[serde(default = "all_severities")]
    may_be: Vec<Severity>,
    mend: String,
    title: LocalText,
    advice: LocalText,
}

fn all_severities() -> Vec<Severity> {
    vec![Severity::Warning, Severity::Error, Severity::Stop]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: LocalText,
    advice: LocalText,
    #[serde(default = "warning")]
    severity: Severity,
    mend: String,
    tables: Vec<String>,
    #[serde(default)]
    parameters: Vec<String>,
    source: String,
}

fn warning() -> Severity {
    Severity::Warning
}

/// A file of the project's own changes severities and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnFile {
    check: Vec<OwnCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnCheck {
    id: String,
    severity: Severity,
}

/// All checks by id: those built in, the project's own SQL files, and the severities that the project chose.
///
/// # Errors
/// When files are broken, or one names an unknown check or gives a check a severity that makes no sense for it.
pub(super) fn load(project: Option<&Path>, known: &Known<'_>) -> Result<BTreeMap<String, Check>> {
    let mut checks: BTreeMap<String, Check> = BTreeMap::new();
    for resource in resources::list(None, "queries/checks", ".toml")? {
        let file: RowFile = resource.toml()?;
        checks.extend(file.check.into_iter().map(|row| (row.id.clone(), row_check(row))));
    }
    let files = resources::list(project, "queries/checks", ".sql")?;
    let own_place = |file: &Resource, check: Check| match checks.get(&check.id) {
        Some(_) => Err(Error::usage("check-taken").at(file.place()).with("check", &check.id)),
        None => Ok(check),
    };
    let read = |file| record_check(file, known).and_then(|check| own_place(file, check));
    let records = error::all(files.iter().flat_map(|file| lint::with(file, read(file))))?;
    checks.extend(records.into_iter().map(|check| (check.id.clone(), check)));
    if let Some(project) = project {
        for resource in resources::own(project, "queries/checks", ".toml")? {
            let file: OwnFile = resource.toml().map_err(|error| error.instead("check-own-file"))?;
            file.check.iter().try_for_each(|own| choose(&mut checks, &resource, own))?;
        }
    }
    Ok(checks)
}

fn row_check(row: RowCheck) -> Check {
    Check {
        id: row.id,
        severity: row.severity,
        title: row.title,
        advice: row.advice,
        mend: row.mend,
        rule: CheckRule::Row { may_be: row.may_be },
    }
}

fn record_check(resource: &Resource, known: &Known<'_>) -> Result<Check> {
    let Query { header, sql, first_row } = resource.query::<Header>()?;
    let mend = known.codelists.get("mend").into_iter().flat_map(Codelist::codes).map(|code| code.code.as_str());
    error::all([
        known.check(resource, &header.tables, &header.parameters),
        known.word(resource, ("mend", &header.mend), mend),
    ])?;
    let check = Check {
        id: resource.stem().replacen('_', ".", 1),
        severity: header.severity,
        title: header.title,
        advice: header.advice,
        mend: header.mend,
        rule: CheckRule::Record(RecordCheck {
            tables: header.tables,
            parameters: header.parameters,
            source: header.source,
            sql,
            first_row,
            path: resource.path.clone(),
        }),
    };
    if check.may_be(check.severity) {
        Ok(check)
    } else {
        Err(not_allowed(&check, check.severity, resource, "severity"))
    }
}

fn choose(checks: &mut BTreeMap<String, Check>, resource: &Resource, own: &OwnCheck) -> Result<()> {
    let Some(check) = checks.get_mut(&own.id) else {
        let near = super::nearest(&own.id, checks.keys().map(String::as_str));
        let place = resource.place().row(resource.row_of(&own.id));
        return Err(Error::usage("unknown-check").at(place).with("found", &own.id).with("near", near));
    };
    if !check.may_be(own.severity) {
        return Err(not_allowed(check, own.severity, resource, &own.id));
    }
    check.severity = own.severity;
    Ok(())
}

fn not_allowed(check: &Check, severity: Severity, resource: &Resource, word: &str) -> Error {
    let allowed: Vec<&str> =
        all_severities().into_iter().filter(|one| check.may_be(*one)).map(Severity::code).collect();
    Error::usage("check-severity")
        .at(resource.place().row(resource.row_of(word)))
        .with("check", &check.id)
        .with("found", severity.code())
        .with("allowed", allowed.join(", "))
}
