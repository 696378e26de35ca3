//! What the user's project folder says: `parcours.toml`, read once and checked.

use crate::catalogue::resources::{cannot_read, parse_toml};
use crate::error::{Error, Place, Result};
use crate::model::{Language, Period};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use tabular::Limits;

/// Name of the settings file.
pub const FILE: &str = "parcours.toml";

/// The settings of a project.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// About the project.
    pub project: ProjectSettings,
    /// The secret key.
    pub key: KeySettings,
    /// Where exports lie.
    pub inbox: InboxSettings,
    /// What is computed.
    #[serde(default)]
    pub compute: ComputeSettings,
    /// What is reported.
    #[serde(default)]
    pub report: ReportSettings,
    /// How much of a file is allowed in.
    #[serde(default)]
    pub limits: Limits,
}

/// About the project.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectSettings {
    /// Name, for people.
    pub name: String,
    /// Languages of the reports.
    pub languages: Vec<Language>,
}

/// The secret key for pseudonyms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// Its file, relative to the project folder; keep it outside the lake.
    pub file: PathBuf,
}

/// Where exports lie and by which profile they are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxSettings {
    /// Folder, relative to the project folder; in it `<NIS5>-<name>/<period>/`.
    pub folder: PathBuf,
    /// Profile of every folder that `source` does not name.
    pub profile: Option<String>,
    /// Profiles of single folders.
    #[serde(default)]
    pub source: Vec<SourceSettings>,
}

/// The profile of one folder of the inbox.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// Folder of the CPAS.
    pub folder: String,
    /// Profile.
    pub profile: String,
}

/// What is computed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ComputeSettings {
    /// Area levels: `cpas`, `province`, `region`, `size_class`, `country`. Reports need `cpas`.
    pub levels: Vec<String>,
}

impl Default for ComputeSettings {
    fn default() -> Self {
        ComputeSettings { levels: vec!["cpas".to_owned()] }
    }
}

/// What is reported.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportSettings {
    /// Period of the reports; without it each CPAS's last.
    pub period: Option<String>,
}

impl Settings {
    /// Reads the settings of a project folder.
    ///
    /// # Errors
    /// When there are none, or one is unknown, missing or wrong: names the row.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(Error::usage("no-project").at(Place::file(folder)));
        }
        let text = fs::read_to_string(&path).map_err(|error| cannot_read(&path, &error))?;
        let settings: Settings = parse_toml(&text, Place::file(&path))?;
        settings.check(&path)?;
        Ok(settings)
    }

    fn check(&self, path: &Path) -> Result<()> {
        let wrong = |name: &str, found: &str| {
            Error::usage("bad-setting").at(Place::file(path)).with("name", name).with("found", found)
        };
        const LEVELS: [&str; 5] = ["cpas", "province", "region", "size_class", "country"];
        if let Some(level) = self.compute.levels.iter().find(|level| !LEVELS.contains(&level.as_str())) {
            return Err(wrong("compute.levels", level));
        }
        if self.project.languages.is_empty() {
            return Err(wrong("project.languages", "[]"));
        }
        if let Some(period) = &self.report.period {
            period.parse::<Period>().map_err(|_| wrong("report.period", period))?;
        }
        Ok(())
    }

    /// Name of the profile of a folder of the inbox.
    pub fn profile_of(&self, folder: &str) -> Option<&str> {
        let own = self.inbox.source.iter().find(|source| source.folder == folder).map(|source| source.profile.as_str());
        own.or(self.inbox.profile.as_deref())
    }
}
