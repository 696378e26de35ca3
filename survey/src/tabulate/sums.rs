//! Sums of the weights of one item, from which its variances follow.

use super::explained::{Answered, Explained};
use crate::design::{Level, Stratum, difference};
use crate::influence;

/// Sums by cluster and category; where single units were drawn, by stratum and category, with those of squares.
pub(super) struct Sums {
    categories: usize,
    weights: Vec<f64>,
    squares: Option<Vec<f64>>,
    pub counts: Vec<usize>,
    answered: Answered,
}

impl Sums {
    pub fn over(
        level: &Level,
        weights: &[f64],
        categories: usize,
        explained: Option<&Explained<'_>>,
        answer: impl Fn(usize) -> Option<usize>,
    ) -> Self {
        let elements = level.cluster_of.is_none();
        let groups = if elements { level.strata.len() } else { level.clusters() };
        let of = level.cluster_of.as_ref().unwrap_or(&level.stratum_of);
        let mut sums = Self {
            categories,
            weights: vec![0.0; groups * categories],
            squares: elements.then(|| vec![0.0; groups * categories]),
            counts: vec![0; categories],
            answered: Answered::new(categories, explained.map_or(0, Explained::columns)),
        };
        for (unit, (weight, group)) in weights.iter().zip(of).enumerate() {
            let Some(code) = answer(unit) else { continue };
            let place = *group as usize * categories + code;
            if let Some(sum) = sums.weights.get_mut(place) {
                *sum += weight;
            }
            if let Some(sum) = sums.squares.as_mut().and_then(|squares| squares.get_mut(place)) {
                *sum += weight * weight;
            }
            if let Some(count) = sums.counts.get_mut(code) {
                *count += 1;
            }
            if let Some(explained) = explained {
                explained.add(&mut sums.answered, code, unit);
            }
        }
        sums
    }

    /// From the sums of a stage to those of the stage before, in one cluster of which each stratum lies.
    pub fn roll_up(&mut self, below: &Level, level: &Level) {
        let mut weights = vec![0.0; level.clusters() * self.categories];
        for (group, sums) in self.weights.chunks_exact(self.categories.max(1)).enumerate() {
            // Groups are strata where single units were drawn, else clusters.
            let stratum = if self.squares.is_some() { group } else { below.stratum(group) };
            let start = below.strata.get(stratum).map_or(0, |stratum| stratum.parent) * self.categories;
            for (total, sum) in weights.iter_mut().skip(start).zip(sums) {
                *total += sum;
            }
        }
        (self.weights, self.squares) = (weights, None);
    }

    /// Totals of every category.
    pub fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.categories];
        for group in self.weights.chunks_exact(self.categories.max(1)) {
            totals.iter_mut().zip(group).for_each(|(total, sum)| *total += sum);
        }
        totals
    }

    /// Clusters less strata with an answer, once the sums are those of the first stage.
    pub fn degrees(&self, level: &Level) -> f64 {
        let answered = |group: &[f64]| group.iter().any(|sum| *sum > 0.0);
        let groups: Vec<bool> = self.weights.chunks_exact(self.categories.max(1)).map(answered).collect();
        let count = |seen: &[bool]| seen.iter().filter(|seen| **seen).count();
        if self.squares.is_some() {
            return difference(self.counts.iter().sum(), count(&groups));
        }
        let mut strata = vec![false; level.strata.len()];
        for (cluster, _) in groups.iter().enumerate().filter(|(_, answered)| **answered) {
            strata.get_mut(level.stratum(cluster)).into_iter().for_each(|seen| *seen = true);
        }
        difference(count(&groups), count(&strata))
    }

    /// The variance that a stage (from 0) adds to the share `share` of a category, times the square of all weights. May be
    /// below 0 by rounding.
    pub fn variance(
        &self,
        (stage, level): (usize, &Level),
        category: usize,
        share: f64,
        explained: Option<&Explained<'_>>,
    ) -> f64 {
        let wide = self.categories;
        let pick = |from: &[f64], group: usize| {
            let group = from.get(group * wide..(group + 1) * wide).unwrap_or_default();
            (group.get(category).copied().unwrap_or(0.0), group.iter().sum::<f64>())
        };
        let taken = explained.map(|explained| explained.taken(&self.answered, category, share));
        let sum = |group: usize| {
            let (inside, all) = pick(&self.weights, group);
            inside - share * all - taken.as_ref().map_or(0.0, |taken| taken.of_group(stage, group))
        };
        let Some(squares) = &self.squares else { return influence::variance(level, sum) };
        let of = |(place, stratum): (usize, &Stratum)| {
            let (inside, all) = pick(squares, place);
            let square = inside * (1.0 - share).powi(2) + (all - inside) * share * share;
            let middle = if stratum.centred { sum(place).powi(2) / stratum.sampled as f64 } else { 0.0 };
            stratum.scale * (square - middle)
        };
        let found: f64 = level.strata.iter().enumerate().map(of).sum();
        found + taken.as_ref().map_or(0.0, |taken| taken.squares)
    }
}
