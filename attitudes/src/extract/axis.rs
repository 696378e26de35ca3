//! Principal axis: communalities put on the diagonal, factors taken, communalities of these put on the diagonal, and so on.

use crate::adequacy::multiple_correlations;
use crate::extract::Solution;
use crate::fault::Fault;
use crate::matrix::{Eigen, Matrix};

/// Where no communality changes by more than this, the iteration stands still.
const STILL: f64 = 1e-10;

/// From squared multiple correlations on. Nothing holds a communality below 1: a Heywood case shows.
pub(super) fn principal_axis(matrix: &Matrix, factors: usize, most_iterations: usize) -> Result<Solution, Fault> {
    let size = matrix.nrows();
    let mut communality = multiple_correlations(matrix)?;
    let mut iterations = 0;
    loop {
        let mut reduced = matrix.clone();
        for (item, value) in communality.iter().enumerate() {
            reduced[(item, item)] = *value;
        }
        let eigen = Eigen::of(&reduced)?;
        let loading = |item: usize, factor: usize| eigen.vectors[(item, factor)] * eigen.values[factor].max(0.0).sqrt();
        let loadings = Matrix::from_fn(size, factors, loading);
        let next: Vec<f64> = loadings.row_iter().map(|row| row.norm_squared()).collect();
        let change = next.iter().zip(&communality).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
        iterations += 1;
        communality = next;
        if change < STILL || iterations >= most_iterations {
            return Ok(Solution {
                uniqueness: communality.iter().map(|value| 1.0 - value).collect(),
                eigenvalues: eigen.values.iter().take(factors).copied().collect(),
                loadings,
                iterations,
                remainder: change,
                converged: change < STILL,
                worse_by: None,
            });
        }
    }
}
