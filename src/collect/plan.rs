//! A profile's rule laid over the headings of a real file: which cell feeds which field, and how it is read.

use super::batch::{NULL, TableBatch};
use super::field::{CellPlan, FieldPlan, Origin, Reading, read_field, read_number, read_value};
use super::headings::Headings;
use super::profile::{Identity, Source, TableRule, Unpivot};
use super::rules::Rules;
use super::tally;
use super::value::{CheckId, Forms, NumberForm};
use crate::catalogue::{ColumnType, TableContract, fold};
use crate::error::{Error, Result};
use hashbrown::HashMap as FastMap;
use regex::Regex;
use tabular::Cell;

struct GroupPlan {
    /// Field that receives the code, field that receives the cell.
    into: usize,
    value: usize,
    /// Column, code in the pool of `into`, how the column writes its numbers.
    columns: Vec<(usize, i64, NumberForm)>,
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

impl<'c> TablePlan<'c> {
    /// Lays a rule over headings.
    ///
    /// # Errors
    /// When the rule names an unknown field, column or code, or a regular expression is broken.
    pub fn new(
        rule: &TableRule,
        (headings, forms): (&Headings, &[Forms]),
        reading: &Reading<'c>,
        batch: usize,
        pools: &mut TableBatch,
    ) -> Result<Self> {
        let contract = reading.catalogue.table(&rule.name).ok_or_else(|| {
            Error::usage("profile-unknown-table").at(headings.place.clone()).with("found", &rule.name)
        })?;
        let mut builder = Builder { contract, headings, forms, reading, pools };
        let mut fields: Vec<FieldPlan> =
            contract.columns.iter().map(|_| FieldPlan { origin: Origin::Nothing }).collect();
        // In the table's order: a domain is read by the instrument that stands before it.
        let mut constants =
            rule.constants.iter().map(|(name, text)| Ok((builder.field(name)?, text))).collect::<Result<Vec<_>>>()?;
        constants.sort_unstable_by_key(|(field, _)| *field);
        for (field, text) in constants {
            fields[field].origin = builder.constant(field, text, &fields)?;
        }
        for (name, source) in &rule.columns {
            let field = builder.field(name)?;
            fields[field].origin = builder.cell(field, source)?;
        }
        builder.birth_year(&mut fields);
        let groups = rule.unpivot.iter().map(|group| builder.group(group, &fields)).collect::<Result<_>>()?;
        let column = |heading: &Option<String>| {
            heading.as_ref().map(|name| headings.require(std::slice::from_ref(name))).transpose()
        };
        let (when, unless) = (column(&rule.when)?, column(&rule.unless)?);
        Ok(TablePlan {
            contract,
            distinct: rule.distinct,
            batch,
            when,
            unless,
            fields,
            groups,
            rules: Rules::new(contract),
        })
    }

    /// Reads the records of one row into `records` and what is wrong with it into `faults`.
    pub fn read(&mut self, cells: &[Cell<'_>], reading: &Reading<'_>, batch: &mut TableBatch, out: &mut Records) {
        let is_blank = |column: usize| cells.get(column).is_none_or(Cell::is_blank);
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
            let filled =
                group.columns.iter().any(|(column, ..)| cells.get(*column).is_some_and(|cell| !cell.is_blank()));
            if !filled {
                continue;
            }
            let mut shared = base.clone();
            for (field, plan) in &mut group.fields {
                read_field(&self.contract.columns, (*field, plan), cells, &mut shared, (reading, batch), out);
            }
            for (column, code, form) in &group.columns {
                let cell = cells.get(*column).unwrap_or(&Cell::Empty);
                if cell.is_blank() {
                    continue; // not asked: no record, and no fault
                }
                shared[group.into] = *code;
                let read = read_number(cell, self.contract.columns[group.value].kind, *form);
                out.tested |= tally::reached(tally::checks(&["cell.error", "number.form"]), &read);
                shared[group.value] = match read {
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
    fn finish(
        &mut self,
        record: &[i64],
        cell: Option<usize>,
        reading: &Reading<'_>,
        batch: &TableBatch,
        out: &mut Records,
    ) {
        out.tested |= tally::checks(&["value.missing"]);
        for field in &self.rules.required {
            // A cell whose fault rejects the row needs no second fault; one whose fault only warns leaves it empty.
            let is_known = |fault: &Fault| fault.field == *field && reading.severities.rejects(fault.check);
            if record[*field] == NULL && !out.faults.iter().any(is_known) {
                out.faults.push(Fault { column: self.column_of(*field), field: *field, check: "value.missing" });
            }
        }
        for (earlier, later) in &self.rules.in_order {
            if record[*earlier] == NULL || record[*later] == NULL {
                continue;
            }
            out.tested |= tally::checks(&["date.order"]);
            if record[*later] < record[*earlier] {
                out.faults.push(Fault { column: self.column_of(*later), field: *later, check: "date.order" });
            }
        }
        if let Some((field, is_on_scale)) = self.rules.score_on_scale(record, batch, reading.catalogue) {
            out.tested |= tally::checks(&["score.range"]);
            if !is_on_scale {
                let column = cell.or_else(|| self.column_of(field));
                out.faults.push(Fault { column, field, check: "score.range" });
            }
        }
        out.push(self.batch, record);
    }

    /// The columns of the file that this plan reads, each with the type it is read as.
    pub fn columns(&self) -> impl Iterator<Item = (usize, ColumnType)> {
        let own = self.fields.iter().enumerate();
        let grouped = self.groups.iter().flat_map(|group| group.fields.iter().map(|(field, plan)| (*field, plan)));
        let scored = self.groups.iter().flat_map(|group| {
            group.columns.iter().map(|(column, ..)| (*column, self.contract.columns[group.value].kind))
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
    /// The checks that the row was put to.
    pub tested: tally::Checks,
    /// Number of the batch of each record, and where its values end.
    ends: Vec<(usize, usize)>,
    values: Vec<i64>,
}

impl Records {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.faults.clear();
        self.tested = 0;
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
    forms: &'b [Forms],
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
        let mut record: Vec<i64> =
            fields.iter().map(|plan| if let Origin::Constant(value) = plan.origin { value } else { NULL }).collect();
        let cell = Cell::Text(text.into());
        let cell = (&cell, &Forms::plain());
        match read_value(cell, (field, column), &self.contract.columns, &mut record, (self.reading, self.pools)) {
            Ok(value) => Ok(Origin::Constant(value)),
            Err(_) => Err(self.refused("profile-bad-constant", &format!("{} = {text}", column.name))),
        }
    }

    fn cell(&self, field: usize, source: &Source) -> Result<Origin> {
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
            forms: self.forms_of(column),
            checks: tally::of_cell(&self.contract.columns[field], source.identity, source.lookup.is_some()),
            known: FastMap::new(),
        }))
    }

    fn forms_of(&self, column: usize) -> Forms {
        self.forms.get(column).cloned().unwrap_or_else(Forms::plain)
    }

    /// A person table without a year of birth takes it from the national number.
    fn birth_year(&self, fields: &mut [FieldPlan]) {
        let (Some(year), Some(person)) = (self.contract.position("birth_year"), self.contract.position("person_id"))
        else {
            return;
        };
        if let (Origin::Nothing, Origin::Cell(plan)) = (&fields[year].origin, &fields[person].origin)
            && plan.identity != Identity::ClientNo
            && plan.extract.is_none()
            && plan.lookup.is_none()
        {
            fields[year].origin = Origin::BirthYear(plan.column, plan.identity);
        }
    }

    fn group(&mut self, group: &Unpivot, fields: &[FieldPlan]) -> Result<GroupPlan> {
        let (into, value) = (self.field(&group.into)?, self.field(&group.value)?);
        let mut own: Vec<(usize, FieldPlan)> = Vec::new();
        for (name, text) in &group.constants {
            let field = self.field(name)?;
            let origin = self.constant(field, text, fields)?;
            own.push((field, FieldPlan { origin }));
        }
        for (name, source) in &group.from {
            let field = self.field(name)?;
            own.push((field, FieldPlan { origin: self.cell(field, source)? }));
        }
        let mut columns = Vec::new();
        for (heading, code) in &group.columns {
            let column = self.headings.require(std::slice::from_ref(heading))?;
            let Origin::Constant(code) = self.constant(into, code, fields)? else { continue };
            columns.push((column, code, self.forms_of(column).numbers));
        }
        columns.sort_unstable_by_key(|(column, ..)| *column);
        Ok(GroupPlan { into, value, columns, fields: own })
    }
}

/// Columns that a rule reads as numbers.
pub(super) fn number_columns(plans: &[TablePlan<'_>], width: usize) -> Vec<bool> {
    use ColumnType::{Hours, Integer, Money, Score};
    let mut numbers = vec![false; width];
    for (column, kind) in plans.iter().flat_map(TablePlan::columns) {
        if let (Integer | Score | Hours | Money, Some(slot)) = (kind, numbers.get_mut(column)) {
            *slot = true;
        }
    }
    numbers
}

/// Columns whose cells may be shown in a reject file: those read as a date, a number or a code by every rule.
pub(super) fn open_columns(plans: &[TablePlan<'_>], width: usize) -> Vec<bool> {
    let mut open = vec![false; width];
    for (column, kind) in plans.iter().flat_map(TablePlan::columns) {
        if let Some(slot) = open.get_mut(column) {
            *slot = !matches!(kind, ColumnType::Person | ColumnType::Text);
        }
    }
    for (column, kind) in plans.iter().flat_map(TablePlan::columns) {
        if let (ColumnType::Person | ColumnType::Text, Some(slot)) = (kind, open.get_mut(column)) {
            *slot = false;
        }
    }
    open
}
