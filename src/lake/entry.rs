//! A line of the ledger: one arrival of a submission.

use super::Store;
use super::ledger::{Column, read_rows, table};
use crate::collect::{Content, Note, Submission, TableContent};
use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Period, Receipt, Scope};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use std::path::Path;

/// What the user agreed to for one submission.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agreed {
    /// That it differs much from the one in force.
    pub to_change: bool,
    /// That it is older than the one in force.
    pub to_older: bool,
}

/// A submission that was read and let in, on its way into the lake.
pub struct Arrival {
    /// What was read.
    pub submission: Submission,
    /// What it says.
    pub content: Content,
    /// Hash over its files.
    pub files: String,
    /// What it says about itself.
    pub note: Note,
    /// Profile it was read by.
    pub profile: String,
    /// The day it stands at among the submissions of its scope.
    pub ranks_on: Option<NaiveDate>,
    /// What the user agreed to, and it needed.
    pub agreed: Agreed,
}

/// One arrival in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id of the submission: a hash over its files and everything they were read by.
    pub id: String,
    /// The id that its rows, receipts and rejects bear: another one's where the same rows came from the same lines before.
    pub rows_id: String,
    /// The batch it was written in.
    pub batch: String,
    /// Its place in the order of arrival.
    pub sequence: u64,
    /// When it arrived (UTC).
    pub arrived_at: String,
    /// The CPAS.
    pub cpas: Nis5,
    /// The period.
    pub period: Period,
    /// What it says about itself.
    pub note: Note,
    /// The day it stands at among the submissions of its scope: the later one is in force.
    pub ranks_on: Option<NaiveDate>,
    /// Profile it was read by.
    pub profile: String,
    /// The tables it is authoritative for, with their rows.
    pub tables: Vec<TableContent>,
    /// Hash over what it says.
    pub content: String,
    /// Hash over the lines it came from.
    pub places: String,
    /// Hash over its files.
    pub files: String,
    /// What the user agreed to.
    pub agreed: Agreed,
    /// Physical rows read, loaded, rejected.
    pub rows: (u64, u64, u64),
}

impl Entry {
    /// The entry of a submission that was let in.
    pub fn new(arrival: &Arrival, sequence: u64) -> Self {
        let submission = &arrival.submission;
        let sum = |count: fn(&Receipt) -> u64| submission.receipts.iter().map(count).sum();
        Entry {
            id: submission.id.clone(),
            rows_id: submission.id.clone(),
            batch: String::new(),
            sequence,
            arrived_at: String::new(),
            cpas: submission.handed.cpas,
            period: submission.handed.period,
            note: arrival.note,
            ranks_on: arrival.ranks_on,
            profile: arrival.profile.clone(),
            tables: arrival.content.tables.clone(),
            content: arrival.content.hash.clone(),
            places: arrival.content.places.clone(),
            files: arrival.files.clone(),
            agreed: arrival.agreed,
            rows: (sum(|receipt| receipt.read), sum(|receipt| receipt.loaded), sum(|receipt| receipt.rejected)),
        }
    }

    /// What it is about.
    pub fn scope(&self) -> Scope {
        Scope { cpas: self.cpas, period: self.period }
    }

    /// What it says in a table; `None` when it does not hold the table.
    pub fn table(&self, name: &str) -> Option<&TableContent> {
        self.tables.iter().find(|table| table.table == name)
    }

    /// The day it was handed in: the one it names, else that of its arrival.
    pub fn received_on(&self) -> Option<NaiveDate> {
        self.note.received_on.or_else(|| self.arrived_at.get(..10).and_then(|day| day.parse().ok()))
    }
}

/// The time now. The environment may name another (`SOURCE_DATE_EPOCH`, seconds, as builds that can be repeated use it).
pub fn now() -> String {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let time = set.and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0)).unwrap_or_else(Utc::now);
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Ledger entries as rows.
pub fn entries_batch(entries: &[Entry]) -> Result<RecordBatch> {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let owned = |of: &dyn Fn(&Entry) -> String| entries.iter().map(of).collect::<Vec<String>>();
    let joined = |of: &dyn Fn(&TableContent) -> String| {
        owned(&|entry| entry.tables.iter().map(of).collect::<Vec<String>>().join(";"))
    };
    let agreed = |entry: &Entry| {
        let words = [(entry.agreed.to_change, "change"), (entry.agreed.to_older, "older")];
        words.iter().filter(|(is_agreed, _)| *is_agreed).map(|(_, word)| *word).collect::<Vec<&str>>().join(";")
    };
    let texts = [
        ("submission_id", owned(&|entry| entry.id.clone())),
        ("rows_id", owned(&|entry| entry.rows_id.clone())),
        ("batch_id", owned(&|entry| entry.batch.clone())),
        ("arrived_at", owned(&|entry| entry.arrived_at.clone())),
        ("cpas", owned(&|entry| entry.cpas.to_string())),
        ("period", owned(&|entry| entry.period.to_string())),
        ("made_on", owned(&|entry| day(entry.note.made_on))),
        ("received_on", owned(&|entry| day(entry.note.received_on))),
        ("ranks_on", owned(&|entry| day(entry.ranks_on))),
        ("profile", owned(&|entry| entry.profile.clone())),
        ("tables", joined(&|table| table.table.clone())),
        ("table_rows", joined(&|table| table.rows.to_string())),
        ("table_hashes", joined(&|table| table.hash.clone())),
        ("content_hash", owned(&|entry| entry.content.clone())),
        ("places_hash", owned(&|entry| entry.places.clone())),
        ("files_hash", owned(&|entry| entry.files.clone())),
        ("agreed", owned(&agreed)),
    ];
    let mut columns: Vec<Column<'_>> = Vec::new();
    for (name, values) in &texts {
        columns.push(Column::Text(name, values.iter().map(String::as_str).collect()));
    }
    let number = |name, of: fn(&Entry) -> u64| Column::Number(name, entries.iter().map(of).collect());
    columns.push(number("sequence", |entry| entry.sequence));
    columns.push(number("rows_read", |entry| entry.rows.0));
    columns.push(number("rows_loaded", |entry| entry.rows.1));
    columns.push(number("rows_rejected", |entry| entry.rows.2));
    table(columns)
}

/// All entries, in the order of arrival.
///
/// # Errors
/// When the ledger cannot be read or holds what no entry can be.
pub fn read_entries(folder: &Path, store: &Store) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for rows in read_rows(folder, store)? {
        let line = Lines { rows: &rows, folder };
        for row in 0..rows.num_rows() {
            entries.push(entry(&line, row)?);
        }
    }
    entries.sort_by_key(|entry| entry.sequence);
    Ok(entries)
}

struct Lines<'r> {
    rows: &'r RecordBatch,
    folder: &'r Path,
}

impl<'r> Lines<'r> {
    fn broken(&self, name: &str) -> Error {
        Error::storage("lake-outdated").at(Place::file(self.folder)).with("found", name)
    }

    fn text(&self, name: &str, row: usize) -> Result<&'r str> {
        let column = self.rows.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        column.map(|column| column.value(row)).ok_or_else(|| self.broken(name))
    }

    fn number(&self, name: &str, row: usize) -> Result<u64> {
        let column = self.rows.column_by_name(name).filter(|column| *column.data_type() == DataType::Int64);
        let value = column.map(|column| column.as_primitive::<Int64Type>().value(row));
        value.and_then(|value| u64::try_from(value).ok()).ok_or_else(|| self.broken(name))
    }

    fn day(&self, name: &str, row: usize) -> Result<Option<NaiveDate>> {
        match self.text(name, row)? {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.broken(name)),
        }
    }
}

fn entry(line: &Lines<'_>, row: usize) -> Result<Entry> {
    let text = |name: &str| line.text(name, row).map(str::to_owned);
    let number = |name: &str| line.number(name, row);
    let agreed = line.text("agreed", row)?;
    Ok(Entry {
        id: text("submission_id")?,
        rows_id: text("rows_id")?,
        batch: text("batch_id")?,
        sequence: number("sequence")?,
        arrived_at: text("arrived_at")?,
        cpas: line.text("cpas", row)?.parse().map_err(|_| line.broken("cpas"))?,
        period: line.text("period", row)?.parse().map_err(|_| line.broken("period"))?,
        note: Note { made_on: line.day("made_on", row)?, received_on: line.day("received_on", row)? },
        ranks_on: line.day("ranks_on", row)?,
        profile: text("profile")?,
        tables: tables(line, row)?,
        content: text("content_hash")?,
        places: text("places_hash")?,
        files: text("files_hash")?,
        agreed: Agreed {
            to_change: agreed.split(';').any(|word| word == "change"),
            to_older: agreed.split(';').any(|word| word == "older"),
        },
        rows: (number("rows_read")?, number("rows_loaded")?, number("rows_rejected")?),
    })
}

fn tables(line: &Lines<'_>, row: usize) -> Result<Vec<TableContent>> {
    let list = |name: &str| {
        let text = line.text(name, row)?;
        Ok::<Vec<&str>, Error>(if text.is_empty() { Vec::new() } else { text.split(';').collect() })
    };
    let (names, rows, hashes) = (list("tables")?, list("table_rows")?, list("table_hashes")?);
    if names.len() != rows.len() || names.len() != hashes.len() {
        return Err(line.broken("tables"));
    }
    let table = |((name, rows), hash): ((&str, &str), &str)| {
        let rows = rows.parse().map_err(|_| line.broken("table_rows"))?;
        Ok(TableContent { table: name.to_owned(), rows, hash: hash.to_owned() })
    };
    names.into_iter().zip(rows).zip(hashes).map(table).collect()
}
