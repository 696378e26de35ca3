//! From facts to what indicators need and SQL must not do: pairing the zero with the end measure, and every
//! computation with dates. Values in, values out; files are the business of the caller.

mod facts;
mod paired;
mod pairing;
mod same_day;
mod trajectory;

pub use facts::{Facts, Parcours, Ranks, Reading};
pub use paired::{Derived, derive};
pub use pairing::{NotPaired, Pair, Pairing, pair};
