//! The sheet of one table: its title, the way back, the table as an Excel table, notes, charts.

use super::{Book, LINE_HEIGHT, Planned, charts, column, notes, refused, row, wrap};
use crate::disseminate::{number, sentence};
use crate::error::{Error, Result};
use crate::model::result::{Cell, Column, Missing, Row, Table, Unit};
use chrono::Datelike;
use rust_xlsxwriter::{ExcelDateTime, Format, TableColumn, TableStyle, Worksheet};
use std::collections::BTreeSet;

/// Widest column in characters; longer texts are set in several lines.
const WIDEST: usize = 46;
/// Above this width in characters a sheet prints landscape.
const PORTRAIT_WIDTH: usize = 112;
/// A table longer than this gets filter buttons; on a short one they only cover the headings.
const FILTER_FROM: usize = 20;
/// A table longer than this repeats its headings on the next page; above the charts of a short one they
/// would head nothing.
const REPEAT_FROM: usize = 20;

/// Where a table stands on its sheet.
pub(super) struct Place {
    /// Row of the headings.
    pub header: u32,
    /// First row below the table.
    pub end: u32,
}

impl Place {
    /// The sheet's row of a row of the table.
    pub(super) fn row(&self, position: usize) -> Result<u32> {
        Ok(self.header + 1 + row(position)?)
    }
}

/// Writes the sheet.
pub(super) fn write(book: &Book<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<()> {
    book.set_up(sheet, &planned.sheet)?;
    let header = write_head(book, planned, sheet)?;
    let place = if planned.table.rows.is_empty() {
        let end = book.paragraph(sheet, header, &book.say("report-no-rows"), &book.styles.text)?;
        Place { header, end }
    } else {
        write_table(book, planned, sheet, header)?
    };
    let next = write_notes(book, planned.table, sheet, place.end + 1)?;
    charts::write(book, planned, sheet, &place, next)
}

/// Title, section and way back; gives the row of the headings. No row is left blank: a screen reader
/// would take it for the end.
fn write_head(book: &Book<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<u32> {
    let styles = &book.styles;
    let title = format!("{}. {}", planned.sheet, planned.table.title.get(book.language));
    let mut next = 0;
    for line in wrap(&title, 80) {
        sheet.set_row_height(next, 20).map_err(refused)?;
        sheet.write_string_with_format(next, 0, line, &styles.title).map_err(refused)?;
        next += 1;
    }
    let report = book.report;
    let about = format!(
        "{} – {} – {} – {}",
        planned.section.title.get(book.language),
        report.area_name.get(book.language),
        report.period,
        book.edition()
    );
    sheet.write_string_with_format(next, 0, about, &styles.remark).map_err(refused)?;
    let contents = book.say("report-contents");
    let back = book.link(&contents, 0, &book.say("report-back-to-contents"));
    sheet.write_url_with_format(next + 1, 0, back, &styles.link).map_err(refused)?;
    Ok(next + 2)
}

fn write_table(book: &Book<'_>, planned: &Planned<'_>, sheet: &mut Worksheet, header: u32) -> Result<Place> {
    let table = planned.table;
    let mut widths = Vec::new();
    for (position, described) in table.columns.iter().enumerate() {
        let width = width(book, table, position, described);
        sheet.set_column_width(column(position)?, width as f64 + 1.0).map_err(refused)?;
        widths.push(width);
    }
    add_table(book, planned, sheet, header)?;
    sheet.set_row_height(header, height(&headings(book, table), &widths)).map_err(refused)?;
    for (position, line) in table.rows.iter().enumerate() {
        let at = header + 1 + row(position)?;
        let texts: Vec<String> = line.cells.iter().map(|cell| label_of(book, cell)).collect();
        sheet.set_row_height(at, height(&texts, &widths)).map_err(refused)?;
        write_row(book, table, sheet, at, line)?;
    }
    sheet.set_freeze_panes(header + 1, 0).map_err(refused)?;
    if table.rows.len() > REPEAT_FROM {
        sheet.set_repeat_rows(header, header).map_err(refused)?;
    }
    if widths.iter().sum::<usize>() > PORTRAIT_WIDTH {
        sheet.set_landscape();
    }
    Ok(Place { header, end: header + 1 + row(table.rows.len())? })
}

/// Makes the cells an Excel table. Rows of totals at its end stay outside it, so that sorting the table
/// leaves them where they are.
fn add_table(book: &Book<'_>, planned: &Planned<'_>, sheet: &mut Worksheet, header: u32) -> Result<()> {
    let table = planned.table;
    let totals = table.rows.iter().rev().take_while(|line| line.is_total).count();
    let body = if totals == table.rows.len() { totals } else { table.rows.len() - totals };
    let heads: Vec<TableColumn> = headings(book, table)
        .iter()
        .zip(&table.columns)
        .map(|(heading, column)| {
            let styles = &book.styles;
            let format = if column.unit == Unit::Label { &styles.header } else { &styles.header_right };
            TableColumn::new().set_header(heading).set_header_format(format)
        })
        .collect();
    let native = rust_xlsxwriter::Table::new()
        // Letters, digits and underscores only, and never something that reads as a cell.
        .set_name(format!("table_{}_{}", planned.position + 1, table.id.replace('-', "_")))
        .set_alt_text_title(table.title.get(book.language))
        .set_columns(&heads)
        .set_style(TableStyle::None)
        .set_autofilter(body > FILTER_FROM);
    let last = column(table.columns.len().saturating_sub(1))?;
    sheet.add_table(header, 0, header + row(body)?, last, &native).map_err(refused)?;
    Ok(())
}

/// The headings; Excel wants each to be different, whatever its case.
fn headings(book: &Book<'_>, table: &Table) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut headings = Vec::new();
    for described in &table.columns {
        let heading = described.heading.get(book.language);
        let mut unique = heading.to_owned();
        let mut count = 2;
        while !seen.insert(unique.to_lowercase()) {
            unique = format!("{heading} ({count})");
            count += 1;
        }
        headings.push(unique);
    }
    headings
}

fn write_row(book: &Book<'_>, table: &Table, sheet: &mut Worksheet, at: u32, line: &Row) -> Result<()> {
    if line.cells.len() != table.columns.len() {
        return Err(Error::defect(format!("a row of table {} has {} cells", table.id, line.cells.len())));
    }
    for (position, (cell, described)) in line.cells.iter().zip(&table.columns).enumerate() {
        let to = (at, column(position)?);
        let format = book.styles.cell(number::shown_unit(cell, described.unit), line.is_total);
        if let Some(missing) = number::missing(cell) {
            let sign = number::missing_sign(missing, book.language);
            let format = book.styles.empty_cell(described.unit, line.is_total);
            sheet.write_string_with_format(to.0, to.1, sign, &format).map_err(refused)?;
        } else if let Some(words) = cell.as_text(book.language) {
            // As a string whatever it begins with: a name such as `=1+1` must not become a formula.
            sheet.write_string_with_format(to.0, to.1, words, &format).map_err(refused)?;
        } else {
            write_figure(sheet, to, cell, &format)?;
        }
    }
    Ok(())
}

/// A number or a date at full precision; the form is only on top of it.
pub(super) fn write_figure(sheet: &mut Worksheet, at: (u32, u16), cell: &Cell, format: &Format) -> Result<()> {
    if let Cell::Date(day) = cell {
        let year = u16::try_from(day.year()).map_err(Error::defect)?;
        let month = u8::try_from(day.month()).map_err(Error::defect)?;
        let day = u8::try_from(day.day()).map_err(Error::defect)?;
        let day = ExcelDateTime::from_ymd(year, month, day).map_err(refused)?;
        sheet.write_datetime_with_format(at.0, at.1, &day, format).map_err(refused)?;
    } else if let Some(value) = cell.as_number() {
        sheet.write_number_with_format(at.0, at.1, value, format).map_err(refused)?;
    }
    Ok(())
}

fn label_of(book: &Book<'_>, cell: &Cell) -> String {
    cell.as_text(book.language).unwrap_or_default().to_owned()
}

/// Characters a column needs: its longest content, and at least its heading's longest word.
fn width(book: &Book<'_>, table: &Table, position: usize, described: &Column) -> usize {
    let heading = described.heading.get(book.language);
    let longest_word = heading.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
    let cells = table.rows.iter().filter_map(|line| line.cells.get(position));
    let content =
        cells.map(|cell| number::cell(cell, described.unit, book.language).chars().count()).max().unwrap_or(0);
    // Bold heads and totals run wider than the digits Excel measures a column in.
    let content = content + 2;
    // A heading in two lines, where that is possible.
    let heading = (heading.chars().count() / 2 + 2).max(longest_word + 3);
    content.min(WIDEST).max(heading).max(10)
}

/// Height of a row in points, for the cell that needs most lines.
fn height(texts: &[String], widths: &[usize]) -> f64 {
    let lines = texts.iter().zip(widths).map(|(text, width)| wrap(text, *width).len()).max();
    let lines = lines.unwrap_or(1) as f64;
    lines * LINE_HEIGHT + 3.0
}

/// Notes, the signs this table uses, and links to its definitions; gives the next free row.
fn write_notes(book: &Book<'_>, table: &Table, sheet: &mut Worksheet, first: u32) -> Result<u32> {
    let styles = &book.styles;
    let mut next = first;
    // Below the table and not above it: what stands above stays in sight when rows are scrolled.
    for words in &table.reading {
        next = book.paragraph(sheet, next, &sentence::say(words, book.language)?, &styles.text.clone().set_bold())?;
    }
    for note in &table.notes {
        next = book.paragraph(sheet, next, note.get(book.language), &styles.text)?;
    }
    for reason in Missing::ALL {
        let used = table.rows.iter().flat_map(|line| &line.cells).any(|cell| number::missing(cell) == Some(reason));
        if used {
            let sign = number::missing_sign(reason, book.language);
            let words = format!("{sign} = {}", number::missing_words(reason, book.language));
            next = book.paragraph(sheet, next, &words, &styles.remark)?;
        }
    }
    let definitions: Vec<_> = table.indicators.iter().filter_map(|id| book.definition(id)).collect();
    if !definitions.is_empty() {
        sheet
            .write_string_with_format(next, 0, book.say("report-definitions-of-table"), &styles.text)
            .map_err(refused)?;
        next += 1;
    }
    for (position, definition) in definitions {
        let target = notes::row_of_definition(position)?;
        let link = book.link(&book.say("report-notes"), target, definition.title.get(book.language));
        sheet.write_url_with_format(next, 0, link, &styles.link).map_err(refused)?;
        next += 1;
    }
    Ok(next + 1)
}
