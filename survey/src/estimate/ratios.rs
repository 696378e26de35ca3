//! Totals, means, proportions and ratios: one thing, the sum of a numerator over that of a denominator.
//!
//! The influence of a unit on a ratio R = Y / X is w (y - R x) / X, on a total w y (Woodruff 1971). A unit outside the
//! domain, or without an answer, has influence 0.

use super::{Estimate, Estimates, Simple};
use crate::error::{Result, SurveyError, same_length};
use crate::factor::Factor;
use crate::sample::{Sample, Statistic};
use rayon::prelude::*;

/// A variable of numbers with its name; not a number (NaN) is a missing answer.
#[derive(Debug, Clone, Copy)]
pub struct Variable<'a> {
    name: &'a str,
    values: &'a [f64],
}

impl<'a> Variable<'a> {
    /// A value for every unit.
    #[must_use]
    pub fn new(name: &'a str, values: &'a [f64]) -> Self {
        Self { name, values }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    pub(crate) fn values(&self) -> &'a [f64] {
        self.values
    }

    fn column(&self) -> Column<'a> {
        Column::Values(self.values)
    }

    fn check(&self, units: usize) -> Result<()> {
        same_length(self.name, units, self.values.len())?;
        match self.values.iter().position(|value| value.is_infinite()) {
            None => Ok(()),
            Some(place) => {
                let found = self.values.get(place).copied().unwrap_or(f64::NAN);
                Err(SurveyError::NotFinite { what: self.name.to_owned(), unit: place + 1, found })
            }
        }
    }
}

/// What a numerator or denominator adds up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column<'a> {
    One,
    Values(&'a [f64]),
    /// 1 for a category, 0 for the others, missing where the category is.
    Is(&'a Factor, usize),
}

impl Column<'_> {
    fn at(&self, unit: usize) -> Option<f64> {
        match self {
            Self::One => Some(1.0),
            Self::Values(values) => values.get(unit).copied().filter(|value| !value.is_nan()),
            Self::Is(factor, category) => factor.code(unit).map(|code| f64::from(code as usize == *category)),
        }
    }
}

/// One figure to be made: a total, or a ratio where there is a denominator.
#[derive(Debug, Clone)]
pub(crate) struct Term<'a> {
    pub name: String,
    pub top: Column<'a>,
    pub bottom: Option<Column<'a>>,
    pub domain: Option<&'a [bool]>,
    pub group: Option<(&'a Factor, usize)>,
}

impl<'a> Term<'a> {
    fn of(variable: &Variable<'a>, bottom: Option<Column<'a>>, domain: Option<&'a [bool]>) -> Self {
        Self { name: variable.name.to_owned(), top: variable.column(), bottom, domain, group: None }
    }

    /// Numerator and denominator of a unit; `None` outside the domain and without an answer.
    fn at(&self, unit: usize) -> Option<(f64, f64)> {
        if self.domain.is_some_and(|domain| domain.get(unit) != Some(&true)) {
            return None;
        }
        if let Some((factor, group)) = self.group
            && factor.code(unit).is_none_or(|code| code as usize != group)
        {
            return None;
        }
        Some((self.top.at(unit)?, self.bottom.map_or(Some(1.0), |bottom| bottom.at(unit))?))
    }

    fn sums(&self, weights: &[f64]) -> (usize, f64, f64) {
        let mut sums = (0, 0.0, 0.0);
        for (unit, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            if let Some((top, bottom)) = self.at(unit) {
                sums = (sums.0 + 1, sums.1 + weight * top, sums.2 + weight * bottom);
            }
        }
        sums
    }

    fn value(&self, weights: &[f64]) -> Result<f64> {
        let (n, top, bottom) = self.sums(weights);
        if self.bottom.is_none() {
            // A replicate that leaves the whole domain out has a total of 0; the sample itself was asked before.
            return Ok(top);
        }
        if n == 0 {
            return Err(SurveyError::NoAnswers { what: self.name.clone() });
        }
        if bottom == 0.0 { Err(SurveyError::ZeroDenominator { what: self.name.clone() }) } else { Ok(top / bottom) }
    }

    /// What a unit is off by: numerator less value times denominator; the numerator itself for a total.
    fn residual(&self, value: f64, (top, bottom): (f64, f64)) -> f64 {
        if self.bottom.is_some() { top - value * bottom } else { top }
    }

    fn scale(&self, weights: &[f64]) -> f64 {
        if self.bottom.is_some() { self.sums(weights).2 } else { 1.0 }
    }

    fn influence(&self, weights: &[f64], value: f64) -> Vec<f64> {
        let scale = self.scale(weights);
        let of = |(unit, weight): (usize, &f64)| {
            self.at(unit).map_or(0.0, |pair| weight * self.residual(value, pair) / scale)
        };
        weights.iter().enumerate().map(of).collect()
    }

    /// Units that count, and the variance of a simple random sample of as many.
    fn simple(&self, weights: &[f64], value: f64) -> (usize, Option<Simple>) {
        let each = || weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
        let residuals = || each().filter_map(|(unit, weight)| Some((*weight, self.residual(value, self.at(unit)?))));
        let (mut n, mut population, mut sum) = (0_usize, 0.0, 0.0);
        for (weight, residual) in residuals() {
            (n, population, sum) = (n + 1, population + weight, sum + weight * residual);
        }
        if n < 2 {
            return (n, None);
        }
        let mean = sum / population;
        let spread = residuals().map(|(weight, residual)| weight * (residual - mean).powi(2)).sum::<f64>() / population;
        let scale = if self.bottom.is_some() { self.scale(weights) } else { 1.0 };
        let with_replacement = spread / (n as f64 - 1.0) * (population / scale).powi(2);
        (n, Some(Simple { with_replacement, population }))
    }
}

impl Statistic for Vec<Term<'_>> {
    fn values(&self, weights: &[f64]) -> Result<Vec<f64>> {
        self.par_iter().map(|term| term.value(weights)).collect()
    }

    fn influences(&self, weights: &[f64], values: &[f64]) -> Result<Vec<Vec<f64>>> {
        Ok(self.par_iter().zip(values).map(|(term, value)| term.influence(weights, *value)).collect())
    }
}

/// Figures of all terms.
pub(crate) fn estimate(sample: &impl Sample, terms: Vec<Term<'_>>) -> Result<Estimates> {
    let weights = sample.weights();
    for term in &terms {
        if let Some(domain) = term.domain {
            same_length("the domain", weights.len(), domain.len())?;
        }
        if let Some((factor, _)) = term.group {
            same_length("the groups", weights.len(), factor.len())?;
        }
        for column in std::iter::once(term.top).chain(term.bottom) {
            match column {
                Column::One => {}
                Column::Values(values) => Variable { name: &term.name, values }.check(weights.len())?,
                Column::Is(factor, _) => same_length(&term.name, weights.len(), factor.len())?,
            }
        }
    }
    let answered = |term: &Term<'_>| (0..weights.len()).any(|unit| term.at(unit).is_some());
    if let Some(nobody) = terms.iter().find(|term| !answered(term)) {
        return Err(SurveyError::NoAnswers { what: nobody.name.clone() });
    }
    let (values, covariance) = sample.measure(&terms)?;
    let made = terms.into_par_iter().zip(values).enumerate().map(|(place, (term, value))| {
        let (n, simple) = term.simple(weights, value);
        let degrees_of_freedom = sample.degrees(&|unit| term.at(unit).is_some());
        let variance = covariance.at(place, place).max(0.0);
        finite(Estimate { name: term.name, value, variance, n, degrees_of_freedom, simple })
    });
    let list = made.collect::<Result<Vec<Estimate>>>()?;
    Ok(Estimates { list, covariance })
}

fn finite(estimate: Estimate) -> Result<Estimate> {
    if estimate.value.is_finite() && estimate.variance.is_finite() {
        Ok(estimate)
    } else {
        Err(SurveyError::NotANumber { what: estimate.name })
    }
}

/// Weighted totals of variables, over the units of the domain that have an answer.
///
/// # Errors
/// [`SurveyError::Length`], [`SurveyError::NotFinite`]; [`SurveyError::NoAnswers`] where the domain has none.
pub fn total(sample: &impl Sample, of: &[Variable<'_>], domain: Option<&[bool]>) -> Result<Estimates> {
    estimate(sample, of.iter().map(|variable| Term::of(variable, None, domain)).collect())
}

/// Weighted means of variables. Each rests on the units that answered it; for means over the units that answered all of
/// several variables, say so in the domain.
///
/// # Errors
/// As [`total`].
pub fn mean(sample: &impl Sample, of: &[Variable<'_>], domain: Option<&[bool]>) -> Result<Estimates> {
    estimate(sample, of.iter().map(|variable| Term::of(variable, Some(Column::One), domain)).collect())
}

/// Ratios of two totals (numerator, denominator), over the units that have both; named `numerator/denominator`.
///
/// # Errors
/// As [`total`]; [`SurveyError::ZeroDenominator`].
pub fn ratio(sample: &impl Sample, of: &[(Variable<'_>, Variable<'_>)], domain: Option<&[bool]>) -> Result<Estimates> {
    for (_, bottom) in of {
        bottom.check(sample.weights().len())?;
    }
    let term = |(top, bottom): &(Variable<'_>, Variable<'_>)| format!("{}/{}", top.name, bottom.name);
    let terms = of.iter().map(|pair| Term { name: term(pair), ..Term::of(&pair.0, Some(pair.1.column()), domain) });
    estimate(sample, terms.collect())
}

/// The share of every category among the units that have one; figures are named as the categories.
///
/// # Errors
/// As [`total`]; `name` is the variable's, for errors.
pub fn proportions(sample: &impl Sample, name: &str, of: &Factor, domain: Option<&[bool]>) -> Result<Estimates> {
    estimate(sample, categories(name, of, Some(Column::One), domain)?)
}

/// How many of the population every category stands for.
///
/// # Errors
/// As [`proportions`].
pub fn counts(sample: &impl Sample, name: &str, of: &Factor, domain: Option<&[bool]>) -> Result<Estimates> {
    estimate(sample, categories(name, of, None, domain)?)
}

/// The mean of a variable in every group; figures are named as the groups.
///
/// # Errors
/// As [`total`]; a group without an answer is an error, since a mean of nobody is no figure.
pub fn mean_by(sample: &impl Sample, of: Variable<'_>, by: &Factor, domain: Option<&[bool]>) -> Result<Estimates> {
    estimate(sample, groups(&of, by, Some(Column::One), domain))
}

/// The total of a variable in every group; figures are named as the groups.
///
/// # Errors
/// As [`mean_by`].
pub fn total_by(sample: &impl Sample, of: Variable<'_>, by: &Factor, domain: Option<&[bool]>) -> Result<Estimates> {
    estimate(sample, groups(&of, by, None, domain))
}

/// The share of every category within every group, named `group: category`, group by group.
///
/// # Errors
/// As [`mean_by`].
pub fn proportions_by(
    sample: &impl Sample,
    name: &str,
    of: &Factor,
    by: &Factor,
    domain: Option<&[bool]>,
) -> Result<Estimates> {
    let all = categories(name, of, Some(Column::One), domain)?;
    let within = |group: usize| {
        let named = move |term: &Term<'_>| format!("{}: {}", by.label(group), term.name);
        all.iter().map(move |term| Term { name: named(term), group: Some((by, group)), ..term.clone() })
    };
    estimate(sample, (0..by.categories()).flat_map(within).collect())
}

/// A term for every category. That nobody has one at all is said with the name of the variable.
pub(crate) fn categories<'a>(
    name: &str,
    of: &'a Factor,
    bottom: Option<Column<'a>>,
    domain: Option<&'a [bool]>,
) -> Result<Vec<Term<'a>>> {
    let inside = |unit: usize| domain.is_none_or(|domain| domain.get(unit) == Some(&true));
    if !(0..of.len()).any(|unit| inside(unit) && of.code(unit).is_some()) {
        return Err(SurveyError::NoAnswers { what: name.to_owned() });
    }
    let term = |code| Term { name: of.label(code), top: Column::Is(of, code), bottom, domain, group: None };
    Ok((0..of.categories()).map(term).collect())
}

fn groups<'a>(
    of: &Variable<'a>,
    by: &'a Factor,
    bottom: Option<Column<'a>>,
    domain: Option<&'a [bool]>,
) -> Vec<Term<'a>> {
    let term = |group| Term { name: by.label(group), group: Some((by, group)), ..Term::of(of, bottom, domain) };
    (0..by.categories()).map(term).collect()
}
