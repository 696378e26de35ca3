//! `parcours run`: the main job for a project folder: collect, check, compute, report.

use super::{Accepted, Asked, Outcome, Phases, Project, Talk, line};
use super::{collect, compute, findings, report};
use crate::error::Result;
use std::path::Path;

/// Runs the command. `timings` names a file for the time and memory of each phase.
///
/// # Errors
/// When a phase fails; what the phases before it wrote stays.
pub fn run(
    folder: &Path,
    accepted: &Accepted,
    timings: Option<&Path>,
    without_reports: bool,
    talk: Talk,
) -> Result<Outcome> {
    let mut phases = Phases::default();
    phases.begin("collect");
    let project = Project::open(folder)?;
    let lake = project.lake()?;
    let collected = collect::collect(&project, &lake, accepted, talk)?;
    phases.end();
    collected.print(&project.catalogue, talk);
    phases.begin("check");
    let found = findings::find(&project, &lake)?;
    let folder = findings::write(&project, &found, talk)?;
    phases.end();
    findings::print(&project, &found, &folder, talk);
    let (observations, used, record) = compute::compute(&project, &lake, &Asked::default(), &mut phases)?;
    compute::write(&observations, &record, &project.out())?;
    line("");
    let path = project.out().join("indicators.csv").display().to_string();
    talk.result("compute-done", &[("count", observations.all().len().to_string()), ("path", path)]);
    if !without_reports {
        phases.begin("disseminate");
        let written = report::annual(&project, &lake, (&observations, &used, &found), None, talk)?;
        report::print(&written, talk);
    }
    if let Some(path) = timings {
        phases.write(path)?;
    }
    Ok(collected.outcome())
}
