//! Tables of many items at once.
//!
//! The influence of a unit on the share of a category is w (I - p) / W. Its sum over a cluster needs only the weights of
//! that cluster by category, and where single units were drawn, sums of weights and of their squares by stratum do: one
//! pass over the answers, whatever the number of categories. The general way gives the same figures, more slowly.

use crate::design::{Design, Level, Stratum};
use crate::error::{Result, SurveyError, same_length};
use crate::estimate::{Estimate, Simple, counts, proportions};
use crate::factor::Factor;
use crate::influence;
use rayon::prelude::*;

/// Answers as they are kept: one byte or two.
#[derive(Debug, Clone, Copy)]
pub enum Codes<'a> {
    /// Up to 255 categories.
    Narrow(&'a [u8]),
    /// More.
    Wide(&'a [u16]),
}

/// A question with its answers.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// An answer for every unit: 0 to below `categories`, or the missing code.
    pub codes: Codes<'a>,
    /// Categories of the scale.
    pub categories: u16,
    /// The code of a missing answer, if there is one.
    pub missing: Option<u16>,
}

/// A category of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Units in it.
    pub n: usize,
    /// Sum of their weights.
    pub weighted: f64,
    /// The share of all answers, named by its code; its n is that of all answers.
    pub proportion: Estimate,
}

/// The table of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemTable {
    /// Categories in the order of their codes.
    pub cells: Vec<Cell>,
    /// Units of the domain with an answer.
    pub n: usize,
    /// Units of the domain without.
    pub missing: usize,
    /// Sum of the weights of those with an answer.
    pub weighted: f64,
}

/// Tables of items over a design. Each item has its own result, so that one that cannot be told does not hide the others.
///
/// # Errors
/// For each item: another length than the design; a code outside its scale; no answer in the domain.
#[must_use]
pub fn tabulate(items: &[Item<'_>], design: &Design, domain: Option<&[bool]>) -> Vec<Result<ItemTable>> {
    items.par_iter().enumerate().map(|(place, item)| table(place + 1, item, design, domain)).collect()
}

fn table(number: usize, item: &Item<'_>, design: &Design, domain: Option<&[bool]>) -> Result<ItemTable> {
    if let Some(domain) = domain {
        same_length("the domain", design.units(), domain.len())?;
    }
    match item.codes {
        Codes::Narrow(codes) => table_of(number, item, codes, (design, domain)),
        Codes::Wide(codes) => table_of(number, item, codes, (design, domain)),
    }
}

fn table_of<T: Copy + Into<u16>>(
    number: usize,
    item: &Item<'_>,
    codes: &[T],
    (design, domain): (&Design, Option<&[bool]>),
) -> Result<ItemTable> {
    same_length(&format!("item {number}"), design.units(), codes.len())?;
    // A scale beyond its missing code would make that code an answer.
    let answers = |code: &T| Some((*code).into()).filter(|code| Some(*code) != item.missing);
    let outside = |code: &T| answers(code).is_some_and(|code| code >= item.categories);
    if let Some(unit) = codes.iter().position(outside) {
        let found = codes.get(unit).map_or(0, |code| (*code).into());
        return Err(SurveyError::CodeOutsideScale { item: number, unit: unit + 1, categories: item.categories, found });
    }
    let answer = |unit: usize| codes.get(unit).and_then(answers);
    if design.is_calibrated() {
        return general(number, item, &answer, (design, domain));
    }
    let inside = |unit: usize| domain.is_none_or(|domain| domain.get(unit) == Some(&true));
    let mut made = Table::new(usize::from(item.categories));
    let mut degrees = 0.0;
    for (stage, level) in design.levels().iter().enumerate() {
        let sums = Sums::over(level, design.weights(), usize::from(item.categories), |unit| {
            answer(unit).filter(|_| inside(unit)).map(usize::from)
        });
        if stage == 0 {
            made.open(number, &sums)?;
            degrees = sums.degrees(level);
        }
        made.add(level, &sums);
    }
    let unanswered = (0..codes.len()).filter(|unit| inside(*unit) && answer(*unit).is_none()).count();
    Ok(made.close(unanswered, degrees))
}

/// Sums by cluster and category; where single units were drawn, by stratum and category, with those of squares.
struct Sums {
    categories: usize,
    weights: Vec<f64>,
    squares: Option<Vec<f64>>,
    counts: Vec<usize>,
    /// Units with an answer in every stratum, where single units were drawn.
    by_stratum: Vec<usize>,
}

impl Sums {
    fn over(level: &Level, weights: &[f64], categories: usize, answer: impl Fn(usize) -> Option<usize>) -> Self {
        let elements = level.cluster_of.is_none();
        let groups = if elements { level.strata.len() } else { level.clusters() };
        let of = level.cluster_of.as_ref().unwrap_or(&level.stratum_of);
        let mut sums = Self {
            categories,
            weights: vec![0.0; groups * categories],
            squares: elements.then(|| vec![0.0; groups * categories]),
            counts: vec![0; categories],
            by_stratum: vec![0; if elements { groups } else { 0 }],
        };
        for (unit, (weight, group)) in weights.iter().zip(of).enumerate() {
            let Some(code) = answer(unit) else { continue };
            let place = *group as usize * categories + code;
            if let Some(sum) = sums.weights.get_mut(place) {
                *sum += weight;
            }
            if let Some(sum) = sums.squares.as_mut().and_then(|squares| squares.get_mut(place)) {
                *sum += weight * weight;
            }
            if let Some(count) = sums.counts.get_mut(code) {
                *count += 1;
            }
            if let Some(count) = sums.by_stratum.get_mut(*group as usize) {
                *count += 1;
            }
        }
        sums
    }

    /// Totals of every category.
    fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.categories];
        for group in self.weights.chunks_exact(self.categories.max(1)) {
            totals.iter_mut().zip(group).for_each(|(total, sum)| *total += sum);
        }
        totals
    }

    /// Clusters less strata with an answer.
    fn degrees(&self, level: &Level) -> f64 {
        if self.squares.is_some() {
            let strata = self.by_stratum.iter().filter(|count| **count > 0).count();
            return self.counts.iter().sum::<usize>() as f64 - strata as f64;
        }
        let answered: Vec<bool> =
            self.weights.chunks_exact(self.categories.max(1)).map(|group| group.iter().any(|sum| *sum > 0.0)).collect();
        let mut strata = vec![false; level.strata.len()];
        for (cluster, _) in answered.iter().enumerate().filter(|(_, answered)| **answered) {
            strata.get_mut(level.stratum(cluster)).into_iter().for_each(|seen| *seen = true);
        }
        let count = |seen: &[bool]| seen.iter().filter(|seen| **seen).count() as f64;
        count(&answered) - count(&strata)
    }

    /// The variance that a level adds to the share `share` of a category, times the square of all weights.
    fn variance(&self, level: &Level, category: usize, share: f64) -> f64 {
        let wide = self.categories;
        let pick = |from: &[f64], group: usize| {
            let group = from.get(group * wide..(group + 1) * wide).unwrap_or_default();
            (group.get(category).copied().unwrap_or(0.0), group.iter().sum::<f64>())
        };
        let Some(squares) = &self.squares else {
            return influence::variance(level, |cluster| {
                let (inside, all) = pick(&self.weights, cluster);
                inside - share * all
            });
        };
        let of = |(place, stratum): (usize, &Stratum)| {
            let (inside, all) = pick(&self.weights, place);
            let (inside_squares, all_squares) = pick(squares, place);
            let sum = inside - share * all;
            let square = inside_squares * (1.0 - share).powi(2) + (all_squares - inside_squares) * share * share;
            let middle = if stratum.centred { sum * sum / stratum.sampled as f64 } else { 0.0 };
            stratum.scale * (square - middle).max(0.0)
        };
        level.strata.iter().enumerate().map(of).sum()
    }
}

/// A table in the making.
struct Table {
    counts: Vec<usize>,
    totals: Vec<f64>,
    shares: Vec<f64>,
    variances: Vec<f64>,
    weighted: f64,
}

impl Table {
    fn new(categories: usize) -> Self {
        let (counts, zeros) = (vec![0; categories], vec![0.0; categories]);
        Self { counts, totals: zeros.clone(), shares: zeros.clone(), variances: zeros, weighted: 0.0 }
    }

    /// Shares, from the sums of the first stage.
    fn open(&mut self, item: usize, sums: &Sums) -> Result<()> {
        self.counts.clone_from(&sums.counts);
        self.totals = sums.totals();
        self.weighted = self.totals.iter().sum();
        if self.weighted <= 0.0 {
            return Err(SurveyError::NoAnswers { what: format!("item {item}") });
        }
        self.shares = self.totals.iter().map(|total| total / self.weighted).collect();
        Ok(())
    }

    fn add(&mut self, level: &Level, sums: &Sums) {
        for (category, (variance, share)) in self.variances.iter_mut().zip(&self.shares).enumerate() {
            *variance += sums.variance(level, category, *share) / (self.weighted * self.weighted);
        }
    }

    fn close(self, missing: usize, degrees_of_freedom: f64) -> ItemTable {
        let n: usize = self.counts.iter().sum();
        let population = self.weighted;
        let simple = |share: f64| {
            (n > 1).then(|| Simple { with_replacement: share * (1.0 - share) / (n as f64 - 1.0), population })
        };
        let cells = self.counts.iter().zip(&self.totals).zip(self.shares.iter().zip(&self.variances)).enumerate().map(
            |(code, ((count, weighted), (value, variance)))| {
                let (name, simple) = (code.to_string(), simple(*value));
                let proportion = Estimate { name, value: *value, variance: *variance, n, degrees_of_freedom, simple };
                Cell { n: *count, weighted: *weighted, proportion }
            },
        );
        ItemTable { cells: cells.collect(), n, missing, weighted: self.weighted }
    }
}

/// The general way, for calibrated designs: there, every unit's influence depends on others.
fn general(
    number: usize,
    item: &Item<'_>,
    answer: &dyn Fn(usize) -> Option<u16>,
    (design, domain): (&Design, Option<&[bool]>),
) -> Result<ItemTable> {
    let names: Vec<String> = (0..item.categories).map(|code| code.to_string()).collect();
    let codes: Vec<Option<u32>> = (0..design.units()).map(|unit| answer(unit).map(u32::from)).collect();
    let factor = Factor::with_categories(&codes, &names)?;
    let name = format!("item {number}");
    let shares = proportions(design, &name, &factor, domain)?;
    let totals = counts(design, &name, &factor, domain)?;
    let inside = |unit: &usize| domain.is_none_or(|domain| domain.get(*unit) == Some(&true));
    let mut by_code = vec![0; names.len()];
    let mut missing = 0;
    for unit in (0..design.units()).filter(inside) {
        match answer(unit).and_then(|code| by_code.get_mut(usize::from(code))) {
            Some(count) => *count += 1,
            None => missing += 1,
        }
    }
    let cells = shares.list.into_iter().zip(totals.list()).zip(&by_code);
    let cells: Vec<Cell> =
        cells.map(|((proportion, total), n)| Cell { n: *n, weighted: total.value, proportion }).collect();
    let weighted = cells.iter().map(|cell| cell.weighted).sum();
    Ok(ItemTable { n: by_code.iter().sum(), missing, weighted, cells })
}
