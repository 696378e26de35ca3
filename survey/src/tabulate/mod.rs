//! Tables of many items at once.
//!
//! The influence of a unit on the share of a category is w (I - p) / W. Its sum over a cluster needs only the weights of
//! that cluster by category, and where single units were drawn, sums of weights and of their squares by stratum do: one
//! pass over the answers, whatever the number of categories; earlier stages add up what later ones found. What calibration
//! takes away is a sum too ([`explained`]); only a design that was calibrated several times goes the general way, which
//! gives the same figures, more slowly.

mod explained;
mod sums;

use crate::design::{Design, Level};
use crate::error::{Result, SurveyError, same_length};
use crate::estimate::{Estimate, Simple, counts, proportions};
use crate::factor::Factor;
use explained::Explained;
use rayon::prelude::*;
use sums::Sums;

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
    let explained = Explained::new(design);
    let asked = Asked { design, domain, explained: explained.as_ref() };
    items.par_iter().enumerate().map(|(place, item)| asked.table(place + 1, item)).collect()
}

/// What all items have in common.
#[derive(Clone, Copy)]
struct Asked<'a> {
    design: &'a Design,
    domain: Option<&'a [bool]>,
    explained: Option<&'a Explained<'a>>,
}

impl Asked<'_> {
    fn inside(&self, unit: usize) -> bool {
        self.domain.is_none_or(|domain| domain.get(unit) == Some(&true))
    }

    fn table(&self, number: usize, item: &Item<'_>) -> Result<ItemTable> {
        if let Some(domain) = self.domain {
            same_length("the domain", self.design.units(), domain.len())?;
        }
        match item.codes {
            Codes::Narrow(codes) => table_of(number, item, codes, self),
            Codes::Wide(codes) => table_of(number, item, codes, self),
        }
    }
}

fn table_of<T: Copy + Into<u16>>(number: usize, item: &Item<'_>, codes: &[T], asked: &Asked<'_>) -> Result<ItemTable> {
    let design = asked.design;
    same_length(&format!("item {number}"), design.units(), codes.len())?;
    // A scale beyond its missing code would make that code an answer.
    let answers = |code: &T| Some((*code).into()).filter(|code| Some(*code) != item.missing);
    let outside = |code: &T| answers(code).is_some_and(|code| code >= item.categories);
    if let Some(unit) = codes.iter().position(outside) {
        let found = codes.get(unit).map_or(0, |code| (*code).into());
        return Err(SurveyError::CodeOutsideScale { item: number, unit: unit + 1, categories: item.categories, found });
    }
    let answer = |unit: usize| codes.get(unit).and_then(answers);
    if design.is_calibrated() && asked.explained.is_none() {
        return general(number, item, &answer, (design, asked.domain));
    }
    let levels = design.levels();
    let last = levels.last().unwrap_or(design.first());
    let within = |unit: usize| answer(unit).filter(|_| asked.inside(unit)).map(usize::from);
    let mut sums = Sums::over(last, design.weights(), usize::from(item.categories), asked.explained, within);
    let mut made = Table::open(number, &sums)?;
    let mut below = last;
    for (stage, level) in levels.iter().enumerate().rev() {
        if stage + 1 < levels.len() {
            sums.roll_up(below, level);
        }
        made.add((stage, level), &sums, asked.explained);
        below = level;
    }
    let units = asked.domain.map_or(codes.len(), |domain| domain.iter().filter(|inside| **inside).count());
    Ok(made.close(units, sums.degrees(design.first())))
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

    fn add(&mut self, stage: (usize, &Level), sums: &Sums, explained: Option<&Explained<'_>>) {
        for (category, (variance, share)) in self.variances.iter_mut().zip(&self.shares).enumerate() {
            let added = sums.variance(stage, category, *share, explained);
            *variance += added.max(0.0) / (self.weighted * self.weighted);
        }
    }

    fn close(self, units: usize, degrees_of_freedom: f64) -> ItemTable {
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
        ItemTable { cells: cells.collect(), n, missing: units - n, weighted: self.weighted }
    }
}

/// The general way, for designs that were calibrated several times.
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
