//! Figures that may be published: the one door to a public edition. Which cells are hidden is decided by the crate
//! `disclosure`, which knows nothing of the field; here figures become its cells, and what it decides becomes a
//! [`Protected`] edition, which nothing else can make.

use super::observation::{Dimensions, Observation, Status};
use crate::catalogue::{Catalogue, Kind};
use crate::error::{Error, Result};
use disclosure::{Cell, Fault, Hierarchy, Publication, Rules, TOTAL, Tables};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Figures of a public edition.
#[derive(Debug, Clone)]
pub struct Protected {
    figures: Vec<PublicFigure>,
    summary: Summary,
}

/// A figure as everybody may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicFigure {
    /// Indicator, with its part.
    pub indicator: Arc<str>,
    /// Period.
    pub period: Arc<str>,
    /// Level of the area.
    pub area_level: Arc<str>,
    /// Code of the area.
    pub area: Arc<str>,
    /// Dimensions and their codes.
    pub dimensions: Arc<Dimensions>,
    /// Unit of the value.
    pub unit: Arc<str>,
    /// Its numbers; `None` where they are hidden.
    pub numbers: Option<Numbers>,
    /// `free`, `provisional`, `not_computable` or `suppressed`. Which of the hidden ones are sensitive themselves is not
    /// said: it would narrow them down.
    pub status: &'static str,
}

/// The numbers of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// Different people behind it.
    pub persons: Option<i64>,
    /// Sum or part.
    pub numerator: Option<f64>,
    /// Number of values or whole.
    pub denominator: Option<f64>,
    /// The value.
    pub value: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

/// What was hidden, and what an attack on the rest found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Numbers of all figures together, each once, those behind shares among them.
    pub cells: usize,
    /// Sums among them that whoever reads the edition can make use of.
    pub relations: usize,
    /// Figures.
    pub figures: usize,
    /// Figures hidden.
    pub hidden: usize,
    /// Numbers that are sensitive by themselves.
    pub sensitive: usize,
    /// Sensitive numbers that were attacked; none was recovered or known too exactly.
    pub attacked: usize,
    /// Linear programs that the attack took.
    pub programs: usize,
}

impl Protected {
    /// The figures, in their order.
    pub fn figures(&self) -> &[PublicFigure] {
        &self.figures
    }

    /// What was hidden.
    pub fn summary(&self) -> Summary {
        self.summary
    }
}

/// What is counted of no person.
const IMPERSONAL: [&str; 3] = ["editions", "centres", "tables"];

/// Millionths: sums have at most six decimals.
const SCALE: f64 = 1_000_000.0;

/// Two indicators count the same records when their numbers agree in at least so many cells, and in all they share.
const LEAST_SHARED: usize = 3;

/// Protects figures of areas above the agency by the rules, all of them together. `earlier` are those of an edition that is
/// out already.
///
/// # Errors
/// When the rules hide nothing without being allowed to, or what is out already gives a sensitive figure away: names it.
pub fn protect(
    observations: &[Observation],
    earlier: &[Observation],
    catalogue: &Catalogue,
    rules: &Rules,
) -> Result<Protected> {
    let mut cells = Cells::new(observations, catalogue);
    for one in earlier {
        cells.note_public(one);
    }
    let mut places: Vec<Vec<usize>> = Vec::with_capacity(observations.len());
    for one in observations {
        places.push(cells.of(one).map_err(|fault| told(&fault, &|_| name(one)))?);
    }
    let (publication, owners) = cells.publication()?;
    let named = |cell: usize| owners.get(&cell).map_or_else(String::new, |owner| name(&observations[*owner]));
    let done = disclosure::protect(&publication, rules).map_err(|fault| told(&fault, &named))?;
    let is_hidden = |cell: &usize| done.status[*cell] != disclosure::Status::Free;
    let figures: Vec<PublicFigure> =
        observations.iter().zip(&places).map(|(one, own)| public(one, own.iter().any(is_hidden))).collect();
    let summary = Summary {
        cells: publication.cells().len(),
        relations: publication.relations().len(),
        figures: figures.len(),
        hidden: figures.iter().filter(|figure| figure.numbers.is_none()).count(),
        sensitive: done.status.iter().filter(|status| **status == disclosure::Status::Primary).count(),
        attacked: done.audit.attacked,
        programs: done.audit.programs,
    };
    Ok(Protected { figures, summary })
}

fn public(one: &Observation, is_hidden: bool) -> PublicFigure {
    let numbers = Numbers {
        persons: one.persons,
        numerator: one.numerator,
        denominator: one.denominator,
        value: one.estimate.value,
        interval: one.estimate.interval,
    };
    PublicFigure {
        indicator: Arc::clone(&one.indicator),
        period: Arc::clone(&one.period),
        area_level: Arc::clone(&one.area_level),
        area: Arc::clone(&one.area),
        dimensions: Arc::clone(&one.dimensions),
        unit: Arc::clone(&one.unit),
        numbers: (!is_hidden).then_some(numbers),
        status: if is_hidden { "suppressed" } else { one.status.code() },
    }
}

/// The name of a figure, without its numbers.
fn name(one: &Observation) -> String {
    let dimensions = super::dimension_text(&one.dimensions);
    format!("{} {} {} {} {dimensions}", one.indicator, one.period, one.area_level, one.area).trim_end().to_owned()
}

fn told(fault: &Fault, named: &dyn Fn(usize) -> String) -> Error {
    match fault {
        Fault::NoThreshold => Error::usage("disclosure-no-threshold"),
        Fault::Public { cell } => Error::input("disclosure-public").with("figure", named(*cell)),
        Fault::Unprotectable { cell } => Error::input("disclosure-unprotectable").with("figure", named(*cell)),
        Fault::Hole { dimension, code } => {
            Error::input("disclosure-hole").with("dimension", dimension).with("code", code)
        }
        Fault::TwoValues { cell } => Error::input("disclosure-two-values").with("figure", cell),
        other => Error::defect(other),
    }
}

/// The numbers of figures as cells of one publication.
struct Cells<'c> {
    catalogue: &'c Catalogue,
    tables: Tables,
    /// Numbers that are out already, by measure and codes.
    public: BTreeSet<(String, BTreeMap<String, String>)>,
    /// By measure: places of its cells by their codes, with their values.
    measures: BTreeMap<String, BTreeMap<BTreeMap<String, String>, (usize, i64)>>,
    /// The figure that each cell was first seen in.
    owners: BTreeMap<usize, usize>,
    seen: usize,
}

impl<'c> Cells<'c> {
    fn new(observations: &[Observation], catalogue: &'c Catalogue) -> Self {
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, code) in observations.iter().flat_map(|one| one.dimensions.iter()) {
            codes.entry(name.clone()).or_default().insert(code.clone());
        }
        let mut dimensions: Vec<(String, Vec<Hierarchy>)> = codes
            .into_iter()
            .map(|(name, codes)| (format!("dimension {name}"), vec![Hierarchy::flat(codes)]))
            .collect();
        let communes = catalogue.areas.communes();
        let region = |code: &str| format!("region {code}");
        let regions = communes.iter().map(|one| (region(&one.region), TOTAL.to_owned()));
        let provinces = communes.iter().map(|one| (format!("province {}", one.province), region(&one.region)));
        let by_region: BTreeMap<String, String> = regions.chain(provinces).collect();
        let classes = observations.iter().filter(|one| &*one.area_level == "size_class");
        let by_size: BTreeSet<String> = classes.map(|one| format!("size_class {}", one.area)).collect();
        dimensions.push(("area".to_owned(), vec![Hierarchy::new(by_region), Hierarchy::flat(by_size)]));
        Cells {
            catalogue,
            tables: Tables::new(dimensions),
            public: BTreeSet::new(),
            measures: BTreeMap::new(),
            owners: BTreeMap::new(),
            seen: 0,
        }
    }

    /// Notes the numbers of a figure that everybody knows.
    fn note_public(&mut self, one: &Observation) {
        for (measure, _) in numbers(one, self.catalogue) {
            self.public.insert((measure, codes(one)));
        }
    }

    /// The cells of a figure.
    fn of(&mut self, one: &Observation) -> std::result::Result<Vec<usize>, Fault> {
        let (codes, owner) = (codes(one), self.seen);
        self.seen += 1;
        let mut places = Vec::new();
        for (measure, mut cell) in numbers(one, self.catalogue) {
            let value = cell.value;
            cell.is_public = self.public.contains(&(measure.clone(), codes.clone()));
            let place = self.tables.add(&measure, &codes, cell)?;
            self.owners.entry(place).or_insert(owner);
            self.measures.entry(measure).or_default().insert(codes.clone(), (place, value));
            places.push(place);
        }
        Ok(places)
    }

    /// All cells, with every sum that can be made among them: over areas and dimensions, of a part and its complement, of
    /// improved, unchanged and worsened, of change and where it began, and of what two indicators both count.
    fn publication(mut self) -> Result<(Publication, BTreeMap<usize, usize>)> {
        let sums = [("part", "rest", "whole"), ("before|sum", "change|sum", "after|sum")];
        let names: Vec<String> = self.measures.keys().cloned().collect();
        for name in &names {
            for (one, other, total) in sums {
                let Some(stem) = name.strip_suffix(one) else { continue };
                self.relate(&format!("{stem}{total}"), &[name, &format!("{stem}{other}")]);
            }
            if let Some(stem) = name.strip_suffix("improved|part") {
                let parts = ["improved", "unchanged", "worsened"].map(|one| format!("{stem}{one}|part"));
                self.relate(&format!("{stem}n"), &parts.each_ref().map(String::as_str));
            }
        }
        for (one, other) in same_records(&self.measures) {
            self.relate(&one, &[&other]);
        }
        let owners = self.owners;
        // Different people do not add up over groups that overlap. Where they do, whoever reads the figures can tell.
        let (publication, _) = self.tables.publication(|_| false).map_err(|fault| told(&fault, &|_| String::new()))?;
        Ok((publication, owners))
    }

    /// Says of every cell of a measure that it is the sum of others, where it is.
    fn relate(&mut self, total: &str, parts: &[&str]) {
        let Some(totals) = self.measures.get(total) else { return };
        for (codes, (place, value)) in totals {
            let found: Option<Vec<(usize, i64)>> =
                parts.iter().map(|part| self.measures.get(*part)?.get(codes).copied()).collect();
            let Some(found) = found else { continue };
            if found.iter().map(|(_, value)| value).sum::<i64>() == *value {
                self.tables.relate(*place, found.into_iter().map(|(part, _)| part).collect());
            }
        }
    }
}

/// The codes of a figure's area and dimensions.
fn codes(one: &Observation) -> BTreeMap<String, String> {
    let area = match &*one.area_level {
        "country" => TOTAL.to_owned(),
        level => format!("{level} {}", one.area),
    };
    let dimensions = one.dimensions.iter().map(|(name, code)| (format!("dimension {name}"), code.clone()));
    dimensions.chain([("area".to_owned(), area)]).collect()
}

/// The numbers of a figure, each under the name of what it counts: figures that share a number share its name.
fn numbers(one: &Observation, catalogue: &Catalogue) -> Vec<(String, Cell)> {
    let Some(base) = catalogue.indicators.get(&*one.indicator).or_else(|| {
        let (whole, _) = one.indicator.rsplit_once('.')?;
        catalogue.indicators.get(whole)
    }) else {
        return Vec::new();
    };
    let stem = format!("{}|{}|", one.period, base.id);
    let suffix = one.indicator.strip_prefix(base.id.as_str()).unwrap_or_default().trim_start_matches('.');
    let persons = one.persons.and_then(|persons| u64::try_from(persons).ok()).unwrap_or(0);
    let mut found = Vec::new();
    // What is counted of no person (editions, tables handed in) gives nobody away.
    let is_personal = !IMPERSONAL.contains(&base.counted.as_str());
    let persons = if is_personal { persons } else { 0 };
    if is_personal && base.kind != Kind::Amount && one.persons.is_some() {
        found.push((format!("{stem}persons"), Cell::count(persons)));
    }
    let sum = |value: f64| Cell {
        value: scaled(value),
        step: scaled(1.0),
        may_be_negative: true,
        contributors: persons,
        ..Cell::count(0)
    };
    let count =
        |value: f64| Cell { contributors: if is_personal { units(value) } else { 0 }, ..Cell::count(units(value)) };
    match (base.kind, one.numerator, one.denominator) {
        (Kind::Ratio, Some(part), Some(whole)) if is_count(part) && is_count(whole) && base.counted != "hours" => {
            found.push((format!("{stem}part"), count(part)));
            found.push((format!("{stem}rest"), count(whole - part).unshown()));
            found.push((format!("{stem}whole"), count(whole)));
        }
        (Kind::Ratio, Some(part), Some(whole)) => {
            found.push((format!("{stem}part"), sum(part)));
            found.push((format!("{stem}rest"), sum(whole - part).unshown()));
            found.push((format!("{stem}whole"), sum(whole)));
        }
        (Kind::Change, Some(part), Some(n)) => {
            found.push((format!("{stem}n"), count(n)));
            match suffix {
                "improved" | "unchanged" | "worsened" | "ceiling" | "floor" => {
                    found.push((format!("{stem}{suffix}|part"), count(part)));
                    found.push((format!("{stem}{suffix}|rest"), count(n - part).unshown()));
                }
                "before" | "after" => found.push((format!("{stem}{suffix}|sum"), sum(part))),
                _ => found.push((format!("{stem}change|sum"), sum(part))),
            }
        }
        (_, Some(total), Some(n)) => {
            found.push((format!("{stem}sum"), sum(total)));
            found.push((format!("{stem}n"), count(n)));
        }
        _ => {
            let value = one.estimate.value.filter(|_| one.status != Status::NotComputable);
            let is_number = |value: f64| base.kind == Kind::Count && is_count(value);
            found.extend(value.map(|value| {
                let cell = if is_number(value) { count(value) } else { sum(value) };
                (format!("{stem}value"), cell)
            }));
        }
    }
    found
}

/// Measures that count the same records: every cell that both have is the same, and they have some.
fn same_records(
    measures: &BTreeMap<String, BTreeMap<BTreeMap<String, String>, (usize, i64)>>,
) -> Vec<(String, String)> {
    // Only measures with one national total can be the same.
    let mut by_total: BTreeMap<(&str, i64), Vec<&String>> = BTreeMap::new();
    let country = BTreeMap::from([("area".to_owned(), TOTAL.to_owned())]);
    for (name, cells) in measures {
        let period = name.split('|').next().unwrap_or_default();
        if let Some((_, value)) = cells.get(&country).filter(|(_, value)| *value != 0) {
            by_total.entry((period, *value)).or_default().push(name);
        }
    }
    let mut found = Vec::new();
    for names in by_total.into_values() {
        for (place, one) in names.iter().enumerate() {
            for other in &names[place + 1..] {
                let shared: Vec<bool> = measures[*one]
                    .iter()
                    .filter_map(|(codes, (_, value))| Some(measures[*other].get(codes)?.1 == *value))
                    .collect();
                if shared.len() >= LEAST_SHARED && shared.iter().all(|is_same| *is_same) {
                    found.push(((*one).clone(), (*other).clone()));
                }
            }
        }
    }
    found
}

fn is_count(value: f64) -> bool {
    value >= 0.0 && value.fract() == 0.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole, and far below 2^53")]
fn units(value: f64) -> u64 {
    value.max(0.0).round() as u64
}

#[expect(clippy::cast_possible_truncation, reason = "sums of a country are far below 2^53 millionths")]
fn scaled(value: f64) -> i64 {
    (value * SCALE).round() as i64
}
