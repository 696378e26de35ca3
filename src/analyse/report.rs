//! A report built from observations by its definition (`reports/*.toml`): which tables it holds, in words and order.

mod definition;
mod evidence;

use self::definition::{
    ChartDefinition, ColumnDefinition, Field, OtherSource, ReportDefinition, SectionDefinition, TableDefinition,
};
pub(super) use self::evidence::{column, count, local, text};
use super::findings::{self, Found};
use super::observation::{Dimensions, Observation, Observations, Status};
use super::rounding::by_largest_remainder;
use crate::catalogue::resources::{self, Resource};
use crate::catalogue::{Catalogue, DatedValue, Parameter};
use crate::error::{Error, Result};
use crate::model::result::{
    Cell, Chart, ChartKind, Column, Definition, Edition, Missing, Report, Row, Section, Table, Unit,
};
use crate::model::{LocalText, Nis5, Receipt};
use std::collections::BTreeSet;
use std::path::Path;

/// What a report shows beside observations.
pub struct Evidence<'e> {
    /// The CPAS.
    pub cpas: Nis5,
    /// The period, e.g. `2017`.
    pub period: String,
    /// What became of the rows of its files.
    pub receipts: Vec<Receipt>,
    /// What each check found.
    pub found: Found,
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

struct Builder<'b> {
    catalogue: &'b Catalogue,
    own: Vec<&'b Observation>,
    evidence: &'b Evidence<'b>,
    place: crate::error::Place,
    used: Vec<String>,
}

/// Builds the report of one CPAS for one period.
///
/// # Errors
/// When the definition is broken or names an indicator that the catalogue does not hold.
pub fn build(
    definition: &Resource,
    catalogue: &Catalogue,
    observations: &Observations,
    evidence: &Evidence<'_>,
) -> Result<Report> {
    let parsed: ReportDefinition = definition.toml()?;
    // A provisional figure is a part of the truth that looks like the whole: a report does not show it.
    let own = observations.of("cpas", evidence.cpas.as_str(), &evidence.period);
    let own = own.filter(|one| one.status != Status::Provisional).collect();
    let mut builder = Builder { catalogue, own, evidence, place: definition.place(), used: Vec::new() };
    let sections = parsed.section.iter().map(|section| builder.section(section)).collect::<Result<Vec<_>>>()?;
    let definitions = builder.definitions();
    Ok(Report {
        id: definition.stem().to_owned(),
        title: parsed.title,
        area: evidence.cpas.to_string(),
        area_name: agency_name(catalogue, evidence.cpas),
        period: evidence.period.clone(),
        edition: Edition::Internal,
        facts: evidence::facts(evidence),
        sections: sections.into_iter().filter(|section| !section.tables.is_empty()).collect(),
        definitions,
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

/// The shares in a column rounded so that they add up to 100, where they do so unrounded.
fn add_up(rows: &mut [Row], place: usize, decimals: u8) {
    let share = |row: &Row| match row.cells.get(place) {
        Some(Cell::Number(value)) => Some(*value),
        _ => None,
    };
    let shares: Vec<f64> = rows.iter().filter_map(share).collect();
    if (shares.iter().sum::<f64>() - 100.0).abs() > 1e-6 {
        return;
    }
    let mut rounded = by_largest_remainder(&shares, decimals).into_iter();
    for row in rows.iter_mut().filter(|row| share(row).is_some()) {
        if let Some(value) = rounded.next() {
            row.cells[place] = Cell::Number(value);
        }
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
                if built.rows.is_empty() && table.hide_when_empty {
                    continue;
                }
                charts.extend(self.chart(table, &built)?);
                tables.push(built);
            }
        }
        Ok(Section {
            id: definition.id.clone(),
            title: definition.title.clone(),
            paragraphs: definition.paragraphs.clone(),
            tables,
            charts,
        })
    }

    fn tables(&mut self, definition: &TableDefinition) -> Result<Vec<Table>> {
        match definition.source {
            Some(OtherSource::Receipts) => {
                return Ok(vec![self.plain(
                    definition,
                    evidence::receipt_columns(),
                    evidence::receipt_rows(&self.evidence.receipts),
                )]);
            }
            Some(OtherSource::Checks) => {
                let rows = findings::check_rows(&self.evidence.found, self.catalogue);
                let mut table = self.plain(definition, findings::check_columns(), rows);
                table.notes.push(findings::outcome_note(&self.evidence.found));
                return Ok(vec![table]);
            }
            Some(OtherSource::Parameters) => {
                return Ok(vec![self.plain(
                    definition,
                    evidence::parameter_columns(),
                    evidence::parameter_rows(self.evidence, self.catalogue),
                )]);
            }
            None => {}
        }
        if !definition.line.is_empty() {
            return Ok(vec![self.lines(definition)?]);
        }
        let indicators = self.indicators(definition)?;
        if definition.each.is_empty() {
            return Ok(vec![self.observed(definition, &Dimensions::new(), &indicators)]);
        }
        let mut combinations: BTreeSet<Vec<(usize, String)>> = BTreeSet::new();
        for one in self.own.iter().filter(|one| indicators.iter().any(|known| **known == *one.indicator)) {
            let codes = definition.each.iter().map(|name| {
                let code = one.dimensions.get(name)?;
                Some((self.position(one, name, code), code.clone()))
            });
            combinations.extend(codes.collect::<Option<Vec<_>>>());
        }
        let mut tables = Vec::new();
        for (number, combination) in combinations.into_iter().enumerate() {
            let codes: Dimensions =
                definition.each.iter().cloned().zip(combination.into_iter().map(|(_, code)| code)).collect();
            let mut table = self.observed(definition, &codes, &indicators);
            table.id = format!("{}-{}", definition.id, number + 1);
            tables.push(table);
        }
        Ok(tables)
    }

    /// The indicators of a table's columns; notes that they are used.
    fn indicators(&mut self, definition: &TableDefinition) -> Result<Vec<String>> {
        let mut indicators = Vec::new();
        let lines = definition.line.iter().map(|line| &line.indicator);
        for id in definition.column.iter().map(|column| &column.indicator).chain(lines).filter(|id| !id.is_empty()) {
            let known =
                self.catalogue.indicators.keys().filter(|known| id == *known || id.starts_with(&format!("{known}.")));
            let base = known
                .max_by_key(|known| known.len())
                .ok_or_else(|| self.refused("report-unknown-indicator", id))?
                .clone();
            if !self.used.contains(&base) {
                self.used.push(base);
            }
            if !indicators.contains(id) {
                indicators.push(id.clone());
            }
        }
        Ok(indicators)
    }

    fn position(&self, one: &Observation, dimension: &str, code: &str) -> usize {
        self.catalogue.position(dimension, code, one.dimensions.get("instrument").map(String::as_str))
    }

    fn bases(&self, indicators: &[String]) -> Vec<String> {
        let base = |id: &String| {
            self.used
                .iter()
                .filter(|known| id == *known || id.starts_with(&format!("{known}.")))
                .max_by_key(|known| known.len())
        };
        let mut bases: Vec<String> = Vec::new();
        for base in indicators.iter().filter_map(base) {
            if !bases.contains(base) {
                bases.push(base.clone());
            }
        }
        bases
    }

    fn observed(&self, definition: &TableDefinition, each: &Dimensions, indicators: &[String]) -> Table {
        let mut fixed = definition.fixed.clone();
        fixed.extend(each.clone());
        let mut keys: BTreeSet<Vec<(usize, String)>> = BTreeSet::new();
        for column in &definition.column {
            for one in self.own.iter().filter(|one| *one.indicator == *column.indicator) {
                keys.extend(self.row_key(one, definition, &fixed, &column.filter));
            }
        }
        let mut rows: Vec<Row> = Vec::new();
        for key in keys {
            let codes: Dimensions =
                definition.rows.iter().cloned().zip(key.into_iter().map(|(_, code)| code)).collect();
            let instrument = codes.get("instrument").or_else(|| fixed.get("instrument")).map(String::as_str);
            let label = |name: &String| Cell::Label(self.catalogue.label_among(name, &codes[name], instrument));
            let mut cells: Vec<Cell> = definition.rows.iter().map(label).collect();
            cells.extend(definition.column.iter().map(|column| self.cell(column, definition, &fixed, &codes)));
            rows.push(Row { cells, is_total: false });
        }
        for (place, column) in definition.column.iter().enumerate() {
            if let Some(decimals) = column.adds_up {
                add_up(&mut rows, definition.rows.len() + place, decimals);
            }
        }
        let cells: Vec<Cell> =
            definition.column.iter().map(|column| self.cell(column, definition, &fixed, &Dimensions::new())).collect();
        let is_found = cells.iter().any(|cell| !matches!(cell, Cell::Missing(Missing::NotRecorded)));
        if is_found && (definition.rows.is_empty() || (definition.total && !rows.is_empty())) {
            let total = local("Total", "Totaal", "Gesamt", "Total");
            let blank = Cell::Missing(Missing::NotApplicable);
            let labels = (0..definition.rows.len())
                .map(|place| if place == 0 { Cell::Label(total.clone()) } else { blank.clone() });
            rows.push(Row { cells: labels.chain(cells).collect(), is_total: true });
        }
        let labels = definition.rows.iter().map(|name| Column {
            key: name.clone(),
            heading: self.catalogue.dimension_label(name),
            unit: Unit::Label,
        });
        let columns = labels.chain(definition.column.iter().map(|column| self.column(column))).collect();
        let suffix: Vec<LocalText> =
            definition.each.iter().filter_map(|name| Some(self.catalogue.label(name, each.get(name)?))).collect();
        let title = definition.title.map(|language, text| {
            suffix.iter().fold(text.to_owned(), |text, label| format!("{text} – {}", label.get(language)))
        });
        Table {
            id: definition.id.clone(),
            title,
            columns,
            rows,
            notes: definition.notes.iter().cloned().chain(self.label_note(definition, &fixed)).collect(),
            indicators: self.bases(indicators),
        }
    }

    /// Whose words the names of an instrument's domains are, where a publisher has names for them.
    fn label_note(&self, definition: &TableDefinition, fixed: &Dimensions) -> Option<LocalText> {
        let instrument = self.catalogue.instrument(fixed.get("instrument")?)?;
        let names_domains = definition.rows.iter().any(|row| row == "domain");
        (names_domains && !instrument.official_languages.is_empty()).then(|| self.catalogue.label_origin(instrument))
    }

    /// The codes of the row dimensions, if the observation belongs into the table.
    fn row_key(
        &self,
        one: &Observation,
        definition: &TableDefinition,
        fixed: &Dimensions,
        filter: &Dimensions,
    ) -> Option<Vec<(usize, String)>> {
        let fits = |wanted: &Dimensions| wanted.iter().all(|(name, code)| one.dimensions.get(name) == Some(code));
        let is_named = |name: &String| {
            definition.rows.contains(name)
                || definition.extra.contains(name)
                || fixed.contains_key(name)
                || filter.contains_key(name)
        };
        if definition.rows.is_empty() || !fits(fixed) || !fits(filter) || !one.dimensions.keys().all(is_named) {
            return None;
        }
        definition
            .rows
            .iter()
            .map(|name| one.dimensions.get(name).map(|code| (self.position(one, name, code), code.clone())))
            .collect()
    }

    fn cell(
        &self,
        column: &ColumnDefinition,
        definition: &TableDefinition,
        fixed: &Dimensions,
        codes: &Dimensions,
    ) -> Cell {
        let mut wanted = fixed.clone();
        wanted.extend(column.filter.clone());
        wanted.extend(codes.clone());
        let fits = |one: &&&Observation| {
            *one.indicator == *column.indicator
                && wanted.iter().all(|(name, code)| one.dimensions.get(name) == Some(code))
                && one.dimensions.keys().all(|name| wanted.contains_key(name) || definition.extra.contains(name))
        };
        let Some(one) = self.own.iter().find(fits) else { return Cell::Missing(Missing::NotRecorded) };
        if let Some(dimension) = &column.dimension {
            let code = one.dimensions.get(dimension);
            return code.map_or(Cell::Missing(Missing::NotApplicable), |code| {
                Cell::Label(self.catalogue.label(dimension, code))
            });
        }
        figure(one, column.field, column.unit)
    }

    fn column(&self, column: &ColumnDefinition) -> Column {
        let dimension = || column.dimension.as_ref().map(|name| self.catalogue.dimension_label(name));
        let title = || self.catalogue.indicators.get(&column.indicator).map(|indicator| indicator.title.clone());
        let heading =
            column.heading.clone().or_else(dimension).or_else(title).unwrap_or_else(|| LocalText::same(&column.key));
        Column { key: column.key.clone(), heading, unit: column.unit }
    }

    /// A table of single figures.
    fn lines(&mut self, definition: &TableDefinition) -> Result<Table> {
        let indicators = self.indicators(definition)?;
        let unit = definition.column.first().map_or(Unit::Count, |column| column.unit);
        let rows = definition.line.iter().map(|line| {
            let one = self.own.iter().find(|one| *one.indicator == *line.indicator && *one.dimensions == line.filter);
            let title = || self.catalogue.indicators.get(&line.indicator).map(|indicator| indicator.title.clone());
            let label = line.label.clone().or_else(title).unwrap_or_else(|| LocalText::same(&line.indicator));
            let value = one.map_or(Cell::Missing(Missing::NotRecorded), |one| figure(one, Field::Value, unit));
            Row { cells: vec![Cell::Label(label), value], is_total: false }
        });
        let label = Column {
            key: "figure".to_owned(),
            heading: local("Indicateur", "Indicator", "Indikator", "Indicator"),
            unit: Unit::Label,
        };
        let columns =
            std::iter::once(label).chain(definition.column.iter().take(1).map(|column| self.column(column))).collect();
        let rows = rows.collect();
        Ok(Table {
            id: definition.id.clone(),
            title: definition.title.clone(),
            columns,
            rows,
            notes: definition.notes.clone(),
            indicators: self.bases(&indicators),
        })
    }

    fn plain(&self, definition: &TableDefinition, columns: Vec<Column>, rows: Vec<Row>) -> Table {
        Table {
            id: definition.id.clone(),
            title: definition.title.clone(),
            columns,
            rows,
            notes: definition.notes.clone(),
            indicators: Vec::new(),
        }
    }

    fn chart(&self, definition: &TableDefinition, table: &Table) -> Result<Option<Chart>> {
        let Some(chart) = definition.chart.as_ref().filter(|_| table.rows.iter().any(|row| !row.is_total)) else {
            return Ok(None);
        };
        let label = table.columns.first().map(|column| column.key.clone()).unwrap_or_default();
        let (title, kind) = match chart {
            ChartDefinition::Dumbbell { title, before, after } => (
                title,
                ChartKind::Dumbbell { label, before: before.clone(), after: after.clone(), scale: self.scale(table) },
            ),
            ChartDefinition::Funnel { title, steps } => (title, ChartKind::Funnel { label, steps: steps.clone() }),
            ChartDefinition::Bullet { title, realised, target, label } => {
                (title, ChartKind::Bullet { label: label.clone(), realised: realised.clone(), target: target.clone() })
            }
            ChartDefinition::Bars { title, value } => (title, ChartKind::Bars { label, value: value.clone() }),
        };
        for key in chart_keys(&kind) {
            if table.column(key).is_none() {
                return Err(self.refused("report-unknown-column", key));
            }
        }
        // One of several tables: the chart says, as its table does, which instrument and whose eyes it shows.
        let title = if definition.each.is_empty() { title } else { &table.title };
        let id = format!("chart-{}", table.id);
        Ok(Some(Chart { id, title: title.clone(), table: table.id.clone(), kind }))
    }

    /// The ends of the scale of the instrument whose domains the table shows; without one, the values' own range.
    fn scale(&self, table: &Table) -> (f64, f64) {
        let title = &table.title;
        let instrument = self.catalogue.instruments().find(|instrument| title.en.contains(&instrument.title.en));
        #[expect(clippy::cast_precision_loss, reason = "levels of a scale are small")]
        let ends = |instrument: &crate::catalogue::Instrument| {
            let lowest = instrument.scales.iter().map(|scale| scale.lowest).min().unwrap_or(0) as f64 / 100.0;
            let highest = instrument.scales.iter().map(|scale| scale.highest).max().unwrap_or(0) as f64 / 100.0;
            (lowest, highest)
        };
        instrument.map_or((0.0, 10.0), ends)
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

fn chart_keys(kind: &ChartKind) -> Vec<&String> {
    match kind {
        ChartKind::Dumbbell { label, before, after, .. } => vec![label, before, after],
        ChartKind::Funnel { label, steps } => std::iter::once(label).chain(steps).collect(),
        ChartKind::Bullet { label, realised, target } => vec![label, realised, target],
        ChartKind::Bars { label, value } => vec![label, value],
    }
}

fn figure(one: &Observation, field: Field, unit: Unit) -> Cell {
    let number = match field {
        Field::Value => one.estimate.value,
        Field::Low => one.estimate.interval.map(|(low, _)| low),
        Field::High => one.estimate.interval.map(|(_, high)| high),
        #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
        Field::Persons => one.persons.map(|persons| persons as f64),
        Field::Numerator => one.numerator,
        Field::Denominator => one.denominator,
    };
    let Some(number) = number else { return Cell::Missing(Missing::NotComputable) };
    #[expect(clippy::cast_possible_truncation, reason = "counts and cents are far below 2^53")]
    match unit {
        Unit::Count => Cell::Count(number.round() as i64),
        Unit::Eur => Cell::Eur((number * 100.0).round() as i64),
        _ => Cell::Number(number),
    }
}
