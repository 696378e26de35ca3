//! `parcours report national`: a year of all areas above the CPAS, in two editions. Everybody may see the public one: its
//! figures are protected together. The internal one shows all, and how the CPAS differ.

mod dictionary;
mod edition;
mod hand_ins;
mod record;

pub use dictionary::dictionary;
pub use record::{Protection, Record, Tables as RecordTables, method, rules, rules_on_record};

use super::compute::{compute, held, mark_provisional};
use super::files::{before, replace, used};
use super::tables::Used;
use super::{Asked, Outcome, Phases, Project, Talk, figures, published};
use crate::analyse::disclosure::{self, Contributions, Protected};
use crate::analyse::{self, Observation, Observations};
use crate::catalogue::resources::Resource;
use crate::error::{Error, Place, Result};
use crate::lake::Lake;
use crate::model::record::RunRecord;
use crate::model::result::Report;
use crate::model::{Geography, LocalText, Nis5, Period};
use crate::settings::PublishSettings;
use ::disclosure::Rules;
use hand_ins::HandIns;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Name of the files with the figures.
const FIGURES: &str = "figures";
/// The figures of the public edition, for everybody to compute with.
pub const OPEN_DATA: &str = "figures.csv";
/// Name of the report's definition.
const REPORT: &str = "national";

/// Runs the command.
///
/// # Errors
/// When the settings hide nothing without saying so, there is no such year, the earlier edition is not there or gives away
/// what is sensitive now, or a file cannot be written. Nothing is written then.
pub fn run(
    folder: &Path,
    (only, year, geography): (Option<Nis5>, Option<Period>, Geography),
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
    let is_as_was = geography == Geography::AsWas;
    let rules = rules(&publish);
    let earlier = match &publish.earlier_edition {
        Some(path) if is_as_was => earlier_edition(&project, path)?,
        _ => Vec::new(),
    };
    let hand_ins = HandIns::read(&project, &lake)?;
    if !hand_ins.is_empty() {
        talk.remark("national-hand-ins", &[("count", hand_ins.tables().count().to_string())]);
    }
    let (observations, used, run) = figures_of_all(&project, &lake, (&hand_ins, geography), &mut phases)?;
    let period = period(&project, &observations, year)?;
    let source = Source::new(&project, (&lake, &hand_ins), &used, &run, period)?;
    if !is_as_was {
        // Beside the communes of the time those of today would be a second publication, linked with the first: it stays inside.
        phases.begin("disseminate");
        let internal = source.internal(&observations)?.write()?;
        phases.end();
        timings.map(|path| phases.write(path)).transpose()?;
        talk.result("national-internal-written", &[("path", internal.display().to_string())]);
        return Ok(Outcome::Done);
    }
    phases.begin("protect");
    let protected = protect(&project, &run, (&observations, &earlier), (&publish, &rules), period)
        .map_err(|error| error.at_least(|| Place::file(project.folder.join(crate::settings::FILE))))?;
    phases.begin("disseminate");
    // Nothing is written before all of it is made.
    let (public, internal) = (source.public(&protected, (&publish, &rules))?, source.internal(&observations)?);
    let (public, internal) = (public.write()?, internal.write()?);
    phases.end();
    if let Some(path) = timings {
        phases.write(path)?;
    }
    // Agencies that hand in figures say nothing of those that they hid: there is nothing to attack.
    let is_handed_in = !hand_ins.is_empty() && protected.summary().attacked == 0;
    let id = if is_handed_in { "national-written-handed-in" } else { "national-written" };
    tell(talk, id, &publish, (protected.summary(), &public));
    talk.result("national-internal-written", &[("path", internal.display().to_string())]);
    Ok(Outcome::Done)
}

/// Says what became of figures that were protected by hiding (`id`) or by inexact counts, and where they are.
pub fn tell(talk: Talk, id: &str, publish: &PublishSettings, (summary, path): (disclosure::Summary, &Path)) {
    let (id, threshold) = match publish.inexact() {
        None => (id, publish.threshold),
        Some(("small_counts", base)) => ("national-small-counts", base),
        Some(("cell_keys", most)) => ("national-cell-keys", most),
        Some((_, base)) => ("national-rounded", base),
    };
    let pairs = [
        ("count", summary.figures.to_string()),
        ("hidden", summary.hidden.to_string()),
        ("threshold", threshold.to_string()),
        ("attacked", summary.attacked.to_string()),
        ("recovered", summary.recovered.to_string()),
        ("path", path.display().to_string()),
    ];
    talk.result(id, &pairs);
}

/// The figures of the lake and those that agencies handed in, together.
fn figures_of_all<'p>(
    project: &'p Project,
    lake: &Lake,
    (hand_ins, geography): (&HandIns, Geography),
    phases: &mut Phases,
) -> Result<(Vec<Observation>, Vec<Used<'p>>, RunRecord)> {
    let ledger = lake.ledger()?;
    let is_of_figures_only = ledger.agencies().is_empty() && !hand_ins.is_empty();
    let (observations, mut used, mut run) = if is_of_figures_only {
        let run = RunRecord { geography, ..super::record::without_rows(project) };
        (Observations::default(), Vec::new(), run)
    } else {
        compute(project, lake, &Asked { geography, ..Asked::default() }, phases)?
    };
    if hand_ins.is_empty() {
        return Ok((observations.into_list(), used, run));
    }
    let mut all = Observations::default();
    all.extend(hand_ins.add(project, (observations.into_list(), &mut used, &mut run))?);
    let mut held = held(&ledger);
    held.extend(hand_ins.tables().map(|(of, tables)| (of, tables.there.iter().cloned().collect())));
    mark_provisional(project, (&held, geography), &mut all);
    Ok((all.sorted().into_list(), used, run))
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

/// The period asked for, else that of the settings, else the last that there is.
pub fn period(project: &Project, observations: &[Observation], asked: Option<Period>) -> Result<Period> {
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
    let agencies = || observations.iter().filter(|one| &*one.area_level == "cpas");
    let mut contributions = Contributions::new(agencies(), &run.areas, &project.catalogue);
    if ["province", "size_class"].iter().all(|level| publish.levels.iter().any(|one| one == level)) {
        let of_period = agencies().filter(|one| one.period.parse() == Ok(period));
        contributions = contributions.with_crossings(of_period, &run.areas, &project.catalogue);
    }
    disclosure::protect(&own, earlier, &contributions, &project.catalogue, (rules, method(project, false)?))
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
        replace(&self.out, &before(&self.out), &self.files, &self.record)?;
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
        (lake, hand_ins): (&Lake, &HandIns),
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
        let returns = edition::returns(project, &ledger, (hand_ins, run.geography), period)?;
        let breaks = edition::breaks(project, &ledger, hand_ins, period);
        Ok(Source { project, used, run, period, definition, definitions, returns, breaks })
    }

    fn public<'e>(
        &'e self,
        protected: &'e Protected,
        (publish, rules): (&PublishSettings, &Rules),
    ) -> Result<Prepared<'e>> {
        let (project, summary) = (self.project, protected.summary());
        let evidence = self.evidence(Some((rules, method(project, false)?, summary)));
        let definitions = (&self.definition, &self.definitions[..]);
        let report = analyse::build_public(definitions, &project.catalogue, protected, &evidence)?;
        let mut files = edition::render(project, &report, &self.definition)?;
        files.push(("dictionary.csv".to_owned(), dictionary(protected, &project.catalogue)?));
        files.extend(figures::files(protected.figures(), FIGURES)?);
        let record = Record {
            rules: Some(rules_on_record(publish)?),
            protection: Some(Protection::from(summary)),
            ..self.record(&report)
        };
        Ok(self.prepared("national", files, record))
    }

    fn internal(&self, observations: &[Observation]) -> Result<Prepared<'_>> {
        let evidence = self.evidence(None);
        let observations: Vec<&Observation> = observations.iter().collect();
        let definitions = (&self.definition, &self.definitions[..]);
        let report = analyse::build(definitions, &self.project.catalogue, &observations, &evidence)?;
        let files = edition::render(self.project, &report, &self.definition)?;
        let record = self.record(&report);
        Ok(self.prepared("national-internal", files, record))
    }

    /// What any edition was made from.
    fn record(&self, report: &Report) -> Record<'_> {
        Record {
            edition: report.edition,
            report: REPORT,
            cpas: None,
            period: self.period.to_string(),
            geography: self.run.geography,
            tables: None,
            rules: None,
            protection: None,
            program: &self.run.program,
            agencies: self.run.areas.len(),
            hand_ins: self.returns.iter().filter(|one| one.is_figures_only).count(),
            indicators: &self.run.indicators,
            parameters: &self.run.parameters,
            files: Vec::new(),
        }
    }

    fn prepared<'e>(&self, folder: &str, files: Vec<(String, Vec<u8>)>, record: Record<'e>) -> Prepared<'e> {
        let name = match self.run.geography {
            Geography::AsWas => self.period.to_string(),
            Geography::AsIs => format!("{}-{}", self.period, Geography::AsIs),
        };
        let out = self.project.out().join(folder).join(name);
        Prepared { out, record: Record { files: used(&files), ..record }, files }
    }

    fn evidence(&self, protection: Option<(&Rules, disclosure::Method, disclosure::Summary)>) -> analyse::Evidence<'_> {
        edition::evidence(self.period, (self.returns.clone(), self.breaks.clone()), self.used, protection)
    }
}
