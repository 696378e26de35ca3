//! A report built from observations by its definition (`reports/*.toml`): which tables it holds, in words and order.

mod chart;
mod definition;
mod evidence;
mod national;
mod reading;
mod table;

use self::definition::{OtherSource, ReportDefinition, SectionDefinition, TableDefinition};
pub use self::evidence::receipt_facts;
pub(crate) use self::evidence::{column, count, local, text};
use super::agencies::Return;
use super::disclosure::Protected;
use super::findings::{self, Found};
use super::observation::{Dimensions, Observation, Status};
use crate::catalogue::resources::{self, Resource};
use crate::catalogue::{Area, Catalogue, DatedValue, Parameter};
use crate::error::{Error, Result};
use crate::model::result::{Cell, Column, Definition, Edition, Picture, Report, Row, Section, Table};
use crate::model::{LocalText, Nis5, Period, Receipt};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a report shows beside observations.
pub struct Evidence<'e> {
    /// The area reported on: a CPAS or the country.
    pub area: Area,
    /// The period.
    pub period: Period,
    /// What stands on the cover.
    pub facts: Vec<(LocalText, Cell)>,
    /// What became of the rows of a CPAS's files.
    pub receipts: Vec<Receipt>,
    /// The agencies of the country, where it is reported on.
    pub returns: Vec<Return>,
    /// How a public edition was protected.
    pub protection: Vec<(LocalText, Cell)>,
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
/// Another: a table with it shows the areas of its level one below the other.
const AREA: &str = "area";

struct Builder<'b> {
    catalogue: &'b Catalogue,
    /// The area's figures of this period, by indicator.
    own: Known<'b>,
    /// Those of all periods up to this one that are as long as it is.
    all: Known<'b>,
    /// Those of this period of other areas, by their level.
    areas: BTreeMap<&'b str, Known<'b>>,
    evidence: &'b Evidence<'b>,
    edition: Edition,
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

/// Builds a report for one period from observations, those of other periods and areas among them. It shows small numbers.
///
/// # Errors
/// When a definition is broken or names an indicator that the catalogue does not hold.
pub fn build(
    (definition, others): (&Resource, &[Resource]),
    catalogue: &Catalogue,
    observations: &[&Observation],
    evidence: &Evidence<'_>,
) -> Result<Report> {
    made((definition, others), catalogue, observations, evidence, Edition::Internal)
}

/// Builds a report that everybody may see: of what disclosure control lets through, and of nothing else.
///
/// # Errors
/// See [`build`].
pub fn build_public(
    (definition, others): (&Resource, &[Resource]),
    catalogue: &Catalogue,
    protected: &Protected,
    evidence: &Evidence<'_>,
) -> Result<Report> {
    let observations: Vec<&Observation> = protected.figures().iter().collect();
    made((definition, others), catalogue, &observations, evidence, protected.edition())
}

fn made(
    (definition, others): (&Resource, &[Resource]),
    catalogue: &Catalogue,
    observations: &[&Observation],
    evidence: &Evidence<'_>,
    edition: Edition,
) -> Result<Report> {
    let parsed = ReportDefinition::read(definition, others)?;
    let period = evidence.period.to_string();
    // A provisional figure of a CPAS is a part of the truth that looks like the whole: a report does not show it. A country
    // waits for some of its agencies nearly always: its report says for how many.
    let is_shown = |one: &Observation| one.status != Status::Provisional || &*one.area_level != "cpas";
    let is_own = |one: &Observation| *one.area_level == *evidence.area.level && *one.area == evidence.area.code;
    let known = |is_wanted: &dyn Fn(&Observation) -> bool| {
        let mut known = Known::new();
        for one in observations.iter().filter(|one| is_shown(one) && is_wanted(one)) {
            known.entry(&*one.indicator).or_default().push(*one);
        }
        known
    };
    let of_level = |level: &str| known(&|one| *one.area_level == *level && *one.period == *period);
    let mut builder = Builder {
        catalogue,
        own: known(&|one| *one.period == *period && is_own(one)),
        all: known(&|one| {
            is_own(one) && one.period.parse().is_ok_and(|other: Period| other.is_in_series_to(evidence.period))
        }),
        areas: parsed.levels().into_iter().map(|level| (level, of_level(level))).collect(),
        evidence,
        edition,
        place: definition.place(),
        used: Vec::new(),
    };
    let sections = parsed.section.iter().map(|section| builder.section(section)).collect::<Result<Vec<_>>>()?;
    let definitions = builder.definitions();
    Ok(Report {
        id: definition.stem().to_owned(),
        title: parsed.title.clone(),
        area: evidence.area.code.clone(),
        area_name: area_name(catalogue, &evidence.area),
        period,
        edition,
        facts: evidence.facts.clone(),
        sections: sections.into_iter().filter(|section| !section.tables.is_empty()).collect(),
        definitions,
        logo: evidence.logo.clone(),
    })
}

/// The name of the area reported on: of a CPAS, what it calls itself.
fn area_name(catalogue: &Catalogue, area: &Area) -> LocalText {
    match area.code.parse() {
        Ok(cpas) if area.level == "cpas" => agency_name(catalogue, cpas),
        _ => catalogue.area_label(area.level, &area.code),
    }
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
            Some(source) => return Ok(vec![Made::alone(self.national(definition, source)?)]),
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
        let known = match definition.level.as_deref() {
            Some(level) => self.areas.get(level),
            None if definition.rows.iter().any(|name| name == PERIOD) => Some(&self.all),
            None => Some(&self.own),
        };
        known.and_then(|known| known.get(indicator)).map_or(&[], Vec::as_slice)
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

/// The code of a dimension; period and area are such where a table asks for them.
fn code_of<'o>(one: &'o Observation, dimension: &str) -> Option<&'o str> {
    match dimension {
        PERIOD => Some(&*one.period),
        AREA => Some(&*one.area),
        _ => one.dimensions.get(dimension).map(String::as_str),
    }
}
