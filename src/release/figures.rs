//! The open data of an edition, figure by figure: nothing below the threshold, nothing hidden that shows a number, nothing that
//! does not follow from the numbers beside it, every code explained.

use crate::analyse::disclosure::{SPREAD, base as base_of, is_personal};
use crate::analyse::{Observation, Status};
use crate::catalogue::{Catalogue, Kind};
use crate::error::{Error, Place};
use std::collections::BTreeSet;
use std::path::Path;

/// Names of the files.
const FIGURES: &str = "figures.csv";
const DICTIONARY: &str = "dictionary.csv";
const PARQUET: &str = "figures.parquet";

/// What is wrong with the open data of a folder: its figures by the rows they stand in.
pub(super) fn faults(
    folder: &Path,
    figures: &[(u64, Observation)],
    catalogue: &Catalogue,
    (threshold, base, is_noisy): (u64, Option<u64>, bool),
) -> Vec<Error> {
    let path = folder.join(FIGURES);
    let mut faults: Vec<Error> = Vec::new();
    for (row, one) in figures {
        let mut found = check(one, catalogue, (threshold, is_noisy));
        found.extend(
            base.and_then(|base| unrounded(one, catalogue, base)).map(|column| ("release-not-rounded", column)),
        );
        faults.extend(found.into_iter().map(|(id, column)| {
            Error::input(id)
                .at(Place::file(&path).row(*row).column(column))
                .with("figure", format!("{} {}", one.indicator, one.area))
                .with("threshold", threshold)
                .with("base", base.unwrap_or_default())
        }));
    }
    faults.extend(undefined(figures, &folder.join(DICTIONARY)));
    faults.extend(unlike(&path, &folder.join(PARQUET)));
    faults
}

fn check(
    one: &Observation,
    catalogue: &Catalogue,
    (threshold, is_noisy): (u64, bool),
) -> Vec<(&'static str, &'static str)> {
    #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
    let persons = one.persons.map(|persons| persons as f64);
    let (value, has_interval) = (one.estimate.value, one.estimate.interval.is_some());
    if one.status == Status::Suppressed {
        let numbers = [persons, one.numerator, one.denominator, value];
        let shows = numbers.iter().any(Option::is_some) || has_interval;
        return if shows { vec![("release-hidden-shown", "value")] } else { Vec::new() };
    }
    let Some((base, part)) = base_of(&one.indicator, catalogue) else {
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
            small("persons", persons);
        }
        let is_counted = base.counted != "hours";
        // A part and a whole that are each shown as another number tell nothing of the rest.
        let rest = one.denominator.zip(one.numerator).filter(|_| !is_noisy).map(|(whole, part)| whole - part);
        match base.kind {
            Kind::Count => small("value", value),
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
                #[expect(clippy::cast_precision_loss, reason = "ten times a threshold")]
                let enough = limit * SPREAD as f64;
                if has_interval && persons.is_none_or(|persons| persons < enough) && &*one.unit != "percent" {
                    found.push(("release-spread", "ci_low"));
                }
            }
            _ => {}
        }
    }
    // What is derived must follow from what is shown beside it, and not from numbers that are not.
    if let (Some(value), Some(whole)) = (value, one.denominator.filter(|_| part != "response")) {
        let scale = if &*one.unit == "percent" { 100.0 } else { 1.0 };
        let derived = one.numerator.map(|part| scale * part / whole);
        if derived.is_none_or(|derived| (derived - value).abs() > 1e-9 * derived.abs().max(1.0)) {
            found.push(("release-derived", "value"));
        }
    }
    if value.is_none() && has_interval {
        found.push(("release-derived", "ci_low"));
    }
    found
}

/// The column of a number of people that is no multiple of the base.
fn unrounded(one: &Observation, catalogue: &Catalogue, base: u64) -> Option<&'static str> {
    let (indicator, part) = base_of(&one.indicator, catalogue).filter(|(indicator, _)| is_personal(indicator))?;
    #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
    let (persons, base) = (one.persons.map(|persons| persons as f64), base as f64);
    let is_share =
        indicator.kind == Kind::Ratio && indicator.unit == "percent" || !part.is_empty() && &*one.unit == "percent";
    let has_people_below = indicator.kind != Kind::Amount;
    [
        ("persons", persons.filter(|_| has_people_below)),
        ("numerator", one.numerator.filter(|_| is_share)),
        ("denominator", one.denominator.filter(|_| has_people_below)),
        ("value", one.estimate.value.filter(|_| indicator.kind == Kind::Count)),
    ]
    .into_iter()
    .find(|(_, number)| number.is_some_and(|number| number % base != 0.0))
    .map(|(column, _)| column)
}

/// Codes that the dictionary does not explain, each once.
fn undefined(figures: &[(u64, Observation)], dictionary: &Path) -> Vec<Error> {
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    if let Ok(mut reader) = csv::Reader::from_path(dictionary) {
        for line in reader.records().flatten() {
            if let (Some(concept), Some(code)) = (line.get(0), line.get(1)) {
                known.insert((concept.to_owned(), code.to_owned()));
            }
        }
    }
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for (_, one) in figures {
        wanted.insert(("indicator".to_owned(), one.indicator.to_string()));
        wanted.insert(("unit".to_owned(), one.unit.to_string()));
        wanted.insert(("status".to_owned(), one.status.code().to_owned()));
        wanted.insert((format!("area/{}", one.area_level), one.area.to_string()));
        wanted.extend(one.dimensions.iter().map(|(name, code)| (format!("dimension/{name}"), code.clone())));
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
