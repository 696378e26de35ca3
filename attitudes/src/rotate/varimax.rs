//! Varimax, by turning two factors at a time to where the criterion is largest (Kaiser, *The varimax criterion for analytic
//! rotation in factor analysis*, 1958).

use super::Outcome;
use crate::matrix::Matrix;

const MOST_SWEEPS: usize = 1000;

pub(super) fn varimax(loadings: &Matrix, turn: &Matrix) -> Outcome {
    let mut turned = loadings * turn;
    let size = turned.ncols();
    let mut converged = false;
    for _ in 0..MOST_SWEEPS {
        let mut largest = 0.0_f64;
        for first in 0..size {
            for second in first + 1..size {
                let angle = best_angle(&turned, first, second);
                largest = largest.max(angle.abs());
                rotate(&mut turned, (first, second), angle);
            }
        }
        converged = largest < 1e-12;
        if converged {
            break;
        }
    }
    Outcome { criterion: -criterion(&turned), loadings: turned, phi: Matrix::identity(size, size), converged }
}

/// The sum over factors of the variance of their squared loadings.
fn criterion(loadings: &Matrix) -> f64 {
    let count = loadings.nrows() as f64;
    let of_column = |column: nalgebra::DVectorView<'_, f64>| {
        let mean = column.norm_squared() / count;
        column.iter().map(|value| (value * value - mean).powi(2)).sum::<f64>() / count
    };
    loadings.column_iter().map(of_column).sum()
}

fn best_angle(loadings: &Matrix, first: usize, second: usize) -> f64 {
    let count = loadings.nrows() as f64;
    let [mut u_sum, mut v_sum, mut difference, mut product] = [0.0; 4];
    for (x, y) in loadings.column(first).iter().zip(loadings.column(second).iter()) {
        let (u, v) = (x * x - y * y, 2.0 * x * y);
        u_sum += u;
        v_sum += v;
        difference += u * u - v * v;
        product += 2.0 * u * v;
    }
    let sine = product - 2.0 * u_sum * v_sum / count;
    let cosine = difference - (u_sum * u_sum - v_sum * v_sum) / count;
    // Two factors that any angle suits alike stay where they are: rounding would turn them for ever.
    let scale = loadings.column(first).norm_squared() + loadings.column(second).norm_squared();
    if sine.hypot(cosine) < 1e-14 * scale * scale { 0.0 } else { 0.25 * sine.atan2(cosine) }
}

fn rotate(loadings: &mut Matrix, (first, second): (usize, usize), angle: f64) {
    let (sine, cosine) = angle.sin_cos();
    for row in 0..loadings.nrows() {
        let (x, y) = (loadings[(row, first)], loadings[(row, second)]);
        loadings[(row, first)] = x * cosine + y * sine;
        loadings[(row, second)] = y * cosine - x * sine;
    }
}
