//! A profile's rule laid over the headings of a real file: which cell feeds which field, and how it is read.

use super::batch::{NULL, Pool, TableBatch};
use super::cell::RawCell;
use super::profile::{FileRule, Format, Identity, Source, TableRule};
use super::pseudonym::PseudonymKey;
use super::value::{self, CheckId};
use crate::catalogue::{Catalogue, ColumnContract, ColumnType, Instrument, TableContract, fold};
use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Niss, NissFault};
use regex::Regex;
use std::collections::HashMap;
use hashbrown::HashMap as FastMap;

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
    /// How numbers and dates are written.
    pub format: Format,
}

/// Where a field's value comes from.
enum Origin {
    /// Nowhere: always empty.
    Nothing,
    /// The same value in every row.
    Constant(i64),
    /// A cell.
    Cell(CellPlan),
    /// The year of birth in the national number of this cell, or of the client whose number it holds.
    BirthYear(usize, Identity),
}

struct CellPlan {
    column: usize,
    identity: Identity,
    extract: Option<Regex>,
    values: HashMap<String, String>,
    lookup: Option<String>,
    /// A key that the directory lacks leaves the field empty.
    optional: bool,
    /// What was read once is not read again: dates, codes and people repeat all the time.
    known: FastMap<Box<str>, Result<i64, CheckId>>,
}

struct FieldPlan {
    origin: Origin,
}

struct GroupPlan {
    /// Field that receives the code, field that receives the cell.
    into: usize,
    value: usize,
    /// Column, code in the pool of `into`.
    columns: Vec<(usize, i64)>,
    fields: Vec<(usize, FieldPlan)>,
}

/// How the rows of one file feed one table.
pub struct TablePlan<'c> {
    /// The table.
    pub contract: &'c TableContract,
    /// The same record again is no duplicate.
    pub distinct: bool,
    /// Number of the batch that receives the records.
    pub batch: usize,
    when: Option<usize>,
    unless: Option<usize>,
    fields: Vec<FieldPlan>,
    groups: Vec<GroupPlan>,
    rules: Rules,
}

/// The checks on a whole record, by position of its fields.
struct Rules {
    required: Vec<usize>,
    in_order: Vec<(usize, usize)>,
    /// Instrument, domain and score.
    score: Option<[usize; 3]>,
    /// Scale by the pool codes of instrument and domain.
    scales: FastMap<(i64, i64), Option<(i64, i64)>>,
}

impl Rules {
    fn new(contract: &TableContract) -> Self {
        let required = contract.columns.iter().enumerate().filter(|(_, column)| column.required).map(|(field, _)| field);
        let pair = |(earlier, later): &(String, String)| Some((contract.position(earlier)?, contract.position(later)?));
        let score = ["instrument", "domain", "score"].map(|name| contract.position(name));
        Rules {
            required: required.collect(),
            in_order: contract.in_order.iter().filter_map(pair).collect(),
            score: if let [Some(instrument), Some(domain), Some(score)] = score { Some([instrument, domain, score]) } else { None },
            scales: FastMap::new(),
        }
    }

    /// The field of the score, when it lies outside the scale of its instrument and domain.
    fn score_out_of_range(&mut self, record: &[i64], batch: &TableBatch, catalogue: &Catalogue) -> Option<usize> {
        let [instrument, domain, score] = self.score?;
        if record[score] == NULL || record[instrument] == NULL || record[domain] == NULL {
            return None;
        }
        let scale = *self.scales.entry((record[instrument], record[domain])).or_insert_with(|| {
            let known = catalogue.instrument(batch.pools[instrument].text(record[instrument]))?;
            let scale = known.scale(batch.pools[domain].text(record[domain]))?;
            Some((scale.lowest, scale.highest))
        });
        scale.is_some_and(|(lowest, highest)| !(lowest..=highest).contains(&record[score])).then_some(score)
    }
}

/// A cell that fails a check.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Column of the file, from 0; `None` when a constant or a missing field is at fault.
    pub column: Option<usize>,
    /// Field of the table.
    pub field: usize,
    /// The check that failed.
    pub check: CheckId,
}

/// The headings of a file, for looking columns up.
pub struct Headings {
    /// As written.
    pub names: Vec<String>,
    folded: Vec<String>,
    place: Place,
}

impl Headings {
    /// Headings at a place.
    pub fn new(names: Vec<String>, place: Place) -> Self {
        let folded = names.iter().map(|name| fold(name)).collect();
        Headings { names, folded, place }
    }

    /// The column under one of these headings.
    ///
    /// # Errors
    /// When two columns bear the heading. `Ok(None)` when none does.
    pub fn find(&self, wanted: &[String]) -> Result<Option<usize>> {
        for heading in wanted {
            let wanted = fold(heading);
            let mut found = self.folded.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(column, _)| column);
            if let Some(column) = found.next() {
                if found.next().is_some() {
                    return Err(Error::input("ambiguous-column").at(self.place.clone().column(heading)));
                }
                return Ok(Some(column));
            }
        }
        Ok(None)
    }

    /// The column under one of these headings, which must be there.
    ///
    /// # Errors
    /// When there is none or there are two.
    pub fn require(&self, wanted: &[String]) -> Result<usize> {
        self.find(wanted)?.ok_or_else(|| {
            let present = self.names.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>();
            Error::input("missing-column")
                .at(self.place.clone())
                .with("expected", wanted.join(" / "))
                .with("found", present.join(", "))
        })
    }
}

impl<'c> TablePlan<'c> {
    /// Lays a rule over headings.
    ///
    /// # Errors
    /// When the rule names an unknown field, column or code, or a regular expression is broken.
    pub fn new(rule: &TableRule, headings: &Headings, reading: &Reading<'c>, batch: usize, pools: &mut TableBatch) -> Result<Self> {
        let contract = reading.catalogue.table(&rule.name).ok_or_else(|| {
            Error::usage("profile-unknown-table").at(headings.place.clone()).with("found", &rule.name)
        })?;
        let mut builder = Builder { contract, headings, reading, pools };
        let mut fields: Vec<FieldPlan> =
            contract.columns.iter().map(|_| FieldPlan { origin: Origin::Nothing }).collect();
        // In the table's order: a domain is read by the instrument that stands before it.
        let mut constants = rule.constants.iter().map(|(name, text)| Ok((builder.field(name)?, text))).collect::<Result<Vec<_>>>()?;
        constants.sort_unstable_by_key(|(field, _)| *field);
        for (field, text) in constants {
            fields[field].origin = builder.constant(field, text, &fields)?;
        }
        for (name, source) in &rule.columns {
            let field = builder.field(name)?;
            fields[field].origin = builder.cell(source)?;
        }
        builder.birth_year(&mut fields);
        let groups = rule.unpivot.iter().map(|group| builder.group(group, &fields)).collect::<Result<_>>()?;
        let column = |heading: &Option<String>| heading.as_ref().map(|name| headings.require(std::slice::from_ref(name))).transpose();
        let (when, unless) = (column(&rule.when)?, column(&rule.unless)?);
        Ok(TablePlan { contract, distinct: rule.distinct, batch, when, unless, fields, groups, rules: Rules::new(contract) })
    }

    /// Reads the records of one row into `records` and what is wrong with it into `faults`.
    pub fn read(&mut self, cells: &[RawCell<'_>], reading: &Reading<'_>, batch: &mut TableBatch, out: &mut Records) {
        let is_blank = |column: usize| cells.get(column).is_none_or(RawCell::is_blank);
        if self.when.is_some_and(is_blank) || self.unless.is_some_and(|column| !is_blank(column)) {
            return;
        }
        let mut base = vec![NULL; self.contract.columns.len()];
        for (field, plan) in self.fields.iter_mut().enumerate() {
            read_field(&self.contract.columns, (field, plan), cells, &mut base, (reading, batch), out);
        }
        if self.groups.is_empty() {
            self.finish(&base, None, reading, batch, out);
            return;
        }
        let mut groups = std::mem::take(&mut self.groups);
        for group in &mut groups {
            let filled = group.columns.iter().any(|(column, _)| cells.get(*column).is_some_and(|cell| !cell.is_blank()));
            if !filled {
                continue;
            }
            let mut shared = base.clone();
            for (field, plan) in &mut group.fields {
                read_field(&self.contract.columns, (*field, plan), cells, &mut shared, (reading, batch), out);
            }
            for (column, code) in &group.columns {
                let cell = cells.get(*column).unwrap_or(&RawCell::Empty);
                if cell.is_blank() {
                    continue; // not asked: no record, and no fault
                }
                shared[group.into] = *code;
                shared[group.value] = match read_number(cell, self.contract.columns[group.value].kind, reading) {
                    Ok(number) => number,
                    Err(check) => {
                        out.faults.push(Fault { column: Some(*column), field: group.value, check });
                        NULL
                    }
                };
                self.finish(&shared, Some(*column), reading, batch, out);
            }
        }
        self.groups = groups;
    }

    /// The checks on a whole record; it is handed on whether or not it fails them: the row decides.
    fn finish(&mut self, record: &[i64], cell: Option<usize>, reading: &Reading<'_>, batch: &TableBatch, out: &mut Records) {
        for field in &self.rules.required {
            if record[*field] == NULL && !out.faults.iter().any(|fault| fault.field == *field) {
                out.faults.push(Fault { column: self.column_of(*field), field: *field, check: "value.missing" });
            }
        }
        for (earlier, later) in &self.rules.in_order {
            if record[*earlier] != NULL && record[*later] != NULL && record[*later] < record[*earlier] {
                out.faults.push(Fault { column: self.column_of(*later), field: *later, check: "date.order" });
            }
        }
        if let Some(field) = self.rules.score_out_of_range(record, batch, reading.catalogue) {
            let column = cell.or_else(|| self.column_of(field));
            out.faults.push(Fault { column, field, check: "score.range" });
        }
        out.push(self.batch, record);
    }

    /// The columns of the file that this plan reads, each with the type it is read as.
    pub fn columns(&self) -> impl Iterator<Item = (usize, ColumnType)> {
        let own = self.fields.iter().enumerate().map(|(field, plan)| (field, plan));
        let grouped = self.groups.iter().flat_map(|group| group.fields.iter().map(|(field, plan)| (*field, plan)));
        let scored = self.groups.iter().flat_map(|group| {
            group.columns.iter().map(|(column, _)| (*column, self.contract.columns[group.value].kind))
        });
        let cells = own.chain(grouped).filter_map(|(field, plan)| match &plan.origin {
            Origin::Cell(cell) => Some((cell.column, self.contract.columns[field].kind)),
            _ => None,
        });
        cells.chain(scored)
    }

    fn column_of(&self, field: usize) -> Option<usize> {
        match &self.fields[field].origin {
            Origin::Cell(plan) => Some(plan.column),
            _ => None,
        }
    }
}

/// The records of one row and its faults.
#[derive(Default)]
pub struct Records {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Number of the batch of each record, and where its values end.
    ends: Vec<(usize, usize)>,
    values: Vec<i64>,
}

impl Records {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.faults.clear();
        self.ends.clear();
        self.values.clear();
    }

    /// True when the row records nothing.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Number of the batch and the values of each record.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[i64])> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(_, end)| *end));
        self.ends.iter().zip(starts).map(|((batch, end), start)| (*batch, &self.values[start..*end]))
    }

    fn push(&mut self, batch: usize, record: &[i64]) {
        self.values.extend_from_slice(record);
        self.ends.push((batch, self.values.len()));
    }
}

struct Builder<'b, 'c> {
    contract: &'c TableContract,
    headings: &'b Headings,
    reading: &'b Reading<'c>,
    pools: &'b mut TableBatch,
}

impl Builder<'_, '_> {
    fn refused(&self, id: &'static str, found: &str) -> Error {
        Error::usage(id).at(self.headings.place.clone()).with("found", found).with("table", &self.contract.name)
    }

    fn field(&self, name: &str) -> Result<usize> {
        self.contract.position(name).ok_or_else(|| self.refused("profile-unknown-field", name))
    }

    fn constant(&mut self, field: usize, text: &str, fields: &[FieldPlan]) -> Result<Origin> {
        let column = &self.contract.columns[field];
        let mut record: Vec<i64> = fields
            .iter()
            .map(|plan| if let Origin::Constant(value) = plan.origin { value } else { NULL })
            .collect();
        let cell = RawCell::Text(text.into());
        // Constants of a profile are written for programs: ISO dates and decimal points.
        let plain = Reading { format: Format::default(), directories: self.reading.directories, ..*self.reading };
        match read_value(&cell, (field, column), &self.contract.columns, &mut record, (&plain, self.pools)) {
            Ok(value) => Ok(Origin::Constant(value)),
            Err(_) => Err(self.refused("profile-bad-constant", &format!("{} = {text}", column.name))),
        }
    }

    fn cell(&self, source: &Source) -> Result<Origin> {
        let column = match self.headings.find(&source.headings)? {
            Some(column) => column,
            None if source.optional => return Ok(Origin::Nothing),
            None => self.headings.require(&source.headings)?,
        };
        let extract = source.extract.as_ref().map(|pattern| Regex::new(pattern)).transpose();
        if let Some(name) = source.lookup.as_ref().filter(|name| !self.reading.directories.contains_key(*name)) {
            return Err(self.refused("profile-unknown-directory", name));
        }
        Ok(Origin::Cell(CellPlan {
            column,
            identity: source.identity,
            extract: extract.map_err(|fault| self.refused("profile-bad-pattern", &fault.to_string()))?,
            values: source.values.iter().map(|(from, to)| (fold(from), to.clone())).collect(),
            lookup: source.lookup.clone(),
            optional: source.optional,
            known: FastMap::new(),
        }))
    }

    /// A person table without a year of birth takes it from the national number.
    fn birth_year(&self, fields: &mut [FieldPlan]) {
        let (Some(year), Some(person)) = (self.contract.position("birth_year"), self.contract.position("person_id")) else { return };
        if let (Origin::Nothing, Origin::Cell(plan)) = (&fields[year].origin, &fields[person].origin) {
            if plan.identity != Identity::ClientNo && plan.extract.is_none() && plan.lookup.is_none() {
                fields[year].origin = Origin::BirthYear(plan.column, plan.identity);
            }
        }
    }

    fn group(&mut self, group: &super::profile::Unpivot, fields: &[FieldPlan]) -> Result<GroupPlan> {
        let (into, value) = (self.field(&group.into)?, self.field(&group.value)?);
        let mut own: Vec<(usize, FieldPlan)> = Vec::new();
        for (name, text) in &group.constants {
            let field = self.field(name)?;
            let origin = self.constant(field, text, fields)?;
            own.push((field, FieldPlan { origin }));
        }
        for (name, source) in &group.from {
            own.push((self.field(name)?, FieldPlan { origin: self.cell(source)? }));
        }
        let mut columns = Vec::new();
        for (heading, code) in &group.columns {
            let column = self.headings.require(std::slice::from_ref(heading))?;
            let Origin::Constant(code) = self.constant(into, code, fields)? else { continue };
            columns.push((column, code));
        }
        columns.sort_unstable();
        Ok(GroupPlan { into, value, columns, fields: own })
    }
}

type Context<'r, 'c> = (&'r Reading<'c>, &'r mut TableBatch);

fn read_field(
    columns: &[ColumnContract],
    (field, plan): (usize, &mut FieldPlan),
    cells: &[RawCell<'_>],
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
    out: &mut Records,
) {
    let result = match &mut plan.origin {
        Origin::Nothing => return,
        Origin::Constant(value) => {
            record[field] = *value;
            return;
        }
        Origin::BirthYear(column, identity) => {
            let niss = cells.get(*column).and_then(|cell| national_number(&cell.text(), *identity, reading).ok().flatten());
            record[field] = niss.map_or(NULL, |niss| i64::from(niss.birth_year()));
            return;
        }
        Origin::Cell(plan) => (plan.column, read_cell(plan, (field, columns), cells, record, (reading, batch))),
    };
    match result {
        (_, Ok(value)) => record[field] = value,
        (column, Err(check)) => out.faults.push(Fault { column: Some(column), field, check }),
    }
}

fn read_cell(
    plan: &mut CellPlan,
    (field, columns): (usize, &[ColumnContract]),
    cells: &[RawCell<'_>],
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
) -> Result<i64, CheckId> {
    let column = &columns[field];
    let cell = cells.get(plan.column).unwrap_or(&RawCell::Empty);
    if cell.is_blank() {
        return Ok(NULL);
    }
    // A domain's meaning depends on the row's instrument, so it is not remembered by its text alone.
    let remembered = matches!(cell, RawCell::Text(_)) && column.kind != ColumnType::Domain;
    if let (true, RawCell::Text(text)) = (remembered, cell) {
        if let Some(known) = plan.known.get(&**text) {
            return *known;
        }
    }
    let read = read_prepared(plan, cell, (field, columns), record, (reading, batch));
    if let (true, RawCell::Text(text)) = (remembered, cell) {
        plan.known.insert((&**text).into(), read);
    }
    read
}

fn read_prepared(
    plan: &CellPlan,
    cell: &RawCell<'_>,
    (field, columns): (usize, &[ColumnContract]),
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
) -> Result<i64, CheckId> {
    if let RawCell::Error(_) = cell {
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
    if !plan.values.is_empty() {
        if let Some(replaced) = plan.values.get(&fold(&text)) {
            text.clone_from(replaced);
        }
    }
    if text.is_empty() {
        return Ok(NULL);
    }
    if column.kind == ColumnType::Person {
        return person(&text, plan.identity, reading).map(|id| batch.pools[field].code(&id));
    }
    let prepared = if text == whole.as_ref() { cell.clone() } else { RawCell::Text(text.into()) };
    read_value(&prepared, (field, column), columns, record, (reading, batch))
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
            Ok(known.and_then(Option::as_ref).and_then(|number| Niss::parse(number).ok()))
        }
    }
}

fn niss_check(fault: NissFault) -> CheckId {
    match fault {
        NissFault::Form => "niss.form",
        NissFault::CheckDigits => "niss.check_digits",
        NissFault::BirthDate => "niss.birth_date",
    }
}

fn read_number(cell: &RawCell<'_>, kind: ColumnType, reading: &Reading<'_>) -> Result<i64, CheckId> {
    let (decimal, thousands) = (reading.format.decimal.unwrap_or('.'), reading.format.thousands);
    match kind {
        ColumnType::Integer => value::integer(cell, decimal, thousands),
        _ => value::hundredths(cell, decimal, thousands),
    }
}

/// Reads a cell as the type of its column. Texts are put into the column's pool.
fn read_value(
    cell: &RawCell<'_>,
    (field, column): (usize, &ColumnContract),
    columns: &[ColumnContract],
    record: &mut [i64],
    (reading, batch): Context<'_, '_>,
) -> Result<i64, CheckId> {
    let iso = [String::from("%Y-%m-%d")];
    let forms: &[String] = reading.format.dates.as_deref().unwrap_or(&iso);
    let catalogue = reading.catalogue;
    match column.kind {
        ColumnType::Date => value::date(cell, forms).map(value::days),
        ColumnType::Year => value::year(cell, forms),
        ColumnType::Boolean => value::boolean(cell).map(i64::from),
        ColumnType::Score | ColumnType::Hours | ColumnType::Money | ColumnType::Integer => {
            read_number(cell, column.kind, reading)
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

fn row_instrument<'i>(columns: &[ColumnContract], record: &[i64], batch: &TableBatch, catalogue: &'i Catalogue) -> Option<&'i Instrument> {
    let field = columns.iter().position(|column| column.kind == ColumnType::Instrument)?;
    let pool: &Pool = &batch.pools[field];
    if record[field] == NULL { None } else { catalogue.instrument(pool.text(record[field])) }
}

/// The rows of a file that its rule declares as not wanted.
pub struct IgnorePlan(Vec<(usize, Vec<String>)>);

impl IgnorePlan {
    /// Lays the rules over headings.
    ///
    /// # Errors
    /// When a rule names a column that is not there.
    pub fn new(rule: &FileRule, headings: &Headings) -> Result<Self> {
        let lay = |ignore: &super::profile::IgnoreRule| {
            let column = headings.require(std::slice::from_ref(&ignore.column))?;
            Ok((column, ignore.values.iter().map(|value| fold(value)).collect()))
        };
        rule.ignore.iter().map(lay).collect::<Result<_>>().map(IgnorePlan)
    }

    /// True when the row is one of them.
    pub fn covers(&self, cells: &[RawCell<'_>]) -> bool {
        self.0.iter().any(|(column, values)| {
            cells.get(*column).is_some_and(|cell| values.contains(&fold(&cell.text())))
        })
    }
}
