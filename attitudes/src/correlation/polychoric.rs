//! The polychoric correlation of two ordered items: that of two normal variables behind them, cut at thresholds.
//!
//! In two steps (Olsson, *Maximum likelihood estimation of the polychoric correlation coefficient*, 1979): thresholds from
//! the margins, then the correlation that makes the table likeliest, by Newton's method with exact derivatives.

use super::normal::{bivariate_normal, density, normal_quantile};
use crate::fault::Fault;
use crate::matrix::Matrix;

/// Closer to 1 than this, a correlation counts as having gone to its bound.
const BOUND: f64 = 1e-8;

/// A polychoric correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polychoric {
    /// The correlation.
    pub correlation: f64,
    /// The table goes to -1 or 1: the likelihood has no maximum inside.
    pub at_bound: bool,
    /// The search stood still, or at the bound.
    pub converged: bool,
    /// Steps taken.
    pub iterations: usize,
    /// Empty cells that were filled.
    pub filled: usize,
}

/// The polychoric correlation of a table of counts or weights; two by two it is the tetrachoric one. Rows and columns without
/// any are left out. `fill` is put into every empty cell that is left, in respondents, before margins are taken; without it
/// nothing is changed.
///
/// # Errors
/// A count that is negative or no number, a `fill` that is not above 0, or fewer than two rows or columns with counts.
pub fn polychoric_of_table(table: &Matrix, fill: Option<f64>) -> Result<Polychoric, Fault> {
    if table.iter().any(|count| !(count.is_finite() && *count >= 0.0)) {
        return Err(Fault::NotANumber { what: "a count of the table" });
    }
    check_fill(fill)?;
    let (table, filled) = filled(&without_empty(table), fill);
    let side = table.nrows().min(table.ncols());
    if side < 2 {
        return Err(Fault::Size { what: "rows and columns with counts".to_owned(), expected: 2, found: side });
    }
    let rows: Vec<f64> = table.row_iter().map(|row| row.sum()).collect();
    let columns: Vec<f64> = table.column_iter().map(|column| column.sum()).collect();
    Ok(Polychoric { filled, ..estimate(&table, &thresholds(&rows), &thresholds(&columns)) })
}

pub(crate) fn check_fill(fill: Option<f64>) -> Result<(), Fault> {
    match fill {
        Some(value) if !(value.is_finite() && value > 0.0) => {
            Err(Fault::Setting { what: "what empty cells are filled with", range: "above 0", value })
        }
        _ => Ok(()),
    }
}

fn without_empty(table: &Matrix) -> Matrix {
    let rows: Vec<usize> = (0..table.nrows()).filter(|row| table.row(*row).sum() > 0.0).collect();
    let columns: Vec<usize> = (0..table.ncols()).filter(|column| table.column(*column).sum() > 0.0).collect();
    table.select_rows(&rows).select_columns(&columns)
}

fn filled(table: &Matrix, fill: Option<f64>) -> (Matrix, usize) {
    let Some(fill) = fill else { return (table.clone(), 0) };
    let empty = table.iter().filter(|count| **count == 0.0).count();
    (table.map(|count| if count == 0.0 { fill } else { count }), empty)
}

/// The cuts between the categories of a margin: one fewer than categories. They do not fall where all masses are positive.
pub(crate) fn thresholds(margin: &[f64]) -> Vec<f64> {
    let total: f64 = margin.iter().sum();
    let below = margin.iter().scan(0.0, |sum, mass| {
        *sum += mass;
        Some(*sum)
    });
    below.take(margin.len().saturating_sub(1)).map(|sum| normal_quantile((sum / total).clamp(0.0, 1.0))).collect()
}

/// The log likelihood at a correlation with its slope and curvature, divided by the mass of the table.
struct Point {
    likelihood: f64,
    slope: f64,
    curvature: f64,
    /// The expected curvature, which is never negative.
    information: f64,
}

/// None where a cell with mass has no probability.
fn point(table: &Matrix, cuts: [&[f64]; 2], r: f64) -> Option<Point> {
    let ends = |cuts: &[f64]| {
        let inside = cuts.iter().copied();
        [f64::NEG_INFINITY].into_iter().chain(inside).chain([f64::INFINITY]).collect::<Vec<f64>>()
    };
    let (row_cuts, column_cuts) = (ends(cuts[0]), ends(cuts[1]));
    let (rows, columns) = (row_cuts.len(), column_cuts.len());
    let mut corners = vec![[0.0; 3]; rows * columns];
    for (row, h) in row_cuts.iter().enumerate() {
        for (column, k) in column_cuts.iter().enumerate() {
            let (first, second) = density(*h, *k, r);
            corners[row * columns + column] = [bivariate_normal(*h, *k, r), first, second];
        }
    }
    let corner = |row: usize, column: usize, which: usize| corners[row * columns + column][which];
    let total = table.sum();
    let mut sum = Point { likelihood: 0.0, slope: 0.0, curvature: 0.0, information: 0.0 };
    for row in 0..rows - 1 {
        for column in 0..columns - 1 {
            let mass = table[(row, column)] / total;
            let [p, first, second] = [0, 1, 2].map(|which| {
                corner(row + 1, column + 1, which) - corner(row, column + 1, which) - corner(row + 1, column, which)
                    + corner(row, column, which)
            });
            if p > 0.0 {
                sum.information += first * first / p;
            }
            if mass > 0.0 {
                if p <= 0.0 {
                    return None;
                }
                sum.likelihood += mass * p.ln();
                sum.slope += mass * first / p;
                sum.curvature += mass * (second / p - (first / p).powi(2));
            }
        }
    }
    Some(sum)
}

/// The correlation that makes the table likeliest, given the thresholds.
pub(crate) fn estimate(table: &Matrix, row_cuts: &[f64], column_cuts: &[f64]) -> Polychoric {
    let at = |r: f64| point(table, [row_cuts, column_cuts], r);
    let mut found = Polychoric { correlation: 0.0, at_bound: false, converged: false, iterations: 0, filled: 0 };
    // At 0 every cell has a probability.
    let Some(mut here) = at(0.0) else { return found };
    for iteration in 1..=200 {
        found.iterations = iteration;
        let r = found.correlation;
        // Where the likelihood is not hollow towards its top, the expected curvature leads uphill all the same.
        let bend = if here.curvature < -1e-8 { -here.curvature } else { here.information.max(1e-8) };
        let wish = r + here.slope / bend;
        // At most nine tenths of the way to the bound: beyond it there is nothing.
        let mut next = wish.clamp(r - 0.9 * (1.0 + r), r + 0.9 * (1.0 - r));
        let better = loop {
            match at(next) {
                Some(there) if there.likelihood >= here.likelihood - 1e-15 => break Some(there),
                _ if (next - r).abs() < 1e-14 => break None,
                _ => next = r + (next - r) * 0.5,
            }
        };
        found.converged = (next - r).abs() < 1e-13 || better.is_none();
        if let Some(there) = better {
            (found.correlation, here) = (next, there);
        }
        if found.converged || 1.0 - found.correlation.abs() < BOUND {
            break;
        }
    }
    // Where a table goes to the bound, its likelihood is flat long before it: asked there, it is no lower.
    let bound = (1.0 - BOUND).copysign(found.correlation);
    if at(bound).is_some_and(|there| there.likelihood >= here.likelihood - 1e-14) {
        (found.correlation, found.at_bound, found.converged) = (bound, true, true);
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn equal_margins_of_two_by_two_give_the_sine() {
        for step in 1..50 {
            let p = f64::from(step) / 100.0;
            let table = Matrix::from_row_slice(2, 2, &[p, 0.5 - p, 0.5 - p, p]);
            let found = polychoric_of_table(&table, None).unwrap();
            let known = (std::f64::consts::TAU * (p - 0.25)).sin();
            assert!((found.correlation - known).abs() < 1e-12, "{p}: {} {known}", found.correlation);
            assert!(found.converged && !found.at_bound && found.filled == 0);
        }
    }

    #[test]
    fn an_empty_cell_goes_to_the_bound_unless_it_is_filled() {
        let table = Matrix::from_row_slice(2, 2, &[20.0, 0.0, 10.0, 30.0]);
        let bare = polychoric_of_table(&table, None).unwrap();
        assert!(bare.at_bound && bare.correlation > 0.999_999);
        let filled = polychoric_of_table(&table, Some(0.5)).unwrap();
        assert!(!filled.at_bound && filled.filled == 1 && filled.correlation < 0.99);
    }

    #[test]
    fn margins_that_are_no_table_are_refused() {
        let one_row = Matrix::from_row_slice(2, 2, &[3.0, 4.0, 0.0, 0.0]);
        assert!(matches!(polychoric_of_table(&one_row, None), Err(Fault::Size { found: 1, .. })));
        let negative = Matrix::from_row_slice(2, 2, &[3.0, -4.0, 1.0, 1.0]);
        assert!(matches!(polychoric_of_table(&negative, None), Err(Fault::NotANumber { .. })));
        let table = Matrix::from_row_slice(2, 2, &[3.0, 4.0, 1.0, 1.0]);
        assert!(matches!(polychoric_of_table(&table, Some(0.0)), Err(Fault::Setting { .. })));
    }
}
