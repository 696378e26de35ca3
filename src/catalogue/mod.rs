//! Definitions as data: tables, code lists, instruments, indicators, dated parameters, checks, areas.
//! Everything is read from readable files; the code that uses it is generic.

pub mod areas;
mod check;
mod codelist;
mod definition;
mod fold;
pub mod headings;
mod indicator;
mod instrument;
mod known;
mod lineage;
mod lint;
mod parameter;
pub mod resources;
mod sql;
mod table;
mod trace;

pub use areas::{Area, Areas, Commune};
pub use check::{Check, CheckRule, RecordCheck, Severity};
pub use codelist::{Code, Codelist};
pub use fold::fold;
pub use headings::{Headings, Meaning, TableHeadings};
pub use indicator::{Indicator, Kind, Standing};
pub use instrument::{Instrument, Mapping, Reliability, Requirement, Scale};
pub use lineage::Loss;
pub use parameter::{DatedValue, Parameter};
pub use table::{ColumnContract, ColumnType, TableContract};
pub use trace::{Counts, Trace, TraceColumn};

use crate::error::{self, Result};
use crate::model::LocalText;
use known::{Known, Labels};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The known word nearest to a mistyped one; empty when none is near.
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> &'w str {
    let distance = |other: &str| strsim::damerau_levenshtein(word, other);
    known
        .map(|other| (distance(other), other))
        .min()
        .filter(|(far, _)| *far <= 1 + word.len() / 3)
        .map_or("", |found| found.1)
}

/// The whole catalogue.
#[derive(Debug)]
pub struct Catalogue {
    /// Table contracts in their order.
    pub tables: Vec<TableContract>,
    /// Indicators by id.
    pub indicators: BTreeMap<String, Indicator>,
    /// Dated parameters by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// Checks by id.
    pub checks: BTreeMap<String, Check>,
    /// Traces by indicator.
    pub traces: BTreeMap<String, Trace>,
    /// The alias dictionary of headings.
    pub headings: Headings,
    /// Communes, provinces, regions.
    pub areas: Areas,
    codelists: BTreeMap<String, Codelist>,
    instruments: BTreeMap<String, Instrument>,
    dimensions: BTreeMap<String, Dimension>,
    labels: Labels,
}

/// A dimension of observations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dimension {
    codelist: Option<String>,
    label: LocalText,
}

/// A file of `queries` itself that names things, each with what is said about it.
fn named<T: serde::de::DeserializeOwned>(project: Option<&Path>, file: &str) -> Result<BTreeMap<String, T>> {
    let files = resources::list(project, "queries", file)?;
    files.first().map_or_else(|| Ok(BTreeMap::new()), resources::Resource::toml)
}

/// Labels of words: those built in, and those that the project adds or says otherwise.
fn labels(project: Option<&Path>, file: &str) -> Result<BTreeMap<String, LocalText>> {
    let mut known: BTreeMap<String, LocalText> = named(None, file)?;
    known.extend(named(project, file)?);
    Ok(known)
}

impl Catalogue {
    /// Reads the catalogue: the files built in, overridden by those of the project folder.
    ///
    /// # Errors
    /// When files are broken: names each, the row and what was expected.
    pub fn load(project: Option<&Path>) -> Result<Self> {
        let tables = table::load(project)?;
        let parameters = parameter::load(project)?;
        let codelists = codelist::load(project)?;
        let labels = Labels { counted: labels(project, "counted.toml")?, units: labels(project, "units.toml")? };
        let known = Known { tables: &tables, parameters: &parameters, codelists: &codelists, labels: &labels };
        let indicators = indicator::load(project, &known);
        let checks = check::load(project, &known);
        let traces = trace::load(project);
        // Of three folders of queries everything that is wrong is told, not the first of it.
        let faults = [indicators.as_ref().err(), checks.as_ref().err(), traces.as_ref().err()];
        error::all::<()>(faults.into_iter().flatten().cloned().map(Err))?;
        Ok(Catalogue {
            headings: headings::load(project, &tables)?,
            indicators: indicators?,
            checks: checks?,
            traces: traces?,
            areas: areas::load(project)?,
            instruments: instrument::load(project)?,
            dimensions: named(project, "dimensions.toml")?,
            tables,
            parameters,
            codelists,
            labels,
        })
    }

    /// The contract of a table.
    pub fn table(&self, name: &str) -> Option<&TableContract> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// A code list.
    pub fn codelist(&self, name: &str) -> Option<&Codelist> {
        self.codelists.get(name)
    }

    /// An instrument.
    pub fn instrument(&self, id: &str) -> Option<&Instrument> {
        self.instruments.get(id)
    }

    /// All instruments, by id.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.values()
    }

    /// Whose words the labels of an instrument are, said in each language of that language.
    pub fn label_origin(&self, instrument: &Instrument) -> LocalText {
        LocalText::default().map(|language, _| {
            let code = instrument.label_origin(language);
            let label = self.codelist("label_origin").and_then(|list| list.label(code));
            label.map_or(code, |label| label.get(language)).to_owned()
        })
    }

    /// What a dimension is called.
    pub fn dimension_label(&self, dimension: &str) -> LocalText {
        self.dimensions.get(dimension).map_or_else(|| LocalText::same(dimension), |known| known.label.clone())
    }

    /// The name of an area: a commune's, a province's, a region's, a size class's, the country's.
    pub fn area_label(&self, level: &str, code: &str) -> LocalText {
        let known = match level {
            "cpas" => code.parse().ok().and_then(|nis5| self.areas.ever(nis5)).map(|commune| commune.name.clone()),
            "province" => self.areas.provinces.get(code).cloned(),
            "region" => self.areas.regions.get(code).cloned(),
            "country" => Some(self.areas.country()),
            _ => return self.label(level, code),
        };
        known.unwrap_or_else(|| LocalText::same(code))
    }

    /// What is counted, in words.
    pub fn counted_label(&self, word: &str) -> LocalText {
        self.labels.counted.get(word).cloned().unwrap_or_else(|| LocalText::same(word))
    }

    /// A unit in words.
    pub fn unit_label(&self, unit: &str) -> LocalText {
        self.labels.units.get(unit).cloned().unwrap_or_else(|| LocalText::same(unit))
    }

    fn list_of(&self, dimension: &str) -> Option<&Codelist> {
        self.codelist(self.dimensions.get(dimension)?.codelist.as_deref()?)
    }

    /// The label of a code of a dimension. What has no label is shown as it is.
    pub fn label(&self, dimension: &str, code: &str) -> LocalText {
        self.label_among(dimension, code, None)
    }

    /// The label of a code of a dimension beside the others of its observation: a domain is its instrument's.
    pub fn label_among(&self, dimension: &str, code: &str, instrument: Option<&str>) -> LocalText {
        let of_domain = |own: &Instrument| own.domains.label(code).cloned();
        let of_aim = |own: &Instrument| own.requirements.iter().find(|one| one.code == code).map(|one| one.aim.clone());
        let own = |of: &dyn Fn(&Instrument) -> Option<LocalText>| match instrument.and_then(|id| self.instrument(id)) {
            Some(instrument) => of(instrument),
            None => self.instruments.values().find_map(of),
        };
        let found = match dimension {
            "instrument" => self.instrument(code).map(|instrument| instrument.title.clone()),
            "domain" => own(&of_domain),
            "aim" => own(&of_aim),
            "indicator" => self.indicators.get(code).map(|indicator| indicator.title.clone()),
            other => self.list_of(other).and_then(|list| list.label(code)).cloned(),
        };
        match (dimension, found) {
            (_, Some(label)) => label,
            ("breakdown", None) => self.breakdown_label(code),
            (_, None) if code == "unknown" => LocalText {
                fr: "Inconnu".to_owned(),
                nl: "Onbekend".to_owned(),
                de: "Unbekannt".to_owned(),
                en: "Unknown".to_owned(),
            },
            _ => LocalText::same(code),
        }
    }

    /// A breakdown written `kind:activation`, in words: the labels of its codes.
    fn breakdown_label(&self, breakdown: &str) -> LocalText {
        let labels: Vec<LocalText> = breakdown
            .split(',')
            .filter_map(|pair| pair.split_once(':'))
            .map(|(dimension, code)| self.label(dimension, code))
            .collect();
        LocalText::default()
            .map(|language, _| labels.iter().map(|label| label.get(language)).collect::<Vec<_>>().join(", "))
    }

    /// Place of a code in the order of its dimension, a domain's among those of its instrument; what has no place comes last,
    /// by name.
    pub fn position(&self, dimension: &str, code: &str, instrument: Option<&str>) -> usize {
        match dimension {
            "domain" => {
                let own = instrument.and_then(|id| self.instrument(id)).map(|own| own.domains.position(code));
                let all = self.instruments.values().map(|instrument| instrument.domains.position(code));
                own.or_else(|| all.min()).unwrap_or(usize::MAX)
            }
            other => self.list_of(other).map_or(usize::MAX, |list| list.position(code)),
        }
    }
}
