//! Who approved an edition, when and why: a line each in a file of the project, to which lines are only added.

use crate::catalogue::fold;
use crate::catalogue::resources::cannot_read;
use crate::error::{Error, Place, Result};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Name of the file. It names people who work here: it stays in the project and is not published.
const FILE: &str = "approvals.jsonl";

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Period of the edition.
    pub period: String,
    /// Hash of its record: another edition of the period needs its own approval.
    pub record: String,
    /// Who approved.
    pub by: String,
    /// When, as RFC 3339.
    pub at: String,
    /// Why.
    pub why: String,
}

/// The approvals of a project.
#[derive(Debug)]
pub struct Approvals {
    path: PathBuf,
    all: Vec<Approval>,
}

/// A name as it is compared: two spellings are one person.
fn folded_name(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Approvals {
    /// Those of a project folder.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is none: names it.
    pub fn read(project: &Path) -> Result<Self> {
        let path = project.join(FILE);
        if !path.exists() {
            return Ok(Approvals { path, all: Vec::new() });
        }
        let text = std::fs::read_to_string(&path).map_err(|fault| cannot_read(&path, &fault))?;
        let line = |(place, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|fault| {
                Error::input("release-bad-approval").at(Place::file(&path).row(place as u64 + 1)).with("found", fault)
            })
        };
        let all =
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect::<Result<_>>()?;
        Ok(Approvals { path, all })
    }

    /// Those of an edition, by different people.
    pub fn of(&self, record: &str) -> Vec<&Approval> {
        let mut found: Vec<&Approval> = Vec::new();
        for one in self.all.iter().filter(|one| one.record == record) {
            if !found.iter().any(|other| folded_name(&other.by) == folded_name(&one.by)) {
                found.push(one);
            }
        }
        found
    }

    /// Adds one.
    ///
    /// # Errors
    /// When the same person approved this edition already, or the file cannot be written.
    pub fn add(&mut self, approval: Approval) -> Result<()> {
        if self.of(&approval.record).iter().any(|one| folded_name(&one.by) == folded_name(&approval.by)) {
            return Err(Error::usage("release-approved-already").at(Place::file(&self.path)).with("by", &approval.by));
        }
        let mut line = serde_json::to_string(&approval).map_err(Error::defect)?;
        line.push('\n');
        let cannot_write =
            |fault: std::io::Error| Error::storage("cannot-write").at(Place::file(&self.path)).with("found", fault);
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.path).map_err(cannot_write)?;
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot_write)?;
        self.all.push(approval);
        Ok(())
    }
}
