//! `parcours`: from the exports of Belgium's public welfare centres to indicators and reports.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod catalogue;
pub mod collect;
pub mod demo;
pub mod disseminate;
pub mod error;
pub mod lake;
pub mod model;
pub mod process;
pub mod text;
