//! Intervals for proportions, and the distributions they need.

use crate::error::{Result, SurveyError, inside_unit};
use crate::estimate::Estimate;
use statrs::distribution::{Beta, ContinuousCDF, Normal, StudentsT};

/// How an interval for a proportion is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProportionInterval {
    /// Around the proportion, as for a mean; may leave 0..1.
    Wald,
    /// On the scale of log-odds; none for a proportion of 0 or 1.
    Logit,
    /// Clopper-Pearson with the effective sample size, which the degrees of freedom shrink (Korn, Graubard 1998).
    Beta,
    /// Wilson (1927) with the same effective sample size.
    Wilson,
}

/// The interval of a proportion at a level such as 0.95.
///
/// The effective sample size is p (1 - p) / variance, times the squared ratio of Student's quantiles with n - 1 and with
/// the design's degrees of freedom. Where nobody or everybody has the property, the variance says nothing, and n stands
/// for it.
///
/// # Errors
/// A level or a proportion outside 0..1; no degrees of freedom; [`SurveyError::NotANumber`] for log-odds of 0 or 1.
pub fn proportion_interval(estimate: &Estimate, kind: ProportionInterval, level: f64) -> Result<(f64, f64)> {
    inside_unit("level", level)?;
    let p = estimate.value;
    if !(0.0..=1.0).contains(&p) {
        return Err(SurveyError::Argument { what: "proportion", expected: "a share of 0 to 1", found: p });
    }
    let df = estimate.checked_degrees()?;
    let upper = 0.5 + level / 2.0;
    match kind {
        ProportionInterval::Wald => estimate.interval(level),
        ProportionInterval::Logit => {
            if p <= 0.0 || p >= 1.0 {
                return Err(SurveyError::NotANumber { what: format!("{}: log-odds of {p}", estimate.name) });
            }
            let (middle, error) = ((p / (1.0 - p)).ln(), estimate.standard_error() / (p * (1.0 - p)));
            let reach = student_quantile(upper, df)? * error;
            let back = |odds: f64| 1.0 / (1.0 + (-odds).exp());
            Ok((back(middle - reach), back(middle + reach)))
        }
        ProportionInterval::Beta => {
            let n = effective_size(estimate, level, df)?;
            let low = if p <= 0.0 { 0.0 } else { beta_quantile(1.0 - upper, n * p, n * (1.0 - p) + 1.0)? };
            let high = if p >= 1.0 { 1.0 } else { beta_quantile(upper, n * p + 1.0, n * (1.0 - p))? };
            Ok((low, high))
        }
        ProportionInterval::Wilson => {
            let n = effective_size(estimate, level, df)?;
            let z = normal_quantile(upper);
            let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
            let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
            Ok(((middle - reach).max(0.0), (middle + reach).min(1.0)))
        }
    }
}

fn effective_size(estimate: &Estimate, level: f64, df: f64) -> Result<f64> {
    let (p, n) = (estimate.value, estimate.n as f64);
    if n < 2.0 {
        return Err(SurveyError::NoDegreesOfFreedom { what: estimate.name.clone(), found: n - 1.0 });
    }
    let effective = if estimate.variance > 0.0 { p * (1.0 - p) / estimate.variance } else { n };
    let upper = 0.5 + level / 2.0;
    Ok(effective * (student_quantile(upper, n - 1.0)? / student_quantile(upper, df)?).powi(2))
}

/// The quantile of the standard normal distribution.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The quantile of Student's distribution.
pub(crate) fn student_quantile(probability: f64, df: f64) -> Result<f64> {
    if df.is_infinite() {
        return Ok(normal_quantile(probability));
    }
    let known = || SurveyError::NotANumber { what: format!("quantile of Student's t with {df} degrees of freedom") };
    let student = StudentsT::new(0.0, 1.0, df).map_err(|_| known())?;
    let start = normal_quantile(probability);
    quantile_of(&student, probability, start, (f64::NEG_INFINITY, f64::INFINITY)).ok_or_else(known)
}

/// The quantile of the beta distribution.
pub(crate) fn beta_quantile(probability: f64, a: f64, b: f64) -> Result<f64> {
    let known = || SurveyError::NotANumber { what: format!("quantile of the beta distribution with {a} and {b}") };
    let beta = Beta::new(a, b).map_err(|_| known())?;
    quantile_of(&beta, probability, a / (a + b), (0.0, 1.0)).ok_or_else(known)
}

/// Solves cdf(x) = probability between two ends by doubling a bracket and halving it, so that a quantile is as good as the
/// distribution function: an interval is asked for seldom, and its last digits are compared with other programs.
fn quantile_of(law: &impl ContinuousCDF<f64, f64>, probability: f64, start: f64, ends: (f64, f64)) -> Option<f64> {
    let (mut low, mut high, mut step) = (start, start, 1.0_f64);
    while law.cdf(low) > probability {
        low = (low - step).max(ends.0);
        step *= 2.0;
        if step > 1e300 {
            return None;
        }
    }
    step = 1.0;
    while law.cdf(high) < probability {
        high = (high + step).min(ends.1);
        step *= 2.0;
        if step > 1e300 {
            return None;
        }
    }
    for _ in 0..2000 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if law.cdf(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high)).filter(|found| found.is_finite())
}
