//! What was read, as plain CSV: UTF-8, commas, CR LF (RFC 4180), headers as they stand, every content row with all its
//! cells, nothing typed. Rows are written as they are read.

use super::source::{Role, Source};
use crate::error::{Error, Place, Result};
use std::borrow::Cow;
use std::io::Write;
use tabular::Cell;

/// What is written beside headers and content, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// Titles, totals and notes too.
    pub all_rows: bool,
    /// Cells that a spreadsheet would run stay as they are.
    pub keep_formulas: bool,
}

/// What was written and what was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows of headers.
    pub header: u64,
    /// Rows of content.
    pub content: u64,
    /// Titles above a header.
    pub above: u64,
    /// Blank rows.
    pub blank: u64,
    /// Totals.
    pub totals: u64,
    /// Notes below.
    pub notes: u64,
    /// Cells with an apostrophe put before them, because a spreadsheet would run them.
    pub guarded: u64,
    /// Rows with a byte that is a character in no encoding.
    pub damaged: u64,
}

/// Writes a sheet as CSV. `to` is where, for messages.
///
/// # Errors
/// When the file cannot be read, or what it is written to fails.
pub fn write_csv(
    source: &Source,
    sheet: &str,
    choice: Choice,
    (out, to): (&mut dyn Write, &std::path::Path),
) -> Result<Written> {
    let failed =
        |error: &dyn std::fmt::Display| Error::storage("cannot-write").at(Place::file(to)).with("found", error);
    let layout = source.layout(sheet)?;
    let mut written = Written::default();
    // Rows keep as many cells as they have.
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(&mut *out);
    source.walk(sheet, &layout, &mut |seen, cells| {
        let (count, is_kept) = match seen.role {
            Role::Header => (&mut written.header, true),
            Role::Content => (&mut written.content, true),
            Role::Above => (&mut written.above, choice.all_rows),
            Role::Total => (&mut written.totals, choice.all_rows),
            Role::Note => (&mut written.notes, choice.all_rows),
            Role::Blank => (&mut written.blank, false),
        };
        *count += 1;
        if !is_kept {
            return Ok(());
        }
        written.damaged += u64::from(seen.is_damaged);
        for cell in cells {
            let text = exact(cell);
            let guarded = !choice.keep_formulas && matches!(cell, Cell::Text(_)) && is_formula(&text);
            written.guarded += u64::from(guarded);
            let text = if guarded { Cow::Owned(format!("'{text}")) } else { text };
            writer.write_field(text.as_bytes()).map_err(|error| failed(&error))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|error| failed(&error))
    })?;
    writer.flush().map_err(|error| failed(&error))?;
    Ok(written)
}

/// A cell as it stands in the file: not trimmed, numbers of a workbook in their shortest form that reads back as the same
/// number, dates as ISO.
fn exact<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    match cell {
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Bool(value) => Cow::Borrowed(if *value { "TRUE" } else { "FALSE" }),
        other => other.text(),
    }
}

/// True for a text that a spreadsheet would run: it begins like a formula and is no number, date, telephone number or
/// lone sign.
fn is_formula(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    match first {
        '\t' | '\r' => true,
        '=' | '@' => text.trim_end().len() > 1,
        '+' | '-' => {
            let rest = text[1..].trim();
            let is_plain = |sign: char| sign.is_ascii_digit() || " .,/-()'%€:\u{a0}\u{202f}".contains(sign);
            !rest.is_empty() && !rest.chars().all(is_plain)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use tabular::Limits;

    fn csv(bytes: &[u8], choice: Choice) -> (String, Written) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, bytes).unwrap();
        let source = Source::open(&path, &Limits::default(), &crate::inspect::Expected::default()).unwrap();
        let mut out = Vec::new();
        let sheet = source.sheet(None).unwrap();
        let written = write_csv(&source, &sheet, choice, (&mut out, Path::new("out.csv"))).unwrap();
        (String::from_utf8(out).unwrap(), written)
    }

    #[test]
    fn formulas_are_told_from_numbers_dates_and_telephones() {
        for run in ["=1+1", "=A1", "+A1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\rx", "-2+3+cmd"] {
            assert!(is_formula(run), "{run:?}");
        }
        for plain in
            ["", "-", "+", "=", "@", "-5", "+32 475 12 34 56", "-1.234,50", "- ", "+32 (0)2/123.45.67", "a=b", "-12 %"]
        {
            assert!(!is_formula(plain), "{plain:?}");
        }
    }

    #[test]
    fn a_latin_file_with_semicolons_comes_out_as_it_stands() {
        let (text, written) = csv(
            b"naam;bedrag;opm\r\nAnn\xe9;1,50; a \r\n\r\nBert;\"2;5\";\"zei \"\"ja\"\"\"\r\nCarl;3;=1+1\r\n",
            Choice::default(),
        );
        assert_eq!(text, "naam,bedrag,opm\r\nAnné,\"1,50\", a \r\nBert,2;5,\"zei \"\"ja\"\"\"\r\nCarl,3,'=1+1\r\n");
        assert_eq!((written.header + written.content, written.blank, written.guarded), (4, 1, 1));
        let keep = Choice { keep_formulas: true, ..Choice::default() };
        assert!(csv(b"a;b\r\n1;=1+1\r\n2;x\r\n", keep).0.contains("1,=1+1\r\n"));
    }

    #[test]
    fn nothing_comes_out_of_nothing() {
        assert_eq!(csv(b"", Choice::default()), (String::new(), Written::default()));
        assert_eq!(csv(b"a,b,c\n", Choice::default()).0, "a,b,c\r\n");
    }
}
