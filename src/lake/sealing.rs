//! Whether a lake lies open or is sealed with a key, and what to say when it is not as the settings want it.

use super::storage;
use crate::error::{Error, Place};
use columnar::seal::Seal;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// How a Parquet file ends whose footer is encrypted.
const SEALED: &[u8; 4] = b"PARE";

/// Whether a file is sealed, by its last bytes.
///
/// # Errors
/// When it cannot be read.
pub(super) fn is_sealed(mut file: &File) -> std::io::Result<bool> {
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut end)?;
    file.rewind()?;
    Ok(end == *SEALED)
}

/// The settings want it the other way.
pub(super) fn mismatch(is_sealed: bool) -> Error {
    Error::usage(if is_sealed { "lake-is-sealed" } else { "lake-is-open" })
}

/// A file of the ledger that cannot be read: sealed with another key, or broken.
pub(super) fn refused(path: &Path, seal: &Seal, fault: impl std::fmt::Display) -> Error {
    if seal.is_set() { Error::usage("lake-other-key").at(Place::file(path)) } else { storage(path, fault) }
}
