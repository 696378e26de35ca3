//! What an edition was made from, and how one for others was protected.

use super::super::Project;
use crate::analyse::disclosure::{Inexact, Method, NoiseKey, Summary};
use crate::error::{Error, Result};
use crate::model::Geography;
use crate::model::record::{UsedDefinition, UsedFile, UsedValue};
use crate::model::result::Edition;
use crate::settings::PublishSettings;
use ::disclosure::{Dominance, GroupRule, Rules};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What an edition was made from, and how one for others was protected.
#[derive(Serialize)]
pub struct Record<'r> {
    /// Who may see it.
    pub edition: Edition,
    /// Which report it is; `hand-in` for the figures of one agency.
    pub report: &'static str,
    /// The agency, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpas: Option<String>,
    /// Its period.
    pub period: String,
    /// By which communes.
    pub geography: Geography,
    /// The tables that the agency has, and those that it was expected to have and lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<Tables>,
    /// The rules of an edition for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Map<String, Value>>,
    /// How it was protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
    /// Version of the program.
    pub program: &'r str,
    /// How many agencies handed in. What each of them did is no public matter: a number of rows can be a small one.
    pub agencies: usize,
    /// How many of them handed in figures and no rows.
    pub hand_ins: usize,
    /// The definitions, by indicator.
    pub indicators: &'r BTreeMap<String, UsedDefinition>,
    /// The dated values that were used.
    pub parameters: &'r [UsedValue],
    /// The files.
    pub files: Vec<UsedFile>,
}

/// The tables of an agency.
#[derive(Serialize, serde::Deserialize)]
pub struct Tables {
    /// Those it has for the period.
    pub there: Vec<String>,
    /// Those it was expected to have.
    pub lacking: Vec<String>,
}

/// Numbers of cells only: which of the hidden ones are sensitive would narrow them down.
#[derive(Serialize)]
pub struct Protection {
    figures: usize,
    hidden_figures: usize,
    cells: usize,
    relations: usize,
    attacked_cells: usize,
    recovered_cells: usize,
    linear_programs: usize,
    /// Where nothing else was left to hide: a hidden number can be 0 then.
    zeros_may_be_hidden: bool,
}

impl From<Summary> for Protection {
    fn from(summary: Summary) -> Self {
        Protection {
            figures: summary.figures,
            hidden_figures: summary.hidden,
            cells: summary.cells,
            relations: summary.relations,
            attacked_cells: summary.attacked,
            recovered_cells: summary.recovered,
            linear_programs: summary.programs,
            zeros_may_be_hidden: summary.hides_zeros,
        }
    }
}

#[derive(Serialize)]
struct UsedRules<'s> {
    threshold: u64,
    width: i64,
    least_agencies: u64,
    dominance: Option<(usize, f64)>,
    p_percent: Option<f64>,
    hides_whole_groups: bool,
    rounding: Option<u64>,
    small_counts: Option<u64>,
    cell_keys: Option<u64>,
    levels: &'s [String],
    earlier_edition: Option<&'s str>,
}

/// The rules of the settings.
pub fn rules(publish: &PublishSettings) -> Rules {
    Rules {
        allows_no_threshold: publish.allow_no_threshold,
        least_agencies: publish.least_agencies,
        dominance: publish.dominance.map(|[n, k]| Dominance { n: whole(n), k }),
        p_percent: publish.p_percent,
        group: if publish.hide_whole_groups { GroupRule::Hidden } else { GroupRule::Shown },
        ..Rules::threshold(publish.threshold)
    }
}

/// How the settings keep small counts from view, in figures that are read or in such as are made to be added up.
///
/// # Errors
/// When noise needs the key and it cannot be read.
pub fn method(project: &Project, is_for_sums: bool) -> Result<Method> {
    let publish = &project.settings.publish;
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let how = match publish.inexact() {
        None => return Ok(Method::Hide),
        Some(("small_counts", base)) => Inexact::SmallCounts(number(base)),
        Some(("cell_keys", most)) => {
            let key = NoiseKey::new(project.key()?.of_noise());
            Inexact::Noise { most: number(most), least: number(publish.threshold), key }
        }
        Some((_, base)) => Inexact::Multiples(number(base)),
    };
    Ok(Method::Blur { how, is_for_sums })
}

/// The rules of the settings as the record of an edition names them.
///
/// # Errors
/// A defect, when they cannot be written.
pub fn rules_on_record(publish: &PublishSettings) -> Result<Map<String, Value>> {
    let rules = rules(publish);
    let used = UsedRules {
        threshold: rules.threshold,
        width: rules.width,
        least_agencies: rules.least_agencies,
        dominance: rules.dominance.map(|rule| (rule.n, rule.k)),
        p_percent: rules.p_percent,
        hides_whole_groups: publish.hide_whole_groups,
        rounding: publish.rounding,
        small_counts: publish.small_counts,
        cell_keys: publish.cell_keys,
        levels: &publish.levels,
        earlier_edition: publish.earlier_edition.as_deref(),
    };
    match serde_json::to_value(used).map_err(Error::defect)? {
        Value::Object(rules) => Ok(rules),
        other => Err(Error::defect(other)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the settings were checked: a small whole number"
)]
fn whole(number: f64) -> usize {
    number.max(1.0) as usize
}
