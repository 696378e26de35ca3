//! The figure again, from the rows behind it: a second way to it that shares no query with the first.

use super::observation::{Dimensions, Observation};
use crate::catalogue::{Counts, Kind, Trace};
use crate::error::{Error, Result};
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use std::collections::{BTreeSet, HashMap};

/// How far two sums of the same numbers may differ, relative to their size: they are added in another order.
const NEAR: f64 = 1e-9;

/// Where a row was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Submission.
    pub submission: String,
    /// File.
    pub file: String,
    /// Sheet; empty for a text.
    pub sheet: String,
    /// Row, as a person counts.
    pub row: String,
}

/// One row behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceRow {
    /// Pseudonym.
    pub person: String,
    /// What it adds.
    pub contribution: f64,
    /// What it adds to what the figure is a part of: 1 for a row that is counted, hours planned for hours attended.
    pub whole: f64,
    /// The columns of the header, as text.
    pub cells: Vec<String>,
    /// The origins of the header; `None` where no row of the lake was found.
    pub origins: Vec<Option<Origin>>,
    own: HashMap<String, String>,
}

/// A figure made from rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Again {
    /// Different people.
    pub persons: i64,
    /// Sum of contributions.
    pub sum: f64,
    /// Rows.
    pub rows: f64,
    /// What the sum is divided by.
    pub whole: f64,
    /// The value; none without rows where the kind divides by them.
    pub value: Option<f64>,
}

/// Reads the rows of a trace's query, in the order of what they show.
///
/// # Errors
/// When the query lacks a column.
pub fn trace_rows(trace: &Trace, batches: &[RecordBatch]) -> Result<Vec<TraceRow>> {
    let mut found = Vec::new();
    for batch in batches {
        let lacks = |name: &str| Error::usage("query-columns").with("file", &trace.path).with("found", name);
        let text = |name: &str| -> Result<StringArray> {
            let column = batch.column_by_name(name).ok_or_else(|| lacks(name))?;
            Ok(cast(column, &DataType::Utf8).map_err(Error::defect)?.as_string::<i32>().clone())
        };
        let contribution = batch.column_by_name("contribution").ok_or_else(|| lacks("contribution"))?;
        let contribution = cast(contribution, &DataType::Float64).map_err(Error::defect)?;
        let contribution = contribution.as_primitive::<Float64Type>();
        let whole = batch.column_by_name("whole").map(|column| cast(column, &DataType::Float64)).transpose();
        let whole = whole.map_err(Error::defect)?;
        let whole = whole.as_ref().map(|column| column.as_primitive::<Float64Type>());
        let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        let texts = names.iter().map(|name| text(name)).collect::<Result<Vec<_>>>()?;
        let of = |name: &str| names.iter().position(|known| known == name).ok_or_else(|| lacks(name));
        let columns = trace.columns.iter().map(|column| of(&column.name)).collect::<Result<Vec<_>>>()?;
        let origins = trace
            .origins
            .iter()
            .map(|origin| {
                let part = |part: &str| of(&format!("{}_{part}", origin.name));
                Ok([part("submission")?, part("file")?, part("sheet")?, part("row")?])
            })
            .collect::<Result<Vec<_>>>()?;
        let person = of("person_id")?;
        for row in 0..batch.num_rows() {
            let at = |column: usize| {
                if texts[column].is_valid(row) { texts[column].value(row).to_owned() } else { String::new() }
            };
            let origin = |[submission, file, sheet, place]: &[usize; 4]| {
                let found = Origin { submission: at(*submission), file: at(*file), sheet: at(*sheet), row: at(*place) };
                (!found.submission.is_empty()).then_some(found)
            };
            let filled = (0..names.len()).filter(|column| texts[*column].is_valid(row));
            found.push(TraceRow {
                person: at(person),
                contribution: if contribution.is_valid(row) { contribution.value(row) } else { 0.0 },
                whole: whole.map_or(1.0, |whole| if whole.is_valid(row) { whole.value(row) } else { 0.0 }),
                cells: columns.iter().map(|column| at(*column)).collect(),
                origins: origins.iter().map(origin).collect(),
                own: filled.map(|column| (names[column].clone(), at(column))).collect(),
            });
        }
    }
    found.sort_by(|a, b| (&a.cells, &a.origins, &a.person).cmp(&(&b.cells, &b.origins, &b.person)));
    Ok(found)
}

impl TraceRow {
    /// Whether it is behind a figure with these dimensions.
    pub fn is_of(&self, dimensions: &Dimensions) -> bool {
        dimensions.iter().all(|(name, code)| self.own.get(name) == Some(code))
    }
}

/// The rows behind a figure with these dimensions.
pub fn behind<'r>(rows: &'r [TraceRow], dimensions: &Dimensions) -> Vec<&'r TraceRow> {
    rows.iter().filter(|row| row.is_of(dimensions)).collect()
}

/// The figure that these rows give.
pub fn again(trace: &Trace, (kind, unit): (Kind, &str), rows: &[&TraceRow]) -> Again {
    // A task of a contract that nobody handed in is a task of nobody.
    let persons = rows.iter().map(|row| row.person.as_str()).filter(|person| !person.is_empty());
    let persons: BTreeSet<&str> = persons.collect();
    let persons = i64::try_from(persons.len()).unwrap_or(i64::MAX);
    let sum: f64 = rows.iter().map(|row| row.contribution).sum();
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    let (count, people) = (rows.len() as f64, persons as f64);
    let whole = match (kind, trace.counts) {
        (Kind::Ratio, Counts::Persons) => people,
        (Kind::Ratio, Counts::Rows) => rows.iter().map(|row| row.whole).sum(),
        _ => count,
    };
    let times = if unit == "percent" { 100.0 } else { 1.0 };
    let value = match (kind, trace.counts) {
        (Kind::Count, Counts::Persons) => Some(people),
        (Kind::Count, _) => Some(sum),
        // Of an edition whose cost nobody noted nothing is known.
        (Kind::Amount, _) => (count > 0.0).then_some(sum),
        (Kind::Ratio, _) => (whole > 0.0).then(|| times * sum / whole),
        (Kind::Mean | Kind::Change, _) => (whole > 0.0).then(|| sum / whole),
        (Kind::Objective, _) => None,
    };
    Again { persons, sum, rows: count, whole, value }
}

impl Again {
    /// Whether a published figure is this one.
    pub fn is(&self, published: &Observation) -> bool {
        let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= NEAR * a.abs().max(b.abs()).max(1.0),
            (None, None) => true,
            _ => false,
        };
        let parts = published.numerator.is_none_or(|sum| near(Some(sum), Some(self.sum)))
            && published.denominator.is_none_or(|whole| near(Some(whole), Some(self.whole)));
        parts
            && published.persons.is_none_or(|persons| persons == self.persons)
            && near(published.estimate.value, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::Status;
    use crate::analyse::estimate::Estimate;

    fn row(person: &str, contribution: f64, domain: &str) -> TraceRow {
        TraceRow {
            person: person.to_owned(),
            contribution,
            whole: 1.0,
            cells: Vec::new(),
            origins: Vec::new(),
            own: HashMap::from([("domain".to_owned(), domain.to_owned())]),
        }
    }

    fn trace(counts: Counts) -> Trace {
        let (columns, origins, sql, path) = Default::default();
        Trace { indicator: "a.b".into(), counts, columns, origins, sql, path }
    }

    #[test]
    fn a_figure_is_made_again_from_its_rows_by_its_kind() {
        let rows = [row("a", 1.0, "housing"), row("a", 0.0, "housing"), row("b", 1.0, "justice")];
        let all = behind(&rows, &Dimensions::new());
        let value = |counts, kind| again(&trace(counts), (kind, "percent"), &all).value;
        assert_eq!(value(Counts::Rows, Kind::Count), Some(2.0));
        assert_eq!(value(Counts::Persons, Kind::Count), Some(2.0));
        assert_eq!(value(Counts::Rows, Kind::Ratio), Some(200.0 / 3.0));
        assert_eq!(value(Counts::Persons, Kind::Ratio), Some(100.0), "out of two people");
        // 30 hours of 40, nobody's row counted with no person; an amount of nothing is not known.
        let hours = [TraceRow { whole: 40.0, ..row("", 30.0, "housing") }];
        let found = again(&trace(Counts::Rows), (Kind::Ratio, "eur"), &behind(&hours, &Dimensions::new()));
        assert_eq!((found.value, found.persons), (Some(0.75), 0));
        assert_eq!(again(&trace(Counts::Rows), (Kind::Amount, "eur"), &[]).value, None);
        assert_eq!(value(Counts::Rows, Kind::Change), Some(2.0 / 3.0));
        let housing = behind(&rows, &Dimensions::from([("domain".to_owned(), "housing".to_owned())]));
        assert_eq!(housing.len(), 2);
        assert_eq!(again(&trace(Counts::Rows), (Kind::Mean, "points"), &[]).value, None);
    }

    #[test]
    fn a_figure_that_is_another_is_told() {
        let rows = [row("a", 1.0, "housing"), row("b", 2.0, "housing")];
        let found = again(&trace(Counts::Rows), (Kind::Change, "points"), &behind(&rows, &Dimensions::new()));
        let published = Observation {
            indicator: "a.b".into(),
            period: "2017".into(),
            area_level: "cpas".into(),
            area: "34022".into(),
            dimensions: Dimensions::new().into(),
            persons: Some(2),
            numerator: Some(3.0),
            denominator: Some(2.0),
            estimate: Estimate { value: Some(1.5), interval: None },
            unit: "points".into(),
            status: Status::Free,
        };
        assert!(found.is(&published));
        assert!(!found.is(&Observation { persons: Some(3), ..published.clone() }));
        assert!(!found.is(&Observation { denominator: Some(3.0), ..published.clone() }));
        let other = Estimate { value: Some(1.500_001), interval: None };
        assert!(!found.is(&Observation { estimate: other, ..published }));
    }
}
