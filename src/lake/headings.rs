//! The headings of every file that a submission was read from: what the next one is compared with.

use crate::error::{Error, Result};
use crate::model::{ColumnKind, ReadColumn};
use arrow::array::{Array, AsArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Float64Type, Int64Type};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Name of the table.
pub const TABLE: &str = "headings";

/// Headings, each with its submission, as rows of the table.
///
/// # Errors
/// A defect of the program only.
pub fn rows(headings: &[(String, ReadColumn)]) -> Result<RecordBatch> {
    let text = |of: fn(&(String, ReadColumn)) -> &str| Arc::new(StringArray::from_iter_values(headings.iter().map(of)));
    let medians: Float64Array = headings.iter().map(|(_, column)| column.median).collect();
    RecordBatch::try_from_iter([
        ("submission_id", text(|(id, _)| id) as arrow::array::ArrayRef),
        ("file", text(|(_, column)| &column.file)),
        ("sheet", text(|(_, column)| &column.sheet)),
        (
            "position",
            Arc::new(Int64Array::from_iter_values(headings.iter().map(|(_, column)| i64::from(column.position)))),
        ),
        ("heading", text(|(_, column)| &column.heading)),
        ("kind", text(|(_, column)| column.kind.as_str())),
        ("filled", Arc::new(Float64Array::from_iter_values(headings.iter().map(|(_, column)| column.filled)))),
        ("median", Arc::new(medians)),
    ])
    .map_err(Error::defect)
}

/// The columns of every submission, by the id of its rows.
pub fn by_submission(rows: &[RecordBatch]) -> BTreeMap<String, Vec<ReadColumn>> {
    let mut found: BTreeMap<String, Vec<ReadColumn>> = BTreeMap::new();
    for rows in rows {
        let text = |name: &str, row: usize| {
            rows.column_by_name(name)
                .and_then(|column| column.as_string_opt::<i32>())
                .map_or_else(String::new, |column| column.value(row).to_owned())
        };
        let number = |name: &str, row: usize| {
            let column = rows.column_by_name(name)?.as_primitive_opt::<Float64Type>()?;
            (!column.is_null(row)).then(|| column.value(row))
        };
        let position = |row: usize| {
            let column = rows.column_by_name("position")?.as_primitive_opt::<Int64Type>()?;
            u32::try_from(column.value(row)).ok()
        };
        for row in 0..rows.num_rows() {
            found.entry(text("submission_id", row)).or_default().push(ReadColumn {
                file: text("file", row),
                sheet: text("sheet", row),
                position: position(row).unwrap_or(0),
                heading: text("heading", row),
                kind: ColumnKind::from_word(&text("kind", row)),
                filled: number("filled", row).unwrap_or(0.0),
                median: number("median", row),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_come_back_as_they_went_in() {
        let one = |position: u32, kind, median| ReadColumn {
            file: "a.csv".to_owned(),
            sheet: String::new(),
            position,
            heading: format!("Heading {position}"),
            kind,
            filled: 0.5,
            median,
        };
        let columns = [
            one(0, ColumnKind::NationalNumber, None),
            one(1, ColumnKind::Date, Some(17_000.0)),
            one(2, ColumnKind::Number, Some(1.5)),
            one(3, ColumnKind::Text, None),
            one(4, ColumnKind::Empty, None),
        ];
        let mut stored: Vec<(String, ReadColumn)> =
            columns.iter().map(|column| ("s1".to_owned(), column.clone())).collect();
        stored.push(("s2".to_owned(), one(9, ColumnKind::Text, None)));
        let rows = [rows(&stored).unwrap()];
        let found = by_submission(&rows);
        assert_eq!(found["s1"], columns);
        assert!(!found.contains_key("s3"));
    }
}
