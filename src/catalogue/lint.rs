//! Which SQL belongs into the catalogue: what engines read alike. Measured on DataFusion, DuckDB, Polars and Spark; the
//! rules are those of `CONTRIBUTING.md`. A rule looks at the words of a query, not at its meaning: it cannot know the type
//! of a column, and takes a column for a date by the ending of its name (`_on`).

use super::resources::Resource;
use super::sql::{Kind, Token, tokens};
use crate::error::{Error, Result};

/// A rule that a query breaks. Each has a message `lint-...` that says why, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    Division,
    Rounding,
    Quantile,
    Approximation,
    DateArithmetic,
    Decimal,
    SumOfComparison,
    NotInQuery,
    Star,
    FinalOrder,
    Frame,
    Nulls,
    EngineTable,
    Clock,
}

impl Rule {
    /// The message that says why.
    fn message(self) -> &'static str {
        match self {
            Rule::Division => "lint-division",
            Rule::Rounding => "lint-rounding",
            Rule::Quantile => "lint-quantile",
            Rule::Approximation => "lint-approximation",
            Rule::DateArithmetic => "lint-date-arithmetic",
            Rule::Decimal => "lint-decimal",
            Rule::SumOfComparison => "lint-sum-of-comparison",
            Rule::NotInQuery => "lint-not-in-query",
            Rule::Star => "lint-star",
            Rule::FinalOrder => "lint-final-order",
            Rule::Frame => "lint-frame",
            Rule::Nulls => "lint-nulls",
            Rule::EngineTable => "lint-engine-table",
            Rule::Clock => "lint-clock",
        }
    }
}

/// A place where a query breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    rule: Rule,
    row: usize,
    found: String,
}

const DATE_FUNCTIONS: &[&str] = &[
    "date_trunc",
    "datetrunc",
    "datediff",
    "date_diff",
    "date_add",
    "dateadd",
    "date_sub",
    "date_part",
    "datepart",
    "date_bin",
    "date_format",
    "extract",
    "strftime",
    "to_date",
    "make_date",
    "last_day",
    "add_months",
    "months_between",
    "age",
    "year",
    "month",
    "day",
];
/// Functions whose value is a date when one of their arguments is.
const DATE_KEEPING: &[&str] = &["coalesce", "min", "max", "greatest", "least", "nullif", "ifnull", "cast"];
const CLOCKS: &[&str] = &["now", "today", "getdate", "random", "rand", "uuid", "gen_random_uuid"];
const CLOCK_WORDS: &[&str] = &["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];
const ENGINE_TABLES: &[&str] = &["information_schema", "pg_catalog", "sqlite_master", "sqlite_schema"];
const ENGINE_FUNCTIONS: &[&str] = &["read_", "duckdb_", "pragma_", "parquet_", "delta_scan", "csv_scan", "json_scan"];
const ROW_MAKERS: &[&str] = &["generate_series", "range", "unnest", "explode", "glob"];
/// Window functions for which a frame means nothing.
const FRAMELESS: &[&str] = &["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"];
const COMPARISONS: &[&str] = &["=", "<", ">", "<>", "<=", ">=", "!="];
const LOGIC: &[&str] = &["and", "or", "not", "in", "is", "like", "between", "exists", "true", "false"];
const AFTER_ORDER: &[&str] = &["rows", "range", "groups", "limit", "offset", "fetch", "union", "except", "intersect"];

/// A query with its brackets matched.
struct Scan<'s> {
    tokens: Vec<Token<'s>>,
    /// For a bracket the place of its other half; for all others, and for a bracket without one, its own place.
    partner: Vec<usize>,
    /// Brackets around each token; a bracket itself is outside.
    depth: Vec<usize>,
    found: Vec<Finding>,
}

/// Everything in a query that engines read differently, by row. `first_row` is that of the query in its file.
pub(super) fn lint(sql: &str, first_row: usize) -> Vec<Finding> {
    let mut scan = Scan::of(sql);
    for at in 0..scan.tokens.len() {
        match scan.tokens[at].kind {
            Kind::Sign => scan.sign(at),
            Kind::Number => scan.number(at),
            Kind::Word if scan.is_keyword(at) => scan.word(at),
            Kind::Word | Kind::Quoted | Kind::Text => {}
        }
    }
    scan.found.sort_by_key(|finding| (finding.row, finding.rule));
    scan.found.dedup();
    for finding in &mut scan.found {
        finding.row += first_row.saturating_sub(1);
    }
    scan.found
}

/// Puts the query of a file to the rules; a file without a header has none.
///
/// # Errors
/// When it breaks one: all that it breaks, each with its row.
pub(super) fn check(resource: &Resource) -> Result<()> {
    let Ok((_, sql, first_row)) = resource.parts() else { return Ok(()) };
    let faults = lint(sql, first_row).into_iter().map(|finding| {
        let place = resource.place().row(finding.row as u64);
        Err(Error::usage(finding.rule.message()).at(place).with("found", finding.found))
    });
    crate::error::all::<()>(faults).map(|_| ())
}

/// What was read of a file, and whether its query keeps the rules.
pub(super) fn with<T>(resource: &Resource, read: Result<T>) -> Vec<Result<T>> {
    match check(resource) {
        Ok(()) => vec![read],
        Err(fault) => std::iter::once(Err(fault)).chain(read.err().map(Err)).collect(),
    }
}

impl<'s> Scan<'s> {
    fn of(sql: &'s str) -> Self {
        let tokens = tokens(sql);
        let mut partner: Vec<usize> = (0..tokens.len()).collect();
        let mut depth = Vec::with_capacity(tokens.len());
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if token.is_sign(")")
                && let Some(begin) = open.pop()
            {
                (partner[at], partner[begin]) = (begin, at);
            }
            depth.push(open.len());
            if token.is_sign("(") {
                open.push(at);
            }
        }
        Scan { tokens, partner, depth, found: Vec::new() }
    }

    fn at(&self, at: usize) -> Option<&Token<'s>> {
        self.tokens.get(at)
    }

    fn before(&self, at: usize) -> Option<&Token<'s>> {
        at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    fn is_sign(&self, at: usize, sign: &str) -> bool {
        self.at(at).is_some_and(|token| token.is_sign(sign))
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.at(at).is_some_and(|token| token.is(word))
    }

    fn is_one_of(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(at, word))
    }

    /// True for a word that stands for itself: no column of a table (`t.year`) and no name given to one (`AS year`).
    fn is_keyword(&self, at: usize) -> bool {
        self.before(at).is_none_or(|before| !before.is_sign(".") && !before.is("as"))
    }

    fn note(&mut self, rule: Rule, at: usize, found: impl Into<String>) {
        let row = self.at(at).map_or(1, |token| token.row);
        self.found.push(Finding { rule, row, found: found.into() });
    }

    fn sign(&mut self, at: usize) {
        let before = self.before(at);
        match self.tokens[at].text {
            "/" if !before.is_some_and(|before| before.is_sign("/")) => self.note(Rule::Division, at, "/"),
            "*" => {
                let is_all = before.is_none_or(|before| {
                    before.is_sign(",")
                        || before.is_sign(".")
                        || ["select", "distinct", "all"].iter().any(|word| before.is(word))
                });
                if is_all {
                    self.note(Rule::Star, at, "*");
                }
            }
            sign @ ("+" | "-") if self.date_ends_at(at) || self.date_begins_at(at + 1) => {
                self.note(Rule::DateArithmetic, at, sign);
            }
            _ => {}
        }
    }

    fn number(&mut self, at: usize) {
        let number = self.tokens[at].text;
        if number.contains(['.', 'e', 'E']) {
            self.note(Rule::Decimal, at, number);
        }
    }

    fn word(&mut self, at: usize) {
        let text = self.tokens[at].text;
        let lower = text.to_ascii_lowercase();
        let word = lower.as_str();
        let is_call = self.is_sign(at + 1, "(");
        match word {
            "round" if is_call => self.note(Rule::Rounding, at, text),
            "median" if is_call => self.note(Rule::Quantile, at, text),
            "sum" | "avg" if is_call => self.sum(at),
            "not" if self.is_word(at + 1, "in") && self.is_query(at + 2) => {
                self.note(Rule::NotInQuery, at, "NOT IN (SELECT")
            }
            "over" => self.window(at),
            "order" if self.is_word(at + 1, "by") => self.order(at),
            "from" | "join" => self.source(at + 1),
            "interval"
                if is_call || self.at(at + 1).is_some_and(|next| matches!(next.kind, Kind::Text | Kind::Number)) =>
            {
                self.note(Rule::DateArithmetic, at, text);
            }
            _ if is_call && (word.starts_with("percentile") || word.starts_with("quantile")) => {
                self.note(Rule::Quantile, at, text);
            }
            _ if is_call && word.starts_with("approx_") => self.note(Rule::Approximation, at, text),
            _ if is_call && DATE_FUNCTIONS.contains(&word) => self.note(Rule::DateArithmetic, at, text),
            _ if CLOCK_WORDS.contains(&word) || is_call && CLOCKS.contains(&word) => self.note(Rule::Clock, at, text),
            _ if is_call && ENGINE_FUNCTIONS.iter().any(|begin| word.starts_with(begin)) => {
                self.note(Rule::EngineTable, at, text);
            }
            _ => {}
        }
    }

    /// What stands behind FROM or JOIN: a table of the catalogue, not one of the engine's own and no file.
    fn source(&mut self, at: usize) {
        let Some(token) = self.at(at).copied() else { return };
        let is_file = token.kind == Kind::Text || token.kind == Kind::Quoted && token.text.contains(['.', '/']);
        let makes_rows = self.is_sign(at + 1, "(") && self.is_one_of(at, ROW_MAKERS);
        if is_file || makes_rows || self.is_one_of(at, ENGINE_TABLES) {
            self.note(Rule::EngineTable, at, token.text);
        }
    }

    fn is_query(&self, at: usize) -> bool {
        self.is_sign(at, "(") && self.is_one_of(at + 1, &["select", "with"])
    }

    /// A comparison inside SUM or AVG, outside CASE, a window and a query.
    fn sum(&mut self, call: usize) {
        let end = self.partner[call + 1];
        let mut cases = 0_usize;
        let mut at = call + 2;
        while at < end {
            if self.is_query(at) || self.is_sign(at, "(") && self.is_word(at - 1, "over") {
                at = self.partner[at].max(at);
            } else if self.is_word(at, "case") {
                cases += 1;
            } else if self.is_word(at, "end") {
                cases = cases.saturating_sub(1);
            } else if cases == 0 && (COMPARISONS.iter().any(|sign| self.is_sign(at, sign)) || self.is_one_of(at, LOGIC))
            {
                let found = format!("{}(... {} ...)", self.tokens[call].text, self.tokens[at].text);
                return self.note(Rule::SumOfComparison, call, found);
            }
            at += 1;
        }
    }

    /// An ordered window of an aggregate needs its frame spelled out.
    fn window(&mut self, over: usize) {
        let Some(function) = self.function_before(over) else { return };
        let name = self.tokens[function].text;
        if !self.is_sign(over + 1, "(") {
            return self.note(Rule::Frame, over, format!("{name}(...) OVER ..."));
        }
        let inside = over + 2..self.partner[over + 1].max(over + 2);
        let holds = |words: &[&str]| {
            inside
                .clone()
                .any(|at| self.depth[at] == self.depth[over] + 1 && self.is_keyword(at) && self.is_one_of(at, words))
        };
        if holds(&["order"]) && !holds(&["rows", "range", "groups"]) && !self.is_one_of(function, FRAMELESS) {
            self.note(Rule::Frame, over, format!("{name}(...) OVER (... ORDER BY ...)"));
        }
    }

    /// The function that a window belongs to; FILTER and NULLS may stand between them.
    fn function_before(&self, over: usize) -> Option<usize> {
        let mut at = over.checked_sub(1)?;
        while self.is_one_of(at, &["nulls", "ignore", "respect"]) {
            at = at.checked_sub(1)?;
        }
        let name = self.is_sign(at, ")").then(|| self.partner[at]).and_then(|open| open.checked_sub(1))?;
        if self.is_word(name, "filter") { self.function_before(name) } else { Some(name) }
    }

    /// ORDER BY: none for the whole query, and everywhere else with a place for what is empty.
    fn order(&mut self, at: usize) {
        let depth = self.depth[at];
        if depth == 0 {
            return self.note(Rule::FinalOrder, at, "ORDER BY");
        }
        let (mut item, mut has_place) = (at + 2, false);
        for next in at + 2..=self.tokens.len() {
            let is_end = self.at(next).is_none_or(|token| self.depth[next] < depth || token.is_sign(";"))
                || self.depth[next] == depth && self.is_keyword(next) && self.is_one_of(next, AFTER_ORDER);
            let is_next = !is_end && self.depth[next] == depth && self.is_sign(next, ",");
            if is_end || is_next {
                if !has_place {
                    let words = self.tokens[item..next.max(item)].iter().map(|token| token.text);
                    let found = words.collect::<Vec<_>>().join(" ").replace(" . ", ".");
                    self.note(Rule::Nulls, item.min(self.tokens.len() - 1), format!("ORDER BY {found}"));
                }
                (item, has_place) = (next + 1, false);
            }
            if is_end {
                break;
            }
            has_place |= self.depth[next] == depth && self.is_word(next, "nulls");
        }
    }

    /// True when what stands before a sign is a date.
    fn date_ends_at(&self, sign: usize) -> bool {
        let Some(last) = sign.checked_sub(1) else { return false };
        if self.is_sign(last, ")") && self.partner[last] != last {
            let open = self.partner[last];
            let name = open.checked_sub(1).filter(|name| self.at(*name).is_some_and(|token| token.kind == Kind::Word));
            return name.is_none_or(|name| self.is_one_of(name, DATE_KEEPING)) && self.is_dated(open);
        }
        let is_literal = self.tokens[last].kind == Kind::Text && last > 0 && self.is_word(last - 1, "date");
        is_literal || self.is_date_name(last)
    }

    /// True when what begins here is a date.
    fn date_begins_at(&self, begin: usize) -> bool {
        let is_literal = self.is_word(begin, "date") && self.at(begin + 1).is_some_and(|next| next.kind == Kind::Text);
        let mut last = begin;
        while self.is_sign(last + 1, ".") && self.at(last + 2).is_some_and(Token::is_name) {
            last += 2;
        }
        let keeps = self.is_one_of(begin, DATE_KEEPING) && self.is_sign(begin + 1, "(") && self.is_dated(begin + 1);
        is_literal || keeps || self.is_sign(begin, "(") && self.is_dated(begin) || self.is_date_name(last)
    }

    fn is_date_name(&self, at: usize) -> bool {
        self.at(at).is_some_and(|token| token.is_name() && token.text.to_ascii_lowercase().ends_with("_on"))
            && !self.is_sign(at + 1, "(")
    }

    /// True when a bracket holds a date and makes nothing else of it.
    fn is_dated(&self, open: usize) -> bool {
        let mut inside = open + 1..self.partner[open].max(open + 1);
        let is_other = |at: usize| {
            self.is_one_of(at, &["case", "select"]) || COMPARISONS.iter().any(|sign| self.is_sign(at, sign))
        };
        let is_date = |at: usize| self.is_date_name(at) || self.is_word(at, "date");
        inside.clone().any(is_date) && !inside.any(is_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::resources;
    use crate::model::Language;
    use crate::text;

    /// Rule and row of everything found in a query whose first row is the tenth of its file.
    fn found(sql: &str) -> Vec<(Rule, usize)> {
        lint(sql, 10).iter().map(|finding| (finding.rule, finding.row)).collect()
    }

    #[test]
    fn each_rule_finds_what_it_is_for_at_its_row() {
        use Rule::*;
        for (rule, bad) in [
            (Division, "a.part / a.whole"),
            (Division, "a.part // a.whole"),
            (Rounding, "ROUND(a.x, 1)"),
            (Quantile, "MEDIAN(a.x)"),
            (Quantile, "PERCENTILE_CONT(a.x, 1)"),
            (Quantile, "quantile_disc(a.x, 1)"),
            (Approximation, "APPROX_DISTINCT(a.x)"),
            (DateArithmetic, "INTERVAL '1' DAY"),
            (DateArithmetic, "interval 3 month"),
            (DateArithmetic, "DATE_TRUNC('month', a.start_on)"),
            (DateArithmetic, "EXTRACT(YEAR FROM a.x)"),
            (DateArithmetic, "date_part('year', a.x)"),
            (DateArithmetic, "DATEDIFF(a.x, a.y)"),
            (DateArithmetic, "DATE_ADD(a.x, 1)"),
            (DateArithmetic, "a.end_on - a.start_on"),
            (DateArithmetic, "30 + a.\"start_on\""),
            (DateArithmetic, "COALESCE(a.end_on, a.x) - 1"),
            (DateArithmetic, "1 + MAX(a.end_on)"),
            (DateArithmetic, "DATE '2017-01-01' + 1"),
            (DateArithmetic, "CAST(a.x AS DATE) - 1"),
            (DateArithmetic, "(a.end_on) - 1"),
            (Decimal, "1.96 * a.x"),
            (Decimal, ".5 * a.x"),
            (Decimal, "1e3"),
            (SumOfComparison, "SUM(a.x > 3)"),
            (SumOfComparison, "SUM(a.x IS NULL)"),
            (SumOfComparison, "AVG(COALESCE(a.x = 3, FALSE))"),
            (Star, "*"),
            (Star, "a.*"),
            (Frame, "SUM(a.x) OVER (PARTITION BY a.y ORDER BY a.z NULLS LAST)"),
            (Frame, "SUM(a.x) FILTER (WHERE a.y = 1) OVER (ORDER BY a.z NULLS LAST)"),
            (Frame, "LAST_VALUE(a.x) IGNORE NULLS OVER (ORDER BY a.z NULLS LAST)"),
            (Frame, "SUM(a.x) OVER w"),
            (Nulls, "ROW_NUMBER() OVER (ORDER BY a.z)"),
            (Nulls, "ROW_NUMBER() OVER (ORDER BY a.y NULLS LAST, a.z DESC)"),
            (Nulls, "MAX(a.x) OVER (ORDER BY a.z ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"),
            (Clock, "CURRENT_DATE"),
            (Clock, "now()"),
            (Clock, "RANDOM()"),
        ] {
            let sql = format!("SELECT 1 AS one,\n    {bad}\nFROM areas AS a");
            assert_eq!(found(&sql), [(rule, 11)], "{bad}");
        }
        for (rule, bad) in [
            (NotInQuery, "WHERE a.x NOT IN (SELECT b.x FROM b)"),
            (NotInQuery, "WHERE a.x NOT IN (WITH c AS (SELECT 1 AS x) SELECT c.x FROM c)"),
            (FinalOrder, "ORDER BY a.x NULLS LAST"),
            (EngineTable, "JOIN information_schema.tables AS t ON TRUE"),
            (EngineTable, "JOIN read_parquet('x.parquet') AS t ON TRUE"),
            (EngineTable, "JOIN 'x.parquet' AS t ON TRUE"),
            (EngineTable, "JOIN \"x.parquet\" AS t ON TRUE"),
            (EngineTable, "JOIN generate_series(1, 5) AS t ON TRUE"),
            (EngineTable, "JOIN duckdb_tables() AS t ON TRUE"),
        ] {
            let sql = format!("SELECT 1 AS one\nFROM areas AS a\n{bad}");
            assert_eq!(found(&sql), [(rule, 12)], "{bad}");
        }
    }

    #[test]
    fn what_engines_read_alike_is_let_through() {
        for good in [
            "'1 / 2 ROUND(x) SELECT *', -- 1.96 / 2\n/* NOW() */ a.x",
            "COUNT(*)",
            "2 * a.x - 1 + -3",
            "a.days * a.days - COUNT(a.end_on)",
            "r.year - s.birth_year",
            "CASE WHEN a.end_on > a.start_on THEN 1 ELSE 0 END - 1",
            "t.year, t.month, t.round, a.interval, 1 AS now, 2 AS median",
            "SUM(CASE WHEN a.x > 3 AND a.y IS NULL THEN 1 ELSE 0 END)",
            "SUM(a.x) FILTER (WHERE a.y = 1)",
            "SUM((SELECT b.x FROM b WHERE b.y = 1))",
            "SUM(SUM(a.x) OVER (ORDER BY a.y NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))",
            "SUM(a.x) OVER (PARTITION BY a.y)",
            "ROW_NUMBER() OVER (PARTITION BY a.y ORDER BY a.z NULLS LAST, a.x DESC NULLS FIRST)",
            "LAG(a.x) OVER (ORDER BY a.z NULLS LAST)",
            "a.x NOT IN ('b', 'c')",
            "CAST(a.x AS DECIMAL(14, 2))",
            "DATE '9999-12-31'",
            "(SELECT MAX(b.x) FROM b)",
            "EXISTS (SELECT 1 FROM b)",
        ] {
            assert_eq!(found(&format!("SELECT 1 AS one, {good}\nFROM areas AS a")), [], "{good}");
        }
    }

    #[test]
    fn all_findings_of_a_file_are_told_in_every_language() {
        let text = "\n/*\nkind = 1\n*/\nSELECT *, ROUND(x)\nFROM a\nORDER BY x / 2\n".into();
        let resource = Resource { path: "queries/checks/own_x.sql".to_owned(), text };
        let error = check(&resource).unwrap_err();
        let told: Vec<String> = error.each().map(|one| one.place.clone().unwrap_or_default().to_string()).collect();
        assert_eq!(told, [5, 5, 7, 7].map(|row| format!("queries/checks/own_x.sql:{row}")));
        let ids: Vec<&str> = error.each().map(|one| one.id).collect();
        assert_eq!(ids, ["lint-rounding", "lint-star", "lint-division", "lint-final-order"]);
        use Rule::*;
        for rule in [
            Division,
            Rounding,
            Quantile,
            Approximation,
            DateArithmetic,
            Decimal,
            SumOfComparison,
            NotInQuery,
            Star,
            FinalOrder,
            Frame,
            Nulls,
            EngineTable,
            Clock,
        ] {
            for language in Language::ALL {
                let said = text::say(language, rule.message(), &[("found", "(found)".to_owned())]);
                assert!(said.contains("(found)") && said.len() > 40, "{rule:?} in {language}: {said}");
                assert!(text::hint(language, rule.message(), &[]).is_some_and(|hint| hint.len() > 20), "{rule:?}");
            }
        }
    }

    #[test]
    fn every_query_of_ours_keeps_the_rules() {
        let mut count = 0;
        for folder in ["queries/indicators", "queries/checks", "queries/traces"] {
            for resource in resources::list(None, folder, ".sql").unwrap() {
                let faults = check(&resource).err();
                let told: Vec<String> = faults.iter().flat_map(Error::each).map(ToString::to_string).collect();
                assert!(told.is_empty(), "{told:#?}");
                count += 1;
            }
        }
        assert!(count >= 79, "{count}");
    }

    #[test]
    fn no_text_makes_it_panic() {
        for sql in [
            "",
            "(",
            ")",
            "ORDER BY",
            "SELECT (ORDER BY",
            "SUM(",
            "SUM",
            "OVER",
            ") OVER",
            ") OVER (",
            "FROM",
            "+",
            "a_on +",
            ") -",
            "- (",
            "NOT IN",
            "( ORDER BY )",
            "x OVER ( ORDER BY",
            "SUM( OVER (",
            "SUM(a OVER",
            "1.",
            "FILTER (x) OVER (",
        ] {
            for end in 0..=sql.len() {
                lint(&sql[..end], 0);
            }
        }
    }
}
