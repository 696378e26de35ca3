//! Files made to hurt: each is refused with its reason, without panic and without memory, or read if it is sound.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{all_rows, invented, rows, rows_with, xlsx, xlsx_with, zip};
use std::io::Write;
use tabular::workbook::{Hidden, Options, Workbook};
use tabular::{Container, FaultKind, Input, Limits, container};

const ODS: &[u8] = include_bytes!("files/invented.ods");
const XLS: &[u8] = include_bytes!("files/invented.xls");

fn kind_of(bytes: &[u8]) -> Result<Container, FaultKind> {
    let input: &dyn Input = &bytes;
    container(input, &Limits::default()).map_err(|fault| fault.kind)
}

fn limited(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, FaultKind> {
    rows_with(bytes, "A", &Options::default(), limits)
}

/// An ods around the rows of its sheet `A`.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"A\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn files_of_another_kind_are_named() {
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("<html>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, what) in [
        (b"%PDF-1.7 ...".to_vec(), "PDF"),
        (b"\x89PNG\r\n\x1a\n...".to_vec(), "PNG image"),
        (b"\xFF\xD8\xFF\xE0".to_vec(), "JPEG image"),
        (b"\x1F\x8B\x08\0".to_vec(), "gzip"),
        (zip(&[("a.csv", b"a;b")]), "zip"),
        (zip(&[]), "zip"),
        (zip(&[("word/document.xml", b"<w:document/>")]), "docx"),
        (zip(&[("ppt/presentation.xml", b"<p:presentation/>")]), "pptx"),
        (zip(&[("mimetype", b"application/vnd.oasis.opendocument.text")]), "OpenDocument, but no spreadsheet"),
        (b"\xEF\xBB\xBF \r\n<HTML><table>".to_vec(), "HTML"),
        (b"<table border=1><tr>".to_vec(), "HTML"),
        (wide, "HTML"),
        (b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">".to_vec(), "SpreadsheetML 2003"),
        (b"<?xml version=\"1.0\"?><personen/>".to_vec(), "XML"),
        (b"{\\rtf1".to_vec(), "RTF"),
        (b"\x09\x08\x10\0\0\x06\x05\0".to_vec(), "Excel stream without a container"),
    ] {
        assert_eq!(kind_of(&bytes), Err(FaultKind::OtherContainer(what)));
    }
    for text in ["a;b\n1;2", "PK;NAAM\n1;2", "<5 ans;12", "Brno;1", "\u{FEFF}a\tb", "GIF;x", "MM;x"] {
        assert_eq!(kind_of(text.as_bytes()), Ok(Container::Text), "{text}");
    }
    assert_eq!(kind_of(b""), Ok(Container::Nothing));
    assert_eq!(rows(b"a;b", "A"), Err(FaultKind::OtherContainer("text")));
}

#[test]
fn entries_that_lead_out_or_bear_one_name_twice() {
    for name in ["../x", "a/../../x", "/x", "a\\x", "C:/x", "a\0b"] {
        assert_eq!(
            kind_of(&zip(&[("xl/workbook.xml", b"<workbook/>"), (name, b"x")])),
            Err(FaultKind::EntryName),
            "{name:?}"
        );
    }
    let cases = zip(&[("xl/workbook.xml", b"<workbook/>"), ("XL/Workbook.xml", b"<workbook/>")]);
    assert_eq!(kind_of(&cases), Err(FaultKind::DuplicateEntry("XL/Workbook.xml".into())));
    // The writer refuses one name twice, so one of two is renamed in the bytes.
    let mut same = zip(&[("xl/workbook.xml", b"<workbook/>"), ("xl/workbooK.xml", b"<workbook/>")]);
    let needle = b"xl/workbooK.xml";
    for at in 0..same.len() - needle.len() {
        if same[at..].starts_with(needle) {
            same[at..at + needle.len()].copy_from_slice(b"xl/workbook.xml");
        }
    }
    assert!(matches!(kind_of(&same), Err(FaultKind::DuplicateEntry(_))));
}

#[test]
fn too_many_entries() {
    let names: Vec<String> = (0..200).map(|number| format!("e{number}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    let bytes = zip(&parts);
    let slice = bytes.as_slice();
    let input: &dyn Input = &slice;
    let limits = Limits { archive_entries: 100, ..Limits::default() };
    let fault = container(input, &limits).unwrap_err().kind;
    assert_eq!(fault, FaultKind::TooMuch { limit: "archive_entries", most: 100 });
}

/// A sheet of blanks that packs to a thousandth.
fn bomb() -> Vec<u8> {
    let rows = format!("<row><c><v>1</v></c></row>{}", " ".repeat(8 << 20));
    xlsx(&rows)
}

#[test]
fn bombs_are_refused_by_the_directory() {
    let by_ratio = limited(&bomb(), &Limits { unpack_ratio: 100, ..Limits::default() });
    assert_eq!(by_ratio, Err(FaultKind::TooMuch { limit: "unpack_ratio", most: 100 }));
    let by_size = limited(&bomb(), &Limits { unpack_ratio: 100_000, unpacked_bytes: 1 << 20, ..Limits::default() });
    assert_eq!(by_size, Err(FaultKind::TooMuch { limit: "unpacked_bytes", most: 1 << 20 }));
}

/// The directory says that the sheet is small: what comes out of it is counted all the same.
#[test]
fn bombs_whose_directory_lies_are_refused_while_unpacking() {
    let mut bytes = bomb();
    let mut lies = 0;
    for at in 0..bytes.len() - 4 {
        // The unpacked size stands in both headers; the upper bytes of 8 MiB and a little are enough to find it.
        let found = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if (8 << 20..(8 << 20) + 2000).contains(&found) {
            bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
            lies += 1;
        }
    }
    assert!(lies >= 1);
    let limits = Limits { unpack_ratio: 100, unpacked_bytes: 2 << 20, ..Limits::default() };
    let fault = limited(&bytes, &limits).unwrap_err();
    let expected = [
        FaultKind::TooMuch { limit: "unpack_ratio", most: 100 },
        FaultKind::TooMuch { limit: "unpacked_bytes", most: 2 << 20 },
    ];
    assert!(expected.contains(&fault) || matches!(fault, FaultKind::Broken(_)), "{fault:?}");
}

#[test]
fn limits_of_a_sheet() {
    let sound = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"C1\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\"><v>1</v></c></row>";
    let bytes = xlsx(sound);
    assert_eq!(limited(&bytes, &Limits { columns: 3, rows: 3, cells: 3, ..Limits::default() }).unwrap().len(), 3);
    let too_much = |limit, most| Err(FaultKind::TooMuch { limit, most });
    assert_eq!(limited(&bytes, &Limits { columns: 2, ..Limits::default() }), too_much("columns", 2));
    assert_eq!(limited(&bytes, &Limits { rows: 2, ..Limits::default() }), too_much("rows", 2));
    assert_eq!(limited(&bytes, &Limits { cells: 2, ..Limits::default() }), too_much("cells", 2));
    assert_eq!(limited(&bytes, &Limits { styles: 3, ..Limits::default() }), too_much("styles", 3));
    let texts = format!("<si><t>{}</t></si>", "x".repeat(2000));
    let texts = xlsx_with("", "<sheetData/>", &texts);
    assert_eq!(
        limited(&texts, &Limits { shared_strings_bytes: 1000, ..Limits::default() }),
        too_much("shared_strings_bytes", 1000)
    );
    // Empty texts cost memory too.
    let empty = xlsx_with("", "<sheetData/>", &"<si/>".repeat(300));
    assert_eq!(
        limited(&empty, &Limits { shared_strings_bytes: 2000, ..Limits::default() }),
        too_much("shared_strings_bytes", 2000)
    );
    let merges =
        format!("<sheetData>{sound}</sheetData><mergeCells>{}</mergeCells>", "<mergeCell ref=\"A1:B2\"/>".repeat(9));
    let options = Options { hidden: Hidden::Read, fill_merged: true };
    let found = rows_with(&xlsx_with("", &merges, ""), "A", &options, &Limits { merges: 8, ..Limits::default() });
    assert_eq!(found, too_much("merges", 8));
}

#[test]
fn overlapping_merges_do_not_cost_more_than_cells() {
    let areas: String = (1..2000).map(|last| format!("<mergeCell ref=\"A1:BX{}\"/>", 100_000 + last)).collect();
    let sheet = format!(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"100000\"><c><v>1</v></c></row></sheetData><mergeCells>{areas}</mergeCells>"
    );
    let options = Options { hidden: Hidden::Read, fill_merged: true };
    let found = rows_with(&xlsx_with("", &sheet, ""), "A", &options, &Limits { cells: 1_000_000, ..Limits::default() });
    assert_eq!(found, Err(FaultKind::TooMuch { limit: "cells", most: 1_000_000 }));
}

#[test]
fn xml_that_declares_or_nests() {
    let declared = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    let entities = |name: &str| Err(FaultKind::XmlEntities(name.to_owned()));
    let bytes = xlsx(&format!("{declared}<row><c t=\"str\"><v>&b;</v></c></row>"));
    assert_eq!(rows(&bytes, "A"), entities("xl/worksheets/sheet1.xml"));
    assert_eq!(rows(&xlsx("<row><c t=\"str\"><v>&b;</v></c></row>"), "A"), entities("xl/worksheets/sheet1.xml"));
    assert_eq!(rows(&xlsx_with(declared, "<sheetData/>", ""), "A"), entities("xl/workbook.xml"));
    assert_eq!(rows(&xlsx_with("", "<sheetData/>", declared), "A"), entities("xl/sharedStrings.xml"));
    assert_eq!(rows(&ods(declared), "A"), entities("content.xml"));
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let too_deep = Err(FaultKind::TooMuch { limit: "xml_depth", most: 64 });
    assert_eq!(rows(&xlsx(&deep), "A"), too_deep);
    assert_eq!(rows(&ods(&deep), "A"), too_deep);
}

#[test]
fn one_text_without_end() {
    let long = format!("<row><c t=\"str\"><v>{}</v></c></row>", "x".repeat(17 << 20));
    let limits = Limits { unpack_ratio: 1_000_000, ..Limits::default() };
    assert_eq!(limited(&xlsx(&long), &limits), Err(FaultKind::TooMuch { limit: "piece_bytes", most: 16 << 20 }));
}

#[test]
fn counts_that_claim_too_much_are_not_believed() {
    let texts = "<si><t>x</t></si>";
    let bytes = xlsx_with(
        "",
        "<dimension ref=\"A1:XFD1048576\"/><sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData>",
        texts,
    );
    assert_eq!(rows(&bytes, "A").unwrap(), ["1|T:x"]);
    let claims = zip(&[
        ("_rels/.rels", b"<R><Relationship Id=\"a\" Type=\"t/officeDocument\" Target=\"/xl/workbook.xml\"/></R>"),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"A\" r:id=\"a\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<R><Relationship Id=\"a\" Type=\"t/worksheet\" Target=\"s.xml\"/></R>"),
        (
            "xl/sharedStrings.xml",
            b"<sst count=\"99999999999999\" uniqueCount=\"99999999999999\"><si><t>y</t></si></sst>",
        ),
        ("xl/s.xml", b"<worksheet><sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData></worksheet>"),
    ]);
    assert_eq!(rows(&claims, "A").unwrap(), ["1|T:y"]);
}

#[test]
fn an_ods_that_repeats() {
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";
    let row = |repeated: &str, cells: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{repeated}\">{cells}</table:table-row>")
    };
    let wide = cell.replace("/>", " table:number-columns-repeated=\"16384\"/>");
    let too_much = |limit, most| Err(FaultKind::TooMuch { limit, most });
    assert_eq!(limited(&ods(&row("1", &wide)), &Limits::default()), too_much("columns", 2_000));
    let limits = Limits { cells: 1000, rows: 2000, ..Limits::default() };
    assert_eq!(limited(&ods(&row("18446744073709551615", cell)), &limits), too_much("cells", 1000));
    let below = format!("{}{}", row("18446744073709551615", "<table:table-cell/>"), row("1", cell));
    assert_eq!(limited(&ods(&below), &limits), too_much("rows", 2000));
    let sound = format!(
        "{}{}{}",
        row("2", cell),
        row("3", "<table:table-cell table:number-columns-repeated=\"16384\"/>"),
        row("1", cell)
    );
    assert_eq!(limited(&ods(&sound), &limits).unwrap(), ["1|N:1", "2|N:1", "3|", "4|", "5|", "6|N:1"]);
    let end = format!("{}{}", row("1", cell), row("1048575", "<table:table-cell/>"));
    assert_eq!(limited(&ods(&end), &limits).unwrap(), ["1|N:1"]);
    let spaces = "<table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"999999999\"/></text:p></table:table-cell>";
    assert_eq!(limited(&ods(&row("1", spaces)), &limits), too_much("cell_bytes", 1 << 20));
    assert!(matches!(limited(&ods("<table:table-row>"), &limits), Err(FaultKind::Broken(_))));
}

#[test]
fn cells_of_an_ods() {
    let cell = |said: &str, inner: &str| {
        format!("<table:table-row><table:table-cell {said}>{inner}</table:table-cell></table:table-row>")
    };
    for (said, inner, expected) in [
        ("office:value-type=\"boolean\" office:boolean-value=\"true\"", "<text:p>VRAI</text:p>", "B:true"),
        ("office:value-type=\"percentage\" office:value=\"0.5\"", "<text:p>50%</text:p>", "N:0.5"),
        ("office:value-type=\"date\" office:date-value=\"1899-12-31T10:00:00\"", "", "D:1899-12-31"),
        ("office:value-type=\"time\" office:time-value=\"PT06H00M00S\"", "", "N:0.25"),
        ("office:value-type=\"string\" office:string-value=\"a\"", "<text:p>b</text:p>", "T:a"),
        (
            "office:value-type=\"string\"",
            "<text:p>a<text:s text:c=\"2\"/><text:span>b<text:tab/></text:span>&amp;</text:p><text:p>c</text:p>",
            "T:a  b\t&\nc",
        ),
        (
            "office:value-type=\"string\"",
            "<office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p>",
            "T:a",
        ),
        ("office:value-type=\"string\"", "<draw:frame><text:p>picture</text:p></draw:frame><text:p>a</text:p>", "T:a"),
        ("table:formula=\"of:=1\"", "", ""),
    ] {
        let expected: Vec<String> = if expected.is_empty() { vec![] } else { vec![format!("1|{expected}")] };
        assert_eq!(rows(&ods(&cell(said, inner)), "A").unwrap(), expected, "{said}");
    }
    assert!(matches!(rows(&ods(&cell("office:value-type=\"float\"", "")), "A"), Err(FaultKind::Broken(_))));
}

#[test]
fn encrypted_entries_and_packages() {
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let locked = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", b"garbage"),
    ]);
    assert_eq!(rows(&locked, "A"), Err(FaultKind::Encrypted));
    // The flag of an encrypted entry, set in its place in the directory.
    let mut flagged = xlsx("");
    let at = (0..flagged.len()).find(|at| flagged[*at..].starts_with(b"PK\x01\x02")).unwrap();
    flagged[at + 8] |= 1;
    assert_eq!(rows(&flagged, "A"), Err(FaultKind::Encrypted));
}

/// Stored entries, data descriptors and zip64 are sound ways to write an archive.
#[test]
fn other_ways_to_write_an_archive() {
    let source = invented();
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(source.clone())).unwrap();
    let mut writer = zip::ZipWriter::new_stream(std::io::Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(if index % 2 == 0 {
                zip::CompressionMethod::Stored
            } else {
                zip::CompressionMethod::Deflated
            })
            .large_file(true);
        writer.start_file(entry.name().unwrap().into_owned(), options).unwrap();
        std::io::copy(&mut entry, &mut writer).unwrap();
    }
    writer.flush().unwrap();
    let bytes = writer.finish().unwrap().into_inner().into_inner();
    assert_eq!(all_rows(&bytes), all_rows(&source));
}

/// A file cut anywhere is refused; never are its first rows taken for all.
#[test]
fn cut_files_are_refused() {
    let xlsx = invented();
    for (what, bytes) in [("xlsx", xlsx.as_slice()), ("ods", ODS), ("xls", XLS)] {
        let whole = all_rows(bytes).unwrap();
        for length in 1..bytes.len() {
            match all_rows(&bytes[..length]) {
                Err(_) => (),
                // Four bytes or fewer of a mark are a text; the end of an xls that holds no cells may be missing.
                Ok(found) => assert!(what == "xls" && found == whole, "{what} cut at {length}"),
            }
        }
    }
    assert_eq!(kind_of(&xlsx[..xlsx.len() / 2]), Err(FaultKind::Truncated));
    assert_eq!(kind_of(&XLS[..1024]), Err(FaultKind::Truncated));
}

/// A byte changed anywhere gives an error, the same rows, or rows of the same sheet; never a panic.
#[test]
fn changed_files_do_not_panic() {
    let xlsx = invented();
    for bytes in [xlsx.as_slice(), ODS, XLS] {
        let mut changed = bytes.to_vec();
        for at in (0..changed.len()).step_by(3) {
            let before = changed[at];
            changed[at] = [before ^ 0xFF, before ^ 1, 0][at % 7 % 3];
            drop(all_rows(&changed));
            changed[at] = before;
        }
    }
}

/// Two cells at the ends of a sheet are read: a million rows between them cost no memory. The peak is taken in a process
/// of its own.
#[test]
fn far_cells_cost_no_memory() {
    const CHILD: &str = "TABULAR_FAR_CELLS";
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>";
    if std::env::var_os(CHILD).is_some() {
        let bytes = xlsx(far);
        let slice = bytes.as_slice();
        let input: &dyn Input = &slice;
        let limits = Limits { columns: 16_384, ..Limits::default() };
        let mut book = Workbook::open(input, &limits).unwrap();
        let (mut count, mut filled) = (0_u64, 0_u64);
        let mut each = |row: tabular::Row<'_, '_>| {
            count += 1;
            filled += row.cells.iter().filter(|cell| !cell.is_blank()).count() as u64;
            Ok::<(), ()>(())
        };
        book.rows("A", &Options::default(), &limits, &mut each).unwrap();
        assert_eq!((count, filled), (1_048_576, 2));
        let peak = peak_kib().expect("asked for only where there is one");
        assert!(peak < 64 << 10, "{peak} KiB");
        return;
    }
    if peak_kib().is_none() {
        println!("skipped: this system does not tell a process's peak memory");
        return;
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "far_cells_cost_no_memory", "--test-threads=1"]).env(CHILD, "1");
    let done = child.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

/// The most memory that this process has held, where the system tells.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
