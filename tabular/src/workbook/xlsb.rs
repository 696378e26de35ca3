//! xlsb: the same parts as xlsx, as binary records (MS-XLSB).

use super::archive::{Archive, Entry, io_fault};
use super::bytes::{error_by_code, f64_at, short_number, slice, u8_at, u16_at, u32_at, utf16};
use super::number::{self, Shown, built_in, by_code};
use super::package::{Outline, Package, Writing, needed};
use super::rows::{Before, Each, Rows};
use super::texts::{Texts, owned};
use super::xml::broken;
use super::{Merge, Opened, Options, Sheet};
use crate::{Cell, Fault, Limits, Stop};
use std::collections::HashMap;
use std::io::Read;

/// An open xlsb.
pub struct Xlsb<'i>(Package<'i>);

const WRITING: Writing = Writing { ending: "bin", outline: workbook, styles, texts };

/// The records that are read (MS-XLSB 2.3).
mod record {
    pub const ROW: u16 = 0;
    pub const FIRST_CELL: u16 = 2;
    pub const LAST_CELL: u16 = 11;
    pub const FIRST_SHORT_CELL: u16 = 12;
    pub const LAST_SHORT_CELL: u16 = 18;
    pub const SHARED_TEXT: u16 = 19;
    pub const FORMAT: u16 = 44;
    pub const STYLE: u16 = 47;
    pub const COLUMNS: u16 = 60;
    pub const RICH_CELL: u16 = 62;
    pub const BEGIN_SHEET: u16 = 129;
    pub const END_SHEET: u16 = 130;
    pub const BEGIN_CELLS: u16 = 145;
    pub const END_CELLS: u16 = 146;
    pub const WORKBOOK: u16 = 153;
    pub const SHEET: u16 = 156;
    pub const MERGE: u16 = 176;
    pub const BEGIN_STYLES: u16 = 617;
    pub const END_STYLES: u16 = 618;
}

impl<'i> Xlsb<'i> {
    /// Reads all but the sheets.
    pub fn open(archive: Archive<'i>, main: &str, limits: &Limits) -> Result<Opened<Self>, Fault> {
        let Opened { book, sheets, is_1904 } = Package::open(archive, main, &WRITING, limits)?;
        Ok(Opened { book: Xlsb(book), sheets, is_1904 })
    }

    /// The merged areas of a sheet.
    pub fn merges(&mut self, sheet: usize, limits: &Limits) -> Result<Vec<Merge>, Fault> {
        let mut records = Records::new(self.0.sheet(sheet)?.entry);
        let mut merges = Vec::new();
        while let Some((kind, body)) = records.next()? {
            if kind == record::MERGE {
                let (first, last) = ((u32_at(body, 0)?, u32_at(body, 8)?), (u32_at(body, 4)?, u32_at(body, 12)?));
                merges.push(Merge { first, last });
                if merges.len() as u64 > limits.merges {
                    return Err(Fault::too_much("merges", limits.merges));
                }
            }
        }
        Ok(merges)
    }

    /// The hidden columns of a sheet.
    pub fn hidden_columns(&mut self, sheet: usize) -> Result<Vec<(u32, u32)>, Fault> {
        let mut records = Records::new(self.0.sheet(sheet)?.entry);
        hidden_columns(&mut records)
    }

    /// The rows of a sheet.
    pub fn rows<E>(
        &mut self,
        sheet: usize,
        options: &Options,
        limits: &Limits,
        each: &mut Each<'_, E>,
    ) -> Result<u64, Stop<E>> {
        let merges = if options.fill_merged { self.merges(sheet, limits)? } else { Vec::new() };
        let open = self.0.sheet(sheet)?;
        let book = Book { texts: open.texts, styles: open.styles, is_1904: open.is_1904 };
        let mut records = Records::new(open.entry);
        let hidden_columns = hidden_columns(&mut records)?;
        let before = Before { merges, hidden_columns, last_wins: false };
        let mut rows = Rows::new(each, limits, options, before);
        let (mut row, mut column, mut is_open) = (0, 0, true);
        while let Some((kind, body)) = records.next()? {
            match kind {
                record::ROW if is_open => {
                    row = u64::from(u32_at(body, 0)?);
                    column = 0;
                    rows.begin(row, u8_at(body, 11)? & 0x10 != 0)?;
                }
                record::END_CELLS => is_open = false,
                record::FIRST_CELL..=record::LAST_CELL | record::RICH_CELL if is_open => {
                    column = u32_at(body, 0)?;
                    let cell = book.cell(kind, body, 8).map_err(|fault| fault.at_row(row + 1))?;
                    rows.cell(column, cell)?;
                    column = column.saturating_add(1);
                }
                1 if is_open => column = u32_at(body, 0)?.saturating_add(1),
                record::FIRST_SHORT_CELL..=record::LAST_SHORT_CELL if is_open => {
                    // A short cell stands right of the one before it and does not say its column.
                    let cell = book.cell(kind - 11, body, 4).map_err(|fault| fault.at_row(row + 1))?;
                    rows.cell(column, cell)?;
                    column = column.saturating_add(1);
                }
                _ => (),
            }
        }
        rows.finish()
    }
}

/// What cells need of their workbook.
struct Book<'a> {
    texts: &'a Texts,
    styles: &'a [Shown],
    is_1904: bool,
}

impl<'a> Book<'a> {
    /// The cell of a record whose value begins at `at`, behind the style.
    fn cell(&self, kind: u16, body: &[u8], at: usize) -> Result<Cell<'a>, Fault> {
        let number = |figure| {
            let style = u32_at(body, at - 4)? & 0x00FF_FFFF;
            let shown = self.styles.get(style as usize).copied().unwrap_or_default();
            Ok(number::cell(figure, shown, self.is_1904))
        };
        match kind {
            2 => number(short_number(u32_at(body, at)?)),
            3 | 11 => Ok(Cell::Error(error_by_code(u8_at(body, at)?))),
            4 | 10 => Ok(Cell::Bool(u8_at(body, at)? != 0)),
            5 | 9 => number(f64_at(body, at)?),
            6 | 8 => Ok(owned(wide(body, at)?.0)),
            7 => self.texts.cell(u32_at(body, at)? as usize),
            record::RICH_CELL => Ok(owned(wide(body, at + 1)?.0)),
            _ => Ok(Cell::Empty),
        }
    }
}

/// The records of a part.
struct Records<'z, 'i> {
    entry: Entry<'z, 'i>,
    body: Vec<u8>,
    is_sheet: bool,
    ended: bool,
}

impl<'z, 'i> Records<'z, 'i> {
    fn new(entry: Entry<'z, 'i>) -> Self {
        Records { entry, body: Vec::new(), is_sheet: false, ended: false }
    }

    /// The next record: its kind and its body. Nothing at the end of the part.
    fn next(&mut self) -> Result<Option<(u16, &[u8])>, Fault> {
        self.entry.begin_piece();
        let Some(first) = self.byte()? else {
            return if self.is_sheet && !self.ended { Err(broken("a sheet ends too early")) } else { Ok(None) };
        };
        let mut kind = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            kind |= u16::from(self.needed()? & 0x7F) << 7;
        }
        let mut length = 0_u64;
        for shift in [0, 7, 14, 21] {
            let byte = self.needed()?;
            length |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.body.clear();
        // Memory grows with the bytes that are there, not with the length that is claimed.
        let read = (&mut self.entry).take(length).read_to_end(&mut self.body).map_err(|fault| io_fault(&fault))?;
        if (read as u64) < length {
            return Err(broken("a record is cut off"));
        }
        self.is_sheet |= kind == record::BEGIN_SHEET;
        self.ended |= kind == record::END_SHEET;
        Ok(Some((kind, &self.body)))
    }

    fn byte(&mut self) -> Result<Option<u8>, Fault> {
        let mut byte = [0];
        match self.entry.read(&mut byte) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(byte[0])),
            Err(fault) => Err(io_fault(&fault)),
        }
    }

    fn needed(&mut self) -> Result<u8, Fault> {
        self.byte()?.ok_or_else(|| broken("a record is cut off"))
    }
}

/// Reads up to the rows.
fn hidden_columns(records: &mut Records<'_, '_>) -> Result<Vec<(u32, u32)>, Fault> {
    let mut hidden = Vec::new();
    while let Some((kind, body)) = records.next()? {
        if kind == record::BEGIN_CELLS {
            return Ok(hidden);
        }
        let is_hidden = kind == record::COLUMNS && (u16_at(body, 16)? & 1 != 0 || u32_at(body, 8)? == 0);
        if is_hidden {
            hidden.push((u32_at(body, 0)?, u32_at(body, 4)?.min(16_383)));
        }
        if hidden.len() > 16_384 {
            return Err(broken("more hidden columns than columns"));
        }
    }
    Err(broken("a sheet has no rows"))
}

/// A text with its length before it, and how many bytes both take.
fn wide(body: &[u8], at: usize) -> Result<(String, usize), Fault> {
    let length = (u32_at(body, at)? as usize).saturating_mul(2);
    Ok((utf16(slice(body, at.saturating_add(4), length)?), length.saturating_add(4)))
}

fn workbook(archive: &mut Archive<'_>, main: &str, limits: &Limits) -> Result<Outline, Fault> {
    let mut records = Records::new(needed(archive, main)?);
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    while let Some((kind, body)) = records.next()? {
        match kind {
            record::WORKBOOK => is_1904 = u8_at(body, 0)? & 1 != 0,
            record::SHEET => {
                // A sheet without a relationship is a module of macros.
                if u32_at(body, 8)? != u32::MAX {
                    let (id, length) = wide(body, 8)?;
                    let (name, _) = wide(body, length.saturating_add(8))?;
                    sheets.push((Sheet { name, is_hidden: u32_at(body, 0)? != 0 }, id));
                }
                if sheets.len() as u64 > limits.archive_entries {
                    return Err(Fault::too_much("archive_entries", limits.archive_entries));
                }
            }
            _ => (),
        }
    }
    Ok((sheets, is_1904))
}

fn styles(archive: &mut Archive<'_>, part: &str, limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let Some(entry) = archive.entry(part)? else { return Ok(Vec::new()) };
    let mut records = Records::new(entry);
    let (mut formats, mut styles) = (HashMap::new(), Vec::new());
    let mut is_cell_style = false;
    while let Some((kind, body)) = records.next()? {
        match kind {
            record::FORMAT => {
                let code = wide(body, 2)?.0;
                formats.entry(u32::from(u16_at(body, 0)?)).or_insert_with(|| by_code(&code));
            }
            record::BEGIN_STYLES => is_cell_style = true,
            record::END_STYLES => is_cell_style = false,
            record::STYLE if is_cell_style => styles.push(u32::from(u16_at(body, 2)?)),
            _ => (),
        }
        if styles.len() as u64 > limits.styles {
            return Err(Fault::too_much("styles", limits.styles));
        }
    }
    Ok(styles.iter().map(|id| formats.get(id).copied().unwrap_or_else(|| built_in(*id))).collect())
}

fn texts(archive: &mut Archive<'_>, part: &str, limits: &Limits) -> Result<Texts, Fault> {
    let most = limits.shared_strings_bytes;
    let mut texts = Texts::default();
    let Some(entry) = archive.entry_within(part, "shared_strings_bytes", most)? else { return Ok(texts) };
    let mut records = Records::new(entry);
    while let Some((kind, body)) = records.next()? {
        if kind == record::SHARED_TEXT {
            texts.push(&wide(body, 1)?.0, most)?;
        }
    }
    Ok(texts)
}
