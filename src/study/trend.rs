//! What changed between two waves, with a variance that knows whether the same agencies answered twice.

use super::definition::Definition;
use super::design::Sample;
use super::estimate::degrees;
use super::microdata::{Answers, Microdata};
use crate::analyse::estimate::t_quantile;
use crate::model::LocalText;
use std::collections::BTreeMap;
use survey::{Design, Estimate, Variable, mean};

/// The change of one figure.
#[derive(Debug, Clone)]
pub struct Change {
    /// The item.
    pub item: String,
    /// The answer whose share it is; none for the mean degree of the item.
    pub answer: Option<LocalText>,
    /// In the first wave: per cent of those who answered, or the mean.
    pub before: f64,
    /// In the second.
    pub after: f64,
    /// By how much it rose: percentage points, or degrees.
    pub change: f64,
    /// Where the true change may lie (95 %).
    pub interval: Option<(f64, f64)>,
}

/// The changes of all figures that both waves have.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Of shares.
    pub shares: Vec<Change>,
    /// Of the mean degrees of items all of whose answers have one.
    pub means: Vec<Change>,
    /// Items of which a wave does not tell all answers apart.
    pub not_compared: Vec<String>,
    /// Agencies that answered in both waves.
    pub in_both: usize,
}

/// One wave of two.
pub type Side<'s> = (&'s Microdata, &'s Sample);

/// What changed from one wave to the next: items of degrees by their means, all others by the shares of their answers.
///
/// The two figures are estimated each by its own design. Where agencies answered in both, the covariance is taken off: the
/// correlation of what agencies add to the two figures, over those in both, times both standard errors (as Berger and Priam 2016
/// do for repeated surveys). Waves without a common agency are independent; one wave held against itself has no variance.
pub fn changes(definition: &Definition, before: Side<'_>, after: Side<'_>) -> Changes {
    let shared = Shared::new(before.0, after.0);
    let mut found = Changes { in_both: shared.pairs.len(), ..Changes::default() };
    for item in &definition.item {
        let (Some(first), Some(second)) = (before.0.answers.get(&item.id), after.0.answers.get(&item.id)) else {
            continue;
        };
        let of = definition.answers(item);
        let given = |place: usize| [first, second].iter().any(|answers| answers.gave(place).contains(&true));
        if of.iter().enumerate().any(|(place, answer)| answer.is_unknown && given(place)) {
            found.not_compared.push(item.id.clone());
            continue;
        }
        let change = |answer: Option<LocalText>, values: [Vec<f64>; 2], unit: f64| {
            let designs = [before.1.own(), after.1.own()];
            shared.change((item.id.clone(), answer), designs, &values, unit)
        };
        let is_of_degrees = of.len() > 2 && of.iter().all(|answer| answer.value.is_some());
        if is_of_degrees {
            let values = [first, second].map(|answers| degrees(answers, definition, item).unwrap_or_default());
            found.means.extend(change(None, values, 1.0));
            continue;
        }
        // Of two answers one says what the other does.
        let shown = if of.len() == 2 && item.parts.is_empty() { 1 } else { of.len() };
        for (place, answer) in of.iter().enumerate().take(shown).filter(|(place, _)| given(*place)) {
            let values = [first, second].map(|answers| gave(answers, place));
            found.shares.extend(change(Some(answer.label.clone()), values, 100.0));
        }
    }
    found
}

/// 1 for who gave an answer, 0 for who gave another; not a number for who gave none.
fn gave(answers: &Answers, place: usize) -> Vec<f64> {
    let value = |(gave, answered): (bool, bool)| if answered { f64::from(u8::from(gave)) } else { f64::NAN };
    answers.gave(place).into_iter().zip(answers.answered()).map(value).collect()
}

/// The mean of values, and what each respondent adds to it: weight times the distance from the mean, over all weights.
fn estimate(design: &Design, values: &[f64]) -> Option<(Estimate, Vec<f64>)> {
    let found = mean(design, &[Variable::new("value", values)], None).ok()?;
    let estimate = found.list().first()?.clone();
    let known = || design.weights().iter().zip(values).filter(|(_, value)| !value.is_nan());
    let all: f64 = known().map(|(weight, _)| weight).sum();
    let one =
        |(weight, value): (&f64, &f64)| if value.is_nan() { 0.0 } else { weight * (value - estimate.value) / all };
    let influences = design.weights().iter().zip(values).map(one).collect();
    Some((estimate, influences))
}

/// Agencies that answered in both waves.
struct Shared {
    /// The agency's number in each wave.
    pairs: Vec<(usize, usize)>,
    codes: [Vec<u32>; 2],
    /// Agencies of each wave.
    counts: [usize; 2],
}

impl Shared {
    fn new(before: &Microdata, after: &Microdata) -> Self {
        let (Some(first), Some(second)) = (&before.agencies, &after.agencies) else {
            return Shared { pairs: Vec::new(), codes: Default::default(), counts: [0, 0] };
        };
        let known: BTreeMap<&str, usize> =
            second.words.iter().enumerate().map(|(place, word)| (word.as_str(), place)).collect();
        let pairs =
            first.words.iter().enumerate().filter_map(|(place, word)| Some((place, *known.get(word.as_str())?)));
        Shared {
            pairs: pairs.collect(),
            codes: [first.codes.clone(), second.codes.clone()],
            counts: [first.words.len(), second.words.len()],
        }
    }

    /// The change of a mean; nothing where one of the waves has none. `unit` is 100 for shares.
    fn change(
        &self,
        (item, answer): (String, Option<LocalText>),
        designs: [&Design; 2],
        values: &[Vec<f64>; 2],
        unit: f64,
    ) -> Option<Change> {
        let (one, of_one) = estimate(designs[0], &values[0])?;
        let (other, of_other) = estimate(designs[1], &values[1])?;
        let errors = one.standard_error() * other.standard_error();
        let variance = one.variance + other.variance - 2.0 * self.correlation(&of_one, &of_other) * errors;
        let degrees = one.degrees_of_freedom.min(other.degrees_of_freedom);
        let change = other.value - one.value;
        let reach = t_quantile(degrees).map(|quantile| quantile * variance.max(0.0).sqrt());
        Some(Change {
            item,
            answer,
            before: unit * one.value,
            after: unit * other.value,
            change: unit * change,
            interval: reach.map(|reach| (unit * (change - reach), unit * (change + reach))),
        })
    }

    /// The correlation of what agencies add to two figures: the products over those in both waves, against the squares over all
    /// of each.
    fn correlation(&self, first: &[f64], second: &[f64]) -> f64 {
        if self.pairs.is_empty() {
            return 0.0;
        }
        let [first, second] = [(0, first), (1, second)].map(|(wave, influences)| {
            let mut sums = vec![0.0; self.counts[wave]];
            for (code, influence) in self.codes[wave].iter().zip(influences) {
                if let Some(sum) = sums.get_mut(*code as usize) {
                    *sum += influence;
                }
            }
            sums
        });
        let squares = |sums: &[f64]| sums.iter().map(|sum| sum * sum).sum::<f64>();
        let scale = (squares(&first) * squares(&second)).sqrt();
        let products: f64 = self.pairs.iter().map(|(one, other)| first[*one] * second[*other]).sum();
        if scale > 0.0 { products / scale } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::definition::load;
    use crate::study::settings::{DesignSettings, Wave};
    use std::fmt::Write as _;
    use std::path::Path;

    /// Sixty people of thirty agencies; their answers turn on a number.
    fn wave(agency: &str, turn: usize) -> (Microdata, Sample) {
        let mut text = "id,cpas,extension,formality_1\n".to_owned();
        for person in 0..60_usize {
            let answer = if (person * 7 + turn) % 5 < 2 { "Y" } else { "N" };
            let degree = (person * 11 + turn) % 6 + 1;
            let _ = writeln!(text, "p{person},{agency}{},{answer},A{degree}", person / 2);
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), text).unwrap();
        let wave = Wave {
            id: "w".to_owned(),
            period: "2015".parse().unwrap(),
            microdata: "a.csv".into(),
            figures: None,
            columns: BTreeMap::new(),
            design: DesignSettings::default(),
            note: None,
        };
        let (definition, _) = load(None, "piis-2015").unwrap();
        let microdata = crate::study::read(folder.path(), &definition, &wave).unwrap();
        let sample = Sample::new(Path::new("."), &definition, &wave, &microdata).unwrap();
        (microdata, sample)
    }

    fn between(one: &(Microdata, Sample), other: &(Microdata, Sample)) -> Changes {
        let (definition, _) = load(None, "piis-2015").unwrap();
        changes(&definition, (&one.0, &one.1), (&other.0, &other.1))
    }

    fn width(change: &Change) -> f64 {
        let (low, high) = change.interval.unwrap();
        high - low
    }

    #[test]
    fn a_wave_against_itself_has_no_change_and_no_variance() {
        let one = wave("a", 0);
        let found = between(&one, &one);
        assert_eq!((found.in_both, found.shares.len(), found.means.len()), (30, 1, 1));
        for change in found.shares.iter().chain(&found.means) {
            // A root of what rounding leaves of a difference of two equal variances.
            assert!(change.change.abs() < 1e-12 && width(change) < 1e-5, "{change:?}");
        }
    }

    #[test]
    fn waves_of_other_agencies_are_independent_and_variances_add_up() {
        let (one, other) = (wave("a", 0), wave("b", 3));
        let found = between(&one, &other);
        assert_eq!(found.in_both, 0);
        let variance = |side: &(Microdata, Sample)| {
            let values = gave(&side.0.answers["extension"], 0);
            estimate(side.1.own(), &values).unwrap().0.variance
        };
        let expected = 2.0 * 100.0 * t_quantile(29.0).unwrap() * (variance(&one) + variance(&other)).sqrt();
        assert!((width(&found.shares[0]) - expected).abs() < 1e-9);
        // The same answers by the same agencies: what they have in common is taken off.
        let paired = between(&one, &wave("a", 3));
        assert_eq!(paired.in_both, 30);
        assert!((paired.shares[0].change - found.shares[0].change).abs() < 1e-12);
        assert!((width(&paired.shares[0]) - width(&found.shares[0])).abs() > 1e-6);
    }
}
