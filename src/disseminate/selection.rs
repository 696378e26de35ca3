//! Which rows of a table a chart can show: a row with an empty cell where the chart needs a figure is left out and
//! named, and a row of totals is left out because its parts are already there.

use super::number;
use crate::error::{Error, Result};
use crate::model::result::{Chart, ChartKind, Drawn, Table};

/// The part of a table that a chart draws, as positions in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selection {
    /// The column of the labels.
    pub label: usize,
    /// The columns of the drawn values, in the order of the chart's kind: those a row must have, and then those it may lack.
    pub values: Vec<usize>,
    /// How many of them a row must have; 0: at least one of all.
    pub required: usize,
    /// The column of a remark on the row.
    pub remark: Option<usize>,
    /// The rows that can be drawn.
    pub rows: Vec<usize>,
    /// The rows that cannot, and must be named.
    pub left_out: Vec<usize>,
}

/// Finds the columns the chart names and sorts the table's rows into drawn and left out.
pub(super) fn select(table: &Table, chart: &Chart) -> Result<Selection> {
    let column = |key: &String| {
        table.column(key).ok_or_else(|| {
            Error::defect(format!("chart {} names column {key}, which table {} lacks", chart.id, table.id))
        })
    };
    let Drawn { label, needed, more, remark } = chart.kind.columns();
    let required = needed.len();
    let values = needed.into_iter().chain(more).map(column).collect::<Result<Vec<_>>>()?;
    if values.is_empty() {
        return Err(Error::defect(format!("chart {} draws no column", chart.id)));
    }
    let (rows, left_out) = (0..table.rows.len())
        .filter(|row| !table.rows[*row].is_total)
        .partition(|row| can_be_drawn(table, chart, *row, (&values, required)));
    Ok(Selection { label: column(label)?, values, required, remark: remark.map(column).transpose()?, rows, left_out })
}

fn can_be_drawn(table: &Table, chart: &Chart, row: usize, (values, required): (&[usize], usize)) -> bool {
    let cells = &table.rows[row].cells;
    let numbers: Vec<Option<f64>> = values
        .iter()
        .map(|column| {
            cells.get(*column).filter(|cell| number::missing(cell).is_none()).and_then(|cell| cell.as_number())
        })
        .collect();
    let is_known = if required == 0 {
        numbers.iter().any(Option::is_some)
    } else {
        numbers[..required].iter().all(Option::is_some)
    };
    match &chart.kind {
        // No share can be taken of a target of nothing.
        ChartKind::Bullet { .. } => is_known && numbers.get(1).copied().flatten().is_some_and(|target| target > 0.0),
        // A hidden figure has its tile all the same; an area without a place has none.
        ChartKind::Tiles { places, .. } => places.get(row).is_some_and(Option::is_some),
        _ => is_known,
    }
}
