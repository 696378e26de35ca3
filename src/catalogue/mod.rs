//! Definitions as data: tables, code lists, instruments, indicators, dated parameters, checks, areas.
//! Everything is read from readable files; the code that uses it is generic.

mod areas;
mod check;
mod codelist;
mod fold;
mod indicator;
mod instrument;
mod parameter;
pub mod resources;
mod table;

pub use areas::{Area, Areas, Commune};
pub use check::{Check, Severity};
pub use codelist::{Code, Codelist};
pub use fold::fold;
pub use indicator::{Indicator, Kind};
pub use instrument::{Instrument, Scale};
pub use parameter::{DatedValue, Parameter};
pub use table::{ColumnContract, ColumnType, TableContract};

use crate::error::Result;
use crate::model::LocalText;
use std::collections::BTreeMap;
use std::path::Path;

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
    /// Communes, provinces, regions.
    pub areas: Areas,
    codelists: BTreeMap<String, Codelist>,
    instruments: BTreeMap<String, Instrument>,
}

impl Catalogue {
    /// Reads the catalogue: the files built in, overridden by those of the project folder.
    ///
    /// # Errors
    /// When a file is broken: names it, the row and what was expected.
    pub fn load(project: Option<&Path>) -> Result<Self> {
        Ok(Catalogue {
            tables: table::load(project)?,
            indicators: indicator::load(project)?,
            parameters: parameter::load(project)?,
            checks: check::load(project)?,
            areas: areas::load(project)?,
            codelists: codelist::load(project)?,
            instruments: instrument::load(project)?,
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

    /// The label of a code of a dimension: an indicator's dimensions bear the names of code lists, or are
    /// `instrument`, `domain`, `indicator`, `edition` and the like. What has no label is shown as it is.
    pub fn label(&self, dimension: &str, code: &str) -> LocalText {
        let found = match dimension {
            "instrument" => self.instrument(code).map(|instrument| &instrument.title),
            "domain" => self.instruments.values().find_map(|instrument| instrument.domains.label(code)),
            "indicator" => self.indicators.get(code).map(|indicator| &indicator.title),
            list => self.codelist(list).and_then(|list| list.label(code)),
        };
        found.cloned().unwrap_or_else(|| LocalText::same(code))
    }

    /// Place of a code in the order of its dimension; what has no place comes last, by name.
    pub fn position(&self, dimension: &str, code: &str) -> usize {
        match dimension {
            "domain" => self
                .instruments
                .values()
                .map(|instrument| instrument.domains.position(code))
                .min()
                .unwrap_or(usize::MAX),
            list => self.codelist(list).map_or(usize::MAX, |list| list.position(code)),
        }
    }
}
