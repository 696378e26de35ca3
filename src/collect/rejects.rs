//! The faults of rows, with what to do about each: the reject file of a submission.

use crate::catalogue::{Catalogue, Severity};
use crate::error::{Error, Result};
use crate::model::Language;
use crate::text;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use tabular::Cell;

/// Stands in a reject file where a value is personal or a remark.
const MASK: &str = "***";
/// Longest value shown in a reject file.
const LONGEST_VALUE: usize = 40;

/// One fault of one row (or of a whole file: row 0).
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
    /// What became of the row for it.
    pub severity: Severity,
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
    let headings =
        ["file", "sheet", "row", "column", "value", "check", "title", "advice", "content", "severity"].map(heading);
    writer.write_record(headings).map_err(Error::defect)?;
    for reject in rejects {
        let check = catalogue.checks.get(&reject.check);
        let title = check.map_or("", |check| check.title.get(language));
        let advice = check.map_or("", |check| check.advice.get(language));
        let severity = catalogue.label("severity", reject.severity.code());
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
            severity.get(language),
        ];
        writer.write_record(fields.map(|field| neutral(field).into_owned())).map_err(Error::defect)?;
    }
    writer.into_inner().map_err(|error| Error::defect(error.error()))
}

/// The place of a fault: file, sheet, row (empty for the whole file), column, check.
pub type FaultPlace = [String; 5];

/// The values at fault, masked as they were written, from a reject file; none when there is no such file.
pub fn read_values(path: &Path) -> BTreeMap<FaultPlace, String> {
    let Ok(text) = std::fs::read_to_string(path) else { return BTreeMap::new() };
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let lines = reader.records().filter_map(Result::ok).filter(|line| line.len() > 5);
    let plain = |text: &str| text.strip_prefix('\'').unwrap_or(text).to_owned();
    lines.map(|line| ([0, 1, 2, 3, 5].map(|column| plain(&line[column])), plain(&line[4]))).collect()
}

fn neutral(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
