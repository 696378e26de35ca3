//! Tables of the national report that are not one figure a cell: who handed in, how the agencies' figures spread, which of
//! them chance does not explain, and what the figures would be had all handed in.

use super::definition::{Field, LineDefinition, OtherSource, TableDefinition};
use super::{AREA, Builder, Known, column, count, local, plain};
use crate::analyse::agencies::{self, Return, Stratum};
use crate::analyse::observation::Observation;
use crate::catalogue::Kind;
use crate::error::Result;
use crate::model::LocalText;
use crate::model::result::{Cell, Column, Figure, Missing, Row, Table, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// The level of the agencies.
const AGENCY: &str = "cpas";

/// What figures of agencies that handed in no rows do to those above them.
fn of_figures_only() -> LocalText {
    local(
        "Certains CPAS ont remis des chiffres protégés au lieu de données. Un chiffre que l'un d'eux cache (c) manque aussi plus haut. Une personne connue de deux de ces CPAS compte dans chacun. Une moyenne n'a d'intervalle que si chacun l'a donné.",
        "Sommige OCMW's dienden beschermde cijfers in en geen gegevens. Een cijfer dat één ervan verbergt (c), ontbreekt ook hogerop. Wie bij twee van die OCMW's bekend is, telt in elk mee. Een gemiddelde heeft alleen een interval als elk OCMW het gaf.",
        "Manche ÖSHZ haben geschützte Zahlen statt Daten eingereicht. Eine Zahl, die eines davon verbirgt (c), fehlt auch weiter oben. Wer zwei dieser ÖSHZ bekannt ist, zählt in jedem. Ein Mittelwert hat nur dann ein Intervall, wenn jedes es angab.",
        "Some CPAS handed in protected figures and no data. A figure that one of them hides (c) is missing above it too. A person known to two of these CPAS counts in each. A mean has an interval only where each of them gave it.",
    )
}

impl Builder<'_> {
    /// A table of one of those sources; without rows where the report may not show it.
    pub(super) fn national(&mut self, definition: &TableDefinition, source: OtherSource) -> Result<Table> {
        let indicators = self.indicators(definition)?;
        let mut notes = Vec::new();
        let (columns, rows) = match source {
            OtherSource::Returns => {
                notes.extend(self.evidence.returns.iter().any(|one| one.is_figures_only).then(of_figures_only));
                self.returns(definition)
            }
            OtherSource::Spread => self.spread(definition),
            OtherSource::Outliers => self.outliers(definition),
            OtherSource::Limits => self.limits(definition),
            OtherSource::Weighted => self.weighted(definition),
            OtherSource::Strata => self.strata(),
            _ => self.protection(),
        };
        let mut table = Table { indicators: self.bases(&indicators), ..plain(definition, columns, rows) };
        table.notes.extend(notes);
        Ok(table)
    }

    fn figure_column() -> Column {
        column("figure", local("Indicateur", "Indicator", "Indikator", "Indicator"), Unit::Label)
    }

    /// How many agencies were expected and handed in, by area.
    fn returns(&self, definition: &TableDefinition) -> (Vec<Column>, Vec<Row>) {
        let level = definition.level.as_deref().unwrap_or("region");
        let has_figures_only = self.evidence.returns.iter().any(|one| one.is_figures_only);
        let mut columns = vec![
            column(AREA, self.catalogue.dimension_label(level), Unit::Label),
            column(
                "expected",
                local("CPAS attendus", "Verwachte OCMW's", "Erwartete ÖSHZ", "CPAS expected"),
                Unit::Count,
            ),
            column("handed_in", local("Ont remis", "Dienden in", "Eingereicht", "Handed in"), Unit::Count),
            column("share", local("Part (%)", "Aandeel (%)", "Anteil (%)", "Share (%)"), Unit::Percent),
            column(
                "complete",
                local("dont complets", "waarvan volledig", "davon vollständig", "of which complete"),
                Unit::Count,
            ),
            column(
                "on_time",
                local("dont à temps", "waarvan tijdig", "davon rechtzeitig", "of which on time"),
                Unit::Count,
            ),
        ];
        if has_figures_only {
            let heading =
                local("dont par chiffres seuls", "waarvan enkel cijfers", "davon nur Zahlen", "of which figures only");
            columns.push(column("figures_only", heading, Unit::Count));
        }
        let mut by_area: BTreeMap<(usize, String), Vec<&Return>> = BTreeMap::new();
        for one in &self.evidence.returns {
            let code = one.area(level).unwrap_or_default().to_owned();
            by_area.entry((self.catalogue.position(level, &code, None), code)).or_default().push(one);
        }
        let cells = |label: LocalText, all: &[&Return]| {
            let handed_in = || all.iter().filter(|one| !one.tables.is_empty());
            let has_last_day = all.iter().any(|one| one.is_on_time.is_some());
            let on_time = handed_in().filter(|one| one.is_on_time == Some(true)).count();
            #[expect(clippy::cast_precision_loss, reason = "there are 565 agencies")]
            let share = 100.0 * handed_in().count() as f64 / all.len() as f64;
            let mut cells = vec![
                Cell::Label(label),
                number(all.len()),
                number(handed_in().count()),
                Cell::Number(share),
                number(handed_in().filter(|one| one.is_complete).count()),
                if has_last_day { number(on_time) } else { Cell::Missing(Missing::NotApplicable) },
            ];
            if has_figures_only {
                cells.push(number(handed_in().filter(|one| one.is_figures_only).count()));
            }
            cells
        };
        let all: Vec<&Return> = self.evidence.returns.iter().collect();
        let rows = by_area
            .iter()
            .map(|((_, code), all)| Row::plain(cells(self.catalogue.area_label(level, code), all)))
            .chain((!all.is_empty()).then(|| Row {
                cells: cells(self.catalogue.area_label("country", "BE"), &all),
                is_total: true,
                ..Row::default()
            }));
        (columns, rows.collect())
    }

    /// Whether the edition holds figures of single agencies: a public one does not.
    fn shows_agencies(&self) -> bool {
        self.areas.get(AGENCY).is_some_and(|known| !known.is_empty())
    }

    /// The agencies' own figures of a line, those that have one.
    fn of_agencies(&self, line: &LineDefinition) -> Vec<&Observation> {
        let known = self.areas.get(AGENCY).and_then(|known: &Known<'_>| known.get(line.indicator.as_str()));
        let is_meant = |one: &&Observation| *one.dimensions == line.filter && one.estimate.value.is_some();
        known.into_iter().flatten().copied().filter(is_meant).collect()
    }

    fn name(&self, line: &LineDefinition) -> LocalText {
        let title = || self.catalogue.indicators.get(&line.indicator).map(|indicator| indicator.title.clone());
        line.label.clone().or_else(title).unwrap_or_else(|| LocalText::same(&line.indicator))
    }

    fn agency(&self, one: &Observation) -> Cell {
        Cell::Label(self.catalogue.area_label(AGENCY, &one.area))
    }

    fn spread(&self, definition: &TableDefinition) -> (Vec<Column>, Vec<Row>) {
        let unit = unit(definition);
        let columns = vec![
            Self::figure_column(),
            column("agencies", local("CPAS", "OCMW's", "ÖSHZ", "CPAS"), Unit::Count),
            column("lowest", local("Le plus bas", "Laagste", "Niedrigster", "Lowest"), unit),
            column("q1", local("Premier quartile", "Eerste kwartiel", "Erstes Quartil", "First quartile"), unit),
            column("median", local("Médiane", "Mediaan", "Median", "Median"), unit),
            column("q3", local("Troisième quartile", "Derde kwartiel", "Drittes Quartil", "Third quartile"), unit),
            column("highest", local("Le plus haut", "Hoogste", "Höchster", "Highest"), unit),
            column("outliers", local("Écartés des autres", "Uitschieters", "Ausreißer", "Outliers"), Unit::Count),
        ];
        let row = |line: &LineDefinition| {
            let values = values(&self.of_agencies(line));
            let found = agencies::spread(&values)?;
            let mut cells = vec![Cell::Label(self.name(line)), number(values.len())];
            cells.extend(found.marks.map(|mark| cell(mark, unit)));
            cells.push(number(found.outliers.len()));
            Some(Row::plain(cells))
        };
        (columns, definition.line.iter().filter_map(row).collect())
    }

    fn outliers(&self, definition: &TableDefinition) -> (Vec<Column>, Vec<Row>) {
        let unit = unit(definition);
        let columns = vec![
            Self::figure_column(),
            column("cpas", self.catalogue.dimension_label(AGENCY), Unit::Label),
            column("value", local("Sa valeur", "Zijn waarde", "Sein Wert", "Its value"), unit),
            column("median", local("Médiane", "Mediaan", "Median", "Median"), unit),
            column("cases", local("Cas", "Gevallen", "Fälle", "Cases"), Unit::Count),
        ];
        let mut rows = Vec::new();
        for line in &definition.line {
            let all = self.of_agencies(line);
            let Some(found) = agencies::spread(&values(&all)) else { continue };
            for place in found.outliers {
                let one = all[place];
                let cases = one
                    .denominator
                    .or(one.numerator)
                    .map_or(Cell::Missing(Missing::NotApplicable), |n| cell(n, Unit::Count));
                let figure = self.figure(one);
                rows.push(Row {
                    cells: vec![
                        Cell::Label(self.name(line)),
                        self.agency(one),
                        self.value(one, Field::Value, unit),
                        cell(found.marks[2], unit),
                        cases,
                    ],
                    figures: vec![None, None, figure, None, None],
                    is_total: false,
                });
            }
        }
        (columns, rows)
    }

    /// Each agency's share between the limits around that of all agencies together, the largest agency first.
    fn limits(&self, definition: &TableDefinition) -> (Vec<Column>, Vec<Row>) {
        let limit =
            |key: &str, fr: &str, nl: &str, de: &str, en: &str| column(key, local(fr, nl, de, en), Unit::Percent);
        let columns = vec![
            column("cpas", self.catalogue.dimension_label(AGENCY), Unit::Label),
            column("cases", local("Cas", "Gevallen", "Fälle", "Cases"), Unit::Count),
            column("share", local("Part (%)", "Aandeel (%)", "Anteil (%)", "Share (%)"), Unit::Percent),
            limit("low_998", "Limite basse 99,8 %", "Ondergrens 99,8 %", "Untergrenze 99,8 %", "Lower limit 99.8%"),
            limit("low_95", "Limite basse 95 %", "Ondergrens 95 %", "Untergrenze 95 %", "Lower limit 95%"),
            limit("high_95", "Limite haute 95 %", "Bovengrens 95 %", "Obergrenze 95 %", "Upper limit 95%"),
            limit("high_998", "Limite haute 99,8 %", "Bovengrens 99,8 %", "Obergrenze 99,8 %", "Upper limit 99.8%"),
            column("verdict", local("Lecture", "Lezing", "Lesart", "Reading"), Unit::Label),
        ];
        let mut rows: Vec<(u64, Row)> = Vec::new();
        for line in &definition.line {
            let all = self.of_agencies(line);
            let of = |part: fn(&Observation) -> Option<f64>| all.iter().filter_map(|one| part(one)).sum::<f64>();
            let (part, whole) = (of(|one| one.numerator), of(|one| one.denominator));
            for one in &all {
                let (Some(share), Some(cases)) = (one.estimate.value, one.denominator.and_then(whole_number)) else {
                    continue;
                };
                let Some(found) = agencies::limits(100.0 * part / whole, cases) else { continue };
                let mut cells = vec![self.agency(one), count(cases), Cell::Number(share)];
                cells.extend(found.map(Cell::Number));
                cells.push(Cell::Label(verdict(share, found)));
                let mut figures: Vec<Option<Figure>> = vec![None; cells.len()];
                figures[2] = self.figure(one);
                rows.push((cases, Row { cells, figures, is_total: false }));
            }
        }
        rows.sort_by_key(|(cases, _)| std::cmp::Reverse(*cases));
        (columns, rows.into_iter().map(|(_, row)| row).collect())
    }

    /// The figures as they were handed in, and weighted for the agencies that did not.
    fn weighted(&self, definition: &TableDefinition) -> (Vec<Column>, Vec<Row>) {
        let unit = unit(definition);
        let columns = vec![
            Self::figure_column(),
            column(
                "agencies",
                local("CPAS qui ont remis", "OCMW's die indienden", "ÖSHZ mit Einreichung", "CPAS that handed in"),
                Unit::Count,
            ),
            column("plain", local("Non pondéré", "Ongewogen", "Ungewichtet", "Unweighted"), unit),
            column("weighted", local("Pondéré", "Gewogen", "Gewichtet", "Weighted"), unit),
            column(
                "low",
                local("Limite inférieure (95 %)", "Ondergrens (95 %)", "Untergrenze (95 %)", "Lower limit (95%)"),
                unit,
            ),
            column(
                "high",
                local("Limite supérieure (95 %)", "Bovengrens (95 %)", "Obergrenze (95 %)", "Upper limit (95%)"),
                unit,
            ),
        ];
        let row = |line: &LineDefinition| {
            let indicator = self.catalogue.indicators.get(&line.indicator)?;
            let strata = agencies::strata(&self.evidence.returns, &indicator.tables);
            let own: BTreeMap<&str, &Observation> =
                self.of_agencies(line).into_iter().map(|one| (&*one.area, one)).collect();
            let scale = match (indicator.kind, indicator.unit.as_str()) {
                (Kind::Count | Kind::Amount | Kind::Objective, _) => None,
                (Kind::Ratio, "percent") => Some(100.0),
                _ => Some(1.0),
            };
            let given = |cpas: &str| match own.get(cpas) {
                // Who handed the tables in and has no such row counted none.
                None => (0.0, 0.0),
                Some(one) if scale.is_none() => (one.estimate.value.unwrap_or(0.0), 0.0),
                Some(one) => (one.numerator.unwrap_or(0.0), one.denominator.unwrap_or(0.0)),
            };
            let estimate = agencies::weighted(&strata, scale, &given);
            let plain = self.single(line, &self.evidence.period.to_string());
            let shown =
                |number: Option<f64>| number.map_or(Cell::Missing(Missing::NotComputable), |number| cell(number, unit));
            Some(Row::plain(vec![
                Cell::Label(self.name(line)),
                number(strata.iter().map(|one| one.handed_in.len()).sum()),
                plain.map_or(Cell::Missing(Missing::NotRecorded), |one| self.value(one, Field::Value, unit)),
                shown(estimate.value),
                shown(estimate.interval.map(|(low, _)| low)),
                shown(estimate.interval.map(|(_, high)| high)),
            ]))
        };
        (columns, if self.shows_agencies() { definition.line.iter().filter_map(row).collect() } else { Vec::new() })
    }

    fn strata(&self) -> (Vec<Column>, Vec<Row>) {
        let columns = vec![
            column("region", self.catalogue.dimension_label("region"), Unit::Label),
            column("size_class", self.catalogue.dimension_label("size_class"), Unit::Label),
            column(
                "expected",
                local("CPAS attendus", "Verwachte OCMW's", "Erwartete ÖSHZ", "CPAS expected"),
                Unit::Count,
            ),
            column("handed_in", local("Ont remis", "Dienden in", "Eingereicht", "Handed in"), Unit::Count),
            column("weight", local("Poids", "Gewicht", "Gewicht", "Weight"), Unit::Points),
        ];
        let row = |one: &Stratum| {
            let several = || local("Plusieurs", "Meerdere", "Mehrere", "Several");
            let region = one.region.as_ref().map_or_else(several, |code| self.catalogue.area_label("region", code));
            let sizes: BTreeSet<(usize, &String)> =
                one.size_classes.iter().map(|code| (self.catalogue.position("size_class", code, None), code)).collect();
            let sizes: Vec<LocalText> =
                sizes.into_iter().map(|(_, code)| self.catalogue.area_label("size_class", code)).collect();
            let sizes = LocalText::default()
                .map(|language, _| sizes.iter().map(|one| one.get(language)).collect::<Vec<_>>().join(", "));
            let weight = if one.handed_in.is_empty() {
                Cell::Missing(Missing::NotComputable)
            } else {
                Cell::Number(one.weight())
            };
            Row::plain(vec![
                Cell::Label(region),
                Cell::Label(sizes),
                number(one.expected),
                number(one.handed_in.len()),
                weight,
            ])
        };
        let strata = if self.shows_agencies() { agencies::strata(&self.evidence.returns, &[]) } else { Vec::new() };
        (columns, strata.iter().map(row).collect())
    }

    fn protection(&self) -> (Vec<Column>, Vec<Row>) {
        let columns = vec![
            column(
                "what",
                local("Règle ou résultat", "Regel of resultaat", "Regel oder Ergebnis", "Rule or result"),
                Unit::Label,
            ),
            column("value", local("Valeur", "Waarde", "Wert", "Value"), Unit::Plain),
        ];
        let row = |(label, value): &(LocalText, Cell)| Row::plain(vec![Cell::Label(label.clone()), value.clone()]);
        (columns, self.evidence.protection.iter().map(row).collect())
    }
}

fn values(all: &[&Observation]) -> Vec<f64> {
    all.iter().filter_map(|one| one.estimate.value).collect()
}

/// The unit of a table's figures.
fn unit(definition: &TableDefinition) -> Unit {
    definition.column.first().map_or(Unit::Percent, |column| column.unit)
}

fn number(number: usize) -> Cell {
    count(number as u64)
}

#[expect(clippy::cast_possible_truncation, reason = "counts and cents are far below 2^53")]
fn cell(number: f64, unit: Unit) -> Cell {
    match unit {
        Unit::Count if number.fract() == 0.0 => Cell::Count(number as i64),
        Unit::Eur => Cell::Eur((number * 100.0).round() as i64),
        _ => Cell::Number(number),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cases are whole and far below 2^53")]
fn whole_number(number: f64) -> Option<u64> {
    (number > 0.0 && number.fract() == 0.0).then_some(number as u64)
}

/// What the place of a share among its limits says.
fn verdict(share: f64, [outer_low, low, high, outer_high]: [f64; 4]) -> LocalText {
    if share < outer_low || share > outer_high {
        local(
            "Le hasard ne l'explique guère",
            "Toeval verklaart het nauwelijks",
            "Zufall erklärt es kaum",
            "Chance hardly explains it",
        )
    } else if share < low || share > high {
        local("À regarder", "Te bekijken", "Anzusehen", "Worth a look")
    } else {
        local(
            "Dans les limites du hasard",
            "Binnen de grenzen van het toeval",
            "In den Grenzen des Zufalls",
            "Within what chance explains",
        )
    }
}
