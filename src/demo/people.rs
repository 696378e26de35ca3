//! Invented people. Their national numbers use the order numbers 000 and 999, which the national register never
//! gives out, so that nobody real is ever named; only when the days of birth run out (a whole country) the numbers
//! below 999 follow.

use super::random::Random;
use crate::model::Niss;
use chrono::{Datelike, NaiveDate};

/// An invented person.
#[derive(Clone)]
pub(super) struct Person {
    /// Eleven digits with right check digits.
    pub(super) niss: String,
    /// Running number, for the visibly invented name and the client number.
    pub(super) number: i64,
    /// Code of the list `sex`.
    pub(super) sex: &'static str,
    /// Year of birth.
    pub(super) birth_year: i32,
    /// Code of the list `ris_category`.
    pub(super) category: &'static str,
    /// Code of the list `aid`.
    pub(super) aid: &'static str,
    /// Follows full-time studies.
    pub(super) student: bool,
    /// Code of the list `nationality`.
    pub(super) nationality: &'static str,
}

/// Youngest and oldest age of each age group, and its share in a hundred: young adults weigh most among people on
/// social-integration income.
const AGE_GROUPS: [((i32, i32), i64); 6] =
    [((16, 17), 1), ((18, 25), 29), ((26, 35), 26), ((36, 50), 27), ((51, 65), 14), ((66, 77), 3)];

/// A step that meets every day of an age group once before it comes back: a prime longer than any group's days share.
const STEP: i64 = 7919;

/// Gives out people, never the same number twice.
pub(super) struct Registry {
    year: i32,
    given: [[i64; 2]; AGE_GROUPS.len()],
    count: i64,
}

impl Registry {
    /// A registry for the situation of a year.
    pub(super) fn new(year: i32) -> Self {
        Registry { year, given: [[0; 2]; AGE_GROUPS.len()], count: 0 }
    }

    /// The next person.
    pub(super) fn next(&mut self, random: &mut Random) -> Person {
        let group = random.weighted(&std::array::from_fn::<_, 6, _>(|group| (group, AGE_GROUPS[group].1))).unwrap_or(1);
        let sex = random.weighted(&[("F", 52), ("M", 47), ("X", 1)]).unwrap_or("F");
        self.of(group, sex, random)
    }

    /// The next person of a sex between two age groups (1 is 18-25, 2 is 26-35, 3 is 36-50, 4 is 51-65).
    pub(super) fn of(&mut self, group: usize, sex: &'static str, random: &mut Random) -> Person {
        let ((youngest, oldest), _) = AGE_GROUPS[group];
        let (first, last) = (day(self.year - oldest, 1, 1), day(self.year - youngest, 12, 31));
        let days = (last - first).num_days() + 1;
        let man = usize::from(sex == "M");
        let given = self.given[group][man];
        self.given[group][man] += 1;
        self.count += 1;
        let born = first + chrono::Days::new(((given + 1) * STEP % days).unsigned_abs());
        let round = given / days;
        let order = match (man, round) {
            (1, _) => 999 - 2 * round,
            (_, 0) => 0,
            _ => 1000 - 2 * round,
        };
        let nationality = random.weighted(&[("BE", 68), ("EU", 12), ("other", 20)]).unwrap_or("BE");
        let bis = if nationality == "other" && random.chance(60) { 40 } else { 0 };
        let aid = match nationality {
            "other" => random.weighted(&[("ris", 70), ("eris", 25), ("other", 5)]),
            _ => random.weighted(&[("ris", 93), ("eris", 1), ("other", 6)]),
        };
        let aid = if youngest >= 66 { "other" } else { aid.unwrap_or("ris") };
        Person {
            niss: niss(born, bis, order),
            number: self.count,
            sex,
            birth_year: born.year(),
            category: random.weighted(&[("1", 31), ("2", 44), ("3", 25)]).unwrap_or("2"),
            aid,
            student: oldest <= 25 && random.chance(380),
            nationality,
        }
    }
}

/// A day that exists; the calendar's first day stands in for one that does not (no caller asks for such a day).
pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn niss(born: NaiveDate, bis: u32, order: i64) -> String {
    let two = born.year().rem_euclid(100);
    let nine = format!("{two:02}{:02}{:02}{order:03}", born.month() + bis, born.day());
    let check = Niss::check_number(nine.parse().unwrap_or(0), born.year() >= 2000);
    format!("{nine}{check:02}")
}

/// The same number with its last digit wrong: the fault that a typing error makes.
pub(super) fn mistyped(niss: &str) -> String {
    let wrong = match niss.as_bytes().last() {
        Some(b'9') | None => "0".to_owned(),
        Some(digit) => char::from(digit + 1).to_string(),
    };
    format!("{}{wrong}", &niss[..niss.len().saturating_sub(1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_number_is_valid_and_given_once() {
        let (mut registry, mut random) = (Registry::new(2017), Random::new(1));
        let mut seen = BTreeSet::new();
        for _ in 0..120_000 {
            let person = registry.next(&mut random);
            let read = Niss::parse(&person.niss).map(|niss| niss.birth_year());
            assert_eq!(read.ok(), Some(person.birth_year));
            assert!(seen.insert(person.niss));
        }
    }

    #[test]
    fn a_mistyped_number_is_refused() {
        let (mut registry, mut random) = (Registry::new(2017), Random::new(1));
        for _ in 0..1_000 {
            assert!(Niss::parse(&mistyped(&registry.next(&mut random).niss)).is_err());
        }
    }
}
