//! A drawing in words: its figures, and what it does not show.

use super::marks::Row;
use super::selection::Selection;
use super::{label_of, limits};
use crate::model::Language;
use crate::model::result::{Chart, ChartKind, Table};
use crate::text;

/// Longest text that tells every figure, in characters. A PDF holds no text of more than 32 767 bytes, of which a letter takes
/// two; and nobody listens to more than this.
const LONGEST: usize = 12_000;
/// So many rows that cannot be drawn are named below the drawing.
const NAMED: usize = 24;

/// What the drawing does not show, in words; `None` when it shows everything.
pub(super) fn remark(
    table: &Table,
    chart: &Chart,
    selection: &Selection,
    rows: &[Row],
    language: Language,
) -> Option<String> {
    let mut remarks = Vec::new();
    if selection.left_out.len() > NAMED {
        let count = selection.left_out.len().to_string();
        remarks.push(text::say(language, "report-chart-not-shown-many", &[("count", count)]));
    } else if !selection.left_out.is_empty() {
        let names: Vec<String> =
            selection.left_out.iter().map(|row| label_of(table, selection, *row, language)).collect();
        remarks.push(text::say(language, "report-chart-not-shown", &[("rows", names.join("; "))]));
    } else if selection.rows.is_empty() {
        remarks.push(text::say(language, "report-chart-nothing", &[]));
    }
    // What a row's remark says of a target stands beside its bar; a break in a series is said below the drawing.
    if matches!(chart.kind, ChartKind::Series { .. }) {
        remarks.extend(rows.iter().filter_map(|row| Some(format!("{}: {}", row.label, row.remark.as_ref()?))));
    }
    (!remarks.is_empty()).then(|| remarks.join(" "))
}

/// The figures of the drawing as sentences. Where they are too many to be listened to: the lowest, the middle and the highest
/// row, with those that a funnel names, and where the others stand.
pub(super) fn description(
    (table, chart): (&Table, &Chart),
    selection: &Selection,
    rows: &[Row],
    remark: Option<&str>,
    language: Language,
) -> String {
    let headings = selection.values.iter().map(|column| table.columns[*column].heading.get(language));
    let headings: Vec<&str> = headings.collect();
    let sentence = |row: &Row| {
        let figures = headings.iter().zip(&row.shown).zip(&row.numbers).filter(|(_, number)| number.is_some());
        let figures: Vec<String> = figures.map(|((heading, figure), _)| format!("{heading} {figure}")).collect();
        // A row without any is drawn where its place says something: with the sign that stands there.
        let said = if figures.is_empty() { row.shown.join(", ") } else { figures.join(", ") };
        format!("{}: {said}.", row.label)
    };
    let mut sentences: Vec<String> = rows.iter().map(sentence).collect();
    if sentences.iter().map(|one| one.chars().count() + 1).sum::<usize>() > LONGEST {
        let telling = telling(chart, rows);
        let counts = [("rows", rows.len().to_string()), ("told", telling.len().to_string())];
        sentences = vec![text::say(language, "report-chart-many", &counts)];
        sentences.extend(telling.into_iter().map(sentence));
    }
    sentences.extend(remark.map(str::to_owned));
    sentences.join(" ")
}

/// The rows that say most of many, from the lowest to the highest.
fn telling<'r>(chart: &Chart, rows: &'r [Row]) -> Vec<&'r Row> {
    let is_funnel = matches!(chart.kind, ChartKind::Limits { .. });
    let mark = usize::from(is_funnel);
    let mut known: Vec<&Row> = rows.iter().filter(|row| row.numbers[mark].is_some()).collect();
    known.sort_by(|one, other| one.number(mark).total_cmp(&other.number(mark)));
    let ends = [0, known.len() / 2, known.len().saturating_sub(1)];
    let named = if is_funnel { limits::named(&known) } else { Vec::new() };
    let is_told =
        |place: usize, row: &Row| ends.contains(&place) || named.iter().any(|other| std::ptr::eq(*other, row));
    known.iter().enumerate().filter(|(place, row)| is_told(*place, row)).map(|(_, row)| *row).collect()
}
