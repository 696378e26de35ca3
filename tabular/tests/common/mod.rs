//! One invented table, and how it is written out for comparison. No person in it exists.
#![allow(dead_code, reason = "each test binary uses its part")]
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};
use tabular::workbook::{Options, Workbook};
use tabular::{Cell, FaultKind, Input, Limits, Stop};

/// The name of the sheet with the table.
pub const SHEET: &str = "Données é€";

/// The table as an xlsx: title over merged cells, header, texts, numbers, dates, times, truths, an error, formulas,
/// blank cells and a blank row, a hidden row, a hidden column, and a hidden sheet.
pub fn invented() -> Vec<u8> {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet();
    sheet.set_name(SHEET).unwrap();
    let (plain, day) = (Format::new(), Format::new().set_num_format("dd/mm/yyyy"));
    let (clock, span) = (Format::new().set_num_format("hh:mm"), Format::new().set_num_format("[h]:mm"));
    let moment = Format::new().set_num_format("yyyy\\-mm\\-dd hh:mm:ss");
    let date = |year, month, day| ExcelDateTime::from_ymd(year, month, day).unwrap();
    sheet.merge_range(0, 0, 0, 3, "Relevé inventé", &plain).unwrap();
    for (column, heading) in ["Nom", "Né le", "Montant", "Actif", "Heure", "Durée", "Vu le", "Somme"].iter().enumerate()
    {
        sheet.write(1, u16::try_from(column).unwrap(), *heading).unwrap();
    }
    sheet.write(2, 0, " Zoé Testpersoon ").unwrap();
    sheet.write_with_format(2, 1, date(1960, 2, 29), &day).unwrap();
    sheet.write(2, 2, 1234.5).unwrap();
    sheet.write(2, 3, true).unwrap();
    sheet.write_with_format(2, 4, 0.5, &clock).unwrap();
    sheet.write_with_format(2, 5, 1.5, &span).unwrap();
    sheet.write_with_format(2, 6, date(2021, 1, 1).and_hms(23, 59, 59).unwrap(), &moment).unwrap();
    sheet.write_formula(2, 7, Formula::new("=C3+1").set_result("1235.5")).unwrap();
    sheet.write(3, 0, "Ærøskøbing \u{1F600} \u{202F}x").unwrap();
    sheet.write_with_format(3, 1, date(1900, 3, 1), &day).unwrap();
    sheet.write(3, 2, -0.25).unwrap();
    sheet.write(3, 3, false).unwrap();
    sheet.write_formula(3, 7, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.set_row_hidden(3).unwrap();
    // Row 5 is blank.
    sheet.write(5, 0, "deux\nlignes").unwrap();
    sheet.write_with_format(5, 1, date(9999, 12, 31), &day).unwrap();
    sheet.write(5, 2, 123_456_789).unwrap();
    sheet.write_formula(5, 7, Formula::new("=\"a\"&\"b\"").set_result("ab")).unwrap();
    sheet.merge_range(5, 3, 6, 3, "uni", &plain).unwrap();
    sheet.write(6, 0, "Totaux").unwrap();
    sheet.write(6, 2, 0.1).unwrap();
    sheet.set_column_hidden(2).unwrap();
    writer.add_worksheet().set_name("Caché").unwrap().set_hidden(true).write(0, 0, "x").unwrap();
    writer.save_to_buffer().unwrap()
}

/// The table as it must come out of every container.
pub const ROWS: [&str; 7] = [
    "1|T:Relevé inventé",
    "2|T:Nom|T:Né le|T:Montant|T:Actif|T:Heure|T:Durée|T:Vu le|T:Somme",
    "3|T: Zoé Testpersoon |D:1960-02-29|N:1234.5|B:true|N:0.5|N:1.5|D:2021-01-01|N:1235.5",
    "4h|T:Ærøskøbing \u{1F600} \u{202F}x|D:1900-03-01|N:-0.25|B:false||||E:#DIV/0!",
    "5|",
    "6|T:deux\nlignes|D:9999-12-31|N:123456789|T:uni||||T:ab",
    "7|T:Totaux||N:0.1",
];

/// A cell in letters.
pub fn letters(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => format!("T:{text}"),
        Cell::Number(figure) => format!("N:{figure}"),
        Cell::Date(day) => format!("D:{day}"),
        Cell::Bool(value) => format!("B:{value}"),
        Cell::Error(name) => format!("E:{name}"),
    }
}

/// The rows of a sheet in letters; blank cells at their ends are left out.
pub fn rows_with(bytes: &[u8], sheet: &str, options: &Options, limits: &Limits) -> Result<Vec<String>, FaultKind> {
    let input: &dyn Input = &bytes;
    let mut book = Workbook::open(input, limits).map_err(|fault| fault.kind)?;
    let mut rows = Vec::new();
    let mut each = |row: tabular::Row<'_, '_>| {
        let cells: Vec<String> = row.cells.iter().map(letters).collect();
        let hidden = if row.remarks.hidden { "h" } else { "" };
        rows.push(format!("{}{hidden}|{}", row.number, cells.join("|").trim_end_matches('|')));
        Ok::<(), ()>(())
    };
    let count = book.rows(sheet, options, limits, &mut each).map_err(|stop| match stop {
        Stop::Fault(fault) => fault.kind,
        Stop::Caller(()) => FaultKind::Broken("caller".to_owned()),
    })?;
    assert_eq!(count, rows.len() as u64);
    Ok(rows)
}

/// The rows of a sheet in letters, read as usual.
pub fn rows(bytes: &[u8], sheet: &str) -> Result<Vec<String>, FaultKind> {
    rows_with(bytes, sheet, &Options::default(), &Limits::default())
}

/// The rows of all sheets.
pub fn all_rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, FaultKind> {
    let input: &dyn Input = &bytes;
    let names: Vec<String> = Workbook::open(input, &Limits::default())
        .map_err(|fault| fault.kind)?
        .sheets()
        .iter()
        .map(|sheet| sheet.name.clone())
        .collect();
    names.iter().map(|name| rows(bytes, name)).collect()
}

/// An archive of parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The parts of a small xlsx around a sheet's XML (what stands in `<worksheet>`) and its shared texts (in `<sst>`).
pub fn xlsx_with(workbook: &str, sheet: &str, texts: &str) -> Vec<u8> {
    let workbook = format!(
        "<workbook xmlns=\"m\" xmlns:r=\"r\">{workbook}<sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheet = format!("<worksheet xmlns=\"m\">{sheet}</worksheet>");
    let texts = format!("<sst xmlns=\"m\">{texts}</sst>");
    zip(&[
        ("_rels/.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"t/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"t/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId3\" Type=\"t/styles\" Target=\"styles.xml\"/></Relationships>"),
        ("xl/styles.xml", b"<styleSheet><numFmts count=\"1\"><numFmt numFmtId=\"170\" formatCode=\"[h]:mm\"/></numFmts><cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"20\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>"),
        ("xl/sharedStrings.xml", texts.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A small xlsx around its rows (what stands in `<sheetData>`).
pub fn xlsx(rows: &str) -> Vec<u8> {
    xlsx_with("", &format!("<sheetData>{rows}</sheetData>"), "<si><t>shared</t></si>")
}
