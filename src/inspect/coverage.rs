//! What of a table was found in a file, and what it costs that something is missing.

use super::column::is_known_value;
use super::look::{LookedFile, LookedTable};
use super::matching::{How, Origin, TableMatch, Trouble};
use crate::catalogue::{Catalogue, ColumnContract, ColumnType, Indicator, Loss, TableContract, fold};
use std::collections::BTreeMap;

/// The coverage of one table by one sheet.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The table.
    pub table: String,
    /// Its fields.
    pub fields: usize,
    /// How many were found, by how.
    pub found: BTreeMap<How, usize>,
    /// Fields that nothing feeds.
    pub missing: Vec<Missing>,
    /// What a person must decide.
    pub troubles: Vec<Trouble>,
    /// Values of code columns that no list knows.
    pub unknown_values: Vec<UnknownValues>,
}

/// A field that nothing feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The field.
    pub field: String,
    /// Without it no row of the table can be loaded.
    pub required: bool,
    /// Ids of the indicators that cannot be computed without it, or not rightly.
    pub figures: Vec<String>,
    /// Ids of the indicators that lack a breakdown without it.
    pub breakdowns: Vec<String>,
}

/// Values that no list knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValues {
    /// The field.
    pub field: String,
    /// The heading of its column.
    pub heading: String,
    /// The values that may be shown, with how often each occurs.
    pub values: Vec<(String, u64)>,
    /// Cells whose value no list knows, those not shown included.
    pub cells: u64,
}

/// The coverage of every table that a sheet's table would feed.
pub fn coverage(catalogue: &Catalogue, looked: &LookedTable) -> Vec<Coverage> {
    let of = |matched: &TableMatch| {
        let table = catalogue.table(&matched.table)?;
        let mut found = BTreeMap::new();
        for one in &matched.found {
            *found.entry(one.how).or_default() += 1;
        }
        let missing = matched.missing(table).map(|field| missing(catalogue, table, field)).collect();
        Some(Coverage {
            table: matched.table.clone(),
            fields: table.columns.len(),
            found,
            missing,
            troubles: matched.troubles.clone(),
            unknown_values: unknown_values(catalogue, table, matched, looked),
        })
    };
    looked.matches.iter().filter_map(of).collect()
}

fn missing(catalogue: &Catalogue, table: &TableContract, field: &ColumnContract) -> Missing {
    let lost = catalogue.lost_without(&table.name, &field.name);
    let of = |wanted: Loss| {
        lost.iter().filter(|(_, loss)| *loss == wanted).map(|(indicator, _)| indicator.id.clone()).collect()
    };
    Missing {
        field: field.name.clone(),
        required: field.required,
        figures: of(Loss::Figure),
        breakdowns: of(Loss::Breakdown),
    }
}

fn unknown_values(
    catalogue: &Catalogue,
    table: &TableContract,
    matched: &TableMatch,
    looked: &LookedTable,
) -> Vec<UnknownValues> {
    let mut found = Vec::new();
    for field in table.columns.iter().filter(|field| {
        field.name == "indicator"
            || matches!(
                field.kind,
                ColumnType::Code | ColumnType::Boolean | ColumnType::Domain | ColumnType::Instrument
            )
    }) {
        let Some(Origin::Column { position, .. }) = matched.get(&field.name).map(|found| &found.origin) else {
            continue;
        };
        let Some(column) = looked.columns.iter().find(|column| column.position == *position) else { continue };
        let is_known =
            |value: &str| is_known_value(catalogue, field, value) || indicator_of(catalogue, field, value).is_some();
        let cells: u64 = column.values().filter(|(value, _)| !is_known(value)).map(|(_, count)| count).sum();
        if cells > 0 {
            found.push(UnknownValues {
                field: field.name.clone(),
                heading: column.heading.clone(),
                values: column.unknown_values(is_known),
                cells,
            });
        }
    }
    found
}

/// The indicator that a value of an objective names, by its id or by its title in any language.
pub fn indicator_of<'c>(catalogue: &'c Catalogue, field: &ColumnContract, value: &str) -> Option<&'c str> {
    if field.name != "indicator" {
        return None;
    }
    let names = |indicator: &Indicator| {
        let title = &indicator.title;
        [&indicator.id, &title.fr, &title.nl, &title.de, &title.en].iter().any(|name| fold(name) == fold(value))
    };
    let mut found = catalogue.indicators.values().filter(|indicator| names(indicator));
    let first = found.next()?;
    found.next().is_none().then_some(first.id.as_str())
}

/// Tables of the data model that no file of a submission feeds.
pub fn tables_without_file<'c>(catalogue: &'c Catalogue, files: &[LookedFile]) -> Vec<&'c str> {
    let is_fed = |name: &str| {
        let tables = files.iter().flat_map(|file| &file.sheets).flat_map(|sheet| &sheet.tables);
        tables.flat_map(|table| &table.matches).any(|matched| matched.table == name)
    };
    catalogue.tables.iter().map(|table| table.name.as_str()).filter(|name| !is_fed(name)).collect()
}
