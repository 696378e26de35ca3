//! `parcours check`: reads and checks the inbox as collect would, and writes nothing.

use super::{Outcome, Project, Talk, line};
use crate::collect::{Desk, Files, inbox, read_submission};
use crate::error::Result;
use crate::text::say;
use std::path::Path;

/// Runs the command: prints every fault with its place, and a line a submission.
///
/// # Errors
/// When the inbox is empty or there is no key.
pub fn run(folder: &Path, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let key = project.key()?;
    let mut outcome = Outcome::Done;
    for handed in inbox(&project.inbox())? {
        let (text, profile) = project.profile(&handed.name)?;
        let desk = Desk { catalogue: &project.catalogue, key: &key, limits: &project.limits };
        let read = Files::list(&handed).and_then(|files| {
            let id = files.submission_id(&handed, &format!("{text}{}", project.definitions), &key)?;
            read_submission(desk, &handed, profile, &files, id)
        });
        match read {
            Ok(submission) => {
                for reject in &submission.rejects {
                    let place = crate::error::Place::file(&reject.file).sheet(&reject.sheet);
                    let place = if reject.row == 0 { place } else { place.row(reject.row) };
                    let place = if reject.column.is_empty() { place } else { place.column(&reject.column) };
                    let title =
                        project.catalogue.checks.get(&reject.check).map_or("", |check| check.title.get(talk.language));
                    line(&format!("{place}: {} ({title})", reject.check));
                }
                if submission.receipts.iter().any(|receipt| receipt.rejected > 0) && outcome == Outcome::Done {
                    outcome = Outcome::DoneWithRejects;
                }
                let rows: u64 = submission.receipts.iter().map(|receipt| receipt.read).sum();
                let pairs = [
                    ("submission", handed.name.clone()),
                    ("rows", rows.to_string()),
                    ("faults", submission.rejects.len().to_string()),
                ];
                talk.remark("check-done", &pairs);
            }
            Err(error) => {
                line(
                    &say(talk.language, "collect-refused-because", &[("submission", handed.name.clone())]).to_string(),
                );
                line(&format!("  {}", error.message(talk.language)));
                outcome = Outcome::SomeRefused;
            }
        }
    }
    Ok(outcome)
}
