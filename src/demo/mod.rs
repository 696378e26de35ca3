//! Invented exports: the five centres of `sample_data`, each in its own habits, and a whole country of any size in one
//! plain form, to train on, to try and to measure speed with. The same call writes the same bytes, always.
//!
//! Nobody here exists: names say so, and national numbers use order numbers that are never given out.

mod ath;
mod brugge;
mod country;
mod eupen;
mod form;
mod kortrijk;
mod liege;
mod money;
mod national;
mod office;
mod page;
mod people;
mod projects;
mod random;
mod sample;
mod scores;
mod study;
mod words;
mod workbook;
mod world;

pub use national::national;
pub use sample::sample;
pub use study::study;

use crate::error::{Error, Place, Result};
use std::path::Path;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Centres.
    pub cpas: u32,
    /// Export files, without settings, key and description.
    pub files: u64,
    /// Rows below the headers of the export files, totals lines left out.
    pub rows: u64,
    /// Bytes of the export files.
    pub bytes: u64,
    /// Faults that were planted.
    pub faults: u64,
}

/// Writes a file and the folders above it.
fn put(path: &Path, content: &[u8]) -> Result<()> {
    let failed = |error: std::io::Error| Error::storage("cannot-write").at(Place::file(path)).with("found", error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, content).map_err(failed)
}
