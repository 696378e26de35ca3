//! How far a submission is from the rows in force: their keys, read from the lake without reading the lake.
//!
//! The rows of a submission stand together in a file. Which lines they are is found once a file, from one column that
//! takes next to nothing; then only the pages that hold them are read, and of those only the columns of the key.

use super::{Lake, LiveTable, storage};
use crate::catalogue::{Catalogue, TableContract};
use crate::error::{Error, Result};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use arrow::row::{RowConverter, Rows, SortField};
use columnar::seal::Seal;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder, RowSelection};
use parquet::file::metadata::PageIndexPolicy;
use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// How the rows of a table differ from those in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The table.
    pub table: String,
    /// Rows in force.
    pub before: u64,
    /// Rows handed in.
    pub after: u64,
    /// Keys in force that are not among those handed in.
    pub removed: u64,
    /// Keys handed in that are not among those in force.
    pub added: u64,
}

/// The rows that stand in the lake, as far as anybody asks for them.
pub struct Stock<'l> {
    lake: &'l Lake,
    catalogue: &'l Catalogue,
    ledger: &'l super::Ledger,
    tables: BTreeMap<String, OnceLock<Result<Vec<Shelf>>>>,
}

/// A data file, and which of its rows belong to whom.
struct Shelf {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    rows: BTreeMap<String, Vec<Range<usize>>>,
}

impl<'l> Stock<'l> {
    /// Nothing read yet.
    pub fn new(lake: &'l Lake, catalogue: &'l Catalogue, ledger: &'l super::Ledger) -> Self {
        let tables = catalogue.tables.iter().map(|table| (table.name.clone(), OnceLock::new())).collect();
        Stock { lake, catalogue, ledger, tables }
    }

    /// How rows differ from those that stand under an id, by their keys.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn change(&self, table: &str, rows_id: &str, rows: &RecordBatch) -> Result<Change> {
        let contract = self.catalogue.table(table).ok_or_else(|| Error::defect(table))?;
        let keys = Keys::new(contract)?;
        let mut before = keys.none();
        for shelf in self.shelves(contract)? {
            if let Some(ranges) = shelf.rows.get(rows_id) {
                for batch in shelf.read(ranges, &keys.names)? {
                    keys.add(&batch, &mut before)?;
                }
            }
        }
        let mut after = keys.none();
        keys.add(rows, &mut after)?;
        let (removed, added) = difference(&before, &after);
        let count = |rows: &Rows| rows.num_rows() as u64;
        Ok(Change { table: table.to_owned(), before: count(&before), after: count(&after), removed, added })
    }

    fn shelves(&self, contract: &TableContract) -> Result<&[Shelf]> {
        let slot = self.tables.get(&contract.name).ok_or_else(|| Error::defect(&contract.name))?;
        let read = || {
            let live: LiveTable = self.lake.live(contract, self.ledger)?;
            live.files.into_iter().map(|path| Shelf::new(path, &live.seal)).collect()
        };
        slot.get_or_init(read).as_deref().map_err(Error::clone)
    }
}

impl Shelf {
    fn new(path: PathBuf, seal: &Seal) -> Result<Self> {
        let file = File::open(&path).map_err(|fault| storage(&path, fault))?;
        let options = seal.reading().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|fault| storage(&path, fault))?;
        let mut rows: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
        let mut next = 0;
        for batch in open(&path, &metadata, &["submission_id"], None)? {
            let batch = batch.map_err(|fault| storage(&path, fault))?;
            owners(&batch, &mut next, &mut rows).ok_or_else(|| storage(&path, "submission_id"))?;
        }
        Ok(Shelf { path, metadata, rows })
    }

    fn read(&self, ranges: &[Range<usize>], columns: &[String]) -> Result<Vec<RecordBatch>> {
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let total = usize::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
        let selection = RowSelection::from_consecutive_ranges(ranges.iter().cloned(), total);
        open(&self.path, &self.metadata, &names, Some(selection))?
            .map(|batch| batch.map_err(|fault| storage(&self.path, fault)))
            .collect()
    }
}

fn open(
    path: &Path,
    metadata: &ArrowReaderMetadata,
    columns: &[&str],
    selection: Option<RowSelection>,
) -> Result<impl Iterator<Item = Result<RecordBatch, arrow::error::ArrowError>>> {
    let file = File::open(path).map_err(|fault| storage(path, fault))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let builder = builder.with_projection(mask).with_batch_size(1 << 16);
    let builder = match selection {
        Some(selection) => builder.with_row_selection(selection),
        None => builder,
    };
    builder.build().map_err(|fault| storage(path, fault))
}

/// Adds which rows of a batch belong to whom; `next` counts the rows of the file. `None` when the column is no such one.
fn owners(batch: &RecordBatch, next: &mut usize, rows: &mut BTreeMap<String, Vec<Range<usize>>>) -> Option<()> {
    let column = batch.column(0).as_dictionary_opt::<Int32Type>()?;
    let texts = column.values().as_string_opt::<i32>()?;
    for run in column.keys().values().chunk_by(|a, b| a == b) {
        let owner =
            texts.value(usize::try_from(*run.first()?).ok().filter(|code| *code < arrow::array::Array::len(texts))?);
        let range = *next..*next + run.len();
        *next = range.end;
        let ranges = match rows.get_mut(owner) {
            Some(ranges) => ranges,
            None => rows.entry(owner.to_owned()).or_default(),
        };
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    Some(())
}

/// The key columns of a table, as rows that can be compared. The CPAS is the same in all of them and left out.
struct Keys {
    names: Vec<String>,
    converter: RowConverter,
}

impl Keys {
    fn new(contract: &TableContract) -> Result<Self> {
        let names: Vec<String> = contract.key.iter().filter(|key| *key != "cpas").cloned().collect();
        let schema = crate::collect::schema(contract);
        let fields = names.iter().map(|name| {
            let field = schema.field_with_name(name).map_err(Error::defect)?;
            Ok(SortField::new(field.data_type().clone()))
        });
        let fields = fields.collect::<Result<Vec<SortField>>>()?;
        Ok(Keys { names, converter: RowConverter::new(fields).map_err(Error::defect)? })
    }

    fn none(&self) -> Rows {
        self.converter.empty_rows(0, 0)
    }

    fn add(&self, batch: &RecordBatch, rows: &mut Rows) -> Result<()> {
        let columns =
            self.names.iter().map(|name| batch.column_by_name(name).cloned().ok_or_else(|| Error::defect(name)));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        self.converter.append(rows, &columns).map_err(Error::defect)
    }
}

/// How many rows only the first holds, and how many only the second.
fn difference(before: &Rows, after: &Rows) -> (u64, u64) {
    let sorted = |rows: &Rows| {
        let mut places: Vec<usize> = (0..rows.num_rows()).collect();
        places.sort_unstable_by(|a, b| rows.row(*a).cmp(&rows.row(*b)));
        places
    };
    let (old, new) = (sorted(before), sorted(after));
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let (mut removed, mut added) = (0, 0);
    while let (Some(a), Some(b)) = (old.peek(), new.peek()) {
        match before.row(**a).cmp(&after.row(**b)) {
            std::cmp::Ordering::Less => {
                removed += 1;
                old.next();
            }
            std::cmp::Ordering::Greater => {
                added += 1;
                new.next();
            }
            std::cmp::Ordering::Equal => {
                old.next();
                new.next();
            }
        }
    }
    (removed + old.count() as u64, added + new.count() as u64)
}
