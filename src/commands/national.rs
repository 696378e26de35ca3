//! `parcours report national`: the figures of a year that everybody may see, of all areas above the CPAS, protected together.

use super::compute::compute;
use super::project::write_whole;
use super::{Asked, Outcome, Phases, Project, Talk, figures, published};
use crate::analyse::disclosure::{self, Contributions, Protected, SUPPRESSED};
use crate::analyse::{Observation, Status};
use crate::catalogue::Catalogue;
use crate::error::{Error, Place, Result};
use crate::model::record::{UsedDefinition, UsedValue};
use crate::model::{Language, Nis5, Period};
use ::disclosure::{Dominance, GroupRule, Rules};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Name of the files with the figures.
const FIGURES: &str = "figures";

/// What a public edition was made from, and how it was protected.
#[derive(Serialize)]
struct Record<'r> {
    edition: &'static str,
    period: String,
    rules: UsedRules,
    protection: Protection,
    program: &'r str,
    /// How many agencies handed in. What each of them did is no public matter: a number of rows can be a small one.
    agencies: usize,
    /// The definitions, by indicator.
    indicators: &'r BTreeMap<String, UsedDefinition>,
    /// The dated values that were used.
    parameters: &'r [UsedValue],
}

#[derive(Serialize)]
struct UsedRules {
    threshold: u64,
    width: i64,
    least_agencies: u64,
    dominance: Option<(usize, f64)>,
    p_percent: Option<f64>,
    hides_whole_groups: bool,
    levels: Vec<String>,
    earlier_edition: Option<String>,
}

/// Numbers of cells only: which of the hidden ones are sensitive would narrow them down.
#[derive(Serialize)]
struct Protection {
    figures: usize,
    hidden_figures: usize,
    cells: usize,
    relations: usize,
    attacked_cells: usize,
    recovered_cells: usize,
    linear_programs: usize,
}

/// Runs the command.
///
/// # Errors
/// When the settings hide nothing without saying so, there is no such year, the earlier edition is not there or gives away
/// what is sensitive now, or a file cannot be written. Nothing is written then.
pub fn run(
    folder: &Path,
    (only, year): (Option<Nis5>, Option<Period>),
    timings: Option<&Path>,
    talk: Talk,
) -> Result<Outcome> {
    if let Some(only) = only {
        return Err(Error::usage("national-of-one").at(Place::file(folder)).with("cpas", only));
    }
    let mut phases = Phases::default();
    let mut project = Project::open(folder)?;
    let lake = project.lake()?;
    let publish = project.settings.publish.clone();
    project.settings.compute.levels.clone_from(&publish.levels);
    // Not published: rules ask which agencies stand behind a figure.
    project.settings.compute.levels.push("cpas".to_owned());
    if ["province", "size_class"].iter().all(|level| publish.levels.iter().any(|one| one == level)) {
        talk.remark("national-crossing", &[]);
    }
    let rules = Rules {
        allows_no_threshold: publish.allow_no_threshold,
        least_agencies: publish.least_agencies,
        dominance: publish.dominance.map(|[n, k]| Dominance { n: whole(n), k }),
        p_percent: publish.p_percent,
        group: if publish.hide_whole_groups { GroupRule::Hidden } else { GroupRule::Shown },
        ..Rules::threshold(publish.threshold)
    };
    let earlier = match &publish.earlier_edition {
        None => Vec::new(),
        Some(path) => published::read_file(&project.folder.join(path).join(format!("{FIGURES}.csv")))?,
    };
    let (observations, _, run) = compute(&project, &lake, &Asked::default(), &mut phases)?;
    phases.begin("protect");
    let periods: BTreeSet<Period> = observations.all().iter().filter_map(|one| one.period.parse().ok()).collect();
    let wanted = year.or_else(|| project.settings.report.period.as_ref()?.parse().ok());
    let period = wanted.or_else(|| periods.last().copied()).filter(|period| periods.contains(period));
    let Some(period) = period else {
        let found = wanted.map_or_else(String::new, |wanted| wanted.to_string());
        return Err(Error::usage("no-period").at(Place::file(&project.folder)).with("found", found));
    };
    let of_period = observations.into_list().into_iter().filter(|one| *one.period == *period.to_string());
    let (agencies, own): (Vec<Observation>, Vec<Observation>) = of_period.partition(|one| &*one.area_level == "cpas");
    let contributions = Contributions::new(agencies.iter(), &run.areas, &project.catalogue);
    let protected = disclosure::protect(&own, &earlier, &contributions, &project.catalogue, &rules)
        .map_err(|error| error.at_least(|| Place::file(project.folder.join("parcours.toml"))))?;
    let out = project.out().join("national").join(period.to_string());
    write(&protected, &project.catalogue, &out)?;
    let summary = protected.summary();
    let record = Record {
        edition: "public",
        period: period.to_string(),
        rules: UsedRules {
            threshold: rules.threshold,
            width: rules.width,
            least_agencies: rules.least_agencies,
            dominance: rules.dominance.map(|rule| (rule.n, rule.k)),
            p_percent: rules.p_percent,
            hides_whole_groups: publish.hide_whole_groups,
            levels: publish.levels,
            earlier_edition: publish.earlier_edition,
        },
        protection: Protection {
            figures: summary.figures,
            hidden_figures: summary.hidden,
            cells: summary.cells,
            relations: summary.relations,
            attacked_cells: summary.attacked,
            recovered_cells: summary.recovered,
            linear_programs: summary.programs,
        },
        program: &run.program,
        agencies: run.areas.len(),
        indicators: &run.indicators,
        parameters: &run.parameters,
    };
    let mut text = serde_json::to_string_pretty(&record).map_err(Error::defect)?;
    text.push('\n');
    write_whole(&out.join("record.json"), text.as_bytes())?;
    phases.end();
    if let Some(path) = timings {
        phases.write(path)?;
    }
    talk.result(
        "national-written",
        &[
            ("count", summary.figures.to_string()),
            ("hidden", summary.hidden.to_string()),
            ("threshold", rules.threshold.to_string()),
            ("attacked", summary.attacked.to_string()),
            ("recovered", summary.recovered.to_string()),
            ("path", out.display().to_string()),
        ],
    );
    Ok(Outcome::Done)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the settings were checked: a small whole number"
)]
fn whole(number: f64) -> usize {
    number.max(1.0) as usize
}

/// Writes the figures and what their codes mean.
fn write(protected: &Protected, catalogue: &Catalogue, out: &Path) -> Result<()> {
    figures::write(protected.figures(), out, FIGURES)?;
    write_whole(&out.join("dictionary.csv"), &dictionary(protected, catalogue)?)
}

/// Every code of the figures with its labels: `concept,code,fr,nl,de,en`.
fn dictionary(protected: &Protected, catalogue: &Catalogue) -> Result<Vec<u8>> {
    let mut lines: BTreeMap<(String, String), [String; 4]> = BTreeMap::new();
    let words = |text: &crate::model::LocalText| Language::ALL.map(|language| text.get(language).to_owned());
    let same = |text: &str| std::array::from_fn(|_| text.to_owned());
    for one in protected.figures() {
        let title = catalogue.indicators.get(&*one.indicator).map_or_else(|| same(&one.indicator), |i| words(&i.title));
        lines.insert(("indicator".to_owned(), one.indicator.to_string()), title);
        let area = match &*one.area_level {
            "province" => catalogue.areas.provinces.get(&*one.area),
            "region" => catalogue.areas.regions.get(&*one.area),
            _ => None,
        };
        let level = format!("area/{}", one.area_level);
        lines.insert((level, one.area.to_string()), area.map_or_else(|| same(&one.area), words));
        for (name, code) in one.dimensions.iter() {
            let label = catalogue.label_among(name, code, one.dimensions.get("instrument").map(String::as_str));
            lines.insert((format!("dimension/{name}"), code.clone()), words(&label));
        }
        lines.insert(("unit".to_owned(), one.unit.to_string()), same(&one.unit));
    }
    let statuses = [Status::Free.code(), Status::Provisional.code(), Status::NotComputable.code(), SUPPRESSED];
    for status in statuses {
        let message = format!("national-status-{}", status.replace('_', "-"));
        lines.insert(
            ("status".to_owned(), status.to_owned()),
            Language::ALL.map(|language| crate::text::say(language, &message, &[])),
        );
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads: Vec<String> =
        ["concept", "code"].map(str::to_owned).into_iter().chain(Language::ALL.map(|one| one.to_string())).collect();
    writer.write_record(&heads).map_err(Error::defect)?;
    for ((concept, code), labels) in lines {
        writer.write_record([concept, code].into_iter().chain(labels)).map_err(Error::defect)?;
    }
    writer.into_inner().map_err(Error::defect)
}
