//! The binary formats record by record: small files written here as the published formats (MS-XLSB, MS-XLS, MS-CFB)
//! describe them, for what the converted files do not show.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]
#![expect(clippy::cast_possible_truncation, reason = "the files written here are small")]

mod common;

use common::{rows, rows_with, zip};
use tabular::workbook::{Hidden, Options, Workbook};
use tabular::{Container, FaultKind, Input, Limits, container};

/// A record of an xlsb.
fn binary(kind: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = if kind < 128 { vec![kind as u8] } else { vec![(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8] };
    let mut length = body.len();
    loop {
        let more = length >> 7 != 0;
        bytes.push((length & 0x7F) as u8 | if more { 0x80 } else { 0 });
        length >>= 7;
        if !more {
            break;
        }
    }
    bytes.extend(body);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = (units.len() as u32).to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn row(number: u32, hidden: bool) -> Vec<u8> {
    let flags = if hidden { 0x10 } else { 0 };
    binary(0, &join(&[&words(&[number, 0]), &[0, 0, 0, flags, 0], &words(&[0])]))
}

/// The sheet's records; the workbook says 1904 if asked.
fn xlsb(sheet: &[Vec<u8>], is_1904: bool) -> Vec<u8> {
    let workbook = join(&[
        &binary(131, &[]),
        &binary(153, &join(&[&words(&[u32::from(is_1904), 0]), &wide("")])),
        &binary(143, &[]),
        &binary(156, &join(&[&words(&[0, 1]), &wide("rId1"), &wide("Un")])),
        &binary(156, &join(&[&words(&[2, 2]), &wide("rId4"), &wide("Caché")])),
        &binary(144, &[]),
        &binary(132, &[]),
    ]);
    let styles = join(&[
        &binary(278, &[]),
        &binary(615, &words(&[1])),
        &binary(44, &join(&[&170_u16.to_le_bytes(), &wide("[h]:mm")])),
        &binary(616, &[]),
        &binary(617, &words(&[3])),
        &binary(47, &join(&[&[0xFF, 0xFF, 0, 0], &[0; 12]])),
        &binary(47, &join(&[&[0, 0, 14, 0], &[0; 12]])),
        &binary(47, &join(&[&[0, 0, 170, 0], &[0; 12]])),
        &binary(618, &[]),
    ]);
    let texts = join(&[
        &binary(159, &words(&[2, 2])),
        &binary(19, &join(&[&[0], &wide("Zoé Testpersoon")])),
        &binary(19, &join(&[&[1], &wide("é\u{1F600}"), &words(&[1, 0])])),
        &binary(160, &[]),
    ]);
    let sheet = join(&[&binary(129, &[]), &sheet.concat(), &binary(130, &[])]);
    zip(&[
        ("_rels/.rels", b"<Relationships><Relationship Id=\"a\" Type=\"t/officeDocument\" Target=\"xl/workbook.bin\"/></Relationships>"),
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.bin\"/><Relationship Id=\"rId4\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.bin\"/><Relationship Id=\"rId2\" Type=\"t/sharedStrings\" Target=\"sharedStrings.bin\"/><Relationship Id=\"rId3\" Type=\"t/styles\" Target=\"styles.bin\"/></Relationships>"),
        ("xl/styles.bin", &styles),
        ("xl/sharedStrings.bin", &texts),
        ("xl/worksheets/sheet1.bin", &sheet),
    ])
}

fn invented_xlsb(is_1904: bool) -> Vec<u8> {
    let cell = |kind, column, style, value: &[u8]| binary(kind, &join(&[&words(&[column, style]), value]));
    xlsb(
        &[
            binary(148, &words(&[0, 6, 0, 9])),
            binary(390, &[]),
            binary(60, &join(&[&words(&[1, 2, 2560, 0]), &[1, 0]])),
            binary(391, &[]),
            binary(145, &[]),
            row(0, false),
            cell(7, 0, 0, &words(&[0])),
            cell(7, 1, 0, &words(&[1])),
            cell(6, 2, 0, &wide("direct")),
            row(2, true),
            cell(2, 0, 1, &words(&[(22_000 << 2) | 2])),
            cell(2, 1, 0, &words(&[(123 << 2) | 3])),
            cell(5, 2, 2, &1.5_f64.to_le_bytes()),
            cell(4, 3, 0, &[1]),
            cell(3, 4, 0, &[0x2A]),
            cell(1, 5, 0, &[]),
            binary(16, &join(&[&words(&[0]), &2.5_f64.to_le_bytes()])),
            cell(62, 7, 0, &join(&[&[0], &wide("riche")])),
            row(4, false),
            cell(8, 0, 0, &join(&[&wide("formule"), &[0; 10]])),
            cell(9, 1, 0, &join(&[&7.0_f64.to_le_bytes(), &[0; 10]])),
            cell(10, 2, 0, &join(&[&[0], &[0; 10]])),
            cell(11, 3, 0, &join(&[&[7], &[0; 10]])),
            row(6, false),
            binary(146, &[]),
            binary(177, &words(&[1])),
            binary(176, &words(&[4, 5, 1, 2])),
            binary(178, &[]),
        ],
        is_1904,
    )
}

const XLSB_ROWS: [&str; 5] = [
    "1|T:Zoé Testpersoon|T:é\u{1F600}|T:direct",
    "2|",
    "3h|D:1960-03-25|N:1.23|N:1.5|B:true|E:#N/A||N:2.5|T:riche",
    "4|",
    "5|T:formule|N:7|B:false|E:#DIV/0!",
];

#[test]
fn every_record_of_an_xlsb() {
    let bytes = invented_xlsb(false);
    let slice = bytes.as_slice();
    let input: &dyn Input = &slice;
    assert_eq!(container(input, &Limits::default()).unwrap(), Container::Xlsb);
    assert_eq!(rows(&bytes, "Un").unwrap(), XLSB_ROWS);
    let mut book = Workbook::open(input, &Limits::default()).unwrap();
    assert_eq!(book.hidden_columns("Un").unwrap(), [(1, 2)]);
    assert_eq!(book.merges("Un").unwrap().len(), 1);
    assert!(book.sheets()[1].is_hidden && !book.sheets()[0].is_hidden);
    let options = Options { hidden: Hidden::Skip, fill_merged: true };
    assert_eq!(
        rows_with(&bytes, "Un", &options, &Limits::default()).unwrap(),
        ["1|T:Zoé Testpersoon|||".trim_end_matches('|'), "2|", "3h|", "4|", "5|T:formule|||E:#DIV/0!"]
    );
    let later = rows(&invented_xlsb(true), "Un").unwrap();
    assert_eq!(later[2], XLSB_ROWS[2].replace("1960-03-25", "1964-03-26"));
}

/// calamine passes over errors of formulas and short cells, so what it does read is compared.
#[test]
fn calamine_reads_the_same_xlsb() {
    use calamine::{Data, Reader, Xlsb};
    let mut other = Xlsb::new(std::io::Cursor::new(invented_xlsb(false))).unwrap();
    let range = other.worksheet_range("Un").unwrap();
    let at = |row, column| range.get_value((row, column)).unwrap().clone();
    assert_eq!(at(0, 0), Data::String("Zoé Testpersoon".into()));
    assert_eq!(at(2, 1), Data::Float(1.23));
    assert_eq!(at(2, 3), Data::Bool(true));
    assert_eq!(at(4, 0), Data::String("formule".into()));
    assert_eq!(at(4, 1), Data::Float(7.0));
    let Data::DateTime(day) = at(2, 0) else { panic!("no date") };
    assert_eq!(day.as_datetime().unwrap().date().to_string(), "1960-03-25");
}

#[test]
fn an_xlsb_cut_within_its_sheet_is_broken() {
    for sheet in
        [vec![binary(145, &[])], vec![binary(145, &[]), vec![5, 200]], vec![binary(145, &[]), binary(5, &[0; 9])]]
    {
        let whole = xlsb(&sheet, false);
        let fault = rows(&whole, "Un");
        assert!(!matches!(fault, Ok(ref rows) if !rows.is_empty()), "{fault:?}");
    }
    let claims = xlsb(&[binary(145, &[]), vec![5, 0xFF, 0xFF, 0xFF, 0x7F]], false);
    assert!(matches!(rows(&claims, "Un"), Err(FaultKind::Broken(_))));
}

#[test]
fn a_cut_xlsb_is_refused() {
    let whole = invented_xlsb(false);
    for length in 5..whole.len() {
        assert!(rows(&whole[..length], "Un").is_err(), "cut at {length}");
    }
}

/// A record of an xls.
fn old(kind: u16, body: &[u8]) -> Vec<u8> {
    join(&[&kind.to_le_bytes(), &(body.len() as u16).to_le_bytes(), body])
}

fn halves(halves: &[u16]) -> Vec<u8> {
    halves.iter().flat_map(|half| half.to_le_bytes()).collect()
}

/// An OLE container of one stream that is not small.
fn ole(name: &str, content: &[u8]) -> Vec<u8> {
    let sectors = content.len().max(4096).div_ceil(512);
    let tables = (sectors + 2).div_ceil(127);
    let mut head = vec![0_u8; 512];
    head[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    head[24..34].copy_from_slice(&halves(&[0x3E, 3, 0xFFFE, 9, 6]));
    head[44..52].copy_from_slice(&words(&[tables as u32, tables as u32]));
    head[56..76].copy_from_slice(&words(&[4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0]));
    for index in 0..109 {
        let table = if index < tables { index as u32 } else { u32::MAX };
        head[76 + index * 4..80 + index * 4].copy_from_slice(&table.to_le_bytes());
    }
    let mut next = vec![0xFFFF_FFFD_u32; tables];
    next.push(0xFFFF_FFFE);
    let first = tables + 1;
    next.extend((1..sectors).map(|sector| (first + sector) as u32));
    next.push(0xFFFF_FFFE);
    next.resize(tables * 128, u32::MAX);
    let entry = |name: &str, kind: u8, first: u32, bytes: u32| {
        let mut entry = vec![0_u8; 128];
        let letters = halves(&name.encode_utf16().collect::<Vec<u16>>());
        entry[..letters.len()].copy_from_slice(&letters);
        entry[64] = (letters.len() + 2) as u8;
        entry[66] = kind;
        entry[116..124].copy_from_slice(&words(&[first, bytes]));
        entry
    };
    let mut padded = content.to_vec();
    padded.resize(sectors * 512, 0);
    let stream = entry(name, 2, first as u32, content.len().max(4096) as u32);
    join(&[&head, &words(&next), &entry("Root Entry", 5, 0xFFFF_FFFE, 0), &stream, &[0; 256], &padded])
}

/// A workbook stream: what stands before the sheets, and one sheet.
fn old_stream(version: u16, globals: &[Vec<u8>], name: &[u8], sheet: &[Vec<u8>]) -> Vec<u8> {
    let begin = |what| old(0x809, &halves(&[version, what, 0, 0]));
    let before = join(&[&begin(5), &globals.concat()]);
    let length = before.len() + 4 + 6 + name.len() + 4;
    let bound = old(0x85, &join(&[&words(&[length as u32]), &[0, 0], name]));
    join(&[&before, &bound, &old(0x0A, &[]), &begin(0x10), &sheet.concat(), &old(0x0A, &[])])
}

#[test]
fn xls_with_long_shared_texts_formula_texts_and_cells_out_of_order() {
    // The second text runs on in another record, where its letters change from one byte to two.
    let texts = join(&[&words(&[3, 3]), &[2, 0, 0, b'a', b'b'], &[4, 0, 0x08, 1, 0, b'c', b'd']]);
    let rest = join(&[&[1], &halves(&[u16::from(b'e'), 0x20AC]), &words(&[0]), &[1, 0, 0], b"z"]);
    let globals =
        [old(0xE0, &[0; 20]), old(0xE0, &join(&[&[0, 0, 14, 0], &[0; 16]])), old(0xFC, &texts), old(0x3C, &rest)];
    let sheet = [
        old(0x200, &[0xFF; 14]),
        old(0x208, &join(&[&halves(&[1, 0, 0, 0, 0, 0]), &words(&[0x20])])),
        old(0x7D, &halves(&[2, 3, 100, 0, 1, 0])),
        old(0xFD, &join(&[&halves(&[3, 0, 0]), &words(&[1])])),
        old(0xFD, &join(&[&halves(&[0, 0, 0]), &words(&[2])])),
        old(
            0xBD,
            &join(&[&halves(&[1, 1, 0]), &words(&[(5 << 2) | 2]), &halves(&[1]), &words(&[(61 << 2) | 2]), &[2, 0]]),
        ),
        old(0x06, &join(&[&halves(&[1, 3, 0]), &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF], &[0; 8]])),
        old(0x4BC, &[0; 8]),
        old(0x207, &join(&[&[2, 0, 0], b"ok"])),
        old(0x06, &join(&[&halves(&[1, 4, 0]), &[2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF], &[0; 8]])),
        old(0x06, &join(&[&halves(&[1, 5, 0]), &[3, 0, 0, 0, 0, 0, 0xFF, 0xFF], &[0; 8]])),
        old(0x205, &join(&[&halves(&[1, 6, 0]), &[1, 0]])),
        old(0x204, &join(&[&halves(&[1, 7, 0]), &[3, 0, 1], &halves(&[0xD83D, 0xDE00, 0x41])])),
        join(&[&old(0x809, &halves(&[0x600, 0x20, 0, 0])), &old(0x203, &[0; 14]), &old(0x0A, &[])]),
        old(0x203, &join(&[&halves(&[3, 0, 0]), &2.5_f64.to_le_bytes()])),
    ];
    let bytes = ole("Workbook", &old_stream(0x600, &globals, &[2, 0, b'U', b'n'], &sheet));
    let expected = ["1|T:z", "2h||N:5|D:1900-03-01|T:ok|E:#REF!||B:true|T:\u{1F600}A", "3|", "4|N:2.5"];
    assert_eq!(rows(&bytes, "Un").unwrap(), expected);
    let shared = [old(0xFD, &join(&[&halves(&[0, 0, 0]), &words(&[1])]))];
    let bytes = ole("Workbook", &old_stream(0x600, &globals, &[2, 0, b'U', b'n'], &shared));
    assert_eq!(rows(&bytes, "Un").unwrap(), ["1|T:cde\u{20AC}"]);
}

#[test]
fn xls_of_excel_95() {
    let globals = [old(0x42, &halves(&[1252]))];
    let sheet = [old(0x204, &join(&[&halves(&[0, 0, 0]), &[3, 0], b"Zo\xE9"]))];
    let bytes = ole("Book", &old_stream(0x500, &globals, b"\x02\xC9t", &sheet));
    assert_eq!(rows(&bytes, "Ét").unwrap(), ["1|T:Zoé"]);
    // Code page 437 is not known: a letter is never guessed.
    let bytes = ole("Book", &old_stream(0x500, &[old(0x42, &halves(&[437]))], b"\x02Un", &sheet));
    assert!(matches!(rows(&bytes, "Un"), Err(FaultKind::Broken(_))));
}

#[test]
fn a_password_is_recognised() {
    let package = ole("EncryptedPackage", &[0; 5000]);
    assert_eq!(rows(&package, "Un"), Err(FaultKind::Encrypted));
    for password in [halves(&[0, 1, 2]), halves(&[1, 1, 1])] {
        let stream = old_stream(0x600, &[old(0x2F, &password)], &[2, 0, b'U', b'n'], &[]);
        assert_eq!(rows(&ole("Workbook", &stream), "Un"), Err(FaultKind::Encrypted));
    }
}

#[test]
fn cells_far_apart_in_an_xls_cost_little() {
    let far = [
        old(0x203, &join(&[&halves(&[0, 0, 0]), &1.0_f64.to_le_bytes()])),
        old(0x203, &join(&[&halves(&[65_535, 255, 0]), &2.0_f64.to_le_bytes()])),
    ];
    let bytes = ole("Workbook", &old_stream(0x600, &[], &[2, 0, b'U', b'n'], &far));
    let found = rows(&bytes, "Un").unwrap();
    assert_eq!(found.len(), 65_536);
    assert!(found[65_535].ends_with("|N:2"));
}

#[test]
fn other_old_files_are_named() {
    for (stream, what) in
        [("WordDocument", "Word document"), ("PowerPoint Document", "PowerPoint presentation"), ("x", "OLE container")]
    {
        assert_eq!(rows(&ole(stream, &[0; 5000]), "Un"), Err(FaultKind::OtherContainer(what)));
    }
}
