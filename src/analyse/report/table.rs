//! Tables of a report made from observations: one figure a cell.

use super::definition::{ColumnDefinition, Field, LineDefinition, TableDefinition};
use super::{AREA, Builder, PERIOD, code_of, local, plain};
use crate::analyse::observation::{Dimensions, Observation, Status};
use crate::analyse::rounding::by_largest_remainder;
use crate::error::Result;
use crate::model::result::{Cell, Column, Edition, Figure, Missing, Row, Table, Unit};
use crate::model::{LocalText, Period};
use std::collections::BTreeSet;

/// A cell and the figure it shows.
type Shown = (Cell, Option<Figure>);

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
    /// The indicators of a table's columns; notes that they are used.
    pub(super) fn indicators(&mut self, definition: &TableDefinition) -> Result<Vec<String>> {
        let mut indicators = Vec::new();
        let lines = definition.line.iter().map(|line| &line.indicator);
        for id in definition.column.iter().map(|column| &column.indicator).chain(lines).filter(|id| !id.is_empty()) {
            let base = self.base(id).ok_or_else(|| self.refused("report-unknown-indicator", id))?;
            if !self.used.contains(&base) {
                self.used.push(base);
            }
            if !indicators.contains(id) {
                indicators.push(id.clone());
            }
        }
        Ok(indicators)
    }

    /// The indicator of the catalogue that a figure belongs to: `progress.change` of `progress.change.improved`.
    fn base(&self, id: &str) -> Option<String> {
        let known = self.catalogue.indicators.keys();
        let is_base = |known: &&String| id == *known || id.starts_with(&format!("{known}."));
        known.filter(is_base).max_by_key(|known| known.len()).cloned()
    }

    pub(super) fn position(&self, one: &Observation, dimension: &str, code: &str) -> usize {
        let dimension = if dimension == AREA { &*one.area_level } else { dimension };
        self.catalogue.position(dimension, code, one.dimensions.get("instrument").map(String::as_str))
    }

    pub(super) fn bases(&self, indicators: &[String]) -> Vec<String> {
        let mut bases: Vec<String> = Vec::new();
        for base in indicators.iter().filter_map(|id| self.base(id)) {
            if !bases.contains(&base) {
                bases.push(base);
            }
        }
        bases
    }

    pub(super) fn observed(&self, definition: &TableDefinition, each: &Dimensions, indicators: &[String]) -> Table {
        let mut fixed = definition.fixed.clone();
        fixed.extend(each.clone());
        let mut rows = self.rows(definition, &fixed);
        for (place, column) in definition.column.iter().enumerate() {
            if let Some(decimals) = column.adds_up {
                add_up(&mut rows, definition.rows.len() + place, decimals);
            }
        }
        rows.extend(self.total(definition, &fixed, rows.is_empty()));
        let labels = definition.rows.iter().map(|name| Column {
            key: name.clone(),
            heading: self.catalogue.dimension_label(definition.dimension(name)),
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
            reading: Vec::new(),
            notes: definition.notes.iter().cloned().chain(self.label_note(definition, &fixed)).collect(),
            indicators: self.bases(indicators),
        }
    }

    fn rows(&self, definition: &TableDefinition, fixed: &Dimensions) -> Vec<Row> {
        let mut keys: BTreeSet<Vec<(usize, String)>> = BTreeSet::new();
        for column in &definition.column {
            for one in self.figures(definition, &column.indicator) {
                keys.extend(self.row_key(one, definition, fixed, &column.filter));
            }
        }
        // An area from which nothing came has its row: what is not there shows.
        if let (Some(level), [only]) = (definition.level.as_deref(), &definition.rows[..])
            && only == AREA
            && !keys.is_empty()
        {
            let areas = self.evidence.returns.iter().filter_map(|one| one.area(level));
            keys.extend(areas.map(|code| vec![(self.catalogue.position(level, code, None), code.to_owned())]));
        }
        let row = |key: Vec<(usize, String)>| {
            let codes: Dimensions =
                definition.rows.iter().cloned().zip(key.into_iter().map(|(_, code)| code)).collect();
            let instrument = codes.get("instrument").or_else(|| fixed.get("instrument")).map(String::as_str);
            let label = |name: &String| match definition.level.as_deref().filter(|_| name == AREA) {
                Some(level) => (Cell::Label(self.catalogue.area_label(level, &codes[name])), None),
                None => (Cell::Label(self.catalogue.label_among(name, &codes[name], instrument)), None),
            };
            let labels = definition.rows.iter().map(label);
            let figures = definition.column.iter().map(|column| {
                self.cell(column, self.figures(definition, &column.indicator), definition, (fixed, &codes))
            });
            let (cells, figures) = labels.chain(figures).unzip();
            Row { cells, figures, is_total: false }
        };
        keys.into_iter().map(row).collect()
    }

    /// The row for all the others; in a table without dimensions the only one.
    fn total(&self, definition: &TableDefinition, fixed: &Dimensions, is_empty: bool) -> Option<Row> {
        if !(definition.rows.is_empty() || (definition.total && !is_empty)) {
            return None;
        }
        let none = Dimensions::new();
        // Under areas stands the one that they make up.
        let of = |indicator: &str| match definition.level {
            Some(_) => self.own.get(indicator).map_or(&[][..], Vec::as_slice),
            None => self.figures(definition, indicator),
        };
        let cell = |column: &ColumnDefinition| self.cell(column, of(&column.indicator), definition, (fixed, &none));
        let figures: Vec<Shown> = definition.column.iter().map(cell).collect();
        let is_found = figures.iter().any(|(cell, _)| !matches!(cell, Cell::Missing(Missing::NotRecorded)));
        let total = Cell::Label(local("Total", "Totaal", "Gesamt", "Total"));
        let blank = |place: usize| if place == 0 { total.clone() } else { Cell::Missing(Missing::NotApplicable) };
        let labels = (0..definition.rows.len()).map(|place| (blank(place), None));
        let (cells, figures) = labels.chain(figures).unzip();
        is_found.then_some(Row { cells, figures, is_total: true })
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
        let code = |name: &String| code_of(one, name).map(|code| (self.position(one, name, code), code.to_owned()));
        definition.rows.iter().map(code).collect()
    }

    fn cell(
        &self,
        column: &ColumnDefinition,
        among: &[&Observation],
        definition: &TableDefinition,
        (fixed, codes): (&Dimensions, &Dimensions),
    ) -> Shown {
        if column.field == Field::Remark {
            return (self.remark(codes), None);
        }
        let mut wanted = fixed.clone();
        wanted.extend(column.filter.clone());
        wanted.extend(codes.clone());
        let fits = |one: &&&Observation| {
            wanted.iter().all(|(name, code)| code_of(one, name) == Some(code.as_str()))
                && one.dimensions.keys().all(|name| wanted.contains_key(name) || definition.extra.contains(name))
        };
        let Some(one) = among.iter().find(fits) else { return (Cell::Missing(Missing::NotRecorded), None) };
        if let Some(dimension) = &column.dimension {
            let code = one.dimensions.get(dimension);
            let label = code.map(|code| Cell::Label(self.catalogue.label(dimension, code)));
            return (label.unwrap_or(Cell::Missing(Missing::NotApplicable)), None);
        }
        (self.value(one, column.field, column.unit), self.figure(one))
    }

    /// What `trace` and the definitions know the figure by; nothing for one of another period than the report's.
    pub(super) fn figure(&self, one: &Observation) -> Option<Figure> {
        let is_own = *one.period == *self.evidence.period.to_string();
        let indicator = self.base(&one.indicator).filter(|_| is_own)?;
        let cpas = (&*one.area_level == "cpas").then(|| one.area.to_string());
        Some(Figure { indicator, dimensions: (*one.dimensions).clone(), cpas })
    }

    /// Why the period of a row cannot be compared with the one before it.
    fn remark(&self, codes: &Dimensions) -> Cell {
        let period = codes.get(PERIOD).and_then(|code| code.parse::<Period>().ok());
        let remark = period.and_then(|period| self.evidence.breaks.get(&period));
        remark.map_or(Cell::Missing(Missing::NotApplicable), |remark| Cell::Label(remark.clone()))
    }

    fn column(&self, column: &ColumnDefinition) -> Column {
        let dimension = || column.dimension.as_ref().map(|name| self.catalogue.dimension_label(name));
        let title = || self.catalogue.indicators.get(&column.indicator).map(|indicator| indicator.title.clone());
        let heading =
            column.heading.clone().or_else(dimension).or_else(title).unwrap_or_else(|| LocalText::same(&column.key));
        Column { key: column.key.clone(), heading, unit: column.unit }
    }

    /// A table of single figures, one a row; with `previous`, beside those of the period before.
    pub(super) fn lines(&mut self, definition: &TableDefinition) -> Result<Table> {
        let indicators = self.indicators(definition)?;
        let previous = self.evidence.period.previous();
        let is_before = |line: &LineDefinition| self.single(line, &previous.to_string()).is_some();
        // Where the two cannot be compared, a difference would be read as one.
        let is_comparable = !self.evidence.breaks.contains_key(&self.evidence.period);
        let shows_previous = definition.previous && is_comparable && definition.line.iter().any(is_before);
        let mut columns = vec![Column {
            key: "figure".to_owned(),
            heading: local("Indicateur", "Indicator", "Indikator", "Indicator"),
            unit: Unit::Label,
        }];
        columns.extend(definition.column.iter().map(|column| self.column(column)));
        if shows_previous {
            let unit = definition.column.first().map_or(Unit::Count, |column| column.unit);
            let difference = match unit {
                Unit::Percent => local(
                    "Écart (points de %)",
                    "Verschil (procentpunten)",
                    "Unterschied (Prozentpunkte)",
                    "Difference (percentage points)",
                ),
                _ => local("Écart", "Verschil", "Unterschied", "Difference"),
            };
            let unit_of_difference = if unit == Unit::Percent { Unit::PercentagePoints } else { unit };
            columns.push(Column { key: "previous".to_owned(), heading: LocalText::same(previous.to_string()), unit });
            columns.push(Column { key: "difference".to_owned(), heading: difference, unit: unit_of_difference });
        }
        let rows = definition.line.iter().map(|line| self.line(definition, line, shows_previous)).collect();
        Ok(Table { indicators: self.bases(&indicators), ..plain(definition, columns, rows) })
    }

    /// The figure of a line in a period.
    pub(super) fn single(&self, line: &LineDefinition, period: &str) -> Option<&Observation> {
        let known = self.all.get(line.indicator.as_str())?;
        known.iter().find(|one| *one.period == *period && *one.dimensions == line.filter).copied()
    }

    fn line(&self, definition: &TableDefinition, line: &LineDefinition, shows_previous: bool) -> Row {
        let one = self.single(line, &self.evidence.period.to_string());
        let title = || self.catalogue.indicators.get(&line.indicator).map(|indicator| indicator.title.clone());
        let label = line.label.clone().or_else(title).unwrap_or_else(|| LocalText::same(&line.indicator));
        let shown = |one: Option<&Observation>, field: Field, unit: Unit| {
            one.map_or(Cell::Missing(Missing::NotRecorded), |one| self.value(one, field, unit))
        };
        let mut row = Row::plain(vec![Cell::Label(label)]);
        row.figures.push(None);
        for column in &definition.column {
            row.cells.push(shown(one, column.field, column.unit));
            row.figures.push(one.and_then(|one| self.figure(one)));
        }
        if shows_previous {
            let (field, unit) =
                definition.column.first().map_or((Field::Value, Unit::Count), |column| (column.field, column.unit));
            let before = shown(self.single(line, &self.evidence.period.previous().to_string()), field, unit);
            let difference = difference(row.cells.get(1), &before);
            row.cells.extend([before, difference]);
            row.figures.extend([None, None]);
        }
        row
    }

    /// A part of an observation as the cell of a column with this unit.
    pub(super) fn value(&self, one: &Observation, field: Field, unit: Unit) -> Cell {
        let number = match field {
            Field::Value => one.estimate.value,
            Field::Low => one.estimate.interval.map(|(low, _)| low),
            Field::High => one.estimate.interval.map(|(_, high)| high),
            #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
            Field::Persons => one.persons.map(|persons| persons as f64),
            Field::Numerator => one.numerator,
            Field::Denominator => one.denominator,
            Field::Remark => None,
        };
        // An edition for everybody withholds intervals of figures that it shows.
        let is_withheld = self.edition != Edition::Internal
            && matches!(field, Field::Low | Field::High)
            && one.estimate.value.is_some();
        let is_hidden = one.status == Status::Suppressed || is_withheld;
        let why = if is_hidden { Missing::Suppressed } else { Missing::NotComputable };
        let Some(number) = number else { return Cell::Missing(why) };
        #[expect(clippy::cast_possible_truncation, reason = "counts and cents are far below 2^53")]
        match unit {
            Unit::Count => Cell::Count(number.round() as i64),
            Unit::Eur => Cell::Eur((number * 100.0).round() as i64),
            _ => Cell::Number(number),
        }
    }
}

/// What the second cell has more than the first; in whole numbers and cents exactly.
fn difference(now: Option<&Cell>, before: &Cell) -> Cell {
    match (now, before) {
        (Some(Cell::Count(now)), Cell::Count(before)) => Cell::Count(now - before),
        (Some(Cell::Eur(now)), Cell::Eur(before)) => Cell::Eur(now - before),
        (Some(Cell::Number(now)), Cell::Number(before)) => Cell::Number(now - before),
        _ => Cell::Missing(Missing::NotApplicable),
    }
}
