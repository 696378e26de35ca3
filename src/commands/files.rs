//! The files of a report, and the record beside them.

use super::project::write_whole;
use crate::collect::hex;
use crate::error::{Error, Place, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// Name of the record.
pub const RECORD: &str = "record.json";

/// A file and its content's hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsedFile {
    pub path: String,
    pub sha256: String,
}

impl UsedFile {
    pub fn of(path: &str, content: &[u8]) -> Self {
        UsedFile { path: path.to_owned(), sha256: sha256(content) }
    }
}

/// A content's hash.
pub fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// Writes the files of a report, each whole or not at all, and takes its record away: without it the report is made again.
/// Files of an earlier edition that this one lacks go, if they are as they were written.
pub fn replace(folder: &Path, before: &[UsedFile], files: &[(String, Vec<u8>)]) -> Result<Vec<UsedFile>> {
    for (name, _) in files {
        refuse_if_open(folder, name)?;
    }
    let record = folder.join(RECORD);
    if record.exists() {
        std::fs::remove_file(&record).map_err(|fault| cannot_write(&record, &fault))?;
    }
    let mut written = Vec::new();
    for (name, content) in files {
        write_whole(&folder.join(name), content)?;
        written.push(UsedFile::of(name, content));
    }
    let names: BTreeSet<&str> = written.iter().map(|file| file.path.as_str()).collect();
    // A record may have been written by anybody: what it names outside its own folder is none of ours.
    let is_inside = |path: &str| Path::new(path).components().all(|one| matches!(one, std::path::Component::Normal(_)));
    for old in before.iter().filter(|old| !names.contains(old.path.as_str()) && is_inside(&old.path)) {
        let path = folder.join(&old.path);
        let is_ours = std::fs::read(&path).is_ok_and(|content| sha256(&content) == old.sha256);
        if is_ours {
            std::fs::remove_file(&path).map_err(|fault| cannot_write(&path, &fault))?;
        }
    }
    Ok(written)
}

/// Writes the record of a report, last of all.
pub fn write_record(folder: &Path, record: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(record).map_err(Error::defect)?;
    text.push('\n');
    write_whole(&folder.join(RECORD), text.as_bytes())
}

/// Excel and LibreOffice lay a file beside a workbook that somebody has open: writing over it would be lost when that person
/// saves, or fail half-way.
fn refuse_if_open(folder: &Path, name: &str) -> Result<()> {
    for mark in [format!("~${name}"), format!(".~lock.{name}#")] {
        let mark = folder.join(mark);
        if mark.exists() {
            return Err(Error::storage("report-open").at(Place::file(folder.join(name))).with("mark", mark.display()));
        }
    }
    Ok(())
}

fn cannot_write(path: &Path, fault: &std::io::Error) -> Error {
    Error::storage("cannot-write").at(Place::file(path)).with("found", fault)
}
