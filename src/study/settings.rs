//! What a study's folder says (`study.toml`): which questionnaire, in which waves, and how each wave was drawn.

use crate::catalogue::resources;
use crate::error::{Error, Place, Result};
use crate::model::result::Rendering;
use crate::model::{Language, Period};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Name of the file.
pub(super) const FILE: &str = "study.toml";

/// The settings of a study's folder.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StudySettings {
    /// The study.
    pub study: Study,
    /// Its waves in the order of time: one, or several of the same questions.
    pub wave: Vec<Wave>,
}

/// Which study, and in which languages.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Name of a file of `queries/studies`, without its ending.
    pub definition: String,
    /// Languages of the report; without them all four.
    #[serde(default = "all_languages")]
    pub languages: Vec<Language>,
    /// What the report is written as; without it everything.
    #[serde(default = "all_renderings", skip_serializing)]
    pub renderings: Vec<Rendering>,
}

/// One round of the survey.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// Its name, part of file names: small letters, digits and hyphens.
    pub id: String,
    /// When it was held.
    pub period: Period,
    /// The file of answers, below the folder.
    pub microdata: PathBuf,
    /// Published figures that it should give: name of a file of `queries/studies`, without its ending.
    pub figures: Option<String>,
    /// Columns that are called otherwise than the questionnaire says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// How it was drawn.
    #[serde(default)]
    pub design: DesignSettings,
    /// What must be known to read its figures, in the report's languages; for instance that its answers are invented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<crate::model::LocalText>,
}

/// How a sample was drawn: what estimates and their errors honour.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DesignSettings {
    /// Agencies that were asked: the whole of the response rate, and with clusters what the sample is a part of.
    pub frame: Option<u64>,
    /// Agencies asked by stratum; adds up to `frame`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub strata: BTreeMap<String, u64>,
    /// Whether those who answer for one agency are a cluster; they are unless it says otherwise.
    pub clusters: Option<bool>,
    /// Whether the sample is a part of a finite whole, known by `frame` or `strata`: then errors are smaller.
    #[serde(default)]
    pub finite: bool,
    /// Whether answers bear weights: a column must hold them then.
    #[serde(default)]
    pub weights: bool,
    /// What becomes of a stratum with one agency.
    #[serde(default)]
    pub lonely: LonelyStratum,
    /// Known totals, to which weights are raked one after the other until all hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub margin: Vec<MarginSettings>,
}

/// A known total of the population.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MarginSettings {
    /// An item of one answer, or `stratum` or `province`.
    pub item: String,
    /// How many there are of each answer, by its code.
    pub totals: BTreeMap<String, f64>,
}

/// What becomes of a stratum with one agency, of which no variance can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LonelyStratum {
    /// It is refused by name.
    #[default]
    Refuse,
    /// It counts as surveyed whole.
    Certainty,
    /// It is set off against the mean of all.
    Adjust,
    /// It gets the mean variance of the others.
    Average,
}

fn all_languages() -> Vec<Language> {
    Language::ALL.to_vec()
}

fn all_renderings() -> Vec<Rendering> {
    Rendering::ALL.to_vec()
}

impl StudySettings {
    /// Reads `study.toml` of a folder.
    ///
    /// # Errors
    /// When there is none, or it is broken: names file, row and what was expected.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(Error::usage("study-none").at(Place::file(folder)));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| resources::cannot_read(&path, &error))?;
        let settings: StudySettings = resources::parse_toml(&text, Place::file(&path))?;
        let bad = |name: &str, found: &str| {
            let row = text.lines().position(|line| line.contains(found)).map_or(1, |row| row as u64 + 1);
            Err(Error::usage("bad-setting").at(Place::file(&path).row(row)).with("name", name).with("found", found))
        };
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let mut seen = std::collections::BTreeSet::new();
        for wave in &settings.wave {
            if wave.id.is_empty() || wave.id.len() > 12 || !wave.id.chars().all(is_plain) || !seen.insert(&wave.id) {
                return bad("wave.id", &wave.id);
            }
            let strata: u64 = wave.design.strata.values().sum();
            if let Some(frame) = wave.design.frame.filter(|frame| strata > 0 && strata != *frame) {
                return bad("wave.design.frame", &frame.to_string());
            }
            let has_clusters = wave.design.clusters != Some(false);
            if wave.design.finite && (!has_clusters || (wave.design.frame.is_none() && strata == 0)) {
                return bad("wave.design.finite", "true");
            }
        }
        match (settings.wave.is_empty(), settings.study.languages.is_empty()) {
            (true, _) => bad("wave", ""),
            (_, true) => bad("study.languages", ""),
            _ => Ok(settings),
        }
    }
}

impl Wave {
    /// How many agencies were asked, where that is known.
    pub fn frame(&self) -> Option<u64> {
        self.design.frame.or_else(|| (!self.design.strata.is_empty()).then(|| self.design.strata.values().sum()))
    }
}
