//! A cell and a row as they stand in a file, before anything is understood of them.

use chrono::NaiveDate;
use std::borrow::Cow;

/// One cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell<'a> {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as written. Never holds U+FFFD unless the file itself does.
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

/// What had to be done to read a row at all; a caller tells its user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remarks {
    /// A quote that was never closed, or that stood inside a cell, was taken for text.
    pub stray_quote: bool,
    /// The row is separated by another delimiter than the file.
    pub other_delimiter: bool,
    /// The row is written in another encoding than the file.
    pub other_encoding: bool,
    /// A byte of the row is a character in none of the encodings: its cell is lost, so the row must not be used.
    pub undecodable: bool,
    /// The row is hidden in its workbook.
    pub hidden: bool,
}

/// One row, with its number as a person counts it in that file.
#[derive(Debug)]
pub struct Row<'r, 'a> {
    /// Row number from 1; for a quoted text over several lines the line on which the record starts.
    pub number: u64,
    /// The cells from the first column on. None for a blank line.
    pub cells: &'r [Cell<'a>],
    /// What had to be done to read it.
    pub remarks: Remarks,
}

impl Cell<'_> {
    /// True when a person sees nothing in the cell.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as text, without surrounding spaces; whole numbers without a decimal sign, dates in ISO form.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text.trim()),
            Cell::Number(number) => Cow::Owned(number.to_string()),
            Cell::Date(day) => Cow::Owned(day.format("%Y-%m-%d").to_string()),
            Cell::Bool(value) => Cow::Borrowed(if *value { "1" } else { "0" }),
            Cell::Error(name) => Cow::Owned(name.clone()),
        }
    }

    /// The same cell, owning its text.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Empty => Cell::Empty,
            Cell::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Cell::Number(number) => Cell::Number(number),
            Cell::Date(day) => Cell::Date(day),
            Cell::Bool(value) => Cell::Bool(value),
            Cell::Error(name) => Cell::Error(name),
        }
    }
}

impl Row<'_, '_> {
    /// True when every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// The first cell that is not blank.
    pub fn first_filled(&self) -> Option<&Cell<'_>> {
        self.cells.iter().find(|cell| !cell.is_blank())
    }
}
