//! From the influence of every unit on an estimate to variances: sums per cluster, squares within strata.

use crate::covariance::Covariance;
use crate::design::Level;
use rayon::prelude::*;
use std::borrow::Cow;

/// Covariances of several estimates over all stages. Every sum runs in the order of the units, whatever the threads.
pub(crate) fn covariance(levels: &[Level], influences: &[Vec<f64>]) -> Covariance {
    let mut found = Covariance::zeros(influences.len());
    for level in levels {
        let deviations: Vec<Vec<f64>> =
            influences.par_iter().map(|values| centred(level, totals(level, values))).collect();
        found.add_triangle(&products(level, &deviations));
    }
    found
}

/// Sums of the influences within every cluster.
fn totals<'a>(level: &Level, values: &'a [f64]) -> Cow<'a, [f64]> {
    let Some(cluster_of) = &level.cluster_of else { return Cow::Borrowed(values) };
    let mut totals = vec![0.0; level.clusters()];
    for (value, cluster) in values.iter().zip(cluster_of) {
        if let Some(total) = totals.get_mut(*cluster as usize) {
            *total += value;
        }
    }
    Cow::Owned(totals)
}

/// What the total of every cluster differs from the mean of its stratum.
fn centred(level: &Level, totals: Cow<'_, [f64]>) -> Vec<f64> {
    let mut means = vec![0.0; level.strata.len()];
    for (total, stratum) in totals.iter().zip(&level.stratum_of) {
        if let Some(sum) = means.get_mut(*stratum as usize) {
            *sum += total;
        }
    }
    for (mean, stratum) in means.iter_mut().zip(&level.strata) {
        *mean = if stratum.centred { *mean / stratum.sampled as f64 } else { 0.0 };
    }
    let mut deviations = totals.into_owned();
    for (total, stratum) in deviations.iter_mut().zip(&level.stratum_of) {
        *total -= means.get(*stratum as usize).copied().unwrap_or(0.0);
    }
    deviations
}

/// Upper triangle of the sums of products, each stratum with its factor.
fn products(level: &Level, deviations: &[Vec<f64>]) -> Vec<f64> {
    let pairs: Vec<(&[f64], &[f64])> = deviations
        .iter()
        .enumerate()
        .flat_map(|(row, a)| deviations.iter().skip(row).map(move |b| (a.as_slice(), b.as_slice())))
        .collect();
    pairs.par_iter().map(|(a, b)| product(level, a, b)).collect()
}

fn product(level: &Level, a: &[f64], b: &[f64]) -> f64 {
    let mut sums = vec![0.0; level.strata.len()];
    for ((a, b), stratum) in a.iter().zip(b).zip(&level.stratum_of) {
        if let Some(sum) = sums.get_mut(*stratum as usize) {
            *sum += a * b;
        }
    }
    sums.iter().zip(&level.strata).map(|(sum, stratum)| sum * stratum.scale).sum()
}

/// The variance that a stage adds to one estimate, from its total in every cluster: what tables of many items use.
pub(crate) fn variance(level: &Level, total: impl Fn(usize) -> f64) -> f64 {
    let mut means = vec![0.0; level.strata.len()];
    for (cluster, stratum) in level.stratum_of.iter().enumerate() {
        if let Some(sum) = means.get_mut(*stratum as usize) {
            *sum += total(cluster);
        }
    }
    for (mean, stratum) in means.iter_mut().zip(&level.strata) {
        *mean = if stratum.centred { *mean / stratum.sampled as f64 } else { 0.0 };
    }
    let mut squares = vec![0.0; level.strata.len()];
    for (cluster, stratum) in level.stratum_of.iter().enumerate() {
        let place = *stratum as usize;
        if let (Some(square), Some(mean)) = (squares.get_mut(place), means.get(place)) {
            *square += (total(cluster) - mean).powi(2);
        }
    }
    squares.iter().zip(&level.strata).map(|(square, stratum)| square * stratum.scale).sum()
}
