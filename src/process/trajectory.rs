//! The scores of one parcours, instrument, domain and assessor by months since its start.

use super::pairing::{Score, zero};
use chrono::{Days, Months, NaiveDate};
use std::cmp::Reverse;

/// Months after the start in which an interview is due: one every quarter.
pub const DUE: [u8; 4] = [3, 6, 9, 12];
/// Days from the due day up to which a reading belongs to it: half a quarter. The sources are silent on it.
const WINDOW: i32 = 45;

/// A reading, and by what it is nearer to a day than another.
type Near = ((i32, i32, i32), Score);

/// The score of each month that has one; month 0 is the zero measure.
///
/// Every other reading, whatever its mark, belongs to the due day it is nearest to (of two as near the earlier), if it is
/// at most 45 days away. Of several readings of one due day the nearest counts, of two as near the earlier, of two of one
/// day the lower; of two submissions that give one reading two scores the one that says it last. `scores` may come in any
/// order.
pub fn trajectory(scores: &[Score], start: i32) -> Vec<(u8, Score)> {
    let zero = zero(scores, start);
    let mut found: Vec<(u8, Score)> = zero.map(|zero| (0, *zero)).into_iter().collect();
    let due: Vec<(u8, i32)> = DUE.into_iter().filter_map(|month| Some((month, due_day(start, month)?))).collect();
    let mut best: [Option<Near>; DUE.len()] = [None; DUE.len()];
    let is_same = |one: &Score, other: &Score| (one.day, one.occasion) == (other.day, other.occasion);
    for score in scores {
        // The zero measure has its month; of a reading that two submissions hold the one counts that says it last.
        let is_said_again = scores.iter().any(|other| is_same(score, other) && other.rank < score.rank);
        if is_said_again || zero.is_some_and(|zero| is_same(score, zero)) {
            continue;
        }
        let far = |day: i32| (score.day - day).abs();
        let Some((place, (_, day))) = due.iter().enumerate().min_by_key(|(place, (_, day))| (far(*day), *place)) else {
            continue;
        };
        if far(*day) > WINDOW {
            continue;
        }
        let order = (far(*day), score.day, score.score);
        if best[place].is_none_or(|(least, _)| order < least) {
            best[place] = Some((order, *score));
        }
    }
    let months = due.iter().zip(best).filter_map(|((month, _), best)| best.map(|(_, score)| (*month, score)));
    found.extend(months);
    found.sort_by_key(|(month, score)| (*month, Reverse(score.rank)));
    found
}

/// The same day so many months later; the month's last day where it has none.
fn due_day(start: i32, month: u8) -> Option<i32> {
    let epoch = NaiveDate::default();
    let first = match u64::try_from(start) {
        Ok(days) => epoch.checked_add_days(Days::new(days))?,
        Err(_) => epoch.checked_sub_days(Days::new(u64::from(start.unsigned_abs())))?,
    };
    let due = first.checked_add_months(Months::new(u32::from(month)))?;
    i32::try_from(due.signed_duration_since(epoch).num_days()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::pairing::Occasion;
    use super::*;

    fn day(text: &str) -> i32 {
        let day: NaiveDate = text.parse().unwrap();
        i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap()
    }

    fn score(on: &str, occasion: Occasion, score: i32) -> Score {
        Score { day: day(on), occasion, score, rank: 0 }
    }

    fn months(scores: &[Score], start: &str) -> Vec<(u8, i32)> {
        trajectory(scores, day(start)).into_iter().map(|(month, score)| (month, score.score)).collect()
    }

    #[test]
    fn a_reading_belongs_to_the_quarter_it_is_nearest_to() {
        let readings = [
            score("2016-02-01", Occasion::Zero, 100),
            score("2016-04-21", Occasion::Interim, 200),
            score("2016-05-11", Occasion::Interim, 500),
            score("2016-09-15", Occasion::Interim, 300),
            score("2017-02-01", Occasion::End, 400),
        ];
        assert_eq!(months(&readings, "2016-02-01"), [(0, 100), (3, 200), (6, 300), (12, 400)]);
    }

    #[test]
    fn what_is_too_far_from_every_due_day_has_no_month() {
        let zero = score("2016-02-01", Occasion::Zero, 100);
        let late = |on: &str| months(&[zero, score(on, Occasion::Interim, 200)], "2016-02-01");
        assert_eq!(late("2017-03-18"), [(0, 100), (12, 200)], "45 days after the last");
        assert_eq!(late("2017-03-19"), [(0, 100)]);
        assert_eq!(late("2016-02-01"), [(0, 100)], "as far from the first due day as a quarter");
    }

    /// The second way found the two orders apart on an invented lake.
    #[test]
    fn of_two_readings_of_one_day_the_lower_counts_whoever_says_it() {
        let zero = score("2016-02-01", Occasion::Zero, 100);
        let interim = Score { rank: 1, ..score("2016-05-01", Occasion::Interim, 200) };
        let end = score("2016-05-01", Occasion::End, 300);
        assert_eq!(months(&[zero, interim, end], "2016-02-01"), [(0, 100), (3, 200)]);
        let again = Score { rank: 0, score: 500, ..interim };
        assert_eq!(months(&[zero, interim, again], "2016-02-01"), [(0, 100), (3, 500)], "said last");
    }

    #[test]
    fn the_last_of_a_month_stays_it() {
        assert_eq!(due_day(day("2016-11-30"), 3), Some(day("2017-02-28")));
        assert_eq!(due_day(day("1969-11-30"), 3), Some(day("1970-02-28")));
    }
}
