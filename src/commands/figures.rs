//! Figures as files: a row each, as CSV and as Parquet.

use super::project::write_whole_by;
use crate::analyse::{self, Observation};
use crate::error::{Error, Result};
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// Rows that are written in one go.
const BATCH: usize = 1 << 16;

/// Writes figures to `<name>.parquet` and `<name>.csv` in a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write(figures: &[Observation], folder: &Path, name: &str) -> Result<()> {
    let said = |fault: Error| fault.to_string();
    let parquet =
        || write_whole_by(&folder.join(format!("{name}.parquet")), |file| parquet(figures, file).map_err(said));
    let csv = || {
        write_whole_by(&folder.join(format!("{name}.csv")), |file| {
            let mut buffered = BufWriter::new(file);
            csv(figures, &mut buffered).map_err(said)?;
            buffered.flush().map_err(|fault| fault.to_string())
        })
    };
    let (parquet, csv) = rayon::join(parquet, csv);
    parquet?;
    csv
}

/// The same as files in memory: names and contents.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn files(figures: &[Observation], name: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let (mut text, mut columns) = (Vec::new(), Vec::new());
    csv(figures, &mut text)?;
    parquet(figures, &mut columns)?;
    Ok(vec![(format!("{name}.csv"), text), (format!("{name}.parquet"), columns)])
}

fn csv(figures: &[Observation], out: &mut impl Write) -> Result<()> {
    let mut writer = arrow::csv::Writer::new(out);
    for rows in batches(figures) {
        writer.write(&rows?).map_err(Error::defect)?;
    }
    Ok(())
}

fn parquet(figures: &[Observation], out: &mut (impl Write + Send)) -> Result<()> {
    let mut writer = ArrowWriter::try_new(out, rows(&[])?.schema(), None).map_err(Error::defect)?;
    for rows in batches(figures) {
        writer.write(&rows?).map_err(Error::defect)?;
    }
    writer.close().map(drop).map_err(Error::defect)
}

/// The rows in parts. The headings are there without any figure too.
fn batches(figures: &[Observation]) -> impl Iterator<Item = Result<RecordBatch>> {
    std::iter::once(&[][..]).chain(figures.chunks(BATCH)).map(rows)
}

fn rows(figures: &[Observation]) -> Result<RecordBatch> {
    let text =
        |of: fn(&Observation) -> &str| Arc::new(StringArray::from_iter_values(figures.iter().map(of))) as ArrayRef;
    let number =
        |of: fn(&Observation) -> Option<f64>| Arc::new(Float64Array::from_iter(figures.iter().map(of))) as ArrayRef;
    let dimensions = StringArray::from_iter_values(figures.iter().map(|one| analyse::dimension_text(&one.dimensions)));
    let columns: [(&str, ArrayRef); 13] = [
        ("indicator", text(|one| &one.indicator)),
        ("period", text(|one| &one.period)),
        ("area_level", text(|one| &one.area_level)),
        ("area", text(|one| &one.area)),
        ("dimensions", Arc::new(dimensions)),
        ("persons", Arc::new(Int64Array::from_iter(figures.iter().map(|one| one.persons)))),
        ("numerator", number(|one| one.numerator)),
        ("denominator", number(|one| one.denominator)),
        ("value", number(|one| one.estimate.value)),
        ("ci_low", number(|one| one.estimate.interval.map(|(low, _)| low))),
        ("ci_high", number(|one| one.estimate.interval.map(|(_, high)| high))),
        ("unit", text(|one| &one.unit)),
        ("status", text(|one| one.status.code())),
    ];
    // Said here and not seen from the values: a part without an empty number must not make a file that can hold none.
    let with_nullable = columns.map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(with_nullable).map_err(Error::defect)
}
