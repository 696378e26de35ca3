//! Result tables rendered for people: charts, workbook, page, PDF.
//!
//! Everything shown is in the [`Report`]: nothing here computes a figure, reads a clock or asks for the
//! order of a hash, so the same report gives the same bytes. Chart, workbook, page and PDF are leaves that do
//! not know each other; this file joins them. They share the form of numbers (`number`), the choice of the rows
//! that a chart can show (`selection`), and page and PDF the words they show (`view`).

mod chart;
mod degree;
#[cfg(test)]
mod fixture;
mod number;
mod page;
mod pdf;
mod proof;
mod selection;
mod sentence;
mod view;
mod workbook;

use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::{Chart, Edition, Rendering, Report, Section, Table};
use crate::text;
use std::path::Path;

/// A report rendered in one language; empty is what was not asked for.
pub struct Rendered {
    /// The bytes of an `.xlsx` file.
    pub workbook: Option<Vec<u8>>,
    /// One HTML page that needs no other file, no network and no script.
    pub page: Option<String>,
    /// The bytes of a PDF.
    pub pdf: Option<Vec<u8>>,
    /// Each chart as an SVG drawing with its own light background: id and content.
    pub charts: Vec<(String, String)>,
}

/// Renders a report in a language, and reads every number of what it made again (`proof`).
///
/// A file `page.html`, `page.css`, `page.js` or `report.typ` in `project_templates` takes the place of the one built in.
///
/// # Errors
/// When a template of the project is broken, or what was made does not show the report's figures.
pub fn render(
    report: &Report,
    language: Language,
    wanted: &[Rendering],
    project_templates: Option<&Path>,
) -> Result<Rendered> {
    let is_wanted = |rendering| wanted.contains(&rendering);
    let drawings = view::draw(report, language)?;
    let view = view::view(report, &drawings, language)?;
    let logo = report.logo.as_ref();
    let rendered = Rendered {
        workbook: is_wanted(Rendering::Workbook).then(|| workbook::write(report, language)).transpose()?,
        page: is_wanted(Rendering::Page)
            .then(|| page::render(&view, &drawings, logo, project_templates))
            .transpose()?,
        pdf: is_wanted(Rendering::Pdf).then(|| pdf::render(&view, &drawings, logo, project_templates)).transpose()?,
        charts: if is_wanted(Rendering::Charts) {
            drawings.iter().map(|(id, drawing)| (id.clone(), drawing.svg.clone())).collect()
        } else {
            Vec::new()
        },
    };
    proof::prove(report, &rendered, &drawings, language, project_templates.is_some())?;
    Ok(rendered)
}

/// The templates built in, name and content: a report made by others is another one.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    page::TEMPLATES.into_iter().chain([(pdf::NAME, pdf::TEMPLATE)])
}

/// A report as a workbook alone.
pub fn workbook(report: &Report, language: Language) -> Result<Vec<u8>> {
    workbook::write(report, language)
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
        Edition::Public => text::say(language, "report-edition-public", &[]),
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
            let rendered = render(&report, language, &Rendering::ALL, None).unwrap();
            std::fs::write(folder.join(format!("{language}.xlsx")), rendered.workbook.unwrap()).unwrap();
            std::fs::write(folder.join(format!("{language}.html")), rendered.page.unwrap()).unwrap();
            std::fs::write(folder.join(format!("{language}.pdf")), rendered.pdf.unwrap()).unwrap();
            for (id, svg) in rendered.charts {
                std::fs::write(folder.join(format!("{language}-{id}.svg")), svg).unwrap();
            }
        }
    }
}
