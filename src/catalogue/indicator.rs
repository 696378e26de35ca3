//! Indicators: one SQL file each, under a TOML header in its leading comment.

use super::resources::{self, Resource};
use crate::error::{Error, Result};
use crate::model::LocalText;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One indicator.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// Id: the file's name with its first underscore as a dot (`progress_change` is `progress.change`).
    pub id: String,
    /// Title.
    pub title: LocalText,
    /// What is counted, about whom, and how.
    pub definition: LocalText,
    /// Which sufficient statistics the query returns.
    pub kind: Kind,
    /// Unit of the published value (`persons`, `percent`, `points`, `eur`, ...).
    pub unit: String,
    /// Where the definition comes from.
    pub source: String,
    /// Tables that an agency must have handed in for a period: without them its figure is provisional.
    pub tables: Vec<String>,
    /// Dated parameters the query joins.
    pub parameters: Vec<String>,
    /// The query.
    pub sql: String,
    /// File it comes from.
    pub path: String,
}

/// The kinds of indicator, by the columns the query returns after the grain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `persons, value`.
    Count,
    /// `persons, numerator, denominator`.
    Ratio,
    /// `persons, n, sum, sum_sq`.
    Mean,
    /// `persons, n, sum, sum_sq, sum_before, sum_after, improved, unchanged, worsened, at_ceiling, at_floor`.
    Change,
    /// `contributors, value_eur`.
    Amount,
    /// `kind, indicator, breakdown, direction, target, status`: an objective, judged by another indicator.
    Objective,
}

impl Kind {
    /// The columns after the grain, in the order in which a query returns them.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::Count => &["persons", "value"],
            Kind::Ratio => &["persons", "numerator", "denominator"],
            Kind::Mean => &["persons", "n", "sum", "sum_sq"],
            Kind::Change => &[
                "persons",
                "n",
                "sum",
                "sum_sq",
                "sum_before",
                "sum_after",
                "improved",
                "unchanged",
                "worsened",
                "at_ceiling",
                "at_floor",
            ],
            Kind::Amount => &["contributors", "value_eur"],
            Kind::Objective => {
                &["objective_kind", "indicator", "breakdown", "direction", "target", "objective_status", "evidence"]
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: LocalText,
    definition: LocalText,
    kind: Kind,
    unit: String,
    source: String,
    tables: Vec<String>,
    #[serde(default)]
    parameters: Vec<String>,
}

/// All indicators by id.
///
/// # Errors
/// When a file has no header, or a key of its header is unknown or missing.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Indicator>> {
    let files = resources::list(project, "queries/indicators", ".sql")?;
    files.iter().map(read).map(|read| read.map(|indicator| (indicator.id.clone(), indicator))).collect()
}

fn read(resource: &Resource) -> Result<Indicator> {
    let no_header = || Error::usage("no-header").at(resource.place());
    let (header, sql) =
        resource.text.trim_start().strip_prefix("/*").and_then(|rest| rest.split_once("*/")).ok_or_else(no_header)?;
    let header: Header = resources::parse_toml(header, resource.place())?;
    Ok(Indicator {
        id: resource.stem().replacen('_', ".", 1),
        title: header.title,
        definition: header.definition,
        kind: header.kind,
        unit: header.unit,
        source: header.source,
        tables: header.tables,
        parameters: header.parameters,
        sql: sql.trim().trim_end_matches(';').to_owned(),
        path: resource.path.clone(),
    })
}
