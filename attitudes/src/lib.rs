//! What lies behind a set of items: reliability, correlations of ordered answers, factors and their rotation.
//!
//! [`Items`] are answers, respondents in rows. [`alpha`] says how far they measure one thing. [`Correlations`] are the way to
//! factors: [`kmo`], [`bartlett`] and [`parallel_analysis`] say whether and how many, [`extract`] takes them out, [`rotate`]
//! makes them readable, [`score_weights`] brings them back to respondents. Nothing here knows what is asked.
//!
//! What stands in the way is a [`Fault`] that names item and row; what a reader has to know about a result is a [`Finding`]
//! inside it: a Heywood case, a search given up, a matrix that is not positive definite or was smoothed, several minima.
//! Neither is ever a number that is none.
//!
//! Weights ([`Items::with_weights`]) are honoured by correlations of every kind, alpha, and the means and standard deviations
//! behind scores. They are not by anything that counts respondents - intervals of alpha (left out), Bartlett's test, chi-square
//! and what follows from it, parallel analysis - which take the answers as those of a simple random sample.
//!
//! The same input gives the same bytes, however many threads there are.
//!
//! ```
//! use attitudes::{
//!     Coefficient, Correlations, Deletion, Extract, Extraction, Items, Rotation, Scale, Starts, alpha, extract, rotate,
//! };
//!
//! // Six items, two of which are left out once, by twelve respondents.
//! let columns = vec![
//!     vec![1, 2, 2, 3, 4, 5, 5, 4, 3, 1, 2, 0],
//!     vec![1, 1, 2, 3, 4, 4, 5, 5, 3, 2, 2, 3],
//!     vec![2, 1, 3, 3, 5, 4, 5, 4, 2, 1, 2, 4],
//!     vec![5, 1, 3, 2, 4, 1, 3, 5, 2, 4, 1, 3],
//!     vec![4, 1, 3, 1, 5, 2, 3, 5, 2, 4, 2, 3],
//!     vec![5, 2, 2, 2, 4, 1, 4, 5, 1, 3, 0, 2],
//! ];
//! let names = ["formal_1", "formal_2", "formal_3", "guide_1", "guide_2", "guide_3"];
//! let items = Items::codes(&names, columns, Scale { low: 1, high: 5, missing: 0 })?;
//!
//! let formal = alpha(&items.select(&names[..3])?, &[], Deletion::Listwise, 0.95)?;
//! assert!(formal.raw > 0.9 && formal.findings.is_empty());
//!
//! let correlations = Correlations::of(&items, Coefficient::Pearson, Deletion::Listwise)?;
//! let factors = extract(&correlations, &Extract::new(Extraction::MinimumResidual, 2))?;
//! let rotated = rotate(&factors, Rotation::Oblimin { gamma: 0.0, kaiser: false }, Starts::default())?;
//! let on_first = |item: usize| rotated.loadings[(item, 0)].abs() > rotated.loadings[(item, 1)].abs();
//! assert!(on_first(0) == on_first(1) && on_first(3) == on_first(4) && on_first(0) != on_first(3));
//! # Ok::<(), attitudes::Fault>(())
//! ```
//!
//! Sources are named where they are used.

mod adequacy;
mod congruence;
mod correlation;
mod extract;
mod fault;
mod items;
mod matrix;
mod moments;
mod random;
mod reliability;
mod rotate;
mod scale;
mod scores;

pub use adequacy::{
    ChiSquare, Kmo, Parallel, ParallelAnalysis, ParallelSettings, bartlett, eigenvalues, kmo, parallel_analysis,
};
pub use congruence::{Match, congruence, match_factors};
pub use correlation::normal::bivariate_normal;
pub use correlation::polychoric::{Polychoric, polychoric_of_table};
pub use correlation::{Coefficient, Correlations, Margins};
pub use extract::{Extract, Extraction, Factors, Fit, extract};
pub use fault::{Fault, Finding};
pub use items::{Items, MOST_ANSWERS, Scale};
pub use matrix::Matrix;
pub use moments::Deletion;
pub use nalgebra;
pub use reliability::{Alpha, Interval, ItemReliability, alpha};
pub use rotate::{Explained, Rotated, Rotation, RotationMinimum, Starts, rotate, rotate_loadings};
pub use scale::{ScaleScore, scale_scores};
pub use scores::{ScoreWeights, Scores, Scoring, score_weights};
