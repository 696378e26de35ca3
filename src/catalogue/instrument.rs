//! Measuring instruments: their domains, scale, direction and required levels.

use super::codelist::{Code, Codelist};
use super::resources::{self, Resource};
use crate::error::{Error, Result};
use crate::model::LocalText;
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
    /// Levels that an aim requires: domain position, aim, level.
    pub requirements: Vec<(usize, LocalText, i64)>,
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
    #[serde(rename = "domain")]
    domains: Vec<Domain>,
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
    requirements: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    aim: LocalText,
    level: i64,
    #[serde(rename = "source")]
    _source: String,
}

impl Instrument {
    /// Scale of a domain.
    pub fn scale(&self, domain: &str) -> Option<Scale> {
        self.scales.get(self.domains.position(domain)).copied()
    }
}

/// All instruments by id.
///
/// # Errors
/// When an instrument file is broken.
pub fn load(project: Option<&Path>) -> Result<BTreeMap<String, Instrument>> {
    let files = resources::list(project, "queries/instruments", ".toml")?;
    files.iter().map(read).map(|read| read.map(|instrument| (instrument.id.clone(), instrument))).collect()
}

fn read(resource: &Resource) -> Result<Instrument> {
    let file: File = resource.toml()?;
    let broken = |found: String| Error::usage("bad-instrument").at(resource.place()).with("found", found);
    if file.lowest >= file.highest {
        return Err(broken(format!("lowest = {}, highest = {}", file.lowest, file.highest)));
    }
    let mut instrument = Instrument {
        id: file.id,
        title: file.title,
        domains: Codelist::default(),
        scales: Vec::new(),
        requirements: Vec::new(),
    };
    for domain in file.domains {
        let position = instrument.scales.len();
        let better = domain.better.unwrap_or(file.better);
        let (lowest, highest) = (file.lowest * 100, file.highest * 100);
        instrument.scales.push(Scale { lowest, highest, higher_is_better: better == Better::Higher });
        for requirement in domain.requirements {
            instrument.requirements.push((position, requirement.aim, requirement.level * 100));
        }
        let code = Code { code: domain.code, label: domain.label };
        instrument.domains.add(code, domain.aliases.into_iter()).map_err(broken)?;
    }
    Ok(instrument)
}
