//! `parcours demo`: a project folder of invented exports.

use super::{Outcome, Talk};
use crate::demo;
use crate::error::{Error, Place, Result};
use std::path::Path;

/// What to invent.
pub enum Wanted {
    /// The five centres of `sample_data`.
    Sample,
    /// Answers to the study.
    Study,
    /// A country: so many people in so many centres.
    Country {
        /// People.
        people: u32,
        /// Centres; at most those there are.
        cpas: u32,
        /// Seed: the same seed gives the same bytes.
        seed: u64,
        /// Year.
        year: i32,
    },
}

/// Runs the command.
///
/// # Errors
/// When the folder holds something already, or cannot be written.
pub fn run(folder: &Path, wanted: &Wanted, talk: Talk) -> Result<Outcome> {
    let is_filled = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if is_filled && !folder.join("sample.key").is_file() && !folder.join("study.toml").is_file() {
        return Err(Error::usage("folder-not-empty").at(Place::file(folder)));
    }
    let made = match wanted {
        Wanted::Study => {
            demo::study(folder)?;
            talk.result("demo-study", &[("folder", folder.display().to_string())]);
            return Ok(Outcome::Done);
        }
        Wanted::Sample => demo::sample(folder)?,
        Wanted::Country { people, cpas, seed, year } => demo::national(folder, *people, *cpas, *seed, *year)?,
    };
    let pairs = [
        ("folder", folder.display().to_string()),
        ("cpas", made.cpas.to_string()),
        ("files", made.files.to_string()),
        ("rows", made.rows.to_string()),
        ("faults", made.faults.to_string()),
    ];
    talk.result("demo-done", &pairs);
    Ok(Outcome::Done)
}
