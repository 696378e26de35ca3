//! The findings of all checks: what collect counted on rows, and the record checks' SQL over the live records of the
//! lake. Written as `out/findings.csv` and `.parquet`, `out/findings_rows.csv`, and a workbook a CPAS and period.

use super::project::write_whole;
use super::tables::{
    calendar_rows, parameter_rows, parameters, period_rows, register_handed_in, register_live, submission_rows,
};
use super::{Project, Talk, line};
use crate::analyse::{self, CheckCount, Finding, Findings, Found};
use crate::catalogue::{Check, RecordCheck};
use crate::collect::read_values;
use crate::disseminate;
use crate::engine::{DataFusion, Engine, Source};
use crate::error::{Error, Place, Result};
use crate::lake::{Lake, Ledger, rows_in};
use crate::model::{Nis5, Period};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use parquet::arrow::ArrowWriter;
use rayon::prelude::*;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The columns that a record check returns.
const COLUMNS: [&str; 6] = ["submission_id", "source_file", "sheet", "source_row", "column_name", "failed"];

/// Puts the live rows and records of a lake to all checks.
///
/// # Errors
/// When the lake fails, or a check's query is broken: names its file and row.
pub fn find(project: &Project, lake: &Lake) -> Result<Findings> {
    let ledger = lake.ledger()?;
    let periods: BTreeSet<Period> = ledger.agencies().into_values().flatten().collect();
    let mut findings = Findings::new();
    if periods.is_empty() {
        return Ok(findings);
    }
    row_checks(project, lake, &ledger, &mut findings)?;
    record_checks(project, lake, &ledger, &periods, &mut findings)?;
    for found in findings.values_mut() {
        found.counts.sort_by(|a, b| a.check.cmp(&b.check));
        found.findings.sort();
    }
    Ok(findings)
}

/// What collect counted, for the submissions in force.
fn row_checks(project: &Project, lake: &Lake, ledger: &Ledger, findings: &mut Findings) -> Result<()> {
    let (counts, faults) = (lake.checks()?, lake.faults()?);
    let mut scope_of: BTreeMap<String, (Nis5, Period)> = BTreeMap::new();
    for (cpas, periods) in ledger.agencies() {
        for period in periods {
            let current = ledger.current(cpas, period);
            let found = findings.entry((cpas, period)).or_default();
            for check in project.catalogue.checks.values().filter(|check| check.record().is_none()) {
                let of_check = current.iter().filter_map(|id| counts.get(&(id.clone(), check.id.clone())));
                let (tested, failed) = of_check.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                found.counts.push(CheckCount { check: check.id.clone(), tested, failed, is_applicable: true });
            }
            scope_of.extend(current.into_iter().map(|id| (id, (cpas, period))));
        }
    }
    let mut texts = Texts::default();
    for fault in faults {
        let Some(found) = scope_of.get(&fault.submission).and_then(|scope| findings.get_mut(scope)) else { continue };
        found.findings.push(Finding {
            check: texts.keep(&fault.check),
            file: texts.keep(&fault.file),
            sheet: texts.keep(&fault.sheet),
            row: fault.row,
            column: texts.keep(&fault.column),
        });
    }
    Ok(())
}

/// Texts that come again and again, each kept once.
#[derive(Default)]
struct Texts(BTreeSet<Arc<str>>);

impl Texts {
    fn keep(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// What one record check found: tested and failed by submission, and the answer with the places of what failed.
type Asked<'c> = (&'c Check, BTreeMap<String, (u64, u64)>, Vec<RecordBatch>);

fn record_checks(
    project: &Project,
    lake: &Lake,
    ledger: &Ledger,
    periods: &BTreeSet<Period>,
    findings: &mut Findings,
) -> Result<()> {
    let engine = engine(project, lake, ledger, periods)?;
    let checks: Vec<(&Check, &RecordCheck)> =
        project.catalogue.checks.values().filter_map(|check| Some((check, check.record()?))).collect();
    let asked = checks.par_iter().map(|(check, record)| ask(&engine, check, record)).collect::<Result<Vec<_>>>()?;
    let mut held: BTreeMap<(Nis5, Period), BTreeSet<&str>> = BTreeMap::new();
    let mut scope_of: BTreeMap<&str, (Nis5, Period)> = BTreeMap::new();
    for entry in ledger.entries() {
        held.entry((entry.cpas, entry.period))
            .or_default()
            .extend(entry.tables.iter().map(|table| table.table.as_str()));
        scope_of.insert(&entry.rows_id, (entry.cpas, entry.period));
    }
    let usable: BTreeMap<_, _> =
        held.iter().map(|(scope, tables)| (*scope, analyse::applicable(&project.catalogue, tables))).collect();
    let mut texts = Texts::default();
    for (check, counts, failing) in &asked {
        let mut sums: BTreeMap<(Nis5, Period), (u64, u64)> = BTreeMap::new();
        for (submission, (tested, failed)) in counts {
            let Some(scope) = scope_of.get(submission.as_str()) else { continue };
            let sum = sums.entry(*scope).or_default();
            *sum = (sum.0 + tested, sum.1 + failed);
        }
        for (scope, found) in findings.iter_mut() {
            let is_applicable = usable.get(scope).is_some_and(|usable| usable.contains(check.id.as_str()));
            let (tested, failed) = sums.get(scope).copied().filter(|_| is_applicable).unwrap_or_default();
            found.counts.push(CheckCount { check: check.id.clone(), tested, failed, is_applicable });
        }
        for rows in failing {
            let scope = |submission: &str| {
                let scope = scope_of.get(submission).copied()?;
                usable.get(&scope)?.contains(check.id.as_str()).then_some(scope)
            };
            take_findings(check, rows, &mut texts, scope, findings)?;
        }
    }
    Ok(())
}

/// The engine with everything that record checks may name.
fn engine(project: &Project, lake: &Lake, ledger: &Ledger, periods: &BTreeSet<Period>) -> Result<DataFusion> {
    let mut engine = DataFusion::embedded(lake.seal().clone())?;
    for contract in &project.catalogue.tables {
        let live = lake.live(contract, ledger)?;
        rows_in(&live)?; // a damaged file is named here; the engine would not say which it is
        register_live(&mut engine, contract, &live)?;
        register_handed_in(&mut engine, contract, &live)?;
    }
    let used = parameters(project, periods)?;
    engine.register("parameters", Source::Rows(vec![parameter_rows(&used)?]))?;
    engine.register("reference_period", Source::Rows(vec![period_rows(periods)?]))?;
    engine.register("handed_in", Source::Rows(vec![submission_rows(ledger)?]))?;
    engine.register("calendar", Source::Rows(vec![calendar_rows()?]))?;
    Ok(engine)
}

/// The statement that asks for everything at one go: for each submission the number of records that pass, without a
/// place, and for each place the number of those that fail. The check's query begins at its row of the file, so that the
/// rows which the engine names are those of the file.
fn statement(record: &RecordCheck) -> String {
    let place = COLUMNS[1..5].join(", ");
    let of_failed: Vec<String> =
        COLUMNS[1..5].iter().map(|column| format!("CASE WHEN failed THEN {column} END AS {column}")).collect();
    let of_failed = of_failed.join(", ");
    format!(
        "SELECT submission_id, {place}, COUNT(*) AS records FROM (SELECT submission_id, {of_failed} FROM ({}{}\n) AS c) AS d GROUP BY submission_id, {place}",
        rows_above(record),
        record.sql
    )
}

fn rows_above(record: &RecordCheck) -> String {
    "\n".repeat(record.first_row.saturating_sub(1))
}

fn ask<'c>(engine: &DataFusion, check: &'c Check, record: &RecordCheck) -> Result<Asked<'c>> {
    let since = std::time::Instant::now();
    let answer = engine.run(&statement(record)).map_err(|error| {
        // A parser that does not understand a query within another points at its beginning: asked about the query
        // alone it points at the fault.
        let is_syntax = error.arguments.iter().any(|(_, said)| said.contains("ParserError"));
        let alone = || engine.run(&format!("{}{}", rows_above(record), record.sql)).err();
        at_row(if is_syntax { alone().unwrap_or(error) } else { error }, record)
    })?;
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for rows in &answer {
        let (ids, is_passed) = (texts(rows, 0)?, rows.column(3));
        let records = rows.column(5).as_primitive::<Int64Type>();
        for row in 0..rows.num_rows() {
            let records = u64::try_from(records.value(row)).unwrap_or(0);
            let sum = counts.entry(ids.value(row).to_owned()).or_default();
            *sum = (sum.0 + records, sum.1 + if is_passed.is_null(row) { 0 } else { records });
        }
    }
    tracing::info!(check = check.id, seconds = since.elapsed().as_secs_f64(), "check");
    Ok((check, counts, answer))
}

/// A fault of a check's query at its file, and at the row that the engine names or that holds what it does not know.
fn at_row(error: Error, record: &RecordCheck) -> Error {
    if error.exit_code() == 4 {
        return error;
    }
    let said = error.arguments.iter().find(|(name, _)| *name == "found").map_or("", |(_, said)| said.as_str());
    let lacking = COLUMNS.iter().find(|column| {
        said.contains(&format!("No field named c.{column}")) || said.contains(&format!("No field named {column}."))
    });
    if let Some(column) = lacking {
        return Error::usage("query-columns")
            .at(Place::file(&record.path).row(record.first_row as u64))
            .with("file", &record.path)
            .with("found", column);
    }
    let named = Regex::new(r"Line: (\d+)").ok().and_then(|form| form.captures(said)?[1].parse::<u64>().ok());
    let row = named.unwrap_or_else(|| {
        let unknown = Regex::new(r"(?:No field named |table '|Invalid function ')([^\s']+)");
        let word = unknown.ok().and_then(|form| Some(form.captures(said)?[1].trim_end_matches('.').to_owned()));
        let word = word.as_deref().and_then(|word| word.rsplit('.').next());
        let position = word.and_then(|word| record.sql.lines().position(|line| line.contains(word)));
        (record.first_row + position.unwrap_or(0)) as u64
    });
    error.at(Place::file(&record.path).row(row)).with("file", &record.path)
}

fn texts(rows: &RecordBatch, column: usize) -> Result<StringArray> {
    let cast = arrow::compute::cast(rows.column(column), &DataType::Utf8).map_err(Error::defect)?;
    cast.as_string_opt::<i32>().cloned().ok_or_else(|| Error::defect("no text"))
}

fn take_findings(
    check: &Check,
    rows: &RecordBatch,
    known: &mut Texts,
    scope_of: impl Fn(&str) -> Option<(Nis5, Period)>,
    findings: &mut Findings,
) -> Result<()> {
    let [submission, file, sheet, column] = [texts(rows, 0)?, texts(rows, 1)?, texts(rows, 2)?, texts(rows, 4)?];
    let number = arrow::compute::cast(rows.column(3), &DataType::Int64).map_err(Error::defect)?;
    let number = number.as_primitive::<Int64Type>();
    let id = known.keep(&check.id);
    for row in (0..rows.num_rows()).filter(|row| !number.is_null(*row)) {
        let Some(found) = scope_of(submission.value(row)).and_then(|scope| findings.get_mut(&scope)) else { continue };
        let text = |of: &StringArray| if of.is_null(row) { String::new() } else { of.value(row).to_owned() };
        found.findings.push(Finding {
            check: Arc::clone(&id),
            file: known.keep(&text(&file)),
            sheet: known.keep(&text(&sheet)),
            row: u64::try_from(number.value(row)).unwrap_or(0),
            column: known.keep(&text(&column)),
        });
    }
    Ok(())
}

/// Writes the findings: a table of counts, a table of what failed, and a workbook a CPAS, period and language.
///
/// # Errors
/// When a file cannot be written.
pub fn write(project: &Project, findings: &Findings, talk: Talk) -> Result<PathBuf> {
    let counts = count_rows(project, findings)?;
    let mut parquet = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut parquet, counts.schema(), None).map_err(Error::defect)?;
    writer.write(&counts).map_err(Error::defect)?;
    writer.close().map_err(Error::defect)?;
    write_whole(&project.out().join("findings.parquet"), &parquet)?;
    for (name, rows) in [("findings.csv", counts), ("findings_rows.csv", failing_rows(project, findings)?)] {
        let mut csv = Vec::new();
        arrow::csv::Writer::new(&mut csv).write(&rows).map_err(Error::defect)?;
        write_whole(&project.out().join(name), &csv)?;
    }
    let folder = project.out().join("findings");
    let bar = talk.progress(findings.len());
    findings.par_iter().try_for_each(|(scope, found)| {
        workbooks(project, &folder, *scope, found)?;
        bar.inc(1);
        Ok::<_, Error>(())
    })?;
    bar.finish_and_clear();
    Ok(folder)
}

fn workbooks(project: &Project, folder: &Path, (cpas, period): (Nis5, Period), found: &Found) -> Result<()> {
    let rejects = project.out().join("rejects").join(format!("{cpas}-{period}.csv"));
    let values = read_values(&rejects);
    let value_of = |finding: &Finding| {
        let row = if finding.row == 0 { String::new() } else { finding.row.to_string() };
        let place = [&*finding.file, &*finding.sheet, &*row, &*finding.column, &*finding.check].map(str::to_owned);
        values.get(&place).cloned().unwrap_or_default()
    };
    let report = analyse::findings_report(&project.catalogue, (cpas, period), found, value_of);
    for language in &project.settings.project.languages {
        let path = folder.join(format!("{cpas}-{period}-{language}.xlsx"));
        write_whole(&path, &disseminate::workbook(&report, *language)?)?;
    }
    Ok(())
}

fn text_column<'t>(texts: impl Iterator<Item = &'t str>) -> ArrayRef {
    Arc::new(StringArray::from(texts.collect::<Vec<_>>()))
}

fn number_column(numbers: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from(numbers.map(|number| i64::try_from(number).unwrap_or(i64::MAX)).collect::<Vec<_>>()))
}

/// A row a check, CPAS and period.
fn count_rows(project: &Project, findings: &Findings) -> Result<RecordBatch> {
    let all = || findings.iter().flat_map(|(scope, found)| found.counts.iter().map(move |one| (scope, one)));
    let check = |one: &CheckCount| project.catalogue.checks.get(&one.check);
    let scopes: Vec<(String, String)> =
        all().map(|((cpas, period), _)| (cpas.to_string(), period.to_string())).collect();
    let columns: [(&str, ArrayRef); 9] = [
        ("check", text_column(all().map(|(_, one)| one.check.as_str()))),
        ("severity", text_column(all().map(|(_, one)| check(one).map_or("", |check| check.severity.code())))),
        ("mend", text_column(all().map(|(_, one)| check(one).map_or("", |check| check.mend.as_str())))),
        ("cpas", text_column(scopes.iter().map(|(cpas, _)| cpas.as_str()))),
        ("period", text_column(scopes.iter().map(|(_, period)| period.as_str()))),
        ("status", text_column(all().map(|(_, one)| if one.is_applicable { "tested" } else { "table_missing" }))),
        ("tested", number_column(all().map(|(_, one)| one.tested))),
        ("passed", number_column(all().map(|(_, one)| one.passed()))),
        ("failed", number_column(all().map(|(_, one)| one.failed))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// A row a row or record that failed a check. No values.
fn failing_rows(project: &Project, findings: &Findings) -> Result<RecordBatch> {
    let all = || findings.iter().flat_map(|(scope, found)| found.findings.iter().map(move |one| (scope, one)));
    let severity = |one: &Finding| project.catalogue.checks.get(&*one.check).map_or("", |check| check.severity.code());
    let scopes: Vec<(String, String)> =
        all().map(|((cpas, period), _)| (cpas.to_string(), period.to_string())).collect();
    let columns: [(&str, ArrayRef); 8] = [
        ("check", text_column(all().map(|(_, one)| &*one.check))),
        ("severity", text_column(all().map(|(_, one)| severity(one)))),
        ("cpas", text_column(scopes.iter().map(|(cpas, _)| cpas.as_str()))),
        ("period", text_column(scopes.iter().map(|(_, period)| period.as_str()))),
        ("source_file", text_column(all().map(|(_, one)| &*one.file))),
        ("sheet", text_column(all().map(|(_, one)| &*one.sheet))),
        ("source_row", number_column(all().map(|(_, one)| one.row))),
        ("column", text_column(all().map(|(_, one)| &*one.column))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// Prints the record checks that found something, and where the findings are.
pub fn print(project: &Project, findings: &Findings, folder: &Path, talk: Talk) {
    let mut failed: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for one in findings.values().flat_map(|found| &found.counts).filter(|one| one.failed > 0) {
        let sum = failed.entry(&one.check).or_default();
        *sum = (sum.0 + one.failed, sum.1 + one.tested);
    }
    failed.retain(|id, _| project.catalogue.checks.get(*id).is_some_and(|check| check.record().is_some()));
    if !failed.is_empty() {
        line("");
        talk.result("findings-why", &[]);
    }
    for (id, (failed, tested)) in &failed {
        let title = project.catalogue.checks.get(*id).map_or("", |check| check.title.get(talk.language));
        line(&format!("  {failed:>7} / {tested:<7} {id:26} {title}"));
    }
    talk.result("findings-written", &[("count", findings.len().to_string()), ("folder", folder.display().to_string())]);
}
