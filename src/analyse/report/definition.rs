//! The definition of a report (`reports/*.toml`): sections, tables, columns, charts, in order and in words.

use super::super::observation::Dimensions;
use crate::model::LocalText;
use crate::model::result::Unit;
use serde::Deserialize;

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
    pub(super) title: LocalText,
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
    /// Dimensions that make the rows.
    #[serde(default)]
    pub(super) rows: Vec<String>,
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
    #[serde(default)]
    pub(super) notes: Vec<LocalText>,
    pub(super) chart: Option<ChartDefinition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OtherSource {
    Receipts,
    Checks,
    Parameters,
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
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ChartDefinition {
    Dumbbell { title: LocalText, before: String, after: String },
    Funnel { title: LocalText, steps: Vec<String> },
    Bullet { title: LocalText, realised: String, target: String, label: String },
    Bars { title: LocalText, value: String },
}
