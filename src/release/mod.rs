//! The gate before a public edition leaves the house: what stands in its files is read again and held against what a public
//! edition may hold ([`lint`]), and who approved it is kept ([`Approvals`]). Nothing here trusts the run that made the files.

mod approvals;
mod content;
mod figures;

pub use approvals::{Approval, Approvals};

use crate::analyse::Observation;
use crate::catalogue::Catalogue;
use crate::catalogue::resources::cannot_read;
use crate::error::{Error, Place, Result};
use crate::model::Period;
use crate::model::record::{RECORD, UsedFile, sha256};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Kinds of file that a public edition may hold, by their endings.
const KINDS: [&str; 7] = ["csv", "parquet", "xlsx", "html", "pdf", "svg", "json"];

/// What the linter needs of the record.
#[derive(Debug, Deserialize)]
struct Record {
    edition: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    rules: serde_json::Map<String, Value>,
    #[serde(default)]
    protection: Option<Protection>,
    #[serde(default)]
    indicators: BTreeMap<String, Value>,
    #[serde(default)]
    files: Vec<UsedFile>,
}

#[derive(Debug, Deserialize)]
struct Protection {
    recovered_cells: u64,
}

/// An edition that was looked at.
#[derive(Debug)]
pub struct Looked {
    /// Hash of its record, which names the hash of every file: what is approved is this and nothing else.
    pub record: String,
    /// Files that were read.
    pub files: usize,
    /// What must not go out, or is missing.
    pub faults: Vec<Error>,
}

/// What an edition has to be.
#[derive(Debug)]
pub struct Wanted {
    /// Its period.
    pub period: Period,
    /// The rules of the settings, as a record names them.
    pub rules: serde_json::Map<String, Value>,
}

/// Name of the rule that numbers are held against.
const THRESHOLD: &str = "threshold";
/// Name of the base that counts are rounded to.
const ROUNDING: &str = "rounding";
/// Names of rules by which a part and its whole are each shown as another number.
const NOISE: [&str; 2] = ["small_counts", "cell_keys"];

/// Reads every file of a folder that is to be published. `figures` are those of its open data, by row.
///
/// # Errors
/// When the folder has no record that can be read, or a file cannot be read. What is wrong with the edition is no error but
/// among its faults, each at its place.
pub fn lint(
    folder: &Path,
    catalogue: &Catalogue,
    wanted: &Wanted,
    figures: Result<Vec<(u64, Observation)>>,
) -> Result<Looked> {
    let path = folder.join(RECORD);
    if !path.is_file() {
        return Err(Error::input("release-no-record").at(Place::file(folder)));
    }
    let content = read(&path)?;
    let record: Record = serde_json::from_slice(&content)
        .map_err(|fault| Error::input("release-bad-record").at(Place::file(&path)).with("found", fault))?;
    let mut faults = of_record(&record, &path, wanted);
    let there = files(folder)?;
    let listed: BTreeMap<&str, &str> =
        record.files.iter().map(|one| (one.path.as_str(), one.sha256.as_str())).collect();
    for missing in listed.keys().filter(|path| !there.contains_key(**path)) {
        faults.push(Error::input("release-missing").at(Place::file(folder.join(missing))));
    }
    for (name, path) in &there {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        // What is no file (a pipe, a link that leads nowhere) is not opened: it may never end.
        if !KINDS.contains(&ending.as_str()) || !path.is_file() {
            faults.push(Error::input("release-kind").at(Place::file(path)).with("known", KINDS.join(", ")));
            continue;
        }
        let bytes = read(path)?;
        match listed.get(name.as_str()) {
            None if name != RECORD => faults.push(Error::input("release-unlisted").at(Place::file(path))),
            Some(known) if **known != sha256(&bytes) => {
                faults.push(Error::input("release-changed").at(Place::file(path)));
            }
            _ => {}
        }
        faults.extend(content::faults(path, &ending, &bytes, catalogue));
    }
    let strictest = [&record.rules, &wanted.rules].map(|rules| rules.get(THRESHOLD).and_then(Value::as_u64));
    let threshold = strictest.into_iter().flatten().max().unwrap_or(0);
    let base = record.rules.get(ROUNDING).and_then(Value::as_u64);
    let is_noisy = NOISE.iter().any(|name| record.rules.get(*name).is_some_and(Value::is_u64));
    match figures {
        Ok(figures) => faults.extend(figures::faults(folder, &figures, catalogue, (threshold, base, is_noisy))),
        Err(error) => {
            let place = error.place.clone().unwrap_or_else(|| Place::file(folder));
            faults.push(Error::input("release-unreadable").at(place).with("found", error));
        }
    }
    Ok(Looked { record: sha256(&content), files: there.len(), faults })
}

/// What the record itself says against it.
fn of_record(record: &Record, path: &Path, wanted: &Wanted) -> Vec<Error> {
    let fault = |id: &'static str| Error::input(id).at(Place::file(path));
    let mut faults = Vec::new();
    if record.edition != "public" {
        faults.push(Error::input("release-not-public").at(Place::file(path)).with("found", &record.edition));
    }
    if record.period != wanted.period.to_string() {
        faults.push(
            Error::input("release-period")
                .at(Place::file(path))
                .with("found", &record.period)
                .with("expected", wanted.period),
        );
    }
    for (name, expected) in &wanted.rules {
        let found = record.rules.get(name).unwrap_or(&Value::Null);
        if found != expected {
            faults.push(
                Error::input("release-rules")
                    .at(Place::file(path))
                    .with("name", name)
                    .with("found", found)
                    .with("expected", expected),
            );
        }
    }
    match &record.protection {
        None => faults.push(fault("release-no-attack")),
        Some(one) if one.recovered_cells > 0 => {
            faults.push(Error::input("release-recovered").at(Place::file(path)).with("found", one.recovered_cells));
        }
        Some(_) => {}
    }
    if record.indicators.is_empty() {
        faults.push(fault("release-no-definitions"));
    }
    faults
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|fault| cannot_read(path, &fault))
}

/// All files below a folder, by their path in it.
fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(|fault| cannot_read(&next, &fault))? {
            let path = entry.map_err(|fault| cannot_read(&next, &fault))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                found.insert(name.replace('\\', "/"), path);
            }
        }
    }
    Ok(found)
}
