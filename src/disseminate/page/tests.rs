use crate::disseminate::{fixture, number, render, view};
use crate::error::Fault;
use crate::model::Language;
use crate::model::result::{Rendering, Report};

fn rendered(language: Language) -> String {
    page(language, None).unwrap()
}

/// The page alone, of templates that need not show every figure.
fn page(language: Language, templates: Option<&std::path::Path>) -> crate::error::Result<String> {
    let report = fixture::report();
    if templates.is_none() {
        return Ok(render(&report, language, &[Rendering::Page], None)?.page.unwrap());
    }
    let drawings = view::draw(&report, language)?;
    super::render(&view::view(&report, &drawings, language)?, &drawings, None, templates)
}

/// What HTML escaping makes of a text; a control character is dropped.
fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
        .replace('/', "&#x2f;")
}

#[test]
fn every_cell_of_every_table_is_there_in_the_form_of_the_language() {
    let report: Report = fixture::report();
    for language in Language::ALL {
        let html = rendered(language);
        for table in report.sections.iter().flat_map(|section| &section.tables) {
            assert!(html.contains(&escaped(table.title.get(language))), "{}", table.id);
            for row in &table.rows {
                for (cell, column) in row.cells.iter().zip(&table.columns) {
                    let shown = escaped(&number::cell(cell, column.unit, language));
                    assert!(html.contains(&format!(">{shown}<")), "{} lacks {shown} in {language}", table.id);
                }
            }
        }
    }
}

#[test]
fn nothing_is_loaded() {
    let html = rendered(Language::Fr);
    for sign in ["<script src", "<link", "@import", "url(", " src=", "<iframe", "onload=", "fetch("] {
        assert!(!html.contains(sign), "{sign}");
    }
    assert_eq!(html.matches("<script").count(), 1, "the one that sorts and filters");
    for target in html.split("href=\"").skip(1) {
        assert!(target.starts_with('#'), "{}", target.chars().take(40).collect::<String>());
    }
}

#[test]
fn texts_of_the_report_are_escaped() {
    let html = rendered(Language::Nl);
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(html.contains(">control<") && !html.contains('\u{b}'));
    assert!(!html.contains("<b>&") && !html.contains("<i>tags</i>"));
}

#[test]
fn every_link_has_its_target_and_every_id_is_unique() {
    let html = rendered(Language::Nl);
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&target), "no id {target}");
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is used twice");
}

#[test]
fn it_is_made_for_all_readers() {
    let html = rendered(Language::De);
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"de\">"));
    for part in
        ["<caption", "scope=\"col\"", "scope=\"row\"", "class=\"skip\"", "role=\"img\"", "<nav", "<main", "<figcaption"]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains("Interne Ausgabe"));
    assert!(!html.contains("report-"), "a message without words");
}

#[test]
fn an_empty_cell_says_why() {
    let html = rendered(Language::Nl);
    assert!(html.contains("<abbr title=\"niet geregistreerd, of niet ingediend\">n.g.</abbr>"));
    assert!(html.contains("Voor deze tabel is niets geregistreerd"));
}

#[test]
fn the_same_report_gives_the_same_page() {
    assert_eq!(rendered(Language::Fr), rendered(Language::Fr));
}

#[test]
fn a_template_of_the_project_takes_the_place_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.html"), "<p>{{ title }} {{ words.period }}</p>").unwrap();
    let html = page(Language::Nl, Some(folder.path())).unwrap();
    assert_eq!(html, "<p>Jaarlijks evaluatierapport Periode</p>");
}

#[test]
fn a_broken_template_is_the_users_to_mend_and_named() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["{% for x in %}", "<p>{{ titel }}</p>"] {
        std::fs::write(folder.path().join("page.html"), wrong).unwrap();
        let error = page(Language::Nl, Some(folder.path())).unwrap_err();
        assert_eq!((error.fault, error.id), (Fault::Usage, "report-template-broken"));
        assert!(error.to_string().contains("page.html:1"), "{error}");
        assert!(error.hint(Language::Nl).is_some());
    }
}
