//! Factors taken out of correlations: minimum residual, principal axis, maximum likelihood.

mod axis;
mod discrepancy;
mod fit;
mod newton;

pub use fit::Fit;

use crate::adequacy::multiple_correlations;
use crate::correlation::Correlations;
use crate::fault::{Fault, Finding};
use crate::matrix::{Eigen, Matrix, ZERO, finite};
use crate::random::Random;
use crate::rotate::arrange;
use discrepancy::{LeastSquares, Likelihood};
use newton::{Minimum, Objective, STILL, minimise};
use rayon::prelude::*;

/// How factors are taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extraction {
    /// The least sum of squared residuals of pairs of items. The same solution as unweighted least squares.
    MinimumResidual,
    /// Iterated until communalities stand still. Leads to the solution of minimum residual where no communality passes 1.
    PrincipalAxis,
    /// The likeliest factors, if answers are normal.
    MaximumLikelihood,
}

/// Settings of [`extract`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extract {
    /// How.
    pub method: Extraction,
    /// How many factors.
    pub factors: usize,
    /// The least uniqueness that minimum residual and maximum likelihood may give; above 0. Principal axis has no bound.
    pub least_uniqueness: f64,
    /// Steps after which the search is given up, which is a finding.
    pub most_iterations: usize,
    /// Starts beyond the three that follow from the correlations, drawn at random with a fixed seed. Small sets with Heywood
    /// cases have several minima. Principal axis has one start.
    pub more_starts: usize,
}

impl Extract {
    /// With a least uniqueness of 0.005, ten more starts, and as many steps as a search that will end ever takes.
    #[must_use]
    pub fn new(method: Extraction, factors: usize) -> Self {
        let most_iterations = if method == Extraction::PrincipalAxis { 20_000 } else { 500 };
        Self { method, factors, least_uniqueness: 0.005, most_iterations, more_starts: 10 }
    }
}

/// Factors as they were taken out: not rotated, uncorrelated, in decreasing order of their sum of squared loadings, each with
/// the sign that makes the sum of its loadings positive.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    /// The items, in the order of rows.
    pub names: Vec<String>,
    /// How they were taken out.
    pub method: Extraction,
    /// Items times factors.
    pub loadings: Matrix,
    /// The part of each item's variance that the factors do not explain.
    pub uniqueness: Vec<f64>,
    /// The sum of each item's squared loadings.
    pub communality: Vec<f64>,
    /// How well the correlations are reproduced.
    pub fit: Fit,
    /// Steps taken from the start that led to the solution.
    pub iterations: usize,
    /// The search stood still.
    pub converged: bool,
    /// Heywood cases, a search given up, factors of which nothing is left, a matrix that is not positive definite.
    pub findings: Vec<Finding>,
}

/// Of the starts drawn at random: fixed, since where the search ends should not depend on it.
const SEED: u64 = 1966;

/// What a method hands back before it is put in order.
struct Solution {
    loadings: Matrix,
    uniqueness: Vec<f64>,
    /// Of the factors, as their method has them; not above 0 where nothing is left.
    eigenvalues: Vec<f64>,
    iterations: usize,
    remainder: f64,
    converged: bool,
    /// How much worse a solution from another start is.
    worse_by: Option<f64>,
}

/// Takes factors out of correlations.
///
/// A communality of 1 or more (a Heywood case), one held back by the least uniqueness, and a search given up are findings of
/// the result.
///
/// # Errors
/// No factor, more factors than the items can tell (degrees of freedom below 0), a singular matrix (with its items), and for
/// maximum likelihood one that is not positive definite.
pub fn extract(correlations: &Correlations, settings: &Extract) -> Result<Factors, Fault> {
    let (size, factors) = (correlations.len(), settings.factors);
    let df = degrees_of_freedom(size, factors)?;
    let bound = settings.least_uniqueness;
    if !(bound > 0.0 && bound < 1.0) {
        return Err(Fault::Setting { what: "the least uniqueness", range: "above 0 and below 1", value: bound });
    }
    let eigen = Eigen::of(&correlations.matrix)?;
    eigen.refuse_singular(&correlations.names)?;
    let solution = solve(correlations, settings, &eigen)?;
    let mut findings = findings(correlations, settings, &solution);
    if eigen.smallest() < ZERO {
        findings.insert(0, Finding::NotPositiveDefinite { smallest: eigen.smallest() });
    }
    let loadings = finite(solution.loadings, "a loading")?;
    let loadings = arrange(&loadings).applied(&loadings);
    Ok(Factors {
        fit: fit::fit(correlations, &loadings, &solution.uniqueness, df)?,
        names: correlations.names.clone(),
        method: settings.method,
        communality: loadings.row_iter().map(|row| row.norm_squared()).collect(),
        loadings,
        uniqueness: solution.uniqueness,
        iterations: solution.iterations,
        converged: solution.converged,
        findings,
    })
}

fn degrees_of_freedom(items: usize, factors: usize) -> Result<usize, Fault> {
    if factors == 0 {
        return Err(Fault::Setting { what: "the number of factors", range: "1 or more", value: 0.0 });
    }
    let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX / 4);
    let (p, k) = (signed(items), signed(factors.min(items + 1)));
    let df = ((p - k) * (p - k) - p - k) / 2;
    match usize::try_from(df) {
        Ok(df) if factors < items => Ok(df),
        _ => Err(Fault::TooManyFactors { factors, items, df }),
    }
}

fn solve(correlations: &Correlations, settings: &Extract, eigen: &Eigen) -> Result<Solution, Fault> {
    let (matrix, factors) = (&correlations.matrix, settings.factors);
    match settings.method {
        Extraction::PrincipalAxis => axis::principal_axis(matrix, factors, settings.most_iterations),
        Extraction::MinimumResidual => {
            let objective = LeastSquares { matrix, factors };
            let (found, worse_by) = least_squares(matrix, settings)?;
            let (loadings, eigenvalues) = objective.loadings(&found.place)?;
            Ok(searched(loadings, found.place.clone(), eigenvalues, (found, worse_by)))
        }
        Extraction::MaximumLikelihood => {
            eigen.refuse_indefinite(&correlations.names)?;
            let objective = Likelihood { matrix, factors };
            let mut starts = starts(matrix, settings)?;
            // From there on it can only become likelier: never worse than minimum residual by its own criterion.
            starts.push(least_squares(matrix, settings)?.0.place);
            let logarithm = |start: Vec<f64>| start.iter().map(|value| value.max(1e-3).ln()).collect();
            let starts: Vec<Vec<f64>> = starts.into_iter().map(logarithm).collect();
            let bounds = (settings.least_uniqueness.ln(), 0.0);
            let (found, worse_by) = best(&objective, &starts, bounds, settings.most_iterations)?;
            let uniqueness: Vec<f64> = found.place.iter().map(|value| value.exp()).collect();
            let (loadings, eigenvalues) = objective.loadings(&uniqueness)?;
            Ok(searched(loadings, uniqueness, eigenvalues, (found, worse_by)))
        }
    }
}

fn least_squares(matrix: &Matrix, settings: &Extract) -> Result<(Minimum, Option<f64>), Fault> {
    let objective = LeastSquares { matrix, factors: settings.factors };
    best(&objective, &starts(matrix, settings)?, (settings.least_uniqueness, 1.0), settings.most_iterations)
}

fn searched(
    loadings: Matrix,
    uniqueness: Vec<f64>,
    eigenvalues: Vec<f64>,
    (found, worse_by): (Minimum, Option<f64>),
) -> Solution {
    let Minimum { iterations, remainder, .. } = found;
    Solution { loadings, uniqueness, eigenvalues, iterations, remainder, converged: remainder < STILL, worse_by }
}

/// Uniquenesses to start from: Jöreskog's, of the squared multiple correlations, two that know nothing of the items, and some
/// drawn evenly.
fn starts(matrix: &Matrix, settings: &Extract) -> Result<Vec<Vec<f64>>, Fault> {
    let size = matrix.nrows();
    let shrink = 1.0 - 0.5 * settings.factors as f64 / size as f64;
    let multiple = multiple_correlations(matrix)?;
    let first = multiple.iter().map(|value| (shrink * (1.0 - value)).clamp(0.01, 1.0)).collect();
    let drawn = (0..settings.more_starts as u64).map(|part| {
        let mut random = Random::of(SEED, part);
        (0..size).map(|_| random.uniform()).collect()
    });
    Ok([first, vec![0.5; size], vec![0.9; size]].into_iter().chain(drawn).collect())
}

/// The best of the searches from all starts, and by how much the worst one that stood still is worse. Of equals the first.
fn best(
    objective: &(impl Objective + Sync),
    starts: &[Vec<f64>],
    bounds: (f64, f64),
    most_iterations: usize,
) -> Result<(Minimum, Option<f64>), Fault> {
    let mut best: Option<Minimum> = None;
    let mut worst: Option<f64> = None;
    let search = |start: &Vec<f64>| minimise(objective, start, bounds, most_iterations);
    for found in starts.par_iter().map(search).collect::<Vec<Result<Minimum, Fault>>>() {
        let found = found?;
        if found.remainder < STILL {
            worst = Some(worst.map_or(found.value, |worst: f64| worst.max(found.value)));
        }
        let better = |known: &Minimum| found.value < known.value - 1e-10;
        if best.as_ref().is_none_or(better) {
            best = Some(found);
        }
    }
    let best = best.ok_or(Fault::NotANumber { what: "the solution" })?;
    let worse_by = worst.map(|worst| worst - best.value).filter(|by| *by > 1e-7);
    Ok((best, worse_by))
}

fn findings(correlations: &Correlations, settings: &Extract, solution: &Solution) -> Vec<Finding> {
    let smoothed = |one: &&Finding| matches!(one, Finding::Smoothed { .. });
    let mut findings: Vec<Finding> = correlations.findings.iter().filter(smoothed).cloned().collect();
    let bounded = settings.method != Extraction::PrincipalAxis;
    for (item, uniqueness) in solution.uniqueness.iter().enumerate() {
        let at_bound = bounded && *uniqueness <= settings.least_uniqueness * (1.0 + 1e-9);
        let communality = solution.loadings.row(item).norm_squared();
        if at_bound || *uniqueness <= 0.0 || communality >= 1.0 {
            findings.push(Finding::Heywood { item: correlations.names[item].clone(), communality, at_bound });
        }
    }
    if !solution.converged {
        findings.push(Finding::NotConverged { iterations: solution.iterations, remainder: solution.remainder });
    }
    if let Some(worse_by) = solution.worse_by {
        findings.push(Finding::OtherMinimum { worse_by });
    }
    for (factor, eigenvalue) in solution.eigenvalues.iter().copied().enumerate().filter(|(_, value)| *value <= 0.0) {
        findings.push(Finding::EmptyFactor { factor, eigenvalue });
    }
    findings
}
