//! The record of a run: `out/record.json`, beside the figures.

use super::Project;
use super::tables::{Tables, Used, size_edges};
use crate::catalogue::{Indicator, Kind};
use crate::collect::hex;
use crate::error::{Error, Place, Result};
use crate::lake::Ledger;
use crate::model::Scope;
use crate::model::record::{RECORD, RunRecord, UsedDefinition, UsedTable, UsedValue};
use crate::model::result::Edition;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a run's figures are made from.
///
/// # Errors
/// When an edge of size classes has no value.
pub fn of(project: &Project, tables: &Tables<'_>) -> Result<RunRecord> {
    let catalogue = &project.catalogue;
    let mut areas: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (cpas, periods) in tables.ledger.agencies() {
        let Some(last) = periods.last() else { continue };
        let own = catalogue.areas.of(cpas, size_edges(project, *last)?, tables.geography);
        areas.insert(cpas.to_string(), own.into_iter().map(|area| (area.level.to_owned(), area.code)).collect());
    }
    Ok(RunRecord {
        geography: tables.geography,
        parameters: values(tables.used.iter()),
        submissions: submissions(&tables.ledger),
        areas,
        ..without_rows(project)
    })
}

/// What figures are made from that come from no rows here.
pub(super) fn without_rows(project: &Project) -> RunRecord {
    let indicators = project.catalogue.indicators.values();
    RunRecord {
        edition: Edition::Internal,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        indicators: indicators.map(|one| (one.id.clone(), definition(one))).collect(),
        ..RunRecord::default()
    }
}

/// Dated values that were used, in the order of their names.
pub(super) fn values<'u>(used: impl Iterator<Item = &'u Used<'u>>) -> Vec<UsedValue> {
    let value = |(period, parameter, value): &Used<'_>| UsedValue {
        name: parameter.name.clone(),
        period: period.to_string(),
        scope: value.scope.clone(),
        value: value.value,
    };
    let mut values: Vec<UsedValue> = used.map(value).collect();
    values.sort_by(|a, b| (&a.name, &a.period, &a.scope).cmp(&(&b.name, &b.period, &b.scope)));
    values
}

/// What an indicator computes, as a hash.
pub(super) fn definition(indicator: &Indicator) -> UsedDefinition {
    let mut hash = Sha256::new();
    for part in [&format!("{:?}", indicator.kind), &indicator.unit, &indicator.sql] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    // An objective is judged by any other figure.
    let tables = if indicator.kind == Kind::Objective { Vec::new() } else { indicator.tables.clone() };
    UsedDefinition { sha256: hex(&hash.finalize()), tables, parameters: indicator.parameters.clone() }
}

/// The rows in force, by centre, period and table.
pub(super) fn submissions(ledger: &Ledger) -> Vec<UsedTable> {
    let scopes: BTreeSet<Scope> = ledger.entries().iter().map(crate::lake::Entry::scope).collect();
    let mut found = Vec::new();
    for scope in scopes {
        for (table, entry) in ledger.in_force(scope) {
            let Some(content) = entry.table(table) else { continue };
            found.push(UsedTable {
                cpas: scope.cpas.to_string(),
                period: scope.period.to_string(),
                table: table.to_owned(),
                rows: content.rows,
                content: content.hash.clone(),
                files: entry.files.clone(),
            });
        }
    }
    found
}

/// Reads the record in a folder of results.
///
/// # Errors
/// When there is none, or it is not one that this program writes.
pub fn read(folder: &Path) -> Result<RunRecord> {
    let path = folder.join(RECORD);
    let text = std::fs::read_to_string(&path).map_err(|_| Error::usage("no-results").at(Place::file(&path)))?;
    serde_json::from_str(&text).map_err(|fault| {
        Error::input("broken-results").at(Place::file(&path).row(fault.line() as u64)).with("found", fault)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::model::LocalText;

    /// What is said about a figure may be said better without the figure being told as another one.
    #[test]
    fn other_words_are_no_other_definition() {
        let catalogue = Catalogue::load(None).unwrap();
        let before = &catalogue.indicators["parcours.overlong"];
        let mut after = before.clone();
        let words = [&mut after.title, &mut after.definition, &mut after.population];
        words.into_iter().for_each(|words| *words = LocalText::same("other words"));
        let texts = [&mut after.source, &mut after.legal_basis, &mut after.path, &mut after.counted];
        texts.into_iter().for_each(|text| text.push_str(" and more"));
        assert_eq!(definition(before), definition(&after));
        for change in [
            |one: &mut Indicator| one.sql.push_str(" HAVING COUNT(*) > 1"),
            |one: &mut Indicator| one.kind = Kind::Mean,
            |one: &mut Indicator| one.unit = "days".to_owned(),
            |one: &mut Indicator| one.tables.clear(),
            |one: &mut Indicator| one.parameters.clear(),
        ] {
            let mut after = before.clone();
            change(&mut after);
            assert_ne!(definition(before), definition(&after));
        }
    }
}
