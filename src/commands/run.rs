//! `parcours run`: the main job for a project folder: collect, compute, report.

use super::{Accepted, Outcome, Phases, Project, Talk, line};
use super::{collect, compute, report};
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
    let collected = collect::collect(&project, accepted, talk)?;
    phases.end();
    collected.print(&project.catalogue, talk);
    let lake = project.lake()?;
    let (observations, used) = compute::compute(&project, &lake, &mut phases)?;
    compute::write(&observations, &project.out())?;
    line("");
    let path = project.out().join("indicators.csv").display().to_string();
    talk.result("compute-done", &[("count", observations.all().len().to_string()), ("path", path)]);
    if !without_reports {
        phases.begin("disseminate");
        let written = report::annual(&project, &lake, &observations, &used, talk)?;
        report::print(&written, talk);
    }
    if let Some(path) = timings {
        phases.write(path)?;
    }
    Ok(collected.outcome())
}
