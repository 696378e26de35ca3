//! Observations: one figure each, with its interval, made from the sufficient statistics of a query.

use super::estimate::{self, Estimate};
use crate::catalogue::{Indicator, Kind};
use crate::error::{Error, Result};
use crate::model::Geography;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Dimensions of an observation and their codes.
pub type Dimensions = BTreeMap<String, String>;

/// One figure. A national year has half a million of them and few different texts: those are kept once ([`Texts`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Indicator id, with a part behind it where a kind gives several figures (`progress.change.improved`).
    pub indicator: Arc<str>,
    /// Period, e.g. `2017`.
    pub period: Arc<str>,
    /// `cpas`, `province`, `region`, `size_class` or `country`.
    pub area_level: Arc<str>,
    /// Code of the area.
    pub area: Arc<str>,
    /// Codes of the dimensions; empty for the total.
    pub dimensions: Arc<Dimensions>,
    /// Different people behind the figure (agencies or editions for amounts).
    pub persons: Option<i64>,
    /// Sum or part.
    pub numerator: Option<f64>,
    /// Number of values or whole.
    pub denominator: Option<f64>,
    /// The published value at full precision, and its 95 % interval.
    pub estimate: Estimate,
    /// Unit of the value.
    pub unit: Arc<str>,
    /// Observation status.
    pub status: Status,
}

/// Observation status, by SDMX's idea of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// May be shown in this edition.
    Free,
    /// An agency of the area did not hand in, for the period, a table that the figure is made of: the exports of
    /// other periods tell only a part of it.
    Provisional,
    /// The denominator is 0.
    NotComputable,
    /// Hidden in a public edition. Which of the hidden ones are sensitive themselves is not said: it would narrow them down.
    Suppressed,
}

impl Status {
    /// All there are.
    pub const ALL: [Status; 4] = [Status::Free, Status::Provisional, Status::NotComputable, Status::Suppressed];

    /// The code in the output.
    pub fn code(self) -> &'static str {
        match self {
            Status::Free => "free",
            Status::Provisional => "provisional",
            Status::NotComputable => "not_computable",
            Status::Suppressed => "suppressed",
        }
    }

    /// The status of a code; `None`: there is no such one.
    pub fn of(code: &str) -> Option<Self> {
        Status::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// All observations of a run.
#[derive(Debug, Default, Clone)]
pub struct Observations {
    list: Vec<Observation>,
}

impl Observations {
    /// Adds observations.
    pub fn extend(&mut self, more: Vec<Observation>) {
        self.list.extend(more);
    }

    /// Marks as provisional the figures that `is_provisional` says are.
    pub fn mark(&mut self, is_provisional: impl Fn(&Observation) -> bool) {
        for one in self.list.iter_mut().filter(|one| one.status == Status::Free) {
            if is_provisional(one) {
                one.status = Status::Provisional;
            }
        }
    }

    /// The observations, sorted by indicator, period, area and dimensions.
    pub fn sorted(mut self) -> Self {
        sort(&mut self.list);
        self
    }

    /// The observations by everything that tells them apart.
    pub(super) fn index(&self) -> BTreeMap<Key<'_>, &Observation> {
        self.list.iter().map(|one| (key(one), one)).collect()
    }

    /// All of them.
    pub fn all(&self) -> &[Observation] {
        &self.list
    }

    /// The list alone.
    pub fn into_list(self) -> Vec<Observation> {
        self.list
    }

    /// Those of each agency, by its code.
    pub fn of_agencies(&self) -> BTreeMap<&str, Vec<&Observation>> {
        let mut agencies: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
        for one in self.list.iter().filter(|one| &*one.area_level == "cpas") {
            agencies.entry(&*one.area).or_default().push(one);
        }
        agencies
    }
}

/// Indicator, period, area level, area, dimensions.
pub(super) type Key<'k> = (&'k str, &'k str, &'k str, &'k str, &'k Dimensions);

fn key(one: &Observation) -> Key<'_> {
    (&one.indicator, &one.period, &one.area_level, &one.area, &one.dimensions)
}

/// By indicator, period, area level, area, dimensions: each by its place among the different ones, which are few.
fn sort(list: &mut [Observation]) {
    let indicators = Places::of(list.iter().map(|one| &one.indicator));
    let periods = Places::of(list.iter().map(|one| &one.period));
    let levels = Places::of(list.iter().map(|one| &one.area_level));
    let areas = Places::of(list.iter().map(|one| &one.area));
    let dimensions = Places::of(list.iter().map(|one| &one.dimensions));
    list.sort_by_cached_key(|one| {
        let place = (indicators.at(&one.indicator), periods.at(&one.period), levels.at(&one.area_level));
        (place, areas.at(&one.area), dimensions.at(&one.dimensions))
    });
}

/// The places of shared values in their order, by where they lie in memory: one value may lie in several places.
struct Places(HashMap<usize, usize>);

impl Places {
    fn of<'v, T: Ord + ?Sized + 'v>(values: impl Iterator<Item = &'v Arc<T>>) -> Self {
        let lying: HashMap<usize, &T> = values.map(|value| (address(value), &**value)).collect();
        let order: BTreeSet<&T> = lying.values().copied().collect();
        let order: BTreeMap<&T, usize> = order.into_iter().enumerate().map(|(place, value)| (value, place)).collect();
        Places(lying.into_iter().map(|(address, value)| (address, order[value])).collect())
    }

    fn at<T: ?Sized>(&self, value: &Arc<T>) -> usize {
        self.0.get(&address(value)).copied().unwrap_or(0)
    }
}

fn address<T: ?Sized>(value: &Arc<T>) -> usize {
    Arc::as_ptr(value).cast::<u8>().addr()
}

/// Texts and dimensions of observations, each kept once.
#[derive(Debug, Default)]
pub struct Texts {
    texts: HashSet<Arc<str>>,
    dimensions: BTreeSet<Arc<Dimensions>>,
}

impl Texts {
    /// The one copy of a text.
    pub fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// The one copy of dimensions.
    pub fn dimensions(&mut self, dimensions: Dimensions) -> Arc<Dimensions> {
        if let Some(known) = self.dimensions.get(&dimensions) {
            return Arc::clone(known);
        }
        let new = Arc::new(dimensions);
        self.dimensions.insert(Arc::clone(&new));
        new
    }
}

/// `key=code` pairs sorted by key, joined by `;`.
pub fn dimension_text(dimensions: &Dimensions) -> String {
    dimensions.iter().map(|(key, code)| format!("{key}={code}")).collect::<Vec<_>>().join(";")
}

/// The result of one query, column by column.
pub(super) struct Rows {
    texts: Vec<(String, arrow::array::StringArray)>,
    numbers: Vec<(String, arrow::array::Float64Array)>,
    pub(super) len: usize,
}

impl Rows {
    /// Splits a batch into texts (grain and dimensions) and numbers (the statistics of the kind).
    pub(super) fn new(rows: &RecordBatch, numbers: &[&str], indicator: &Indicator) -> Result<Self> {
        let refused = |found: String| Error::usage("query-columns").with("file", &indicator.path).with("found", found);
        let mut split = Rows { texts: Vec::new(), numbers: Vec::new(), len: rows.num_rows() };
        for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
            if numbers.contains(&field.name().as_str()) {
                let column = cast(column, &DataType::Float64).map_err(|fault| refused(fault.to_string()))?;
                split.numbers.push((field.name().clone(), column.as_primitive::<Float64Type>().clone()));
            } else {
                let column = cast(column, &DataType::Utf8).map_err(|fault| refused(fault.to_string()))?;
                split.texts.push((field.name().clone(), column.as_string::<i32>().clone()));
            }
        }
        for wanted in ["period", "area_level", "area"].iter().chain(numbers) {
            let known = split.texts.iter().map(|(name, _)| name).chain(split.numbers.iter().map(|(name, _)| name));
            if !known.into_iter().any(|name| name == wanted) {
                return Err(refused((*wanted).to_owned()));
            }
        }
        Ok(split)
    }

    pub(super) fn text(&self, name: &str, row: usize) -> Option<&str> {
        let (_, column) = self.texts.iter().find(|(known, _)| known == name)?;
        column.is_valid(row).then(|| column.value(row))
    }

    pub(super) fn number(&self, name: &str, row: usize) -> Option<f64> {
        let (_, column) = self.numbers.iter().find(|(known, _)| known == name)?;
        column.is_valid(row).then(|| column.value(row))
    }

    /// The dimensions of a row: every text that is not the grain and not empty.
    pub(super) fn dimensions(&self, row: usize, left_out: &[&str]) -> Dimensions {
        let is_dimension = |name: &str| !["period", "area_level", "area"].contains(&name) && !left_out.contains(&name);
        let filled = self.texts.iter().filter(|(name, column)| is_dimension(name) && column.is_valid(row));
        filled.map(|(name, column)| (name.clone(), column.value(row).to_owned())).collect()
    }
}

/// The observations that the rows of an indicator's query stand for.
///
/// # Errors
/// When the query lacks a column of its kind, or returns two rows for one grain: a figure then would be wrong.
pub fn observe(indicator: &Indicator, batches: &[RecordBatch], geography: Geography) -> Result<Vec<Observation>> {
    let mut found = Vec::new();
    let mut texts = Texts::default();
    for batch in batches {
        let rows = Rows::new(batch, indicator.kind.columns(), indicator)?;
        for row in 0..rows.len {
            let at = |name: &str| rows.number(name, row);
            let dimensions = rows.dimensions(row, &[]);
            let level = rows.text("area_level", row).unwrap_or_default();
            // An edition's number is the agency's own: above the agency, and where agencies were put together, it means nothing.
            let is_of_one = level == "cpas" && geography == Geography::AsWas;
            if !is_of_one && dimensions.contains_key("edition") {
                continue;
            }
            let base = Observation {
                indicator: texts.text(&indicator.id),
                period: texts.text(rows.text("period", row).unwrap_or_default()),
                area_level: texts.text(level),
                area: texts.text(rows.text("area", row).unwrap_or_default()),
                dimensions: texts.dimensions(dimensions),
                persons: at("persons").or_else(|| at("contributors")).map(whole),
                numerator: None,
                denominator: None,
                estimate: Estimate::default(),
                unit: texts.text(&indicator.unit),
                status: Status::Free,
            };
            figures((indicator, &base), &at, &mut texts, &mut found);
        }
    }
    sort(&mut found);
    if let Some(pair) = found.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
        let grain = format!("{} {} {}", pair[0].period, pair[0].area, dimension_text(&pair[0].dimensions));
        return Err(Error::usage("query-twice").with("file", &indicator.path).with("found", grain));
    }
    Ok(found)
}

#[expect(clippy::cast_possible_truncation, reason = "counts of people and rows are far below 2^53")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// The estimate of an indicator of the kind ratio.
pub(super) fn ratio(indicator: &Indicator, part: f64, of: f64) -> Estimate {
    match (indicator.unit.as_str(), indicator.counted.as_str()) {
        ("percent", "hours") => estimate::part(part, of),
        ("percent", _) => estimate::share(part, of),
        _ => estimate::quotient(part, of),
    }
}

fn figures(
    (indicator, base): (&Indicator, &Observation),
    at: &impl Fn(&str) -> Option<f64>,
    texts: &mut Texts,
    out: &mut Vec<Observation>,
) {
    let zero = |name: &str| at(name).unwrap_or(0.0);
    let mut push =
        |suffix: &str, unit: &str, (numerator, denominator): (Option<f64>, Option<f64>), estimate: Estimate| {
            let mut one = base.clone();
            if !suffix.is_empty() {
                one.indicator = texts.text(&format!("{}{suffix}", base.indicator));
                one.unit = texts.text(unit);
            }
            (one.numerator, one.denominator) = (numerator, denominator);
            one.estimate = estimate;
            if estimate.value.is_none() {
                one.status = Status::NotComputable;
            }
            out.push(one);
        };
    let unit = indicator.unit.as_str();
    match indicator.kind {
        Kind::Count => push("", unit, (None, None), Estimate { value: at("value"), interval: None }),
        Kind::Amount => push("", unit, (None, None), Estimate { value: at("value_eur"), interval: None }),
        Kind::Ratio => {
            let (part, of) = (zero("numerator"), zero("denominator"));
            push("", unit, (Some(part), Some(of)), ratio(indicator, part, of));
        }
        Kind::Mean => {
            let (n, sum) = (zero("n"), zero("sum"));
            push("", unit, (Some(sum), Some(n)), estimate::mean(n, sum, zero("sum_sq")));
        }
        Kind::Change => {
            let (n, sum, squares) = (zero("n"), zero("sum"), zero("sum_sq"));
            push("", unit, (Some(sum), Some(n)), estimate::mean(n, sum, squares));
            for (suffix, column) in [(".before", "sum_before"), (".after", "sum_after")] {
                let value = (n > 0.0).then(|| zero(column) / n);
                push(suffix, unit, (Some(zero(column)), Some(n)), Estimate { value, interval: None });
            }
            let response = estimate::response(n, sum, squares);
            push(".response", "deviations", (Some(sum), Some(n)), Estimate { value: response, interval: None });
            let shares = [
                (".improved", "improved"),
                (".unchanged", "unchanged"),
                (".worsened", "worsened"),
                (".ceiling", "at_ceiling"),
                (".floor", "at_floor"),
            ];
            for (suffix, column) in shares {
                push(suffix, "percent", (Some(zero(column)), Some(n)), estimate::share(zero(column), n));
            }
        }
        Kind::Objective => {}
    }
}
