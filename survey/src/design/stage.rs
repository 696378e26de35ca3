//! One stage of drawing: from names of strata and clusters to numbers and to the factor of every stratum's variance.

use super::{Lonely, Nesting, difference, missing_code};
use crate::error::{Result, SurveyError, same_length};
use crate::factor::{Factor, next};
use std::collections::HashMap;

/// A sampling fraction that leaves less than this share undrawn leaves nothing: rounding of 1 - n/N.
const ALL_DRAWN: f64 = 1e-12;

/// A stage of drawing as its user describes it.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    strata: Option<Factor>,
    clusters: Option<Factor>,
    population: Option<Population>,
}

#[derive(Debug, Clone)]
enum Population {
    Sizes(Vec<f64>),
    Fractions(Vec<f64>),
}

impl Stage {
    /// Single units are drawn; only the last stage can be so.
    #[must_use]
    pub fn elements() -> Self {
        Self::default()
    }

    /// Clusters are drawn. In the second and later stages their names count within the cluster of the stage before.
    #[must_use]
    pub fn of_clusters(clusters: Factor) -> Self {
        Self { clusters: Some(clusters), ..Self::default() }
    }

    /// Strata within which this stage draws.
    #[must_use]
    pub fn strata(mut self, strata: Factor) -> Self {
        self.strata = Some(strata);
        self
    }

    /// For every unit, how many clusters (or units, where units are drawn) its stratum has in the population: the finite
    /// population correction. Infinity means no correction.
    #[must_use]
    pub fn population(mut self, sizes: &[f64]) -> Self {
        self.population = Some(Population::Sizes(sizes.to_vec()));
        self
    }

    /// For every unit, which share of its stratum's clusters was drawn.
    #[must_use]
    pub fn fractions(mut self, fractions: &[f64]) -> Self {
        self.population = Some(Population::Fractions(fractions.to_vec()));
        self
    }

    pub(super) fn units(&self) -> Option<usize> {
        let population = match &self.population {
            Some(Population::Sizes(values) | Population::Fractions(values)) => Some(values.len()),
            None => None,
        };
        self.clusters.as_ref().or(self.strata.as_ref()).map(Factor::len).or(population)
    }
}

/// A stratum of a stage, within one cluster of the stage before.
#[derive(Debug, Clone)]
pub(crate) struct Stratum {
    pub sampled: usize,
    /// Share of the stratum that was drawn; 0 where the population is not known or endless.
    pub fraction: f64,
    /// What the squares of the cluster totals around their mean are multiplied with.
    pub scale: f64,
    /// Around the mean; else around zero.
    pub centred: bool,
    /// A unit of it, from 0: whose names it goes by.
    witness: usize,
    /// Cluster of the stage before.
    pub parent: usize,
}

/// A stage as the variance needs it.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    /// Cluster of every unit; `None` where each unit is its own.
    pub cluster_of: Option<Vec<u32>>,
    /// Stratum of every cluster.
    pub stratum_of: Vec<u32>,
    pub strata: Vec<Stratum>,
    names: Option<Factor>,
}

impl Level {
    pub fn clusters(&self) -> usize {
        self.stratum_of.len()
    }

    pub fn cluster(&self, unit: usize) -> usize {
        self.cluster_of.as_ref().and_then(|clusters| clusters.get(unit)).map_or(unit, |cluster| *cluster as usize)
    }

    pub fn stratum(&self, cluster: usize) -> usize {
        self.stratum_of.get(cluster).map_or(0, |stratum| *stratum as usize)
    }

    /// Clusters less strata, of those with a unit for which `inside` holds.
    pub fn degrees(&self, units: usize, inside: impl Fn(usize) -> bool) -> f64 {
        let mut clusters = vec![false; self.clusters()];
        let mut strata = vec![false; self.strata.len()];
        for cluster in (0..units).filter(|unit| inside(*unit)).map(|unit| self.cluster(unit)) {
            if let Some(seen) = clusters.get_mut(cluster) {
                *seen = true;
            }
            if let Some(seen) = strata.get_mut(self.stratum(cluster)) {
                *seen = true;
            }
        }
        let count = |seen: &[bool]| seen.iter().filter(|seen| **seen).count();
        difference(count(&clusters), count(&strata))
    }

    /// Whether the stage adds to a variance at all.
    fn matters(&self) -> bool {
        self.strata.iter().any(|stratum| stratum.scale > 0.0)
    }

    pub fn stratum_name(&self, stratum: usize) -> String {
        self.strata.get(stratum).map(|stratum| name_of(self.names.as_ref(), stratum.witness)).unwrap_or_default()
    }
}

/// The name of a unit's category; `all` where there are no categories.
fn name_of(factor: Option<&Factor>, unit: usize) -> String {
    match factor {
        None => "all".to_owned(),
        Some(factor) => factor.code(unit).map(|code| factor.label(code as usize)).unwrap_or_default(),
    }
}

/// Numbers for keys in the order in which they are met, and the unit where each is met first.
struct Numbered {
    of: Vec<u32>,
    first: Vec<usize>,
}

fn numbered(keys: impl Iterator<Item = u64>) -> Result<Numbered> {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut found = Numbered { of: Vec::new(), first: Vec::new() };
    for (unit, key) in keys.enumerate() {
        let fresh = next(found.first.len())?;
        let number = *seen.entry(key).or_insert(fresh);
        if number == fresh {
            found.first.push(unit);
        }
        found.of.push(number);
    }
    Ok(found)
}

fn key(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// Takes stages one after the other.
pub(super) struct Resolver {
    units: usize,
    lonely: Lonely,
    nesting: Nesting,
    levels: Vec<Level>,
    /// Cluster of the last stage that every unit lies in.
    parents: Vec<u32>,
    /// Product of the sampling fractions down to each of these clusters.
    share: Vec<f64>,
    /// The same product of every unit, as long as every stage tells its population.
    drawn: Option<Vec<f64>>,
    elements: bool,
}

impl Resolver {
    pub fn new(units: usize, lonely: Lonely, nesting: Nesting) -> Self {
        let (parents, drawn) = (vec![0; units], Some(vec![1.0; units]));
        Self { units, lonely, nesting, levels: Vec::new(), parents, share: vec![1.0], drawn, elements: false }
    }

    pub fn push(&mut self, stage: &Stage) -> Result<()> {
        let number = self.levels.len() + 1;
        if self.elements {
            return Err(SurveyError::StageAfterElements { stage: number });
        }
        for (what, factor) in [("stratum", &stage.strata), ("cluster", &stage.clusters)] {
            if let Some(factor) = factor {
                same_length(&format!("stage {number}: {what}"), self.units, factor.len())?;
                missing_code(number, what, factor)?;
            }
        }
        let code = |factor: Option<&Factor>, unit: usize| factor.and_then(|factor| factor.code(unit)).unwrap_or(0);
        let strata =
            numbered(self.parents.iter().enumerate().map(|(unit, up)| key(*up, code(stage.strata.as_ref(), unit))))?;
        let clusters = stage.clusters.as_ref().map(|names| self.number_clusters(number, stage, names, &strata));
        let clusters = clusters.transpose()?.filter(|clusters| clusters.first.len() < self.units);
        self.elements = clusters.is_none();
        let (cluster_of, stratum_of) = match clusters {
            None => (None, strata.of.clone()),
            Some(clusters) => {
                let stratum_of = clusters.first.iter().filter_map(|unit| strata.of.get(*unit).copied()).collect();
                (Some(clusters.of), stratum_of)
            }
        };
        let mut level = Level { cluster_of, stratum_of, strata: Vec::new(), names: stage.strata.clone() };
        self.measure(number, stage, &strata, &mut level)?;
        self.scale(number, &mut level)?;
        self.descend(&level);
        self.levels.push(level);
        Ok(())
    }

    fn number_clusters(&self, stage: usize, given: &Stage, names: &Factor, strata: &Numbered) -> Result<Numbered> {
        let above = if self.nesting == Nesting::Nest { &strata.of } else { &self.parents };
        let found = numbered(above.iter().zip(names.codes()).map(|(above, code)| key(*above, *code)))?;
        for (unit, (cluster, stratum)) in found.of.iter().zip(&strata.of).enumerate() {
            let first = found.first.get(*cluster as usize).copied().unwrap_or(unit);
            if strata.of.get(first) != Some(stratum) {
                return Err(SurveyError::NotNested {
                    stage,
                    cluster: name_of(Some(names), unit),
                    first: name_of(given.strata.as_ref(), first),
                    second: name_of(given.strata.as_ref(), unit),
                });
            }
        }
        Ok(found)
    }

    /// Clusters drawn in every stratum, and their share of the population.
    fn measure(&mut self, stage: usize, given: &Stage, strata: &Numbered, level: &mut Level) -> Result<()> {
        let mut sampled = vec![0_usize; strata.first.len()];
        for stratum in &level.stratum_of {
            if let Some(count) = sampled.get_mut(*stratum as usize) {
                *count += 1;
            }
        }
        for (witness, sampled) in strata.first.iter().zip(sampled) {
            let parent = self.parents.get(*witness).map_or(0, |parent| *parent as usize);
            level.strata.push(Stratum { sampled, fraction: 0.0, scale: 0.0, centred: true, witness: *witness, parent });
        }
        let (values, expected) = match &given.population {
            None => {
                self.drawn = None;
                return Ok(());
            }
            Some(Population::Sizes(values)) => (values, "a population above 0"),
            Some(Population::Fractions(values)) => (values, "a sampling fraction above 0 and at most 1"),
        };
        let sizes = matches!(given.population, Some(Population::Sizes(_)));
        same_length(&format!("stage {stage}: population"), self.units, values.len())?;
        for (unit, (value, stratum)) in values.iter().zip(&strata.of).enumerate() {
            if !(*value > 0.0 && (sizes || *value <= 1.0)) {
                return Err(SurveyError::Population { stage, unit: unit + 1, expected, found: *value });
            }
            let witness = strata.first.get(*stratum as usize).and_then(|witness| values.get(*witness));
            if let Some(first) = witness.copied().filter(|first| first != value) {
                let stratum = name_of(given.strata.as_ref(), unit);
                return Err(SurveyError::PopulationVaries { stage, stratum, unit: unit + 1, first, second: *value });
            }
        }
        for stratum in &mut level.strata {
            let value = values.get(stratum.witness).copied().unwrap_or(f64::INFINITY);
            stratum.fraction = if sizes { stratum.sampled as f64 / value } else { value };
            if stratum.fraction > 1.0 {
                let name = name_of(given.strata.as_ref(), stratum.witness);
                let sampled = stratum.sampled;
                return Err(SurveyError::PopulationBelowSample { stage, stratum: name, sampled, population: value });
            }
        }
        if let Some(drawn) = &mut self.drawn {
            for (share, stratum) in drawn.iter_mut().zip(&strata.of) {
                *share *= level.strata.get(*stratum as usize).map_or(1.0, |stratum| stratum.fraction);
            }
        }
        Ok(())
    }

    /// The factor of every stratum, with the policy for lonely ones.
    fn scale(&self, stage: usize, level: &mut Level) -> Result<()> {
        // Strata, and strata with a variance, of every cluster of the stage before: what `Average` needs.
        let mut counts = vec![(0_usize, 0_usize); self.share.len()];
        let mut varying = false;
        for place in 0..level.strata.len() {
            let name = level.stratum_name(place);
            let Some(stratum) = level.strata.get_mut(place) else { continue };
            let share = self.share.get(stratum.parent).copied().unwrap_or(0.0);
            let left = 1.0 - stratum.fraction;
            let n = stratum.sampled as f64;
            let certain = left <= ALL_DRAWN;
            let lonely = stratum.sampled < 2 && !certain && share > 0.0;
            if lonely && self.lonely == Lonely::Fail {
                return Err(SurveyError::LonelyStratum { stage, stratum: name });
            }
            stratum.scale = match (certain, lonely, self.lonely) {
                (true, ..) => 0.0,
                (_, false, _) => share * left * n / (n - 1.0).max(1.0),
                (_, true, Lonely::Adjust) => share * left,
                (_, true, _) => 0.0,
            };
            stratum.centred = !(lonely && self.lonely == Lonely::Adjust);
            varying |= certain || !lonely;
            if let Some((all, fine)) = counts.get_mut(stratum.parent) {
                *all += 1;
                *fine += usize::from(!lonely);
            }
        }
        if stage == 1 && !varying {
            return Err(SurveyError::AllLonely { stage });
        }
        if self.lonely != Lonely::Average {
            return Ok(());
        }
        for stratum in &mut level.strata {
            let (all, fine) = counts.get(stratum.parent).copied().unwrap_or((1, 1));
            if fine == 0 {
                return Err(SurveyError::AllLonely { stage });
            }
            stratum.scale *= all as f64 / fine as f64;
        }
        Ok(())
    }

    fn descend(&mut self, level: &Level) {
        let up = |stratum: &u32| {
            let stratum = level.strata.get(*stratum as usize)?;
            Some(self.share.get(stratum.parent)? * stratum.fraction)
        };
        let share = level.stratum_of.iter().map(|stratum| up(stratum).unwrap_or(0.0)).collect();
        self.share = share;
        if let Some(clusters) = &level.cluster_of {
            self.parents.clone_from(clusters);
        }
    }

    /// Weights as the inverse of the chance to be drawn.
    pub fn weights(&self) -> Result<Vec<f64>> {
        let drawn = self.drawn.as_ref().ok_or(SurveyError::NoWeights)?;
        Ok(drawn.iter().map(|share| 1.0 / share).collect())
    }

    /// The stages down to the last one that adds to a variance; the first in any case, on which degrees of freedom rest.
    pub fn finish(mut self) -> Result<Vec<Level>> {
        let last = self.levels.iter().rposition(Level::matters).unwrap_or(0);
        self.levels.truncate(last + 1);
        if self.levels.is_empty() { Err(SurveyError::NoUnits) } else { Ok(self.levels) }
    }
}
