//! Numbers with a decimal sign and thousands signs of either kind.

/// Whether `,` or `.` is the decimal sign of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Cells show that it is this one.
    Decimal(char),
    /// No cell shows it; each is read by itself (see [`read_hundredths`]).
    Unshown,
    /// Some cells show the one, some the other.
    Both,
}

/// What the numbers of a column show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Numbers without a sign inside.
    pub plain: u64,
    /// Numbers that are right with a decimal comma only.
    pub comma: u64,
    /// Numbers that are right with a decimal point only.
    pub point: u64,
    /// Numbers with one sign and three digits behind it: a thousand, or three decimals.
    pub either: u64,
}

impl Numbers {
    /// Takes a text into account; false when it is no number.
    pub(super) fn see(&mut self, text: &str) -> bool {
        let Some(parts) = Parts::of(text) else { return false };
        match parts.reading() {
            Reading::Plain => self.plain += 1,
            Reading::Decimal(',') => self.comma += 1,
            Reading::Decimal(_) => self.point += 1,
            Reading::Either(_) => self.either += 1,
            Reading::None => return false,
        }
        true
    }

    /// How many cells are numbers.
    pub fn count(&self) -> u64 {
        self.plain + self.comma + self.point + self.either
    }

    /// The decimal sign that the cells show.
    pub fn sign(&self) -> Sign {
        match (self.comma > 0, self.point > 0) {
            (true, true) => Sign::Both,
            (true, false) => Sign::Decimal(','),
            (false, true) => Sign::Decimal('.'),
            (false, false) => Sign::Unshown,
        }
    }
}

/// A number taken apart: a sign, then digits in runs, with the separator before each run but the first.
struct Parts<'t> {
    negative: bool,
    runs: [&'t str; 8],
    separators: [char; 8],
    count: usize,
}

enum Reading {
    None,
    Plain,
    /// Only this is the decimal sign.
    Decimal(char),
    /// One sign, once, before three digits: decimal or thousands.
    Either(char),
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('€').or_else(|| text.strip_suffix('€')).unwrap_or(text);
        let text = text.strip_prefix("EUR").or_else(|| text.strip_suffix("EUR")).unwrap_or(text).trim();
        let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let mut parts = Parts { negative, runs: [""; 8], separators: [' '; 8], count: 0 };
        let mut begin = 0;
        for (at, sign) in text.char_indices().chain(std::iter::once((text.len(), '\0'))) {
            if sign.is_ascii_digit() {
                continue;
            }
            let run = text.get(begin..at)?;
            // `,5` and `5,` are numbers in some exports; two separators in a row are none.
            if parts.count == 8 || (run.is_empty() && at > 0 && sign != '\0') {
                return None;
            }
            parts.runs[parts.count] = run;
            parts.count += 1;
            begin = at + sign.len_utf8();
            if sign == '\0' {
                break;
            }
            if !matches!(sign, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}') || parts.count == 8 {
                return None;
            }
            parts.separators[parts.count] = sign;
        }
        parts.runs[..parts.count].iter().any(|run| !run.is_empty()).then_some(parts)
    }

    fn runs(&self) -> &[&'t str] {
        &self.runs[..self.count]
    }

    /// True when the runs up to `end` are one number in groups of three.
    fn is_grouped(&self, end: usize) -> bool {
        let first = self.runs[0].len();
        let same = self.separators[1..end.max(1)].windows(2).all(|pair| pair[0] == pair[1]);
        same && (end == 1
            || ((1..=3).contains(&first)
                && !self.runs[0].starts_with('0')
                && self.runs[1..end].iter().all(|run| run.len() == 3)))
    }

    fn reading(&self) -> Reading {
        let last = self.count - 1;
        if last == 0 {
            return Reading::Plain;
        }
        let sign = self.separators[last];
        let can_be_decimal = matches!(sign, ',' | '.')
            && !self.separators[1..last].contains(&sign)
            && self.is_grouped(last)
            && !(self.runs[0].is_empty() && self.runs[last].is_empty());
        let can_be_grouped = self.is_grouped(self.count);
        match (can_be_decimal, can_be_grouped) {
            (true, false) => Reading::Decimal(sign),
            (true, true) => Reading::Either(sign),
            (false, true) if sign == ',' => Reading::Decimal('.'),
            (false, true) if sign == '.' => Reading::Decimal(','),
            (false, true) => Reading::Plain,
            (false, false) => Reading::None,
        }
    }

    fn hundredths(&self, whole_end: usize, fraction: &str) -> Option<i64> {
        let mut value = 0_i64;
        for digit in self.runs[..whole_end].iter().flat_map(|run| run.bytes()) {
            value = value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = match fraction.as_bytes() {
            [] => 0,
            [tenths] => i64::from(tenths - b'0') * 10,
            [tenths, hundredths] => i64::from(tenths - b'0') * 10 + i64::from(hundredths - b'0'),
            _ => return None,
        };
        let value = value.checked_mul(100)?.checked_add(digits)?;
        Some(if self.negative { -value } else { value })
    }
}

/// A number with at most two decimals other than 0, as hundredths, read by what the column shows of its signs.
///
/// `1.234` is a thousand unless the column shows that the point is its decimal sign: with two decimals at most it
/// cannot be anything else. In a column that shows both signs it is not read at all. `None`: no such number.
pub fn read_hundredths(text: &str, sign: Sign) -> Option<i64> {
    let parts = Parts::of(text)?;
    let last = parts.count - 1;
    let decimal = |parts: &Parts<'_>| parts.hundredths(last, parts.runs()[last]);
    let grouped = |parts: &Parts<'_>| parts.hundredths(parts.count, "");
    match parts.reading() {
        Reading::None => None,
        Reading::Plain => grouped(&parts),
        Reading::Decimal(own) if own == parts.separators[last] && parts.is_decimal(own, last) => {
            // A cell that contradicts what all others show was not there when the column was looked at.
            if matches!(sign, Sign::Decimal(shown) if shown != own) { None } else { decimal(&parts) }
        }
        Reading::Decimal(own) => {
            if matches!(sign, Sign::Decimal(shown) if shown != own) {
                None
            } else {
                grouped(&parts)
            }
        }
        Reading::Either(own) => match sign {
            Sign::Decimal(shown) if shown == own => decimal(&parts),
            Sign::Decimal(_) | Sign::Unshown => grouped(&parts),
            Sign::Both => None,
        },
    }
}

impl Parts<'_> {
    fn is_decimal(&self, sign: char, last: usize) -> bool {
        self.separators[last] == sign && !self.separators[1..last].contains(&sign) && self.is_grouped(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cells: &[&str]) -> Sign {
        let mut numbers = Numbers::default();
        for cell in cells {
            assert!(numbers.see(cell), "{cell}");
        }
        numbers.sign()
    }

    #[test]
    fn a_column_shows_its_decimal_sign() {
        assert_eq!(shown(&["12,5", "3"]), Sign::Decimal(','));
        assert_eq!(shown(&["1.234,56"]), Sign::Decimal(','));
        assert_eq!(shown(&["1.234.567"]), Sign::Decimal(','));
        assert_eq!(shown(&["1,234,567", "1.234"]), Sign::Decimal('.'));
        assert_eq!(shown(&["0.750", "1.500"]), Sign::Decimal('.'));
        assert_eq!(shown(&["1.500", "1 250", "7"]), Sign::Unshown);
        assert_eq!(shown(&["1.5", "1,5"]), Sign::Both);
    }

    #[test]
    fn numbers_are_read_by_what_the_column_shows() {
        let read = read_hundredths;
        assert_eq!(read("1.234", Sign::Unshown), Some(123_400));
        assert_eq!(read("1.234", Sign::Decimal(',')), Some(123_400));
        assert_eq!(read("1.230", Sign::Decimal('.')), Some(123));
        assert_eq!(read("1.234", Sign::Decimal('.')), None, "three decimals");
        assert_eq!(read("1.234", Sign::Both), None);
        assert_eq!(read("57.042,00 €", Sign::Unshown), Some(5_704_200));
        assert_eq!(read("-1\u{202f}234,5", Sign::Decimal(',')), Some(-123_450));
        assert_eq!(read("1'234.50", Sign::Unshown), Some(123_450));
        assert_eq!(read(",5", Sign::Unshown), Some(50));
        assert_eq!(read("5,", Sign::Unshown), Some(500));
        assert_eq!(read("007", Sign::Unshown), Some(700));
        assert_eq!(read("12,5", Sign::Decimal('.')), None, "the column says otherwise");
        for wrong in ["", "-", "1-2", "1.2.3", "1,2,3", "12.34.567", "8,5E+3", "abc", ",", "1..2", "1 23", "0,123.5"] {
            assert_eq!(read(wrong, Sign::Unshown), None, "{wrong}");
        }
    }

    proptest::proptest! {
        /// Any amount, written in any of the usual ways, comes back.
        #[test]
        fn what_is_written_is_read(value in -10_000_000_000_i64..10_000_000_000, way in 0..6_usize) {
            let [decimal, group] = [[',', '.'], ['.', ','], [',', ' '], [',', '\u{a0}'], ['.', '\''], [',', '\0']][way];
            let whole = (value / 100).abs().to_string();
            let mut text = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at) % 3 == 0 && group != '\0' {
                    text.push(group);
                }
                text.push(digit);
            }
            let text = format!("{}{text}{decimal}{:02}", if value < 0 { "-" } else { "" }, (value % 100).abs());
            let mut numbers = Numbers::default();
            proptest::prop_assert!(numbers.see(&text));
            proptest::prop_assert_eq!(numbers.sign(), Sign::Decimal(decimal));
            proptest::prop_assert_eq!(read_hundredths(&text, numbers.sign()), Some(value));
            proptest::prop_assert_eq!(read_hundredths(&text, Sign::Unshown), Some(value));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            let _ = read_hundredths(&text, Sign::Unshown);
        }
    }
}
