//! What calibration takes away from the tables of all items, in sums that do not depend on the item.
//!
//! With an orthonormal basis q, the residual of an influence z is z - s q b, where s is the new weight over the root of the
//! old one and b the sum of q z / s over all units. For the share of a category, b needs sums of q and the root of the old
//! weight by category. The sum of s q over a cluster, and where single units were drawn the sum of its squares, are the same
//! for every item.

use crate::calibrate::Projection;
use crate::design::{Design, Level};

/// Sums over all units.
pub(super) struct Explained<'a> {
    projection: &'a Projection,
    columns: usize,
    /// Root of the old weight of every unit.
    roots: Vec<f64>,
    /// Where single units were drawn: the factor of the unit's stratum, times its s, times its new weight.
    crossed: Vec<f64>,
    /// For every stage, sums of s q by group (cluster, or stratum where single units were drawn) and column.
    stages: Vec<Vec<f64>>,
    /// Where single units were drawn: sums of the stratum's factor times s² q q', column by column.
    squares: Vec<f64>,
}

impl<'a> Explained<'a> {
    /// `None` unless the design was calibrated once.
    pub fn new(design: &'a Design) -> Option<Self> {
        let [projection] = design.projections() else { return None };
        let columns = projection.columns();
        let weights = design.weights();
        let roots = weights.iter().enumerate().map(|(unit, weight)| weight / projection.spread(unit)).collect();
        let levels = design.levels();
        let stages = levels.iter().map(|level| by_group(level, projection, weights.len())).collect();
        let mut made = Self { projection, columns, roots, crossed: Vec::new(), stages, squares: Vec::new() };
        if let Some(last) = levels.last().filter(|last| last.cluster_of.is_none()) {
            made.add_squares(last, weights);
        }
        Some(made)
    }

    fn add_squares(&mut self, last: &Level, weights: &[f64]) {
        let factor = |unit| last.strata.get(last.stratum(unit)).map_or(0.0, |stratum| stratum.scale);
        self.squares = vec![0.0; self.columns * self.columns];
        for (unit, weight) in weights.iter().enumerate() {
            let spread = self.projection.spread(unit);
            self.crossed.push(factor(unit) * spread * weight);
            let scale = factor(unit) * spread * spread;
            self.projection.each(unit, |row, a| {
                self.projection.each(unit, |column, b| {
                    if let Some(sum) = self.squares.get_mut(row * self.columns + column) {
                        *sum += scale * a * b;
                    }
                });
            });
        }
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Adds a unit with an answer of a category to the sums of an item.
    pub fn add(&self, sums: &mut Answered, category: usize, unit: usize) {
        let root = self.roots.get(unit).copied().unwrap_or(0.0);
        let crossed = self.crossed.get(unit).copied().unwrap_or(0.0);
        self.projection.each(unit, |column, q| {
            if let Some((along, squared)) = sums.0.get_mut(category * self.columns + column) {
                *along += root * q;
                *squared += crossed * q;
            }
        });
    }

    /// What is taken from the influences on the share of a category, all times the sum of weights.
    pub fn taken(&self, sums: &Answered, category: usize, share: f64) -> Taken<'_> {
        let own = |column: usize| sums.0.get(category * self.columns + column).copied().unwrap_or_default();
        let all = |column: usize| {
            let each = sums.0.iter().skip(column).step_by(self.columns.max(1));
            each.fold((0.0, 0.0), |sum, (along, squared)| (sum.0 + along, sum.1 + squared))
        };
        let mut along = Vec::with_capacity(self.columns);
        let mut crossed = 0.0;
        for column in 0..self.columns {
            let (own, all) = (own(column), all(column));
            let coefficient = own.0 - share * all.0;
            crossed += coefficient * (own.1 - share * all.1);
            along.push(coefficient);
        }
        let row = |(row, coefficient): (usize, &f64)| {
            coefficient * dot(self.squares.get(row * self.columns..).unwrap_or_default(), &along)
        };
        let squared: f64 = along.iter().enumerate().map(row).sum();
        Taken { stages: &self.stages, squares: squared - 2.0 * crossed, along }
    }
}

/// Sums of an item by category and column: along the basis, and crossed with it.
pub(super) struct Answered(Vec<(f64, f64)>);

impl Answered {
    pub fn new(categories: usize, columns: usize) -> Self {
        Self(vec![(0.0, 0.0); categories * columns])
    }
}

/// What calibration takes from one share.
pub(super) struct Taken<'a> {
    stages: &'a [Vec<f64>],
    along: Vec<f64>,
    /// What it adds to the squares of single units, each with the factor of its stratum: most often less than 0.
    pub squares: f64,
}

impl Taken<'_> {
    /// From the sum over a group of a stage (from 0).
    pub fn of_group(&self, stage: usize, group: usize) -> f64 {
        let start = group * self.along.len();
        self.stages.get(stage).and_then(|sums| sums.get(start..)).map_or(0.0, |sums| dot(sums, &self.along))
    }
}

/// Over the shorter of the two.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn by_group(level: &Level, projection: &Projection, units: usize) -> Vec<f64> {
    let columns = projection.columns();
    let groups = if level.cluster_of.is_some() { level.clusters() } else { level.strata.len() };
    let mut sums = vec![0.0; groups * columns];
    for unit in 0..units {
        let group = if level.cluster_of.is_some() { level.cluster(unit) } else { level.stratum(unit) };
        let spread = projection.spread(unit);
        projection.each(unit, |column, q| {
            if let Some(sum) = sums.get_mut(group * columns + column) {
                *sum += spread * q;
            }
        });
    }
    sums
}
