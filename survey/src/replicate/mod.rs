//! Replicate weights: the variance of a figure from how it changes when clusters are left out, halved or drawn again.
//!
//! Replicates are made from the first stage of a design (ultimate clusters, as is usual for all four schemes) or given
//! from outside with a data file. Whatever can be estimated from a design can be estimated from them.

mod generator;
mod hadamard;

use crate::calibrate::{self, Distance, Margin, Rounds};
use crate::covariance::Covariance;
use crate::design::{Design, Level};
use crate::error::{Result, SurveyError, same_length};
use crate::sample::{Sample, Statistic};
use generator::SplitMix64;
pub use hadamard::hadamard;
use rayon::prelude::*;

/// Around what the replicates' figures vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Centre {
    /// Their own mean.
    #[default]
    Mean,
    /// The figure of the whole sample: never less.
    Estimate,
}

/// A sample whose variances come from replicates.
#[derive(Debug, Clone)]
pub struct Replicates {
    weights: Vec<f64>,
    scheme: Scheme,
    scale: f64,
    rscales: Vec<f64>,
    centre: Centre,
    degrees: Degrees,
}

#[derive(Debug, Clone)]
enum Scheme {
    /// One replicate for each cluster in the list, which it leaves out.
    Jackknife { left_out: Vec<u32> },
    /// A factor for every cluster, replicate by replicate.
    Factors(Vec<Vec<f64>>),
    /// A weight for every unit, replicate by replicate.
    Weights(Vec<Vec<f64>>),
}

#[derive(Debug, Clone)]
enum Degrees {
    Of(Level),
    Fixed(f64),
}

impl Replicates {
    /// The jackknife of a design without strata (JK1): each replicate leaves out one cluster.
    ///
    /// # Errors
    /// [`SurveyError::SchemeStrata`]; a design that is calibrated already (see [`Replicates::calibrate`]).
    pub fn jk1(design: &Design) -> Result<Self> {
        if design.strata() != 1 {
            return Err(SurveyError::SchemeStrata { found: design.strata() });
        }
        Self::jkn(design)
    }

    /// The jackknife within strata (JKn). Each replicate's square counts (1 - f)(n - 1)/n, so that the variance of a total
    /// is that of linearisation. Strata that add no variance (drawn completely, or lonely and taken as certain) make none.
    ///
    /// # Errors
    /// A stratum of one cluster under [`crate::Lonely::Adjust`]; a calibrated design.
    pub fn jkn(design: &Design) -> Result<Self> {
        let level = uncalibrated(design)?.first();
        let (mut left_out, mut rscales) = (Vec::new(), Vec::new());
        for (cluster, stratum_of) in level.stratum_of.iter().enumerate() {
            let Some(stratum) = level.strata.get(*stratum_of as usize) else { continue };
            if stratum.scale <= 0.0 {
                continue;
            }
            if stratum.sampled < 2 {
                return Err(scheme("JKn", level, *stratum_of, "two or more (or another policy for lonely strata)"));
            }
            let n = stratum.sampled as f64;
            left_out.push(crate::factor::next(cluster)?);
            rscales.push(stratum.scale * ((n - 1.0) / n).powi(2));
        }
        Self::new(design, Scheme::Jackknife { left_out }, 1.0, rscales)
    }

    /// Balanced repeated replication: of the two clusters of every stratum one counts twice, by a Hadamard matrix (McCarthy
    /// 1966), or by Fay's method 2 - `rho` times and the other `rho` times. 0 <= `rho` < 1; 0 is the plain method. Finite
    /// populations are not corrected for.
    ///
    /// # Errors
    /// [`SurveyError::Scheme`] unless every stratum has two clusters; `rho` outside 0..1; a calibrated design.
    pub fn brr(design: &Design, rho: f64) -> Result<Self> {
        if !(0.0..1.0).contains(&rho) {
            return Err(SurveyError::Argument { what: "rho", expected: "a number from 0 to below 1", found: rho });
        }
        let level = uncalibrated(design)?.first();
        for (place, stratum) in level.strata.iter().enumerate() {
            if stratum.sampled != 2 {
                return Err(scheme("BRR", level, crate::factor::next(place)?, "two"));
            }
        }
        // The first column of the matrix is constant and cannot tell a stratum's halves apart.
        let signs = hadamard(level.strata.len() + 1);
        let factors = signs.iter().map(|row| {
            let mut seen = vec![false; level.strata.len()];
            let half = |stratum: &u32| {
                let stratum = *stratum as usize;
                let second = seen.get_mut(stratum).is_some_and(|seen| std::mem::replace(seen, true));
                let first_counts = row.get(stratum + 1).copied().unwrap_or(false);
                if first_counts == second { rho } else { 2.0 - rho }
            };
            level.stratum_of.iter().map(half).collect()
        });
        let factors: Vec<Vec<f64>> = factors.collect();
        let count = factors.len();
        let scale = 1.0 / (count as f64 * (1.0 - rho).powi(2));
        Self::new(design, Scheme::Factors(factors), scale, vec![1.0; count])
    }

    /// The rescaled bootstrap of Rao and Wu (1988) with n - 1 draws from the n clusters of every stratum; where the
    /// population is known, factors are drawn towards 1 by the root of the share that was not drawn. Draws come from a
    /// generator of this crate (`SplitMix64`, Steele, Lea, Flood 2014), so that a seed gives the same weights everywhere.
    ///
    /// # Errors
    /// A lonely stratum that is not certain; fewer than two replicates; a calibrated design.
    pub fn bootstrap(design: &Design, replicates: usize, seed: u64) -> Result<Self> {
        let level = uncalibrated(design)?.first();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); level.strata.len()];
        for (cluster, stratum) in level.stratum_of.iter().enumerate() {
            if let Some(list) = members.get_mut(*stratum as usize) {
                list.push(cluster);
            }
        }
        for (place, stratum) in level.strata.iter().enumerate() {
            if stratum.sampled < 2 && stratum.scale > 0.0 {
                return Err(scheme("bootstrap", level, crate::factor::next(place)?, "two or more"));
            }
        }
        let factors: Vec<Vec<f64>> = (0..replicates)
            .into_par_iter()
            .map(|replicate| {
                let mut random = SplitMix64::stream(seed, replicate as u64);
                let mut factors = vec![1.0; level.clusters()];
                for (stratum, list) in level.strata.iter().zip(&members).filter(|(stratum, _)| stratum.scale > 0.0) {
                    let n = list.len();
                    let pull = (1.0 - stratum.fraction).max(0.0).sqrt();
                    let mut drawn = vec![0_u32; n];
                    for _ in 1..n {
                        if let Some(count) = drawn.get_mut(random.below(n)) {
                            *count += 1;
                        }
                    }
                    for (cluster, count) in list.iter().zip(drawn) {
                        if let Some(factor) = factors.get_mut(*cluster) {
                            *factor = 1.0 - pull + pull * f64::from(count) * n as f64 / (n as f64 - 1.0);
                        }
                    }
                }
                factors
            })
            .collect();
        let scale = 1.0 / (replicates as f64 - 1.0);
        Self::new(design, Scheme::Factors(factors), scale, vec![1.0; replicates])
    }

    /// Replicate weights that came with the data: a weight of every unit in each replicate, the factor of all squares and
    /// that of each. Degrees of freedom are the file's word, often replicates - 1.
    ///
    /// # Errors
    /// Weights, lengths or factors that cannot be.
    pub fn given(
        weights: &[f64],
        replicates: Vec<Vec<f64>>,
        scale: f64,
        rscales: Vec<f64>,
        degrees_of_freedom: f64,
    ) -> Result<Self> {
        let bad = |weight: &f64| !(weight.is_finite() && *weight > 0.0);
        if let Some(place) = weights.iter().position(bad) {
            let found = weights.get(place).copied().unwrap_or(f64::NAN);
            return Err(SurveyError::Weight { unit: place + 1, found });
        }
        for (number, replicate) in replicates.iter().enumerate() {
            let wrap = |source| SurveyError::Replicate { replicate: number + 1, source: Box::new(source) };
            same_length("the weights", weights.len(), replicate.len()).map_err(wrap)?;
            if let Some(place) = replicate.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
                let found = replicate.get(place).copied().unwrap_or(f64::NAN);
                return Err(wrap(SurveyError::Weight { unit: place + 1, found }));
            }
        }
        same_length("rscales", replicates.len(), rscales.len())?;
        let made = Self {
            weights: weights.to_vec(),
            scheme: Scheme::Weights(replicates),
            scale,
            rscales,
            centre: Centre::default(),
            degrees: Degrees::Fixed(degrees_of_freedom),
        };
        made.checked()
    }

    fn new(design: &Design, scheme: Scheme, scale: f64, rscales: Vec<f64>) -> Result<Self> {
        let (weights, degrees) = (design.weights().to_vec(), Degrees::Of(design.first().clone()));
        Self { weights, scheme, scale, rscales, centre: Centre::default(), degrees }.checked()
    }

    fn checked(self) -> Result<Self> {
        if self.weights.is_empty() {
            return Err(SurveyError::NoUnits);
        }
        if self.rscales.len() < 2 {
            let found = self.rscales.len() as f64;
            return Err(SurveyError::Replicates { expected: "two or more", found });
        }
        let factors = std::iter::once(&self.scale).chain(&self.rscales);
        if let Some(found) = factors.copied().find(|factor| !(factor.is_finite() && *factor >= 0.0)) {
            return Err(SurveyError::Replicates { expected: "scales that are finite and not negative", found });
        }
        Ok(self)
    }

    /// Around what figures vary; [`Centre::Mean`] unless said otherwise.
    #[must_use]
    pub fn centred_at(mut self, centre: Centre) -> Self {
        self.centre = centre;
        self
    }

    /// Number of replicates.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rscales.len()
    }

    /// Weights of the units in a replicate, from 0; `None` if there is none of that number.
    #[must_use]
    pub fn replicate(&self, number: usize) -> Option<Vec<f64>> {
        (number < self.count()).then(|| self.weights_of(number))
    }

    fn weights_of(&self, number: usize) -> Vec<f64> {
        let factors: Box<dyn Fn(usize) -> f64> = match (&self.scheme, &self.degrees) {
            (Scheme::Weights(weights), _) => return weights.get(number).cloned().unwrap_or_default(),
            (Scheme::Factors(factors), _) => match factors.get(number) {
                Some(factors) => Box::new(|cluster| factors.get(cluster).copied().unwrap_or(1.0)),
                None => return Vec::new(),
            },
            (Scheme::Jackknife { left_out }, Degrees::Of(level)) => match left_out.get(number) {
                Some(cluster) => Box::new(jackknifed(level, *cluster as usize)),
                None => return Vec::new(),
            },
            (Scheme::Jackknife { .. }, Degrees::Fixed(_)) => return Vec::new(),
        };
        let cluster = |unit| match &self.degrees {
            Degrees::Of(level) => level.cluster(unit),
            Degrees::Fixed(_) => unit,
        };
        self.weights.iter().enumerate().map(|(unit, weight)| weight * factors(cluster(unit))).collect()
    }

    /// Calibrates the sample and every replicate to the same margins, so that variances know of it.
    ///
    /// # Errors
    /// As [`crate::calibrate()`], with the replicate that does not fit.
    pub fn calibrate(&self, margins: &[Margin<'_>], distance: Distance, rounds: &Rounds) -> Result<Self> {
        self.reweighted(|weights| calibrate::calibrated_weights(weights, margins, distance, rounds))
    }

    /// Rakes the sample and every replicate to the same margins.
    ///
    /// # Errors
    /// As [`crate::rake`], with the replicate that does not fit.
    pub fn rake(&self, margins: &[Margin<'_>], rounds: &Rounds) -> Result<Self> {
        self.reweighted(|weights| calibrate::raked_weights(weights, margins, rounds))
    }

    fn reweighted(&self, of: impl Fn(&[f64]) -> Result<Vec<f64>> + Sync) -> Result<Self> {
        let weights = of(&self.weights)?;
        let one = |number: usize| {
            let wrap = |source| SurveyError::Replicate { replicate: number + 1, source: Box::new(source) };
            of(&self.weights_of(number)).map_err(wrap)
        };
        let replicates = (0..self.count()).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
        Ok(Self { weights, scheme: Scheme::Weights(replicates), ..self.clone() })
    }
}

fn jackknifed(level: &Level, left_out: usize) -> impl Fn(usize) -> f64 {
    let stratum = level.stratum(left_out);
    let n = level.strata.get(stratum).map_or(2.0, |stratum| stratum.sampled as f64);
    move |cluster| match (cluster == left_out, level.stratum(cluster) == stratum) {
        (true, _) => 0.0,
        (false, true) => n / (n - 1.0),
        (false, false) => 1.0,
    }
}

fn uncalibrated(design: &Design) -> Result<&Design> {
    if design.is_calibrated() {
        let problem =
            "replicates of calibrated weights would not know of it; make replicates first, then calibrate them";
        return Err(SurveyError::Margin { margin: "of the design".to_owned(), problem: problem.to_owned() });
    }
    Ok(design)
}

fn scheme(scheme: &'static str, level: &Level, stratum: u32, expected: &'static str) -> SurveyError {
    let place = stratum as usize;
    let found = level.strata.get(place).map_or(0, |stratum| stratum.sampled);
    SurveyError::Scheme { scheme, stratum: level.stratum_name(place), expected, found }
}

impl Sample for Replicates {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn measure(&self, statistic: &dyn Statistic) -> Result<(Vec<f64>, Covariance)> {
        let values = statistic.values(&self.weights)?;
        let one = |number: usize| {
            let wrap = |source| SurveyError::Replicate { replicate: number + 1, source: Box::new(source) };
            statistic.values(&self.weights_of(number)).map_err(wrap)
        };
        let replicates = (0..self.count()).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
        let centre = match self.centre {
            Centre::Estimate => values.clone(),
            Centre::Mean => mean_of(&replicates, &self.rscales, values.len()),
        };
        let mut triangle = Vec::new();
        for (row, middle) in centre.iter().enumerate() {
            for (column, other) in centre.iter().enumerate().skip(row) {
                let product = |(figures, factor): (&Vec<f64>, &f64)| {
                    Some(factor * (figures.get(row)? - middle) * (figures.get(column)? - other))
                };
                let sum: f64 = replicates.iter().zip(&self.rscales).filter_map(product).sum();
                triangle.push(self.scale * sum);
            }
        }
        let mut covariance = Covariance::zeros(values.len());
        covariance.add_triangle(&triangle);
        if covariance.is_finite() {
            Ok((values, covariance))
        } else {
            Err(SurveyError::NotANumber { what: "covariance".to_owned() })
        }
    }

    fn degrees(&self, inside: &dyn Fn(usize) -> bool) -> f64 {
        match &self.degrees {
            Degrees::Of(level) => level.degrees(self.weights.len(), inside),
            Degrees::Fixed(degrees) => *degrees,
        }
    }
}

/// Mean of every figure over the replicates that count.
fn mean_of(replicates: &[Vec<f64>], rscales: &[f64], figures: usize) -> Vec<f64> {
    let counting = || replicates.iter().zip(rscales).filter(|(_, factor)| **factor > 0.0).map(|(values, _)| values);
    let count = counting().count().max(1) as f64;
    (0..figures).map(|place| counting().filter_map(|values| values.get(place)).sum::<f64>() / count).collect()
}
