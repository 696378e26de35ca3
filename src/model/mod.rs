//! The words of the field as types: what a national number, a commune code, a period, a language
//! and a result table are. No file is read here and nothing is computed.

mod geography;
mod heading;
mod language;
mod nis5;
mod niss;
mod period;
mod receipt;
pub mod record;
pub mod result;
mod scope;

pub use geography::Geography;
pub use heading::{ColumnKind, ReadColumn};
pub use language::{Language, LocalText};
pub use nis5::Nis5;
pub use niss::{Niss, NissFault};
pub use period::Period;
pub use receipt::Receipt;
pub use scope::{Named, Scope};
