//! The least value of a smooth function within bounds, by Newton's method on the variables that are free to move (Bertsekas,
//! *Projected Newton methods for optimization problems with simple constraints*, 1982).

use crate::fault::Fault;
use crate::matrix::{Eigen, Matrix};
use nalgebra::DVector;

/// A function's value with its first and second derivatives.
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) slope: Vec<f64>,
    pub(super) curvature: Matrix,
}

pub(super) trait Objective {
    fn at(&self, place: &[f64]) -> Result<Point, Fault>;
}

pub(super) struct Minimum {
    pub(super) place: Vec<f64>,
    pub(super) value: f64,
    pub(super) iterations: usize,
    /// The largest slope in a direction that the bounds leave open.
    pub(super) remainder: f64,
}

/// Where the largest open slope is below this, the search stands still.
pub(super) const STILL: f64 = 1e-9;

pub(super) fn minimise(
    objective: &impl Objective,
    start: &[f64],
    (low, high): (f64, f64),
    most_iterations: usize,
) -> Result<Minimum, Fault> {
    let mut place: Vec<f64> = start.iter().map(|value| value.clamp(low, high)).collect();
    let mut here = objective.at(&place)?;
    let open = |value: f64, slope: f64| !(value <= low && slope > 0.0 || value >= high && slope < 0.0);
    let mut iterations = 0;
    loop {
        let free: Vec<usize> = (0..place.len()).filter(|one| open(place[*one], here.slope[*one])).collect();
        let remainder = free.iter().map(|one| here.slope[*one].abs()).fold(0.0, f64::max);
        let done = Minimum { place: place.clone(), value: here.value, iterations, remainder };
        if remainder < STILL * 1e-3 || iterations == most_iterations {
            return Ok(done);
        }
        iterations += 1;
        let direction = direction(&here, &free)?;
        match search(objective, (&place, &here), &direction, (low, high))? {
            Some((next, there)) => (place, here) = (next, there),
            None => return Ok(done),
        }
    }
}

/// Newton's step; where the function is hollow the wrong way, its curvature is taken with the other sign.
fn direction(here: &Point, free: &[usize]) -> Result<Vec<f64>, Fault> {
    let eigen = Eigen::of(&here.curvature.select_rows(free).select_columns(free))?;
    let most = eigen.values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let inverse = eigen.mapped(|value| 1.0 / value.abs().max(1e-8 * most).max(1e-300));
    let slope = DVector::from_iterator(free.len(), free.iter().map(|one| here.slope[*one]));
    let step = inverse * slope;
    let mut direction = vec![0.0; here.slope.len()];
    for (one, value) in free.iter().zip(step.iter()) {
        direction[*one] = -value;
    }
    Ok(direction)
}

/// Halves the step until the value falls as far as the slope promises, or, in the last digits, does not rise.
fn search(
    objective: &impl Objective,
    (place, here): (&[f64], &Point),
    direction: &[f64],
    (low, high): (f64, f64),
) -> Result<Option<(Vec<f64>, Point)>, Fault> {
    let noise = 1e-15 * (1.0 + here.value.abs());
    let mut length = 1.0;
    for _ in 0..50 {
        let next: Vec<f64> =
            place.iter().zip(direction).map(|(value, by)| (value + length * by).clamp(low, high)).collect();
        let promised: f64 =
            next.iter().zip(place).zip(&here.slope).map(|((to, from), slope)| (to - from) * slope).sum();
        let there = objective.at(&next)?;
        let largest = |point: &Point| point.slope.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let falls = there.value <= here.value + 1e-4 * promised;
        let settles = there.value <= here.value + noise && largest(&there) < 0.9 * largest(here);
        if next.as_slice() != place && (falls && promised < 0.0 || settles) {
            return Ok(Some((next, there)));
        }
        length *= 0.5;
    }
    Ok(None)
}
