//! The report of a study: verdicts first, then who answered and what, the attitudes behind the items, what changed between
//! waves, and what it takes to run it again.

mod answers;
mod factors;
mod method;
mod response;
mod verdicts;

pub use self::verdicts::{VERDICTS, verdict_rows};

use super::attitudes::Attitudes;
use super::definition::Definition;
use super::design::Sample;
use super::microdata::Microdata;
use super::settings::{StudySettings, Wave};
use super::trend::Changes;
use super::verdict::Verdict;
use crate::analyse::{column, local};
use crate::catalogue::Areas;
use crate::error::Result;
use crate::model::LocalText;
use crate::model::result::{
    Cell, Chart, ChartKind, ChartScale, Column, Edition, Missing, Report, Row, Section, Table, Unit,
};

/// A wave with everything that was made of it.
pub struct Found {
    /// Its settings.
    pub wave: Wave,
    /// Its answers.
    pub microdata: Microdata,
    /// The sample they are.
    pub sample: Sample,
    /// The attitudes behind them; why there are none; nothing where they were not looked for.
    pub attitudes: Option<Result<Attitudes, LocalText>>,
    /// The verdicts on figures published of it.
    pub verdicts: Vec<Verdict>,
}

/// What a report of a study is made from.
pub struct Evidence<'e> {
    /// The questionnaire.
    pub definition: &'e Definition,
    /// The settings.
    pub settings: &'e StudySettings,
    /// The waves in the order of time.
    pub waves: &'e [Found],
    /// What changed from each wave to the next.
    pub changes: &'e [Changes],
    /// Communes and the areas above them.
    pub areas: &'e Areas,
}

/// Builds the report. It shows small numbers.
///
/// # Errors
/// A defect: a chart of a table that is not there.
pub fn build(evidence: &Evidence<'_>) -> Result<Report> {
    let mut sections = vec![verdicts::summary(evidence)];
    for found in evidence.waves {
        sections.extend(verdicts::section(evidence, found));
    }
    for found in evidence.waves {
        sections.push(response::section(evidence, found));
        sections.push(answers::section(evidence, found));
        sections.extend(factors::section(evidence, found));
    }
    sections.extend(answers::trend(evidence));
    sections.push(method::section(evidence));
    let last = evidence.waves.last();
    Ok(Report {
        id: "study".to_owned(),
        title: evidence.definition.title.clone(),
        area: "BE".to_owned(),
        area_name: evidence.areas.country(),
        period: last.map(|found| found.wave.period.to_string()).unwrap_or_default(),
        edition: Edition::Internal,
        facts: facts(evidence),
        sections,
        definitions: Vec::new(),
        logo: None,
    })
}

/// What stands on the cover.
fn facts(evidence: &Evidence<'_>) -> Vec<(LocalText, Cell)> {
    let mut facts = Vec::new();
    for found in evidence.waves {
        let of = |words: &LocalText| words.map(|_, words| format!("{words} ({})", found.wave.period));
        facts.push((
            of(&local(
                "Questionnaires utilisables",
                "Bruikbare vragenlijsten",
                "Brauchbare Fragebögen",
                "Usable questionnaires",
            )),
            number(found.microdata.rows.len()),
        ));
        if let Some(agencies) = &found.microdata.agencies {
            facts.push((
                of(&local(
                    "CPAS qui ont répondu",
                    "OCMW's die antwoordden",
                    "ÖSHZ, die geantwortet haben",
                    "CPAS that answered",
                )),
                number(agencies.words.len()),
            ));
        }
    }
    facts
}

fn number(count: usize) -> Cell {
    Cell::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A number, or the sign that there is none.
fn figure(value: Option<f64>) -> Cell {
    value.filter(|value| value.is_finite()).map_or(Cell::Missing(Missing::NotComputable), Cell::Number)
}

fn label(words: &LocalText) -> Cell {
    Cell::Label(words.clone())
}

fn same(text: impl Into<String>) -> Cell {
    Cell::Label(LocalText::same(text))
}

/// Columns of the limits of an interval.
fn limits(unit: Unit) -> [Column; 2] {
    [
        column(
            "low",
            local("Limite inférieure (95 %)", "Ondergrens (95 %)", "Untergrenze (95 %)", "Lower limit (95%)"),
            unit,
        ),
        column(
            "high",
            local("Limite supérieure (95 %)", "Bovengrens (95 %)", "Obergrenze (95 %)", "Upper limit (95%)"),
            unit,
        ),
    ]
}

/// A table with its title; nothing else yet.
fn table(id: String, title: LocalText, columns: Vec<Column>, rows: Vec<Row>) -> Table {
    Table { id, title, columns, rows, reading: Vec::new(), notes: Vec::new(), indicators: Vec::new() }
}

/// A section without content yet.
fn empty(id: String, title: LocalText) -> Section {
    Section { id, title, is_summary: false, paragraphs: Vec::new(), tables: Vec::new(), charts: Vec::new() }
}

/// A title with the period of a wave behind it.
fn of_wave(title: &LocalText, found: &Found) -> LocalText {
    title.map(|_, title| format!("{title}, {}", found.wave.period))
}

/// A code as an id of tables has it.
fn plain(code: &str) -> String {
    code.replace('_', "-")
}

fn chart(table: &Table, kind: ChartKind) -> Chart {
    Chart { id: format!("{}-chart", table.id), title: table.title.clone(), table: table.id.clone(), kind }
}

/// The scale of degrees.
fn scale_of(degrees: &[(usize, f64)]) -> ChartScale {
    let ends = |pick: fn(f64, f64) -> f64, from: f64| degrees.iter().map(|(_, value)| *value).fold(from, pick);
    ChartScale { low: ends(f64::min, f64::INFINITY), high: ends(f64::max, f64::NEG_INFINITY), higher_is_better: true }
}
