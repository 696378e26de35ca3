//! What a file is and how it would be read: its form, its columns, the fields they feed, what is missing and what that
//! costs; from it a profile. Nothing is loaded here.

pub mod column;
mod coverage;
pub mod csv;
pub mod drift;
mod expected;
pub mod json;
mod look;
pub mod matching;
mod print;
mod proposal;
mod similar;
mod source;
mod wide;

pub use coverage::{Coverage, Missing, UnknownValues, coverage, tables_without_file};
pub use expected::Expected;
pub use look::{LookedFile, LookedSheet, LookedTable, Rows, beside, look};
pub use print::{Words, drift_text, print};
pub use proposal::{how, propose, trouble_text};
pub use source::{Layout, Role, Source};
