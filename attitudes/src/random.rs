//! Seeded random numbers, so that the same seed gives the same bytes everywhere. Not for secrets.

use std::f64::consts::TAU;

/// The generator SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(state: u64) -> u64 {
    let once = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

impl Random {
    /// The stream of one part of the work: what it draws does not depend on which thread draws first.
    pub(crate) fn of(seed: u64, part: u64) -> Self {
        Self { state: mixed(seed ^ mixed(part.wrapping_add(STEP))) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mixed(self.state)
    }

    /// Above 0 and below 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Standard normal, by the method of Box and Muller (1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (TAU * angle).cos()
    }

    /// Chi-square with this many degrees of freedom, 2 at least, by the method of Marsaglia and Tsang (2000) for gamma numbers.
    pub(crate) fn chi_square(&mut self, df: f64) -> f64 {
        let d = df / 2.0 - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return 2.0 * d * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_distribution() {
        let mut random = Random::of(1, 2);
        let draws = 200_000;
        let normal: Vec<f64> = (0..draws).map(|_| random.normal()).collect();
        let chi: Vec<f64> = (0..draws).map(|_| random.chi_square(7.0)).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let variance = |values: &[f64]| {
            let centre = mean(values);
            values.iter().map(|one| (one - centre).powi(2)).sum::<f64>() / values.len() as f64
        };
        assert!(mean(&normal).abs() < 0.01 && (variance(&normal) - 1.0).abs() < 0.015);
        assert!((mean(&chi) - 7.0).abs() < 0.04 && (variance(&chi) - 14.0).abs() < 0.3);
    }

    #[test]
    fn parts_differ_and_a_part_is_the_same_again() {
        let first = |seed, part| Random::of(seed, part).next();
        assert_eq!(first(7, 3), first(7, 3));
        assert_ne!(first(7, 3), first(7, 4));
        assert_ne!(first(7, 3), first(8, 3));
    }
}
