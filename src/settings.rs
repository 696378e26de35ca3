//! What the user's project folder says: `parcours.toml`, read once and checked.

use crate::catalogue::resources::{cannot_read, parse_toml};
use crate::error::{Error, Place, Result};
use crate::model::result::Rendering;
use crate::model::{Language, Nis5, Period};
use chrono::NaiveDate;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use tabular::Limits;

/// Name of the settings file.
pub const FILE: &str = "parcours.toml";

/// The largest threshold: a count of ten thousand tells of nobody.
const MOST_HIDDEN: u64 = 10_000;
/// The least base to round to: to multiples of two nothing is hidden.
const LEAST_BASE: u64 = 3;

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
    /// The lake.
    #[serde(default)]
    pub lake: LakeSettings,
    /// When a submission is stopped.
    #[serde(default)]
    pub collect: CollectSettings,
    /// Who is expected to hand in, and by when.
    #[serde(default)]
    pub status: StatusSettings,
    /// What is computed.
    #[serde(default)]
    pub compute: ComputeSettings,
    /// What is reported.
    #[serde(default)]
    pub report: ReportSettings,
    /// What is published.
    #[serde(default)]
    pub publish: PublishSettings,
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
    /// Says that the people are invented: the key is no secret, and may be read by others and kept with the exports.
    #[serde(default)]
    pub invented: bool,
}

/// The lake.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LakeSettings {
    /// Whether its files are unreadable without the secret key. A lake that is there becomes so, or open again, by `rekey`.
    #[serde(default)]
    pub encrypted: bool,
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

/// When a submission is stopped because it differs much from the one in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CollectSettings {
    /// Share of the rows in force (of one table) that may be missing from the new ones.
    pub stop_when_removed: f64,
    /// New rows, as a share of the rows in force.
    pub stop_when_added: f64,
    /// Fewer rows than these are no reason to stop, unless none is left.
    pub stop_at_least: u64,
}

impl Default for CollectSettings {
    fn default() -> Self {
        CollectSettings { stop_when_removed: 0.2, stop_when_added: 1.0, stop_at_least: 20 }
    }
}

impl CollectSettings {
    /// The first setting that is wrong, and what it is.
    fn check(&self) -> Option<(&'static str, String)> {
        let shares =
            [("collect.stop_when_removed", self.stop_when_removed), ("collect.stop_when_added", self.stop_when_added)];
        let wrong = shares.into_iter().find(|(_, share)| !share.is_finite() || *share < 0.0);
        wrong.map(|(name, share)| (name, share.to_string()))
    }
}

/// Who is expected to hand in, and by when.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatusSettings {
    /// `all` (every CPAS that exists at the end of the period, the default), `inbox` (those with a folder in the inbox
    /// or a submission in the lake), or a list of NIS codes.
    pub expected: Expected,
    /// Last day on which to hand in, as month and day of the year after the period: `03-01`. Without it nobody is late.
    pub due: Option<String>,
}

/// Who is expected to hand in.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Expected {
    /// `all` or `inbox`.
    Word(String),
    /// These.
    These(Vec<String>),
}

impl Default for Expected {
    fn default() -> Self {
        Expected::Word("all".to_owned())
    }
}

impl StatusSettings {
    /// The first setting that is wrong, and what it is.
    fn check(&self) -> Option<(&'static str, String)> {
        let wrong = match &self.expected {
            Expected::Word(word) => (word != "all" && word != "inbox").then(|| word.clone()),
            Expected::These(codes) => codes.iter().find(|code| code.parse::<Nis5>().is_err()).cloned(),
        };
        let due = self.due.clone().filter(|day| format!("2001-{day}").parse::<NaiveDate>().is_err());
        wrong.map(|found| ("status.expected", found)).or(due.map(|found| ("status.due", found)))
    }

    /// The last day on which to hand in for a period.
    pub fn due_on(&self, period: Period) -> Option<NaiveDate> {
        let day = self.due.as_ref()?;
        format!("{}-{day}", period.calendar_year() + 1).parse().ok()
    }
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportSettings {
    /// Period of the reports; without it each CPAS's last.
    pub period: Option<String>,
    /// What each report is written as: `workbook`, `page`, `pdf`, `charts`. All of them where nothing is said.
    pub renderings: Vec<Rendering>,
}

impl Default for ReportSettings {
    fn default() -> Self {
        ReportSettings { period: None, renderings: Rendering::ALL.to_vec() }
    }
}

/// What everybody may see.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublishSettings {
    /// A count of at least 1 and less than this is hidden. No law says how many: 5 is common in social statistics.
    pub threshold: u64,
    /// Says that a threshold of 0 or 1, which hides nothing, is meant.
    pub allow_no_threshold: bool,
    /// An amount of fewer agencies is hidden.
    pub least_agencies: u64,
    /// The (n,k) rule: the n largest may make up k per cent of an amount at most.
    pub dominance: Option<[f64; 2]>,
    /// The p% rule.
    pub p_percent: Option<f64>,
    /// Whether it is hidden that all of a group are alike.
    pub hide_whole_groups: bool,
    /// Counts of people are shown as multiples of this, in the place of hiding small ones and what they follow from.
    pub rounding: Option<u64>,
    /// Counts of people below this become 0 or this where they have no parts, and all others are sums of those.
    pub small_counts: Option<u64>,
    /// Counts of people are shown by so much more or less, which the secret key decides.
    pub cell_keys: Option<u64>,
    /// Area levels: `province`, `region`, `size_class`, `country`.
    pub levels: Vec<String>,
    /// Folder of the edition that is out already; what it shows cannot be hidden any more.
    pub earlier_edition: Option<String>,
    /// How many people have to approve an edition.
    pub approvals: usize,
}

impl Default for PublishSettings {
    fn default() -> Self {
        PublishSettings {
            threshold: 5,
            allow_no_threshold: false,
            least_agencies: 0,
            dominance: None,
            p_percent: None,
            hide_whole_groups: false,
            rounding: None,
            small_counts: None,
            cell_keys: None,
            // Size classes beside provinces give away by a difference what a single centre hands in.
            levels: ["province", "region", "country"].map(str::to_owned).to_vec(),
            earlier_edition: None,
            approvals: 1,
        }
    }
}

impl PublishSettings {
    /// The setting that shows counts inexactly in the place of hiding them, and its value.
    pub fn inexact(&self) -> Option<(&'static str, u64)> {
        self.all_inexact().into_iter().find_map(|(name, set)| Some((name, set?)))
    }

    fn all_inexact(&self) -> [(&'static str, Option<u64>); 3] {
        [("rounding", self.rounding), ("small_counts", self.small_counts), ("cell_keys", self.cell_keys)]
    }

    /// What does not go with inexact counts: another way to make them so, a base below the threshold, which would show small counts,
    /// and rules that hide, or an edition that showed numbers as they are.
    fn inexact_fault(&self) -> Option<(String, String)> {
        let (name, number) = self.inexact()?;
        let least = if name == "cell_keys" { 1 } else { self.threshold.max(LEAST_BASE) };
        if number < least || number > MOST_HIDDEN {
            return Some((format!("publish.{name}"), number.to_string()));
        }
        let others = self.all_inexact().map(|(other, set)| (other, set.is_some() && other != name));
        let rules = [
            ("least_agencies", self.least_agencies > 0),
            ("dominance", self.dominance.is_some()),
            ("p_percent", self.p_percent.is_some()),
            ("hide_whole_groups", self.hide_whole_groups),
            ("earlier_edition", self.earlier_edition.is_some()),
        ];
        let (other, _) = others.into_iter().chain(rules).find(|(_, is_set)| *is_set)?;
        Some((format!("publish.{other}"), format!("beside {name} = {number}")))
    }
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
        let may_be_public = |level: &&String| LEVELS.contains(&level.as_str()) && *level != "cpas";
        if let Some(level) = self.publish.levels.iter().find(|level| !may_be_public(level)) {
            return Err(wrong("publish.levels", level));
        }
        if let Some((name, found)) = self.publish.inexact_fault() {
            return Err(wrong(&name, &found));
        }
        if self.publish.approvals == 0 {
            return Err(wrong("publish.approvals", "0"));
        }
        if self.publish.levels.is_empty() {
            return Err(wrong("publish.levels", "[]"));
        }
        if self.publish.threshold > MOST_HIDDEN {
            return Err(wrong("publish.threshold", &self.publish.threshold.to_string()));
        }
        if let Some(share) = self.publish.p_percent.filter(|share| !(0.0..=100.0).contains(share)) {
            return Err(wrong("publish.p_percent", &share.to_string()));
        }
        if let Some([n, k]) = self
            .publish
            .dominance
            .filter(|[n, k]| n.fract() != 0.0 || !(1.0..=100.0).contains(n) || !(0.0..=100.0).contains(k))
        {
            return Err(wrong("publish.dominance", &format!("[{n}, {k}]")));
        }
        if self.project.languages.is_empty() {
            return Err(wrong("project.languages", "[]"));
        }
        self.collect.check().map_or(Ok(()), |(name, found)| Err(wrong(name, &found)))?;
        self.status.check().map_or(Ok(()), |(name, found)| Err(wrong(name, &found)))?;
        if self.report.renderings.is_empty() {
            return Err(wrong("report.renderings", "[]"));
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
