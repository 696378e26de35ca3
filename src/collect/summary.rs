//! What the columns of a file looked like: kept beside a submission, so that the next one can be compared with it. No
//! cell is kept, and no median of few.

use crate::model::{ColumnKind, Niss, ReadColumn};
use chrono::NaiveDate;
use tabular::Cell;
use tabular::forms::{Column, Kind, read_date, read_hundredths};

/// Rows by which a file's columns are summed up: few, since most files of a country are short.
pub(super) const ROWS: usize = 60;
/// Readings below which a median would be somebody's.
const FEW: usize = 10;

/// One column, as its first rows show it.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    form: Column,
    national: u64,
    rows: u64,
    readings: Vec<f64>,
    texts: Vec<String>,
}

impl Summary {
    /// Takes a cell into account.
    pub(super) fn see(&mut self, cell: &Cell<'_>) {
        self.rows += 1;
        self.form.see(cell);
        match cell {
            Cell::Number(number) => {
                self.national += u64::from(Niss::parse(&cell.text()).is_ok());
                self.readings.push(*number);
            }
            Cell::Date(day) => self.readings.push(days(*day)),
            Cell::Text(text) if !text.trim().is_empty() => {
                self.national += u64::from(Niss::parse(text).is_ok());
                self.texts.push(text.trim().to_owned());
            }
            _ => {}
        }
    }

    fn kind(&self) -> ColumnKind {
        if self.form.filled > 0 && self.national * 10 >= self.form.filled * 9 {
            return ColumnKind::NationalNumber;
        }
        match self.form.kind() {
            Kind::Empty => ColumnKind::Empty,
            Kind::Number => ColumnKind::Number,
            Kind::Date => ColumnKind::Date,
            Kind::Text => ColumnKind::Text,
        }
    }

    /// Median of dates (days since 1970-01-01) or numbers; none for other columns.
    fn median(mut self, kind: ColumnKind) -> Option<f64> {
        let (order, sign) = (self.form.dates.order(), self.form.numbers.sign());
        #[expect(clippy::cast_precision_loss, reason = "hundredths of a figure in a cell are far below 2^53")]
        let read = |text: String| match kind {
            ColumnKind::Date => read_date(&Cell::Text(text.into()), order).ok().map(days),
            _ => read_hundredths(&text, sign).map(|value| value as f64 / 100.0),
        };
        if !matches!(kind, ColumnKind::Date | ColumnKind::Number) {
            return None;
        }
        self.readings.extend(self.texts.into_iter().filter_map(read));
        self.readings.sort_by(f64::total_cmp);
        if self.readings.len() < FEW { None } else { self.readings.get((self.readings.len() - 1) / 2).copied() }
    }

    /// The column under its heading.
    pub(super) fn read_column(self, (file, sheet): (&str, &str), position: usize, heading: &str) -> ReadColumn {
        let kind = self.kind();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
        let filled = if self.rows == 0 { 0.0 } else { self.form.filled as f64 / self.rows as f64 };
        ReadColumn {
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            position: u32::try_from(position).unwrap_or(u32::MAX),
            heading: heading.to_owned(),
            kind,
            filled,
            median: self.median(kind),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "days of a few centuries")]
fn days(day: NaiveDate) -> f64 {
    super::value::days(day) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[String]) -> ReadColumn {
        let mut summary = Summary::default();
        cells.iter().for_each(|cell| summary.see(&Cell::Text(cell.as_str().into())));
        summary.read_column(("a.csv", ""), 0, "Heading")
    }

    #[test]
    fn a_column_is_summed_up_without_a_cell_of_it() {
        let numbers: Vec<String> = (1..=11).map(|number| format!("{number},5")).collect();
        let found = column(&numbers);
        assert_eq!((found.kind, found.median, found.filled), (ColumnKind::Number, Some(6.5), 1.0));
        assert_eq!(column(&numbers[..9]).median, None, "a median of few is somebody's");
        let dates: Vec<String> = (1..=11).map(|day| format!("{day}/01/1970")).collect();
        assert_eq!((column(&dates).kind, column(&dates).median), (ColumnKind::Date, Some(5.0)));
        let people = vec!["85.07.30-033.28".to_owned(); 12];
        assert_eq!((column(&people).kind, column(&people).median), (ColumnKind::NationalNumber, None));
    }
}
