//! Which rows of a table a chart can show: a row with an empty cell in a drawn column is left out and
//! named, and a row of totals is left out because its parts are already there.

use super::number;
use crate::error::{Error, Result};
use crate::model::result::{Chart, ChartKind, Table};

/// The part of a table that a chart draws, as positions in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selection {
    /// The column of the labels.
    pub label: usize,
    /// The columns of the drawn values, in the order of the chart's kind.
    pub values: Vec<usize>,
    /// The rows that can be drawn.
    pub rows: Vec<usize>,
    /// The rows that cannot, and must be named.
    pub left_out: Vec<usize>,
}

/// Finds the columns the chart names and sorts the table's rows into drawn and left out.
pub(super) fn select(table: &Table, chart: &Chart) -> Result<Selection> {
    let column = |key: &str| {
        table.column(key).ok_or_else(|| {
            Error::defect(format!("chart {} names column {key}, which table {} lacks", chart.id, table.id))
        })
    };
    let (label, values) = match &chart.kind {
        ChartKind::Dumbbell { label, before, after, .. } => (label, vec![before, after]),
        ChartKind::Funnel { label, steps } => (label, steps.iter().collect()),
        ChartKind::Bullet { label, realised, target } => (label, vec![realised, target]),
        ChartKind::Bars { label, value } => (label, vec![value]),
    };
    let label = column(label)?;
    let values = values.into_iter().map(|key| column(key)).collect::<Result<Vec<_>>>()?;
    if values.is_empty() {
        return Err(Error::defect(format!("chart {} draws no column", chart.id)));
    }
    let (rows, left_out) = (0..table.rows.len())
        .filter(|row| !table.rows[*row].is_total)
        .partition(|row| can_be_drawn(table, chart, *row, &values));
    Ok(Selection { label, values, rows, left_out })
}

fn can_be_drawn(table: &Table, chart: &Chart, row: usize, values: &[usize]) -> bool {
    let cells = &table.rows[row].cells;
    let numbers: Option<Vec<f64>> = values
        .iter()
        .map(|column| {
            cells.get(*column).filter(|cell| number::missing(cell).is_none()).and_then(|cell| cell.as_number())
        })
        .collect();
    match (&chart.kind, numbers) {
        (_, None) => false,
        // No share can be taken of a target of nothing.
        (ChartKind::Bullet { .. }, Some(numbers)) => numbers.get(1).is_some_and(|target| *target > 0.0),
        (_, Some(_)) => true,
    }
}
