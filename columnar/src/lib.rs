//! Delta tables and SQL over Parquet: two large libraries behind two small doors.
//!
//! Their generic code is compiled here, once, and not again with every change of the program that uses it. Nothing of
//! theirs shows in this crate's interface but Arrow.

#[cfg(feature = "distributed")]
pub mod cluster;
pub mod delta;
mod different;
mod distinct;
pub mod seal;
pub mod sql;

use std::fmt;
use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Files cannot be read or written: where, and the library's words.
    Storage(Option<PathBuf>, String),
    /// A query is wrong: the library's words.
    Query(String),
    /// No thread can be started.
    Threads(String),
    /// Nobody answers at this address of a scheduler.
    Unreachable(String),
    /// A cluster did not do its work: its own words.
    Cluster(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Storage(Some(path), found) => write!(f, "{}: {found}", path.display()),
            Fault::Storage(None, found)
            | Fault::Query(found)
            | Fault::Threads(found)
            | Fault::Unreachable(found)
            | Fault::Cluster(found) => f.write_str(found),
        }
    }
}

impl std::error::Error for Fault {}
