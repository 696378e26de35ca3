//! `parcours diff`: two editions of the figures, what changed between them, and what it comes from.

use super::project::write_whole;
use super::{Outcome, Talk, line, published, record};
use crate::analyse::{Cause, Difference, Edition, Observation, differences, dimension_text};
use crate::error::{Error, Result};
use crate::model::Language;
use crate::text::say;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Figures that the terminal lists; all are in the CSV.
const LISTED: usize = 40;
/// Causes of one figure that the terminal lists.
const SHOWN: usize = 3;

/// Runs the command. OLD and NEW are project folders, or folders of results. Ends with 1 when a figure changed and
/// nothing in the records says why.
///
/// # Errors
/// When a folder holds no results.
pub fn run(old: &Path, new: &Path, csv: Option<&Path>, talk: Talk) -> Result<Outcome> {
    let found = differences(&edition(old)?, &edition(new)?);
    let number = |count: usize| count.to_string();
    if found.is_empty() {
        talk.result("diff-same", &[]);
        return Ok(Outcome::Done);
    }
    talk.result("diff-count", &[("count", number(found.len()))]);
    let mut by_cause: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &found {
        let kinds: std::collections::BTreeSet<&str> = one.causes.iter().map(Cause::code).collect();
        kinds.into_iter().for_each(|kind| *by_cause.entry(kind).or_default() += 1);
    }
    for (kind, count) in &by_cause {
        line(&format!("  {count:>7}  {}", cause_text(talk.language, kind)));
    }
    line("");
    for one in found.iter().take(LISTED) {
        line(&shown(one, talk.language));
    }
    if found.len() > LISTED {
        talk.result("diff-more", &[("count", number(found.len() - LISTED))]);
    }
    if let Some(path) = csv {
        write_whole(path, &table(&found)?)?;
        talk.result("trace-written", &[("count", number(found.len())), ("path", path.display().to_string())]);
    }
    let is_open = found.iter().any(|one| one.causes.contains(&Cause::Unknown));
    Ok(if is_open { Outcome::DoneWithRejects } else { Outcome::Done })
}

fn edition(folder: &Path) -> Result<Edition> {
    let out: PathBuf = if folder.join("out").is_dir() { folder.join("out") } else { folder.to_path_buf() };
    Ok(Edition { observations: published::read(&out)?, record: record::read(&out)? })
}

fn cause_text(language: Language, code: &str) -> String {
    say(language, &format!("diff-{}", code.replace('_', "-")), &[])
}

fn value(one: Option<&Observation>) -> String {
    one.and_then(|one| one.estimate.value).map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// `progress.change 2017 cpas 34022 domain=housing: 0.25 → 0.5 · corrected rows 34022/2017 measures 10 → 12`.
fn shown(one: &Difference, language: Language) -> String {
    let Some(figure) = one.either() else { return String::new() };
    let causes: Vec<String> = one
        .causes
        .iter()
        .take(SHOWN)
        .map(|cause| format!("{} {}", cause_text(language, cause.code()), cause.detail()).trim_end().to_owned())
        .collect();
    let more = one.causes.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("; +{more}") } else { String::new() };
    let dimensions = dimension_text(&figure.dimensions);
    let place = format!("{} {} {} {}", figure.indicator, figure.period, figure.area_level, figure.area);
    let place = if dimensions.is_empty() { place } else { format!("{place} {dimensions}") };
    format!("{place}: {} → {} · {}{more}", value(one.before.as_ref()), value(one.after.as_ref()), causes.join("; "))
}

fn table(found: &[Difference]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let headings =
        ["indicator", "period", "area_level", "area", "dimensions", "value_before", "value_after", "cause", "detail"];
    writer.write_record(headings).map_err(Error::defect)?;
    for one in found {
        let Some(figure) = one.either() else { continue };
        for cause in &one.causes {
            let dimensions = dimension_text(&figure.dimensions);
            let number = |one: Option<&Observation>| {
                one.and_then(|one| one.estimate.value).map(|value| value.to_string()).unwrap_or_default()
            };
            let (before, after) = (number(one.before.as_ref()), number(one.after.as_ref()));
            let cells: [&str; 9] = [
                &figure.indicator,
                &figure.period,
                &figure.area_level,
                &figure.area,
                &dimensions,
                &before,
                &after,
                cause.code(),
                &cause.detail(),
            ];
            writer.write_record(cells).map_err(Error::defect)?;
        }
    }
    writer.into_inner().map_err(Error::defect)
}
