//! The engine: DataFusion, in this process or, planned alike, on a cluster.

use super::{Engine, Source};
#[cfg(not(feature = "distributed"))]
use crate::error::Error;
use crate::error::Result;
use arrow::array::RecordBatch;
use columnar::seal::Seal;
use columnar::sql::Session;
use std::path::Path;

/// DataFusion.
pub struct DataFusion(Session);

impl DataFusion {
    /// With threads of this process; it knows no table yet. The files it will read are sealed with this.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn embedded(seal: Seal) -> Result<Self> {
        Ok(DataFusion(Session::new(seal)?))
    }

    /// On the cluster of a scheduler; without one, on one within this process. Rows that are no files are written to a
    /// folder that the whole cluster sees.
    ///
    /// # Errors
    /// When the scheduler does not answer.
    #[cfg(feature = "distributed")]
    pub fn distributed(scheduler: Option<&str>, folder: &Path) -> Result<Self> {
        Ok(DataFusion(Session::distributed(scheduler, folder.to_path_buf())?))
    }

    /// This program was built without a cluster.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "distributed"))]
    pub fn distributed(_scheduler: Option<&str>, _folder: &Path) -> Result<Self> {
        Err(Error::usage("engine-not-built"))
    }
}

impl Engine for DataFusion {
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
