//! A cell and a row as they stand in an export, before anything is understood of them.

use chrono::NaiveDate;
use std::borrow::Cow;

/// One cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum RawCell<'a> {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as written.
    Text(Cow<'a, str>),
    /// A number of a workbook.
    Number(f64),
    /// A date of a workbook, whatever its date system.
    Date(NaiveDate),
    /// A truth value of a workbook.
    Bool(bool),
    /// An error of a workbook (`#REF!`), by its name.
    Error(String),
}

/// One row, with its number as a person counts it in that file.
#[derive(Debug)]
pub struct RawRow<'r, 'a> {
    /// Row number from 1; for a quoted text over several lines the line on which the record starts.
    pub number: u64,
    /// The cells from the first column on.
    pub cells: &'r [RawCell<'a>],
}

impl RawCell<'_> {
    /// True when a person sees nothing in the cell.
    pub fn is_blank(&self) -> bool {
        match self {
            RawCell::Empty => true,
            RawCell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as text, without surrounding spaces; whole numbers without a decimal sign, dates in ISO form.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            RawCell::Empty => Cow::Borrowed(""),
            RawCell::Text(text) => Cow::Borrowed(text.trim()),
            RawCell::Number(number) => Cow::Owned(number.to_string()),
            RawCell::Date(day) => Cow::Owned(day.format("%Y-%m-%d").to_string()),
            RawCell::Bool(value) => Cow::Borrowed(if *value { "1" } else { "0" }),
            RawCell::Error(name) => Cow::Owned(name.clone()),
        }
    }
}

impl RawRow<'_, '_> {
    /// True when every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(RawCell::is_blank)
    }

    /// The first cell that is not blank.
    pub fn first_filled(&self) -> Option<&RawCell<'_>> {
        self.cells.iter().find(|cell| !cell.is_blank())
    }
}
