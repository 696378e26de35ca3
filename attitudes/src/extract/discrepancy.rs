//! What minimum residual and maximum likelihood make small, as functions of the uniquenesses alone, with exact slopes and
//! curvatures. The loadings follow from the uniquenesses by an eigenvalue problem.

use super::newton::{Objective, Point};
use crate::fault::Fault;
use crate::matrix::{Eigen, Matrix};
use std::ops::Range;

/// Half the sum of all squared residuals, over uniquenesses (Harman and Jones, *Factor analysis by minimizing residuals*, 1966).
/// Inside the bounds the diagonal is reproduced, so that this is the sum over pairs.
pub(super) struct LeastSquares<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) factors: usize,
}

/// The discrepancy of maximum likelihood, over the logarithms of the uniquenesses (Jöreskog, *Some contributions to maximum
/// likelihood factor analysis*, 1967).
pub(super) struct Likelihood<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) factors: usize,
}

impl LeastSquares<'_> {
    fn eigen(&self, uniqueness: &[f64]) -> Result<Eigen, Fault> {
        let mut reduced = self.matrix.clone();
        for (item, value) in uniqueness.iter().enumerate() {
            reduced[(item, item)] -= value;
        }
        Eigen::of(&reduced)
    }

    /// The loadings that go with uniquenesses, and the eigenvalues of the factors.
    pub(super) fn loadings(&self, uniqueness: &[f64]) -> Result<(Matrix, Vec<f64>), Fault> {
        let eigen = self.eigen(uniqueness)?;
        let size = uniqueness.len();
        let loading = |item: usize, factor: usize| eigen.vectors[(item, factor)] * eigen.values[factor].max(0.0).sqrt();
        let values = eigen.values.iter().take(self.factors).copied().collect();
        Ok((Matrix::from_fn(size, self.factors, loading), values))
    }
}

impl Likelihood<'_> {
    fn eigen(&self, uniqueness: &[f64]) -> Result<Eigen, Fault> {
        let scaled = |row: usize, column: usize| {
            self.matrix[(row, column)] / (uniqueness[row].sqrt() * uniqueness[column].sqrt())
        };
        Eigen::of(&Matrix::from_fn(uniqueness.len(), uniqueness.len(), scaled))
    }

    /// The loadings that go with uniquenesses, and how far the factors' eigenvalues are above 1.
    pub(super) fn loadings(&self, uniqueness: &[f64]) -> Result<(Matrix, Vec<f64>), Fault> {
        let eigen = self.eigen(uniqueness)?;
        let above: Vec<f64> = eigen.values.iter().take(self.factors).map(|value| value - 1.0).collect();
        let loading = |item: usize, factor: usize| {
            uniqueness[item].sqrt() * eigen.vectors[(item, factor)] * above[factor].max(0.0).sqrt()
        };
        Ok((Matrix::from_fn(uniqueness.len(), self.factors, loading), above))
    }
}

/// The eigenvalues that are left to the residuals: all but those of the factors, and of these the ones without a real loading.
fn left(eigen: &Eigen, factors: usize, least: f64) -> Range<usize> {
    let kept = eigen.values.iter().take(factors).filter(|value| **value > least).count();
    kept..eigen.values.len()
}

/// The sum over pairs of eigenvectors m and l of a weight times (w_im w_jm)(w_il w_jl): what curvatures are made of.
fn curvature(
    eigen: &Eigen,
    left: &Range<usize>,
    own: impl Fn(usize, usize) -> f64,
    cross: impl Fn(usize, usize) -> f64,
) -> Matrix {
    let size = eigen.values.len();
    let vectors = &eigen.vectors;
    // For items i and j: w_i weights w_j' elementwise over the pair (m, l).
    let mut sum = Matrix::zeros(size, size);
    for m in left.clone() {
        for l in 0..size {
            let weight = if left.contains(&l) { own(m, l) } else { cross(m, l) };
            let product = vectors.column(m).component_mul(&vectors.column(l));
            sum.ger(weight, &product, &product, 1.0);
        }
    }
    sum
}

impl Objective for LeastSquares<'_> {
    fn at(&self, uniqueness: &[f64]) -> Result<Point, Fault> {
        let eigen = self.eigen(uniqueness)?;
        let left = left(&eigen, self.factors, 0.0);
        let values = &eigen.values;
        let slope = |item: usize| -left.clone().map(|m| values[m] * eigen.vectors[(item, m)].powi(2)).sum::<f64>();
        Ok(Point {
            value: 0.5 * left.clone().map(|m| values[m] * values[m]).sum::<f64>(),
            slope: (0..uniqueness.len()).map(slope).collect(),
            curvature: curvature(&eigen, &left, |_, _| 1.0, |m, l| 2.0 * ratio(values[m], values[m] - values[l])),
        })
    }
}

impl Objective for Likelihood<'_> {
    fn at(&self, logarithms: &[f64]) -> Result<Point, Fault> {
        let uniqueness: Vec<f64> = logarithms.iter().map(|value| value.exp()).collect();
        let eigen = self.eigen(&uniqueness)?;
        let left = left(&eigen, self.factors, 1.0);
        let values = &eigen.values;
        let slope =
            |item: usize| left.clone().map(|m| (1.0 - values[m]) * eigen.vectors[(item, m)].powi(2)).sum::<f64>();
        let cross = |m: usize, l: usize| ratio((1.0 - values[m]) * (values[m] + values[l]), values[l] - values[m]);
        Ok(Point {
            value: left.clone().map(|m| values[m] - values[m].ln() - 1.0).sum(),
            slope: (0..uniqueness.len()).map(slope).collect(),
            curvature: curvature(&eigen, &left, |m, l| 0.5 * (values[m] + values[l]), cross),
        })
    }
}

/// Where an eigenvalue of a factor meets one of the residuals the curvature has no limit; a step is then as good without it.
fn ratio(above: f64, below: f64) -> f64 {
    if below.abs() < 1e-9 { 0.0 } else { above / below }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn matrix() -> Matrix {
        let r = [0.5, 0.4, 0.3, 0.1, 0.2, 0.6, 0.25, 0.15, 0.1, 0.2, 0.35, 0.12, 0.45, 0.3, 0.55];
        let mut matrix = Matrix::identity(6, 6);
        let mut values = r.iter();
        for row in 0..6 {
            for column in row + 1..6 {
                matrix[(row, column)] = *values.next().unwrap();
                matrix[(column, row)] = matrix[(row, column)];
            }
        }
        matrix
    }

    /// Slopes and curvatures against differences of values and of slopes.
    fn check(objective: &impl Objective, at: &[f64]) {
        let here = objective.at(at).unwrap();
        let step = 1e-6;
        for item in 0..at.len() {
            let moved = |by: f64| {
                let mut place = at.to_vec();
                place[item] += by;
                objective.at(&place).unwrap()
            };
            let (up, down) = (moved(step), moved(-step));
            assert!(((up.value - down.value) / (2.0 * step) - here.slope[item]).abs() < 1e-8);
            for other in 0..at.len() {
                let known = (up.slope[other] - down.slope[other]) / (2.0 * step);
                assert!(
                    (known - here.curvature[(item, other)]).abs() < 1e-7,
                    "{known} {}",
                    here.curvature[(item, other)]
                );
            }
        }
    }

    #[test]
    fn slopes_and_curvatures_are_those_of_the_value() {
        let matrix = matrix();
        let uniqueness = [0.5, 0.4, 0.6, 0.7, 0.45, 0.8];
        check(&LeastSquares { matrix: &matrix, factors: 2 }, &uniqueness);
        check(&Likelihood { matrix: &matrix, factors: 2 }, &uniqueness.map(f64::ln));
    }
}
