//! Cases as rows of cells, for whatever reads rows.

use super::SavFile;
use super::dictionary::{Format, Meaning, SavValue, moment};
use crate::{Cell, Fault, Remarks, Row, Stop};
use std::borrow::Cow;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

impl SavFile<'_> {
    /// Calls `each` for a row of the variables' names, then for every case. Returns how many rows there were.
    ///
    /// Values are as in a workbook: days and moments are dates without their time; times and durations are numbers, in
    /// days; a number that is none is the error `#NUM!`; a missing number is empty. Labels of values are not applied,
    /// and values that the user has declared missing are handed on as they are. A text with bytes that are no
    /// characters marks its row as undecodable.
    ///
    /// # Errors
    /// What `each` returns, or why the file cannot be read on; rows are numbered with the names as row 1. Nothing is
    /// to be made of the rows before this returns.
    pub fn rows<E>(&self, each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>) -> Result<u64, Stop<E>> {
        let formats: Vec<Format> = self.dictionary.variables.iter().map(|variable| variable.print).collect();
        let names = self.dictionary.variables.iter().map(|variable| Cell::Text(Cow::Borrowed(variable.name.as_str())));
        let names: Vec<Cell<'_>> = names.collect();
        each(Row { number: 1, cells: &names, remarks: Remarks::default() }).map_err(Stop::Caller)?;
        let mut cases = self.cases()?;
        let (mut case, mut number, mut damaged) = (Vec::new(), 1, 0);
        while cases.read(&mut case).map_err(below_names)? {
            number += 1;
            let remarks = Remarks { undecodable: cases.damaged_texts() > damaged, ..Remarks::default() };
            damaged = cases.damaged_texts();
            let cells: Vec<Cell<'_>> = case.iter().zip(&formats).map(|(value, format)| cell(value, *format)).collect();
            each(Row { number, cells: &cells, remarks }).map_err(Stop::Caller)?;
        }
        Ok(number)
    }
}

/// The first case is the second row.
fn below_names(fault: Fault) -> Fault {
    Fault { row: fault.row.map(|row| row + 1), ..fault }
}

fn cell(value: &SavValue, format: Format) -> Cell<'_> {
    match value {
        SavValue::SystemMissing => Cell::Empty,
        SavValue::Text(text) if text.is_empty() => Cell::Empty,
        SavValue::Text(text) => Cell::Text(Cow::Borrowed(text)),
        SavValue::Number(number) if !number.is_finite() => Cell::Error("#NUM!".to_owned()),
        SavValue::Number(number) => match format.meaning() {
            Meaning::Day | Meaning::DayAndTime => {
                moment(*number).map_or(Cell::Number(*number), |found| Cell::Date(found.date()))
            }
            Meaning::Duration => Cell::Number(*number / DAY),
            _ => Cell::Number(*number),
        },
    }
}
