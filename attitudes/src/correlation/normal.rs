//! The normal distribution of one and of two variables, to about 1e-15.

use statrs::function::erf::erfc_inv;
use std::f64::consts::{PI, SQRT_2, TAU};
use std::sync::LazyLock;

/// Phi(x). Not by statrs, whose complementary error function (0.19.1) is off by up to 7e-12. In the middle Phi is a half plus the
/// density times x + x^3/3 + x^5/(3*5) + ... (Marsaglia, *Evaluating the normal distribution*, 2004), in the tails the
/// density divided by the continued fraction of Laplace, x + 1/(x + 2/(x + 3/...)).
pub(crate) fn normal(x: f64) -> f64 {
    let far = x.abs();
    if far > 40.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let density = (-0.5 * x * x).exp() / TAU.sqrt();
    if far < 2.5 {
        let (mut term, mut sum, mut odd) = (x, x, 1.0);
        while term.abs() > 1e-17 {
            odd += 2.0;
            term *= x * x / odd;
            sum += term;
        }
        return 0.5 + density * sum;
    }
    // So many steps settle it to the last digit: 100 at 2.5, fewer further out.
    let steps = if far < 5.0 { 100 } else { 40 };
    let tail = density / (1..=steps).rev().fold(far, |below, step| far + f64::from(step) / below);
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The x with Phi(x) = p: of [`erfc_inv`], with a Newton step for the digits that it lacks.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let x = -SQRT_2 * erfc_inv(2.0 * p);
    if !x.is_finite() {
        return x;
    }
    let density = (-0.5 * x * x).exp() / TAU.sqrt();
    if density > 1e-200 { x - (normal(x) - p) / density } else { x }
}

/// Nodes and weights of Gauss and Legendre on -1 to 1, by Newton's method on the Legendre polynomial.
fn gauss_legendre(count: u32) -> Vec<(f64, f64)> {
    let n = f64::from(count);
    let node = |place: u32| {
        let mut x = (PI * (f64::from(place) + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..100 {
            let (mut below, mut value) = (1.0, x);
            for degree in 1..count {
                let k = f64::from(degree);
                (below, value) = (value, ((2.0 * k + 1.0) * x * value - k * below) / (k + 1.0));
            }
            slope = n * (below - x * value) / (1.0 - x * x);
            let step = value / slope;
            x -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..count).map(node).collect()
}

static RULE: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| gauss_legendre(32));

/// The integral over 0 to `end` of a smooth function.
fn integral(end: f64, function: impl Fn(f64) -> f64) -> f64 {
    RULE.iter().map(|(x, weight)| weight * function(0.5 * end * (x + 1.0))).sum::<f64>() * 0.5 * end
}

/// The probability that X <= h and Y <= k, both standard normal with correlation r.
///
/// Drezner and Wesolowsky, *On the computation of the bivariate normal integral* (1990): an integral over the correlation,
/// in its angle where |r| is below 0.925 and from the end |r| = 1 above, with the first terms there taken out and
/// integrated exactly, as Genz, *Numerical computation of rectangular bivariate and trivariate normal and t probabilities*
/// (2004), does.
#[must_use]
pub fn bivariate_normal(h: f64, k: f64, r: f64) -> f64 {
    if h == f64::NEG_INFINITY || k == f64::NEG_INFINITY {
        return 0.0;
    }
    if h == f64::INFINITY || k == f64::INFINITY {
        return normal(h.min(k));
    }
    let value = if r.abs() < 0.925 {
        let exponent = |angle: f64| {
            let sine = angle.sin();
            ((sine * h * k - 0.5 * (h * h + k * k)) / (1.0 - sine * sine)).exp()
        };
        normal(h) * normal(k) + integral(r.asin(), exponent) / TAU
    } else if r > 0.0 {
        normal(h.min(k)) - near_one(h, k, r)
    } else {
        (normal(h) - normal(-k)).max(0.0) + near_one(h, -k, -r)
    };
    value.clamp(0.0, 1.0)
}

/// The integral of the density over the correlation from r to 1, r being positive. With x = sqrt(1 - rho^2) it is
/// exp(-b^2 / 2x^2 - q / (1 + u)) / u over x from 0 to a, divided by tau; b = |h - k|, q = hk, u = sqrt(1 - x^2).
fn near_one(h: f64, k: f64, r: f64) -> f64 {
    let rest = (1.0 - r) * (1.0 + r);
    let (a, b, q) = (rest.sqrt(), (h - k).abs(), h * k);
    if rest <= 0.0 || 0.5 * (b * b / rest + q) > 100.0 {
        return 0.0;
    }
    // exp(-q / (1 + u)) / u = exp(-q / 2) (1 + c x^2 + c d x^4 + ...).
    let (c, d) = ((4.0 - q) / 8.0, (12.0 - q) / 16.0);
    let scale = (-0.5 * q).exp();
    let edge = (-0.5 * b * b / rest).exp();
    let zeroth = a * edge - b * TAU.sqrt() * normal(-b / a);
    let second = (a * rest * edge - b * b * zeroth) / 3.0;
    let fourth = (a * rest * rest * edge - b * b * second) / 5.0;
    let exact = scale * (zeroth + c * (second + d * fourth));
    let remainder = integral(a, |x| {
        let square = x * x;
        let u = (1.0 - square).sqrt();
        let common = -0.5 * b * b / square;
        (common - q / (1.0 + u)).exp() / u - (common - 0.5 * q).exp() * (1.0 + c * square * (1.0 + d * square))
    });
    (exact + remainder) / TAU
}

/// The density of two standard normal variables, and its derivative after the correlation. Both are also the first and the
/// second derivative of [`bivariate_normal`] after it.
pub(crate) fn density(h: f64, k: f64, r: f64) -> (f64, f64) {
    if h.is_infinite() || k.is_infinite() {
        return (0.0, 0.0);
    }
    let rest = (1.0 - r) * (1.0 + r);
    let exponent = -0.5 * ((h - k).powi(2) + 2.0 * (1.0 - r) * h * k) / rest;
    let density = exponent.exp() / (TAU * rest.sqrt());
    let slope = r / rest + (h * k * (1.0 + r * r) - r * (h * h + k * k)) / (rest * rest);
    (density, if density > 0.0 { density * slope } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second way: integral of phi(x) Phi((k - r x) / sqrt(1 - r^2)), by Simpson's rule in many narrow steps.
    fn plain(h: f64, k: f64, r: f64) -> f64 {
        let steps: i32 = if r.abs() > 0.999 { 400_000 } else { 40_000 };
        let (low, width) = (-9.0, (h + 9.0) / f64::from(steps));
        let at = |x: f64| (-0.5 * x * x).exp() / TAU.sqrt() * normal((k - r * x) / (1.0 - r * r).sqrt());
        let weight = |step: i32| match step {
            0 => 1.0,
            _ if step == steps => 1.0,
            _ if step % 2 == 1 => 4.0,
            _ => 2.0,
        };
        (0..=steps).map(|step| weight(step) * at(low + width * f64::from(step))).sum::<f64>() * width / 3.0
    }

    #[test]
    fn one_variable_is_as_r_has_it() {
        // R: pnorm(x), to 17 digits.
        let known = [
            (-1.2, 0.115_069_670_221_708_28),
            (-1.9, 0.028_716_559_816_001_804),
            (1.9, 0.971_283_440_183_998_1),
            (0.5, 0.691_462_461_274_013),
            (-3.0, 0.001_349_898_031_630_094_6),
        ];
        for (x, p) in known {
            assert!((normal(x) - p).abs() < 2e-16, "{x}");
        }
        let (below, above) = (normal(-2.5 + 1e-15), normal(-2.5 - 1e-15));
        assert!((below - above).abs() < 3e-16, "the two ways meet: {below} {above}");
    }

    #[test]
    fn the_integral_is_that_of_the_plain_way() {
        let cuts = [-3.1, -1.2, 0.0, 0.7, 2.6];
        for r in [-0.9999, -0.98, -0.93, -0.92, -0.5, 0.3, 0.9249, 0.9251, 0.98, 0.9999] {
            for (h, k) in cuts.iter().flat_map(|h| cuts.map(|k| (*h, k))) {
                let (ours, theirs) = (bivariate_normal(h, k, r), plain(h, k, r));
                assert!((ours - theirs).abs() < 2e-13, "{h} {k} {r}: {ours} {theirs}");
            }
        }
    }

    #[test]
    fn at_zero_it_is_the_angle() {
        for step in -1999..=1999 {
            let r = f64::from(step) / 2000.0;
            let known = 0.25 + r.asin() / TAU;
            assert!((bivariate_normal(0.0, 0.0, r) - known).abs() < 1e-15, "{r}");
        }
    }

    #[test]
    fn the_ends_are_the_margins() {
        let infinite = f64::INFINITY;
        assert_eq!(bivariate_normal(0.3, infinite, 0.7), normal(0.3));
        assert_eq!(bivariate_normal(infinite, infinite, 0.7), 1.0);
        assert_eq!(bivariate_normal(-infinite, 0.2, 0.7), 0.0);
        assert_eq!(bivariate_normal(0.3, 0.1, 1.0), normal(0.1));
        assert!((bivariate_normal(0.3, 0.1, -1.0) - (normal(0.3) - normal(-0.1))).abs() < 1e-16);
    }

    #[test]
    fn derivatives_are_those_of_the_integral() {
        for (h, k, r) in [(0.4, -0.8, 0.3), (1.0, 1.3, -0.6), (-0.2, 0.5, 0.95)] {
            let step = 1e-5;
            let (up, middle, down) =
                (bivariate_normal(h, k, r + step), bivariate_normal(h, k, r), bivariate_normal(h, k, r - step));
            let (first, second) = density(h, k, r);
            assert!((first - (up - down) / (2.0 * step)).abs() < 1e-8);
            assert!((second - (up - 2.0 * middle + down) / (step * step)).abs() < 1e-4 * second.abs().max(1.0));
        }
    }

    #[test]
    fn quantiles_go_back() {
        for step in 1..1000 {
            let p = f64::from(step) / 1000.0;
            assert!((normal(normal_quantile(p)) - p).abs() < 1e-15);
        }
        // R: qnorm(c(0.025, 0.001))
        assert!((normal_quantile(0.025) + 1.959_963_984_540_054).abs() < 1e-14);
        assert!((normal_quantile(0.001) + 3.090_232_306_167_814).abs() < 1e-14);
    }
}
