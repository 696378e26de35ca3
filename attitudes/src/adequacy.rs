//! Whether correlations are worth a factor analysis, and how many factors they suggest.

use crate::correlation::Correlations;
use crate::fault::Fault;
use crate::matrix::{Eigen, Matrix, ZERO, number};
use crate::random::Random;
use rayon::prelude::*;
use statrs::function::gamma::gamma_ur;

/// Kaiser, Meyer and Olkin's measure of sampling adequacy (Kaiser and Rice, *Little Jiffy, Mark IV*, 1974).
#[derive(Debug, Clone, PartialEq)]
pub struct Kmo {
    /// Of all items, 0 to 1.
    pub overall: f64,
    /// Item by item.
    pub items: Vec<(String, f64)>,
}

/// The share of squared correlations in squared correlations and squared partial correlations.
///
/// # Errors
/// A singular matrix, with its items, or one that is not positive definite.
pub fn kmo(correlations: &Correlations) -> Result<Kmo, Fault> {
    let inverse = inverse(correlations)?;
    let size = correlations.len();
    let partial =
        |row: usize, column: usize| -inverse[(row, column)] / (inverse[(row, row)] * inverse[(column, column)]).sqrt();
    let sums = |row: usize| {
        let others = (0..size).filter(|column| *column != row);
        others.fold((0.0, 0.0), |(r, p), column| {
            (r + correlations.matrix[(row, column)].powi(2), p + partial(row, column).powi(2))
        })
    };
    let rows: Vec<(f64, f64)> = (0..size).map(sums).collect();
    let share = |(r, p): (f64, f64)| number(r / (r + p), "the measure of sampling adequacy");
    let all = rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let items = correlations.names.iter().zip(&rows).map(|(name, row)| Ok((name.clone(), share(*row)?)));
    Ok(Kmo { overall: share(all)?, items: items.collect::<Result<_, Fault>>()? })
}

fn inverse(correlations: &Correlations) -> Result<Matrix, Fault> {
    let eigen = Eigen::of(&correlations.matrix)?;
    eigen.refuse_indefinite(&correlations.names)?;
    Ok(eigen.mapped(|value| 1.0 / value))
}

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// The probability of this statistic or a larger one; 0 where it is below 1e-308.
    pub p: f64,
}

impl ChiSquare {
    pub(crate) fn of(statistic: f64, df: usize) -> Result<Self, Fault> {
        let statistic = number(statistic, "a chi-square statistic")?.max(0.0);
        let p = if statistic > 0.0 { gamma_ur(0.5 * df as f64, 0.5 * statistic) } else { 1.0 };
        Ok(Self { statistic, df, p: number(p, "the probability of a chi-square statistic")? })
    }
}

/// Bartlett's test that no two items are correlated: -(n - 1 - (2p + 5) / 6) ln |R| (Bartlett, 1951). It takes answers as normal
/// and respondents as drawn at random; weights are not honoured.
///
/// # Errors
/// A matrix given without the number of respondents, a singular matrix, or one that is not positive definite.
pub fn bartlett(correlations: &Correlations) -> Result<ChiSquare, Fault> {
    let rows = correlations.rows.ok_or(Fault::NoRows)? as f64;
    let eigen = Eigen::of(&correlations.matrix)?;
    eigen.refuse_indefinite(&correlations.names)?;
    let size = correlations.len();
    let log_determinant: f64 = eigen.values.iter().map(|value| value.ln()).sum();
    let statistic = -(rows - 1.0 - (2.0 * size as f64 + 5.0) / 6.0) * log_determinant;
    ChiSquare::of(statistic, size * (size - 1) / 2)
}

/// The eigenvalues in decreasing order: what a scree plot shows.
///
/// # Errors
/// None with correlations that this crate made.
pub fn eigenvalues(correlations: &Correlations) -> Result<Vec<f64>, Fault> {
    Ok(Eigen::of(&correlations.matrix)?.values)
}

/// What parallel analysis compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parallel {
    /// Eigenvalues of the correlation matrix: principal components (Horn, 1965).
    Components,
    /// Eigenvalues of the matrix with squared multiple correlations on its diagonal: common factors (Humphreys and Montanelli,
    /// 1975).
    Factors,
}

/// Parallel analysis: eigenvalues held against those of random numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelAnalysis {
    /// Of the items, in decreasing order.
    pub observed: Vec<f64>,
    /// The mean over the random matrices, place by place.
    pub mean: Vec<f64>,
    /// The quantile over them.
    pub threshold: Vec<f64>,
    /// How many eigenvalues, from the first on, are above the threshold.
    pub suggested: usize,
}

/// Settings of [`parallel_analysis`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParallelSettings {
    /// What is compared.
    pub of: Parallel,
    /// Random matrices.
    pub replications: usize,
    /// Which quantile of theirs is the threshold, such as 0.95; between two values it is interpolated.
    pub quantile: f64,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

impl Default for ParallelSettings {
    fn default() -> Self {
        Self { of: Parallel::Factors, replications: 1000, quantile: 0.95, seed: 1 }
    }
}

/// Parallel analysis against as many respondents with independent normal answers.
///
/// Their correlation matrix is drawn as such, from the Wishart distribution by Bartlett's decomposition: the time does not
/// grow with the respondents.
///
/// # Errors
/// A matrix given without the number of respondents; no more of them than items; for [`Parallel::Factors`] a singular matrix or
/// one that is not positive definite; a quantile outside 0 to 1, no replications.
pub fn parallel_analysis(correlations: &Correlations, settings: &ParallelSettings) -> Result<ParallelAnalysis, Fault> {
    let rows = correlations.rows.ok_or(Fault::NoRows)?;
    let (quantile, size) = (settings.quantile, correlations.len());
    if !(0.0..=1.0).contains(&quantile) {
        return Err(Fault::Setting { what: "the quantile", range: "0 to 1", value: quantile });
    }
    if settings.replications == 0 {
        return Err(Fault::Setting { what: "the number of replications", range: "above 0", value: 0.0 });
    }
    // A chi-square number is drawn with rows - size degrees of freedom at least, and that wants 2.
    if rows < size + 2 {
        return Err(Fault::TooFewRows { rows, items: size });
    }
    if settings.of == Parallel::Factors {
        Eigen::of(&correlations.matrix)?.refuse_indefinite(&correlations.names)?;
    }
    let observed = spectrum(&correlations.matrix, settings.of)?;
    let draw =
        |part: u64| spectrum(&random_correlations(size, rows, &mut Random::of(settings.seed, part)), settings.of);
    let drawn: Vec<Result<Vec<f64>, Fault>> = (0..settings.replications as u64).into_par_iter().map(draw).collect();
    let drawn = drawn.into_iter().collect::<Result<Vec<Vec<f64>>, Fault>>()?;
    let column = |place: usize| drawn.iter().map(|values| values[place]).collect::<Vec<f64>>();
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let threshold: Vec<f64> = (0..size).map(|place| quantile_of(column(place), quantile)).collect();
    let suggested = observed.iter().zip(&threshold).take_while(|(one, other)| one > other).count();
    Ok(ParallelAnalysis { mean: (0..size).map(|place| mean(column(place))).collect(), observed, threshold, suggested })
}

/// Interpolated between the two values around it, as R's seventh kind.
fn quantile_of(mut values: Vec<f64>, quantile: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    let place = last as f64 * quantile;
    let below = (0..=last).rev().find(|one| *one as f64 <= place).unwrap_or(0);
    let above = (below + 1).min(last);
    values[below] + (place - below as f64) * (values[above] - values[below])
}

fn spectrum(matrix: &Matrix, of: Parallel) -> Result<Vec<f64>, Fault> {
    match of {
        Parallel::Components => Ok(Eigen::of(matrix)?.values),
        Parallel::Factors => {
            let mut reduced = matrix.clone();
            reduced.set_diagonal(&multiple_correlations(matrix)?.into());
            Ok(Eigen::of(&reduced)?.values)
        }
    }
}

/// The squared multiple correlation of each item with all the others. Where there is none, because the matrix is not positive
/// definite, the largest squared correlation with another item stands in for it.
pub(crate) fn multiple_correlations(matrix: &Matrix) -> Result<Vec<f64>, Fault> {
    let eigen = Eigen::of(matrix)?;
    if eigen.smallest() > ZERO {
        return Ok(eigen.mapped(|value| 1.0 / value).diagonal().iter().map(|value| 1.0 - 1.0 / value).collect());
    }
    let size = matrix.nrows();
    let largest = |row: usize| {
        let others = (0..size).filter(|column| *column != row).map(|column| matrix[(row, column)].powi(2));
        others.fold(0.0, f64::max)
    };
    Ok((0..size).map(largest).collect())
}

/// The correlations of `rows` respondents with independent normal answers.
fn random_correlations(size: usize, rows: usize, random: &mut Random) -> Matrix {
    let mut root = Matrix::zeros(size, size);
    for row in 0..size {
        for column in 0..row {
            root[(row, column)] = random.normal();
        }
        root[(row, row)] = random.chi_square((rows - 1 - row) as f64).sqrt();
    }
    let mut product = &root * root.transpose();
    let scale: Vec<f64> = product.diagonal().iter().map(|value| 1.0 / value.sqrt()).collect();
    product.iter_mut().enumerate().for_each(|(place, value)| *value *= scale[place % size] * scale[place / size]);
    product.fill_diagonal(1.0);
    product
}
