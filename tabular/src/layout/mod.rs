//! Which rows are title, header, content, total, footer, and where another table begins.

mod beside;
mod header;
pub(crate) mod kind;
mod tables;
mod tail;
mod words;

pub use beside::{Beside, beside, beside_columns};
pub use header::{Header, LINES, find_header, joined};
pub use tables::tables;
pub use tail::{Held, Look, Part, Tail};

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
    /// Last row of content that the sample shows; below `first` when there is a header alone.
    pub last: u64,
    /// Rows below the content: totals.
    pub totals: Vec<u64>,
    /// Rows below the content: notes.
    pub footer: Vec<u64>,
    /// How sure this is, 0 to 1.
    pub sure: f64,
}
