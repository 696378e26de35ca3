//! The tables that queries join: the live rows of the lake, what is derived from them, periods, areas and dated values.

use super::project::SharedRows;
use super::{Phases, Project, definitions, derived, expected};
use crate::catalogue::{DatedValue, Parameter, TableContract};
use crate::collect::schema;
use crate::engine::{self, Engine, Source, Which};
use crate::error::{Error, Place, Result};
use crate::lake::{Lake, Ledger, LiveTable};
use crate::model::{Geography, Nis5, Period};
use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// First and last year of `calendar`.
const CALENDAR: (i32, i32) = (1900, 2100);

/// Ten-thousandths: a parameter is given with at most four decimals.
const PARAMETER_SCALE: f64 = 10_000.0;

/// A dated value that an indicator used: the period it was used for, the parameter and the value.
pub type Used<'p> = (Period, &'p Parameter, &'p DatedValue);

/// How figures are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// What runs the queries.
    pub engine: Which,
    /// By which communes.
    pub geography: Geography,
}

/// An engine that knows the tables of a lake.
pub struct Tables<'p> {
    project: &'p Project,
    engine: Box<dyn Engine>,
    /// The submissions.
    pub ledger: Ledger,
    /// The dated values of the periods.
    pub used: Vec<Used<'p>>,
    /// By which communes areas are made.
    pub geography: Geography,
    periods: BTreeSet<Period>,
    _shared: SharedRows,
}

impl<'p> Tables<'p> {
    /// Names everything but periods and areas, which [`Self::set_periods`] does.
    ///
    /// # Errors
    /// When the lake is empty or fails, or a parameter has no value for a period.
    pub fn open(project: &'p Project, lake: &Lake, asked: &Asked, phases: &mut Phases) -> Result<Self> {
        let ledger = lake.ledger()?;
        let periods: BTreeSet<Period> = ledger.agencies().into_values().flatten().collect();
        if periods.is_empty() {
            return Err(Error::usage("empty-lake").at(Place::file(lake.folder())));
        }
        let used = parameters(project, &periods)?;
        let shared = project.shared_rows()?;
        let mut engine = engine::open(&asked.engine, shared.path(), lake.seal())?;
        phases.begin("process");
        let mut live = Vec::new();
        for contract in &project.catalogue.tables {
            live.push(lake.live(contract, &ledger)?);
        }
        derived::register(engine.as_mut(), (&live, &ledger), &project.catalogue, shared.path())?;
        phases.begin("analyse");
        for (contract, live) in project.catalogue.tables.iter().zip(&live) {
            register_live(engine.as_mut(), contract, live)?;
            register_handed_in(engine.as_mut(), contract, live)?;
        }
        engine.register("handed_in", Source::Rows(vec![submission_rows(&ledger)?]))?;
        engine.register("calendar", Source::Rows(vec![calendar_rows()?]))?;
        engine.register("parameters", Source::Rows(vec![parameter_rows(&used)?]))?;
        for (name, rows) in [
            ("requirements", definitions::requirement_rows(&project.catalogue)?),
            ("instrument_reliability", definitions::reliability_rows(&project.catalogue)?),
            ("expected_tables", expected::table_rows(project, &ledger, &periods)?),
            ("expected_submissions", expected::submission_rows(project, &ledger, &periods)?),
        ] {
            engine.register(name, Source::Rows(vec![rows]))?;
        }
        Ok(Tables { project, engine, ledger, used, geography: asked.geography, periods, _shared: shared })
    }

    /// The engine.
    pub fn engine(&self) -> &dyn Engine {
        self.engine.as_ref()
    }

    /// Gives queries these periods, and the areas as they are under these edges of size classes.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn set_periods(&mut self, edges: (u32, u32), periods: &BTreeSet<Period>) -> Result<()> {
        self.engine.register("reference_period", Source::Rows(vec![period_rows(periods)?]))?;
        let expected = periods.iter().flat_map(|period| expected::expected(self.project, &self.ledger, *period));
        let mut agencies: BTreeMap<Nis5, bool> = expected.map(|cpas| (cpas, false)).collect();
        agencies.extend(self.ledger.agencies().into_keys().map(|cpas| (cpas, true)));
        let rows = area_rows(self.project, &agencies, edges, self.geography)?;
        self.engine.register("areas", Source::Rows(vec![rows]))
    }

    /// The periods in which a CPAS belongs to the same areas: size classes are laid out by dated edges. One group,
    /// unless those changed and somebody asks for size classes.
    ///
    /// # Errors
    /// When an edge has no value in a period.
    pub fn periods_by_edges(&self) -> Result<BTreeMap<(u32, u32), BTreeSet<Period>>> {
        periods_by_edges(self.project, &self.periods)
    }
}

/// Registers the live rows of a table under its name. Where the files hold rows that are not live, or one key may
/// stand in two submissions, a view leaves them out; else the files are the table.
pub(super) fn register_live(engine: &mut dyn Engine, contract: &TableContract, live: &LiveTable) -> Result<()> {
    let name = &contract.name;
    let files = Source::Files { files: live.files.clone(), schema: schema(contract) };
    if !live.has_dead_rows && !live.may_repeat {
        return engine.register(name, files);
    }
    engine.register(&format!("all_{name}"), files)?;
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(live.live.iter()));
    let ranks: ArrayRef = Arc::new(Int64Array::from_iter_values(0..i64::try_from(live.live.len()).unwrap_or(0)));
    let rows =
        RecordBatch::try_from_iter([("submission_id", ids), ("submission_rank", ranks)]).map_err(Error::defect)?;
    engine.register(&format!("live_{name}"), Source::Rows(vec![rows]))?;
    let sql = if live.may_repeat {
        let columns = column_list(contract, "t");
        let keys: Vec<String> = contract.key.iter().map(|key| format!("t.{key}")).collect();
        format!(
            "SELECT {columns} FROM (SELECT {columns}, ROW_NUMBER() OVER (PARTITION BY {} ORDER BY l.submission_rank NULLS LAST) AS turn {}) AS t WHERE t.turn = 1",
            keys.join(", "),
            from_live(contract)
        )
    } else {
        live_rows(contract)
    };
    engine.register(name, Source::Query(sql))
}

/// Registers all live rows of a table, also of keys that a later period says again, as `handed_in_<table>`.
pub(super) fn register_handed_in(engine: &mut dyn Engine, contract: &TableContract, live: &LiveTable) -> Result<()> {
    let source = if live.has_dead_rows || live.may_repeat {
        Source::Query(live_rows(contract))
    } else {
        Source::Files { files: live.files.clone(), schema: schema(contract) }
    };
    engine.register(&format!("handed_in_{}", contract.name), source)
}

/// All columns of a table, its origin included.
fn column_list(contract: &TableContract, alias: &str) -> String {
    let own = contract.columns.iter().map(|column| column.name.as_str());
    let origin = ["submission_id", "source_file", "sheet", "source_row"];
    let all = std::iter::once("cpas").chain(own).chain(origin);
    all.map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}

fn from_live(TableContract { name, .. }: &TableContract) -> String {
    format!("FROM all_{name} AS t JOIN live_{name} AS l ON l.submission_id = t.submission_id")
}

/// The query for the rows of live submissions, where [`register_live`] had to leave some out.
fn live_rows(contract: &TableContract) -> String {
    format!("SELECT {} {}", column_list(contract, "t"), from_live(contract))
}

/// The dated values that the indicators and checks use in these periods, each once.
pub(super) fn parameters<'p>(project: &'p Project, periods: &BTreeSet<Period>) -> Result<Vec<Used<'p>>> {
    let catalogue = &project.catalogue;
    let mut used: Vec<Used<'p>> = Vec::new();
    let mut named: BTreeSet<&str> = ["objective_nearly", "size_class_medium", "size_class_large"].into();
    let of_indicators = catalogue.indicators.values().map(|indicator| &indicator.parameters);
    let of_checks = catalogue.checks.values().filter_map(|check| check.record()).map(|record| &record.parameters);
    named.extend(of_indicators.chain(of_checks).flatten().map(String::as_str));
    for parameter in catalogue.parameters.values().filter(|parameter| named.contains(parameter.name.as_str())) {
        let scopes: BTreeSet<&str> = parameter.values.iter().map(|value| value.scope.as_str()).collect();
        for period in periods {
            let day = period.first_day().ok_or_else(|| Error::defect(period))?;
            for scope in &scopes {
                used.push((*period, parameter, parameter.on(day, scope)?));
            }
        }
    }
    Ok(used)
}

fn days(day: Option<chrono::NaiveDate>) -> i32 {
    day.map_or(0, |day| i32::try_from(crate::collect::days(day)).unwrap_or(0))
}

pub(super) fn period_rows(periods: &BTreeSet<Period>) -> Result<RecordBatch> {
    let columns: [(&str, ArrayRef); 4] = [
        ("period", Arc::new(StringArray::from_iter_values(periods.iter().map(Period::to_string)))),
        ("year", Arc::new(Int32Array::from_iter_values(periods.iter().map(|period| period.calendar_year())))),
        ("start_on", Arc::new(Date32Array::from_iter_values(periods.iter().map(|period| days(period.first_day()))))),
        ("end_on", Arc::new(Date32Array::from_iter_values(periods.iter().map(|period| days(period.last_day()))))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// The value of a parameter on the first day of a period; `None` when there is no such parameter.
pub(super) fn value_in(project: &Project, name: &str, period: Period) -> Result<Option<f64>> {
    let Some(parameter) = project.catalogue.parameters.get(name) else { return Ok(None) };
    let day = period.first_day().ok_or_else(|| Error::defect(period))?;
    parameter.on(day, "").map(|value| Some(value.value))
}

/// Inhabitants from which a commune is medium and large, in a period.
pub(super) fn size_edges(project: &Project, period: Period) -> Result<(u32, u32)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inhabitants of a commune")]
    let edge = |name: &str, default: u32| {
        value_in(project, name, period).map(|value| value.map_or(default, |value| value as u32))
    };
    Ok((edge("size_class_medium", 15_000)?, edge("size_class_large", 50_000)?))
}

fn periods_by_edges(project: &Project, periods: &BTreeSet<Period>) -> Result<BTreeMap<(u32, u32), BTreeSet<Period>>> {
    let has_classes = project.settings.compute.levels.iter().any(|level| level == "size_class");
    let mut groups: BTreeMap<(u32, u32), BTreeSet<Period>> = BTreeMap::new();
    for period in periods {
        let edges = if has_classes { size_edges(project, *period)? } else { (0, 0) };
        groups.entry(edges).or_default().insert(*period);
    }
    Ok(groups)
}

/// The areas of each CPAS, by whether it handed in: one that did not has no figure of its own, and counts in those above it.
fn area_rows(
    project: &Project,
    agencies: &BTreeMap<Nis5, bool>,
    edges: (u32, u32),
    geography: Geography,
) -> Result<RecordBatch> {
    let levels = &project.settings.compute.levels;
    let (mut cpas, mut names, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for (agency, handed_in) in agencies {
        for area in project.catalogue.areas.of(*agency, edges, geography) {
            if levels.iter().any(|level| level == area.level) && (*handed_in || area.level != "cpas") {
                cpas.push(agency.to_string());
                names.push(area.level);
                codes.push(area.code);
            }
        }
    }
    let columns: [(&str, ArrayRef); 3] = [
        ("cpas", Arc::new(StringArray::from(cpas))),
        ("area_level", Arc::new(StringArray::from(names))),
        ("area", Arc::new(StringArray::from(codes))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

pub(super) fn parameter_rows(used: &[Used<'_>]) -> Result<RecordBatch> {
    #[expect(clippy::cast_possible_truncation, reason = "parameters are shares, days and amounts")]
    let values = used.iter().map(|(_, _, value)| (value.value * PARAMETER_SCALE).round() as i128);
    let values = Decimal128Array::from_iter_values(values).with_precision_and_scale(14, 4).map_err(Error::defect)?;
    let columns: [(&str, ArrayRef); 4] = [
        ("name", Arc::new(StringArray::from_iter_values(used.iter().map(|(_, parameter, _)| &parameter.name)))),
        ("period", Arc::new(StringArray::from_iter_values(used.iter().map(|(period, _, _)| period.to_string())))),
        ("scope", Arc::new(StringArray::from_iter_values(used.iter().map(|(_, _, value)| &value.scope)))),
        ("value", Arc::new(values)),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// `handed_in`: each submission with the period it is about.
pub(super) fn submission_rows(ledger: &Ledger) -> Result<RecordBatch> {
    let entries: BTreeMap<&str, (Nis5, Period)> =
        ledger.entries().iter().map(|entry| (entry.rows_id.as_str(), (entry.cpas, entry.period))).collect();
    let (starts, ends): (Vec<i32>, Vec<i32>) =
        entries.values().map(|(_, period)| (days(period.first_day()), days(period.last_day()))).unzip();
    let columns: [(&str, ArrayRef); 8] = [
        ("submission_id", Arc::new(StringArray::from_iter_values(entries.keys()))),
        ("cpas", Arc::new(StringArray::from_iter_values(entries.values().map(|(cpas, _)| cpas.to_string())))),
        ("period", Arc::new(StringArray::from_iter_values(entries.values().map(|(_, period)| period.to_string())))),
        ("year", Arc::new(Int32Array::from_iter_values(entries.values().map(|(_, period)| period.calendar_year())))),
        ("start_on", Arc::new(Date32Array::from(starts.clone()))),
        ("end_on", Arc::new(Date32Array::from(ends.clone()))),
        ("start_number", Arc::new(Int32Array::from(starts))),
        ("end_number", Arc::new(Int32Array::from(ends))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// `calendar`: each day with its number and that of its month (12 a year, from the year 0), so that days and months are
/// counted without any engine's own arithmetic of dates.
pub(super) fn calendar_rows() -> Result<RecordBatch> {
    let first = days(NaiveDate::from_ymd_opt(CALENDAR.0, 1, 1));
    let last = days(NaiveDate::from_ymd_opt(CALENDAR.1, 12, 31));
    let of = |number: i32| crate::collect::day(i64::from(number)).unwrap_or_default();
    let count = |count: u32| i32::try_from(count).unwrap_or(0);
    let month = |number: i32| of(number).year() * 12 + count(of(number).month());
    let columns: [(&str, ArrayRef); 5] = [
        ("day", Arc::new(Date32Array::from_iter_values(first..=last))),
        ("number", Arc::new(Int32Array::from_iter_values(first..=last))),
        ("year", Arc::new(Int32Array::from_iter_values((first..=last).map(|number| of(number).year())))),
        ("month_number", Arc::new(Int32Array::from_iter_values((first..=last).map(month)))),
        ("day_of_month", Arc::new(Int32Array::from_iter_values((first..=last).map(|number| count(of(number).day()))))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}
