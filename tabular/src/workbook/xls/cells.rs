//! The cells of an xls.

use super::super::bytes::{error_by_code, f64_at, short_number, u8_at, u16_at, u32_at};
use super::super::number;
use super::super::rows::Rows;
use super::super::texts::owned;
use super::super::xml::broken;
use super::{Record, Records, Xls, record};
use crate::{Cell, Fault};

/// Where a record with cells stands, in the sheet and in the stream.
pub struct Place {
    pub row: u16,
    at: u32,
}

impl Place {
    /// Of a record with cells.
    pub(super) fn of(record: Record<'_>) -> Result<Self, Fault> {
        let at = u32::try_from(record.at).map_err(|_| broken("the stream of the workbook is too long"))?;
        Ok(Place { row: u16_at(record.body, 0)?, at })
    }
}

/// True for records that hold cells.
pub fn is_cell(kind: u16) -> bool {
    matches!(
        kind,
        record::FORMULA
            | record::NUMBER
            | record::TEXT
            | record::RICH_TEXT
            | record::TRUTH_OR_ERROR
            | record::SHORT_NUMBER
            | record::SHORT_NUMBERS
            | record::SHARED_TEXT
    )
}

impl Xls {
    /// Hands on the cells of a record.
    pub fn cells<'a, E>(&'a self, place: Place, rows: &mut Rows<'a, '_, E>) -> Result<(), Fault> {
        let mut records = Records { stream: &self.stream, at: place.at as usize };
        let Some(found) = records.next()? else { return Ok(()) };
        let body = found.body;
        let column = u32::from(u16_at(body, 2)?);
        let cell = match found.kind {
            record::NUMBER => self.number(body, 4, f64_at(body, 6)?)?,
            record::SHORT_NUMBER => self.number(body, 4, short_number(u32_at(body, 6)?))?,
            record::SHORT_NUMBERS => {
                // First and last column with, for each between them, style and number.
                let count = body.len().saturating_sub(6) / 6;
                for (index, column) in (column..).take(count).enumerate() {
                    let at = 4 + index * 6;
                    rows.cell(column, self.number(body, at, short_number(u32_at(body, at + 2)?))?)?;
                }
                return Ok(());
            }
            record::SHARED_TEXT => self.texts.cell(u32_at(body, 6)? as usize)?,
            record::TEXT | record::RICH_TEXT => owned(self.letters.long_text(&records.with_rest(found)?, 6)?),
            record::TRUTH_OR_ERROR => truth_or_error(u8_at(body, 6)?, u8_at(body, 7)? != 0),
            record::FORMULA => self.formula(body, records)?,
            _ => return Ok(()),
        };
        rows.cell(column, cell)
    }

    /// A number with its style at `at`.
    fn number(&self, body: &[u8], at: usize, figure: f64) -> Result<Cell<'static>, Fault> {
        let shown = self.styles.get(usize::from(u16_at(body, at)?)).copied().unwrap_or_default();
        Ok(number::cell(figure, shown, self.is_1904))
    }

    /// The value stored with a formula: a number, or a mark and what it marks. A text follows in a record of its own.
    fn formula(&self, body: &[u8], mut records: Records<'_>) -> Result<Cell<'static>, Fault> {
        if u16_at(body, 12)? != 0xFFFF {
            return self.number(body, 4, f64_at(body, 6)?);
        }
        let value = u8_at(body, 8)?;
        match u8_at(body, 6)? {
            0 => {
                while let Some(next) = records.next()? {
                    match next.kind {
                        record::FORMULA_TEXT => {
                            return Ok(owned(self.letters.long_text(&records.with_rest(next)?, 0)?));
                        }
                        record::END => break,
                        kind if is_cell(kind) => break,
                        _ => (),
                    }
                }
                Ok(Cell::Empty)
            }
            1 => Ok(truth_or_error(value, false)),
            2 => Ok(truth_or_error(value, true)),
            _ => Ok(Cell::Empty),
        }
    }
}

fn truth_or_error(value: u8, is_error: bool) -> Cell<'static> {
    if is_error { Cell::Error(error_by_code(value)) } else { Cell::Bool(value != 0) }
}

impl<'s> Records<'s> {
    /// The bodies of a record and of those that continue it.
    pub(super) fn with_rest(&mut self, first: Record<'s>) -> Result<Vec<&'s [u8]>, Fault> {
        let mut bodies = vec![first.body];
        loop {
            let before = self.at;
            match self.next()? {
                Some(next) if next.kind == record::CONTINUE => bodies.push(next.body),
                _ => {
                    self.at = before;
                    return Ok(bodies);
                }
            }
        }
    }
}
