//! A questionnaire as data (`queries/studies/*.toml`): columns, scales, items, the groups they belong to, and how factors are
//! looked for.

use crate::catalogue::fold;
use crate::catalogue::resources::{self, Resource};
use crate::error::{Error, Place, Result};
use crate::model::LocalText;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The folder of studies.
const FOLDER: &str = "queries/studies";

/// A questionnaire.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its name.
    #[serde(skip)]
    pub id: String,
    /// Its title.
    pub title: LocalText,
    /// Where it was published.
    pub source: String,
    /// Columns that are no answers: `respondent`, `agency`, `usable`, `weight`, `stratum`, `province`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What stands in a cell without an answer.
    #[serde(default)]
    pub missing: MissingCodes,
    /// The scales of answers.
    #[serde(default)]
    pub scale: Vec<Scale>,
    /// The questions.
    pub item: Vec<Item>,
    /// Groups of items that are shown together.
    #[serde(default)]
    pub group: Vec<Group>,
    /// Items held against each other.
    #[serde(default)]
    pub cross: Vec<Cross>,
    /// How the attitudes are looked for; without it they are not.
    pub factors: Option<FactorSettings>,
}

/// What stands in a cell without an answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingCodes {
    /// Beside an empty cell.
    #[serde(default)]
    pub codes: Vec<String>,
}

/// Answers that several items share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Its name.
    pub id: String,
    /// The answers, lowest first where they have a value.
    pub answers: Vec<Answer>,
}

/// One answer of a scale, or one of several that can be chosen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its code in results.
    pub code: String,
    /// What it is called; as exports of labels write it too.
    pub label: LocalText,
    /// Its degree.
    pub value: Option<f64>,
    /// Other ways in which exports write it.
    #[serde(default)]
    pub spellings: Vec<String>,
    /// Stands for answers that the file does not tell apart: the share of another answer is known only where somebody gave it.
    #[serde(default)]
    pub is_unknown: bool,
    /// The column of its own, where several answers can be chosen.
    pub column: Option<String>,
}

/// A question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its code in results.
    pub id: String,
    /// What was asked.
    pub question: LocalText,
    /// Whether the wording was published; else the question is a name of ours.
    #[serde(default = "yes")]
    pub is_worded: bool,
    /// The group it is shown with.
    pub group: Option<String>,
    /// Heading of its column; without it the item's id.
    pub column: Option<String>,
    /// The scale of its answer.
    pub scale: Option<String>,
    /// The answers of which several can be chosen, each with its column.
    #[serde(default)]
    pub parts: Vec<Answer>,
    /// Column of a free text beside them: whether it is filled is counted, what it says is not read.
    pub other: Option<String>,
    /// Who was asked.
    pub asked_if: Option<AskedIf>,
}

/// Who is asked an item: those who gave one of these answers to another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedIf {
    /// The other item.
    pub item: String,
    /// Its answers.
    pub is: Vec<String>,
}

/// Items shown together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its code.
    pub id: String,
    /// Its title.
    pub title: LocalText,
    /// Whether one attitude is thought to lie behind all of them.
    #[serde(default)]
    pub is_attitude: bool,
}

/// An item held against another: whether its answers depend on those.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cross {
    /// The item whose answers are shown.
    pub item: String,
    /// The one whose answers make the rows.
    pub by: String,
}

/// How factors are looked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorSettings {
    /// Which correlations.
    pub correlation: Correlation,
    /// How factors are drawn from them.
    pub extraction: Extraction,
    /// How they are turned.
    pub rotation: Rotation,
    /// Random starts of the rotation.
    pub starts: u32,
    /// Seed of random answers and starts.
    pub seed: u64,
    /// A factor counts above this quantile of the eigenvalues of random answers, in per cent.
    pub quantile: f64,
    /// Rounds of random answers.
    pub rounds: u32,
}

/// A kind of correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correlation {
    /// Of values.
    Pearson,
    /// Of ranks.
    Spearman,
    /// Of what lies behind ordered answers.
    Polychoric,
}

/// A way of extraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extraction {
    /// Smallest residuals.
    Minres,
    /// Principal axes.
    PrincipalAxis,
    /// Maximum likelihood.
    MaximumLikelihood,
}

/// A way of rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// Factors stay uncorrelated.
    Varimax,
    /// From varimax to a target.
    Promax,
    /// Factors may correlate.
    Oblimin,
}

impl Correlation {
    /// Its name in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Correlation::Pearson => "Pearson",
            Correlation::Spearman => "Spearman",
            Correlation::Polychoric => "polychoric",
        }
    }
}

impl Extraction {
    /// Its name in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Extraction::Minres => "minres",
            Extraction::PrincipalAxis => "principal axis",
            Extraction::MaximumLikelihood => "maximum likelihood",
        }
    }
}

impl Rotation {
    /// Its name in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Rotation::Varimax => "varimax",
            Rotation::Promax => "promax",
            Rotation::Oblimin => "oblimin",
        }
    }
}

/// What kind of answer an item takes.
#[derive(Debug, Clone, Copy)]
pub enum ItemKind<'d> {
    /// One answer of a scale.
    One(&'d Scale),
    /// Any number of these answers.
    Several(&'d [Answer]),
}

fn yes() -> bool {
    true
}

/// The questionnaire of this name, the project's own or one built in, with the file it stands in.
///
/// # Errors
/// When there is none of this name, or it is broken.
pub fn load(project: Option<&Path>, name: &str) -> Result<(Definition, Resource)> {
    let files = resources::list(project, FOLDER, ".toml")?;
    let Some(file) = files.iter().find(|file| file.stem() == name) else {
        let known: Vec<&str> = files.iter().map(Resource::stem).collect();
        let error = Error::usage("study-unknown").with("found", name).with("known", known.join(", "));
        return Err(error
            .at_least(|| Place::file(project.map(|folder| folder.join(super::settings::FILE)).unwrap_or_default())));
    };
    let mut definition: Definition = file.toml()?;
    file.stem().clone_into(&mut definition.id);
    definition.check(file)?;
    Ok((definition, file.clone()))
}

/// The file of published figures of this name.
///
/// # Errors
/// When there is none.
pub(super) fn figures_file(project: Option<&Path>, name: &str) -> Result<Resource> {
    let files = resources::list(project, FOLDER, ".csv")?;
    let known = files.iter().map(Resource::stem).collect::<Vec<_>>().join(", ");
    files.into_iter().find(|file| file.stem() == name).ok_or_else(|| {
        let folder = project.map(|folder| folder.join(super::settings::FILE)).unwrap_or_default();
        Error::usage("study-no-figures").at(Place::file(folder)).with("found", name).with("known", known)
    })
}

impl Definition {
    /// The item of this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.item.iter().find(|item| item.id == id)
    }

    /// The group of this id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.group.iter().find(|group| group.id == id)
    }

    /// What kind of answer an item takes.
    pub fn kind<'d>(&'d self, item: &'d Item) -> Option<ItemKind<'d>> {
        match &item.scale {
            Some(scale) => self.scale.iter().find(|one| one.id == *scale).map(ItemKind::One),
            None => Some(ItemKind::Several(&item.parts)),
        }
    }

    /// The answers that an item takes, in their order.
    pub fn answers<'d>(&'d self, item: &'d Item) -> &'d [Answer] {
        match self.kind(item) {
            Some(ItemKind::One(scale)) => &scale.answers,
            Some(ItemKind::Several(parts)) => parts,
            None => &[],
        }
    }

    /// The items of a group, in their order.
    pub fn items_of<'d>(&'d self, group: &'d str) -> impl Iterator<Item = &'d Item> {
        self.item.iter().filter(move |item| item.group.as_deref() == Some(group))
    }

    /// The groups behind which an attitude is thought to lie.
    pub fn attitudes(&self) -> impl Iterator<Item = &Group> {
        self.group.iter().filter(|group| group.is_attitude)
    }

    /// Holds what other parts rely on.
    fn check(&self, file: &Resource) -> Result<()> {
        let bad = |key: &'static str, found: &str| {
            let row = file.row_of(&format!("\"{found}\""));
            Err(Error::usage("study-bad-definition").at(file.place().row(row)).with("key", key).with("found", found))
        };
        let mut ids = BTreeSet::new();
        for scale in &self.scale {
            if !ids.insert(scale.id.as_str()) {
                return bad("scale.id", &scale.id);
            }
            let mut spellings: BTreeSet<String> = BTreeSet::new();
            for answer in &scale.answers {
                // Two labels may be the same in one language; two answers may not be.
                let own: BTreeSet<String> = answer.written().map(fold).collect();
                if let Some(twice) = own.iter().find(|one| spellings.contains(*one)) {
                    return bad("scale.answers", twice);
                }
                spellings.extend(own);
            }
            let degrees: Vec<f64> = scale.answers.iter().filter_map(|answer| answer.value).collect();
            if degrees.windows(2).any(|pair| pair[0] >= pair[1]) {
                return bad("scale.answers.value", &scale.id);
            }
        }
        let mut ids = BTreeSet::new();
        for item in &self.item {
            let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
            if item.id.is_empty() || item.id.len() > 26 || !item.id.chars().all(is_plain) {
                return bad("item.id", &item.id);
            }
            if let Some(asked) = item.asked_if.as_ref().filter(|asked| !ids.contains(asked.item.as_str())) {
                // Only what was asked before can decide.
                return bad("item.asked_if", &asked.item);
            }
            if !ids.insert(item.id.as_str()) {
                return bad("item.id", &item.id);
            }
            let has_answers = item.scale.is_some() == item.parts.is_empty();
            if !has_answers || self.kind(item).is_none() {
                return bad("item.scale", item.scale.as_deref().unwrap_or(&item.id));
            }
            if let Some(part) = item.parts.iter().find(|part| part.column.is_none()) {
                return bad("item.parts.column", &part.code);
            }
            if let Some(group) = item.group.as_ref().filter(|group| self.group(group).is_none()) {
                return bad("item.group", group);
            }
        }
        for id in self.cross.iter().flat_map(|cross| [&cross.item, &cross.by]) {
            if !self.item(id).is_some_and(|item| matches!(self.kind(item), Some(ItemKind::One(_)))) {
                return bad("cross", id);
            }
        }
        Ok(())
    }
}

impl Answer {
    /// Every way in which an export may write it.
    pub(super) fn written(&self) -> impl Iterator<Item = &str> {
        let labels = [&self.label.fr, &self.label.nl, &self.label.de, &self.label.en];
        let plain = labels.into_iter().map(String::as_str).filter(|label| !label.is_empty());
        std::iter::once(self.code.as_str()).chain(plain).chain(self.spellings.iter().map(String::as_str))
    }
}

impl Scale {
    /// The answers that have a degree, lowest first.
    pub fn degrees(&self) -> Vec<(usize, f64)> {
        self.answers.iter().enumerate().filter_map(|(place, answer)| Some((place, answer.value?))).collect()
    }

    /// Whether it is one of degrees.
    pub fn is_ordered(&self) -> bool {
        self.degrees().len() > 2
    }
}
