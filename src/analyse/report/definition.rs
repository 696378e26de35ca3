//! The definition of a report (`reports/*.toml`): sections, tables, columns, charts, in order and in words.

use super::super::observation::Dimensions;
use crate::catalogue::resources::Resource;
use crate::error::{Error, Result};
use crate::model::LocalText;
use crate::model::result::Unit;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportDefinition {
    pub(super) title: LocalText,
    pub(super) section: Vec<SectionDefinition>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionDefinition {
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: LocalText,
    /// A section of another report that this one shows too, as `annual/progress`: its tables come first.
    like: Option<String>,
    /// Tables of that section that are left out.
    #[serde(default)]
    without: Vec<String>,
    /// The year on one page, with which the report begins.
    #[serde(default)]
    pub(super) is_summary: bool,
    #[serde(default)]
    pub(super) paragraphs: Vec<LocalText>,
    #[serde(default)]
    pub(super) table: Vec<TableDefinition>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableDefinition {
    pub(super) id: String,
    pub(super) title: LocalText,
    /// Dimensions that make the rows; `period` and `area` among them, which are none.
    #[serde(default)]
    pub(super) rows: Vec<String>,
    /// The level of the areas in the rows: `region`, `province`, `size_class`, `cpas`.
    pub(super) level: Option<String>,
    /// Codes that dimensions must have.
    #[serde(default)]
    pub(super) fixed: Dimensions,
    /// One table for each combination of codes of these dimensions.
    #[serde(default)]
    pub(super) each: Vec<String>,
    /// Dimensions an observation may have beside those; columns may show them.
    #[serde(default)]
    pub(super) extra: Vec<String>,
    /// Show a row for the total.
    #[serde(default)]
    pub(super) total: bool,
    /// Leave the table out when it has no row.
    #[serde(default)]
    pub(super) hide_when_empty: bool,
    /// A table that is not made of observations.
    pub(super) source: Option<OtherSource>,
    /// Single figures, one a row.
    #[serde(default)]
    pub(super) line: Vec<LineDefinition>,
    #[serde(default)]
    pub(super) column: Vec<ColumnDefinition>,
    /// Leave the table out when it has fewer rows: a series of one period says nothing.
    #[serde(default)]
    pub(super) least_rows: usize,
    /// Shows beside single figures those of the period before, and the difference.
    #[serde(default)]
    pub(super) previous: bool,
    #[serde(default)]
    pub(super) reading: Vec<ReadingDefinition>,
    #[serde(default)]
    pub(super) notes: Vec<LocalText>,
    #[serde(default)]
    pub(super) chart: Charts,
}

impl TableDefinition {
    /// The dimension by whose name a column of labels goes: an area is called after its level.
    pub(super) fn dimension<'d>(&'d self, name: &'d str) -> &'d str {
        self.level.as_deref().filter(|_| name == super::AREA).unwrap_or(name)
    }
}

/// One chart or several.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a few of them, read once")]
pub(super) enum Charts {
    #[default]
    None,
    One(ChartDefinition),
    Many(Vec<ChartDefinition>),
}

impl Charts {
    pub(super) fn all(&self) -> &[ChartDefinition] {
        match self {
            Charts::None => &[],
            Charts::One(one) => std::slice::from_ref(one),
            Charts::Many(many) => many,
        }
    }
}

/// A sentence made from the table's figures.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ReadingDefinition {
    /// A sentence in the report's own words: `{ $key }` is the cell of the column with that key. It is left out where one
    /// of them is empty.
    Say {
        /// The words, as a Fluent pattern.
        text: LocalText,
        /// The row it is about.
        #[serde(default)]
        row: Which,
        /// Codes that the row must have.
        #[serde(default, rename = "where")]
        filter: Dimensions,
        /// The column by which the largest row is chosen.
        by: Option<String>,
    },
    /// Which rows went up or down beyond chance, and which have too few cases.
    Change {
        /// Column with the number of cases.
        cases: String,
        /// Column with the change; positive is better.
        change: String,
        /// Columns with its limits.
        low: String,
        high: String,
        /// With fewer cases nothing is said of a row.
        least: i64,
    },
    /// What went up and down since the period before; for a table with `previous`.
    Previous {
        /// Says nothing where there is nothing to compare; else that there is not.
        #[serde(default)]
        or_nothing: bool,
    },
    /// How many rows have each outcome.
    Outcomes {
        /// Column with the outcome.
        column: String,
        /// The words: `{ $all }` rows, `{ $outcomes }` with their counts.
        text: LocalText,
    },
}

/// A row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Which {
    /// The row for the total, or the only one.
    #[default]
    Total,
    /// Each row but the total, a sentence each.
    Each,
    /// The row with the largest value.
    Largest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OtherSource {
    Receipts,
    Checks,
    Parameters,
    /// How many agencies were expected and handed in, by the areas of `level`.
    Returns,
    /// How the agencies' own figures spread, a row a line; where the report may show them.
    Spread,
    /// Agencies whose figure lies far from the others'.
    Outliers,
    /// The share of each agency between the limits that chance alone keeps it in.
    Limits,
    /// Estimates for all agencies, those that handed nothing in included.
    Weighted,
    /// The strata of those estimates.
    Strata,
    /// How a public edition was protected.
    Protection,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineDefinition {
    pub(super) indicator: String,
    #[serde(default, rename = "where")]
    pub(super) filter: Dimensions,
    pub(super) label: Option<LocalText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnDefinition {
    pub(super) key: String,
    pub(super) heading: Option<LocalText>,
    #[serde(default)]
    pub(super) indicator: String,
    #[serde(default)]
    pub(super) field: Field,
    /// Shows a dimension of the row's observation instead of a number.
    pub(super) dimension: Option<String>,
    #[serde(default, rename = "where")]
    pub(super) filter: Dimensions,
    pub(super) unit: Unit,
    /// The shares of the rows are rounded to so many decimals that they add up (largest remainder).
    pub(super) adds_up: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Field {
    #[default]
    Value,
    Low,
    High,
    Persons,
    Numerator,
    Denominator,
    /// Why the row's period cannot be compared with the one before.
    Remark,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ChartDefinition {
    Dumbbell { title: LocalText, before: String, after: String, interval: Option<[String; 2]> },
    Stacked { title: LocalText, parts: Vec<String>, cases: Option<String> },
    Trajectory { title: LocalText, times: Vec<[String; 3]> },
    Series { title: LocalText, value: String, interval: Option<[String; 2]>, remark: Option<String> },
    Funnel { title: LocalText, steps: Vec<String> },
    Bullet { title: LocalText, realised: String, target: String, label: String, direction: Option<String> },
    Bars { title: LocalText, value: String },
    Tiles { title: LocalText, value: String },
    Spread { title: LocalText, marks: [String; 5] },
    Limits { title: LocalText, size: String, value: String, limits: [String; 4] },
}

impl ReportDefinition {
    /// The levels of areas that tables show.
    pub(super) fn levels(&self) -> BTreeSet<&str> {
        self.section.iter().flat_map(|section| &section.table).filter_map(|table| table.level.as_deref()).collect()
    }

    /// Reads a definition; sections that are like those of another report get their tables.
    ///
    /// # Errors
    /// When it is broken, or another one or a section of it is not there.
    pub(super) fn read(definition: &Resource, others: &[Resource]) -> Result<Self> {
        let mut own: ReportDefinition = definition.toml()?;
        for section in &mut own.section {
            let Some(like) = section.like.take() else { continue };
            let refused = || Error::usage("report-unknown-section").at(definition.place()).with("found", &like);
            let (report, id) = like.split_once('/').ok_or_else(refused)?;
            let other = others.iter().find(|other| other.stem() == report).ok_or_else(refused)?;
            let mut other: ReportDefinition = other.toml()?;
            let place = other.section.iter().position(|one| one.id == id).ok_or_else(refused)?;
            let found = other.section.swap_remove(place);
            if section.title == LocalText::default() {
                section.title = found.title;
            }
            if section.paragraphs.is_empty() {
                section.paragraphs = found.paragraphs;
            }
            let is_there = |id: &&String| found.table.iter().any(|table| table.id == **id);
            if let Some(id) = section.without.iter().find(|id| !is_there(id)) {
                return Err(bad(definition, "without", id));
            }
            let kept = found.table.into_iter().filter(|table| !section.without.contains(&table.id));
            let more = std::mem::take(&mut section.table);
            section.table = kept.chain(more).collect();
        }
        own.check(definition)?;
        Ok(own)
    }

    /// Holds what other parts rely on: names that are anchors, sheets and files, and levels that there are.
    fn check(&self, definition: &Resource) -> Result<()> {
        const LEVELS: [&str; 4] = ["cpas", "province", "region", "size_class"];
        let is_name = |id: &str| {
            let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
            (1..=31).contains(&id.len()) && id.chars().all(is_plain)
        };
        let (mut sections, mut tables) = (BTreeSet::new(), BTreeSet::new());
        for section in &self.section {
            if !is_name(&section.id) || !sections.insert(&section.id) {
                return Err(bad(definition, "section.id", &section.id));
            }
            for table in &section.table {
                if !is_name(&table.id) || !tables.insert(&table.id) {
                    return Err(bad(definition, "table.id", &table.id));
                }
                if let Some(level) = table.level.as_ref().filter(|level| !LEVELS.contains(&level.as_str())) {
                    return Err(bad(definition, "level", level));
                }
            }
        }
        Ok(())
    }
}

/// A word of a definition that means nothing, at its row.
fn bad(definition: &Resource, key: &'static str, found: &str) -> Error {
    let row = definition.row_of(&format!("\"{found}\""));
    Error::usage("report-bad-definition").at(definition.place().row(row)).with("key", key).with("found", found)
}
