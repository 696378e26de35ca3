//! A report in one language, as templates show it: every cell in the form of the language, tables and figures numbered,
//! sentences made, charts drawn. Page and PDF are templates over the same view, so they cannot show different words.

use super::chart::Drawing;
use super::{edition_label, number, sentence, table_of};
use crate::error::{Error, Result};
use crate::model::result::{Cell, Chart, Edition, Figure, Missing, Report, Row, Section, Table, Unit};
use crate::model::{Language, Period};
use crate::text;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything a template may show.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub language: &'static str,
    pub title: String,
    pub area: String,
    pub area_name: String,
    pub period: String,
    /// The last day of the period: the date of the document, which no clock may give.
    pub day: String,
    pub edition: String,
    pub words: BTreeMap<&'static str, String>,
    pub facts: Vec<(String, String)>,
    pub sections: Vec<SectionView>,
    pub signs: Vec<(String, String)>,
    pub definitions: Vec<DefinitionView>,
}

#[derive(Debug, Serialize)]
pub(super) struct SectionView {
    pub anchor: String,
    pub title: String,
    /// The year on one page.
    pub is_summary: bool,
    pub paragraphs: Vec<String>,
    pub tables: Vec<TableView>,
}

#[derive(Debug, Serialize)]
pub(super) struct TableView {
    pub anchor: String,
    pub number: String,
    pub title: String,
    pub reading: Vec<String>,
    pub columns: Vec<ColumnView>,
    pub rows: Vec<RowView>,
    pub notes: Vec<String>,
    pub signs: Vec<(String, String)>,
    pub definitions: Vec<(String, String)>,
    pub figures: Vec<FigureView>,
}

#[derive(Debug, Serialize)]
pub(super) struct ColumnView {
    pub heading: String,
    pub is_figure: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct RowView {
    pub is_total: bool,
    pub cells: Vec<CellView>,
}

#[derive(Debug, Serialize)]
pub(super) struct CellView {
    pub text: String,
    pub is_figure: bool,
    /// Names the row to a screen reader.
    pub is_head: bool,
    /// The reason in words where the cell is empty.
    pub reason: Option<String>,
    /// The number at full precision, by which rows are sorted; a date as year, month, day.
    pub value: Option<String>,
    /// Anchor of the figure's definition.
    pub definition: Option<String>,
    /// The command that lists what is behind the figure.
    pub trace: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct FigureView {
    pub anchor: String,
    pub number: String,
    pub title: String,
    pub from: String,
    /// Id of the chart.
    #[serde(skip)]
    pub chart: String,
    /// Its figures in words.
    pub alternative: String,
    /// The name under which a PDF finds the drawing.
    pub file: String,
}

#[derive(Debug, Serialize)]
pub(super) struct DefinitionView {
    pub anchor: String,
    pub id: String,
    pub title: String,
    pub definition: String,
    pub source: String,
}

/// The charts of a report by their ids.
pub(super) type Drawings = BTreeMap<String, Drawing>;

/// All charts of the report.
pub(super) fn draw(report: &Report, language: Language) -> Result<Drawings> {
    let mut drawings = Drawings::new();
    for section in &report.sections {
        for chart in &section.charts {
            drawings.insert(chart.id.clone(), super::chart::draw(table_of(section, chart)?, chart, language)?);
        }
    }
    Ok(drawings)
}

/// The report in words.
pub(super) fn view(report: &Report, drawings: &Drawings, language: Language) -> Result<View> {
    Renderer { report, drawings, language, tables: 0, figures: 0 }.view()
}

/// Numbers tables and figures through the whole report while it turns them into words.
struct Renderer<'a> {
    report: &'a Report,
    drawings: &'a Drawings,
    language: Language,
    tables: usize,
    figures: usize,
}

impl Renderer<'_> {
    fn view(mut self) -> Result<View> {
        let (report, language) = (self.report, self.language);
        let sections = report.sections.iter().map(|section| self.section(section)).collect::<Result<_>>()?;
        let day = report.period.parse::<Period>().ok().and_then(Period::last_day);
        let facts = report.facts.iter();
        Ok(View {
            language: language.code(),
            title: spaced(report.title.get(language), language),
            area: report.area.clone(),
            area_name: report.area_name.get(language).to_owned(),
            period: report.period.clone(),
            day: day.map_or_else(|| "2000-01-01".to_owned(), |day| day.to_string()),
            edition: spaced(&edition_label(report.edition, language), language),
            words: words(report.edition, language),
            facts: facts.map(|(label, value)| (spaced(label.get(language), language), fact(value, language))).collect(),
            sections,
            signs: Missing::ALL.iter().map(|reason| sign(*reason, language)).collect(),
            definitions: self.definitions(),
        })
    }

    fn definitions(&self) -> Vec<DefinitionView> {
        let definitions = self.report.definitions.iter();
        definitions
            .map(|definition| DefinitionView {
                anchor: definition_anchor(&definition.id),
                id: definition.id.clone(),
                title: spaced(definition.title.get(self.language), self.language),
                definition: spaced(definition.definition.get(self.language), self.language),
                source: definition.source.clone(),
            })
            .collect()
    }

    fn section(&mut self, section: &Section) -> Result<SectionView> {
        let tables = section.tables.iter().map(|table| self.table(section, table)).collect::<Result<_>>()?;
        Ok(SectionView {
            anchor: format!("section-{}", section.id),
            title: spaced(section.title.get(self.language), self.language),
            is_summary: section.is_summary,
            paragraphs: section
                .paragraphs
                .iter()
                .map(|words| spaced(words.get(self.language), self.language))
                .collect(),
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
            Some((definition_anchor(id), spaced(definition.title.get(language), language)))
        });
        Ok(TableView {
            anchor: format!("table-{}", table.id),
            number,
            title: spaced(table.title.get(language), language),
            reading: table
                .reading
                .iter()
                .map(|one| sentence::say(one, language).map(|words| spaced(&words, language)))
                .collect::<Result<_>>()?,
            columns: columns(table, language),
            rows: table.rows.iter().map(|row| self.row(table, row)).collect::<Result<_>>()?,
            notes: table.notes.iter().map(|note| spaced(note.get(language), language)).collect(),
            signs: Missing::ALL
                .into_iter()
                .filter(|reason| holds(*reason))
                .map(|reason| sign(reason, language))
                .collect(),
            definitions: definitions.collect(),
            figures,
        })
    }

    fn row(&self, table: &Table, row: &Row) -> Result<RowView> {
        if row.cells.len() != table.columns.len() {
            return Err(Error::defect(format!("a row of table {} has {} cells", table.id, row.cells.len())));
        }
        let cell = |(position, cell): (usize, &Cell)| {
            let unit = table.columns[position].unit;
            let reason = number::missing(cell).map(|reason| number::missing_words(reason, self.language));
            let figure = row.figures.get(position).and_then(Option::as_ref).filter(|_| reason.is_none());
            let is_defined =
                |figure: &&Figure| self.report.definitions.iter().any(|known| known.id == figure.indicator);
            CellView {
                text: number::cell(cell, unit, self.language),
                is_figure: unit != Unit::Label,
                is_head: position == 0 && unit == Unit::Label,
                reason,
                value: plain(cell),
                definition: figure.filter(is_defined).map(|figure| definition_anchor(&figure.indicator)),
                trace: figure.and_then(|figure| self.trace(figure)),
            }
        };
        Ok(RowView { is_total: row.is_total, cells: row.cells.iter().enumerate().map(cell).collect() })
    }

    /// What a user types in the project's folder to see the rows behind a figure of a CPAS.
    fn trace(&self, figure: &Figure) -> Option<String> {
        let dimensions = figure.dimensions.iter().map(|(name, code)| format!(" --dimension {name}={code}"));
        let dimensions: String = dimensions.collect();
        let (indicator, cpas, period) = (&figure.indicator, figure.cpas.as_ref()?, &self.report.period);
        Some(format!("parcours trace {indicator} --cpas {cpas} --year {period}{dimensions}"))
    }

    fn figure(&mut self, chart: &Chart, table: &str) -> Result<FigureView> {
        self.figures += 1;
        let drawing = drawn(self.drawings, &chart.id)?;
        let number = [("number", self.figures.to_string())];
        Ok(FigureView {
            anchor: format!("figure-{}", chart.id),
            number: text::say(self.language, "report-figure-number", &number),
            title: spaced(chart.title.get(self.language), self.language),
            from: text::say(self.language, "report-figures-from", &[("table", table.to_owned())]),
            chart: chart.id.clone(),
            alternative: drawing.alternative.clone(),
            file: format!("figure-{}.svg", self.figures),
        })
    }
}

impl FigureView {
    /// The drawing.
    pub(super) fn chart<'d>(&self, drawings: &'d Drawings) -> Result<&'d Drawing> {
        drawn(drawings, &self.chart)
    }
}

fn drawn<'d>(drawings: &'d Drawings, chart: &str) -> Result<&'d Drawing> {
    drawings.get(chart).ok_or_else(|| Error::defect(format!("chart {chart} was not drawn")))
}

/// French sets a blank before its high signs; no line may break there.
fn spaced(text: &str, language: Language) -> String {
    if language != Language::Fr {
        return text.to_owned();
    }
    let narrow = [" ;", " !", " ?", " %"]
        .iter()
        .fold(text.to_owned(), |text, sign| text.replace(sign, &sign.replace(' ', "\u{202f}")));
    narrow.replace(" :", "\u{a0}:").replace("« ", "«\u{a0}").replace(" »", "\u{a0}»")
}

/// The templates' own words, by the name they use.
fn words(edition: Edition, language: Language) -> BTreeMap<&'static str, String> {
    // What is behind a figure of everybody's edition nobody outside can list.
    let figure_help = match edition {
        Edition::Internal => "report-figure-help",
        Edition::Public => "report-figure-help-public",
    };
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
        ("sort", "report-sort"),
        ("filter", "report-filter"),
        ("close", "report-close"),
        ("copy", "report-copy"),
        ("copied", "report-copied"),
        ("definition", "report-definition"),
        ("trace", "report-trace"),
        ("rows", "report-rows"),
        ("all_rows", "report-all-rows"),
        ("figure_help", figure_help),
    ];
    ids.into_iter().map(|(name, id)| (name, spaced(&text::say(language, id, &[]), language))).collect()
}

fn columns(table: &Table, language: Language) -> Vec<ColumnView> {
    let columns = table.columns.iter();
    columns
        .map(|column| ColumnView {
            heading: spaced(column.heading.get(language), language),
            is_figure: column.unit != Unit::Label,
        })
        .collect()
}

/// A cell as programs sort it.
fn plain(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Date(day) => Some(day.format("%Y%m%d").to_string()),
        _ if number::missing(cell).is_some() => None,
        _ => cell.as_number().map(|number| number.to_string()),
    }
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
