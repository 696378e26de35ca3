//! The arrows, ceilings and catalogues that `ARCHITECTURE.md` promises, held against the sources themselves.

use super::harness::{contents, home};
use parcours::catalogue::Catalogue;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// What each part of `src` may use beside itself. Arrows point one way: nothing in a list lists what it stands in.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["cli", "commands", "engine", "error", "inspect", "model", "text"]),
    ("cli", &["model"]),
    (
        "commands",
        &[
            "analyse",
            "catalogue",
            "collect",
            "demo",
            "disseminate",
            "engine",
            "error",
            "inspect",
            "lake",
            "model",
            "process",
            "release",
            "settings",
            "study",
            "text",
        ],
    ),
    ("study", &["analyse", "catalogue", "collect", "error", "model", "text"]),
    ("release", &["analyse", "catalogue", "error", "model"]),
    ("settings", &["catalogue", "error", "model"]),
    ("disseminate", &["error", "model", "text"]),
    ("analyse", &["catalogue", "error", "model"]),
    ("engine", &["error"]),
    ("lake", &["catalogue", "collect", "error", "model"]),
    ("process", &["catalogue", "error", "model"]),
    ("collect", &["catalogue", "error", "model", "text"]),
    ("inspect", &["catalogue", "collect", "error", "model", "text"]),
    ("demo", &["catalogue", "error", "model"]),
    ("catalogue", &["error", "model"]),
    ("error", &["model", "text"]),
    ("text", &["model"]),
    ("model", &[]),
];

/// Rows of a Rust file before its tests.
const LONGEST_FILE: usize = 500;
/// Rows of an indicator's query.
const LONGEST_QUERY: usize = 60;

/// The sources, by path below the package, without the tests inside them.
fn sources() -> BTreeMap<String, String> {
    let files = contents(&home().join("src"));
    let mut sources = BTreeMap::new();
    for (path, bytes) in files {
        let path = format!("src/{}", path.display());
        if path.ends_with("/tests.rs") || path.ends_with("/fixture.rs") || !path.ends_with(".rs") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        sources.insert(path, text[..end].to_owned());
    }
    assert!(sources.len() > 80, "{}", sources.len());
    sources
}

/// The text without its comments, so that words in them count for nothing.
fn code(source: &str) -> String {
    source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn arrows_point_one_way() {
    let used = Regex::new(r"\b(?:crate|parcours)::([a-z_]+)").unwrap();
    for (path, source) in sources() {
        let part = path["src/".len()..].split(['/', '.']).next().unwrap().to_owned();
        if part == "lib" {
            continue;
        }
        let (_, allowed) =
            ARROWS.iter().find(|(name, _)| *name == part).unwrap_or_else(|| panic!("{path} has no place in ARROWS"));
        for hit in used.captures_iter(&code(&source)) {
            let other = &hit[1];
            assert!(other == part || allowed.contains(&other), "{path} uses {other}: {part} may not");
        }
    }
}

#[test]
fn no_arrow_leads_back() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for (part, others) in ARROWS {
        for other in *others {
            // Errors speak the user's language, and the words of the field include the languages.
            assert!(!allowed[other].contains(part), "{part} and {other} use each other");
        }
    }
}

/// The queries of indicators and checks, by file.
fn queries() -> BTreeMap<String, String> {
    let catalogue = Catalogue::load(None).unwrap();
    let indicators = catalogue.indicators.values().map(|one| (one.path.clone(), one.sql.clone()));
    let checks = catalogue.checks.values().filter_map(|one| one.record());
    indicators.chain(checks.map(|one| (one.path.clone(), one.sql.clone()))).collect()
}

#[test]
fn files_and_queries_stay_below_their_ceilings() {
    for (path, source) in sources() {
        let rows = source.lines().count();
        assert!(rows <= LONGEST_FILE, "{path} has {rows} rows");
    }
    for (path, sql) in queries() {
        let rows = sql.lines().count();
        assert!(rows <= LONGEST_QUERY, "{path} has {rows} rows");
    }
}

#[test]
fn queries_hold_only_sql_that_every_engine_reads_alike() {
    let banned = Regex::new(
        r"(?i)/|\bROUND\s*\(|\bMEDIAN\b|PERCENTILE|\bAPPROX_|SELECT\s+\*|NOT\s+IN\s*\(\s*SELECT|\bINTERVAL\b|DATE_|\bNOW\s*\(|\b\d+\.\d+\b",
    )
    .unwrap();
    let order = Regex::new(r"(?i)ORDER\s+BY[^)]*").unwrap();
    let quoted = Regex::new("'[^']*'").unwrap();
    for (path, sql) in queries() {
        let bare = quoted.replace_all(&sql, "''").into_owned();
        assert!(banned.find(&bare).is_none(), "{path}: {:?}", banned.find(&bare));
        for found in order.find_iter(&bare) {
            assert!(found.as_str().to_uppercase().contains("NULLS"), "{path}: {}", found.as_str());
        }
    }
}

#[test]
fn every_indicator_and_check_speaks_four_languages() {
    let catalogue = Catalogue::load(None).unwrap();
    assert!(catalogue.indicators.len() >= 25 && catalogue.checks.len() >= 15);
    let indicators = catalogue
        .indicators
        .values()
        .flat_map(|one| [&one.title, &one.definition, &one.population].map(|text| (&one.path, text)));
    let checks = catalogue.checks.iter().flat_map(|(id, one)| [(id, &one.title), (id, &one.advice)]);
    for (name, text) in indicators.chain(checks) {
        for words in [&text.fr, &text.nl, &text.de, &text.en] {
            assert!(!words.trim().is_empty(), "{name} lacks a language");
        }
    }
}

#[test]
fn every_check_that_collect_makes_is_defined_and_made() {
    let id = Regex::new(
        r#""((?:niss|score|date|duplicate|project|code|number|value|text|lookup|cell|row|file|total|sheet)\.[a-z_]+)""#,
    )
    .unwrap();
    let mut made = BTreeSet::new();
    for (path, source) in sources() {
        // The tally lists them all; that is not making them.
        if path.starts_with("src/collect/") && path != "src/collect/tally.rs" {
            made.extend(id.captures_iter(&code(&source)).map(|hit| hit[1].to_owned()));
        }
    }
    let catalogue = Catalogue::load(None).unwrap();
    let on_rows = catalogue.checks.values().filter(|check| check.record().is_none());
    assert_eq!(made, on_rows.map(|check| check.id.clone()).collect());
    for check in catalogue.checks.values() {
        let known = catalogue.codelist("mend").unwrap().codes().iter().any(|code| code.code == check.mend);
        assert!(known, "{}: nobody is {}", check.id, check.mend);
    }
}

/// A message of a Fluent file: what it names, and whether it has a hint.
#[derive(Debug, PartialEq, Eq, Default)]
struct Message {
    names: BTreeSet<String>,
    hint_names: Option<BTreeSet<String>>,
}

fn messages(language: &str) -> BTreeMap<String, Message> {
    let text = std::fs::read_to_string(home().join(format!("text/{language}.ftl"))).unwrap();
    let (head, name) = (Regex::new(r"^([a-z][a-z0-9-]*) =").unwrap(), Regex::new(r"\{ ?\$([a-z_]+) ?\}").unwrap());
    let mut found: BTreeMap<String, Message> = BTreeMap::new();
    let mut last = None;
    for line in text.lines() {
        let names: BTreeSet<String> = name.captures_iter(line).map(|hit| hit[1].to_owned()).collect();
        if let Some(head) = head.captures(line) {
            let message = Message { names, hint_names: None };
            assert!(found.insert(head[1].to_owned(), message).is_none(), "{language}: {} twice", &head[1]);
            last = Some(head[1].to_owned());
        } else if let Some(message) = last.as_ref().and_then(|last| found.get_mut(last)) {
            if line.trim_start().starts_with(".hint") {
                message.hint_names = Some(names);
            } else {
                message.names.extend(names);
            }
        }
    }
    found
}

#[test]
fn the_four_languages_have_the_same_messages() {
    let french = messages("fr");
    assert!(french.len() > 100);
    for language in ["nl", "de", "en"] {
        let other = messages(language);
        let ids = |of: &BTreeMap<String, Message>| of.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(ids(&french), ids(&other), "{language}");
        for (id, message) in &french {
            assert_eq!(message, &other[id], "{id} in {language}");
        }
    }
}

#[test]
fn every_message_the_program_says_exists_and_gets_what_it_names() {
    let messages = messages("en");
    let error =
        Regex::new(r#"(?s)(?:Error::(?:usage|input|storage)|self\.refused)\(\s*"([a-z-]+)"(.*?)(?:;|\n\s*\}|\z)"#)
            .unwrap();
    let said =
        Regex::new(r#"(?:\bsay\([^;]*?|\bheading\(|\.result\(|\.remark\(|text::say\([^;]*?)"([a-z]+(?:-[a-z]+)+)""#)
            .unwrap();
    let given = Regex::new(r#"\.with(?:_words)?\(\s*"([a-z_]+)""#).unwrap();
    // Whoever calls the engine knows the file that the query came from, and adds it.
    let added_later = BTreeMap::from([("query-failed", vec!["file"]), ("check-stop", vec!["title", "advice"])]);
    let mut errors = BTreeSet::new();
    for (path, source) in sources() {
        let source = code(&source);
        for hit in error.captures_iter(&source) {
            let id = hit[1].to_owned();
            let message = messages.get(&id).unwrap_or_else(|| panic!("{path}: no message {id}"));
            let mut names: BTreeSet<String> = given.captures_iter(&hit[2]).map(|hit| hit[1].to_owned()).collect();
            names.extend(added_later.get(id.as_str()).into_iter().flatten().map(|name| (*name).to_owned()));
            if hit[0].starts_with("self.refused") {
                names.extend(["found", "table"].map(str::to_owned));
            }
            assert!(message.names.is_subset(&names), "{path}: {id} names {:?} and gets {names:?}", message.names);
            errors.insert(id);
        }
        for hit in said.captures_iter(&source) {
            assert!(messages.contains_key(&hit[1]), "{path}: no message {}", &hit[1]);
        }
    }
    assert!(errors.len() > 40, "{errors:?}");
    for id in errors.iter().filter(|id| *id != "no-threads") {
        assert!(messages[id].hint_names.is_some(), "{id} does not say what to do");
    }
}

/// Only what disclosure control made can become a public report: nothing else says that it is public.
#[test]
fn one_place_makes_a_report_public() {
    let says = |text: &str| text.lines().any(|line| line.contains("Edition::Public") && !line.contains("=>"));
    let places: Vec<String> = sources().into_iter().filter(|(_, text)| says(text)).map(|(path, _)| path).collect();
    assert_eq!(places, ["src/analyse/disclosure.rs"]);
    let text = &sources()["src/analyse/disclosure.rs"];
    let maker = text.split("impl Protected {").nth(1).unwrap().split("\n}\n").next().unwrap();
    assert!(maker.contains("Edition::Public"));
    assert_eq!(text.matches("Edition::Public").count(), 1);
    assert_eq!(text.matches("Protected { figures, summary }").count(), 1, "by hiding and by inexact counts");
}
