//! `parcours trace`: the rows behind a figure, each with the file, sheet and row where it was read, and the figure made
//! again from them.

use super::project::write_whole;
use super::published::{self, dimensions};
use super::tables::Tables;
use super::{Asked, Outcome, Phases, Project, Talk, line};
use crate::analyse::{Dimensions, Observation, TraceRow, again, behind, dimension_text, trace_rows};
use crate::catalogue::{Catalogue, Indicator, Trace, nearest};
use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Period};
use crate::text::say;
use std::path::{Path, PathBuf};

/// Letters of a pseudonym that the terminal shows: enough to tell people of one CPAS apart.
const SHOWN: usize = 10;

/// What the user asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Indicator.
    pub indicator: String,
    /// CPAS.
    pub cpas: Nis5,
    /// Period.
    pub period: Period,
    /// Dimensions that the figure must have, `key=code`.
    pub dimensions: Vec<String>,
    /// Where the rows are written as CSV.
    pub csv: Option<PathBuf>,
}

/// Runs the command. A figure that its rows do not give ends with 1: the results are of another lake, or wrong.
///
/// # Errors
/// When the indicator has no trace, nothing was computed, or no figure has these dimensions.
pub fn run(folder: &Path, wanted: &Wanted, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let (indicator, trace) = known(&project.catalogue, &wanted.indicator)?;
    let asked = dimensions(&wanted.dimensions.join(";"));
    let cpas = wanted.cpas.to_string();
    let period = wanted.period.to_string();
    let is_asked = |one: &Observation| {
        *one.indicator == *indicator.id
            && (&*one.area_level, &*one.area) == ("cpas", cpas.as_str())
            && *one.period == *period
    };
    let of_area: Vec<Observation> = published::read(&project.out())?.into_iter().filter(is_asked).collect();
    let has = |one: &&Observation| asked.iter().all(|(name, code)| one.dimensions.get(name) == Some(code));
    let figures: Vec<&Observation> = of_area.iter().filter(has).collect();
    if figures.is_empty() {
        let known: Vec<String> = of_area.iter().map(|one| shown(&one.dimensions)).collect();
        return Err(Error::usage("no-such-figure")
            .with("indicator", &indicator.id)
            .with("area", &cpas)
            .with("period", &period)
            .with("dimensions", shown(&asked))
            .with("known", if known.is_empty() { "–".to_owned() } else { known.join(", ") }));
    }
    let rows = rows(&project, trace, wanted)?;
    let mut outcome = Outcome::Done;
    for figure in &figures {
        if !show(figure, indicator, trace, &rows, talk) {
            outcome = Outcome::DoneWithRejects;
        }
    }
    match (&wanted.csv, figures.as_slice()) {
        (Some(path), _) => {
            let listed: Vec<&TraceRow> =
                rows.iter().filter(|row| figures.iter().any(|one| row.is_of(&one.dimensions))).collect();
            write_whole(path, &csv(trace, &listed)?)?;
            talk.result("trace-written", &[("count", listed.len().to_string()), ("path", path.display().to_string())]);
        }
        (None, [figure]) => print_rows(trace, &behind(&rows, &figure.dimensions), talk),
        (None, _) => talk.result("trace-choose", &[("count", figures.len().to_string())]),
    }
    Ok(outcome)
}

fn shown(dimensions: &Dimensions) -> String {
    if dimensions.is_empty() { "–".to_owned() } else { dimension_text(dimensions) }
}

fn known<'c>(catalogue: &'c Catalogue, id: &str) -> Result<(&'c Indicator, &'c Trace)> {
    let Some(indicator) = catalogue.indicators.get(id) else {
        let near = nearest(id, catalogue.indicators.keys().map(String::as_str));
        return Err(Error::usage("unknown-indicator").with("found", id).with("near", near));
    };
    let trace = catalogue.traces.get(id).ok_or_else(|| {
        let known: Vec<&str> = catalogue.traces.keys().map(String::as_str).collect();
        Error::usage("no-trace").with("found", id).with("known", known.join(", "))
    })?;
    Ok((indicator, trace))
}

/// The rows of the CPAS and period.
fn rows(project: &Project, trace: &Trace, wanted: &Wanted) -> Result<Vec<TraceRow>> {
    let lake = project.lake()?;
    let mut tables = Tables::open(project, &lake, &Asked::default(), &mut Phases::default())?;
    let groups = tables.periods_by_edges()?;
    let Some((edges, periods)) = groups.into_iter().find(|(_, periods)| periods.contains(&wanted.period)) else {
        return Ok(Vec::new());
    };
    tables.set_periods(edges, &periods)?;
    let sql = format!(
        "SELECT * FROM ({}) AS t WHERE t.area_level = 'cpas' AND t.area = '{}' AND t.period = '{}'",
        trace.sql, wanted.cpas, wanted.period
    );
    let found = tables.engine().run(&sql).map_err(|error| error.with("file", &trace.path))?;
    trace_rows(trace, &found)
}

/// Prints a figure as it was published and as its rows give it; says whether they agree.
fn show(figure: &Observation, indicator: &Indicator, trace: &Trace, rows: &[TraceRow], talk: Talk) -> bool {
    let found = again(trace, (indicator.kind, &indicator.unit), &behind(rows, &figure.dimensions));
    let agrees = found.is(figure);
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
    let pairs = [
        ("indicator", figure.indicator.to_string()),
        ("area", figure.area.to_string()),
        ("period", figure.period.to_string()),
        ("dimensions", shown(&figure.dimensions)),
        ("value", number(figure.estimate.value)),
        ("persons", figure.persons.map_or_else(|| "–".to_owned(), |persons| persons.to_string())),
        ("again", number(found.value)),
        ("people", found.persons.to_string()),
        ("rows", found.rows.to_string()),
    ];
    talk.result(if agrees { "trace-agrees" } else { "trace-differs" }, &pairs);
    agrees
}

fn print_rows(trace: &Trace, rows: &[&TraceRow], talk: Talk) {
    let language = talk.language;
    let person = say(language, "trace-person", &[]);
    let mut headings = vec![person];
    headings.extend(trace.columns.iter().map(|column| column.title.get(language).to_owned()));
    headings.extend(trace.origins.iter().map(|origin| origin.title.get(language).to_owned()));
    let mut table: Vec<Vec<String>> = vec![headings];
    for row in rows {
        let mut cells = vec![row.person.chars().take(SHOWN).collect::<String>()];
        cells.extend(row.cells.iter().cloned());
        cells.extend(row.origins.iter().map(|origin| {
            origin.as_ref().map_or_else(
                || "–".to_owned(),
                |origin| {
                    let place = Place::file(&origin.file).sheet(&origin.sheet);
                    place.row(origin.row.parse().unwrap_or(0)).to_string()
                },
            )
        }));
        table.push(cells);
    }
    let widths: Vec<usize> = (0..table[0].len())
        .map(|column| table.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0))
        .collect();
    line("");
    for cells in &table {
        let shown: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        line(shown.join("  ").trim_end());
    }
}

fn csv(trace: &Trace, rows: &[&TraceRow]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut headings = vec!["person_id".to_owned(), "contribution".to_owned()];
    headings.extend(trace.columns.iter().map(|column| column.name.clone()));
    for origin in &trace.origins {
        headings.extend(["submission", "file", "sheet", "row"].map(|part| format!("{}_{part}", origin.name)));
    }
    writer.write_record(&headings).map_err(Error::defect)?;
    for row in rows {
        let mut cells = vec![row.person.clone(), row.contribution.to_string()];
        cells.extend(row.cells.iter().cloned());
        for origin in &row.origins {
            match origin {
                Some(at) => cells.extend([&at.submission, &at.file, &at.sheet, &at.row].map(String::clone)),
                None => cells.extend(std::iter::repeat_n(String::new(), 4)),
            }
        }
        writer.write_record(&cells).map_err(Error::defect)?;
    }
    writer.into_inner().map_err(Error::defect)
}
