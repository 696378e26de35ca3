//! One field of a record: where its value comes from and how a cell becomes that value.

use super::batch::{NULL, Pool, TableBatch};
use super::plan::{Fault, Records};
use super::profile::Identity;
use super::pseudonym::PseudonymKey;
use super::tally::{self, Checks, Severities};
use super::value::{self, CheckId, Forms, NumberForm};
use crate::catalogue::{Catalogue, ColumnContract, ColumnType, Instrument, fold};
use crate::model::{Nis5, Niss, NissFault};
use hashbrown::HashMap as FastMap;
use regex::Regex;
use std::collections::HashMap;
use tabular::Cell;

/// Longest text of a field that is no code; longer ones are remarks, which never enter the lake.
const LONGEST_TEXT: usize = 60;

/// What reading a field needs beside the cell.
pub struct Reading<'c> {
    /// Code lists, instruments, contracts.
    pub catalogue: &'c Catalogue,
    /// The lookups of the submission.
    pub directories: &'c HashMap<String, HashMap<String, Option<String>>>,
    /// The key for pseudonyms.
    pub key: &'c PseudonymKey,
    /// The CPAS whose export it is.
    pub cpas: Nis5,
    /// What happens to a row that fails a check.
    pub severities: Severities,
}

/// Where a field's value comes from.
pub(super) enum Origin {
    /// Nowhere: always empty.
    Nothing,
    /// The same value in every row.
    Constant(i64),
    /// A cell.
    Cell(CellPlan),
    /// The year of birth in the national number of this cell, or of the client whose number it holds.
    BirthYear(usize, Identity),
}

pub(super) struct CellPlan {
    pub(super) column: usize,
    pub(super) identity: Identity,
    pub(super) extract: Option<Regex>,
    pub(super) values: HashMap<String, String>,
    pub(super) lookup: Option<String>,
    /// A key that the directory lacks leaves the field empty.
    pub(super) optional: bool,
    /// How its numbers and dates are written.
    pub(super) forms: Forms,
    /// The checks its cells are put to.
    pub(super) checks: Checks,
    /// What was read once is not read again: dates, codes and people repeat all the time.
    pub(super) known: FastMap<Box<str>, Result<i64, CheckId>>,
}

pub(super) struct FieldPlan {
    pub(super) origin: Origin,
}

pub(super) type Context<'r, 'c> = (&'r Reading<'c>, &'r mut TableBatch);

pub(super) fn read_field(
    columns: &[ColumnContract],
    (field, plan): (usize, &mut FieldPlan),
    cells: &[Cell<'_>],
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
    out: &mut Records,
) {
    let (column, read) = match &mut plan.origin {
        Origin::Nothing => return,
        Origin::Constant(value) => {
            record[field] = *value;
            return;
        }
        Origin::BirthYear(column, identity) => {
            let read = |cell: &Cell<'_>| {
                let repaired = || Niss::without_zeros(&cell.text()).filter(|_| lacks_zero(cell));
                national_number(&cell.text(), *identity, reading).ok().flatten().or_else(repaired)
            };
            let niss = cells.get(*column).and_then(read);
            record[field] = niss.map_or(NULL, |niss| i64::from(niss.birth_year()));
            return;
        }
        Origin::Cell(plan) => {
            let cell = cells.get(plan.column).unwrap_or(&Cell::Empty);
            if cell.is_blank() {
                return;
            }
            let read = read_cell(plan, cell, (field, columns), record, (reading, batch));
            out.tested |= tally::reached(plan.checks, &read);
            let is_niss = plan.checks & tally::checks(&["niss.leading_zero"]) != 0 && plan.lookup.is_none();
            if read.is_ok() && is_niss && lacks_zero(cell) {
                out.faults.push(Fault { column: Some(plan.column), field, check: "niss.leading_zero" });
            }
            (plan.column, read)
        }
    };
    match read {
        Ok(value) => record[field] = value,
        Err(check) => out.faults.push(Fault { column: Some(column), field, check }),
    }
}

/// True for a national number that a workbook took for a number and so left without the zero before it.
fn lacks_zero(cell: &Cell<'_>) -> bool {
    matches!(cell, Cell::Number(_)) && cell.text().len() < Niss::DIGITS
}

fn read_cell(
    plan: &mut CellPlan,
    cell: &Cell<'_>,
    (field, columns): (usize, &[ColumnContract]),
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
) -> Result<i64, CheckId> {
    let column = &columns[field];
    // A domain's meaning depends on the row's instrument, so it is not remembered by its text alone.
    let remembered = matches!(cell, Cell::Text(_)) && column.kind != ColumnType::Domain;
    if let (true, Cell::Text(text)) = (remembered, cell)
        && let Some(known) = plan.known.get(&**text)
    {
        return *known;
    }
    let read = read_prepared(plan, cell, (field, columns), record, (reading, batch));
    if let (true, Cell::Text(text)) = (remembered, cell) {
        plan.known.insert((&**text).into(), read);
    }
    read
}

fn read_prepared(
    plan: &CellPlan,
    cell: &Cell<'_>,
    (field, columns): (usize, &[ColumnContract]),
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
) -> Result<i64, CheckId> {
    if let Cell::Error(_) = cell {
        return Err("cell.error");
    }
    let column = &columns[field];
    let whole = cell.text();
    let mut text = whole.as_ref().to_owned();
    if let Some(pattern) = &plan.extract {
        let Some(found) = pattern.captures(&whole) else { return Ok(NULL) };
        text = found.get(1).or_else(|| found.get(0)).map_or("", |part| part.as_str()).to_owned();
    }
    if let Some(name) = &plan.lookup {
        text = match reading.directories.get(name).and_then(|directory| directory.get(&fold(&text))) {
            None if plan.optional => return Ok(NULL),
            None => return Err("lookup.missing"),
            Some(None) => return Err("lookup.ambiguous"),
            Some(Some(found)) => found.clone(),
        };
    }
    if !plan.values.is_empty()
        && let Some(replaced) = plan.values.get(&fold(&text))
    {
        text.clone_from(replaced);
    }
    if text.is_empty() {
        return Ok(NULL);
    }
    if column.kind == ColumnType::Person {
        if plan.identity == Identity::Niss
            && (lacks_zero(cell) || plan.lookup.is_some())
            && let Some(niss) = Niss::without_zeros(&text)
        {
            return Ok(batch.pools[field].code(&reading.key.of_niss(&niss)));
        }
        return person(&text, plan.identity, reading).map(|id| batch.pools[field].code(&id));
    }
    let prepared = if text == whole.as_ref() { cell.clone() } else { Cell::Text(text.into()) };
    read_value((&prepared, &plan.forms), (field, column), columns, record, (reading, batch))
}

fn person(text: &str, identity: Identity, reading: &Reading<'_>) -> Result<String, CheckId> {
    Ok(match national_number(text, identity, reading)? {
        Some(niss) => reading.key.of_niss(&niss),
        None => reading.key.of_client(reading.cpas, text),
    })
}

/// The national number that a text is or leads to; `None` for a person known by the agency's own number only.
fn national_number(text: &str, identity: Identity, reading: &Reading<'_>) -> Result<Option<Niss>, CheckId> {
    match identity {
        Identity::Niss => Niss::parse(text).map(Some).map_err(niss_check),
        Identity::ClientNo => Ok(None),
        // A client whose national number is wrong is still known by the agency's own number.
        Identity::ClientNoViaNiss => {
            let known = reading.directories.get("niss").and_then(|directory| directory.get(&fold(text)));
            let read = |number: &String| Niss::parse(number).ok().or_else(|| Niss::without_zeros(number));
            Ok(known.and_then(Option::as_ref).and_then(read))
        }
    }
}

fn niss_check(fault: NissFault) -> CheckId {
    match fault {
        NissFault::Form => "niss.form",
        NissFault::Scientific => "niss.scientific",
        NissFault::CheckDigits => "niss.check_digits",
        NissFault::BirthDate => "niss.birth_date",
    }
}

pub(super) fn read_number(cell: &Cell<'_>, kind: ColumnType, form: NumberForm) -> Result<i64, CheckId> {
    match kind {
        ColumnType::Integer => value::integer(cell, form),
        _ => value::hundredths(cell, form),
    }
}

/// Reads a cell as the type of its column. Texts are put into the column's pool.
pub(super) fn read_value(
    (cell, forms): (&Cell<'_>, &Forms),
    (field, column): (usize, &ColumnContract),
    columns: &[ColumnContract],
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
) -> Result<i64, CheckId> {
    let catalogue = reading.catalogue;
    match column.kind {
        ColumnType::Date => value::date(cell, &forms.dates).map(value::days),
        ColumnType::Year => value::year(cell, &forms.dates),
        ColumnType::Boolean => value::boolean(cell).map(i64::from),
        ColumnType::Score | ColumnType::Hours | ColumnType::Money | ColumnType::Integer => {
            read_number(cell, column.kind, forms.numbers)
        }
        ColumnType::Instrument => {
            let instrument = catalogue.instrument(&cell.text()).ok_or("code.unknown")?;
            Ok(batch.pools[field].code(&instrument.id))
        }
        ColumnType::Domain => {
            let instrument = row_instrument(columns, record, batch, catalogue).ok_or("code.unknown")?;
            let code = instrument.domains.find(&cell.text()).ok_or("code.unknown")?;
            Ok(batch.pools[field].code(code))
        }
        ColumnType::Code => {
            let name = column.codelist.as_deref().unwrap_or_default();
            let unknown = if name == "project" { "project.unknown" } else { "code.unknown" };
            let code = catalogue.codelist(name).and_then(|list| list.find(&cell.text())).ok_or(unknown)?;
            Ok(batch.pools[field].code(code))
        }
        ColumnType::Id | ColumnType::Text => text_value(&cell.text()).map(|text| batch.pools[field].code(text)),
        ColumnType::Person => person(&cell.text(), Identity::Niss, reading).map(|id| batch.pools[field].code(&id)),
    }
}

fn text_value(text: &str) -> Result<&str, CheckId> {
    if Niss::parse(text).is_ok() {
        return Err("niss.misplaced");
    }
    if text.chars().count() > LONGEST_TEXT || text.contains(['\n', '\r']) { Err("text.too_long") } else { Ok(text) }
}

fn row_instrument<'i>(
    columns: &[ColumnContract],
    record: &[i64],
    batch: &TableBatch,
    catalogue: &'i Catalogue,
) -> Option<&'i Instrument> {
    let field = columns.iter().position(|column| column.kind == ColumnType::Instrument)?;
    let pool: &Pool = &batch.pools[field];
    if record[field] == NULL { None } else { catalogue.instrument(pool.text(record[field])) }
}
