//! `parcours status`: who handed in for a period, on time and complete, and who did not, against the list of CPAS that
//! exist at the end of that period.

use super::{Outcome, Project, Talk, expected, line};
use crate::catalogue::Commune;
use crate::error::{Error, Result};
use crate::lake::{Entry, Ledger};
use crate::model::{Language, Nis5, Period, Scope};
use crate::text::say;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// From so many CPAS on only those are listed that somebody has to look at.
const MANY: usize = 40;
/// Columns of a terminal that a list is broken at.
const WIDTH: usize = 96;

/// What the user wants to see.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// This period only; without it every period of the lake.
    pub period: Option<Period>,
    /// Every missing CPAS, however many.
    pub missing: bool,
    /// As JSON.
    pub json: bool,
}

/// The state of one period.
#[derive(Debug, Serialize)]
struct State {
    period: String,
    /// The list of CPAS is the one of this day.
    list_of: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    regions: BTreeMap<String, Counts>,
    total: Counts,
    agencies: Vec<Agency>,
    /// CPAS that handed in and are not on the list of that day: a code that was given up, or a slip.
    not_on_list: Vec<String>,
}

/// How many CPAS are where.
#[derive(Debug, Default, Clone, Serialize)]
struct Counts {
    expected: usize,
    handed_in: usize,
    on_time: usize,
    late: usize,
    complete: usize,
    missing: usize,
}

/// The state of one CPAS in one period.
#[derive(Debug, Serialize)]
struct Agency {
    cpas: String,
    name: String,
    province: String,
    region: String,
    expected: bool,
    received_on: Option<NaiveDate>,
    /// `None` when nothing was handed in or there is no last day.
    on_time: Option<bool>,
    profile: Option<String>,
    tables_expected: Vec<String>,
    tables_missing: Vec<String>,
    rows_read: u64,
    rows_loaded: u64,
    rows_rejected: u64,
    /// Submissions that arrived for this period.
    arrivals: usize,
}

impl Agency {
    fn is_complete(&self) -> bool {
        self.received_on.is_some() && self.tables_missing.is_empty()
    }

    /// Share of the rows read that were rejected, in per cent.
    fn rejected(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "row counts lie far below 2^53")]
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
        share(self.rows_rejected, self.rows_read)
    }
}

/// Runs the command.
///
/// # Errors
/// When the lake cannot be read.
pub fn run(folder: &Path, wanted: &Wanted, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let ledger = project.lake()?.ledger()?;
    let periods: BTreeSet<Period> = match wanted.period {
        Some(period) => [period].into(),
        None => ledger.agencies().into_values().flatten().collect(),
    };
    let states: Vec<State> =
        periods.into_iter().map(|period| state(&project, &ledger, period, talk.language)).collect();
    if wanted.json {
        line(&serde_json::to_string_pretty(&states).map_err(Error::defect)?);
        return Ok(Outcome::Done);
    }
    if states.is_empty() {
        talk.result("status-empty", &[]);
    }
    for (place, state) in states.iter().enumerate() {
        if place > 0 {
            line("");
        }
        print(&project, state, wanted, talk);
    }
    Ok(Outcome::Done)
}

fn state(project: &Project, ledger: &Ledger, period: Period, language: Language) -> State {
    let year = period.calendar_year();
    let areas = &project.catalogue.areas;
    let due_on = project.settings.status.due_on(period);
    let known: BTreeSet<Nis5> =
        ledger.agencies().into_iter().filter(|(_, periods)| periods.contains(&period)).map(|(cpas, _)| cpas).collect();
    let listed: BTreeMap<Nis5, &Commune> = areas.in_year(year).map(|commune| (commune.nis5, commune)).collect();
    let expected = expected::expected(project, ledger, period);
    let mut state = State {
        period: period.to_string(),
        list_of: period.last_day(),
        due_on,
        regions: BTreeMap::new(),
        total: Counts::default(),
        agencies: Vec::new(),
        not_on_list: known.iter().filter(|cpas| !listed.contains_key(cpas)).map(Nis5::to_string).collect(),
    };
    for cpas in expected.union(&known) {
        let commune = listed.get(cpas).copied().or_else(|| areas.ever(*cpas));
        let scope = Scope { cpas: *cpas, period };
        let mut agency = agency(project, ledger, scope, (commune, language));
        agency.expected = expected.contains(cpas);
        agency.on_time = due_on.and_then(|due| agency.received_on.map(|day| day <= due));
        let region = state.regions.entry(agency.region.clone()).or_default();
        for counts in [region, &mut state.total] {
            counts.expected += usize::from(agency.expected);
            counts.handed_in += usize::from(agency.received_on.is_some());
            counts.on_time += usize::from(agency.on_time == Some(true));
            counts.late += usize::from(agency.on_time == Some(false));
            counts.complete += usize::from(agency.is_complete());
            counts.missing += usize::from(agency.expected && agency.received_on.is_none());
        }
        state.agencies.push(agency);
    }
    state
}

fn agency(
    project: &Project,
    ledger: &Ledger,
    scope: Scope,
    (commune, language): (Option<&Commune>, Language),
) -> Agency {
    let arrivals = ledger.of_scope(scope);
    let newest = arrivals.last();
    let tables_expected = if newest.is_some() { expected::tables(project, ledger, scope) } else { Vec::new() };
    let in_force = ledger.in_force(scope);
    Agency {
        cpas: scope.cpas.to_string(),
        name: commune.map(|commune| commune.name.get(language).to_owned()).unwrap_or_default(),
        province: commune.map(|commune| commune.province.clone()).unwrap_or_default(),
        region: commune.map(|commune| commune.region.clone()).unwrap_or_default(),
        expected: false,
        received_on: expected::received_on(ledger, scope),
        on_time: None,
        profile: newest.map(|entry| entry.profile.clone()),
        tables_missing: tables_expected
            .iter()
            .filter(|table| !in_force.contains_key(table.as_str()))
            .cloned()
            .collect(),
        tables_expected,
        rows_read: newest.map_or(0, |entry: &&Entry| entry.rows.0),
        rows_loaded: newest.map_or(0, |entry| entry.rows.1),
        rows_rejected: newest.map_or(0, |entry| entry.rows.2),
        arrivals: arrivals.len(),
    }
}

fn print(project: &Project, state: &State, wanted: &Wanted, talk: Talk) {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let pairs = [
        ("period", state.period.clone()),
        ("handed", state.total.handed_in.to_string()),
        ("expected", state.total.expected.to_string()),
        ("day", day(state.list_of)),
    ];
    talk.result("status-period-done", &pairs);
    if let Some(due) = state.due_on {
        talk.result("status-due", &[("day", due.to_string())]);
    }
    line("");
    print_regions(project, state, talk.language);
    print_agencies(state, talk);
    print_missing(project, state, wanted, talk);
    if !state.not_on_list.is_empty() {
        line("");
        let pairs = [("day", day(state.list_of)), ("codes", state.not_on_list.join(" "))];
        talk.result("status-not-on-list", &pairs);
    }
}

fn print_regions(project: &Project, state: &State, language: Language) {
    let heading = |id: &str| say(language, id, &[]);
    line(&format!(
        "{:30} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        heading("status-region"),
        heading("status-expected"),
        heading("status-handed-in"),
        heading("status-complete"),
        heading("status-on-time"),
        heading("status-late"),
        heading("status-missing"),
    ));
    let print = |name: &str, counts: &Counts| {
        let judged = |count: usize| if state.due_on.is_some() { count.to_string() } else { "-".to_owned() };
        line(&format!(
            "{name:30} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            counts.expected,
            counts.handed_in,
            counts.complete,
            judged(counts.on_time),
            judged(counts.late),
            counts.missing
        ));
    };
    for (code, counts) in &state.regions {
        let name = project.catalogue.areas.regions.get(code).map_or(code.as_str(), |name| name.get(language));
        print(name, counts);
    }
    print(&heading("collect-total"), &state.total);
}

/// The CPAS that handed in; of many only those that are late or incomplete.
fn print_agencies(state: &State, talk: Talk) {
    let handed: Vec<&Agency> = state.agencies.iter().filter(|agency| agency.received_on.is_some()).collect();
    let is_worth_it = |agency: &&&Agency| !agency.is_complete() || agency.on_time == Some(false);
    let many = handed.len() > MANY;
    let shown: Vec<&Agency> = if many { handed.iter().filter(is_worth_it).copied().collect() } else { handed.clone() };
    if many {
        line("");
        let others = handed.len() - shown.len();
        talk.result("status-all-well", &[("count", others.to_string())]);
    }
    if shown.is_empty() {
        return;
    }
    let heading = |id: &str| say(talk.language, id, &[]);
    line("");
    line(&format!(
        "{:5} {:26} {:10} {:9} {:>7} {:>9} {:>9} {:>9}",
        "NIS",
        "CPAS",
        heading("status-received"),
        "",
        heading("status-tables"),
        heading("collect-read"),
        heading("collect-loaded"),
        heading("collect-rejected"),
    ));
    for agency in shown {
        let name: String = agency.name.chars().take(26).collect();
        let when = match agency.on_time {
            Some(true) => heading("status-on-time"),
            Some(false) => heading("status-late"),
            None => String::new(),
        };
        let (expected, lacking) = (agency.tables_expected.len(), agency.tables_missing.len());
        line(&format!(
            "{:5} {name:26} {:10} {when:9} {:>7} {:>9} {:>9} {:>7.1} %",
            agency.cpas,
            agency.received_on.map(|day| day.to_string()).unwrap_or_default(),
            format!("{}/{expected}", expected - lacking),
            agency.rows_read,
            agency.rows_loaded,
            agency.rejected(),
        ));
        for row in rows(&agency.tables_missing) {
            line(&format!("        {} {row}", heading("status-lacks")));
        }
    }
}

/// The CPAS that did not hand in, by province; only their number when they are more than those that did.
fn print_missing(project: &Project, state: &State, wanted: &Wanted, talk: Talk) {
    let is_missing = |agency: &&Agency| agency.expected && agency.received_on.is_none();
    let mut provinces: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for agency in state.agencies.iter().filter(is_missing) {
        provinces.entry(&agency.province).or_default().push(format!("{} {}", agency.cpas, agency.name));
    }
    if provinces.is_empty() {
        return;
    }
    line("");
    let pairs = [("count", state.total.missing.to_string())];
    if !wanted.missing && state.total.missing > state.total.handed_in.max(MANY) {
        talk.result("status-many-missing", &pairs);
        return;
    }
    talk.result("status-these-missing", &pairs);
    for (code, names) in provinces {
        let name = project.catalogue.areas.provinces.get(code).map_or(code, |name| name.get(talk.language));
        line(&format!("  {name} ({})", names.len()));
        for row in rows(&names) {
            line(&format!("    {row}"));
        }
    }
}

/// Names side by side, as many as a terminal holds.
fn rows(names: &[String]) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for name in names {
        match rows.last_mut() {
            Some(row) if row.chars().count() + name.chars().count() + 18 <= WIDTH => {
                row.push_str(", ");
                row.push_str(name);
            }
            _ => rows.push(name.clone()),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn names_stand_side_by_side_and_none_is_lost() {
        let names: Vec<String> = (0..100).map(|number| format!("{number:05} Somewhere")).collect();
        let rows = rows(&names);
        assert!(rows.iter().all(|row| row.chars().count() <= super::WIDTH - 16));
        assert_eq!(rows.join(", "), names.join(", "));
    }
}
