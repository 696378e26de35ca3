//! Reading the exports of one CPAS for one period: files in, accepted rows, rejects and receipts out.
//! Nothing is written here.

mod batch;
mod content;
mod directory;
mod field;
mod file;
mod header;
mod headings;
mod note;
mod opened;
mod plan;
mod profile;
mod pseudonym;
mod rejects;
mod rules;
mod summary;
mod tally;
mod totals;
mod value;

pub use batch::{TableBatch, schema};
pub use content::{Content, TableContent};
pub use note::Note;
pub use opened::refusal;
pub use profile::{Format, Profile};
pub use pseudonym::{PseudonymKey, hex};
pub use rejects::{Reject, read_values, reject_file};
pub use tally::Tally;
pub use value::{day, days};

use crate::catalogue::Catalogue;
use crate::catalogue::resources::cannot_read;
use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Period, ReadColumn, Receipt};
use file::Intake;
use globset::{GlobBuilder, GlobMatcher};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use tabular::{FileInput, Input, Limits};

/// One submission as it lies in the inbox: `inbox/<NIS5>-<name>/<period>/`.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The CPAS.
    pub cpas: Nis5,
    /// The period it is about.
    pub period: Period,
    /// The folder with its files.
    pub folder: PathBuf,
    /// The same folder, below the inbox; part of every origin.
    pub name: String,
}

/// What was read of one submission.
pub struct Submission {
    /// Where it came from.
    pub handed: Handed,
    /// Hash over files, profile and key: the same submission has the same id.
    pub id: String,
    /// Accepted rows, one batch a table that the profile feeds.
    pub tables: Vec<TableBatch>,
    /// The (file, sheet) pairs that origins number.
    pub sources: Vec<(String, String)>,
    /// What became of every row, a line a file or sheet.
    pub receipts: Vec<Receipt>,
    /// Every fault of every row, of totals lines and of whole files.
    pub rejects: Vec<Reject>,
    /// How many rows were put to each check.
    pub tally: Tally,
    /// The columns of every file or sheet read: what the next submission is compared with.
    pub headings: Vec<ReadColumn>,
    /// Files that no rule of the profile covers; nothing of them was read.
    pub unread: Vec<String>,
}

/// What reading needs beside the files.
#[derive(Clone, Copy)]
pub struct Desk<'c> {
    /// Definitions.
    pub catalogue: &'c Catalogue,
    /// The key for pseudonyms.
    pub key: &'c PseudonymKey,
    /// How much of a file is allowed in.
    pub limits: &'c Limits,
}

/// The files of a submission, by name. Their bytes stay on disk.
pub struct Files {
    names: Vec<String>,
    files: Vec<FileInput>,
}

impl Files {
    /// Lists the files of a submission's folder, in the order of names. Hidden files, the lock files that office
    /// programs leave (`~$...`) and the submission's note are no part of it.
    ///
    /// # Errors
    /// When the folder cannot be read or holds none.
    pub fn list(handed: &Handed) -> Result<Self> {
        let entries = fs::read_dir(&handed.folder).map_err(|error| cannot_read(&handed.folder, &error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| cannot_read(&handed.folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_file() && !name.starts_with('.') && !name.starts_with("~$") && name != note::NOTE {
                names.push(name);
            }
        }
        if names.is_empty() {
            return Err(Error::input("empty-submission").at(Place::file(&handed.folder)));
        }
        names.sort();
        let files = names.iter().map(|name| FileInput(handed.folder.join(name))).collect();
        Ok(Files { names, files })
    }

    /// The id of the submission that these files are.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn submission_id(&self, handed: &Handed, profile_text: &str, key: &PseudonymKey) -> Result<String> {
        let mut hash = Sha256::new();
        let part = |hash: &mut Sha256, bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(&mut hash, handed.cpas.as_str().as_bytes());
        part(&mut hash, handed.period.to_string().as_bytes());
        part(&mut hash, profile_text.as_bytes());
        part(&mut hash, key.fingerprint().as_bytes());
        self.add_to(&mut hash)?;
        Ok(hex(&hash.finalize()[..12]))
    }

    /// A hash over the files alone: whatever they are read by.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn fingerprint(&self) -> Result<String> {
        let mut hash = Sha256::new();
        self.add_to(&mut hash)?;
        Ok(hex(&hash.finalize()[..12]))
    }

    fn add_to(&self, hash: &mut Sha256) -> Result<()> {
        for (name, file) in self.names.iter().zip(&self.files) {
            let failed = |error| cannot_read(&file.0, &error);
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name.as_bytes());
            hash.update(file.size().map_err(failed)?.to_be_bytes());
            let mut reader = file.open().map_err(failed)?;
            let mut block = vec![0; 64 << 10];
            loop {
                let read = reader.read(&mut block).map_err(failed)?;
                if read == 0 {
                    break;
                }
                hash.update(&block[..read]);
            }
        }
        Ok(())
    }

    fn matching<'f>(&'f self, pattern: &'f NamePattern) -> impl Iterator<Item = (&'f str, &'f FileInput)> {
        let all = self.names.iter().map(String::as_str).zip(&self.files);
        all.filter(|(name, _)| pattern.is_match(name))
    }
}

/// Reads a submission by a profile.
///
/// # Errors
/// When the submission must be refused as a whole: a file that cannot be read, a missing file, sheet or column.
pub fn read_submission(
    desk: Desk<'_>,
    handed: &Handed,
    profile: &Profile,
    files: &Files,
    id: String,
) -> Result<Submission> {
    let directories = directory::directories(handed, profile, files, desk.limits)?;
    let mut intake = Intake::new(desk, handed, profile, &directories);
    let mut covered = vec![false; files.names.len()];
    for rule in &profile.files {
        let pattern = NamePattern::new(&rule.name, handed)?;
        let mut found = false;
        for (name, file) in files.matching(&pattern) {
            found = true;
            intake.read_file(rule, name, file)?;
        }
        for (covered, name) in covered.iter_mut().zip(&files.names) {
            *covered |= pattern.is_match(name);
        }
        if rule.required && !found {
            return Err(missing_file(handed, &rule.name, files));
        }
    }
    let ignored =
        profile.ignore_files.iter().map(|pattern| NamePattern::new(pattern, handed)).collect::<Result<Vec<_>>>()?;
    let is_unread = |name: &str| !ignored.iter().any(|pattern| pattern.is_match(name));
    let unread: Vec<String> = std::iter::zip(&files.names, covered)
        .filter(|(name, covered)| !covered && is_unread(name))
        .map(|(name, _)| name.clone())
        .collect();
    if unread.len() == files.names.len() {
        return Err(Error::input("no-file-known").at(Place::file(&handed.folder)).with("profile", &profile.id));
    }
    Ok(intake.finish(id, unread))
}

fn missing_file(handed: &Handed, pattern: &str, files: &Files) -> Error {
    Error::input("missing-file")
        .at(Place::file(&handed.folder))
        .with("expected", pattern)
        .with("found", files.names.join(", "))
}

/// A pattern on file names, without regard to case.
enum NamePattern {
    /// Most patterns are names: to compile each of them for every submission of a country takes seconds.
    Name(String),
    Glob(GlobMatcher),
}

impl NamePattern {
    fn new(pattern: &str, handed: &Handed) -> Result<Self> {
        if !pattern.contains(['*', '?', '[', ']', '{', '}', '!', '\\']) {
            return Ok(NamePattern::Name(pattern.to_lowercase()));
        }
        GlobBuilder::new(pattern)
            .case_insensitive(true)
            .build()
            .map(|glob| NamePattern::Glob(glob.compile_matcher()))
            .map_err(|fault| Error::usage("bad-glob").at(Place::file(&handed.folder)).with("found", fault))
    }

    fn is_match(&self, name: &str) -> bool {
        match self {
            NamePattern::Name(own) => name.to_lowercase() == *own,
            NamePattern::Glob(glob) => glob.is_match(name),
        }
    }
}

/// The submissions that lie in an inbox, by CPAS and period.
///
/// # Errors
/// When there is no inbox, nothing lies in it, or a folder's name tells no CPAS or period.
pub fn inbox(folder: &Path) -> Result<Vec<Handed>> {
    let mut found = Vec::new();
    for agency in folders(folder)? {
        let code = agency.1.get(..5).unwrap_or(&agency.1);
        let cpas: Nis5 = code
            .parse()
            .map_err(|_| Error::input("inbox-no-cpas").at(Place::file(&agency.0)).with("found", &agency.1))?;
        for period in folders(&agency.0)? {
            let parsed: Period = period
                .1
                .parse()
                .map_err(|_| Error::input("inbox-no-period").at(Place::file(&period.0)).with("found", &period.1))?;
            let name = format!("{}/{}", agency.1, period.1);
            found.push(Handed { cpas, period: parsed, folder: period.0, name });
        }
    }
    if found.is_empty() {
        return Err(Error::input("empty-inbox").at(Place::file(folder)));
    }
    found.sort_by(|a, b| (a.cpas, a.period, &a.name).cmp(&(b.cpas, b.period, &b.name)));
    if let Some(pair) = found.windows(2).find(|pair| (pair[0].cpas, pair[0].period) == (pair[1].cpas, pair[1].period)) {
        return Err(Error::input("inbox-twice").at(Place::file(&pair[1].folder)).with("found", &pair[0].name));
    }
    Ok(found)
}

fn folders(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let entries = fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot_read(folder, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') {
            found.push((entry.path(), name));
        }
    }
    found.sort();
    Ok(found)
}
