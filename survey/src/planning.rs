//! How large a sample has to be, and what a sample of some size can find. Normal approximations throughout; a design counts
//! by its design effect (against simple random sampling), for which earlier rounds are the best source.

use crate::error::{Result, SurveyError, inside_unit};
use crate::interval::normal_quantile;

/// Two groups to be compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Units of the first group with an answer.
    pub first: f64,
    /// Units of the second.
    pub second: f64,
    /// Variance under the design over that of a simple random sample; 1 for that sample itself.
    pub design_effect: f64,
    /// Chance to find a difference that is not there, both sides together; usually 0.05.
    pub alpha: f64,
    /// Chance to find the difference if it is there; usually 0.8.
    pub power: f64,
}

impl Comparison {
    fn check(&self) -> Result<()> {
        inside_unit("alpha", self.alpha)?;
        inside_unit("power", self.power)?;
        for (what, found) in [("units of the first group", self.first), ("units of the second group", self.second)] {
            positive(what, found)?;
        }
        positive("design effect", self.design_effect)?;
        Ok(())
    }

    fn quantiles(&self) -> (f64, f64) {
        (normal_quantile(1.0 - self.alpha / 2.0), normal_quantile(self.power))
    }

    /// The smallest difference of two means that will be found with the given power, in units of the variable, whose
    /// standard deviation is `deviation` in both groups.
    ///
    /// # Errors
    /// [`SurveyError::Argument`].
    pub fn detectable_means(&self, deviation: f64) -> Result<f64> {
        self.check()?;
        positive("standard deviation", deviation)?;
        let (alpha, power) = self.quantiles();
        Ok((alpha + power) * deviation * (self.design_effect * (1.0 / self.first + 1.0 / self.second)).sqrt())
    }

    /// The smallest share above `share`, and the largest below it, that will be told from it with the given power; `None`
    /// where there is none up to 1 or down to 0. The test pools both groups, the alternative does not (Fleiss, Levin, Paik
    /// 2003, section 4.2).
    ///
    /// # Errors
    /// [`SurveyError::Argument`].
    pub fn detectable_shares(&self, share: f64) -> Result<(Option<f64>, Option<f64>)> {
        self.check()?;
        inside_unit("share", share)?;
        Ok((self.search(share, 1.0), self.search(share, 0.0)))
    }

    /// How far beyond the threshold a difference is, in the same units as the difference.
    fn margin(&self, share: f64, other: f64) -> f64 {
        let (alpha, power) = self.quantiles();
        let pooled = (self.first * share + self.second * other) / (self.first + self.second);
        let under_none = pooled * (1.0 - pooled) * (1.0 / self.first + 1.0 / self.second);
        let under_some = share * (1.0 - share) / self.first + other * (1.0 - other) / self.second;
        let effect = self.design_effect;
        (other - share).abs() - alpha * (effect * under_none).sqrt() - power * (effect * under_some).sqrt()
    }

    /// The nearest share between `share` and `end` with a margin of zero. Steps first, since the margin need not rise all
    /// the way; then halving.
    fn search(&self, share: f64, end: f64) -> Option<f64> {
        let at = |part: f64| share + (end - share) * part;
        let steps = 4096_u32;
        let step = |number: u32| f64::from(number) / f64::from(steps);
        let found = (1..=steps).find(|number| self.margin(share, at(step(*number))) >= 0.0)?;
        let (mut low, mut high) = (step(found - 1), step(found));
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if self.margin(share, at(middle)) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(at(high))
    }
}

/// What an estimate has to keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Half of the width of the interval, in units of the figure.
    pub margin: f64,
    /// Level of the interval; usually 0.95.
    pub level: f64,
    /// Variance under the design over that of a simple random sample without replacement.
    pub design_effect: f64,
    /// Units of the population; `None` for one without end.
    pub population: Option<f64>,
}

impl Precision {
    /// Units with an answer that a share needs. 0.5 is the share that needs most.
    ///
    /// # Errors
    /// [`SurveyError::Argument`].
    pub fn units_for_share(&self, share: f64) -> Result<f64> {
        inside_unit("share", share)?;
        let spread = share * (1.0 - share);
        // The variance among N units with divisor N - 1, as the correction for finite populations supposes.
        self.units(self.population.map_or(spread, |all| spread * all / (all - 1.0)))
    }

    /// Units with an answer that a mean needs, for a standard deviation of the variable.
    ///
    /// # Errors
    /// [`SurveyError::Argument`].
    pub fn units_for_mean(&self, deviation: f64) -> Result<f64> {
        positive("standard deviation", deviation)?;
        self.units(deviation * deviation)
    }

    /// Solves margin = z root(effect (1 - n/N) spread / n), rounded up and at most the population (Cochran 1977, chapter 4).
    fn units(&self, spread: f64) -> Result<f64> {
        positive("margin", self.margin)?;
        positive("design effect", self.design_effect)?;
        inside_unit("level", self.level)?;
        let z = normal_quantile(0.5 + self.level / 2.0);
        let endless = self.design_effect * spread * (z / self.margin).powi(2);
        match self.population {
            None => Ok(endless.ceil()),
            Some(all) if all > 1.0 && all.is_finite() => Ok((endless / (1.0 + endless / all)).ceil().min(all)),
            Some(found) => {
                Err(SurveyError::Argument { what: "population", expected: "a finite number above 1", found })
            }
        }
    }
}

fn positive(what: &'static str, found: f64) -> Result<f64> {
    if found > 0.0 && found.is_finite() {
        Ok(found)
    } else {
        Err(SurveyError::Argument { what, expected: "a finite number above 0", found })
    }
}
