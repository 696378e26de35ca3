//! ods: all sheets in one XML part. Rows and cells say how often they are repeated, and are repeated only as they are
//! handed on.

use super::archive::Archive;
use super::number;
use super::package::{missing, needed};
use super::rows::{Before, Each, Rows};
use super::texts::{error_name, owned};
use super::xml::{Xml, attribute, attributes, broken, value};
use super::{Merge, Opened, Options, Sheet};
use crate::{Cell, Fault, FaultKind, Limits, Stop};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;

/// The part that holds the sheets.
const CONTENT: &str = "content.xml";
/// Bytes of a cell's text; Excel and LibreOffice stop far below.
const LONGEST_TEXT: usize = 1 << 20;

/// An open ods.
pub struct Ods<'i> {
    archive: Archive<'i>,
    heads: Vec<Head>,
}

/// What is known of a sheet once the part has been read through.
#[derive(Default)]
struct Head {
    merges: Vec<Merge>,
    hidden_columns: Vec<(u32, u32)>,
}

/// What a cell's element says of it.
struct Said {
    kind: String,
    figure: Option<String>,
    text: Option<String>,
    is_error: bool,
    repeated: u64,
    span: (u32, u32),
}

impl<'i> Ods<'i> {
    /// Reads the part through: sheets, merged areas, hidden columns, and whether it is whole and harmless.
    pub fn open(mut archive: Archive<'i>, limits: &Limits) -> Result<Opened<Self>, Fault> {
        if archive.find("encrypted-package").is_some() || has_encryption(&mut archive, limits)? {
            return Err(Fault::new(FaultKind::Encrypted));
        }
        let entry = archive.entry_within(CONTENT, "unstreamed_bytes", limits.unpacked_bytes)?;
        let mut xml = Xml::new(entry.ok_or_else(|| missing(CONTENT))?, CONTENT, limits);
        let mut outline = Outline::default();
        let mut buffer = Vec::new();
        loop {
            match xml.next(&mut buffer)? {
                Event::Start(element) => outline.begin(&element, xml.depth(), limits)?,
                Event::End(_) => outline.end(xml.depth()),
                Event::Eof => break,
                _ => (),
            }
        }
        xml.finish(&mut buffer)?;
        let Outline { sheets, heads, is_1904, .. } = outline;
        Ok(Opened { book: Ods { archive, heads }, sheets, is_1904 })
    }

    /// The merged areas of a sheet.
    pub fn merges(&self, sheet: usize) -> Vec<Merge> {
        self.heads.get(sheet).map(|head| head.merges.clone()).unwrap_or_default()
    }

    /// The hidden columns of a sheet.
    pub fn hidden_columns(&self, sheet: usize) -> Vec<(u32, u32)> {
        self.heads.get(sheet).map(|head| head.hidden_columns.clone()).unwrap_or_default()
    }

    /// The rows of a sheet.
    pub fn rows<E>(
        &mut self,
        sheet: usize,
        options: &Options,
        limits: &Limits,
        each: &mut Each<'_, E>,
    ) -> Result<u64, Stop<E>> {
        let merges = if options.fill_merged { self.merges(sheet) } else { Vec::new() };
        let before = Before { merges, hidden_columns: self.hidden_columns(sheet), last_wins: false };
        let mut xml = Xml::new(needed(&mut self.archive, CONTENT)?, CONTENT, limits);
        let mut buffer = Vec::new();
        let level = find_sheet(&mut xml, &mut buffer, sheet)?;
        let mut rows = Rows::new(each, limits, options, before);
        let mut row = 0_u64;
        loop {
            let begun = match xml.next(&mut buffer)? {
                Event::Start(element) if element.name().as_ref() == "table:table-row" => row_head(&element)?,
                Event::End(_) if xml.depth() < level => break,
                Event::Eof => return Err(broken("a sheet is not closed").into()),
                _ => continue,
            };
            let (repeated, is_hidden) = begun;
            let cells = read_row(&mut xml, &mut buffer, limits).map_err(|fault| fault.at_row(row + 1))?;
            row = hand_on(&mut rows, &cells, row, repeated, is_hidden, limits)?;
        }
        xml.finish(&mut buffer)?;
        rows.finish()
    }
}

/// Hands on a row as often as it is repeated; the number of the next.
fn hand_on<E>(
    rows: &mut Rows<'_, '_, E>,
    cells: &[(Cell<'static>, u64)],
    row: u64,
    repeated: u64,
    is_hidden: bool,
    limits: &Limits,
) -> Result<u64, Stop<E>> {
    let next = row.saturating_add(repeated);
    if cells.is_empty() {
        rows.pass(row, repeated, is_hidden)?;
        return Ok(next);
    }
    if row >= limits.rows {
        return Err(Fault::too_much("rows", limits.rows).into());
    }
    for row in row..next {
        rows.begin(row, is_hidden)?;
        let mut column = 0_u64;
        for (cell, times) in cells {
            let end = column.saturating_add(*times);
            if *cell != Cell::Empty {
                if end > u64::from(limits.columns) {
                    return Err(Fault::too_much("columns", u64::from(limits.columns)).at_row(row + 1).into());
                }
                for place in column..end {
                    let place = u32::try_from(place).map_err(|_| broken("a column lies beyond the last"))?;
                    rows.cell(place, cell.clone())?;
                }
            }
            column = end;
        }
    }
    Ok(next)
}

/// The cells of a row, with how often each is repeated; blank ones at the end are left out.
fn read_row(xml: &mut Xml<'_, '_>, buffer: &mut Vec<u8>, limits: &Limits) -> Result<Vec<(Cell<'static>, u64)>, Fault> {
    let level = xml.depth();
    let mut cells = Vec::new();
    loop {
        let said = match xml.next(buffer)? {
            Event::Start(element) if is_cell(&element) => said(&element)?,
            Event::End(_) if xml.depth() < level => break,
            Event::Eof => return Err(broken("a row is not closed")),
            _ => continue,
        };
        let repeated = said.repeated;
        let cell = read_cell(xml, buffer, said)?;
        cells.push((cell, repeated));
        // Each costs memory even when it is blank.
        if cells.len() as u64 > u64::from(limits.columns).max(16_384) {
            return Err(Fault::too_much("columns", u64::from(limits.columns)));
        }
    }
    while cells.last().is_some_and(|(cell, _)| *cell == Cell::Empty) {
        cells.pop();
    }
    Ok(cells)
}

/// A cell to its end. Its words are those of its own paragraphs; notes and drawings have paragraphs too.
fn read_cell(xml: &mut Xml<'_, '_>, buffer: &mut Vec<u8>, said: Said) -> Result<Cell<'static>, Fault> {
    let level = xml.depth();
    let (mut text, mut paragraphs) = (String::new(), 0_u32);
    // The level of a paragraph being read, and of something within the cell that is none of its words.
    let (mut paragraph, mut aside) = (None, None);
    loop {
        let event = xml.next(buffer)?;
        match &event {
            Event::Start(_) if aside.is_some() => (),
            Event::Start(element) => match element.name().as_ref() {
                "text:p" | "text:h" if xml.depth() == level + 1 => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                    paragraph = Some(xml.depth());
                }
                _ if paragraph.is_none() => aside = Some(xml.depth()),
                "text:s" => {
                    let count =
                        attribute(element, "text:c")?.map_or(Some(1), |count| count.trim().parse::<usize>().ok());
                    let count = count.unwrap_or(1);
                    if count > LONGEST_TEXT {
                        return Err(Fault::too_much("cell_bytes", LONGEST_TEXT as u64));
                    }
                    text.extend(std::iter::repeat_n(' ', count));
                }
                "text:tab" => text.push('\t'),
                "text:line-break" => text.push('\n'),
                "office:annotation" | "text:note" | "text:ruby-text" => aside = Some(xml.depth()),
                _ => (),
            },
            Event::End(_) => {
                let depth = xml.depth();
                if depth < level {
                    break;
                }
                aside = aside.filter(|aside| depth >= *aside);
                paragraph = paragraph.filter(|paragraph| depth >= *paragraph);
            }
            Event::Eof => return Err(broken("a cell is not closed")),
            event if paragraph.is_some() && aside.is_none() => xml.push_text(event, &mut text)?,
            _ => (),
        }
        if text.len() > LONGEST_TEXT {
            return Err(Fault::too_much("cell_bytes", LONGEST_TEXT as u64));
        }
    }
    cell(said, text)
}

fn cell(said: Said, text: String) -> Result<Cell<'static>, Fault> {
    if said.is_error {
        return Ok(Cell::Error(error_name(text.trim())));
    }
    let figure = said.figure;
    Ok(match said.kind.as_str() {
        "float" | "percentage" | "currency" => {
            let figure = figure.and_then(|figure| figure.trim().parse().ok());
            number::cell(figure.ok_or_else(|| broken("a number has no value"))?, number::Shown::Number, false)
        }
        "date" | "time" => number::iso(&figure.ok_or_else(|| broken("a date has no value"))?),
        "boolean" => match figure.as_deref() {
            Some("true") => Cell::Bool(true),
            Some("false") => Cell::Bool(false),
            _ => return Err(broken("a truth value is neither true nor false")),
        },
        // An error without LibreOffice's mark: its name, shown by a formula.
        _ => owned(said.text.unwrap_or(text)),
    })
}

fn is_cell(element: &BytesStart<'_>) -> bool {
    matches!(element.name().as_ref(), "table:table-cell" | "table:covered-table-cell")
}

/// How often a row is repeated, and whether it is hidden.
fn row_head(element: &BytesStart<'_>) -> Result<(u64, bool), Fault> {
    let repeated = count(attribute(element, "table:number-rows-repeated")?.as_deref())?;
    Ok((repeated, is_hidden(attribute(element, "table:visibility")?.as_deref())))
}

fn is_hidden(visibility: Option<&str>) -> bool {
    matches!(visibility, Some("collapse" | "filter"))
}

/// A number of repetitions or of spanned rows: at least 1.
fn count(written: Option<&str>) -> Result<u64, Fault> {
    match written {
        None => Ok(1),
        Some(written) => match written.trim().parse::<u64>() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(broken("a number of repetitions is none")),
        },
    }
}

fn said(element: &BytesStart<'_>) -> Result<Said, Fault> {
    let mut said = Said { kind: String::new(), figure: None, text: None, is_error: false, repeated: 1, span: (1, 1) };
    for attribute in attributes(element) {
        let (name, written) = attribute?;
        match name {
            "office:value-type" => said.kind = value(written)?.into_owned(),
            "office:value" | "office:date-value" | "office:time-value" | "office:boolean-value" => {
                said.figure = Some(value(written)?.into_owned());
            }
            "office:string-value" => said.text = Some(value(written)?.into_owned()),
            "calcext:value-type" => said.is_error = value(written)? == "error",
            "table:number-columns-repeated" => said.repeated = count(Some(&value(written)?))?,
            "table:number-columns-spanned" => said.span.1 = narrow(count(Some(&value(written)?))?),
            "table:number-rows-spanned" => said.span.0 = narrow(count(Some(&value(written)?))?),
            _ => (),
        }
    }
    Ok(said)
}

fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Reads up to the sheet: the depth within it.
fn find_sheet(xml: &mut Xml<'_, '_>, buffer: &mut Vec<u8>, sheet: usize) -> Result<u32, Fault> {
    let (mut content, mut met) = (None, 0);
    loop {
        match xml.next(buffer)? {
            Event::Start(element) => match element.name().as_ref() {
                "office:spreadsheet" => content = Some(xml.depth() + 1),
                "table:table" if content == Some(xml.depth()) => {
                    if met == sheet {
                        return Ok(xml.depth());
                    }
                    met += 1;
                }
                _ => (),
            },
            Event::Eof => return Err(broken("there is no such sheet")),
            _ => (),
        }
    }
}

/// What is gathered while the part is read through.
#[derive(Default)]
struct Outline {
    sheets: Vec<Sheet>,
    heads: Vec<Head>,
    is_1904: bool,
    /// Table styles that are not shown, and the style being read.
    hidden_styles: HashSet<String>,
    style: Option<String>,
    /// Depth of sheets, once the spreadsheet has begun; depth of the open sheet, row and cell.
    content: Option<u32>,
    sheet: Option<u32>,
    cell: Option<u32>,
    row: u64,
    /// Where the next row, cell and column go.
    next_row: u64,
    next_cell: u64,
    next_column: u64,
}

impl Outline {
    fn begin(&mut self, element: &BytesStart<'_>, depth: u32, limits: &Limits) -> Result<(), Fault> {
        if self.cell.is_some() {
            return Ok(());
        }
        match element.name().as_ref() {
            "style:style" => self.style = attribute(element, "style:name")?.map(std::borrow::Cow::into_owned),
            "style:table-properties"
                if attribute(element, "table:display")?.is_some_and(|display| display == "false") =>
            {
                self.hidden_styles.extend(self.style.take());
            }
            "table:null-date" => {
                self.is_1904 = attribute(element, "table:date-value")?.is_some_and(|day| day.starts_with("1904-01-01"));
            }
            "office:spreadsheet" => self.content = Some(depth + 1),
            "table:table" if self.content == Some(depth) => self.sheet(element, depth, limits)?,
            "table:table-column" if self.sheet.is_some() => self.column(element)?,
            "table:table-row" if self.sheet.is_some() => {
                self.row = self.next_row;
                self.next_row = self.row.saturating_add(row_head(element)?.0);
                self.next_cell = 0;
            }
            _ if self.sheet.is_some() && is_cell(element) => self.cell(element, depth, limits)?,
            _ => (),
        }
        if self.hidden_styles.len() as u64 > limits.styles {
            return Err(Fault::too_much("styles", limits.styles));
        }
        Ok(())
    }

    fn end(&mut self, depth: u32) {
        self.cell = self.cell.filter(|level| depth >= *level);
        self.sheet = self.sheet.filter(|level| depth >= *level);
        self.content = self.content.filter(|level| depth + 1 >= *level);
    }

    fn sheet(&mut self, element: &BytesStart<'_>, depth: u32, limits: &Limits) -> Result<(), Fault> {
        let name = attribute(element, "table:name")?.unwrap_or_default().into_owned();
        let style = attribute(element, "table:style-name")?;
        let is_hidden = style.is_some_and(|style| self.hidden_styles.contains(style.as_ref()));
        self.sheets.push(Sheet { name, is_hidden });
        self.heads.push(Head::default());
        (self.sheet, self.next_row, self.next_column) = (Some(depth), 0, 0);
        if self.sheets.len() as u64 > limits.archive_entries {
            return Err(Fault::too_much("archive_entries", limits.archive_entries));
        }
        Ok(())
    }

    fn column(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        let first = self.next_column;
        self.next_column =
            first.saturating_add(count(attribute(element, "table:number-columns-repeated")?.as_deref())?);
        if is_hidden(attribute(element, "table:visibility")?.as_deref())
            && let Some(head) = self.heads.last_mut()
        {
            head.hidden_columns.push((narrow(first), narrow(self.next_column - 1)));
            if head.hidden_columns.len() > 16_384 {
                return Err(broken("more hidden columns than columns"));
            }
        }
        Ok(())
    }

    fn cell(&mut self, element: &BytesStart<'_>, depth: u32, limits: &Limits) -> Result<(), Fault> {
        self.cell = Some(depth);
        let said = said(element)?;
        let (row, column) = (narrow(self.row), narrow(self.next_cell));
        self.next_cell = self.next_cell.saturating_add(said.repeated);
        if said.span != (1, 1)
            && let Some(head) = self.heads.last_mut()
        {
            let last = (row.saturating_add(said.span.0 - 1), column.saturating_add(said.span.1 - 1));
            head.merges.push(Merge { first: (row, column), last });
            if head.merges.len() as u64 > limits.merges {
                return Err(Fault::too_much("merges", limits.merges));
            }
        }
        Ok(())
    }
}

fn has_encryption(archive: &mut Archive<'_>, limits: &Limits) -> Result<bool, Fault> {
    let name = "META-INF/manifest.xml";
    let Some(entry) = archive.entry(name)? else { return Ok(false) };
    let mut xml = Xml::new(entry, name, limits);
    let mut buffer = Vec::new();
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => (),
        }
    }
}
