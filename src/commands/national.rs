//! `parcours report national`: a year of all areas above the CPAS, in two editions. Everybody may see the public one: its
//! figures are protected together. The internal one shows all, and how the CPAS differ.

mod dictionary;
mod edition;

use super::compute::compute;
use super::files::{UsedFile, replace, write_record};
use super::tables::Used;
use super::{Asked, Outcome, Phases, Project, Talk, figures, published};
use crate::analyse::disclosure::{self, Contributions, Protected};
use crate::analyse::{self, Observation};
use crate::catalogue::resources::Resource;
use crate::error::{Error, Place, Result};
use crate::lake::Lake;
use crate::model::record::{RunRecord, UsedDefinition, UsedValue};
use crate::model::result::{Edition, Report};
use crate::model::{Nis5, Period};
use crate::settings::PublishSettings;
use ::disclosure::{Dominance, GroupRule, Rules};
use dictionary::dictionary;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Name of the files with the figures.
const FIGURES: &str = "figures";
/// Name of the report's definition.
const REPORT: &str = "national";

/// What an edition was made from, and how the public one was protected.
#[derive(Serialize)]
struct Record<'r> {
    edition: Edition,
    report: &'static str,
    period: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<UsedRules>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protection: Option<Protection>,
    program: &'r str,
    /// How many agencies handed in. What each of them did is no public matter: a number of rows can be a small one.
    agencies: usize,
    /// The definitions, by indicator.
    indicators: &'r BTreeMap<String, UsedDefinition>,
    /// The dated values that were used.
    parameters: &'r [UsedValue],
    files: Vec<UsedFile>,
}

#[derive(Serialize)]
struct UsedRules {
    threshold: u64,
    width: i64,
    least_agencies: u64,
    dominance: Option<(usize, f64)>,
    p_percent: Option<f64>,
    hides_whole_groups: bool,
    levels: Vec<String>,
    earlier_edition: Option<String>,
}

/// Numbers of cells only: which of the hidden ones are sensitive would narrow them down.
#[derive(Serialize)]
struct Protection {
    figures: usize,
    hidden_figures: usize,
    cells: usize,
    relations: usize,
    attacked_cells: usize,
    recovered_cells: usize,
    linear_programs: usize,
}

impl<'r> Record<'r> {
    fn new(report: &Report, period: Period, run: &'r RunRecord) -> Self {
        Record {
            edition: report.edition,
            report: REPORT,
            period: period.to_string(),
            rules: None,
            protection: None,
            program: &run.program,
            agencies: run.areas.len(),
            indicators: &run.indicators,
            parameters: &run.parameters,
            files: Vec::new(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the settings hide nothing without saying so, there is no such year, the earlier edition is not there or gives away
/// what is sensitive now, or a file cannot be written. Nothing is written then.
pub fn run(
    folder: &Path,
    (only, year): (Option<Nis5>, Option<Period>),
    timings: Option<&Path>,
    talk: Talk,
) -> Result<Outcome> {
    if let Some(only) = only {
        return Err(Error::usage("national-of-one").at(Place::file(folder)).with("cpas", only));
    }
    let mut phases = Phases::default();
    let mut project = Project::open(folder)?;
    let lake = project.lake()?;
    let publish = project.settings.publish.clone();
    // The internal edition shows all of them, and rules ask which agencies stand behind a figure.
    project.settings.compute.levels =
        ["cpas", "province", "region", "size_class", "country"].map(str::to_owned).to_vec();
    if ["province", "size_class"].iter().all(|level| publish.levels.iter().any(|one| one == level)) {
        talk.remark("national-crossing", &[]);
    }
    let rules = rules(&publish);
    let earlier = match &publish.earlier_edition {
        None => Vec::new(),
        Some(path) => published::read_file(&project.folder.join(path).join(format!("{FIGURES}.csv")))?,
    };
    let (observations, used, run) = compute(&project, &lake, &Asked::default(), &mut phases)?;
    let observations = observations.into_list();
    phases.begin("protect");
    let period = period(&project, &observations, year)?;
    let protected = protect(&project, &run, (&observations, &earlier), (&publish, &rules), period)
        .map_err(|error| error.at_least(|| Place::file(project.folder.join(crate::settings::FILE))))?;
    phases.begin("disseminate");
    let source = Source { project: &project, lake: &lake, used: &used, run: &run, period };
    // Nothing is written before all of it is made.
    let (public, internal) = (source.public(&protected, (&publish, &rules))?, source.internal(&observations)?);
    let (public, internal) = (public.write()?, internal.write()?);
    phases.end();
    if let Some(path) = timings {
        phases.write(path)?;
    }
    let summary = protected.summary();
    talk.result(
        "national-written",
        &[
            ("count", summary.figures.to_string()),
            ("hidden", summary.hidden.to_string()),
            ("threshold", rules.threshold.to_string()),
            ("attacked", summary.attacked.to_string()),
            ("recovered", summary.recovered.to_string()),
            ("path", public.display().to_string()),
        ],
    );
    talk.result("national-internal-written", &[("path", internal.display().to_string())]);
    Ok(Outcome::Done)
}

fn rules(publish: &PublishSettings) -> Rules {
    Rules {
        allows_no_threshold: publish.allow_no_threshold,
        least_agencies: publish.least_agencies,
        dominance: publish.dominance.map(|[n, k]| Dominance { n: whole(n), k }),
        p_percent: publish.p_percent,
        group: if publish.hide_whole_groups { GroupRule::Hidden } else { GroupRule::Shown },
        ..Rules::threshold(publish.threshold)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the settings were checked: a small whole number"
)]
fn whole(number: f64) -> usize {
    number.max(1.0) as usize
}

/// The period asked for, else that of the settings, else the last that there is.
fn period(project: &Project, observations: &[Observation], asked: Option<Period>) -> Result<Period> {
    let periods: BTreeSet<Period> = observations.iter().filter_map(|one| one.period.parse().ok()).collect();
    let wanted = asked.or_else(|| project.settings.report.period.as_ref()?.parse().ok());
    let found = wanted.or_else(|| periods.last().copied()).filter(|period| periods.contains(period));
    found.ok_or_else(|| {
        let found = wanted.map_or_else(String::new, |wanted| wanted.to_string());
        Error::usage("no-period").at(Place::file(&project.folder)).with("found", found)
    })
}

/// The figures of the public edition: those of the period, and of the periods before it those of the country, in which series
/// begin. All of them are protected together.
fn protect(
    project: &Project,
    run: &RunRecord,
    (observations, earlier): (&[Observation], &[Observation]),
    (publish, rules): (&PublishSettings, &Rules),
    period: Period,
) -> Result<Protected> {
    let is_public = |one: &&Observation| publish.levels.iter().any(|level| **level == *one.area_level);
    let is_meant = |one: &&Observation| {
        let Ok(of) = one.period.parse::<Period>() else { return false };
        of == period || (of.is_in_series_to(period) && &*one.area_level == "country")
    };
    let own: Vec<Observation> = observations.iter().filter(is_public).filter(is_meant).cloned().collect();
    let agencies = observations.iter().filter(|one| &*one.area_level == "cpas");
    let contributions = Contributions::new(agencies, &run.areas, &project.catalogue);
    disclosure::protect(&own, earlier, &contributions, &project.catalogue, rules)
}

/// An edition that is made and not yet written.
struct Prepared<'r> {
    out: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    /// Figures that go with it as open data.
    figures: Option<&'r Protected>,
    record: Record<'r>,
}

impl Prepared<'_> {
    /// Writes it, its record last; gives its folder.
    fn write(self) -> Result<PathBuf> {
        let out = self.out;
        let mut files = replace(&out, &edition::before(&out), &self.files)?;
        if let Some(protected) = self.figures {
            figures::write(protected.figures(), &out, FIGURES)?;
            for ending in ["csv", "parquet"] {
                files.push(edition::used(&out, &format!("{FIGURES}.{ending}"))?);
            }
        }
        write_record(&out, &Record { files, ..self.record })?;
        Ok(out)
    }
}

/// What both editions are made from.
struct Source<'s> {
    project: &'s Project,
    lake: &'s Lake,
    used: &'s [Used<'s>],
    run: &'s RunRecord,
    period: Period,
}

impl Source<'_> {
    fn definitions(&self) -> Result<(Resource, Vec<Resource>)> {
        let all = analyse::definition_files(Some(&self.project.folder))?;
        let own = all.iter().find(|file| file.stem() == REPORT).cloned();
        let missing = || Error::usage("no-report").at(Place::file(&self.project.folder)).with("found", REPORT);
        Ok((own.ok_or_else(missing)?, all))
    }

    fn public<'e>(
        &'e self,
        protected: &'e Protected,
        (publish, rules): (&PublishSettings, &Rules),
    ) -> Result<Prepared<'e>> {
        let (project, summary) = (self.project, protected.summary());
        let (definition, all) = self.definitions()?;
        let evidence = self.evidence(Some((rules, summary)))?;
        let report = analyse::build_public((&definition, &all), &project.catalogue, protected, &evidence)?;
        let mut files = edition::render(project, &report)?;
        files.push(("dictionary.csv".to_owned(), dictionary(protected, &project.catalogue)?));
        let record = Record {
            rules: Some(UsedRules {
                threshold: rules.threshold,
                width: rules.width,
                least_agencies: rules.least_agencies,
                dominance: rules.dominance.map(|rule| (rule.n, rule.k)),
                p_percent: rules.p_percent,
                hides_whole_groups: publish.hide_whole_groups,
                levels: publish.levels.clone(),
                earlier_edition: publish.earlier_edition.clone(),
            }),
            protection: Some(Protection {
                figures: summary.figures,
                hidden_figures: summary.hidden,
                cells: summary.cells,
                relations: summary.relations,
                attacked_cells: summary.attacked,
                recovered_cells: summary.recovered,
                linear_programs: summary.programs,
            }),
            ..Record::new(&report, self.period, self.run)
        };
        let out = project.out().join("national").join(self.period.to_string());
        Ok(Prepared { out, files, figures: Some(protected), record })
    }

    fn internal(&self, observations: &[Observation]) -> Result<Prepared<'_>> {
        let (definition, all) = self.definitions()?;
        let evidence = self.evidence(None)?;
        let observations: Vec<&Observation> = observations.iter().collect();
        let report = analyse::build((&definition, &all), &self.project.catalogue, &observations, &evidence)?;
        let files = edition::render(self.project, &report)?;
        let out = self.project.out().join("national-internal").join(self.period.to_string());
        Ok(Prepared { out, files, figures: None, record: Record::new(&report, self.period, self.run) })
    }

    fn evidence(&self, protection: Option<(&Rules, disclosure::Summary)>) -> Result<analyse::Evidence<'_>> {
        let ledger = self.lake.ledger()?;
        let returns = edition::returns(self.project, &ledger, self.period)?;
        let breaks = edition::breaks(self.project, &ledger, self.period);
        Ok(edition::evidence(self.period, (returns, breaks), self.used, protection))
    }
}
