//! Estimates from sufficient statistics: means with Student's t, proportions with Wilson's score interval.

use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Quantiles already computed, by degrees of freedom: each takes longer than all else about an estimate.
static QUANTILES: LazyLock<Mutex<BTreeMap<u64, f64>>> = LazyLock::new(Mutex::default);

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A value with its 95 % interval; `None` where it cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// The value.
    pub value: Option<f64>,
    /// The interval.
    pub interval: Option<(f64, f64)>,
}

/// A share in per cent with Wilson's score interval (Wilson 1927). Not computable when `of` is 0. Above 100 it is no share but
/// the ratio of two counts: its interval is taken on the logarithm, both being as uncertain as Poisson counts.
pub fn share(part: f64, of: f64) -> Estimate {
    if of <= 0.0 {
        return Estimate::default();
    }
    let proportion = part / of;
    if !(0.0..=1.0).contains(&proportion) {
        let spread = (Z * (1.0 / part + 1.0 / of).sqrt()).exp();
        let interval = (part > 0.0).then(|| (100.0 * proportion / spread, 100.0 * proportion * spread));
        return Estimate { value: Some(100.0 * proportion), interval };
    }
    let square = Z * Z;
    let centre = (proportion + square / (2.0 * of)) / (1.0 + square / of);
    let half = Z / (1.0 + square / of) * (proportion * (1.0 - proportion) / of + square / (4.0 * of * of)).sqrt();
    let (low, high) = ((centre - half).max(0.0), (centre + half).min(1.0));
    // At 0 and at 1 one end is exact; arithmetic would leave a trace of the other.
    let low = if part <= 0.0 { 0.0 } else { low };
    let high = if part >= of { 1.0 } else { high };
    Estimate { value: Some(100.0 * proportion), interval: Some((100.0 * low, 100.0 * high)) }
}

/// A part in per cent of what is not counted one by one (hours): it has no interval. Not computable when `of` is 0.
pub fn part(part: f64, of: f64) -> Estimate {
    Estimate { value: (of > 0.0).then(|| 100.0 * part / of), interval: None }
}

/// A quotient that is no share (cost per person). Not computable when `of` is 0.
pub fn quotient(part: f64, of: f64) -> Estimate {
    Estimate { value: (of > 0.0).then(|| part / of), interval: None }
}

/// A mean with Student's t interval, from count, sum and sum of squares. No interval below two values.
pub fn mean(count: f64, sum: f64, sum_of_squares: f64) -> Estimate {
    if count <= 0.0 {
        return Estimate::default();
    }
    let mean = sum / count;
    let interval = standard_deviation(count, sum, sum_of_squares).and_then(|deviation| {
        let t = t_quantile(count - 1.0)?;
        let half = t * deviation / count.sqrt();
        Some((mean - half, mean + half))
    });
    Estimate { value: Some(mean), interval }
}

/// The 97.5 % quantile of Student's t with these degrees of freedom, a whole number.
pub fn t_quantile(freedom: f64) -> Option<f64> {
    let mut known = QUANTILES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(quantile) = known.get(&freedom.to_bits()) {
        return Some(*quantile);
    }
    let quantile = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.975);
    known.insert(freedom.to_bits(), quantile);
    Some(quantile)
}

/// The standardised response mean: a mean change in standard deviations of the changes. `None` where they do not spread.
pub fn response(count: f64, sum: f64, sum_of_squares: f64) -> Option<f64> {
    let deviation = standard_deviation(count, sum, sum_of_squares).filter(|deviation| *deviation > 0.0);
    deviation.map(|deviation| sum / count / deviation)
}

/// The sample standard deviation (divisor n - 1); `None` below two values.
pub fn standard_deviation(count: f64, sum: f64, sum_of_squares: f64) -> Option<f64> {
    let spread = sum_of_squares - sum * sum / count;
    // Of values all alike the subtraction leaves a trace of its own rounding, and a mean divided by that is nonsense.
    let spread = if spread > 4.0 * f64::EPSILON * sum_of_squares { spread } else { 0.0 };
    (count >= 2.0).then(|| (spread / (count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 5e-4, "{a} {b}");
    }

    #[test]
    fn wilson_agrees_with_newcombe_1998() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (part, of, low, high) in
            [(81.0, 263.0, 25.53, 36.62), (15.0, 148.0, 6.24, 16.05), (0.0, 20.0, 0.0, 16.11), (1.0, 29.0, 0.61, 17.18)]
        {
            let (found_low, found_high) = share(part, of).interval.unwrap();
            assert!(
                (found_low - low).abs() < 0.006 && (found_high - high).abs() < 0.006,
                "{part}/{of}: {found_low} {found_high}"
            );
        }
    }

    #[test]
    fn above_one_the_interval_is_taken_on_the_logarithm() {
        // 60 to 30: ln 2 -/+ 1.959964 x root of (1 / 60 + 1 / 30) = 0.693147 -/+ 0.438261: 1.2903 to 3.1001.
        let (low, high) = share(60.0, 30.0).interval.unwrap();
        close(low / 100.0, 1.2903);
        close(high / 100.0, 3.1001);
        assert_eq!(part(60.0, 30.0), Estimate { value: Some(200.0), interval: None });
    }

    #[test]
    fn nothing_is_not_zero() {
        assert_eq!(share(0.0, 0.0).value, None);
        assert_eq!(mean(0.0, 0.0, 0.0).value, None);
        assert_eq!(quotient(5.0, 0.0).value, None);
        assert_eq!(mean(1.0, 2.0, 4.0), Estimate { value: Some(2.0), interval: None });
    }

    #[test]
    fn values_all_alike_have_no_spread() {
        // Twice 1.090909, a mean over eleven domains: the subtraction leaves 4.4e-16.
        assert_eq!(standard_deviation(2.0, 2.181_818, 2.380_164_892_562), Some(0.0));
        assert!(standard_deviation(2.0, 2.181_819, 2.380_167_074_381).is_some_and(|deviation| deviation > 7e-7));
    }

    #[test]
    fn t_interval_agrees_with_a_textbook() {
        // 1..=10: mean 5.5, sd 3.02765, t(9) 2.262157: 5.5 -/+ 2.165852.
        let (low, high) = mean(10.0, 55.0, 385.0).interval.unwrap();
        close(low, 5.5 - 2.165_852);
        close(high, 5.5 + 2.165_852);
    }
}
