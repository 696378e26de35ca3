//! Small dense matrices: eigenvalues in decreasing order, inverses, and which items make a matrix singular.

use crate::fault::Fault;
use nalgebra::{DMatrix, DVector};

/// Rows times columns, of f64.
pub type Matrix = DMatrix<f64>;

/// Below this an eigenvalue of a correlation matrix counts as zero: rounding leaves about 1e-15 times the number of items.
pub(crate) const ZERO: f64 = 1e-10;

/// Eigenvalues in decreasing order, with their vectors in the columns.
pub(crate) struct Eigen {
    pub(crate) values: Vec<f64>,
    pub(crate) vectors: Matrix,
}

impl Eigen {
    /// # Errors
    /// When a value of the matrix is not finite.
    pub(crate) fn of(matrix: &Matrix) -> Result<Self, Fault> {
        let failed = Fault::NotANumber { what: "an eigenvalue" };
        if matrix.iter().any(|value| !value.is_finite()) {
            return Err(failed);
        }
        let symmetric = (matrix + matrix.transpose()) * 0.5;
        let found = nalgebra::SymmetricEigen::try_new(symmetric, f64::EPSILON, 100_000).ok_or(failed)?;
        let mut order: Vec<usize> = (0..found.eigenvalues.len()).collect();
        order.sort_by(|one, other| found.eigenvalues[*other].total_cmp(&found.eigenvalues[*one]));
        let values = order.iter().map(|place| found.eigenvalues[*place]).collect();
        let columns: Vec<DVector<f64>> = order.iter().map(|place| found.eigenvectors.column(*place).into()).collect();
        Ok(Self { values, vectors: Matrix::from_columns(&columns) })
    }

    pub(crate) fn smallest(&self) -> f64 {
        self.values.last().copied().unwrap_or(f64::NAN)
    }

    /// The matrix whose eigenvalues are a function of these.
    pub(crate) fn mapped(&self, function: impl Fn(f64) -> f64) -> Matrix {
        let scale = DVector::from_iterator(self.values.len(), self.values.iter().map(|value| function(*value)));
        &self.vectors * Matrix::from_diagonal(&scale) * self.vectors.transpose()
    }

    /// # Errors
    /// Names the items of the null space.
    pub(crate) fn refuse_singular(&self, names: &[String]) -> Result<(), Fault> {
        let null: Vec<usize> = (0..self.values.len()).filter(|place| self.values[*place].abs() < ZERO).collect();
        if null.is_empty() {
            return Ok(());
        }
        let takes_part = |row: usize| null.iter().any(|column| self.vectors[(row, *column)].abs() > 1e-6);
        let items =
            names.iter().enumerate().filter(|(row, _)| takes_part(*row)).map(|(_, name)| name.clone()).collect();
        Err(Fault::Singular { items })
    }

    /// # Errors
    /// When the matrix is singular, or has a negative eigenvalue.
    pub(crate) fn refuse_indefinite(&self, names: &[String]) -> Result<(), Fault> {
        self.refuse_singular(names)?;
        match self.smallest() {
            smallest if smallest < 0.0 => Err(Fault::NotPositiveDefinite { smallest }),
            _ => Ok(()),
        }
    }
}

/// # Errors
/// When a value is not finite: nothing that is not a number is handed out.
pub(crate) fn finite(matrix: Matrix, what: &'static str) -> Result<Matrix, Fault> {
    if matrix.iter().all(|value| value.is_finite()) { Ok(matrix) } else { Err(Fault::NotANumber { what }) }
}

/// # Errors
/// When the value is not finite.
pub(crate) fn number(value: f64, what: &'static str) -> Result<f64, Fault> {
    if value.is_finite() { Ok(value) } else { Err(Fault::NotANumber { what }) }
}
