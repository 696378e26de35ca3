//! Result tables: what analyse hands to disseminate. Everything a renderer shows is in here, typed
//! and in four languages; a renderer never computes a figure and never looks behind these types.

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

/// A chart, drawn from a table of the same section.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Id, unique in the report.
    pub id: String,
    /// Title, says what to see.
    pub title: LocalText,
    /// Id of the table it shows.
    pub table: String,
    /// What it draws.
    pub kind: ChartKind,
}

/// The kinds of chart, with the keys of the columns they draw. Rows marked as total are left out.
#[derive(Debug, Clone, PartialEq)]
pub enum ChartKind {
    /// Two points a row joined by a line: before and after.
    Dumbbell {
        /// Key of the label column.
        label: String,
        /// Key of the column with the value before.
        before: String,
        /// Key of the column with the value after.
        after: String,
        /// Keys of the columns with the limits of the change, where the table has them; positive is better.
        interval: Option<(String, String)>,
        /// The scale: its ends are those of the axis.
        scale: ChartScale,
    },
    /// A bar a row, cut into parts that add up to 100 %: improved, unchanged, worsened.
    Stacked {
        /// Key of the label column.
        label: String,
        /// Keys of the columns with the parts in per cent, in reading order.
        parts: Vec<String>,
        /// Key of the column with the number of cases, shown beside the bar.
        cases: Option<String>,
    },
    /// Small panels, one a row: the mean level at each time, with the number of cases behind it.
    Trajectory {
        /// Key of the label column.
        label: String,
        /// Each time (months since the start) with the keys of the columns with its level and its number of cases.
        times: Vec<(String, String, String)>,
        /// The scale: its ends are those of the axis.
        scale: ChartScale,
    },
    /// One value a period in their order, with its interval; a break in the series is marked.
    Series {
        /// Key of the label column: the period.
        label: String,
        /// Key of the value column.
        value: String,
        /// Keys of the columns with the limits, where the table has them.
        interval: Option<(String, String)>,
        /// Key of the column that says why a period cannot be compared with the one before; empty where it can.
        remark: Option<String>,
    },
    /// A group of bars a row, one bar a column, each a part of the one before (referred, started, completed).
    Funnel {
        /// Key of the label column.
        label: String,
        /// Keys of the step columns, widest first.
        steps: Vec<String>,
    },
    /// A bar for the realised value against a mark for the target, as a share of the target.
    Bullet {
        /// Key of the label column.
        label: String,
        /// Key of the realised value.
        realised: String,
        /// Key of the target.
        target: String,
        /// Key of the column that says whether the target is the least or the most, where the table has it.
        direction: Option<String>,
    },
    /// One bar a row.
    Bars {
        /// Key of the label column.
        label: String,
        /// Key of the value column.
        value: String,
    },
    /// A map of tiles, one a row: the darker, the higher.
    Tiles {
        /// Key of the label column.
        label: String,
        /// Key of the value column.
        value: String,
        /// Column and row of each row's tile, where it has one.
        places: Vec<Option<(u8, u8)>>,
    },
    /// A box a row: lowest, quartiles, highest.
    Spread {
        /// Key of the label column.
        label: String,
        /// Keys of the five columns, lowest first.
        marks: [String; 5],
    },
    /// A point a row by its number of cases, between the limits that chance alone keeps it in.
    Limits {
        /// Key of the label column.
        label: String,
        /// Key of the number of cases.
        size: String,
        /// Key of the value column.
        value: String,
        /// Keys of the limits: the outer low, the inner low, the inner high, the outer high.
        limits: [String; 4],
    },
}

/// The columns that a chart draws, by their keys.
#[derive(Debug, Clone)]
pub struct Drawn<'k> {
    /// The labels.
    pub label: &'k String,
    /// Values that a row must have.
    pub needed: Vec<&'k String>,
    /// Values that it may lack.
    pub more: Vec<&'k String>,
    /// A remark on the row.
    pub remark: Option<&'k String>,
}

impl ChartKind {
    /// The columns it draws.
    pub fn columns(&self) -> Drawn<'_> {
        fn ends(pair: &Option<(String, String)>) -> Vec<&String> {
            pair.iter().flat_map(|(low, high)| [low, high]).collect()
        }
        let drawn = |label, needed, more, remark| Drawn { label, needed, more, remark };
        match self {
            ChartKind::Dumbbell { label, before, after, interval, .. } => {
                drawn(label, vec![before, after], ends(interval), None)
            }
            ChartKind::Stacked { label, parts, cases } => {
                drawn(label, parts.iter().collect(), cases.iter().collect(), None)
            }
            ChartKind::Trajectory { label, times, .. } => {
                let levels = times.iter().map(|(_, level, _)| level);
                drawn(label, Vec::new(), levels.chain(times.iter().map(|(_, _, cases)| cases)).collect(), None)
            }
            ChartKind::Series { label, value, interval, remark } => {
                drawn(label, vec![value], ends(interval), remark.as_ref())
            }
            ChartKind::Funnel { label, steps } => drawn(label, steps.iter().collect(), Vec::new(), None),
            ChartKind::Bullet { label, realised, target, direction } => {
                drawn(label, vec![realised, target], Vec::new(), direction.as_ref())
            }
            ChartKind::Bars { label, value } | ChartKind::Tiles { label, value, .. } => {
                drawn(label, vec![value], Vec::new(), None)
            }
            ChartKind::Spread { label, marks } => drawn(label, marks.iter().collect(), Vec::new(), None),
            ChartKind::Limits { label, size, value, limits } => {
                drawn(label, [size, value].into_iter().chain(limits).collect(), Vec::new(), None)
            }
        }
    }
}

/// A scale of a measuring instrument, as a chart needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartScale {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// True when a higher value is better.
    pub higher_is_better: bool,
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
