//! What became of every row: receipts that add up, and the list of rejected rows with what to do about each.

use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::model::Language;
use crate::text;
use std::borrow::Cow;
use tabular::Cell;

/// Stands in a reject file where a value is personal or a remark.
const MASK: &str = "***";
/// Longest value shown in a reject file.
const LONGEST_VALUE: usize = 40;

/// One fault of one rejected row (or of a whole file: row 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// File, below the inbox.
    pub file: String,
    /// Sheet; empty for a text file.
    pub sheet: String,
    /// Row as a person counts it; 0 for the file as a whole.
    pub row: u64,
    /// Heading of the column at fault; empty when the row as a whole is.
    pub column: String,
    /// The value at fault, masked where it is personal.
    pub value: String,
    /// The check that failed.
    pub check: String,
    /// The row, personal columns and remarks masked.
    pub content: String,
}

/// A cell as it may be shown: cut, on one line, without anything that looks like a national number.
pub fn shown(cell: &Cell<'_>) -> String {
    let text = cell.text();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits >= 9 && !matches!(cell, Cell::Number(_)) {
        return MASK.to_owned();
    }
    text.chars().take(LONGEST_VALUE).map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

/// A row as it may be shown: the cells of the open columns, everything else masked.
pub fn shown_row(cells: &[Cell<'_>], open: &[bool]) -> String {
    let shown = cells.iter().enumerate().map(|(column, cell)| match cell {
        cell if cell.is_blank() => Cow::Borrowed(""),
        cell if open.get(column).copied().unwrap_or(false) => Cow::Owned(shown(cell)),
        _ => Cow::Borrowed(MASK),
    });
    shown.collect::<Vec<_>>().join(" | ")
}

/// The mask for a personal value.
pub fn masked() -> String {
    MASK.to_owned()
}

/// The reject file of a submission: CSV (UTF-8 with a byte order mark, so that Excel shows accents). A value that a
/// spreadsheet would take for a formula gets an apostrophe before it.
///
/// # Errors
/// A defect, if CSV cannot be written to memory.
pub fn reject_file(rejects: &[Reject], catalogue: &Catalogue, language: Language) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    let heading = |name: &str| text::say(language, &format!("reject-{name}"), &[]);
    let headings = ["file", "sheet", "row", "column", "value", "check", "title", "advice", "content"].map(heading);
    writer.write_record(headings).map_err(Error::defect)?;
    for reject in rejects {
        let check = catalogue.checks.get(&reject.check);
        let title = check.map_or("", |check| check.title.get(language));
        let advice = check.map_or("", |check| check.advice.get(language));
        let row = if reject.row == 0 { String::new() } else { reject.row.to_string() };
        let fields = [
            &reject.file,
            &reject.sheet,
            &row,
            &reject.column,
            &reject.value,
            &reject.check,
            title,
            advice,
            &reject.content,
        ];
        writer.write_record(fields.map(|field| neutral(field).into_owned())).map_err(Error::defect)?;
    }
    writer.into_inner().map_err(|error| Error::defect(error.error()))
}

fn neutral(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
