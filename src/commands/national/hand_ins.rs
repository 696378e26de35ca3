//! Figures that agencies handed in in the place of rows: `hand-ins/` of the project folder, read and checked as nobody had
//! checked them, and added up with what the lake holds.

use super::OPEN_DATA;
use super::record::Tables;
use crate::analyse::{Observation, combine, is_combined};
use crate::catalogue::resources::cannot_read;
use crate::commands::tables::{Used, parameters, size_edges};
use crate::commands::{Project, hand_in, published, record};
use crate::error::{Error, Place, Result, all};
use crate::lake::Lake;
use crate::model::record::{RECORD, RunRecord, UsedDefinition, UsedValue};
use crate::model::{Nis5, Period};
use crate::release::{Wanted, lint};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder in which they lie, at any depth.
const FOLDER: &str = "hand-ins";

/// A level and the area there.
type Level = (Arc<str>, Arc<str>);

/// A hand-in of one agency for one period.
struct HandIn {
    /// Its record.
    path: PathBuf,
    cpas: Nis5,
    period: Period,
    tables: Tables,
    parameters: Vec<UsedValue>,
    figures: Vec<Observation>,
    /// By how much its counts may differ from the true ones: half the base that they were rounded to.
    error: f64,
}

/// All hand-ins of a project.
#[derive(Default)]
pub(super) struct HandIns(Vec<HandIn>);

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    report: String,
    #[serde(default)]
    cpas: String,
    #[serde(default)]
    period: String,
    tables: Option<Tables>,
    #[serde(default)]
    rules: Map<String, Value>,
    #[serde(default)]
    indicators: BTreeMap<String, UsedDefinition>,
    #[serde(default)]
    parameters: Vec<UsedValue>,
}

impl HandIns {
    /// Reads and checks them all; none where the folder is missing.
    ///
    /// # Errors
    /// All that is wrong with them, each at its place: what [`lint`] finds in an edition; figures of another agency or period,
    /// rules weaker than those here, an indicator or a dated value that means something else here; two of one agency and
    /// period, or one of an agency whose rows are in the lake.
    pub(super) fn read(project: &Project, lake: &Lake) -> Result<Self> {
        let folder = project.folder.join(FOLDER);
        let mut folders = Vec::new();
        if folder.is_dir() {
            below(&folder, &mut folders)?;
        }
        folders.sort();
        let found = all(folders.iter().map(|folder| read(project, folder)))?;
        let mut places: BTreeMap<(Nis5, Period), &Path> = BTreeMap::new();
        let agencies = lake.ledger()?.agencies();
        let mut faults = Vec::new();
        for (one, folder) in found.iter().zip(&folders) {
            let twice = places.insert((one.cpas, one.period), folder).map(|other| other.display().to_string());
            // Rows of another period make figures of this one too.
            let in_lake = agencies.contains_key(&one.cpas);
            if let Some(other) = twice.or_else(|| in_lake.then(|| lake.folder().display().to_string())) {
                faults.push(
                    Error::input("hand-in-twice")
                        .at(Place::file(folder))
                        .with("cpas", one.cpas)
                        .with("period", one.period)
                        .with("other", other),
                );
            }
        }
        all(faults.into_iter().map(Err::<(), Error>))?;
        Ok(HandIns(found))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tables behind each.
    pub(super) fn tables(&self) -> impl Iterator<Item = ((Nis5, Period), &Tables)> {
        self.0.iter().map(|one| ((one.cpas, one.period), &one.tables))
    }

    /// The figures of the agencies themselves and of the areas above them, those of the lake added in; the dated values and the
    /// record go on to tell of both.
    pub(super) fn add<'p>(
        &self,
        project: &'p Project,
        (of_lake, used, run): (Vec<Observation>, &mut Vec<Used<'p>>, &mut RunRecord),
    ) -> Result<Vec<Observation>> {
        let periods: BTreeSet<Period> = self.0.iter().map(|one| one.period).collect();
        let known: BTreeSet<Period> = used.iter().map(|(period, _, _)| *period).collect();
        used.extend(parameters(project, &periods.difference(&known).copied().collect())?);
        self.same_values(used)?;
        run.parameters = record::values(used.iter());
        let mut above: BTreeMap<(Nis5, Period), Vec<Level>> = BTreeMap::new();
        for one in &self.0 {
            let areas = project.catalogue.areas.of(one.cpas, size_edges(project, one.period)?, run.geography);
            let by_level = areas.iter().map(|area| (area.level.to_owned(), area.code.clone()));
            run.areas.insert(one.cpas.to_string(), by_level.collect());
            let areas = areas.into_iter().map(|area| (area.level.into(), area.code.into()));
            above.insert((one.cpas, one.period), areas.collect());
        }
        let is_own = |one: &Observation| &*one.area_level == "cpas" && !is_combined(one, &project.catalogue);
        let (own, of_areas): (Vec<Observation>, Vec<Observation>) = of_lake.into_iter().partition(is_own);
        let of_areas: Vec<(Observation, [Level; 1])> = of_areas
            .into_iter()
            .map(|one| {
                let area = [(Arc::clone(&one.area_level), Arc::clone(&one.area))];
                (one, area)
            })
            .collect();
        let handed = self.0.iter().flat_map(|one| {
            let areas = above.get(&(one.cpas, one.period)).map_or(&[][..], Vec::as_slice);
            one.figures.iter().map(move |figure| (figure, areas, one.error))
        });
        let parts = of_areas.iter().map(|(one, area)| (one, &area[..], 0.0)).chain(handed);
        // The sum is rounded once more where it is shown.
        let once_more = self.0.first().map_or(0.0, |one| one.error);
        let mut figures = combine(parts, once_more, &project.catalogue);
        figures.extend(own);
        Ok(figures)
    }

    /// Holds the dated values that the agencies used against those used here.
    fn same_values(&self, used: &[Used<'_>]) -> Result<()> {
        let here = record::values(used.iter());
        let key = |one: &UsedValue| (one.name.clone(), one.period.clone(), one.scope.clone());
        let here: BTreeMap<(String, String, String), f64> = here.iter().map(|one| (key(one), one.value)).collect();
        let mut faults = Vec::new();
        for one in &self.0 {
            let differs =
                |value: &&UsedValue| here.get(&key(value)).is_none_or(|known| known.to_bits() != value.value.to_bits());
            if let Some(value) = one.parameters.iter().find(differs) {
                let expected = here.get(&key(value)).map_or_else(String::new, f64::to_string);
                faults.push(
                    Error::input("hand-in-other-value")
                        .at(Place::file(&one.path))
                        .with("cpas", one.cpas)
                        .with("name", format!("{} {} {}", value.name, value.period, value.scope).trim_end())
                        .with("found", value.value)
                        .with("expected", expected),
                );
            }
        }
        all(faults.into_iter().map(Err::<(), Error>)).map(drop)
    }
}

/// A folder and those below it that hold files: each has to be a hand-in, or it would be lost in silence.
fn below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut has_files = false;
    for entry in std::fs::read_dir(folder).map_err(|fault| cannot_read(folder, &fault))? {
        let entry = entry.map_err(|fault| cannot_read(folder, &fault))?;
        // What a file manager leaves.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // A link could lead in a circle: it counts as a file.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(&entry.path(), found)?;
        } else {
            has_files = true;
        }
    }
    if has_files {
        found.push(folder.to_owned());
    }
    Ok(())
}

fn read(project: &Project, folder: &Path) -> Result<HandIn> {
    let path = folder.join(RECORD);
    if !path.is_file() {
        return Err(Error::input("hand-in-no-record").at(Place::file(folder)));
    }
    let content = std::fs::read(&path).map_err(|fault| cannot_read(&path, &fault))?;
    let bad =
        |found: &dyn std::fmt::Display| Error::input("release-bad-record").at(Place::file(&path)).with("found", found);
    let record: Record = serde_json::from_slice(&content).map_err(|fault| bad(&fault))?;
    let cpas: Nis5 = record.cpas.parse().map_err(|fault: String| bad(&fault))?;
    let period: Period = record.period.parse().map_err(|_| bad(&record.period))?;
    let tables = record
        .tables
        .filter(|_| record.report == hand_in::REPORT)
        .ok_or_else(|| Error::input("hand-in-not-one").at(Place::file(&path)).with("found", &record.report))?;
    let figures = published::rows(&folder.join(OPEN_DATA));
    let figures_here = figures.as_ref().ok().map(|rows| rows.iter().map(|(_, one)| one.clone()).collect::<Vec<_>>());
    let strange = figures.as_ref().ok().and_then(|rows| {
        let is_own = |one: &Observation| {
            *one.area == *cpas.as_str() && &*one.area_level == "cpas" && *one.period == *record.period
        };
        rows.iter().find(|(_, one)| !is_own(one)).map(|(row, one)| (*row, format!("{} {}", one.area, one.period)))
    });
    let wanted = Wanted { period, rules: Map::new() };
    let mut faults = lint(folder, &project.catalogue, &wanted, figures)?.faults;
    if let Some((row, found)) = strange {
        faults.push(
            Error::input("hand-in-strange")
                .at(Place::file(folder.join(OPEN_DATA)).row(row))
                .with("found", found)
                .with("expected", format!("{cpas} {period}")),
        );
    }
    let threshold = record.rules.get("threshold").and_then(Value::as_u64).unwrap_or(0);
    let least = project.settings.publish.threshold;
    if threshold < least {
        faults.push(
            Error::input("hand-in-threshold").at(Place::file(&path)).with("found", threshold).with("expected", least),
        );
    }
    let inexact = ["rounding", "small_counts", "cell_keys"]
        .into_iter()
        .find_map(|name| Some((name, record.rules.get(name).and_then(Value::as_u64)?)));
    let here = project.settings.publish.inexact();
    if inexact != here {
        let said = |setting: Option<(&str, u64)>| {
            setting.map_or_else(|| "-".to_owned(), |(name, number)| format!("{name} = {number}"))
        };
        let (found, expected) = (said(inexact), said(here));
        faults.push(
            Error::input("hand-in-rounding").at(Place::file(&path)).with("found", found).with("expected", expected),
        );
    }
    for indicator in project.catalogue.indicators.values() {
        let here = record::definition(indicator);
        if record.indicators.get(&indicator.id).is_none_or(|there| there.sha256 != here.sha256) {
            faults.push(Error::input("hand-in-other-definition").at(Place::file(&path)).with("found", &indicator.id));
        }
    }
    all(faults.into_iter().map(Err::<(), Error>))?;
    #[expect(clippy::cast_precision_loss, reason = "a small base")]
    let error = inexact.map_or(0, |(name, number)| match name {
        "rounding" => number / 2,
        "small_counts" => number - 1,
        _ => number + threshold,
    }) as f64;
    let figures = figures_here.unwrap_or_default();
    Ok(HandIn { path, cpas, period, tables, parameters: record.parameters, figures, error })
}
