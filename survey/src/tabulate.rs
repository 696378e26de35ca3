//! Tables of many items at once.
//!
//! The influence of a unit on the share of a category is w (I - p) / W. Its sum over a cluster needs only the weights of
//! that cluster by category, and where single units were drawn, sums of weights and of their squares by stratum do: one
//! pass over the answers, whatever the number of categories; earlier stages add up what later ones found. The general way gives the same figures, more slowly.

use crate::design::{Design, Level, Stratum, difference};
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
    let levels = design.levels();
    let last = levels.last().unwrap_or(design.first());
    let mut sums = Sums::over(last, design.weights(), usize::from(item.categories), |unit| {
        answer(unit).filter(|_| inside(unit)).map(usize::from)
    });
    let mut made = Table::open(number, &sums)?;
    made.add(last, &sums);
    let mut below = last;
    for level in levels.iter().rev().skip(1) {
        sums = sums.rolled_up(below, level);
        made.add(level, &sums);
        below = level;
    }
    let asked = domain.map_or(codes.len(), |domain| domain.iter().filter(|inside| **inside).count());
    Ok(made.close(asked, sums.degrees(design.first())))
}

/// Sums by cluster and category; where single units were drawn, by stratum and category, with those of squares.
struct Sums {
    categories: usize,
    weights: Vec<f64>,
    squares: Option<Vec<f64>>,
    counts: Vec<usize>,
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
        }
        sums
    }

    /// The sums of a stage from those of the stage below, each of whose strata lies in one cluster.
    fn rolled_up(&self, below: &Level, level: &Level) -> Self {
        let mut weights = vec![0.0; level.clusters() * self.categories];
        for (group, sums) in self.weights.chunks_exact(self.categories.max(1)).enumerate() {
            // Groups are strata where single units were drawn, else clusters.
            let stratum = if self.squares.is_some() { group } else { below.stratum(group) };
            let start = below.strata.get(stratum).map_or(0, |stratum| stratum.parent) * self.categories;
            for (total, sum) in weights.iter_mut().skip(start).zip(sums) {
                *total += sum;
            }
        }
        Self { weights, squares: None, counts: self.counts.clone(), ..*self }
    }

    /// Totals of every category.
    fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.categories];
        for group in self.weights.chunks_exact(self.categories.max(1)) {
            totals.iter_mut().zip(group).for_each(|(total, sum)| *total += sum);
        }
        totals
    }

    /// Clusters less strata with an answer, once the sums are those of the first stage.
    fn degrees(&self, level: &Level) -> f64 {
        let answered = |group: &[f64]| group.iter().any(|sum| *sum > 0.0);
        let groups: Vec<bool> = self.weights.chunks_exact(self.categories.max(1)).map(answered).collect();
        let count = |seen: &[bool]| seen.iter().filter(|seen| **seen).count();
        if self.squares.is_some() {
            return difference(self.counts.iter().sum(), count(&groups));
        }
        let mut strata = vec![false; level.strata.len()];
        for (cluster, _) in groups.iter().enumerate().filter(|(_, answered)| **answered) {
            strata.get_mut(level.stratum(cluster)).into_iter().for_each(|seen| *seen = true);
        }
        difference(count(&groups), count(&strata))
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
    fn open(item: usize, sums: &Sums) -> Result<Self> {
        let totals = sums.totals();
        let weighted: f64 = totals.iter().sum();
        if weighted <= 0.0 {
            return Err(SurveyError::NoAnswers { what: format!("item {item}") });
        }
        let shares = totals.iter().map(|total| total / weighted).collect();
        let variances = vec![0.0; totals.len()];
        Ok(Self { counts: sums.counts.clone(), totals, shares, variances, weighted })
    }

    fn add(&mut self, level: &Level, sums: &Sums) {
        for (category, (variance, share)) in self.variances.iter_mut().zip(&self.shares).enumerate() {
            *variance += sums.variance(level, category, *share) / (self.weighted * self.weighted);
        }
    }

    fn close(self, asked: usize, degrees_of_freedom: f64) -> ItemTable {
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
        ItemTable { cells: cells.collect(), n, missing: asked - n, weighted: self.weighted }
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
