//! The only source of chance of the demo generator: SplitMix64, written out here because a library's generator
//! may change between versions, and the same seed must give the same bytes for ever.

/// A stream of pseudo-random numbers.
pub(super) struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u128::from(high.abs_diff(low)) + 1;
        let drawn = (u128::from(self.bits()) * width) >> 64;
        low + i64::try_from(drawn).unwrap_or(0)
    }

    /// True in `per_mille` of a thousand draws.
    pub(super) fn chance(&mut self, per_mille: i64) -> bool {
        self.between(1, 1000) <= per_mille
    }

    /// One of several, each as likely as its weight.
    pub(super) fn weighted<T: Copy>(&mut self, choices: &[(T, i64)]) -> Option<T> {
        let mut drawn = self.between(1, choices.iter().map(|(_, weight)| weight).sum());
        for (choice, weight) in choices {
            drawn -= weight;
            if drawn <= 0 {
                return Some(*choice);
            }
        }
        None
    }

    /// Roughly normal around 0 with a standard deviation of about 5 (in tenths of a level).
    pub(super) fn noise(&mut self) -> i64 {
        let bits = self.bits();
        (0..4).map(|part| i64::try_from((bits >> (part * 16)) & 0xFFFF).unwrap_or(0) * 9 / 0x1_0000).sum::<i64>() - 16
    }
}
