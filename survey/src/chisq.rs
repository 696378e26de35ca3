//! Whether two questions hang together, or answers follow given shares, under a design: Pearson's statistic corrected
//! after Rao and Scott (1981, 1984).
//!
//! Pearson's statistic is a sum of squares, each weighted with a generalised design effect: the eigenvalues of the
//! covariance matrix that the design gives, measured by the one that a simple random sample would give. First order divides
//! by their mean; second order also matches their spread, with the F distribution (Thomas, Rao 1987).

use crate::error::{Result, SurveyError, same_length};
use crate::estimate::{Column, Estimates, categories, estimate};
use crate::factor::Factor;
use crate::sample::Sample;
use nalgebra::DMatrix;
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor};

/// A test of Rao and Scott.
#[derive(Debug, Clone, PartialEq)]
pub struct RaoScott {
    /// Pearson's statistic of the weighted shares, scaled to the number of units.
    pub pearson: f64,
    /// Mean of the generalised design effects.
    pub mean_design_effect: f64,
    /// First order: Pearson's statistic over the mean design effect, against chi-square.
    pub first_order: FirstOrder,
    /// Second order, against F.
    pub second_order: SecondOrder,
    /// Units with all answers.
    pub n: usize,
    /// Categories that anybody chose: rows and columns of a table, categories and 1 for given shares.
    pub shape: (usize, usize),
}

/// First order correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstOrder {
    /// Corrected statistic.
    pub statistic: f64,
    /// Degrees of freedom of the table.
    pub degrees_of_freedom: f64,
    /// Probability of a statistic at least as large, if there is nothing to find.
    pub p: f64,
}

/// Second order correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SecondOrder {
    /// Pearson's statistic over the sum of the design effects.
    pub statistic: f64,
    /// Degrees of freedom of the numerator, after Satterthwaite: seldom a whole number.
    pub numerator: f64,
    /// Degrees of freedom of the denominator: the numerator's times the design's.
    pub denominator: f64,
    /// Probability of a statistic at least as large, if there is nothing to find.
    pub p: f64,
}

/// Sum, sum of squares and number of the design effects.
struct Effects {
    sum: f64,
    squares: f64,
    count: usize,
}

/// Tests whether two factors are independent. Categories without a unit do not enter ([`RaoScott::shape`] tells).
///
/// # Errors
/// A table with one row or column; too many empty cells; no degrees of freedom; as [`crate::proportions`].
pub fn independence(
    sample: &impl Sample,
    rows: &Factor,
    columns: &Factor,
    domain: Option<&[bool]>,
) -> Result<RaoScott> {
    let units = sample.weights().len();
    for (what, factor) in [("the rows", rows), ("the columns", columns)] {
        same_length(what, units, factor.len())?;
    }
    if let Some(domain) = domain {
        same_length("the domain", units, domain.len())?;
    }
    let (used_rows, used_columns) = used(rows, columns, domain);
    let shape = (used_rows.len(), used_columns.len());
    let name = || "rows × columns".to_owned();
    if shape.0 < 2 || shape.1 < 2 {
        let problem = format!("{} × {} categories with a unit, expected at least 2 × 2", shape.0, shape.1);
        return Err(SurveyError::Table { what: name(), problem });
    }
    let crossed = rows.crossed(columns)?;
    let mut terms: Vec<_> =
        categories("rows × columns", &crossed, Some(Column::One), domain)?.into_iter().map(Some).collect();
    let wide = columns.categories();
    let places = used_rows.iter().flat_map(|row| used_columns.iter().map(move |column| row * wide + column));
    let cells = estimate(sample, places.filter_map(|place| terms.get_mut(place)?.take()).collect())?;
    let shares: Vec<f64> = cells.list().iter().map(|cell| cell.value).collect();
    let effects = effects(&cells, &shares, shape)
        .ok_or_else(|| SurveyError::Table { what: name(), problem: "too many empty cells".to_owned() })?;
    let n = cells.list().first().map_or(0, |cell| cell.n);
    finish(&cells, pearson(&shares, shape) * n as f64, &effects, (n, shape))
}

/// Tests whether the categories of a factor have given shares, one for each category, which sum up to 1.
///
/// # Errors
/// Shares that are not above 0 or do not sum up to 1; no degrees of freedom; as [`crate::proportions`].
pub fn goodness_of_fit(
    sample: &impl Sample,
    name: &str,
    of: &Factor,
    shares: &[f64],
    domain: Option<&[bool]>,
) -> Result<RaoScott> {
    same_length("the given shares", of.categories(), shares.len())?;
    if let Some(found) = shares.iter().copied().find(|share| !(*share > 0.0 && *share < 1.0)) {
        return Err(SurveyError::Argument { what: "given share", expected: "above 0 and below 1", found });
    }
    let sum: f64 = shares.iter().sum();
    if (sum - 1.0).abs() > 1e-9 {
        return Err(SurveyError::Argument { what: "sum of the given shares", expected: "1", found: sum });
    }
    let cells = crate::estimate::proportions(sample, name, of, domain)?;
    let n = cells.list().first().map_or(0, |cell| cell.n);
    let size = n as f64;
    let (mut effects, mut statistic) = (Effects { sum: 0.0, squares: 0.0, count: shares.len() - 1 }, 0.0);
    for (row, (share, cell)) in shares.iter().zip(cells.list()).enumerate() {
        statistic += size * (cell.value - share).powi(2) / share;
        effects.sum += size * cells.covariance.at(row, row) / share;
        let square = |(column, other): (usize, &f64)| cells.covariance.at(row, column).powi(2) / (share * other);
        effects.squares += size * size * shares.iter().enumerate().map(square).sum::<f64>();
    }
    finish(&cells, statistic, &effects, (n, (shares.len(), 1)))
}

/// Rows and columns in which a unit with both answers lies.
fn used(rows: &Factor, columns: &Factor, domain: Option<&[bool]>) -> (Vec<usize>, Vec<usize>) {
    let mut seen = (vec![false; rows.categories()], vec![false; columns.categories()]);
    for unit in (0..rows.len()).filter(|unit| domain.is_none_or(|domain| domain.get(*unit) == Some(&true))) {
        if let (Some(row), Some(column)) = (rows.code(unit), columns.code(unit)) {
            seen.0.get_mut(row as usize).into_iter().for_each(|seen| *seen = true);
            seen.1.get_mut(column as usize).into_iter().for_each(|seen| *seen = true);
        }
    }
    let places = |seen: &[bool]| seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(place, _)| place).collect();
    (places(&seen.0), places(&seen.1))
}

fn margins(shares: &[f64], (rows, columns): (usize, usize)) -> (Vec<f64>, Vec<f64>) {
    let row = |row: usize| shares.iter().skip(row * columns).take(columns).sum();
    let column = |column: usize| shares.iter().skip(column).step_by(columns).sum();
    ((0..rows).map(row).collect(), (0..columns).map(column).collect())
}

fn pearson(shares: &[f64], shape: (usize, usize)) -> f64 {
    let (rows, columns) = margins(shares, shape);
    let expected = rows.iter().flat_map(|row| columns.iter().map(move |column| row * column));
    shares.iter().zip(expected).map(|(share, expected)| (share - expected).powi(2) / expected).sum()
}

/// Design effects of the contrasts between cells that are orthogonal to rows and columns. An empty cell has no weight.
fn effects(cells: &Estimates, shares: &[f64], (rows, columns): (usize, usize)) -> Option<Effects> {
    let count = (rows - 1) * (columns - 1);
    let size = cells.list().first()?.n as f64;
    let inverse = |cell: usize| shares.get(cell).filter(|share| **share > 0.0).map_or(0.0, |share| 1.0 / share);
    // Cell against the last of its row and of its column: rows and columns of every contrast sum up to 0.
    let sign = |at: usize, from: usize, last: usize| f64::from(at == from) - f64::from(at == last);
    let contrast = |cell: usize, number: usize| {
        let (row, column) = (number / (columns - 1), number % (columns - 1));
        sign(cell / columns, row, rows - 1) * sign(cell % columns, column, columns - 1)
    };
    let contrasts = DMatrix::from_fn(shares.len(), count, |cell, number| contrast(cell, number) * inverse(cell));
    let plain = DMatrix::from_fn(shares.len(), count, |cell, number| contrast(cell, number) / size);
    let design = DMatrix::from_fn(shares.len(), shares.len(), |row, column| cells.covariance.at(row, column));
    let simple = contrasts.tr_mul(&plain).cholesky()?;
    let ratio = simple.solve(&(contrasts.tr_mul(&design) * &contrasts));
    let squares = (&ratio * &ratio).trace();
    Some(Effects { sum: ratio.trace(), squares, count })
}

fn finish(cells: &Estimates, pearson: f64, effects: &Effects, (n, shape): (usize, (usize, usize))) -> Result<RaoScott> {
    let first = cells.list().first().ok_or(SurveyError::NoUnits)?;
    let degrees = first.checked_degrees()?;
    let bad = || SurveyError::NotANumber { what: "test of Rao and Scott".to_owned() };
    if !(pearson.is_finite() && effects.sum > 0.0 && effects.squares > 0.0) {
        return Err(bad());
    }
    let count = effects.count as f64;
    let mean_design_effect = effects.sum / count;
    let chi = ChiSquared::new(count).map_err(|_| bad())?;
    let corrected = pearson / mean_design_effect;
    let first_order = FirstOrder { statistic: corrected, degrees_of_freedom: count, p: chi.sf(corrected) };
    let numerator = effects.sum * effects.sum / effects.squares;
    let denominator = numerator * degrees;
    let statistic = pearson / effects.sum;
    let law = FisherSnedecor::new(numerator, denominator).map_err(|_| bad())?;
    let second_order = SecondOrder { statistic, numerator, denominator, p: law.sf(statistic) };
    Ok(RaoScott { pearson, mean_design_effect, first_order, second_order, n, shape })
}
