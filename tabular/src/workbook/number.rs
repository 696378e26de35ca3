//! What a number of a workbook is by the format it is shown in: a number, a day, a time of day, a duration.

use crate::Cell;
use chrono::{Days, NaiveDate};

/// What a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// A number.
    #[default]
    Number,
    /// A day, with or without a time.
    Day,
    /// A time of day, or a duration (`[h]:mm`).
    Time,
}

/// The last serial of Excel's calendar, 31 December 9999.
const LAST_1900: f64 = 2_958_466.0;
/// Days between the first days of the two date systems.
const BETWEEN_SYSTEMS: f64 = 1_462.0;
/// Milliseconds of a day; Excel keeps no finer times.
const MILLISECONDS: f64 = 86_400_000.0;

/// The cell of a number shown in a format.
///
/// - A number that is none (not finite) is the error `#NUM!`.
/// - A time of day or a duration stays a number, in days.
/// - A day is a date, without its time. Days that Excel itself cannot show (before the first, after 9999) stay numbers.
/// - Serial 60 of the 1900 system is 29 February 1900, which never was: it is an error named after what Excel shows.
pub fn cell(value: f64, shown: Shown, is_1904: bool) -> Cell<'static> {
    if !value.is_finite() {
        return Cell::Error("#NUM!".to_owned());
    }
    if shown != Shown::Day {
        return Cell::Number(value);
    }
    day(value, is_1904).unwrap_or(Cell::Number(value))
}

fn day(value: f64, is_1904: bool) -> Option<Cell<'static>> {
    let serial = (value * MILLISECONDS).round() / MILLISECONDS;
    let first = if is_1904 { 0.0 } else { 1.0 };
    let last = if is_1904 { LAST_1900 - BETWEEN_SYSTEMS } else { LAST_1900 };
    if serial < first || serial >= last {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 2 958 466")]
    let days = serial.floor() as u64;
    let epoch = match (is_1904, days) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1),
        (false, 60) => return Some(Cell::Error("1900-02-29".to_owned())),
        (false, ..60) => NaiveDate::from_ymd_opt(1899, 12, 31),
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    epoch?.checked_add_days(Days::new(days)).map(Cell::Date)
}

/// What a built-in format shows.
pub fn built_in(id: u32) -> Shown {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=58 => Shown::Day,
        18..=21 | 32 | 33 | 45..=47 => Shown::Time,
        _ => Shown::Number,
    }
}

/// What a format shows by its code. The first section that says anything decides.
pub fn by_code(code: &str) -> Shown {
    let words = ["general", "standard", "standaard"];
    if words.iter().any(|word| code.eq_ignore_ascii_case(word)) {
        return Shown::Number;
    }
    let mut section = Section::default();
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' | '_' | '*' => drop(signs.next()),
            '"' => drop(signs.by_ref().find(|quote| *quote == '"')),
            '[' => section.bracket(&signs.by_ref().take_while(|sign| *sign != ']').collect::<String>()),
            ';' if section.says_something => break,
            ';' => section = Section::default(),
            _ => section.sign(sign),
        }
    }
    section.shown()
}

/// One section of a format code.
#[derive(Default)]
struct Section {
    says_something: bool,
    has_day: bool,
    has_time: bool,
    /// The last letter that stands for a part of a date or time.
    last: Option<char>,
    /// An `m` that is a month unless seconds follow.
    open_month: bool,
}

impl Section {
    fn bracket(&mut self, content: &str) {
        let lower = content.to_ascii_lowercase();
        let is_span = matches!(lower.chars().next(), Some('h' | 'm' | 's'))
            && lower.chars().all(|letter| lower.starts_with(letter));
        if is_span {
            self.says_something = true;
            self.has_time = true;
            self.last = lower.chars().next();
        }
    }

    fn sign(&mut self, sign: char) {
        let letter = sign.to_ascii_lowercase();
        match letter {
            'd' | 'y' => self.has_day = true,
            'h' => self.has_time = true,
            's' => {
                self.has_time = true;
                self.open_month = false;
            }
            'm' if matches!(self.last, Some('h')) => self.has_time = true,
            'm' if self.last == Some('m') => (),
            'm' => self.open_month = true,
            'a' | 'p' | '0' | '#' | '?' | '@' | 'g' => {
                self.says_something = true;
                return;
            }
            _ => return,
        }
        self.says_something = true;
        if matches!(letter, 'd' | 'y' | 'h') && self.open_month {
            self.has_day = true;
            self.open_month = false;
        }
        self.last = Some(letter);
    }

    fn shown(&self) -> Shown {
        if self.has_day || self.open_month {
            Shown::Day
        } else if self.has_time {
            Shown::Time
        } else {
            Shown::Number
        }
    }
}

/// The cell of a date or time in ISO form: a day with or without a time is a date, a time or a duration
/// (`PT1H30M`) a number of days, anything else a text.
pub fn iso(text: &str) -> Cell<'static> {
    let trimmed = text.trim();
    let day = trimmed.split(['T', ' ']).next().unwrap_or_default().trim_end_matches('Z');
    if let Some(day) = iso_day(day) {
        return Cell::Date(day);
    }
    match clock(trimmed.trim_end_matches('Z').trim_start_matches('T')).or_else(|| duration(trimmed)) {
        Some(days) => Cell::Number(days),
        None => super::texts::owned(text.to_owned()),
    }
}

fn iso_day(text: &str) -> Option<NaiveDate> {
    let is_iso = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if is_iso { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

fn clock(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let (hours, minutes) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let seconds = parts.next().map_or(Some(0.0), decimal)?;
    if parts.next().is_some() { None } else { Some(days(hours, minutes, seconds)) }
}

/// A duration of XML Schema, of which spreadsheets write hours, minutes, seconds, and at most days.
fn duration(text: &str) -> Option<f64> {
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (date, time) = text.strip_prefix('P')?.split_once('T')?;
    let whole_days = if date.is_empty() { 0.0 } else { whole(date.strip_suffix('D')?)? };
    let mut rest = time;
    let mut part = |mark: char| match rest.split_once(mark) {
        None => Some(0.0),
        Some((figure, after)) => {
            rest = after;
            decimal(figure)
        }
    };
    let (hours, minutes, seconds) = (part('H')?, part('M')?, part('S')?);
    if rest.is_empty() { Some(sign * (whole_days + days(hours, minutes, seconds))) } else { None }
}

fn whole(text: &str) -> Option<f64> {
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|b| b.is_ascii_digit()) {
        None
    } else {
        text.parse().ok()
    }
}

fn decimal(text: &str) -> Option<f64> {
    let is_figure =
        !text.is_empty() && text.len() <= 24 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    if is_figure { text.replace(',', ".").parse().ok() } else { None }
}

fn days(hours: f64, minutes: f64, seconds: f64) -> f64 {
    (hours * 3_600.0 + minutes * 60.0 + seconds) / 86_400.0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn date(text: &str) -> Cell<'static> {
        Cell::Date(text.parse().unwrap())
    }

    #[test]
    fn formats() {
        use Shown::{Day, Number, Time};
        for (code, shown) in [
            ("dd/mm/yyyy", Day),
            ("[$-813]d mmmm yyyy", Day),
            ("mmm", Day),
            ("mmm-yy", Day),
            ("yyyy-mm-dd hh:mm:ss", Day),
            ("d/m/yy;@", Day),
            ("\"\";dd/mm/yyyy", Day),
            ("h:mm", Time),
            ("mm:ss", Time),
            ("h:mm AM/PM", Time),
            ("[h]:mm", Time),
            ("[hh]:mm:ss", Time),
            ("[mm]", Time),
            ("[Red][h]:mm", Time),
            ("General", Number),
            ("Standard", Number),
            ("0.00", Number),
            ("0.00E+00", Number),
            ("#,##0.00 \"d m y\"", Number),
            ("#,##0\\ [$\u{20bd}-46D]", Number),
            ("_-* #,##0.00_d", Number),
            ("0\\d", Number),
            ("[>=100][Magenta]0", Number),
            ("0;[Red]dd", Number),
            ("@", Number),
            ("", Number),
            ("\"unclosed", Number),
            ("[unclosed", Number),
        ] {
            assert_eq!(by_code(code), shown, "{code}");
        }
    }

    #[test]
    fn serials_as_excel_shows_them() {
        for (serial, shown) in [
            (1.0, date("1900-01-01")),
            (59.0, date("1900-02-28")),
            (60.0, Cell::Error("1900-02-29".to_owned())),
            (60.5, Cell::Error("1900-02-29".to_owned())),
            (61.0, date("1900-03-01")),
            (36_526.0, date("2000-01-01")),
            (44_197.99, date("2021-01-01")),
            (2_958_465.0, date("9999-12-31")),
            (2_958_466.0, Cell::Number(2_958_466.0)),
            (0.0, Cell::Number(0.0)),
            (-1.0, Cell::Number(-1.0)),
            (f64::NAN, Cell::Error("#NUM!".to_owned())),
        ] {
            assert_eq!(cell(serial, Shown::Day, false), shown, "{serial}");
        }
        assert_eq!(cell(0.0, Shown::Day, true), date("1904-01-01"));
        assert_eq!(cell(60.0, Shown::Day, true), date("1904-03-01"));
        assert_eq!(cell(34_033.0, Shown::Day, true), date("1997-03-06"));
        assert_eq!(cell(0.25, Shown::Time, false), Cell::Number(0.25));
        assert_eq!(cell(f64::MAX, Shown::Day, false), Cell::Number(f64::MAX));
    }

    #[test]
    fn iso_forms() {
        assert_eq!(iso("2021-02-28"), date("2021-02-28"));
        assert_eq!(iso("2021-02-28T23:59:59.999Z"), date("2021-02-28"));
        assert_eq!(iso("12:00:00"), Cell::Number(0.5));
        assert_eq!(iso("PT36H00M00S"), Cell::Number(1.5));
        assert_eq!(iso("-PT12H"), Cell::Number(-0.5));
        assert_eq!(iso("2021-02-30"), Cell::Text("2021-02-30".into()));
        assert_eq!(iso("PT"), Cell::Number(0.0));
        assert_eq!(iso("tomorrow"), Cell::Text("tomorrow".into()));
    }
}
