//! The first two sheets: what this report is, and what is in it.

use super::{Book, refused};
use crate::disseminate::number;
use crate::error::Result;
use crate::model::result::{Cell, Unit};
use rust_xlsxwriter::Worksheet;

/// The cover: title, CPAS, period, edition, and what the report rests on.
pub(super) fn write_cover(book: &Book<'_>, sheet: &mut Worksheet) -> Result<()> {
    book.set_up(sheet, &book.say("report-cover"))?;
    let (report, styles) = (book.report, &book.styles);
    sheet.set_column_width(0, 40).map_err(refused)?;
    sheet.set_column_width(1, 66).map_err(refused)?;
    sheet.set_row_height(1, 34).map_err(refused)?;
    sheet.set_row_height(2, 24).map_err(refused)?;
    sheet.write_string_with_format(1, 0, report.title.get(book.language), &styles.report_title).map_err(refused)?;
    let area = format!("{} – {}", report.area_name.get(book.language), report.period);
    sheet.write_string_with_format(2, 0, area, &styles.subtitle).map_err(refused)?;
    let about = [
        ("report-label-area", report.area_name.get(book.language).to_owned()),
        ("report-label-code", report.area.clone()),
        ("report-label-period", report.period.clone()),
        ("report-label-edition", book.edition()),
    ];
    let mut row = 4;
    for (id, value) in &about {
        sheet.write_string_with_format(row, 0, book.say(id), &styles.label).map_err(refused)?;
        sheet.write_string_with_format(row, 1, value, &styles.fact(Unit::Label)).map_err(refused)?;
        row += 1;
    }
    if !report.facts.is_empty() {
        row += 1;
        sheet.write_string_with_format(row, 0, book.say("report-facts"), &styles.heading).map_err(refused)?;
    }
    for (label, value) in &report.facts {
        row += 1;
        sheet.write_string_with_format(row, 0, label.get(book.language), &styles.label).map_err(refused)?;
        write_fact(book, sheet, row, value)?;
    }
    let contents = book.say("report-contents");
    let link = book.link(&contents, 0, &contents);
    sheet.write_url_with_format(row + 2, 0, link, &styles.link).map_err(refused)?;
    Ok(())
}

fn write_fact(book: &Book<'_>, sheet: &mut Worksheet, row: u32, value: &Cell) -> Result<()> {
    // A fact has no column to take its unit from: the cell's own kind decides.
    let unit = match value {
        Cell::Label(_) | Cell::Missing(_) => Unit::Label,
        Cell::Count(_) => Unit::Count,
        Cell::Number(_) => Unit::Points,
        Cell::Eur(_) => Unit::Eur,
        Cell::Date(_) => Unit::Date,
    };
    let words = match number::missing(value) {
        Some(missing) => Some(number::missing_words(missing, book.language)),
        None => value.as_text(book.language).map(str::to_owned),
    };
    match words {
        Some(words) => {
            sheet.write_string_with_format(row, 1, words, &book.styles.fact(Unit::Label)).map_err(refused)?;
        }
        None => super::tables::write_figure(sheet, (row, 1), value, &book.styles.fact(unit))?,
    }
    Ok(())
}

/// The contents: every table by section, each a link to its sheet.
pub(super) fn write_contents(book: &Book<'_>, sheet: &mut Worksheet) -> Result<()> {
    let name = book.say("report-contents");
    book.set_up(sheet, &name)?;
    let styles = &book.styles;
    sheet.set_column_width(0, 16).map_err(refused)?;
    sheet.set_column_width(1, 90).map_err(refused)?;
    sheet.write_string_with_format(0, 0, &name, &styles.title).map_err(refused)?;
    let title = format!("{} – {}", book.report.area_name.get(book.language), book.report.period);
    sheet.write_string_with_format(1, 0, title, &styles.remark).map_err(refused)?;
    let mut row = 2;
    let mut section = None;
    for planned in &book.tables {
        if section != Some(&planned.section.id) {
            section = Some(&planned.section.id);
            row += 1;
            let heading = planned.section.title.get(book.language);
            sheet.write_string_with_format(row, 0, heading, &styles.heading).map_err(refused)?;
            row += 1;
        }
        let link = book.link(&planned.sheet, 0, &planned.sheet);
        sheet.write_url_with_format(row, 0, link, &styles.link).map_err(refused)?;
        let title = planned.table.title.get(book.language);
        sheet.write_string_with_format(row, 1, title, &styles.text.clone().set_text_wrap()).map_err(refused)?;
        row += 1;
    }
    let notes = book.say("report-notes");
    let link = book.link(&notes, 0, &notes);
    sheet.write_url_with_format(row + 1, 0, link, &styles.link).map_err(refused)?;
    sheet.write_string_with_format(row + 1, 1, book.say("report-definitions"), &styles.text).map_err(refused)?;
    Ok(())
}
