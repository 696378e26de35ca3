//! Known totals of the population, and the columns of numbers that have to add up to them.

use crate::error::{Result, SurveyError, same_length};
use crate::factor::Factor;
use nalgebra::{DMatrix, DVector};
use std::collections::BTreeMap;

/// Margins are often rounded to whole people: sums that agree to a millionth are the same population.
const SAME_SUM: f64 = 1e-6;

/// What is known of the population.
#[derive(Debug, Clone, Copy)]
pub enum Margin<'a> {
    /// How many there are of every category.
    Categories {
        /// For errors.
        name: &'a str,
        /// The category of every unit.
        factor: &'a Factor,
        /// Categories with their number in the population.
        targets: &'a [(&'a str, f64)],
    },
    /// The total of a variable. With ones as values, the size of the population.
    Total {
        /// For errors.
        name: &'a str,
        /// The variable; a missing value is refused.
        values: &'a [f64],
        /// Its total in the population.
        target: f64,
    },
}

impl Margin<'_> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Categories { name, .. } | Self::Total { name, .. } => name,
        }
    }
}

/// The target of every category of a factor, by code; 0 where the sample has nobody and nobody is looked for.
pub(super) fn targets(margin: &Margin<'_>, weights: &[f64]) -> Result<Vec<f64>> {
    let Margin::Categories { name, factor, targets } = margin else { return Ok(Vec::new()) };
    let margin = || (*name).to_owned();
    same_length(name, weights.len(), factor.len())?;
    if let Some(unit) = factor.first_missing() {
        let problem = format!("unit {} has no category", unit + 1);
        return Err(SurveyError::Margin { margin: margin(), problem });
    }
    let mut given = BTreeMap::new();
    for (category, target) in *targets {
        if given.insert(*category, *target).is_some() {
            let problem = format!("category {category} has two targets");
            return Err(SurveyError::Margin { margin: margin(), problem });
        }
    }
    let sums = super::category_sums(factor, weights);
    let mut found = Vec::with_capacity(sums.len());
    for (code, sum) in sums.iter().enumerate() {
        let category = factor.label(code);
        let target = given.remove(category.as_str());
        match target {
            Some(target) if *sum > 0.0 && target > 0.0 && target.is_finite() => found.push(target),
            None | Some(0.0) if *sum <= 0.0 => found.push(0.0),
            Some(target) if *sum <= 0.0 => {
                return Err(SurveyError::EmptyCategory { margin: margin(), category, target });
            }
            _ => return Err(SurveyError::Target { margin: margin(), category, found: target }),
        }
    }
    match given.into_iter().find(|(_, target)| *target != 0.0) {
        Some((category, target)) => {
            Err(SurveyError::EmptyCategory { margin: margin(), category: category.to_owned(), target })
        }
        None => Ok(found),
    }
}

/// One column for each total to meet: ones for a category, or a variable. Of the second and later margins of categories
/// the first category is left out, since it follows once the sums agree.
pub(crate) struct Columns {
    names: Vec<String>,
    pub(super) values: Vec<Vec<f64>>,
    targets: Vec<f64>,
    /// Columns of the first margin, if it has categories.
    first: usize,
}

impl Columns {
    pub(super) fn new(margins: &[Margin<'_>], weights: &[f64]) -> Result<Self> {
        let mut columns = Self { names: Vec::new(), values: Vec::new(), targets: Vec::new(), first: 0 };
        if margins.is_empty() {
            let problem = "no margin was given".to_owned();
            return Err(SurveyError::Margin { margin: "all".to_owned(), problem });
        }
        let mut seen: Option<(&str, f64)> = None;
        for (place, margin) in margins.iter().enumerate() {
            match margin {
                Margin::Categories { name, factor, .. } => {
                    let targets = targets(margin, weights)?;
                    let sum: f64 = targets.iter().sum();
                    if let Some((first, first_total)) = seen
                        && (sum - first_total).abs() > SAME_SUM * first_total
                    {
                        let (first, second) = (first.to_owned(), (*name).to_owned());
                        return Err(SurveyError::UnequalTotals { first, first_total, second, second_total: sum });
                    }
                    columns.add_categories(name, factor, &targets, usize::from(seen.is_some()));
                    seen = seen.or(Some((name, sum)));
                }
                Margin::Total { name, values, target } => columns.add_total(name, values, *target, weights.len())?,
            }
            if place == 0 && seen.is_some() {
                columns.first = columns.len();
            }
        }
        Ok(columns)
    }

    fn add_categories(&mut self, name: &str, factor: &Factor, targets: &[f64], skip: usize) {
        for (code, target) in targets.iter().enumerate().filter(|(_, target)| **target > 0.0).skip(skip) {
            self.names.push(format!("{name} {}", factor.label(code)));
            self.values.push(factor.codes().iter().map(|other| f64::from(*other as usize == code)).collect());
            self.targets.push(*target);
        }
    }

    fn add_total(&mut self, name: &str, values: &[f64], target: f64, units: usize) -> Result<()> {
        same_length(name, units, values.len())?;
        if !target.is_finite() {
            let problem = format!("expected a finite target, found {target}");
            return Err(SurveyError::Margin { margin: name.to_owned(), problem });
        }
        if let Some(place) = values.iter().position(|value| !value.is_finite()) {
            let problem = format!("unit {} has no finite value", place + 1);
            return Err(SurveyError::Margin { margin: name.to_owned(), problem });
        }
        self.names.push(name.to_owned());
        self.values.push(values.to_vec());
        self.targets.push(target);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn name(&self, column: usize) -> String {
        self.names.get(column).cloned().unwrap_or_default()
    }

    fn totals(&self, weights: &[f64]) -> Vec<f64> {
        self.values.iter().map(|column| column.iter().zip(weights).map(|(x, w)| x * w).sum()).collect()
    }

    /// By how much of its target every total is off.
    fn off(&self, weights: &[f64]) -> Vec<f64> {
        let off = |(total, target): (f64, &f64)| (total - target) / target.abs().max(1.0);
        self.totals(weights).into_iter().zip(&self.targets).map(off).collect()
    }

    /// The total that is farthest off, and by which share.
    pub(super) fn worst(&self, weights: &[f64]) -> (usize, f64) {
        let mut worst = (0, 0.0_f64);
        for (column, off) in self.off(weights).into_iter().enumerate() {
            if off.is_nan() || off.abs() > worst.1.abs() {
                worst = (column, off);
            }
        }
        worst
    }

    /// One measure of how far all totals are off.
    pub(super) fn distance_off(&self, weights: &[f64]) -> f64 {
        self.off(weights).iter().map(|off| off * off).sum()
    }

    pub(super) fn not_converged(&self, column: usize, weights: &[f64], rounds: usize) -> SurveyError {
        let target = self.targets.get(column).copied().unwrap_or(f64::NAN);
        let off = self.totals(weights).get(column).map_or(f64::NAN, |total| total - target);
        SurveyError::NotConverged { rounds, worst: self.name(column), off, target }
    }

    /// For every unit the sum of its columns times the multipliers.
    pub(super) fn scores(&self, multipliers: &[f64]) -> Vec<f64> {
        let mut scores = vec![0.0; self.values.first().map_or(0, Vec::len)];
        for (column, multiplier) in self.values.iter().zip(multipliers) {
            for (score, value) in scores.iter_mut().zip(column) {
                *score += multiplier * value;
            }
        }
        scores
    }

    /// Multipliers at which exponential factors meet the first margin.
    pub(super) fn first_margin_met(&self, weights: &[f64]) -> Vec<f64> {
        let totals = self.totals(weights);
        let start = |(place, (total, target)): (usize, (&f64, &f64))| {
            if place < self.first { (target / total).ln() } else { 0.0 }
        };
        totals.iter().zip(&self.targets).enumerate().map(start).collect()
    }

    /// How the multipliers have to change for the totals to be met, if factors went on with their slopes. `None` where the
    /// slopes leave no way (all factors at their bounds).
    pub(super) fn newton_step(&self, weights: &[f64], calibrated: &[f64], slopes: &[f64]) -> Option<Vec<f64>> {
        let steep: Vec<f64> = weights.iter().zip(slopes).map(|(weight, slope)| weight * slope).collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).zip(&steep).map(|((a, b), s)| a * b * s).sum::<f64>();
        let size = self.len();
        let mut gram = DMatrix::zeros(size, size);
        for (row, a) in self.values.iter().enumerate() {
            for (column, b) in self.values.iter().enumerate().skip(row) {
                let entry = product(a, b);
                gram[(row, column)] = entry;
                gram[(column, row)] = entry;
            }
        }
        let missing = self.totals(calibrated).into_iter().zip(&self.targets).map(|(total, target)| target - total);
        let missing = DVector::from_iterator(size, missing);
        // Columns may be of very different size (ones beside francs): scaled to a unit diagonal first.
        let scale = gram.diagonal().map(|entry| if entry > 0.0 { 1.0 / entry.sqrt() } else { 0.0 });
        let scaled = DMatrix::from_fn(size, size, |row, column| gram[(row, column)] * scale[row] * scale[column]);
        let solved = scaled.cholesky()?.solve(&missing.component_mul(&scale)).component_mul(&scale);
        solved.iter().all(|step| step.is_finite()).then(|| solved.iter().copied().collect())
    }
}
