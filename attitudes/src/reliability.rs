//! Cronbach's alpha of a scale: how far its items measure one thing.

use crate::correlation::normal::normal_quantile;
use crate::fault::{Fault, Finding};
use crate::items::Items;
use crate::matrix::{Matrix, number};
use crate::moments::{Deletion, check_pair, moments, pairs, spread, usable};
use statrs::function::beta::beta_reg;

/// A range that holds the true value with the stated probability, if respondents were drawn at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What is said about one item of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemReliability {
    /// The item.
    pub item: String,
    /// Respondents who answered it, of those used.
    pub rows: usize,
    /// Mean, as answered: not reversed.
    pub mean: f64,
    /// Standard deviation, with n - 1.
    pub sd: f64,
    /// Correlation with the sum of the other items; none where that sum is constant.
    pub item_rest: Option<f64>,
    /// Raw alpha of the scale without it; none where two items make the scale.
    pub alpha_without: Option<f64>,
    /// Standardised alpha of the scale without it.
    pub standardised_without: Option<f64>,
}

/// Cronbach's alpha and what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alpha {
    /// Of covariances.
    pub raw: f64,
    /// Of correlations: all items count alike. With pairwise deletion these are covariances of pairs divided by the items' own
    /// standard deviations.
    pub standardised: f64,
    /// The mean correlation of two items.
    pub average_correlation: f64,
    /// Respondents used; with pairwise deletion, the fewest of any pair.
    pub rows: usize,
    /// The probability of the intervals.
    pub level: f64,
    /// For the raw alpha, after Feldt (1965); none with weights, which it does not know.
    pub feldt: Option<Interval>,
    /// For the raw alpha, after Duhachek and Iacobucci (2004); none with weights.
    pub duhachek_iacobucci: Option<Interval>,
    /// Item by item.
    pub items: Vec<ItemReliability>,
    /// Items that run against the rest, and an alpha below zero.
    pub findings: Vec<Finding>,
}

/// Alpha of the scale that the items make. `reversed` names those keyed the other way; nothing else is reversed, and an item
/// that runs against the rest is a finding. `level` is the probability of the intervals, such as 0.95. Weights are honoured by
/// every estimate; the intervals are left out then.
///
/// # Errors
/// Fewer than two items, fewer rows than items, an item with one answer only, an unknown name, a level outside 0 to 1, or items
/// whose sum is constant.
pub fn alpha(items: &Items, reversed: &[&str], deletion: Deletion, level: f64) -> Result<Alpha, Fault> {
    if items.len() < 2 {
        return Err(Fault::TooFewItems { needed: 2, found: items.len() });
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(Fault::Setting {
            what: "the probability of an interval",
            range: "above 0 and below 1",
            value: level,
        });
    }
    let mut sign = vec![1.0; items.len()];
    for name in reversed {
        sign[items.place(name)?] = -1.0;
    }
    let scale = Covariances::of(&usable(items, deletion)?, &sign)?;
    let raw = number(cronbach(&scale.covariance), "alpha")?;
    let standardised = number(cronbach(&scale.correlation), "standardised alpha")?;
    let count = items.len() as f64;
    let average = (scale.correlation.sum() - count) / (count * (count - 1.0));
    let weighted = items.weights().is_some();
    let mut findings = Vec::new();
    if raw < 0.0 {
        findings.push(Finding::NegativeAlpha { alpha: raw });
    }
    let items = scale.items(items.names(), &mut findings);
    let interval = |of: fn(f64, &Matrix, usize, f64) -> Interval| {
        (!weighted).then(|| of(raw, &scale.covariance, scale.rows, level))
    };
    Ok(Alpha {
        raw,
        standardised,
        average_correlation: average,
        rows: scale.rows,
        level,
        feldt: interval(feldt),
        duhachek_iacobucci: interval(duhachek_iacobucci),
        items,
        findings,
    })
}

struct Covariances {
    /// With reversed items turned round.
    covariance: Matrix,
    correlation: Matrix,
    rows: usize,
    /// Of each item: rows and mean as answered.
    own: Vec<(usize, f64)>,
}

impl Covariances {
    fn of(items: &Items, sign: &[f64]) -> Result<Self, Fault> {
        let (all, found) = (pairs(items.len(), true), moments(items));
        for (pair, found) in all.iter().zip(&found).filter(|((first, second), _)| first != second) {
            check_pair(items, *pair, found)?;
        }
        let signed =
            |&(first, second): &(usize, usize), value: f64| ((first, second), sign[first] * sign[second] * value);
        let both = || all.iter().zip(&found);
        let covariance = spread(items.len(), both().map(|(pair, one)| signed(pair, one.second[2])));
        let sd: Vec<f64> = covariance.diagonal().iter().map(|variance| variance.sqrt()).collect();
        Ok(Self {
            correlation: Matrix::from_fn(sd.len(), sd.len(), |row, column| {
                covariance[(row, column)] / (sd[row] * sd[column])
            }),
            covariance,
            rows: found.iter().map(|one| one.rows).min().unwrap_or(0),
            own: both().filter(|((one, other), _)| one == other).map(|(_, one)| (one.rows, one.mean[0])).collect(),
        })
    }

    fn items(&self, names: &[String], findings: &mut Vec<Finding>) -> Vec<ItemReliability> {
        let total = self.covariance.sum();
        let item = |(place, name): (usize, &String)| {
            let variance = self.covariance[(place, place)];
            let with_all = self.covariance.row(place).sum();
            let of_rest = total - 2.0 * with_all + variance;
            let correlation = (with_all - variance) / (variance * of_rest).sqrt();
            let item_rest = Some(correlation).filter(|_| of_rest > 1e-12 * total.abs());
            let item = name.clone();
            match item_rest {
                Some(correlation) if correlation < 0.0 => {
                    findings.push(Finding::NegativeItemRest { item, correlation })
                }
                None => findings.push(Finding::NoItemRest { item }),
                Some(_) => {}
            }
            let without = |matrix: &Matrix| {
                let value = cronbach(&matrix.clone().remove_row(place).remove_column(place));
                Some(value).filter(|value| names.len() > 2 && value.is_finite())
            };
            ItemReliability {
                item: name.clone(),
                rows: self.own[place].0,
                mean: self.own[place].1,
                sd: variance.sqrt(),
                item_rest,
                alpha_without: without(&self.covariance),
                standardised_without: without(&self.correlation),
            }
        };
        names.iter().enumerate().map(item).collect()
    }
}

/// k / (k - 1) times the share of the variance of the sum that is not the variances of the items (Cronbach, 1951).
fn cronbach(covariance: &Matrix) -> f64 {
    let count = covariance.nrows() as f64;
    count / (count - 1.0) * (1.0 - covariance.trace() / covariance.sum())
}

/// Feldt (1965): (1 - alpha of the population) / (1 - alpha) is distributed as F with n - 1 and (n - 1)(k - 1) degrees of freedom.
fn feldt(alpha: f64, covariance: &Matrix, rows: usize, level: f64) -> Interval {
    let df = rows as f64 - 1.0;
    let other = df * (covariance.nrows() as f64 - 1.0);
    let end = |p: f64| 1.0 - (1.0 - alpha) * f_quantile(p, df, other);
    Interval { low: end(0.5 + 0.5 * level), high: end(0.5 - 0.5 * level) }
}

/// Duhachek and Iacobucci, *Alpha's standard error (ASE)* (2004): from the large-sample variance of alpha under normal answers.
fn duhachek_iacobucci(alpha: f64, covariance: &Matrix, rows: usize, level: f64) -> Interval {
    let count = covariance.nrows() as f64;
    let square = covariance * covariance;
    let (sum, trace) = (covariance.sum(), covariance.trace());
    let bracket = sum * (square.trace() + trace * trace) - 2.0 * trace * square.sum();
    let spread = 2.0 * count * count / ((count - 1.0).powi(2) * sum.powi(3)) * bracket;
    let margin = normal_quantile(0.5 + 0.5 * level) * (spread.max(0.0) / rows as f64).sqrt();
    Interval { low: alpha - margin, high: alpha + margin }
}

/// The quantile of F, by halving on the share x = d1 f / (d1 f + d2), whose distribution is the beta function's.
fn f_quantile(p: f64, d1: f64, d2: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if beta_reg(0.5 * d1, 0.5 * d2, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    let share = 0.5 * (low + high);
    d2 * share / (d1 * (1.0 - share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_of_f_is_that_of_r() {
        // R: qf(0.95, 4, 7)
        assert!((f_quantile(0.95, 4.0, 7.0) - 4.120_311_726_897_633).abs() < 1e-11);
    }
}
