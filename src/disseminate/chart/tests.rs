use super::*;
use crate::disseminate::fixture;
use crate::model::result::{Cell, ChartScale, Missing, Report};

fn all(report: &Report) -> Vec<(&Table, &Chart)> {
    let sections = report.sections.iter();
    sections
        .flat_map(|section| {
            section.charts.iter().map(move |chart| (super::super::table_of(section, chart).unwrap(), chart))
        })
        .collect()
}

fn drawing(report: &Report, id: &str, language: Language) -> String {
    let (table, chart) = *all(report).iter().find(|(_, chart)| chart.id == id).unwrap();
    draw(table, chart, language).unwrap().svg
}

/// Opening and closing tags must pair, attributes be quoted, and no text hold a bare sign.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some((text, tail)) = rest.split_once('<') {
        assert!(!text.contains('>'), "bare > in {text}");
        for entity in text.split('&').skip(1) {
            assert!(
                entity.split(';').next().is_some_and(|name| ["lt", "gt", "amp", "quot", "apos", "#39"].contains(&name)),
                "&{entity}"
            );
        }
        let (tag, tail) = tail.split_once('>').unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split([' ', '\n']).next().unwrap());
        }
        rest = tail;
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    assert_eq!(rest.trim(), "");
}

#[test]
fn every_chart_is_well_formed_and_says_what_it_shows() {
    let report = fixture::report();
    for language in Language::ALL {
        for (table, chart) in all(&report) {
            let svg = draw(table, chart, language).unwrap().svg;
            assert_well_formed(&svg);
            assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\""), "{svg}");
            assert!(svg.contains("role=\"img\""));
            assert!(svg.contains(&format!("<title id=\"{}-title\">", chart.id)));
            assert!(svg.contains(&format!("<desc id=\"{}-desc\">", chart.id)));
            assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{}", chart.id);
            assert!(!svg.contains("<script"));
            assert_eq!(svg, draw(table, chart, language).unwrap().svg, "same bytes on a second run");
        }
    }
}

#[test]
fn the_description_holds_the_figures_in_the_language() {
    let svg = drawing(&fixture::report(), "progress-change", Language::Fr);
    assert!(svg.contains("Finances: Mesure zéro (moyenne) 2,10, Mesure finale (moyenne) 3,25."), "{svg}");
    let svg = drawing(&fixture::report(), "objectives-bullet", Language::Nl);
    assert!(svg.contains("\n86 / 100\n"), "{svg}");
}

#[test]
fn a_row_without_a_figure_is_named_and_not_drawn() {
    let svg = drawing(&fixture::report(), "progress-change", Language::Nl);
    assert!(svg.contains("geen cijfer voor heeft: Justitie."), "{svg}");
    assert!(!svg.contains("\nJustitie\n"), "drawn as a row");
    let svg = drawing(&fixture::report(), "projects-funnel", Language::En);
    assert!(svg.contains("no figure for it: (en) Zinderin(g)."), "{svg}");
}

#[test]
fn totals_are_left_out() {
    let svg = drawing(&fixture::report(), "projects-funnel", Language::Fr);
    assert!(svg.contains("Boost") && !svg.contains("Total"));
}

#[test]
fn a_table_without_rows_says_so_instead_of_drawing_nothing() {
    let svg = drawing(&fixture::report(), "empty-bars", Language::En);
    assert!(svg.contains("The table holds no figures to draw."));
    drawing(&fixture::report(), "single-bars", Language::En);
}

#[test]
fn a_column_that_is_not_there_is_an_error() {
    let report = fixture::report();
    let (table, chart) = all(&report)[0];
    let mut chart = chart.clone();
    chart.kind = ChartKind::Bars { label: "domain".into(), value: "absent".into() };
    let error = draw(table, &chart, Language::En).unwrap_err();
    assert!(error.arguments.iter().any(|(_, what)| what.contains("absent")), "{error:?}");
}

#[test]
fn points_lie_where_the_scale_puts_them() {
    let scale = Scale { low: 1.0, high: 5.0, left: 100.0, right: 500.0 };
    assert_eq!([1.0, 3.0, 5.0, 9.0].map(|value| scale.x(value)), [100.0, 300.0, 500.0, 500.0]);
    let flat = Scale { low: 2.0, high: 2.0, left: 10.0, right: 20.0 };
    assert_eq!(flat.x(2.0), 10.0);
}

#[test]
fn axis_numbers_have_no_needless_decimals() {
    assert_eq!(ticks(1.0, 5.0).iter().map(|tick| tick_label(*tick, Language::Fr)).next().as_deref(), Some("1"));
    assert_eq!(tick_label(0.30000000000000004, Language::Fr), "0,3");
    assert_eq!(tick_label(-12.25, Language::En), "-12.25");
    assert_eq!(tick_label(1500.0, Language::Nl), "1.500");
}

#[test]
fn long_words_are_cut_and_nothing_is_lost() {
    let text = "Algemenedagelijkselevensverrichtingenzonderspaties en nog wat";
    let lines = wrap(text, TEXT, 120.0);
    assert!(lines.iter().all(|line| text_width(line, TEXT) <= 120.0), "{lines:?}");
    assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    assert_eq!(wrap("", TEXT, 120.0), [""]);
}

/// What stands in a drawing after each text element's opening tag, with its place.
fn texts(svg: &str) -> Vec<&str> {
    svg.split("<text").skip(1).filter_map(|rest| Some(rest.split_once('>')?.1.split('<').next()?.trim())).collect()
}

#[test]
fn parts_of_a_bar_have_their_figures_and_the_number_of_cases() {
    let svg = drawing(&fixture::report(), "time-parts", Language::Fr);
    let shown = texts(&svg);
    for figure in ["60,0\u{202f}%", "30,0\u{202f}%", "n = 24"] {
        assert!(shown.contains(&figure), "{figure}: {shown:?}");
    }
    // A part too narrow for its figure leaves it to the words.
    assert!(!shown.contains(&"4,0\u{202f}%") && svg.contains("4,0\u{202f}%"), "{shown:?}");
}

#[test]
fn a_panel_names_its_ends_and_cases_and_leaves_a_time_without_readings_open() {
    let svg = drawing(&fixture::report(), "time-levels", Language::Nl);
    let shown = texts(&svg);
    for figure in ["0", "3", "6", "2,10", "3,40", "24", "18"] {
        assert!(shown.contains(&figure), "{figure}: {shown:?}");
    }
    // The second row lacks the reading in the middle: one point before, one behind, and no line between them.
    let lines = |svg: &str| svg.matches("<line").count() + svg.matches("<polyline").count();
    let mut report = fixture::report();
    let table = report.sections.iter_mut().flat_map(|section| &mut section.tables).find(|table| table.id == "time");
    table.unwrap().rows.truncate(1);
    let alone = drawing(&report, "time-levels", Language::Nl);
    let grid = 5;
    assert_eq!(lines(&svg) - lines(&alone), grid, "the second panel adds its grid and no more");
}

#[test]
fn a_break_in_a_series_is_drawn_and_said() {
    let svg = drawing(&fixture::report(), "years-series", Language::En);
    assert!(texts(&svg).contains(&"2018") && svg.contains("2018: (en) Samenvoeging"), "{svg}");
    assert!(svg.contains("2017: (en) Percentage 48.0%, (en) Laag 40.0%, (en) Hoog 56.0%."), "{svg}");
}

#[test]
fn limits_of_a_change_lie_around_the_value_after() {
    let scale = ChartScale { low: 1.0, high: 5.0, higher_is_better: true };
    let row = Row {
        label: String::new(),
        lines: Vec::new(),
        numbers: vec![Some(2.0), Some(2.6), Some(0.2), Some(1.0)],
        shown: Vec::new(),
        remark: None,
        top: 0.0,
        height: 0.0,
    };
    let limits =
        |scale: ChartScale| dumbbell::Dumbbell::new(&[], scale, Vec::new(), Language::En).limits(&row).unwrap();
    assert_eq!(limits(scale), (2.2, 3.0));
    // Where lower is better a change for the better leads down.
    assert_eq!(limits(ChartScale { higher_is_better: false, ..scale }), (1.0, 1.8));
}

/// A country has hundreds of agencies: no PDF holds a text with the figures of all of them.
#[test]
fn figures_of_hundreds_are_told_by_the_lowest_the_middle_and_the_highest() {
    let mut report = fixture::report();
    let chart = all(&report).into_iter().find(|(_, chart)| chart.id == "single-bars").unwrap().1.clone();
    let mut tables = report.sections.iter_mut().flat_map(|section| &mut section.tables);
    let table = tables.find(|table| table.id == "single").unwrap();
    let (first, hours) = (table.rows[0].clone(), table.column("hours").unwrap());
    let with = |cell: Cell| {
        let mut row = first.clone();
        row.cells[hours] = cell;
        row
    };
    table.rows = (0..900).map(|place| with(Cell::Number(f64::from(place * 7 % 900 + 1)))).collect();
    let words = draw(table, &chart, Language::En).unwrap().alternative;
    assert!(words.starts_with("900 rows are drawn") && words.contains("Here are 3 of them"), "{words}");
    for figure in ["1.0.", "451.0.", "900.0."] {
        assert!(words.contains(&format!(" {figure}")), "{figure}: {words}");
    }
    table.rows = (0..900).map(|_| with(Cell::Missing(Missing::NotRecorded))).collect();
    let words = draw(table, &chart, Language::En).unwrap().alternative;
    assert_eq!(words, "900 rows are not shown, because the table has no figure for them.");
}

/// Numbers of cases of a country lay on each other: "49 99637 257".
#[test]
fn numbers_of_cases_that_have_no_room_side_by_side_stand_on_two_lines() {
    let mut report = fixture::report();
    let height = |report: &Report| -> f64 {
        let svg = drawing(report, "time-levels", Language::Nl);
        svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let before = height(&report);
    let mut tables = report.sections.iter_mut().flat_map(|section| &mut section.tables);
    for cell in tables.find(|table| table.id == "time").unwrap().rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let Cell::Count(cases) = cell {
            *cases += 90_000_000;
        }
    }
    assert!((height(&report) - before - LINE).abs() < 1e-9, "{before}");
}
