//! The files of a report, and the record beside them.

use super::project::{Unfinished, write_whole};
use crate::error::{Error, Place, Result};
use crate::model::record::{RECORD, UsedFile, sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// The files of a report as its record names them.
pub fn used(files: &[(String, Vec<u8>)]) -> Vec<UsedFile> {
    files.iter().map(|(name, content)| UsedFile::of(name, content)).collect()
}

/// The files that the record of a folder names; none where there is none.
pub fn before(folder: &Path) -> Vec<UsedFile> {
    #[derive(Deserialize)]
    struct There {
        files: Vec<UsedFile>,
    }
    let text = std::fs::read_to_string(folder.join(RECORD)).ok();
    let there: Option<There> = text.and_then(|text| serde_json::from_str(&text).ok());
    there.map(|there| there.files).unwrap_or_default()
}

/// Writes the files of a report and its record: all of them are written before the first takes the place of what was there.
/// Files of an earlier edition that this one lacks go, if they are as they were written.
pub fn replace(folder: &Path, before: &[UsedFile], files: &[(String, Vec<u8>)], record: &impl Serialize) -> Result<()> {
    for (name, _) in files {
        refuse_if_open(folder, name)?;
    }
    let write = |name: &str, content: &[u8]| {
        Unfinished::new(&folder.join(name), |file| file.write_all(content).map_err(|fault| fault.to_string()))
    };
    let new = files.iter().map(|(name, content)| write(name, content)).collect::<Result<Vec<_>>>()?;
    let new_record = write(RECORD, &text(record)?)?;
    // A folder without its record is made again: whatever comes between here and the end, nothing old counts as new.
    let record = folder.join(RECORD);
    if record.exists() {
        std::fs::remove_file(&record).map_err(|fault| cannot_write(&record, &fault))?;
    }
    for file in new {
        file.finish()?;
    }
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    // A record may have been written by anybody: what it names outside its own folder is none of ours.
    let is_inside = |path: &str| Path::new(path).components().all(|one| matches!(one, std::path::Component::Normal(_)));
    for old in before.iter().filter(|old| !names.contains(old.path.as_str()) && is_inside(&old.path)) {
        let path = folder.join(&old.path);
        let is_ours = std::fs::read(&path).is_ok_and(|content| sha256(&content) == old.sha256);
        if is_ours {
            std::fs::remove_file(&path).map_err(|fault| cannot_write(&path, &fault))?;
        }
    }
    new_record.finish()
}

/// Writes the record of a folder of results.
pub fn write_record(folder: &Path, record: &impl Serialize) -> Result<()> {
    write_whole(&folder.join(RECORD), &text(record)?)
}

fn text(record: &impl Serialize) -> Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(record).map_err(Error::defect)?;
    text.push(b'\n');
    Ok(text)
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
