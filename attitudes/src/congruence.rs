//! Whether the factors of two solutions, such as two waves of a survey, are the same.

use crate::fault::Fault;
use crate::matrix::{Matrix, finite};

/// Tucker's coefficient of congruence (1951) of every factor of one solution (rows) with every one of another (columns): the cosine
/// of their loadings. 0.95 and above is usually taken as the same factor (Lorenzo-Seva and ten Berge, 2006).
///
/// # Errors
/// Another number of items, or a factor without a loading.
pub fn congruence(one: &Matrix, other: &Matrix) -> Result<Matrix, Fault> {
    if one.nrows() != other.nrows() {
        return Err(Fault::Size {
            what: "items of the second solution".to_owned(),
            expected: one.nrows(),
            found: other.nrows(),
        });
    }
    let cosine = |row: usize, column: usize| {
        let (x, y) = (one.column(row), other.column(column));
        x.dot(&y) / (x.norm() * y.norm())
    };
    finite(Matrix::from_fn(one.ncols(), other.ncols(), cosine), "a congruence")
}

/// A factor of one solution and its fellow in another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The factor of the first solution, from 0.
    pub first: usize,
    /// The factor of the second.
    pub second: usize,
    /// Their congruence; negative where the second runs the other way.
    pub congruence: f64,
}

/// Matches factors one to one: the two that are most congruent in either direction first, then the most congruent of those that
/// are left, until one solution has none left. In the order of the first solution.
///
/// # Errors
/// As [`congruence`].
pub fn match_factors(one: &Matrix, other: &Matrix) -> Result<Vec<Match>, Fault> {
    let table = congruence(one, other)?;
    let every = (0..table.nrows()).flat_map(|first| (0..table.ncols()).map(move |second| (first, second)));
    let mut candidates: Vec<Match> =
        every.map(|(first, second)| Match { first, second, congruence: table[(first, second)] }).collect();
    candidates.sort_by(|a, b| b.congruence.abs().total_cmp(&a.congruence.abs()));
    let mut matched: Vec<Match> = Vec::new();
    for candidate in candidates {
        if matched.iter().all(|known| known.first != candidate.first && known.second != candidate.second) {
            matched.push(candidate);
        }
    }
    matched.sort_by_key(|one| one.first);
    Ok(matched)
}
