//! A file opened as what it is, and its rows handed on with what each of them is: above the header, header, content,
//! total, note. Read from the beginning as often as needed, in flat memory.

use super::expected::Expected;
use crate::collect::refusal;
use crate::error::{Error, Place, Result};
use std::path::{Path, PathBuf};
use tabular::layout::{
    Header, Kept, LINES, Look, Part, Span, Tail, beside, beside_columns, find_header, joined, tables,
};
use tabular::text::{self, Dialect, Known};
use tabular::workbook::{Merge, Options, Sheet, Workbook};
use tabular::{Cell, Container, Fault, FaultKind, FileInput, Input, Limits, Remarks, Row, Stop};

/// Rows among which tables, titles and headers are looked for.
const SAMPLE: usize = 5_000;
/// Rows among which a header is looked for by its headings.
const NEAR: usize = 60;
/// Known headings from which a row is a header, whatever else speaks against it.
const ENOUGH: usize = 3;
/// Delimiters that are tried on a text that shows none.
const DELIMITERS: [char; 4] = [';', ',', '\t', '|'];

/// A file.
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub container: Container,
    /// Bytes.
    pub bytes: u64,
    /// How a text is written.
    pub dialect: Option<Dialect>,
    /// Dates of the workbook count from 1904.
    pub is_1904: bool,
    /// The delimiter shows by the headings alone: too few rows to find it in.
    pub is_delimiter_by_headings: bool,
    input: FileInput,
    limits: Limits,
    sheets: Vec<Sheet>,
    expected: Expected,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Above the first header, or above that of another table: titles.
    Above,
    /// A line of a header.
    Header,
    /// Content.
    Content,
    /// A sum of rows above.
    Total,
    /// A note below.
    Note,
    /// Nothing in it.
    Blank,
}

/// A row, as far as its place goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub role: Role,
    /// The table it belongs to, from 0.
    pub table: usize,
    /// A byte of it is a character in no encoding: a cell is lost.
    pub is_damaged: bool,
}

/// The tables of a sheet.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// One after the other.
    pub spans: Vec<Span>,
    /// Names of the columns of each.
    pub names: Vec<Vec<String>>,
    /// Columns of tables that stand beside one another; empty where there are none.
    pub beside: String,
}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read: who has to do what.
    pub fn open(path: &Path, limits: &Limits, expected: &Expected) -> Result<Self> {
        let place = Place::file(path);
        if !path.is_file() {
            return Err(Error::input("cannot-read").at(place).with("found", path.display()));
        }
        let input = FileInput(path.to_path_buf());
        let refused = |fault: Fault| refusal(&fault, &place);
        let bytes = input.size().map_err(|fault| refused(fault.into()))?;
        let container = tabular::container(&input, limits).map_err(refused)?;
        let name = path.to_string_lossy().to_lowercase();
        let was_workbook = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"].iter().any(|ending| name.ends_with(ending));
        if container == Container::Nothing && was_workbook {
            return Err(refused(Fault::new(FaultKind::Truncated)));
        }
        let dialect = match container {
            Container::Text => Some(text::detect(&input, &Known::default(), limits).map_err(refused)?),
            _ => None,
        };
        let (sheets, is_1904) = match container {
            Container::Nothing | Container::Text => (Vec::new(), false),
            _ => {
                let workbook = Workbook::open(&input, limits).map_err(refused)?;
                (workbook.sheets().to_vec(), workbook.is_1904())
            }
        };
        let (limits, path) = (limits.clone(), path.to_path_buf());
        let expected = expected.clone();
        let is_delimiter_by_headings = false;
        let mut source = Source {
            path,
            container,
            bytes,
            dialect,
            is_1904,
            is_delimiter_by_headings,
            input,
            limits,
            sheets,
            expected,
        };
        source.delimiter_by_headings()?;
        Ok(source)
    }

    /// A text of a header and nothing below shows no delimiter, but by its headings.
    fn delimiter_by_headings(&mut self) -> Result<()> {
        let Some(found) = self.dialect.clone().filter(|dialect| dialect.delimiter.is_none()) else { return Ok(()) };
        let mut best: Option<(usize, Dialect)> = None;
        for delimiter in DELIMITERS {
            let known =
                Known { delimiter: Some(delimiter), encoding: Some(found.encoding.to_owned()), ..Known::default() };
            let tried = text::detect(&self.input, &known, &self.limits)
                .map_err(|fault| refusal(&fault, &Place::file(&self.path)))?;
            self.dialect = Some(tried.clone());
            let rows = self.first_rows("", NEAR)?;
            let count = self.find_header(&rows, &[]).map_or(0, |header| header.known);
            if count >= ENOUGH && best.as_ref().is_none_or(|(most, _)| count > *most) {
                best = Some((count, tried));
            }
        }
        self.is_delimiter_by_headings = best.is_some();
        self.dialect = Some(best.map_or(found, |(_, dialect)| dialect));
        Ok(())
    }

    fn first_rows(&self, sheet: &str, most: usize) -> Result<Vec<Kept>> {
        let mut kept: Vec<Kept> = Vec::new();
        let stopped = self.rows(sheet, &mut |row| {
            let cells = row.cells.iter().map(|cell| cell.clone().into_owned()).collect();
            kept.push(Kept { number: row.number, cells });
            if kept.len() < most { Ok(()) } else { Err(()) }
        })?;
        // Having enough is no failure.
        let _ = stopped;
        Ok(kept)
    }

    fn find_header(&self, rows: &[Kept], merges: &[Merge]) -> Option<Header> {
        find_header(rows, merges, LINES, (&|names| self.expected.count(names), usize::MAX))
    }

    /// The first table's header, when headings that are known say another one than the rows' form does.
    fn by_headings(&self, layout: &mut Layout, kept: &[Kept], merges: &[Merge]) {
        let near = &kept[..kept.len().min(NEAR)];
        let Some(header) = self.find_header(near, merges) else { return };
        let (Some(first), Some(last)) = (header.rows.first().copied(), header.rows.last().copied()) else { return };
        let known = layout.names.first().map_or(0, |names| self.expected.count(names));
        let headed = header.names.iter().filter(|name| !name.is_empty()).count();
        if header.known < ENOUGH || header.known * 2 < headed || header.known <= known {
            return;
        }
        let preamble = near
            .iter()
            .filter(|row| row.number < first && row.cells.iter().any(|cell| !cell.is_blank()))
            .map(|row| row.number)
            .collect();
        // Other tables above this header were none: their rows are titles.
        let is_after = |span: &Span| span.last > last;
        let kept_from = layout.spans.iter().position(is_after).unwrap_or(layout.spans.len());
        layout.spans.drain(..kept_from);
        layout.names.drain(..kept_from);
        if layout.spans.is_empty() {
            let span = Span {
                preamble,
                header: header.rows,
                first: last + 1,
                last,
                totals: vec![],
                footer: vec![],
                sure: 0.9,
            };
            layout.spans.push(span);
            layout.names.push(header.names);
            return;
        }
        let span = &mut layout.spans[0];
        (span.preamble, span.header, span.first) = (preamble, header.rows, last + 1);
        let width = layout.names[0].len().max(header.names.len());
        layout.names[0] = header.names;
        layout.names[0].resize(width, String::new());
    }

    /// The file's name without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Its sheets and whether each is hidden; a text is one sheet without a name.
    pub fn sheets(&self) -> Vec<(String, bool)> {
        match self.container {
            Container::Nothing => Vec::new(),
            Container::Text => vec![(String::new(), false)],
            _ => self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.is_hidden)).collect(),
        }
    }

    /// The sheet of that name; without one the first that a person sees and that has content.
    ///
    /// # Errors
    /// When there is no such sheet.
    pub fn sheet(&self, wanted: Option<&str>) -> Result<String> {
        let sheets = self.sheets();
        let Some(wanted) = wanted else {
            let mut seen = sheets.iter().filter(|(_, is_hidden)| !is_hidden);
            for (name, _) in seen.clone() {
                if !self.layout(name)?.spans.is_empty() {
                    return Ok(name.clone());
                }
            }
            return Ok(seen.next().or(sheets.first()).map(|(name, _)| name.clone()).unwrap_or_default());
        };
        sheets.iter().find(|(name, _)| name == wanted).map(|(name, _)| name.clone()).ok_or_else(|| {
            let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
            Error::input("missing-sheet")
                .at(Place::file(&self.path))
                .with("expected", wanted)
                .with("found", names.join(", "))
        })
    }

    /// Calls `each` for every physical row of a sheet.
    fn rows<E>(&self, sheet: &str, each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>) -> Result<Result<(), E>> {
        let place = Place::file(&self.path).sheet(sheet);
        let ended = match (&self.dialect, self.container) {
            (_, Container::Nothing) => return Ok(Ok(())),
            (Some(dialect), _) => text::rows(&self.input, dialect, &self.limits, each).map(|_| ()),
            (None, _) => {
                let mut workbook =
                    Workbook::open(&self.input, &self.limits).map_err(|fault| refusal(&fault, &place))?;
                workbook.rows(sheet, &Options::default(), &self.limits, each).map(|_| ())
            }
        };
        match ended {
            Ok(()) => Ok(Ok(())),
            Err(Stop::Caller(error)) => Ok(Err(error)),
            Err(Stop::Fault(fault)) => Err(refusal(&fault, &place)),
        }
    }

    fn merges(&self, sheet: &str) -> Result<Vec<Merge>> {
        let refused = |fault: Fault| refusal(&fault, &Place::file(&self.path).sheet(sheet));
        match self.container {
            Container::Nothing | Container::Text => Ok(Vec::new()),
            _ => Workbook::open(&self.input, &self.limits).map_err(refused)?.merges(sheet).map_err(refused),
        }
    }

    /// The tables of a sheet, found from its first rows.
    ///
    /// # Errors
    /// When the sheet cannot be read.
    pub fn layout(&self, sheet: &str) -> Result<Layout> {
        let kept = self.first_rows(sheet, SAMPLE)?;
        let merges = self.merges(sheet)?;
        let spans = tables(&kept);
        let names = spans.iter().map(|span| names_of(span, &kept, &merges)).collect();
        let beside = beside_columns(&beside(&kept));
        let mut layout = Layout { spans, names, beside };
        self.by_headings(&mut layout, &kept, &merges);
        Ok(layout)
    }

    /// Calls `each` for every row with what it is.
    ///
    /// # Errors
    /// What `each` returns, or why the sheet cannot be read.
    pub fn walk(
        &self,
        sheet: &str,
        layout: &Layout,
        each: &mut dyn FnMut(Seen, &[Cell<'_>]) -> Result<()>,
    ) -> Result<()> {
        let Some(last) = layout.spans.len().checked_sub(1) else { return Ok(()) };
        let mut tail = Tail::new(layout.names[last].len());
        let content = |remarks: &Remarks| Seen { role: Role::Content, table: last, is_damaged: remarks.undecodable };
        self.rows(sheet, &mut |row| {
            let (role, table) = layout.role(row.number, row.is_blank());
            let seen = Seen { role, table, is_damaged: row.remarks.undecodable };
            // Where the last table ends is known at the end of the file only.
            if table < last || row.number < layout.spans[last].first {
                return each(seen, row.cells);
            }
            match tail.look(&row) {
                Look::Blank => each(Seen { role: Role::Blank, ..seen }, row.cells),
                Look::Content(before) => {
                    before.iter().try_for_each(|held| each(content(&held.remarks), &held.cells))?;
                    each(content(&row.remarks), row.cells)
                }
                Look::Held(released) => released.iter().try_for_each(|held| each(content(&held.remarks), &held.cells)),
            }
        })??;
        tail.finish().iter().try_for_each(|held| {
            let role = if held.part == Part::Total { Role::Total } else { Role::Note };
            each(Seen { role, table: last, is_damaged: held.remarks.undecodable }, &held.cells)
        })
    }
}

impl Layout {
    /// What a row is and the table it belongs to.
    fn role(&self, number: u64, is_blank: bool) -> (Role, usize) {
        let ends = |span: &Span| span.totals.iter().chain(&span.footer).copied().max().unwrap_or(0).max(span.last);
        let last = self.spans.len().saturating_sub(1);
        let table = self.spans.iter().position(|span| number <= ends(span)).unwrap_or(last);
        let span = &self.spans[table];
        let role = if is_blank {
            Role::Blank
        } else if span.header.contains(&number) {
            Role::Header
        } else if span.totals.contains(&number) {
            Role::Total
        } else if span.footer.contains(&number) {
            Role::Note
        } else if number < span.first {
            Role::Above
        } else {
            Role::Content
        };
        (role, table)
    }
}

/// The names of a table's columns: as many as its widest row has cells.
fn names_of(span: &Span, kept: &[Kept], merges: &[Merge]) -> Vec<String> {
    let header: Vec<Vec<String>> = kept
        .iter()
        .filter(|row| span.header.contains(&row.number))
        .map(|row| row.cells.iter().map(|cell| cell.text().into_owned()).collect())
        .collect();
    let mut names = joined(&header, span.header.first().copied().unwrap_or(1), merges);
    let content = kept.iter().filter(|row| (span.first..=span.last).contains(&row.number));
    let filled = |row: &Kept| row.cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |place| place + 1);
    let width = content.map(filled).max().unwrap_or(0);
    while names.last().is_some_and(String::is_empty) && names.len() > width {
        names.pop();
    }
    names.resize(names.len().max(width), String::new());
    names
}
