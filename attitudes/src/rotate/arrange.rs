//! The order and the signs of factors, which no criterion decides: by rule, so that the same factors look the same.

use crate::matrix::Matrix;
use std::cmp::Ordering;

/// Where each column goes, and with which sign.
pub(crate) struct Arrangement {
    /// For each new column the old one and its sign.
    columns: Vec<(usize, f64)>,
}

/// By sum of squared loadings, the largest first; equal ones (to eight digits) by the item with the largest loading. The sum of
/// loadings becomes positive, and where it is 0 the first loading that is not.
pub(crate) fn arrange(loadings: &Matrix) -> Arrangement {
    let mut columns: Vec<(usize, f64)> = (0..loadings.ncols()).map(|column| (column, sign(loadings, column))).collect();
    let squares = |column: usize| loadings.column(column).norm_squared();
    let largest = |column: usize| loadings.column(column).iamax();
    let size = (0..loadings.ncols()).map(squares).fold(f64::MIN_POSITIVE, f64::max);
    let rounded = |column: usize| (squares(column) / size * 1e8).round();
    columns.sort_by(|(one, _), (other, _)| match rounded(*other).total_cmp(&rounded(*one)) {
        Ordering::Equal => largest(*one).cmp(&largest(*other)),
        unequal => unequal,
    });
    Arrangement { columns }
}

fn sign(loadings: &Matrix, column: usize) -> f64 {
    let column = loadings.column(column);
    let sum = column.sum();
    let decides = if sum.abs() > 1e-10 { Some(sum) } else { column.iter().copied().find(|value| value.abs() > 1e-10) };
    decides.map_or(1.0, f64::signum)
}

impl Arrangement {
    /// The columns of a matrix in the new order.
    pub(crate) fn applied(&self, matrix: &Matrix) -> Matrix {
        Matrix::from_fn(matrix.nrows(), self.columns.len(), |row, column| {
            let (from, sign) = self.columns[column];
            sign * matrix[(row, from)]
        })
    }

    /// Rows and columns of a matrix of factors in the new order; its diagonal is made of ones.
    pub(crate) fn applied_to_both(&self, matrix: &Matrix) -> Matrix {
        let size = self.columns.len();
        Matrix::from_fn(size, size, |row, column| {
            let ((from, sign), (other, other_sign)) = (self.columns[row], self.columns[column]);
            let mean = 0.5 * (matrix[(from, other)] + matrix[(other, from)]);
            if row == column { 1.0 } else { sign * other_sign * mean }
        })
    }
}
