//! A report built from observations by its definition (`reports/*.toml`): which tables it holds, in words and order.

mod chart;
mod definition;
mod evidence;
mod reading;
mod table;

use self::definition::{OtherSource, ReportDefinition, SectionDefinition, TableDefinition};
pub(super) use self::evidence::{column, count, local, text};
use super::findings::{self, Found};
use super::observation::{Dimensions, Observation, Status};
use crate::catalogue::resources::{self, Resource};
use crate::catalogue::{Catalogue, DatedValue, Parameter};
use crate::error::{Error, Result};
use crate::model::result::{Column, Definition, Edition, Picture, Report, Row, Section, Table};
use crate::model::{LocalText, Nis5, Period, Receipt};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a report shows beside observations.
pub struct Evidence<'e> {
    /// The CPAS.
    pub cpas: Nis5,
    /// The period.
    pub period: Period,
    /// What became of the rows of its files.
    pub receipts: Vec<Receipt>,
    /// What each check found.
    pub found: Found,
    /// Why a period cannot be compared with the one before it.
    pub breaks: BTreeMap<Period, LocalText>,
    /// The agency's mark.
    pub logo: Option<Picture>,
    /// The dated parameters used, with the value that held.
    pub parameters: Vec<(&'e Parameter, &'e DatedValue)>,
}

/// The report definitions there are.
///
/// # Errors
/// When a file of the project folder cannot be read.
pub fn definition_files(project: Option<&Path>) -> Result<Vec<Resource>> {
    resources::list(project, "reports", ".toml")
}

/// A dimension that no observation has: a table with it in its rows shows the periods one below the other.
const PERIOD: &str = "period";

struct Builder<'b> {
    catalogue: &'b Catalogue,
    /// The agency's figures of this period, by indicator.
    own: Known<'b>,
    /// Those of all periods up to this one that are as long as it is.
    all: Known<'b>,
    evidence: &'b Evidence<'b>,
    place: crate::error::Place,
    used: Vec<String>,
}

/// Figures by the indicator they belong to.
type Known<'k> = BTreeMap<&'k str, Vec<&'k Observation>>;

/// A table with the codes that all its rows share.
struct Made {
    table: Table,
    shared: Dimensions,
}

/// Builds the report of one CPAS for one period from its observations, those of other periods among them.
///
/// # Errors
/// When the definition is broken or names an indicator that the catalogue does not hold.
pub fn build(
    definition: &Resource,
    catalogue: &Catalogue,
    observations: &[&Observation],
    evidence: &Evidence<'_>,
) -> Result<Report> {
    let parsed: ReportDefinition = definition.toml()?;
    let period = evidence.period.to_string();
    let known = |is_wanted: &dyn Fn(&Observation) -> bool| {
        let mut known = Known::new();
        // A provisional figure is a part of the truth that looks like the whole: a report does not show it.
        for one in observations.iter().filter(|one| one.status != Status::Provisional && is_wanted(one)) {
            known.entry(&*one.indicator).or_default().push(*one);
        }
        known
    };
    let mut builder = Builder {
        catalogue,
        own: known(&|one| *one.period == *period),
        all: known(&|one| one.period.parse().is_ok_and(|other: Period| other.is_in_series_to(evidence.period))),
        evidence,
        place: definition.place(),
        used: Vec::new(),
    };
    let sections = parsed.section.iter().map(|section| builder.section(section)).collect::<Result<Vec<_>>>()?;
    let definitions = builder.definitions();
    Ok(Report {
        id: definition.stem().to_owned(),
        title: parsed.title,
        area: evidence.cpas.to_string(),
        area_name: agency_name(catalogue, evidence.cpas),
        period,
        edition: Edition::Internal,
        facts: evidence::facts(evidence),
        sections: sections.into_iter().filter(|section| !section.tables.is_empty()).collect(),
        definitions,
        logo: evidence.logo.clone(),
    })
}

/// "CPAS de Liège", "OCMW Luik", "ÖSHZ Eupen": the agency is called after its commune.
pub(super) fn agency_name(catalogue: &Catalogue, cpas: Nis5) -> LocalText {
    let commune =
        catalogue.areas.ever(cpas).map_or_else(|| LocalText::same(cpas.as_str()), |commune| commune.name.clone());
    let vowel = commune.fr.starts_with(['A', 'E', 'I', 'O', 'U', 'Y', 'É', 'È', 'Â', 'H']);
    LocalText {
        fr: if vowel { format!("CPAS d’{}", commune.fr) } else { format!("CPAS de {}", commune.fr) },
        nl: format!("OCMW {}", commune.nl),
        de: format!("ÖSHZ {}", commune.de),
        en: format!("CPAS of {}", commune.en),
    }
}

impl Builder<'_> {
    fn refused(&self, id: &'static str, found: &str) -> Error {
        Error::usage(id).at(self.place.clone()).with("found", found)
    }

    fn section(&mut self, definition: &SectionDefinition) -> Result<Section> {
        let (mut tables, mut charts) = (Vec::new(), Vec::new());
        for table in &definition.table {
            for built in self.tables(table)? {
                let Made { table: mut filled, shared } = built;
                if (filled.rows.is_empty() && table.hide_when_empty) || filled.rows.len() < table.least_rows {
                    continue;
                }
                charts.extend(self.charts(table, &filled, &shared)?);
                filled.reading = self.reading(table, &filled)?;
                tables.push(filled);
            }
        }
        Ok(Section {
            id: definition.id.clone(),
            title: definition.title.clone(),
            is_summary: definition.is_summary,
            paragraphs: definition.paragraphs.clone(),
            tables,
            charts,
        })
    }

    fn tables(&mut self, definition: &TableDefinition) -> Result<Vec<Made>> {
        match definition.source {
            Some(OtherSource::Receipts) => {
                let rows = evidence::receipt_rows(&self.evidence.receipts);
                return Ok(vec![Made::alone(plain(definition, evidence::receipt_columns(), rows))]);
            }
            Some(OtherSource::Checks) => {
                let rows = findings::check_rows(&self.evidence.found, self.catalogue);
                let mut table = plain(definition, findings::check_columns(), rows);
                table.notes.push(findings::outcome_note(&self.evidence.found));
                return Ok(vec![Made::alone(table)]);
            }
            Some(OtherSource::Parameters) => {
                let rows = evidence::parameter_rows(self.evidence, self.catalogue);
                return Ok(vec![Made::alone(plain(definition, evidence::parameter_columns(), rows))]);
            }
            None => {}
        }
        if !definition.line.is_empty() {
            return Ok(vec![Made::alone(self.lines(definition)?)]);
        }
        let indicators = self.indicators(definition)?;
        if definition.each.is_empty() {
            let table = self.observed(definition, &Dimensions::new(), &indicators);
            return Ok(vec![Made { table, shared: definition.fixed.clone() }]);
        }
        let mut combinations: BTreeSet<Vec<(usize, String)>> = BTreeSet::new();
        for one in indicators.iter().flat_map(|id| self.figures(definition, id)) {
            let codes = definition.each.iter().map(|name| {
                let code = code_of(one, name)?;
                Some((self.position(one, name, code), code.to_owned()))
            });
            combinations.extend(codes.collect::<Option<Vec<_>>>());
        }
        let mut tables = Vec::new();
        for (number, combination) in combinations.into_iter().enumerate() {
            let codes: Dimensions =
                definition.each.iter().cloned().zip(combination.into_iter().map(|(_, code)| code)).collect();
            let mut table = self.observed(definition, &codes, &indicators);
            table.id = format!("{}-{}", definition.id, number + 1);
            let shared = definition.fixed.iter().chain(&codes).map(|(name, code)| (name.clone(), code.clone()));
            tables.push(Made { shared: shared.collect(), table });
        }
        Ok(tables)
    }

    /// The figures of an indicator that a table may show.
    fn figures(&self, definition: &TableDefinition, indicator: &str) -> &[&Observation] {
        let known = if definition.rows.iter().any(|name| name == PERIOD) { &self.all } else { &self.own };
        known.get(indicator).map_or(&[], Vec::as_slice)
    }

    fn definitions(&self) -> Vec<Definition> {
        let known = self.used.iter().filter_map(|id| self.catalogue.indicators.get(id));
        let definition = |indicator: &crate::catalogue::Indicator| Definition {
            id: indicator.id.clone(),
            title: indicator.title.clone(),
            definition: indicator.definition.clone(),
            source: indicator.source.clone(),
        };
        known.map(definition).collect()
    }
}

/// A table of its definition's name and notes, without indicators.
fn plain(definition: &TableDefinition, columns: Vec<Column>, rows: Vec<Row>) -> Table {
    Table {
        id: definition.id.clone(),
        title: definition.title.clone(),
        columns,
        rows,
        reading: Vec::new(),
        notes: definition.notes.clone(),
        indicators: Vec::new(),
    }
}

impl Made {
    fn alone(table: Table) -> Made {
        Made { table, shared: Dimensions::new() }
    }
}

/// The code of a dimension; the period is one where a table asks for it.
fn code_of<'o>(one: &'o Observation, dimension: &str) -> Option<&'o str> {
    if dimension == PERIOD { Some(&*one.period) } else { one.dimensions.get(dimension).map(String::as_str) }
}
