//! What has to be the same by two ways, for samples of any shape.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use proptest::prelude::*;
use survey::{
    Codes, Comparison, Design, Distance, Estimate, Factor, Item, Lonely, Margin, Nesting, Precision, Replicates,
    Result, Rounds, Sample, Stage, Statistic, Variable, calibrate, counts, goodness_of_fit, independence, mean,
    mean_by, post_stratify, proportions, rake, ratio, tabulate, total,
};

/// Columns of an invented sample.
#[derive(Debug, Clone)]
struct Drawn {
    strata: Vec<u32>,
    clusters: Vec<u32>,
    weights: Vec<f64>,
    y: Vec<f64>,
    domain: Vec<bool>,
    group: Vec<u32>,
    other: Vec<u32>,
}

fn unit() -> impl Strategy<Value = (f64, f64, bool, u32, u32)> {
    (0.5..20.0_f64, -50.0..150.0_f64, any::<bool>(), 0..3_u32, 0..2_u32)
}

/// `strata` × `clusters` × `units`, with at least one unit in each group and in the domain.
fn drawn(strata: std::ops::Range<u32>, clusters: std::ops::Range<u32>) -> impl Strategy<Value = Drawn> {
    (strata, clusters, 3..6_u32).prop_flat_map(|(strata, clusters, units)| {
        let count = (strata * clusters * units) as usize;
        proptest::collection::vec(unit(), count).prop_map(move |values| {
            let mut made = Drawn {
                strata: Vec::new(),
                clusters: Vec::new(),
                weights: values.iter().map(|value| value.0).collect(),
                y: values.iter().map(|value| value.1).collect(),
                domain: values.iter().map(|value| value.2).collect(),
                group: values.iter().map(|value| value.3).collect(),
                other: values.iter().map(|value| value.4).collect(),
            };
            for place in 0..strata * clusters * units {
                made.strata.push(place / (clusters * units));
                made.clusters.push(place / units);
            }
            for (place, group, other) in [(0, 0, 0), (1, 1, 1), (2, 2, 0), (3, 0, 1), (4, 1, 0), (5, 2, 1)] {
                made.group[place] = group;
                made.other[place] = other;
                made.domain[place] = place % 2 == 0;
            }
            made
        })
    })
}

impl Drawn {
    fn stage(&self) -> Stage {
        Stage::of_clusters(numbers(&self.clusters)).strata(numbers(&self.strata))
    }

    fn design(&self) -> Design {
        Design::builder().weights(&self.weights).stage(self.stage()).build().unwrap()
    }

    fn y(&self) -> Variable<'_> {
        Variable::new("y", &self.y)
    }

    fn reordered(&self, order: &[usize]) -> Self {
        fn pick<T: Copy>(from: &[T], order: &[usize]) -> Vec<T> {
            order.iter().map(|place| from[*place]).collect()
        }
        Self {
            strata: pick(&self.strata, order),
            clusters: pick(&self.clusters, order),
            weights: pick(&self.weights, order),
            y: pick(&self.y, order),
            domain: pick(&self.domain, order),
            group: pick(&self.group, order),
            other: pick(&self.other, order),
        }
    }
}

fn numbers(codes: &[u32]) -> Factor {
    Factor::numbers(codes).unwrap()
}

fn near(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs()).max(1e-6)
}

fn same(a: &Estimate, b: &Estimate, share: f64) {
    assert!(near(a.value, b.value, share), "{a:?} {b:?}");
    assert!(near(a.standard_error(), b.standard_error(), share), "{a:?} {b:?}");
    assert_eq!((a.n, a.degrees_of_freedom), (b.n, b.degrees_of_freedom));
}

/// The regression of y on a constant and on belonging to the domain, by its normal equations.
struct Regression<'a>(&'a Drawn);

impl Statistic for Regression<'_> {
    fn values(&self, weights: &[f64]) -> Result<Vec<f64>> {
        let (mut w, mut wd, mut wy, mut wdy) = (0.0, 0.0, 0.0, 0.0);
        for (unit, weight) in weights.iter().enumerate() {
            let d = f64::from(self.0.domain[unit]);
            w += weight;
            wd += weight * d;
            wy += weight * self.0.y[unit];
            wdy += weight * d * self.0.y[unit];
        }
        let determinant = w * wd - wd * wd;
        Ok(vec![(wd * wy - wd * wdy) / determinant, (w * wdy - wd * wy) / determinant])
    }

    fn influences(&self, weights: &[f64], values: &[f64]) -> Result<Vec<Vec<f64>>> {
        let w: f64 = weights.iter().sum();
        let inside = |unit: usize| f64::from(self.0.domain[unit]);
        let wd: f64 = weights.iter().enumerate().map(|(unit, weight)| weight * inside(unit)).sum();
        let determinant = w * wd - wd * wd;
        let score = |unit: usize| weights[unit] * (self.0.y[unit] - values[0] - values[1] * inside(unit));
        let (mut constant, mut slope) = (Vec::new(), Vec::new());
        for unit in 0..weights.len() {
            constant.push((wd - wd * inside(unit)) / determinant * score(unit));
            slope.push((w * inside(unit) - wd) / determinant * score(unit));
        }
        Ok(vec![constant, slope])
    }
}

type Targets<'a> = &'a [(&'a str, f64)];

fn margins_of<'a>((group, other): (&'a Factor, &'a Factor), targets: (Targets<'a>, Targets<'a>)) -> [Margin<'a>; 2] {
    [
        Margin::Categories { name: "group", factor: group, targets: targets.0 },
        Margin::Categories { name: "other", factor: other, targets: targets.1 },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_domain_mean_is_a_ratio_and_a_regression(made in drawn(1..4, 2..5)) {
        let design = made.design();
        let by_domain = mean(&design, &[made.y()], Some(&made.domain)).unwrap();
        let inside: Vec<f64> = made.domain.iter().map(|inside| f64::from(*inside)).collect();
        let yd: Vec<f64> = made.y.iter().zip(&inside).map(|(y, d)| y * d).collect();
        let as_ratio = ratio(&design, &[(Variable::new("yd", &yd), Variable::new("d", &inside))], None).unwrap();
        let (a, b) = (&by_domain.list()[0], &as_ratio.list()[0]);
        prop_assert!(near(a.value, b.value, 1e-12) && near(a.variance, b.variance, 1e-10), "{a:?} {b:?}");
        let (values, covariance) = design.measure(&Regression(&made)).unwrap();
        prop_assert!(near(a.value, values[0] + values[1], 1e-10));
        // The sum may be small beside its parts, whose last digits are then all that differs.
        let parts = 1e-12 * (covariance.get(0, 0).unwrap() + covariance.get(1, 1).unwrap());
        let summed = covariance.quadratic(&[1.0, 1.0]);
        prop_assert!((a.variance - summed).abs() <= parts + 1e-8 * a.variance, "{} {summed}", a.variance);
        // The slope is the difference of two domains.
        let groups = numbers(&made.domain.iter().map(|inside| u32::from(*inside)).collect::<Vec<_>>());
        let difference = mean_by(&design, made.y(), &groups, None).unwrap().contrast("d", &[-1.0, 1.0]).unwrap();
        prop_assert!(near(difference.value, values[1], 1e-8));
        let slope = covariance.get(1, 1).unwrap();
        prop_assert!((difference.variance - slope).abs() <= parts + 1e-8 * slope, "{} {slope}", difference.variance);
    }

    #[test]
    fn a_jackknifed_total_is_the_linearised_one(made in drawn(1..5, 2..6)) {
        let sizes: Vec<f64> = made.strata.iter().map(|stratum| 6.0 + 3.0 * f64::from(*stratum)).collect();
        let design = Design::builder().weights(&made.weights).stage(made.stage().population(&sizes)).build().unwrap();
        let linear = total(&design, &[made.y()], Some(&made.domain)).unwrap();
        let jkn = total(&Replicates::jkn(&design).unwrap(), &[made.y()], Some(&made.domain)).unwrap();
        same(&linear.list()[0], &jkn.list()[0], 1e-9);
        let one = Design::builder().weights(&made.weights).stage(Stage::of_clusters(numbers(&made.clusters)));
        let one = one.build().unwrap();
        let linear = total(&one, &[made.y()], None).unwrap();
        let jk1 = total(&Replicates::jk1(&one).unwrap(), &[made.y()], None).unwrap();
        same(&linear.list()[0], &jk1.list()[0], 1e-9);
        prop_assert_eq!(Replicates::jk1(&design).is_err(), design.strata() > 1);
    }

    #[test]
    fn balanced_halves_of_a_total_are_the_linearised_one(made in drawn(1..9, 2..3), rho in 0.0..0.9_f64) {
        let design = made.design();
        let linear = total(&design, &[made.y()], None).unwrap();
        let halves = total(&Replicates::brr(&design, rho).unwrap(), &[made.y()], None).unwrap();
        same(&linear.list()[0], &halves.list()[0], 1e-9);
    }

    #[test]
    fn raking_is_exponential_calibration(made in drawn(1..4, 2..5), a in 0.8..1.3_f64, b in 0.8..1.3_f64) {
        let (design, group, other) = (made.design(), numbers(&made.group), numbers(&made.other));
        let now = counts(&design, "group", &group, None).unwrap();
        let all: f64 = made.weights.iter().sum();
        let first = [now.list()[0].value * a, now.list()[1].value];
        let (third, half) = (all * 1.2 - first[0] - first[1], all * 1.2 * b / 2.2);
        prop_assume!(third > 0.1 * all);
        let groups = [("0", first[0]), ("1", first[1]), ("2", third)];
        let others = [("0", half), ("1", all * 1.2 - half)];
        let margins = margins_of((&group, &other), (&groups, &others));
        let rounds = Rounds { tolerance: 1e-12, limit: 2000 };
        let raked = rake(&design, &margins, &rounds);
        // Empty cells of the cross table may leave no way to meet both margins; then neither method may claim one.
        let Ok(raked) = raked else { return Ok(()) };
        let calibrated = calibrate(&design, &margins, Distance::Raking, &rounds).unwrap();
        for (a, b) in raked.weights().iter().zip(calibrated.weights()) {
            prop_assert!(near(*a, *b, 1e-8), "{a} {b}");
        }
        let (a, b) = (mean(&raked, &[made.y()], None).unwrap(), mean(&calibrated, &[made.y()], None).unwrap());
        same(&a.list()[0], &b.list()[0], 1e-8);
        // What was calibrated to does not vary.
        for count in counts(&raked, "group", &group, None).unwrap().list() {
            prop_assert!(count.standard_error() < 1e-7 * all, "{count:?}");
        }
    }

    #[test]
    fn post_stratification_is_linear_calibration_on_one_margin(made in drawn(1..4, 2..5)) {
        let (design, group) = (made.design(), numbers(&made.group));
        let targets = [("0", 500.0), ("1", 300.0), ("2", 450.0)];
        let post = post_stratify(&design, "group", &group, &targets).unwrap();
        let margins = [Margin::Categories { name: "group", factor: &group, targets: &targets }];
        let linear = calibrate(&design, &margins, Distance::Linear, &Rounds::default()).unwrap();
        for domain in [None, Some(made.domain.as_slice())] {
            let (a, b) = (total(&post, &[made.y()], domain).unwrap(), total(&linear, &[made.y()], domain).unwrap());
            same(&a.list()[0], &b.list()[0], 1e-9);
        }
    }

    #[test]
    fn the_order_of_rows_and_the_size_of_weights_do_not_matter(made in drawn(1..4, 2..5), seed in any::<u64>()) {
        let mut order: Vec<usize> = (0..made.y.len()).collect();
        order.sort_by_key(|place| (*place as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
        let turned = made.reordered(&order);
        let scaled = Drawn { weights: made.weights.iter().map(|weight| weight * 7.5).collect(), ..made.clone() };
        let of = |made: &Drawn| {
            let group = numbers(&made.group);
            let by = mean_by(&made.design(), made.y(), &group, Some(&made.domain)).unwrap();
            let test = independence(&made.design(), &group, &numbers(&made.other), None).unwrap();
            (by, test)
        };
        let (plain, test) = of(&made);
        for other in [of(&turned), of(&scaled)] {
            for (a, b) in plain.list().iter().zip(other.0.list()) {
                prop_assert!(near(a.value, b.value, 1e-12), "{a:?} {b:?}");
                // An error that is zero but for rounding has no digits to compare.
                let noise = 1e-13 * a.value.abs();
                let off = (a.standard_error() - b.standard_error()).abs();
                prop_assert!(off <= noise + 1e-11 * a.standard_error(), "{a:?} {b:?}");
            }
            prop_assert!(near(test.second_order.p, other.1.second_order.p, 1e-8));
        }
    }

    #[test]
    fn tables_of_items_are_what_the_general_way_gives(made in drawn(1..4, 3..6), kind in 0..9_u32, inside in any::<bool>()) {
        let domain = inside.then_some(made.domain.as_slice());
        // 3 stands for a missing answer, and 9 as its code.
        let codes: Vec<u8> = made.group.iter().zip(&made.y)
            .map(|(group, y)| if *y > 120.0 { 9 } else { u8::try_from(*group).unwrap() }).collect();
        let known: Vec<Option<u32>> = codes.iter().map(|code| (*code != 9).then_some(u32::from(*code))).collect();
        let factor = Factor::with_categories(&known, &["0", "1", "2", "3"]).unwrap();
        let sizes: Vec<f64> = made.strata.iter().map(|stratum| 8.0 + f64::from(*stratum)).collect();
        let within = vec![9.0; made.y.len()];
        let lonely: Vec<u32> = made.clusters.iter().map(|c| if *c == 0 { 77 } else { made.strata[*c as usize] }).collect();
        let start = Design::builder().weights(&made.weights);
        let design = match kind {
            0 => start.stage(Stage::elements().strata(numbers(&made.strata))).build(),
            1 => start.stage(made.stage()).build(),
            2 => start.stage(made.stage().population(&sizes)).stage(Stage::elements().population(&within)).build(),
            3 => start.lonely(Lonely::Adjust).nesting(Nesting::Nest)
                .stage(Stage::of_clusters(numbers(&made.clusters)).strata(numbers(&lonely))).build(),
            4 => {
                let halves: Vec<u32> = (0..codes.len()).map(|place| u32::try_from(place).unwrap() % 2).collect();
                let second = Stage::of_clusters(numbers(&halves)).population(&within);
                start.stage(made.stage().population(&sizes)).stage(second).build()
            }
            5 => post_stratify(&made.design(), "other", &numbers(&made.other), &[("0", 300.0), ("1", 200.0)]),
            _ => {
                let stages = match kind {
                    6 => vec![made.stage().population(&sizes), Stage::elements().population(&within)],
                    7 => vec![made.stage()],
                    _ => vec![Stage::elements().strata(numbers(&made.strata))],
                };
                let drawn = stages.into_iter().fold(start, survey::DesignBuilder::stage).build().unwrap();
                let (other, all) = (numbers(&made.other), made.weights.iter().sum::<f64>());
                let targets = [("0", 0.6 * all), ("1", 0.5 * all)];
                let ones: Vec<f64> = made.y.iter().map(|y| 80.0 + y / 10.0).collect();
                let now: f64 = ones.iter().zip(&made.weights).map(|(x, w)| x * w).sum();
                let margins = [
                    Margin::Categories { name: "other", factor: &other, targets: &targets },
                    Margin::Total { name: "size", values: &ones, target: 1.1 * now },
                ];
                let bent = calibrate(&drawn, &margins, Distance::Raking, &Rounds::default()).unwrap();
                if inside && kind == 7 {
                    post_stratify(&bent, "group", &numbers(&made.group), &[("0", 90.0), ("1", 80.0), ("2", 70.0)])
                } else {
                    Ok(bent)
                }
            }
        }.unwrap();
        let wide: Vec<u16> = codes.iter().map(|code| u16::from(*code)).collect();
        let items = [
            Item { codes: Codes::Narrow(&codes), categories: 4, missing: Some(9) },
            Item { codes: Codes::Wide(&wide), categories: 4, missing: Some(9) },
        ];
        let expected = proportions(&design, "item", &factor, domain).unwrap();
        let weighted = counts(&design, "item", &factor, domain).unwrap();
        for table in tabulate(&items, &design, domain) {
            let table = table.unwrap();
            prop_assert_eq!(table.cells.len(), 4);
            for ((cell, share), count) in table.cells.iter().zip(expected.list()).zip(weighted.list()) {
                prop_assert!(near(cell.weighted, count.value, 1e-12));
                prop_assert!(near(cell.proportion.value, share.value, 1e-12));
                prop_assert!((cell.proportion.standard_error() - share.standard_error()).abs() < 1e-9, "{cell:?} {share:?}");
                prop_assert_eq!(cell.proportion.degrees_of_freedom, share.degrees_of_freedom);
                prop_assert_eq!(cell.proportion.n, share.n);
                let effects = [cell.proportion.clone(), share.clone()].map(|e| e.design_effect(survey::Against::WithReplacement));
                prop_assert!(near(effects[0].unwrap_or(0.0), effects[1].unwrap_or(0.0), 1e-8), "{effects:?}");
            }
            prop_assert_eq!(table.cells.iter().map(|cell| cell.n).sum::<usize>(), table.n);
            let all = domain.map_or(made.y.len(), |domain| domain.iter().filter(|inside| **inside).count());
            prop_assert_eq!(table.n + table.missing, all);
        }
    }
}

/// A sample for tests that need one only.
fn fixed() -> Drawn {
    let count = 240_u32;
    let wave = |place: u32, by: u32| f64::from(place * by % 97) / 97.0;
    Drawn {
        strata: (0..count).map(|place| place / 80).collect(),
        clusters: (0..count).map(|place| place / 8).collect(),
        weights: (0..count).map(|place| 1.0 + 4.0 * wave(place, 13)).collect(),
        y: (0..count).map(|place| 100.0 * wave(place, 29) + f64::from(place / 8 % 5)).collect(),
        domain: (0..count).map(|place| place % 3 != 0).collect(),
        group: (0..count).map(|place| place * 7 % 3).collect(),
        other: (0..count).map(|place| place * 11 % 2).collect(),
    }
}

#[test]
fn a_bootstrap_comes_near_linearisation_and_is_the_same_on_any_number_of_threads() {
    let made = fixed();
    let sizes: Vec<f64> = made.strata.iter().map(|stratum| 14.0 + 10.0 * f64::from(*stratum)).collect();
    for stage in [made.stage(), made.stage().population(&sizes)] {
        let design = Design::builder().weights(&made.weights).stage(stage).build().unwrap();
        let linear = mean(&design, &[made.y()], None).unwrap().list()[0].standard_error();
        let drawn = |seed| {
            let sample = Replicates::bootstrap(&design, 4000, seed).unwrap();
            mean(&sample, &[made.y()], None).unwrap().list()[0].standard_error()
        };
        // 4 000 replicates know a standard error to about 1.1 %; four times that.
        assert!(near(drawn(1), linear, 0.045), "{} {linear}", drawn(1));
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| drawn(1));
        assert_eq!(alone.to_bits(), drawn(1).to_bits());
        assert_ne!(drawn(2).to_bits(), drawn(1).to_bits());
    }
}

#[test]
fn two_given_shares_are_tested_as_one_share_is() {
    let made = fixed();
    let design = made.design();
    let other = numbers(&made.other);
    let test = goodness_of_fit(&design, "other", &other, &[0.48, 0.52], None).unwrap();
    let share = proportions(&design, "other", &other, None).unwrap().list()[0].clone();
    let wald = (share.value - 0.48).powi(2) / share.variance;
    assert!(near(test.first_order.statistic, wald, 1e-10) && near(test.second_order.statistic, wald, 1e-10));
    assert!(near(test.second_order.numerator, 1.0, 1e-10));
    let reach = wald.sqrt();
    let p = 2.0 * (1.0 - student(reach, share.degrees_of_freedom));
    assert!(near(test.second_order.p, p, 1e-8), "{} {p}", test.second_order.p);
}

/// Student's distribution function by Simpson's rule: no library in common with what it checks.
fn student(t: f64, df: f64) -> f64 {
    let density = |x: f64| (1.0 + x * x / df).powf(-f64::midpoint(df, 1.0));
    let simpson = |to: f64, steps: u32| {
        let width = to / f64::from(steps);
        let weight = |k: u32| {
            if k == 0 || k == steps {
                1.0
            } else if k % 2 == 1 {
                4.0
            } else {
                2.0
            }
        };
        (0..=steps).map(|k| weight(k) * density(width * f64::from(k))).sum::<f64>() * width / 3.0
    };
    0.5 + simpson(t, 4000) / (2.0 * simpson(400.0, 400_000))
}

#[test]
fn sample_sizes_are_those_of_the_textbooks() {
    let wanted = |population| Precision { margin: 0.05, level: 0.95, design_effect: 1.0, population };
    assert_eq!(wanted(None).units_for_share(0.5).unwrap(), 385.0);
    assert_eq!(wanted(Some(1000.0)).units_for_share(0.5).unwrap(), 278.0);
    assert_eq!(wanted(Some(500.0)).units_for_share(0.5).unwrap(), 218.0);
    let twice = Precision { design_effect: 2.0, ..wanted(None) };
    assert_eq!(twice.units_for_share(0.5).unwrap(), 769.0);
    let two = Comparison { first: 63.0, second: 63.0, design_effect: 1.0, alpha: 0.05, power: 0.8 };
    // 63 in each group find half a standard deviation (Cohen 1988, normal approximation).
    assert!(near(two.detectable_means(1.0).unwrap(), 0.5, 2e-3));
    let (above, below) = two.detectable_shares(0.02).unwrap();
    assert!(above.is_some() && below.is_none());
    let (a, b) = (two.detectable_shares(0.3).unwrap().0.unwrap(), two.detectable_shares(0.7).unwrap().1.unwrap());
    assert!(near(a, 1.0 - b, 1e-9));
}
