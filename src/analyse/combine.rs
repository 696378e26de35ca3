//! Figures of areas from those of the agencies in them: what a country knows where agencies hand in figures and no rows.

use super::disclosure::{base, is_personal};
use super::estimate::{self, Estimate};
use super::observation::{Dimensions, Observation, Status, Texts, ratio};
use crate::catalogue::{Catalogue, Indicator, Kind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An area's figure: indicator with its part, period, area level, area, dimensions.
type Key = (Arc<str>, Arc<str>, Arc<str>, Arc<str>, Arc<Dimensions>);

/// A figure, the areas (level and code) that it is a part of, and by how much its counts may differ from the true ones, being
/// rounded.
pub type Part<'p> = (&'p Observation, &'p [(Arc<str>, Arc<str>)], f64);

/// The share of a figure that the rounding of its parts may make up, all in one direction: beyond that the sum tells too little
/// to be shown.
const MOST_ERROR: f64 = 0.05;

/// What is added up for a figure.
#[derive(Debug, Clone, Default)]
struct Sum {
    persons: Option<i64>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    /// Sum of the squares of the values; `None` as soon as one of those added does not tell.
    squares: Option<f64>,
    /// The estimate of the only part: what stands alone stays as it is.
    only: Option<Estimate>,
    /// By how much counts in it may differ from the true ones.
    error: f64,
    /// By how much more where it is shown.
    once_more: f64,
    unit: Arc<str>,
    is_provisional: bool,
    is_hidden: bool,
}

/// Whether figures of this kind of several agencies make one. An objective and an edition's number are the agency's own; who
/// handed in what is known where it arrives, and no agency can tell it of the others.
pub fn is_combined(one: &Observation, catalogue: &Catalogue) -> bool {
    const OF_SUBMISSIONS: [&str; 2] = ["tables", "centres"];
    base(&one.indicator, catalogue).is_some_and(|(indicator, _)| {
        let is_of_submissions = OF_SUBMISSIONS.contains(&indicator.counted.as_str());
        indicator.kind != Kind::Objective && !is_of_submissions && !one.dimensions.contains_key("edition")
    })
}

/// Adds figures up by area. Each comes with the areas (level and code) that it is a part of, which may be its own; none of them
/// may be in two figures of one area; what is not [`is_combined`] is left out. An agency without the figure adds nothing; where one of them hid its own, nobody knows
/// the sum, and it is hidden too. Sums, shares and means are those of all people together; an interval of a mean is there where
/// every part has one. People known to two agencies count in each. What rounding in the parts may have changed by more than
/// five per cent (of a share, five points) is hidden; `once_more` is what the rounding of the sum itself may add to that.
pub fn combine<'o>(parts: impl Iterator<Item = Part<'o>>, once_more: f64, catalogue: &Catalogue) -> Vec<Observation> {
    let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
    for (one, areas, error) in parts {
        if !is_combined(one, catalogue) {
            continue;
        }
        for (level, area) in areas {
            let key = (
                Arc::clone(&one.indicator),
                Arc::clone(&one.period),
                Arc::clone(level),
                Arc::clone(area),
                Arc::clone(&one.dimensions),
            );
            let is_new = !sums.contains_key(&key);
            let sum = sums.entry(key).or_insert_with(|| Sum { once_more, ..Sum::default() });
            sum.add(one, is_new);
            // An agency's own figure is what it handed in.
            sum.error += if &**level == "cpas" { 0.0 } else { error };
        }
    }
    // How means spread stands in the mean itself, and its other parts need it.
    let of_means: BTreeMap<Key, f64> = sums.iter().filter_map(|(key, sum)| Some((key.clone(), sum.squares?))).collect();
    let mut texts = Texts::default();
    let figure = |(key, sum): (Key, Sum)| {
        let (indicator, part) = base(&key.0, catalogue)?;
        let mut whole = key.clone();
        whole.0 = texts.text(&indicator.id);
        Some(sum.figure(key, (indicator, part), of_means.get(&whole).copied()))
    };
    sums.into_iter().filter_map(figure).collect()
}

impl Sum {
    fn add(&mut self, one: &Observation, is_first: bool) {
        fn plus<T: std::ops::Add<Output = T>>(sum: Option<T>, more: Option<T>) -> Option<T> {
            match (sum, more) {
                (Some(sum), Some(more)) => Some(sum + more),
                (sum, more) => sum.or(more),
            }
        }
        self.persons = plus(self.persons, one.persons);
        self.numerator = plus(self.numerator, one.numerator);
        self.denominator = plus(self.denominator, one.denominator);
        self.value = plus(self.value, one.estimate.value);
        self.only = is_first.then_some(one.estimate);
        let before = if is_first { Some(0.0) } else { self.squares };
        self.squares = before.zip(squares(one)).map(|(sum, more)| sum + more);
        self.unit = Arc::clone(&one.unit);
        self.is_provisional |= one.status == Status::Provisional;
        self.is_hidden |= one.status == Status::Suppressed;
    }

    fn figure(self, key: Key, (indicator, part): (&Indicator, &str), squares: Option<f64>) -> Observation {
        let (indicator_id, period, area_level, area, dimensions) = key;
        let hidden = Observation {
            indicator: indicator_id,
            period,
            area_level,
            area,
            dimensions,
            persons: None,
            numerator: None,
            denominator: None,
            estimate: Estimate::default(),
            unit: Arc::clone(&self.unit),
            status: Status::Suppressed,
        };
        if self.is_hidden || self.is_unsure(indicator) {
            return hidden;
        }
        let estimate = self.only.unwrap_or_else(|| self.estimate(indicator, part, squares));
        let status = match estimate.value {
            None => Status::NotComputable,
            Some(_) if self.is_provisional => Status::Provisional,
            Some(_) => Status::Free,
        };
        Observation {
            persons: self.persons,
            numerator: self.numerator,
            denominator: self.denominator,
            estimate,
            status,
            ..hidden
        }
    }

    /// Whether rounding in the parts may have changed the figure by too much.
    fn is_unsure(&self, indicator: &Indicator) -> bool {
        let of = self.denominator.or_else(|| self.value.filter(|_| indicator.kind == Kind::Count));
        let is_of_counts = is_personal(indicator) && indicator.kind != Kind::Amount;
        let share = self.numerator.zip(self.denominator).filter(|_| &*self.unit == "percent");
        let also = share.map_or(0.0, |(part, whole)| part / whole.max(1.0));
        let error = self.error + self.once_more;
        is_of_counts && self.error > 0.0 && of.is_some_and(|of| error * (1.0 + also) > MOST_ERROR * (of - error))
    }

    fn estimate(&self, indicator: &Indicator, part: &str, squares: Option<f64>) -> Estimate {
        let (Some(sum), Some(n)) = (self.numerator, self.denominator) else {
            return Estimate { value: self.value, interval: None };
        };
        let plain = estimate::quotient(sum, n);
        match (indicator.kind, part) {
            (Kind::Ratio, _) => ratio(indicator, sum, n),
            (Kind::Mean | Kind::Change, "") => squares.map_or(plain, |squares| estimate::mean(n, sum, squares)),
            (Kind::Change, "before" | "after") => plain,
            (Kind::Change, "response") => {
                let value = squares.and_then(|squares| estimate::response(n, sum, squares));
                Estimate { value, interval: None }
            }
            _ => estimate::share(sum, n),
        }
    }
}

/// The sum of the squares behind a mean, from its interval, which was made of it; `None` where it has none.
fn squares(one: &Observation) -> Option<f64> {
    let (sum, n) = (one.numerator?, one.denominator?);
    if n <= 1.0 {
        return Some(sum * sum);
    }
    let (low, high) = one.estimate.interval?;
    let deviation = (high - low) / 2.0 * n.sqrt() / estimate::t_quantile(n - 1.0)?;
    Some(deviation * deviation * (n - 1.0) + sum * sum / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numerator: f64, denominator: f64, estimate: Estimate, status: Status) -> Observation {
        Observation {
            indicator: "progress.change".into(),
            period: "2017".into(),
            area_level: "cpas".into(),
            area: "34022".into(),
            dimensions: Arc::default(),
            persons: Some(3),
            numerator: Some(numerator),
            denominator: Some(denominator),
            estimate,
            unit: "points".into(),
            status,
        }
    }

    fn country() -> Vec<(Arc<str>, Arc<str>)> {
        vec![("country".into(), "BE".into())]
    }

    fn catalogue() -> Catalogue {
        Catalogue::load(None).unwrap()
    }

    #[test]
    fn a_mean_of_two_agencies_is_that_of_all_their_people() {
        // 1, 2, 4 and 3, 3, 7, 9: together 29 of 7, sum of squares 169.
        let parts = [
            of(7.0, 3.0, estimate::mean(3.0, 7.0, 21.0), Status::Free),
            of(22.0, 4.0, estimate::mean(4.0, 22.0, 148.0), Status::Free),
        ];
        let areas = country();
        let found = combine(parts.iter().map(|one| (one, &areas[..], 0.0)), 0.0, &catalogue());
        let (whole, expected) = (&found[0], estimate::mean(7.0, 29.0, 169.0));
        assert_eq!((whole.persons, whole.numerator, whole.denominator), (Some(6), Some(29.0), Some(7.0)));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12 * b.abs().max(1.0);
        assert_eq!(whole.estimate.value, expected.value);
        let (found, expected) = (whole.estimate.interval.unwrap(), expected.interval.unwrap());
        assert!(near(found.0, expected.0) && near(found.1, expected.1), "{found:?} {expected:?}");
    }

    #[test]
    fn a_part_without_its_interval_leaves_the_sum_without_one() {
        let parts = [
            of(7.0, 3.0, estimate::mean(3.0, 7.0, 21.0), Status::Free),
            of(22.0, 4.0, Estimate { value: Some(5.5), interval: None }, Status::Provisional),
        ];
        let areas = country();
        let found = combine(parts.iter().map(|one| (one, &areas[..], 0.0)), 0.0, &catalogue());
        assert_eq!(found[0].estimate, Estimate { value: Some(29.0 / 7.0), interval: None });
        assert_eq!(found[0].status, Status::Provisional);
    }

    #[test]
    fn what_one_agency_hides_nobody_adds_up() {
        let hidden = Observation {
            persons: None,
            numerator: None,
            denominator: None,
            ..of(0.0, 0.0, Estimate::default(), Status::Suppressed)
        };
        let parts = [of(7.0, 3.0, estimate::mean(3.0, 7.0, 21.0), Status::Free), hidden];
        let areas = country();
        let found = combine(parts.iter().map(|one| (one, &areas[..], 0.0)), 0.0, &catalogue());
        assert_eq!(
            (found[0].status, found[0].persons, found[0].estimate),
            (Status::Suppressed, None, Estimate::default())
        );
    }
    #[test]
    fn what_rounding_may_have_changed_much_is_hidden() {
        let count = |value: f64| Observation {
            indicator: "piis.count".into(),
            unit: "contracts".into(),
            numerator: None,
            denominator: None,
            ..of(0.0, 0.0, Estimate { value: Some(value), interval: None }, Status::Free)
        };
        // Each may differ by two: of two hundred four are two per cent, of fifty eight.
        let areas = country();
        for (value, status) in [(100.0, Status::Free), (25.0, Status::Suppressed)] {
            let parts = [count(value), count(value)];
            let found = combine(parts.iter().map(|one| (one, &areas[..], 2.0)), 0.0, &catalogue());
            assert_eq!(found[0].status, status, "{value}");
        }
    }
}
