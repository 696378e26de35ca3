//! The words of a query with their rows. Not a parser of SQL: enough to read the plain queries of this catalogue.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a function or a name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A number.
    Number,
    /// A text in single quotes.
    Text,
    /// Anything else, `<=` and its like as one.
    Sign,
}

/// A piece of a query; comments and spaces are none. Names and texts are without their quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    /// Row within the query, from 1.
    pub row: usize,
}

impl Token<'_> {
    /// True for this word, however it is written.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// True for this sign.
    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// True for a name of a table or column, or a keyword.
    pub fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }
}

const LONG_SIGNS: [&str; 6] = ["<>", "<=", ">=", "!=", "||", "::"];

/// The tokens of a query. A text or comment that never ends goes to the end of the query.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut row = 1;
    let mut rest = sql;
    while let Some(sign) = rest.chars().next() {
        // A point begins a number only where no name or number goes before it: `t.5` is none.
        let follows_name = found.last().is_some_and(|last| last.kind != Kind::Sign || last.text == ")");
        let (kind, text, length) = next(rest, sign, follows_name);
        if let Some(kind) = kind {
            found.push(Token { kind, text, row });
        }
        row += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// The token at the beginning of a text (none: a space or comment), and the bytes it takes.
fn next(rest: &str, sign: char, follows_name: bool) -> (Option<Kind>, &str, usize) {
    let until = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let run = |holds: &dyn Fn(char) -> bool| rest.find(|other| !holds(other)).unwrap_or(rest.len());
    let after_point = rest.strip_prefix('.').and_then(|rest| rest.chars().next());
    if rest.starts_with("--") {
        return (None, "", until(2, "\n"));
    } else if rest.starts_with("/*") {
        return (None, "", until(2, "*/"));
    } else if sign == '\'' || sign == '"' {
        let length = until(1, if sign == '"' { "\"" } else { "'" });
        let closed = length > 1 && rest[..length].ends_with(sign);
        let inner = &rest[1..if closed { length - 1 } else { length }];
        return (Some(if sign == '"' { Kind::Quoted } else { Kind::Text }), inner, length);
    } else if sign.is_ascii_digit() || (!follows_name && after_point.is_some_and(|digit| digit.is_ascii_digit())) {
        let length = number(rest);
        return (Some(Kind::Number), &rest[..length], length);
    } else if sign.is_alphabetic() || sign == '_' {
        let length = run(&|other| other.is_alphanumeric() || other == '_' || other == '$');
        return (Some(Kind::Word), &rest[..length], length);
    }
    let long = LONG_SIGNS.iter().find(|long| rest.starts_with(**long)).map_or(sign.len_utf8(), |long| long.len());
    ((!sign.is_whitespace()).then_some(Kind::Sign), &rest[..long], long)
}

/// The bytes of the number at the beginning of a text: digits, a fraction, a power of ten.
fn number(text: &str) -> usize {
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let signed = end + 1 + usize::from(text[end + 1..].starts_with(['+', '-']));
        if digits(signed) > signed {
            end = digits(signed);
        }
    }
    end
}

/// The names of the columns that a query returns: those of its first SELECT outside brackets.
pub(super) fn columns(sql: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut is_listed = false;
    let mut found: Vec<String> = Vec::new();
    let mut last: Option<&str> = None;
    let tokens = tokens(sql);
    for token in &tokens {
        let outside = depth == 0;
        match token.text {
            "(" if token.kind == Kind::Sign => depth += 1,
            ")" if token.kind == Kind::Sign => depth = depth.saturating_sub(1),
            "," if token.kind == Kind::Sign && outside && is_listed => found.extend(last.take().map(str::to_owned)),
            _ if outside && !is_listed => is_listed = token.is("select"),
            _ if outside && token.is("from") => break,
            text if outside && token.is_name() => last = Some(text),
            _ => {}
        }
    }
    found.extend(last.map(str::to_owned));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_no_sql_and_rows_are_counted_through_them() {
        let sql = "SELECT 'it''s -- no\ncomment', /* 1 / 2\n */ a.\"b c\" -- x\n<= 1.5e-3 + .5";
        let found: Vec<(Kind, &str, usize)> = tokens(sql).iter().map(|one| (one.kind, one.text, one.row)).collect();
        assert_eq!(
            found,
            [
                (Kind::Word, "SELECT", 1),
                (Kind::Text, "it", 1),
                (Kind::Text, "s -- no\ncomment", 1),
                (Kind::Sign, ",", 2),
                (Kind::Word, "a", 3),
                (Kind::Sign, ".", 3),
                (Kind::Quoted, "b c", 3),
                (Kind::Sign, "<=", 4),
                (Kind::Number, "1.5e-3", 4),
                (Kind::Sign, "+", 4),
                (Kind::Number, ".5", 4),
            ]
        );
    }

    #[test]
    fn what_never_ends_ends_with_the_query() {
        for sql in ["'", "\"", "/*", "--", "'a", "SELECT 1.", "1e", "1e+", ".", "é'ü", "/*/", "a.1"] {
            assert!(tokens(sql).len() < 4, "{sql}");
        }
    }

    #[test]
    fn columns_are_those_of_the_query_itself() {
        let sql = "WITH a AS (SELECT x, y FROM t) SELECT r.period, COALESCE(s.sex, 'unknown') AS sex, CASE WHEN a THEN 1 END AS b,
            COUNT(*) AS persons FROM a WHERE z IN (SELECT q FROM u) UNION ALL SELECT 1, 2, 3, 4 FROM v";
        assert_eq!(columns(sql), ["period", "sex", "b", "persons"]);
    }
}
