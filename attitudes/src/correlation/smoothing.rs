//! A matrix made positive definite by raising its small eigenvalues: only on demand, and said in the result.

use super::Correlations;
use crate::fault::{Fault, Finding};
use crate::matrix::{Eigen, Matrix, finite};

impl Correlations {
    /// The correlations with every eigenvalue below `floor` raised to it, the others scaled down so that their sum is the
    /// number of items again, and the diagonal brought back to ones (eigenvalue bending: Knol and Berger, *Empirical
    /// comparison between factor analysis and multidimensional item response models*, 1991). A [`Finding::Smoothed`] says so,
    /// in the place of [`Finding::NotPositiveDefinite`]. Without an eigenvalue below the floor nothing changes.
    ///
    /// # Errors
    /// A floor that is not above 0 and below 1.
    pub fn smoothed(&self, floor: f64) -> Result<Self, Fault> {
        if !(floor > 0.0 && floor < 1.0) {
            return Err(Fault::Setting {
                what: "the floor of eigenvalues",
                range: "above 0 and below 1",
                value: floor,
            });
        }
        let eigen = Eigen::of(&self.matrix)?;
        let raised = eigen.values.iter().filter(|value| **value < floor).count();
        if raised == 0 {
            return Ok(self.clone());
        }
        let bent = eigen.mapped(|value| value.max(floor));
        let scale: Vec<f64> = bent.diagonal().iter().map(|value| 1.0 / value.sqrt()).collect();
        let matrix = Matrix::from_fn(bent.nrows(), bent.ncols(), |row, column| match row == column {
            true => 1.0,
            false => 0.5 * (bent[(row, column)] + bent[(column, row)]) * scale[row] * scale[column],
        });
        let matrix = finite(matrix, "a smoothed correlation")?;
        let largest_change = (&matrix - &self.matrix).amax();
        let mut findings = self.findings.clone();
        findings.retain(|one| !matches!(one, Finding::NotPositiveDefinite { .. }));
        findings.push(Finding::Smoothed { raised, smallest: eigen.smallest(), largest_change });
        let smallest_eigenvalue = Eigen::of(&matrix)?.smallest();
        Ok(Self { matrix, findings, smallest_eigenvalue, ..self.clone() })
    }
}
