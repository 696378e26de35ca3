//! `parcours report annual`: the report of each CPAS, in each language: workbook, page, PDF, charts, and beside them the
//! record of what they were made from. A report that is there already, made from the same, is left as it is: so a run
//! that was interrupted goes on where it stopped.

mod folder;

use super::compute::compute;
use super::findings::find;
use super::side_by_side::side_by_side;
use super::tables::Used;
use super::{Asked, Outcome, Phases, Project, Talk, line};
use crate::analyse::{self, Evidence, Findings, Found, Observation, Observations};
use crate::catalogue::Area;
use crate::catalogue::resources::Resource;
use crate::disseminate::{self, Rendered};
use crate::error::{Error, Place, Result};
use crate::lake::{Lake, Ledger};
use crate::model::result::{Picture, Rendering, Report};
use crate::model::{Language, LocalText, Nis5, Period};
use folder::Folder;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What a report shows: the observations, the dated values they used, and the findings of the checks.
pub type Figures<'f> = (&'f Observations, &'f [Used<'f>], &'f Findings);

/// What became of the reports.
#[derive(Debug, Default)]
pub struct Written {
    /// The folders written to.
    pub folders: Vec<PathBuf>,
    /// How many reports were there already.
    pub unchanged: usize,
}

/// Writes the annual report of every CPAS of the lake, or of the one that is asked for.
///
/// # Errors
/// When the report's definition is broken, the lake fails or a file cannot be written.
pub fn annual(project: &Project, lake: &Lake, figures: Figures<'_>, only: Option<Nis5>, talk: Talk) -> Result<Written> {
    let definitions = analyse::definition_files(Some(&project.folder))?;
    let definition = definitions
        .iter()
        .find(|file| file.stem() == "annual")
        .ok_or_else(|| Error::usage("no-report").at(Place::file(&project.folder)).with("found", "annual"))?;
    let ledger = lake.ledger()?;
    let mut wanted = agencies(project, &ledger)?;
    if let Some(only) = only {
        wanted.retain(|(cpas, _)| *cpas == only);
        if wanted.is_empty() {
            return Err(Error::usage("report-none-of").at(Place::file(&project.folder)).with("cpas", only));
        }
    }
    let all = ledger.agencies();
    for cpas in all.keys().filter(|cpas| only.is_none() && !wanted.iter().any(|(with_report, _)| with_report == *cpas))
    {
        let period = project.settings.report.period.clone().unwrap_or_default();
        talk.remark("report-none-for", &[("cpas", cpas.to_string()), ("period", period)]);
    }
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let source = Source {
        project,
        lake,
        ledger: &ledger,
        definition,
        definitions: &definitions,
        figures,
        observations: figures.0.of_agencies(),
        languages_at_once: (processors / wanted.len().max(1)).max(1),
    };
    let bar = talk.progress(wanted.len());
    let done = side_by_side(&wanted, processors, |(cpas, period)| {
        let report = source.report(*cpas, *period)?;
        let done = source.write(&report)?;
        bar.inc(1);
        Ok(done)
    })?;
    bar.finish_and_clear();
    let unchanged = done.iter().filter(|(_, is_written)| !is_written).count();
    let folders = done.into_iter().filter(|(_, is_written)| *is_written).map(|(folder, _)| folder).collect();
    Ok(Written { folders, unchanged })
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

/// What all reports of a run are made from.
struct Source<'s> {
    project: &'s Project,
    lake: &'s Lake,
    ledger: &'s Ledger,
    definition: &'s Resource,
    /// All there are: one may show sections of another.
    definitions: &'s [Resource],
    figures: Figures<'s>,
    observations: BTreeMap<&'s str, Vec<&'s Observation>>,
    /// How many languages of a report are rendered at a time: more than one where there are fewer reports than processors.
    languages_at_once: usize,
}

impl Source<'_> {
    fn report(&self, cpas: Nis5, period: Period) -> Result<Report> {
        let (_, used, findings) = self.figures;
        let parameters =
            used.iter().filter(|(of, _, _)| *of == period).map(|(_, parameter, value)| (*parameter, *value));
        let counts = findings.get(&(cpas, period)).map(|found| found.counts.clone()).unwrap_or_default();
        let receipts = self.lake.receipts(self.ledger, cpas, period)?;
        let evidence = Evidence {
            area: Area { level: "cpas", code: cpas.to_string() },
            period,
            facts: analyse::receipt_facts(&receipts),
            receipts,
            returns: Vec::new(),
            protection: Vec::new(),
            found: Found { counts, findings: Vec::new() },
            breaks: self.breaks(cpas),
            logo: logo(&self.project.folder, cpas)?,
            parameters: parameters.collect(),
        };
        let own = self.observations.get(cpas.as_str()).map_or(&[][..], Vec::as_slice);
        analyse::build((self.definition, self.definitions), &self.project.catalogue, own, &evidence)
    }

    /// The periods that cannot be compared with the one before, and why.
    fn breaks(&self, cpas: Nis5) -> BTreeMap<Period, LocalText> {
        let periods = self.ledger.agencies().remove(&cpas).unwrap_or_default();
        let communes = self.project.catalogue.areas.communes();
        let mut breaks = BTreeMap::new();
        for period in periods.iter().skip(1) {
            let year = period.calendar_year();
            let is_merged = communes.iter().any(|one| one.successor == Some(cpas) && one.to == Some(year - 1));
            let id = match (is_merged, periods.contains(&period.previous())) {
                (true, _) => "report-break-merged",
                (false, false) => "report-break-gap",
                (false, true) => continue,
            };
            breaks.insert(*period, LocalText::default().map(|language, _| crate::text::say(language, id, &[])));
        }
        breaks
    }

    /// Writes one report in every language of the project; says whether it had to.
    fn write(&self, report: &Report) -> Result<(PathBuf, bool)> {
        let project = self.project;
        let path = project.out().join("reports").join(&report.period).join(folder_name(report));
        let folder = Folder::new(path, self, report, templates(project).as_deref())?;
        if folder.is_current() {
            return Ok((folder.path, false));
        }
        let name = format!("{}-{}-{}", report.id, report.area, report.period);
        let files = in_every_language(project, report, &name, self.languages_at_once)
            .map_err(|error| self.located(error, report))?;
        folder.write(&files)?;
        Ok((folder.path, true))
    }

    /// An error of a rendering at the file that it is about: the renderings know no files.
    fn located(&self, error: Error, report: &Report) -> Error {
        match error.id {
            "report-sentence-broken" => error.at_least(|| self.definition.place()),
            "report-logo-broken" => match logo_file(&self.project.folder, &report.area) {
                Some((path, _)) => error.at_least(|| Place::file(path)),
                None => error,
            },
            _ => error,
        }
    }
}

/// The project's own templates, where it has some.
fn templates(project: &Project) -> Option<PathBuf> {
    let folder = project.folder.join("reports").join("templates");
    folder.is_dir().then_some(folder)
}

/// The files of a report in every language of the project, `at_once` languages at a time: names that begin with `name`, and
/// contents.
///
/// # Errors
/// When a template or a sentence of the report's definition is broken.
pub(super) fn in_every_language(
    project: &Project,
    report: &Report,
    name: &str,
    at_once: usize,
) -> Result<Vec<(String, Vec<u8>)>> {
    let (languages, wanted) = (&project.settings.project.languages, &project.settings.report.renderings);
    in_languages(report, (languages, wanted, templates(project).as_deref()), name, at_once)
}

/// The same in these languages, as what is wanted, by the templates of a folder.
///
/// # Errors
/// See [`in_every_language`].
pub(super) fn in_languages(
    report: &Report,
    (languages, wanted, templates): (&[Language], &[Rendering], Option<&Path>),
    name: &str,
    at_once: usize,
) -> Result<Vec<(String, Vec<u8>)>> {
    let found = side_by_side(languages, at_once, |language| {
        Ok(files(disseminate::render(report, *language, wanted, templates)?, name, *language))
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// The files of a report in one language, by their names.
fn files(rendered: Rendered, name: &str, language: Language) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    files.extend(rendered.workbook.map(|bytes| (format!("{name}-{language}.xlsx"), bytes)));
    files.extend(rendered.page.map(|page| (format!("{name}-{language}.html"), page.into_bytes())));
    files.extend(rendered.pdf.map(|bytes| (format!("{name}-{language}.pdf"), bytes)));
    for (id, drawing) in rendered.charts {
        files.push((format!("charts/{id}-{language}.svg"), drawing.into_bytes()));
    }
    files
}

/// Kinds of picture a logo may be, by the ending of its file.
const PICTURES: [(&str, &str); 4] = [("png", "png"), ("jpg", "jpeg"), ("jpeg", "jpeg"), ("svg", "svg")];

/// The file with the CPAS's mark, and its kind: `reports/logos/34022.png` in the project folder, or `.jpg`, `.svg`.
fn logo_file(project: &Path, cpas: &str) -> Option<(PathBuf, &'static str)> {
    let folder = project.join("reports").join("logos");
    let files = PICTURES.iter().map(|(ending, kind)| (folder.join(format!("{cpas}.{ending}")), *kind));
    files.into_iter().find(|(path, _)| path.is_file())
}

/// The CPAS's mark, where it gave one.
fn logo(project: &Path, cpas: Nis5) -> Result<Option<Picture>> {
    let Some((path, kind)) = logo_file(project, cpas.as_str()) else { return Ok(None) };
    let refused =
        |found: &dyn std::fmt::Display| Error::usage("report-logo-broken").at(Place::file(&path)).with("cause", found);
    let bytes = std::fs::read(&path).map_err(|fault| refused(&fault))?;
    let is_one = match kind {
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        _ => std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")),
    };
    if is_one { Ok(Some(Picture { kind, bytes })) } else { Err(refused(&kind)) }
}

/// `31005-brugge`: the code tells agencies apart, the name is for people.
fn folder_name(report: &Report) -> String {
    // In English an agency bears its commune's own name: Brugge, Liège, Eupen.
    let own = report.area_name.en.trim_start_matches("CPAS of ");
    let name: String = crate::catalogue::fold(own).chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}-{name}", report.area)
}

/// Runs the command, for all agencies or one, for a period or that of the settings. `timings` names a file for the time and
/// memory of each phase.
///
/// # Errors
/// See [`annual`].
pub fn run(
    folder: &Path,
    (only, period): (Option<Nis5>, Option<Period>),
    timings: Option<&Path>,
    talk: Talk,
) -> Result<Outcome> {
    let mut phases = Phases::default();
    let mut project = Project::open(folder)?;
    if let Some(period) = period {
        project.settings.report.period = Some(period.to_string());
    }
    let lake = project.lake()?;
    let (observations, used, _) = compute(&project, &lake, &Asked::default(), &mut phases)?;
    phases.begin("check");
    let findings = find(&project, &lake)?;
    phases.begin("disseminate");
    let written = annual(&project, &lake, (&observations, &used, &findings), only, talk)?;
    phases.end();
    print(&written, talk);
    if let Some(path) = timings {
        phases.write(path)?;
    }
    Ok(Outcome::Done)
}

/// Prints where the reports are.
pub fn print(written: &Written, talk: Talk) {
    talk.result("report-written", &[("count", written.folders.len().to_string())]);
    for folder in written.folders.iter().take(20) {
        line(&format!("  {}", folder.display()));
    }
    if written.folders.len() > 20 {
        talk.result("report-written-more", &[("count", (written.folders.len() - 20).to_string())]);
    }
    if written.unchanged > 0 {
        talk.result("report-unchanged", &[("count", written.unchanged.to_string())]);
    }
}
