//! xls: one stream of records in an OLE container (MS-XLS), as Excel 5, 95 (BIFF5) and 97 to 2003 (BIFF8) write it.

mod cells;
mod strings;

use super::bytes::{slice, u8_at, u16_at, u32_at};
use super::number::{Shown, built_in, by_code};
use super::ole::Ole;
use super::rows::{Before, Each, Rows};
use super::texts::Texts;
use super::xml::broken;
use super::{Merge, Opened, Options, Sheet};
use crate::{Fault, FaultKind, Limits, Stop};
use std::collections::HashMap;
use strings::{Letters, Version};

pub use strings::by_code_page;

/// The records that are read (MS-XLS 2.4).
mod record {
    pub const FORMULA: u16 = 0x06;
    pub const END: u16 = 0x0A;
    pub const DATE_MODE: u16 = 0x22;
    pub const PASSWORD: u16 = 0x2F;
    pub const CONTINUE: u16 = 0x3C;
    pub const CODE_PAGE: u16 = 0x42;
    pub const COLUMNS: u16 = 0x7D;
    pub const SHEET: u16 = 0x85;
    pub const SHORT_NUMBERS: u16 = 0xBD;
    pub const RICH_TEXT: u16 = 0xD6;
    pub const STYLE: u16 = 0xE0;
    pub const MERGES: u16 = 0xE5;
    pub const TEXTS: u16 = 0xFC;
    pub const SHARED_TEXT: u16 = 0xFD;
    pub const NUMBER: u16 = 0x203;
    pub const TEXT: u16 = 0x204;
    pub const TRUTH_OR_ERROR: u16 = 0x205;
    pub const FORMULA_TEXT: u16 = 0x207;
    pub const ROW: u16 = 0x208;
    pub const SHORT_NUMBER: u16 = 0x27E;
    pub const FORMAT: u16 = 0x41E;
    pub const BEGIN: u16 = 0x809;
}

/// An open xls, its stream in memory.
pub struct Xls {
    stream: Vec<u8>,
    /// Where each sheet begins.
    begins: Vec<usize>,
    letters: Letters,
    texts: Texts,
    styles: Vec<Shown>,
    is_1904: bool,
}

/// One record: where it begins, its kind, its body.
#[derive(Clone, Copy)]
struct Record<'s> {
    at: usize,
    kind: u16,
    body: &'s [u8],
}

/// The records of a stream from a place on.
struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

/// The stream of an old workbook, whole.
///
/// # Errors
/// When the container is cut off, has a password, or holds something else.
pub fn stream(ole: &mut Ole<'_>, most: u64) -> Result<Vec<u8>, Fault> {
    let other = |what| Err(Fault::new(FaultKind::OtherContainer(what)));
    if ole.has("EncryptedPackage") || ole.has("EncryptionInfo") {
        return Err(Fault::new(FaultKind::Encrypted));
    }
    let name = if ole.has("Workbook") { "Workbook" } else { "Book" };
    if let Some(stream) = ole.read(name, most)? {
        let first = u16_at(&stream, 0)?;
        return match (first, u16_at(&stream, 4)?) {
            (record::BEGIN, 0x0500 | 0x0600) => check_password(stream),
            (0x0009 | 0x0209 | 0x0409, _) => other("Excel 4 or older"),
            _ => Err(broken("the stream of the workbook does not begin as one")),
        };
    }
    match () {
        () if ole.has("WordDocument") => other("Word document"),
        () if ole.has("PowerPoint Document") => other("PowerPoint presentation"),
        () if ole.has("__properties_version1.0") => other("Outlook message"),
        () => other("OLE container"),
    }
}

fn check_password(stream: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let mut records = Records { stream: &stream, at: 0 };
    while let Some(record) = records.next()? {
        match record.kind {
            record::PASSWORD => return Err(Fault::new(FaultKind::Encrypted)),
            record::END | record::SHEET => break,
            _ => (),
        }
    }
    Ok(stream)
}

impl Xls {
    /// Reads what stands before the sheets.
    pub fn open(stream: Vec<u8>, limits: &Limits) -> Result<Opened<Self>, Fault> {
        let version = if u16_at(&stream, 4)? == 0x0600 { Version::Biff8 } else { Version::Biff5 };
        let mut letters = Letters { version, code_page: 1252 };
        let (mut sheets, mut begins, mut is_1904) = (Vec::new(), Vec::new(), false);
        let (mut formats, mut styles) = (HashMap::new(), Vec::new());
        let mut texts = Texts::default();
        let mut records = Records { stream: &stream, at: 0 };
        let mut is_ended = false;
        while let Some(record) = records.next()? {
            match record.kind {
                record::CODE_PAGE => letters.code_page = u16_at(record.body, 0)?,
                record::DATE_MODE => is_1904 = u16_at(record.body, 0)? == 1,
                record::FORMAT => {
                    let code = letters.format(record.body)?;
                    formats.insert(u32::from(u16_at(record.body, 0)?), by_code(&code));
                }
                record::STYLE => styles.push(u32::from(u16_at(record.body, 2)?)),
                record::SHEET if u8_at(record.body, 5)? == 0 => {
                    begins.push(u32_at(record.body, 0)? as usize);
                    let is_hidden = u8_at(record.body, 4)? & 3 != 0;
                    sheets.push(Sheet { name: letters.short_text(record.body, 6)?, is_hidden });
                }
                record::TEXTS => texts = strings::shared(&stream, record.at, limits.shared_strings_bytes)?,
                record::END => {
                    is_ended = true;
                    break;
                }
                _ => (),
            }
            if styles.len() as u64 > limits.styles {
                return Err(Fault::too_much("styles", limits.styles));
            }
        }
        if !is_ended {
            return Err(Fault::new(FaultKind::Truncated));
        }
        let styles = styles.iter().map(|id| formats.get(id).copied().unwrap_or_else(|| built_in(*id))).collect();
        Ok(Opened { book: Xls { stream, begins, letters, texts, styles, is_1904 }, sheets, is_1904 })
    }

    /// The merged areas of a sheet.
    pub fn merges(&self, sheet: usize, limits: &Limits) -> Result<Vec<Merge>, Fault> {
        let mut merges = Vec::new();
        self.each_record(sheet, &mut |record| {
            if record.kind != record::MERGES {
                return Ok(());
            }
            for index in 0..usize::from(u16_at(record.body, 0)?) {
                let area = slice(record.body, 2 + index * 8, 8)?;
                let part = |at| u16_at(area, at).map(u32::from);
                merges.push(Merge { first: (part(0)?, part(4)?), last: (part(2)?, part(6)?) });
            }
            if merges.len() as u64 > limits.merges {
                return Err(Fault::too_much("merges", limits.merges));
            }
            Ok(())
        })?;
        Ok(merges)
    }

    /// The hidden columns of a sheet.
    pub fn hidden_columns(&self, sheet: usize) -> Result<Vec<(u32, u32)>, Fault> {
        let mut hidden = Vec::new();
        self.each_record(sheet, &mut |record| {
            if record.kind == record::COLUMNS {
                let (first, last) = (u16_at(record.body, 0)?, u16_at(record.body, 2)?);
                if u16_at(record.body, 8)? & 1 != 0 || u16_at(record.body, 4)? == 0 {
                    hidden.push((u32::from(first), u32::from(last)));
                }
            }
            Ok(())
        })?;
        Ok(hidden)
    }

    /// The rows of a sheet. Writers need not keep cells in the order of rows, so their places are sorted first.
    pub fn rows<E>(
        &self,
        sheet: usize,
        options: &Options,
        limits: &Limits,
        each: &mut Each<'_, E>,
    ) -> Result<u64, Stop<E>> {
        let merges = if options.fill_merged { self.merges(sheet, limits)? } else { Vec::new() };
        let before = Before { merges, hidden_columns: self.hidden_columns(sheet)?, last_wins: true };
        let mut places: Vec<cells::Place> = Vec::new();
        let mut hidden_rows = vec![false; 1 << 16];
        self.each_record(sheet, &mut |record| {
            if record.kind == record::ROW
                && u16_at(record.body, 12)? & 0x20 != 0
                && let Some(row) = hidden_rows.get_mut(usize::from(u16_at(record.body, 0)?))
            {
                *row = true;
            }
            if cells::is_cell(record.kind) {
                places.push(cells::Place::of(record)?);
            }
            if places.len() as u64 > limits.cells { Err(Fault::too_much("cells", limits.cells)) } else { Ok(()) }
        })?;
        places.sort_by_key(|place| place.row);
        let mut rows = Rows::new(each, limits, options, before);
        let mut places = places.into_iter().peekable();
        for (row, is_hidden) in (0_u16..=u16::MAX).zip(hidden_rows) {
            let has_cells = places.peek().is_some_and(|place| place.row == row);
            if has_cells || is_hidden {
                rows.begin(u64::from(row), is_hidden)?;
            }
            while let Some(place) = places.next_if(|place| place.row == row) {
                self.cells(place, &mut rows).map_err(|fault| fault.at_row(u64::from(row) + 1))?;
            }
        }
        rows.finish()
    }

    /// Calls for each record of a sheet, those of charts within it left out.
    fn each_record<'s>(
        &'s self,
        sheet: usize,
        each: &mut dyn FnMut(Record<'s>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let at = self.begins.get(sheet).copied().ok_or_else(|| broken("there is no such sheet"))?;
        let mut records = Records { stream: &self.stream, at };
        let first = records.next()?.ok_or_else(|| Fault::new(FaultKind::Truncated))?;
        if first.kind != record::BEGIN {
            return Err(broken("a sheet does not begin where the workbook says"));
        }
        let mut depth = 1_usize;
        while let Some(record) = records.next()? {
            match record.kind {
                record::BEGIN => depth += 1,
                record::END if depth == 1 => return Ok(()),
                record::END => depth -= 1,
                _ if depth == 1 => each(record)?,
                _ => (),
            }
        }
        Err(Fault::new(FaultKind::Truncated))
    }
}

impl<'s> Records<'s> {
    fn next(&mut self) -> Result<Option<Record<'s>>, Fault> {
        let at = self.at;
        if at >= self.stream.len() {
            return Ok(None);
        }
        let (kind, length) = (u16_at(self.stream, at)?, u16_at(self.stream, at + 2)?);
        let body = slice(self.stream, at + 4, usize::from(length)).map_err(|_| Fault::new(FaultKind::Truncated))?;
        self.at = at + 4 + usize::from(length);
        Ok(Some(Record { at, kind, body }))
    }
}
