//! The crate held against what R answered about the same items: for an invented set that is checked in, and for bfi.

use attitudes::{
    Coefficient, Correlations, Deletion, Extract, Extraction, Finding, Interval, Items, Margins, Matrix, Parallel,
    ParallelSettings, Rotated, Rotation, ScaleScore, Scoring, Starts, alpha, bartlett, congruence, eigenvalues,
    extract, kmo, parallel_analysis, rotate, rotate_loadings, scale_scores, score_weights,
};
use std::collections::BTreeMap;

/// A set of items with R's answers.
pub struct Oracle {
    pub items: Items,
    answers: BTreeMap<String, f64>,
    pub scales: Vec<(&'static str, Vec<&'static str>)>,
    pub reversed: Vec<&'static str>,
    pub factors: usize,
}

/// A CSV file of numbers with a heading; nothing between two commas is a missing answer.
pub fn read_items(text: &str) -> Items {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines {
        for (column, cell) in columns.iter_mut().zip(line.split(',')) {
            column.push(if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() });
        }
    }
    Items::numbers(&names, columns).unwrap()
}

#[track_caller]
fn near(ours: f64, theirs: f64, within: f64, what: &str) {
    assert!((ours - theirs).abs() <= within, "{what}: {ours} here, {theirs} in R");
}

impl Oracle {
    pub fn new(items: Items, answers: &str, factors: usize) -> Self {
        let pair = |line: &str| {
            let (name, value) = line.split_once(',').unwrap();
            (name.to_owned(), value.parse().unwrap())
        };
        let answers = answers.lines().map(pair).collect();
        Self { items, answers, scales: Vec::new(), reversed: Vec::new(), factors }
    }

    #[track_caller]
    fn of(&self, name: &str) -> f64 {
        *self.answers.get(name).unwrap_or_else(|| panic!("R has no answer `{name}`"))
    }

    #[track_caller]
    fn number(&self, ours: f64, name: &str, within: f64) {
        near(ours, self.of(name), within, name);
    }

    #[track_caller]
    fn numbers(&self, ours: impl IntoIterator<Item = f64>, name: &str, within: f64) {
        let mut count = 0;
        for (place, value) in ours.into_iter().enumerate() {
            self.number(value, &format!("{name}.{}", place + 1), within);
            count += 1;
        }
        assert!(!self.answers.contains_key(&format!("{name}.{}", count + 1)), "{name} has more in R");
    }

    #[track_caller]
    fn matrix(&self, ours: &Matrix, name: &str, within: f64) {
        let theirs = self.matrix_of(name, ours.ncols());
        assert_eq!(ours.shape(), theirs.shape(), "{name}");
        for row in 0..ours.nrows() {
            for column in 0..ours.ncols() {
                near(ours[(row, column)], theirs[(row, column)], within, &format!("{name} {row} {column}"));
            }
        }
    }

    fn matrix_of(&self, name: &str, columns: usize) -> Matrix {
        let rows = (1..).take_while(|row| self.answers.contains_key(&format!("{name}.{row}.1"))).count();
        Matrix::from_fn(rows, columns, |row, column| self.of(&format!("{name}.{}.{}", row + 1, column + 1)))
    }

    fn weights(&self) -> Vec<f64> {
        (0..self.items.rows()).map(|row| 0.5 + (row % 7) as f64 / 4.0).collect()
    }

    fn correlations(&self) -> Correlations {
        Correlations::of(&self.items, Coefficient::Pearson, Deletion::Listwise).unwrap()
    }

    pub fn reliability(&self, low: f64, high: f64) {
        for (scale, names) in &self.scales {
            let items = self.items.select(names).unwrap();
            let reversed: Vec<&str> = names.iter().copied().filter(|name| self.reversed.contains(name)).collect();
            for (rule, deletion) in [("listwise", Deletion::Listwise), ("pairwise", Deletion::Pairwise)] {
                let name = |what: &str| format!("alpha.{scale}.{rule}.{what}");
                let found = alpha(&items, &reversed, deletion, 0.95).unwrap();
                self.number(found.raw, &name("raw"), 1e-12);
                self.number(found.standardised, &name("standardised"), 1e-12);
                self.number(found.average_correlation, &name("average"), 1e-12);
                let column = |of: fn(&attitudes::ItemReliability) -> Option<f64>| {
                    found.items.iter().map(move |item| of(item).unwrap())
                };
                self.numbers(column(|item| item.alpha_without), &name("without"), 1e-12);
                self.numbers(column(|item| item.standardised_without), &name("standardised_without"), 1e-12);
                if deletion == Deletion::Listwise {
                    self.number(found.rows as f64, &name("rows"), 0.0);
                    self.numbers(column(|item| item.item_rest), &name("item_rest"), 1e-12);
                    self.numbers(column(|item| Some(item.sd)), &name("sd"), 1e-12);
                    let (feldt, ase) = (found.feldt.unwrap(), found.duhachek_iacobucci.unwrap());
                    self.number(feldt.low, &name("feldt_low"), 1e-9);
                    self.number(feldt.high, &name("feldt_high"), 1e-9);
                    let half = |of: Interval| 0.5 * (of.high - of.low) / 1.959_963_984_540_054;
                    self.number(half(ase), &name("ase"), 1e-10);
                    let scored = items.complete().with_scale(low, high).unwrap();
                    let scores = scale_scores(&scored, &reversed, ScaleScore::Mean, names.len()).unwrap();
                    self.numbers(scores.into_iter().take(5).flatten(), &name("mean_scores"), 1e-14);
                }
            }
            // R's figure is of those who answer every item of all scales.
            let weighted = self.items.clone().with_weights(self.weights()).unwrap().complete().select(names).unwrap();
            let found = alpha(&weighted, &reversed, Deletion::Listwise, 0.95).unwrap();
            self.number(found.raw, &format!("alpha.{scale}.weighted"), 1e-12);
            assert!(found.feldt.is_none() && found.duhachek_iacobucci.is_none());
        }
    }

    pub fn correlation(&self) {
        let of = |coefficient, deletion| Correlations::of(&self.items, coefficient, deletion).unwrap().matrix;
        let pairwise = |coefficient| of(coefficient, Deletion::Pairwise);
        self.matrix(&pairwise(Coefficient::Pearson), "pearson", 1e-13);
        self.matrix(&pairwise(Coefficient::Spearman), "spearman", 1e-13);
        let weighted = self.items.clone().with_weights(self.weights()).unwrap();
        let weighted = Correlations::of(&weighted, Coefficient::Pearson, Deletion::Listwise).unwrap();
        self.matrix(&weighted.matrix, "pearson_weighted", 1e-13);
        // psych looks for the correlation with a tolerance of 1e-4 or so.
        let bare = pairwise(Coefficient::polychoric());
        self.matrix(&bare, "polychoric", 1e-4);
        let filled = Coefficient::Polychoric { margins: Margins::Pair, fill: Some(0.5) };
        let filled = pairwise(filled);
        let by_item = Coefficient::Polychoric { margins: Margins::Item, fill: None };
        self.matrix(&pairwise(by_item), "polychoric_items", 1e-4);
        for (first, second) in [(1, 2), (1, 6), (4, 9), (7, 8)] {
            let ours = bare[(first - 1, second - 1)];
            self.number(ours, &format!("polychoric_exact.{first}.{second}"), 2e-8);
            let with_fill = filled[(first - 1, second - 1)];
            self.number(with_fill, &format!("polychoric_filled.{first}.{second}"), 2e-8);
            self.number(ours, &format!("polycor.{first}.{second}"), 1e-4);
        }
    }

    pub fn adequacy(&self) {
        let correlations = self.correlations();
        self.number(correlations.rows.unwrap() as f64, "rows", 0.0);
        let found = kmo(&correlations).unwrap();
        self.number(found.overall, "kmo", 1e-12);
        self.numbers(found.items.iter().map(|(_, value)| *value), "kmo_item", 1e-12);
        let test = bartlett(&correlations).unwrap();
        near(test.statistic / self.of("bartlett"), 1.0, 1e-12, "bartlett");
        self.number(test.df as f64, "bartlett_df", 0.0);
        // Where doubles end, R's logarithm goes on.
        let log_p = self.of("bartlett_log_p");
        if log_p > -700.0 {
            near(test.p.ln() / log_p, 1.0, 1e-9, "bartlett_log_p");
        } else {
            assert!(test.p < 1e-300);
        }
        self.numbers(eigenvalues(&correlations).unwrap(), "eigenvalues", 1e-12);
        for (of, name, reduced) in [
            (Parallel::Components, "parallel_components", None),
            (Parallel::Factors, "parallel_factors", Some("eigenvalues_reduced")),
        ] {
            let settings = ParallelSettings { of, replications: 4000, ..ParallelSettings::default() };
            let found = parallel_analysis(&correlations, &settings).unwrap();
            // Two samples of random matrices: 4 000 here, 1 000 in R.
            self.numbers(found.threshold.iter().copied(), name, 0.02);
            if let Some(name) = reduced {
                self.numbers(found.observed.iter().copied(), name, 1e-12);
            }
            assert!(found.mean.iter().zip(&found.threshold).all(|(mean, threshold)| mean < threshold));
        }
    }

    pub fn extraction(&self) {
        let correlations = self.correlations();
        let of = |method| extract(&correlations, &Extract::new(method, self.factors)).unwrap();
        let (residual, axis, likely) =
            (of(Extraction::MinimumResidual), of(Extraction::PrincipalAxis), of(Extraction::MaximumLikelihood));
        for found in [&residual, &axis, &likely] {
            assert!(found.converged && found.findings.is_empty(), "{:?}", found.findings);
        }
        // Principal axis, run until it stands still in R too, is the sharp answer for minimum residual.
        self.matrix(&axis.loadings, "axis", 1e-6);
        self.matrix(&residual.loadings, "axis", 1e-6);
        self.numbers(axis.communality.iter().copied(), "pa.communality", 1e-7);
        self.numbers(residual.communality.iter().copied(), "minres.communality", 5e-3);
        self.number(residual.fit.rmsr, "minres.rmsr", 1e-5);
        assert!(residual.fit.squared_residuals <= self.of("minres.squares") + 1e-12);
        assert!(residual.fit.squared_residuals <= self.of("pa.squares") + 1e-12);
        self.numbers(likely.uniqueness.iter().copied(), "factanal.uniqueness", 2e-5);
        let discrepancy = likely.fit.discrepancy.unwrap();
        self.number(discrepancy, "factanal.discrepancy", 1e-8);
        assert!(discrepancy <= self.of("factanal.discrepancy") + 1e-13);
        let test = likely.fit.chi_square.unwrap();
        near(test.statistic / self.of("factanal.chi"), 1.0, 1e-7, "factanal.chi");
        self.number(test.df as f64, "factanal.df", 0.0);
        self.number(test.p, "factanal.p", 1e-6);
        self.numbers(likely.communality.iter().copied(), "ml.communality", 5e-3);
        self.number(likely.fit.tli.unwrap(), "ml.tli", 1e-3);
        self.number(likely.fit.rmsea.unwrap(), "ml.rmsea", 1e-3);
    }

    fn turned(&self, rotation: Rotation) -> Rotated {
        let axis = self.matrix_of("axis", self.factors);
        rotate_loadings(&axis, rotation, Starts { count: 30, seed: 11 }).unwrap()
    }

    pub fn rotation(&self) {
        for (kaiser, how) in [(true, "kaiser"), (false, "raw")] {
            let varimax = self.turned(Rotation::Varimax { kaiser });
            self.matrix(&varimax.loadings, &format!("varimax_{how}"), 1e-6);
            let promax = self.turned(Rotation::Promax { power: 4.0, kaiser });
            self.matrix(&promax.loadings, &format!("promax_{how}"), 1e-6);
            self.matrix(&promax.phi, &format!("promax_phi_{how}"), 1e-6);
            let oblimin = self.turned(Rotation::Oblimin { gamma: 0.0, kaiser });
            self.matrix(&oblimin.loadings, &format!("oblimin_{how}"), 1e-6);
            self.matrix(&oblimin.phi, &format!("oblimin_phi_{how}"), 1e-6);
        }
        let bent = self.turned(Rotation::Oblimin { gamma: -0.5, kaiser: false });
        self.matrix(&bent.loadings, "oblimin_bent", 1e-6);
        let oblimin = self.turned(Rotation::Oblimin { gamma: 0.0, kaiser: false });
        self.numbers(oblimin.explained.iter().map(|one| one.variance), "explained", 1e-6);
        let varimax = self.turned(Rotation::Varimax { kaiser: true });
        self.matrix(&congruence(&varimax.loadings, &oblimin.loadings).unwrap(), "congruence", 1e-6);
        // From answers to rotated loadings as users of psych go: its search for uniquenesses ends early.
        let factors = extract(&self.correlations(), &Extract::new(Extraction::MinimumResidual, self.factors)).unwrap();
        let usual = rotate(&factors, Rotation::Oblimin { gamma: 0.0, kaiser: false }, Starts::default()).unwrap();
        self.matrix(&usual.loadings, "usual", 5e-3);
        self.matrix(&usual.phi, "usual_phi", 5e-3);
    }

    pub fn scores(&self) {
        let (correlations, rotated) =
            (self.correlations(), self.turned(Rotation::Oblimin { gamma: 0.0, kaiser: false }));
        for (scoring, name) in
            [(Scoring::Regression, "Thurstone"), (Scoring::Bartlett, "Bartlett"), (Scoring::TenBerge, "tenBerge")]
        {
            let weights = score_weights(&correlations, &rotated, scoring).unwrap();
            self.matrix(&weights.weights, &format!("weights_{name}"), 1e-5);
            let scores = weights.scores(&self.items.complete()).unwrap();
            self.matrix(&scores.values.rows(0, 4).into_owned(), &format!("scores_{name}"), 1e-5);
            if scoring == Scoring::TenBerge {
                assert!((&weights.correlations - &rotated.phi).amax() < 1e-10, "as correlated as the factors");
            }
        }
    }

    pub fn smoothing(&self) {
        let mut spoilt = self.correlations();
        for (row, column, value) in [(0, 1, 0.95), (0, 2, -0.95), (1, 2, 0.9)] {
            spoilt.matrix[(row, column)] = value;
            spoilt.matrix[(column, row)] = value;
        }
        let names: Vec<&str> = self.items.names().iter().map(String::as_str).collect();
        let spoilt = Correlations::given(&names, spoilt.matrix, spoilt.rows).unwrap();
        assert!(matches!(spoilt.findings.as_slice(), [Finding::NotPositiveDefinite { smallest }] if *smallest < -0.5));
        let bent = spoilt.smoothed(0.01).unwrap();
        self.matrix(&bent.matrix, "smoothed", 1e-12);
        assert!(matches!(bent.findings.as_slice(), [Finding::Smoothed { raised: 1, .. }]));
    }
}
