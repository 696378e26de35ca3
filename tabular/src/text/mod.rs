//! Delimited text: how it is written, and its rows.
//!
//! Decisions that a reader of a file should know:
//!
//! - A mark (U+FEFF) at the beginning of the file or of a later line (files put behind one another) is no content;
//!   anywhere else it is text.
//! - NUL is no character that anybody writes: its row is handed on with [`Remarks::undecodable`](crate::Remarks).
//! - CR alone ends a line only in a file detected so ([`LineEnd::Cr`], [`LineEnd::Any`]); else it is text.
//! - A quote that opens a cell counts as one only if it is closed before a delimiter or line end, within
//!   `record_bytes`; else it is text, and the next line is read by itself.

mod dialect;
mod encoding;
mod records;
mod source;
mod split;

use crate::{Fault, FaultKind, Input, Limits, Row, Stop};
use split::Signs;

/// What is known of a text beforehand; what is left open is detected.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Encoding by its WHATWG label (`windows-1252`). A byte order mark in the file is stronger.
    pub encoding: Option<String>,
    /// Delimiter.
    pub delimiter: Option<char>,
    /// Quote; `Some(None)`: there is none, quotes are text.
    pub quote: Option<Option<char>>,
    /// Escape sign inside quotes; doubling the quote always works.
    pub escape: Option<Option<char>>,
}

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// LF.
    Lf,
    /// CR LF.
    CrLf,
    /// CR.
    Cr,
    /// LF and CR LF.
    Mixed,
    /// Several of them, CR alone among them.
    Any,
    /// None: one line at most.
    None,
}

/// How a text is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialect {
    /// Encoding, by its WHATWG name.
    pub encoding: &'static str,
    /// Begins with a byte order mark.
    pub has_mark: bool,
    /// Delimiter; `None`: one column.
    pub delimiter: Option<char>,
    /// Blanks around delimiters are no content (`a, b`).
    pub trims: bool,
    /// Quote, where there is one.
    pub quote: Option<char>,
    /// Escape sign, where there is one beside doubling.
    pub escape: Option<char>,
    /// Line ends.
    pub line_end: LineEnd,
    /// Cells that most rows have; 0: not known. Tells a stray quote from a text over several lines.
    pub width: usize,
    /// How sure the detection is, 0 to 1, of encoding and of delimiter; 1 for what was known beforehand. Where the first
    /// rows show the delimiter clearly, the figure is theirs.
    pub sure: (f64, f64),
}

/// What was met while rows were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Met {
    /// Physical rows, blank ones included.
    pub rows: u64,
    /// Records.
    pub records: u64,
}

/// Bytes read at once.
const BLOCK: usize = 256 << 10;

/// Finds out how a text is written from a bounded part of it.
///
/// # Errors
/// When the disk fails, or what is known cannot be.
pub fn detect(input: &dyn Input, known: &Known, limits: &Limits) -> Result<Dialect, Fault> {
    check_signs(known.delimiter, known.quote.flatten(), known.escape.flatten())?;
    let (sample, is_whole) = source::sample(input, limits)?;
    let coding = encoding::detect(&sample, is_whole, known.encoding.as_deref())?;
    let text = encoding::plain(&sample, coding.encoding);
    Ok(dialect::detect(&text, is_whole, known, &coding))
}

/// Calls `each` for every physical row of the text in order, blank ones included (without cells).
///
/// # Errors
/// What `each` returns, or why the text cannot be read on.
pub fn rows<E>(
    input: &dyn Input,
    dialect: &Dialect,
    limits: &Limits,
    each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>,
) -> Result<Met, Stop<E>> {
    records::read(input, dialect, limits, BLOCK, each)
}

impl Dialect {
    /// The dialect as bytes.
    ///
    /// # Errors
    /// When a sign is none.
    fn signs(&self) -> Result<Signs, Fault> {
        check_signs(self.delimiter, self.quote, self.escape)?;
        let byte = |sign: Option<char>| sign.and_then(|sign| u8::try_from(sign).ok());
        Ok(Signs {
            delimiter: byte(self.delimiter),
            quote: byte(self.quote),
            escape: byte(self.escape),
            trims: self.trims,
            ends_cr: matches!(self.line_end, LineEnd::Cr | LineEnd::Any | LineEnd::None),
        })
    }
}

/// Signs are ASCII, end no line, and differ from each other.
fn check_signs(delimiter: Option<char>, quote: Option<char>, escape: Option<char>) -> Result<(), Fault> {
    let signs: Vec<char> = [delimiter, quote, escape].into_iter().flatten().collect();
    let is_good = |sign: &char| sign.is_ascii() && !matches!(sign, '\r' | '\n' | '\0');
    let distinct = signs.iter().enumerate().all(|(at, sign)| !signs[..at].contains(sign));
    if signs.iter().all(is_good) && distinct { Ok(()) } else { Err(Fault::new(FaultKind::BadDialect)) }
}

#[cfg(test)]
mod tests;
