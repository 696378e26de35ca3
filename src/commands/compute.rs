//! `parcours compute`: the indicators, from the live rows of the lake.

use super::files::write_record;
use super::tables::{Asked, Tables, Used, size_edges, value_in};
use super::{Outcome, Phases, Project, Talk, figures, record};
use crate::analyse::{self, Observation, Observations};
use crate::error::Result;
use crate::lake::{Lake, Ledger};
use crate::model::record::RunRecord;
use crate::model::{Geography, Nis5, Period};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Computes all indicators of the catalogue. Returns the observations, the dated values they used, and the record of what
/// they are made from.
///
/// # Errors
/// When the lake is empty or fails, a query is broken, or a parameter has no value for a period.
pub fn compute<'p>(
    project: &'p Project,
    lake: &Lake,
    asked: &Asked,
    phases: &mut Phases,
) -> Result<(Observations, Vec<Used<'p>>, RunRecord)> {
    let mut tables = Tables::open(project, lake, asked, phases)?;
    let mut observations = Observations::default();
    for (edges, periods) in tables.periods_by_edges()? {
        tables.set_periods(edges, &periods)?;
        observations.extend(observe_all(project, &tables)?);
    }
    phases.end();
    let record = record::of(project, &tables)?;
    Ok((observations.sorted(), tables.used, record))
}

/// Runs every indicator; those that judge others come last.
fn observe_all(project: &Project, tables: &Tables<'_>) -> Result<Vec<Observation>> {
    let engine = tables.engine();
    let mut observations = Observations::default();
    let (judges, plain): (Vec<_>, Vec<_>) = project
        .catalogue
        .indicators
        .values()
        .partition(|indicator| indicator.kind == crate::catalogue::Kind::Objective);
    // One query leaves a core idle where it has little to read: several run side by side, in a fixed order of results.
    let observed: Vec<Vec<Observation>> = plain
        .par_iter()
        .map(|indicator| {
            let since = std::time::Instant::now();
            let rows = engine.run(&indicator.sql).map_err(|error| error.with("file", &indicator.path))?;
            tracing::info!(indicator = indicator.id, seconds = since.elapsed().as_secs_f64(), "query");
            analyse::observe(indicator, &rows, tables.geography)
        })
        .collect::<Result<_>>()?;
    observed.into_iter().for_each(|observed| observations.extend(observed));
    // A provisional figure is a part that looks like the whole: no objective is judged by it.
    let held = held(&tables.ledger);
    mark_provisional(project, (&held, tables.geography), &mut observations);
    let nearly = |period: &str| {
        let period = period.parse::<Period>().ok();
        period.and_then(|period| value_in(project, "objective_nearly", period).ok().flatten()).unwrap_or(0.9)
    };
    // An agreement was made by a CPAS of its time: its objectives are not carried to another one.
    for indicator in judges.into_iter().filter(|_| tables.geography == Geography::AsWas) {
        let rows = engine.run(&indicator.sql).map_err(|error| error.with("file", &indicator.path))?;
        let judged = analyse::judge(indicator, &rows, &observations, &nearly)?;
        observations.extend(judged);
    }
    mark_provisional(project, (&held, tables.geography), &mut observations);
    Ok(observations.into_list())
}

/// The tables that each agency handed in for each period.
pub type Held = BTreeMap<(Nis5, Period), BTreeSet<String>>;

/// What the lake holds of each agency and period.
pub fn held(ledger: &Ledger) -> Held {
    let mut held = Held::new();
    for entry in ledger.entries() {
        let tables = entry.tables.iter().map(|table| table.table.clone());
        held.entry((entry.cpas, entry.period)).or_default().extend(tables);
    }
    held
}

/// A figure is provisional when an agency of its area did not hand in, for the period, a table it is made of.
pub fn mark_provisional(project: &Project, (held, geography): (&Held, Geography), observations: &mut Observations) {
    let missing = not_handed_in(project, held, geography);
    let indicators = &project.catalogue.indicators;
    observations.mark(|one| {
        // `progress.change.improved` is a part of `progress.change`.
        let whole = || one.indicator.rsplit_once('.').and_then(|(whole, _)| indicators.get(whole));
        let Some(indicator) = indicators.get(&*one.indicator).or_else(whole) else { return false };
        let key = (one.period.to_string(), one.area_level.to_string(), one.area.to_string());
        missing.get(&key).is_some_and(|tables| indicator.tables.iter().any(|table| tables.contains(table)))
    });
}

/// For each period and area the tables that at least one of its agencies did not hand in for that period. An agency that
/// existed neither then nor handed in has nothing to hand in.
fn not_handed_in(
    project: &Project,
    held: &Held,
    geography: Geography,
) -> BTreeMap<(String, String, String), BTreeSet<String>> {
    let agencies: BTreeSet<Nis5> = held.keys().map(|(cpas, _)| *cpas).collect();
    let periods: BTreeSet<Period> = held.keys().map(|(_, period)| *period).collect();
    let mut missing: BTreeMap<(String, String, String), BTreeSet<String>> = BTreeMap::new();
    for cpas in &agencies {
        for period in &periods {
            let held = held.get(&(*cpas, *period));
            if held.is_none() && project.catalogue.areas.commune(*cpas, period.calendar_year()).is_none() {
                continue;
            }
            // Without edges there is no figure of a size class.
            let edges = size_edges(project, *period).unwrap_or((0, 0));
            let areas = project.catalogue.areas.of(*cpas, edges, geography);
            let tables = project.catalogue.tables.iter().map(|table| table.name.as_str());
            let lacking: Vec<&str> = tables.filter(|name| held.is_none_or(|held| !held.contains(*name))).collect();
            for area in &areas {
                let key = (period.to_string(), area.level.to_owned(), area.code.clone());
                missing.entry(key).or_default().extend(lacking.iter().map(|name| (*name).to_owned()));
            }
        }
    }
    missing
}

/// Writes the observations to `indicators.parquet` and `indicators.csv` in a folder, with the record of the run.
///
/// # Errors
/// When a file cannot be written.
pub fn write(observations: &Observations, record: &RunRecord, folder: &Path) -> Result<()> {
    figures::write(observations.all(), folder, "indicators")?;
    write_record(folder, record)
}

/// Runs the command.
///
/// # Errors
/// See [`compute`].
pub fn run(folder: &Path, asked: &Asked, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let lake = project.lake()?;
    let (observations, _, record) = compute(&project, &lake, asked, &mut Phases::default())?;
    // The other view stands beside the figures that reports are made from, and never in their place.
    let out = match asked.geography {
        Geography::AsWas => project.out(),
        Geography::AsIs => project.out().join(Geography::AsIs.code()),
    };
    write(&observations, &record, &out)?;
    let path = out.join("indicators.csv").display().to_string();
    talk.result("compute-done", &[("count", observations.all().len().to_string()), ("path", path)]);
    Ok(Outcome::Done)
}
