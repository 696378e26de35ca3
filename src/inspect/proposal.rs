//! A complete profile for the files that were looked at, commented, which `parcours` reads as it is.

use super::coverage::{UnknownValues, coverage, indicator_of};
use super::look::{LookedFile, LookedTable};
use super::matching::{How, Origin, TableMatch, Trouble};
use crate::catalogue::{Catalogue, fold};
use crate::model::Language;
use crate::text::say;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The profile for files, as the text of its file.
pub fn propose(catalogue: &Catalogue, files: &[LookedFile], id: &str, language: Language) -> String {
    let mut text = String::new();
    comment(&mut text, &say(language, "proposal-head", &[]));
    let _ = write!(text, "id = {}\ntitle = {}\n", quoted(id), quoted(&say(language, "proposal-title", &[])));
    let patterns = patterns(files);
    let unfed: Vec<&str> = files
        .iter()
        .filter(|file| !file.sheets.iter().any(|sheet| sheet.tables.iter().any(|table| is_usable(catalogue, table))))
        .map(|file| patterns[&file.source.name()].as_str())
        .collect();
    if !unfed.is_empty() {
        text.push('\n');
        comment(&mut text, &say(language, "proposal-ignored", &[]));
        let list: Vec<String> = unfed.iter().map(|pattern| format!("    {},\n", quoted(pattern))).collect();
        let _ = write!(text, "ignore_files = [\n{}]\n", list.concat());
    }
    let mut written: Vec<(String, String)> = Vec::new();
    for file in files {
        let pattern = &patterns[&file.source.name()];
        for sheet in &file.sheets {
            let fed = sheet.tables.iter().filter(|table| is_usable(catalogue, table));
            for (place, table) in fed.enumerate() {
                let key = (pattern.clone(), sheet.name.clone());
                // Two files of one pattern and one form are one rule.
                if place > 0 || written.contains(&key) {
                    continue;
                }
                written.push(key);
                file_rule(&mut text, (pattern, &sheet.name, stated(file)), (catalogue, table), language);
                if sheet.tables.len() > 1 {
                    comment(&mut text, &say(language, "proposal-more-tables", &[]));
                }
            }
        }
    }
    text
}

/// A table whose required fields are all found; a rule for another one would refuse every row.
fn is_usable(catalogue: &Catalogue, looked: &LookedTable) -> bool {
    looked.matches.first().is_some_and(|matched| {
        catalogue.table(&matched.table).is_some_and(|table| matched.missing_required(table).is_empty())
    })
}

fn file_rule(
    text: &mut String,
    (pattern, sheet, format): (&str, &str, String),
    (catalogue, looked): (&Catalogue, &LookedTable),
    language: Language,
) {
    let _ = write!(text, "\n[[file]]\nname = {}\n", quoted(pattern));
    if !sheet.is_empty() {
        let _ = writeln!(text, "sheet = {}", quoted(sheet));
    }
    text.push_str(&format);
    let coverages = coverage(catalogue, looked);
    for (matched, coverage) in looked.matches.iter().zip(&coverages) {
        let is_whole = catalogue.table(&matched.table).is_some_and(|table| matched.missing_required(table).is_empty());
        if is_whole {
            table_rule(text, (catalogue, matched), (looked, &coverage.unknown_values), language);
        }
    }
    let used: Vec<usize> = looked.matches.iter().flat_map(|matched| matched.columns()).collect();
    let unread: Vec<&str> = looked
        .columns
        .iter()
        .filter(|column| !used.contains(&column.position) && !column.heading.is_empty())
        .map(|column| column.heading.as_str())
        .collect();
    if !unread.is_empty() && !looked.span.header.is_empty() {
        comment(text, &say(language, "proposal-unread", &[("headings", unread.join(", "))]));
    }
}

/// Indicators that a file names by their titles, each with its id.
fn titled(catalogue: &Catalogue, matched: &TableMatch, looked: &LookedTable, position: usize) -> Vec<String> {
    let table = catalogue.table(&matched.table);
    let Some(field) = table.and_then(|table| table.columns.iter().find(|field| field.name == "indicator")) else {
        return Vec::new();
    };
    let column = looked.columns.iter().find(|column| column.position == position);
    let values = column.into_iter().flat_map(super::column::Column::values);
    let named = values.filter_map(|(value, _)| Some((value, indicator_of(catalogue, field, value)?)));
    named.filter(|(value, id)| value != id).map(|(value, id)| format!("{} = {}", quoted(value), quoted(id))).collect()
}

/// What must be stated because a file does not show it.
fn stated(file: &LookedFile) -> String {
    let delimiter = file.source.dialect.as_ref().and_then(|dialect| dialect.delimiter);
    match delimiter.filter(|_| file.source.is_delimiter_by_headings) {
        Some(delimiter) => format!("format = {{ delimiter = {} }}\n", quoted(&delimiter.to_string())),
        None => String::new(),
    }
}

fn table_rule(
    text: &mut String,
    (catalogue, matched): (&Catalogue, &TableMatch),
    (looked, unknown): (&LookedTable, &[UnknownValues]),
    language: Language,
) {
    let _ = write!(text, "\n[[file.table]]\nname = {}\n", quoted(&matched.table));
    if matched.is_distinct {
        text.push_str("distinct = true\n");
    }
    let constants: Vec<String> = matched
        .found
        .iter()
        .filter_map(|found| match &found.origin {
            Origin::Constant(value) => Some(format!("{} = {}", found.field, quoted(value))),
            _ => None,
        })
        .collect();
    for found in matched.found.iter().filter(|found| found.how == How::Assumed) {
        comment(text, &say(language, "proposal-assumed", &[("field", found.field.clone())]));
    }
    if !constants.is_empty() {
        let _ = writeln!(text, "constants = {{ {} }}", constants.join(", "));
    }
    troubles(text, matched, language);
    let heading = |position: usize| {
        looked.columns.iter().find(|column| column.position == position).map_or("", |column| column.heading.as_str())
    };
    text.push_str("\n[file.table.columns]\n");
    for found in &matched.found {
        let Origin::Column { position, is_client_number } = found.origin else { continue };
        if matches!(found.how, How::Similar | How::Content) {
            comment(text, &say(language, "proposal-look", &[("how", how(language, found.how))]));
        }
        let own = unknown.iter().find(|one| one.field == found.field);
        let is_bracketed = is_client_number
            && looked
                .columns
                .iter()
                .any(|column| column.position == position && column.bracketed * 2 >= column.filled());
        let titles = if found.field == "indicator" { titled(catalogue, matched, looked, position) } else { Vec::new() };
        let plain = source(heading(position), is_client_number, is_bracketed);
        let own_source = if titles.is_empty() {
            plain
        } else {
            format!("{{ from = {plain}, values = {{ {} }} }}", titles.join(", "))
        };
        let _ = writeln!(text, "{} = {own_source}", found.field);
        if let Some(own) = own.filter(|own| !own.values.is_empty()) {
            proposed_values(text, own, language);
        }
    }
    groups(text, matched, &heading);
}

/// The groups of columns that each become a record.
fn groups<'h>(text: &mut String, matched: &TableMatch, heading: &dyn Fn(usize) -> &'h str) {
    for group in &matched.groups {
        let _ = write!(
            text,
            "\n[[file.table.unpivot]]\ninto = {}\nvalue = {}\n",
            quoted(&group.into),
            quoted(&group.value)
        );
        if !group.constants.is_empty() {
            let own: Vec<String> =
                group.constants.iter().map(|(field, value)| format!("{field} = {}", quoted(value))).collect();
            let _ = writeln!(text, "constants = {{ {} }}", own.join(", "));
        }
        if !group.from.is_empty() {
            let own: Vec<String> = group
                .from
                .iter()
                .map(|(field, position)| format!("{field} = {}", quoted(heading(*position))))
                .collect();
            let _ = writeln!(text, "from = {{ {} }}", own.join(", "));
        }
        text.push_str("\n[file.table.unpivot.columns]\n");
        for (position, code) in &group.columns {
            let _ = writeln!(text, "{} = {}", quoted(heading(*position)), quoted(code));
        }
    }
}

fn source(heading: &str, is_client_number: bool, is_bracketed: bool) -> String {
    match (is_client_number, is_bracketed) {
        (false, _) => quoted(heading),
        (true, false) => format!("{{ from = {}, as = \"client_no\" }}", quoted(heading)),
        (true, true) => {
            format!("{{ from = {}, extract = '\\((\\d+)\\*?\\)\\s*$', as = \"client_no\" }}", quoted(heading))
        }
    }
}

fn troubles(text: &mut String, matched: &TableMatch, language: Language) {
    for trouble in &matched.troubles {
        comment(text, &trouble_text(trouble, language));
    }
}

/// What a person must decide, in words.
pub fn trouble_text(trouble: &Trouble, language: Language) -> String {
    match trouble {
        Trouble::Twins { field, headings, taken } => {
            let named: Vec<String> = headings.iter().map(|heading| format!("«{heading}»")).collect();
            let pairs = [
                ("field", field.clone()),
                ("headings", named.join(", ")),
                ("taken", taken.as_ref().map(|heading| format!("«{heading}»")).unwrap_or_default()),
            ];
            match taken {
                Some(_) => say(language, "inspect-twins-taken", &pairs),
                None => say(language, "inspect-twins-open", &pairs),
            }
        }
        Trouble::Contradiction { field, heading } => {
            say(language, "inspect-contradiction", &[("field", field.clone()), ("heading", format!("«{heading}»"))])
        }
    }
}

/// How a field was found, in words.
pub fn how(language: Language, how: How) -> String {
    match how {
        How::Exact => say(language, "inspect-how-exact", &[]),
        How::Alias => say(language, "inspect-how-alias", &[]),
        How::Similar => say(language, "inspect-how-similar", &[]),
        How::Content => say(language, "inspect-how-content", &[]),
        How::Assumed => say(language, "inspect-how-assumed", &[]),
    }
}

fn proposed_values(text: &mut String, own: &UnknownValues, language: Language) {
    let pairs: Vec<String> = own.values.iter().map(|(value, _)| format!("{} = \"?\"", quoted(value))).collect();
    let counts: Vec<String> = own.values.iter().map(|(value, count)| format!("{value} ({count})")).collect();
    comment(text, &say(language, "proposal-values", &[("values", counts.join(", "))]));
    comment(
        text,
        &format!("{} = {{ from = {}, values = {{ {} }} }}", own.field, quoted(&own.heading), pairs.join(", ")),
    );
}

/// Lines of a comment. What comes from a file is one line: a line break in a heading must not end the comment.
fn comment(text: &mut String, words: &str) {
    for line in words.split(['\n', '\r']) {
        let clean: String = line.chars().filter(|sign| !sign.is_control()).collect();
        let _ = writeln!(text, "# {clean}");
    }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.replace(['\n', '\r'], " ")).to_string()
}

/// The pattern of each file's name: figures (years, periods, versions) may change from one submission to the next, as long
/// as the pattern matches no other file that is not of the same form.
fn patterns(files: &[LookedFile]) -> BTreeMap<String, String> {
    let wide: Vec<(String, String)> =
        files.iter().map(|file| (file.source.name(), pattern(&file.source.name()))).collect();
    let forms: BTreeMap<String, Vec<String>> = files.iter().map(|file| (file.source.name(), form(file))).collect();
    let mut found = BTreeMap::new();
    for (name, pattern) in &wide {
        let is_alone =
            wide.iter().all(|(other, _)| other == name || forms[other] == forms[name] || !matches(pattern, other));
        found.insert(name.clone(), if is_alone { pattern.clone() } else { escaped(name) });
    }
    found
}

/// What makes two files one form: sheets and headings.
fn form(file: &LookedFile) -> Vec<String> {
    let mut form = Vec::new();
    for sheet in &file.sheets {
        form.push(sheet.name.clone());
        form.extend(sheet.tables.iter().flat_map(|table| &table.columns).map(|column| fold(&column.heading)));
    }
    form
}

fn matches(pattern: &str, name: &str) -> bool {
    globset::GlobBuilder::new(pattern)
        .case_insensitive(true)
        .build()
        .is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

/// `personen_2017.csv` is `personen*.csv`; a name of figures alone stays as it is.
fn pattern(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').map_or((name, ""), |(stem, ending)| (stem, ending));
    let bare = stem.trim_end_matches(|sign: char| sign.is_ascii_digit() || "-_. ()".contains(sign));
    if bare.is_empty() {
        return escaped(name);
    }
    let dot = if ending.is_empty() { "" } else { "." };
    format!("{}*{dot}{}", escaped(bare), escaped(ending))
}

/// The signs of a pattern, as ordinary signs.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for sign in name.chars() {
        match sign {
            '*' | '?' | '[' | ']' | '{' | '}' => {
                let _ = write!(text, "[{sign}]");
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_versions_in_names_are_left_open() {
        assert_eq!(pattern("personen_2017.csv"), "personen*.csv");
        assert_eq!(pattern("gpmi (2).xlsx"), "gpmi*.xlsx");
        assert_eq!(pattern("2017.csv"), "2017.csv");
        assert_eq!(pattern("a[1]b.csv"), "a[[]1[]]b*.csv");
        assert!(matches(&pattern("a[1]b.csv"), "a[1]b_2.csv"));
        assert!(!matches(&pattern("a[1]b.csv"), "a1b.csv"));
    }

    #[test]
    fn what_stands_in_a_file_cannot_break_out_of_the_profile() {
        let mut text = String::new();
        comment(&mut text, "a\nid = \"x\"\r\u{7}b");
        assert!(text.lines().all(|line| line.starts_with("# ")));
        for wild in ["a\"b", "a\\b", "a'b", "x = 1 # y", "é\tü"] {
            let parsed: toml::Table = toml::from_str(&format!("k = {}", quoted(wild))).unwrap();
            assert_eq!(parsed["k"].as_str(), Some(wild));
        }
    }
}
