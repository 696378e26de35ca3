//! An edition of the national report: what it shows beside figures, and its files.

use super::super::report::in_every_language;
use super::super::tables::{Used, size_edges};
use super::super::{Project, expected};
use super::hand_ins::HandIns;
use super::record::Tables;
use crate::analyse::disclosure::{Inexact, Method, Summary};
use crate::analyse::{Evidence, Found, Return};
use crate::catalogue::Area;
use crate::catalogue::resources::Resource;
use crate::error::Result;
use crate::lake::Ledger;
use crate::model::result::{Cell, Report};
use crate::model::{Geography, LocalText, Nis5, Period, Scope};
use crate::text::words;
use ::disclosure::Rules;
use std::collections::{BTreeMap, BTreeSet};

fn count(number: usize) -> Cell {
    Cell::Count(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The agencies that are expected to hand in for a period or did, and what they handed in.
pub(super) fn returns(
    project: &Project,
    ledger: &Ledger,
    (hand_ins, geography): (&HandIns, Geography),
    period: Period,
) -> Result<Vec<Return>> {
    let edges = size_edges(project, period)?;
    let due = project.settings.status.due_on(period);
    let handed = ledger.agencies().into_iter().filter(|(_, periods)| periods.contains(&period)).map(|(cpas, _)| cpas);
    let figures_only: BTreeMap<Nis5, &Tables> =
        hand_ins.tables().filter(|((_, of), _)| *of == period).map(|((cpas, _), tables)| (cpas, tables)).collect();
    let expected = expected::expected(project, ledger, period).into_iter();
    let all: BTreeSet<Nis5> = expected.chain(handed).chain(figures_only.keys().copied()).collect();
    let one = |cpas: Nis5| {
        let scope = Scope { cpas, period };
        let areas: BTreeMap<&str, String> = project
            .catalogue
            .areas
            .of(cpas, edges, geography)
            .into_iter()
            .map(|area| (area.level, area.code))
            .collect();
        let area = |level: &str| areas.get(level).cloned().unwrap_or_else(|| "unknown".to_owned());
        let handed_in = figures_only.get(&cpas);
        let tables: BTreeSet<String> = match handed_in {
            Some(tables) => tables.there.iter().cloned().collect(),
            None => ledger.in_force(scope).into_keys().map(str::to_owned).collect(),
        };
        let is_complete = match handed_in {
            Some(tables) => tables.lacking.is_empty(),
            None => expected::tables(project, ledger, scope).iter().all(|table| tables.contains(table)),
        };
        Return {
            cpas: areas.get("cpas").cloned().unwrap_or_default(),
            province: area("province"),
            region: area("region"),
            size_class: area("size_class"),
            is_complete,
            is_figures_only: handed_in.is_some(),
            is_on_time: due.and_then(|due| Some(expected::received_on(ledger, scope)? <= due)),
            tables,
        }
    };
    let mut returns: BTreeMap<String, Return> = BTreeMap::new();
    for one in all.into_iter().map(one) {
        match returns.get_mut(&one.cpas) {
            // Put together today: what one of them lacks is lacking.
            Some(known) => {
                known.tables.retain(|table| one.tables.contains(table));
                known.is_complete &= one.is_complete;
                known.is_figures_only |= one.is_figures_only;
                known.is_on_time = known.is_on_time.zip(one.is_on_time).map(|(known, one)| known && one);
            }
            None => drop(returns.insert(one.cpas.clone(), one)),
        }
    }
    Ok(returns.into_values().collect())
}

/// Why a year cannot be compared with the one before: other agencies handed in, or none did.
pub(super) fn breaks(
    project: &Project,
    ledger: &Ledger,
    hand_ins: &HandIns,
    period: Period,
) -> BTreeMap<Period, LocalText> {
    let mut of_period: BTreeMap<Period, BTreeSet<Nis5>> = BTreeMap::new();
    let of_lake =
        ledger.agencies().into_iter().flat_map(|(cpas, periods)| periods.into_iter().map(move |one| (cpas, one)));
    let all = of_lake.chain(hand_ins.tables().map(|(of, _)| of));
    for (cpas, one) in all.filter(|(_, one)| one.is_in_series_to(period)) {
        // A merged agency goes on as the one that took its place.
        of_period.entry(one).or_default().insert(project.catalogue.areas.today(cpas));
    }
    let mut breaks = BTreeMap::new();
    for (one, agencies) in of_period.iter().skip(1) {
        match of_period.get(&one.previous()) {
            None => breaks.insert(*one, words("report-break-gap")),
            Some(before) if before != agencies => breaks.insert(*one, words("report-break-agencies")),
            Some(_) => None,
        };
    }
    breaks
}

/// What both editions show beside figures. `protection` holds the rules and what an attack found, for the public one.
pub(super) fn evidence<'u>(
    period: Period,
    (returns, breaks): (Vec<Return>, BTreeMap<Period, LocalText>),
    used: &'u [Used<'u>],
    protection: Option<(&Rules, Method, Summary)>,
) -> Evidence<'u> {
    let handed_in = returns.iter().filter(|one| !one.tables.is_empty()).count();
    let mut facts = vec![
        (words("national-fact-expected"), count(returns.len())),
        (words("national-fact-handed-in"), count(handed_in)),
    ];
    let protection = protection.map(|(rules, method, summary)| protected(rules, method, summary)).unwrap_or_default();
    facts.extend(protection.iter().take(3).cloned());
    Evidence {
        area: Area { level: "country", code: "BE".to_owned() },
        period,
        facts,
        receipts: Vec::new(),
        returns,
        protection,
        found: Found::default(),
        breaks,
        logo: None,
        parameters: used
            .iter()
            .filter(|(of, _, _)| *of == period)
            .map(|(_, parameter, value)| (*parameter, *value))
            .collect(),
    }
}

fn protected(rules: &Rules, method: Method, summary: Summary) -> Vec<(LocalText, Cell)> {
    let whole = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let first = match method {
        Method::Hide => (words("national-rule-threshold"), whole(rules.threshold)),
        Method::Blur { how: Inexact::Multiples(base), .. } => (words("national-rule-rounding"), Cell::Count(base)),
        Method::Blur { how: Inexact::SmallCounts(base), .. } => {
            (words("national-rule-small-counts"), Cell::Count(base))
        }
        Method::Blur { how: Inexact::Noise { most, .. }, .. } => (words("national-rule-cell-keys"), Cell::Count(most)),
    };
    let mut rows = vec![
        first,
        (words("national-result-figures"), count(summary.figures)),
        (words("national-result-hidden"), count(summary.hidden)),
    ];
    if matches!(method, Method::Hide) {
        rows.push((words("national-rule-width"), Cell::Count(rules.width)));
    }
    if rules.least_agencies > 0 {
        rows.push((words("national-rule-agencies"), whole(rules.least_agencies)));
    }
    if let Some(rule) = rules.dominance {
        rows.push((words("national-rule-dominance-n"), count(rule.n)));
        rows.push((words("national-rule-dominance-k"), Cell::Number(rule.k)));
    }
    if let Some(share) = rules.p_percent {
        rows.push((words("national-rule-p"), Cell::Number(share)));
    }
    rows.extend([
        (words("national-result-cells"), count(summary.cells)),
        (words("national-result-relations"), count(summary.relations)),
        (words("national-result-attacked"), count(summary.attacked)),
        (words("national-result-recovered"), count(summary.recovered)),
    ]);
    rows
}

/// The files of a report in every language of the project.
pub(super) fn render(project: &Project, report: &Report, definition: &Resource) -> Result<Vec<(String, Vec<u8>)>> {
    let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    in_every_language(project, report, &format!("{}-{}", report.id, report.period), at_once).map_err(|error| {
        // The renderings know no files.
        if error.id == "report-sentence-broken" { error.at_least(|| definition.place()) } else { error }
    })
}
