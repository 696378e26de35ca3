//! Quantiles, with the interval of Woodruff (1952): an interval for the share of the population at or below the quantile,
//! read back through the distribution.

use super::Estimate;
use super::ratios::{Column, Term, Variable, estimate};
use crate::error::{Result, SurveyError, inside_unit};
use crate::interval::student_quantile;
use crate::sample::Sample;

/// Weights add up with rounding; a share this near to a step of the distribution is at the step.
const AT_A_STEP: f64 = 1e-12;

/// What lies between two values of the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileRule {
    /// The lowest value with at least that share at or below it.
    #[default]
    Lowest,
    /// The same, but halfway to the next value where the share is met exactly: the median as taught in school.
    Halfway,
}

/// A quantile. Its interval is not symmetric; the standard error is its width over twice Student's quantile.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantile {
    /// The share of the population below.
    pub probability: f64,
    /// The quantile.
    pub value: f64,
    /// Lower end; `None` where the sample does not reach so far.
    pub lower: Option<f64>,
    /// Upper end; `None` where the sample does not reach so far.
    pub upper: Option<f64>,
    /// `None` where an end is missing.
    pub standard_error: Option<f64>,
    /// Units with an answer.
    pub n: usize,
    /// Degrees of freedom.
    pub degrees_of_freedom: f64,
}

/// The weighted distribution of the answers.
struct Distribution {
    values: Vec<f64>,
    /// Weight up to and with each value.
    upto: Vec<f64>,
}

impl Distribution {
    fn new(values: &[f64], weights: &[f64], domain: Option<&[bool]>) -> Self {
        let inside = |unit: usize| domain.is_none_or(|domain| domain.get(unit) == Some(&true));
        let mut pairs: Vec<(f64, f64)> = values
            .iter()
            .zip(weights)
            .enumerate()
            .filter(|(unit, (value, _))| inside(*unit) && !value.is_nan())
            .map(|(_, (value, weight))| (*value, *weight))
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum = 0.0;
        let upto = pairs.iter().map(|(_, weight)| {
            sum += weight;
            sum
        });
        let upto = upto.collect();
        Self { values: pairs.iter().map(|(value, _)| *value).collect(), upto }
    }

    fn quantile(&self, probability: f64, rule: QuantileRule) -> Option<f64> {
        let all = *self.upto.last()?;
        let place = self.upto.partition_point(|upto| *upto < (probability - AT_A_STEP) * all);
        let value = *self.values.get(place)?;
        let at_step = self.upto.get(place).is_some_and(|upto| (upto / all - probability).abs() <= AT_A_STEP);
        match (rule, self.values.get(place + 1)) {
            (QuantileRule::Halfway, Some(next)) if at_step => Some(f64::midpoint(value, *next)),
            _ => Some(value),
        }
    }
}

/// Quantiles of a variable at each of `probabilities`, with intervals at a level such as 0.95.
///
/// # Errors
/// As [`super::mean`]; probabilities and levels outside 0..1; no degrees of freedom.
pub fn quantile(
    sample: &impl Sample,
    of: Variable<'_>,
    probabilities: &[f64],
    (rule, level): (QuantileRule, f64),
    domain: Option<&[bool]>,
) -> Result<Vec<Quantile>> {
    inside_unit("level", level)?;
    // Checks the variable and the domain.
    super::mean(sample, &[of], domain)?;
    let distribution = Distribution::new(of.values(), sample.weights(), domain);
    probabilities
        .iter()
        .map(|probability| {
            inside_unit("probability", *probability)?;
            let nobody = || SurveyError::NoAnswers { what: of.name().to_owned() };
            let value = distribution.quantile(*probability, rule).ok_or_else(nobody)?;
            let share = below(sample, of, value, domain)?;
            let (low, high) = share.interval(level)?;
            let lower = if low < 0.0 { None } else { distribution.quantile(low, rule) };
            let upper = if high > 1.0 { None } else { distribution.quantile(high, rule) };
            let student = student_quantile(0.5 + level / 2.0, share.degrees_of_freedom)?;
            let standard_error = lower.zip(upper).map(|(lower, upper)| (upper - lower) / (2.0 * student));
            let (n, degrees_of_freedom) = (share.n, share.degrees_of_freedom);
            Ok(Quantile { probability: *probability, value, lower, upper, standard_error, n, degrees_of_freedom })
        })
        .collect()
}

/// The share at or below a value.
fn below(sample: &impl Sample, of: Variable<'_>, value: f64, domain: Option<&[bool]>) -> Result<Estimate> {
    let is_below = |x: &f64| if x.is_nan() { f64::NAN } else { f64::from(*x <= value) };
    let indicator: Vec<f64> = of.values().iter().map(is_below).collect();
    let top = Column::Values(&indicator);
    let term = Term { name: of.name().to_owned(), top, bottom: Some(Column::One), domain, group: None };
    let mut made = estimate(sample, vec![term])?;
    made.list.pop().ok_or_else(|| SurveyError::NoAnswers { what: of.name().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Distribution, QuantileRule};

    #[test]
    fn a_share_met_exactly_is_met_whatever_the_rounding() {
        let four = Distribution::new(&[3.0, 1.0, f64::NAN, 4.0, 2.0], &[1.0; 5], None);
        assert_eq!(four.quantile(0.5, QuantileRule::Lowest), Some(2.0));
        assert_eq!(four.quantile(0.5, QuantileRule::Halfway), Some(2.5));
        assert_eq!(four.quantile(0.51, QuantileRule::Halfway), Some(3.0));
        // Ten times 0.1 is less than 1, and three times 0.1 more than 0.3.
        for count in 2..60 {
            let values: Vec<f64> = (1..=count).map(f64::from).collect();
            let same = Distribution::new(&values, &vec![0.1; values.len()], None);
            for place in 1..count {
                let share = f64::from(place) / f64::from(count);
                assert_eq!(same.quantile(share, QuantileRule::Lowest), Some(f64::from(place)), "{place} of {count}");
                assert_eq!(same.quantile(share, QuantileRule::Halfway), Some(f64::from(place) + 0.5));
            }
        }
        let inside = Distribution::new(&[1.0, 2.0], &[0.1; 2], Some(&[false; 2]));
        assert_eq!(inside.quantile(0.5, QuantileRule::Lowest), None);
    }
}
