use super::*;
use crate::disseminate::fixture;
use crate::disseminate::number;
use crate::model::result::Cell;
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

fn open(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The sheet's cells from the row of the table's headings on.
fn body(book: &mut Xlsx<Cursor<&[u8]>>, planned: &Planned<'_>, language: Language) -> Vec<Vec<Data>> {
    let range = book.worksheet_range(&planned.sheet).unwrap();
    let width = range.end().unwrap().1;
    let all: Vec<Vec<Data>> = (0..=range.end().unwrap().0)
        .map(|row| (0..=width).map(|column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty)).collect())
        .collect();
    let heading = planned.table.columns[0].heading.get(language);
    let start = all.iter().position(|row| row[0] == Data::String(heading.to_owned())).unwrap();
    all[start + 1..].to_vec()
}

#[test]
fn every_figure_is_read_back_exactly() {
    let report = fixture::report();
    for language in Language::ALL {
        let bytes = write(&report, language).unwrap();
        let mut book = open(&bytes);
        for planned in plan(&report, language).iter().filter(|planned| !planned.table.rows.is_empty()) {
            let body = body(&mut book, planned, language);
            for (row, read) in planned.table.rows.iter().zip(body) {
                for (cell, read) in row.cells.iter().zip(read) {
                    check(cell, &read, language);
                }
            }
        }
    }
}

fn check(cell: &Cell, read: &Data, language: Language) {
    if let Some(reason) = number::missing(cell) {
        assert_eq!(*read, Data::String(number::missing_sign(reason, language)));
        return;
    }
    match (cell, read) {
        (Cell::Date(day), Data::DateTime(read)) => assert_eq!(read.as_datetime().unwrap().date(), *day),
        // calamine reads a control character's escape back; the others are the text itself.
        (Cell::Label(words), Data::String(read)) => {
            assert_eq!(read.replace("_x000B_", "\u{b}"), words.get(language));
        }
        (_, Data::Float(read)) => assert_eq!(Some(*read), cell.as_number()),
        (_, other) => panic!("{cell:?} was read as {other:?}"),
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = fixture::report();
    assert_eq!(write(&report, Language::Nl).unwrap(), write(&report, Language::Nl).unwrap());
    let core = part(&write(&report, Language::Nl).unwrap(), "docProps/core.xml");
    assert!(core.contains("2017-12-31T00:00:00Z"), "{core}");
    assert!(core.contains("Jaarlijks evaluatierapport") && core.contains("Rapport van OCMW Brugge, 2017"), "{core}");
}

#[test]
fn sheets_are_cover_contents_tables_notes() {
    let bytes = write(&fixture::report(), Language::Fr).unwrap();
    let names = open(&bytes).sheet_names();
    assert_eq!(names.first().map(String::as_str), Some("Couverture"));
    assert_eq!(names[1..4], ["Table des matières", "Tableau 1", "Tableau 2"]);
    assert_eq!(names.last().map(String::as_str), Some("Notes"));
    assert_eq!(names.len(), 11);
}

#[test]
fn tables_and_charts_are_native() {
    let bytes = write(&fixture::report(), Language::Nl).unwrap();
    let names: Vec<String> = zip::ZipArchive::new(Cursor::new(&bytes))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    let count = |start: &str| names.iter().filter(|name| name.starts_with(start)).count();
    // Eight tables and ten charts, of which one table has no rows and so its chart nothing to draw.
    assert_eq!((count("xl/tables/table"), count("xl/charts/chart")), (7, 9));
}

#[test]
fn a_table_without_rows_is_a_sentence() {
    let bytes = write(&fixture::report(), Language::En).unwrap();
    let range = open(&bytes).worksheet_range("Table 5").unwrap();
    let texts: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
    assert!(texts.iter().any(|text| text == "Nothing was recorded for this table: it has no rows."), "{texts:?}");
}

#[test]
fn there_is_no_formula_whatever_a_text_begins_with() {
    let bytes = write(&fixture::report(), Language::Fr).unwrap();
    let mut book = open(&bytes);
    for name in book.sheet_names() {
        assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().next(), None, "{name}");
    }
}

#[test]
fn every_word_of_the_program_is_known() {
    for language in Language::ALL {
        let bytes = write(&fixture::report(), language).unwrap();
        let strings = part(&bytes, "xl/sharedStrings.xml");
        assert!(!strings.contains(">report-"), "{language}");
    }
}

#[test]
fn headings_that_differ_in_case_only_are_told_apart() {
    let bytes = write(&fixture::report(), Language::Fr).unwrap();
    let table = part(&bytes, "xl/tables/table4.xml");
    assert!(table.contains("name=\"Valeur\"") && table.contains("name=\"VALEUR (2)\""), "{table}");
}

#[test]
fn a_missing_cell_is_cut_out_of_the_chart() {
    let bytes = write(&fixture::report(), Language::Fr).unwrap();
    // Zinderin(g) stands in the middle of the table and has no figure: the chart is bound to a copy without it.
    let range = open(&bytes).worksheet_range("Tableau 2").unwrap();
    let texts: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
    assert!(texts.iter().any(|text| text.starts_with("Lignes représentées dans le graphique")), "{texts:?}");
    let chart = part(&bytes, "xl/charts/chart2.xml");
    assert!(!chart.contains("Zinderin") && chart.contains("Ta(a)lent"), "{chart}");
}

#[test]
fn lines_break_between_words() {
    assert_eq!(wrap("een twee drie", 8), ["een twee", "drie"]);
    assert_eq!(wrap("", 8), [""]);
    assert_eq!(wrap("langerdanacht x", 8), ["langerdanacht", "x"]);
}

/// Found in a picture: where a figure was missing, lines fell to the foot of the chart. A sign in a cell is drawn as a zero.
#[test]
fn a_line_has_a_gap_where_a_figure_is_missing() {
    let mut report = fixture::report();
    let tables = report.sections.iter_mut().flat_map(|section| &mut section.tables);
    let time = tables.into_iter().find(|table| table.id == "time").unwrap();
    let place = time.column("level_3").unwrap();
    time.rows[1].cells[place] = Cell::Missing(crate::model::result::Missing::Suppressed);
    let name = number::cell(&time.rows[1].cells[0], crate::model::result::Unit::Label, Language::Fr);
    let bytes = write(&report, Language::Fr).unwrap();
    let mut book = open(&bytes);
    let rows: Vec<Vec<Data>> = book
        .sheet_names()
        .iter()
        .map(|sheet| book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect::<Vec<_>>())
        .find(|rows| rows.iter().any(|row| row.iter().any(|cell| *cell == "c")))
        .unwrap();
    let of_chart = rows.iter().rev().find(|row| row[0] == Data::String(name.clone())).unwrap();
    // The label, and the three times: the middle one is empty.
    let shown: Vec<bool> = of_chart[1..4].iter().map(|cell| matches!(cell, Data::Float(_))).collect();
    assert_eq!((shown, &of_chart[2]), (vec![true, false, true], &Data::Empty));
}
