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

    /// Numbers, each in as many bytes as the largest needs.
    fn numbers(&mut self, numbers: impl Iterator<Item = u64> + Clone) {
        let width = bytes_of(numbers.clone().max().unwrap_or(0));
        let mut bytes = Vec::with_capacity(numbers.size_hint().0 * width);
        numbers.for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()[..width]));
        self.number(width as u64);
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
        hash.number(tables.len() as u64);
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
    let mut found: Vec<[String; 3]> = submission
        .rejects
        .iter()
        .map(|reject| [reject.check.clone(), fold(&reject.column), reject.value.clone()])
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
    hash.number(batch.len() as u64);
    let mut columns: Vec<Vec<u64>> = Vec::new();
    for ((column, pool), contract) in batch.columns.iter().zip(&batch.pools).zip(&contract.columns) {
        hash.text(&contract.name);
        hash.text(&format!("{:?}", contract.kind));
        columns.push(if contract.kind.is_text() {
            ranked(column, pool, &mut hash)
        } else {
            column.iter().map(plain).collect()
        });
    }
    let order = order(batch, &columns);
    for column in &columns {
        hash.numbers(order.iter().map(|row| column[*row]));
    }
    places.text(&batch.table);
    places.numbers(order.iter().map(|row| {
        let (source, row) = batch.origins[*row];
        (u64::from(source) << 32) | u64::from(row)
    }));
    TableContent { table: batch.table.clone(), rows: batch.len() as u64, hash: hash.finish() }
}

/// The rows in the order of their key. No two rows of a batch have one key, so that there is one order only.
fn order(batch: &TableBatch, columns: &[Vec<u64>]) -> Vec<usize> {
    let keys: Vec<&[u64]> = batch.keys.iter().map(|key| &*columns[*key]).collect();
    let widths: Vec<usize> = keys.iter().map(|key| bytes_of(key.iter().copied().max().unwrap_or(0))).collect();
    if widths.iter().sum::<usize>() <= 16 {
        // Almost always the key fits into one number: comparing that takes a fraction of the time.
        let packed = |row: usize| {
            keys.iter().zip(&widths).fold(0_u128, |packed, (key, width)| (packed << (8 * width)) | u128::from(key[row]))
        };
        let mut rows: Vec<(u128, usize)> = (0..batch.len()).map(|row| (packed(row), row)).collect();
        rows.sort_unstable();
        return rows.into_iter().map(|(_, row)| row).collect();
    }
    let mut order: Vec<usize> = (0..batch.len()).collect();
    order.sort_unstable_by(|a, b| keys.iter().map(|key| key[*a]).cmp(keys.iter().map(|key| key[*b])));
    order
}

/// Bytes that a number needs.
fn bytes_of(number: u64) -> usize {
    usize::try_from(8 - number.leading_zeros() / 8).unwrap_or(8)
}

/// A number without its sign: 0 for an empty cell, else small for what is near 0.
fn plain(value: &i64) -> u64 {
    match *value {
        NULL => 0,
        value => (value.unsigned_abs() << 1 | u64::from(value < 0)).saturating_add(1),
    }
}

/// A column of texts as ranks from 1 on among the texts that stand in it; those go into the hash. A pool may hold more:
/// texts of rows that were rejected.
fn ranked(column: &[i64], pool: &Pool, hash: &mut Parts) -> Vec<u64> {
    let place = |code: &i64| usize::try_from(*code).ok().filter(|code| *code < pool.len());
    let mut ranks = vec![0_u64; pool.len()];
    column.iter().filter_map(place).for_each(|code| ranks[code] = 1);
    let mut used: Vec<(&str, usize)> = Vec::new();
    for (code, _) in ranks.iter().enumerate().filter(|(_, is_used)| **is_used == 1) {
        used.push((i64::try_from(code).map_or("", |code| pool.text(code)), code));
    }
    used.sort_unstable();
    hash.number(used.len() as u64);
    for (rank, (text, code)) in used.into_iter().enumerate() {
        hash.text(text);
        ranks[code] = rank as u64 + 1;
    }
    column.iter().map(|code| place(code).map_or(0, |code| ranks[code])).collect()
}

#[cfg(test)]
mod tests {
    use super::{NULL, bytes_of, plain};

    #[test]
    fn numbers_stay_apart() {
        let numbers = [NULL, 0, 1, -1, 2, -2, 127, 128, -128, 17_000, i64::from(i32::MAX), -3_000_000_000];
        let plain: std::collections::BTreeSet<u64> = numbers.iter().map(plain).collect();
        assert_eq!(plain.len(), numbers.len());
        assert_eq!([0, 1, 255, 256, u64::MAX].map(bytes_of), [0, 1, 1, 2, 8]);
    }
}
