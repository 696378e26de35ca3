//! The open data of an edition, figure by figure: nothing below the threshold, nothing hidden that shows a number, nothing that
//! does not follow from the numbers beside it, every code explained.

use crate::analyse::disclosure::{base, is_personal};
use crate::catalogue::{Catalogue, Kind};
use crate::error::{Error, Place, Result};
use std::collections::BTreeSet;
use std::path::Path;

/// Names of the files.
const FIGURES: &str = "figures.csv";
const DICTIONARY: &str = "dictionary.csv";
const PARQUET: &str = "figures.parquet";
/// Times the threshold from which the interval of a mean is shown.
const SPREAD: u64 = 10;

/// A row of the figures.
struct Figure {
    row: u64,
    indicator: String,
    area_level: String,
    area: String,
    dimensions: String,
    unit: String,
    status: String,
    persons: Option<f64>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    interval: bool,
}

/// What is wrong with the open data of a folder; nothing where it has none.
pub(super) fn faults(folder: &Path, catalogue: &Catalogue, threshold: u64) -> Result<Vec<Error>> {
    let path = folder.join(FIGURES);
    if !path.is_file() {
        return Ok(vec![Error::input("release-missing").at(Place::file(path))]);
    }
    let figures = match read(&path) {
        Ok(figures) => figures,
        Err(error) => return Ok(vec![error]),
    };
    let mut faults: Vec<Error> = Vec::new();
    for one in &figures {
        let place = || Place::file(&path).row(one.row);
        let found = check(one, catalogue, threshold);
        faults.extend(found.into_iter().map(|(id, column)| {
            Error::input(id)
                .at(place().column(column))
                .with("figure", format!("{} {}", one.indicator, one.area))
                .with("threshold", threshold)
        }));
    }
    faults.extend(undefined(&figures, &folder.join(DICTIONARY)));
    faults.extend(unlike(&path, &folder.join(PARQUET)));
    Ok(faults)
}

fn check(one: &Figure, catalogue: &Catalogue, threshold: u64) -> Vec<(&'static str, &'static str)> {
    let numbers = [one.persons, one.numerator, one.denominator, one.value];
    if one.status == "suppressed" {
        let shows = numbers.iter().any(Option::is_some) || one.interval;
        return if shows { vec![("release-hidden-shown", "value")] } else { Vec::new() };
    }
    let Some((base, part)) = base(&one.indicator, catalogue) else {
        return vec![("release-unknown-indicator", "indicator")];
    };
    let mut found = Vec::new();
    #[expect(clippy::cast_precision_loss, reason = "a threshold of a few persons")]
    let limit = threshold as f64;
    let is_small = |number: f64| number.fract() == 0.0 && number > 0.0 && number < limit;
    let mut small = |column: &'static str, number: Option<f64>| {
        if number.is_some_and(is_small) {
            found.push(("release-below", column));
        }
    };
    if is_personal(base) {
        if base.kind != Kind::Amount {
            small("persons", one.persons);
        }
        let is_counted = base.counted != "hours";
        let rest = one.denominator.zip(one.numerator).map(|(whole, part)| whole - part);
        match base.kind {
            Kind::Count => small("value", one.value),
            Kind::Ratio if base.unit == "percent" && is_counted => {
                small("numerator", one.numerator);
                small("denominator", one.denominator);
                small("numerator", rest);
            }
            Kind::Ratio if base.unit == "eur" => small("denominator", one.denominator),
            Kind::Change | Kind::Mean => {
                small("denominator", one.denominator);
                if ["improved", "unchanged", "worsened", "ceiling", "floor"].contains(&part) {
                    small("numerator", one.numerator);
                    small("numerator", rest);
                }
                let few =
                    one.persons.is_none_or(|persons| persons < limit * f64::from(u32::try_from(SPREAD).unwrap_or(10)));
                if one.interval && few && one.unit != "percent" {
                    found.push(("release-spread", "ci_low"));
                }
            }
            _ => {}
        }
    }
    // What is derived must follow from what is shown beside it, and not from numbers that are not.
    if let (Some(value), Some(whole)) = (one.value, one.denominator.filter(|_| part != "response")) {
        let scale = if one.unit == "percent" { 100.0 } else { 1.0 };
        let derived = one.numerator.map(|part| scale * part / whole);
        if derived.is_none_or(|derived| (derived - value).abs() > 1e-9 * derived.abs().max(1.0)) {
            found.push(("release-derived", "value"));
        }
    }
    if one.value.is_none() && one.interval {
        found.push(("release-derived", "ci_low"));
    }
    found
}

fn read(path: &Path) -> Result<Vec<Figure>> {
    let broken = |row: u64, found: &dyn std::fmt::Display| {
        Error::input("broken-results").at(Place::file(path).row(row)).with("found", found)
    };
    let mut reader = csv::Reader::from_path(path).map_err(|fault| broken(1, &fault))?;
    let headings = reader.headers().map_err(|fault| broken(1, &fault))?.clone();
    let mut found = Vec::new();
    for (place, line) in reader.records().enumerate() {
        let row = place as u64 + 2;
        let line = line.map_err(|fault| broken(row, &fault))?;
        let text = |name: &str| {
            let column = headings.iter().position(|heading| heading == name).ok_or_else(|| broken(1, &name))?;
            line.get(column).map(str::to_owned).ok_or_else(|| broken(row, &name))
        };
        let number = |name: &str| match text(name)?.as_str() {
            "" => Ok(None),
            digits => digits.parse::<f64>().map(Some).map_err(|_| broken(row, &name)),
        };
        found.push(Figure {
            row,
            indicator: text("indicator")?,
            area_level: text("area_level")?,
            area: text("area")?,
            dimensions: text("dimensions")?,
            unit: text("unit")?,
            status: text("status")?,
            persons: number("persons")?,
            numerator: number("numerator")?,
            denominator: number("denominator")?,
            value: number("value")?,
            interval: number("ci_low")?.is_some() || number("ci_high")?.is_some(),
        });
    }
    Ok(found)
}

/// Codes that the dictionary does not explain, each once.
fn undefined(figures: &[Figure], dictionary: &Path) -> Vec<Error> {
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    if let Ok(mut reader) = csv::Reader::from_path(dictionary) {
        for line in reader.records().flatten() {
            if let (Some(concept), Some(code)) = (line.get(0), line.get(1)) {
                known.insert((concept.to_owned(), code.to_owned()));
            }
        }
    }
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for one in figures {
        wanted.insert(("indicator".to_owned(), one.indicator.clone()));
        wanted.insert(("unit".to_owned(), one.unit.clone()));
        wanted.insert(("status".to_owned(), one.status.clone()));
        wanted.insert((format!("area/{}", one.area_level), one.area.clone()));
        let pairs = one.dimensions.split(';').filter_map(|pair| pair.split_once('='));
        wanted.extend(pairs.map(|(name, code)| (format!("dimension/{name}"), code.to_owned())));
    }
    let missing = wanted.into_iter().filter(|one| !known.contains(one));
    missing
        .map(|(concept, code)| {
            Error::input("release-undefined").at(Place::file(dictionary)).with("found", format!("{concept} {code}"))
        })
        .collect()
}

/// Whether the columnar file holds something else than the text file.
fn unlike(text: &Path, columns: &Path) -> Option<Error> {
    let same = || -> Option<bool> {
        let file = std::fs::File::open(columns).ok()?;
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).ok()?.build().ok()?;
        let mut written = Vec::new();
        let mut writer = arrow::csv::Writer::new(&mut written);
        for batch in reader {
            writer.write(&batch.ok()?).ok()?;
        }
        drop(writer);
        Some(written == std::fs::read(text).ok()?)
    };
    (same() != Some(true)).then(|| Error::input("release-unlike").at(Place::file(columns)))
}
