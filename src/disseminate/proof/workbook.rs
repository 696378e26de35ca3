//! The workbook, read by calamine; its native charts, read from their own part of the archive.

use super::{differs, letters, number, tables};
use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::{Cell, Report, Table};
use crate::text;
use calamine::{Data, Range, Reader, Xlsx};
use std::io::{Cursor, Read};

/// Rows above a table: its title in a few lines, what it is about, the way back.
const HEAD: usize = 12;

/// Holds every sheet of a table, and the cells its charts are bound to, against the report.
pub(super) fn prove(report: &Report, bytes: &[u8], language: Language) -> Result<()> {
    let broken = |fault: &dyn std::fmt::Display| Error::defect(format!("workbook: {fault}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|fault| broken(&fault))?;
    for (position, table) in tables(report).enumerate().filter(|(_, table)| !table.rows.is_empty()) {
        let sheet = text::say(language, "report-table-number", &[("number", (position + 1).to_string())]);
        let range = book.worksheet_range(&sheet).map_err(|fault| broken(&fault))?;
        prove_sheet(table, &range, language)?;
    }
    prove_charts(&mut book, bytes)
}

fn prove_sheet(table: &Table, range: &Range<Data>, language: Language) -> Result<()> {
    let first = table.columns.first().map(|column| column.heading.get(language)).unwrap_or_default();
    let is_head = |row: &usize| match range.get_value((u32::try_from(*row).unwrap_or(u32::MAX), 0)) {
        Some(Data::String(text)) => text == first,
        _ => false,
    };
    let header = (0..HEAD).find(is_head).ok_or_else(|| differs("workbook", table, "the table itself", "nothing"))?;
    for (position, row) in table.rows.iter().enumerate() {
        for (column, cell) in row.cells.iter().enumerate() {
            let at = (u32::try_from(header + 1 + position), u32::try_from(column));
            let (Ok(line), Ok(place)) = at else { return Err(Error::defect("a table too long")) };
            let found = range.get_value((line, place)).unwrap_or(&Data::Empty);
            if !holds(found, cell, table.columns[column].unit, language) {
                let place = format!("row {}, column {}", position + 1, table.columns[column].key);
                return Err(differs("workbook", table, &place, &found.to_string()));
            }
        }
    }
    Ok(())
}

/// Whether a cell of the sheet holds a cell of the table: a number to the last bit.
fn holds(found: &Data, cell: &Cell, unit: crate::model::result::Unit, language: Language) -> bool {
    match (found, cell) {
        (Data::DateTime(day), Cell::Date(expected)) => day.as_datetime().is_some_and(|day| day.date() == *expected),
        (Data::Float(value), _) if number::missing(cell).is_none() => cell
            .as_number()
            .is_some_and(|number| number.to_bits() == value.to_bits() || (number == 0.0 && *value == 0.0)),
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        (Data::Int(value), _) if number::missing(cell).is_none() => cell.as_number() == Some(*value as f64),
        (Data::String(words), Cell::Label(_) | Cell::Missing(_) | Cell::Number(_)) => {
            letters(words) == letters(&number::cell(cell, unit, language))
        }
        (Data::Empty, Cell::Label(words)) => words.get(language).is_empty(),
        _ => false,
    }
}

/// Every cell that a native chart draws holds a number; Excel would draw anything else as a zero.
fn prove_charts(book: &mut Xlsx<Cursor<&[u8]>>, bytes: &[u8]) -> Result<()> {
    let broken = |fault: &dyn std::fmt::Display| Error::defect(format!("workbook: {fault}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|fault| broken(&fault))?;
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(|fault| broken(&fault))?;
        if !part.name().map_err(|fault| broken(&fault))?.starts_with("xl/charts/chart") {
            continue;
        }
        let mut xml = String::new();
        part.read_to_string(&mut xml).map_err(|fault| broken(&fault))?;
        for bound in xml.split("<c:val>").skip(1) {
            let formula = bound.split_once("<c:f>").and_then(|(_, rest)| rest.split_once("</c:f>"));
            let formula = formula.map(|(formula, _)| formula).ok_or_else(|| broken(&"a chart without cells"))?;
            let (sheet, cells) = formula.rsplit_once('!').ok_or_else(|| broken(&formula))?;
            let range = book.worksheet_range(&unquoted(sheet)).map_err(|fault| broken(&fault))?;
            let ((top, left), (bottom, right)) = corners(cells).ok_or_else(|| broken(&formula))?;
            for (row, column) in (top..=bottom).flat_map(|row| (left..=right).map(move |column| (row, column))) {
                let found = range.get_value((row, column)).unwrap_or(&Data::Empty);
                let is_number = matches!(found, Data::Float(_) | Data::Int(_));
                // A line of a trajectory breaks where a time has no reading; bars may not.
                if !is_number && !xml.contains("<c:lineChart>") {
                    return Err(broken(&format!("a chart draws {formula}, where row {} holds \"{found}\"", row + 1)));
                }
            }
        }
    }
    Ok(())
}

fn unquoted(sheet: &str) -> String {
    let bare = sheet.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(sheet);
    bare.replace("''", "'").replace("&amp;", "&").replace("&apos;", "'")
}

/// `$B$5:$C$9` or `$B$5` as rows and columns from 0.
fn corners(cells: &str) -> Option<((u32, u32), (u32, u32))> {
    let (first, last) = cells.split_once(':').unwrap_or((cells, cells));
    Some((corner(first)?, corner(last)?))
}

fn corner(cell: &str) -> Option<(u32, u32)> {
    let mut parts = cell.split('$').skip(1);
    let (letters, digits) = (parts.next()?, parts.next()?);
    let column = letters
        .bytes()
        .try_fold(0u32, |sum, letter| letter.is_ascii_uppercase().then(|| sum * 26 + u32::from(letter - b'A') + 1))?;
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}
