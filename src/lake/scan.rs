//! Reading the live rows of a table, columns as needed, while another thread computes.

use super::{LiveTable, storage};
use crate::error::{Error, Result};
use crate::model::Nis5;
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int32Type;
use arrow::error::ArrowError;
use columnar::seal::Seal;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicateFn, ParquetRecordBatchReaderBuilder, RowFilter};
use parquet::file::metadata::RowGroupMetaData;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};

/// The column of the code of the CPAS.
pub const CPAS: &str = "cpas";
/// Rows that are handed over at a time.
const ROWS: usize = 1 << 16;
/// Batches that may wait to be taken; bounds memory.
const WAITING: usize = 4;

/// Calls `each` for the rows of these CPAS in a table, files in order, these columns only (`cpas` among them). Rows that are not
/// live are among them. Parts of files that hold no row of theirs are not read.
///
/// # Errors
/// What `each` returns, or a file that cannot be read.
pub fn scan(
    table: &LiveTable,
    columns: &[&str],
    agencies: &BTreeSet<Nis5>,
    mut each: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Result<RecordBatch>>(WAITING);
        scope.spawn(move || {
            for path in &table.files {
                // A receiver that hung up has failed already and says so itself.
                if !send_file((path, &table.seal), columns, agencies, &sender) {
                    return;
                }
            }
        });
        receiver.into_iter().try_for_each(|rows| each(&rows?))
    })
}

/// Rows in the files of a table, those that are not live included.
///
/// # Errors
/// When a file cannot be read.
pub fn rows_in(table: &LiveTable) -> Result<usize> {
    table.files.iter().try_fold(0, |rows, path| {
        let file = File::open(path).map_err(|fault| storage(path, fault))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, table.seal.reading())
            .map_err(|fault| storage(path, fault))?;
        Ok(rows + usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0))
    })
}

fn send_file(
    (path, seal): (&Path, &Seal),
    columns: &[&str],
    agencies: &BTreeSet<Nis5>,
    sender: &SyncSender<Result<RecordBatch>>,
) -> bool {
    match open((path, seal), columns, agencies) {
        Err(fault) => {
            let _ = sender.send(Err(fault));
            false
        }
        Ok(reader) => reader.into_iter().all(|rows| sender.send(rows.map_err(|fault| storage(path, fault))).is_ok()),
    }
}

fn open(
    (path, seal): (&Path, &Seal),
    columns: &[&str],
    agencies: &BTreeSet<Nis5>,
) -> Result<impl Iterator<Item = Result<RecordBatch, ArrowError>>, Error> {
    let file = File::open(path).map_err(|fault| storage(path, fault))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, seal.reading())
        .map_err(|fault| storage(path, fault))?;
    let schema = builder.parquet_schema();
    let mask = ProjectionMask::columns(schema, columns.iter().copied());
    let only = ProjectionMask::columns(schema, [CPAS]);
    let own: BTreeSet<String> = agencies.iter().map(Nis5::to_string).collect();
    let groups = (0..builder.metadata().num_row_groups())
        .filter(|group| may_hold(builder.metadata().row_group(*group), &own))
        .collect();
    let filter = ArrowPredicateFn::new(only, move |rows| is_of(&rows, &own));
    let builder = builder.with_projection(mask).with_row_groups(groups).with_batch_size(ROWS);
    let builder = builder.with_row_filter(RowFilter::new(vec![Box::new(filter)]));
    builder.build().map_err(|fault| storage(path, fault))
}

/// Whether a row group may hold a row of one of these, by its smallest and largest code.
fn may_hold(group: &RowGroupMetaData, own: &BTreeSet<String>) -> bool {
    let column = group.columns().iter().find(|column| column.column_path().string() == CPAS);
    let ends = column.and_then(|column| column.statistics()).and_then(|known| {
        let text = |bytes: Option<&[u8]>| String::from_utf8(bytes?.to_vec()).ok();
        text(known.min_bytes_opt()).zip(text(known.max_bytes_opt()))
    });
    ends.is_none_or(|(least, most)| own.range(least..=most).next().is_some())
}

/// For each row, whether its CPAS is one of these.
fn is_of(rows: &RecordBatch, own: &BTreeSet<String>) -> Result<BooleanArray, ArrowError> {
    let column = rows.column(0);
    let Some(coded) = column.as_dictionary_opt::<Int32Type>() else {
        let texts = column.as_string_opt::<i32>().ok_or_else(|| ArrowError::SchemaError(CPAS.to_owned()))?;
        return Ok(texts.iter().map(|text| Some(text.is_some_and(|text| own.contains(text)))).collect());
    };
    let names = coded.values().as_string_opt::<i32>().ok_or_else(|| ArrowError::SchemaError(CPAS.to_owned()))?;
    let known: Vec<bool> = names.iter().map(|name| name.is_some_and(|name| own.contains(name))).collect();
    Ok((0..coded.len()).map(|row| Some(coded.key(row).is_some_and(|key| known[key]))).collect())
}
