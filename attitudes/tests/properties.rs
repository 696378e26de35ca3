//! What has to hold whatever the answers are.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test may stop"
)]

use attitudes::{
    Coefficient, Correlations, Deletion, Extract, Extraction, Finding, Items, Matrix, Parallel, ParallelSettings,
    Rotation, Scale, ScaleScore, Scoring, Starts, alpha, congruence, extract, match_factors, parallel_analysis,
    polychoric_of_table, rotate, rotate_loadings, scale_scores, score_weights,
};
use proptest::prelude::*;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|item| format!("i{item}")).collect()
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Answers on a scale of 1 to 5 that hang together: a common part, and one of the item's own.
fn answers(items: usize, rows: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    let common = prop::collection::vec(0_u8..=2, rows);
    let own = prop::collection::vec(prop::collection::vec(0_u8..=2, rows), items);
    (common, own).prop_map(|(common, own)| {
        own.iter().map(|own| own.iter().zip(&common).map(|(one, both)| 1 + one + both).collect()).collect()
    })
}

fn coded(columns: Vec<Vec<u8>>) -> Items {
    let names = names(columns.len());
    Items::codes(&borrowed(&names), columns, Scale { low: 1, high: 5, missing: 0 }).unwrap()
}

fn table() -> impl Strategy<Value = Matrix> {
    (2_usize..6, 2_usize..6).prop_flat_map(|(rows, columns)| {
        prop::collection::vec(1_u32..60, rows * columns)
            .prop_map(move |counts| Matrix::from_iterator(rows, columns, counts.into_iter().map(f64::from)))
    })
}

/// Loadings of two or three factors and the correlations that they imply exactly.
fn model() -> impl Strategy<Value = (Matrix, Matrix)> {
    (2_usize..4).prop_flat_map(|factors| {
        let items = 4 * factors;
        prop::collection::vec(0.0_f64..1.0, items * factors).prop_map(move |drawn| {
            let loading = |item: usize, factor: usize| {
                let value = drawn[item * factors + factor];
                if item % factors == factor { 0.5 + 0.3 * value } else { 0.3 * (value - 0.5) }
            };
            let loadings = Matrix::from_fn(items, factors, loading);
            let mut implied = &loadings * loadings.transpose();
            implied.fill_diagonal(1.0);
            (loadings, implied)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn alpha_does_not_know_order_nor_origin(columns in answers(4, 40), shift in -100.0_f64..100.0) {
        let plain = alpha(&coded(columns.clone()), &[], Deletion::Listwise, 0.95).unwrap();
        let shifted: Vec<Vec<f64>> =
            columns.iter().rev().map(|column| column.iter().map(|one| f64::from(*one) + shift).collect()).collect();
        let names = names(4);
        let other = alpha(&Items::numbers(&borrowed(&names), shifted).unwrap(), &[], Deletion::Pairwise, 0.95).unwrap();
        prop_assert!((plain.raw - other.raw).abs() < 1e-9);
        prop_assert!((plain.standardised - other.standardised).abs() < 1e-9);
        prop_assert!((plain.items[0].item_rest.unwrap() - other.items[3].item_rest.unwrap()).abs() < 1e-9);
    }

    #[test]
    fn reversing_an_item_flips_its_signs(columns in answers(4, 60)) {
        let mut turned = columns.clone();
        turned[2].iter_mut().for_each(|one| *one = 6 - *one);
        let (plain, turned) = (coded(columns), coded(turned));
        for coefficient in [Coefficient::Pearson, Coefficient::Spearman, Coefficient::polychoric()] {
            let of = |items: &Items| Correlations::of(items, coefficient, Deletion::Listwise).unwrap().matrix;
            let (one, other) = (of(&plain), of(&turned));
            for item in [0, 1, 3] {
                prop_assert!((one[(2, item)] + other[(2, item)]).abs() < 1e-9, "{:?}", coefficient);
            }
        }
        let one = alpha(&plain, &[], Deletion::Listwise, 0.95).unwrap();
        let other = alpha(&turned, &["i2"], Deletion::Listwise, 0.95).unwrap();
        prop_assert!((one.raw - other.raw).abs() < 1e-12 && (one.standardised - other.standardised).abs() < 1e-12);
        let scores = |items: &Items, reversed: &[&str]| scale_scores(items, reversed, ScaleScore::Sum, 4).unwrap();
        prop_assert_eq!(scores(&plain, &[]), scores(&turned, &["i2"]));
    }

    #[test]
    fn equal_weights_change_nothing_and_a_weight_of_two_is_a_row_twice(columns in answers(3, 40)) {
        let plain = coded(columns.clone());
        let even = plain.clone().with_weights(vec![2.5; 40]).unwrap();
        let heavy = plain.clone().with_weights((0..40).map(|row| if row < 10 { 2.0 } else { 1.0 }).collect()).unwrap();
        let twice = coded(columns.iter().map(|column| [&column[..10], column].concat()).collect());
        for coefficient in [Coefficient::Pearson, Coefficient::Spearman, Coefficient::polychoric()] {
            let of = |items: &Items| Correlations::of(items, coefficient, Deletion::Pairwise).unwrap().matrix;
            prop_assert!((of(&plain) - of(&even)).amax() < 1e-9);
            prop_assert!((of(&heavy) - of(&twice)).amax() < 1e-9);
        }
    }

    #[test]
    fn a_table_and_its_transpose_have_one_polychoric_correlation(table in table()) {
        let (one, other) = (polychoric_of_table(&table, None).unwrap(), polychoric_of_table(&table.transpose(), None).unwrap());
        prop_assert!(one.converged && one.correlation.abs() <= 1.0);
        prop_assert!((one.correlation - other.correlation).abs() < 1e-10);
        // Half as many of everybody change nothing either.
        let halved = polychoric_of_table(&(&table * 0.5), None).unwrap();
        prop_assert!((one.correlation - halved.correlation).abs() < 1e-10);
    }

    #[test]
    fn an_exact_model_is_found_again((loadings, implied) in model()) {
        let names = names(implied.nrows());
        let correlations = Correlations::given(&borrowed(&names), implied.clone(), Some(500)).unwrap();
        for method in [Extraction::MinimumResidual, Extraction::PrincipalAxis, Extraction::MaximumLikelihood] {
            let found = extract(&correlations, &Extract::new(method, loadings.ncols())).unwrap();
            let mut again = &found.loadings * found.loadings.transpose();
            again.fill_diagonal(1.0);
            prop_assert!((again - &implied).amax() < 1e-6, "{:?}", method);
            prop_assert!(found.converged && found.fit.rmsr < 1e-6 && found.fit.discrepancy.unwrap() < 1e-9);
            let axes = &loadings * loadings.transpose();
            prop_assert!(found.communality.iter().zip(axes.diagonal().iter()).all(|(one, other)| (one - other).abs() < 1e-4));
        }
    }

    #[test]
    fn rotation_explains_what_was_explained((loadings, _) in model()) {
        let whole = &loadings * loadings.transpose();
        for rotation in [
            Rotation::None,
            Rotation::Varimax { kaiser: true },
            Rotation::Promax { power: 4.0, kaiser: true },
            Rotation::Oblimin { gamma: 0.0, kaiser: false },
            Rotation::Oblimin { gamma: -0.5, kaiser: true },
        ] {
            let turned = rotate_loadings(&loadings, rotation, Starts { count: 5, seed: 3 }).unwrap();
            let again = &turned.loadings * &turned.phi * turned.loadings.transpose();
            prop_assert!((again - &whole).amax() < 1e-9, "{:?}", rotation);
            prop_assert!((&turned.structure - &turned.loadings * &turned.phi).amax() < 1e-12);
            prop_assert!(turned.loadings.column_iter().all(|column| column.sum() > 0.0));
            let squares: Vec<f64> = turned.loadings.column_iter().map(|column| column.norm_squared()).collect();
            prop_assert!(squares.windows(2).all(|two| two[0] >= two[1] - 1e-6));
            prop_assert!((turned.explained.last().unwrap().cumulative - whole.trace() / whole.nrows() as f64).abs() < 1e-9);
        }
    }

    #[test]
    fn what_is_made_small_is_never_below_zero(columns in answers(7, 50)) {
        let correlations = Correlations::of(&coded(columns), Coefficient::Pearson, Deletion::Listwise).unwrap();
        for factors in 1..=3 {
            let of = |method| extract(&correlations, &Extract::new(method, factors)).unwrap();
            let (residual, axis, likely) =
                (of(Extraction::MinimumResidual), of(Extraction::PrincipalAxis), of(Extraction::MaximumLikelihood));
            let discrepancy = |found: &attitudes::Factors| found.fit.discrepancy.unwrap_or(f64::INFINITY);
            prop_assert!(discrepancy(&likely) >= 0.0);
            // Each is best at its own criterion.
            let both = (discrepancy(&likely), discrepancy(&residual));
            prop_assert!(both.0 <= both.1 + 1e-9, "{factors} factors: {both:?} {:?} {:?}", likely, residual);
            let held = |found: &attitudes::Factors| found.findings.iter().any(|one| matches!(one, Finding::Heywood { .. }));
            if !held(&residual) && !held(&axis) {
                prop_assert!(residual.fit.squared_residuals <= axis.fit.squared_residuals + 1e-9);
            }
            prop_assert!(held(&residual) || residual.fit.squared_residuals <= likely.fit.squared_residuals + 1e-9);
            prop_assert!([&residual, &axis, &likely].iter().all(|found| found.loadings.iter().all(|one| one.is_finite())));
        }
    }

    #[test]
    fn bartlett_scores_tell_factors_apart((loadings, implied) in model()) {
        let names = names(implied.nrows());
        let correlations = Correlations::given(&borrowed(&names), implied, None).unwrap();
        let factors = extract(&correlations, &Extract::new(Extraction::MaximumLikelihood, loadings.ncols())).unwrap();
        let turned = rotate(&factors, Rotation::Oblimin { gamma: 0.0, kaiser: false }, Starts { count: 5, seed: 1 }).unwrap();
        let weights = score_weights(&correlations, &turned, Scoring::Bartlett).unwrap();
        let unit = weights.weights.transpose() * &turned.loadings;
        prop_assert!((unit - Matrix::identity(turned.phi.nrows(), turned.phi.nrows())).amax() < 1e-8);
        // Regression has the highest correlation with the factors that weights can have.
        let regression = score_weights(&correlations, &turned, Scoring::Regression).unwrap();
        prop_assert!(regression.validity.iter().zip(&weights.validity).all(|(best, other)| best >= &(other - 1e-9) && *best < 1.0));
    }
}

#[test]
fn varimax_leaves_a_simple_structure_alone() {
    let loadings = Matrix::from_row_slice(6, 2, &[0.9, 0.0, 0.8, 0.0, 0.7, 0.0, 0.0, 0.6, 0.0, 0.5, 0.0, 0.4]);
    for kaiser in [true, false] {
        let turned = rotate_loadings(&loadings, Rotation::Varimax { kaiser }, Starts { count: 20, seed: 5 }).unwrap();
        assert!((&turned.loadings - &loadings).amax() < 1e-12);
        assert_eq!((turned.minima.len(), turned.minima[0].starts), (1, 20));
    }
    let slanted =
        rotate_loadings(&loadings, Rotation::Oblimin { gamma: 0.0, kaiser: false }, Starts::default()).unwrap();
    assert!((&slanted.loadings - &loadings).amax() < 1e-6);
}

#[test]
fn several_minima_of_a_rotation_are_told() {
    // Loadings without any structure, found among many of the kind.
    let value = |item: usize, factor: usize| 0.6 * ((6 * item * item + factor * item + 3 * factor + item) as f64).sin();
    let loadings = Matrix::from_fn(8, 4, value);
    let rotation = Rotation::Oblimin { gamma: 0.0, kaiser: false };
    let turned = rotate_loadings(&loadings, rotation, Starts { count: 60, seed: 2 }).unwrap();
    let starts: usize = turned.minima.iter().map(|one| one.starts).sum();
    assert!(starts <= 60 && turned.minima.windows(2).all(|two| two[0].criterion < two[1].criterion));
    let told = turned.findings.iter().any(|one| matches!(one, Finding::SeveralMinima { starts: 60, .. }));
    assert_eq!(told, turned.minima.len() > 1);
    assert!(told, "{:?}", turned.minima);
}

#[test]
fn order_and_sign_follow_the_rule() {
    let loadings = Matrix::from_row_slice(4, 2, &[0.1, -0.9, 0.2, -0.8, 0.5, 0.1, 0.6, -0.1]);
    let told = rotate_loadings(&loadings, Rotation::None, Starts { count: 1, seed: 0 }).unwrap();
    let known = Matrix::from_row_slice(4, 2, &[0.9, 0.1, 0.8, 0.2, -0.1, 0.5, 0.1, 0.6]);
    assert_eq!(told.loadings, known);
    // Equal sums of squares: the factor of the earlier item first, whichever column it was in.
    let even = Matrix::from_row_slice(4, 2, &[0.0, 0.7, 0.0, 0.7, 0.7, 0.0, 0.7, 0.0]);
    let told = rotate_loadings(&even, Rotation::None, Starts { count: 1, seed: 0 }).unwrap();
    assert_eq!(told.loadings[(0, 0)], 0.7);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let all = || {
        let column =
            |item: usize| (0..400).map(|row| ((row * (item + 3) + row / 7 + row * row % 11) % 5 + 1) as u8).collect();
        let items = coded((0..8).map(column).collect());
        let correlations = Correlations::of(&items, Coefficient::polychoric(), Deletion::Listwise).unwrap();
        let factors = extract(&correlations, &Extract::new(Extraction::MinimumResidual, 2)).unwrap();
        let turned = rotate(&factors, Rotation::Oblimin { gamma: 0.0, kaiser: false }, Starts::default()).unwrap();
        let settings = ParallelSettings { of: Parallel::Components, ..ParallelSettings::default() };
        let parallel = parallel_analysis(&correlations, &settings).unwrap();
        format!("{correlations:?}{factors:?}{turned:?}{parallel:?}")
    };
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(all);
    assert_eq!(with(1), with(3));
}

#[test]
fn factors_of_two_waves_are_matched() {
    let one = Matrix::from_row_slice(5, 2, &[0.8, 0.1, 0.7, 0.0, 0.1, 0.6, 0.0, 0.7, 0.1, 0.5]);
    let other = Matrix::from_fn(5, 2, |row, column| if column == 0 { -one[(row, 1)] } else { one[(row, 0)] * 0.9 });
    let matched = match_factors(&one, &other).unwrap();
    assert_eq!(matched.iter().map(|one| (one.first, one.second)).collect::<Vec<_>>(), [(0, 1), (1, 0)]);
    assert!((matched[0].congruence - 1.0).abs() < 1e-12 && (matched[1].congruence + 1.0).abs() < 1e-12);
    // A factor that runs the other way is still the nearest: -0.91 goes before 0.41.
    let one = Matrix::from_row_slice(3, 2, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let other = Matrix::from_row_slice(3, 2, &[-0.9, 0.2, 0.4, 0.3, 0.0, 0.9]);
    let matched = match_factors(&one, &other).unwrap();
    assert_eq!(matched.iter().map(|one| (one.first, one.second)).collect::<Vec<_>>(), [(0, 0), (1, 1)]);
}

#[test]
fn congruence_is_the_cosine() {
    let one = Matrix::from_row_slice(5, 2, &[0.8, 0.1, 0.7, 0.0, 0.1, 0.6, 0.0, 0.7, 0.1, 0.5]);
    // By hand: 0.8 * 0.1 + 0.1 * 0.6 + 0.1 * 0.5 over the lengths.
    let known = 0.19 / ((0.64_f64 + 0.49 + 0.01 + 0.01) * (0.01 + 0.36 + 0.49 + 0.25)).sqrt();
    assert!((congruence(&one, &one).unwrap()[(0, 1)] - known).abs() < 1e-12);
}
