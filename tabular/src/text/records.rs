//! The rows of a text, one after another, in bounded memory.

use super::encoding::{self, MARK};
use super::source::Source;
use super::split::{Found, Line, Record, Signs, Span, View, Widths};
use super::{Dialect, Met};
use crate::{Cell, Fault, Input, Limits, Remarks, Row, Stop};
use encoding_rs::Encoding;
use memchr::memchr;
use std::borrow::Cow;

/// Reads a text in blocks of so many bytes; the rows do not depend on that number.
///
/// # Errors
/// What `each` returns, or why the text cannot be read on.
pub fn read<E>(
    input: &dyn Input,
    dialect: &Dialect,
    limits: &Limits,
    block: usize,
    each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>,
) -> Result<Met, Stop<E>> {
    let mut reader = Reader::new(dialect, limits)?;
    let mut source = Source::open(input, reader.encoding, limits)?;
    let mut window = Vec::new();
    let mut is_begun = false;
    loop {
        // A record longer than a block is looked at anew with every block: blocks grow with it.
        let wanted = block.max(window.len());
        let is_last = source.more(&mut window, wanted)?;
        if !is_begun {
            if window.len() < MARK.len() && !is_last {
                continue;
            }
            if window.starts_with(MARK) {
                window.drain(..MARK.len());
            }
            is_begun = true;
        }
        let used = reader.window(&window, is_last, each)?;
        if is_last {
            return Ok(reader.met);
        }
        window.drain(..used);
    }
}

/// What is known between two blocks.
struct Reader<'l> {
    signs: Signs,
    encoding: &'static Encoding,
    widths: Widths,
    limits: &'l Limits,
    record_bytes: usize,
    met: Met,
    spans: Vec<Span>,
}

/// The bytes at hand, and what holds for all of them.
struct Window<'w> {
    bytes: &'w [u8],
    /// The first part of them that can be cut into cells without a further look.
    text: &'w str,
    has_nul: bool,
    is_last: bool,
}

impl<'l> Reader<'l> {
    fn new(dialect: &Dialect, limits: &'l Limits) -> Result<Self, Fault> {
        Ok(Reader {
            signs: dialect.signs()?,
            encoding: encoding::named(dialect.encoding)?,
            widths: Widths { usual: dialect.width, last: 0 },
            limits,
            record_bytes: usize::try_from(limits.record_bytes).unwrap_or(usize::MAX),
            met: Met::default(),
            spans: Vec::new(),
        })
    }

    /// Hands on the rows that are whole in these bytes; says how many bytes they took.
    fn window<E>(
        &mut self,
        bytes: &[u8],
        is_last: bool,
        each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>,
    ) -> Result<usize, Stop<E>> {
        let window = Window { bytes, text: self.readable(bytes), has_nul: memchr(0, bytes).is_some(), is_last };
        let mut cells = Vec::new();
        let (mut at, mut next_quote) = (0, 0);
        while at < bytes.len() {
            let number = self.met.rows + 1;
            let start = at + if bytes[at..].starts_with(MARK) { MARK.len() } else { 0 };
            let record = match self.record(&window, start, &mut next_quote) {
                Found::Record(record) => record,
                Found::More => break,
                Found::TooLong => {
                    return Err(Fault::too_much("record_bytes", self.limits.record_bytes).at_row(number).into());
                }
            };
            self.met.rows += record.lines;
            if self.met.rows > self.limits.rows {
                return Err(Fault::too_much("rows", self.limits.rows).at_row(number).into());
            }
            if self.spans.len() > self.limits.columns as usize {
                return Err(Fault::too_much("columns", u64::from(self.limits.columns)).at_row(number).into());
            }
            cells.clear();
            let remarks = self.cells(&window, start, record, &mut cells);
            self.met.records += u64::from(!cells.is_empty());
            each(Row { number, cells: &cells, remarks }).map_err(Stop::Caller)?;
            at = record.next;
        }
        Ok(at)
    }

    /// The beginning of the bytes that is text in the file's encoding and in UTF-8 alike.
    fn readable<'w>(&self, bytes: &'w [u8]) -> &'w str {
        let bytes = if self.encoding.is_single_byte() { &bytes[..Encoding::ascii_valid_up_to(bytes)] } else { bytes };
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(fault) => std::str::from_utf8(&bytes[..fault.valid_up_to()]).unwrap_or_default(),
        }
    }

    /// The record at `start`; its cells are in `spans`, none for a blank line.
    fn record(&mut self, window: &Window<'_>, start: usize, next_quote: &mut usize) -> Found {
        // Two more bytes than a record may have tell how its last cell ends.
        let most = start.saturating_add(self.record_bytes).saturating_add(2);
        let is_cut = most < window.bytes.len();
        let bytes = &window.bytes[..most.min(window.bytes.len())];
        let view = View { bytes, is_last: window.is_last && !is_cut, is_cut };
        let Some(line) = view.line(start, self.signs.ends_cr) else {
            return if is_cut { Found::TooLong } else { Found::More };
        };
        if line.end - start > self.record_bytes {
            return Found::TooLong;
        }
        self.spans.clear();
        let mut record = Record { next: line.next, lines: 1, stray_quote: false, other_delimiter: false };
        if line.end == start {
            return Found::Record(record);
        }
        let has_quote = self.signs.quote.is_some_and(|quote| {
            if *next_quote < start {
                let found = memchr(quote, &window.bytes[start..]);
                *next_quote = found.map_or(window.bytes.len(), |found| start + found);
            }
            *next_quote < line.end
        });
        let found = if has_quote {
            self.signs.record(&view, start, line, self.widths, &mut self.spans)
        } else {
            self.plain(&view, start, line, record)
        };
        if let Found::Record(found) = found {
            record = found;
            if self.spans.len() > 1 && !record.stray_quote && !record.other_delimiter {
                self.widths.last = self.spans.len();
            }
        }
        found
    }

    fn plain(&mut self, view: &View<'_>, start: usize, line: Line, record: Record) -> Found {
        self.signs.split_plain(view, start, line.end, &mut self.spans);
        if self.spans.len() == 1 && self.widths.known() {
            match self.signs.otherwise(view, start, line, self.widths, &mut self.spans) {
                Found::TooLong => {}
                found => return found,
            }
        }
        Found::Record(record)
    }

    /// Makes cells of the spans.
    fn cells<'w>(&self, window: &Window<'w>, start: usize, record: Record, cells: &mut Vec<Cell<'w>>) -> Remarks {
        let (quote, escape) = (self.signs.quote, self.signs.escape);
        let mut remarks =
            Remarks { stray_quote: record.stray_quote, other_delimiter: record.other_delimiter, ..Remarks::default() };
        if window.has_nul {
            remarks.undecodable = memchr(0, &window.bytes[start..record.next]).is_some();
        }
        if record.next <= window.text.len() {
            cells.reserve(self.spans.len());
            for span in &self.spans {
                let text = window.text.get(span.start..span.end).unwrap_or_default();
                cells.push(encoding::cell(Cow::Borrowed(text), *span, quote, escape));
            }
            return remarks;
        }
        let reading = encoding::reading(&window.bytes[start..record.next], self.encoding);
        remarks.other_encoding = reading.is_other;
        remarks.undecodable |= reading.undecodable;
        let text = |span: &Span| reading.text(&window.bytes[span.start..span.end]);
        cells.extend(self.spans.iter().map(|span| encoding::cell(text(span), *span, quote, escape)));
        remarks
    }
}

#[cfg(test)]
mod tests;
