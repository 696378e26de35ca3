//! `parcours catalogue`: the indicators, checks and instruments, each with its title, or one explained in full; all indicators as a
//! document; whether all queries keep the rules.

use super::{Outcome, Talk, dictionary, instruments, line};
use crate::catalogue::{Catalogue, Check, nearest};
use crate::error::{Error, Result};
use crate::lake::now;
use std::path::Path;

/// Runs the command. `id` names one indicator, check or instrument, a list (`indicators`, `checks`, `instruments`), `markdown` or `lint`; without it
/// all are listed.
///
/// # Errors
/// When the catalogue is broken or has nothing of that name.
pub fn run(project: Option<&Path>, id: Option<&str>, talk: Talk) -> Result<Outcome> {
    let catalogue = Catalogue::load(project)?;
    let Some(id) = id else {
        list_indicators(&catalogue, talk);
        line("");
        list_checks(&catalogue, talk);
        line("");
        list_instruments(&catalogue, talk);
        return Ok(Outcome::Done);
    };
    if id == "indicators" {
        list_indicators(&catalogue, talk);
    } else if id == "checks" {
        list_checks(&catalogue, talk);
    } else if id == "instruments" {
        list_instruments(&catalogue, talk);
    } else if let Some(instrument) = catalogue.instrument(id) {
        line(&instruments::explained(instrument, &catalogue, talk.language));
    } else if let Some(check) = catalogue.checks.get(id) {
        explain(check, &catalogue, talk);
    } else if let Some(indicator) = catalogue.indicators.get(id) {
        let day = now().get(..10).and_then(|day| day.parse().ok()).unwrap_or_default();
        line(&dictionary::explained(indicator, &catalogue, talk.language, day));
    } else if id == "markdown" {
        line(dictionary::markdown(&catalogue, talk.language).trim_end());
    } else if id == "lint" {
        // What breaks a rule does not load; the error told all of it.
        let records = catalogue.checks.values().filter(|check| check.record().is_some()).count();
        let count = catalogue.indicators.len() + records + catalogue.traces.len();
        talk.result("catalogue-lint-done", &[("count", count.to_string())]);
    } else {
        let known = catalogue.indicators.keys().chain(catalogue.checks.keys()).map(String::as_str);
        let known = known.chain(catalogue.instruments().map(|instrument| instrument.id.as_str()));
        let near = nearest(id, known);
        return Err(Error::usage("unknown-indicator").with("found", id).with("near", near));
    }
    Ok(Outcome::Done)
}

fn list_indicators(catalogue: &Catalogue, talk: Talk) {
    for indicator in catalogue.indicators.values() {
        line(&format!("{:36} {}", indicator.id, indicator.title.get(talk.language)));
    }
}

fn list_instruments(catalogue: &Catalogue, talk: Talk) {
    for instrument in catalogue.instruments() {
        line(&format!("{:36} {}", instrument.id, instrument.title.get(talk.language)));
    }
}

fn list_checks(catalogue: &Catalogue, talk: Talk) {
    for check in catalogue.checks.values() {
        line(&format!("{:28} {:7} {}", check.id, check.severity.code(), check.title.get(talk.language)));
    }
}

fn explain(check: &Check, catalogue: &Catalogue, talk: Talk) {
    let severity = catalogue.label("severity", check.severity.code());
    let mend = catalogue.label("mend", &check.mend);
    line(&format!(
        "{}\n{}\n\n{}\n{}\n\n{}",
        check.id,
        check.title.get(talk.language),
        severity.get(talk.language),
        mend.get(talk.language),
        check.advice.get(talk.language)
    ));
    if let Some(record) = check.record() {
        line(&format!("\n{}\n\n{}", record.source, record.sql));
    }
}
