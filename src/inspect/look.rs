//! A file looked at: its sheets, their tables, what each column holds and which fields it would feed.

use super::column::Column;
use super::matching::{KnownHeadings, TableMatch, match_table};
use super::source::{Role, Source};
use crate::catalogue::{Catalogue, TableContract};
use crate::error::Result;
use crate::model::ReadColumn;
use tabular::Cell;
use tabular::layout::Span;

/// Rows that are shown.
const FIRST_ROWS: usize = 5;

/// A file, looked at.
pub struct LookedFile {
    /// The file.
    pub source: Source,
    /// Its sheets; a text is one.
    pub sheets: Vec<LookedSheet>,
}

/// A sheet, looked at.
pub struct LookedSheet {
    /// Its name; empty for a text.
    pub name: String,
    /// A person does not see it.
    pub is_hidden: bool,
    /// Its tables, one after the other.
    pub tables: Vec<LookedTable>,
    /// Columns of tables that stand beside one another and are read as one; empty where there are none.
    pub beside: String,
}

/// A table of a sheet, looked at.
pub struct LookedTable {
    /// Where it stands.
    pub span: Span,
    /// Rows of each kind: content, blank, totals, notes.
    pub rows: Rows,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its first rows.
    pub first_rows: Vec<Vec<Cell<'static>>>,
    /// The tables of the data model that it would feed.
    pub matches: Vec<TableMatch>,
}

/// How many rows of each kind a table has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rows {
    /// Content.
    pub content: u64,
    /// Blank.
    pub blank: u64,
    /// Totals.
    pub totals: u64,
    /// Notes below.
    pub notes: u64,
}

/// Looks at a file.
///
/// # Errors
/// When it cannot be read.
pub fn look(source: Source, catalogue: &Catalogue, known: &KnownHeadings) -> Result<LookedFile> {
    let mut sheets = Vec::new();
    for (name, is_hidden) in source.sheets() {
        let layout = source.layout(&name)?;
        let table = |(span, names): (&Span, &Vec<String>)| LookedTable {
            span: span.clone(),
            rows: Rows::default(),
            columns: names.iter().enumerate().map(|(position, name)| Column::new(name.clone(), position)).collect(),
            first_rows: Vec::new(),
            matches: Vec::new(),
        };
        let mut tables: Vec<LookedTable> = layout.spans.iter().zip(&layout.names).map(table).collect();
        source.walk(&name, &layout, &mut |seen, cells| {
            tables[seen.table].see(seen.role, cells);
            Ok(())
        })?;
        for table in &mut tables {
            table.matches = main_match(catalogue, known, &table.columns, (&name, &source.name()));
        }
        sheets.push(LookedSheet { name, is_hidden, tables, beside: layout.beside });
    }
    Ok(LookedFile { source, sheets })
}

impl LookedTable {
    fn see(&mut self, role: Role, cells: &[Cell<'_>]) {
        match role {
            Role::Above | Role::Header => {}
            Role::Blank => self.rows.blank += 1,
            Role::Total => self.rows.totals += 1,
            Role::Note => self.rows.notes += 1,
            Role::Content => {
                self.rows.content += 1;
                for column in &mut self.columns {
                    column.see(cells.get(column.position).unwrap_or(&Cell::Empty));
                }
                if self.first_rows.len() < FIRST_ROWS {
                    self.first_rows.push(cells.iter().map(|cell| cell.clone().into_owned()).collect());
                }
            }
        }
    }

    /// Its columns, as they are kept to compare with the next submission.
    pub fn read_columns(&self, file: &str, sheet: &str) -> Vec<ReadColumn> {
        if self.span.header.is_empty() {
            return Vec::new();
        }
        let one = |column: &Column| ReadColumn {
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            position: u32::try_from(column.position).unwrap_or(u32::MAX),
            heading: column.heading.clone(),
            kind: column.kind(),
            filled: super::column::share(column.filled(), column.rows),
            // A median of few is a cell of somebody.
            median: column.median().filter(|_| column.filled() >= 10 && column.long_digits * 10 <= column.filled()),
        };
        self.columns.iter().filter(|column| !column.heading.is_empty()).map(one).collect()
    }
}

/// The table that a sheet's columns fit best; nothing when they fit none.
fn main_match(
    catalogue: &Catalogue,
    known: &KnownHeadings,
    columns: &[Column],
    (sheet, file): (&str, &str),
) -> Vec<TableMatch> {
    let title = if sheet.is_empty() { file.rsplit_once('.').map_or(file, |(stem, _)| stem) } else { sheet };
    let mut best: Option<(f64, TableMatch)> = None;
    for table in &catalogue.tables {
        let mut matched = match_table(catalogue, known, table, columns);
        matched.is_titled = catalogue.headings.table(&table.name).is_some_and(|own| own.is_titled(title));
        let Some(score) = score(table, &matched, columns) else { continue };
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, matched));
        }
    }
    best.map(|(_, matched)| vec![matched]).unwrap_or_default()
}

/// How well columns fit a table: the share of its required fields, and the share of the file's columns that it explains.
/// `None`: too little to speak of.
fn score(table: &TableContract, matched: &TableMatch, columns: &[Column]) -> Option<f64> {
    let required = table.columns.iter().filter(|field| field.required).count();
    let missing = matched.missing_required(table).len();
    let fed = matched.columns().len();
    let headed = columns.iter().filter(|column| !column.heading.is_empty()).count();
    if fed < 2 || missing * 2 > required || (missing > 0 && !matched.is_titled && fed * 2 < headed) {
        return None;
    }
    let title = if matched.is_titled { 0.4 } else { 0.0 };
    Some(1.0 - ratio(missing, required) + ratio(fed, headed) + title)
}

fn ratio(part: usize, whole: usize) -> f64 {
    super::column::share(part as u64, whole as u64)
}

/// Lets files feed tables beside their main one: persons and measures, when no sheet of the submission is about them.
pub fn beside(files: &mut [LookedFile], catalogue: &Catalogue, known: &KnownHeadings) {
    for name in ["persons", "measures"] {
        let Some(table) = catalogue.table(name) else { continue };
        let is_fed = files
            .iter()
            .flat_map(|file| &file.sheets)
            .flat_map(|sheet| &sheet.tables)
            .any(|looked| looked.matches.iter().any(|matched| matched.table == name));
        if is_fed {
            continue;
        }
        for looked in files.iter_mut().flat_map(|file| &mut file.sheets).flat_map(|sheet| &mut sheet.tables) {
            let Some(main) = looked.matches.first() else { continue };
            let used = main.columns();
            let mut matched = match_table(catalogue, known, table, &looked.columns);
            // The main table's own columns say nothing new, but for those that name the record.
            let new: Vec<usize> = matched.columns().difference(&used).copied().collect();
            if new.is_empty() || !matched.missing_required(table).is_empty() {
                continue;
            }
            matched.is_distinct = name == "persons";
            matched.troubles.clear();
            looked.matches.push(matched);
        }
    }
}
