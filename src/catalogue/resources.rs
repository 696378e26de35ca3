//! The readable files of the product: those of the project folder, then those built into the binary.
//! A file of the project replaces the built-in file of the same path; a new one is added.

use super::definition;
use crate::error::{Error, Place, Result};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/resources.rs"));

/// One readable file.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Path below the project folder, e.g. `queries/indicators/parcours_count.sql`.
    pub path: String,
    /// Its text.
    pub text: Cow<'static, str>,
}

impl Resource {
    /// The file's name without folder and ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Where the file is, for messages.
    pub fn place(&self) -> Place {
        Place::file(&self.path)
    }

    /// The first row that holds a word, for messages; 1 when none does.
    pub fn row_of(&self, word: &str) -> u64 {
        self.text.lines().position(|line| line.contains(word)).map_or(1, |row| row as u64 + 1)
    }

    /// The file read as TOML into `T`.
    ///
    /// # Errors
    /// When the text is no TOML or does not fit `T`: names file, row, key and what was expected.
    pub fn toml<T: DeserializeOwned>(&self) -> Result<T> {
        parse_toml(&self.text, self.place())
    }

    /// The file read as a query under a header in TOML, which is its leading comment.
    ///
    /// # Errors
    /// When there is no header, or it does not fit `H`.
    pub fn query<H: DeserializeOwned>(&self) -> Result<Query<H>> {
        let (header, sql, first_row) = self.parts()?;
        let header = parse_toml(&header, self.place())?;
        Ok(Query { header, sql: sql.to_owned(), first_row })
    }

    /// The text of the header, the query, and the row on which it begins.
    pub(super) fn parts(&self) -> Result<(String, &str, usize)> {
        let no_header = || Error::usage("no-header").at(self.place());
        let (before, after) = self.text.split_once("/*").ok_or_else(no_header)?;
        let (header, rest) = after.split_once("*/").filter(|_| before.trim().is_empty()).ok_or_else(no_header)?;
        // The rows before the header count too, so that a fault is named at its row of the file.
        let header = format!("{}{header}", "\n".repeat(before.matches('\n').count()));
        let begin = self.text.len() - rest.trim_start().len();
        Ok((header, rest.trim().trim_end_matches(';'), self.text[..begin].matches('\n').count() + 1))
    }
}

/// A query under a header.
#[derive(Debug)]
pub struct Query<H> {
    /// What the header says.
    pub header: H,
    /// The query.
    pub sql: String,
    /// Row of the file on which it begins.
    pub first_row: usize,
}

/// Reads TOML into `T`, with the row of a fault.
///
/// # Errors
/// When the text is no TOML or does not fit `T`.
pub fn parse_toml<T: DeserializeOwned>(text: &str, place: Place) -> Result<T> {
    definition::read(text, place)
}

/// All files with this ending in this folder (and the project's own), sorted by path.
///
/// # Errors
/// When a file of the project folder cannot be read.
pub fn list(project: Option<&Path>, folder: &str, ending: &str) -> Result<Vec<Resource>> {
    let mut found: BTreeMap<String, Cow<'static, str>> = BUILT_IN
        .iter()
        .filter(|(path, _)| path.rsplit_once('/').is_some_and(|(parent, _)| parent == folder) && path.ends_with(ending))
        .map(|(path, text)| ((*path).to_owned(), Cow::Borrowed(*text)))
        .collect();
    if let Some(project) = project {
        found.extend(own(project, folder, ending)?.into_iter().map(|resource| (resource.path, resource.text)));
    }
    Ok(found.into_iter().map(|(path, text)| Resource { path, text }).collect())
}

/// The files with this ending in this folder of the project, without those built in, sorted by path.
///
/// # Errors
/// When a file cannot be read.
pub fn own(project: &Path, folder: &str, ending: &str) -> Result<Vec<Resource>> {
    let folder_path = project.join(folder);
    let mut found = Vec::new();
    if !folder_path.is_dir() {
        return Ok(found);
    }
    for path in files_in(&folder_path)? {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(ending) {
            let text = fs::read_to_string(&path).map_err(|error| cannot_read(&path, &error))?;
            // Windows' editors put a mark before the text, which is none of it.
            let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
            found.push(Resource { path: format!("{folder}/{name}"), text: Cow::Owned(text) });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(|error| cannot_read(folder, &error)))
        .filter(|path| path.as_ref().map_or(true, |path| path.is_file()))
        .collect()
}

/// The error for a file that cannot be read.
pub fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    Error::input("cannot-read").at(Place::file(path)).with("found", error)
}
