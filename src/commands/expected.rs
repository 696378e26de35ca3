//! Who is expected to hand in for a period, what, and by when: for `parcours status` and for the indicators.

use super::Project;
use crate::collect;
use crate::error::{Error, Result};
use crate::lake::Ledger;
use crate::model::{Nis5, Period, Scope};
use crate::settings::Expected;
use arrow::array::{ArrayRef, BooleanArray, Date32Array, RecordBatch, StringArray};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The CPAS that are expected to hand in for a period. A list names what it names, whether they exist on that day or not.
pub fn expected(project: &Project, ledger: &Ledger, period: Period) -> BTreeSet<Nis5> {
    match &project.settings.status.expected {
        Expected::These(codes) => codes.iter().filter_map(|code| code.parse().ok()).collect(),
        Expected::Word(word) if word == "inbox" => {
            // Nothing in the inbox is no fault here: those in the lake are expected all the same.
            let handed = collect::inbox(&project.inbox()).unwrap_or_default();
            handed.into_iter().map(|handed| handed.cpas).chain(ledger.agencies().into_keys()).collect()
        }
        Expected::Word(_) => {
            project.catalogue.areas.in_year(period.calendar_year()).map(|commune| commune.nis5).collect()
        }
    }
}

/// The tables that a CPAS is expected to hand in for a period: those of the profile of its last submission; of one that never
/// handed in, those of the profile that the settings name for it; none where nobody knows.
pub fn tables(project: &Project, ledger: &Ledger, scope: Scope) -> Vec<String> {
    let arrivals = ledger.of_scope(scope);
    let of_settings = || {
        let inbox = &project.settings.inbox;
        let own = inbox.source.iter().find(|source| source.folder.starts_with(scope.cpas.as_str()));
        own.map(|source| &source.profile).or(inbox.profile.as_ref())
    };
    let profile = arrivals.last().map(|entry| &entry.profile).or_else(of_settings);
    profile.map(|profile| project.tables_of(profile)).unwrap_or_default()
}

/// The first day on which something arrived for a period.
pub fn received_on(ledger: &Ledger, scope: Scope) -> Option<NaiveDate> {
    ledger.of_scope(scope).iter().filter_map(|entry| entry.received_on()).min()
}

/// `expected_tables`: `cpas`, `period`, `table_name`, `is_received`; a row a table that a CPAS is expected to hand in.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn table_rows(project: &Project, ledger: &Ledger, periods: &BTreeSet<Period>) -> Result<RecordBatch> {
    let (mut agencies, mut when, mut names, mut received) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for period in periods {
        for cpas in expected(project, ledger, *period) {
            let scope = Scope { cpas, period: *period };
            let in_force = ledger.in_force(scope);
            for table in tables(project, ledger, scope) {
                agencies.push(cpas.to_string());
                when.push(period.to_string());
                received.push(Some(in_force.contains_key(table.as_str())));
                names.push(table);
            }
        }
    }
    let columns: [(&str, ArrayRef); 4] = [
        ("cpas", Arc::new(StringArray::from(agencies))),
        ("period", Arc::new(StringArray::from(when))),
        ("table_name", Arc::new(StringArray::from(names))),
        ("is_received", Arc::new(BooleanArray::from(received))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// `expected_submissions`: `cpas`, `period`, `received_on` (empty: nothing came), `due_on`; a row an expected CPAS of each period
/// that has a last day; none where the settings name no last day: then nobody is late.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn submission_rows(project: &Project, ledger: &Ledger, periods: &BTreeSet<Period>) -> Result<RecordBatch> {
    let (mut agencies, mut when, mut received, mut due) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let number = |day: NaiveDate| i32::try_from(collect::days(day)).unwrap_or(0);
    for period in periods {
        let Some(last) = project.settings.status.due_on(*period) else { continue };
        for cpas in expected(project, ledger, *period) {
            agencies.push(cpas.to_string());
            when.push(period.to_string());
            received.push(received_on(ledger, Scope { cpas, period: *period }).map(number));
            due.push(number(last));
        }
    }
    let columns: [(&str, ArrayRef); 4] = [
        ("cpas", Arc::new(StringArray::from(agencies))),
        ("period", Arc::new(StringArray::from(when))),
        ("received_on", Arc::new(Date32Array::from(received))),
        ("due_on", Arc::new(Date32Array::from(due))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}
