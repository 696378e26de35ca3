//! Rows on their way into the lake: Parquet files that no transaction knows yet.

use super::{scan, storage};
use crate::catalogue::{Catalogue, TableContract};
use crate::collect::{Submission, TableBatch, schema};
use crate::error::Result;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema};
use columnar::delta::{Columns, DataFile};
use columnar::seal::Seal;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Rows a row group holds at most.
const ROW_GROUP: usize = 1 << 20;
/// Ends the names of files that are being written.
const UNFINISHED: &str = ".writing";

/// Table, year and region: one file each in a batch.
type Shelf = (String, String, String);

/// Tables, their columns, and the files that a batch adds to each.
pub type Finished = Vec<((String, Columns), Vec<DataFile>)>;

/// Files being written.
pub struct Staging<'c> {
    folder: PathBuf,
    catalogue: &'c Catalogue,
    seal: Seal,
    open: BTreeMap<Shelf, OpenFile>,
}

struct OpenFile {
    path: PathBuf,
    writer: ArrowWriter<File>,
    rows: u64,
}

impl<'c> Staging<'c> {
    /// Nothing written yet.
    pub fn new(folder: &Path, catalogue: &'c Catalogue, seal: Seal) -> Self {
        Staging { folder: folder.to_path_buf(), catalogue, seal, open: BTreeMap::new() }
    }

    /// Writes the rows of submissions under these ids, tables in parallel, each table's rows in the order given.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn append(&mut self, submissions: &[(&Submission, String)]) -> Result<()> {
        let mut work: BTreeMap<Shelf, Vec<(&Submission, &str, &TableBatch)>> = BTreeMap::new();
        for (submission, id) in submissions {
            let year = submission.handed.period.calendar_year().to_string();
            let commune = self.catalogue.areas.ever(submission.handed.cpas);
            let region = commune.map_or_else(|| "none".to_owned(), |commune| commune.region.clone());
            for batch in submission.tables.iter().filter(|batch| !batch.is_empty()) {
                let shelf = (batch.table.clone(), year.clone(), region.clone());
                work.entry(shelf).or_default().push((submission, id, batch));
            }
        }
        for shelf in work.keys() {
            if !self.open.contains_key(shelf) {
                let file = self.open_file(shelf)?;
                self.open.insert(shelf.clone(), file);
            }
        }
        let catalogue = self.catalogue;
        self.open.par_iter_mut().try_for_each(|(shelf, file)| {
            let (Some(batches), Some(contract)) = (work.get(shelf), catalogue.table(&shelf.0)) else { return Ok(()) };
            batches.iter().try_for_each(|(submission, id, batch)| file.write(contract, submission, id, batch))
        })
    }

    fn open_file(&self, (table, year, region): &Shelf) -> Result<OpenFile> {
        let folder = self.folder.join(table).join(format!("part_year={year}")).join(format!("part_region={region}"));
        fs::create_dir_all(&folder).map_err(|fault| storage(&folder, fault))?;
        let path = folder.join(format!("batch{UNFINISHED}"));
        let file = File::create(&path).map_err(|fault| storage(&path, fault))?;
        let contract = self.catalogue.table(table).ok_or_else(|| crate::error::Error::defect(table))?;
        let schema = schema(contract);
        let properties = properties(&schema, &self.seal);
        let writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(|fault| storage(&path, fault))?;
        Ok(OpenFile { path, writer, rows: 0 })
    }

    /// Closes the files under their final names.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(&mut self, batch: &str) -> Result<Finished> {
        let open = std::mem::take(&mut self.open);
        let closed = open
            .into_par_iter()
            .map(|(shelf, file)| Ok((shelf, file.close(batch)?)))
            .collect::<Result<Vec<(Shelf, (u64, u64))>>>()?;
        let mut tables: BTreeMap<String, Vec<DataFile>> = BTreeMap::new();
        for ((table, year, region), (size, rows)) in closed {
            let path = format!("part_year={year}/part_region={region}/{}", file_name(batch));
            tables.entry(table).or_default().push(DataFile { path, partition: vec![year, region], size, rows });
        }
        let columns =
            |table: &str| self.catalogue.table(table).map(|contract| Columns::of(&schema(contract)).partitioned());
        Ok(tables
            .into_iter()
            .filter_map(|(table, files)| columns(&table).map(|columns| ((table, columns), files)))
            .collect())
    }
}

impl OpenFile {
    fn write(&mut self, contract: &TableContract, submission: &Submission, id: &str, batch: &TableBatch) -> Result<()> {
        let rows = batch.to_arrow(contract, submission.handed.cpas.as_str(), id, &submission.sources)?;
        self.rows += rows.num_rows() as u64;
        self.writer.write(&rows).map_err(|fault| storage(&self.path, fault))
    }

    /// The file is on the disk before it gets its name: a transaction never names a file that is not whole.
    fn close(self, batch: &str) -> Result<(u64, u64)> {
        let path = self.path;
        let file = self.writer.into_inner().map_err(|fault| storage(&path, fault))?;
        file.sync_all().map_err(|fault| storage(&path, fault))?;
        let size = file.metadata().map_err(|fault| storage(&path, fault))?.len();
        fs::rename(&path, path.with_file_name(file_name(batch))).map_err(|fault| storage(&path, fault))?;
        Ok((size, self.rows))
    }
}

fn file_name(batch: &str) -> String {
    format!("{batch}.parquet")
}

/// The batch that a data file belongs to; an unfinished file belongs to the batch `batch`, which is never published.
pub fn batch_of(path: &Path) -> Option<&str> {
    path.file_stem().and_then(|stem| stem.to_str())
}

/// Keeps the smallest and largest value of numbers, days and the CPAS only. Of other texts nobody asks for them, and finding
/// them took an eighth of the work of collecting.
pub fn without_bounds(plain: WriterPropertiesBuilder, schema: &Schema) -> WriterPropertiesBuilder {
    let texts = schema.fields().iter().filter(|field| matches!(field.data_type(), DataType::Dictionary(..)));
    texts.filter(|field| field.name() != scan::CPAS).fold(plain, |plain, field| {
        plain.set_column_statistics_enabled(ColumnPath::from(field.name().as_str()), EnabledStatistics::None)
    })
}

fn properties(schema: &Schema, seal: &Seal) -> WriterProperties {
    let plain = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(ColumnPath::from("source_row"), false)
        .set_column_encoding(ColumnPath::from("source_row"), Encoding::DELTA_BINARY_PACKED);
    seal.writing(without_bounds(plain, schema)).build()
}

/// All data files below a table's folder, finished or not.
///
/// # Errors
/// When a folder cannot be read.
pub fn data_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|fault| storage(&folder, fault))? {
            let path = entry.map_err(|fault| storage(&folder, fault))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() && name != "_delta_log" {
                folders.push(path);
            } else if name.ends_with(".parquet") || name.ends_with(UNFINISHED) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Files of the transaction log that are no transactions: what a commit was writing when it was killed. The storage layer
/// puts `#` and a number behind the name of a file that is not whole yet.
///
/// # Errors
/// When the log cannot be read.
pub fn unfinished_transactions(folder: &Path) -> Result<Vec<PathBuf>> {
    let log = folder.join("_delta_log");
    let Ok(entries) = fs::read_dir(&log) else { return Ok(Vec::new()) };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(|fault| storage(&log, fault)));
    let is_unfinished = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains('#'));
    paths.filter(|path| path.as_ref().map_or(true, is_unfinished)).collect()
}

/// Writes one small file of a table without partitions.
///
/// # Errors
/// When the disk fails.
pub fn write_small(folder: &Path, batch: &str, rows: &RecordBatch, seal: &Seal) -> Result<DataFile> {
    fs::create_dir_all(folder).map_err(|fault| storage(folder, fault))?;
    let path = folder.join(format!("batch{UNFINISHED}"));
    let file = File::create(&path).map_err(|fault| storage(&path, fault))?;
    let mut writer = ArrowWriter::try_new(file, rows.schema(), Some(properties(&rows.schema(), seal)))
        .map_err(|fault| storage(&path, fault))?;
    writer.write(rows).map_err(|fault| storage(&path, fault))?;
    let (size, rows) = OpenFile { path, writer, rows: rows.num_rows() as u64 }.close(batch)?;
    Ok(DataFile { path: file_name(batch), partition: Vec::new(), size, rows })
}
