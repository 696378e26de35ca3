//! One sheet of an xlsx, in one pass: hidden columns, then rows and cells, then what stands below.

use super::super::Merge;
use super::super::number::{self, Shown};
use super::super::rows::Rows;
use super::super::texts::{Texts, error_name, owned, unescape};
use super::super::xml::{Xml, attribute, attributes, broken, is_true, value};
use crate::{Cell, Fault, Limits, Stop};
use quick_xml::events::{BytesStart, Event};

/// The last row and column that Excel has, from 0.
const LAST_ROW: u64 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;

/// Reads the cells of a sheet whose head has been read.
pub struct Reader<'z, 'i, 'a> {
    xml: Xml<'z, 'i>,
    texts: &'a Texts,
    styles: &'a [Shown],
    is_1904: bool,
    buffer: Vec<u8>,
    inner: Vec<u8>,
    written: String,
}

/// What a `<c>` says of itself.
struct Head {
    place: Option<(u64, u32)>,
    style: Option<usize>,
    kind: Kind,
}

/// How a cell's value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Untyped,
    Shared,
    Inline,
    Formula,
    Truth,
    Error,
    Iso,
}

/// What a cell is made of.
enum Part {
    Value,
    Inline,
}

/// The row being read.
#[derive(Default)]
struct At {
    row: u64,
    column: u32,
    /// The row did not say its number: its first cell may.
    is_open: bool,
    is_hidden: bool,
}

impl<'z, 'i, 'a> Reader<'z, 'i, 'a> {
    /// A reader that stands before the rows.
    pub fn new(xml: Xml<'z, 'i>, texts: &'a Texts, styles: &'a [Shown], is_1904: bool) -> Self {
        let (buffer, inner) = (Vec::with_capacity(1024), Vec::with_capacity(1024));
        Reader { xml, texts, styles, is_1904, buffer, inner, written: String::new() }
    }

    /// Reads all rows, then the rest of the part, so that one cut off or damaged further on is seen.
    pub fn read<E>(mut self, mut rows: Rows<'a, '_, E>) -> Result<u64, Stop<E>> {
        let mut at = At::default();
        let mut next = 0_u64;
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            match self.xml.next(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "c" => {
                        let head = head(&element)?;
                        settle(&mut at, &head, &mut rows)?;
                        next = at.row + 1;
                        let cell = self.cell(&head).map_err(|fault| fault.at_row(at.row + 1))?;
                        rows.cell(at.column, cell)?;
                        at.column += 1;
                    }
                    "row" => {
                        at = row(&element, next)?;
                        if !at.is_open {
                            rows.begin(at.row, at.is_hidden)?;
                        }
                        next = at.row + 1;
                    }
                    _ => (),
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "row" if at.is_open => {
                        rows.begin(at.row, at.is_hidden)?;
                        at.is_open = false;
                    }
                    "sheetData" => break,
                    _ => (),
                },
                Event::Eof => break,
                _ => (),
            }
        }
        self.xml.finish(&mut buffer)?;
        rows.finish()
    }

    /// The cell, to its end. A formula counts by the value stored with it; without one the cell is empty.
    fn cell(&mut self, head: &Head) -> Result<Cell<'a>, Fault> {
        let depth = self.xml.depth();
        let mut cell = Cell::Empty;
        let mut buffer = std::mem::take(&mut self.inner);
        loop {
            let part = match self.xml.next(&mut buffer)? {
                Event::Start(element) if self.xml.depth() == depth + 1 => match element.local_name().as_ref() {
                    "v" if head.kind != Kind::Inline => Part::Value,
                    "is" => Part::Inline,
                    _ => continue,
                },
                Event::End(_) if self.xml.depth() < depth => break,
                Event::Eof => return Err(broken("a cell is not closed")),
                _ => continue,
            };
            match part {
                Part::Value => {
                    self.text(&mut buffer, depth)?;
                    cell = self.value(head)?;
                }
                Part::Inline => {
                    let mut text = String::new();
                    rich_text(&mut self.xml, &mut buffer, &mut text)?;
                    cell = owned(unescape(&text).into_owned());
                }
            }
        }
        self.inner = buffer;
        Ok(cell)
    }

    /// The words of a value, to its end.
    fn text(&mut self, buffer: &mut Vec<u8>, depth: u32) -> Result<(), Fault> {
        self.written.clear();
        loop {
            let event = self.xml.next(buffer)?;
            self.xml.push_text(&event, &mut self.written)?;
            if matches!(event, Event::End(_)) && self.xml.depth() <= depth {
                return Ok(());
            }
        }
    }

    fn value(&self, head: &Head) -> Result<Cell<'a>, Fault> {
        let written = self.written.trim();
        match head.kind {
            Kind::Formula => return Ok(owned(unescape(&self.written).into_owned())),
            _ if written.is_empty() => return Ok(Cell::Empty),
            _ => (),
        }
        Ok(match head.kind {
            Kind::Shared => {
                let index = written.parse().map_err(|_| broken("a cell names no shared text"))?;
                self.texts.cell(index)?
            }
            Kind::Truth => match written.to_ascii_lowercase().as_str() {
                "0" | "false" => Cell::Bool(false),
                "1" | "true" => Cell::Bool(true),
                _ => return Err(broken("a truth value is neither true nor false")),
            },
            Kind::Error => Cell::Error(error_name(written)),
            Kind::Iso => number::iso(written),
            _ => match written.parse::<f64>() {
                Ok(figure) => {
                    let shown = head.style.and_then(|style| self.styles.get(style)).copied().unwrap_or_default();
                    number::cell(figure, shown, self.is_1904)
                }
                Err(_) => owned(unescape(&self.written).into_owned()),
            },
        })
    }
}

/// A row's number (from 0; `next` if it does not say) and whether it is hidden or has no height.
fn row(element: &BytesStart<'_>, next: u64) -> Result<At, Fault> {
    let mut at = At { row: next, column: 0, is_open: true, is_hidden: false };
    for attribute in attributes(element) {
        let (name, written) = attribute?;
        match name {
            "r" => {
                let number = value(written)?.trim().parse::<u64>().ok().and_then(|number| number.checked_sub(1));
                at.row = number.filter(|row| *row <= LAST_ROW).ok_or_else(|| broken("a row has no number"))?;
                at.is_open = false;
            }
            "hidden" => at.is_hidden |= is_true(&value(written)?),
            "ht" => at.is_hidden |= value(written)?.trim().parse::<f64>().is_ok_and(|height| height <= 0.0),
            _ => (),
        }
    }
    if at.row > LAST_ROW { Err(broken("a row lies below the last")) } else { Ok(at) }
}

/// Takes the place from the cell, if it says one; a row that does not say its number has that of its first cell.
fn settle<E>(at: &mut At, head: &Head, rows: &mut Rows<'_, '_, E>) -> Result<(), Stop<E>> {
    if let Some((row, column)) = head.place {
        if at.is_open {
            at.row = row;
        } else if at.row != row {
            return Err(broken("a cell stands outside its row").at_row(row + 1).into());
        }
        at.column = column;
    }
    if at.is_open {
        rows.begin(at.row, at.is_hidden)?;
        at.is_open = false;
    }
    if at.column > LAST_COLUMN { Err(broken("a column lies beyond the last").into()) } else { Ok(()) }
}

fn head(element: &BytesStart<'_>) -> Result<Head, Fault> {
    let mut head = Head { place: None, style: None, kind: Kind::Untyped };
    for attribute in attributes(element) {
        let (name, written) = attribute?;
        match name {
            "r" => head.place = Some(place(&value(written)?)?),
            "s" => head.style = value(written)?.trim().parse().ok(),
            "t" => {
                head.kind = match &*value(written)? {
                    "n" => Kind::Untyped,
                    "s" => Kind::Shared,
                    "inlineStr" => Kind::Inline,
                    "str" => Kind::Formula,
                    "b" => Kind::Truth,
                    "e" => Kind::Error,
                    "d" => Kind::Iso,
                    _ => return Err(broken("a cell is of an unknown type")),
                };
            }
            _ => (),
        }
    }
    Ok(head)
}

/// Row and column of a place such as `B7`, from 0.
fn place(text: &str) -> Result<(u64, u32), Fault> {
    let wrong = || broken("a cell has no place");
    let text = text.trim();
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at_checked(letters).ok_or_else(wrong)?;
    if letters.is_empty() || letters.len() > 3 || digits.is_empty() || digits.len() > 7 {
        return Err(wrong());
    }
    let column = letters.bytes().fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'@'));
    let row = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse::<u64>().ok()).flatten();
    let row = row.and_then(|row| row.checked_sub(1)).filter(|row| *row <= LAST_ROW).ok_or_else(wrong)?;
    if column > LAST_COLUMN + 1 { Err(wrong()) } else { Ok((row, column - 1)) }
}

/// An area such as `B7:C9`, or one place.
fn area(text: &str) -> Result<Merge, Fault> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let as_row = |row: u64| u32::try_from(row).map_err(|_| broken("an area has no place"));
    let (first, last) = (place(&first.replace('$', ""))?, place(&last.replace('$', ""))?);
    Ok(Merge { first: (as_row(first.0)?, first.1), last: (as_row(last.0)?, last.1) })
}

/// The words of a text to the end of its element, without formatting and pronunciation.
pub fn rich_text(xml: &mut Xml<'_, '_>, buffer: &mut Vec<u8>, text: &mut String) -> Result<(), Fault> {
    let depth = xml.depth();
    let (mut is_text, mut spoken) = (false, None);
    loop {
        let event = xml.next(buffer)?;
        match &event {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => is_text = spoken.is_none(),
                "rPh" if spoken.is_none() => spoken = Some(xml.depth()),
                _ => (),
            },
            Event::End(_) if xml.depth() < depth => return Ok(()),
            Event::End(_) => {
                is_text = false;
                if spoken.is_some_and(|level| xml.depth() < level) {
                    spoken = None;
                }
            }
            Event::Eof => return Err(broken("a text is not closed")),
            event if is_text => xml.push_text(event, text)?,
            _ => (),
        }
    }
}

/// Reads up to the rows: the hidden columns, from 0.
pub fn hidden_columns(xml: &mut Xml<'_, '_>, buffer: &mut Vec<u8>) -> Result<Vec<(u32, u32)>, Fault> {
    let mut hidden: Vec<(u32, u32)> = Vec::new();
    loop {
        match xml.next(buffer)? {
            Event::Start(element) if xml.depth() == 1 && element.local_name().as_ref() != "worksheet" => {
                return Err(broken("a sheet is no worksheet"));
            }
            Event::Start(element) if element.local_name().as_ref() == "col" => {
                let width = attribute(&element, "width")?.and_then(|width| width.trim().parse::<f64>().ok());
                let is_hidden = attribute(&element, "hidden")?.is_some_and(|hidden| is_true(&hidden));
                if is_hidden || width.is_some_and(|width| width <= 0.0) {
                    let column = |name| attribute(&element, name).map(|c| c.and_then(|c| c.trim().parse::<u32>().ok()));
                    if let (Some(first), Some(last)) = (column("min")?, column("max")?) {
                        hidden.push((first.saturating_sub(1), last.saturating_sub(1).min(LAST_COLUMN)));
                    }
                }
                if hidden.len() > LAST_COLUMN as usize {
                    return Err(broken("more hidden columns than columns"));
                }
            }
            Event::Start(element) if element.local_name().as_ref() == "sheetData" => return Ok(hidden),
            Event::Eof => return Err(broken("a sheet has no rows element")),
            _ => (),
        }
    }
}

/// The merged areas, which stand below the rows.
pub fn merges(mut xml: Xml<'_, '_>, limits: &Limits) -> Result<Vec<Merge>, Fault> {
    let (mut buffer, mut merges) = (Vec::new(), Vec::new());
    let mut is_inside = false;
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "mergeCells" && xml.depth() == 2 => {
                is_inside = true
            }
            Event::Start(element) if is_inside && element.local_name().as_ref() == "mergeCell" => {
                let place = attribute(&element, "ref")?.ok_or_else(|| broken("an area has no place"))?;
                merges.push(area(&place)?);
                if merges.len() as u64 > limits.merges {
                    return Err(Fault::too_much("merges", limits.merges));
                }
            }
            Event::End(element) if element.local_name().as_ref() == "mergeCells" => is_inside = false,
            Event::Eof => return Ok(merges),
            _ => (),
        }
    }
}
