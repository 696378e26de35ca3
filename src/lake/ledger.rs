//! The ledger: which submissions are in the lake, which of them are in force, and what became of their rows.

use super::entry::{Entry, read_entries};
use super::{Store, sealing, storage};
use crate::collect::Reject;
use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Period, Receipt, Scope};
use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use columnar::delta;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

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
    pub(super) fn read(folder: &Path, store: &Store) -> Result<Self> {
        Ok(Ledger { entries: read_entries(folder, store)? })
    }

    /// A ledger of these entries, in the order of arrival.
    pub fn of(entries: Vec<Entry>) -> Self {
        Ledger { entries }
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

    /// The submissions of a scope, from the first to the newest: by the day they stand at, then as they arrived.
    pub fn of_scope(&self, scope: Scope) -> Vec<&Entry> {
        let mut own: Vec<&Entry> = self.entries.iter().filter(|entry| entry.scope() == scope).collect();
        own.sort_by_key(|entry| (entry.ranks_on, entry.sequence));
        own
    }

    /// The newest submission of a scope.
    pub fn newest(&self, scope: Scope) -> Option<&Entry> {
        self.of_scope(scope).pop()
    }

    /// The submission of a scope that arrived last; an older one may have arrived after the newest.
    pub fn last_arrival(&self, scope: Scope) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| entry.scope() == scope)
    }

    /// The submissions in force for a table: for each CPAS and period the newest that holds the table. A later
    /// period comes before an earlier one, since it says last what became of a file.
    pub fn live(&self, table: &str) -> Vec<&Entry> {
        let mut scopes: BTreeMap<Scope, &Entry> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.table(table).is_some()) {
            let newest = scopes.entry(entry.scope()).or_insert(entry);
            if (newest.ranks_on, newest.sequence) < (entry.ranks_on, entry.sequence) {
                *newest = entry;
            }
        }
        let mut live: Vec<&Entry> = scopes.into_values().collect();
        live.sort_by(|a, b| (a.cpas, b.period, b.sequence).cmp(&(b.cpas, a.period, a.sequence)));
        live
    }

    /// For each table of a scope the submission in force.
    pub fn in_force(&self, scope: Scope) -> BTreeMap<&str, &Entry> {
        let own = self.of_scope(scope);
        own.iter().flat_map(|entry| entry.tables.iter().map(|table| (table.table.as_str(), *entry))).collect()
    }

    /// Under which ids the rows of a scope stand that are in force for at least one table.
    pub fn current(&self, cpas: Nis5, period: Period) -> BTreeSet<String> {
        let scope = Scope { cpas, period };
        let in_force = self.in_force(scope).into_values();
        in_force.chain(self.newest(scope)).map(|entry| entry.rows_id.clone()).collect()
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
pub fn read_rows(folder: &Path, store: &Store) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    for path in delta::files(folder, &store.runtime)? {
        let file = File::open(&path).map_err(|fault| storage(&path, fault))?;
        let sealed = sealing::is_sealed(&file).map_err(|fault| storage(&path, fault))?;
        if sealed != store.seal.is_set() {
            return Err(sealing::mismatch(sealed).at(Place::file(&path)));
        }
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file, store.seal.reading())
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|fault| sealing::refused(&path, &store.seal, fault))?;
        for rows in reader {
            batches.push(rows.map_err(|fault| storage(&path, fault))?);
        }
    }
    Ok(batches)
}

/// A column of a small table.
pub enum Column<'v> {
    /// Its name and texts.
    Text(&'static str, Vec<&'v str>),
    /// Its name and counts.
    Number(&'static str, Vec<u64>),
}

/// Columns as rows.
pub fn table(columns: Vec<Column<'_>>) -> Result<RecordBatch> {
    let arrays = columns.into_iter().map(|column| match column {
        Column::Text(name, values) => (name, Arc::new(StringArray::from(values)) as Arc<dyn Array>),
        Column::Number(name, values) => {
            let values = values.into_iter().map(|value| i64::try_from(value).unwrap_or(i64::MAX));
            (name, Arc::new(Int64Array::from_iter_values(values)) as Arc<dyn Array>)
        }
    });
    RecordBatch::try_from_iter(arrays).map_err(Error::defect)
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
pub fn read_receipts(folder: &Path, store: &Store, ids: &BTreeSet<String>) -> Result<Vec<Receipt>> {
    let mut receipts = Vec::new();
    for rows in read_rows(folder, store)? {
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

/// How many rows of a submission were put to a check, and how many failed.
pub type CheckLine = (String, &'static str, u64, u64);

/// Counts of checks as rows.
pub fn checks_batch(lines: &[CheckLine]) -> Result<RecordBatch> {
    table(vec![
        Column::Text("submission_id", lines.iter().map(|line| line.0.as_str()).collect()),
        Column::Text("check_id", lines.iter().map(|line| line.1).collect()),
        Column::Number("tested", lines.iter().map(|line| line.2).collect()),
        Column::Number("failed", lines.iter().map(|line| line.3).collect()),
    ])
}

/// Rows of all submissions that were put to each check, and those that failed, by submission and check.
pub fn read_checks(folder: &Path, store: &Store) -> Result<BTreeMap<(String, String), (u64, u64)>> {
    let mut counts: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for rows in read_rows(folder, store)? {
        let text = |column: usize, row: usize| rows.column(column).as_string::<i32>().value(row).to_owned();
        let number = |column: usize, row: usize| {
            u64::try_from(rows.column(column).as_primitive::<Int64Type>().value(row)).unwrap_or(0)
        };
        counts.extend((0..rows.num_rows()).map(|row| ((text(0, row), text(1, row)), (number(2, row), number(3, row)))));
    }
    Ok(counts)
}

/// A fault in the lake: the submission, and where which check failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The submission.
    pub submission: String,
    /// File, below the inbox.
    pub file: String,
    /// Sheet; empty for a text file.
    pub sheet: String,
    /// Row; 0 for the file as a whole.
    pub row: u64,
    /// Heading of the column; empty for the row as a whole.
    pub column: String,
    /// The check.
    pub check: String,
}

/// The faults of all submissions, in the order of places.
pub fn read_faults(folder: &Path, store: &Store) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for rows in read_rows(folder, store)? {
        let text = |column: usize, row: usize| rows.column(column).as_string::<i32>().value(row).to_owned();
        faults.extend((0..rows.num_rows()).map(|row| Fault {
            submission: text(0, row),
            file: text(1, row),
            sheet: text(2, row),
            row: u64::try_from(rows.column(3).as_primitive::<Int64Type>().value(row)).unwrap_or(0),
            column: text(4, row),
            check: text(5, row),
        }));
    }
    faults.sort();
    Ok(faults)
}
