//! What a sample can be asked, and what a statistic has to say, so that either can be replaced by another.

use crate::covariance::Covariance;
use crate::design::Design;
use crate::error::Result;

/// A figure, or several, that depends on the weights of units.
pub trait Statistic: Sync {
    /// The figures under some weights; zero is a weight here (a replicate leaves units out).
    ///
    /// # Errors
    /// Where there is no figure under these weights.
    fn values(&self, weights: &[f64]) -> Result<Vec<f64>>;

    /// For each figure, how much it changes with the weight of every unit, times that weight.
    ///
    /// # Errors
    /// As [`Statistic::values`].
    fn influences(&self, weights: &[f64], values: &[f64]) -> Result<Vec<Vec<f64>>>;
}

/// A sample that knows how certain its figures are: by its [`Design`], or by [`crate::Replicates`].
pub trait Sample: Sync {
    /// Weights of the units.
    fn weights(&self) -> &[f64];

    /// Figures with their covariances.
    ///
    /// # Errors
    /// As the statistic; [`crate::SurveyError::NotANumber`] where no finite number comes out.
    fn measure(&self, statistic: &dyn Statistic) -> Result<(Vec<f64>, Covariance)>;

    /// Degrees of freedom of the units for which `inside` holds.
    fn degrees(&self, inside: &dyn Fn(usize) -> bool) -> f64;
}

impl Sample for Design {
    fn weights(&self) -> &[f64] {
        Design::weights(self)
    }

    fn measure(&self, statistic: &dyn Statistic) -> Result<(Vec<f64>, Covariance)> {
        let values = statistic.values(Design::weights(self))?;
        let influences = statistic.influences(Design::weights(self), &values)?;
        Ok((values, self.covariance(influences)?))
    }

    fn degrees(&self, inside: &dyn Fn(usize) -> bool) -> f64 {
        self.degrees_where(inside)
    }
}
