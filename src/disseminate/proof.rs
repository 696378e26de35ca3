//! What was rendered, read again from the finished bytes and held against the result table: every cell of the workbook,
//! of the page and of the PDF, the cells that native charts are bound to, and the words that stand for drawings. The
//! readers are other libraries than the writers, and numbers are read back from their text by the rules of the
//! language, not compared with the text that was written.

mod numbers;
mod page;
mod pdf;
mod workbook;

use super::view::Drawings;
use super::{Rendered, number};
use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::{Cell, Report, Row, Table, Unit};

/// Reads everything again.
///
/// # Errors
/// A defect that names the rendering, the table, row and column, and what stands there.
pub(super) fn prove(
    report: &Report,
    rendered: &Rendered,
    drawings: &Drawings,
    language: Language,
    has_own_templates: bool,
) -> Result<()> {
    if let Some(workbook) = &rendered.workbook {
        workbook::prove(report, workbook, language)?;
    }
    // A template of the project may show what it likes: what it shows of a table must still be right.
    if let Some(page) = &rendered.page {
        page::prove(report, page, drawings, language, has_own_templates)?;
    }
    match &rendered.pdf {
        Some(pdf) => pdf::prove(report, pdf, drawings, language, has_own_templates),
        None => Ok(()),
    }
}

/// All tables in reading order.
fn tables(report: &Report) -> impl Iterator<Item = &Table> {
    report.sections.iter().flat_map(|section| &section.tables)
}

/// A disagreement. A defect of ours: nothing may be written.
fn differs(rendering: &str, table: &Table, place: &str, found: &str) -> Error {
    Error::defect(format!("{rendering}: table {}, {place}: shows \"{found}\"", table.id))
}

/// Holds the rows of texts of a rendering against a table.
fn prove_rows(rendering: &str, table: &Table, rows: &[Vec<String>], language: Language) -> Result<()> {
    if rows.len() != table.rows.len() {
        return Err(differs(rendering, table, "rows", &rows.len().to_string()));
    }
    for (position, (row, shown)) in table.rows.iter().zip(rows).enumerate() {
        prove_row(rendering, table, (position, row), shown, language)?;
    }
    Ok(())
}

fn prove_row(
    rendering: &str,
    table: &Table,
    (position, row): (usize, &Row),
    shown: &[String],
    language: Language,
) -> Result<()> {
    if shown.len() != row.cells.len() {
        return Err(differs(rendering, table, &format!("row {}, cells", position + 1), &shown.len().to_string()));
    }
    for (column, (cell, text)) in row.cells.iter().zip(shown).enumerate() {
        if !shows(text, cell, table.columns[column].unit, language) {
            let place = format!("row {}, column {}", position + 1, table.columns[column].key);
            return Err(differs(rendering, table, &place, text));
        }
    }
    Ok(())
}

/// Whether a text shows a cell: a number reads as the number to half its last digit, other texts are the same but for blanks.
fn shows(text: &str, cell: &Cell, unit: Unit, language: Language) -> bool {
    match cell.as_number().filter(|_| number::missing(cell).is_none()) {
        Some(value) => numbers::reads_as(text, value, numbers::decimals(cell, unit), language),
        None => letters(text) == letters(&number::cell(cell, unit, language)),
    }
}

/// A text without blanks, control characters and the marks of places where a line may break.
fn letters(text: &str) -> String {
    let is_letter =
        |letter: &char| !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '\u{200b}' | '\u{ad}');
    text.chars().filter(is_letter).collect()
}

#[cfg(test)]
mod tests;
