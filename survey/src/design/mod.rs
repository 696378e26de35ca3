//! How a sample was drawn: weights, strata, clusters and populations, in one stage or several.
//!
//! Everything is checked once, when the design is built. A domain is never cut out of a design: estimates take a mask,
//! and units outside count with an influence of zero, since how many of them were drawn is chance too.

mod stage;

use crate::calibrate::Projection;
use crate::covariance::Covariance;
use crate::error::{Result, SurveyError, same_length};
use crate::factor::Factor;
use crate::influence;
use stage::Resolver;
pub use stage::Stage;
pub(crate) use stage::{Level, Stratum};

/// What becomes of a stratum in which one unit was drawn and there are more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lonely {
    /// The design is refused.
    #[default]
    Fail,
    /// As if it were certain to be drawn: it adds no variance. Also known as "remove".
    Certainty,
    /// Centred at zero, the mean of all influences, instead of the stratum's mean: errs on the safe side.
    Adjust,
    /// The mean of what the other strata add.
    Average,
}

/// Whether one name of a cluster in two strata is an error or two clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nesting {
    /// An error that names the cluster.
    #[default]
    Check,
    /// Two clusters.
    Nest,
}

/// A sample with its design. Made by [`Design::builder`]; calibrated by [`crate::calibrate()`] and its kin.
#[derive(Debug, Clone)]
pub struct Design {
    weights: Vec<f64>,
    levels: Vec<Level>,
    projections: Vec<Projection>,
}

/// Collects what is known of a sample. Without a stage, units were drawn one by one without strata.
#[derive(Debug, Clone, Default)]
pub struct DesignBuilder {
    weights: Option<Vec<f64>>,
    stages: Vec<Stage>,
    lonely: Lonely,
    nesting: Nesting,
}

impl DesignBuilder {
    /// The weight of every unit: for how many of the population it stands. Left out, weights follow from the populations.
    #[must_use]
    pub fn weights(mut self, weights: &[f64]) -> Self {
        self.weights = Some(weights.to_vec());
        self
    }

    /// The next stage of drawing.
    #[must_use]
    pub fn stage(mut self, stage: Stage) -> Self {
        self.stages.push(stage);
        self
    }

    /// What becomes of a stratum with one unit; [`Lonely::Fail`] unless said otherwise.
    #[must_use]
    pub fn lonely(mut self, lonely: Lonely) -> Self {
        self.lonely = lonely;
        self
    }

    /// Whether clusters are named anew in each stratum; [`Nesting::Check`] unless said otherwise.
    #[must_use]
    pub fn nesting(mut self, nesting: Nesting) -> Self {
        self.nesting = nesting;
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    /// Weights, codes, populations or strata that cannot be, each with its unit (from 1), stage and stratum.
    pub fn build(self) -> Result<Design> {
        let stages = if self.stages.is_empty() { vec![Stage::elements()] } else { self.stages };
        let given = stages.iter().find_map(Stage::units);
        let Some(units) = self.weights.as_ref().map(Vec::len).or(given) else { return Err(SurveyError::NoUnits) };
        if units == 0 {
            return Err(SurveyError::NoUnits);
        }
        let mut resolver = Resolver::new(units, self.lonely, self.nesting);
        for stage in &stages {
            resolver.push(stage)?;
        }
        let weights = match self.weights {
            Some(weights) => weights,
            None => resolver.weights()?,
        };
        check_weights(&weights)?;
        Ok(Design { weights, levels: resolver.finish()?, projections: Vec::new() })
    }
}

fn check_weights(weights: &[f64]) -> Result<()> {
    match weights.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
        None => Ok(()),
        Some(place) => {
            Err(SurveyError::Weight { unit: place + 1, found: weights.get(place).copied().unwrap_or(f64::NAN) })
        }
    }
}

impl Design {
    /// Begins a design.
    #[must_use]
    pub fn builder() -> DesignBuilder {
        DesignBuilder::default()
    }

    /// Units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.weights.len()
    }

    /// Weights of the units, after calibration where there was one.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Clusters of the first stage; units, where units were drawn.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.first().clusters()
    }

    /// Strata of the first stage.
    #[must_use]
    pub fn strata(&self) -> usize {
        self.first().strata.len()
    }

    /// Clusters less strata of the first stage, of those in which a domain has a unit: what an interval or test rests on.
    ///
    /// # Errors
    /// [`SurveyError::Length`] of the domain.
    pub fn degrees_of_freedom(&self, domain: Option<&[bool]>) -> Result<f64> {
        let Some(domain) = domain else { return Ok(difference(self.clusters(), self.strata())) };
        same_length("the domain", self.units(), domain.len())?;
        Ok(self.degrees_where(|unit| domain.get(unit).copied().unwrap_or(false)))
    }

    pub(crate) fn degrees_where(&self, inside: impl Fn(usize) -> bool) -> f64 {
        self.first().degrees(self.units(), inside)
    }

    /// The covariance matrix of estimates, from the influence of every unit on each (weights included): what every
    /// linearised variance here comes from. Sums of influences per cluster vary within strata; what was drawn without
    /// replacement is corrected for; a later stage counts with the sampling fractions of the stages before it (Särndal,
    /// Swensson, Wretman, *Model Assisted Survey Sampling*, 1992, section 4.3). Calibrated, influences are first replaced
    /// by their residuals (Deville, Särndal 1992).
    ///
    /// # Errors
    /// [`SurveyError::Length`]; [`SurveyError::NotANumber`] if an influence is not finite.
    pub fn covariance(&self, mut influences: Vec<Vec<f64>>) -> Result<Covariance> {
        for influence in &influences {
            same_length("an influence", self.units(), influence.len())?;
        }
        for projection in &self.projections {
            projection.apply(&mut influences);
        }
        let found = influence::covariance(&self.levels, &influences);
        if found.is_finite() { Ok(found) } else { Err(SurveyError::NotANumber { what: "covariance".to_owned() }) }
    }

    pub(crate) fn levels(&self) -> &[Level] {
        &self.levels
    }

    pub(crate) fn projections(&self) -> &[Projection] {
        &self.projections
    }

    pub(crate) fn is_calibrated(&self) -> bool {
        !self.projections.is_empty()
    }

    /// The same design with new weights and the projection that stands for how they came about.
    pub(crate) fn recalibrated(&self, weights: Vec<f64>, projection: Projection) -> Result<Self> {
        if let Some(place) = weights.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            let found = weights.get(place).copied().unwrap_or(f64::NAN);
            return Err(SurveyError::NegativeWeight { unit: place + 1, found });
        }
        let mut projections = self.projections.clone();
        projections.push(projection);
        Ok(Self { weights, levels: self.levels.clone(), projections })
    }

    pub(crate) fn first(&self) -> &Level {
        // A built design has a first stage: `DesignBuilder::build` adds one.
        &self.levels[0]
    }
}

pub(crate) fn difference(clusters: usize, strata: usize) -> f64 {
    clusters as f64 - strata as f64
}

/// For reading a design out of factors elsewhere in the crate.
pub(crate) fn missing_code(stage: usize, what: &'static str, factor: &Factor) -> Result<()> {
    match factor.first_missing() {
        None => Ok(()),
        Some(unit) => Err(SurveyError::MissingCode { stage, unit: unit + 1, what }),
    }
}
