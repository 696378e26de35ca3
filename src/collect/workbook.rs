//! Workbooks (xlsx): a look at the archive before anything is unpacked, then one streaming pass a sheet.

use super::cell::{RawCell, RawRow};
use crate::catalogue::fold;
use crate::error::{Error, Place, Result};
use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxError};
use std::borrow::Cow;
use std::io::Cursor;

/// Most bytes an archive may unpack to; a workbook of a million rows stays below.
const MOST_UNPACKED: u64 = 2 << 30;
/// Most entries of an archive.
const MOST_ENTRIES: usize = 10_000;
/// Most columns of a sheet that are read; Excel allows 16 384, no export of a CPAS comes near this.
const MOST_COLUMNS: u32 = 2_000;
/// The first bytes of an OLE container: a workbook with a password, or the old xls form.
const OLE: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// An open workbook.
pub struct Workbook<'b> {
    inner: Xlsx<Cursor<&'b [u8]>>,
    place: Place,
}

/// The merged areas of a sheet.
#[derive(Debug, Default)]
pub struct Merges(Vec<Dimensions>);

impl Merges {
    /// The first column and row of the merged area that covers this cell (both from 0).
    pub fn anchor(&self, row: u32, column: u32) -> Option<(u32, u32)> {
        self.0.iter().find(|area| area.contains(row, column)).map(|area| area.start)
    }
}

impl<'b> Workbook<'b> {
    /// Opens a workbook held in memory.
    ///
    /// # Errors
    /// When it is no xlsx archive, has a password, is truncated, or would unpack to more than is sane.
    pub fn open(bytes: &'b [u8], place: &Place) -> Result<Self> {
        if bytes.starts_with(&OLE) {
            return Err(Error::input("encrypted-workbook").at(place.clone()));
        }
        check_archive(bytes, place)?;
        let inner = Xlsx::new(Cursor::new(bytes)).map_err(|fault| unreadable(&fault, place))?;
        Ok(Workbook { inner, place: place.clone() })
    }

    /// The name of the sheet asked for (without regard to case, accents and spaces), or of the first.
    ///
    /// # Errors
    /// When there is no such sheet: names those there are.
    pub fn sheet_name(&self, wanted: Option<&str>) -> Result<String> {
        let names = self.inner.sheet_names();
        let found = match wanted {
            None => names.first(),
            Some(wanted) => names.iter().find(|name| fold(name) == fold(wanted)),
        };
        found.cloned().ok_or_else(|| {
            Error::input("missing-sheet")
                .at(self.place.clone())
                .with("expected", wanted.unwrap_or("1"))
                .with("found", names.join(", "))
        })
    }

    /// The merged areas of a sheet.
    ///
    /// # Errors
    /// When the sheet cannot be read.
    pub fn merges(&mut self, sheet: &str) -> Result<Merges> {
        self.inner.merge_cells_by_sheet_name(sheet).map(Merges).map_err(|fault| unreadable(&fault, &self.place))
    }

    /// Calls `each` for every row of a sheet, rows without any cell included, up to the last row with a cell.
    ///
    /// # Errors
    /// What `each` returns, or a sheet that cannot be read.
    pub fn rows(&mut self, sheet: &str, each: &mut dyn FnMut(RawRow<'_, '_>) -> Result<()>) -> Result<()> {
        let place = self.place.clone().sheet(sheet);
        let mut reader = self.inner.worksheet_cells_reader(sheet).map_err(|fault| unreadable(&fault, &place))?;
        let mut cells: Vec<RawCell<'_>> = Vec::new();
        let mut current = 0_u32;
        while let Some(cell) = reader.next_cell().map_err(|fault| unreadable(&fault, &place))? {
            let (row, column) = cell.get_position();
            if column >= MOST_COLUMNS {
                return Err(Error::input("too-many-columns")
                    .at(place.row(u64::from(row) + 1))
                    .with("most", MOST_COLUMNS));
            }
            let value = raw(cell.get_value());
            if value == RawCell::Empty {
                continue;
            }
            while current < row {
                each(RawRow { number: u64::from(current) + 1, cells: &cells })?;
                cells.clear();
                current += 1;
            }
            cells.resize(cells.len().max(column as usize + 1), RawCell::Empty);
            cells[column as usize] = value;
        }
        if cells.is_empty() { Ok(()) } else { each(RawRow { number: u64::from(current) + 1, cells: &cells }) }
    }
}

fn raw<'a>(value: &DataRef<'a>) -> RawCell<'a> {
    match value {
        DataRef::Empty => RawCell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "a workbook's integers are doubles already")]
        DataRef::Int(number) => RawCell::Number(*number as f64),
        DataRef::Float(number) => RawCell::Number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            if text.is_empty() {
                RawCell::Empty
            } else {
                RawCell::Text(Cow::Owned(text.clone()))
            }
        }
        DataRef::SharedString("") => RawCell::Empty,
        DataRef::SharedString(text) => RawCell::Text(Cow::Borrowed(text)),
        DataRef::Bool(value) => RawCell::Bool(*value),
        DataRef::DateTime(moment) => {
            moment.as_datetime().map_or(RawCell::Number(moment.as_f64()), |moment| RawCell::Date(moment.date()))
        }
        DataRef::Error(fault) => RawCell::Error(fault.to_string()),
    }
}

fn unreadable(fault: &XlsxError, place: &Place) -> Error {
    Error::input("unreadable-workbook").at(place.clone()).with("found", fault)
}

/// What an archive says of itself is read before anything is unpacked.
fn check_archive(bytes: &[u8], place: &Place) -> Result<()> {
    let refused = |found: String| Error::input("unreadable-workbook").at(place.clone()).with("found", found);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|fault| refused(fault.to_string()))?;
    if archive.len() > MOST_ENTRIES {
        return Err(refused(format!("{} > {MOST_ENTRIES}", archive.len())));
    }
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|fault| refused(fault.to_string()))?;
        unpacked = unpacked.saturating_add(entry.size());
    }
    if unpacked > MOST_UNPACKED {
        return Err(Error::input("workbook-too-large")
            .at(place.clone())
            .with("found", unpacked)
            .with("most", MOST_UNPACKED));
    }
    Ok(())
}
