//! Where the header of a file stands and how its columns are written: found from the first rows, before any is read
//! for good.

use super::headings::Headings;
use super::opened::Opened;
use super::profile::{FileRule, Format};
use super::summary::{self, Summary};
use super::value::{CheckId, DateForm, Forms, NumberForm};
use crate::catalogue::{Catalogue, ColumnType, fold};
use crate::error::Result;
use crate::model::ReadColumn;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use tabular::forms::{Column, DateOrder, Sign};
use tabular::layout::{self, Kept};
use tabular::workbook::Merge;
use tabular::{Cell, Row};

/// Rows among which a header is looked for first; below them only under a blank row.
const NEAR: usize = 60;
/// Rows by which it is decided how a column is written.
const SAMPLE: usize = 5_000;

/// The header of a file.
#[derive(Debug, Clone)]
pub struct Header {
    /// Rows above it, of whatever kind.
    pub above: usize,
    /// Its own rows.
    pub lines: usize,
    /// Number of its first row.
    pub row: u64,
    /// The names of the columns; with several lines joined `group / name`.
    pub names: Vec<String>,
    /// Tables that stand beside one another, by their columns (`A-C | E-G`); empty where there is one.
    pub beside: String,
}

/// Finds the header that a rule expects: where the profile says, else where most of the headings stand that the
/// rule names, else the first row with content. `None`: the file has no content.
///
/// # Errors
/// When the file cannot be read.
pub fn find(opened: &mut Opened<'_>, rule: &FileRule, format: &Format, merges: &[Merge]) -> Result<Option<Header>> {
    let stated = format.title_rows.map(|above| (above, format.header_rows.unwrap_or(1).max(1)));
    let most = stated.map_or(NEAR, |(above, lines)| above + lines);
    let mut kept: Vec<Kept> = Vec::new();
    opened.rows_while(&mut |row| {
        let cells = row.cells.iter().map(|cell| cell.clone().into_owned()).collect();
        kept.push(Kept { number: row.number, cells });
        kept.len() < most
    })?;
    let Some(first) = kept.iter().position(|row| row.cells.iter().any(|cell| !cell.is_blank())) else {
        return Ok(None);
    };
    if let Some((above, lines)) = stated {
        return Ok((kept.len() >= above + lines).then(|| header(&kept, above, lines, 0, merges)));
    }
    let wanted = Wanted::new(rule);
    let lines = format.header_rows.map_or(layout::LINES, |lines| lines.max(1)..=lines.max(1));
    if let Some((above, lines)) = wanted.best(&kept, lines.clone(), merges) {
        let beside = layout::beside_columns(&layout::beside(&kept));
        return Ok(Some(Header { beside, ..header(&kept, above, lines, 0, merges) }));
    }
    if kept.len() == most
        && let Some(found) = below(opened, &wanted, lines.clone(), merges)?
    {
        return Ok(Some(found));
    }
    // What stands there is said by the message on the column that is missing.
    let lines = (*lines.start()).min(kept.len() - first);
    Ok(Some(header(&kept, first, lines, 0, merges)))
}

/// The header in a window of rows that begins after `before` others.
fn header(window: &[Kept], at: usize, lines: usize, before: usize, merges: &[Merge]) -> Header {
    Header {
        above: before + at,
        lines,
        row: window[at].number,
        names: names(&window[at..at + lines], merges),
        beside: String::new(),
    }
}

fn names(rows: &[Kept], merges: &[Merge]) -> Vec<String> {
    let texts: Vec<Vec<String>> =
        rows.iter().map(|row| row.cells.iter().map(|cell| cell.text().into_owned()).collect()).collect();
    layout::joined(&texts, rows.first().map_or(1, |row| row.number), merges)
}

/// Looks for the header of a table that begins further down, under a blank row.
fn below(
    opened: &mut Opened<'_>,
    wanted: &Wanted,
    lines: RangeInclusive<usize>,
    merges: &[Merge],
) -> Result<Option<Header>> {
    let mut window: Vec<Kept> = Vec::new();
    let mut is_after_blank = false;
    let (mut read, mut found) = (0_usize, None);
    opened.rows_while(&mut |row| {
        read += 1;
        if row.is_blank() {
            is_after_blank = true;
        } else if read > NEAR && (is_after_blank || !window.is_empty()) {
            is_after_blank = false;
            let cells = row.cells.iter().map(|cell| cell.clone().into_owned()).collect();
            window.push(Kept { number: row.number, cells });
        } else {
            is_after_blank = false;
        }
        if window.len() == *layout::LINES.end() || (row.is_blank() && !window.is_empty()) {
            let best = wanted.best(&window, lines.clone(), merges);
            let before = read - window.len() - usize::from(row.is_blank());
            found = best.map(|(at, lines)| header(&window, at, lines, before, merges));
            window.clear();
        }
        found.is_none()
    })?;
    Ok(found)
}

/// The headings that a rule names, each with its spellings.
pub struct Wanted {
    sources: Vec<Vec<String>>,
    known: HashSet<String>,
}

impl Wanted {
    /// The headings of a rule.
    pub fn new(rule: &FileRule) -> Self {
        let folded = |headings: &[String]| headings.iter().map(|heading| fold(heading)).collect::<Vec<_>>();
        let mut sources: Vec<Vec<String>> = Vec::new();
        for table in &rule.tables {
            sources.extend(table.columns.values().map(|source| folded(&source.headings)));
            for group in &table.unpivot {
                sources.extend(group.columns.keys().map(|heading| vec![fold(heading)]));
                sources.extend(group.from.values().map(|source| folded(&source.headings)));
            }
        }
        sources.extend(rule.ignore.iter().map(|ignore| vec![fold(&ignore.column)]));
        sources.sort();
        sources.dedup();
        let known = sources.iter().flatten().cloned().collect();
        Wanted { sources, known }
    }

    /// True when a row is a header of this rule: most of its cells are headings that the rule names.
    pub fn is_header(&self, row: &Row<'_, '_>) -> bool {
        let filled = row.cells.iter().filter(|cell| !cell.is_blank());
        let known = filled.clone().filter(|cell| matches!(cell, Cell::Text(text) if self.known.contains(&fold(text))));
        let known = known.count();
        known > 1 && known * 2 > filled.count()
    }

    /// The header that shows most of the headings: where it is among the rows, and its lines.
    fn best(&self, rows: &[Kept], lines: RangeInclusive<usize>, merges: &[Merge]) -> Option<(usize, usize)> {
        let known = |names: &[String]| {
            let present: HashSet<String> = names.iter().map(|name| fold(name)).collect();
            if self.known.is_disjoint(&present) {
                return 0;
            }
            self.sources.iter().filter(|source| source.iter().any(|name| present.contains(name))).count()
        };
        let found = layout::find_header(rows, merges, lines, (&known, self.sources.len()))?;
        let first = found.rows.first()?;
        Some((rows.iter().position(|row| row.number == *first)?, found.rows.len()))
    }
}

/// The columns whose cells are read as dates or numbers by a rule, with what they are read as.
fn typed_columns(rule: &FileRule, headings: &Headings, catalogue: &Catalogue) -> HashMap<usize, bool> {
    let mut found = HashMap::new();
    for table in &rule.tables {
        let Some(contract) = catalogue.table(&table.name) else { continue };
        let kind = |field: &str| contract.position(field).map(|at| contract.columns[at].kind);
        let grouped = table.unpivot.iter().flat_map(|group| &group.from);
        for (field, source) in table.columns.iter().chain(grouped) {
            let is_date = match kind(field) {
                Some(ColumnType::Date | ColumnType::Year) => true,
                Some(ColumnType::Score | ColumnType::Hours | ColumnType::Money | ColumnType::Integer) => false,
                _ => continue,
            };
            if let Ok(Some(column)) = headings.find(&source.headings) {
                found.insert(column, is_date);
            }
        }
        for heading in table.unpivot.iter().flat_map(|group| group.columns.keys()) {
            if let Ok(Some(column)) = headings.find(std::slice::from_ref(heading)) {
                found.insert(column, false);
            }
        }
    }
    found
}

/// What the first rows of a file show of its columns.
pub struct Shown {
    /// How each column is written: as the profile states, else as its cells show.
    pub forms: Vec<Forms>,
    /// Columns in which something cannot be told (`date.order_unshown`, `number.sign_unshown`), or that show both
    /// (`date.order_both`, `number.sign_both`).
    pub doubts: Vec<(usize, CheckId)>,
    /// What they look like, for comparison with the next submission.
    pub columns: Vec<ReadColumn>,
}

/// The decimal sign of those columns of a file that show one, if they agree: who writes 1,5 in one column does not
/// write 1.500 for as much in the next.
fn sign_of_file(signs: impl Iterator<Item = Sign>) -> Option<char> {
    let mut agreed = None;
    for sign in signs {
        match (sign, agreed) {
            (Sign::Unshown, _) => {}
            (Sign::Decimal(shown), None) => agreed = Some(shown),
            (Sign::Decimal(shown), Some(before)) if shown == before => {}
            _ => return None,
        }
    }
    agreed
}

/// Looks at the first rows of a file.
///
/// # Errors
/// When the file cannot be read.
pub fn look(
    opened: &mut Opened<'_>,
    (rule, format): (&FileRule, &Format),
    (header, headings): (&Header, &Headings),
    catalogue: &Catalogue,
) -> Result<Shown> {
    let system = opened.date_system();
    let numbers = |found: Sign| match format.decimal {
        Some(decimal) => NumberForm::Stated(decimal, format.thousands),
        None => NumberForm::Found(found),
    };
    let dates = |found: DateOrder| DateForm { written: format.dates.clone().ok_or(found), system };
    let width = headings.names.len();
    let default = Forms { dates: dates(DateOrder::Unshown), numbers: numbers(Sign::Unshown) };
    let mut forms = vec![default; width];
    let mut typed: Vec<(usize, bool, Column)> = typed_columns(rule, headings, catalogue)
        .into_iter()
        .filter(|(_, is_date)| if *is_date { format.dates.is_none() } else { format.decimal.is_none() })
        .map(|(column, is_date)| (column, is_date, Column::default()))
        .collect();
    typed.sort_unstable_by_key(|(column, ..)| *column);
    let mut summaries = vec![Summary::default(); width];
    let (mut read, first) = (0_usize, header.above + header.lines);
    let most = first + if typed.is_empty() { summary::ROWS } else { SAMPLE };
    opened.rows_while(&mut |row| {
        read += 1;
        if read > first && !row.cells.is_empty() {
            for (column, _, seen) in &mut typed {
                if let Some(cell) = row.cells.get(*column) {
                    seen.see(cell);
                }
            }
            if read <= first + summary::ROWS {
                for (column, summary) in summaries.iter_mut().enumerate() {
                    summary.see(row.cells.get(column).unwrap_or(&Cell::Empty));
                }
            }
        }
        read < most
    })?;
    let mut doubts = Vec::new();
    let of_file = sign_of_file(typed.iter().filter(|(_, is_date, _)| !is_date).map(|(.., seen)| seen.numbers.sign()));
    for (column, is_date, seen) in &typed {
        let (order, mut sign) = (seen.dates.order(), seen.numbers.sign());
        let is_open = sign == Sign::Unshown && seen.numbers.either > 0;
        if is_open && let Some(shown) = of_file {
            sign = Sign::Decimal(shown);
        }
        forms[*column] = Forms { dates: dates(order), numbers: numbers(sign) };
        let doubt = match (is_date, order, sign) {
            (true, DateOrder::Both, _) => "date.order_both",
            (true, DateOrder::Unshown, _) if seen.dates.either > 0 => "date.order_unshown",
            (false, _, Sign::Both) => "number.sign_both",
            (false, _, Sign::Unshown) if is_open => "number.sign_unshown",
            _ => continue,
        };
        doubts.push((*column, doubt));
    }
    let name = opened.place.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = headings.names.iter().zip(summaries).enumerate().filter(|(_, (heading, _))| !heading.is_empty());
    let columns = named
        .filter(|_| headings.is_header)
        .map(|(column, (heading, summary))| summary.read_column((&name, &opened.sheet), column, heading))
        .collect();
    Ok(Shown { forms, doubts, columns })
}
