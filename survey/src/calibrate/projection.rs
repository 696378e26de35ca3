//! What calibration takes away from the influence of every unit: the part that the margins explain.

use super::margins::Columns;
use crate::error::{Result, SurveyError};
use crate::factor::Factor;
use rayon::prelude::*;

/// A column whose part beyond the others is below this share of it follows from them.
const FOLLOWS: f64 = 1e-9;

/// The regression of influences on margins.
#[derive(Debug, Clone)]
pub(crate) enum Projection {
    /// On groups: the mean within each.
    Groups { of: Vec<u32>, base: Vec<f64>, sums: Vec<f64>, scale: Vec<f64> },
    /// On any columns, orthonormal once multiplied with the roots of the weights before.
    Linear { basis: Vec<Vec<f64>>, scale: Vec<f64> },
}

impl Projection {
    pub fn groups(of: &Factor, before: &[f64], after: &[f64]) -> Self {
        let sums = super::category_sums(of, before);
        Self::Groups { of: of.codes().to_vec(), base: before.to_vec(), sums, scale: after.to_vec() }
    }

    /// Gram-Schmidt, each column taken twice, which keeps them orthogonal to the last digits (Giraud et al. 2005).
    pub fn linear(columns: &Columns, before: &[f64], after: &[f64]) -> Result<Self> {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for (place, column) in columns.values.iter().enumerate() {
            let mut rest: Vec<f64> = column.iter().zip(before).map(|(x, weight)| x * weight.sqrt()).collect();
            let whole = norm(&rest);
            for _ in 0..2 {
                remove(&basis, &mut rest);
            }
            let left = norm(&rest);
            if left.is_nan() || left <= FOLLOWS * whole {
                return Err(SurveyError::Singular { what: columns.name(place) });
            }
            rest.iter_mut().for_each(|entry| *entry /= left);
            basis.push(rest);
        }
        // A replicate's unit of weight 0 has no part in it.
        let scale = |(after, before): (&f64, &f64)| if *before > 0.0 { after / before.sqrt() } else { 0.0 };
        let scale = after.iter().zip(before).map(scale).collect();
        Ok(Self::Linear { basis, scale })
    }

    /// Columns of the basis.
    pub fn columns(&self) -> usize {
        match self {
            Self::Groups { sums, .. } => sums.len(),
            Self::Linear { basis, .. } => basis.len(),
        }
    }

    /// The new weight of a unit over the root of the old one.
    pub fn spread(&self, unit: usize) -> f64 {
        match self {
            Self::Groups { base, scale, .. } => match (scale.get(unit), base.get(unit)) {
                (Some(after), Some(before)) => after / before.sqrt(),
                _ => 0.0,
            },
            Self::Linear { scale, .. } => scale.get(unit).copied().unwrap_or(0.0),
        }
    }

    /// The entries of a unit in the orthonormal basis, but for zeros of groups.
    pub fn each(&self, unit: usize, mut tell: impl FnMut(usize, f64)) {
        match self {
            Self::Groups { of, base, sums, .. } => {
                if let (Some(group), Some(before)) = (of.get(unit), base.get(unit))
                    && let Some(sum) = sums.get(*group as usize)
                {
                    tell(*group as usize, (before / sum).sqrt());
                }
            }
            Self::Linear { basis, .. } => {
                for (column, entries) in basis.iter().enumerate() {
                    tell(column, entries.get(unit).copied().unwrap_or(0.0));
                }
            }
        }
    }

    /// Replaces influences by their residuals.
    pub fn apply(&self, influences: &mut [Vec<f64>]) {
        influences.par_iter_mut().for_each(|influence| match self {
            Self::Groups { of, base, sums, scale } => within_groups(influence, (of, sums), base, scale),
            Self::Linear { basis, scale } => {
                let mut rest: Vec<f64> = influence.iter().zip(scale).map(|(x, s)| x / s).collect();
                for _ in 0..2 {
                    remove(basis, &mut rest);
                }
                for ((entry, rest), scale) in influence.iter_mut().zip(rest).zip(scale) {
                    *entry = rest * scale;
                }
            }
        });
    }
}

fn within_groups(influence: &mut [f64], (of, sums): (&[u32], &[f64]), base: &[f64], scale: &[f64]) {
    let mut means = vec![0.0; sums.len()];
    for (((entry, group), base), scale) in influence.iter().zip(of).zip(base).zip(scale) {
        if let (Some(mean), Some(sum)) = (means.get_mut(*group as usize), sums.get(*group as usize)) {
            *mean += entry * base / scale / sum;
        }
    }
    for ((entry, group), scale) in influence.iter_mut().zip(of).zip(scale) {
        *entry -= means.get(*group as usize).copied().unwrap_or(0.0) * scale;
    }
}

/// Takes the part along each basis column out of `rest`.
fn remove(basis: &[Vec<f64>], rest: &mut [f64]) {
    for column in basis {
        let along: f64 = column.iter().zip(rest.iter()).map(|(a, b)| a * b).sum();
        for (entry, column) in rest.iter_mut().zip(column) {
            *entry -= along * column;
        }
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
