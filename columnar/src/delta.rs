//! Delta transactions: making a table, adding files to it, listing the files it holds.

use crate::Fault;
use arrow::datatypes::{DataType as ArrowType, Schema};
use deltalake_core::kernel::transaction::{CommitBuilder, TableReference};
use deltalake_core::kernel::{Action, Add, DataType, Remove, StructField};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;
use url::Url;

/// The columns that files are laid out by; they stand in the path and not in the file.
pub const PARTITIONS: [&str; 2] = ["part_year", "part_region"];

/// The columns of a Delta table.
#[derive(Debug, Clone)]
pub struct Columns {
    fields: Vec<StructField>,
    partitioned: bool,
}

/// A data file to add.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// Where it is, below the table's folder.
    pub path: String,
    /// Values of the partition columns; empty for a table without.
    pub partition: Vec<String>,
    /// Bytes.
    pub size: u64,
    /// Rows.
    pub rows: u64,
}

impl Columns {
    /// The columns of an Arrow schema, without partitions.
    pub fn of(schema: &Schema) -> Self {
        let fields = schema
            .fields()
            .iter()
            .map(|field| StructField::nullable(field.name(), delta_type(field.data_type())))
            .collect();
        Columns { fields, partitioned: false }
    }

    /// The same, laid out by year and region.
    #[must_use]
    pub fn partitioned(mut self) -> Self {
        self.fields.extend(PARTITIONS.map(|name| StructField::nullable(name, DataType::STRING)));
        self.partitioned = true;
        self
    }
}

fn delta_type(arrow: &ArrowType) -> DataType {
    match arrow {
        ArrowType::Date32 => DataType::DATE,
        ArrowType::Boolean => DataType::BOOLEAN,
        ArrowType::Int32 => DataType::INTEGER,
        ArrowType::Int64 => DataType::LONG,
        ArrowType::Decimal128(precision, scale) => {
            DataType::decimal(*precision, u8::try_from(*scale).unwrap_or(0)).unwrap_or(DataType::DOUBLE)
        }
        _ => DataType::STRING,
    }
}

fn failed(folder: &Path, fault: &DeltaTableError) -> Fault {
    Fault::Storage(Some(folder.to_owned()), fault.to_string())
}

fn url(folder: &Path) -> Result<Url, Fault> {
    Url::from_directory_path(folder).map_err(|()| Fault::Storage(Some(folder.to_owned()), "path".to_owned()))
}

async fn load(folder: &Path) -> Result<Option<DeltaTable>, Fault> {
    if !folder.join("_delta_log").is_dir() {
        return Ok(None);
    }
    let builder = DeltaTableBuilder::from_url(url(folder)?).map_err(|fault| failed(folder, &fault))?;
    match builder.load().await {
        Ok(table) => Ok(Some(table)),
        Err(DeltaTableError::NotATable(_)) => Ok(None),
        Err(fault) => Err(failed(folder, &fault)),
    }
}

/// The data files of a table; none when there is no table yet.
///
/// # Errors
/// When the table's log cannot be read.
pub fn files(folder: &Path, runtime: &Runtime) -> Result<Vec<PathBuf>, Fault> {
    runtime.block_on(async {
        let Some(table) = load(folder).await? else { return Ok(Vec::new()) };
        let snapshot = table.get_file_uris().map_err(|fault| failed(folder, &fault))?;
        let path = |uri: String| {
            Url::parse(&uri).ok().and_then(|url| url.to_file_path().ok()).unwrap_or_else(|| PathBuf::from(uri))
        };
        Ok(snapshot.map(path).collect())
    })
}

/// Adds files to a table in one transaction; the table is made if it is not there.
///
/// # Errors
/// When the transaction fails; the table then is as it was.
pub fn commit(folder: &Path, columns: &Columns, files: Vec<DataFile>, runtime: &Runtime) -> Result<(), Fault> {
    runtime.block_on(async {
        let table = match load(folder).await? {
            Some(table) => table,
            None => create(folder, columns).await?,
        };
        let snapshot = table.snapshot().map_err(|fault| failed(folder, &fault))?;
        let reference: &dyn TableReference = snapshot;
        let partition_by = columns.partitioned.then(|| PARTITIONS.map(str::to_owned).to_vec());
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by, predicate: None };
        let actions = files.into_iter().map(add).collect();
        CommitBuilder::default()
            .with_actions(actions)
            .build(Some(reference), table.log_store(), operation)
            .await
            .map_err(|fault| failed(folder, &fault))?;
        Ok(())
    })
}

/// Takes files out of a table in one transaction: those of a batch that was never published.
///
/// # Errors
/// When the transaction fails.
pub fn forget(folder: &Path, files: &[PathBuf], runtime: &Runtime) -> Result<(), Fault> {
    runtime.block_on(async {
        let Some(table) = load(folder).await? else { return Ok(()) };
        let snapshot = table.snapshot().map_err(|fault| failed(folder, &fault))?;
        let reference: &dyn TableReference = snapshot;
        let operation = DeltaOperation::Delete { predicate: None };
        let actions = files.iter().filter_map(|path| path.strip_prefix(folder).ok()).map(remove).collect();
        CommitBuilder::default()
            .with_actions(actions)
            .build(Some(reference), table.log_store(), operation)
            .await
            .map_err(|fault| failed(folder, &fault))?;
        Ok(())
    })
}

fn remove(path: &Path) -> Action {
    Action::Remove(Remove {
        path: path.to_string_lossy().replace('\\', "/"),
        data_change: true,
        deletion_timestamp: Some(0),
        extended_file_metadata: None,
        partition_values: None,
        size: None,
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
    })
}

async fn create(folder: &Path, columns: &Columns) -> Result<DeltaTable, Fault> {
    std::fs::create_dir_all(folder).map_err(|fault| Fault::Storage(Some(folder.to_owned()), fault.to_string()))?;
    let partitions: &[&str] = if columns.partitioned { &PARTITIONS } else { &[] };
    CreateBuilder::new()
        .with_location(url(folder)?.as_str())
        .with_columns(columns.fields.clone())
        .with_partition_columns(partitions.iter().copied())
        .await
        .map_err(|fault| failed(folder, &fault))
}

fn add(file: DataFile) -> Action {
    let names = PARTITIONS.iter().map(|name| (*name).to_owned());
    let partition_values: HashMap<String, Option<String>> = names.zip(file.partition.into_iter().map(Some)).collect();
    Action::Add(Add {
        path: file.path,
        partition_values,
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
        modification_time: 0,
        data_change: true,
        stats: Some(format!("{{\"numRecords\":{}}}", file.rows)),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
        clustering_provider: None,
    })
}
