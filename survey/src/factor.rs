//! A variable with categories: strata, clusters, groups, answers.

use crate::error::{Result, SurveyError};
use std::collections::HashMap;

/// The code of a unit without a category.
const MISSING: u32 = u32::MAX;

/// The category of every unit, as a code into a sorted list of categories. Categories without a unit are kept where the
/// list was given from outside ([`Factor::with_categories`]), since an answer that nobody chose is a result too.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    codes: Vec<u32>,
    labels: Labels,
}

#[derive(Debug, Clone, PartialEq)]
enum Labels {
    Text(Vec<String>),
    /// A million clusters by number: their names are made when one is asked for.
    Numbers(Vec<u32>),
}

impl Factor {
    /// Categories by name; an empty name is a missing one. Sorted by name.
    ///
    /// # Errors
    /// [`SurveyError::TooMany`] categories.
    pub fn labels<T: AsRef<str>>(names: &[T]) -> Result<Self> {
        let mut seen: HashMap<&str, u32> = HashMap::new();
        let mut labels: Vec<&str> = Vec::new();
        let mut codes = Vec::with_capacity(names.len());
        for name in names.iter().map(AsRef::as_ref) {
            if name.is_empty() {
                codes.push(MISSING);
                continue;
            }
            let code = match seen.get(name) {
                Some(code) => *code,
                None => {
                    let code = next(labels.len())?;
                    seen.insert(name, code);
                    labels.push(name);
                    code
                }
            };
            codes.push(code);
        }
        let (rank, order) = ranks(&labels)?;
        recode(&mut codes, &rank);
        let sorted = order.iter().filter_map(|place| labels.get(*place)).map(|label| (*label).to_owned()).collect();
        Ok(Self { codes, labels: Labels::Text(sorted) })
    }

    /// Categories by number, sorted; none is missing. What suits many clusters.
    ///
    /// # Errors
    /// [`SurveyError::TooMany`] categories.
    pub fn numbers(numbers: &[u32]) -> Result<Self> {
        let mut sorted = numbers.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut codes = Vec::with_capacity(numbers.len());
        for number in numbers {
            codes.push(next(sorted.partition_point(|other| other < number))?);
        }
        Ok(Self { codes, labels: Labels::Numbers(sorted) })
    }

    /// Categories in a given order, the code of a unit its place in `categories`; `None` is missing.
    ///
    /// # Errors
    /// [`SurveyError::Argument`] for a code without a category.
    pub fn with_categories<T: AsRef<str>>(codes: &[Option<u32>], categories: &[T]) -> Result<Self> {
        if let Some(code) = codes.iter().flatten().find(|code| **code as usize >= categories.len()) {
            let found = f64::from(*code);
            return Err(SurveyError::Argument { what: "code", expected: "a place in the list of categories", found });
        }
        let labels = categories.iter().map(|label| label.as_ref().to_owned()).collect();
        let codes = codes.iter().map(|code| code.unwrap_or(MISSING)).collect();
        Ok(Self { codes, labels: Labels::Text(labels) })
    }

    /// Every pair of a category here and one there, as `here × there`; missing where either is.
    ///
    /// # Errors
    /// [`SurveyError::Length`], [`SurveyError::TooMany`].
    pub fn crossed(&self, other: &Self) -> Result<Self> {
        crate::error::same_length("the second factor", self.len(), other.len())?;
        let wide = next(other.categories())?;
        next(self.categories().saturating_mul(other.categories()))?;
        let pair = |(a, b): (&u32, &u32)| if *a == MISSING || *b == MISSING { MISSING } else { a * wide + b };
        let codes = self.codes.iter().zip(&other.codes).map(pair).collect();
        let names = |a: usize| (0..other.categories()).map(move |b| format!("{} × {}", self.label(a), other.label(b)));
        Ok(Self { codes, labels: Labels::Text((0..self.categories()).flat_map(names).collect()) })
    }

    /// Units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// No unit at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Number of categories.
    #[must_use]
    pub fn categories(&self) -> usize {
        match &self.labels {
            Labels::Text(labels) => labels.len(),
            Labels::Numbers(labels) => labels.len(),
        }
    }

    /// The name of a category; empty where there is none of that code.
    #[must_use]
    pub fn label(&self, code: usize) -> String {
        match &self.labels {
            Labels::Text(labels) => labels.get(code).cloned().unwrap_or_default(),
            Labels::Numbers(labels) => labels.get(code).map(u32::to_string).unwrap_or_default(),
        }
    }

    /// The category of a unit (from 0); `None` where it is missing.
    #[must_use]
    pub fn code(&self, unit: usize) -> Option<u32> {
        self.codes.get(unit).copied().filter(|code| *code != MISSING)
    }

    /// The first unit without a category, from 0.
    pub(crate) fn first_missing(&self) -> Option<usize> {
        self.codes.iter().position(|code| *code == MISSING)
    }

    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
    }
}

/// The next code, if there is one left (the last is that of a missing category).
pub(crate) fn next(count: usize) -> Result<u32> {
    u32::try_from(count)
        .ok()
        .filter(|code| *code != MISSING)
        .ok_or_else(|| SurveyError::TooMany { what: "categories".to_owned() })
}

/// Rank of each label in sorted order, and the places of the labels in that order.
fn ranks(labels: &[&str]) -> Result<(Vec<u32>, Vec<usize>)> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by_key(|place| labels.get(*place).copied());
    let mut rank = vec![0; labels.len()];
    for (position, place) in order.iter().enumerate() {
        if let Some(slot) = rank.get_mut(*place) {
            *slot = next(position)?;
        }
    }
    Ok((rank, order))
}

fn recode(codes: &mut [u32], rank: &[u32]) {
    for code in codes {
        if let Some(new) = rank.get(*code as usize) {
            *code = *new;
        }
    }
}
