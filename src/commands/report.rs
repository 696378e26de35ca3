//! `parcours report annual`: the report of each CPAS, in each language: workbook, page, charts.

use super::compute::compute;
use super::findings::find;
use super::project::write_whole;
use super::tables::Used;
use super::{Asked, Outcome, Phases, Project, Talk, line};
use crate::analyse::{self, Evidence, Findings, Found, Observations};
use crate::catalogue::resources::Resource;
use crate::disseminate;
use crate::error::{Error, Place, Result};
use crate::lake::{Lake, Ledger};
use crate::model::result::Report;
use crate::model::{Nis5, Period};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a report shows: the observations, the dated values they used, and the findings of the checks.
pub type Figures<'f> = (&'f Observations, &'f [Used<'f>], &'f Findings);

/// Writes the annual report of every CPAS of the lake. Returns the folders written to.
///
/// # Errors
/// When the report's definition is broken, the lake fails or a file cannot be written.
pub fn annual(project: &Project, lake: &Lake, figures: Figures<'_>, talk: Talk) -> Result<Vec<PathBuf>> {
    let definitions = analyse::definition_files(Some(&project.folder))?;
    let definition = definitions
        .iter()
        .find(|file| file.stem() == "annual")
        .ok_or_else(|| Error::usage("no-report").at(Place::file(&project.folder)).with("found", "annual"))?;
    let ledger = lake.ledger()?;
    let wanted = agencies(project, &ledger)?;
    let all = ledger.agencies();
    for cpas in all.keys().filter(|cpas| !wanted.iter().any(|(with_report, _)| with_report == *cpas)) {
        let period = project.settings.report.period.clone().unwrap_or_default();
        talk.remark("report-none-for", &[("cpas", cpas.to_string()), ("period", period)]);
    }
    let bar = talk.progress(wanted.len());
    let written: Vec<PathBuf> = wanted
        .par_iter()
        .map(|(cpas, period)| {
            let report = one(project, (lake, &ledger), definition, (*cpas, *period), figures)?;
            let folder = write(project, &report)?;
            bar.inc(1);
            Ok(folder)
        })
        .collect::<Result<_>>()?;
    bar.finish_and_clear();
    Ok(written)
}

/// Each CPAS with the period of its report: the one of the settings, if it handed in something for it, else its last.
fn agencies(project: &Project, ledger: &Ledger) -> Result<Vec<(Nis5, Period)>> {
    let wanted: Option<Period> = project.settings.report.period.as_ref().and_then(|period| period.parse().ok());
    let choose = |periods: &BTreeSet<Period>| match wanted {
        Some(period) => periods.get(&period).copied(),
        None => periods.last().copied(),
    };
    let found: Vec<(Nis5, Period)> = ledger
        .agencies()
        .into_iter()
        .filter_map(|(cpas, periods)| choose(&periods).map(|period| (cpas, period)))
        .collect();
    match (found.is_empty(), wanted) {
        (true, Some(period)) => Err(Error::usage("no-period").at(Place::file(&project.folder)).with("found", period)),
        _ => Ok(found),
    }
}

fn one(
    project: &Project,
    (lake, ledger): (&Lake, &Ledger),
    definition: &Resource,
    (cpas, period): (Nis5, Period),
    (observations, used, findings): Figures<'_>,
) -> Result<Report> {
    let parameters = used.iter().filter(|(of, _, _)| *of == period).map(|(_, parameter, value)| (*parameter, *value));
    let counts = findings.get(&(cpas, period)).map(|found| found.counts.clone()).unwrap_or_default();
    let evidence = Evidence {
        cpas,
        period: period.to_string(),
        receipts: lake.receipts(ledger, cpas, period)?,
        found: Found { counts, findings: Vec::new() },
        parameters: parameters.collect(),
    };
    analyse::build(definition, &project.catalogue, observations, &evidence)
}

/// Writes one report in every language of the project, each file whole or not at all.
fn write(project: &Project, report: &Report) -> Result<PathBuf> {
    let folder = project.out().join("reports").join(&report.period).join(folder_name(report));
    let templates = project.folder.join("reports").join("templates");
    let templates = templates.is_dir().then_some(templates);
    for language in &project.settings.project.languages {
        let name = format!("{}-{}-{}-{language}", report.id, report.area, report.period);
        write_whole(&folder.join(format!("{name}.xlsx")), &disseminate::workbook(report, *language)?)?;
        write_whole(
            &folder.join(format!("{name}.html")),
            disseminate::page(report, *language, templates.as_deref())?.as_bytes(),
        )?;
        for section in &report.sections {
            for chart in &section.charts {
                let Some(table) = section.tables.iter().find(|table| table.id == chart.table) else { continue };
                let drawing = disseminate::chart(table, chart, *language)?;
                write_whole(&folder.join("charts").join(format!("{}-{language}.svg", chart.id)), drawing.as_bytes())?;
            }
        }
    }
    Ok(folder)
}

/// `31005-brugge`: the code tells agencies apart, the name is for people.
fn folder_name(report: &Report) -> String {
    // In English an agency bears its commune's own name: Brugge, Liège, Eupen.
    let own = report.area_name.en.trim_start_matches("CPAS of ");
    let name: String = crate::catalogue::fold(own).chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}-{name}", report.area)
}

/// Runs the command.
///
/// # Errors
/// See [`annual`].
pub fn run(folder: &Path, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let lake = project.lake()?;
    let (observations, used, _) = compute(&project, &lake, &Asked::default(), &mut Phases::default())?;
    let findings = find(&project, &lake)?;
    let written = annual(&project, &lake, (&observations, &used, &findings), talk)?;
    print(&written, talk);
    Ok(Outcome::Done)
}

/// Prints where the reports are.
pub fn print(written: &[PathBuf], talk: Talk) {
    talk.result("report-written", &[("count", written.len().to_string())]);
    for folder in written.iter().take(20) {
        line(&format!("  {}", folder.display()));
    }
    if written.len() > 20 {
        talk.result("report-written-more", &[("count", (written.len() - 20).to_string())]);
    }
}
