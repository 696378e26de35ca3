//! Result tables: what analyse hands to disseminate. Everything a renderer shows is in here, typed
//! and in four languages; a renderer never computes a figure and never looks behind these types.

mod chart;

pub use self::chart::{Chart, ChartKind, ChartScale, Drawn};

use super::{Language, LocalText};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole report, ready to be rendered in any language.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Id of the report definition, e.g. `annual`.
    pub id: String,
    /// Title, e.g. "Annual evaluation report".
    pub title: LocalText,
    /// Code of the area reported on (NIS code of a CPAS).
    pub area: String,
    /// Name of that area, e.g. "CPAS de Liège" / "OCMW Luik".
    pub area_name: LocalText,
    /// The period reported on, e.g. `2017`.
    pub period: String,
    /// Who may see it; shown on every page and sheet.
    pub edition: Edition,
    /// Facts for the cover (submissions read, rows received, ...), a label and a value each.
    pub facts: Vec<(LocalText, Cell)>,
    /// The sections in reading order.
    pub sections: Vec<Section>,
    /// The definition of every indicator used, in order of first use.
    pub definitions: Vec<Definition>,
    /// The agency's mark, where it gave one.
    pub logo: Option<Picture>,
}

/// A picture that a report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What the bytes are: `png`, `jpeg` or `svg`.
    pub kind: &'static str,
    /// The file's content.
    pub bytes: Vec<u8>,
}

/// Who may see an edition of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// For who made it: small numbers are shown, not to be passed on.
    #[default]
    Internal,
    /// For everybody: disclosure control decided what is shown.
    Public,
}

/// A chapter of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Id, unique in the report, usable as an anchor: `[a-z0-9-]+`.
    pub id: String,
    /// Heading.
    pub title: LocalText,
    /// True for the year on one page, with which a report begins.
    pub is_summary: bool,
    /// Paragraphs before the tables.
    pub paragraphs: Vec<LocalText>,
    /// The tables in reading order.
    pub tables: Vec<Table>,
    /// The charts, each drawn from one of this section's tables.
    pub charts: Vec<Chart>,
}

/// One table: columns, rows and what must be known to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Id, unique in the report, usable as an anchor and a sheet name: `[a-z0-9-]+`, at most 31 characters.
    pub id: String,
    /// Title: what is counted, about whom, when.
    pub title: LocalText,
    /// Columns, the dimension columns first.
    pub columns: Vec<Column>,
    /// Rows; each has one cell a column.
    pub rows: Vec<Row>,
    /// What the figures say, made from them; read before the table.
    pub reading: Vec<Sentence>,
    /// Notes below the table.
    pub notes: Vec<LocalText>,
    /// Ids of the indicators the figures come from (see [`Report::definitions`]).
    pub indicators: Vec<String>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The cells, one a column.
    pub cells: Vec<Cell>,
    /// The figure each cell shows, one a cell, or none at all where the table shows no figures of indicators.
    pub figures: Vec<Option<Figure>>,
    /// True for the row that stands for all the others (shown in bold, left out of charts).
    pub is_total: bool,
}

/// Which figure of the catalogue a cell shows: by this it is defined and traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Indicator id, e.g. `progress.change`.
    pub indicator: String,
    /// Dimensions and their codes.
    pub dimensions: BTreeMap<String, String>,
    /// The CPAS whose figure it is: such a one can be traced to its rows.
    pub cpas: Option<String>,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rendering {
    /// An `.xlsx` file.
    Workbook,
    /// An HTML page.
    Page,
    /// A PDF.
    Pdf,
    /// Each chart as an SVG drawing.
    Charts,
}

impl Rendering {
    /// All there are.
    pub const ALL: [Rendering; 4] = [Rendering::Workbook, Rendering::Page, Rendering::Pdf, Rendering::Charts];
}

/// A sentence made from figures: its words and what they fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The words.
    pub wording: Wording,
    /// What they fill in, by name.
    pub arguments: Vec<(String, Argument)>,
}

/// The words of a sentence, with places for its arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Wording {
    /// A message of `text/*.ftl`, `reading-...`.
    Known(&'static str),
    /// The report's own, as a Fluent pattern.
    Own(LocalText),
}

/// What a sentence fills in.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A text.
    Text(LocalText),
    /// A figure in the form of its unit. The words may turn on the number itself, under the name with `-number`.
    Figure(Cell, Unit),
    /// Parts, set one after the other.
    List(Vec<Sentence>),
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Key, unique in the table; charts name columns by it.
    pub key: String,
    /// Heading, with the unit where it is not plain.
    pub heading: LocalText,
    /// What the cells hold; decides number form and alignment.
    pub unit: Unit,
}

/// The unit of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A label: text, left aligned.
    Label,
    /// A whole number of people, files, readings.
    Count,
    /// Per cent, 0 to 100; shown with one decimal.
    Percent,
    /// A difference of two percentages; shown with one decimal and no sign.
    PercentagePoints,
    /// Points of a scale, or any other number; shown with two decimals.
    Points,
    /// A number of whatever its row is about; shown with two decimals, a whole one with none.
    Plain,
    /// Euro, held in cents.
    Eur,
    /// Hours; shown with one decimal.
    Hours,
    /// A date.
    Date,
}

/// The content of one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text.
    Label(LocalText),
    /// A whole number.
    Count(i64),
    /// A number at full precision (per cent 0-100, points, hours); the column's unit says the form.
    Number(f64),
    /// An amount in cents of a euro.
    Eur(i64),
    /// A date.
    Date(NaiveDate),
    /// Nothing, and why.
    Missing(Missing),
}

/// Why a cell holds nothing. Each is shown differently, with a legend; none is ever shown as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The denominator is 0 or too few values for an interval.
    NotComputable,
    /// The CPAS recorded no such thing.
    NotRecorded,
    /// The cell makes no sense in this row.
    NotApplicable,
    /// It is about too few people, or such a figure would follow from it.
    Suppressed,
}

impl Missing {
    /// All reasons, in the order of the legend.
    pub const ALL: [Missing; 4] =
        [Missing::NotComputable, Missing::NotRecorded, Missing::NotApplicable, Missing::Suppressed];
}

/// One indicator's definition, for the pages on method.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Indicator id, e.g. `progress.change`.
    pub id: String,
    /// Title.
    pub title: LocalText,
    /// What is counted, about whom, and how.
    pub definition: LocalText,
    /// Where the definition comes from.
    pub source: String,
}

impl Sentence {
    /// A sentence in the program's own words.
    pub fn known(message: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        let arguments = arguments.into_iter().map(|(name, argument)| (name.to_owned(), argument)).collect();
        Sentence { wording: Wording::Known(message), arguments }
    }
}

impl Row {
    /// A row that shows no figures of indicators.
    pub fn plain(cells: Vec<Cell>) -> Self {
        Row { cells, ..Row::default() }
    }
}

impl Table {
    /// Position of the column with this key.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.key == key)
    }
}

impl Cell {
    /// The number in the cell as it would be plotted (euro for amounts); `None` for texts, dates and empty cells.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "counts and cents stay far below 2^53")]
            Cell::Count(count) => Some(*count as f64),
            Cell::Number(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "counts and cents stay far below 2^53")]
            Cell::Eur(cents) => Some(*cents as f64 / 100.0),
            Cell::Label(_) | Cell::Date(_) | Cell::Missing(_) => None,
        }
    }

    /// A text cell in one language; `None` when the cell is no text.
    pub fn as_text(&self, language: Language) -> Option<&str> {
        match self {
            Cell::Label(text) => Some(text.get(language)),
            _ => None,
        }
    }
}
