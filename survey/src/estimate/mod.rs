//! Figures of a sample with what is known of their error.

mod quantile;
mod ratios;

use crate::covariance::Covariance;
use crate::error::{Result, SurveyError, inside_unit, same_length};
use crate::interval::student_quantile;
pub use quantile::{Quantile, QuantileRule, quantile};
pub(crate) use ratios::{Column, categories, estimate};
pub use ratios::{Variable, counts, mean, mean_by, proportions, proportions_by, ratio, total, total_by};

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What it is of: the variable, category or group.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Its variance under the design.
    pub variance: f64,
    /// Units that it rests on: of the domain, with an answer.
    pub n: usize,
    /// What an interval rests on; see [`crate::Design::degrees_of_freedom`].
    pub degrees_of_freedom: f64,
    /// The variance that a simple random sample of as many units would have; `None` for fewer than two units.
    pub(crate) simple: Option<Simple>,
}

/// The variance under simple random sampling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Simple {
    pub with_replacement: f64,
    /// Sum of the weights: the size of the population that it would be drawn from.
    pub population: f64,
}

/// The simple random sample that a design is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Drawn with replacement. What sample size planning divides by.
    WithReplacement,
    /// Drawn without replacement from as many as the weights sum up to.
    WithoutReplacement,
}

impl Estimate {
    /// The root of the variance, in units of the figure.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.variance.sqrt()
    }

    /// Standard error as a share of the figure; `None` if the figure is 0.
    #[must_use]
    pub fn coefficient_of_variation(&self) -> Option<f64> {
        (self.value != 0.0).then(|| self.standard_error() / self.value.abs())
    }

    /// How many times larger the variance is than in a simple random sample of as many units (Kish 1965). `None` where
    /// that sample has no variance: one unit, all answers the same, weights that sum up to less than there are units.
    #[must_use]
    pub fn design_effect(&self, against: Against) -> Option<f64> {
        let simple = self.simple?;
        let left = match against {
            Against::WithReplacement => 1.0,
            Against::WithoutReplacement => 1.0 - self.n as f64 / simple.population,
        };
        let simple = simple.with_replacement * left;
        (simple > 0.0).then(|| self.variance / simple)
    }

    /// The interval of Student's distribution around the figure, at a level such as 0.95.
    ///
    /// # Errors
    /// A level outside 0..1; no degrees of freedom.
    pub fn interval(&self, level: f64) -> Result<(f64, f64)> {
        inside_unit("level", level)?;
        let df = self.checked_degrees()?;
        let reach = student_quantile(0.5 + level / 2.0, df)? * self.standard_error();
        Ok((self.value - reach, self.value + reach))
    }

    pub(crate) fn checked_degrees(&self) -> Result<f64> {
        if self.degrees_of_freedom >= 1.0 {
            Ok(self.degrees_of_freedom)
        } else {
            let (what, found) = (self.name.clone(), self.degrees_of_freedom);
            Err(SurveyError::NoDegreesOfFreedom { what, found })
        }
    }
}

/// Figures made together, with their covariances.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    pub(crate) list: Vec<Estimate>,
    pub(crate) covariance: Covariance,
}

impl Estimates {
    /// The figures in the order asked for.
    #[must_use]
    pub fn list(&self) -> &[Estimate] {
        &self.list
    }

    /// The figure of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Estimate> {
        self.list.iter().find(|estimate| estimate.name == name)
    }

    /// Variances and covariances.
    #[must_use]
    pub fn covariance(&self) -> &Covariance {
        &self.covariance
    }

    /// The sum of the figures times `weights`, such as the difference of two groups (1, -1). Its n and degrees of freedom
    /// are the least of the figures that take part.
    ///
    /// # Errors
    /// [`SurveyError::Length`] unless there is a weight for each figure.
    pub fn contrast(&self, name: &str, weights: &[f64]) -> Result<Estimate> {
        same_length("the weights of a contrast", self.list.len(), weights.len())?;
        let taking_part = || self.list.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
        Ok(Estimate {
            name: name.to_owned(),
            value: taking_part().map(|(estimate, weight)| estimate.value * weight).sum(),
            variance: self.covariance.quadratic(weights).max(0.0),
            n: taking_part().map(|(estimate, _)| estimate.n).min().unwrap_or(0),
            degrees_of_freedom: taking_part().map(|(e, _)| e.degrees_of_freedom).fold(f64::INFINITY, f64::min),
            simple: None,
        })
    }
}
