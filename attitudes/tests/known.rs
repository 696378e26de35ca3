//! What R answers about an invented set of nine items (tests/oracle), and what is known without R.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test may stop"
)]

mod common;

use attitudes::{Coefficient, Correlations, Deletion, Parallel, ParallelSettings, parallel_analysis};
use common::{Oracle, read_items};

fn invented() -> Oracle {
    let items = read_items(include_str!("oracle/invented.csv"));
    let mut oracle = Oracle::new(items, include_str!("oracle/recorded.csv"), 3);
    oracle.scales = vec![
        ("formal", vec!["formal_1", "formal_2", "formal_3"]),
        ("contract", vec!["contract_1", "contract_2", "contract_3"]),
        ("guide", vec!["guide_1", "guide_2", "guide_3"]),
    ];
    oracle.reversed = vec!["contract_3"];
    oracle
}

#[test]
fn alpha_is_that_of_r() {
    invented().reliability(1.0, 5.0);
}

#[test]
fn correlations_are_those_of_r() {
    invented().correlation();
}

#[test]
fn adequacy_is_that_of_r() {
    invented().adequacy();
}

#[test]
fn factors_are_those_of_r_and_no_worse() {
    invented().extraction();
}

#[test]
fn rotations_are_those_of_r() {
    invented().rotation();
}

#[test]
fn scores_are_those_of_r() {
    invented().scores();
}

#[test]
fn smoothing_is_that_of_r() {
    invented().smoothing();
}

#[test]
fn three_factors_are_suggested() {
    let oracle = invented();
    let correlations = Correlations::of(&oracle.items, Coefficient::polychoric(), Deletion::Pairwise).unwrap();
    for of in [Parallel::Components, Parallel::Factors] {
        let settings = ParallelSettings { of, ..ParallelSettings::default() };
        assert_eq!(parallel_analysis(&correlations, &settings).unwrap().suggested, 3);
    }
}
