//! What a cell looks like, without knowing its column.

use crate::Cell;

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing.
    Blank,
    /// A number, an amount, a percentage.
    Number,
    /// A date, a time, or both.
    Date,
    /// Digits with other signs, without a blank: a national number, a file number, a postcode with its country.
    Code,
    /// Anything else.
    Text,
}

impl Kind {
    /// Of a cell.
    pub fn of(cell: &Cell<'_>) -> Kind {
        match cell {
            Cell::Empty => Kind::Blank,
            Cell::Text(text) => Kind::of_text(text),
            Cell::Number(_) | Cell::Bool(_) | Cell::Error(_) => Kind::Number,
            Cell::Date(_) => Kind::Date,
        }
    }

    /// Of a text.
    pub fn of_text(text: &str) -> Kind {
        let text = text.trim();
        if text.is_empty() {
            Kind::Blank
        } else if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            Kind::Text
        } else if is_date(text) {
            Kind::Date
        } else if is_number(text) {
            Kind::Number
        } else if text.len() <= 40 && !text.contains(char::is_whitespace) && !text.contains([';', '|']) {
            Kind::Code
        } else {
            Kind::Text
        }
    }

    /// Number, date or code.
    pub fn is_value(self) -> bool {
        matches!(self, Kind::Number | Kind::Date | Kind::Code)
    }
}

/// Four digits that may be a year: such a number may stand in a header.
pub fn is_year(text: &str) -> bool {
    let text = text.trim();
    text.len() == 4 && text.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))
}

fn is_number(text: &str) -> bool {
    let text = text.strip_prefix("EUR").or_else(|| text.strip_prefix('€')).unwrap_or(text);
    let text = text.strip_suffix("EUR").or_else(|| text.strip_suffix(['€', '%'])).unwrap_or(text).trim();
    let text = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
    let text = text.strip_suffix('-').unwrap_or(text).trim();
    let text = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if exponent.parse::<i16>().is_ok() => mantissa,
        Some(_) => return false,
        None => text,
    };
    let mut groups = text.split(|sign: char| !sign.is_ascii_digit()).map(str::len);
    let separators: Vec<char> = text.chars().filter(|sign| !sign.is_ascii_digit()).collect();
    let first = groups.next().unwrap_or(0);
    let rest: Vec<usize> = groups.collect();
    let is_separator = |sign: &char| matches!(sign, '.' | ',' | '\'' | '’' | ' ' | '\u{A0}' | '\u{202F}');
    if !separators.iter().all(is_separator) || rest.contains(&0) {
        return false;
    }
    let Some((last, between)) = separators.split_last() else { return first > 0 };
    let is_decimal = matches!(last, '.' | ',') && !between.contains(last);
    let in_thousands = if is_decimal { &rest[..rest.len() - 1] } else { &rest[..] };
    let uniform =
        between.windows(2).all(|pair| pair[0] == pair[1]) && (is_decimal || between.iter().all(|b| b == last));
    uniform && (in_thousands.is_empty() || (1..=3).contains(&first)) && in_thousands.iter().all(|digits| *digits == 3)
}

fn is_date(text: &str) -> bool {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    match time {
        Some(time) => is_day(day) && is_time(time),
        None => is_day(day) || is_time(day),
    }
}

fn is_day(text: &str) -> bool {
    let Some(separator) = text.chars().find(|sign| !sign.is_ascii_digit()).filter(|sign| "-/.".contains(*sign)) else {
        return false;
    };
    let parts: Vec<&str> = text.split(separator).collect();
    let in_range =
        |part: &str, most: u16| part.len() <= 2 && part.parse::<u16>().is_ok_and(|n| (1..=most).contains(&n));
    let is_year = |part: &str| matches!(part.len(), 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [year, month, day] if year.len() == 4 => is_year(year) && in_range(month, 12) && in_range(day, 31),
        [one, two, year] => is_year(year) && in_range(one, 31) && in_range(two, 31),
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let parts: Vec<&str> = text.split(':').collect();
    let is_part = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [hour, ref rest @ ..] if matches!(rest.len(), 1 | 2) => {
            let whole: Vec<&str> = rest.iter().map(|part| part.split(['.', ',']).next().unwrap_or_default()).collect();
            hour.len() <= 2 && hour.parse::<u8>().is_ok_and(|hour| hour < 25) && whole.iter().all(is_part)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_dates_codes_and_texts() {
        for text in ["1", "-1,5", "1.234,56", "1 234,5", "1'234.50", "€ 12,00", "12 %", "1,5E+03", "(12"] {
            let wanted = if text == "(12" { Kind::Code } else { Kind::Number };
            assert_eq!(Kind::of_text(text), wanted, "{text}");
        }
        for text in ["01/02/2024", "2024-02-01", "1.2.24", "2024-02-01T10:00:00Z", "08:30", "1/2/2024 8:30"] {
            assert_eq!(Kind::of_text(text), Kind::Date, "{text}");
        }
        for text in ["85.07.30-033.61", "B-9000", "1,5,7", "A12"] {
            assert_eq!(Kind::of_text(text), Kind::Code, "{text}");
        }
        for text in ["Gent", "5 2", "Rue Neuve 12", "12 maart 2024", "5;2"] {
            assert_eq!(Kind::of_text(text), Kind::Text, "{text}");
        }
    }
}
