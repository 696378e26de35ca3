//! The form in which an office writes text files: delimiter, encoding, days, numbers, line ends.

use super::page::{Cell, Fault, Page};
use super::words::Words;
use chrono::NaiveDate;
use std::fmt::Write as _;

/// How text becomes bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Windows-1252.
    Windows1252,
    /// UTF-8 with a byte order mark.
    Utf8Mark,
    /// UTF-16, little end first, with a byte order mark.
    Utf16,
}

/// An office's habits.
pub(super) struct Form {
    /// Its words for codes.
    pub(super) words: Words,
    /// How text becomes bytes.
    pub(super) encoding: Encoding,
    /// Between two cells.
    pub(super) delimiter: char,
    /// After a row.
    pub(super) line_end: &'static str,
    /// Day in chrono's notation.
    pub(super) day: &'static str,
    /// Decimal sign.
    pub(super) decimal: char,
    /// Between thousands of an amount.
    pub(super) thousands: Option<char>,
    /// Yes and no.
    pub(super) yes_no: (&'static str, &'static str),
    /// National numbers with dots and a dash, or eleven digits.
    pub(super) dotted_niss: bool,
}

impl Form {
    /// A cell as this office writes it.
    pub(super) fn text(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Code(list, code) => self.words.of(list, code),
            Cell::Niss(niss) => self.niss(niss),
            Cell::On(day) => self.day(*day),
            Cell::Whole(number) => number.to_string(),
            Cell::Hours(hundredths) => self.hours(*hundredths),
            Cell::Money(cents) => self.money(*cents),
            Cell::Yes(yes) => (if *yes { self.yes_no.0 } else { self.yes_no.1 }).to_owned(),
        }
    }

    fn day(&self, day: NaiveDate) -> String {
        let mut text = String::new();
        // The pattern is one of this module's own, so that it cannot fail.
        let _ = write!(text, "{}", day.format(self.day));
        text
    }

    fn niss(&self, niss: &str) -> String {
        if !self.dotted_niss || niss.len() != 11 {
            return niss.to_owned();
        }
        format!("{}.{}.{}-{}.{}", &niss[..2], &niss[2..4], &niss[4..6], &niss[6..9], &niss[9..])
    }

    fn hours(&self, hundredths: i64) -> String {
        match hundredths % 100 {
            0 => (hundredths / 100).to_string(),
            rest if rest % 10 == 0 => format!("{}{}{}", hundredths / 100, self.decimal, rest / 10),
            rest => format!("{}{}{rest:02}", hundredths / 100, self.decimal),
        }
    }

    fn money(&self, cents: i64) -> String {
        let whole = (cents / 100).to_string();
        let mut text = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.extend(self.thousands);
            }
            text.push(digit);
        }
        format!("{text}{}{:02}", self.decimal, cents % 100)
    }

    fn quoted(&self, text: String) -> String {
        if text.contains([self.delimiter, '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    }

    /// The bytes of a page and the faults planted in it, each with its row.
    pub(super) fn write(&self, page: &Page, file: &str) -> (Vec<u8>, Vec<Fault>) {
        let mut text = String::new();
        let mut faults = Vec::new();
        let mut line = 1;
        let mut put = |cells: Vec<String>, text: &mut String| {
            let start = line;
            let row = cells.join(&self.delimiter.to_string());
            line += 1 + row.matches('\n').count();
            text.push_str(&row);
            text.push_str(self.line_end);
            start
        };
        for title in &page.titles {
            put(vec![title.clone()], &mut text);
        }
        put(page.layout.columns.iter().map(|(heading, _)| self.quoted((*heading).to_owned())).collect(), &mut text);
        for (record, mark) in &page.rows {
            let mut cells: Vec<String> =
                page.layout.columns.iter().map(|(_, field)| self.quoted(self.text(record.get(field)))).collect();
            if *record.get("surplus") != Cell::Empty {
                cells.push(self.text(record.get("surplus")));
            }
            let row = put(cells, &mut text);
            faults.extend(mark.as_ref().map(|mark| page.fault(mark, file, "", row)));
        }
        if let Some(cells) = page.total_cells() {
            put(cells.iter().map(|cell| self.quoted(self.text(cell))).collect(), &mut text);
        }
        if page.rows.is_empty() {
            faults.push(Fault {
                file: file.to_owned(),
                sheet: String::new(),
                row: None,
                column: String::new(),
                check: "file.empty",
                what: "a header and no row",
            });
        }
        (self.bytes(&text), faults)
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
            Encoding::Utf8Mark => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Encoding::Utf16 => "\u{feff}".chars().chain(text.chars()).flat_map(utf16).collect(),
        }
    }
}

fn utf16(character: char) -> Vec<u8> {
    let mut units = [0_u16; 2];
    character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_le_bytes()).collect()
}
