#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use super::*;
use crate::text::{Known, LineEnd, detect};
use proptest::prelude::*;

type Rows = Vec<(u64, Vec<String>, Remarks)>;

fn texts(cells: &[Cell<'_>]) -> Vec<String> {
    cells
        .iter()
        .map(|cell| match cell {
            Cell::Text(text) => text.to_string(),
            _ => String::new(),
        })
        .collect()
}

fn read_in(bytes: &[u8], dialect: &Dialect, block: usize, limits: &Limits) -> Result<(Rows, Met), Fault> {
    let mut rows = Vec::new();
    let met = read::<()>(&bytes, dialect, limits, block, &mut |row| {
        rows.push((row.number, texts(row.cells), row.remarks));
        Ok(())
    });
    match met {
        Ok(met) => Ok((rows, met)),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Caller(())) => unreachable!(),
    }
}

fn dialect(delimiter: Option<char>, width: usize) -> Dialect {
    Dialect {
        encoding: "UTF-8",
        has_mark: false,
        delimiter,
        trims: false,
        quote: Some('"'),
        escape: None,
        line_end: LineEnd::Lf,
        width,
        sure: (1.0, 1.0),
    }
}

fn cells(bytes: &[u8], dialect: &Dialect) -> Vec<(u64, Vec<String>)> {
    let (rows, _) = read_in(bytes, dialect, 1 << 16, &Limits::default()).unwrap();
    rows.into_iter().map(|(number, cells, _)| (number, cells)).collect()
}

fn remarks(bytes: &[u8], dialect: &Dialect) -> Vec<Remarks> {
    let (rows, _) = read_in(bytes, dialect, 1 << 16, &Limits::default()).unwrap();
    rows.into_iter().map(|(_, _, remarks)| remarks).collect()
}

fn row(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
    (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn every_line_is_handed_on_with_its_number() {
    let text = b"a;b\n\n\"x\ny\";1\r\n;\n\n";
    let wanted = [row(1, &["a", "b"]), row(2, &[]), row(3, &["x\ny", "1"]), row(5, &["", ""]), row(6, &[])];
    assert_eq!(cells(text, &dialect(Some(';'), 2)), wanted);
    let (_, met) = read_in(text, &dialect(Some(';'), 2), 3, &Limits::default()).unwrap();
    assert_eq!(met, Met { rows: 6, records: 3 });
}

#[test]
fn a_quote_never_closed_swallows_one_line_at_most() {
    let text = "a;b;c\n1;\"Jan;3\n2;Piet;4\n3;\"An;na\";5\n";
    let wanted = [
        row(1, &["a", "b", "c"]),
        row(2, &["1", "\"Jan", "3"]),
        row(3, &["2", "Piet", "4"]),
        row(4, &["3", "An;na", "5"]),
    ];
    assert_eq!(cells(text.as_bytes(), &dialect(Some(';'), 3)), wanted);
    let stray: Vec<bool> = remarks(text.as_bytes(), &dialect(Some(';'), 3)).iter().map(|r| r.stray_quote).collect();
    assert_eq!(stray, [false, true, false, false]);
}

#[test]
fn a_quote_never_closed_whose_record_happens_to_close_is_still_found_by_width() {
    let text = "a;b;c\n1;\"Jan;3\n2;Piet\";4\n";
    let wanted = [row(1, &["a", "b", "c"]), row(2, &["1", "\"Jan", "3"]), row(3, &["2", "Piet\"", "4"])];
    // Closed at Piet, the record would have three cells too: two rows that fit by themselves are likelier only from
    // five inner lines on, so here the quotes are believed.
    assert_ne!(cells(text.as_bytes(), &dialect(Some(';'), 3)), wanted);
    let mut long = "a;b;c\n1;\"Jan;3\n".to_owned();
    for number in 2..10 {
        long.push_str(&format!("{number};Piet;4\n"));
    }
    long.push_str("10;An\";5\n");
    assert_eq!(cells(long.as_bytes(), &dialect(Some(';'), 3)).len(), 11);
}

#[test]
fn stray_quotes_stay_text_in_their_cell() {
    let own = dialect(Some(';'), 3);
    for (line, middle) in [
        ("1;Ja\"n;3", "Ja\"n"),
        ("1;\"Ja\"n\";3", "Ja\"n"),
        ("1;\"\"Jan\";3", "\"Jan"),
        ("1;\"Jan\"\";3", "Jan\""),
        ("1;\"Jan\" Smet;3", "\"Jan\" Smet"),
        ("1;\"a;b\"c\";3", "a;b\"c"),
        ("1;\"line\nli\"ne\";3", "line\nli\"ne"),
    ] {
        let text = format!("{line}\n2;\"Piet\";\"4\"\n");
        let found = cells(text.as_bytes(), &own);
        assert_eq!(found[0], row(1, &["1", middle, "3"]), "{line}");
        assert_eq!(found[1].1, ["2", "Piet", "4"], "{line}");
        assert!(remarks(text.as_bytes(), &own)[0].stray_quote, "{line}");
    }
}

#[test]
fn a_row_under_another_delimiter_is_read_if_it_fits_exactly() {
    let own = dialect(Some(';'), 3);
    let found = cells(b"1;Jan;3\n2,\"P,iet\",4\nSource: a, b\nx,y\n3\tAn\t5\n", &own);
    let wanted = [
        row(1, &["1", "Jan", "3"]),
        row(2, &["2", "P,iet", "4"]),
        row(3, &["Source: a, b"]),
        row(4, &["x,y"]),
        row(5, &["3", "An", "5"]),
    ];
    assert_eq!(found, wanted);
    let other: Vec<bool> = remarks(b"1;Jan;3\n2,P,4\n", &own).iter().map(|r| r.other_delimiter).collect();
    assert_eq!(other, [false, true]);
}

#[test]
fn a_row_in_another_encoding_is_read_in_it() {
    let own = dialect(Some(';'), 2);
    let found = cells(b"\xC3\xA9;1\n\xE9t\xE9;2\n\x81;3\n", &own);
    assert_eq!(found[..2], [row(1, &["é", "1"]), row(2, &["été", "2"])]);
    let seen = remarks(b"\xC3\xA9;1\n\xE9;2\n\x81;3\na\0;4\n", &own);
    let seen: Vec<(bool, bool)> = seen.iter().map(|r| (r.other_encoding, r.undecodable)).collect();
    assert_eq!(seen, [(false, false), (true, false), (true, true), (false, true)]);
    let west = Dialect { encoding: "windows-1252", ..own.clone() };
    assert_eq!(cells(b"\xE9;\x80\n\xC3\xA9;2\n", &west), [row(1, &["é", "€"]), row(2, &["é", "2"])]);
    let latin = Dialect { encoding: "ISO-8859-15", ..own };
    assert_eq!(cells(b"\xA4;1\n\x80;2\n", &latin), [row(1, &["€", "1"]), row(2, &["€", "2"])]);
}

#[test]
fn a_mark_inside_a_file_is_no_content_where_a_line_begins() {
    let own = dialect(Some(';'), 2);
    let text = "\u{FEFF}a;b\n1;2\n\u{FEFF}a;b\nx\u{FEFF};y\n";
    let wanted = [row(1, &["a", "b"]), row(2, &["1", "2"]), row(3, &["a", "b"]), row(4, &["x\u{FEFF}", "y"])];
    assert_eq!(cells(text.as_bytes(), &own), wanted);
    assert_eq!(cells("\u{FEFF}".as_bytes(), &own), []);
}

#[test]
fn cr_alone_ends_a_line_only_where_the_file_says_so() {
    let own = dialect(Some(';'), 2);
    assert_eq!(cells(b"a;b\rc\nd;e", &own), [row(1, &["a", "b\rc"]), row(2, &["d", "e"])]);
    let mac = Dialect { line_end: LineEnd::Cr, ..own };
    assert_eq!(cells(b"a;b\rc;d\r\r", &mac), [row(1, &["a", "b"]), row(2, &["c", "d"]), row(3, &[])]);
}

#[test]
fn limits_stop_reading_at_a_row() {
    let own = dialect(Some(';'), 2);
    let faults = |limits: Limits, text: &str| read_in(text.as_bytes(), &own, 7, &limits).unwrap_err();
    let base = Limits::default;
    assert_eq!(
        faults(Limits { record_bytes: 10, ..base() }, "a;b\n0123456789a;b\n"),
        Fault::too_much("record_bytes", 10).at_row(2)
    );
    assert_eq!(faults(Limits { rows: 1, ..base() }, "a;b\nc;d\n"), Fault::too_much("rows", 1).at_row(2));
    assert_eq!(faults(Limits { columns: 2, ..base() }, "a;b\nc;d;e\n"), Fault::too_much("columns", 2).at_row(2));
    assert_eq!(faults(Limits { text_bytes: 3, ..base() }, "a;b\n"), Fault::too_much("text_bytes", 3));
}

#[test]
fn utf_16_is_read_with_and_without_its_mark() {
    for mark in [true, false] {
        let text = format!("{}naam;bedrag\nJosé;1,5\n", if mark { "\u{FEFF}" } else { "" });
        for big in [true, false] {
            let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            let found = detect(&bytes.as_slice(), &Known::default(), &Limits::default()).unwrap();
            assert_eq!((found.delimiter, found.has_mark), (Some(';'), mark));
            assert_eq!(cells(&bytes, &found), [row(1, &["naam", "bedrag"]), row(2, &["José", "1,5"])]);
        }
    }
}

/// A table, and how it is written.
#[derive(Debug, Clone)]
struct Written {
    table: Vec<Vec<String>>,
    dialect: Dialect,
    quotes_all: bool,
    line_end: &'static str,
    ends: bool,
}

fn cell_text() -> impl Strategy<Value = String> {
    // Signs of every dialect, and letters that all the encodings hold.
    prop::collection::vec(
        prop::sample::select(vec!['a', 'é', 'ü', '1', ' ', ',', ';', '\t', '|', '"', '\'', '\\', '\n', '.', '-', 'Z']),
        0..6,
    )
    .prop_map(String::from_iter)
}

fn written() -> impl Strategy<Value = Written> {
    let table = (1_usize..6)
        .prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell_text(), width..=width), 1..12));
    let signs = (
        prop::sample::select(vec![',', ';', '\t', '|', ':', '~']),
        prop::sample::select(vec!['"', '\'']),
        any::<bool>(),
    );
    let form = (
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        prop::sample::select(vec!["UTF-8", "windows-1252", "ISO-8859-15", "macintosh", "UTF-16LE", "UTF-16BE"]),
        any::<bool>(),
        any::<bool>(),
    );
    (table, signs, form).prop_map(|(table, (delimiter, quote, escapes), (line_end, encoding, quotes_all, ends))| {
        let dialect = Dialect {
            encoding,
            has_mark: false,
            delimiter: Some(delimiter),
            trims: false,
            quote: Some(quote),
            escape: escapes.then_some('\\'),
            line_end: if line_end == "\r" { LineEnd::Cr } else { LineEnd::Lf },
            width: table[0].len(),
            sure: (1.0, 1.0),
        };
        Written { table, dialect, quotes_all, line_end, ends }
    })
}

impl Written {
    fn bytes(&self) -> Vec<u8> {
        let (quote, delimiter) = (self.dialect.quote.unwrap(), self.dialect.delimiter.unwrap());
        let cell = |text: &String| {
            let needs = self.quotes_all || text.contains([quote, delimiter, '\n', '\r', '\\']);
            // A line of one empty cell would be a blank line.
            let is_blank = text.is_empty() && self.table[0].len() == 1;
            if !(needs || is_blank) {
                return text.clone();
            }
            let doubled = match self.dialect.escape {
                Some(escape) => {
                    text.replace(escape, &format!("{escape}{escape}")).replace(quote, &format!("{escape}{quote}"))
                }
                None => text.replace(quote, &format!("{quote}{quote}")),
            };
            format!("{quote}{doubled}{quote}")
        };
        let line = |cells: &Vec<String>| cells.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string());
        let mut text = self.table.iter().map(line).collect::<Vec<_>>().join(self.line_end);
        if self.ends {
            text.push_str(self.line_end);
        }
        match self.dialect.encoding {
            "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            label => encoding::named(label).unwrap().encode(&text).0.into_owned(),
        }
    }
}

/// The physical lines of bytes, counted in another way than the reader does.
fn count_lines(bytes: &[u8], ends_cr: bool) -> u64 {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let text = text.replace("\r\n", "\n");
    let text = if ends_cr { text.replace('\r', "\n") } else { text };
    text.lines().count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(written in written()) {
        let (rows, met) = read_in(&written.bytes(), &written.dialect, 64, &Limits::default()).unwrap();
        let found: Vec<&Vec<String>> = rows.iter().map(|(_, cells, _)| cells).collect();
        prop_assert_eq!(found, written.table.iter().collect::<Vec<_>>());
        prop_assert_eq!(met.records, written.table.len() as u64);
        prop_assert!(rows.iter().all(|(_, _, remarks)| !remarks.undecodable && !remarks.other_encoding));
    }

    #[test]
    fn any_bytes_are_read_and_every_line_counted(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                &b"a"[..], b"\"", b"\"", b";", b";", b"\n", b"\n", b"\r", b"\r\n", b"\\", b",", b" ", b"\xE9",
                b"\xC3\xA9", b"\x81", b"\0", b"\xEF\xBB\xBF", b"12,5", b"'", b"\t",
            ]),
            0..60,
        ),
        sample_bytes in prop::sample::select(vec![5_u64, 1 << 20]),
    ) {
        let bytes = parts.concat();
        let limits = Limits { sample_bytes, ..Limits::default() };
        let dialect = detect(&bytes.as_slice(), &Known::default(), &limits).unwrap();
        let whole = read_in(&bytes, &dialect, 1 << 16, &limits).unwrap();
        for (_, cells, _) in &whole.0 {
            let is_clean = cells.iter().all(|cell| !cell.contains(char::REPLACEMENT_CHARACTER));
            prop_assert!(is_clean);
        }
        let content = bytes.strip_prefix(MARK).unwrap_or(&bytes);
        if dialect.encoding != "UTF-16LE" && dialect.encoding != "UTF-16BE" {
            prop_assert_eq!(whole.1.rows, count_lines(content, dialect.signs().unwrap().ends_cr));
        }
        // Each record says where the next begins.
        let numbers: Vec<u64> = whole.0.iter().map(|(number, _, _)| *number).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(numbers.first().copied(), (whole.1.rows > 0).then_some(1));
        for block in [1, 2, 3, 7] {
            prop_assert_eq!(&read_in(&bytes, &dialect, block, &limits).unwrap(), &whole);
        }
    }

    #[test]
    fn small_limits_give_the_same_fault_whatever_the_block(
        parts in prop::collection::vec(prop::sample::select(vec!["a", "\"", ";", "\n", "\r\n", "b", "c"]), 0..60),
    ) {
        let text = parts.concat();
        let limits = Limits { record_bytes: 8, ..Limits::default() };
        let own = dialect(Some(';'), 2);
        let whole = read_in(text.as_bytes(), &own, 1 << 16, &limits);
        for block in [1, 2, 5] {
            prop_assert_eq!(&read_in(text.as_bytes(), &own, block, &limits), &whole);
        }
    }

    #[test]
    fn random_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let dialect = detect(&bytes.as_slice(), &Known::default(), &Limits::default()).unwrap();
        let whole = read_in(&bytes, &dialect, 1 << 16, &Limits::default()).unwrap();
        prop_assert_eq!(read_in(&bytes, &dialect, 1, &Limits::default()).unwrap(), whole);
    }
}
