//! Measuring instruments: their domains, scale, direction and required levels.

use super::codelist::{Code, Codelist};
use super::resources::{self, Resource};
use crate::error::{Error, Result};
use crate::model::{Language, LocalText};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A measuring instrument. Scores are hundredths of a point.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// Id.
    pub id: String,
    /// Title.
    pub title: LocalText,
    /// Domains in their order, with their spellings.
    pub domains: Codelist,
    /// Scale of each domain, in the same order.
    pub scales: Vec<Scale>,
    /// What the levels are called, lowest first; empty where they have no names.
    pub levels: Vec<(i64, LocalText)>,
    /// Languages in which the labels are the publisher's own; in all others they are ours.
    pub official_languages: Vec<Language>,
    /// Published reliabilities. The first counts; the others are told.
    pub reliabilities: Vec<Reliability>,
    /// Levels that an aim requires.
    pub requirements: Vec<Requirement>,
    /// How its domains correspond to those of another edition.
    pub mappings: Vec<Mapping>,
}

/// A level that an aim requires.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Code of the domain.
    pub domain: String,
    /// Code of the aim.
    pub code: String,
    /// The aim in words.
    pub aim: LocalText,
    /// Least level (most, where lower is better), in hundredths of a point.
    pub level: i64,
    /// Who says so.
    pub source: String,
}

/// A published reliability of the whole instrument.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reliability {
    /// Its value, between 0 and 1, as published (`0.85`).
    pub value: String,
    /// Code of `reliability_kind`.
    pub kind: String,
    /// Who published it.
    pub source: String,
    /// For whom it was found, as far as known.
    #[serde(default)]
    pub note: String,
}

/// How a domain corresponds to those of another edition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Id of the other edition.
    pub to: String,
    /// Code of the domain here.
    pub domain: String,
    /// Codes of the domains there.
    pub domains: Vec<String>,
    /// Code of `instrument_relation`.
    pub relation: String,
    /// Whether a score may be carried over.
    pub comparable: bool,
    /// Who says so.
    pub source: String,
}

/// The scale of a domain, in hundredths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Lowest level.
    pub lowest: i64,
    /// Highest level.
    pub highest: i64,
    /// True when a higher level is better.
    pub higher_is_better: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Better {
    Higher,
    Lower,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: LocalText,
    lowest: i64,
    highest: i64,
    better: Better,
    /// Says to people whether the labels are a publisher's; `official_languages` says it to the program.
    #[serde(default, rename = "labels")]
    _labels: String,
    #[serde(default)]
    official_languages: Vec<Language>,
    #[serde(default, rename = "level")]
    levels: Vec<Level>,
    #[serde(default, rename = "reliability")]
    reliabilities: Vec<Reliability>,
    #[serde(default, rename = "mapping")]
    mappings: Vec<Mapping>,
    #[serde(rename = "domain")]
    domains: Vec<Domain>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    level: i64,
    label: LocalText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Domain {
    code: String,
    label: LocalText,
    #[serde(default)]
    aliases: Vec<String>,
    better: Option<Better>,
    #[serde(default, rename = "requirement")]
    requirements: Vec<FileRequirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRequirement {
    code: String,
    aim: LocalText,
    level: i64,
    source: String,
}

impl Instrument {
    /// Whose words the labels in a language are: a code of `label_origin`.
    pub fn label_origin(&self, language: Language) -> &'static str {
        match self.official_languages.as_slice() {
            [] => "ours",
            official if official.contains(&language) => "publisher",
            _ => "translation",
        }
    }

    /// Scale of a domain.
    pub fn scale(&self, domain: &str) -> Option<Scale> {
        self.scales.get(self.domains.position(domain)).copied()
    }
}

/// All instruments by id.
///
/// # Errors
/// When an instrument file is broken, two have one id, or a domain corresponds to one that does not exist.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Instrument>> {
    let files = resources::list(project, "queries/instruments", ".toml")?;
    let mut known: BTreeMap<String, Instrument> = BTreeMap::new();
    for file in &files {
        let instrument = read(file)?;
        if let Some(other) = known.insert(instrument.id.clone(), instrument) {
            return Err(broken(file, format!("id = \"{}\"", other.id)));
        }
    }
    for file in &files {
        for instrument in known.values().filter(|instrument| instrument.id == file.stem()) {
            if let Some(mapping) = instrument.mappings.iter().find(|mapping| !exists(mapping, instrument, &known)) {
                let found = format!("mapping: {} -> {} {}", mapping.domain, mapping.to, mapping.domains.join(", "));
                return Err(broken(file, found));
            }
        }
    }
    Ok(known)
}

fn exists(mapping: &Mapping, own: &Instrument, known: &BTreeMap<String, Instrument>) -> bool {
    let holds = |instrument: &Instrument, code: &String| instrument.domains.label(code).is_some();
    let other = known.get(&mapping.to);
    holds(own, &mapping.domain) && other.is_some_and(|other| mapping.domains.iter().all(|code| holds(other, code)))
}

fn broken(resource: &Resource, found: String) -> Error {
    Error::usage("bad-instrument").at(resource.place()).with("found", found)
}

fn read(resource: &Resource) -> Result<Instrument> {
    let file: File = resource.toml()?;
    let broken = |found: String| broken(resource, found);
    if file.lowest >= file.highest {
        return Err(broken(format!("lowest = {}, highest = {}", file.lowest, file.highest)));
    }
    let is_on_scale = |level: i64| (file.lowest..=file.highest).contains(&level);
    if let Some(off) = file.levels.iter().find(|one| !is_on_scale(one.level)) {
        return Err(broken(format!("level = {}", off.level)));
    }
    let is_share = |text: &str| text.parse::<f64>().is_ok_and(|value| (0.0..1.0).contains(&value));
    if let Some(odd) = file.reliabilities.iter().find(|one| !is_share(&one.value)) {
        return Err(broken(format!("reliability: value = \"{}\"", odd.value)));
    }
    let mut instrument = Instrument {
        id: file.id,
        title: file.title,
        domains: Codelist::default(),
        scales: Vec::new(),
        levels: file.levels.into_iter().map(|one| (one.level, one.label)).collect(),
        official_languages: file.official_languages,
        reliabilities: file.reliabilities,
        requirements: Vec::new(),
        mappings: file.mappings,
    };
    for domain in file.domains {
        let better = domain.better.unwrap_or(file.better);
        let (lowest, highest) = (file.lowest * 100, file.highest * 100);
        instrument.scales.push(Scale { lowest, highest, higher_is_better: better == Better::Higher });
        for FileRequirement { code, aim, level, source } in domain.requirements {
            if !is_on_scale(level) {
                return Err(broken(format!("{}: level = {level}", domain.code)));
            }
            let domain = domain.code.clone();
            instrument.requirements.push(Requirement { domain, code, aim, level: level * 100, source });
        }
        let code = Code { code: domain.code, label: domain.label };
        instrument.domains.add(code, domain.aliases.into_iter()).map_err(broken)?;
    }
    Ok(instrument)
}
