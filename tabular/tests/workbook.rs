//! One invented table in every container gives the same rows; then each format's own ways.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use common::{ROWS, SHEET, invented, letters, rows, rows_with, xlsx, xlsx_with};
use tabular::layout::{Beside, Kept, beside};
use tabular::workbook::{Hidden, Merge, Options, Workbook};
use tabular::{Cell, Container, FaultKind, Input, Limits, Row, container, text};

const XLS: &[u8] = include_bytes!("files/invented.xls");
const ODS: &[u8] = include_bytes!("files/invented.ods");
const XLSX: &[u8] = include_bytes!("files/invented.xlsx");
const XLS_1904: &[u8] = include_bytes!("files/invented-1904.xls");
const ODS_1904: &[u8] = include_bytes!("files/invented-1904.ods");

#[test]
#[ignore = "writes the table from which the files in tests/files are made: see the README there"]
fn write_invented() {
    std::fs::write(std::env::var("TABULAR_INVENTED").unwrap(), invented()).unwrap();
}

#[test]
fn every_container_gives_the_same_rows() {
    let written = invented();
    for (what, bytes) in [("xlsx", written.as_slice()), ("LibreOffice's xlsx", XLSX), ("xls", XLS), ("ods", ODS)] {
        let expected = ROWS.map(|row| if what == "xls" { lost_text(row) } else { row.to_owned() });
        assert_eq!(truths(rows(bytes, SHEET).unwrap()), truths(expected.to_vec()), "{what}");
    }
    assert_eq!(rows(&written, SHEET).unwrap(), ROWS);
    assert_eq!(rows(XLSX, SHEET).unwrap(), ROWS);
}

/// LibreOffice wrote the number 0 into the xls as the stored value of the formula whose value is a text.
fn lost_text(row: &str) -> String {
    row.replace("T:ab", "N:0")
}

/// LibreOffice turns the truths of an xlsx into formulas, and writes their value into ods and xls as a number.
fn truths(rows: Vec<String>) -> Vec<String> {
    rows.into_iter().map(|row| row.replace("B:true", "N:1").replace("B:false", "N:0")).collect()
}

#[test]
fn every_container_tells_sheets_merges_and_hidden_columns() {
    let written = invented();
    let expected =
        [(written.as_slice(), Container::Xlsx), (XLSX, Container::Xlsx), (XLS, Container::Xls), (ODS, Container::Ods)];
    for (bytes, kind) in expected {
        let input: &dyn Input = &bytes;
        assert_eq!(container(input, &Limits::default()).unwrap(), kind);
        let mut book = Workbook::open(input, &Limits::default()).unwrap();
        assert_eq!(book.container(), kind);
        let sheets: Vec<(&str, bool)> = book.sheets().iter().map(|s| (s.name.as_str(), s.is_hidden)).collect();
        assert_eq!(sheets, [(SHEET, false), ("Caché", true)], "{kind:?}");
        let mut merges = book.merges(SHEET).unwrap();
        merges.sort_by_key(|area| area.first);
        let areas = [Merge { first: (0, 0), last: (0, 3) }, Merge { first: (5, 3), last: (6, 3) }];
        assert_eq!(merges, areas, "{kind:?}");
        assert_eq!(book.hidden_columns(SHEET).unwrap(), [(2, 2)], "{kind:?}");
        assert!(!book.is_1904());
        assert_eq!(
            book.merges("données").unwrap_err().kind,
            FaultKind::MissingSheet { wanted: "données".into(), found: vec![SHEET.into(), "Caché".into()] }
        );
    }
}

#[test]
fn what_is_hidden_is_passed_over_when_asked() {
    let written = invented();
    let options = Options { hidden: Hidden::Skip, fill_merged: false };
    for bytes in [written.as_slice(), XLSX, XLS, ODS] {
        let rows = rows_with(bytes, SHEET, &options, &Limits::default()).unwrap();
        let rows = truths(rows);
        assert_eq!(rows[2], "3|T: Zoé Testpersoon |D:1960-02-29||N:1|N:0.5|N:1.5|D:2021-01-01|N:1235.5");
        assert_eq!(rows[3], "4h|");
        assert_eq!(rows[6], "7|T:Totaux");
        assert_eq!(rows.len(), 7);
    }
}

#[test]
fn merged_areas_are_filled_when_asked() {
    let written = invented();
    let options = Options { hidden: Hidden::Read, fill_merged: true };
    for bytes in [written.as_slice(), XLSX, XLS, ODS] {
        let rows = rows_with(bytes, SHEET, &options, &Limits::default()).unwrap();
        assert_eq!(rows[0], "1|T:Relevé inventé|T:Relevé inventé|T:Relevé inventé|T:Relevé inventé");
        assert_eq!(lost_text(&rows[5]), lost_text(ROWS[5]));
        assert_eq!(rows[6], "7|T:Totaux||N:0.1|T:uni");
        assert_eq!(truths(rows[1..5].to_vec()), truths(ROWS[1..5].iter().map(ToString::to_string).collect()));
    }
}

#[test]
fn a_merged_area_does_not_reach_below_the_last_row() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"3\"><c r=\"B3\"><v>2</v></c></row></sheetData>\
                 <mergeCells count=\"1\"><mergeCell ref=\"A1:A1048576\"/></mergeCells>";
    let options = Options { hidden: Hidden::Read, fill_merged: true };
    let rows = rows_with(&xlsx_with("", sheet, ""), "A", &options, &Limits::default()).unwrap();
    assert_eq!(rows, ["1|N:1", "2|N:1", "3|N:1|N:2"]);
}

/// The invented table of the 1904 system: the same serials, 1 462 days later.
#[test]
fn the_1904_system_shifts_every_date() {
    for bytes in [XLS_1904, ODS_1904] {
        let input: &dyn Input = &bytes;
        assert!(Workbook::open(input, &Limits::default()).unwrap().is_1904());
        let rows = truths(rows(bytes, SHEET).unwrap());
        let expected = truths(ROWS.map(str::to_owned).to_vec());
        assert_eq!(rows[2], expected[2].replace("1960-02-29", "1964-03-01").replace("2021-01-01", "2025-01-02"));
        assert_eq!(rows[3], expected[3].replace("1900-03-01", "1904-03-02"));
    }
}

#[test]
fn the_1904_system_is_found_wherever_it_is_declared() {
    let day = "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>100</v></c></row>";
    let sheet = format!("<sheetData>{day}</sheetData>");
    let extension = "<extLst><ext xmlns:x15=\"x\"><x15:workbookPr chartTrackingRefBase=\"1\"/></ext></extLst>";
    let alternate = |inner: &str| {
        format!("<mc:AlternateContent xmlns:mc=\"c\"><mc:Choice>{inner}</mc:Choice></mc:AlternateContent>")
    };
    for (declared, expected) in [
        ("<workbookPr date1904=\"1\"/>".to_owned(), "1904-04-10"),
        ("<workbookPr date1904=\"true\"/>".to_owned(), "1904-04-10"),
        ("<x:workbookPr xmlns:x=\"m\" date1904=\"true\"/>".to_owned(), "1904-04-10"),
        (format!("<workbookPr date1904=\"1\"/>{extension}"), "1904-04-10"),
        (alternate("<workbookPr date1904=\"1\"/>"), "1904-04-10"),
        ("<extLst><ext><x15:workbookPr date1904=\"1\"/></ext></extLst>".to_owned(), "1904-04-10"),
        (format!("<workbookPr date1904=\"0\"/>{extension}"), "1900-04-09"),
        ("<workbookPr/>".to_owned(), "1900-04-09"),
        (String::new(), "1900-04-09"),
    ] {
        let rows = rows(&xlsx_with(&declared, &sheet, ""), "A").unwrap();
        assert_eq!(rows, [format!("1|D:{expected}")], "{declared}");
    }
}

#[test]
fn cells_of_an_xlsx() {
    for (cell, expected) in [
        ("<c><v>1</v></c>", "N:1"),
        ("<c><v> 1.5e3 </v></c>", "N:1500"),
        ("<c><v>12<!-- c -->3</v></c>", "N:123"),
        ("<c><v><![CDATA[7]]></v></c>", "N:7"),
        ("<c><v>&#49;</v></c>", "N:1"),
        ("<c><v/></c>", ""),
        ("<c/>", ""),
        ("<c t=\"n\"><v>nan</v></c>", "E:#NUM!"),
        ("<c><v>1e999</v></c>", "E:#NUM!"),
        ("<c><v>abc</v></c>", "T:abc"),
        ("<c s=\"1\"><v>1</v></c>", "D:1900-01-01"),
        ("<c s=\"1\"><v>60</v></c>", "E:1900-02-29"),
        ("<c s=\"2\"><v>0.25</v></c>", "N:0.25"),
        ("<c s=\"3\"><v>2.25</v></c>", "N:2.25"),
        ("<c s=\"99\"><v>5</v></c>", "N:5"),
        ("<c t=\"d\"><v>2021-02-28T10:00:00</v></c>", "D:2021-02-28"),
        ("<c t=\"d\" s=\"1\"><v>2021-02-28</v></c>", "D:2021-02-28"),
        ("<c t=\"s\"><v>0</v></c>", "T:shared"),
        ("<c t=\"s\"><v></v></c>", ""),
        ("<c t=\"str\"><f>a</f><v> a_x000D_&amp;b </v></c>", "T: a\r&b "),
        ("<c t=\"str\"><f>a</f><v></v></c>", ""),
        ("<c><f>1+1</f></c>", ""),
        ("<c><v>3</v><f>1+2</f></c>", "N:3"),
        ("<c t=\"b\"><v>true</v></c>", "B:true"),
        ("<c t=\"b\"><v>0</v></c>", "B:false"),
        ("<c t=\"e\"><v>#SPILL!</v></c>", "E:#SPILL!"),
        ("<c t=\"e\"><v>Alba Testpersoon</v></c>", "E:#ERROR!"),
        ("<c t=\"inlineStr\"><is><r><t>a </t></r><r><rPr/><t>b</t></r><rPh><t>no</t></rPh></is></c>", "T:a b"),
        ("<c t=\"inlineStr\"><is><t/></is></c>", ""),
        ("<c t=\"inlineStr\"><v>9</v><is><t>x</t></is></c>", "T:x"),
        ("<c><v>4</v><extLst><ext><v>8</v></ext></extLst></c>", "N:4"),
    ] {
        let expected: Vec<String> = if expected.is_empty() { vec![] } else { vec![format!("1|{expected}")] };
        assert_eq!(rows(&xlsx(&format!("<row>{cell}</row>")), "A").unwrap(), expected, "{cell}");
    }
}

#[test]
fn places_of_an_xlsx() {
    for (written, expected) in [
        (
            "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
            vec!["1|", "2||N:1|N:2", "3|N:3"],
        ),
        ("<row><c r=\"A3\"><v>1</v></c></row>", vec!["1|", "2|", "3|N:1"]),
        ("<row r=\"1\"><c r=\"C1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>", vec!["1|N:2||N:1"]),
        ("<row r=\"1\" hidden=\"1\"/><row r=\"2\" hidden=\"true\"><c><v>1</v></c></row>", vec!["1h|", "2h|N:1"]),
        ("<row r=\"1\" ht=\"0\" customHeight=\"1\"><c><v>1</v></c></row><row r=\"9\"/>", vec!["1h|N:1"]),
        ("<row r=\"1\"><c r=\"A1\" s=\"1\"/></row>", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(rows(&xlsx(written), "A").unwrap(), expected, "{written}");
    }
    for wrong in [
        "<row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A2\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>",
        "<row r=\"0\"><c><v>1</v></c></row>",
        "<row r=\"1048577\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"1\"><v>1</v></c></row>",
        "<row r=\"1\"><c t=\"s\"><v>1</v></c></row>",
        "<row r=\"1\"><c t=\"b\"><v>2</v></c></row>",
        "<row r=\"1\"><c t=\"z\"><v>2</v></c></row>",
        "<row r=\"1\"><c>",
        "<row r=\"1\"></c></row>",
    ] {
        let fault = rows(&xlsx(wrong), "A").unwrap_err();
        assert!(matches!(fault, FaultKind::Broken(_)), "{wrong}: {fault:?}");
    }
}

#[test]
fn hidden_columns_of_an_xlsx() {
    let sheet = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"5\" max=\"5\" width=\"0\"/><col min=\"6\" max=\"6\"/></cols>\
                 <sheetData><row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c><c><v>5</v></c></row></sheetData>";
    let bytes = xlsx_with("", sheet, "");
    let slice = bytes.as_slice();
    let input: &dyn Input = &slice;
    let mut book = Workbook::open(input, &Limits::default()).unwrap();
    assert_eq!(book.hidden_columns("A").unwrap(), [(1, 2), (4, 4)]);
    let options = Options { hidden: Hidden::Skip, fill_merged: false };
    assert_eq!(rows_with(&bytes, "A", &options, &Limits::default()).unwrap(), ["1|N:1|||N:4"]);
}

#[test]
fn the_caller_can_stop() {
    let bytes = invented();
    let slice = bytes.as_slice();
    let input: &dyn Input = &slice;
    let mut book = Workbook::open(input, &Limits::default()).unwrap();
    let mut met = 0;
    let stop = book.rows(SHEET, &Options::default(), &Limits::default(), &mut |_| {
        met += 1;
        if met == 2 { Err("enough") } else { Ok(()) }
    });
    assert!(matches!(stop, Err(tabular::Stop::Caller("enough"))));
    assert_eq!(met, 2);
}

/// The second way: calamine on the same bytes. It has dates of its own for the first days of 1900 and keeps times in
/// dates, so the table's text, figures, truths and days are compared.
#[test]
fn calamine_reads_the_same() {
    use calamine::{Data, Reader, open_workbook_auto_from_rs};
    let written = invented();
    for bytes in [written.as_slice(), XLSX, XLS, ODS] {
        let mut other = open_workbook_auto_from_rs(std::io::Cursor::new(bytes.to_vec())).unwrap();
        let range = other.worksheet_range(SHEET).unwrap();
        let (input, mut at): (&dyn Input, u32) = (&bytes, 0);
        let mut book = Workbook::open(input, &Limits::default()).unwrap();
        let mut each = |row: tabular::Row<'_, '_>| {
            for column in 0..8_u32 {
                let ours = row.cells.get(column as usize).map(letters).unwrap_or_default();
                let theirs = match range.get_value((at, column)).unwrap_or(&Data::Empty) {
                    Data::Empty => String::new(),
                    Data::String(text) if text.is_empty() => String::new(),
                    Data::String(text) => format!("T:{text}"),
                    Data::Int(figure) => format!("N:{figure}"),
                    Data::Float(figure) => format!("N:{figure}"),
                    Data::Bool(value) => format!("B:{value}"),
                    Data::Error(name) => format!("E:{name}"),
                    Data::DateTime(moment) if matches!(column, 4 | 5) => format!("N:{}", moment.as_f64()),
                    Data::DateTime(moment) => format!("D:{}", moment.as_datetime().unwrap().date()),
                    Data::DateTimeIso(text) => format!("D:{}", text.split('T').next().unwrap()),
                    Data::DurationIso(_) => ours.clone(),
                };
                // calamine takes LibreOffice's marked error in an ods for a text.
                assert_eq!(ours.replace("E:#", "T:#"), theirs.replace("E:#", "T:#"), "row {at} column {column}");
            }
            at += 1;
            Ok::<(), ()>(())
        };
        book.rows(SHEET, &Options::default(), &Limits::default(), &mut each).unwrap();
        assert_eq!(at, 7);
    }
}

#[test]
fn tables_beside_one_another_are_told_in_a_workbook_and_in_a_text() {
    let people = [("naam", "dag"), ("Jan", "01/02/2024"), ("Piet", "02/02/2024"), ("An", "03/02/2024")];
    let codes = [("code", "uren"), ("x", "4"), ("y", "5"), ("z", "6"), ("w", "7"), ("v", "8")];
    let mut writer = rust_xlsxwriter::Workbook::new();
    let sheet = writer.add_worksheet();
    let mut lines = vec![vec![""; 5]; codes.len()];
    for (column, cells) in [(0, &people[..]), (3, &codes[..])] {
        for (at, (left, right)) in cells.iter().enumerate() {
            let row = u32::try_from(at).unwrap();
            sheet.write(row, column, *left).unwrap();
            match right.parse::<f64>() {
                Ok(number) => sheet.write(row, column + 1, number).unwrap(),
                Err(_) => sheet.write(row, column + 1, *right).unwrap(),
            };
            lines[at][usize::from(column)] = left;
            lines[at][usize::from(column) + 1] = right;
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| line.join(";") + "\n").collect();
    let (written, csv) = (writer.save_to_buffer().unwrap(), lines.concat());
    let limits = Limits::default();
    let (mut of_workbook, mut of_text) = (Vec::new(), Vec::new());
    let keep = |row: Row<'_, '_>| Kept {
        number: row.number,
        cells: row.cells.iter().cloned().map(Cell::into_owned).collect(),
    };
    let input: &dyn Input = &written.as_slice();
    let mut book = Workbook::open(input, &limits).unwrap();
    book.rows::<()>("Sheet1", &Options::default(), &limits, &mut |row| {
        of_workbook.push(keep(row));
        Ok(())
    })
    .unwrap();
    let dialect = text::detect(&csv.as_bytes(), &text::Known::default(), &limits).unwrap();
    text::rows::<()>(&csv.as_bytes(), &dialect, &limits, &mut |row| {
        of_text.push(keep(row));
        Ok(())
    })
    .unwrap();
    for rows in [of_workbook, of_text] {
        let shown = |Beside { columns, span }: &Beside| (columns.clone(), span.header.clone(), span.first, span.last);
        let tables: Vec<_> = beside(&rows).iter().map(shown).collect();
        assert_eq!(tables, [(0..2, vec![1], 2, 4), (3..5, vec![1], 2, 6)]);
    }
}
