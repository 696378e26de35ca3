//! Workbooks as offices keep them: a sheet a table, days as days, amounts as amounts, header cells merged.

use super::form::Form;
use super::page::{Cell, Fault, Page};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::io::{Cursor, Read, Write};

/// The day count that a workbook's serial numbers begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Epoch {
    /// 1900, as Excel on Windows.
    Year1900,
    /// 1904, as Excel on older Macintoshes.
    Year1904,
}

/// Days between the two day counts.
const BETWEEN_EPOCHS: i64 = 1462;

struct Formats {
    title: Format,
    header: Format,
    day: Format,
    money: Format,
}

/// The bytes of a workbook, a sheet a page, and the faults planted in it.
pub(super) fn write(pages: &[Page], form: &Form, file: &str, epoch: Epoch) -> Result<(Vec<u8>, Vec<Fault>)> {
    let mut faults = Vec::new();
    let bytes = build(pages, form, file, epoch, &mut faults).map_err(Error::defect)?;
    match epoch {
        Epoch::Year1900 => Ok((bytes, faults)),
        Epoch::Year1904 => Ok((count_from_1904(&bytes).map_err(Error::defect)?, faults)),
    }
}

fn build(
    pages: &[Page],
    form: &Form,
    file: &str,
    epoch: Epoch,
    faults: &mut Vec<Fault>,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2018, 1, 31)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let centred = Format::new().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(14),
        header: centred.set_border_bottom(FormatBorder::Thin).set_text_wrap(),
        day: Format::new().set_num_format("dd/mm/yyyy"),
        money: Format::new().set_num_format("#,##0.00"),
    };
    for page in pages {
        let sheet = workbook.add_worksheet();
        sheet.set_name(page.layout.name)?;
        let first = header(sheet, page, &formats)?;
        for ((record, mark), row) in page.rows.iter().zip(first..) {
            for ((_, field), column) in page.layout.columns.iter().zip(0..) {
                cell(sheet, (row, column), record.get(field), (form, epoch, &formats))?;
            }
            let shown = usize::try_from(row).unwrap_or_default() + 1;
            faults.extend(mark.as_ref().map(|mark| page.fault(mark, file, page.layout.name, shown)));
        }
        if page.rows.is_empty() {
            let (file, sheet) = (file.to_owned(), page.layout.name.to_owned());
            let what = "a sheet with a header and no row";
            faults.push(Fault { file, sheet, row: None, column: String::new(), check: "file.empty", what });
        }
    }
    workbook.save_to_buffer()
}

/// Writes titles and header; returns the first row below, counted from 0.
fn header(sheet: &mut Worksheet, page: &Page, formats: &Formats) -> std::result::Result<u32, XlsxError> {
    let mut row = 0;
    for title in &page.titles {
        sheet.write_string_with_format(row, 0, title, &formats.title)?;
        row += 1;
    }
    let columns = page.layout.columns;
    let two_lines = columns.iter().any(|(heading, _)| heading.contains(" / "));
    let mut column = 0;
    while let Some((heading, field)) = columns.get(column) {
        let place = u16::try_from(column).unwrap_or(u16::MAX);
        let width = if field.ends_with("name") || *field == "person_id" { 24.0 } else { 15.0 };
        sheet.set_column_width(place, width)?;
        let Some((group, _)) = heading.split_once(" / ").filter(|_| two_lines) else {
            if two_lines {
                sheet.merge_range(row, place, row + 1, place, heading, &formats.header)?;
            } else {
                sheet.write_string_with_format(row, place, *heading, &formats.header)?;
            }
            column += 1;
            continue;
        };
        let members = columns[column..].iter().map_while(|(heading, _)| heading.split_once(" / "));
        let names: Vec<&str> = members.take_while(|(other, _)| *other == group).map(|(_, name)| name).collect();
        let last = u16::try_from(column + names.len() - 1).unwrap_or(u16::MAX);
        sheet.merge_range(row, place, row, last, group, &formats.header)?;
        for (name, place) in names.iter().zip(place..) {
            sheet.write_string_with_format(row + 1, place, *name, &formats.header)?;
        }
        column += names.len();
    }
    Ok(row + if two_lines { 2 } else { 1 })
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    (form, epoch, formats): (&Form, Epoch, &Formats),
) -> std::result::Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::On(day) => {
            sheet.write_number_with_format(row, column, serial(*day, epoch), &formats.day)?;
        }
        Cell::Whole(number) => {
            sheet.write_number(row, column, decimal(*number))?;
        }
        Cell::Hours(hundredths) => {
            sheet.write_number(row, column, decimal(*hundredths) / 100.0)?;
        }
        Cell::Money(cents) => {
            sheet.write_number_with_format(row, column, decimal(*cents) / 100.0, &formats.money)?;
        }
        Cell::Text(_) | Cell::Code(..) | Cell::Niss(_) | Cell::Yes(_) => {
            sheet.write_string(row, column, form.text(cell))?;
        }
    }
    Ok(())
}

/// Numbers of a sample stay far below what 32 bits hold, so that nothing is lost on the way to a cell's number.
fn decimal(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

fn serial(day: NaiveDate, epoch: Epoch) -> f64 {
    let from_1900 = (day - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default()).num_days();
    decimal(if epoch == Epoch::Year1904 { from_1900 - BETWEEN_EPOCHS } else { from_1900 })
}

/// The same workbook marked as counting from 1904: the writing library has no setting for it, so the archive is
/// copied entry by entry and the workbook's properties changed on the way.
fn count_from_1904(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut copy = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        if name == "xl/workbook.xml" {
            let text = String::from_utf8_lossy(&content).replacen("<workbookPr ", "<workbookPr date1904=\"1\" ", 1);
            content = text.into_bytes();
        }
        copy.start_file(name, options)?;
        copy.write_all(&content)?;
    }
    Ok(copy.finish()?.into_inner())
}
