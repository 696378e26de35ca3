//! What can be wrong with answers or with a matrix, by name; and what was found on the way that a reader has to know.

use std::fmt;
use thiserror::Error;

/// Why there is no result.
///
/// Rows and factors are counted from 0 in the fields and from 1 in the message.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Fault {
    /// The analysis needs more items than there are.
    #[error("{needed} items are needed, there are {found}")]
    TooFewItems {
        /// The least number.
        needed: usize,
        /// What there is.
        found: usize,
    },
    /// Two items of one name.
    #[error("two items are called `{item}`")]
    SameName {
        /// The name.
        item: String,
    },
    /// A name that no item has.
    #[error("there is no item `{item}`")]
    UnknownItem {
        /// The name.
        item: String,
    },
    /// Columns, names, weights or matrices whose sizes do not fit each other.
    #[error("{what}: {expected} expected, {found} found")]
    Size {
        /// What was counted.
        what: String,
        /// The size that fits.
        expected: usize,
        /// The size that was given.
        found: usize,
    },
    /// A number that is infinite.
    #[error("item `{item}`, row {}: the answer is not a finite number", .row + 1)]
    NotFinite {
        /// The item.
        item: String,
        /// The row, from 0.
        row: usize,
    },
    /// An answer that the scale does not have.
    #[error("item `{item}`, row {}: answer {code} is outside the scale {low} to {high}", .row + 1)]
    OutsideScale {
        /// The item.
        item: String,
        /// The row, from 0.
        row: usize,
        /// The answer.
        code: f64,
        /// The least answer.
        low: f64,
        /// The greatest answer.
        high: f64,
    },
    /// A scale that is empty, or whose code for a missing answer is an answer.
    #[error("a scale from {low} to {high} with {missing} for a missing answer makes no sense")]
    Scale {
        /// The least answer.
        low: u8,
        /// The greatest answer.
        high: u8,
        /// The missing code.
        missing: u8,
    },
    /// Reversing or scoring needs the ends of the scale.
    #[error("item `{item}`: its scale was not said")]
    NoScale {
        /// The item.
        item: String,
    },
    /// A weight that is missing, zero, negative or infinite.
    #[error("row {}: a weight has to be a number above 0, {weight} is not", .row + 1)]
    Weight {
        /// The row, from 0.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// An item that everybody answered alike.
    #[error("item `{item}` has one answer only among the {rows} rows used")]
    OneAnswer {
        /// The item.
        item: String,
        /// Rows that were looked at.
        rows: usize,
    },
    /// An item that everybody answered alike among those who answered another one too.
    #[error("item `{item}` has one answer only among the {rows} rows that answer `{beside}` too")]
    OneAnswerBeside {
        /// The item.
        item: String,
        /// The other item.
        beside: String,
        /// Rows that answer both.
        rows: usize,
    },
    /// An item with more different answers than an ordered item can have.
    #[error("item `{item}` has {found} different answers; ordered answers may be {most} at most")]
    TooManyAnswers {
        /// The item.
        item: String,
        /// Different answers.
        found: usize,
        /// The most that are taken.
        most: usize,
    },
    /// A pair of items that too few rows answer both, or too few complete rows.
    #[error("{rows} rows for {items} items are too few")]
    TooFewRows {
        /// Rows that can be used.
        rows: usize,
        /// Items.
        items: usize,
    },
    /// A matrix that is no correlation matrix: not symmetric, no ones on the diagonal, a value beyond 1, or not a number.
    #[error("`{first}` and `{second}`: {value} is no correlation, or not the same in both directions")]
    NotCorrelation {
        /// The item of the row.
        first: String,
        /// The item of the column.
        second: String,
        /// The value.
        value: f64,
    },
    /// A linear combination of these items is constant: the matrix has no inverse.
    #[error("the correlation matrix is singular; these items make up each other: {}", .items.join(", "))]
    Singular {
        /// The items that take part.
        items: Vec<String>,
    },
    /// A matrix with a negative eigenvalue, as pairwise deletion and polychoric correlations can give.
    #[error("the correlation matrix is not positive definite: its smallest eigenvalue is {smallest}")]
    NotPositiveDefinite {
        /// The smallest eigenvalue.
        smallest: f64,
    },
    /// More factors than the items can tell.
    #[error("{factors} factors of {items} items leave {df} degrees of freedom")]
    TooManyFactors {
        /// Factors wanted.
        factors: usize,
        /// Items.
        items: usize,
        /// ((items - factors)^2 - items - factors) / 2.
        df: i64,
    },
    /// A factor analysis with a number of respondents that is not known.
    #[error("the number of respondents is needed and was not said")]
    NoRows,
    /// A setting outside its range.
    #[error("{what} has to be {range}, {value} is not")]
    Setting {
        /// Which setting.
        what: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it was.
        value: f64,
    },
    /// A uniqueness of zero or below, where the formula divides by it.
    #[error("item `{item}` has a uniqueness of {uniqueness}: these scores are not defined")]
    NoUniqueness {
        /// The item.
        item: String,
        /// Its uniqueness.
        uniqueness: f64,
    },
    /// Loadings that cannot be rotated: a factor is a combination of the others.
    #[error("the loadings are no more than {rank} factors, not {factors}: they cannot be rotated")]
    Rank {
        /// Factors there are.
        rank: usize,
        /// Columns given.
        factors: usize,
    },
    /// A result that is not a number: never handed out.
    #[error("{what} did not come out as a number")]
    NotANumber {
        /// What was computed.
        what: &'static str,
    },
}

/// What a reader of a result has to know about it. A result without findings is `Vec::new()`.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The item runs against the rest of its scale. Nothing was reversed.
    NegativeItemRest {
        /// The item.
        item: String,
        /// Its correlation with the rest.
        correlation: f64,
    },
    /// Alpha below zero: the items have, on balance, negative covariances.
    NegativeAlpha {
        /// The raw alpha.
        alpha: f64,
    },
    /// An item all of whose rest is constant: its item-rest correlation is not defined.
    NoItemRest {
        /// The item.
        item: String,
    },
    /// Empty cells of a pair's table were filled before its polychoric correlation.
    CellsFilled {
        /// One item.
        first: String,
        /// The other.
        second: String,
        /// How many cells.
        cells: usize,
        /// What was put in, in respondents.
        by: f64,
    },
    /// A polychoric correlation that the table pushes to -1 or 1: it has no maximum inside.
    AtBound {
        /// One item.
        first: String,
        /// The other.
        second: String,
        /// Where the search stood.
        correlation: f64,
    },
    /// A polychoric correlation whose search was given up.
    PairNotConverged {
        /// One item.
        first: String,
        /// The other.
        second: String,
    },
    /// The correlation matrix has a negative eigenvalue, or one of zero.
    NotPositiveDefinite {
        /// The smallest eigenvalue.
        smallest: f64,
    },
    /// The matrix is not as it was estimated: its small eigenvalues were raised.
    Smoothed {
        /// How many eigenvalues were raised.
        raised: usize,
        /// The smallest before.
        smallest: f64,
        /// The largest change of a correlation.
        largest_change: f64,
    },
    /// A Heywood case: the factors explain all of an item, or more than all of it.
    Heywood {
        /// The item.
        item: String,
        /// Its communality.
        communality: f64,
        /// Whether the search was held back by the least uniqueness that it may give.
        at_bound: bool,
    },
    /// The search for the solution was given up before it stood still.
    NotConverged {
        /// Steps taken.
        iterations: usize,
        /// How far from standing still it was: the largest slope, or the last change for principal axis.
        remainder: f64,
    },
    /// Searches from other starts ended in a worse solution.
    OtherMinimum {
        /// By how much the next one is worse.
        worse_by: f64,
    },
    /// A factor of which nothing is left: its eigenvalue is not positive and its loadings are 0.
    EmptyFactor {
        /// The factor, from 0.
        factor: usize,
        /// The eigenvalue.
        eigenvalue: f64,
    },
    /// The criterion of the rotation has several minima; the best of those found is given.
    SeveralMinima {
        /// How many distinct ones were found.
        minima: usize,
        /// How many starts reached the best.
        at_best: usize,
        /// How many starts there were.
        starts: usize,
    },
    /// Starts whose rotation was given up.
    StartsNotConverged {
        /// How many.
        starts: usize,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NegativeItemRest { item, correlation } => {
                write!(
                    to,
                    "item `{item}` runs against the rest of the scale (r = {correlation:.3}); is it keyed in reverse?"
                )
            }
            Self::NegativeAlpha { alpha } => write!(to, "alpha is negative ({alpha:.3})"),
            Self::NoItemRest { item } => write!(to, "the rest of the scale is constant beside item `{item}`"),
            Self::CellsFilled { first, second, cells, by } => {
                write!(to, "`{first}` and `{second}`: {cells} empty cells were filled with {by}")
            }
            Self::AtBound { first, second, correlation } => {
                write!(to, "`{first}` and `{second}`: the polychoric correlation goes to its bound ({correlation:.6})")
            }
            Self::PairNotConverged { first, second } => {
                write!(to, "`{first}` and `{second}`: the polychoric correlation did not converge")
            }
            Self::NotPositiveDefinite { smallest } => {
                write!(to, "the correlation matrix is not positive definite (smallest eigenvalue {smallest:.6})")
            }
            Self::Smoothed { raised, smallest, largest_change } => write!(
                to,
                "the correlation matrix was smoothed: {raised} eigenvalues raised (smallest was {smallest:.6}), a correlation \
                 changed by {largest_change:.6} at most"
            ),
            Self::Heywood { item, communality, at_bound } => {
                let held = if *at_bound { ", held at the bound" } else { "" };
                write!(to, "Heywood case: item `{item}` has a communality of {communality:.4}{held}")
            }
            Self::NotConverged { iterations, remainder } => {
                write!(to, "no convergence after {iterations} steps (remainder {remainder:.1e})")
            }
            Self::OtherMinimum { worse_by } => {
                write!(to, "another start ended in a solution that is worse by {worse_by:.3e}")
            }
            Self::EmptyFactor { factor, eigenvalue } => {
                write!(to, "nothing is left for factor {} (eigenvalue {eigenvalue:.4})", factor + 1)
            }
            Self::SeveralMinima { minima, at_best, starts } => {
                write!(to, "the rotation has {minima} minima; {at_best} of {starts} starts reached the best")
            }
            Self::StartsNotConverged { starts } => write!(to, "{starts} starts of the rotation did not converge"),
        }
    }
}
