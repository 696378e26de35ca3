use super::*;
use crate::disseminate::{fixture, render, view};
use crate::model::result::Rendering;

fn made(language: Language) -> (Report, Rendered, Drawings) {
    let report = fixture::report();
    let rendered = render(&report, language, &Rendering::ALL, None).unwrap();
    let drawings = view::draw(&report, language).unwrap();
    (report, rendered, drawings)
}

#[test]
fn what_is_rendered_shows_the_report_in_every_language() {
    for language in Language::ALL {
        let (report, rendered, drawings) = made(language);
        prove(&report, &rendered, &drawings, language, false).unwrap();
    }
}

/// A report with one figure changed behind the back of what was rendered.
fn with_another_figure(report: &Report) -> Report {
    let mut other = report.clone();
    let cells = other.sections.iter_mut().flat_map(|section| &mut section.tables).flat_map(|table| &mut table.rows);
    let cell = cells.flat_map(|row| &mut row.cells).find(|cell| matches!(cell, Cell::Number(_))).unwrap();
    *cell = Cell::Number(cell.as_number().unwrap() + 0.02);
    other
}

#[test]
fn a_figure_that_differs_is_found_in_each_rendering() {
    for language in Language::ALL {
        let (report, rendered, drawings) = made(language);
        let other = with_another_figure(&report);
        assert!(workbook::prove(&other, rendered.workbook.as_ref().unwrap(), language).is_err());
        assert!(page::prove(&other, rendered.page.as_ref().unwrap(), &drawings, language, true).is_err());
        assert!(pdf::prove(&other, rendered.pdf.as_ref().unwrap(), &drawings, language, true).is_err());
    }
}

#[test]
fn a_digit_changed_in_the_finished_page_is_found() {
    let (report, mut rendered, drawings) = made(Language::Fr);
    let page = rendered.page.unwrap();
    assert!(page.contains(">2,10<"));
    rendered.page = Some(page.replacen(">2,10<", ">2,11<", 1));
    let fault = prove(&report, &rendered, &drawings, Language::Fr, false).unwrap_err();
    assert!(fault.arguments.iter().any(|(_, said)| said.contains("2,11")), "{fault:?}");
}

#[test]
fn words_of_a_drawing_that_differ_are_found() {
    let (report, rendered, mut drawings) = made(Language::En);
    let drawing = drawings.values_mut().next().unwrap();
    drawing.alternative = drawing.alternative.replacen('1', "7", 1);
    assert!(prove(&report, &rendered, &drawings, Language::En, false).is_err());
}

#[test]
fn numbers_are_read_by_the_rules_of_each_language() {
    let read = |text: &str, language| numbers::read(text, language);
    assert_eq!(read("1\u{202f}234,50\u{202f}%", Language::Fr), Some((1234.5, 2)));
    assert_eq!(read("57.042,00\u{a0}EUR", Language::Nl), Some((57042.0, 2)));
    assert_eq!(read("EUR\u{a0}-0.05", Language::En), Some((-0.05, 2)));
    assert_eq!(read("1.234", Language::De), Some((1234.0, 0)));
    for text in ["n.c.", "", "1,2,3", "-", "12,"] {
        assert_eq!(read(text, Language::Fr), None, "{text}");
    }
    assert!(numbers::reads_as("12,3", 12.25, 1, Language::Fr));
    assert!(!numbers::reads_as("12,4", 12.25, 1, Language::Fr));
    assert!(!numbers::reads_as("12,30", 12.25, 1, Language::Fr), "as many decimals as its unit has");
}
