//! The project folder `sample_data`: the exports of five centres, the list of the faults planted in them, settings.

use super::office::Exports;
use super::page::Fault;
use super::people::Registry;
use super::random::Random;
use super::{Summary, ath, brugge, eupen, kortrijk, liege, put};
use crate::error::Result;
use std::fmt::Write as _;
use std::path::Path;

/// Settings of the sample.
const SETTINGS: &str = include_str!("sample_settings.toml");

/// What stands above the table of faults.
const DESCRIPTION: &str = include_str!("sample_readme.md");

/// A key for data that hides nobody: all people are invented.
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

/// Writes the sample project into a folder; files that stand there under the same names are replaced.
///
/// # Errors
/// When a file cannot be written.
pub fn sample(dir: &Path) -> Result<Summary> {
    let exports = exports()?;
    for (path, content) in &exports.files {
        put(&dir.join("inbox").join(path), content)?;
    }
    put(&dir.join("parcours.toml"), SETTINGS.as_bytes())?;
    put(&dir.join("sample.key"), KEY.as_bytes())?;
    put(&dir.join("faults.csv"), list(&exports.faults).as_bytes())?;
    put(&dir.join("README.md"), describe(&exports.faults).as_bytes())?;
    super::study(&dir.join("study"))?;
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Summary {
        cpas: 5,
        files: count(exports.files.len()),
        rows: exports.rows,
        bytes: exports.files.iter().map(|(_, content)| count(content.len())).sum(),
        faults: count(exports.faults.len()),
    })
}

/// The five centres take their people from one registry, so that no number is given twice; each has its own stream
/// of chance, so that a change in one leaves the others as they were.
fn exports() -> Result<Exports> {
    let mut exports = Exports::default();
    let mut registry = Registry::new(2017);
    brugge::export(&mut exports, &mut registry, &mut Random::new(31005));
    kortrijk::export(&mut exports, &mut registry, &mut Random::new(34022))?;
    liege::export(&mut exports, &mut registry, &mut Random::new(62063));
    ath::export(&mut exports, &mut registry, &mut Random::new(51004))?;
    eupen::export(&mut exports, &mut registry, &mut Random::new(63023));
    Ok(exports)
}

fn row(fault: &Fault) -> String {
    fault.row.map_or(String::new(), |row| row.to_string())
}

fn list(faults: &[Fault]) -> String {
    let mut text = String::from("file,sheet,row,column,check_id\n");
    for fault in faults {
        let column =
            if fault.column.contains([',', '"']) { format!("\"{}\"", fault.column) } else { fault.column.clone() };
        let _ = writeln!(text, "{},{},{},{column},{}", fault.file, fault.sheet, row(fault), fault.check);
    }
    text
}

fn describe(faults: &[Fault]) -> String {
    let mut text = String::from(DESCRIPTION);
    text.push_str("\n| file | sheet | row | column | what | check |\n| --- | --- | --- | --- | --- | --- |\n");
    for fault in faults {
        let (file, sheet, column) = (&fault.file, &fault.sheet, &fault.column);
        let _ = writeln!(text, "| {file} | {sheet} | {} | {column} | {} | `{}` |", row(fault), fault.what, fault.check);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn files(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_path_buf(), std::fs::read(&path).unwrap());
            }
        }
    }

    /// `sample_data` was written by this generator and has to be written anew whenever the generator changes.
    #[test]
    fn the_committed_sample_is_what_the_generator_writes() {
        let folder = tempfile::tempdir().unwrap();
        sample(folder.path()).unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        for part in ["inbox", "faults.csv", "README.md", "parcours.toml", "sample.key"] {
            let (mut made, mut kept) = (BTreeMap::new(), BTreeMap::new());
            if part == "inbox" {
                files(folder.path(), &folder.path().join(part), &mut made);
                files(&committed, &committed.join(part), &mut kept);
            } else {
                made.insert(part.into(), std::fs::read(folder.path().join(part)).unwrap());
                kept.insert(part.into(), std::fs::read(committed.join(part)).unwrap());
            }
            assert!(made.keys().eq(kept.keys()), "{part}: other files than the committed ones");
            for (path, bytes) in &made {
                assert!(kept.get(path) == Some(bytes), "{} differs from the committed file", path.display());
            }
        }
    }

    #[test]
    fn every_centre_plants_the_usual_faults() {
        let faults = exports().unwrap().faults;
        for folder in ["31005-brugge", "34022-kortrijk", "62063-liege", "51004-ath", "63023-eupen"] {
            for check in
                ["niss.check_digits", "score.range", "date.order", "duplicate.row", "project.unknown", "file.empty"]
            {
                let found = faults.iter().any(|fault| fault.file.starts_with(folder) && fault.check == check);
                assert!(found, "{folder}: {check}");
            }
        }
    }
}
