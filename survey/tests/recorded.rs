//! An invented survey against what R's `survey` package says of it (oracle/invented.R made both).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

mod support;

use std::path::Path;
use support::{Answers, Table};
use survey::{
    Against, Comparison, Design, Distance, Factor, Lonely, Margin, ProportionInterval, QuantileRule, Replicates,
    Rounds, Sample, Stage, Variable, calibrate, independence, mean, mean_by, post_stratify, proportion_interval,
    proportions, quantile, ratio, total,
};

fn oracle(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(file)
}

struct Invented {
    table: Table,
    weights: Vec<f64>,
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Invented {
    fn new() -> Self {
        let table = Table::read(&oracle("invented.csv"));
        let (weights, x, y) = (table.numbers("weight"), table.numbers("x"), table.numbers("y"));
        Self { table, weights, x, y }
    }

    fn x(&self) -> Variable<'_> {
        Variable::new("x", &self.x)
    }

    fn y(&self) -> Variable<'_> {
        Variable::new("y", &self.y)
    }

    fn factor(&self, name: &str) -> Factor {
        self.table.factor(name)
    }

    fn clusters(&self) -> Stage {
        Stage::of_clusters(self.factor("cluster")).strata(self.factor("stratum"))
    }

    fn finite_clusters(&self) -> Stage {
        self.clusters().population(&self.table.numbers("clusters_in_stratum"))
    }

    fn design(&self, stages: Vec<Stage>) -> Design {
        let start = Design::builder().weights(&self.weights);
        stages.into_iter().fold(start, survey::DesignBuilder::stage).build().unwrap()
    }

    fn answers(&self) -> Factor {
        let code = |answer: &f64| (1_u32..=5).find(|code| f64::from(*code) == *answer).map(|code| code - 1);
        let codes: Vec<Option<u32>> = self.table.numbers("item").iter().map(code).collect();
        Factor::with_categories(&codes, &["1", "2", "3", "4", "5"]).unwrap()
    }
}

fn compare(name: &str, made: &Invented, design: &Design, answers: &Answers) {
    let at = |what: &str| format!("{name}.{what}");
    let women = made.table.is("sex", "f");
    let plain = mean(design, &[made.x()], None).unwrap();
    answers.figure(&at("mean"), &plain.list()[0]);
    answers.same(&at("deff"), plain.list()[0].design_effect(Against::WithoutReplacement).unwrap());
    answers.same(&at("deff_replace"), plain.list()[0].design_effect(Against::WithReplacement).unwrap());
    answers.figure(&at("total"), &total(design, &[made.x()], None).unwrap().list()[0]);
    answers.figure(&at("missing_mean"), &mean(design, &[made.y()], None).unwrap().list()[0]);
    assert_eq!(mean(design, &[made.y()], None).unwrap().list()[0].n, 111);
    answers.figure(&at("missing_total"), &total(design, &[made.y()], None).unwrap().list()[0]);
    answers.figure(&at("ratio"), &ratio(design, &[(made.y(), made.x())], None).unwrap().list()[0]);
    let domain = mean(design, &[made.x()], Some(&women)).unwrap();
    answers.figure(&at("domain_mean"), &domain.list()[0]);
    answers.same(&at("domain.degf"), domain.list()[0].degrees_of_freedom);
    answers.figure(&at("domain_total"), &total(design, &[made.x()], Some(&women)).unwrap().list()[0]);
    answers.figures(&at("shares"), proportions(design, "item", &made.answers(), None).unwrap().list());
    answers.figures(&at("by"), mean_by(design, made.x(), &made.factor("size"), None).unwrap().list());
    let median = quantile(design, made.x(), &[0.5], (QuantileRule::Lowest, 0.95), None).unwrap().remove(0);
    answers.same(&at("median.value"), median.value);
    answers.ends(&at("median"), (median.lower.unwrap(), median.upper.unwrap()), 1e-9);
    answers.same(&at("median.se"), median.standard_error.unwrap());
    let sexes = proportions(design, "sex", &made.factor("sex"), None).unwrap();
    for (kind, what) in [(ProportionInterval::Logit, "xlogit"), (ProportionInterval::Beta, "beta")] {
        answers.ends(&at(what), proportion_interval(&sexes.list()[0], kind, 0.95).unwrap(), 1e-9);
    }
    let test = independence(design, &made.factor("sex"), &made.factor("size"), None).unwrap();
    answers.same(&at("F"), test.second_order.statistic);
    answers.same(&at("ndf"), test.second_order.numerator);
    answers.same(&at("ddf"), test.second_order.denominator);
    answers.same(&at("p"), test.second_order.p);
    answers.same(&at("first_p"), test.first_order.p);
}

fn compare_calibrated(made: &Invented, answers: &Answers) {
    let design = made.design(vec![made.finite_clusters()]);
    let (sex, size) = (made.factor("sex"), made.factor("size"));
    let sexes = [("f", 1000.0), ("m", 900.0)];
    let sizes = [("large", 800.0), ("medium", 700.0), ("small", 400.0)];
    let margins = [
        Margin::Categories { name: "sex", factor: &sex, targets: &sexes },
        Margin::Categories { name: "size", factor: &size, targets: &sizes },
        Margin::Total { name: "x", values: &made.x, target: 95_500.0 },
    ];
    let not_small: Vec<bool> = made.table.text("size").iter().map(|size| size != "small").collect();
    let by = |distance| calibrate(&design, &margins, distance, &Rounds::default()).unwrap();
    for (name, calibrated) in [
        ("post", post_stratify(&design, "sex", &sex, &sexes).unwrap()),
        ("greg", by(Distance::Linear)),
        ("exponential", by(Distance::Raking)),
        ("logit", by(Distance::Logit { lower: 0.2, upper: 3.0 })),
    ] {
        answers.figure(&format!("{name}.mean"), &mean(&calibrated, &[made.y()], None).unwrap().list()[0]);
        let totals = total(&calibrated, &[made.x()], None).unwrap();
        let of_x = &totals.list()[0];
        if name == "post" {
            answers.figure("post.total", of_x);
        } else {
            // The total is known: it is met, and nothing is left to vary.
            answers.same(&format!("{name}.total.value"), of_x.value);
            answers.near(&format!("{name}.total.se"), of_x.standard_error(), 1.0);
            assert!(of_x.standard_error() < 1e-8 * of_x.value);
        }
        answers.figure(&format!("{name}.domain"), &mean(&calibrated, &[made.x()], Some(&not_small)).unwrap().list()[0]);
    }
}

fn compare_replicates(made: &Invented, answers: &Answers) {
    let stratified = made.design(vec![made.finite_clusters()]);
    let plain = made.design(vec![Stage::of_clusters(made.factor("cluster"))]);
    for (name, sample) in [("JKn", Replicates::jkn(&stratified).unwrap()), ("JK1", Replicates::jk1(&plain).unwrap())] {
        answers.figure(&format!("{name}.mean"), &mean(&sample, &[made.x()], None).unwrap().list()[0]);
        let pair = [(made.x(), made.y())];
        answers.figure(&format!("{name}.ratio"), &ratio(&sample, &pair, None).unwrap().list()[0]);
    }
    let factors = Table::read(&oracle("invented_brr.csv"));
    let mut weights = Vec::new();
    for number in 1..=factors.names().count() {
        let column = factors.numbers(&format!("V{number}"));
        weights.push(column.iter().zip(&made.weights).map(|(factor, weight)| factor * weight).collect::<Vec<f64>>());
    }
    let count = weights.len();
    let given = Replicates::given(&made.weights, weights, 1.0 / count as f64, vec![1.0; count], 12.0).unwrap();
    answers.figure("BRR.mean", &mean(&given, &[made.x()], None).unwrap().list()[0]);
    answers.figure("BRR.total", &total(&given, &[made.x()], None).unwrap().list()[0]);
    let women = made.table.is("sex", "f");
    answers.figure("BRR.domain", &mean(&given, &[made.x()], Some(&women)).unwrap().list()[0]);
    // Our own halves are others, with the same balance.
    let pairs = made.design(vec![Stage::of_clusters(made.factor("cluster")).strata(made.factor("pair"))]);
    for rho in [0.0, 0.3] {
        let own = Replicates::brr(&pairs, rho).unwrap();
        assert_eq!(own.count(), 16);
        answers.figure("BRR.total", &total(&own, &[made.x()], None).unwrap().list()[0]);
    }
    assert_eq!(Sample::weights(&given).len(), 120);
}

#[test]
fn an_invented_survey_has_the_figures_that_were_recorded() {
    let made = Invented::new();
    let answers = Answers::read(&oracle("recorded.csv"));
    let strata = made.factor("stratum");
    let units = Stage::elements().population(&made.table.numbers("units_in_cluster"));
    compare("elements", &made, &made.design(vec![]), &answers);
    compare("stratified", &made, &made.design(vec![Stage::elements().strata(strata)]), &answers);
    compare("clustered", &made, &made.design(vec![made.clusters()]), &answers);
    compare("finite", &made, &made.design(vec![made.finite_clusters()]), &answers);
    compare("two", &made, &made.design(vec![made.finite_clusters(), units]), &answers);
    compare_calibrated(&made, &answers);
    for (name, policy) in [("certainty", Lonely::Certainty), ("adjust", Lonely::Adjust), ("average", Lonely::Average)] {
        let stage = Stage::of_clusters(made.factor("cluster")).strata(made.factor("lone"));
        let design = Design::builder().weights(&made.weights).stage(stage).lonely(policy).build().unwrap();
        answers.figure(&format!("lonely_{name}.mean"), &mean(&design, &[made.x()], None).unwrap().list()[0]);
        answers.figure(&format!("lonely_{name}.total"), &total(&design, &[made.x()], None).unwrap().list()[0]);
    }
    compare_replicates(&made, &answers);
    let two = Comparison { first: 200.0, second: 200.0, design_effect: 1.0, alpha: 0.05, power: 0.8 };
    // R searches to four digits of its own.
    answers.near("power.shares", two.detectable_shares(0.3).unwrap().0.unwrap(), 1e-5);
    answers.finish();
}
