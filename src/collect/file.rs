//! One file of a submission: its header found, its rows sorted into loaded, rejected and ignored.

use super::batch::{Repeat, TableBatch};
use super::cell::{RawCell, RawRow};
use super::field::Reading;
use super::headings::{Headings, IgnorePlan};
use super::plan::{Fault, Records, TablePlan};
use super::profile::{FileRule, Format, Profile, Source, TableRule};
use super::rejects::{Reject, masked, shown, shown_row};
use super::workbook::{Merges, Workbook};
use super::{Desk, Handed, Submission, delimited};
use crate::catalogue::{ColumnType, fold};
use crate::error::{Error, Place, Result};
use crate::model::Receipt;
use regex::Regex;
use std::collections::HashMap;

type Directories = HashMap<String, HashMap<String, Option<String>>>;

/// The desk at which the files of one submission are read.
pub struct Intake<'c> {
    handed: &'c Handed,
    profile: &'c Profile,
    reading: Reading<'c>,
    tables: Vec<TableBatch>,
    sources: Vec<(String, String)>,
    receipts: Vec<Receipt>,
    rejects: Vec<Reject>,
}

impl<'c> Intake<'c> {
    /// A desk with nothing on it.
    pub fn new(desk: Desk<'c>, handed: &'c Handed, profile: &'c Profile, directories: &'c Directories) -> Self {
        let reading = Reading {
            catalogue: desk.catalogue,
            directories,
            key: desk.key,
            cpas: handed.cpas,
            format: Format::default(),
        };
        Intake {
            handed,
            profile,
            reading,
            tables: Vec::new(),
            sources: Vec::new(),
            receipts: Vec::new(),
            rejects: Vec::new(),
        }
    }

    /// Reads a file (or a sheet of it) by a rule.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a column.
    pub fn read_file(&mut self, rule: &FileRule, name: &str, bytes: &[u8]) -> Result<()> {
        let file = format!("{}/{name}", self.handed.name);
        let place = Place::file(&file);
        self.reading.format = rule.format.over(&self.profile.format);
        let mut opened = Opened::new(rule, bytes, &self.reading.format, &place)?;
        let sheet = opened.sheet.clone();
        self.sources.push((file.clone(), sheet.clone()));
        let receipt = Receipt { file, sheet, ..Receipt::default() };
        let merges = opened.merges()?;
        let mut sorter = Sorter::new(
            rule,
            receipt,
            merges,
            place.sheet(&opened.sheet),
            u32::try_from(self.sources.len() - 1).unwrap_or(0),
        );
        let (reading, tables) = (&self.reading, &mut self.tables);
        opened.rows(&reading.format, &mut |row| sorter.row(&row, reading, tables))?;
        let (receipt, rejects) = sorter.finish();
        self.receipts.push(receipt);
        self.rejects.extend(rejects);
        Ok(())
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
            unread,
        }
    }
}

/// A file opened as what it is: a workbook by its first bytes, else text.
struct Opened<'b> {
    sheet: String,
    place: Place,
    inner: Inner<'b>,
}

enum Inner<'b> {
    Workbook(Box<Workbook<'b>>),
    Text(std::borrow::Cow<'b, str>),
}

impl<'b> Opened<'b> {
    fn new(rule: &FileRule, bytes: &'b [u8], format: &Format, place: &Place) -> Result<Self> {
        let name = place.file.to_string_lossy().to_lowercase();
        let is_workbook = name.ends_with(".xlsx") || name.ends_with(".xlsm");
        if is_workbook && !bytes.is_empty() {
            let workbook = Workbook::open(bytes, place)?;
            let sheet = workbook.sheet_name(rule.sheet.as_deref())?;
            return Ok(Opened {
                place: place.clone().sheet(&sheet),
                sheet,
                inner: Inner::Workbook(Box::new(workbook)),
            });
        }
        let text = delimited::decode(bytes, format, place)?;
        Ok(Opened { sheet: String::new(), place: place.clone(), inner: Inner::Text(text) })
    }

    fn merges(&mut self) -> Result<Merges> {
        match &mut self.inner {
            Inner::Workbook(workbook) => workbook.merges(&self.sheet),
            Inner::Text(_) => Ok(Merges::default()),
        }
    }

    fn rows(&mut self, format: &Format, each: &mut dyn FnMut(RawRow<'_, '_>) -> Result<()>) -> Result<()> {
        match &mut self.inner {
            Inner::Workbook(workbook) => workbook.rows(&self.sheet, each),
            Inner::Text(text) => delimited::rows(text, format, &self.place, each),
        }
    }
}

/// What is known once the header has been read.
struct Laid<'c> {
    plans: Vec<TablePlan<'c>>,
    ignore: IgnorePlan,
    names: Vec<String>,
    open: Vec<bool>,
}

/// Sorts the rows of one file or sheet.
struct Sorter<'r, 'c> {
    rule: &'r FileRule,
    receipt: Receipt,
    merges: Merges,
    place: Place,
    source: u32,
    header: Vec<Vec<String>>,
    laid: Option<Laid<'c>>,
    rejects: Vec<Reject>,
    records: Records,
}

impl<'r, 'c> Sorter<'r, 'c> {
    fn new(rule: &'r FileRule, receipt: Receipt, merges: Merges, place: Place, source: u32) -> Self {
        Sorter {
            rule,
            receipt,
            merges,
            place,
            source,
            header: Vec::new(),
            laid: None,
            rejects: Vec::new(),
            records: Records::default(),
        }
    }

    fn row(&mut self, row: &RawRow<'_, '_>, reading: &Reading<'c>, tables: &mut Vec<TableBatch>) -> Result<()> {
        self.receipt.read += 1;
        let format = &reading.format;
        if self.receipt.read <= format.title_rows.unwrap_or(0) as u64 {
            self.receipt.header += 1;
            return Ok(());
        }
        if self.laid.is_none() {
            self.receipt.header += 1;
            self.header.push(row.cells.iter().map(|cell| cell.text().into_owned()).collect());
            if self.header.len() == format.header_rows.unwrap_or(1).max(1) {
                let first_row = row.number + 1 - self.header.len() as u64;
                self.lay(first_row, reading, tables)?;
            }
            return Ok(());
        }
        if row.is_blank() {
            self.receipt.blank += 1;
        } else if is_total(row, format) {
            self.receipt.total += 1;
        } else {
            self.content(row, reading, tables);
        }
        Ok(())
    }

    /// The header is complete: lay the rules over it.
    fn lay(&mut self, first_row: u64, reading: &Reading<'c>, tables: &mut Vec<TableBatch>) -> Result<()> {
        let expected = self.rule.tables.iter().flat_map(TableRule::headings);
        let headings = Headings::new(self.joined_header(first_row), self.place.clone(), expected);
        let mut plans = Vec::new();
        for rule in &self.rule.tables {
            let contract = reading.catalogue.table(&rule.name).ok_or_else(|| {
                Error::usage("profile-unknown-table").at(self.place.clone()).with("found", &rule.name)
            })?;
            let batch = tables.iter().position(|batch| batch.table == rule.name).unwrap_or_else(|| {
                tables.push(TableBatch::new(contract));
                tables.len() - 1
            });
            plans.push(TablePlan::new(rule, &headings, reading, batch, &mut tables[batch])?);
        }
        let open = open_columns(&plans, headings.names.len());
        let ignore = IgnorePlan::new(self.rule, &headings)?;
        self.laid = Some(Laid { plans, ignore, names: headings.names, open });
        Ok(())
    }

    /// The names of the columns: with several header rows `group / name`; a merged cell counts for all it covers.
    fn joined_header(&self, first_row: u64) -> Vec<String> {
        let width = self.header.iter().map(Vec::len).max().unwrap_or(0);
        let first = u32::try_from(first_row.saturating_sub(1)).unwrap_or(0);
        let name = |column: usize| {
            let mut parts: Vec<&str> = Vec::new();
            for level in 0..self.header.len() {
                let (row, position) = (first + u32::try_from(level).unwrap_or(0), u32::try_from(column).unwrap_or(0));
                let (row, position) = self.merges.anchor(row, position).unwrap_or((row, position));
                let cells = usize::try_from(row.saturating_sub(first)).ok().and_then(|level| self.header.get(level));
                let text = cells.and_then(|cells| cells.get(position as usize)).map_or("", String::as_str);
                if !text.is_empty() && parts.last() != Some(&text) {
                    parts.push(text);
                }
            }
            parts.join(" / ")
        };
        (0..width).map(name).collect()
    }

    fn content(&mut self, row: &RawRow<'_, '_>, reading: &Reading<'_>, tables: &mut [TableBatch]) {
        let Some(laid) = &mut self.laid else { return };
        if laid.ignore.covers(row.cells) {
            self.receipt.declared += 1;
            return;
        }
        let records = &mut self.records;
        records.clear();
        if row.cells.iter().skip(laid.names.len()).any(|cell| !cell.is_blank()) {
            records.faults.push(Fault { column: None, field: 0, check: "row.shape" });
        } else {
            for plan in &mut laid.plans {
                let batch = plan.batch;
                plan.read(row.cells, reading, &mut tables[batch], records);
            }
        }
        if records.faults.is_empty() {
            find_repeats(&laid.plans, tables, records);
        }
        let number = u32::try_from(row.number).unwrap_or(u32::MAX);
        if !records.faults.is_empty() {
            self.receipt.rejected += 1;
            self.reject(row);
        } else if records.is_empty() {
            self.receipt.declared += 1;
        } else {
            self.receipt.loaded += 1;
            // A person on every row is one record: the first row is its origin.
            for (batch, values) in records.iter() {
                tables[batch].push(values, self.source, number);
            }
        }
    }

    fn reject(&mut self, row: &RawRow<'_, '_>) {
        let Some(laid) = &self.laid else { return };
        let content = shown_row(row.cells, &laid.open);
        self.records.faults.sort_by_key(|fault| (fault.column, fault.check));
        self.records.faults.dedup_by_key(|fault| (fault.column, fault.check));
        for fault in &self.records.faults {
            let cell = fault.column.and_then(|column| row.cells.get(column)).unwrap_or(&RawCell::Empty);
            let is_open = fault.column.is_some_and(|column| laid.open.get(column).copied().unwrap_or(false));
            self.rejects.push(Reject {
                file: self.receipt.file.clone(),
                sheet: self.receipt.sheet.clone(),
                row: row.number,
                column: fault.column.and_then(|column| laid.names.get(column)).cloned().unwrap_or_default(),
                value: if is_open || cell.is_blank() { shown(cell) } else { masked() },
                check: fault.check.to_owned(),
                content: content.clone(),
            });
        }
    }

    fn finish(mut self) -> (Receipt, Vec<Reject>) {
        if self.receipt.loaded + self.receipt.rejected + self.receipt.declared == 0 {
            self.rejects.push(Reject {
                file: self.receipt.file.clone(),
                sheet: self.receipt.sheet.clone(),
                row: 0,
                column: String::new(),
                value: String::new(),
                check: "file.empty".to_owned(),
                content: String::new(),
            });
        }
        (self.receipt, self.rejects)
    }
}

/// Columns whose cells may be shown in a reject file: those read as a date, a number or a code by every rule.
fn open_columns(plans: &[TablePlan<'_>], width: usize) -> Vec<bool> {
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

fn is_total(row: &RawRow<'_, '_>, format: &Format) -> bool {
    let Some(total) = &format.total else { return false };
    row.first_filled().is_some_and(|cell| fold(&cell.text()).starts_with(&fold(total)))
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

/// Calls `each` with the key and value of every row of a directory's file.
///
/// # Errors
/// When the file cannot be read or lacks a column.
pub fn each_pair(
    rule: &FileRule,
    format: &Format,
    bytes: &[u8],
    (place, key, value): (&Place, &Source, &Source),
    each: &mut dyn FnMut(&str, &str),
) -> Result<()> {
    let mut opened = Opened::new(rule, bytes, format, place)?;
    let pattern = |source: &Source| {
        source.extract.as_ref().map(|pattern| Regex::new(pattern)).transpose().map_err(|fault| {
            Error::usage("profile-bad-pattern").at(place.clone()).with("found", fault).with("table", "directory")
        })
    };
    let (key_pattern, value_pattern) = (pattern(key)?, pattern(value)?);
    let mut columns: Option<(usize, usize)> = None;
    let mut read = 0;
    opened.rows(format, &mut |row| {
        read += 1;
        if read <= format.title_rows.unwrap_or(0) {
            return Ok(());
        }
        let Some((key_column, value_column)) = columns else {
            let names = row.cells.iter().map(|cell| cell.text().into_owned()).collect();
            let expected = key.headings.iter().chain(&value.headings);
            let headings = Headings::new(names, place.clone(), expected);
            columns = Some((headings.require(&key.headings)?, headings.require(&value.headings)?));
            return Ok(());
        };
        let part = |column: usize, pattern: &Option<Regex>| {
            let text = row.cells.get(column).map(|cell| cell.text().into_owned()).unwrap_or_default();
            match pattern {
                None => Some(text),
                Some(pattern) => pattern
                    .captures(&text)
                    .and_then(|found| found.get(1).or_else(|| found.get(0)))
                    .map(|part| part.as_str().to_owned()),
            }
        };
        if let (Some(key), Some(value)) = (part(key_column, &key_pattern), part(value_column, &value_pattern))
            && !key.is_empty()
            && !value.is_empty()
        {
            each(&key, &value);
        }
        Ok(())
    })
}
