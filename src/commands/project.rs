//! A project folder, opened: its settings, catalogue, and where everything lies.

use crate::catalogue::Catalogue;
use crate::catalogue::resources::{self, Resource};
use crate::collect::{Profile, PseudonymKey, hex};
use crate::error::{Error, Place, Result};
use crate::lake::Lake;
use crate::settings::Settings;
use columnar::seal::Seal;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tabular::Limits;

/// A project folder.
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// Its settings.
    pub settings: Settings,
    /// The catalogue with the project's own files.
    pub catalogue: Catalogue,
    /// Which tables, code lists, instruments and severities rows are read by: other ones, and a submission is another.
    pub definitions: String,
    /// How much of a file is allowed in.
    pub limits: Limits,
    profiles: Vec<(Resource, Profile)>,
}

impl Project {
    /// Opens a project folder.
    ///
    /// # Errors
    /// When it is none, or one of its files is broken.
    pub fn open(folder: &Path) -> Result<Self> {
        let settings = Settings::read(folder)?;
        let catalogue = Catalogue::load(Some(folder))?;
        let profiles = resources::list(Some(folder), "profiles", ".toml")?
            .into_iter()
            .map(|resource| resource.toml().map(|profile| (resource, profile)))
            .collect::<Result<_>>()?;
        Ok(Project {
            folder: folder.to_path_buf(),
            limits: settings.limits.clone(),
            settings,
            definitions: definitions(folder, &catalogue)?,
            catalogue,
            profiles,
        })
    }

    /// The profile by which a folder of the inbox is read, with its text.
    ///
    /// # Errors
    /// When the settings name none, or one that is not there.
    pub fn profile(&self, name: &str) -> Result<(&str, &Profile)> {
        let agency = name.split('/').next().unwrap_or(name);
        let place = || Place::file(self.folder.join(crate::settings::FILE));
        let wanted = self
            .settings
            .profile_of(agency)
            .ok_or_else(|| Error::usage("no-profile").at(place()).with("folder", agency))?;
        let found = self.profiles.iter().find(|(_, profile)| profile.id == wanted);
        let (resource, profile) = found.ok_or_else(|| {
            let known: Vec<&str> = self.profiles.iter().map(|(_, profile)| profile.id.as_str()).collect();
            Error::usage("unknown-profile").at(place()).with("found", wanted).with("known", known.join(", "))
        })?;
        Ok((&resource.text, profile))
    }

    /// The tables that the profile of this id feeds, by name; none when there is no such profile any more.
    pub fn tables_of(&self, id: &str) -> Vec<String> {
        let rules =
            self.profiles.iter().filter(|(_, profile)| profile.id == id).flat_map(|(_, profile)| &profile.files);
        let tables: BTreeSet<String> =
            rules.flat_map(|rule| rule.tables.iter().map(|table| table.name.clone())).collect();
        tables.into_iter().collect()
    }

    /// The inbox.
    pub fn inbox(&self) -> PathBuf {
        self.folder.join(&self.settings.inbox.folder)
    }

    /// Where the secret key is.
    pub fn key_file(&self) -> PathBuf {
        self.folder.join(&self.settings.key.file)
    }

    /// The secret key.
    ///
    /// # Errors
    /// When there is none, it lies where its pseudonyms are or go, or everybody may read it.
    pub fn key(&self) -> Result<PseudonymKey> {
        let path = self.key_file();
        // Whoever gets the lake or the results must not get the key with them.
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        let folder = real(&path).and_then(|path| path.parent().map(Path::to_path_buf));
        let is_within =
            |other: &Path| real(other).zip(folder.as_ref()).is_some_and(|(other, folder)| folder.starts_with(other));
        if let Some(other) = [self.lake_folder(), self.out()].iter().find(|other| is_within(other)) {
            return Err(Error::usage("key-in-lake").at(Place::file(&path)).with("folder", other.display()));
        }
        PseudonymKey::read(&path, self.settings.key.invented)
    }

    /// Where the lake is.
    pub fn lake_folder(&self) -> PathBuf {
        self.folder.join("lake")
    }

    /// The lake.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn lake(&self) -> Result<Lake> {
        Lake::open(&self.lake_folder(), self.seal()?)
    }

    /// What the lake's files are sealed with: a key drawn from the secret one, where the settings want it.
    ///
    /// # Errors
    /// When there is no secret key, or it may not be used.
    pub fn seal(&self) -> Result<Seal> {
        if self.settings.lake.encrypted { Ok(Seal::new(&self.key()?.of_lake())?) } else { Ok(Seal::none()) }
    }

    /// Deletes what a run that was killed left unfinished among the results.
    ///
    /// # Errors
    /// When such a file cannot be deleted.
    pub fn sweep(&self) -> Result<()> {
        sweep(&self.out())
    }

    /// A folder for rows that other processes read while they work on a query; gone with what is returned, and swept
    /// by [`Self::sweep`] where a run broke.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn shared_rows(&self) -> Result<SharedRows> {
        let out = self.out();
        let failed = |fault: std::io::Error| Error::storage("cannot-write").at(Place::file(&out)).with("found", fault);
        std::fs::create_dir_all(&out).map_err(failed)?;
        self.sweep()?;
        let _held = hold(&out);
        let folder = tempfile::Builder::new().prefix(SHARED).tempdir_in(&out).map_err(failed)?;
        let lock = File::create(folder.path().join(UNFINISHED)).map_err(failed)?;
        lock.try_lock().map_err(|fault| failed(fault.into()))?;
        Ok(SharedRows { folder, _lock: lock })
    }

    /// Where results go.
    pub fn out(&self) -> PathBuf {
        self.folder.join("out")
    }
}

/// A hash over what decides what becomes of a row, beside its profile: files, and the version of the program.
fn definitions(folder: &Path, catalogue: &Catalogue) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for (part, ending) in [("queries/tables", ".toml"), ("queries/codelists", ".csv"), ("queries/instruments", ".toml")]
    {
        for resource in resources::list(Some(folder), part, ending)? {
            for text in [resource.path.as_bytes(), resource.text.as_bytes()] {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
        }
    }
    for check in catalogue.checks.values().filter(|check| check.record().is_none()) {
        hash.update(check.id.as_bytes());
        hash.update(check.severity.code().as_bytes());
    }
    Ok(hex(&hash.finalize()))
}

/// Begins the names of files that are being written.
const UNFINISHED: &str = ".unfinished-";
/// How the name of a folder of shared rows begins.
const SHARED: &str = ".rows-";

/// A folder of rows for other processes; gone when dropped.
pub struct SharedRows {
    folder: tempfile::TempDir,
    _lock: File,
}

impl SharedRows {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Writes a file whole or not at all: what was there stays until the new one is complete.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole_by(path, |file| file.write_all(bytes).map_err(|error| error.to_string()))
}

/// Writes a file whole or not at all, bit by bit. `write` says what went wrong.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write_whole_by(path: &Path, write: impl FnOnce(&mut File) -> Result<(), String>) -> Result<()> {
    Unfinished::new(path, write)?.finish()
}

/// A file that is written whole but not yet under its name; gone when dropped.
pub struct Unfinished {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Unfinished {
    /// Writes what will be the file of this path, beside it.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn new(path: &Path, write: impl FnOnce(&mut File) -> Result<(), String>) -> Result<Self> {
        let failed =
            |error: &dyn std::fmt::Display| Error::storage("cannot-write").at(Place::file(path)).with("found", error);
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        let held = hold(folder);
        let mut file =
            tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(|error| failed(&error))?;
        // Whoever sweeps sees by the lock that somebody is writing. Where files cannot be locked, nobody sweeps.
        let _ = file.as_file().try_lock();
        drop(held);
        write(file.as_file_mut()).map_err(|error| failed(&error))?;
        Ok(Unfinished { file, path: path.to_owned() })
    }

    /// Gives it its name, in the place of what was there.
    ///
    /// # Errors
    /// When the file that was there cannot be replaced.
    pub fn finish(self) -> Result<()> {
        let failed = |fault: tempfile::PersistError| {
            Error::storage("cannot-write").at(Place::file(&self.path)).with("found", fault.error)
        };
        self.file.persist(&self.path).map(drop).map_err(failed)
    }
}

/// Holds a folder, so that nobody sweeps it between the making of a file and its lock. Where folders cannot be locked (not on
/// Linux) two commands at once on one project may meet there.
fn hold(folder: &Path) -> Option<File> {
    let held = File::open(folder).ok()?;
    held.lock().ok().map(|()| held)
}

/// Deletes the unfinished files of a run that was killed, below a folder.
fn sweep(folder: &Path) -> Result<()> {
    let failed =
        |path: &Path, error: &std::io::Error| Error::storage("cannot-write").at(Place::file(path)).with("found", error);
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    let _held = hold(folder);
    for entry in entries {
        let entry = entry.map_err(|error| failed(folder, &error))?;
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sweep(&path)?;
            // Its lock is gone: nobody works there any more.
            let is_shared = entry.file_name().to_string_lossy().starts_with(SHARED);
            if is_shared && !path.join(UNFINISHED).exists() {
                // Whoever it belonged to may be ending just now and delete it too; what stays goes the next time.
                let _ = std::fs::remove_dir_all(&path);
            }
        } else if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let is_left = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
            if is_left
                && let Err(error) = std::fs::remove_file(&path)
                && path.exists()
            {
                return Err(failed(&path, &error));
            }
        }
    }
    Ok(())
}
