//! The report as one HTML page: readable without network, script or any other file, on paper, on a phone
//! and with a screen reader. The words and the order are made here; how they look is in
//! `reports/templates/page.html` and `page.css`, which a project folder may replace.

use super::{edition_label, number};
use crate::error::{Error, Place, Result};
use crate::model::Language;
use crate::model::result::{Cell, Chart, Missing, Report, Section, Table, Unit};
use crate::text;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The templates built in: name and content.
const TEMPLATES: [(&str, &str); 2] = [
    ("page.html", include_str!("../../reports/templates/page.html")),
    ("page.css", include_str!("../../reports/templates/page.css")),
];

/// Everything the template may show.
#[derive(Serialize)]
struct View {
    language: &'static str,
    title: String,
    area: String,
    area_name: String,
    period: String,
    edition: String,
    /// The edition as a quoted string of a style sheet, for the margin of the printed page.
    edition_in_css: String,
    words: BTreeMap<&'static str, String>,
    facts: Vec<(String, String)>,
    sections: Vec<SectionView>,
    signs: Vec<(String, String)>,
    definitions: Vec<DefinitionView>,
}

#[derive(Serialize)]
struct SectionView {
    anchor: String,
    title: String,
    paragraphs: Vec<String>,
    tables: Vec<TableView>,
}

#[derive(Serialize)]
struct TableView {
    anchor: String,
    number: String,
    title: String,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    notes: Vec<String>,
    signs: Vec<(String, String)>,
    definitions: Vec<(String, String)>,
    figures: Vec<FigureView>,
}

#[derive(Serialize)]
struct ColumnView {
    heading: String,
    is_figure: bool,
}

#[derive(Serialize)]
struct RowView {
    is_total: bool,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    text: String,
    is_figure: bool,
    /// Names the row to a screen reader.
    is_head: bool,
    /// The reason in words where the cell is empty.
    reason: Option<String>,
}

#[derive(Serialize)]
struct FigureView {
    anchor: String,
    number: String,
    title: String,
    from: String,
    drawing: String,
}

#[derive(Serialize)]
struct DefinitionView {
    anchor: String,
    id: String,
    title: String,
    definition: String,
    source: String,
}

/// The page, with the drawings of the report's charts by their ids.
pub(super) fn render(
    report: &Report,
    drawings: &BTreeMap<String, String>,
    language: Language,
    project_templates: Option<&Path>,
) -> Result<String> {
    let view = Renderer { report, drawings, language, tables: 0, figures: 0 }.view()?;
    let environment = environment(project_templates)?;
    let template = environment.get_template("page.html").map_err(|error| broken(&error, project_templates))?;
    let html = template.render(Serde(view)).map_err(|error| broken(&error, project_templates))?;
    // No HTML document may hold a control character; exports of old systems do.
    Ok(html.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect())
}

fn environment(project_templates: Option<&Path>) -> Result<Environment<'static>> {
    let mut environment = Environment::new();
    // A word that a template misspells must be an error, not a hole in the report.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // The style sheet is included as it stands: nothing of the report is written into it.
    let escape = |name: &str| if name.ends_with(".css") { AutoEscape::None } else { AutoEscape::Html };
    environment.set_auto_escape_callback(escape);
    for (name, built_in) in TEMPLATES {
        let own = project_templates.map(|folder| folder.join(name)).filter(|file| file.exists());
        let source = match own {
            None => built_in.to_owned(),
            Some(file) => std::fs::read_to_string(&file).map_err(|error| {
                Error::usage("report-template-unreadable").with("cause", error).at(Place::file(&file))
            })?,
        };
        environment.add_template_owned(name, source).map_err(|error| broken(&error, project_templates))?;
    }
    Ok(environment)
}

/// A fault in a template is the user's where the user's file took the place of the one built in.
fn broken(error: &minijinja::Error, project_templates: Option<&Path>) -> Error {
    let name = error.name().unwrap_or("page.html").to_owned();
    match project_templates.map(|folder| folder.join(&name)).filter(|file| file.exists()) {
        None => Error::defect(format!("{name}: {error:#}")),
        Some(file) => {
            let place = Place::file(file);
            let place = match error.line() {
                Some(line) => place.row(u64::try_from(line).unwrap_or_default()),
                None => place,
            };
            Error::usage("report-template-broken").with("template", name).with("cause", format!("{error:#}")).at(place)
        }
    }
}

/// Numbers tables and figures through the whole report while it turns them into words.
struct Renderer<'a> {
    report: &'a Report,
    drawings: &'a BTreeMap<String, String>,
    language: Language,
    tables: usize,
    figures: usize,
}

impl Renderer<'_> {
    fn view(mut self) -> Result<View> {
        let (report, language) = (self.report, self.language);
        let sections = report.sections.iter().map(|section| self.section(section)).collect::<Result<_>>()?;
        let edition = edition_label(report.edition, language);
        Ok(View {
            language: language.code(),
            title: report.title.get(language).to_owned(),
            area: report.area.clone(),
            area_name: report.area_name.get(language).to_owned(),
            period: report.period.clone(),
            edition_in_css: css_string(&edition),
            edition,
            words: words(language),
            facts: report
                .facts
                .iter()
                .map(|(label, value)| (label.get(language).to_owned(), fact(value, language)))
                .collect(),
            sections,
            signs: REASONS.iter().map(|reason| sign(*reason, language)).collect(),
            definitions: self.definitions(),
        })
    }

    fn definitions(&self) -> Vec<DefinitionView> {
        let definitions = self.report.definitions.iter();
        definitions
            .map(|definition| DefinitionView {
                anchor: definition_anchor(&definition.id),
                id: definition.id.clone(),
                title: definition.title.get(self.language).to_owned(),
                definition: definition.definition.get(self.language).to_owned(),
                source: definition.source.clone(),
            })
            .collect()
    }

    fn section(&mut self, section: &Section) -> Result<SectionView> {
        let mut tables = Vec::new();
        for table in &section.tables {
            tables.push(self.table(section, table)?);
        }
        Ok(SectionView {
            anchor: format!("section-{}", section.id),
            title: section.title.get(self.language).to_owned(),
            paragraphs: section.paragraphs.iter().map(|words| words.get(self.language).to_owned()).collect(),
            tables,
        })
    }

    fn table(&mut self, section: &Section, table: &Table) -> Result<TableView> {
        self.tables += 1;
        let language = self.language;
        let number = text::say(language, "report-table-number", &[("number", self.tables.to_string())]);
        let drawn = section.charts.iter().filter(|chart| chart.table == table.id);
        let figures = drawn.map(|chart| self.figure(chart, &number)).collect::<Result<_>>()?;
        let holds = |reason: Missing| {
            table.rows.iter().flat_map(|row| &row.cells).any(|cell| number::missing(cell) == Some(reason))
        };
        let definitions = table.indicators.iter().filter_map(|id| {
            let definition = self.report.definitions.iter().find(|definition| definition.id == *id)?;
            Some((definition_anchor(id), definition.title.get(language).to_owned()))
        });
        Ok(TableView {
            anchor: format!("table-{}", table.id),
            number,
            title: table.title.get(language).to_owned(),
            columns: columns(table, language),
            rows: rows(table, language)?,
            notes: table.notes.iter().map(|note| note.get(language).to_owned()).collect(),
            signs: REASONS.into_iter().filter(|reason| holds(*reason)).map(|reason| sign(reason, language)).collect(),
            definitions: definitions.collect(),
            figures,
        })
    }

    fn figure(&mut self, chart: &Chart, table: &str) -> Result<FigureView> {
        self.figures += 1;
        let drawing = self.drawings.get(&chart.id);
        let drawing = drawing.ok_or_else(|| Error::defect(format!("chart {} was not drawn", chart.id)))?;
        let number = [("number", self.figures.to_string())];
        Ok(FigureView {
            anchor: format!("figure-{}", chart.id),
            number: text::say(self.language, "report-figure-number", &number),
            title: chart.title.get(self.language).to_owned(),
            from: text::say(self.language, "report-figures-from", &[("table", table.to_owned())]),
            drawing: drawing.clone(),
        })
    }
}

/// All reasons for an empty cell, in the order of the legend.
const REASONS: [Missing; 3] = [Missing::NotComputable, Missing::NotRecorded, Missing::NotApplicable];

/// The page's own words, by the name the template uses.
fn words(language: Language) -> BTreeMap<&'static str, String> {
    let ids = [
        ("skip", "report-skip"),
        ("contents", "report-contents"),
        ("facts", "report-facts"),
        ("code", "report-label-code"),
        ("period", "report-label-period"),
        ("edition", "report-label-edition"),
        ("definitions", "report-definitions"),
        ("definitions_of_table", "report-definitions-of-table"),
        ("notes", "report-notes"),
        ("source", "report-source"),
        ("no_rows", "report-no-rows"),
        ("empty_cells", "report-empty-cells"),
        ("back", "report-back-to-top"),
    ];
    ids.into_iter().map(|(name, id)| (name, text::say(language, id, &[]))).collect()
}

fn columns(table: &Table, language: Language) -> Vec<ColumnView> {
    let view = |column: &crate::model::result::Column| ColumnView {
        heading: column.heading.get(language).to_owned(),
        is_figure: column.unit != Unit::Label,
    };
    table.columns.iter().map(view).collect()
}

fn rows(table: &Table, language: Language) -> Result<Vec<RowView>> {
    let mut rows = Vec::new();
    for row in &table.rows {
        if row.cells.len() != table.columns.len() {
            return Err(Error::defect(format!("a row of table {} has {} cells", table.id, row.cells.len())));
        }
        let cells = row.cells.iter().zip(&table.columns).enumerate().map(|(position, (cell, column))| CellView {
            text: number::cell(cell, column.unit, language),
            is_figure: column.unit != Unit::Label,
            is_head: position == 0 && column.unit == Unit::Label,
            reason: number::missing(cell).map(|reason| number::missing_words(reason, language)),
        });
        rows.push(RowView { is_total: row.is_total, cells: cells.collect() });
    }
    Ok(rows)
}

fn fact(value: &Cell, language: Language) -> String {
    match number::missing(value) {
        Some(missing) => number::missing_words(missing, language),
        None => number::cell(value, Unit::Points, language),
    }
}

fn sign(reason: Missing, language: Language) -> (String, String) {
    (number::missing_sign(reason, language), number::missing_words(reason, language))
}

/// An indicator's id as an anchor: its dots and underscores would need escaping in a style sheet.
fn definition_anchor(id: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    format!("definition-{}", id.chars().map(plain).collect::<String>())
}

/// A quoted string of CSS that also cannot end the style element around it.
fn css_string(words: &str) -> String {
    let mut quoted = String::from("\"");
    for character in words.chars() {
        match character {
            '"' | '\\' | '<' | '>' | '&' | '\n' | '\r' => quoted.push_str(&format!("\\{:x} ", u32::from(character))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
