//! The zero measure paired with the end measure, for one parcours, instrument, domain and assessor.

/// One score of one domain on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Days since 1970-01-01.
    pub day: i32,
    /// What the reading is marked as.
    pub occasion: Occasion,
    /// Hundredths of a point.
    pub score: i32,
    /// Which submission says it: the lowest says it last.
    pub rank: u16,
}

/// What a reading is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// The zero measure.
    Zero,
    /// In between.
    Interim,
    /// The end measure.
    End,
    /// No mark.
    Unmarked,
}

/// A zero and an end measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The zero measure.
    pub zero: Score,
    /// The end measure.
    pub end: Score,
}

/// Why there is no pair. In the order in which the best attempt of a parcours is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotPaired {
    /// Zero and end, but not one after the other.
    SameDay,
    /// A zero measure without an end measure.
    NoEnd,
    /// No zero measure.
    NoZero,
}

/// A pair, or why there is none.
pub type Pairing = Result<Pair, NotPaired>;

/// Days before and after the start within which an unmarked first reading is the zero measure.
const ZERO_WINDOW: (i32, i32) = (60, 30);
/// Days before and after the end within which an unmarked last reading is the end measure.
const END_WINDOW: (i32, i32) = (60, 60);

/// Pairs the scores of one parcours, instrument, domain and assessor. `scores` may come in any order.
///
/// The zero is the reading marked zero (the first, if several are); without a mark the first unmarked reading, if
/// taken from 60 days before to 30 days after the start. The end is the reading marked end (the last, if several
/// are); without a mark the last unmarked reading, if taken from 60 days before to 60 days after the end. Two
/// submissions that give one reading two scores: the one that says it last counts.
pub fn pair(scores: &[Score], start: i32, end: i32) -> Pairing {
    let last = |occasion: Occasion| {
        let order = |score: &&Score| (score.day, std::cmp::Reverse(score.rank), std::cmp::Reverse(score.score));
        scores.iter().filter(move |score| score.occasion == occasion).max_by_key(order)
    };
    let zero = zero(scores, start);
    let end = last(Occasion::End).or_else(|| last(Occasion::Unmarked).filter(|score| within(score, end, END_WINDOW)));
    match (zero, end) {
        (None, _) => Err(NotPaired::NoZero),
        (Some(_), None) => Err(NotPaired::NoEnd),
        (Some(zero), Some(end)) if end.day <= zero.day => Err(NotPaired::SameDay),
        (Some(zero), Some(end)) => Ok(Pair { zero: *zero, end: *end }),
    }
}

/// The zero measure among these scores, see [`pair`].
pub fn zero(scores: &[Score], start: i32) -> Option<&Score> {
    let first = |occasion: Occasion| {
        scores
            .iter()
            .filter(move |score| score.occasion == occasion)
            .min_by_key(|score| (score.day, score.rank, score.score))
    };
    first(Occasion::Zero).or_else(|| first(Occasion::Unmarked).filter(|score| within(score, start, ZERO_WINDOW)))
}

fn within(score: &&Score, day: i32, window: (i32, i32)) -> bool {
    (day - window.0..=day + window.1).contains(&score.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(day: i32, occasion: Occasion, score: i32) -> Score {
        Score { day, occasion, score, rank: 0 }
    }

    #[test]
    fn marked_readings_count_whatever_their_date() {
        let scores =
            [score(900, Occasion::End, 400), score(-500, Occasion::Zero, 200), score(10, Occasion::Interim, 100)];
        let pair = pair(&scores, 0, 365).unwrap();
        assert_eq!((pair.zero.score, pair.end.score), (200, 400));
    }

    #[test]
    fn unmarked_readings_count_within_their_windows_edges_included() {
        let at = |zero: i32, end: i32| {
            pair(&[score(zero, Occasion::Unmarked, 200), score(end, Occasion::Unmarked, 300)], 0, 365)
        };
        assert!(at(-60, 305).is_ok());
        assert!(at(30, 425).is_ok());
        assert_eq!(at(-61, 365), Err(NotPaired::NoZero));
        assert_eq!(at(31, 365), Err(NotPaired::NoZero));
        assert_eq!(at(0, 304), Err(NotPaired::NoEnd));
        assert_eq!(at(0, 426), Err(NotPaired::NoEnd));
    }

    #[test]
    fn one_reading_is_not_both_and_interim_is_neither() {
        assert_eq!(pair(&[score(0, Occasion::Unmarked, 200)], 0, 10), Err(NotPaired::SameDay));
        assert_eq!(
            pair(&[score(0, Occasion::Interim, 200), score(300, Occasion::Interim, 200)], 0, 300),
            Err(NotPaired::NoZero)
        );
        assert_eq!(
            pair(&[score(5, Occasion::Zero, 200), score(5, Occasion::End, 300)], 0, 300),
            Err(NotPaired::SameDay)
        );
        assert_eq!(pair(&[score(5, Occasion::Zero, 200)], 0, 300), Err(NotPaired::NoEnd));
        assert_eq!(pair(&[], 0, 300), Err(NotPaired::NoZero));
    }

    #[test]
    fn the_submission_that_says_it_last_counts() {
        let old = Score { day: 0, occasion: Occasion::Zero, score: 100, rank: 1 };
        let new = Score { day: 0, occasion: Occasion::Zero, score: 300, rank: 0 };
        let end = score(100, Occasion::End, 400);
        for scores in [[old, new, end], [new, old, end], [end, old, new]] {
            assert_eq!(pair(&scores, 0, 100).unwrap().zero.score, 300);
        }
    }
}
