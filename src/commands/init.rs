//! `parcours init`: a new project folder with settings, an inbox and a fresh secret key outside the lake.

use super::project::write_whole;
use super::{Outcome, Talk};
use crate::collect::hex;
use crate::error::{Error, Place, Result};
use crate::settings::FILE;
use std::fs;
use std::path::Path;

const SETTINGS: &str = include_str!("../../reports/templates/parcours.toml");

/// Runs the command.
///
/// # Errors
/// When the folder is a project already or cannot be written.
pub fn run(folder: &Path, talk: Talk) -> Result<Outcome> {
    if folder.join(FILE).exists() {
        return Err(Error::usage("project-exists").at(Place::file(folder)));
    }
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Error::storage("cannot-write").at(Place::file(path)).with("found", error)
    };
    let inbox = folder.join("inbox");
    fs::create_dir_all(&inbox).map_err(|error| failed(&inbox, &error))?;
    new_key(&folder.join("secret.key"))?;
    write_whole(&folder.join(".gitignore"), b"secret.key*\ninbox/\nlake*/\nout/\n")?;
    write_whole(&folder.join(FILE), SETTINGS.as_bytes())?;
    talk.result("init-done", &[("folder", folder.display().to_string())]);
    Ok(Outcome::Done)
}

/// Writes a fresh secret key.
///
/// # Errors
/// When the system has no random numbers, or the file cannot be written.
pub(super) fn new_key(path: &Path) -> Result<()> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|fault| Error::storage("cannot-write").at(Place::file(path)).with("found", fault))?;
    // `NamedTempFile` makes files that only their owner may read, and renaming keeps that.
    write_whole(path, format!("{}\n", hex(&bytes)).as_bytes())
}
