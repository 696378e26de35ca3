//! Figures whose counts are shown inexactly, and everything derived from what is shown of them.

use super::cells::numbers;
use super::{base, is_personal, public};
use crate::analyse::estimate::{self, Estimate};
use crate::analyse::observation::{Observation, Status, ratio};
use crate::catalogue::{Catalogue, Indicator, Kind};
use ::disclosure::round_to_base;

/// A share or a mean is shown from so many times the base: below that its rounding would say more than the people do.
const ENOUGH: i64 = 4;

/// The numbers as they are shown.
pub(super) struct Seen<'s> {
    /// Of each cell.
    pub(super) values: &'s [i64],
    /// The base, or the least count.
    pub(super) coarseness: i64,
    pub(super) is_for_sums: bool,
    pub(super) catalogue: &'s Catalogue,
}

impl Seen<'_> {
    /// A number of a figure whose cells have these places, by the end of its name.
    fn number(&self, one: &Observation, places: &[usize], end: &str) -> Option<i64> {
        let of = numbers(one, self.catalogue).into_iter().zip(places);
        let (_, place) = of.into_iter().find(|((name, _), _)| name.ends_with(&format!("|{end}")))?;
        self.values.get(*place).copied()
    }

    /// How many improved, are unchanged, and so on: the part that a figure of a change is about.
    pub(super) fn part(&self, one: &Observation, places: &[usize]) -> Option<i64> {
        self.number(one, places, "part")
    }
}

/// The figure as it is shown. What is about no person stays as it is.
pub(super) fn blurred(one: &Observation, places: &[usize], seen: &Seen<'_>) -> Observation {
    let Some((indicator, part)) = base(&one.indicator, seen.catalogue) else { return public(one, true, false) };
    if !is_personal(indicator) || indicator.kind == Kind::Amount || one.status == Status::Suppressed {
        return one.clone();
    }
    let number = |end: &str| seen.number(one, places, end);
    let persons = number("persons");
    let shown = |numerator: Option<f64>, denominator: Option<f64>, estimate: Estimate| {
        // An interval of counts follows from them; a provisional figure stays one.
        let status = if estimate.value.is_none() { Status::NotComputable } else { one.status };
        Observation { persons, numerator, denominator, estimate, status, ..one.clone() }
    };
    let (Some(numerator), Some(denominator)) = (one.numerator, one.denominator) else {
        let value = match indicator.kind {
            Kind::Count => number("value").map(float),
            _ => one.estimate.value,
        };
        return Observation { persons, estimate: Estimate { value, interval: None }, ..one.clone() };
    };
    let coarse = |number: f64| float(round_to_base(whole(number), seen.coarseness));
    let is_share_of_change = ["improved", "unchanged", "worsened", "ceiling", "floor"].contains(&part);
    let counted = number("whole").or_else(|| number("n")).map(float);
    if is_counted(indicator) || is_share_of_change {
        let (Some(part), Some(whole)) = (number("part").map(float), counted) else { return public(one, true, false) };
        if !seen.is_for_sums && is_few(whole, seen.coarseness, ENOUGH) {
            return public(one, true, false);
        }
        // Noise may lift a part above its whole.
        let part = part.min(whole);
        let estimate = if is_share_of_change { estimate::share(part, whole) } else { ratio(indicator, part, whole) };
        return shown(Some(part), Some(whole), estimate);
    }
    // In a sum of many the rounding of few evens out; what so few have in common would still be told.
    let least = if seen.is_for_sums { 2 } else { ENOUGH };
    if persons.is_none_or(|persons| persons < least * seen.coarseness) || part == "response" || denominator <= 0.0 {
        return public(one, denominator > 0.0, false);
    }
    let is_of_hours = indicator.kind == Kind::Ratio && indicator.unit == "percent";
    let Some(counted) = (if is_of_hours { Some(coarse(denominator)) } else { counted }) else {
        return public(one, true, false);
    };
    let (part, whole) = match indicator.kind {
        // Hours are rounded as they are; euros are nobody's.
        Kind::Ratio if is_of_hours => (coarse(numerator), counted),
        Kind::Ratio => (numerator, counted),
        // The sum that as many as are shown would have.
        _ => ((numerator / denominator * counted).round(), counted),
    };
    let estimate = match indicator.kind {
        Kind::Ratio => ratio(indicator, part, whole),
        _ => estimate::quotient(part, whole),
    };
    shown(Some(part), Some(whole), Estimate { interval: None, ..estimate })
}

fn is_few(whole: f64, coarseness: i64, least: i64) -> bool {
    whole > 0.0 && whole < float(least * coarseness)
}

/// Whether an indicator is a share of people or of what is counted one by one.
fn is_counted(indicator: &Indicator) -> bool {
    indicator.kind == Kind::Ratio && indicator.unit == "percent" && indicator.counted != "hours"
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "hours of a country are far below 2^53")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
