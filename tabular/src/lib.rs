//! Any delimited text or workbook as rows of cells.
//!
//! This crate knows nothing of what the rows are about. It finds out how a file is written ([`text`]: encoding,
//! delimiter, quotes; [`workbook`]: container, sheets, date system), hands on every physical row with its number
//! ([`Row`]), and says which rows are title, header, content, total or footer ([`layout`]) and how numbers and dates
//! are written in a column ([`forms`]). SPSS system files, which say more of their columns than rows can, are read by
//! [`sav`]. It spends no memory before the [`Limits`] allow it, and never panics on input.

mod cell;
mod fault;
mod input;
mod limits;

pub mod forms;
pub mod layout;
pub mod sav;
pub mod text;
pub mod workbook;

pub use cell::{Cell, Remarks, Row};
pub use fault::{Fault, FaultKind, Stop};
pub use input::{Container, FileInput, Input, ReadSeek, container};
pub use limits::Limits;
