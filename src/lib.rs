//! `parcours`: from the exports of Belgium's public welfare centres (CPAS / OCMW / ÖSHZ) to indicators and reports.
//!
//! Four phases, each a function from values to values; only the two ends touch files:
//!
//! 1. [`collect`] reads any export by a profile: accepted rows, rejects, receipts that add up.
//! 2. [`process`] pairs the zero with the end measure over the live rows of the [`lake`].
//! 3. [`analyse`] turns what an [`engine`] returns for the SQL of the [`catalogue`] into observations and tables.
//! 4. [`disseminate`] renders those tables: workbook, page, charts.
//!
//! [`study`] stands beside them: survey microdata to published figures computed again.
//!
//! [`commands`] joins the phases; [`model`] holds the words of the field; `ARCHITECTURE.md` has the map.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod analyse;
pub mod catalogue;
pub mod cli;
pub mod collect;
pub mod commands;
pub mod demo;
pub mod disseminate;
pub mod engine;
pub mod error;
pub mod inspect;
pub mod lake;
pub mod model;
pub mod process;
pub mod release;
pub mod settings;
pub mod study;
pub mod text;
