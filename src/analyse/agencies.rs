//! How agencies differ, and what those that handed nothing in may hide: quartiles and outliers of their figures, the limits
//! that chance alone keeps a share in, and estimates for all of them from those that handed in.

use super::estimate::{self, Estimate};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::collections::BTreeSet;

/// An agency that was expected to hand in for a period, or did.
#[derive(Debug, Clone)]
pub struct Return {
    /// Its code.
    pub cpas: String,
    /// Code of its province.
    pub province: String,
    /// Code of its region.
    pub region: String,
    /// Its size class.
    pub size_class: String,
    /// The tables it handed in for the period; none where it handed in nothing.
    pub tables: BTreeSet<String>,
    /// Whether it handed in figures in the place of rows.
    pub is_figures_only: bool,
    /// Whether every table expected of it is there.
    pub is_complete: bool,
    /// Whether it came by the last day; `None` where there is none or nothing came.
    pub is_on_time: Option<bool>,
}

impl Return {
    /// The code of its area of a level; `None` for a level that it has none of.
    pub fn area(&self, level: &str) -> Option<&str> {
        match level {
            "province" => Some(&self.province),
            "region" => Some(&self.region),
            "size_class" => Some(&self.size_class),
            _ => None,
        }
    }
}

/// How values spread.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spread {
    /// Lowest, first quartile, median, third quartile, highest.
    pub marks: [f64; 5],
    /// Places of the values that lie far from the others.
    pub outliers: Vec<usize>,
}

/// A value further from the median than so many times the median distance (brought to the scale of a standard deviation) is
/// an outlier (Iglewicz and Hoaglin 1993).
const FAR: f64 = 3.5;
/// Makes the median distance of normal values their standard deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

/// Quartiles by linear interpolation (type 7 of Hyndman and Fan 1996, as R and spreadsheets do), and outliers by the distance
/// from the median. `None` without values.
pub(super) fn spread(values: &[f64]) -> Option<Spread> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let marks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| quantile(&sorted, share));
    let marks = [marks[0]?, marks[1]?, marks[2]?, marks[3]?, marks[4]?];
    let median = marks[2];
    let mut distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    distances.sort_by(f64::total_cmp);
    let scale = NORMAL * quantile(&distances, 0.5)?;
    // Where more than half are alike, no distance tells what is far.
    let is_far = |value: &f64| scale > 0.0 && (value - median).abs() > FAR * scale;
    let outliers = values.iter().enumerate().filter(|(_, value)| is_far(value)).map(|(place, _)| place).collect();
    Some(Spread { marks, outliers })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place among values, of which there are far fewer than 2^52"
)]
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

/// The limits of a funnel plot: the least and the greatest share (0 to 100) of so many cases that chance explains where the
/// true share is `expected`: outer low, inner low, inner high, outer high. A share beyond the inner limits, or one further from
/// the expected, has a probability of less than 2.5 % on its side, beyond the outer ones of less than 0.1 %: the binomial
/// distribution itself, without its approximation (Spiegelhalter 2005 draws such limits between its steps).
pub(super) fn limits(expected: f64, cases: u64) -> Option<[f64; 4]> {
    let distribution = Binomial::new((expected / 100.0).clamp(0.0, 1.0), cases).ok().filter(|_| cases > 0)?;
    #[expect(clippy::cast_precision_loss, reason = "cases are far below 2^53")]
    let share = |number: u64| 100.0 * number as f64 / cases as f64;
    let low = |probability: f64| share(least(cases, |number| distribution.cdf(number) >= probability));
    // P(X > number) below the probability: one more is beyond the limit.
    let high = |probability: f64| share(least(cases, |number| distribution.sf(number) < probability));
    Some([low(0.001), low(0.025), high(0.025), high(0.001)])
}

/// The least number up to `most` for which something holds that holds for all above it too.
fn least(most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = u64::midpoint(low, high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Agencies that stand for each other: those of a region and a size class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stratum {
    /// Region; none where regions had to be put together.
    pub region: Option<String>,
    /// Size classes.
    pub size_classes: BTreeSet<String>,
    /// Agencies expected.
    pub expected: usize,
    /// Those that handed in.
    pub handed_in: Vec<String>,
}

/// With fewer, nothing can be said of how agencies of a stratum differ.
const LEAST: usize = 2;
/// The size classes in their order.
const SIZES: [&str; 4] = ["small", "medium", "large", "unknown"];

/// The strata of the agencies, of which those that handed in all these tables answer for the others. A stratum in which fewer
/// than two did is put together with its neighbour: the next larger class of the region, at the end the next smaller, and a
/// region without two with all that is left of the country.
pub(super) fn strata(returns: &[Return], tables: &[String]) -> Vec<Stratum> {
    let answers = |one: &Return| !one.tables.is_empty() && tables.iter().all(|table| one.tables.contains(table));
    let regions: BTreeSet<&str> = returns.iter().map(|one| one.region.as_str()).collect();
    let (mut found, mut lone): (Vec<Stratum>, Vec<Stratum>) = (Vec::new(), Vec::new());
    for region in regions {
        let mut of_region: Vec<Stratum> = Vec::new();
        for size in SIZES {
            let own = || returns.iter().filter(|one| one.region == region && one.size_class == size);
            let stratum = Stratum {
                region: Some(region.to_owned()),
                size_classes: BTreeSet::from([size.to_owned()]),
                expected: own().count(),
                handed_in: own().filter(|one| answers(one)).map(|one| one.cpas.clone()).collect(),
            };
            if stratum.expected > 0 {
                of_region.push(stratum);
            }
        }
        while let Some(place) =
            of_region.iter().position(|one| one.handed_in.len() < LEAST).filter(|_| of_region.len() > 1)
        {
            let small = of_region.remove(place);
            let next = place.min(of_region.len() - 1);
            join(&mut of_region[next], small);
        }
        let (enough, few): (Vec<Stratum>, Vec<Stratum>) =
            of_region.into_iter().partition(|one| one.handed_in.len() >= LEAST);
        found.extend(enough);
        lone.extend(few);
    }
    let mut rest: Option<Stratum> = None;
    for one in lone {
        match &mut rest {
            None => rest = Some(one),
            Some(rest) => {
                rest.region = None;
                join(rest, one);
            }
        }
    }
    match rest {
        Some(rest) if rest.handed_in.len() < LEAST && !found.is_empty() => {
            // The largest of the others answers for them too.
            if let Some(largest) = found.iter_mut().max_by_key(|one| one.expected) {
                largest.region = None;
                join(largest, rest);
            }
        }
        rest => found.extend(rest),
    }
    found
}

fn join(into: &mut Stratum, other: Stratum) {
    into.size_classes.extend(other.size_classes);
    into.expected += other.expected;
    into.handed_in.extend(other.handed_in);
}

impl Stratum {
    /// How many agencies each that handed in stands for.
    #[expect(clippy::cast_precision_loss, reason = "there are 565 agencies")]
    pub(super) fn weight(&self) -> f64 {
        self.expected as f64 / self.handed_in.len() as f64
    }
}

/// What an agency gives to an estimate: the number, and for a ratio what it is divided by.
pub(super) type Given = (f64, f64);

/// The total, or times `scale` the ratio of two totals, of all agencies from those that handed in, each standing for as many
/// as its stratum's weight says. The interval is that of a stratified sample without replacement, by linearisation, with
/// Student's t of as many degrees of freedom as agencies less strata: handing in is taken for chance within a stratum.
#[expect(clippy::cast_precision_loss, reason = "there are 565 agencies")]
pub(super) fn weighted(strata: &[Stratum], ratio_scale: Option<f64>, given: &dyn Fn(&str) -> Given) -> Estimate {
    let given: Vec<(&Stratum, Vec<Given>)> =
        strata.iter().map(|one| (one, one.handed_in.iter().map(|cpas| given(cpas)).collect())).collect();
    if given.is_empty() || given.iter().any(|(_, of)| of.is_empty()) {
        return Estimate::default();
    }
    let total = |of: fn(&Given) -> f64| -> f64 {
        given.iter().map(|(stratum, all)| stratum.weight() * all.iter().map(of).sum::<f64>()).sum()
    };
    let (part, whole) = (total(|one| one.0), total(|one| one.1));
    if ratio_scale.is_some() && whole <= 0.0 {
        return Estimate::default();
    }
    let value = ratio_scale.map_or(part, |scale| scale * part / whole);
    let influence = |(a, b): &Given| ratio_scale.map_or(*a, |scale| (scale * a - value * b) / whole);
    let mut variance = 0.0;
    for (stratum, all) in &given {
        let (expected, n) = (stratum.expected as f64, all.len() as f64);
        if stratum.expected == all.len() {
            continue;
        }
        let influences: Vec<f64> = all.iter().map(influence).collect();
        let mean = influences.iter().sum::<f64>() / n;
        let squares = influences.iter().map(|one| (one - mean).powi(2)).sum::<f64>();
        if n < 2.0 {
            return Estimate { value: Some(value), interval: None };
        }
        variance += expected.powi(2) * (1.0 - n / expected) / n * squares / (n - 1.0);
    }
    let freedom = given.iter().map(|(_, all)| all.len()).sum::<usize>().saturating_sub(given.len());
    let reach = estimate::t_quantile(freedom as f64).map(|t| t * variance.sqrt());
    // Of a total what was counted is there, whatever the others have.
    let counted = given.iter().flat_map(|(_, all)| all).map(|one| one.0).sum::<f64>();
    let low = |reach: f64| if ratio_scale.is_none() { (value - reach).max(counted) } else { value - reach };
    Estimate { value: Some(value), interval: reach.map(|reach| (low(reach), value + reach)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: quantile(c(2, 4, 4, 5, 7, 9, 100)) gives 2, 4, 5, 8, 100.
    #[test]
    fn quartiles_are_those_of_r_and_only_what_is_far_is_an_outlier() {
        let found = spread(&[100.0, 4.0, 2.0, 5.0, 9.0, 4.0, 7.0]).unwrap();
        assert_eq!(found.marks, [2.0, 4.0, 5.0, 8.0, 100.0]);
        assert_eq!(found.outliers, [0]);
        assert_eq!(spread(&[3.0, 3.0, 3.0, 8.0]).unwrap().outliers, Vec::<usize>::new());
        assert_eq!(spread(&[]), None);
    }

    /// Ten cases at 50 %: P(X <= 1) = 11/1024 and P(X <= 2) = 56/1024, so two are not too few by 2.5 %; P(X <= 0) = 1/1024 is
    /// below 0.1 %, so none is too few by it. Five of five at 90 % has a probability of 59 %: nothing is beyond it.
    #[test]
    fn limits_are_those_of_the_binomial_distribution() {
        assert_eq!(limits(50.0, 10), Some([10.0, 20.0, 80.0, 90.0]));
        assert_eq!(limits(90.0, 5).map(|all| all[3]), Some(100.0));
        assert_eq!(limits(0.0, 5), Some([0.0; 4]));
        // More cases, narrower limits, towards those of the normal distribution.
        let [_, low, high, _] = limits(30.0, 10_000).unwrap();
        let reach = 100.0 * 1.959_964 * (0.3 * 0.7 / 10_000.0_f64).sqrt();
        assert!((low - (30.0 - reach)).abs() < 0.02 && (high - (30.0 + reach)).abs() < 0.02, "{low} {high}");
        assert_eq!(limits(30.0, 0), None);
    }

    fn agency(cpas: &str, region: &str, size: &str, hands_in: bool) -> Return {
        let tables = if hands_in { BTreeSet::from(["piis".to_owned()]) } else { BTreeSet::new() };
        Return {
            cpas: cpas.to_owned(),
            province: String::new(),
            region: region.to_owned(),
            size_class: size.to_owned(),
            is_figures_only: false,
            is_complete: hands_in,
            tables,
            is_on_time: None,
        }
    }

    /// Cochran, Sampling Techniques, (5.13): two strata of 4 and 3, of which 2 and 3 handed in.
    #[test]
    fn a_weighted_total_is_that_of_a_stratified_sample() {
        let returns = [
            agency("a", "02000", "small", true),
            agency("b", "02000", "small", true),
            agency("c", "02000", "small", false),
            agency("d", "02000", "small", false),
            agency("e", "03000", "large", true),
            agency("f", "03000", "large", true),
            agency("g", "03000", "large", true),
        ];
        let strata = strata(&returns, &["piis".to_owned()]);
        assert_eq!(strata.iter().map(Stratum::weight).collect::<Vec<_>>(), [2.0, 1.0]);
        let given = |cpas: &str| match cpas {
            "a" => (10.0, 20.0),
            "b" => (14.0, 20.0),
            _ => (5.0, 10.0),
        };
        let total = weighted(&strata, None, &given);
        assert_eq!(total.value, Some(2.0 * 24.0 + 15.0));
        // 16 * (1 - 1/2) / 2 * 8 = 32; t of 3 degrees of freedom 3.182446305; and 39 were counted.
        let (low, high) = total.interval.unwrap();
        let half = 3.182_446_305 * 32.0_f64.sqrt();
        assert!((high - 63.0 - half).abs() < 1e-6 && (63.0 - low - half).abs() < 1e-6, "{low} {high}");
        let share = weighted(&strata, Some(100.0), &given);
        assert_eq!(share.value, Some(100.0 * 63.0 / 110.0));
        // Everybody handed in: the figure is the count, and certain.
        let all: Vec<Return> =
            returns.iter().map(|one| agency(&one.cpas, &one.region, &one.size_class, true)).collect();
        let sure = weighted(&super::strata(&all, &[]), None, &given);
        assert_eq!(sure.interval, sure.value.map(|value| (value, value)));
    }

    #[test]
    fn a_stratum_in_which_too_few_handed_in_joins_its_neighbour() {
        let returns = [
            agency("a", "02000", "small", true),
            agency("b", "02000", "medium", true),
            agency("c", "02000", "medium", true),
            agency("d", "02000", "large", false),
            agency("e", "04000", "large", true),
            agency("f", "04000", "large", false),
        ];
        let found = strata(&returns, &["piis".to_owned()]);
        let shape: Vec<(usize, usize, usize)> =
            found.iter().map(|one| (one.size_classes.len(), one.expected, one.handed_in.len())).collect();
        // All of Flanders is one, and Brussels, with one, is answered for by it.
        assert_eq!(shape, [(3, 6, 4)]);
        assert_eq!(found[0].region, None);
        assert_eq!(strata(&returns, &["tasks".to_owned()])[0].handed_in, Vec::<String>::new());
    }
}
