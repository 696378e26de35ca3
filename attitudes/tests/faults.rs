//! What is refused, by name, and what is reported instead of hidden.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test may stop"
)]

use attitudes::{
    Coefficient, Correlations, Deletion, Extract, Extraction, Fault, Finding, Items, Margins, Matrix, ParallelSettings,
    Rotation, Scale, ScaleScore, Scoring, Starts, alpha, bartlett, extract, kmo, parallel_analysis, rotate,
    rotate_loadings, scale_scores, score_weights,
};

const SCALE: Scale = Scale { low: 1, high: 5, missing: 9 };

fn items(columns: &[&[u8]]) -> Result<Items, Fault> {
    let names = ["a", "b", "c", "d", "e", "f"];
    Items::codes(&names[..columns.len()], columns.iter().map(|column| column.to_vec()).collect(), SCALE)
}

fn pearson(items: &Items, deletion: Deletion) -> Result<Correlations, Fault> {
    Correlations::of(items, Coefficient::Pearson, deletion)
}

fn given(size: usize, pairs: &[(usize, usize, f64)]) -> Correlations {
    let names: Vec<String> = (0..size).map(|item| format!("i{item}")).collect();
    let mut matrix = Matrix::identity(size, size);
    for (row, column, value) in pairs {
        matrix[(*row, *column)] = *value;
        matrix[(*column, *row)] = *value;
    }
    Correlations::given(&names.iter().map(String::as_str).collect::<Vec<_>>(), matrix, Some(100)).unwrap()
}

#[test]
fn codes_outside_the_scale_are_named() {
    let fault = items(&[&[1, 2, 3], &[4, 5, 6]]).unwrap_err();
    assert_eq!(fault, Fault::OutsideScale { item: "b".into(), row: 2, code: 6.0, low: 1.0, high: 5.0 });
    assert_eq!(fault.to_string(), "item `b`, row 3: answer 6 is outside the scale 1 to 5");
    let numbers = Items::numbers(&["a"], vec![vec![1.0, f64::NAN, 0.5]]).unwrap();
    assert!(matches!(numbers.with_scale(1.0, 5.0), Err(Fault::OutsideScale { row: 2, .. })));
    assert!(matches!(Items::numbers(&["a"], vec![vec![1.0, f64::INFINITY]]), Err(Fault::NotFinite { row: 1, .. })));
    let nonsense = Items::codes(&["a"], vec![vec![1]], Scale { low: 1, high: 5, missing: 3 });
    assert!(matches!(nonsense, Err(Fault::Scale { .. })));
}

#[test]
fn tables_that_do_not_fit_are_named() {
    assert!(matches!(items(&[&[1, 2, 3], &[4, 5]]), Err(Fault::Size { expected: 3, found: 2, .. })));
    assert!(matches!(Items::numbers(&[], vec![]), Err(Fault::TooFewItems { .. })));
    assert!(matches!(Items::numbers(&["a", "a"], vec![vec![1.0], vec![2.0]]), Err(Fault::SameName { .. })));
    assert!(matches!(Items::numbers(&["a"], vec![vec![1.0], vec![2.0]]), Err(Fault::Size { .. })));
    let some = items(&[&[1, 2, 3], &[4, 5, 1]]).unwrap();
    assert!(matches!(some.select(&["z"]), Err(Fault::UnknownItem { .. })));
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let fault = some.clone().with_weights(vec![1.0, weight, 1.0]).unwrap_err();
        assert!(matches!(fault, Fault::Weight { row: 1, .. }));
    }
    assert!(matches!(some.with_weights(vec![1.0]), Err(Fault::Size { .. })));
}

#[test]
fn an_item_with_one_answer_is_named() {
    let flat = items(&[&[1, 2, 3, 4], &[4, 4, 9, 4], &[1, 3, 2, 2]]).unwrap();
    let known = |rows| Fault::OneAnswer { item: "b".into(), rows };
    assert_eq!(pearson(&flat, Deletion::Listwise).unwrap_err(), known(3));
    assert_eq!(pearson(&flat, Deletion::Pairwise).unwrap_err(), known(3));
    assert_eq!(alpha(&flat, &[], Deletion::Listwise, 0.95).unwrap_err(), known(3));
    // Two answers, but one only beside another item.
    let beside = items(&[&[1, 2, 3, 9], &[4, 4, 4, 5], &[1, 3, 2, 2]]).unwrap();
    for coefficient in [Coefficient::Pearson, Coefficient::Spearman, Coefficient::polychoric()] {
        let fault = Correlations::of(&beside, coefficient, Deletion::Pairwise).unwrap_err();
        assert_eq!(fault, Fault::OneAnswerBeside { item: "b".into(), beside: "a".into(), rows: 3 });
    }
}

#[test]
fn too_few_rows_and_items_are_refused() {
    let few = items(&[&[1, 2], &[4, 5], &[1, 3]]).unwrap();
    assert_eq!(pearson(&few, Deletion::Listwise).unwrap_err(), Fault::TooFewRows { rows: 2, items: 3 });
    let empty = items(&[&[1, 9, 2, 3], &[9, 5, 9, 9], &[1, 3, 4, 5]]).unwrap();
    assert!(matches!(pearson(&empty, Deletion::Listwise), Err(Fault::TooFewRows { rows: 0, .. })));
    assert!(matches!(alpha(&empty, &[], Deletion::Pairwise, 0.95), Err(Fault::OneAnswer { .. })));
    let alone = items(&[&[1, 2, 3]]).unwrap();
    assert!(matches!(pearson(&alone, Deletion::Listwise), Err(Fault::TooFewItems { needed: 2, found: 1 })));
    assert!(matches!(alpha(&alone, &[], Deletion::Listwise, 0.95), Err(Fault::TooFewItems { .. })));
}

#[test]
fn a_singular_matrix_names_its_items() {
    // c is what a leaves of 6; the others have nothing to do with it.
    let row = |shift: usize| (0..24).map(|row| ((row * shift + row / 5) % 5 + 1) as u8).collect::<Vec<u8>>();
    let (a, b, d, e) = (row(1), row(2), row(3), row(0));
    let c: Vec<u8> = a.iter().map(|one| 6 - one).collect();
    let correlations = pearson(&items(&[&a, &b, &c, &d, &e]).unwrap(), Deletion::Listwise).unwrap();
    let known = Fault::Singular { items: vec!["a".into(), "c".into()] };
    assert_eq!(kmo(&correlations).unwrap_err(), known);
    assert_eq!(bartlett(&correlations).unwrap_err(), known);
    for method in [Extraction::MinimumResidual, Extraction::PrincipalAxis, Extraction::MaximumLikelihood] {
        assert_eq!(extract(&correlations, &Extract::new(method, 1)).unwrap_err(), known);
    }
    assert!(matches!(correlations.findings.as_slice(), [Finding::NotPositiveDefinite { .. }]));
    assert!(parallel_analysis(&correlations, &ParallelSettings::default()).is_err());
}

#[test]
fn a_matrix_that_is_no_correlation_matrix_is_refused() {
    let of = |values: [f64; 4]| Correlations::given(&["a", "b"], Matrix::from_row_slice(2, 2, &values), None);
    for values in [[1.0, 0.5, 0.4, 1.0], [1.0, 1.5, 1.5, 1.0], [1.0, f64::NAN, f64::NAN, 1.0], [0.9, 0.5, 0.5, 1.0]] {
        assert!(matches!(of(values), Err(Fault::NotCorrelation { .. })), "{values:?}");
    }
    assert!(matches!(Correlations::given(&["a", "b"], Matrix::identity(2, 3), None), Err(Fault::Size { .. })));
    assert_eq!(bartlett(&of([1.0, 0.5, 0.5, 1.0]).unwrap()).unwrap_err(), Fault::NoRows);
}

#[test]
fn too_many_factors_are_refused() {
    let correlations = given(5, &[(0, 1, 0.5), (1, 2, 0.4), (3, 4, 0.3)]);
    let of = |factors| extract(&correlations, &Extract::new(Extraction::MinimumResidual, factors));
    assert_eq!(of(3).unwrap_err(), Fault::TooManyFactors { factors: 3, items: 5, df: -2 });
    assert!(matches!(of(usize::MAX), Err(Fault::TooManyFactors { .. })));
    assert!(matches!(of(0), Err(Fault::Setting { .. })));
    assert_eq!(of(2).unwrap().fit.df, 1);
}

#[test]
fn a_heywood_case_is_found() {
    // The triad rule: the communality of i0 is 0.8 * 0.7 / 0.4 = 1.4.
    let correlations = given(3, &[(0, 1, 0.8), (0, 2, 0.7), (1, 2, 0.4)]);
    for method in [Extraction::MinimumResidual, Extraction::PrincipalAxis, Extraction::MaximumLikelihood] {
        let found = extract(&correlations, &Extract::new(method, 1)).unwrap();
        let heywood = |one: &Finding| match one {
            Finding::Heywood { item, communality, .. } => item == "i0" && *communality > 0.99,
            _ => false,
        };
        assert!(found.findings.iter().any(heywood), "{method:?}: {:?}", found.findings);
        let turned = rotate(&found, Rotation::None, Starts { count: 1, seed: 1 }).unwrap();
        let bartlett = score_weights(&correlations, &turned, Scoring::Bartlett);
        if method == Extraction::PrincipalAxis {
            assert!(matches!(bartlett, Err(Fault::NoUniqueness { .. })));
        }
    }
}

#[test]
fn a_search_given_up_is_found() {
    let correlations =
        given(6, &[(0, 1, 0.5), (1, 2, 0.4), (0, 2, 0.45), (3, 4, 0.3), (4, 5, 0.4), (3, 5, 0.35), (0, 5, 0.1)]);
    for method in [Extraction::MinimumResidual, Extraction::PrincipalAxis, Extraction::MaximumLikelihood] {
        let settings = Extract { most_iterations: 1, ..Extract::new(method, 2) };
        let found = extract(&correlations, &settings).unwrap();
        assert!(!found.converged);
        assert!(found.findings.iter().any(|one| matches!(one, Finding::NotConverged { iterations: 1, .. })));
    }
}

#[test]
fn a_factor_too_many_is_found() {
    let found = extract(&given(5, &[]), &Extract::new(Extraction::PrincipalAxis, 1)).unwrap();
    assert!(matches!(found.findings.as_slice(), [Finding::EmptyFactor { factor: 0, eigenvalue: 0.0 }]), "{found:?}");
    // A second factor that is the first again cannot be turned.
    let empty = Matrix::from_row_slice(3, 2, &[0.8, 0.4, 0.6, 0.3, 0.4, 0.2]);
    let fault = rotate_loadings(&empty, Rotation::Varimax { kaiser: true }, Starts::default()).unwrap_err();
    assert_eq!(fault, Fault::Rank { rank: 1, factors: 2 });
}

#[test]
fn an_indefinite_matrix_is_told_and_refused_where_it_cannot_be_used() {
    let mut pairs = vec![(0, 1, 0.95), (0, 2, -0.95), (1, 2, 0.9), (3, 4, 0.5), (4, 5, 0.4)];
    pairs.push((3, 5, 0.3));
    let spoilt = given(6, &pairs);
    assert!(matches!(kmo(&spoilt), Err(Fault::NotPositiveDefinite { .. })));
    let likely = extract(&spoilt, &Extract::new(Extraction::MaximumLikelihood, 1));
    assert!(matches!(likely, Err(Fault::NotPositiveDefinite { .. })));
    let residual = extract(&spoilt, &Extract::new(Extraction::MinimumResidual, 1)).unwrap();
    assert!(matches!(residual.findings[0], Finding::NotPositiveDefinite { .. }));
    assert!(residual.fit.chi_square.is_none() && residual.fit.discrepancy.is_none() && residual.fit.tli.is_none());
    let bent = spoilt.smoothed(0.05).unwrap();
    assert!(bent.smallest_eigenvalue > 0.0);
    let after = extract(&bent, &Extract::new(Extraction::MaximumLikelihood, 1)).unwrap();
    assert!(after.findings.iter().any(|one| matches!(one, Finding::Smoothed { .. })), "{:?}", after.findings);
    assert!(matches!(spoilt.smoothed(0.0), Err(Fault::Setting { .. })));
    // Nothing to raise: nothing said.
    assert_eq!(given(3, &[(0, 1, 0.2)]).smoothed(0.01).unwrap().findings, []);
}

#[test]
fn an_item_that_runs_against_the_rest_is_told_and_not_turned() {
    let scale = items(&[&[1, 2, 3, 4, 5, 2], &[1, 2, 2, 4, 5, 1], &[5, 4, 3, 2, 1, 4]]).unwrap();
    let plain = alpha(&scale, &[], Deletion::Listwise, 0.95).unwrap();
    let told = |one: &Finding| matches!(one, Finding::NegativeItemRest { item, .. } if item == "c");
    assert!(plain.findings.iter().any(told));
    assert!(plain.findings.iter().any(|one| matches!(one, Finding::NegativeAlpha { .. })));
    let turned = alpha(&scale, &["c"], Deletion::Listwise, 0.95).unwrap();
    assert!(turned.raw > 0.9 && turned.findings.is_empty());
    assert!(matches!(alpha(&scale, &["z"], Deletion::Listwise, 0.95), Err(Fault::UnknownItem { .. })));
    assert!(matches!(alpha(&scale, &[], Deletion::Listwise, 1.0), Err(Fault::Setting { .. })));
}

#[test]
fn filled_cells_and_bounds_are_told() {
    let pair = items(&[&[1, 1, 2, 2, 2, 1], &[1, 1, 1, 2, 2, 1]]).unwrap();
    let of = |fill, margins| Correlations::of(&pair, Coefficient::Polychoric { margins, fill }, Deletion::Listwise);
    let bare = of(None, Margins::Pair).unwrap();
    assert!(bare.findings.iter().any(|one| matches!(one, Finding::AtBound { .. })), "{:?}", bare.findings);
    let filled = of(Some(0.5), Margins::Pair).unwrap();
    assert!(matches!(filled.findings.as_slice(), [Finding::CellsFilled { cells: 1, by: 0.5, .. }]));
    assert!(matches!(of(Some(0.5), Margins::Item), Err(Fault::Setting { .. })));
    assert!(matches!(of(Some(-1.0), Margins::Pair), Err(Fault::Setting { .. })));
    let many =
        Items::numbers(&["a", "b"], vec![(0..90).map(f64::from).collect(), (0..90).map(f64::from).collect()]).unwrap();
    let fault = Correlations::of(&many, Coefficient::polychoric(), Deletion::Listwise).unwrap_err();
    assert!(matches!(fault, Fault::TooManyAnswers { found: 51, most: 50, .. }));
}

#[test]
fn scores_follow_the_rule_for_answers_left_out() {
    let scale = items(&[&[1, 2, 9], &[3, 9, 9], &[5, 4, 1]]).unwrap();
    let of = |score, least| scale_scores(&scale, &["c"], score, least).unwrap();
    assert_eq!(of(ScaleScore::Mean, 2), [Some(5.0 / 3.0), Some(2.0), None]);
    assert_eq!(of(ScaleScore::Sum, 1), [Some(5.0), Some(6.0), Some(15.0)]);
    assert!(matches!(scale_scores(&scale, &[], ScaleScore::Mean, 0), Err(Fault::Setting { .. })));
    assert!(matches!(scale_scores(&scale, &[], ScaleScore::Mean, 4), Err(Fault::Setting { .. })));
    let bare = Items::numbers(&["a"], vec![vec![1.0]]).unwrap();
    assert!(matches!(scale_scores(&bare, &["a"], ScaleScore::Mean, 1), Err(Fault::NoScale { .. })));
}

#[test]
fn settings_without_sense_are_refused() {
    let loadings = Matrix::from_row_slice(4, 2, &[0.8, 0.1, 0.7, 0.2, 0.1, 0.6, 0.0, 0.7]);
    let of = |rotation, count| rotate_loadings(&loadings, rotation, Starts { count, seed: 1 });
    assert!(matches!(of(Rotation::None, 0), Err(Fault::Setting { .. })));
    assert!(matches!(of(Rotation::Promax { power: 0.0, kaiser: true }, 1), Err(Fault::Setting { .. })));
    assert!(matches!(of(Rotation::Oblimin { gamma: f64::NAN, kaiser: true }, 1), Err(Fault::Setting { .. })));
    let correlations = given(4, &[(0, 1, 0.5)]);
    let settings = ParallelSettings { quantile: 95.0, ..ParallelSettings::default() };
    assert!(matches!(parallel_analysis(&correlations, &settings), Err(Fault::Setting { .. })));
    let settings = Extract { least_uniqueness: 0.0, ..Extract::new(Extraction::MinimumResidual, 1) };
    assert!(matches!(extract(&correlations, &settings), Err(Fault::Setting { .. })));
}
