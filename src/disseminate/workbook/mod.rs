//! The report as an Excel workbook: a cover, the contents, one sheet a table with its native charts, and
//! the notes. Numbers are numbers at full precision with a form on top, so whoever opens it can go on
//! calculating; no cell is merged, no text is ever read as a formula, no sheet needs the others.

mod charts;
mod front;
mod notes;
mod style;
mod tables;

use super::edition_label;
use crate::error::{Error, Result};
use crate::model::result::{Definition, Report, Section, Table};
use crate::model::{Language, Period};
use crate::text;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Url, Workbook, Worksheet, XlsxError};
use style::Styles;

/// A4 in Excel's list of papers.
const A4: u8 = 9;
/// Characters in a line of running text: what an A4 sheet shows without shrinking.
const LINE: usize = 95;
/// Height of a line of text in points.
const LINE_HEIGHT: f64 = 15.0;

/// What every sheet needs to know.
struct Book<'a> {
    report: &'a Report,
    language: Language,
    styles: Styles,
    tables: Vec<Planned<'a>>,
}

/// A table and the sheet it gets.
struct Planned<'a> {
    sheet: String,
    section: &'a Section,
    table: &'a Table,
    position: usize,
}

/// The whole workbook as the bytes of an `.xlsx` file.
pub(super) fn write(report: &Report, language: Language) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report, language)?);
    let tables = plan(report, language);
    let book = Book { report, language, styles: Styles::new(language), tables };
    front::write_cover(&book, workbook.add_worksheet())?;
    front::write_contents(&book, workbook.add_worksheet())?;
    for planned in &book.tables {
        tables::write(&book, planned, workbook.add_worksheet())?;
    }
    notes::write(&book, workbook.add_worksheet())?;
    workbook.save_to_buffer().map_err(refused)
}

fn plan(report: &Report, language: Language) -> Vec<Planned<'_>> {
    let tables = report.sections.iter().flat_map(|section| section.tables.iter().map(move |table| (section, table)));
    let planned = |(position, (section, table)): (usize, (_, _))| {
        let sheet = text::say(language, "report-table-number", &[("number", (position + 1).to_string())]);
        Planned { sheet, section, table, position }
    };
    tables.enumerate().map(planned).collect()
}

/// The document's own words. Its date is the last day of the period: the clock would change the bytes.
fn properties(report: &Report, language: Language) -> Result<DocProperties> {
    let day = report.period.parse::<Period>().ok().and_then(Period::last_day);
    let day = day.map_or_else(|| "2000-01-01".to_owned(), |day| day.to_string());
    let created = ExcelDateTime::parse_from_str(&day).map_err(refused)?;
    let arguments = [("area", report.area_name.get(language).to_owned()), ("period", report.period.clone())];
    Ok(DocProperties::new()
        .set_title(report.title.get(language))
        .set_subject(text::say(language, "report-subject", &arguments))
        .set_company(report.area_name.get(language))
        .set_status(edition_label(report.edition, language))
        .set_creation_datetime(&created))
}

impl<'a> Book<'a> {
    fn say(&self, id: &str) -> String {
        text::say(self.language, id, &[])
    }

    fn edition(&self) -> String {
        edition_label(self.report.edition, self.language)
    }

    fn definition(&self, id: &str) -> Option<(usize, &'a Definition)> {
        self.report.definitions.iter().enumerate().find(|(_, definition)| definition.id == id)
    }

    /// A link to the first cell of a sheet, with the words it shows.
    fn link(&self, sheet: &str, row: u32, words: &str) -> Url {
        Url::new(format!("internal:'{}'!A{}", sheet.replace('\'', "''"), row + 1)).set_text(words)
    }

    /// Name and print setup: A4, one page wide, edition and page number on every page.
    fn set_up(&self, sheet: &mut Worksheet, name: &str) -> Result<()> {
        let pages = [("page", "&P".to_owned()), ("pages", "&N".to_owned())];
        let pages = text::say(self.language, "report-page-of", &pages);
        let edition = self.edition().replace('&', "&&");
        sheet.set_name(name).map_err(refused)?;
        sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_footer(format!("&L&8{edition}&R&8{pages}"));
        sheet.set_screen_gridlines(false);
        Ok(())
    }

    /// A running text in as many rows as it needs; gives the next free row.
    fn paragraph(&self, sheet: &mut Worksheet, row: u32, words: &str, format: &rust_xlsxwriter::Format) -> Result<u32> {
        let mut row = row;
        for line in wrap(words, LINE) {
            sheet.write_string_with_format(row, 0, line, format).map_err(refused)?;
            row += 1;
        }
        Ok(row)
    }
}

/// What rust_xlsxwriter refuses is a fault of the report or of this module, never of the user.
fn refused(error: XlsxError) -> Error {
    Error::defect(format!("workbook: {error}"))
}

/// The text in lines of at most `width` characters; a longer word stays whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Position of a column as Excel counts it.
fn column(position: usize) -> Result<u16> {
    u16::try_from(position).map_err(Error::defect)
}

/// Position of a row as Excel counts it.
fn row(position: usize) -> Result<u32> {
    u32::try_from(position).map_err(Error::defect)
}

#[cfg(test)]
mod tests;
