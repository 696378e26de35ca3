//! Figures whose counts are rounded, and everything derived from what is shown of them.

use super::{base, is_personal, public};
use crate::analyse::estimate::{self, Estimate};
use crate::analyse::observation::{Observation, Status, ratio};
use crate::catalogue::{Catalogue, Indicator, Kind};
use ::disclosure::round_to_base;

/// A share or a mean is shown from so many times the base: below that its rounding would say more than the people do.
const ENOUGH: i64 = 4;

/// The figure as it is shown. What is about no person stays as it is.
pub(super) fn rounded(one: &Observation, (to, is_for_sums): (i64, bool), catalogue: &Catalogue) -> Observation {
    let Some((indicator, part)) = base(&one.indicator, catalogue) else { return public(one, true, false) };
    if !is_personal(indicator) || indicator.kind == Kind::Amount || one.status == Status::Suppressed {
        return one.clone();
    }
    let persons = one.persons.map(|persons| round_to_base(persons, to));
    let count = |number: f64| round(number, to);
    let shown = |numerator: Option<f64>, denominator: Option<f64>, estimate: Estimate| {
        // An interval of counts follows from them; a provisional figure stays one.
        let status = if estimate.value.is_none() { Status::NotComputable } else { one.status };
        Observation { persons, numerator, denominator, estimate, status, ..one.clone() }
    };
    let (Some(numerator), Some(denominator)) = (one.numerator, one.denominator) else {
        let value = match indicator.kind {
            Kind::Count => one.estimate.value.map(count),
            _ => one.estimate.value,
        };
        return Observation { persons, estimate: Estimate { value, interval: None }, ..one.clone() };
    };
    let is_share_of_change = ["improved", "unchanged", "worsened", "ceiling", "floor"].contains(&part);
    if is_counted(indicator) || is_share_of_change {
        let (part, whole) = (count(numerator), count(denominator));
        if !is_for_sums && is_few(whole, to, ENOUGH) {
            return public(one, true, false);
        }
        let estimate = if is_share_of_change { estimate::share(part, whole) } else { ratio(indicator, part, whole) };
        return shown(Some(part), Some(whole), estimate);
    }
    // In a sum of many the rounding of few evens out; what so few have in common would still be told.
    let least = if is_for_sums { 2 } else { ENOUGH };
    if persons.is_none_or(|persons| persons < least * to) || part == "response" || denominator <= 0.0 {
        return public(one, denominator > 0.0, false);
    }
    let (part, whole) = match (indicator.kind, indicator.unit.as_str()) {
        // Hours are rounded as they are; euros are nobody's.
        (Kind::Ratio, "percent") => (count(numerator), count(denominator)),
        (Kind::Ratio, _) => (numerator, count(denominator)),
        // The sum that as many as are shown would have.
        _ => ((numerator / denominator * count(denominator)).round(), count(denominator)),
    };
    let estimate = match indicator.kind {
        Kind::Ratio => ratio(indicator, part, whole),
        _ => estimate::quotient(part, whole),
    };
    shown(Some(part), Some(whole), Estimate { interval: None, ..estimate })
}

#[expect(clippy::cast_precision_loss, reason = "a few times a small base")]
fn is_few(whole: f64, to: i64, least: i64) -> bool {
    whole > 0.0 && whole < (least * to) as f64
}

/// Whether an indicator is a share of people or of what is counted one by one.
fn is_counted(indicator: &Indicator) -> bool {
    indicator.kind == Kind::Ratio && indicator.unit == "percent" && indicator.counted != "hours"
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn round(number: f64, to: i64) -> f64 {
    round_to_base(number.round() as i64, to) as f64
}
