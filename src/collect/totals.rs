//! A totals line against the rows it stands under: each of its numbers is the sum of its column, or a count of rows.

use super::value::{Forms, hundredths};
use tabular::{Cell, Row};

/// One column's cells since some row.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    sum: i128,
    filled: i128,
    /// Cells that are filled and no number.
    others: u64,
}

/// The rows since the start of the file, or since the last totals line.
#[derive(Debug, Default)]
struct Span {
    rows: i128,
    columns: Vec<Column>,
}

/// What totals lines are compared with. Loaded and rejected rows count alike; rows that the profile leaves out are
/// added up beside them, since the source may have counted them or not.
#[derive(Debug)]
pub(super) struct Totals {
    /// All content rows of the file; those since the last totals line; the same two with rows that were left out.
    spans: [Span; 4],
    /// Columns that the profile reads as numbers.
    is_number: Vec<bool>,
    /// How each column writes its numbers.
    forms: Vec<Forms>,
    /// Whether the other columns are compared too, as their sum or a count of rows.
    counts: bool,
}

/// A cell of a totals line that is not what the rows give.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Column, from 0.
    pub(super) column: usize,
    /// What the line says, in hundredths.
    pub(super) says: i64,
    /// What the rows give, in hundredths.
    pub(super) rows_give: i128,
}

impl Totals {
    /// Nothing added yet. `is_number` tells the columns that the profile reads as numbers; the others are compared only
    /// when the profile states that there are totals lines (`is_stated`): in a line found by its look a number below
    /// texts may be anything.
    pub(super) fn new(is_number: Vec<bool>, forms: Vec<Forms>, is_stated: bool) -> Self {
        Totals { spans: <[Span; 4]>::default(), is_number, forms, counts: is_stated }
    }

    fn is_compared(&self, column: usize) -> bool {
        self.counts || self.is_number.get(column).copied().unwrap_or(false)
    }

    fn number(&self, column: usize, cell: &Cell<'_>) -> Option<i64> {
        hundredths(cell, self.forms.get(column).map_or(Forms::plain().numbers, |forms| forms.numbers)).ok()
    }

    /// Adds a row; `is_left_out` when the profile declares it as not wanted.
    pub(super) fn add(&mut self, row: &Row<'_, '_>, is_left_out: bool) {
        let spans = if is_left_out { 2..4 } else { 0..4 };
        for (column, cell) in row.cells.iter().enumerate() {
            if !self.is_compared(column) || cell.is_blank() {
                continue;
            }
            let read = self.number(column, cell);
            for span in &mut self.spans[spans.clone()] {
                if span.columns.len() <= column {
                    span.columns.resize(column + 1, Column::default());
                }
                let known = &mut span.columns[column];
                known.filled += 1;
                match read {
                    Some(number) => known.sum += i128::from(number),
                    None => known.others += 1,
                }
            }
        }
        self.spans[spans].iter_mut().for_each(|span| span.rows += 1);
    }

    /// Compares a totals line: how many of its cells could be compared, and those that differ. The cell with the word
    /// "total" is none of them; a column with a cell that is no number, though it should be one, has no sum.
    pub(super) fn compare(&mut self, row: &Row<'_, '_>) -> (usize, Vec<Difference>) {
        let (mut compared, mut differ) = (0, Vec::new());
        let label = row.cells.iter().position(|cell| !cell.is_blank()).unwrap_or(0);
        for (column, cell) in row.cells.iter().enumerate().skip(label + 1).filter(|(_, cell)| !cell.is_blank()) {
            let is_number = self.is_number.get(column).copied().unwrap_or(false);
            if !self.is_compared(column) {
                continue;
            }
            let Some(says) = self.number(column, cell) else { continue };
            let whole = self.spans[0].columns.get(column).copied().unwrap_or_default();
            if is_number && whole.others > 0 {
                continue;
            }
            compared += 1;
            if !self.spans.iter().any(|span| span.gives(column, is_number, says)) {
                let counted = if whole.others == 0 { whole.sum } else { self.spans[0].rows * 100 };
                differ.push(Difference { column, says, rows_give: counted });
            }
        }
        self.spans[1] = Span::default();
        self.spans[3] = Span::default();
        (compared, differ)
    }
}

impl Span {
    /// True when the rows give this number: their sum, or in a column that is not read as numbers also their count.
    fn gives(&self, column: usize, is_number: bool, says: i64) -> bool {
        let known = self.columns.get(column).copied().unwrap_or_default();
        let says = i128::from(says);
        let is_sum = known.others == 0 && says == known.sum;
        is_sum || (!is_number && (says == self.rows * 100 || says == known.filled * 100))
    }
}

/// Hundredths as a person reads them.
pub(super) fn shown(hundredths: i128) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(cells: &'a [Cell<'a>]) -> Row<'a, 'a> {
        Row { number: 1, cells, remarks: tabular::Remarks::default() }
    }

    fn cells<'a>(texts: &[&'a str]) -> Vec<Cell<'a>> {
        texts.iter().map(|text| Cell::Text((*text).into())).collect()
    }

    fn totals(rows: &[&[&str]]) -> Totals {
        let mut totals = Totals::new(vec![false, true, false], Vec::new(), true);
        for one in rows {
            totals.add(&row(&cells(one)), false);
        }
        totals
    }

    #[test]
    fn a_line_is_the_sum_of_numbers_and_the_count_of_the_rest() {
        let mut right = totals(&[&["a", "1.5", "x"], &["b", "2", "y"]]);
        assert_eq!(right.compare(&row(&cells(&["Total", "3.5", "2"]))), (2, vec![]));
        let mut wrong = totals(&[&["a", "1.5", "x"], &["b", "2", "y"]]);
        let (compared, differ) = wrong.compare(&row(&cells(&["Total", "3.6", "2"])));
        assert_eq!((compared, differ), (2, vec![Difference { column: 1, says: 360, rows_give: 350 }]));
    }

    #[test]
    fn a_column_that_holds_something_else_has_no_sum() {
        let mut unreadable = totals(&[&["a", "1.5", ""], &["b", "two", ""]]);
        assert_eq!(unreadable.compare(&row(&cells(&["Total", "3.5", ""]))), (0, vec![]));
    }

    #[test]
    fn a_line_in_between_stands_for_the_rows_since_the_last() {
        let mut totals = totals(&[&["a", "1", ""]]);
        assert!(totals.compare(&row(&cells(&["Total", "1", ""]))).1.is_empty());
        totals.add(&row(&cells(&["b", "2", ""])), false);
        assert!(totals.compare(&row(&cells(&["Total", "2", ""]))).1.is_empty());
        assert!(totals.compare(&row(&cells(&["Total", "3", ""]))).1.is_empty());
        assert_eq!(totals.compare(&row(&cells(&["Total", "1", ""]))).1.len(), 1);
    }

    #[test]
    fn rows_that_were_left_out_may_be_in_the_sum_or_not() {
        for says in ["1", "3"] {
            let mut totals = totals(&[&["a", "1", ""]]);
            totals.add(&row(&cells(&["b", "2", ""])), true);
            assert!(totals.compare(&row(&cells(&["Total", says, ""]))).1.is_empty(), "{says}");
        }
    }
}
