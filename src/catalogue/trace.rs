//! Traces: for an indicator, the query that lists the rows behind its figures, each with where it was read.
//!
//! `queries/traces/<indicator with dots as underscores>.sql`. Its rows have the indicator's grain and dimensions,
//! `person_id`, `contribution` (what the row adds to the figure), where it is not 1 `whole` (what it adds to what the figure is
//! a part of), and what the header names: columns to show, and origins, each of four columns (`zero_submission`, `zero_file`,
//! `zero_sheet`, `zero_row`).

use super::lint;
use super::resources::{self, Query, Resource};
use crate::error::{self, Result};
use crate::model::LocalText;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// Rows: the figure is the sum of their contributions, or the mean of them.
    Rows,
    /// Different people.
    Persons,
}

/// A column of a trace.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceColumn {
    /// Its name in the query; of an origin the beginning of its four names.
    pub name: String,
    /// Its heading.
    pub title: LocalText,
}

/// The rows behind an indicator.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The indicator.
    pub indicator: String,
    /// What its figure counts.
    pub counts: Counts,
    /// What a row shows.
    pub columns: Vec<TraceColumn>,
    /// Where it was read.
    pub origins: Vec<TraceColumn>,
    /// The query.
    pub sql: String,
    /// File it comes from.
    pub path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    counts: Counts,
    #[serde(rename = "column")]
    columns: Vec<TraceColumn>,
    #[serde(rename = "origin")]
    origins: Vec<TraceColumn>,
}

/// All traces by indicator.
///
/// # Errors
/// When files have no header or a wrong one, or the query is one that engines read differently: everything that is wrong.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Trace>> {
    let files = resources::list(project, "queries/traces", ".sql")?;
    let read = error::all(files.iter().flat_map(|file| lint::with(file, read(file))))?;
    Ok(read.into_iter().map(|trace| (trace.indicator.clone(), trace)).collect())
}

fn read(resource: &Resource) -> Result<Trace> {
    let Query { header, sql, .. } = resource.query::<Header>()?;
    Ok(Trace {
        indicator: resource.stem().replacen('_', ".", 1),
        counts: header.counts,
        columns: header.columns,
        origins: header.origins,
        sql,
        path: resource.path.clone(),
    })
}
