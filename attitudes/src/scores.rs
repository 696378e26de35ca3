//! Scores of respondents on factors, and what they are worth.

use crate::correlation::Correlations;
use crate::fault::Fault;
use crate::items::Items;
use crate::matrix::{Eigen, Matrix, finite};
use crate::moments::{Moments, answers};
use crate::rotate::Rotated;

/// How factor scores are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scoring {
    /// The regression of the factors on the items (Thurstone, 1935): closest to the factors.
    Regression,
    /// Weighted least squares (Bartlett, 1937): unbiased; each score is free of the other factors.
    Bartlett,
    /// Scores that are correlated exactly as the factors are (ten Berge, Krijnen, Wansbeek and Shapiro, 1999).
    TenBerge,
}

/// Weights that make factor scores of standardised items.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreWeights {
    /// The items, in the order of rows.
    pub names: Vec<String>,
    /// How they were computed.
    pub scoring: Scoring,
    /// Items times factors.
    pub weights: Matrix,
    /// The correlation of each factor with its score.
    pub validity: Vec<f64>,
    /// The correlations of the scores.
    pub correlations: Matrix,
}

/// Factor scores of the respondents who answered every item.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Their rows, from 0.
    pub rows: Vec<usize>,
    /// As many rows, times factors; a standard deviation of a standardised item is 1.
    pub values: Matrix,
}

/// Weights for factor scores, from the correlations that the factors were taken out of.
///
/// # Errors
/// Other items in the two; a singular matrix or one that is not positive definite; for [`Scoring::Bartlett`] an item with a
/// uniqueness of 0 or less; for [`Scoring::TenBerge`] factors that are combinations of each other.
pub fn score_weights(correlations: &Correlations, rotated: &Rotated, scoring: Scoring) -> Result<ScoreWeights, Fault> {
    if correlations.len() != rotated.loadings.nrows() {
        let (expected, found) = (rotated.loadings.nrows(), correlations.len());
        return Err(Fault::Size { what: "items of the correlations".to_owned(), expected, found });
    }
    let eigen = Eigen::of(&correlations.matrix)?;
    eigen.refuse_indefinite(&correlations.names)?;
    let weights = match scoring {
        Scoring::Regression => eigen.mapped(|value| 1.0 / value) * &rotated.structure,
        Scoring::Bartlett => bartlett(rotated)?,
        Scoring::TenBerge => ten_berge(&eigen, rotated)?,
    };
    let weights = finite(weights, "a weight of a score")?;
    let covariance = weights.transpose() * &correlations.matrix * &weights;
    let sd: Vec<f64> = covariance.diagonal().iter().map(|value| value.sqrt()).collect();
    let with_factors = (rotated.structure.transpose() * &weights).diagonal();
    let correlation = |row: usize, column: usize| {
        if row == column { 1.0 } else { covariance[(row, column)] / (sd[row] * sd[column]) }
    };
    let validity = with_factors.iter().zip(&sd).map(|(value, sd)| value / sd);
    Ok(ScoreWeights {
        names: correlations.names.clone(),
        scoring,
        validity: validity.collect(),
        correlations: finite(Matrix::from_fn(sd.len(), sd.len(), correlation), "a correlation of scores")?,
        weights,
    })
}

fn bartlett(rotated: &Rotated) -> Result<Matrix, Fault> {
    if let Some(item) = rotated.uniqueness.iter().position(|value| *value <= 0.0) {
        return Err(Fault::NoUniqueness { item: rotated.names[item].clone(), uniqueness: rotated.uniqueness[item] });
    }
    let loadings = &rotated.loadings;
    let scaled = Matrix::from_fn(loadings.nrows(), loadings.ncols(), |row, column| {
        loadings[(row, column)] / rotated.uniqueness[row]
    });
    let inverse =
        (loadings.transpose() * &scaled).try_inverse().ok_or(Fault::NotANumber { what: "a weight of a score" })?;
    Ok(scaled * inverse)
}

fn ten_berge(eigen: &Eigen, rotated: &Rotated) -> Result<Matrix, Fault> {
    let (factors, root) = (Eigen::of(&rotated.phi)?, eigen.mapped(|value| 1.0 / value.sqrt()));
    let half = factors.mapped(|value| value.max(0.0).sqrt());
    let turned = &root * &rotated.loadings * &half;
    let inner = Eigen::of(&(turned.transpose() * &turned))?;
    if inner.smallest() < 1e-12 {
        return Err(Fault::NotANumber { what: "a weight of a score" });
    }
    Ok(root * turned * inner.mapped(|value| 1.0 / value.sqrt()) * half)
}

impl ScoreWeights {
    /// Scores of those who answered every item; the others have none. Items are standardised by the mean and standard deviation
    /// (n - 1) of all their own answers; weights are honoured.
    ///
    /// # Errors
    /// An item that is missing, or that has one answer only.
    pub fn scores(&self, items: &Items) -> Result<Scores, Fault> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let items = items.select(&names)?;
        let mut standard = Vec::with_capacity(items.len());
        for (item, name) in items.names().iter().enumerate() {
            let found = Moments::of(answers(&items, item, item));
            let sd = found.second[0].sqrt();
            if !(sd.is_finite() && sd > 0.0) {
                return Err(Fault::OneAnswer { item: name.clone(), rows: found.rows });
            }
            standard.push((found.mean[0], sd));
        }
        let rows: Vec<usize> = (0..items.rows()).filter(|row| items.is_complete(*row)).collect();
        let score = |row: usize, factor: usize| {
            let term = |(item, (mean, sd)): (usize, &(f64, f64))| {
                (items.at(rows[row], item) - mean) / sd * self.weights[(item, factor)]
            };
            standard.iter().enumerate().map(term).sum::<f64>()
        };
        let values = finite(Matrix::from_fn(rows.len(), self.weights.ncols(), score), "a score")?;
        Ok(Scores { rows, values })
    }
}
