//! Figures as files: a row each, as CSV and as Parquet.

use super::project::write_whole_by;
use crate::analyse::disclosure::PublicFigure;
use crate::analyse::{self, Observation};
use crate::error::{Error, Result};
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// Rows that are written in one go.
const BATCH: usize = 1 << 16;

/// A figure as a row of a file.
pub struct Line<'f> {
    names: [&'f str; 4],
    dimensions: &'f analyse::Dimensions,
    persons: Option<i64>,
    /// Numerator, denominator, value and its interval.
    numbers: [Option<f64>; 5],
    unit: &'f str,
    status: &'f str,
}

impl<'f> From<&'f Observation> for Line<'f> {
    fn from(one: &'f Observation) -> Self {
        let interval = one.estimate.interval;
        Line {
            names: [&one.indicator, &one.period, &one.area_level, &one.area],
            dimensions: &one.dimensions,
            persons: one.persons,
            numbers: [one.numerator, one.denominator, one.estimate.value, interval.map(|x| x.0), interval.map(|x| x.1)],
            unit: &one.unit,
            status: one.status.code(),
        }
    }
}

impl<'f> From<&'f PublicFigure> for Line<'f> {
    fn from(one: &'f PublicFigure) -> Self {
        let numbers = one.numbers.map(|all| {
            let (low, high) = (all.interval.map(|x| x.0), all.interval.map(|x| x.1));
            [all.numerator, all.denominator, all.value, low, high]
        });
        Line {
            names: [&one.indicator, &one.period, &one.area_level, &one.area],
            dimensions: &one.dimensions,
            persons: one.numbers.and_then(|all| all.persons),
            numbers: numbers.unwrap_or_default(),
            unit: &one.unit,
            status: one.status,
        }
    }
}

/// Writes figures to `<name>.parquet` and `<name>.csv` in a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write<'f, F>(figures: &'f [F], folder: &Path, name: &str) -> Result<()>
where
    F: Sync,
    Line<'f>: From<&'f F>,
{
    // The headings are there without any figure too.
    let first: &[F] = &[];
    let batches = || std::iter::once(first).chain(figures.chunks(BATCH)).map(rows);
    let schema = rows(first)?.schema();
    let said = |fault: &dyn std::fmt::Display| fault.to_string();
    let parquet = || {
        write_whole_by(&folder.join(format!("{name}.parquet")), |file| {
            let mut writer = ArrowWriter::try_new(file, schema, None).map_err(|fault| said(&fault))?;
            for rows in batches() {
                writer.write(&rows.map_err(|fault| said(&fault))?).map_err(|fault| said(&fault))?;
            }
            writer.close().map(drop).map_err(|fault| said(&fault))
        })
    };
    let csv = || {
        write_whole_by(&folder.join(format!("{name}.csv")), |file| {
            let mut buffered = BufWriter::new(file);
            let mut writer = arrow::csv::Writer::new(&mut buffered);
            for rows in batches() {
                writer.write(&rows.map_err(|fault| said(&fault))?).map_err(|fault| said(&fault))?;
            }
            drop(writer);
            buffered.flush().map_err(|fault| said(&fault))
        })
    };
    let (parquet, csv) = rayon::join(parquet, csv);
    parquet?;
    csv
}

fn rows<'f, F>(figures: &'f [F]) -> Result<RecordBatch>
where
    Line<'f>: From<&'f F>,
{
    let lines: Vec<Line<'f>> = figures.iter().map(Line::from).collect();
    let text =
        |of: &dyn Fn(&Line<'f>) -> &'f str| Arc::new(StringArray::from_iter_values(lines.iter().map(of))) as ArrayRef;
    let number =
        |place: usize| Arc::new(Float64Array::from_iter(lines.iter().map(|line| line.numbers[place]))) as ArrayRef;
    let dimensions = StringArray::from_iter_values(lines.iter().map(|line| analyse::dimension_text(line.dimensions)));
    let columns: [(&str, ArrayRef); 13] = [
        ("indicator", text(&|line| line.names[0])),
        ("period", text(&|line| line.names[1])),
        ("area_level", text(&|line| line.names[2])),
        ("area", text(&|line| line.names[3])),
        ("dimensions", Arc::new(dimensions)),
        ("persons", Arc::new(Int64Array::from_iter(lines.iter().map(|line| line.persons)))),
        ("numerator", number(0)),
        ("denominator", number(1)),
        ("value", number(2)),
        ("ci_low", number(3)),
        ("ci_high", number(4)),
        ("unit", text(&|line| line.unit)),
        ("status", text(&|line| line.status)),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}
