//! The default engine: DataFusion in this process.

use super::{Engine, Source};
use crate::error::Result;
use arrow::array::RecordBatch;
use columnar::sql::Session;

/// DataFusion with its own threads.
pub struct Embedded(Session);

impl Embedded {
    /// An engine that knows no table yet.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new() -> Result<Self> {
        Ok(Embedded(Session::new()?))
    }
}

impl Engine for Embedded {
    fn register(&mut self, name: &str, source: Source) -> Result<()> {
        match source {
            Source::Files { files, schema } => self.0.files(name, &files, &schema)?,
            Source::Rows(rows) => self.0.rows(name, rows)?,
            Source::Query(sql) => self.0.view(name, &sql)?,
        }
        Ok(())
    }

    fn run(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        Ok(self.0.run(sql)?)
    }
}
