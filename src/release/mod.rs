//! The gate before a public edition leaves the house: what stands in its files is read again and held against what a public
//! edition may hold ([`lint`]), and who approved it is kept ([`Approvals`]). Nothing here trusts the run that made the files.

mod approvals;
mod content;
mod figures;

pub use approvals::{Approval, Approvals, folded_name};

use crate::catalogue::Catalogue;
use crate::catalogue::resources::cannot_read;
use crate::error::{Error, Place, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Name of the record of an edition.
const RECORD: &str = "record.json";
/// Kinds of file that a public edition may hold, by their endings.
const KINDS: [&str; 7] = ["csv", "parquet", "xlsx", "html", "pdf", "svg", "json"];

/// What the linter needs of the record.
#[derive(Debug, Deserialize)]
struct Record {
    edition: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    rules: Option<Rules>,
    #[serde(default)]
    protection: Option<Protection>,
    #[serde(default)]
    indicators: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    files: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Rules {
    threshold: u64,
}

#[derive(Debug, Deserialize)]
struct Protection {
    recovered_cells: u64,
}

#[derive(Debug, Deserialize)]
struct Listed {
    path: String,
    sha256: String,
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

fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads every file of a folder that is to be published as the edition of a period. `threshold` is that of the settings: an edition by a lower one does not
/// pass.
///
/// # Errors
/// When the folder has no record that can be read, or a file cannot be read. What is wrong with the edition is no error but
/// among its faults, each at its place.
pub fn lint(folder: &Path, catalogue: &Catalogue, (period, threshold): (&str, u64)) -> Result<Looked> {
    let path = folder.join(RECORD);
    if !path.is_file() {
        return Err(Error::input("release-no-record").at(Place::file(folder)));
    }
    let content = read(&path)?;
    let record: Record = serde_json::from_slice(&content)
        .map_err(|fault| Error::input("release-bad-record").at(Place::file(&path)).with("found", fault))?;
    let mut faults = of_record(&record, &path, threshold);
    if record.period != period {
        faults.push(
            Error::input("release-period")
                .at(Place::file(&path))
                .with("found", &record.period)
                .with("expected", period),
        );
    }
    let used = record.rules.as_ref().map_or(0, |rules| rules.threshold);
    let there = files(folder)?;
    let listed: BTreeMap<&str, &str> =
        record.files.iter().map(|one| (one.path.as_str(), one.sha256.as_str())).collect();
    let names: BTreeSet<&str> = there.keys().map(String::as_str).collect();
    for missing in listed.keys().filter(|path| !names.contains(*path)) {
        faults.push(Error::input("release-missing").at(Place::file(folder.join(missing))));
    }
    for (name, path) in &there {
        let bytes = read(path)?;
        match listed.get(name.as_str()) {
            None if name != RECORD => faults.push(Error::input("release-unlisted").at(Place::file(path))),
            Some(known) if **known != hash(&bytes) => {
                faults.push(Error::input("release-changed").at(Place::file(path)));
            }
            _ => {}
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if !KINDS.contains(&ending.as_str()) {
            faults.push(Error::input("release-kind").at(Place::file(path)).with("known", KINDS.join(", ")));
        }
        faults.extend(content::faults(path, &ending, &bytes, catalogue));
    }
    faults.extend(figures::faults(folder, catalogue, used.max(threshold))?);
    Ok(Looked { record: hash(&content), files: there.len(), faults })
}

/// What the record itself says against it.
fn of_record(record: &Record, path: &Path, threshold: u64) -> Vec<Error> {
    let fault = |id: &'static str| Error::input(id).at(Place::file(path));
    let mut faults = Vec::new();
    if record.edition != "public" {
        faults.push(fault("release-not-public").with("found", &record.edition));
    }
    let used = record.rules.as_ref().map_or(0, |rules| rules.threshold);
    if used < threshold {
        faults.push(fault("release-threshold").with("found", used).with("expected", threshold));
    }
    match &record.protection {
        None => faults.push(fault("release-no-attack")),
        Some(one) if one.recovered_cells > 0 => {
            faults.push(fault("release-recovered").with("found", one.recovered_cells));
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
