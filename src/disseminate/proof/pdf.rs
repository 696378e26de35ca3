//! The PDF, read by its tags.

use super::{differs, letters, prove_rows, tables};
use crate::disseminate::view::Drawings;
use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::Report;

/// Holds the tagged tables of a PDF and the words of its figures against the report.
pub(super) fn prove(
    report: &Report,
    pdf: &[u8],
    drawings: &Drawings,
    language: Language,
    may_leave_out: bool,
) -> Result<()> {
    let read = typeset::read::tagged(pdf).map_err(|fault| Error::defect(format!("PDF: {fault}")))?;
    let mut found = read.tables.iter();
    for table in tables(report).filter(|table| !table.rows.is_empty()) {
        let headings: Vec<String> = table.columns.iter().map(|column| letters(column.heading.get(language))).collect();
        let is_it = |rows: &&Vec<Vec<String>>| {
            rows.first().is_some_and(|row| row.iter().map(|text| letters(text)).eq(headings.iter().cloned()))
        };
        match found.clone().find(is_it) {
            Some(rows) => {
                prove_rows("PDF", table, &rows[1..], language)?;
                // Two tables may have the same headings: the next is looked for behind this one.
                found.by_ref().find(|other| std::ptr::eq(*other, rows));
            }
            None if may_leave_out => {}
            None => return Err(differs("PDF", table, "the table itself", "nothing")),
        }
    }
    for (id, drawing) in drawings {
        let is_told = read.figures.iter().any(|words| letters(words) == letters(&drawing.alternative));
        if !is_told && !may_leave_out {
            return Err(Error::defect(format!("PDF: nothing tells the figures of {id}")));
        }
    }
    Ok(())
}
