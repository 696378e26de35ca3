//! One file of a submission: its header found, its rows sorted into loaded, rejected and ignored.

use super::batch::{Repeat, TableBatch};
use super::field::Reading;
use super::header::{self, Header, Wanted};
use super::headings::{Headings, IgnorePlan};
use super::opened::Opened;
use super::plan::{Fault, Records, TablePlan, number_columns, open_columns};
use super::profile::{FileRule, Format, Profile, TableRule};
use super::rejects::{Reject, masked, shown, shown_row};
use super::tally::{self, Severities, Tally};
use super::totals::{self, Totals};
use super::value::CheckId;
use super::{Desk, Handed, Submission};
use crate::catalogue::{Catalogue, Severity, fold};
use crate::error::{Error, Place, Result};
use crate::model::{ReadColumn, Receipt};
use std::collections::HashMap;
use tabular::layout::{Held, Look, Part, Tail};
use tabular::{Cell, Input, Limits, Row};

type Directories = HashMap<String, HashMap<String, Option<String>>>;

/// The desk at which the files of one submission are read.
pub struct Intake<'c> {
    handed: &'c Handed,
    profile: &'c Profile,
    limits: &'c Limits,
    reading: Reading<'c>,
    tables: Vec<TableBatch>,
    sources: Vec<(String, String)>,
    receipts: Vec<Receipt>,
    rejects: Vec<Reject>,
    headings: Vec<ReadColumn>,
    tally: Tally,
}

impl<'c> Intake<'c> {
    /// A desk with nothing on it.
    pub fn new(desk: Desk<'c>, handed: &'c Handed, profile: &'c Profile, directories: &'c Directories) -> Self {
        let severities = Severities::new(desk.catalogue);
        let reading = Reading { catalogue: desk.catalogue, directories, key: desk.key, cpas: handed.cpas, severities };
        Intake {
            handed,
            profile,
            limits: desk.limits,
            reading,
            tables: Vec::new(),
            sources: Vec::new(),
            receipts: Vec::new(),
            rejects: Vec::new(),
            headings: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Reads a file (or a sheet of it) by a rule.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a column.
    pub fn read_file(&mut self, rule: &FileRule, name: &str, input: &dyn Input) -> Result<()> {
        let file = format!("{}/{name}", self.handed.name);
        let format = rule.format.over(&self.profile.format);
        let mut opened = Opened::new(rule, input, &format, self.limits, &Place::file(&file))?;
        self.sources.push((file.clone(), opened.sheet.clone()));
        let source = u32::try_from(self.sources.len() - 1).unwrap_or(0);
        let receipt = Receipt { file, sheet: opened.sheet.clone(), ..Receipt::default() };
        let merges = opened.merges()?;
        let header = header::find(&mut opened, rule, &format, &merges)?;
        let laid = match &header {
            None => None,
            Some(header) => Some(self.lay(&mut opened, (rule, &format), header)?),
        };
        let beside = header.as_ref().map(|header| header.beside.clone()).unwrap_or_default();
        let mut sorter = Sorter::new((header, laid), receipt, &format, source);
        sorter.beside = beside;
        sorter.others = self.others(rule);
        let (reading, tables) = (&self.reading, &mut self.tables);
        opened.rows(&mut |row| sorter.row(&row, reading, tables))?;
        sorter.add_up(&mut opened)?;
        sorter.bottom(reading)?;
        sorter.finish(reading)?;
        self.receipts.push(sorter.receipt);
        self.rejects.extend(sorter.rejects);
        self.tally.add(&sorter.tally);
        Ok(())
    }

    /// The headings of the other tables that the profile finds in the same file or sheet.
    fn others(&self, rule: &FileRule) -> Vec<Wanted> {
        let is_same = |other: &&FileRule| {
            !std::ptr::eq(*other, rule)
                && other.name == rule.name
                && other.sheet == rule.sheet
                && !other.tables.iter().any(|table| rule.tables.iter().any(|own| own.name == table.name))
        };
        self.profile.files.iter().filter(is_same).map(Wanted::new).collect()
    }

    /// Lays the rules over the header.
    fn lay(
        &mut self,
        opened: &mut Opened<'_>,
        (rule, format): (&FileRule, &Format),
        header: &Header,
    ) -> Result<Laid<'c>> {
        let place = opened.place.clone().row(header.row);
        let expected = rule.tables.iter().flat_map(TableRule::headings);
        let headings = Headings::new(header.names.clone(), opened.place.clone(), expected);
        let shown = header::look(opened, (rule, format), (header, &headings), self.reading.catalogue)?;
        self.headings.extend(shown.columns);
        let mut plans = Vec::new();
        for rule in &rule.tables {
            let contract = self
                .reading
                .catalogue
                .table(&rule.name)
                .ok_or_else(|| Error::usage("profile-unknown-table").at(place.clone()).with("found", &rule.name))?;
            let known = self.tables.iter().position(|batch| batch.table == rule.name);
            let batch = known.unwrap_or_else(|| {
                self.tables.push(TableBatch::new(contract));
                self.tables.len() - 1
            });
            plans.push(TablePlan::new(rule, (&headings, &shown.forms), &self.reading, batch, &mut self.tables[batch])?);
        }
        let open = open_columns(&plans, headings.names.len());
        let ignore = IgnorePlan::new(rule, &headings)?;
        let is_number = number_columns(&plans, headings.names.len());
        let totals = Totals::new(is_number, shown.forms, format.total.is_some());
        Ok(Laid { plans, ignore, names: headings.names, open, doubts: shown.doubts, totals })
    }

    /// What was read.
    pub fn finish(self, id: String, unread: Vec<String>) -> Submission {
        Submission {
            handed: self.handed.clone(),
            id,
            tables: self.tables,
            sources: self.sources,
            receipts: self.receipts,
            rejects: self.rejects,
            tally: self.tally,
            headings: self.headings,
            unread,
        }
    }
}

/// What is known once the header has been read.
struct Laid<'c> {
    plans: Vec<TablePlan<'c>>,
    ignore: IgnorePlan,
    names: Vec<String>,
    open: Vec<bool>,
    /// Columns in whose dates something cannot be told, and the check that says so.
    doubts: Vec<(usize, CheckId)>,
    /// What totals lines are compared with.
    totals: Totals,
}

/// Sorts the rows of one file or sheet.
struct Sorter<'c> {
    /// Rows above the content: titles, then the header.
    above: u64,
    /// The names in a header of one line: the same row again is the header again, as on every page of a print.
    again: Vec<String>,
    /// What looks like totals or notes is held back until it is known whether content follows.
    tail: Tail,
    /// Other tables of the file, and whether one of them has begun.
    others: Vec<Wanted>,
    is_over: bool,
    is_after_blank: bool,
    total: Option<String>,
    receipt: Receipt,
    source: u32,
    laid: Option<Laid<'c>>,
    rejects: Vec<Reject>,
    records: Records,
    hidden: u64,
    /// Tables beside one another, by their columns.
    beside: String,
    tally: Tally,
}

impl<'c> Sorter<'c> {
    fn new((header, laid): (Option<Header>, Option<Laid<'c>>), receipt: Receipt, format: &Format, source: u32) -> Self {
        Sorter {
            above: header.as_ref().map_or(0, |header| (header.above + header.lines) as u64),
            tail: Tail::new(header.as_ref().map_or(0, |header| header.names.len())),
            again: header.filter(|header| header.lines == 1).map_or_else(Vec::new, |header| header.names),
            others: Vec::new(),
            is_over: false,
            is_after_blank: false,
            total: format.total.as_ref().map(|total| fold(total)),
            receipt,
            source,
            laid,
            rejects: Vec::new(),
            records: Records::default(),
            hidden: 0,
            beside: String::new(),
            tally: Tally::default(),
        }
    }

    fn row(&mut self, row: &Row<'_, '_>, reading: &Reading<'c>, tables: &mut [TableBatch]) -> Result<()> {
        self.receipt.read += 1;
        if self.receipt.read <= self.above {
            self.receipt.header += 1;
        } else if row.cells.is_empty() && row.remarks.hidden {
            self.receipt.declared += 1;
        } else if row.is_blank() {
            self.receipt.blank += 1;
            self.is_after_blank = true;
            self.tail.look(row);
        } else if self.is_over || self.ends_here(row) {
            self.receipt.declared += 1;
        } else if self.is_header_again(row) {
            self.receipt.header += 1;
        } else if self.is_total(row) {
            self.receipt.total += 1;
            return self.total(row, reading);
        } else {
            match self.tail.look(row) {
                Look::Blank => {}
                Look::Held(before) => self.was_content(&before, reading, tables)?,
                Look::Content(before) => {
                    self.was_content(&before, reading, tables)?;
                    return self.content(row, reading, tables);
                }
            }
        }
        Ok(())
    }

    /// Rows that were held back, and which content followed.
    fn was_content(&mut self, rows: &[Held], reading: &Reading<'c>, tables: &mut [TableBatch]) -> Result<()> {
        rows.iter().try_for_each(|held| self.content(&unheld(held), reading, tables))
    }

    /// Adds up the rows above a totals line that was found by its look. Files have one so rarely that they are read
    /// again for it; where the profile states that there are totals lines, rows are added as they come.
    fn add_up(&mut self, opened: &mut Opened<'_>) -> Result<()> {
        let Some(first) = self.tail.first_total().filter(|_| self.total.is_none()) else { return Ok(()) };
        let Some(mut laid) = self.laid.take() else { return Ok(()) };
        let mut read = 0;
        opened.rows_while(&mut |row| {
            read += 1;
            let is_content = read > self.above && !row.is_blank() && !self.is_header_again(row);
            if is_content && row.number < first {
                laid.totals.add(row, laid.ignore.covers(row.cells));
            }
            row.number < first
        })?;
        self.laid = Some(laid);
        Ok(())
    }

    /// The rows below the content: totals and notes.
    fn bottom(&mut self, reading: &Reading<'c>) -> Result<()> {
        for held in std::mem::take(&mut self.tail).finish() {
            match held.part {
                Part::Total => {
                    self.receipt.total += 1;
                    self.total(&unheld(&held), reading)?;
                }
                Part::Note => self.receipt.declared += 1,
            }
        }
        Ok(())
    }

    /// True when another table of the file begins with this row.
    fn ends_here(&mut self, row: &Row<'_, '_>) -> bool {
        let is_after_blank = std::mem::take(&mut self.is_after_blank);
        if is_after_blank && self.others.iter().any(|other| other.is_header(row)) {
            self.is_over = true;
        }
        self.is_over
    }

    fn is_header_again(&self, row: &Row<'_, '_>) -> bool {
        let name = |column: usize| self.again.get(column).map_or("", String::as_str);
        // The first cell tells almost always that it is not.
        !self.again.is_empty()
            && row.cells.first().is_some_and(|cell| cell.text() == name(0))
            && row.cells.iter().enumerate().all(|(column, cell)| cell.text() == name(column))
    }

    fn is_total(&self, row: &Row<'_, '_>) -> bool {
        let Some(total) = &self.total else { return false };
        row.first_filled().is_some_and(|cell| fold(&cell.text()).starts_with(total))
    }

    fn content(&mut self, row: &Row<'_, '_>, reading: &Reading<'_>, tables: &mut [TableBatch]) -> Result<()> {
        let Some(laid) = &mut self.laid else { return Ok(()) };
        let is_left_out = laid.ignore.covers(row.cells);
        if self.total.is_some() {
            laid.totals.add(row, is_left_out);
        }
        if is_left_out {
            self.receipt.declared += 1;
            return Ok(());
        }
        let records = &mut self.records;
        records.clear();
        remark(row, records);
        if !row.remarks.undecodable {
            records.tested |= tally::checks(&["row.shape"]);
            if row.cells.iter().skip(laid.names.len()).any(|cell| !cell.is_blank()) {
                records.faults.push(Fault { column: None, field: 0, check: "row.shape" });
            } else {
                for plan in &mut laid.plans {
                    let batch = plan.batch;
                    plan.read(row.cells, reading, &mut tables[batch], records);
                }
            }
        }
        if !is_rejected(records, reading) && !records.is_empty() {
            records.tested |= tally::checks(&["duplicate.row", "duplicate.key"]);
            find_repeats(&laid.plans, tables, records);
        }
        let number = u32::try_from(row.number).unwrap_or(u32::MAX);
        self.hidden += u64::from(row.remarks.hidden);
        if is_rejected(records, reading) {
            self.receipt.rejected += 1;
        } else if records.is_empty() {
            self.receipt.declared += 1;
        } else {
            self.receipt.loaded += 1;
            // A person on every row is one record: the first row is its origin.
            for (batch, values) in records.iter() {
                tables[batch].push(values, self.source, number);
            }
        }
        self.note(row, reading)
    }

    /// A finding about the file as a whole.
    fn finding(&self, check: CheckId, reading: &Reading<'_>) -> Reject {
        Reject {
            file: self.receipt.file.clone(),
            sheet: self.receipt.sheet.clone(),
            row: 0,
            column: String::new(),
            value: String::new(),
            check: check.to_owned(),
            severity: reading.severities.of(check),
            content: String::new(),
        }
    }

    /// Notes the faults of a row, and what it was put to.
    fn note(&mut self, row: &Row<'_, '_>, reading: &Reading<'_>) -> Result<()> {
        let Some(laid) = &self.laid else { return Ok(()) };
        let failed = self.records.faults.iter().fold(0, |set, fault| set | tally::checks(&[fault.check]));
        self.tally.count(self.records.tested, failed);
        if failed == 0 {
            return Ok(());
        }
        let content = shown_row(row.cells, &laid.open);
        self.records.faults.sort_by_key(|fault| (fault.column, fault.check));
        self.records.faults.dedup_by_key(|fault| (fault.column, fault.check));
        let first = self.rejects.len();
        for fault in &self.records.faults {
            let cell = fault.column.and_then(|column| row.cells.get(column)).unwrap_or(&Cell::Empty);
            let is_open = fault.column.is_some_and(|column| laid.open.get(column).copied().unwrap_or(false));
            self.rejects.push(Reject {
                row: row.number,
                column: fault.column.and_then(|column| laid.names.get(column)).cloned().unwrap_or_default(),
                value: if is_open || cell.is_blank() { shown(cell) } else { masked() },
                content: content.clone(),
                ..self.finding(fault.check, reading)
            });
        }
        self.stop(first, reading)
    }

    /// A totals line: none of it is loaded; what it says is compared with the rows above it.
    fn total(&mut self, row: &Row<'_, '_>, reading: &Reading<'_>) -> Result<()> {
        const SUM: CheckId = "total.sum";
        let Some(laid) = &mut self.laid else { return Ok(()) };
        let (compared, differences) = laid.totals.compare(row);
        let (names, open) = (laid.names.clone(), laid.open.clone());
        let set = |is_in: bool| if is_in { tally::checks(&[SUM]) } else { 0 };
        self.tally.count(set(compared > 0), set(!differences.is_empty()));
        let first = self.rejects.len();
        for one in &differences {
            self.rejects.push(Reject {
                row: row.number,
                column: names.get(one.column).cloned().unwrap_or_default(),
                value: format!("{} (Σ {})", totals::shown(i128::from(one.says)), totals::shown(one.rows_give)),
                content: shown_row(row.cells, &open),
                ..self.finding(SUM, reading)
            });
        }
        self.stop(first, reading)
    }

    /// Refuses the submission when one of these faults is of a check that stops.
    fn stop(&self, first: usize, reading: &Reading<'_>) -> Result<()> {
        let stops = |fault: &&Reject| fault.severity == Severity::Stop;
        self.rejects[first..].iter().find(stops).map_or(Ok(()), |fault| Err(stopped(fault, reading.catalogue)))
    }

    /// The checks on the file as a whole.
    fn finish(&mut self, reading: &Reading<'_>) -> Result<()> {
        let mut found = Vec::new();
        if self.receipt.loaded + self.receipt.rejected + self.receipt.declared == 0 {
            found.push(self.finding("file.empty", reading));
        }
        if self.hidden > 0 {
            found.push(Reject { value: self.hidden.to_string(), ..self.finding("sheet.hidden_rows", reading) });
        }
        if !self.beside.is_empty() {
            found.push(Reject { value: self.beside.clone(), ..self.finding("sheet.beside", reading) });
        }
        let mut failed = found.iter().fold(0, |set, one| set | tally::checks(&[one.check.as_str()]));
        if let Some(laid) = &self.laid {
            for (column, check) in &laid.doubts {
                let column = laid.names.get(*column).cloned().unwrap_or_default();
                found.push(Reject { column, ..self.finding(check, reading) });
                failed |= tally::checks(&[check]);
            }
        }
        self.tally.count(tally::OF_FILES, failed);
        let first = self.rejects.len();
        self.rejects.extend(found);
        self.stop(first, reading)
    }
}

fn unheld(held: &Held) -> Row<'_, 'static> {
    Row { number: held.number, cells: &held.cells, remarks: held.remarks }
}

/// Says what had to be done to read a row at all: somebody should look at it.
fn remark(row: &Row<'_, '_>, records: &mut Records) {
    let remarks = [
        (row.remarks.undecodable, "row.undecodable"),
        (row.remarks.stray_quote, "row.stray_quote"),
        (row.remarks.other_delimiter, "row.other_delimiter"),
        (row.remarks.other_encoding, "row.other_encoding"),
    ];
    records.tested |= tally::OF_ROWS;
    let faults = remarks.into_iter().filter(|(is_so, _)| *is_so);
    records.faults.extend(faults.map(|(_, check)| Fault { column: None, field: usize::MAX, check }));
}

/// True when a fault of the row keeps it out of the lake.
fn is_rejected(records: &Records, reading: &Reading<'_>) -> bool {
    records.faults.iter().any(|fault| reading.severities.rejects(fault.check))
}

fn stopped(fault: &Reject, catalogue: &Catalogue) -> Error {
    let place = Place::file(&fault.file).sheet(&fault.sheet);
    let place = if fault.row == 0 { place } else { place.row(fault.row) };
    let place = if fault.column.is_empty() { place } else { place.column(&fault.column) };
    let error = Error::input("check-stop").at(place).with("check", &fault.check);
    let check = catalogue.checks.get(&fault.check);
    let (title, advice) = check.map(|check| (check.title.clone(), check.advice.clone())).unwrap_or_default();
    error.with_words("title", &title).with_words("advice", &advice)
}

/// Marks a row whose records were all handed in before, or whose key stands for something else.
fn find_repeats(plans: &[TablePlan<'_>], tables: &[TableBatch], records: &mut Records) {
    let mut found: Option<Fault> = None;
    for (batch, values) in records.iter() {
        let distinct = plans.iter().any(|plan| plan.batch == batch && plan.distinct);
        let check = match tables[batch].repeat(values) {
            Repeat::New => continue,
            Repeat::Same if distinct => continue,
            Repeat::Same => "duplicate.row",
            Repeat::Other => "duplicate.key",
        };
        // The graver of the two stands for the row.
        if found.is_none() || check == "duplicate.key" {
            found = Some(Fault { column: None, field: 0, check });
        }
    }
    records.faults.extend(found);
}
