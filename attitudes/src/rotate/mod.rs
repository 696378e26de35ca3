//! Rotation of factors to loadings that are easier to read, from many starts, and factors put in order by a stated rule.

mod arrange;
mod oblimin;
mod varimax;

pub(crate) use arrange::arrange;

use crate::extract::Factors;
use crate::fault::{Fault, Finding};
use crate::matrix::{Eigen, Matrix, finite};
use crate::random::Random;
use rayon::prelude::*;

/// A rotation. `kaiser`: rows of loadings are brought to length 1 before it and back after it (Kaiser, 1958), so that items
/// count alike whatever their communality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rotation {
    /// As they were taken out.
    None,
    /// Uncorrelated factors with squared loadings that vary as much as they can (Kaiser, 1958).
    Varimax {
        /// Kaiser's normalisation.
        kaiser: bool,
    },
    /// Correlated factors: varimax brought as close as least squares can to its own loadings raised to a power (Hendrickson and
    /// White, 1964).
    Promax {
        /// The power, 2 or more; 4 is usual.
        power: f64,
        /// Kaiser's normalisation, of the varimax.
        kaiser: bool,
    },
    /// Correlated factors by direct oblimin (Jennrich and Sampson, 1966): columns of squared loadings with small products.
    Oblimin {
        /// 0 is quartimin; below 0 factors are less correlated; above 0 the criterion may have no minimum.
        gamma: f64,
        /// Kaiser's normalisation.
        kaiser: bool,
    },
}

/// Where a rotation starts from: first the factors as they are, then random rotations of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starts {
    /// How many, 1 or more.
    pub count: usize,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

impl Default for Starts {
    fn default() -> Self {
        Self { count: 100, seed: 1 }
    }
}

/// How many starts ended in one minimum of the criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RotationMinimum {
    /// The criterion, which is made small. Minima are told apart by it.
    pub criterion: f64,
    /// Starts that ended there.
    pub starts: usize,
}

/// The variance that a factor explains, with its share of the variance of all items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Explained {
    /// The diagonal of Phi L'L: sums over factors are sums of communalities.
    pub variance: f64,
    /// Of the number of items.
    pub share: f64,
    /// The shares up to this factor.
    pub cumulative: f64,
}

/// Rotated factors, in decreasing order of their sum of squared loadings; equal ones, to eight digits, by the item with the
/// largest loading. Each has the sign that makes the sum of its loadings positive, and if that is 0 the first loading that is
/// not.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotated {
    /// The items, in the order of rows.
    pub names: Vec<String>,
    /// Which rotation.
    pub rotation: Rotation,
    /// Pattern loadings, items times factors: the weights of the factors in an item.
    pub loadings: Matrix,
    /// Correlations of the factors.
    pub phi: Matrix,
    /// Correlations of items with factors: loadings times phi.
    pub structure: Matrix,
    /// What the factors explain of each item: as before the rotation.
    pub communality: Vec<f64>,
    /// The rest.
    pub uniqueness: Vec<f64>,
    /// Factor by factor.
    pub explained: Vec<Explained>,
    /// The minima found, the best first. Empty where nothing is sought: [`Rotation::None`], or one factor.
    pub minima: Vec<RotationMinimum>,
    /// Several minima, and starts that did not converge.
    pub findings: Vec<Finding>,
}

/// One search.
struct Outcome {
    loadings: Matrix,
    phi: Matrix,
    criterion: f64,
    converged: bool,
}

/// Rotates factors from all starts, beside each other, and gives the best end; of equal ones that of the first start.
///
/// # Errors
/// No starts, a promax power below 1, a gamma that is no number, loadings that are fewer factors than columns, or no start that
/// converged.
pub fn rotate(factors: &Factors, rotation: Rotation, starts: Starts) -> Result<Rotated, Fault> {
    rotate_loadings(&factors.loadings, rotation, starts).map(|rotated| Rotated {
        names: factors.names.clone(),
        uniqueness: factors.uniqueness.clone(),
        ..rotated
    })
}

/// [`rotate`] for loadings of uncorrelated factors that somebody else took out; items are called `1`, `2`, ...
///
/// # Errors
/// As [`rotate`].
pub fn rotate_loadings(loadings: &Matrix, rotation: Rotation, starts: Starts) -> Result<Rotated, Fault> {
    let loadings = finite(loadings.clone(), "a loading")?;
    check(rotation, starts)?;
    let size = loadings.ncols();
    let sought = size > 1 && rotation != Rotation::None;
    if sought {
        check_rank(&loadings)?;
    }
    let (rows, kaiser) = (lengths(&loadings), is_normalised(rotation));
    let scaled = if kaiser { scale_rows(&loadings, |row| 1.0 / rows[row]) } else { loadings.clone() };
    let (mut outcome, minima, findings) = if sought {
        let start = |part: u64| search(&scaled, rotation, &first_turn(size, starts.seed, part));
        let outcomes: Vec<Outcome> = (0..starts.count as u64).into_par_iter().map(start).collect();
        best(outcomes)?
    } else {
        let (phi, loadings) = (Matrix::identity(size, size), scaled);
        (Outcome { loadings, phi, criterion: 0.0, converged: true }, Vec::new(), Vec::new())
    };
    if kaiser {
        outcome.loadings = scale_rows(&outcome.loadings, |row| rows[row]);
    }
    if let (Rotation::Promax { power, .. }, true) = (rotation, sought) {
        (outcome.loadings, outcome.phi) = promax(&outcome.loadings, power)?;
    }
    let communality: Vec<f64> = rows.iter().zip(loadings.row_iter()).map(|(_, row)| row.norm_squared()).collect();
    finished(&outcome, rotation, communality, (minima, findings))
}

fn finished(
    outcome: &Outcome,
    rotation: Rotation,
    communality: Vec<f64>,
    (minima, findings): (Vec<RotationMinimum>, Vec<Finding>),
) -> Result<Rotated, Fault> {
    let loadings = finite(outcome.loadings.clone(), "a rotated loading")?;
    let order = arrange(&loadings);
    let (loadings, phi) = (order.applied(&loadings), order.applied_to_both(&outcome.phi));
    let structure = finite(&loadings * &phi, "a structure coefficient")?;
    let variances = (&phi * loadings.transpose() * &loadings).diagonal();
    let items = loadings.nrows() as f64;
    let mut cumulative = 0.0;
    let explained = variances.iter().map(|variance| {
        let share = variance / items;
        cumulative += share;
        Explained { variance: *variance, share, cumulative }
    });
    Ok(Rotated {
        explained: explained.collect(),
        names: (1..=loadings.nrows()).map(|item| item.to_string()).collect(),
        rotation,
        uniqueness: communality.iter().map(|value| 1.0 - value).collect(),
        loadings,
        phi,
        structure,
        communality,
        minima,
        findings,
    })
}

fn check(rotation: Rotation, starts: Starts) -> Result<(), Fault> {
    if starts.count == 0 {
        return Err(Fault::Setting { what: "the number of starts", range: "1 or more", value: 0.0 });
    }
    match rotation {
        Rotation::Promax { power: value, .. } if !(value >= 1.0 && value.is_finite()) => {
            Err(Fault::Setting { what: "the power of promax", range: "1 or more", value })
        }
        Rotation::Oblimin { gamma: value, .. } if !value.is_finite() => {
            Err(Fault::Setting { what: "gamma", range: "a number", value })
        }
        _ => Ok(()),
    }
}

fn check_rank(loadings: &Matrix) -> Result<(), Fault> {
    let values = Eigen::of(&(loadings.transpose() * loadings))?.values;
    let largest = values.first().copied().unwrap_or(0.0);
    let rank = values.iter().filter(|value| **value > 1e-12 * largest).count();
    if rank < values.len() { Err(Fault::Rank { rank, factors: values.len() }) } else { Ok(()) }
}

fn is_normalised(rotation: Rotation) -> bool {
    match rotation {
        Rotation::None => false,
        Rotation::Varimax { kaiser } | Rotation::Promax { kaiser, .. } | Rotation::Oblimin { kaiser, .. } => kaiser,
    }
}

/// The lengths of rows; an item without a loading keeps its zeros.
fn lengths(loadings: &Matrix) -> Vec<f64> {
    loadings.row_iter().map(|row| if row.norm() > 0.0 { row.norm() } else { 1.0 }).collect()
}

fn scale_rows(loadings: &Matrix, by: impl Fn(usize) -> f64) -> Matrix {
    Matrix::from_fn(loadings.nrows(), loadings.ncols(), |row, column| loadings[(row, column)] * by(row))
}

/// The rotation that a start begins with: none for the first, then one drawn evenly from all (Stewart, 1980).
fn first_turn(size: usize, seed: u64, part: u64) -> Matrix {
    if part == 0 {
        return Matrix::identity(size, size);
    }
    let mut random = Random::of(seed, part);
    let drawn = Matrix::from_fn(size, size, |_, _| random.normal()).qr();
    let (mut turn, triangle) = (drawn.q(), drawn.r());
    for (column, value) in triangle.diagonal().iter().enumerate().filter(|(_, value)| **value < 0.0) {
        turn.column_mut(column).scale_mut(value.signum());
    }
    turn
}

fn search(loadings: &Matrix, rotation: Rotation, turn: &Matrix) -> Outcome {
    match rotation {
        Rotation::Oblimin { gamma, .. } => oblimin::oblimin(loadings, gamma, turn),
        _ => varimax::varimax(loadings, turn),
    }
}

/// The best outcome, all minima, and what has to be known.
fn best(outcomes: Vec<Outcome>) -> Result<(Outcome, Vec<RotationMinimum>, Vec<Finding>), Fault> {
    let starts = outcomes.len();
    let mut ended: Vec<Outcome> =
        outcomes.into_iter().filter(|one| one.converged && one.criterion.is_finite()).collect();
    let mut findings = Vec::new();
    if ended.len() < starts {
        findings.push(Finding::StartsNotConverged { starts: starts - ended.len() });
    }
    // A stable sort: of equal criteria the first start stays first.
    ended.sort_by(|one, other| one.criterion.total_cmp(&other.criterion));
    let mut minima: Vec<RotationMinimum> = Vec::new();
    for one in &ended {
        let close =
            |known: &&mut RotationMinimum| one.criterion - known.criterion <= 1e-8 + 1e-6 * known.criterion.abs();
        match minima.last_mut().filter(close) {
            Some(known) => known.starts += 1,
            None => minima.push(RotationMinimum { criterion: one.criterion, starts: 1 }),
        }
    }
    if let [first, _, ..] = minima.as_slice() {
        findings.push(Finding::SeveralMinima { minima: minima.len(), at_best: first.starts, starts });
    }
    let best = ended.into_iter().next().ok_or(Fault::NotANumber { what: "the rotation, from any start," })?;
    Ok((best, minima, findings))
}

/// Hendrickson and White, *Promax: a quick method for rotation to oblique simple structure* (1964). Takes varimax loadings as
/// they are, without Kaiser's normalisation.
fn promax(loadings: &Matrix, power: f64) -> Result<(Matrix, Matrix), Fault> {
    let failed = || Fault::NotANumber { what: "promax" };
    let target = loadings.map(|value| value * value.abs().powf(power - 1.0));
    let gram = (loadings.transpose() * loadings).try_inverse().ok_or_else(failed)?;
    let mut turn = gram * loadings.transpose() * target;
    let scale = (turn.transpose() * &turn).try_inverse().ok_or_else(failed)?.diagonal();
    for (mut column, value) in turn.column_iter_mut().zip(scale.iter()) {
        column.scale_mut(value.sqrt());
    }
    let phi = (turn.transpose() * &turn).try_inverse().ok_or_else(failed)?;
    Ok((loadings * turn, finite(phi, "a correlation of factors")?))
}
