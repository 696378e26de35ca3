//! Statistical disclosure control for linked tables of counts and amounts.
//!
//! A [`Publication`] is everything that goes out, all tables together: cells, and relations in which a total is the sum
//! of its parts. [`Rules`] say which cells are sensitive by themselves; [`protect`] hides others so that no sensitive
//! one follows from what is left; [`audit`] then tries to compute them, by exact linear algebra and by linear programs,
//! and knows nothing of how they were hidden. Nothing here knows what is counted.
//!
//! An alternative to hiding: [`protect_by_blur`] shows counts rounded, with small ones rounded so that sums hold, or with noise, and
//! hides only what sums would tell more closely than that.
//!
//! Sources: Hundepool et al., *Statistical Disclosure Control* (2012), for the rules; Langsrud, *Secondary cell
//! suppression by Gaussian elimination* (2024), for suppression as a question of linear dependence; Fischetti and Salazar,
//! *Solving the cell suppression problem on tabular data with linear constraints* (2001), for the intervals.

mod algebra;
mod audit;
mod blur;
mod bounds;
mod close;
mod nearby;
mod noise;
mod protect;
mod publication;
mod ranges;
mod rules;
mod spans;
mod swing;
mod tables;

pub use audit::{Audit, Knowledge, Narrow, Recovered, audit, audit_with};
pub use blur::{Blur, Blurred, Shown, protect_by_blur};
pub use noise::{CellKeys, round_small_counts, round_to_base};
pub use protect::{Protection, Status, protect};
pub use publication::{Cell, Fault, Publication, Relation};
pub use ranges::Example;
pub use rules::{Dominance, GroupRule, Rules};
pub use tables::{Hierarchy, TOTAL, Tables};
