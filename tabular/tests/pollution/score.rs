//! How near what was read is to what is clean: ten figures between 0 and 1.

use super::clean::Content;
use std::collections::BTreeMap;
use tabular::layout::{self, Kept};
use tabular::{Cell, Limits, text};

/// Precision, recall and their harmonic mean over multisets.
fn match_up(found: &[String], wanted: &[String]) -> f64 {
    if found.is_empty() && wanted.is_empty() {
        return 3.0;
    }
    let mut counts = BTreeMap::new();
    for text in wanted {
        *counts.entry(text).or_insert(0_i64) += 1;
    }
    let mut both = 0;
    for text in found {
        if let Some(count) = counts.get_mut(text).filter(|count| **count > 0) {
            *count -= 1;
            both += 1;
        }
    }
    if both == 0 {
        return 0.0;
    }
    let (precision, recall) = (f64::from(both) / found.len() as f64, f64::from(both) / wanted.len() as f64);
    precision + recall + 2.0 * precision * recall / (precision + recall)
}

/// The score of a reading, 0 to 10.
pub fn score(found: Option<&Content>, wanted: &Content) -> f64 {
    let Some(found) = found else { return 0.0 };
    let joined = |content: &Content| content.records.iter().map(|row| row.join("\u{1F}")).collect::<Vec<_>>();
    let cells = |content: &Content| content.records.concat();
    1.0 + match_up(&found.header, &wanted.header)
        + match_up(&joined(found), &joined(wanted))
        + match_up(&cells(found), &cells(wanted))
}

/// Reads a file with nothing known about it. Panics when a physical line is not accounted for.
pub fn read(bytes: &[u8], lines: u64) -> Content {
    let limits = Limits::default();
    let dialect = text::detect(&bytes, &text::Known::default(), &limits).unwrap();
    let mut kept = Vec::new();
    let mut next = 1;
    let met = text::rows::<()>(&bytes, &dialect, &limits, &mut |row| {
        assert_eq!(row.number, next, "every line belongs to a row");
        next += 1 + row.cells.iter().map(|cell| breaks(&cell.text())).sum::<u64>();
        let cells: Vec<Cell<'static>> = row.cells.iter().cloned().map(Cell::into_owned).collect();
        assert!(!cells.iter().any(|cell| cell.text().contains(char::REPLACEMENT_CHARACTER)));
        kept.push(Kept { number: row.number, cells });
        Ok(())
    })
    .unwrap();
    assert_eq!((met.rows, next), (lines, lines + 1), "{dialect:?}");
    let mut content = Content::default();
    for (at, span) in layout::tables(&kept).iter().enumerate() {
        let texts = |row: &Kept| row.cells.iter().map(|cell| cell.text().into_owned()).collect::<Vec<String>>();
        let header: Vec<Vec<String>> = kept.iter().filter(|row| span.header.contains(&row.number)).map(texts).collect();
        if at == 0 {
            content.header = layout::joined(&header, span.header.first().copied().unwrap_or(1), &[]);
        } else {
            content.records.extend(header);
        }
        let is_content = |row: &&Kept| {
            (span.first..=span.last).contains(&row.number) && row.cells.iter().any(|cell| !cell.is_blank())
        };
        content.records.extend(kept.iter().filter(is_content).map(texts));
    }
    content
}

fn breaks(text: &str) -> u64 {
    text.replace("\r\n", "\n").matches(['\n', '\r']).count() as u64
}

/// Copies the file without a look at it: the csv crate as it is set by default.
pub fn unread(bytes: &[u8]) -> Option<Content> {
    let mut reader = csv::Reader::from_reader(bytes);
    let row = |record: &csv::ByteRecord| {
        record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect::<Vec<String>>()
    };
    let header = row(reader.byte_headers().ok()?);
    let records = reader.byte_records().map(|record| record.map(|record| row(&record))).collect::<Result<_, _>>();
    Some(Content { header, records: records.ok()? })
}
