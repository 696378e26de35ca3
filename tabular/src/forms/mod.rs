//! How numbers and dates are written in a column: found from its cells, said when it cannot be known, and applied
//! cell by cell.

mod date;
mod number;

pub use date::{DateFault, DateOrder, DateSystem, Dates, read_date, read_date_in, serial_day};
pub use number::{Numbers, Sign, read_hundredths};

use crate::Cell;

/// What the cells of a column show of how it is written. Feed it cells, then ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Cells that are not blank.
    pub filled: u64,
    /// What the cells that are numbers show.
    pub numbers: Numbers,
    /// What the cells that are dates show.
    pub dates: Dates,
    /// Cells with an error of the workbook.
    pub errors: u64,
}

/// What most cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No cell is filled.
    Empty,
    /// Numbers, nine in ten or more.
    Number,
    /// Dates, nine in ten or more.
    Date,
    /// Anything else.
    Text,
}

impl Column {
    /// Takes a cell into account.
    pub fn see(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::Empty => return,
            Cell::Error(_) => self.errors += 1,
            Cell::Number(_) => self.numbers.plain += 1,
            Cell::Date(_) => self.dates.certain += 1,
            Cell::Bool(_) => {}
            Cell::Text(text) => {
                let text = text.trim();
                if text.is_empty() {
                    return;
                }
                // A date begins with a digit or holds a month's name; a number is signs and digits only.
                if !self.numbers.see(text) {
                    self.dates.see(text);
                }
            }
        }
        self.filled += 1;
    }

    /// What most cells are.
    pub fn kind(&self) -> Kind {
        let most = |count: u64| count > 0 && count * 10 >= self.filled * 9;
        if self.filled == 0 {
            Kind::Empty
        } else if most(self.dates.count()) {
            Kind::Date
        } else if most(self.numbers.count()) {
            Kind::Number
        } else {
            Kind::Text
        }
    }
}
