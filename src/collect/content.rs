//! What a submission says, apart from how it was written down: hashes by which the same rows are known again after they
//! were sorted, split over other files, saved in another form or read by another profile.
//!
//! A table is brought into one form: rows in the order of their key, each text replaced by its rank among the table's
//! texts, the texts themselves before the rows. SHA-256 runs over that form, not over a sum of hashes of single rows: a
//! sum is quicker to make and could be met on purpose by other rows. Two submissions with one hash hold the same rows.

use super::batch::{NULL, Pool, TableBatch};
use super::{Submission, hex};
use crate::catalogue::{Catalogue, TableContract, fold};
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What a submission says, as hashes in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Of the accepted rows of all tables, and of what was rejected and why.
    pub hash: String,
    /// Of the lines that everything came from: the same rows in another order, or in other files, have another one.
    pub places: String,
    /// The tables by name.
    pub tables: Vec<TableContent>,
}

/// What a submission says in one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableContent {
    /// The table.
    pub table: String,
    /// Accepted rows.
    pub rows: u64,
    /// Their hash, in hexadecimal digits.
    pub hash: String,
}

/// A hash over parts, each with its length before it: no two lists of parts look alike.
struct Parts(Sha256);

impl Parts {
    fn new() -> Self {
        Parts(Sha256::new())
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    fn numbers(&mut self, numbers: impl Iterator<Item = i64>) {
        let bytes: Vec<u8> = numbers.flat_map(i64::to_be_bytes).collect();
        self.number(bytes.len() as u64);
        self.0.update(&bytes);
    }

    fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

impl Content {
    /// The content of a submission.
    ///
    /// # Errors
    /// A defect, if it holds a table that the catalogue does not know.
    pub fn of(submission: &Submission, catalogue: &Catalogue) -> Result<Self> {
        let mut places = Parts::new();
        for (file, sheet) in &submission.sources {
            places.text(file);
            places.text(sheet);
        }
        let mut batches: Vec<&TableBatch> = submission.tables.iter().collect();
        batches.sort_by(|a, b| a.table.cmp(&b.table));
        let mut tables = Vec::new();
        for batch in batches {
            let contract = catalogue.table(&batch.table).ok_or_else(|| Error::defect(&batch.table))?;
            tables.push(table(batch, contract, &mut places));
        }
        fates(submission, &mut places);
        let mut hash = Parts::new();
        for table in &tables {
            hash.text(&table.table);
            hash.text(&table.hash);
        }
        for reject in rejects(submission) {
            reject.iter().for_each(|part| hash.text(part));
        }
        Ok(Content { hash: hash.finish(), places: places.finish(), tables })
    }
}

/// What was rejected, whatever the order: which check, in which column, and the value as far as it may be shown.
fn rejects(submission: &Submission) -> Vec<[String; 3]> {
    let part = |text: &str| fold(text);
    let mut found: Vec<[String; 3]> = submission
        .rejects
        .iter()
        .map(|reject| [reject.check.clone(), part(&reject.column), reject.value.clone()])
        .collect();
    found.sort();
    found
}

/// What became of the rows of each file, and each reject at its place.
fn fates(submission: &Submission, places: &mut Parts) {
    for receipt in &submission.receipts {
        places.text(&receipt.file);
        places.text(&receipt.sheet);
        for count in [receipt.read, receipt.loaded, receipt.rejected, receipt.ignored()] {
            places.number(count);
        }
    }
    for reject in &submission.rejects {
        for part in [&reject.file, &reject.sheet, &reject.column, &reject.check, &reject.value, &reject.content] {
            places.text(part);
        }
        places.number(reject.row);
    }
}

/// The hash of a table's rows; their origins, in the same order, go into `places`.
fn table(batch: &TableBatch, contract: &TableContract, places: &mut Parts) -> TableContent {
    let mut hash = Parts::new();
    hash.text(&batch.table);
    let mut columns: Vec<Cow<'_, [i64]>> = Vec::new();
    for ((column, pool), contract) in batch.columns.iter().zip(&batch.pools).zip(&contract.columns) {
        hash.text(&contract.name);
        hash.text(&format!("{:?}", contract.kind));
        columns.push(if contract.kind.is_text() { Cow::Owned(ranked(column, pool, &mut hash)) } else { column.into() });
    }
    let mut order: Vec<usize> = (0..batch.len()).collect();
    let keys: Vec<&[i64]> = batch.keys.iter().map(|key| &*columns[*key]).collect();
    // No two rows of a batch have one key, so that there is one order only.
    order.sort_unstable_by(|a, b| {
        keys.iter().map(|key| key[*a].cmp(&key[*b])).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    for column in &columns {
        hash.numbers(order.iter().map(|row| column[*row]));
    }
    places.text(&batch.table);
    places.numbers(order.iter().map(|row| {
        let (source, row) = batch.origins[*row];
        (i64::from(source) << 32) | i64::from(row)
    }));
    TableContent { table: batch.table.clone(), rows: batch.len() as u64, hash: hash.finish() }
}

/// A column of texts as ranks among the texts that stand in it; those go into the hash. A pool may hold more: texts of
/// rows that were rejected.
fn ranked(column: &[i64], pool: &Pool, hash: &mut Parts) -> Vec<i64> {
    let mut used: Vec<i64> = column.iter().copied().filter(|code| *code != NULL).collect();
    used.sort_unstable();
    used.dedup();
    used.sort_unstable_by(|a, b| pool.text(*a).cmp(pool.text(*b)));
    hash.number(used.len() as u64);
    let highest = used.iter().copied().max().and_then(|code| usize::try_from(code).ok()).unwrap_or(0);
    let mut ranks = vec![0; highest + 1];
    for (rank, code) in used.iter().enumerate() {
        hash.text(pool.text(*code));
        if let (Ok(code), Ok(rank)) = (usize::try_from(*code), i64::try_from(rank)) {
            ranks[code] = rank;
        }
    }
    let rank = |code: &i64| usize::try_from(*code).ok().and_then(|code| ranks.get(code)).copied().unwrap_or(NULL);
    column.iter().map(rank).collect()
}
