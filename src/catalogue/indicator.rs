//! Indicators: one SQL file each, under a TOML header in its leading comment.

use super::known::Known;
use super::lint;
use super::resources::{self, Query, Resource};
use super::sql;
use crate::error::{self, Result};
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
    /// Who or what is counted, or is in the denominator.
    pub population: LocalText,
    /// What one unit of the count, of the denominator or of n is: a word of `queries/counted.toml`.
    pub counted: String,
    /// Which sufficient statistics the query returns.
    pub kind: Kind,
    /// Unit of the published value: a word of `queries/units.toml`.
    pub unit: String,
    /// Whether the definition may still change.
    pub standing: Standing,
    /// The law that it rests on; empty where none does.
    pub legal_basis: String,
    /// Where the definition comes from.
    pub source: String,
    /// Tables that an agency must have handed in for a period: without them its figure is provisional.
    pub tables: Vec<String>,
    /// Dated parameters the query joins.
    pub parameters: Vec<String>,
    /// The indicator that counts all that this one counts, and more: a reader knows that this one is no larger.
    pub within: Option<String>,
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

/// Whether a definition may still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It changes only with a word in the changelog.
    Stable,
    /// It is being tried.
    Experimental,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: LocalText,
    definition: LocalText,
    population: LocalText,
    counted: String,
    kind: Kind,
    unit: String,
    status: Standing,
    #[serde(default)]
    legal_basis: String,
    source: String,
    tables: Vec<String>,
    #[serde(default)]
    parameters: Vec<String>,
    #[serde(default)]
    within: Option<String>,
}

impl Indicator {
    /// The dimensions by which its figures are broken down, in the order in which the query returns them.
    pub fn dimensions(&self) -> Vec<String> {
        let grain = ["period", "area_level", "area"];
        let own = self.kind.columns();
        let is_dimension = |name: &String| !grain.contains(&name.as_str()) && !own.contains(&name.as_str());
        sql::columns(&self.sql).into_iter().filter(is_dimension).collect()
    }
}

/// All indicators by id.
///
/// # Errors
/// When files have no header, a key of it is unknown, missing or wrong, or the query is one that engines read
/// differently: everything that is wrong.
pub(super) fn load(project: Option<&Path>, known: &Known<'_>) -> Result<BTreeMap<String, Indicator>> {
    let files = resources::list(project, "queries/indicators", ".sql")?;
    let read = error::all(files.iter().flat_map(|file| lint::with(file, read(file, known))))?;
    let ids: Vec<String> = read.iter().map(|indicator| indicator.id.clone()).collect();
    let named = |file: &Resource, read: &Indicator| match &read.within {
        Some(whole) => known.word(file, ("within", whole), ids.iter().map(String::as_str)),
        None => Ok(()),
    };
    error::all(files.iter().zip(&read).map(|(file, read)| named(file, read)))?;
    Ok(read.into_iter().map(|indicator| (indicator.id.clone(), indicator)).collect())
}

fn read(resource: &Resource, known: &Known<'_>) -> Result<Indicator> {
    let Query { header, sql, .. } = resource.query::<Header>()?;
    let labels = known.labels;
    error::all([
        known.check(resource, &header.tables, &header.parameters),
        known.word(resource, ("counted", &header.counted), labels.counted.keys().map(String::as_str)),
        known.word(resource, ("unit", &header.unit), labels.units.keys().map(String::as_str)),
    ])?;
    Ok(Indicator {
        id: resource.stem().replacen('_', ".", 1),
        title: header.title,
        definition: header.definition,
        population: header.population,
        counted: header.counted,
        kind: header.kind,
        unit: header.unit,
        standing: header.status,
        legal_basis: header.legal_basis,
        source: header.source,
        tables: header.tables,
        parameters: header.parameters,
        within: header.within,
        sql,
        path: resource.path.clone(),
    })
}
