//! The derived tables of the lake: pairs, their means, what became of each parcours, and repeated questionnaires.
//!
//! | table | a row is |
//! | --- | --- |
//! | `pairs` | a zero and an end score of one parcours, instrument, domain, assessor |
//! | `pair_means` | the mean of those over the domains of one parcours, instrument, assessor |
//! | `outcomes` | a parcours that ended: paired or why not; or that still runs |
//! | `repeats` | first and last answer to one item outside any parcours |
//! | `same_day` | a domain that client and worker both scored on one day: whether alike |
//! | `trajectory` | the score of a parcours that ended, instrument, domain, assessor in a month since its start |

use super::facts::{Facts, Parcours, Reading};
use super::pairing::{NotPaired, Pair, Pairing, Score, pair};
use super::same_day::same_day;
use super::trajectory::trajectory;
use crate::catalogue::{Catalogue, Scale};
use crate::error::{Error, Result};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::Int32Type;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Decimals of a mean over domains: exact enough for any report, and the same on every machine.
const MEAN_SCALE: i64 = 10_000;
/// Parcours that are paired in one go, beside others.
const CHUNK: usize = 1 << 13;

/// One derived table, in parts.
#[derive(Debug)]
pub struct Derived {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: Vec<RecordBatch>,
}

/// Derives all tables from the facts.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn derive(facts: &Facts, catalogue: &Catalogue) -> Result<Vec<Derived>> {
    let order = Order::by(facts.parcours.len(), &facts.readings, |reading| reading.parcours);
    let scales = facts.scales(catalogue);
    fit(facts, &scales)?;
    let names = Names::new(facts);
    let chunks: Vec<(usize, &[Parcours])> = facts.parcours.chunks(CHUNK).enumerate().collect();
    let parts = chunks
        .into_par_iter()
        .map(|(chunk, parcours)| {
            let mut part = Part::default();
            let mut buffer = Vec::new();
            for (offset, one) in parcours.iter().enumerate() {
                if !one.is_known {
                    continue;
                }
                buffer.clear();
                buffer.extend(order.of(chunk * CHUNK + offset).map(|index| facts.readings[index]));
                buffer.sort_unstable_by_key(|reading| {
                    (reading.domain, reading.assessor, reading.score.day, reading.score.rank)
                });
                part.add((chunk * CHUNK + offset, one), &buffer, &scales, facts);
            }
            part.tables(facts, &names)
        })
        .collect::<Result<Vec<[RecordBatch; 5]>>>()?;
    let mut tables =
        ["pairs", "pair_means", "outcomes", "repeats", "trajectory"].map(|table| Derived { table, rows: Vec::new() });
    if parts.is_empty() {
        for (table, rows) in tables.iter_mut().zip(Part::default().tables(facts, &names)?) {
            table.rows.push(rows);
        }
    }
    for part in parts {
        for (table, rows) in tables.iter_mut().zip(part) {
            table.rows.push(rows);
        }
    }
    drop(order);
    let mut tables = Vec::from(tables);
    tables.push(Derived { table: "same_day", rows: same_day(facts, &names)? });
    Ok(tables)
}

/// Whether every score lies on the scale of its instrument and domain. Collect lets no other in: one that does not was read by
/// another definition of the instrument than this one.
fn fit(facts: &Facts, scales: &[Option<Scale>]) -> Result<()> {
    let mut off: BTreeMap<u16, u64> = BTreeMap::new();
    for reading in &facts.readings {
        let score = i64::from(reading.score.score);
        let fits = |scale: &Scale| (scale.lowest..=scale.highest).contains(&score);
        if !scales[usize::from(reading.domain)].as_ref().is_some_and(fits) {
            *off.entry(reading.domain).or_default() += 1;
        }
    }
    let Some((domain, count)) = off.first_key_value() else { return Ok(()) };
    let (instrument, name) = &facts.domains[usize::from(*domain)];
    Err(Error::usage("instrument-misfit").with("instrument", instrument).with("domain", name).with("count", count))
}

/// The readings of each parcours, or of each person, by counting: the order of input does not matter afterwards.
pub(super) struct Order {
    starts: Vec<u32>,
    indexes: Vec<u32>,
}

impl Order {
    pub(super) fn by(groups: usize, readings: &[Reading], group: fn(&Reading) -> u32) -> Self {
        let mut starts = vec![0_u32; groups + 1];
        for reading in readings {
            starts[group(reading) as usize + 1] += 1;
        }
        for group in 1..starts.len() {
            starts[group] += starts[group - 1];
        }
        let mut next = starts.clone();
        let mut indexes = vec![0_u32; readings.len()];
        for (index, reading) in readings.iter().enumerate() {
            let slot = &mut next[group(reading) as usize];
            indexes[*slot as usize] = u32::try_from(index).unwrap_or(u32::MAX);
            *slot += 1;
        }
        Order { starts, indexes }
    }

    /// Places of the readings of a group.
    pub(super) fn of(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        self.indexes[self.starts[group] as usize..self.starts[group + 1] as usize].iter().map(|index| *index as usize)
    }
}

struct PairRow {
    parcours: u32,
    domain: u16,
    assessor: u8,
    pair: Pair,
    change: i32,
    at_ceiling: bool,
    at_floor: bool,
}

/// A score in a month since the start of its parcours.
struct MonthRow {
    parcours: u32,
    domain: u16,
    assessor: u8,
    month: u8,
    score: Score,
}

struct MeanRow {
    parcours: u32,
    instrument: u16,
    assessor: u8,
    before: i64,
    after: i64,
    change: i64,
}

/// The rows of a chunk of parcours.
#[derive(Default)]
struct Part {
    pairs: Vec<PairRow>,
    repeats: Vec<PairRow>,
    means: Vec<MeanRow>,
    outcomes: Vec<(u32, &'static str)>,
    months: Vec<MonthRow>,
}

/// Sums over the domains of one instrument and assessor.
#[derive(Default)]
struct Sums {
    count: i64,
    before: i64,
    after: i64,
    change: i64,
}

impl Part {
    /// `readings` are those of this parcours, sorted by domain and assessor.
    fn add(
        &mut self,
        (number, parcours): (usize, &Parcours),
        readings: &[Reading],
        scales: &[Option<Scale>],
        facts: &Facts,
    ) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let is_outside = parcours.start.is_none();
        let mut best: Option<Result<(), NotPaired>> = None;
        let mut sums: HashMap<(u16, u8), Sums> = HashMap::new();
        for group in readings.chunk_by(|a, b| (a.domain, a.assessor) == (b.domain, b.assessor)) {
            let (domain, assessor) = (group[0].domain, group[0].assessor);
            let scores: Vec<Score> = group.iter().map(|reading| reading.score).collect();
            if let (Some(start), Some(_)) = (parcours.start, parcours.end) {
                let months = trajectory(&scores, start).into_iter();
                self.months.extend(months.map(|(month, score)| MonthRow {
                    parcours: number,
                    domain,
                    assessor,
                    month,
                    score,
                }));
            }
            let pairing = match (parcours.start, parcours.end) {
                (Some(start), Some(end)) => pair(&scores, start, end),
                (Some(_), None) => continue, // still running
                (None, _) => first_and_last(&scores),
            };
            best = Some(best.map_or_else(|| pairing.map(|_| ()), |now| prefer(now, pairing)));
            let Ok(pair) = pairing else { continue };
            let row = PairRow::new(number, (domain, assessor), pair, scales[usize::from(domain)]);
            if is_outside {
                self.repeats.push(row);
                continue;
            }
            let sum = sums.entry((facts.instrument_of(domain), assessor)).or_default();
            sum.count += 1;
            sum.before += i64::from(pair.zero.score);
            sum.after += i64::from(pair.end.score);
            sum.change += i64::from(row.change);
            self.pairs.push(row);
        }
        self.add_means(number, sums);
        if !is_outside {
            self.outcomes.push((number, outcome(parcours, best)));
        }
    }

    fn add_means(&mut self, parcours: u32, sums: HashMap<(u16, u8), Sums>) {
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_unstable_by_key(|(key, _)| *key);
        for ((instrument, assessor), sum) in sums {
            let mean = |total: i64| divide_half_away(total * MEAN_SCALE, sum.count);
            let (before, after, change) = (mean(sum.before), mean(sum.after), mean(sum.change));
            self.means.push(MeanRow { parcours, instrument, assessor, before, after, change });
        }
    }
}

/// The better of two attempts: a pair beats any reason, a later reason an earlier one.
fn prefer(now: Result<(), NotPaired>, other: Pairing) -> Result<(), NotPaired> {
    match (now, other) {
        (Ok(()), _) | (_, Ok(_)) => Ok(()),
        (Err(a), Err(b)) => Err(a.min(b)),
    }
}

fn outcome(parcours: &Parcours, best: Option<Result<(), NotPaired>>) -> &'static str {
    match (parcours.end, best) {
        (None, _) => "running",
        (_, Some(Ok(()))) => "paired",
        (_, Some(Err(NotPaired::SameDay))) => "same_day",
        (_, Some(Err(NotPaired::NoEnd))) => "no_end",
        (_, Some(Err(NotPaired::NoZero)) | None) => "no_zero",
    }
}

/// Outside a parcours: the first and the last answer, whatever their marks.
fn first_and_last(scores: &[Score]) -> Pairing {
    let order = |score: &&Score| (score.day, score.rank);
    match (
        scores.iter().min_by_key(order),
        scores.iter().max_by_key(|score| (score.day, std::cmp::Reverse(score.rank))),
    ) {
        (Some(zero), Some(end)) if end.day > zero.day => Ok(Pair { zero: *zero, end: *end }),
        _ => Err(NotPaired::NoEnd),
    }
}

impl PairRow {
    fn new(parcours: u32, (domain, assessor): (u16, u8), pair: Pair, scale: Option<Scale>) -> Self {
        let raw = pair.end.score - pair.zero.score;
        let (change, best, worst) = match scale {
            Some(scale) if scale.higher_is_better => (raw, scale.highest, scale.lowest),
            Some(scale) => (-raw, scale.lowest, scale.highest),
            None => (raw, i64::MAX, i64::MIN),
        };
        let zero = i64::from(pair.zero.score);
        PairRow { parcours, domain, assessor, pair, change, at_ceiling: zero == best, at_floor: zero == worst }
    }
}

/// The quotient rounded to the nearest whole number, halves away from zero.
fn divide_half_away(value: i64, by: i64) -> i64 {
    let (quotient, rest) = (value / by, value % by);
    if rest.abs() * 2 >= by.abs() { quotient + value.signum() * by.signum() } else { quotient }
}

impl Facts {
    fn instrument_of(&self, domain: u16) -> u16 {
        let name = &self.domains[usize::from(domain)].0;
        let first = self.domains.iter().position(|known| known.0 == *name).unwrap_or(0);
        u16::try_from(first).unwrap_or(0)
    }
}

/// The texts that columns of the derived tables refer to by number.
pub(super) struct Names {
    pub(super) agencies: Arc<StringArray>,
    pub(super) instruments: Arc<StringArray>,
    pub(super) domains: Arc<StringArray>,
    assessors: Arc<StringArray>,
}

impl Names {
    fn new(facts: &Facts) -> Self {
        let array = |texts: &mut dyn Iterator<Item = &str>| Arc::new(StringArray::from_iter_values(texts));
        Names {
            agencies: array(&mut facts.agencies.iter().map(|name| &**name)),
            instruments: array(&mut facts.domains.iter().map(|name| &*name.0)),
            domains: array(&mut facts.domains.iter().map(|name| &*name.1)),
            assessors: array(&mut facts.assessors.iter().map(|name| &**name)),
        }
    }
}

pub(super) fn coded(codes: impl Iterator<Item = i32>, values: &Arc<StringArray>) -> Result<ArrayRef> {
    let codes = Int32Array::from_iter_values(codes);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(codes, Arc::clone(values) as ArrayRef).map_err(Error::defect)?))
}

fn decimal(values: impl Iterator<Item = i64>, precision: u8, scale: i8) -> Result<ArrayRef> {
    let array = Decimal128Array::from_iter_values(values.map(i128::from));
    Ok(Arc::new(array.with_precision_and_scale(precision, scale).map_err(Error::defect)?))
}

/// What every derived row says of its parcours.
fn about(numbers: &[u32], facts: &Facts, names: &Names) -> Result<Vec<(&'static str, ArrayRef)>> {
    let parcours = || numbers.iter().map(|number| &facts.parcours[*number as usize]);
    // Rows of one parcours stand together: its texts are kept once and referred to by number.
    let mut own: Vec<&Parcours> = Vec::new();
    let mut keys: Vec<i32> = Vec::with_capacity(numbers.len());
    for (place, number) in numbers.iter().enumerate() {
        if place == 0 || numbers[place - 1] != *number {
            own.push(&facts.parcours[*number as usize]);
        }
        keys.push(i32::try_from(own.len() - 1).unwrap_or(i32::MAX));
    }
    let text = |of: fn(&Parcours) -> &str| {
        let values = Arc::new(StringArray::from_iter_values(own.iter().map(|parcours| of(parcours))));
        coded(keys.iter().copied(), &values)
    };
    Ok(vec![
        ("cpas", coded(parcours().map(|parcours| i32::from(parcours.cpas)), &names.agencies)?),
        ("parcours_id", text(|parcours| &parcours.id)?),
        ("person_id", text(|parcours| &parcours.person)?),
        ("kind", text(|parcours| &parcours.kind)?),
        ("start_on", Arc::new(Date32Array::from_iter(parcours().map(|parcours| parcours.start)))),
        ("end_on", Arc::new(Date32Array::from_iter(parcours().map(|parcours| parcours.end)))),
    ])
}

fn pair_table(rows: &[PairRow], facts: &Facts, names: &Names) -> Result<RecordBatch> {
    let numbers: Vec<u32> = rows.iter().map(|row| row.parcours).collect();
    let mut columns = about(&numbers, facts, names)?;
    let score = |of: fn(&PairRow) -> i32| decimal(rows.iter().map(|row| i64::from(of(row))), 7, 2);
    columns.extend([
        ("instrument", coded(rows.iter().map(|row| i32::from(row.domain)), &names.instruments)?),
        ("domain", coded(rows.iter().map(|row| i32::from(row.domain)), &names.domains)?),
        ("assessor", coded(rows.iter().map(|row| i32::from(row.assessor)), &names.assessors)?),
        ("zero_on", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.pair.zero.day))) as ArrayRef),
        ("last_on", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.pair.end.day)))),
        ("score_before", score(|row| row.pair.zero.score)?),
        ("score_after", score(|row| row.pair.end.score)?),
        ("score_change", score(|row| row.change)?),
        ("at_ceiling", Arc::new(rows.iter().map(|row| Some(row.at_ceiling)).collect::<BooleanArray>())),
        ("at_floor", Arc::new(rows.iter().map(|row| Some(row.at_floor)).collect::<BooleanArray>())),
    ]);
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

fn month_table(rows: &[MonthRow], facts: &Facts, names: &Names) -> Result<RecordBatch> {
    let numbers: Vec<u32> = rows.iter().map(|row| row.parcours).collect();
    let mut columns = about(&numbers, facts, names)?;
    columns.extend([
        ("instrument", coded(rows.iter().map(|row| i32::from(row.domain)), &names.instruments)?),
        ("domain", coded(rows.iter().map(|row| i32::from(row.domain)), &names.domains)?),
        ("assessor", coded(rows.iter().map(|row| i32::from(row.assessor)), &names.assessors)?),
        ("month", Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| i32::from(row.month)))) as ArrayRef),
        ("measured_on", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.score.day)))),
        ("score", decimal(rows.iter().map(|row| i64::from(row.score.score)), 7, 2)?),
    ]);
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

impl Part {
    fn tables(&self, facts: &Facts, names: &Names) -> Result<[RecordBatch; 5]> {
        let numbers: Vec<u32> = self.means.iter().map(|row| row.parcours).collect();
        let mut means = about(&numbers, facts, names)?;
        let mean = |of: fn(&MeanRow) -> i64| decimal(self.means.iter().map(of), 11, 6);
        means.extend([
            ("instrument", coded(self.means.iter().map(|row| i32::from(row.instrument)), &names.instruments)?),
            ("assessor", coded(self.means.iter().map(|row| i32::from(row.assessor)), &names.assessors)?),
            ("score_before", mean(|row| row.before)?),
            ("score_after", mean(|row| row.after)?),
            ("score_change", mean(|row| row.change)?),
        ]);
        let numbers: Vec<u32> = self.outcomes.iter().map(|(number, _)| *number).collect();
        let mut outcomes = about(&numbers, facts, names)?;
        let outcome = StringArray::from_iter_values(self.outcomes.iter().map(|(_, outcome)| *outcome));
        let days = self.outcomes.iter().map(|(number, _)| {
            let parcours = &facts.parcours[*number as usize];
            parcours.start.zip(parcours.end).map(|(start, end)| end - start)
        });
        outcomes.push(("days", Arc::new(Int32Array::from_iter(days))));
        outcomes.push(("pairing", Arc::new(outcome)));
        Ok([
            pair_table(&self.pairs, facts, names)?,
            RecordBatch::try_from_iter(means).map_err(Error::defect)?,
            RecordBatch::try_from_iter(outcomes).map_err(Error::defect)?,
            pair_table(&self.repeats, facts, names)?,
            month_table(&self.months, facts, names)?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::divide_half_away;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(divide_half_away(5, 2), 3);
        assert_eq!(divide_half_away(-5, 2), -3);
        assert_eq!(divide_half_away(4, 3), 1);
        assert_eq!(divide_half_away(-4, 3), -1);
        assert_eq!(divide_half_away(0, 7), 0);
    }
}
