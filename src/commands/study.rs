//! `parcours report study`: the published figures of a survey computed again from its answers, with a verdict on each; as
//! workbook, page, PDF and charts, and as a file for programs.

use super::files::{before, replace, used};
use super::report::in_languages;
use super::{Outcome, Phases, Talk, line};
use crate::catalogue::resources::Resource;
use crate::catalogue::{Areas, areas};
use crate::error::{Error, Place, Result, all};
use crate::model::LocalText;
use crate::model::record::UsedFile;
use crate::model::result::Report;
use crate::study::{
    self, Definition, ESTIMATES, Evidence, Found, Outcome as Became, Sample, Source, StudySettings, VERDICTS, Verdict,
    Wave,
};
use crate::text::say;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The record beside a study's report: what it takes to make it again.
#[derive(Debug, Serialize)]
struct Record {
    program: String,
    command: &'static str,
    settings: StudySettings,
    definitions: Vec<UsedFile>,
    microdata: Vec<UsedFile>,
    files: Vec<UsedFile>,
}

/// Runs the command.
///
/// # Errors
/// When the folder is no study, a definition or the answers are broken, or a file cannot be written. Nothing is written then.
pub fn run(folder: &Path, timings: Option<&Path>, talk: Talk) -> Result<Outcome> {
    let mut phases = Phases::default();
    phases.begin("collect");
    let settings = StudySettings::read(folder)?;
    let (definition, questionnaire) = study::load(Some(folder), &settings.study.definition)?;
    let mut definitions = vec![questionnaire];
    let waves = all(settings.wave.iter().map(|wave| found(folder, &definition, wave, &mut definitions)))?;
    phases.begin("analyse");
    let changes: Vec<_> = waves
        .windows(2)
        .map(|pair| {
            let side = |one: usize| (&pair[one].microdata, &pair[one].sample);
            study::changes(&definition, side(0), side(1))
        })
        .collect();
    let areas: Areas = areas::load(Some(folder))?;
    let evidence =
        Evidence { definition: &definition, settings: &settings, waves: &waves, changes: &changes, areas: &areas };
    let report = study::build(&evidence)?;
    phases.begin("disseminate");
    let path = write(folder, &settings, (&report, &waves), (&definition, &definitions))?;
    phases.end();
    for found in waves.iter().filter(|found| !found.verdicts.is_empty()) {
        print(found, talk);
    }
    talk.result("study-written", &[("folder", path.display().to_string())]);
    if let Some(path) = timings {
        phases.write(path)?;
    }
    Ok(Outcome::Done)
}

/// A wave read and computed.
fn found(folder: &Path, definition: &Definition, wave: &Wave, definitions: &mut Vec<Resource>) -> Result<Found> {
    let published = match &wave.figures {
        None => Vec::new(),
        Some(name) => {
            let (published, file) = study::load_figures(Some(folder), name, definition)?;
            definitions.push(file);
            published
        }
    };
    let microdata = study::read(folder, definition, wave)?;
    let sample = Sample::new(folder, definition, wave, &microdata)?;
    let attitudes = study::analyse(definition, &microdata);
    let source = Source { definition, wave, microdata: &microdata, sample: &sample, attitudes: attitudes.as_ref() };
    let verdicts = study::verdicts(&source, &published);
    Ok(Found { wave: wave.clone(), verdicts, microdata, sample, attitudes })
}

fn write(
    folder: &Path,
    settings: &StudySettings,
    (report, waves): (&Report, &[Found]),
    (definition, definitions): (&Definition, &[Resource]),
) -> Result<PathBuf> {
    let templates = folder.join("reports").join("templates");
    let templates = templates.is_dir().then_some(templates);
    let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (languages, wanted) = (&settings.study.languages, &settings.study.renderings);
    let mut files =
        in_languages(report, (languages, wanted, templates.as_deref()), &settings.study.definition, at_once)?;
    files.push(("verdicts.csv".to_owned(), table(VERDICTS, waves.iter().flat_map(study::verdict_rows))?));
    let estimates = waves
        .iter()
        .flat_map(|found| study::estimate_rows(definition, &found.wave.id, &found.microdata, &found.sample));
    files.push(("estimates.csv".to_owned(), table(ESTIMATES, estimates)?));
    let path = folder.join("out").join("study");
    let record = Record {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        command: "parcours report study",
        settings: settings.clone(),
        definitions: definitions.iter().map(|file| UsedFile::of(&file.path, file.text.as_bytes())).collect(),
        microdata: waves.iter().filter_map(|found| found.microdata.file.clone()).collect(),
        files: used(&files),
    };
    replace(&path, &before(&path), &files, &record)?;
    Ok(path)
}

/// Rows under their headings as CSV.
fn table<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(headings).map_err(Error::defect)?;
    for row in rows {
        writer.write_record(row).map_err(Error::defect)?;
    }
    writer.into_inner().map_err(Error::defect)
}

/// Prints every figure with its verdict.
fn print(found: &Found, talk: Talk) {
    let said = |id: &str| say(talk.language, id, &[]);
    let headings = [
        "study-print-figure",
        "study-print-published",
        "study-print-recomputed",
        "study-print-interval",
        "study-print-verdict",
    ];
    let mut rows: Vec<[String; 5]> = vec![headings.map(said)];
    rows.extend(found.verdicts.iter().map(|verdict| row(verdict, talk)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..4).map(width).collect();
    line("");
    for row in &rows {
        let right = |column: usize| format!("{:>width$}", row[column], width = widths[column]);
        line(&format!("{:<first$}  {}  {}  {}  {}", row[0], right(1), right(2), right(3), row[4], first = widths[0]));
    }
    let count = |became: Became| found.verdicts.iter().filter(|one| one.outcome == became).count().to_string();
    line("");
    talk.result(
        "study-counted",
        &[
            ("wave", found.wave.id.clone()),
            ("all", found.verdicts.len().to_string()),
            ("reproduced", count(Became::Reproduced)),
            ("differs", count(Became::Differs)),
            ("missing", count(Became::NotComputable)),
        ],
    );
}

fn row(verdict: &Verdict, talk: Talk) -> [String; 5] {
    let published = &verdict.published;
    let decimals = usize::from(published.decimals);
    let number = |value: f64| format!("{value:.decimals$}");
    let weighted = if published.is_weighted { " *" } else { "" };
    let interval = verdict.interval.map(|(low, high)| format!("{low:.1} – {high:.1}")).unwrap_or_default();
    let became = say(
        talk.language,
        match verdict.outcome {
            Became::Reproduced => "study-outcome-reproduced",
            Became::Differs => "study-outcome-differs",
            Became::NotComputable => "study-outcome-not-computable",
        },
        &[],
    );
    let difference = verdict.difference().filter(|_| verdict.outcome == Became::Differs);
    let difference = difference.map(|difference| format!(" ({difference:+.decimals$})")).unwrap_or_default();
    let reason =
        verdict.reason.as_ref().map(|reason| format!(": {}", words(&reason.words(), talk))).unwrap_or_default();
    [
        format!("{}{weighted}", published.id),
        number(published.value),
        verdict.rounded.map(number).unwrap_or_default(),
        interval,
        format!("{became}{difference}{reason}"),
    ]
}

fn words(text: &LocalText, talk: Talk) -> String {
    text.get(talk.language).to_owned()
}

/// A study has no centres and no areas to choose.
///
/// # Errors
/// Always.
pub fn refuse(folder: &Path, option: &'static str) -> Result<Outcome> {
    Err(Error::usage("study-no-option").at(Place::file(folder)).with("option", option))
}
