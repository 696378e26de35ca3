//! `parcours release`: whether a public edition may go out, and who approved it.

use super::{Outcome, Project, Talk, line, national, published};
use crate::error::{self, Error, Place, Result};
use crate::lake::now;
use crate::model::Period;
use crate::release::{Approval, Approvals, Wanted, lint};
use std::path::{Path, PathBuf};

/// The most characters of a name or a reason.
const LONGEST: usize = 300;

/// Checks the edition of a period; with an approval (by whom, why), records it.
///
/// # Errors
/// When there is no edition, a file cannot be read, or the edition must not go out: all that is wrong with it.
pub fn run(folder: &Path, year: Option<Period>, approval: Option<(String, String)>, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let (path, period) = edition(&project, year)?;
    let wanted = Wanted { period, rules: national::rules_on_record(&project.settings.publish)? };
    let figures = published::rows(&path.join(national::OPEN_DATA));
    let looked = lint(&path, &project.catalogue, &wanted, figures)?;
    error::all(looked.faults.into_iter().map(Err::<(), Error>))?;
    let mut approvals = Approvals::read(&project.folder)?;
    if let Some((by, why)) = approval {
        // One line each, as they are shown: a break or a sign that moves the cursor would say what nobody approved.
        let is_line = |text: &str| {
            !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
        };
        if !(is_line(&by) && is_line(&why)) {
            return Err(Error::usage("release-who-and-why").at(Place::file(&path)));
        }
        let record = looked.record.clone();
        approvals.add(Approval { period: period.to_string(), record, by, at: now(), why })?;
    }
    let given = approvals.of(&looked.record);
    let wanted = project.settings.publish.approvals;
    let counts = [
        ("files", looked.files.to_string()),
        ("given", given.len().to_string()),
        ("wanted", wanted.to_string()),
        ("path", path.display().to_string()),
    ];
    talk.result("release-clean", &counts);
    for one in &given {
        line(&format!("  {} {}: {}", one.at, one.by, one.why));
    }
    if given.len() < wanted {
        return Err(Error::input("release-not-approved")
            .at(Place::file(&path))
            .with("given", given.len())
            .with("wanted", wanted));
    }
    talk.result("release-may-go", &[("path", path.display().to_string())]);
    Ok(Outcome::Done)
}

/// The folder of the edition asked for, else that of the settings, else the last there is.
fn edition(project: &Project, year: Option<Period>) -> Result<(PathBuf, Period)> {
    let all = project.out().join("national");
    let names = std::fs::read_dir(&all).into_iter().flatten().flatten();
    let mut there: Vec<Period> = names.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    there.sort_unstable();
    let wanted = year.or_else(|| project.settings.report.period.as_ref()?.parse().ok());
    let found = wanted.or_else(|| there.last().copied()).filter(|period| there.contains(period));
    found.map(|period| (all.join(period.to_string()), period)).ok_or_else(|| {
        let found = wanted.map_or_else(String::new, |wanted| wanted.to_string());
        Error::usage("release-no-edition").at(Place::file(&all)).with("found", found)
    })
}
