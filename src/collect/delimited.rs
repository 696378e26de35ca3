//! Text files with a delimiter: decoding and splitting into rows. Every physical line is accounted for.

use super::cell::{RawCell, RawRow};
use super::profile::Format;
use crate::error::{Error, Place, Result};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// The text of a file, decoded by its byte order mark, else by the profile's encoding, else as UTF-8.
///
/// # Errors
/// When the encoding's name is unknown or a byte cannot be decoded: U+FFFD is never let in.
pub fn decode<'a>(bytes: &'a [u8], format: &Format, place: &Place) -> Result<Cow<'a, str>> {
    let named = match &format.encoding {
        Some(label) => Encoding::for_label(label.as_bytes())
            .ok_or_else(|| Error::usage("unknown-encoding").at(place.clone()).with("found", label))?,
        None => UTF_8,
    };
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((named, 0));
    encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]).ok_or_else(|| {
        let valid = if encoding == UTF_8 {
            std::str::from_utf8(&bytes[mark..]).err().map_or(0, |e| e.valid_up_to())
        } else {
            0
        };
        let row = bytes[mark..mark + valid].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        Error::input("not-in-encoding").at(place.clone().row(row)).with("encoding", encoding.name())
    })
}

/// Calls `each` for every row of the text, blank lines included.
///
/// # Errors
/// What `each` returns, or a row that cannot be split.
pub fn rows(
    text: &str,
    format: &Format,
    place: &Place,
    each: &mut dyn FnMut(RawRow<'_, '_>) -> Result<()>,
) -> Result<()> {
    let delimiter =
        u8::try_from(format.delimiter.unwrap_or(',')).map_err(|_| Error::usage("bad-delimiter").at(place.clone()))?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut next_line = 1;
    while reader.read_record(&mut record).map_err(|fault| unreadable(&fault, place))? {
        // A record's position is where the one before it ended: line ends that follow (the LF of CRLF, blank lines)
        // are still ahead of it.
        let line = record.position().map_or(next_line, |at| {
            let rest =
                usize::try_from(at.byte()).ok().and_then(|start| text.as_bytes().get(start..)).unwrap_or_default();
            let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            at.line() + ends.filter(|byte| **byte == b'\n').count() as u64
        });
        // The csv crate passes over blank lines without a word; the line numbers tell how many there were.
        for blank in next_line..line {
            each(RawRow { number: blank, cells: &[] })?;
        }
        let cells: Vec<RawCell<'_>> = record
            .iter()
            .map(|cell| match cell {
                "" => RawCell::Empty,
                text => RawCell::Text(Cow::Borrowed(text)),
            })
            .collect();
        each(RawRow { number: line, cells: &cells })?;
        next_line = line + 1 + record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
    }
    let lines = text.lines().count() as u64;
    for blank in next_line..=lines {
        each(RawRow { number: blank, cells: &[] })?;
    }
    Ok(())
}

fn unreadable(fault: &csv::Error, place: &Place) -> Error {
    let row = fault.position().map_or(1, csv::Position::line);
    Error::input("unreadable-row").at(place.clone().row(row))
}
