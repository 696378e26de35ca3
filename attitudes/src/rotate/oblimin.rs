//! Direct oblimin by gradient projection (Jennrich, *A simple general method for oblique rotation*, 2002).

use super::Outcome;
use crate::matrix::Matrix;

const MOST_STEPS: usize = 20_000;
/// The gradient at which the search ends, and at which it counts as having converged when it gets no further.
const STILL: f64 = 1e-10;
const NEARLY_STILL: f64 = 1e-7;

/// A place of the search: factors as columns of length 1 in the space of the uncorrelated ones.
struct Place {
    turn: Matrix,
    loadings: Matrix,
    criterion: f64,
    /// The gradient along the unit lengths.
    gradient: Matrix,
    steepness: f64,
}

pub(super) fn oblimin(loadings: &Matrix, gamma: f64, turn: &Matrix) -> Outcome {
    let Some(mut here) = place(loadings, gamma, turn.clone()) else {
        let phi = Matrix::identity(turn.ncols(), turn.ncols());
        return Outcome { loadings: loadings.clone(), phi, criterion: f64::INFINITY, converged: false };
    };
    let mut first_length = 1.0;
    for _ in 0..MOST_STEPS {
        if here.steepness < STILL {
            break;
        }
        let mut length = first_length;
        let next = loop {
            let there = place(loadings, gamma, unit_columns(&here.turn - &here.gradient * length));
            match there.filter(|there| is_better(&here, there, length)) {
                Some(there) => break Some(there),
                None if length < 1e-6 * first_length => break None,
                None => length *= 0.5,
            }
        };
        let Some(there) = next else { break };
        first_length = next_length(&here, &there).unwrap_or(2.0 * length);
        here = there;
    }
    let phi = here.turn.transpose() * &here.turn;
    Outcome { phi, criterion: here.criterion, converged: here.steepness < NEARLY_STILL, loadings: here.loadings }
}

/// The length that would have suited the step just taken (Barzilai and Borwein, *Two-point step size gradient methods*, 1988): a
/// fixed one needs thousands of steps. None where the criterion was not hollow upwards there.
fn next_length(from: &Place, to: &Place) -> Option<f64> {
    let (step, change) = (&to.turn - &from.turn, &to.gradient - &from.gradient);
    let bend = step.dot(&change);
    Some(step.norm_squared() / bend).filter(|length| bend > 0.0 && (1e-6..1e6).contains(length))
}

/// As far down as the gradient promises half of; in the last digits of the criterion, where it is less steep.
fn is_better(here: &Place, there: &Place, length: f64) -> bool {
    let noise = 1e-14 * (1.0 + here.criterion.abs());
    here.criterion - there.criterion > 0.5 * here.steepness.powi(2) * length
        || (there.criterion - here.criterion).abs() < noise && there.steepness < here.steepness
}

fn unit_columns(mut turn: Matrix) -> Matrix {
    for mut column in turn.column_iter_mut() {
        let norm = column.norm();
        column.unscale_mut(norm);
    }
    turn
}

/// None where the factors have fallen together.
fn place(unrotated: &Matrix, gamma: f64, turn: Matrix) -> Option<Place> {
    let inverse = turn.clone().try_inverse()?;
    let loadings = unrotated * inverse.transpose();
    let squares = loadings.map(|value| value * value);
    // Each column: the sum of the other columns' squares, less gamma times its mean.
    let mut others = squares.clone();
    for (row, mut own) in others.row_iter_mut().enumerate() {
        let sum = squares.row(row).sum();
        own.iter_mut().for_each(|value| *value = sum - *value);
    }
    if gamma != 0.0 {
        let means = others.row_mean();
        for mut row in others.row_iter_mut() {
            row -= &means * gamma;
        }
    }
    let criterion = 0.25 * squares.dot(&others);
    let slope = loadings.component_mul(&others);
    let full = -(loadings.transpose() * slope * inverse).transpose();
    let mut gradient = full.clone();
    for (column, mut own) in gradient.column_iter_mut().enumerate() {
        let along = turn.column(column).dot(&full.column(column));
        own.axpy(-along, &turn.column(column), 1.0);
    }
    let steepness = gradient.norm();
    (criterion.is_finite() && steepness.is_finite()).then_some(Place { turn, loadings, criterion, gradient, steepness })
}
