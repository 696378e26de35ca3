//! Correlation matrices of items: Pearson, Spearman and polychoric, with their rows and what is wrong with them.

pub(crate) mod normal;
pub(crate) mod polychoric;
mod smoothing;

use crate::fault::{Fault, Finding};
use crate::items::{Items, MISSING, Ordered};
use crate::matrix::{Eigen, Matrix, ZERO};
use crate::moments::{Deletion, Moments, answers, check_pair, pairs, spread, usable};
use polychoric::{Polychoric, check_fill, estimate, polychoric_of_table, thresholds};
use rayon::prelude::*;

/// Which margins cut the normal variables behind two items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Margins {
    /// Those of the pair's own table.
    #[default]
    Pair,
    /// Those of all answers to each item, the same in every pair.
    Item,
}

/// A correlation coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Coefficient {
    /// The product-moment correlation of the answers as numbers.
    Pearson,
    /// The same of ranks; equal answers share the middle of their ranks. With weights a rank is the mass below plus half the
    /// mass of the answer itself.
    Spearman,
    /// That of normal variables behind ordered answers.
    Polychoric {
        /// Which margins give the thresholds.
        margins: Margins,
        /// What empty cells of a pair's table are filled with, in respondents; with [`Margins::Item`] nothing may be filled.
        fill: Option<f64>,
    },
}

impl Coefficient {
    /// Polychoric with each pair's own margins, nothing filled.
    #[must_use]
    pub fn polychoric() -> Self {
        Self::Polychoric { margins: Margins::Pair, fill: None }
    }
}

/// A correlation matrix and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlations {
    /// The items, in the order of rows and columns.
    pub names: Vec<String>,
    /// Items times items; ones on the diagonal.
    pub matrix: Matrix,
    /// How it was computed; none where it was given.
    pub coefficient: Option<Coefficient>,
    /// Respondents behind every pair, items times items, and behind every item on the diagonal; empty where it was given.
    pub pair_rows: Vec<Vec<usize>>,
    /// Respondents behind the matrix, which tests and fit measures count with: the fewest of any pair. None where it was
    /// given without.
    pub rows: Option<usize>,
    /// Whether weights were honoured.
    pub weighted: bool,
    /// The smallest eigenvalue.
    pub smallest_eigenvalue: f64,
    /// What has to be known about it.
    pub findings: Vec<Finding>,
}

impl Correlations {
    /// Correlations of all pairs of items; weights are honoured. Pairs are computed beside each other, and the result does not
    /// depend on how many at a time.
    ///
    /// # Errors
    /// Fewer than two items, fewer rows than items (of a pair, with pairwise deletion), an item with one answer only, for
    /// polychoric ones an item with more than [`MOST_ANSWERS`](crate::MOST_ANSWERS) different answers.
    pub fn of(items: &Items, coefficient: Coefficient, deletion: Deletion) -> Result<Self, Fault> {
        if items.len() < 2 {
            return Err(Fault::TooFewItems { needed: 2, found: items.len() });
        }
        let used = usable(items, deletion)?;
        let all = pairs(used.len(), false);
        let mut findings = Vec::new();
        let found: Vec<(usize, f64)> = match coefficient {
            Coefficient::Pearson => {
                by_moments(&used, &all, |first, second| Moments::of(answers(&used, first, second)))?
            }
            Coefficient::Spearman => by_moments(&used, &all, |first, second| ranked(&used, first, second))?,
            Coefficient::Polychoric { margins, fill } => polychorics(&used, &all, (margins, fill), &mut findings)?,
        };
        let matrix = spread(used.len(), all.iter().zip(&found).map(|(pair, (_, value))| (*pair, *value)));
        let smallest_eigenvalue = Eigen::of(&matrix)?.smallest();
        if smallest_eigenvalue < ZERO {
            findings.push(Finding::NotPositiveDefinite { smallest: smallest_eigenvalue });
        }
        Ok(Self {
            names: used.names().to_vec(),
            matrix,
            coefficient: Some(coefficient),
            pair_rows: pair_rows(&used, &all, &found),
            rows: found.iter().map(|(rows, _)| *rows).min(),
            weighted: used.weights().is_some(),
            smallest_eigenvalue,
            findings,
        })
    }

    /// A matrix that somebody else computed, from this many respondents if that is known.
    ///
    /// # Errors
    /// Not square, not symmetric to 1e-8, a diagonal other than 1, a value beyond -1 to 1 or no number.
    pub fn given(names: &[&str], matrix: Matrix, rows: Option<usize>) -> Result<Self, Fault> {
        let size = |what: &str, found| Fault::Size { what: what.to_owned(), expected: names.len(), found };
        if names.len() < 2 {
            return Err(Fault::TooFewItems { needed: 2, found: names.len() });
        }
        for (what, found) in [("rows of the matrix", matrix.nrows()), ("columns of the matrix", matrix.ncols())] {
            if found != names.len() {
                return Err(size(what, found));
            }
        }
        for (row, column) in pairs(names.len(), true) {
            let (value, back) = (matrix[(row, column)], matrix[(column, row)]);
            let fits =
                value.abs() <= 1.0 && (value - back).abs() < 1e-8 && (row != column || (value - 1.0).abs() < 1e-8);
            if !fits {
                let (first, second) = (names[row].to_owned(), names[column].to_owned());
                return Err(Fault::NotCorrelation { first, second, value });
            }
        }
        let smallest_eigenvalue = Eigen::of(&matrix)?.smallest();
        let smallest = smallest_eigenvalue;
        let findings = if smallest < ZERO { vec![Finding::NotPositiveDefinite { smallest }] } else { Vec::new() };
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let (coefficient, pair_rows, weighted) = (None, Vec::new(), false);
        Ok(Self { names, matrix, coefficient, pair_rows, rows, weighted, smallest_eigenvalue, findings })
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never: there are always two items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

fn pair_rows(items: &Items, all: &[(usize, usize)], found: &[(usize, f64)]) -> Vec<Vec<usize>> {
    let answered = |item: usize| (0..items.rows()).filter(|row| !items.at(*row, item).is_nan()).count();
    let mut rows = vec![vec![0; items.len()]; items.len()];
    for (item, own) in rows.iter_mut().enumerate() {
        own[item] = answered(item);
    }
    for ((first, second), (count, _)) in all.iter().zip(found) {
        rows[*first][*second] = *count;
        rows[*second][*first] = *count;
    }
    rows
}

/// Rows and correlation of every pair; of faults the first in the order of pairs, whichever thread was first.
fn by_moments(
    items: &Items,
    all: &[(usize, usize)],
    moments: impl Fn(usize, usize) -> Moments + Sync,
) -> Result<Vec<(usize, f64)>, Fault> {
    let found: Vec<Moments> = all.par_iter().map(|(first, second)| moments(*first, *second)).collect();
    let checked = all.iter().zip(found).map(|(pair, found)| {
        check_pair(items, *pair, &found)?;
        Ok((found.rows, found.correlation()))
    });
    checked.collect()
}

fn ranked(items: &Items, first: usize, second: usize) -> Moments {
    let rows: Vec<(f64, f64, f64)> = answers(items, first, second).collect();
    let ranks = |value: fn(&(f64, f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|one, other| value(&rows[*one]).total_cmp(&value(&rows[*other])));
        let mut ranks = vec![0.0; rows.len()];
        let mut below = 0.0;
        for alike in order.chunk_by(|one, other| value(&rows[*one]) == value(&rows[*other])) {
            let mass: f64 = alike.iter().map(|row| rows[*row].2).sum();
            for row in alike {
                ranks[*row] = below + 0.5 * mass;
            }
            below += mass;
        }
        ranks
    };
    let (x, y) = (ranks(|row| row.0), ranks(|row| row.1));
    Moments::of(x.iter().zip(&y).zip(&rows).map(|((x, y), row)| (*x, *y, row.2)))
}

fn polychorics(
    items: &Items,
    all: &[(usize, usize)],
    (margins, fill): (Margins, Option<f64>),
    findings: &mut Vec<Finding>,
) -> Result<Vec<(usize, f64)>, Fault> {
    check_fill(fill)?;
    if let (Margins::Item, Some(value)) = (margins, fill) {
        let what = "what empty cells are filled with, with the margins of items,";
        return Err(Fault::Setting { what, range: "nothing", value });
    }
    let ordered: Vec<Ordered> =
        (0..items.len()).into_par_iter().map(|item| items.ordered(item)).collect::<Result<_, Fault>>()?;
    let cuts: Vec<Vec<f64>> = ordered.par_iter().map(|item| thresholds(&margin(item, items.weights()))).collect();
    let one = |&(first, second): &(usize, usize)| {
        let (rows, table) = table(&ordered[first], &ordered[second], items.weights());
        check_table(items, (first, second), rows, &table)?;
        let found = match margins {
            Margins::Pair => polychoric_of_table(&table, fill)?,
            Margins::Item => estimate(&table, &cuts[first], &cuts[second]),
        };
        Ok((rows, found))
    };
    let found: Vec<Result<(usize, Polychoric), Fault>> = all.par_iter().map(one).collect();
    let mut values = Vec::with_capacity(all.len());
    for ((first, second), found) in all.iter().zip(found) {
        let (rows, found) = found?;
        let (first, second) = (items.names()[*first].clone(), items.names()[*second].clone());
        if found.filled > 0 {
            let (first, second) = (first.clone(), second.clone());
            findings.push(Finding::CellsFilled { first, second, cells: found.filled, by: fill.unwrap_or_default() });
        }
        if found.at_bound {
            findings.push(Finding::AtBound { first, second, correlation: found.correlation });
        } else if !found.converged {
            findings.push(Finding::PairNotConverged { first, second });
        }
        values.push((rows, found.correlation));
    }
    Ok(values)
}

fn margin(item: &Ordered, weights: Option<&[f64]>) -> Vec<f64> {
    let mut margin = vec![0.0; item.answers];
    for (row, place) in item.places.iter().enumerate().filter(|(_, place)| **place != MISSING) {
        margin[usize::from(*place)] += weights.map_or(1.0, |weights| weights[row]);
    }
    margin
}

/// The rows that answer both, and their mass by answers.
fn table(first: &Ordered, second: &Ordered, weights: Option<&[f64]>) -> (usize, Matrix) {
    // Every place of one byte has a cell, the missing ones too: counting goes without a branch.
    let stride = second.answers + 1;
    let place = |one: u8, answers: usize| usize::from(one).min(answers);
    let mut counts = vec![0_usize; (first.answers + 1) * stride];
    let mut masses = vec![0.0; if weights.is_some() { counts.len() } else { 0 }];
    for (row, (x, y)) in first.places.iter().zip(&second.places).enumerate() {
        let cell = place(*x, first.answers) * stride + place(*y, second.answers);
        counts[cell] += 1;
        if let Some(weights) = weights {
            masses[cell] += weights[row];
        }
    }
    let inside = |row: usize, column: usize| row * stride + column;
    let mass = |row, column| match weights {
        Some(_) => masses[inside(row, column)],
        None => counts[inside(row, column)] as f64,
    };
    let cells = (0..first.answers).flat_map(|row| (0..second.answers).map(move |column| inside(row, column)));
    (cells.map(|cell| counts[cell]).sum(), Matrix::from_fn(first.answers, second.answers, mass))
}

fn check_table(items: &Items, (first, second): (usize, usize), rows: usize, table: &Matrix) -> Result<(), Fault> {
    if rows < items.len() {
        return Err(Fault::TooFewRows { rows, items: items.len() });
    }
    let name = |item: usize| items.names()[item].clone();
    if table.row_iter().filter(|row| row.sum() > 0.0).count() < 2 {
        return Err(Fault::OneAnswerBeside { item: name(first), beside: name(second), rows });
    }
    if table.column_iter().filter(|column| column.sum() > 0.0).count() < 2 {
        return Err(Fault::OneAnswerBeside { item: name(second), beside: name(first), rows });
    }
    Ok(())
}
