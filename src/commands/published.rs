//! The figures of the last run, read back from `out/indicators.csv`.

use crate::analyse::estimate::Estimate;
use crate::analyse::{Dimensions, Observation, Status, Texts};
use crate::error::{Error, Place, Result};
use std::path::Path;

/// Name of the file.
const FILE: &str = "indicators.csv";

/// Reads the observations of a folder of results.
///
/// # Errors
/// When there are none, or the file is not one that this program writes: names row and column.
pub fn read(folder: &Path) -> Result<Vec<Observation>> {
    read_file(&folder.join(FILE))
}

/// Reads the observations of a file; those that are suppressed in it are left out.
///
/// # Errors
/// See [`read`].
pub fn read_file(path: &Path) -> Result<Vec<Observation>> {
    let shown = |(_, one): (u64, Observation)| (one.status != Status::Suppressed).then_some(one);
    Ok(rows(path)?.into_iter().filter_map(shown).collect())
}

/// Reads every row of a file, by its number, as it stands there.
///
/// # Errors
/// See [`read`].
pub fn rows(path: &Path) -> Result<Vec<(u64, Observation)>> {
    if !path.is_file() {
        return Err(Error::usage("no-results").at(Place::file(path)));
    }
    let broken = |row: u64, found: &dyn std::fmt::Display| {
        Error::input("broken-results").at(Place::file(path).row(row)).with("found", found)
    };
    let mut reader = csv::Reader::from_path(path).map_err(|fault| broken(1, &fault))?;
    let headings = reader.headers().map_err(|fault| broken(1, &fault))?.clone();
    let (mut found, mut texts) = (Vec::new(), Texts::default());
    for (place, line) in reader.records().enumerate() {
        let row = place as u64 + 2;
        let line = line.map_err(|fault| broken(row, &fault))?;
        let text = |name: &str| {
            let column = headings.iter().position(|heading| heading == name).ok_or_else(|| broken(1, &name))?;
            line.get(column).ok_or_else(|| broken(row, &name))
        };
        let number = |name: &str| match text(name)? {
            "" => Ok(None),
            digits => digits.parse::<f64>().map(Some).map_err(|_| broken(row, &name)),
        };
        let persons = match text("persons")? {
            "" => None,
            digits => Some(digits.parse::<i64>().map_err(|_| broken(row, &"persons"))?),
        };
        let status = Status::of(text("status")?).ok_or_else(|| broken(row, &"status"))?;
        let one = Observation {
            indicator: texts.text(text("indicator")?),
            period: texts.text(text("period")?),
            area_level: texts.text(text("area_level")?),
            area: texts.text(text("area")?),
            dimensions: texts.dimensions(dimensions(text("dimensions")?)),
            persons,
            numerator: number("numerator")?,
            denominator: number("denominator")?,
            estimate: Estimate { value: number("value")?, interval: number("ci_low")?.zip(number("ci_high")?) },
            unit: texts.text(text("unit")?),
            status,
        };
        found.push((row, one));
    }
    Ok(found)
}

/// The dimensions that a text names, as results write them (`domain=housing;project=boost`).
pub fn dimensions(text: &str) -> Dimensions {
    let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, code)| (name.trim().to_owned(), code.trim().to_owned())).collect()
}
