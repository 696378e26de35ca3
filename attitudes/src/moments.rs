//! Means, variances and covariances of items, pair by pair, over the rows that answer both.

use crate::fault::Fault;
use crate::items::Items;
use crate::matrix::Matrix;
use rayon::prelude::*;

/// What is done with respondents who leave an item out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deletion {
    /// Only those who answer every item are used.
    #[default]
    Listwise,
    /// Every pair of items uses those who answer both; the matrix may come out as not positive definite.
    Pairwise,
}

/// Sums over the rows that answer two items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moments {
    pub(crate) rows: usize,
    pub(crate) mean: [f64; 2],
    /// Var x, var y, cov; with rows - 1 in the denominator, and weights scaled to sum to the rows.
    pub(crate) second: [f64; 3],
}

impl Moments {
    /// In two passes over `(x, y, weight)`: one pass over squares would lose digits.
    pub(crate) fn of(pairs: impl Iterator<Item = (f64, f64, f64)> + Clone) -> Self {
        let (mut rows, mut total, mut sum) = (0, 0.0, [0.0; 2]);
        for (x, y, weight) in pairs.clone() {
            rows += 1;
            total += weight;
            sum[0] += weight * x;
            sum[1] += weight * y;
        }
        let mean = sum.map(|one| one / total);
        let mut second = [0.0; 3];
        for (x, y, weight) in pairs {
            let (x, y) = (x - mean[0], y - mean[1]);
            second[0] += weight * x * x;
            second[1] += weight * y * y;
            second[2] += weight * x * y;
        }
        let count = rows as f64;
        Self { rows, mean, second: second.map(|one| one / total * count / (count - 1.0)) }
    }

    pub(crate) fn correlation(&self) -> f64 {
        let [x, y, both] = self.second;
        (both / (x.sqrt() * y.sqrt())).clamp(-1.0, 1.0)
    }
}

/// All pairs of items, an item with itself too, in the order of [`pairs`].
pub(crate) fn moments(items: &Items) -> Vec<Moments> {
    let one = |&(first, second): &(usize, usize)| Moments::of(answers(items, first, second));
    pairs(items.len(), true).par_iter().map(one).collect()
}

/// The rows that answer both: x, y, weight.
pub(crate) fn answers(
    items: &Items,
    first: usize,
    second: usize,
) -> impl Iterator<Item = (f64, f64, f64)> + Clone + '_ {
    let weight = |row: usize| items.weights().map_or(1.0, |weights| weights[row]);
    let row = move |row| (items.at(row, first), items.at(row, second), weight(row));
    (0..items.rows()).map(row).filter(|(x, y, _)| !x.is_nan() && !y.is_nan())
}

/// Pairs with first < second, or first <= second.
pub(crate) fn pairs(count: usize, with_itself: bool) -> Vec<(usize, usize)> {
    let from = |first: usize| if with_itself { first } else { first + 1 };
    (0..count).flat_map(|first| (from(first)..count).map(move |second| (first, second))).collect()
}

/// A symmetric matrix of what was found for every pair.
pub(crate) fn spread(count: usize, found: impl IntoIterator<Item = ((usize, usize), f64)>) -> Matrix {
    let mut matrix = Matrix::identity(count, count);
    for ((first, second), value) in found {
        matrix[(first, second)] = value;
        matrix[(second, first)] = value;
    }
    matrix
}

/// The rows to use: all, or only complete ones.
///
/// # Errors
/// Fewer rows than items, and an item with one answer only.
pub(crate) fn usable(items: &Items, deletion: Deletion) -> Result<Items, Fault> {
    let used = match deletion {
        Deletion::Listwise => items.complete(),
        Deletion::Pairwise => items.clone(),
    };
    let few = |rows| Err(Fault::TooFewRows { rows, items: used.len() });
    if used.rows() < used.len().max(2) {
        return few(used.rows());
    }
    for (item, name) in used.names().iter().enumerate() {
        let mut answers = (0..used.rows()).map(|row| used.at(row, item)).filter(|value| !value.is_nan());
        let first = answers.next();
        // An item that nobody answers has no answer at all: that is too few rows.
        let Some(first) = first else { return few(0) };
        let mut rows = 1;
        let differs = answers.by_ref().inspect(|_| rows += 1).any(|value| value != first);
        if !differs {
            return Err(Fault::OneAnswer { item: name.clone(), rows });
        }
    }
    Ok(used)
}

/// # Errors
/// A pair answered by fewer rows than there are items, or one of whose items has one answer only there.
pub(crate) fn check_pair(items: &Items, (first, second): (usize, usize), found: &Moments) -> Result<(), Fault> {
    if found.rows < items.len().max(2) {
        return Err(Fault::TooFewRows { rows: found.rows, items: items.len() });
    }
    let name = |item: usize| items.names()[item].clone();
    for (item, beside, variance) in [(first, second, found.second[0]), (second, first, found.second[1])] {
        if variance.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
            return Err(Fault::OneAnswerBeside { item: name(item), beside: name(beside), rows: found.rows });
        }
    }
    Ok(())
}
