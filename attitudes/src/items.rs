//! Answers: respondents in rows, items in columns, with the scale that they were given on and, where there are, weights.

use crate::fault::Fault;
use std::collections::BTreeSet;

/// The scale of ordered answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The least answer.
    pub low: u8,
    /// The greatest answer.
    pub high: u8,
    /// What stands for a missing answer; outside `low..=high`.
    pub missing: u8,
}

#[derive(Debug, Clone)]
enum Column {
    /// NaN is a missing answer.
    Numbers(Vec<f64>),
    Codes(Vec<u8>, u8),
}

impl Column {
    fn at(&self, row: usize) -> f64 {
        match self {
            Self::Numbers(values) => values[row],
            Self::Codes(codes, missing) if codes[row] == *missing => f64::NAN,
            Self::Codes(codes, _) => f64::from(codes[row]),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Codes(codes, _) => codes.len(),
        }
    }

    fn kept(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(values) => Self::Numbers(rows.iter().map(|row| values[*row]).collect()),
            Self::Codes(codes, missing) => Self::Codes(rows.iter().map(|row| codes[*row]).collect(), *missing),
        }
    }
}

/// Respondents in rows, items in columns.
#[derive(Debug, Clone)]
pub struct Items {
    names: Vec<String>,
    columns: Vec<Column>,
    /// The ends of each item's scale, where they were said.
    scales: Vec<Option<(f64, f64)>>,
    rows: usize,
    weights: Option<Vec<f64>>,
}

/// Different answers of an item that polychoric correlations take.
pub const MOST_ANSWERS: usize = 50;

/// The place among the sorted answers that stands for a missing one.
pub(crate) const MISSING: u8 = u8::MAX;

/// An item as places among its sorted different answers.
pub(crate) struct Ordered {
    /// [`MISSING`] where there is no answer.
    pub(crate) places: Vec<u8>,
    /// How many different answers there are.
    pub(crate) answers: usize,
}

impl Items {
    /// Numbers; NaN is a missing answer. `names` and `columns` are items in the same order.
    ///
    /// # Errors
    /// No items, columns of unequal length, two items of one name, a number that is infinite.
    pub fn numbers(names: &[&str], columns: Vec<Vec<f64>>) -> Result<Self, Fault> {
        for (name, column) in names.iter().zip(&columns) {
            if let Some(row) = column.iter().position(|value| value.is_infinite()) {
                return Err(Fault::NotFinite { item: (*name).to_owned(), row });
            }
        }
        Self::of(names, columns.into_iter().map(Column::Numbers).collect())
    }

    /// Ordered answers on one scale.
    ///
    /// # Errors
    /// As [`Items::numbers`]; and a code that is neither on the scale nor missing, with item and row.
    pub fn codes(names: &[&str], columns: Vec<Vec<u8>>, scale: Scale) -> Result<Self, Fault> {
        let Scale { low, high, missing } = scale;
        if low >= high || (low..=high).contains(&missing) {
            return Err(Fault::Scale { low, high, missing });
        }
        let columns = columns.into_iter().map(|codes| Column::Codes(codes, missing)).collect();
        Self::of(names, columns)?.with_scale(f64::from(low), f64::from(high))
    }

    fn of(names: &[&str], columns: Vec<Column>) -> Result<Self, Fault> {
        let size = |what: &str, expected, found| Err(Fault::Size { what: what.to_owned(), expected, found });
        if names.len() != columns.len() {
            return size("names of items", columns.len(), names.len());
        }
        let Some(first) = columns.first() else { return Err(Fault::TooFewItems { needed: 1, found: 0 }) };
        let rows = first.len();
        let mut seen = BTreeSet::new();
        for (name, column) in names.iter().zip(&columns) {
            if !seen.insert(name) {
                return Err(Fault::SameName { item: (*name).to_owned() });
            }
            if column.len() != rows {
                return size(&format!("rows of item `{name}`"), rows, column.len());
            }
        }
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self { scales: vec![None; names.len()], names, columns, rows, weights: None })
    }

    /// The same scale for all items, by its ends.
    ///
    /// # Errors
    /// An answer outside it, with item and row.
    pub fn with_scale(mut self, low: f64, high: f64) -> Result<Self, Fault> {
        for (item, column) in self.columns.iter().enumerate() {
            let outside = |value: f64| !value.is_nan() && !(low..=high).contains(&value);
            if let Some(row) = (0..self.rows).find(|row| outside(column.at(*row))) {
                let (item, code) = (self.names[item].clone(), column.at(row));
                return Err(Fault::OutsideScale { item, row, code, low, high });
            }
        }
        self.scales = vec![Some((low, high)); self.names.len()];
        Ok(self)
    }

    /// One weight a respondent. They are honoured by correlations of every kind, alpha, means and standard deviations, all
    /// scaled to sum to the number of rows used; never by tests and intervals, which take respondents as drawn at random.
    ///
    /// # Errors
    /// A number of weights other than the rows, or a weight that is missing, zero, negative or infinite.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, Fault> {
        if weights.len() != self.rows {
            return Err(Fault::Size { what: "weights".to_owned(), expected: self.rows, found: weights.len() });
        }
        let wrong = |weight: &f64| !(weight.is_finite() && *weight > 0.0);
        if let Some(row) = weights.iter().position(wrong) {
            return Err(Fault::Weight { row, weight: weights[row] });
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// These items only, in this order.
    ///
    /// # Errors
    /// A name that no item has, or one that comes twice, or no name at all.
    pub fn select(&self, names: &[&str]) -> Result<Self, Fault> {
        let places = names.iter().map(|name| self.place(name)).collect::<Result<Vec<usize>, Fault>>()?;
        let mut chosen = Self::of(names, places.iter().map(|place| self.columns[*place].clone()).collect())?;
        chosen.scales = places.iter().map(|place| self.scales[*place]).collect();
        chosen.weights.clone_from(&self.weights);
        Ok(chosen)
    }

    /// Only the rows that answer every item.
    #[must_use]
    pub fn complete(&self) -> Self {
        let rows: Vec<usize> = (0..self.rows).filter(|row| self.is_complete(*row)).collect();
        Self {
            names: self.names.clone(),
            columns: self.columns.iter().map(|column| column.kept(&rows)).collect(),
            scales: self.scales.clone(),
            rows: rows.len(),
            weights: self.weights.as_ref().map(|weights| rows.iter().map(|row| weights[*row]).collect()),
        }
    }

    /// The names of the items.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never: there is always an item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many respondents there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The answer of one respondent to one item; none where it is missing or beyond the table.
    #[must_use]
    pub fn answer(&self, row: usize, item: usize) -> Option<f64> {
        let column = self.columns.get(item).filter(|_| row < self.rows)?;
        Some(column.at(row)).filter(|value| !value.is_nan())
    }

    /// The ends of an item's scale.
    #[must_use]
    pub fn scale(&self, item: usize) -> Option<(f64, f64)> {
        self.scales.get(item).copied().flatten()
    }

    pub(crate) fn place(&self, name: &str) -> Result<usize, Fault> {
        let found = self.names.iter().position(|one| one == name);
        found.ok_or_else(|| Fault::UnknownItem { item: name.to_owned() })
    }

    pub(crate) fn at(&self, row: usize, item: usize) -> f64 {
        self.columns[item].at(row)
    }

    pub(crate) fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    pub(crate) fn is_complete(&self, row: usize) -> bool {
        self.columns.iter().all(|column| !column.at(row).is_nan())
    }

    /// # Errors
    /// More than [`MOST_ANSWERS`] different answers.
    pub(crate) fn ordered(&self, item: usize) -> Result<Ordered, Fault> {
        let too_many = |found| Fault::TooManyAnswers { item: self.names[item].clone(), found, most: MOST_ANSWERS };
        let mut answers: Vec<f64> = Vec::new();
        // Adding 0 makes 0 of -0, which is the same answer.
        let at = |row| self.columns[item].at(row) + 0.0;
        for value in (0..self.rows).map(at).filter(|value| !value.is_nan()) {
            if let Err(place) = answers.binary_search_by(|one| one.total_cmp(&value)) {
                answers.insert(place, value);
            }
            if answers.len() > MOST_ANSWERS {
                return Err(too_many(answers.len()));
            }
        }
        let place = |value: f64| answers.binary_search_by(|one| one.total_cmp(&value)).ok();
        let place = |row| place(at(row)).and_then(|place| u8::try_from(place).ok()).unwrap_or(MISSING);
        Ok(Ordered { places: (0..self.rows).map(place).collect(), answers: answers.len() })
    }
}
