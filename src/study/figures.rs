//! Figures that were published of a study, as data (`queries/studies/*.csv`): what each is, how it was rounded, and how far a
//! recomputed one may lie from it.

use super::definition::{Definition, figures_file};
use crate::catalogue::resources::Resource;
use crate::error::{Error, Result};
use serde::Deserialize;
use std::path::Path;

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// How many began, usable or not.
    Began,
    /// How many gave a usable questionnaire.
    Answered,
    /// Those that answered, as a share of those asked.
    Rate,
    /// Who gave an answer, as a share of those who answered the item.
    Share,
    /// How many items go with an attitude more than with any other.
    Items,
    /// How many factors there are.
    Factors,
}

/// What is counted: those who answer, or the agencies they answer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Those who answer.
    Respondent,
    /// The agencies they answer for.
    Agency,
}

/// How a published figure was rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half away from zero.
    HalfUp,
    /// By the largest remainder, so that the answers of an item add up to 100.
    LargestRemainder,
}

/// A published figure.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its id.
    pub id: String,
    /// What it is.
    pub statistic: Statistic,
    /// The item, or the attitude, it is about; empty where there is none.
    pub item: String,
    /// The answer's place among those of the item.
    pub answer: Option<usize>,
    /// What it counts.
    pub counted: Counted,
    /// True for a share of 100.
    pub is_percent: bool,
    /// The figure.
    pub value: f64,
    /// Its decimals as printed.
    pub decimals: u8,
    /// Whether it was weighted.
    pub is_weighted: bool,
    /// Of how many, where that was published.
    pub n: Option<u64>,
    /// How many gave the answer, where that was published.
    pub frequency: Option<u64>,
    /// How it was rounded.
    pub rounding: Rounding,
    /// How far a recomputed figure, rounded alike, may lie from it.
    pub tolerance: f64,
    /// Where it stands.
    pub source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    figure: String,
    statistic: Statistic,
    item: String,
    answer: String,
    counted: Counted,
    unit: String,
    published: String,
    weighted: String,
    n: Option<u64>,
    frequency: Option<u64>,
    rounding: Rounding,
    tolerance: f64,
    source: String,
}

/// The published figures of this name; a weighted one stands behind the one without weights.
///
/// # Errors
/// When there is no such file, or a row of it is broken or about an item or answer that the questionnaire lacks.
pub fn load(project: Option<&Path>, name: &str, definition: &Definition) -> Result<(Vec<Published>, Resource)> {
    let file = figures_file(project, name)?;
    let mut reader = csv::Reader::from_reader(file.text.as_bytes());
    let mut published = Vec::new();
    for (place, line) in reader.deserialize::<Line>().enumerate() {
        let at = || file.place().row(place as u64 + 2);
        let line = line.map_err(|error| Error::usage("bad-codelist").at(at()).with("found", error))?;
        published.extend(line.read(definition).map_err(|error| error.at(at()))?);
    }
    Ok((published, file))
}

impl Line {
    fn read(self, definition: &Definition) -> Result<Vec<Published>> {
        let bad =
            |key: &'static str, found: &str| Error::usage("study-bad-definition").with("key", key).with("found", found);
        let answer = match self.statistic {
            Statistic::Share => Some(self.place(definition).ok_or_else(|| bad("answer", &self.answer))?),
            Statistic::Items if definition.group(&self.item).is_none_or(|group| !group.is_attitude) => {
                return Err(bad("item", &self.item));
            }
            _ => None,
        };
        if !["percent", "count"].contains(&self.unit.as_str()) {
            return Err(bad("unit", &self.unit));
        }
        let read = |text: &str, is_weighted: bool| -> Result<Option<Published>> {
            if text.is_empty() {
                return Ok(None);
            }
            let value: f64 = text.parse().map_err(|_| bad("published", text))?;
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            Ok(Some(Published {
                id: self.figure.clone(),
                statistic: self.statistic,
                item: self.item.clone(),
                answer,
                counted: self.counted,
                is_percent: self.unit == "percent",
                value,
                decimals: u8::try_from(decimals).unwrap_or(u8::MAX),
                is_weighted,
                // They count answers, and answers bear no weights.
                n: self.n.filter(|_| !is_weighted),
                frequency: self.frequency.filter(|_| !is_weighted),
                rounding: self.rounding,
                tolerance: self.tolerance,
                source: self.source.clone(),
            }))
        };
        Ok([read(&self.published, false)?, read(&self.weighted, true)?].into_iter().flatten().collect())
    }

    /// The place of the answer among those of the item.
    fn place(&self, definition: &Definition) -> Option<usize> {
        let answers = definition.answers(definition.item(&self.item)?);
        answers.iter().position(|answer| answer.code == self.answer)
    }
}
