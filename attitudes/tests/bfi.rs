//! What R answers about psych's bfi: 2 800 respondents, 25 items, five factors. The data is not checked in:
//! `Rscript attitudes/tests/oracle/export.R FOLDER/attitudes` writes it, and `PARCOURS_R_ORACLE=FOLDER` says where it is.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test may stop"
)]

mod common;

use common::{Oracle, read_items};
use std::path::PathBuf;

fn bfi() -> Option<Oracle> {
    let Some(folder) = std::env::var_os("PARCOURS_R_ORACLE") else {
        println!("skipped: PARCOURS_R_ORACLE is not set (tests/oracle/export.R writes what it names)");
        return None;
    };
    let folder = PathBuf::from(folder).join("attitudes");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let mut oracle = Oracle::new(read_items(&read("bfi.csv")), &read("answers.csv"), 5);
    oracle.scales = vec![
        ("A", vec!["A1", "A2", "A3", "A4", "A5"]),
        ("C", vec!["C1", "C2", "C3", "C4", "C5"]),
        ("E", vec!["E1", "E2", "E3", "E4", "E5"]),
        ("N", vec!["N1", "N2", "N3", "N4", "N5"]),
        ("O", vec!["O1", "O2", "O3", "O4", "O5"]),
    ];
    oracle.reversed = vec!["A1", "C4", "C5", "E1", "E2", "O2", "O5"];
    Some(oracle)
}

#[test]
fn alpha_is_that_of_r() {
    bfi().iter().for_each(|oracle| oracle.reliability(1.0, 6.0));
}

#[test]
fn correlations_are_those_of_r() {
    bfi().iter().for_each(Oracle::correlation);
}

#[test]
fn adequacy_is_that_of_r() {
    bfi().iter().for_each(Oracle::adequacy);
}

#[test]
fn factors_are_those_of_r_and_no_worse() {
    bfi().iter().for_each(Oracle::extraction);
}

#[test]
fn rotations_are_those_of_r() {
    bfi().iter().for_each(Oracle::rotation);
}

#[test]
fn scores_are_those_of_r() {
    bfi().iter().for_each(Oracle::scores);
}

#[test]
fn smoothing_is_that_of_r() {
    bfi().iter().for_each(Oracle::smoothing);
}
