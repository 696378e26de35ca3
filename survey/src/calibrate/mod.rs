//! Weights that meet known totals of the population, and variances that know of it.
//!
//! A calibrated figure varies only as far as the known totals do not explain it: its influences are replaced by the
//! residuals of their regression on the margins, with the weights of the design before (Deville, Särndal, *Calibration
//! estimators in survey sampling*, 1992). Margins that do not fit are named, never bent.

mod distance;
mod margins;
mod projection;

use crate::design::Design;
use crate::error::{Result, SurveyError, same_length};
use crate::factor::Factor;
pub use distance::Distance;
use margins::Columns;
pub use margins::Margin;
pub(crate) use projection::Projection;

/// When an iteration ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounds {
    /// Every total is met to this share of its target (of 1, where the target is smaller).
    pub tolerance: f64,
    /// After so many rounds it is an error.
    pub limit: usize,
}

impl Default for Rounds {
    /// To 10 digits, within 200 rounds.
    fn default() -> Self {
        Self { tolerance: 1e-10, limit: 200 }
    }
}

impl Rounds {
    /// An error if a total is still off. Returns whether all are met.
    fn met(&self, columns: &Columns, weights: &[f64], round: usize) -> Result<bool> {
        let (worst, off) = columns.worst(weights);
        // Not met also where a total is not a number.
        if off.abs() <= self.tolerance {
            return Ok(true);
        }
        if round < self.limit {
            return Ok(false);
        }
        Err(columns.not_converged(worst, weights, round))
    }
}

/// Weights such that every category has its target: within each, weights grow by one factor.
///
/// # Errors
/// A unit without category; a category without target, or with a target and no unit.
pub fn post_stratify(design: &Design, name: &str, by: &Factor, targets: &[(&str, f64)]) -> Result<Design> {
    same_length(name, design.units(), by.len())?;
    let margin = Margin::Categories { name, factor: by, targets };
    let targets = margins::targets(&margin, design.weights())?;
    let sums = category_sums(by, design.weights());
    let factor = |(weight, code): (&f64, &u32)| {
        let place = *code as usize;
        weight * targets.get(place).copied().unwrap_or(0.0) / sums.get(place).copied().unwrap_or(1.0)
    };
    let weights: Vec<f64> = design.weights().iter().zip(by.codes()).map(factor).collect();
    let projection = Projection::groups(by, design.weights(), &weights);
    design.recalibrated(weights, projection)
}

/// Weights that meet several margins, by meeting one after the other until all hold (Deming, Stephan 1940).
///
/// # Errors
/// As [`post_stratify`], for each margin; margins with unequal sums; [`SurveyError::NotConverged`], with how far off; a
/// margin that is a total of numbers.
pub fn rake(design: &Design, margins: &[Margin<'_>], rounds: &Rounds) -> Result<Design> {
    let weights = raked_weights(design.weights(), margins, rounds)?;
    project(design, margins, weights)
}

/// Weights that meet margins, as near as possible to those of the design by a distance.
///
/// # Errors
/// As [`rake`]; [`SurveyError::Singular`] for a margin that follows from others; bounds that cannot be; weights that would
/// not be positive.
pub fn calibrate(design: &Design, margins: &[Margin<'_>], distance: Distance, rounds: &Rounds) -> Result<Design> {
    let weights = calibrated_weights(design.weights(), margins, distance, rounds)?;
    project(design, margins, weights)
}

fn project(design: &Design, margins: &[Margin<'_>], weights: Vec<f64>) -> Result<Design> {
    let columns = Columns::new(margins, design.weights())?;
    let projection = Projection::linear(&columns, design.weights(), &weights)?;
    design.recalibrated(weights, projection)
}

fn category_sums(factor: &Factor, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; factor.categories()];
    for (weight, code) in weights.iter().zip(factor.codes()) {
        if let Some(sum) = sums.get_mut(*code as usize) {
            *sum += weight;
        }
    }
    sums
}

pub(crate) fn raked_weights(weights: &[f64], margins: &[Margin<'_>], rounds: &Rounds) -> Result<Vec<f64>> {
    let columns = Columns::new(margins, weights)?;
    let mut factors = Vec::new();
    for margin in margins {
        let Margin::Categories { factor, .. } = margin else {
            let problem = "raking needs categories; use `calibrate` for totals".to_owned();
            return Err(SurveyError::Margin { margin: margin.name().to_owned(), problem });
        };
        factors.push((*factor, margins::targets(margin, weights)?));
    }
    let mut raked = weights.to_vec();
    let mut round = 0;
    while !rounds.met(&columns, &raked, round)? {
        for (factor, targets) in &factors {
            let sums = category_sums(factor, &raked);
            for (weight, code) in raked.iter_mut().zip(factor.codes()) {
                let place = *code as usize;
                *weight *= targets.get(place).copied().unwrap_or(0.0) / sums.get(place).copied().unwrap_or(1.0);
            }
        }
        round += 1;
    }
    Ok(raked)
}

/// Newton's method on the multipliers of the margins. A step that leads farther off is halved.
pub(crate) fn calibrated_weights(
    weights: &[f64],
    margins: &[Margin<'_>],
    distance: Distance,
    rounds: &Rounds,
) -> Result<Vec<f64>> {
    distance.check()?;
    let columns = Columns::new(margins, weights)?;
    // Names the column that is superfluous, where there is one.
    Projection::linear(&columns, weights, weights)?;
    let mut multipliers = distance.start(&columns, weights);
    let mut calibrated = apply(&columns, weights, distance, &multipliers);
    let mut round = 0;
    while !rounds.met(&columns, &calibrated, round)? {
        let step = columns.newton_step(weights, &calibrated, &distance.slopes(&columns.scores(&multipliers)));
        let Some(mut step) = step else {
            let (worst, _) = columns.worst(&calibrated);
            return Err(columns.not_converged(worst, &calibrated, round));
        };
        let before = columns.distance_off(&calibrated);
        for _ in 0..40 {
            let tried: Vec<f64> = multipliers.iter().zip(&step).map(|(old, step)| old + step).collect();
            let weighed = apply(&columns, weights, distance, &tried);
            let off = columns.distance_off(&weighed);
            if off < before {
                (multipliers, calibrated) = (tried, weighed);
                break;
            }
            step.iter_mut().for_each(|step| *step /= 2.0);
        }
        round += 1;
    }
    Ok(calibrated)
}

fn apply(columns: &Columns, weights: &[f64], distance: Distance, multipliers: &[f64]) -> Vec<f64> {
    let factors = distance.factors(&columns.scores(multipliers));
    weights.iter().zip(factors).map(|(weight, factor)| weight * factor).collect()
}
