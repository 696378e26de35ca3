//! Which rows are title, header, content, total, footer, and where another table begins.

pub(crate) mod kind;

use crate::Cell;

/// A row kept for looking at.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its number.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<Cell<'static>>,
}

/// One table of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Rows above the header that are no header, as row numbers.
    pub preamble: Vec<u64>,
    /// Header rows; empty: there is none.
    pub header: Vec<u64>,
    /// First row of content.
    pub first: u64,
    /// Last row of content that the sample shows.
    pub last: u64,
    /// Rows below the content: totals.
    pub totals: Vec<u64>,
    /// Rows below the content: notes.
    pub footer: Vec<u64>,
    /// How sure this is, 0 to 1.
    pub sure: f64,
}

/// The tables that the first rows of a file show, in order. Nothing for a file without content.
pub fn tables(rows: &[Kept]) -> Vec<Span> {
    let _ = rows;
    todo!("text half")
}
