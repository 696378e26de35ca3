//! The numbers of figures as cells, and the sums among them that whoever reads the edition can make use of.

use super::{Contributions, NoiseKey, base, is_personal, links, name, told};
use crate::analyse::observation::{Observation, Status};
use crate::catalogue::{Catalogue, Kind};
use crate::error::Result;
use disclosure::{Cell, Fault, Hierarchy, Publication, TOTAL, Tables};
use std::collections::{BTreeMap, BTreeSet};

/// Millionths: sums have at most six decimals.
const SCALE: f64 = 1_000_000.0;

/// Two indicators count the same records when their numbers agree in at least so many cells, and in half of those they share.
const LEAST_SHARED: usize = 3;

/// The dimension of areas.
pub(super) const AREA: &str = "area";

/// Cells of a measure by their codes: place and value.
type CellsByCode = BTreeMap<Codes, Placed>;
/// Place and value of a cell.
type Placed = (usize, i64);
/// The codes of a cell's area and dimensions.
pub(super) type Codes = BTreeMap<String, String>;
/// Measure and codes of a cell.
pub(super) type Key = (String, Codes);
/// Measures by name.
type Measures = BTreeMap<String, CellsByCode>;

/// The numbers of figures as cells of one publication.
pub(super) struct Cells<'c> {
    catalogue: &'c Catalogue,
    contributions: &'c Contributions,
    tables: Tables,
    /// Numbers that are out already, by measure and codes.
    public: BTreeSet<(String, BTreeMap<String, String>)>,
    /// By measure: places of its cells by their codes, with their values.
    measures: Measures,
    /// The figure that each cell was first seen in.
    owners: BTreeMap<usize, usize>,
    seen: usize,
}

impl<'c> Cells<'c> {
    pub(super) fn new<'o>(
        observations: impl Iterator<Item = &'o Observation> + Clone,
        contributions: &'c Contributions,
        catalogue: &'c Catalogue,
    ) -> Self {
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, code) in observations.clone().flat_map(|one| one.dimensions.iter()) {
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
        let agencies = observations.clone().filter(|one| &*one.area_level == "cpas");
        let agency = |one: &Observation| {
            let commune = communes.iter().find(|commune| *commune.nis5.as_str() == *one.area);
            let above = commune.map_or_else(|| TOTAL.to_owned(), |commune| format!("province {}", commune.province));
            (format!("cpas {}", one.area), above)
        };
        let agencies: BTreeMap<String, String> = agencies.map(agency).collect();
        let crossed = contributions.crossings.keys().filter_map(|(_, codes)| codes.get(AREA));
        let crossed: BTreeSet<(String, String, String)> = crossed.filter_map(|code| links::parts(code)).collect();
        let of_province = crossed.iter().map(|(code, province, _)| (code.clone(), province.clone()));
        let by_region: BTreeMap<String, String> = regions.chain(provinces).chain(agencies).chain(of_province).collect();
        let classes = observations.filter(|one| &*one.area_level == "size_class");
        let class = |one: &Observation| (format!("size_class {}", one.area), TOTAL.to_owned());
        let of_class = crossed.iter().map(|(code, _, class)| (code.clone(), class.clone()));
        let by_size: BTreeMap<String, String> = classes.map(class).chain(of_class).collect();
        dimensions.push((AREA.to_owned(), vec![Hierarchy::new(by_region), Hierarchy::new(by_size)]));
        Cells {
            catalogue,
            contributions,
            tables: Tables::new(dimensions),
            public: BTreeSet::new(),
            measures: BTreeMap::new(),
            owners: BTreeMap::new(),
            seen: 0,
        }
    }

    /// Notes the numbers of a figure that everybody knows.
    pub(super) fn note_public(&mut self, one: &Observation) {
        for (measure, _) in numbers(one, self.catalogue) {
            self.public.insert((measure, codes(one)));
        }
    }

    /// The keys of noise, by place. Numbers of one period and area and the same groups that are as large are taken to count the same
    /// records, as they mostly do: they have one key in all figures and all editions, whatever else those show.
    pub(super) fn keys(&self, secret: NoiseKey) -> Vec<u64> {
        let mut keys = Vec::new();
        for (measure, cells) in &self.measures {
            let period = measure.split('|').next().unwrap_or_default();
            for (codes, (place, value)) in cells {
                keys.resize(keys.len().max(place + 1), 0);
                keys[*place] = secret.of(&format!("{period} {codes:?} {value}"));
            }
        }
        keys
    }

    /// Takes in the numbers of a figure that is out already and that this edition does not show again: sums can be made with
    /// them all the same.
    pub(super) fn recall(&mut self, one: &Observation) -> std::result::Result<(), Fault> {
        let codes = codes(one);
        for (measure, cell) in numbers(one, self.catalogue) {
            if self.measures.get(&measure).is_some_and(|known| known.contains_key(&codes)) {
                continue;
            }
            let value = cell.value;
            // What is out cannot be hidden any more; what it gives away is no matter of this edition.
            let cell = Cell { contributors: 0, is_public: cell.is_shown, ..cell };
            let place = self.tables.add(&measure, &codes, cell)?;
            self.measures.entry(measure).or_default().insert(codes.clone(), (place, value));
        }
        Ok(())
    }

    /// The cells of a figure.
    pub(super) fn of(&mut self, one: &Observation) -> std::result::Result<Vec<usize>, Fault> {
        let (codes, owner) = (codes(one), self.seen);
        self.seen += 1;
        let mut places = Vec::new();
        let from = self.contributions.of_figures.get(&name(one));
        let is_personal = base(&one.indicator, self.catalogue).is_some_and(|(base, _)| is_personal(base));
        for (measure, mut cell) in numbers(one, self.catalogue) {
            let value = cell.value;
            cell.weight = weight(one);
            if let Some((agencies, largest)) = from.filter(|_| is_personal) {
                cell.agencies = Some(*agencies);
                cell.largest.clone_from(largest);
            }
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
    pub(super) fn publication(mut self) -> Result<(Publication, BTreeMap<usize, usize>)> {
        let sums = [("part", "rest", "whole"), ("before|sum", "change|sum", "after|sum")];
        let unnamed = |fault: Fault| told(&fault, &|_| String::new());
        self.cross().map_err(unnamed)?;
        let names: Vec<String> = self.measures.keys().cloned().collect();
        self.bounds(&names).map_err(unnamed)?;
        self.inequalities(&names).map_err(unnamed)?;
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
        for (one, other) in same_records(&self.measures, self.catalogue) {
            self.tables.relate(one, vec![other]);
        }
        for name in &names {
            let Some(stem) = name.strip_suffix("part") else { continue };
            let (parts, wholes) = (&self.measures[name], self.measures.get(&format!("{stem}whole")));
            for (whole, parts) in wholes.map(|wholes| partitions(parts, wholes)).into_iter().flatten() {
                self.tables.relate(whole, parts);
            }
        }
        let owners = self.owners;
        // Different people do not add up over groups that overlap. Where they do, whoever reads the figures can tell.
        let (publication, _) = self.tables.publication(|_| false).map_err(|fault| told(&fault, &|_| String::new()))?;
        Ok((publication, owners))
    }

    /// The two bounds of a share differ by those who were not measured, and the others are the pairs that other indicators
    /// count: numbers that no figure shows and everybody can work out.
    fn bounds(&mut self, names: &[String]) -> std::result::Result<(), Fault> {
        const BOUND: &str = "dimension bound";
        for stem in names.iter().filter_map(|name| name.strip_suffix("progress.bounds|part")) {
            let stem = format!("{stem}progress.bounds|");
            let (parts, wholes) = (self.measures[&format!("{stem}part")].clone(), format!("{stem}whole"));
            let wholes = self.measures.get(&wholes).cloned().unwrap_or_default();
            for (codes, (upper, most)) in
                parts.iter().filter(|(codes, _)| codes.get(BOUND).is_some_and(|one| one == "upper"))
            {
                let mut below = codes.clone();
                below.insert(BOUND.to_owned(), "lower".to_owned());
                let (Some((lower, least)), Some((whole, all)), Some((same, _))) =
                    (parts.get(&below), wholes.get(codes), wholes.get(&below))
                else {
                    continue;
                };
                below.remove(BOUND);
                let unknown = self.unshown(&format!("{stem}unknown"), &below, most - least)?;
                let pairs = self.unshown(&format!("{stem}pairs"), &below, all - (most - least))?;
                self.tables.relate(*upper, vec![*lower, unknown]);
                self.tables.relate(*whole, vec![pairs, unknown]);
                self.tables.relate(*whole, vec![*same]);
            }
        }
        // The same whole stands beside each verdict.
        for name in names.iter().filter(|name| name.ends_with("progress.reliable|whole")) {
            for (codes, (place, value)) in self.measures[name].clone() {
                let base: BTreeMap<String, String> = codes
                    .into_iter()
                    .filter(|(name, _)| name != "dimension verdict" && name != "dimension reliability")
                    .collect();
                let pairs = name.replace("|whole", "|pairs");
                match self.measures.get(&pairs).and_then(|known| known.get(&base)).copied() {
                    Some((known, other)) if other == value => self.tables.relate(known, vec![place]),
                    Some(_) => {}
                    None => {
                        let known = self.unshown(&pairs, &base, value)?;
                        self.tables.relate(known, vec![place]);
                    }
                }
            }
        }
        Ok(())
    }

    /// What is common to a province and a size class, of the measures that both are shown by.
    fn cross(&mut self) -> std::result::Result<(), Fault> {
        let contributions = self.contributions;
        for ((measure, codes), cell) in &contributions.crossings {
            let Some(known) = self.measures.get(measure) else { continue };
            let has = |area: String| {
                let codes = codes.iter().map(|(name, code)| if name == AREA { (name, &area) } else { (name, code) });
                known.contains_key(&codes.map(|(name, code)| (name.clone(), code.clone())).collect::<Codes>())
            };
            let parts = codes.get(AREA).and_then(|area| links::parts(area));
            if parts.is_some_and(|(_, province, class)| has(province) && has(class)) {
                self.tables.add(measure, codes, cell.clone())?;
            }
        }
        Ok(())
    }

    /// What whoever reads the figures knows of numbers that do not add up: an indicator counts some of those that another
    /// counts, and people are no more than their records. What is left over is a number that no figure shows.
    fn inequalities(&mut self, names: &[String]) -> std::result::Result<(), Fault> {
        for (part_name, whole, is_of_people) in links::within(names, self.catalogue) {
            let (Some(parts), Some(wholes)) = (self.measures.get(&part_name), self.measures.get(&whole)) else {
                continue;
            };
            let pairs = parts.iter().filter_map(|(codes, part)| Some((codes.clone(), *part, *wholes.get(codes)?)));
            let pairs: Vec<(Codes, Placed, Placed)> = pairs.collect();
            // Figures of several sources may contradict each other: then nobody can rely on it.
            if pairs.iter().any(|(_, (_, part), (_, whole))| part > whole) {
                continue;
            }
            for (codes, (part, fewer), (whole, more)) in pairs {
                // By a name of its own, or the same would be said once more for every sum over areas and dimensions.
                let name = format!("{part_name}|beyond|{codes:?}");
                let rest = Cell::count(u64::try_from(more - fewer).unwrap_or(0)).unshown();
                let rest = if is_of_people { rest } else { Cell { contributors: 0, ..rest } };
                let place = self.tables.add(&name, &codes, rest)?;
                self.tables.relate(whole, vec![part, place]);
                // Who is left over of a share of as many out of as many are the same people.
                for known in self.rests(&codes, (fewer, more)) {
                    self.tables.relate(known, vec![place]);
                }
            }
        }
        Ok(())
    }

    /// The complements of shares of so many out of so many.
    fn rests(&self, codes: &Codes, (part, whole): (i64, i64)) -> Vec<usize> {
        let value = |name: String| self.measures.get(&name)?.get(codes).map(|(_, value)| *value);
        let rests =
            self.measures.iter().filter_map(|(name, cells)| Some((name.strip_suffix("rest")?, cells.get(codes)?)));
        rests
            .filter(|(stem, _)| {
                value(format!("{stem}part")) == Some(part) && value(format!("{stem}whole")) == Some(whole)
            })
            .map(|(_, (place, _))| *place)
            .collect()
    }

    /// Adds a number that stands in no figure.
    fn unshown(&mut self, measure: &str, codes: &Codes, value: i64) -> std::result::Result<usize, Fault> {
        let place = self.tables.add(measure, codes, Cell::count(u64::try_from(value).unwrap_or(0)).unshown())?;
        self.measures.entry(measure.to_owned()).or_default().insert(codes.clone(), (place, value));
        Ok(place)
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

/// How much readers would miss a figure: a total of the country is what most of them look for.
fn weight(one: &Observation) -> u64 {
    let of_area = match &*one.area_level {
        "country" => 16,
        "region" => 4,
        _ => 1,
    };
    if one.dimensions.is_empty() { of_area * 4 } else { of_area }
}

/// The codes of a figure's area and dimensions.
pub(super) fn codes(one: &Observation) -> Codes {
    let area = match &*one.area_level {
        "country" => TOTAL.to_owned(),
        level => format!("{level} {}", one.area),
    };
    let dimensions = one.dimensions.iter().map(|(name, code)| (format!("dimension {name}"), code.clone()));
    dimensions.chain([(AREA.to_owned(), area)]).collect()
}

/// The numbers of a figure, each under the name of what it counts: figures that share a number share its name.
pub(super) fn numbers(one: &Observation, catalogue: &Catalogue) -> Vec<(String, Cell)> {
    let Some((base, suffix)) = base(&one.indicator, catalogue) else { return Vec::new() };
    let stem = format!("{}|{}|", one.period, base.id);
    let persons = one.persons.and_then(|persons| u64::try_from(persons).ok()).unwrap_or(0);
    let mut found = Vec::new();
    // What is counted of no person (editions, tables handed in) gives nobody away.
    let is_personal = is_personal(base);
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
        // So many euros a person: the euros are nobody's.
        (Kind::Ratio, Some(part), Some(whole)) if base.unit == "eur" => {
            found.push((format!("{stem}part"), Cell { contributors: 0, ..sum(part) }));
            found.push((format!("{stem}whole"), count(whole)));
        }
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
                let cell = match base.kind {
                    Kind::Amount => Cell { contributors: 0, ..sum(value) },
                    _ if is_number(value) => count(value),
                    _ => sum(value),
                };
                (format!("{stem}value"), cell)
            }));
        }
    }
    found
}

/// Cells that count the same records: those of two measures that have the same number in at least half the cells that they
/// share and that are not zero, where they have it. Different people are as many as enrolments wherever nobody enrolled twice.
///
/// People are as many as tables handed in, or editions, by chance alone.
fn same_records(measures: &Measures, catalogue: &Catalogue) -> Vec<(usize, usize)> {
    let mut codes: BTreeMap<&BTreeMap<String, String>, usize> = BTreeMap::new();
    for one in measures.values().flat_map(BTreeMap::keys) {
        let next = codes.len();
        codes.entry(one).or_insert(next);
    }
    let cells: Vec<(&str, BTreeMap<usize, Placed>)> = measures
        .iter()
        .map(|(name, cells)| {
            let filled = cells.iter().filter(|(_, (_, value))| *value != 0);
            (name.as_str(), filled.map(|(one, cell)| (codes[one], *cell)).collect())
        })
        .collect();
    let period = |name: &str| name.split('|').next().map(str::to_owned);
    // What a change began with and what it came to are alike wherever nothing changed: that counts no same records.
    let of_one_change = |one: &str, other: &str| {
        let stem = |name: &str| {
            name.strip_suffix("|sum").and_then(|name| name.rsplit_once('|')).map(|(stem, _)| stem.to_owned())
        };
        stem(one).is_some() && stem(one) == stem(other)
    };
    let is_of_people =
        |name: &str| name.split('|').nth(1).and_then(|id| catalogue.indicators.get(id)).is_none_or(is_personal);
    let mut found = Vec::new();
    for (place, (name, one)) in cells.iter().enumerate() {
        let may_be_same = |other: &str| {
            period(other) == period(name) && is_of_people(other) == is_of_people(name) && !of_one_change(name, other)
        };
        for (_, other) in cells[place + 1..].iter().filter(|(other, _)| may_be_same(other)) {
            let shared: Vec<((usize, i64), (usize, i64))> =
                one.iter().filter_map(|(code, cell)| Some((*cell, *other.get(code)?))).collect();
            let same: Vec<(usize, usize)> =
                shared.iter().filter(|(a, b)| a.1 == b.1).map(|(a, b)| (a.0, b.0)).collect();
            if same.len() >= LEAST_SHARED && same.len() * 2 >= shared.len() {
                found.extend(same);
            }
        }
    }
    found
}

/// Shares of which the parts of one whole are a figure each, such as why parcours were not paired: the wholes of all of them are
/// one, and the sum of the parts. Each with its whole and its parts.
fn partitions(parts: &CellsByCode, wholes: &CellsByCode) -> Vec<(usize, Vec<usize>)> {
    let mut groups: BTreeMap<Key, Vec<&Codes>> = BTreeMap::new();
    for codes in parts.keys() {
        for dimension in codes.keys().filter(|name| *name != AREA) {
            let mut others = codes.clone();
            others.remove(dimension);
            groups.entry((dimension.clone(), others)).or_default().push(codes);
        }
    }
    let mut found = Vec::new();
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let of = |cells: &CellsByCode| -> Option<Vec<(usize, i64)>> {
            group.iter().map(|codes| cells.get(*codes).copied()).collect()
        };
        let Some((parts, wholes)) = of(parts).zip(of(wholes)) else { continue };
        let (first, whole) = wholes[0];
        let is_one = wholes.iter().all(|(_, value)| *value == whole);
        if is_one && whole != 0 && parts.iter().map(|(_, value)| value).sum::<i64>() == whole {
            found.push((first, parts.iter().map(|(place, _)| *place).collect()));
            found.extend(wholes[1..].iter().map(|(place, _)| (first, vec![*place])));
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
pub(super) fn scaled(value: f64) -> i64 {
    (value * SCALE).round() as i64
}
