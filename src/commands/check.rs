//! `parcours check`: reads and checks the inbox as a run would, into a lake that is thrown away; only the findings and
//! the reject files are written.

use super::{Accepted, Outcome, Project, Talk, collect, findings, line};
use crate::error::{Error, Place, Result};
use crate::lake::Lake;
use std::path::Path;

/// Runs the command: prints every fault of a row with its place, what was read, and what the checks found.
///
/// # Errors
/// When the inbox is empty, there is no key, or a check's query is broken.
pub fn run(folder: &Path, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let temporary = tempfile::tempdir()
        .map_err(|fault| Error::storage("cannot-write").at(Place::file(folder)).with("found", fault))?;
    let lake = Lake::open(temporary.path(), project.seal()?)?;
    let collected = collect::collect(&project, &lake, &Accepted::default(), talk)?;
    let found = findings::find(&project, &lake)?;
    for finding in found.values().flat_map(|found| &found.findings) {
        let Some(check) = project.catalogue.checks.get(&*finding.check) else { continue };
        if check.record().is_some() {
            continue; // told by their number: there may be very many
        }
        let place = Place::file(&*finding.file).sheet(&finding.sheet);
        let place = if finding.row == 0 { place } else { place.row(finding.row) };
        let place = if finding.column.is_empty() { place } else { place.column(&*finding.column) };
        line(&format!("{place}: {} ({})", finding.check, check.title.get(talk.language)));
    }
    collected.print(&project.catalogue, talk);
    let written = findings::write(&project, &found, talk)?;
    findings::print(&project, &found, &written, talk);
    Ok(collected.outcome())
}
