//! Reading the live rows of a table, columns as needed, while another thread computes.

use super::{LiveTable, storage};
use crate::error::{Error, Result};
use arrow::array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};

/// Rows that are handed over at a time.
const ROWS: usize = 1 << 16;
/// Batches that may wait to be taken; bounds memory.
const WAITING: usize = 4;

/// Calls `each` for the rows of a table, files in order, these columns only. Rows that are not live are among them.
///
/// # Errors
/// What `each` returns, or a file that cannot be read.
pub fn scan(table: &LiveTable, columns: &[&str], mut each: impl FnMut(&RecordBatch) -> Result<()>) -> Result<()> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Result<RecordBatch>>(WAITING);
        scope.spawn(move || {
            for path in &table.files {
                // A receiver that hung up has failed already and says so itself.
                if !send_file(path, columns, &sender) {
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
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|fault| storage(path, fault))?;
        Ok(rows + usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0))
    })
}

fn send_file(path: &Path, columns: &[&str], sender: &SyncSender<Result<RecordBatch>>) -> bool {
    match open(path, columns) {
        Err(fault) => {
            let _ = sender.send(Err(fault));
            false
        }
        Ok(reader) => reader.into_iter().all(|rows| sender.send(rows.map_err(|fault| storage(path, fault))).is_ok()),
    }
}

fn open(
    path: &Path,
    columns: &[&str],
) -> Result<impl Iterator<Item = Result<RecordBatch, arrow::error::ArrowError>>, Error> {
    let file = File::open(path).map_err(|fault| storage(path, fault))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|fault| storage(path, fault))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    builder.with_projection(mask).with_batch_size(ROWS).build().map_err(|fault| storage(path, fault))
}
