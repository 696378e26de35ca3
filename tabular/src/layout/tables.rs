//! The tables of a file by what their rows look like.
//!
//! Nothing is lost for neatness: a row is title, header, total or note only if something speaks for it; else it is
//! content.

use super::kind::{Kind, is_year};
use super::tail::{Part, part};
use super::{Kept, Span};
use crate::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of content that are looked at to know a column.
const BODY: usize = 200;
/// Rows looked at above and below a row that may begin another table.
const NEAR: usize = 12;
/// Most rows of key and value above a header.
const MOST_KEYS: usize = 12;
/// Most lines of a header.
const MOST_HEADER: usize = 3;

/// What a cell is for telling a header from content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Blank,
    /// A number, a date, or a code that begins with a digit.
    Value,
    /// A number that may be a year, and so a heading.
    Year,
    Text,
}

/// A row that is not blank.
struct Line<'k> {
    number: u64,
    cells: &'k [Cell<'static>],
    looks: Vec<Look>,
    filled: usize,
    /// Behind its last cell that is filled.
    extent: usize,
    after_gap: bool,
}

/// The tables that the first rows of a file show, in order. Nothing for a file without any row that is filled.
///
/// Tables beside one another are one table here: [`beside`](super::beside) tells them apart.
pub fn tables(rows: &[Kept]) -> Vec<Span> {
    let lines = lines(rows);
    let mut found = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let (span, next) = table(&lines, from);
        found.push(span);
        from = next;
    }
    found
}

fn lines(rows: &[Kept]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut after_gap = false;
    for row in rows {
        let looks: Vec<Look> = row.cells.iter().map(look).collect();
        let Some(last) = looks.iter().rposition(|look| *look != Look::Blank) else {
            after_gap = !lines.is_empty();
            continue;
        };
        let filled = looks.iter().filter(|look| **look != Look::Blank).count();
        lines.push(Line { number: row.number, cells: &row.cells, looks, filled, extent: last + 1, after_gap });
        after_gap = false;
    }
    lines
}

fn look(cell: &Cell<'_>) -> Look {
    match Kind::of(cell) {
        Kind::Blank => Look::Blank,
        Kind::Text => Look::Text,
        Kind::Code if cell.text().starts_with(|sign: char| !sign.is_ascii_digit()) => Look::Text,
        Kind::Number if is_year(&cell.text()) => Look::Year,
        Kind::Number | Kind::Date | Kind::Code => Look::Value,
    }
}

impl Line<'_> {
    fn look(&self, column: usize) -> Look {
        self.looks.get(column).copied().unwrap_or(Look::Blank)
    }

    /// Nothing but texts and years.
    fn is_text(&self) -> bool {
        self.looks.first() != Some(&Look::Year)
            && !self.looks.contains(&Look::Value)
            && self.looks.contains(&Look::Text)
    }

    fn text(&self, column: usize) -> String {
        self.cells.get(column).map(|cell| cell.text().into_owned()).unwrap_or_default()
    }

    /// No two of its texts are the same.
    fn is_distinct(&self) -> bool {
        let texts: Vec<_> = self.cells.iter().filter(|cell| !cell.is_blank()).map(Cell::text).collect();
        texts.iter().collect::<BTreeSet<_>>().len() == texts.len()
    }

    fn is_same(&self, other: &Line<'_>) -> bool {
        self.extent == other.extent && (0..self.extent).all(|column| self.text(column) == other.text(column))
    }

    /// A key and its value in the first two columns.
    fn is_key(&self) -> bool {
        self.filled == 2 && self.extent == 2 && self.look(0) == Look::Text
    }

    fn is_title(&self) -> bool {
        self.filled == 1 && self.looks.contains(&Look::Text)
    }
}

/// The extent of most of the lines; of several the largest.
fn usual(lines: &[Line<'_>]) -> usize {
    let mut counts = BTreeMap::new();
    for line in lines {
        *counts.entry(line.extent).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(extent, count)| (*count, *extent)).map_or(0, |(extent, _)| extent)
}

/// The columns that hold values in most of the lines.
fn typed(lines: &[Line<'_>]) -> Vec<usize> {
    let width = lines.iter().map(|line| line.extent).max().unwrap_or(0);
    let is_typed = |column: &usize| {
        let looks = lines.iter().map(|line| line.look(*column));
        let (mut values, mut filled) = (0, 0);
        for look in looks.filter(|look| *look != Look::Blank) {
            filled += 1;
            values += usize::from(look != Look::Text);
        }
        // Up to two further header lines may stand among few rows.
        if filled > 8 { values * 5 >= filled * 3 } else { filled > 0 && values * 2 >= filled }
    };
    (0..width).filter(is_typed).collect()
}

/// The table that begins at a line, and the line behind it.
fn table(lines: &[Line<'_>], from: usize) -> (Span, usize) {
    let mut top = preamble_end(lines, from);
    let (mut header, mut sure) = header(lines, top);
    // Lines that a blank row parts from what is a header itself are titles, however they are split into cells.
    if header > 0 && lines.get(top + header).is_some_and(|line| line.after_gap) {
        let (below, below_sure) = self::header(lines, top + header);
        if below > 0 && below_sure > 0.8 {
            top += header;
            (header, sure) = (below, below_sure);
        }
    }
    // Without a header below it a title is not told from a record with little in it, unless it has but one cell.
    if header == 0 && top > from {
        let is_sure = |line: &Line<'_>| line.cells.len() == 1 && lines[top].cells.len() > 1;
        let kept = lines[from..top].iter().take_while(|line| is_sure(line)).count();
        if kept < top - from {
            top = from + kept;
            (header, sure) = (0, 0.4);
        }
    }
    let first = top + header;
    let next = (first + 1..lines.len()).find_map(|at| another(lines, top, first, at)).unwrap_or(lines.len());
    let body = &lines[first.min(next)..next];
    let width = usual(body).max(if header > 0 { lines[first - 1].extent } else { 0 });
    let (mut totals, mut footer) = (Vec::new(), Vec::new());
    let mut end = body.len();
    for (at, line) in body.iter().enumerate() {
        let after_note = at > 0 && end < at && footer.last() == Some(&body[at - 1].number);
        match part(line.cells, width, line.after_gap || after_note) {
            None => {
                end = body.len();
                totals.clear();
                footer.clear();
                continue;
            }
            Some(Part::Total) => totals.push(line.number),
            Some(Part::Note) => footer.push(line.number),
        }
        end = end.min(at);
    }
    let numbers = |lines: &[Line<'_>]| lines.iter().map(|line| line.number).collect::<Vec<u64>>();
    let above = if first > from { lines[first - 1].number } else { 0 };
    let begin = if end > 0 { body.first().map(|line| line.number) } else { None };
    let span = Span {
        preamble: numbers(&lines[from..top]),
        header: numbers(&lines[top..first]),
        first: begin.unwrap_or(above + 1),
        last: end.checked_sub(1).map_or(above, |last| body[last].number),
        totals,
        footer,
        sure: if top > from { sure * 0.95 } else { sure },
    };
    (span, next)
}

/// Behind the titles and keys that stand above a table.
fn preamble_end(lines: &[Line<'_>], from: usize) -> usize {
    let mut at = from;
    if lines[at].text(0).to_lowercase().starts_with("sep=") && lines.len() > at + 1 {
        at += 1;
    }
    let mut keys = 0;
    while at + 1 < lines.len() {
        let line = &lines[at];
        let most = lines[at + 1..].iter().take(30).map(|line| line.filled).max().unwrap_or(0);
        keys += usize::from(line.is_key());
        let is_above = (line.is_title() && most > 1) || (line.is_key() && most > 3 && keys <= MOST_KEYS);
        if !is_above {
            break;
        }
        at += 1;
    }
    // Two titles of groups over the first two columns look like a key and its value.
    if keys == 1 && at > from && at < lines.len() {
        let (line, below) = (&lines[at - 1], &lines[at]);
        let is_wide = line.cells.len() > 3 && line.cells.len() == below.cells.len() && !below.after_gap;
        if line.is_key() && is_wide && below.is_text() && line.look(1) == Look::Text && !line.text(0).ends_with(':') {
            at -= 1;
        }
    }
    // Lines of key and value that go on as a table of two columns are that table.
    let run = lines[from..at].iter().filter(|line| line.is_key()).count();
    let is_listed = run >= 4
        && lines[from..at].iter().filter(|line| line.is_key()).skip(1).all(|line| line.look(1) == Look::Value)
        && !lines[from..at].iter().any(|line| line.text(0).ends_with(':'));
    if is_listed { lines[from..at].iter().position(Line::is_key).map_or(at, |first| from + first) } else { at }
}

/// How many lines from `top` on are header, and how sure that is.
fn header(lines: &[Line<'_>], top: usize) -> (usize, f64) {
    let line = &lines[top];
    let body = &lines[(top + 1).min(lines.len())..lines.len().min(top + 1 + BODY)];
    // The columns of another table further down must not speak for this one.
    let until = body.iter().skip(MOST_HEADER).position(|line| line.after_gap && line.is_text());
    let body = &body[..until.map_or(body.len(), |at| at + MOST_HEADER)];
    if !line.is_text() {
        return (0, 0.9);
    }
    if body.is_empty() {
        return if line.is_distinct() { (1, 0.5) } else { (0, 0.4) };
    }
    let columns = typed(body);
    if columns.is_empty() {
        return textual_header(line, body);
    }
    let usual = body.iter().map(|line| line.filled).max().unwrap_or(0);
    let is_heading = |line: &Line<'_>| {
        // Shifted by a delimiter too many a heading may miss the only such column.
        let is_over = columns.iter().any(|column| line.look(*column) != Look::Blank) || line.filled >= usual;
        line.is_text() && is_over && columns.iter().all(|column| line.look(*column) != Look::Value)
    };
    let is_name = |line: &Line<'_>| is_heading(line) && line.is_distinct();
    let mut count = 0;
    while count < MOST_HEADER
        && top + count < lines.len()
        && is_heading(&lines[top + count])
        && (count == 0 || !lines[top + count].after_gap)
    {
        count += 1;
    }
    // Each further line must be full where values follow, and the line above it must look like titles of groups.
    // A heading over several lines stands in the first of them.
    let is_full = |at: usize| {
        columns.iter().all(|column| lines[top..=at].iter().any(|line| line.look(*column) == Look::Text))
            && columns.iter().any(|column| lines[at].look(*column) == Look::Text)
    };
    let is_group = |at: usize, below: usize| {
        let has_gaps = lines[at].filled < lines[below].filled;
        has_gaps || !lines[at].is_distinct() || columns.len() > 1
    };
    while count > 1 && !((is_full(top + count - 1)) && is_group(top + count - 2, top + count - 1)) {
        count -= 1;
    }
    if count == 0 || (count == 1 && !is_name(line)) || (count > 1 && !is_distinct(&lines[top..top + count])) {
        return (0, 0.5);
    }
    (count, if columns.len() > 1 { 0.95 } else { 0.85 })
}

/// No two columns have the same name, titles of groups taken with those below them.
fn is_distinct(header: &[Line<'_>]) -> bool {
    let texts: Vec<Vec<String>> =
        header.iter().map(|line| (0..line.extent).map(|column| line.text(column)).collect()).collect();
    let names: Vec<String> =
        super::joined(&texts, header[0].number, &[]).into_iter().filter(|name| !name.is_empty()).collect();
    names.iter().collect::<BTreeSet<_>>().len() == names.len()
}

/// A header above columns of texts: only small signs tell it.
fn textual_header(line: &Line<'_>, body: &[Line<'_>]) -> (usize, f64) {
    let groups = body.first().is_some_and(|below| {
        line.filled < below.filled && below.is_distinct() && body.iter().skip(1).all(|row| row.filled > line.filled)
    });
    if groups && line.filled > 1 && body.len() > 2 {
        let (count, sure) = textual_header(&body[0], &body[1..]);
        return if count == 1 { (2, sure * 0.9) } else { (0, 0.4) };
    }
    if !line.is_distinct() || line.filled < usual(body) {
        return (0, 0.5);
    }
    let sum: f64 = (0..line.extent).map(|column| speaks(line, body, column)).sum();
    if sum >= 0.5 {
        (1, 0.7)
    } else if sum >= 0.0 && body.len() < 3 {
        (1, 0.4)
    } else {
        (0, 0.4)
    }
}

/// How much one column speaks for its first cell being a heading.
fn speaks(line: &Line<'_>, body: &[Line<'_>], column: usize) -> f64 {
    let heading = line.text(column);
    let texts: Vec<String> = body.iter().map(|row| row.text(column)).filter(|text| !text.is_empty()).collect();
    if heading.is_empty() {
        return -0.3;
    }
    if texts.contains(&heading) {
        return -1.0;
    }
    let count = texts.len();
    let different = texts.iter().collect::<BTreeSet<_>>().len();
    let length = |text: &String| text.chars().count();
    let same_length = count >= 5 && texts.iter().all(|text| length(text) == length(&texts[0]));
    let is_small = |text: &str| text.chars().next().is_some_and(char::is_lowercase);
    let mut sum = 0.0;
    if same_length && length(&heading) != length(&texts[0]) {
        sum += 0.7;
    }
    if count >= 6 && different * 3 <= count {
        sum += 0.5;
    }
    if heading.contains('_') && !texts.iter().any(|text| text.contains('_')) {
        sum += 0.4;
    }
    if is_small(&heading) && texts.iter().filter(|text| is_small(text)).count() * 5 <= count {
        sum += 0.4;
    }
    if count >= 5 && texts.iter().all(|text| text.contains('@') || text.contains(' ')) && !heading.contains([' ', '@'])
    {
        sum += 0.4;
    }
    sum
}

/// If another table begins at or shortly before this line: where.
fn another(lines: &[Line<'_>], top: usize, first: usize, at: usize) -> Option<usize> {
    let line = &lines[at];
    if line.filled < 2 || !line.is_text() {
        return None;
    }
    let mut begin = at;
    while begin > first + 1 && !lines[begin].after_gap && lines[begin - 1].is_title() {
        begin -= 1;
    }
    let after_gap = lines[begin].after_gap;
    if !after_gap {
        begin = at;
    }
    if first > top && line.is_same(&lines[first - 1]) {
        return Some(begin);
    }
    let below = &lines[at + 1..lines.len().min(at + 1 + NEAR)];
    let until = below.iter().position(|line| line.after_gap).unwrap_or(below.len());
    let below = &below[..until];
    if below.is_empty() || !line.is_distinct() {
        return None;
    }
    let above: Vec<&Line<'_>> = lines[first.max(begin.saturating_sub(NEAR))..begin].iter().collect();
    let above_rows = &lines[first.max(begin.saturating_sub(NEAR))..begin];
    let columns = typed(above_rows);
    let contradicts = columns.iter().filter(|column| line.look(**column) == Look::Text).count();
    let speaks = typed(below).iter().filter(|column| line.look(**column) == Look::Text).count();
    let (own, over, under) = (line.extent, usual(above_rows), usual(below));
    let changes = own != over && under == own && above.len() > 1 && below.len() > 1;
    let is_other = !columns.is_empty() && contradicts == columns.len();
    let begins = if after_gap {
        (speaks > 0 && (is_other || changes)) || (changes && is_other)
    } else {
        (changes && speaks > 0 && (is_other || columns.is_empty())) || (speaks > 1 && contradicts > 1 && is_other)
    };
    begins.then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Kept> {
        let cell = |text: &str| {
            if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned().into()) }
        };
        let kept = |(at, line): (usize, &str)| Kept {
            number: at as u64 + 1,
            cells: if line.is_empty() { Vec::new() } else { line.split(';').map(cell).collect() },
        };
        text.lines().enumerate().map(kept).collect()
    }

    fn shown(text: &str) -> Vec<String> {
        tables(&rows(text))
            .iter()
            .map(|span| {
                let Span { preamble, header, first, last, totals, footer, .. } = span;
                format!("{preamble:?} {header:?} {first}-{last} {totals:?} {footer:?}")
            })
            .collect()
    }

    #[test]
    fn a_heading_over_two_lines_and_groups_with_the_same_names_are_one_header() {
        let text = "Dossier;INSZ;Nulmeting;;;Eindmeting;;\n;;Datum;Financien;Wonen;Datum;Financien;Wonen\n\
                    2017-0001;85073003328;01/02/2017;3;4;01/12/2017;4;4\n\
                    2017-0002;85073003328;02/02/2017;2;4;;;\n2017-0003;85073003328;03/02/2017;3;3;02/12/2017;4;4";
        assert_eq!(shown(text), ["[] [1, 2] 3-5 [] []"]);
    }

    #[test]
    fn a_blank_row_parts_titles_from_the_header() {
        let text = "Export;van;vandaag\n\nNaam;Begin;Bedrag\nTest Een;01/02/2017;12\nTest Twee;02/02/2017;13";
        assert_eq!(shown(text), ["[1] [3] 4-5 [] []"]);
    }

    fn any_rows() -> impl Strategy<Value = Vec<Kept>> {
        let cell = prop::sample::select(vec![
            "",
            "",
            "",
            "a",
            "naam",
            "Jan",
            "1",
            "1,5",
            "2024",
            "01/02/2024",
            "Totaal",
            "Bron: x",
            "sep=;",
            "Periode:",
            "een hele zin van zes woorden",
            "B-12",
        ]);
        let row = prop::collection::vec(cell, 0..5);
        prop::collection::vec(row, 0..25).prop_map(|rows| {
            let lines: Vec<String> = rows.iter().map(|row| row.join(";")).collect();
            super::tests::rows(&lines.join("\n"))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Nothing is lost: every row that is filled has one place, and only one.
        #[test]
        fn every_row_has_one_place(rows in any_rows()) {
            let filled: Vec<u64> =
                rows.iter().filter(|row| !row.cells.iter().all(Cell::is_blank)).map(|row| row.number).collect();
            let mut placed = Vec::new();
            for span in tables(&rows) {
                placed.extend(&span.preamble);
                placed.extend(&span.header);
                placed.extend(filled.iter().filter(|number| (span.first..=span.last).contains(number)));
                let mut below = [span.totals, span.footer].concat();
                below.sort_unstable();
                placed.extend(below);
            }
            prop_assert_eq!(placed, filled);
        }
    }

    #[test]
    fn title_header_content_total_note() {
        let text = "Liste des aides\nExporté le 3 mars\n\nnom;date;montant\nA;01/02/2024;1,5\nB;02/02/2024;2,5\n\
                    Total;;4,0\n\nSource : exemple inventé\n";
        assert_eq!(shown(text), ["[1, 2] [4] 5-6 [7] [9]"]);
    }

    #[test]
    fn header_of_two_lines() {
        let text = "Persoon;;Bedrag;\nnaam;geboren;bruto;netto\nA;01/02/1990;1;2\nB;01/02/1991;3;4\n";
        assert_eq!(shown(text), ["[] [1, 2] 3-4 [] []"]);
    }

    #[test]
    fn a_file_without_header_has_none() {
        assert_eq!(shown("A;01/02/1990;1\nB;01/02/1991;3\n"), ["[] [] 1-2 [] []"]);
        assert_eq!(shown("12;A;x\n"), ["[] [] 1-1 [] []"]);
    }

    #[test]
    fn years_are_headings() {
        assert_eq!(shown("gemeente;2021;2022\nA;10;20\nB;11;21\n"), ["[] [1] 2-3 [] []"]);
    }

    #[test]
    fn header_alone() {
        assert_eq!(shown("naam;geboren;bedrag\n"), ["[] [1] 2-1 [] []"]);
        assert_eq!(shown("\n\n"), Vec::<String>::new());
    }

    #[test]
    fn tables_below_each_other() {
        let text = "naam;bedrag\nA;1\nB;2\nC;3\n\nTabel twee\ncode;dag;uren\nx;01/02/2024;4\ny;02/02/2024;5\n";
        assert_eq!(shown(text), ["[] [1] 2-4 [] []", "[6] [7] 8-9 [] []"]);
        let repeated = "naam;bedrag\nA;1\nB;2\nnaam;bedrag\nC;3\n";
        assert_eq!(shown(repeated), ["[] [1] 2-3 [] []", "[] [4] 5-5 [] []"]);
    }

    #[test]
    fn sparse_records_stay_content() {
        let text = "naam;geboren;bedrag\nA;01/02/1990;1\nJan;;\n;;\nPiet;;\n";
        assert_eq!(shown(text), ["[] [1] 2-5 [] []"]);
        // A sum in the middle is followed by content: nothing is cut off.
        let text = "naam;geboren;bedrag\nA;01/02/1990;1\nTotaal;;1\nB;01/02/1990;1\n";
        assert_eq!(shown(text), ["[] [1] 2-4 [] []"]);
    }
}
