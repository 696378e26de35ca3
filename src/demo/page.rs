//! One file, or one sheet of a workbook, on its way out: records, their headings, the planted faults.

use chrono::NaiveDate;

/// What a cell holds, before an office's habits give it a form.
#[derive(Clone, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// Text as it stands.
    Text(String),
    /// List and code: the office writes its own word for it.
    Code(&'static str, &'static str),
    /// A national number, eleven digits.
    Niss(String),
    /// A day.
    On(NaiveDate),
    /// A whole number.
    Whole(i64),
    /// Hours in hundredths.
    Hours(i64),
    /// Euro in cents.
    Money(i64),
    /// Yes or no.
    Yes(bool),
}

impl Cell {
    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    /// A day that may be unknown.
    pub(super) fn on(day: Option<NaiveDate>) -> Self {
        day.map_or(Cell::Empty, Cell::On)
    }

    /// A code that may be unknown.
    pub(super) fn code(list: &'static str, code: Option<&'static str>) -> Self {
        code.map_or(Cell::Empty, |code| Cell::Code(list, code))
    }
}

/// Field to cell, in any order.
#[derive(Clone, Default)]
pub(super) struct Record(Vec<(&'static str, Cell)>);

impl Record {
    /// The record with a field set.
    pub(super) fn with(mut self, field: &'static str, cell: Cell) -> Self {
        match self.0.iter_mut().find(|(name, _)| *name == field) {
            Some((_, old)) => *old = cell,
            None => self.0.push((field, cell)),
        }
        self
    }

    /// The cell of a field.
    pub(super) fn get(&self, field: &str) -> &Cell {
        self.0.iter().find(|(name, _)| *name == field).map_or(&Cell::Empty, |(_, cell)| cell)
    }
}

/// Which check a planted row fails, and where.
#[derive(Clone)]
pub(super) struct Mark {
    /// Field whose column is at fault; empty for the whole row.
    pub(super) field: &'static str,
    /// Id of the check.
    pub(super) check: &'static str,
    /// What is wrong, for people.
    pub(super) what: &'static str,
}

/// A planted fault, as the list of faults shows it.
#[derive(Clone)]
pub(super) struct Fault {
    /// File relative to the inbox.
    pub(super) file: String,
    /// Sheet of a workbook, else empty.
    pub(super) sheet: String,
    /// Row as an editor or a spreadsheet counts it; none for a whole file.
    pub(super) row: Option<usize>,
    /// Heading of the column, empty for the whole row.
    pub(super) column: String,
    /// Id of the check.
    pub(super) check: &'static str,
    /// What is wrong, for people.
    pub(super) what: &'static str,
}

/// How an office lays a table out.
pub(super) struct Layout {
    /// Table of the records.
    pub(super) table: &'static str,
    /// File's name (for a workbook: the sheet's name).
    pub(super) name: &'static str,
    /// Headings and the field below each. `group / name` stands for a heading of two lines.
    pub(super) columns: &'static [(&'static str, &'static str)],
}

/// A file or sheet to write.
pub(super) struct Page {
    /// How it is laid out.
    pub(super) layout: &'static Layout,
    /// Lines above the header.
    pub(super) titles: Vec<String>,
    /// The records, each with the check it fails, if it was planted.
    pub(super) rows: Vec<(Record, Option<Mark>)>,
    /// Word that opens a totals line and the fields that it sums.
    pub(super) total: Option<(&'static str, &'static [&'static str])>,
}

impl Page {
    /// A page of records without faults.
    pub(super) fn new(layout: &'static Layout, records: Vec<Record>) -> Self {
        let rows = records.into_iter().map(|record| (record, None)).collect();
        Page { layout, titles: Vec::new(), rows, total: None }
    }

    /// Plants a faulty row: a copy of row `like` (counted from 0 among the records) with cells changed, put right
    /// after it. The record it copies stays, so that what is loaded does not depend on what is planted.
    pub(super) fn plant(&mut self, like: usize, changes: &[(&'static str, Cell)], mark: Mark) {
        let like = like.min(self.rows.len().saturating_sub(1));
        let Some((record, _)) = self.rows.get(like) else { return };
        let record = changes.iter().fold(record.clone(), |record, (field, cell)| record.with(field, cell.clone()));
        self.rows.insert(like + 1, (record, Some(mark)));
    }

    /// Heading of a field.
    pub(super) fn heading(&self, field: &str) -> String {
        let found = self.layout.columns.iter().find(|(_, name)| *name == field);
        found.map_or(String::new(), |(heading, _)| (*heading).to_owned())
    }

    /// The fault of a row once it is known where it stands.
    pub(super) fn fault(&self, mark: &Mark, file: &str, sheet: &str, row: usize) -> Fault {
        Fault {
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            row: Some(row),
            column: self.heading(mark.field),
            check: mark.check,
            what: mark.what,
        }
    }

    /// The totals line, cell by cell; a table without sums shows how many rows it has.
    pub(super) fn total_cells(&self) -> Option<Vec<Cell>> {
        let (word, fields) = self.total?;
        let mut cells: Vec<Cell> = self.layout.columns.iter().map(|(_, field)| self.sum(field, fields)).collect();
        if let Some(first) = cells.first_mut() {
            *first = Cell::text(word);
        }
        if let Some(count) = cells.get_mut(1).filter(|_| !fields.iter().any(|field| !self.heading(field).is_empty())) {
            *count = Cell::Whole(i64::try_from(self.rows.len()).unwrap_or(0));
        }
        Some(cells)
    }

    fn sum(&self, field: &str, summed: &[&str]) -> Cell {
        if !summed.contains(&field) {
            return Cell::Empty;
        }
        self.rows.iter().fold(Cell::Empty, |sum, (record, _)| match (sum, record.get(field)) {
            (Cell::Money(sum), Cell::Money(cents)) => Cell::Money(sum + cents),
            (Cell::Hours(sum), Cell::Hours(hours)) => Cell::Hours(sum + hours),
            (Cell::Empty, cell @ (Cell::Money(_) | Cell::Hours(_))) => cell.clone(),
            (sum, _) => sum,
        })
    }
}
