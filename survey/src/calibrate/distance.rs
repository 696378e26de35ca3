//! What "as near as possible to the weights of the design" means: how the factor of a weight follows from its score, the
//! sum of the unit's margins times their multipliers. Formulas: Deville and Särndal 1992, table 1.

use super::margins::Columns;
use crate::error::{Result, SurveyError};

/// The distance between old and new weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distance {
    /// Squares: factors 1 + score, the regression estimator. Factors may come out negative, which is refused.
    Linear,
    /// The same, with factors cut off at both ends.
    LinearBounded {
        /// The smallest factor, from 0 to below 1.
        lower: f64,
        /// The largest factor, above 1.
        upper: f64,
    },
    /// Factors exp(score), always positive; with categories only, the result of raking.
    Raking,
    /// Factors on a logistic curve between two bounds.
    Logit {
        /// Below every factor, from 0 to below 1.
        lower: f64,
        /// Above every factor, above 1.
        upper: f64,
    },
}

impl Distance {
    pub(super) fn check(self) -> Result<()> {
        let (Self::LinearBounded { lower, upper } | Self::Logit { lower, upper }) = self else { return Ok(()) };
        if !(0.0..1.0).contains(&lower) {
            return Err(SurveyError::Argument { what: "lower bound", expected: "0 to below 1", found: lower });
        }
        if upper > 1.0 && upper.is_finite() {
            return Ok(());
        }
        Err(SurveyError::Argument { what: "upper bound", expected: "a finite number above 1", found: upper })
    }

    pub(super) fn factors(self, scores: &[f64]) -> Vec<f64> {
        scores.iter().map(|score| self.factor(*score)).collect()
    }

    pub(super) fn slopes(self, scores: &[f64]) -> Vec<f64> {
        scores.iter().map(|score| self.slope(*score)).collect()
    }

    fn factor(self, score: f64) -> f64 {
        match self {
            Self::Linear => 1.0 + score,
            Self::LinearBounded { lower, upper } => (1.0 + score).clamp(lower, upper),
            Self::Raking => score.exp(),
            Self::Logit { lower, upper } => {
                // Written with the negative exponential, so that neither end overflows.
                let (from_above, from_below) = (upper - 1.0, 1.0 - lower);
                let steep = (upper - lower) / (from_above * from_below);
                if score > 0.0 {
                    let fading = (-steep * score).exp();
                    (lower * from_above * fading + upper * from_below) / (from_above * fading + from_below)
                } else {
                    let rising = (steep * score).exp();
                    (lower * from_above + upper * from_below * rising) / (from_above + from_below * rising)
                }
            }
        }
    }

    fn slope(self, score: f64) -> f64 {
        match self {
            Self::Linear => 1.0,
            Self::LinearBounded { lower, upper } => f64::from((lower..=upper).contains(&(1.0 + score))),
            Self::Raking => score.exp(),
            Self::Logit { lower, upper } => {
                let factor = self.factor(score);
                (factor - lower) * (upper - factor) / ((1.0 - lower) * (upper - 1.0))
            }
        }
    }

    /// Where the search begins: at the old weights, and for raking at the first margin already met, since an exponential
    /// overflows where weights have to grow a thousandfold.
    pub(super) fn start(self, columns: &Columns, weights: &[f64]) -> Vec<f64> {
        match self {
            Self::Raking => columns.first_margin_met(weights),
            _ => vec![0.0; columns.len()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Distance;

    #[test]
    fn factors_start_at_one_with_slope_one_and_keep_to_their_bounds() {
        let bounded = Distance::Logit { lower: 0.3, upper: 2.5 };
        for distance in [Distance::Linear, Distance::Raking, bounded] {
            assert!((distance.factor(0.0) - 1.0).abs() < 1e-15 && (distance.slope(0.0) - 1.0).abs() < 1e-15);
            for score in [-1.7, -0.2, 0.4, 2.1] {
                let numeric = (distance.factor(score + 1e-6) - distance.factor(score - 1e-6)) / 2e-6;
                assert!((numeric - distance.slope(score)).abs() < 1e-8, "{distance:?} at {score}");
            }
        }
        assert!(bounded.factor(-1e9) >= 0.3 && bounded.factor(1e9) <= 2.5);
    }
}
