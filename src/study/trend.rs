//! What changed between two waves, with a variance that knows whether the same agencies answered twice.

use super::definition::{Definition, ItemKind};
use super::design::Sample;
use super::microdata::Microdata;
use crate::analyse::estimate::t_quantile;
use crate::model::LocalText;
use std::collections::BTreeMap;
use survey::{Design, Estimate, Variable, mean};

/// The change of one share.
#[derive(Debug, Clone)]
pub struct Change {
    /// The item.
    pub item: String,
    /// The answer.
    pub label: LocalText,
    /// Per cent of those who answered in the first wave.
    pub before: f64,
    /// Per cent of those who answered in the second.
    pub after: f64,
    /// Percentage points by which the share rose.
    pub change: f64,
    /// Where the true change may lie (95 %).
    pub interval: Option<(f64, f64)>,
}

/// The changes of all answers that both waves have.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// One a share.
    pub list: Vec<Change>,
    /// Agencies that answered in both waves.
    pub in_both: usize,
}

/// One wave of two.
pub type Side<'s> = (&'s Microdata, &'s Sample);

/// What changed from one wave to the next.
///
/// The two shares are estimated each by its own design. Where agencies answered in both, the covariance is taken off: the
/// correlation of what agencies add to the two shares, over those in both, times both standard errors (as Berger and Priam 2016
/// do for repeated surveys). Waves without a common agency are independent; one wave held against itself has no variance.
pub fn changes(definition: &Definition, before: Side<'_>, after: Side<'_>) -> Changes {
    let shared = Shared::new(before.0, after.0);
    let mut found = Changes { list: Vec::new(), in_both: shared.pairs.len() };
    for item in &definition.item {
        let (Some(first), Some(second)) = (before.0.answers.get(&item.id), after.0.answers.get(&item.id)) else {
            continue;
        };
        let answers = match definition.kind(item) {
            Some(ItemKind::One(scale)) => &scale.answers,
            Some(ItemKind::Several(parts)) => parts,
            None => continue,
        };
        for (place, answer) in answers.iter().enumerate() {
            let sides = [(before.1.own(), first), (after.1.own(), second)];
            let estimates = sides.map(|(design, answers)| estimate(design, &answers.gave(place), &answers.answered()));
            let [Some((one, of_one)), Some((other, of_other))] = estimates else { continue };
            if one.value + other.value <= 0.0 {
                continue;
            }
            let errors = one.standard_error() * other.standard_error();
            let variance = one.variance + other.variance - 2.0 * shared.correlation(&of_one, &of_other) * errors;
            let reach = (variance >= 0.0)
                .then(|| {
                    let degrees = one.degrees_of_freedom.min(other.degrees_of_freedom);
                    Some(t_quantile(degrees)? * variance.sqrt())
                })
                .flatten();
            let change = other.value - one.value;
            found.list.push(Change {
                item: item.id.clone(),
                label: answer.label.clone(),
                before: 100.0 * one.value,
                after: 100.0 * other.value,
                change: 100.0 * change,
                interval: reach.map(|reach| (100.0 * (change - reach), 100.0 * (change + reach))),
            });
        }
    }
    found
}

/// The share of an answer, and what each respondent adds to it: weight times the distance from the share, over all weights.
fn estimate(design: &Design, gave: &[bool], answered: &[bool]) -> Option<(Estimate, Vec<f64>)> {
    let values: Vec<f64> = gave.iter().map(|gave| f64::from(u8::from(*gave))).collect();
    let found = mean(design, &[Variable::new("share", &values)], Some(answered)).ok()?;
    let estimate = found.list().first()?.clone();
    let weights = || design.weights().iter().zip(answered).filter(|(_, answered)| **answered).map(|(weight, _)| weight);
    let all: f64 = weights().sum();
    let one = |((weight, value), answered): ((&f64, &f64), &bool)| {
        if *answered { weight * (value - estimate.value) / all } else { 0.0 }
    };
    let influences = design.weights().iter().zip(&values).zip(answered).map(one).collect();
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

    /// The correlation of what agencies add to two shares: the products over those in both waves, against the squares over all
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
