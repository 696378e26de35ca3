//! How well factors reproduce the correlations.

use crate::adequacy::ChiSquare;
use crate::correlation::Correlations;
use crate::fault::Fault;
use crate::matrix::{Eigen, Matrix, ZERO, number};

/// How well factors reproduce the correlations.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Degrees of freedom: ((p - k)^2 - p - k) / 2.
    pub df: usize,
    /// The sum of the squared residuals of all pairs of items: what minimum residual makes small.
    pub squared_residuals: f64,
    /// The root of the mean squared residual of a pair.
    pub rmsr: f64,
    /// The discrepancy of maximum likelihood, tr(S^-1 R) - ln |S^-1 R| - p with S the matrix that the factors imply; none where
    /// one of the two is not positive definite.
    pub discrepancy: Option<f64>,
    /// (n - 1 - (2p + 5) / 6 - 2k / 3) times the discrepancy, held against its degrees of freedom (Bartlett, 1951). It is a test
    /// for maximum likelihood on normal answers drawn at random, a description otherwise. None without respondents,
    /// discrepancy or degrees of freedom.
    pub chi_square: Option<ChiSquare>,
    /// The root mean square error of approximation, sqrt(max(chi2 - df, 0) / (df (n - 1))) (Steiger and Lind, 1980).
    pub rmsea: Option<f64>,
    /// Tucker and Lewis's index (1973), against the model without a factor.
    pub tli: Option<f64>,
}

/// # Errors
/// A result that is not a number.
pub(super) fn fit(correlations: &Correlations, loadings: &Matrix, uniqueness: &[f64], df: usize) -> Result<Fit, Fault> {
    let observed = &correlations.matrix;
    let (size, factors) = (observed.nrows(), loadings.ncols());
    let implied = loadings * loadings.transpose() + Matrix::from_diagonal(&uniqueness.to_vec().into());
    let mut residual = observed - &implied;
    residual.fill_diagonal(0.0);
    let squared_residuals = number(0.5 * residual.norm_squared(), "the sum of squared residuals")?;
    let p = size as f64;
    let discrepancy = discrepancy(observed, &implied)?;
    let constant = |n: f64, k: f64| n - 1.0 - (2.0 * p + 5.0) / 6.0 - 2.0 * k / 3.0;
    let rows = correlations.rows.map(|rows| rows as f64).filter(|rows| constant(*rows, factors as f64) > 0.0);
    let chi_square = match (rows, discrepancy) {
        (Some(n), Some(value)) if df > 0 => Some(ChiSquare::of(constant(n, factors as f64) * value, df)?),
        _ => None,
    };
    let excess = |chi: &ChiSquare, n: f64| ((chi.statistic - df as f64).max(0.0) / (df as f64 * (n - 1.0))).sqrt();
    let bare = Eigen::of(observed)?.values.iter().map(|value| -value.ln()).sum::<f64>();
    let tli = |chi: &ChiSquare, n: f64| {
        let (without, with) = (constant(n, 0.0) * bare / (0.5 * p * (p - 1.0)), chi.statistic / df as f64);
        Some((without - with) / (without - 1.0)).filter(|value| value.is_finite())
    };
    Ok(Fit {
        df,
        squared_residuals,
        rmsr: (squared_residuals / (0.5 * p * (p - 1.0))).sqrt(),
        discrepancy,
        rmsea: chi_square.as_ref().zip(rows).map(|(chi, n)| excess(chi, n)),
        tli: chi_square.as_ref().zip(rows).and_then(|(chi, n)| tli(chi, n)),
        chi_square,
    })
}

fn discrepancy(observed: &Matrix, implied: &Matrix) -> Result<Option<f64>, Fault> {
    let eigen = Eigen::of(implied)?;
    if eigen.smallest() < ZERO || Eigen::of(observed)?.smallest() < ZERO {
        return Ok(None);
    }
    let root = eigen.mapped(|value| 1.0 / value.sqrt());
    let ratio = Eigen::of(&(&root * observed * &root))?;
    let value: f64 = ratio.values.iter().map(|value| value - value.ln() - 1.0).sum();
    Ok(Some(number(value, "the discrepancy")?.max(0.0)))
}
