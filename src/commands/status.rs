//! `parcours status`: the submissions in the lake.

use super::{Outcome, Project, Talk, line};
use crate::error::Result;
use crate::text::say;
use std::path::Path;

/// Runs the command: a line a submission in force.
///
/// # Errors
/// When the lake cannot be read.
pub fn run(folder: &Path, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let ledger = project.lake()?.ledger()?;
    let heading = |id: &str| say(talk.language, id, &[]);
    line(&format!(
        "{:6} {:8} {:16} {:>9} {:>9} {:>9}  {}",
        "NIS",
        heading("status-period"),
        heading("status-profile"),
        heading("collect-read"),
        heading("collect-loaded"),
        heading("collect-rejected"),
        heading("status-tables"),
    ));
    for (cpas, periods) in ledger.agencies() {
        for period in periods {
            let Some(entry) = ledger.latest(cpas, period) else { continue };
            let (read, loaded, rejected) = entry.rows;
            line(&format!(
                "{cpas:6} {:8} {:16} {read:>9} {loaded:>9} {rejected:>9}  {}",
                period.to_string(),
                entry.profile,
                entry.tables.join(" ")
            ));
        }
    }
    Ok(Outcome::Done)
}
