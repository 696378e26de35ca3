//! What was found about files, for a terminal of 100 columns.

use super::column::{Column, Looks, is_known_value, share};
use super::coverage::{Coverage, Missing, coverage};
use super::drift::Drift;
use super::json::{Drifted, container};
use super::look::{LookedFile, LookedSheet, LookedTable};
use super::matching::{How, TableMatch};
use super::proposal::{how, trouble_text};
use crate::catalogue::{Catalogue, ColumnContract};
use crate::model::Language;
use crate::text::say;
use tabular::forms::{DateOrder, Sign};
use tabular::text::{Dialect, LineEnd};
use tabular::{Cell, Container};

/// Columns of the terminal.
const WIDTH: usize = 100;
/// What stands for a masked cell.
const MASK: &str = "•••";

/// In which words, and what may be shown.
#[derive(Clone, Copy)]
pub struct Words<'c> {
    /// Definitions.
    pub catalogue: &'c Catalogue,
    /// Language.
    pub language: Language,
    /// Cells of people are shown.
    pub unmasked: bool,
}

impl Words<'_> {
    fn say(self, id: &str, pairs: &[(&str, String)]) -> String {
        say(self.language, id, pairs)
    }

    fn count(self, id: &str, count: u64) -> String {
        say(self.language, id, &[("count", count.to_string())])
    }
}

/// The lines about a file.
pub fn print(words: Words<'_>, file: &LookedFile, drifts: &[Drifted]) -> Vec<String> {
    let mut lines = vec![file.source.path.display().to_string()];
    let mut facts = Vec::new();
    match (&file.source.dialect, file.source.container) {
        (_, Container::Nothing) => facts.push(words.say("inspect-empty-file", &[])),
        (Some(dialect), _) => facts.extend(text_facts(words, dialect)),
        (None, kind) => {
            facts.push(words.say("inspect-workbook", &[("kind", container(kind).to_owned())]));
            facts.push(words.count("inspect-sheets", file.sheets.len() as u64));
            if file.source.is_1904 {
                facts.push(words.say("inspect-dates-1904", &[]));
            }
        }
    }
    lines.extend(wrapped(&facts.join(" · "), 2));
    for sheet in &file.sheets {
        lines.extend(sheet_lines(words, sheet));
    }
    let name = file.source.name();
    let own: Vec<&Drifted> = drifts.iter().filter(|((file, _), _)| *file == name).collect();
    if !own.is_empty() {
        lines.push(String::new());
        lines.push(format!("  {}", words.say("inspect-drift", &[])));
        for ((_, sheet), drift) in own {
            let place = if sheet.is_empty() { String::new() } else { format!("[{sheet}] ") };
            lines.extend(wrapped(&format!("{place}{}", drift_text(words.language, drift)), 4));
        }
    }
    lines
}

fn text_facts(words: Words<'_>, dialect: &Dialect) -> Vec<String> {
    let sure = |sure: f64| percent(sure);
    let mut facts = vec![
        words.say("inspect-encoding", &[("encoding", dialect.encoding.to_owned()), ("sure", sure(dialect.sure.0))]),
    ];
    facts.push(match dialect.delimiter {
        None => words.say("inspect-one-column", &[]),
        Some(delimiter) => {
            let shown = match delimiter {
                '\t' => words.say("inspect-tab", &[]),
                other => other.to_string(),
            };
            words.say("inspect-delimiter", &[("delimiter", shown), ("sure", sure(dialect.sure.1))])
        }
    });
    if let Some(quote) = dialect.quote {
        facts.push(words.say("inspect-quote", &[("quote", quote.to_string())]));
    }
    let ends = match dialect.line_end {
        LineEnd::Lf => "LF".to_owned(),
        LineEnd::CrLf => "CR LF".to_owned(),
        LineEnd::Cr => "CR".to_owned(),
        LineEnd::Mixed | LineEnd::Any => words.say("inspect-mixed", &[]),
        LineEnd::None => return facts,
    };
    facts.push(words.say("inspect-line-ends", &[("ends", ends)]));
    facts
}

fn sheet_lines(words: Words<'_>, sheet: &LookedSheet) -> Vec<String> {
    let mut lines = vec![String::new()];
    if !sheet.name.is_empty() {
        let hidden = if sheet.is_hidden { format!(" ({})", words.say("inspect-hidden", &[])) } else { String::new() };
        lines.push(format!("  [{}]{hidden}", sheet.name));
    }
    if sheet.tables.is_empty() {
        lines.push(format!("  {}", words.say("inspect-no-content", &[])));
    }
    if !sheet.beside.is_empty() {
        lines.extend(wrapped(&words.say("inspect-beside", &[("columns", sheet.beside.clone())]), 2));
    }
    for (place, table) in sheet.tables.iter().enumerate() {
        if place > 0 {
            lines.push(String::new());
            lines.extend(wrapped(&words.say("inspect-another-table", &[]), 2));
        }
        lines.extend(table_lines(words, table));
    }
    lines
}

fn table_lines(words: Words<'_>, looked: &LookedTable) -> Vec<String> {
    let span = &looked.span;
    let numbers: Vec<String> = span.header.iter().map(u64::to_string).collect();
    let mut facts = vec![match numbers.as_slice() {
        [] => words.say("inspect-no-header", &[]),
        _ => words.say("inspect-header", &[("rows", numbers.join(", "))]),
    }];
    facts.push(words.count("inspect-content", looked.rows.content));
    let others = [
        ("inspect-above", span.preamble.len() as u64),
        ("inspect-blank", looked.rows.blank),
        ("inspect-totals", looked.rows.totals),
        ("inspect-notes", looked.rows.notes),
    ];
    facts.extend(others.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| words.count(id, count)));
    facts.push(words.say("inspect-sure", &[("sure", percent(span.sure))]));
    let mut lines = wrapped(&facts.join(" · "), 2);
    let coverages = coverage(words.catalogue, looked);
    for coverage in &coverages {
        lines.extend(wrapped(&found_line(words, coverage), 2));
    }
    if coverages.is_empty() {
        lines.extend(wrapped(&words.say("inspect-feeds-nothing", &[]), 2));
    }
    lines.push(String::new());
    lines.extend(column_lines(words, looked));
    let mut remarks: Vec<String> = coverages.iter().flat_map(|coverage| remarks(words, coverage)).collect();
    if !remarks.is_empty() {
        remarks.insert(0, String::new());
    }
    lines.extend(remarks);
    let rows = first_rows(words.catalogue, looked, words.unmasked);
    if !rows.is_empty() {
        lines.push(String::new());
        let id = if words.unmasked { "inspect-first-rows-unmasked" } else { "inspect-first-rows" };
        lines.push(format!("  {}", say(words.language, id, &[])));
        lines.extend(rows.iter().map(|row| cut(&format!("    {}", row.join(" | ")), WIDTH)));
    }
    lines
}

/// `piis: 12 of 14 fields found (by name 9, by alias 2, by content 1), 2 missing`.
fn found_line(words: Words<'_>, coverage: &Coverage) -> String {
    let all: usize = coverage.found.values().sum();
    let by: Vec<String> =
        coverage.found.iter().map(|(by, count)| format!("{} {count}", how(words.language, *by))).collect();
    words.say(
        "inspect-feeds",
        &[
            ("table", coverage.table.clone()),
            ("found", all.to_string()),
            ("fields", coverage.fields.to_string()),
            ("by", by.join(", ")),
            ("missing", coverage.missing.len().to_string()),
        ],
    )
}

fn column_lines(words: Words<'_>, looked: &LookedTable) -> Vec<String> {
    let head = |id: &str| words.say(id, &[]);
    let line = |cells: [&str; 5]| {
        let [heading, filled, looks, field, how] = cells;
        let text =
            format!("  {} {} {} {} {how}", padded(heading, 30), right(filled, 6), padded(looks, 29), padded(field, 19));
        text.trim_end().to_owned()
    };
    let mut lines = vec![line([
        &head("inspect-column"),
        &head("inspect-filled"),
        &head("inspect-looks"),
        &head("inspect-field"),
        &head("inspect-found-by"),
    ])];
    for column in &looked.columns {
        let (fields, hows) = fed(words, looked, column);
        lines.push(line([
            &heading(words, looked, column),
            &percent(share(column.filled(), column.rows)),
            &looks(words, looks_of(words.catalogue, looked, column)),
            &fields,
            &hows,
        ]));
    }
    lines
}

/// What stands in the first row of a file without a header may be a person.
fn heading(words: Words<'_>, looked: &LookedTable, column: &Column) -> String {
    if column.heading.is_empty() || looked.span.header.is_empty() {
        return words.say("inspect-nameless", &[("position", (column.position + 1).to_string())]);
    }
    column.heading.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fed(words: Words<'_>, looked: &LookedTable, column: &Column) -> (String, String) {
    let mut fields: Vec<String> = Vec::new();
    let mut hows: Vec<How> = Vec::new();
    for (place, matched) in looked.matches.iter().enumerate() {
        for (field, how) in matched.fed_by(column.position) {
            let field = if place == 0 { field.to_owned() } else { format!("{}.{field}", matched.table) };
            if !fields.iter().any(|known| *known == field || field.ends_with(&format!(".{known}"))) {
                fields.push(field);
            }
            hows.push(how);
        }
    }
    if fields.is_empty() {
        return ("–".to_owned(), String::new());
    }
    let by = hows.iter().min().map(|by| how(words.language, *by)).unwrap_or_default();
    (fields.join(", "), by)
}

fn remarks(words: Words<'_>, coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    for trouble in &coverage.troubles {
        lines.extend(marked(&trouble_text(trouble, words.language)));
    }
    for missing in coverage.missing.iter().filter(|missing| missing.required) {
        let pairs = [("field", missing.field.clone()), ("table", coverage.table.clone())];
        lines.extend(marked(&words.say("inspect-missing-required", &pairs)));
    }
    for missing in coverage.missing.iter().filter(|missing| !missing.required) {
        lines.extend(missing_lines(words, missing));
    }
    let free: Vec<String> = coverage
        .missing
        .iter()
        .filter(|one| !one.required && one.figures.is_empty() && one.breakdowns.is_empty())
        .map(|one| one.field.clone())
        .collect();
    if !free.is_empty() {
        lines.extend(wrapped(&words.say("inspect-missing-nothing", &[("fields", free.join(", "))]), 2));
    }
    for unknown in &coverage.unknown_values {
        let shown: Vec<String> = unknown.values.iter().map(|(value, count)| format!("{value} ({count})")).collect();
        let pairs = [
            ("heading", unknown.heading.clone()),
            ("field", unknown.field.clone()),
            ("cells", unknown.cells.to_string()),
            ("values", shown.join(", ")),
        ];
        let id = if shown.is_empty() { "inspect-unknown-rare" } else { "inspect-unknown-values" };
        lines.extend(marked(&say(words.language, id, &pairs)));
    }
    lines
}

fn missing_lines(words: Words<'_>, missing: &Missing) -> Vec<String> {
    let title = |id: &String| {
        let found = words.catalogue.indicators.get(id);
        found.map_or_else(|| id.clone(), |indicator| indicator.title.get(words.language).to_owned())
    };
    let line = |id: &str, ids: &[String]| {
        let titles: Vec<String> = ids.iter().map(title).collect();
        let pairs = [("field", missing.field.clone()), ("indicators", titles.join("; "))];
        wrapped(&say(words.language, id, &pairs), 2)
    };
    let mut lines = Vec::new();
    if !missing.figures.is_empty() {
        lines.extend(line("inspect-missing-figures", &missing.figures));
    }
    if !missing.breakdowns.is_empty() {
        lines.extend(line("inspect-missing-breakdowns", &missing.breakdowns));
    }
    lines
}

/// A difference from the last submission, in words.
pub fn drift_text(language: Language, drift: &Drift) -> String {
    match drift {
        Drift::New { heading } => say(language, "drift-new", &[("heading", heading.clone())]),
        Drift::Gone { heading } => say(language, "drift-gone", &[("heading", heading.clone())]),
        Drift::Renamed { from, to } => say(language, "drift-renamed", &[("from", from.clone()), ("to", to.clone())]),
        Drift::Moved { heading, from, to } => say(
            language,
            "drift-moved",
            &[("heading", heading.clone()), ("from", from.to_string()), ("to", to.to_string())],
        ),
        Drift::Swapped { one, other } => {
            say(language, "drift-swapped", &[("one", one.clone()), ("other", other.clone())])
        }
    }
}

/// The first rows as texts; cells of national numbers, names and free text are masked.
pub fn first_rows(catalogue: &Catalogue, looked: &LookedTable, unmasked: bool) -> Vec<Vec<String>> {
    let open = |column: &Column| column.may_be_shown(catalogue, &contracts(catalogue, looked, column));
    let is_open: Vec<bool> = looked.columns.iter().map(open).collect();
    let shown = |place: usize, cell: &Cell<'_>| match cell.text() {
        text if text.is_empty() || unmasked || is_open.get(place).copied().unwrap_or(false) => {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => MASK.to_owned(),
    };
    looked
        .first_rows
        .iter()
        .map(|row| row.iter().enumerate().map(|(place, cell)| shown(place, cell)).collect())
        .collect()
}

/// The fields that a column feeds.
fn contracts(catalogue: &Catalogue, looked: &LookedTable, column: &Column) -> Vec<ColumnContract> {
    let fed = looked
        .matches
        .iter()
        .flat_map(|matched| matched.fed_by(column.position).map(move |(field, _)| (matched, field)));
    let contract = |(matched, field): (&TableMatch, &str)| {
        let table = catalogue.table(&matched.table)?;
        table.position(field).map(|place| table.columns[place].clone())
    };
    fed.filter_map(contract).collect()
}

/// What a column looks like; values that the list of its field knows are codes, whatever they look like.
pub fn looks_of(catalogue: &Catalogue, looked: &LookedTable, column: &Column) -> Looks {
    let fields = contracts(catalogue, looked, column);
    let known = |value: &str| fields.iter().any(|field| is_known_value(catalogue, field, value));
    if column.filled() > 0 && column.share_known(known) >= 0.9 { Looks::KnownCode } else { column.looks() }
}

fn looks(words: Words<'_>, looks: Looks) -> String {
    match looks {
        Looks::Empty => words.say("inspect-looks-empty", &[]),
        Looks::NationalNumber => words.say("inspect-looks-niss", &[]),
        Looks::PlainDate => words.say("inspect-looks-date", &[]),
        Looks::Date(DateOrder::DayFirst) => words.say("inspect-looks-day-first", &[]),
        Looks::Date(DateOrder::MonthFirst) => words.say("inspect-looks-month-first", &[]),
        Looks::Date(DateOrder::Unshown) => words.say("inspect-looks-date-unshown", &[]),
        Looks::Date(DateOrder::Both) => words.say("inspect-looks-date-both", &[]),
        Looks::Number(Sign::Decimal(',')) => words.say("inspect-looks-comma", &[]),
        Looks::Number(Sign::Decimal(_)) => words.say("inspect-looks-point", &[]),
        Looks::Number(Sign::Unshown) => words.say("inspect-looks-number", &[]),
        Looks::Number(Sign::Both) => words.say("inspect-looks-number-both", &[]),
        Looks::Whole => words.say("inspect-looks-whole", &[]),
        Looks::Id => words.say("inspect-looks-id", &[]),
        Looks::KnownCode => words.say("inspect-looks-known", &[]),
        Looks::Code => words.say("inspect-looks-code", &[]),
        Looks::Text => words.say("inspect-looks-text", &[]),
    }
}

/// Never 100 unless it is all, never 0 unless it is none.
fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    let kept = if share < 1.0 { rounded.min(99.0) } else { rounded };
    let kept = if share > 0.0 { kept.max(1.0) } else { kept };
    format!("{kept} %")
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

fn padded(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let missing = width - text.chars().count();
    format!("{text}{}", " ".repeat(missing))
}

fn right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    format!("{}{text}", " ".repeat(width - text.chars().count()))
}

fn marked(text: &str) -> Vec<String> {
    wrapped(&format!("! {text}"), 2)
}

/// Words in lines of the terminal's width, indented; what follows the first line is indented further.
fn wrapped(text: &str, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = " ".repeat(indent);
    let mut is_begun = false;
    for word in text.split_whitespace() {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent + 2)));
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_the_terminal() {
        let text = "word ".repeat(60);
        assert!(wrapped(&text, 2).iter().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(padded("abc", 5), "abc  ");
        assert_eq!(padded("abcdef", 5), "abcd…");
        assert_eq!(right("7 %", 5), "  7 %");
    }

    #[test]
    fn a_share_is_all_or_nothing_only_when_it_is() {
        assert_eq!(
            [0.0, 0.0001, 0.5, 0.9999, 1.0].map(percent),
            ["0 %", "1 %", "50 %", "99 %", "100 %"].map(str::to_owned)
        );
    }
}
