//! The ledger: which submissions are in the lake, which of them are in force, and what became of their rows.

use super::storage;
use crate::collect::{Reject, Submission};
use crate::error::{Error, Result};
use crate::model::{Nis5, Period, Receipt};
use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use columnar::delta;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// One submission in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// The batch it was written in.
    pub batch: String,
    /// Its place in the order of arrival.
    pub sequence: u64,
    /// The CPAS.
    pub cpas: Nis5,
    /// The period.
    pub period: Period,
    /// Profile it was read by.
    pub profile: String,
    /// The tables it is authoritative for.
    pub tables: Vec<String>,
    /// Physical rows read, loaded, rejected.
    pub rows: (u64, u64, u64),
}

impl Entry {
    /// The entry of a submission that was read.
    pub fn new(submission: &Submission, sequence: u64, profile: String) -> Self {
        let sum = |count: fn(&Receipt) -> u64| submission.receipts.iter().map(count).sum();
        Entry {
            id: submission.id.clone(),
            batch: String::new(),
            sequence,
            cpas: submission.handed.cpas,
            period: submission.handed.period,
            profile,
            tables: submission.tables.iter().map(|batch| batch.table.clone()).collect(),
            rows: (sum(|receipt| receipt.read), sum(|receipt| receipt.loaded), sum(|receipt| receipt.rejected)),
        }
    }
}

/// All submissions ever published, in the order of arrival.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// Reads the ledger; a lake without one is empty.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &Path, runtime: &Runtime) -> Result<Self> {
        let mut entries = Vec::new();
        for rows in read_all(folder, runtime)? {
            let text = |column: usize, row: usize| rows.column(column).as_string::<i32>().value(row);
            let number = |column: usize, row: usize| {
                u64::try_from(rows.column(column).as_primitive::<Int64Type>().value(row)).unwrap_or(0)
            };
            for row in 0..rows.num_rows() {
                entries.push(Entry {
                    id: text(0, row).to_owned(),
                    batch: text(1, row).to_owned(),
                    sequence: number(2, row),
                    cpas: text(3, row).parse().map_err(|fault| storage(folder, fault))?,
                    period: text(4, row).parse().map_err(|fault| storage(folder, fault))?,
                    profile: text(5, row).to_owned(),
                    tables: text(6, row).split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
                    rows: (number(7, row), number(8, row), number(9, row)),
                });
            }
        }
        entries.sort_by_key(|entry| entry.sequence);
        Ok(Ledger { entries })
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The batches that were published.
    pub fn batches(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| entry.batch.as_str()).collect()
    }

    /// The number of the next submission.
    pub fn next_sequence(&self) -> u64 {
        self.entries.last().map_or(1, |entry| entry.sequence + 1)
    }

    /// The last submission of a CPAS for a period.
    pub fn latest(&self, cpas: Nis5, period: Period) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| entry.cpas == cpas && entry.period == period)
    }

    /// The submissions in force for a table: for each CPAS and period the last that holds the table. A later
    /// period comes before an earlier one, since it says last what became of a file.
    pub fn live(&self, table: &str) -> Vec<&Entry> {
        let mut scopes: BTreeMap<(Nis5, Period), &Entry> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.tables.iter().any(|name| name == table)) {
            scopes.insert((entry.cpas, entry.period), entry);
        }
        let mut live: Vec<&Entry> = scopes.into_values().collect();
        live.sort_by(|a, b| (a.cpas, b.period, b.sequence).cmp(&(b.cpas, a.period, a.sequence)));
        live
    }

    /// Ids of the submissions of a CPAS for a period that are in force for at least one table.
    pub fn current(&self, cpas: Nis5, period: Period) -> BTreeSet<String> {
        let own = self.entries.iter().filter(|entry| entry.cpas == cpas && entry.period == period);
        let tables: BTreeSet<&String> = own.clone().flat_map(|entry| &entry.tables).collect();
        let last = tables.into_iter().filter_map(|table| own.clone().rfind(|entry| entry.tables.contains(table)));
        last.chain(self.latest(cpas, period)).map(|entry| entry.id.clone()).collect()
    }

    /// The CPAS with a submission in force, each with its periods.
    pub fn agencies(&self) -> BTreeMap<Nis5, BTreeSet<Period>> {
        let mut agencies: BTreeMap<Nis5, BTreeSet<Period>> = BTreeMap::new();
        for entry in &self.entries {
            agencies.entry(entry.cpas).or_default().insert(entry.period);
        }
        agencies
    }
}

/// All rows of a small table.
///
/// # Errors
/// When it cannot be read.
pub fn read_all(folder: &Path, runtime: &Runtime) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    for path in delta::files(folder, runtime)? {
        let file = File::open(&path).map_err(|fault| storage(&path, fault))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|fault| storage(&path, fault))?;
        for rows in reader {
            batches.push(rows.map_err(|fault| storage(&path, fault))?);
        }
    }
    Ok(batches)
}

enum Column<'v> {
    Text(&'static str, Vec<&'v str>),
    Number(&'static str, Vec<u64>),
}

fn table(columns: Vec<Column<'_>>) -> Result<RecordBatch> {
    let arrays = columns.into_iter().map(|column| match column {
        Column::Text(name, values) => (name, Arc::new(StringArray::from(values)) as Arc<dyn Array>),
        Column::Number(name, values) => {
            let values = values.into_iter().map(|value| i64::try_from(value).unwrap_or(i64::MAX));
            (name, Arc::new(Int64Array::from_iter_values(values)) as Arc<dyn Array>)
        }
    });
    RecordBatch::try_from_iter(arrays).map_err(Error::defect)
}

/// Ledger entries as rows.
pub fn entries_batch(entries: &[Entry]) -> Result<RecordBatch> {
    let periods: Vec<String> = entries.iter().map(|entry| entry.period.to_string()).collect();
    let tables: Vec<String> = entries.iter().map(|entry| entry.tables.join(";")).collect();
    table(vec![
        Column::Text("submission_id", entries.iter().map(|entry| entry.id.as_str()).collect()),
        Column::Text("batch_id", entries.iter().map(|entry| entry.batch.as_str()).collect()),
        Column::Number("sequence", entries.iter().map(|entry| entry.sequence).collect()),
        Column::Text("cpas", entries.iter().map(|entry| entry.cpas.as_str()).collect()),
        Column::Text("period", periods.iter().map(String::as_str).collect()),
        Column::Text("profile", entries.iter().map(|entry| entry.profile.as_str()).collect()),
        Column::Text("tables", tables.iter().map(String::as_str).collect()),
        Column::Number("rows_read", entries.iter().map(|entry| entry.rows.0).collect()),
        Column::Number("rows_loaded", entries.iter().map(|entry| entry.rows.1).collect()),
        Column::Number("rows_rejected", entries.iter().map(|entry| entry.rows.2).collect()),
    ])
}

/// Receipts as rows.
pub fn receipts_batch(receipts: &[(String, Receipt)]) -> Result<RecordBatch> {
    let number = |name: &'static str, count: fn(&Receipt) -> u64| {
        Column::Number(name, receipts.iter().map(|(_, receipt)| count(receipt)).collect())
    };
    table(vec![
        Column::Text("submission_id", receipts.iter().map(|(id, _)| id.as_str()).collect()),
        Column::Text("source_file", receipts.iter().map(|(_, receipt)| receipt.file.as_str()).collect()),
        Column::Text("sheet", receipts.iter().map(|(_, receipt)| receipt.sheet.as_str()).collect()),
        number("rows_read", |receipt| receipt.read),
        number("rows_loaded", |receipt| receipt.loaded),
        number("rows_rejected", |receipt| receipt.rejected),
        number("rows_header", |receipt| receipt.header),
        number("rows_blank", |receipt| receipt.blank),
        number("rows_total", |receipt| receipt.total),
        number("rows_declared", |receipt| receipt.declared),
    ])
}

/// A fault as the lake keeps it: where and which check, never a value.
pub struct RejectLine {
    submission: String,
    file: String,
    sheet: String,
    row: u64,
    column: String,
    check: String,
}

impl RejectLine {
    /// The line of a reject.
    pub fn new(submission: &str, reject: &Reject) -> Self {
        RejectLine {
            submission: submission.to_owned(),
            file: reject.file.clone(),
            sheet: reject.sheet.clone(),
            row: reject.row,
            column: reject.column.clone(),
            check: reject.check.clone(),
        }
    }
}

/// Rejects as rows.
pub fn rejects_batch(rejects: &[RejectLine]) -> Result<RecordBatch> {
    table(vec![
        Column::Text("submission_id", rejects.iter().map(|line| line.submission.as_str()).collect()),
        Column::Text("source_file", rejects.iter().map(|line| line.file.as_str()).collect()),
        Column::Text("sheet", rejects.iter().map(|line| line.sheet.as_str()).collect()),
        Column::Number("source_row", rejects.iter().map(|line| line.row).collect()),
        Column::Text("column", rejects.iter().map(|line| line.column.as_str()).collect()),
        Column::Text("check_id", rejects.iter().map(|line| line.check.as_str()).collect()),
    ])
}

/// The receipts of these submissions, in the order of files.
pub fn read_receipts(folder: &Path, runtime: &Runtime, ids: &BTreeSet<String>) -> Result<Vec<Receipt>> {
    let mut receipts = Vec::new();
    for rows in read_all(folder, runtime)? {
        let text = |column: usize, row: usize| rows.column(column).as_string::<i32>().value(row);
        let number = |column: usize, row: usize| {
            u64::try_from(rows.column(column).as_primitive::<Int64Type>().value(row)).unwrap_or(0)
        };
        receipts.extend((0..rows.num_rows()).filter(|row| ids.contains(text(0, *row))).map(|row| Receipt {
            file: text(1, row).to_owned(),
            sheet: text(2, row).to_owned(),
            read: number(3, row),
            loaded: number(4, row),
            rejected: number(5, row),
            header: number(6, row),
            blank: number(7, row),
            total: number(8, row),
            declared: number(9, row),
        }));
    }
    receipts.sort_by(|a, b| (&a.file, &a.sheet).cmp(&(&b.file, &b.sheet)));
    Ok(receipts)
}

/// Rows of these submissions that failed each check (a row that fails two checks counts for both).
pub fn read_failed_checks(folder: &Path, runtime: &Runtime, ids: &BTreeSet<String>) -> Result<Vec<(String, u64)>> {
    let mut failed: BTreeMap<String, BTreeSet<(String, String, i64)>> = BTreeMap::new();
    for rows in read_all(folder, runtime)? {
        let text = |column: usize, row: usize| rows.column(column).as_string::<i32>().value(row);
        for row in (0..rows.num_rows()).filter(|row| ids.contains(text(0, *row))) {
            let number = rows.column(3).as_primitive::<Int64Type>().value(row);
            let place = (text(1, row).to_owned(), text(2, row).to_owned(), number);
            failed.entry(text(5, row).to_owned()).or_default().insert(place);
        }
    }
    Ok(failed.into_iter().map(|(check, rows)| (check, rows.len() as u64)).collect())
}
