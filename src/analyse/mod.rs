//! From the sufficient statistics that queries return to observations, and from observations to the tables of
//! a report. Knows no engine and no file.

mod agencies;
mod combine;
mod difference;
pub mod disclosure;
pub mod estimate;
mod findings;
mod objective;
mod observation;
mod report;
mod rounding;
mod trace;

pub use agencies::Return;
pub use combine::{combine, is_combined};
pub use difference::{Cause, Difference, Edition, differences};
pub use findings::{CheckCount, Finding, Findings, Found, applicable, findings_report};
pub use objective::judge;
pub use observation::{Dimensions, Observation, Observations, Status, Texts, dimension_text, observe};
pub use report::{Evidence, build, build_public, definition_files, receipt_facts};
pub(crate) use report::{column, count, local};
pub use rounding::by_largest_remainder;
pub use trace::{Again, TraceRow, again, behind, trace_rows};
