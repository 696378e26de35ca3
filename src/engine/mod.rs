//! The engine that runs the indicators' SQL. One narrow trait: name a table, run a query.

mod embedded;

pub use embedded::Embedded;

use crate::error::Result;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::path::PathBuf;

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
pub trait Engine {
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
