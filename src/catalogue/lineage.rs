//! Which fields of the data model an indicator reads, found in the text of its query: what is lost when a file lacks a
//! column. Not a parser of SQL: it reads the plain queries of this catalogue (`CONTRIBUTING.md` says which).

use super::Catalogue;
use super::indicator::Indicator;
use super::sql::{self, Kind};
use std::collections::BTreeMap;

/// What a figure loses without a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A breakdown: the figure stands, every row of it falls under "unknown".
    Breakdown,
    /// The figure itself.
    Figure,
}

/// Columns of a derived table, each with the (table, field) pairs that it is made of.
type Sources = &'static [(&'static str, &'static [(&'static str, &'static str)])];

/// Tables that the program derives before queries run: column to the fields it is made of. The column `*` stands for the
/// table itself: without those fields it has no rows.
const DERIVED: &[(&str, Sources)] = &[
    ("pairs", PAIRED),
    ("pair_means", PAIRED),
    ("outcomes", PAIRED),
    ("trajectory", PAIRED),
    (
        "same_day",
        &[
            ("*", &[("measures", "score"), ("measures", "assessor")]),
            ("instrument", &[("measures", "instrument")]),
            ("domain", &[("measures", "domain")]),
        ],
    ),
    (
        "repeats",
        &[
            ("*", &[("measures", "score")]),
            ("instrument", &[("measures", "instrument")]),
            ("domain", &[("measures", "domain")]),
        ],
    ),
];

const PAIRED: Sources = &[
    ("*", &[("parcours", "end_on"), ("measures", "parcours_id"), ("measures", "score")]),
    ("kind", &[("parcours", "kind")]),
    ("instrument", &[("measures", "instrument")]),
    ("domain", &[("measures", "domain")]),
    ("assessor", &[("measures", "assessor")]),
];

const CLAUSES: &[&str] = &["select", "from", "where", "group", "having", "order", "union", "with"];
const AGGREGATES: &[&str] = &["count", "sum", "min", "max", "avg"];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Sign(char),
    /// A bracket that holds a query of its own.
    Query(Vec<Token>),
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(own) if own == word)
    }
}

impl Catalogue {
    /// The indicators that lose something without a field, by id.
    pub fn lost_without(&self, table: &str, field: &str) -> Vec<(&Indicator, Loss)> {
        let key = (table.to_owned(), field.to_owned());
        let lost = |indicator| fields_read(self, indicator).get(&key).map(|loss| (indicator, *loss));
        self.indicators.values().filter_map(lost).collect()
    }
}

/// The (table, field) pairs that a query reads, each with what is lost without it.
pub fn fields_read(catalogue: &Catalogue, indicator: &Indicator) -> BTreeMap<(String, String), Loss> {
    let mut reader = Reader { catalogue, found: BTreeMap::new() };
    reader.query(&nest(&mut tokens(&indicator.sql).into_iter()), true);
    reader.found
}

/// Words in small letters, signs; quoted texts and numbers are left out.
fn tokens(sql: &str) -> Vec<Token> {
    let kept = sql::tokens(sql).into_iter().filter_map(|token| match token.kind {
        Kind::Word | Kind::Quoted => Some(Token::Word(token.text.to_lowercase())),
        Kind::Sign => token.text.chars().next().map(Token::Sign),
        Kind::Number | Kind::Text => None,
    });
    kept.collect()
}

/// The same tokens, with every bracket that begins with SELECT as one token.
fn nest(tokens: &mut std::vec::IntoIter<Token>) -> Vec<Token> {
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            Token::Sign('(') => {
                let inner = nest(tokens);
                if inner.first().is_some_and(|first| first.is("select")) {
                    found.push(Token::Query(inner));
                } else {
                    found.push(Token::Sign('('));
                    found.extend(inner);
                    found.push(Token::Sign(')'));
                }
            }
            Token::Sign(')') => return found,
            other => found.push(other),
        }
    }
    found
}

struct Reader<'c> {
    catalogue: &'c Catalogue,
    found: BTreeMap<(String, String), Loss>,
}

impl Reader<'_> {
    /// Reads a query; of several joined by UNION each has tables of its own.
    fn query(&mut self, tokens: &[Token], is_outer: bool) {
        for part in tokens.split(|token| token.is("union")) {
            self.select(part, is_outer);
        }
        for token in tokens {
            if let Token::Query(inner) = token {
                self.query(inner, false);
            }
        }
    }

    fn select(&mut self, tokens: &[Token], is_outer: bool) {
        let tables = tables_of(tokens);
        for table in tables.values() {
            self.note(table, "*", Loss::Figure);
        }
        for (clause, item) in items(tokens) {
            let has_aggregate = item.iter().any(|token| AGGREGATES.iter().any(|name| token.is(name)));
            let loss = match clause {
                "group" | "order" => continue,
                "select" if is_outer && !has_aggregate => Loss::Breakdown,
                _ => Loss::Figure,
            };
            for (place, token) in item.iter().enumerate() {
                let Token::Word(word) = token else { continue };
                let before = place.checked_sub(1).map(|before| &item[before]);
                if before.is_some_and(|before| before.is("as")) {
                    continue;
                }
                if before == Some(&Token::Sign('.')) {
                    let table = place.checked_sub(2).and_then(|place| match &item[place] {
                        Token::Word(alias) => tables.get(alias.as_str()),
                        _ => None,
                    });
                    if let Some(table) = table {
                        self.note(table, word, loss);
                    }
                } else if item.get(place + 1) != Some(&Token::Sign('.')) && clause != "from" {
                    // Without its table: whichever of them has such a column.
                    for table in tables.values() {
                        self.note(table, word, loss);
                    }
                }
            }
        }
    }

    fn note(&mut self, table: &str, column: &str, loss: Loss) {
        // All rows of a table that were handed in are rows of it.
        let table = table.strip_prefix("handed_in_").unwrap_or(table);
        let derived = DERIVED.iter().find(|(name, _)| *name == table);
        let sources: Vec<(String, String)> = match derived {
            Some((_, columns)) => {
                let of = columns.iter().filter(|(name, _)| *name == column).flat_map(|(_, sources)| sources.iter());
                of.map(|(table, field)| ((*table).to_owned(), (*field).to_owned())).collect()
            }
            None => {
                let known = self.catalogue.table(table).filter(|contract| contract.position(column).is_some());
                known.map(|_| (table.to_owned(), column.to_owned())).into_iter().collect()
            }
        };
        for source in sources {
            let slot = self.found.entry(source).or_insert(loss);
            *slot = (*slot).max(loss);
        }
    }
}

/// The tables behind FROM and JOIN by the name under which the query refers to them.
fn tables_of(tokens: &[Token]) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for (place, token) in tokens.iter().enumerate() {
        if !token.is("from") && !token.is("join") {
            continue;
        }
        let Some(Token::Word(table)) = tokens.get(place + 1) else { continue };
        let alias = match (tokens.get(place + 2), tokens.get(place + 3)) {
            (Some(second), Some(Token::Word(alias))) if second.is("as") => alias,
            _ => table,
        };
        found.insert(alias.as_str(), table.as_str());
    }
    found
}

/// The query cut into clauses, and its SELECT list into items. Conditions of joins belong to FROM.
fn items(tokens: &[Token]) -> Vec<(&'static str, Vec<Token>)> {
    let mut found: Vec<(&'static str, Vec<Token>)> = Vec::new();
    let mut clause = "with";
    let mut depth = 0_i32;
    for token in tokens {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth -= 1,
            _ => {}
        }
        if let Some(next) = CLAUSES.iter().find(|name| token.is(name)).filter(|_| depth == 0) {
            clause = next;
            found.push((clause, Vec::new()));
        } else if clause == "select" && depth == 0 && *token == Token::Sign(',') {
            found.push((clause, Vec::new()));
        } else if let Some((_, item)) = found.last_mut() {
            item.push(token.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(table: &str, field: &str) -> Vec<(String, Loss)> {
        let catalogue = Catalogue::load(None).unwrap();
        catalogue.lost_without(table, field).into_iter().map(|(one, loss)| (one.id.clone(), loss)).collect()
    }

    #[test]
    fn what_is_lost_without_a_column_is_what_its_queries_say() {
        // Read off the queries by hand.
        let lost_sex = lost("persons", "sex");
        assert!(lost_sex.contains(&("parcours.people".to_owned(), Loss::Breakdown)), "{lost_sex:?}");
        assert!(lost_sex.iter().all(|(_, loss)| *loss == Loss::Breakdown), "{lost_sex:?}");
        assert_eq!(lost("piis", "ending_is_success"), [("piis.ended_well".to_owned(), Loss::Figure)]);
        let ending = lost("piis", "ending");
        assert!(ending.contains(&("piis.ended_well".to_owned(), Loss::Breakdown)), "{ending:?}");
        let birth_year: Vec<(String, Loss)> = lost("persons", "birth_year");
        let named: Vec<(&str, Loss)> = birth_year.iter().map(|(id, loss)| (id.as_str(), *loss)).collect();
        let (figure, breakdown) = (Loss::Figure, Loss::Breakdown);
        let expected = [("participation.mixed", figure), ("piis.coverage", breakdown), ("progress.overall", breakdown)];
        assert_eq!(named, expected);
        // Without its table, inside a bracket: `SUM(COALESCE(attended_hours, 0))`.
        assert!(lost("attendance", "attended_hours").contains(&("participation.hours".to_owned(), Loss::Figure)));
        // A column of a table that is derived from others.
        assert!(lost("parcours", "end_on").contains(&("progress.change".to_owned(), Loss::Figure)));
        assert!(lost("measures", "parcours_id").contains(&("progress.overall".to_owned(), Loss::Figure)));
        assert!(!lost("measures", "parcours_id").iter().any(|(id, _)| id == "progress.repeated"));
        // No query reads it.
        assert_eq!(lost("piis", "signed_by_president"), []);
    }

    #[test]
    fn comments_texts_and_names_given_to_columns_are_no_fields() {
        let found = tokens("/* sex */ SELECT 'sex' AS \"Sex\" -- sex\nFROM a.b(1)");
        let words: Vec<&str> = found
            .iter()
            .filter_map(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None })
            .collect();
        assert_eq!(words, ["select", "as", "sex", "from", "a", "b"]);
    }

    #[test]
    fn every_table_that_an_indicator_names_is_read_by_it() {
        let catalogue = Catalogue::load(None).unwrap();
        for indicator in catalogue.indicators.values() {
            let read = fields_read(&catalogue, indicator);
            for table in &indicator.tables {
                let found = read.keys().any(|(name, _)| name == table);
                assert!(found, "{}: {table} is not read: {read:?}", indicator.id);
            }
        }
    }
}
