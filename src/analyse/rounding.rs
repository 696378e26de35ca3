//! Rounding of parts that must add up to their whole.

/// Shares rounded to some decimals so that they add up to their rounded sum: each is rounded down, then those with the largest
/// remainders get one unit more. Of equal remainders the first gets it. A value that is not finite is left as it is.
pub fn by_largest_remainder(values: &[f64], places: u8) -> Vec<f64> {
    let unit = 10_f64.powi(i32::from(places));
    // 14.5 held in binary as 14.499999999999998 is 14.5.
    let scaled: Vec<f64> = values.iter().map(|value| (value * unit * 1e6).round() / 1e6).collect();
    let finite = || scaled.iter().filter(|value| value.is_finite());
    let whole = finite().sum::<f64>().round();
    let floors = finite().map(|value| value.floor()).sum::<f64>();
    let mut order: Vec<usize> = (0..scaled.len()).filter(|place| scaled[*place].is_finite()).collect();
    order.sort_by(|a, b| (scaled[*b] - scaled[*b].floor()).total_cmp(&(scaled[*a] - scaled[*a].floor())));
    let mut rounded: Vec<f64> = scaled.iter().map(|value| value.floor()).collect();
    let mut left = whole - floors;
    for place in order {
        if left < 0.5 {
            break;
        }
        rounded[place] += 1.0;
        left -= 1.0;
    }
    rounded.iter().map(|value| value / unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(counts: &[u32]) -> Vec<f64> {
        let whole: u32 = counts.iter().sum();
        counts.iter().map(|count| 100.0 * f64::from(*count) / f64::from(whole)).collect()
    }

    /// The table of the study of 2015 on 227 CPAS: 26 of 227 are 11.45 % and published as 12.
    #[test]
    fn the_study_rounds_so() {
        assert_eq!(by_largest_remainder(&shares(&[28, 155, 26, 9, 9]), 0), [12.0, 68.0, 12.0, 4.0, 4.0]);
    }

    #[test]
    fn thirds_add_up() {
        assert_eq!(by_largest_remainder(&shares(&[1, 1, 1]), 1), [33.4, 33.3, 33.3]);
        assert_eq!(by_largest_remainder(&[], 1), Vec::<f64>::new());
        assert!(by_largest_remainder(&[f64::NAN, 100.0], 0)[0].is_nan());
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_moved_by_a_whole_unit(counts in prop::collection::vec(0_u32..10_000, 1..12), places in 0_u8..3) {
            prop_assume!(counts.iter().any(|count| *count > 0));
            let shares = shares(&counts);
            let rounded = by_largest_remainder(&shares, places);
            let unit = 10_f64.powi(-i32::from(places));
            prop_assert!((rounded.iter().sum::<f64>() - 100.0).abs() < 1e-6);
            for (share, rounded) in shares.iter().zip(&rounded) {
                prop_assert!((share - rounded).abs() < unit + 1e-6);
            }
        }
    }
}
