//! Random numbers that are the same on every machine and in every version: `SplitMix64` (Steele, Lea, Flood, *Fast
//! splittable pseudorandom number generators*, 2014). Fit for drawing samples, not for secrets.

/// The generator; its state grows by the golden ratio's fraction and is then mixed.
pub(super) struct SplitMix64(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl SplitMix64 {
    /// One of many streams of a seed: a replicate has its own, so that threads do not matter.
    pub fn stream(seed: u64, number: u64) -> Self {
        let mut first = Self(seed);
        let base = first.next();
        let mut second = Self(base ^ number.wrapping_mul(GOLDEN));
        Self(second.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `limit`, each as likely: numbers from the incomplete last round are drawn again.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = (limit as u64).max(1);
        let complete = u64::MAX - u64::MAX % limit;
        loop {
            let drawn = self.next();
            if drawn < complete {
                return usize::try_from(drawn % limit).unwrap_or(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    /// The first numbers of seed 1234567 as published with the reference implementation.
    #[test]
    fn numbers_are_those_of_the_reference() {
        let mut random = SplitMix64(1_234_567);
        let first = [random.next(), random.next(), random.next()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_are_spread_evenly() {
        let mut counts = [0; 7];
        let mut random = SplitMix64::stream(1, 2);
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }
}
