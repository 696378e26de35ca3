//! `parcours report national`: a year of all areas above the CPAS, in two editions. Everybody may see the public one: its
//! figures are protected together. The internal one shows all, and how the CPAS differ.

mod dictionary;
mod edition;

use super::compute::compute;
use super::files::{replace, used};
use super::tables::Used;
use super::{Asked, Outcome, Phases, Project, Talk, figures, published};
use crate::analyse::disclosure::{self, Contributions, Protected};
use crate::analyse::{self, Observation};
use crate::catalogue::resources::Resource;
use crate::error::{Error, Place, Result};
use crate::lake::Lake;
use crate::model::record::{RunRecord, UsedDefinition, UsedFile, UsedValue};
use crate::model::result::{Edition, Report};
use crate::model::{LocalText, Nis5, Period};
use crate::settings::PublishSettings;
use ::disclosure::{Dominance, GroupRule, Rules};
use dictionary::dictionary;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Name of the files with the figures.
const FIGURES: &str = "figures";
/// The figures of the public edition, for everybody to compute with.
pub const OPEN_DATA: &str = "figures.csv";
/// Name of the report's definition.
const REPORT: &str = "national";

/// What an edition was made from, and how the public one was protected.
#[derive(Serialize)]
struct Record<'r> {
    edition: Edition,
    report: &'static str,
    period: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<serde_json::Map<String, Value>>,
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
struct UsedRules<'s> {
    threshold: u64,
    width: i64,
    least_agencies: u64,
    dominance: Option<(usize, f64)>,
    p_percent: Option<f64>,
    hides_whole_groups: bool,
    levels: &'s [String],
    earlier_edition: Option<&'s str>,
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
        Some(path) => earlier_edition(&project, path)?,
    };
    let (observations, used, run) = compute(&project, &lake, &Asked::default(), &mut phases)?;
    let observations = observations.into_list();
    phases.begin("protect");
    let period = period(&project, &observations, year)?;
    let protected = protect(&project, &run, (&observations, &earlier), (&publish, &rules), period)
        .map_err(|error| error.at_least(|| Place::file(project.folder.join(crate::settings::FILE))))?;
    phases.begin("disseminate");
    let source = Source::new(&project, &lake, &used, &run, period)?;
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

/// The figures that are out already.
fn earlier_edition(project: &Project, folder: &str) -> Result<Vec<Observation>> {
    let path = project.folder.join(folder).join(OPEN_DATA);
    if !path.is_file() {
        let place = Place::file(project.folder.join(crate::settings::FILE));
        return Err(Error::usage("national-no-earlier").at(place).with("found", path.display()));
    }
    published::read_file(&path)
}

/// The rules of the settings as the record of an edition names them.
///
/// # Errors
/// A defect, when they cannot be written.
pub fn rules_on_record(publish: &PublishSettings) -> Result<serde_json::Map<String, Value>> {
    let rules = rules(publish);
    let used = UsedRules {
        threshold: rules.threshold,
        width: rules.width,
        least_agencies: rules.least_agencies,
        dominance: rules.dominance.map(|rule| (rule.n, rule.k)),
        p_percent: rules.p_percent,
        hides_whole_groups: publish.hide_whole_groups,
        levels: &publish.levels,
        earlier_edition: publish.earlier_edition.as_deref(),
    };
    match serde_json::to_value(used).map_err(Error::defect)? {
        Value::Object(rules) => Ok(rules),
        other => Err(Error::defect(other)),
    }
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
    record: Record<'r>,
}

impl Prepared<'_> {
    /// Writes it; gives its folder.
    fn write(self) -> Result<PathBuf> {
        replace(&self.out, &edition::before(&self.out), &self.files, &self.record)?;
        Ok(self.out)
    }
}

/// What both editions are made from.
struct Source<'s> {
    project: &'s Project,
    used: &'s [Used<'s>],
    run: &'s RunRecord,
    period: Period,
    definition: Resource,
    /// All there are: one may show sections of another.
    definitions: Vec<Resource>,
    returns: Vec<analyse::Return>,
    breaks: BTreeMap<Period, LocalText>,
}

impl<'s> Source<'s> {
    fn new(
        project: &'s Project,
        lake: &Lake,
        used: &'s [Used<'s>],
        run: &'s RunRecord,
        period: Period,
    ) -> Result<Self> {
        let definitions = analyse::definition_files(Some(&project.folder))?;
        let definition = definitions
            .iter()
            .find(|file| file.stem() == REPORT)
            .cloned()
            .ok_or_else(|| Error::usage("no-report").at(Place::file(&project.folder)).with("found", REPORT))?;
        let ledger = lake.ledger()?;
        let returns = edition::returns(project, &ledger, period)?;
        let breaks = edition::breaks(project, &ledger, period);
        Ok(Source { project, used, run, period, definition, definitions, returns, breaks })
    }

    fn public<'e>(
        &'e self,
        protected: &'e Protected,
        (publish, rules): (&PublishSettings, &Rules),
    ) -> Result<Prepared<'e>> {
        let (project, summary) = (self.project, protected.summary());
        let evidence = self.evidence(Some((rules, summary)));
        let definitions = (&self.definition, &self.definitions[..]);
        let report = analyse::build_public(definitions, &project.catalogue, protected, &evidence)?;
        let mut files = edition::render(project, &report, &self.definition)?;
        files.push(("dictionary.csv".to_owned(), dictionary(protected, &project.catalogue)?));
        files.extend(figures::files(protected.figures(), FIGURES)?);
        let record = Record {
            rules: Some(rules_on_record(publish)?),
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
        Ok(self.prepared("national", files, record))
    }

    fn internal(&self, observations: &[Observation]) -> Result<Prepared<'_>> {
        let evidence = self.evidence(None);
        let observations: Vec<&Observation> = observations.iter().collect();
        let definitions = (&self.definition, &self.definitions[..]);
        let report = analyse::build(definitions, &self.project.catalogue, &observations, &evidence)?;
        let files = edition::render(self.project, &report, &self.definition)?;
        let record = Record::new(&report, self.period, self.run);
        Ok(self.prepared("national-internal", files, record))
    }

    fn prepared<'e>(&self, folder: &str, files: Vec<(String, Vec<u8>)>, record: Record<'e>) -> Prepared<'e> {
        let out = self.project.out().join(folder).join(self.period.to_string());
        Prepared { out, record: Record { files: used(&files), ..record }, files }
    }

    fn evidence(&self, protection: Option<(&Rules, disclosure::Summary)>) -> analyse::Evidence<'_> {
        edition::evidence(self.period, (self.returns.clone(), self.breaks.clone()), self.used, protection)
    }
}
