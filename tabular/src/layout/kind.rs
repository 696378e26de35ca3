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
        Kind::of_bytes(text.as_bytes())
    }

    /// Of a text's bytes; what is no UTF-8 is a text.
    #[inline]
    pub fn of_bytes(bytes: &[u8]) -> Kind {
        Kind::of_marked(bytes, Marks::of(bytes))
    }

    /// Of bytes whose marks are known: most cells need no second look.
    #[inline]
    pub fn of_marked(bytes: &[u8], marks: Marks) -> Kind {
        if marks.has(Marks::LETTER) && !marks.has(Marks::DIGIT) {
            return Kind::Text;
        }
        // Spaces are those of Unicode: other bytes than ASCII may be some.
        let is_edge = |byte: &u8| Marks::of(&[*byte]).has(Marks::SPACE | Marks::BEYOND);
        if marks.has(Marks::SPACE | Marks::BEYOND)
            && (bytes.first().is_some_and(is_edge) || bytes.last().is_some_and(is_edge))
        {
            return of_untrimmed(bytes);
        }
        of_trimmed(bytes, marks)
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

/// Which kinds of bytes a text holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks(u16);

impl Marks {
    /// Digits.
    pub const DIGIT: u16 = 1;
    /// ASCII letters.
    pub const LETTER: u16 = 1 << 1;
    /// Bytes that are not ASCII.
    pub const BEYOND: u16 = 1 << 2;
    /// White space of ASCII.
    pub const SPACE: u16 = 1 << 3;
    /// Signs that stand in a cell only if they delimit cells, or in quotes.
    pub const TELLING: u16 = 1 << 4;
    /// `;` and `|`, which no code has.
    const PARTING: u16 = 1 << 5;
    /// What no number has; some letters may be an exponent or a currency.
    const FOREIGN: u16 = 1 << 6;
    /// Signs of numbers.
    const SIGN: u16 = 1 << 7;
    /// What no date and no time has.
    const DATELESS: u16 = 1 << 8;

    const OF_BYTE: [u16; 256] = {
        let mut marks = [0; 256];
        let mut at = 0;
        while at < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let byte = at as u8;
            marks[at] = match byte {
                b'0'..=b'9' => Marks::DIGIT,
                b'T' | b'Z' => Marks::LETTER | Marks::FOREIGN,
                b'e' | b'E' | b'U' | b'R' => Marks::LETTER | Marks::DATELESS,
                b'a'..=b'z' | b'A'..=b'Z' => Marks::LETTER | Marks::FOREIGN | Marks::DATELESS,
                b' ' | b'\n' | 0x0B | 0x0C | b'\r' => Marks::SPACE,
                b'\t' => Marks::SPACE | Marks::TELLING,
                b';' | b'|' => Marks::TELLING | Marks::PARTING | Marks::FOREIGN | Marks::DATELESS,
                b'~' | b'^' => Marks::TELLING | Marks::FOREIGN | Marks::DATELESS,
                b'.' | b',' | b'-' => Marks::SIGN,
                b'+' | b'%' | b'\'' => Marks::SIGN | Marks::DATELESS,
                b'/' | b':' => Marks::FOREIGN,
                0x80.. => Marks::BEYOND,
                _ => Marks::FOREIGN | Marks::DATELESS,
            };
            at += 1;
        }
        marks
    };

    /// Of all bytes of a text.
    #[inline]
    pub fn of(bytes: &[u8]) -> Marks {
        let mut marks = Marks::default();
        for byte in bytes {
            marks.add(*byte);
        }
        marks
    }

    /// Takes a byte into account.
    #[inline]
    pub fn add(&mut self, byte: u8) {
        self.0 |= Marks::OF_BYTE[usize::from(byte)];
    }

    /// True when any of these kinds is there.
    #[inline]
    pub fn has(self, kinds: u16) -> bool {
        self.0 & kinds != 0
    }
}

/// Of bytes that may have white space around them.
fn of_untrimmed(bytes: &[u8]) -> Kind {
    let Ok(text) = std::str::from_utf8(bytes) else { return Kind::Text };
    let text = text.trim();
    of_trimmed(text.as_bytes(), Marks::of(text.as_bytes()))
}

/// Of bytes without white space around them.
#[inline]
fn of_trimmed(bytes: &[u8], marks: Marks) -> Kind {
    if bytes.is_empty() {
        Kind::Blank
    } else if !marks.has(Marks::DIGIT) {
        Kind::Text
    } else if marks.0 == Marks::DIGIT {
        Kind::Number
    } else {
        of_mixed(bytes, marks)
    }
}

/// Of digits with something else.
fn of_mixed(bytes: &[u8], marks: Marks) -> Kind {
    let can_be_code = bytes.len() <= 40 && !marks.has(Marks::PARTING | Marks::SPACE);
    let can_be_number = !marks.has(Marks::FOREIGN);
    if !marks.has(Marks::DATELESS) && is_date(bytes) {
        return Kind::Date;
    }
    if !can_be_number && !can_be_code {
        return Kind::Text;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if can_be_number && is_number(text) => Kind::Number,
        Ok(text) if can_be_code && !(marks.has(Marks::BEYOND) && text.contains(char::is_whitespace)) => Kind::Code,
        _ => Kind::Text,
    }
}

fn is_number(text: &str) -> bool {
    let text = text.strip_prefix("EUR").or_else(|| text.strip_prefix('€')).unwrap_or(text);
    let text = text.strip_suffix("EUR").or_else(|| text.strip_suffix(['€', '%'])).unwrap_or(text).trim();
    let text = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
    let text = text.strip_suffix('-').unwrap_or(text).trim();
    match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => exponent.parse::<i16>().is_ok() && is_grouped(mantissa),
        None => is_grouped(text),
    }
}

/// Digits in groups: thousands, all parted by the same sign, and decimals behind another sign.
fn is_grouped(text: &str) -> bool {
    // Digits before the first sign and behind the last; the last sign, and the one that parts all groups before it.
    let (mut first, mut run) = (0, 0_usize);
    let (mut last, mut between) = (None, None);
    let mut in_thousands = true;
    for sign in text.chars() {
        if sign.is_ascii_digit() {
            run += 1;
            continue;
        }
        if !matches!(sign, '.' | ',' | '\'' | '’' | ' ' | '\u{A0}' | '\u{202F}') {
            return false;
        }
        if let Some(before) = last.replace(sign) {
            if run == 0 || between.is_some_and(|between| between != before) {
                return false;
            }
            in_thousands &= run == 3;
            between = Some(before);
        } else {
            first = run;
        }
        run = 0;
    }
    let Some(last) = last else { return run > 0 };
    let is_decimal = matches!(last, '.' | ',') && between != Some(last);
    let has_thousands = !is_decimal || between.is_some();
    run > 0
        && (is_decimal || (run == 3 && between.is_none_or(|between| between == last)))
        && (!has_thousands || ((1..=3).contains(&first) && in_thousands))
}

fn is_date(text: &[u8]) -> bool {
    // A day or a time begins with one to four digits and one of these signs.
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !matches!(digits, 1..=4) || !matches!(text.get(digits), Some(b'-' | b'/' | b'.' | b':')) {
        return false;
    }
    match text.iter().position(|byte| matches!(byte, b'T' | b' ')) {
        Some(at) => is_day(&text[..at]) && is_time(trimmed(&text[at + 1..])),
        None => is_day(text) || is_time(text),
    }
}

fn trimmed(text: &[u8]) -> &[u8] {
    std::str::from_utf8(text).map_or(text, |text| text.trim().as_bytes())
}

/// The value of one or two digits.
fn small(digits: &[u8]) -> Option<u8> {
    match digits {
        [one] if one.is_ascii_digit() => Some(one - b'0'),
        [ten, one] if ten.is_ascii_digit() && one.is_ascii_digit() => Some((ten - b'0') * 10 + (one - b'0')),
        _ => None,
    }
}

fn is_day(text: &[u8]) -> bool {
    let Some(separator) = text.iter().find(|byte| !byte.is_ascii_digit()).filter(|byte| b"-/.".contains(byte)) else {
        return false;
    };
    let mut parts = text.split(|byte| byte == separator);
    let (Some(one), Some(two), Some(three), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let in_range = |part: &[u8], most: u8| small(part).is_some_and(|value| (1..=most).contains(&value));
    let is_year = |part: &[u8]| matches!(part.len(), 2 | 4) && part.iter().all(u8::is_ascii_digit);
    if one.len() == 4 {
        is_year(one) && in_range(two, 12) && in_range(three, 31)
    } else {
        is_year(three) && in_range(one, 31) && in_range(two, 31)
    }
}

fn is_time(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"Z").unwrap_or(text);
    let mut parts = text.split(|byte| *byte == b':');
    let is_hour = parts.next().and_then(small).is_some_and(|hour| hour < 25);
    let is_minute = |part: &[u8]| part.len() == 2 && small(part).is_some();
    let is_second = |part: &[u8]| match part {
        [ten, one, b'.' | b',', fraction @ ..] => {
            is_minute(&[*ten, *one]) && !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit)
        }
        _ => is_minute(part),
    };
    is_hour && parts.next().is_some_and(is_minute) && parts.next().is_none_or(is_second) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same judgement without regard for time, as a second way.
    fn plainly(text: &str) -> Kind {
        let text = text.trim();
        if text.is_empty() {
            Kind::Blank
        } else if !text.contains(|sign: char| sign.is_ascii_digit()) {
            Kind::Text
        } else if plain_date(text) {
            Kind::Date
        } else if plain_number(text) {
            Kind::Number
        } else if text.len() <= 40 && !text.contains(char::is_whitespace) && !text.contains([';', '|']) {
            Kind::Code
        } else {
            Kind::Text
        }
    }

    fn plain_number(text: &str) -> bool {
        let text = text.strip_prefix("EUR").or_else(|| text.strip_prefix('€')).unwrap_or(text);
        let text = text.strip_suffix("EUR").or_else(|| text.strip_suffix(['€', '%'])).unwrap_or(text).trim();
        let text = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
        let text = text.strip_suffix('-').unwrap_or(text).trim();
        let text = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) if exponent.parse::<i16>().is_ok() => mantissa,
            Some(_) => return false,
            None => text,
        };
        let groups: Vec<usize> = text.split(|sign: char| !sign.is_ascii_digit()).map(str::len).collect();
        let separators: Vec<char> = text.chars().filter(|sign| !sign.is_ascii_digit()).collect();
        let (first, rest) = (groups[0], &groups[1..]);
        if separators.iter().any(|sign| !".,'’ \u{A0}\u{202F}".contains(*sign)) || rest.contains(&0) {
            return false;
        }
        let Some((last, between)) = separators.split_last() else { return first > 0 };
        let is_decimal = matches!(last, '.' | ',') && !between.contains(last);
        let in_thousands = if is_decimal { &rest[..rest.len() - 1] } else { rest };
        let uniform =
            between.windows(2).all(|pair| pair[0] == pair[1]) && (is_decimal || between.iter().all(|b| b == last));
        uniform
            && (in_thousands.is_empty() || (1..=3).contains(&first))
            && in_thousands.iter().all(|digits| *digits == 3)
    }

    fn plain_date(text: &str) -> bool {
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_small = |part: &str, range: std::ops::RangeInclusive<u8>| {
            part.len() <= 2 && is_digits(part) && part.parse().is_ok_and(|value| range.contains(&value))
        };
        let is_day = |text: &str| {
            ['-', '/', '.'].into_iter().any(|separator| match text.split(separator).collect::<Vec<_>>()[..] {
                [year, month, day] if year.len() == 4 => {
                    is_digits(year) && is_small(month, 1..=12) && is_small(day, 1..=31)
                }
                [one, two, year] => {
                    is_small(one, 1..=31) && is_small(two, 1..=31) && is_digits(year) && [2, 4].contains(&year.len())
                }
                _ => false,
            })
        };
        let is_time = |text: &str| {
            let parts: Vec<&str> = text.strip_suffix('Z').unwrap_or(text).split(':').collect();
            let is_minute = |part: &str| part.len() == 2 && is_digits(part);
            match parts[..] {
                [hour, minute] => is_small(hour, 0..=24) && is_minute(minute),
                [hour, minute, second] => {
                    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
                    is_small(hour, 0..=24) && is_minute(minute) && is_minute(second) && is_digits(fraction)
                }
                _ => false,
            }
        };
        match text.split_once(['T', ' ']) {
            Some((day, time)) => is_day(day) && is_time(time.trim()),
            None => is_day(text) || is_time(text),
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn both_ways_judge_alike(text in r"[0-9]{0,4}([-0-9.,/:' \t\u{A0}’€%+eETZ;|~EUR−x]{0,3}[0-9]{0,4}){0,5}", more in r"\PC{0,9}") {
            for text in [text.clone(), text + &more, more] {
                proptest::prop_assert_eq!(Kind::of_text(&text), plainly(&text), "{:?}", text);
            }
        }
    }

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
