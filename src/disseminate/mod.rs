//! Result tables rendered for people: charts, workbook, page.
//!
//! Everything shown is in the [`Report`]: nothing here computes a figure, reads a clock or asks for the
//! order of a hash, so the same report gives the same bytes. Chart, workbook and page are leaves that do
//! not know each other; this file joins them. They share the form of numbers ([`number`]) and the choice
//! of the rows that a chart can show.

pub mod chart;
#[cfg(test)]
mod fixture;
pub mod number;
pub mod page;
mod selection;
pub mod workbook;

use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::{Chart, Edition, Report, Section, Table};
use crate::text;
use std::collections::BTreeMap;
use std::path::Path;

/// The report as an Excel workbook (the bytes of an `.xlsx` file).
pub fn workbook(report: &Report, language: Language) -> Result<Vec<u8>> {
    workbook::write(report, language)
}

/// The report as one HTML page that needs no other file, no network and no script.
///
/// A file `page.html` or `page.css` in `project_templates` takes the place of the one built in.
pub fn page(report: &Report, language: Language, project_templates: Option<&Path>) -> Result<String> {
    let mut drawings = BTreeMap::new();
    for section in &report.sections {
        for drawn in &section.charts {
            drawings.insert(drawn.id.clone(), chart(table_of(section, drawn)?, drawn, language)?);
        }
    }
    page::render(report, &drawings, language, project_templates)
}

/// One chart as an SVG drawing with its own light background, a title and the figures as text.
pub fn chart(table: &Table, chart: &Chart, language: Language) -> Result<String> {
    chart::draw(table, chart, language)
}

/// The table a chart is drawn from.
fn table_of<'a>(section: &'a Section, chart: &Chart) -> Result<&'a Table> {
    section.tables.iter().find(|table| table.id == chart.table).ok_or_else(|| {
        Error::defect(format!("chart {} shows table {}, which section {} lacks", chart.id, chart.table, section.id))
    })
}

/// Who may see the report, in words.
fn edition_label(edition: Edition, language: Language) -> String {
    match edition {
        Edition::Internal => text::say(language, "report-edition-internal", &[]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// `say` falls back to English, so a missing translation would pass unseen.
    #[test]
    fn the_words_of_reports_exist_in_every_language() {
        let ids = |file: &str| -> BTreeSet<String> {
            let names = file.lines().filter(|line| line.starts_with("report-"));
            names.filter_map(|line| line.split_once(" =")).map(|(id, _)| id.to_owned()).collect()
        };
        let english = ids(include_str!("../../text/en.ftl"));
        assert!(english.len() > 30);
        for other in
            [include_str!("../../text/fr.ftl"), include_str!("../../text/nl.ftl"), include_str!("../../text/de.ftl")]
        {
            assert_eq!(ids(other), english);
        }
    }
}

#[cfg(test)]
mod look {
    //! Not a check: writes the fixture's workbook, page and charts into the folder that the variable
    //! `PARCOURS_LOOK` names, for a person to look at.

    use super::*;

    #[test]
    fn write_for_the_eye() {
        let Some(folder) = std::env::var_os("PARCOURS_LOOK") else { return };
        let folder = std::path::PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let report = fixture::report();
        for language in Language::ALL {
            std::fs::write(folder.join(format!("{language}.xlsx")), workbook(&report, language).unwrap()).unwrap();
            std::fs::write(folder.join(format!("{language}.html")), page(&report, language, None).unwrap()).unwrap();
            for section in &report.sections {
                for drawn in &section.charts {
                    let svg = chart(table_of(section, drawn).unwrap(), drawn, language).unwrap();
                    std::fs::write(folder.join(format!("{language}-{}.svg", drawn.id)), svg).unwrap();
                }
            }
        }
    }
}
