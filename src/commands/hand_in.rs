//! `parcours hand-in`: the year of a CPAS as protected figures, for whoever must not see its rows: the national figures can be
//! made from them.

use super::compute::compute;
use super::files::{before, replace, used};
use super::national::{OPEN_DATA, Protection, Record, RecordTables, dictionary, method, period, rules, tell};
use super::side_by_side::side_by_side;
use super::{Asked, Outcome, Phases, Project, Talk, expected, figures};
use crate::analyse::disclosure::{self, Contributions, Summary};
use crate::analyse::{Observation, is_combined};
use crate::error::{Error, Place, Result};
use crate::lake::Ledger;
use crate::model::record::{RunRecord, UsedValue};
use crate::model::{Nis5, Period, Scope};
use crate::settings::PublishSettings;
use ::disclosure::Rules;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Name of the report on record.
pub const REPORT: &str = "hand-in";

/// Runs the command, for every CPAS of the lake or one.
///
/// # Errors
/// When the settings hide nothing without saying so, there is no such year or CPAS, or a file cannot be written.
pub fn run(folder: &std::path::Path, (only, year): (Option<Nis5>, Option<Period>), talk: Talk) -> Result<Outcome> {
    let mut project = Project::open(folder)?;
    project.settings.compute.levels = vec!["cpas".to_owned()];
    let lake = project.lake()?;
    let ledger = lake.ledger()?;
    let (observations, _, run) = compute(&project, &lake, &Asked::default(), &mut Phases::default())?;
    let observations = observations.into_list();
    let period = period(&project, &observations, year)?;
    let has_handed_in = |periods: &std::collections::BTreeSet<Period>| periods.contains(&period);
    let wanted: Vec<Nis5> = ledger
        .agencies()
        .into_iter()
        .filter(|(cpas, periods)| has_handed_in(periods) && only.is_none_or(|only| only == *cpas))
        .map(|(cpas, _)| cpas)
        .collect();
    if wanted.is_empty() {
        let found = only.map_or_else(|| period.to_string(), |only| only.to_string());
        return Err(Error::usage("hand-in-none").at(Place::file(&project.folder)).with("found", found));
    }
    let source = Source { project: &project, ledger: &ledger, run: &run, period };
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let by_agency = by_agency(&observations, period);
    let done = side_by_side(&wanted, processors, |cpas| {
        source.write(*cpas, by_agency.get(cpas.as_str()).map_or(&[][..], Vec::as_slice))
    })?;
    for (path, summary) in done {
        tell(talk, "hand-in-written", &project.settings.publish, (summary, &path));
    }
    Ok(Outcome::Done)
}

/// The figures of each agency in a period.
fn by_agency(observations: &[Observation], period: Period) -> BTreeMap<&str, Vec<&Observation>> {
    let period = period.to_string();
    let mut found: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
    for one in observations.iter().filter(|one| *one.period == *period) {
        found.entry(&*one.area).or_default().push(one);
    }
    found
}

/// The rules that one agency's figures are protected by: those that ask how many agencies stand behind a figure have no
/// meaning here.
fn rules_of_one(publish: &PublishSettings) -> (PublishSettings, Rules) {
    let own = PublishSettings {
        least_agencies: 0,
        dominance: None,
        p_percent: None,
        levels: vec!["cpas".to_owned()],
        earlier_edition: None,
        ..publish.clone()
    };
    let rules = rules(&own);
    (own, rules)
}

struct Source<'s> {
    project: &'s Project,
    ledger: &'s Ledger,
    run: &'s RunRecord,
    period: Period,
}

impl Source<'_> {
    /// Protects and writes the figures of one agency.
    fn write(&self, cpas: Nis5, observations: &[&Observation]) -> Result<(PathBuf, Summary)> {
        let catalogue = &self.project.catalogue;
        let shared = observations.iter().filter(|one| is_combined(one, catalogue));
        let own: Vec<Observation> = shared.map(|one| (*one).clone()).collect();
        let (publish, rules) = rules_of_one(&self.project.settings.publish);
        let protected =
            disclosure::protect(&own, &[], &Contributions::default(), catalogue, (&rules, method(self.project, true)?))
                .map_err(|error| error.at_least(|| Place::file(self.project.folder.join(crate::settings::FILE))))?;
        let mut files = figures::files(protected.figures(), OPEN_DATA.trim_end_matches(".csv"))?;
        files.push(("dictionary.csv".to_owned(), dictionary(&protected, catalogue)?));
        let scope = Scope { cpas, period: self.period };
        let there: Vec<String> = self.ledger.in_force(scope).into_keys().map(str::to_owned).collect();
        let mut lacking = expected::tables(self.project, self.ledger, scope);
        lacking.retain(|table| !there.contains(table));
        let period = self.period.to_string();
        let parameters: Vec<UsedValue> =
            self.run.parameters.iter().filter(|value| value.period == period).cloned().collect();
        let record = Record {
            edition: protected.edition(),
            report: REPORT,
            cpas: Some(cpas.to_string()),
            period: period.clone(),
            geography: self.run.geography,
            tables: Some(RecordTables { there, lacking }),
            rules: Some(super::national::rules_on_record(&publish)?),
            protection: Some(Protection::from(protected.summary())),
            program: &self.run.program,
            agencies: 1,
            hand_ins: 0,
            indicators: &self.run.indicators,
            parameters: &parameters,
            files: used(&files),
        };
        let out = self.project.out().join(REPORT).join(period).join(cpas.to_string());
        replace(&out, &before(&out), &files, &record)?;
        Ok((out, protected.summary()))
    }
}
