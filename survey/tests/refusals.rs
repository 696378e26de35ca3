//! What is refused, and what the message names.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use survey::{
    Codes, Comparison, Design, DesignBuilder, Distance, Factor, Item, Lonely, Margin, Nesting, Precision,
    ProportionInterval, QuantileRule, Replicates, Rounds, Stage, SurveyError, Variable, calibrate, goodness_of_fit,
    independence, mean, mean_by, post_stratify, proportion_interval, proportions, quantile, rake, ratio, tabulate,
    total,
};

const W: [f64; 6] = [1.0, 2.0, 1.5, 1.0, 3.0, 2.0];
const Y: [f64; 6] = [4.0, 5.0, 7.0, 1.0, 2.0, 9.0];

fn labels(names: &[&str]) -> Factor {
    Factor::labels(names).unwrap()
}

fn plain() -> Design {
    Design::builder().weights(&W).build().unwrap()
}

fn says<T: std::fmt::Debug>(found: Result<T, SurveyError>, words: &[&str]) {
    let message = found.unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
}

fn with(stage: Stage) -> DesignBuilder {
    Design::builder().weights(&W).stage(stage)
}

#[test]
fn weights() {
    for (bad, word) in [(0.0, "found 0"), (-2.0, "found -2"), (f64::NAN, "found NaN"), (f64::INFINITY, "found inf")] {
        let mut weights = W;
        weights[3] = bad;
        says(Design::builder().weights(&weights).build(), &["unit 4", word, "above 0"]);
        let replicates = vec![W.to_vec(), W.to_vec()];
        says(Replicates::given(&weights, replicates, 1.0, vec![1.0; 2], 1.0), &["unit 4", word]);
    }
    says(Design::builder().build(), &["no units"]);
    says(Design::builder().weights(&[]).build(), &["no units"]);
    says(Design::builder().stage(Stage::elements().strata(labels(&["a", "a", "b", "b"]))).build(), &["no weights"]);
    // One unit cannot tell how much units vary.
    says(Design::builder().weights(&[1.0]).build(), &["stage 1", "only one unit"]);
}

#[test]
fn strata_and_clusters() {
    let strata = ["a", "a", "a", "b", "c", "c"];
    says(with(Stage::elements().strata(labels(&strata))).build(), &["stage 1", "stratum b", "only one unit"]);
    for policy in [Lonely::Certainty, Lonely::Adjust, Lonely::Average] {
        let kept = with(Stage::elements().strata(labels(&strata))).lonely(policy).build().unwrap();
        assert_eq!(kept.degrees_of_freedom(None).unwrap(), 3.0);
        let each = with(Stage::elements().strata(labels(&["a", "b", "c", "d", "e", "f"]))).lonely(policy).build();
        says(each, &["no stratum has two units"]);
        says(with(Stage::of_clusters(labels(&["x"; 6]))).lonely(policy).build(), &["no stratum has two units"]);
    }
    says(with(Stage::of_clusters(labels(&["x"; 6]))).build(), &["only one unit"]);
    says(with(Stage::elements().strata(labels(&["a", "a", "", "b", "b", "b"]))).build(), &["unit 3", "no stratum"]);
    says(with(Stage::of_clusters(labels(&["1", "1", "2", "2", "", "3"]))).build(), &["unit 5", "no cluster"]);
    says(with(Stage::of_clusters(labels(&["1", "2"]))).build(), &["cluster", "2 values", "expected 6"]);
    let (strata, clusters) = (["a", "a", "a", "b", "b", "b"], ["1", "2", "2", "1", "3", "3"]);
    let stage = || Stage::of_clusters(labels(&clusters)).strata(labels(&strata));
    says(with(stage()).build(), &["cluster 1", "strata a and b"]);
    assert_eq!(with(stage()).nesting(Nesting::Nest).build().unwrap().clusters(), 4);
    let after = with(Stage::elements()).stage(Stage::elements()).build();
    says(after, &["stage 2", "single units"]);
    // The second stage is looked at too, where the first knows its population.
    let first = Stage::of_clusters(labels(&["1", "1", "1", "2", "2", "3"])).population(&[9.0; 6]);
    says(with(first).stage(Stage::elements()).build(), &["stage 2", "only one unit"]);
}

#[test]
fn populations() {
    let strata = || Stage::elements().strata(labels(&["a", "a", "a", "b", "b", "b"]));
    says(with(strata().population(&[9.0, 9.0, 9.0, 2.0, 2.0, 2.0])).build(), &["stratum b", "2", "sample of 3"]);
    says(with(strata().population(&[9.0, 9.0, 8.0, 5.0, 5.0, 5.0])).build(), &["stratum a", "unit 3", "9", "8"]);
    for bad in [0.0, -1.0, f64::NAN] {
        says(with(strata().population(&[9.0, 9.0, 9.0, 5.0, bad, 5.0])).build(), &["unit 5", "above 0"]);
    }
    says(with(strata().fractions(&[0.1, 0.1, 0.1, 1.5, 1.5, 1.5])).build(), &["unit 4", "at most 1", "1.5"]);
    says(with(strata().population(&[9.0; 5])).build(), &["population", "5 values"]);
    // Everybody was asked: certain, and a lonely stratum is no trouble.
    let census = with(Stage::elements().strata(labels(&["a", "a", "a", "b", "c", "c"])).fractions(&[1.0; 6]));
    assert_eq!(mean(&census.build().unwrap(), &[Variable::new("y", &Y)], None).unwrap().list()[0].variance, 0.0);
}

#[test]
fn answers() {
    let design = plain();
    let missing = [f64::NAN; 6];
    let y = Variable::new("y", &Y);
    says(mean(&design, &[Variable::new("empty", &missing)], None), &["empty", "no unit"]);
    says(total(&design, &[y], Some(&[false; 6])), &["y", "no unit of the domain"]);
    says(mean(&design, &[y], Some(&[true; 4])), &["domain", "4 values", "expected 6"]);
    says(mean(&design, &[Variable::new("short", &Y[..3])], None), &["short", "3 values"]);
    let mut endless = Y;
    endless[1] = f64::NEG_INFINITY;
    says(mean(&design, &[Variable::new("y", &endless)], None), &["y", "unit 2", "-inf"]);
    says(ratio(&design, &[(y, Variable::new("none", &[0.0; 6]))], None), &["y/none", "denominator is 0"]);
    says(ratio(&design, &[(y, Variable::new("y", &endless))], None), &["y", "unit 2", "-inf"]);
    let groups = labels(&["a", "a", "b", "b", "c", "c"]);
    let without_c = [true, true, true, true, false, false];
    says(mean_by(&design, y, &groups, Some(&without_c)), &["c", "no unit"]);
    says(proportions(&design, "question", &labels(&[""; 6]), None), &["question", "no unit"]);
    says(quantile(&design, y, &[1.0], (QuantileRule::Lowest, 0.95), None), &["probability", "between 0 and 1"]);
    says(quantile(&design, y, &[0.5], (QuantileRule::Lowest, 1.5), None), &["level"]);
    // A domain of one unit has a mean, no variance to speak of and no interval.
    let one = mean(&design, &[y], Some(&[true, false, false, false, false, false])).unwrap().list()[0].clone();
    says(one.interval(0.95), &["y", "0 degrees of freedom"]);
    assert_eq!(one.design_effect(survey::Against::WithReplacement), None);
    let shares = proportions(&design, "q", &labels(&["a"; 6]), None).unwrap();
    says(proportion_interval(&shares.list()[0], ProportionInterval::Logit, 0.95), &["log-odds"]);
    let (low, high) = proportion_interval(&shares.list()[0], ProportionInterval::Beta, 0.95).unwrap();
    assert!(low > 0.4 && low < 0.7 && high == 1.0, "{low}");
}

#[test]
fn margins() {
    let design = plain();
    let (sex, area) = (labels(&["f", "f", "m", "m", "f", "m"]), labels(&["n", "s", "n", "s", "s", "s"]));
    let by = |targets: &[(&str, f64)]| post_stratify(&design, "sex", &sex, targets);
    says(by(&[("f", 10.0), ("m", 9.0), ("x", 3.0)]), &["sex", "category x", "target of 3", "no unit"]);
    says(by(&[("f", 10.0)]), &["sex", "category m", "None"]);
    says(by(&[("f", 10.0), ("m", 0.0)]), &["category m", "0.0"]);
    says(by(&[("f", 10.0), ("m", -4.0)]), &["category m", "-4"]);
    says(by(&[("f", 10.0), ("m", 4.0), ("f", 9.0)]), &["category f", "two targets"]);
    let unanswered = labels(&["f", "f", "m", "", "f", "m"]);
    says(post_stratify(&design, "sex", &unanswered, &[("f", 3.0), ("m", 3.0)]), &["sex", "unit 4"]);
    let sexes = [("f", 10.0), ("m", 9.0)];
    let areas = [("n", 12.0), ("s", 8.0)];
    let margin = |name, factor, targets| Margin::Categories { name, factor, targets };
    let unequal = [margin("sex", &sex, &sexes), margin("area", &area, &areas)];
    says(rake(&design, &unequal, &Rounds::default()), &["sex", "19", "area", "20"]);
    says(calibrate(&design, &unequal, Distance::Linear, &Rounds::default()), &["sex", "19", "area", "20"]);
    let twice = [margin("sex", &sex, &sexes), margin("again", &sex, &sexes)];
    says(calibrate(&design, &twice, Distance::Linear, &Rounds::default()), &["again m", "singular"]);
    says(rake(&design, &[], &Rounds::default()), &["no margin"]);
    let size = [Margin::Total { name: "size", values: &Y, target: 50.0 }];
    says(rake(&design, &size, &Rounds::default()), &["size", "needs categories"]);
    let mut missing = Y;
    missing[2] = f64::NAN;
    let size = [Margin::Total { name: "size", values: &missing, target: 50.0 }];
    says(calibrate(&design, &size, Distance::Linear, &Rounds::default()), &["size", "unit 3"]);
}

#[test]
fn calibration_that_does_not_end() {
    let design = plain();
    // Nobody is in (f, s) or (m, n): one margin fixes the other, and they disagree.
    let (sex, area) = (labels(&["f", "f", "f", "m", "m", "m"]), labels(&["n", "n", "n", "s", "s", "s"]));
    let (sexes, areas) = ([("f", 10.0), ("m", 9.0)], [("n", 9.0), ("s", 10.0)]);
    let margins = [
        Margin::Categories { name: "sex", factor: &sex, targets: &sexes },
        Margin::Categories { name: "area", factor: &area, targets: &areas },
    ];
    let few = Rounds { limit: 30, ..Rounds::default() };
    says(rake(&design, &margins, &few), &["30 rounds", "sex m is off by 1 of 9"]);
    let narrow = Distance::Logit { lower: 0.9, upper: 1.1 };
    let targets = [("f", 20.0), ("m", 9.0)];
    let margins = [Margin::Categories { name: "sex", factor: &sex, targets: &targets }];
    says(calibrate(&design, &margins, narrow, &few), &["no convergence", "sex f", "off by"]);
    says(calibrate(&design, &margins, Distance::LinearBounded { lower: 0.9, upper: 1.1 }, &few), &["no convergence"]);
    says(calibrate(&design, &margins, Distance::Logit { lower: 1.2, upper: 2.0 }, &few), &["lower bound", "1.2"]);
    says(calibrate(&design, &margins, Distance::Logit { lower: 0.2, upper: 0.5 }, &few), &["upper bound", "0.5"]);
    // The regression estimator may leave a weight below zero.
    let far = [
        Margin::Total { name: "y", values: &Y, target: 900.0 },
        Margin::Total { name: "n", values: &[1.0; 6], target: 10.0 },
    ];
    says(calibrate(&design, &far, Distance::Linear, &Rounds::default()), &["unit", "weight", "-"]);
}

#[test]
fn replicates() {
    let strata = || Stage::elements().strata(labels(&["a", "a", "a", "b", "b", "b"]));
    let design = with(strata()).build().unwrap();
    says(Replicates::jk1(&design), &["JK1", "2 strata"]);
    says(Replicates::brr(&design, 0.0), &["BRR", "stratum a", "3 clusters", "expected two"]);
    says(Replicates::brr(&design, 1.0), &["rho"]);
    says(Replicates::bootstrap(&design, 1, 7), &["two or more"]);
    let lonely = with(Stage::elements().strata(labels(&["a", "a", "a", "b", "b", "c"]))).lonely(Lonely::Adjust);
    says(Replicates::jkn(&lonely.build().unwrap()), &["stratum c", "1 clusters"]);
    let sex = labels(&["f", "f", "m", "m", "f", "m"]);
    let calibrated = post_stratify(&design, "sex", &sex, &[("f", 3.0), ("m", 4.0)]).unwrap();
    says(Replicates::jkn(&calibrated), &["replicates first"]);
    // The domain is one unit: the replicate without it has no mean.
    let only = [true, false, false, false, false, false];
    let jackknife = Replicates::jkn(&design).unwrap();
    says(mean(&jackknife, &[Variable::new("y", &Y)], Some(&only)), &["replicate 1", "y", "no unit"]);
    let short = vec![W.to_vec(), W[..4].to_vec()];
    says(Replicates::given(&W, short, 1.0, vec![1.0; 2], 3.0), &["replicate 2", "4 values"]);
    says(Replicates::given(&W, vec![W.to_vec(); 2], f64::NAN, vec![1.0; 2], 3.0), &["scales"]);
}

#[test]
fn tables_and_tests() {
    let design = plain();
    let item = |codes| Item { codes: Codes::Narrow(codes), categories: 3, missing: Some(99) };
    let items = [item(&[0, 1, 2, 0, 1, 2]), item(&[0, 1, 2, 0, 3, 2]), item(&[99; 6]), item(&[0, 1])];
    let mut tables = tabulate(&items, &design, None).into_iter();
    assert_eq!(tables.next().unwrap().unwrap().n, 6);
    says(tables.next().unwrap(), &["item 2", "unit 5", "below 3", "found 3"]);
    says(tables.next().unwrap(), &["item 3", "no unit"]);
    says(tables.next().unwrap(), &["item 4", "2 values"]);
    says(tabulate(&items[..1], &design, Some(&[true])).remove(0), &["domain", "1 values"]);
    let (a, b) = (labels(&["x", "x", "y", "y", "x", "y"]), labels(&["p"; 6]));
    says(independence(&design, &a, &b, None), &["2 × 1", "at least 2 × 2"]);
    says(independence(&design, &a, &labels(&["", "", "", "", "", "q"]), None), &["1 × 1"]);
    says(goodness_of_fit(&design, "a", &a, &[0.5, 0.4], None), &["sum of the given shares", "0.9"]);
    says(goodness_of_fit(&design, "a", &a, &[1.0, 0.0], None), &["given share"]);
}

#[test]
fn planning() {
    let two = Comparison { first: 0.0, second: 10.0, design_effect: 1.0, alpha: 0.05, power: 0.8 };
    says(two.detectable_means(1.0), &["first group", "above 0"]);
    says(Comparison { first: 5.0, alpha: 1.0, ..two }.detectable_shares(0.5), &["alpha"]);
    let wanted = Precision { margin: 0.05, level: 0.95, design_effect: 1.0, population: Some(f64::NAN) };
    says(wanted.units_for_share(0.5), &["population"]);
    says(Precision { margin: f64::NAN, ..wanted }.units_for_mean(2.0), &["margin"]);
}
