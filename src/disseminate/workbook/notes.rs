//! The last sheet: what the signs in empty cells mean, and how each indicator is defined.

use super::{Book, LINE_HEIGHT, refused, row, wrap};
use crate::disseminate::number;
use crate::error::Result;
use crate::model::result::Missing;
use rust_xlsxwriter::Worksheet;

/// Row of the first definition: title, link, blank, heading, header, the reasons, blank, heading, header come before.
const FIRST_DEFINITION: usize = 5 + Missing::ALL.len() + 3;
/// Widths of the columns in characters: indicator, title, definition, source.
const WIDTHS: [usize; 4] = [26, 34, 74, 40];

/// Row of the definition at this position in the report.
pub(super) fn row_of_definition(position: usize) -> Result<u32> {
    row(FIRST_DEFINITION + position)
}

/// Writes the sheet.
pub(super) fn write(book: &Book<'_>, sheet: &mut Worksheet) -> Result<()> {
    let name = book.say("report-notes");
    book.set_up(sheet, &name)?;
    sheet.set_landscape();
    for (position, width) in WIDTHS.iter().enumerate() {
        sheet.set_column_width(super::column(position)?, *width as f64 + 1.0).map_err(refused)?;
    }
    let styles = &book.styles;
    sheet.write_string_with_format(0, 0, &name, &styles.title).map_err(refused)?;
    let contents = book.say("report-contents");
    let back = book.link(&contents, 0, &book.say("report-back-to-contents"));
    sheet.write_url_with_format(1, 0, back, &styles.link).map_err(refused)?;
    write_signs(book, sheet)?;
    write_definitions(book, sheet)
}

fn write_signs(book: &Book<'_>, sheet: &mut Worksheet) -> Result<()> {
    let styles = &book.styles;
    sheet.write_string_with_format(3, 0, book.say("report-empty-cells"), &styles.heading).map_err(refused)?;
    sheet.write_string_with_format(4, 0, book.say("report-sign"), &styles.header).map_err(refused)?;
    sheet.write_string_with_format(4, 1, book.say("report-meaning"), &styles.header).map_err(refused)?;
    sheet.write_string_with_format(4, 2, "", &styles.header).map_err(refused)?;
    for (position, reason) in Missing::ALL.iter().enumerate() {
        let line = row(5 + position)?;
        let sign = number::missing_sign(*reason, book.language);
        sheet.write_string_with_format(line, 0, sign, &styles.text).map_err(refused)?;
        let words = number::missing_words(*reason, book.language);
        sheet.write_string_with_format(line, 1, words, &styles.text).map_err(refused)?;
    }
    Ok(())
}

fn write_definitions(book: &Book<'_>, sheet: &mut Worksheet) -> Result<()> {
    let styles = &book.styles;
    let header = row_of_definition(0)? - 1;
    sheet.write_string_with_format(header - 1, 0, book.say("report-definitions"), &styles.heading).map_err(refused)?;
    for (column, id) in ["report-indicator", "report-title", "report-definition", "report-source"].iter().enumerate() {
        let column = super::column(column)?;
        sheet.write_string_with_format(header, column, book.say(id), &styles.header).map_err(refused)?;
    }
    for (position, definition) in book.report.definitions.iter().enumerate() {
        let line = row_of_definition(position)?;
        let cells = [
            definition.id.as_str(),
            definition.title.get(book.language),
            definition.definition.get(book.language),
            definition.source.as_str(),
        ];
        let mut lines = 1;
        for (column, words) in cells.iter().enumerate() {
            sheet.write_string_with_format(line, super::column(column)?, *words, &styles.wrapped).map_err(refused)?;
            lines = lines.max(wrap(words, WIDTHS[column]).len());
        }
        sheet.set_row_height(line, lines as f64 * LINE_HEIGHT + 3.0).map_err(refused)?;
    }
    Ok(())
}
