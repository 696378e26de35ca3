//! The engine that runs the indicators' SQL. One narrow trait: name a table, run a query.

mod datafusion;

pub use datafusion::DataFusion;

use crate::error::{Error, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use columnar::seal::Seal;
use std::path::{Path, PathBuf};

/// What a name stands for in queries.
pub enum Source {
    /// Parquet files with one schema.
    Files {
        /// The files.
        files: Vec<PathBuf>,
        /// Their columns.
        schema: SchemaRef,
    },
    /// Rows in memory.
    Rows(Vec<RecordBatch>),
    /// The rows of a query over tables named before.
    Query(String),
}

/// Something that runs SQL over named tables.
pub trait Engine: Send + Sync {
    /// Gives a table a name.
    ///
    /// # Errors
    /// When the table cannot be read or the query is broken.
    fn register(&mut self, name: &str, source: Source) -> Result<()>;

    /// Runs a query. The order of rows is the query's, or none.
    ///
    /// # Errors
    /// When the query is broken (the engine's words say how) or reading fails.
    fn run(&self, sql: &str) -> Result<Vec<RecordBatch>>;
}

/// Which engine runs the queries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Which {
    /// DataFusion in this process.
    #[default]
    Embedded,
    /// A cluster.
    Cluster {
        /// Address of its scheduler, `df://host:port`; without one, scheduler and executor run in this process.
        scheduler: Option<String>,
    },
}

/// An engine that knows no table yet, for files sealed with `seal`. `folder` is one that the whole cluster sees; nothing is
/// kept there.
///
/// # Errors
/// When nobody answers at the scheduler's address, this program was built without a cluster, or a cluster would have to read
/// sealed files.
pub fn open(which: &Which, folder: &Path, seal: &Seal) -> Result<Box<dyn Engine>> {
    match which {
        Which::Embedded => Ok(Box::new(DataFusion::embedded(seal.clone())?)),
        // Each executor would need the key.
        Which::Cluster { .. } if seal.is_set() => Err(Error::usage("engine-sealed")),
        Which::Cluster { scheduler } => Ok(Box::new(DataFusion::distributed(scheduler.as_deref(), folder)?)),
    }
}
