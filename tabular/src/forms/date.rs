//! Dates in the forms that offices write: figures in either order, month names in four languages, ISO, serials.

use crate::Cell;
use chrono::{Datelike, NaiveDate};

/// Whether day or month comes first in a column of dates in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Some cells can be read with the day first only, none with the month first only.
    DayFirst,
    /// The other way round.
    MonthFirst,
    /// No cell shows it: every day and every month is 12 or less. Read with the day first, as Belgium writes.
    Unshown,
    /// Some cells show the one, some the other: cells that could be both are not read.
    Both,
}

/// What the dates of a column show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    /// Dates that can be read in one way only, whatever the order: ISO, month names, a workbook's own dates.
    pub certain: u64,
    /// Dates in figures that are right with the day first only.
    pub day_first: u64,
    /// Dates in figures that are right with the month first only.
    pub month_first: u64,
    /// Dates in figures that are right both ways, and are different dates.
    pub either: u64,
}

/// The first day of the serial numbers of a workbook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateSystem {
    /// 1900, as Excel does unless told otherwise.
    #[default]
    From1900,
    /// 1904, as Excel did on Macintoshes: [`Workbook::is_1904`](crate::workbook::Workbook::is_1904).
    From1904,
}

/// Why a cell is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFault {
    /// It has the form of no date, or there is no such day.
    Form,
    /// Day and month could be swapped, and the column shows both orders.
    Ambiguous,
    /// An error of the workbook.
    Error,
}

/// A date in figures or words, before the order is decided.
enum Parsed {
    Certain(NaiveDate),
    /// First figure, second figure, year.
    Figures(u32, u32, i32),
}

impl Dates {
    /// Takes a text into account; false when it is no date.
    pub(super) fn see(&mut self, text: &str) -> bool {
        match parse(text) {
            None => return false,
            Some(Parsed::Certain(_)) => self.certain += 1,
            Some(Parsed::Figures(first, second, year)) => {
                let day_first = NaiveDate::from_ymd_opt(year, second, first);
                let month_first = NaiveDate::from_ymd_opt(year, first, second);
                match (day_first, month_first) {
                    (None, None) => return false,
                    (Some(_), None) => self.day_first += 1,
                    (None, Some(_)) => self.month_first += 1,
                    (Some(one), Some(other)) if one == other => self.certain += 1,
                    (Some(_), Some(_)) => self.either += 1,
                }
            }
        }
        true
    }

    /// How many cells are dates.
    pub fn count(&self) -> u64 {
        self.certain + self.day_first + self.month_first + self.either
    }

    /// The order that the cells show.
    pub fn order(&self) -> DateOrder {
        match (self.day_first > 0, self.month_first > 0) {
            (true, true) => DateOrder::Both,
            (true, false) => DateOrder::DayFirst,
            (false, true) => DateOrder::MonthFirst,
            (false, false) => DateOrder::Unshown,
        }
    }
}

/// A date, read by the order that its column shows. A time behind it is passed over; a number, also one that stands
/// there as text, is a serial of the 1900 date system. Years of two figures are those of 1930 to 2029, as in Excel.
///
/// # Errors
/// When it is no date, or could be two.
pub fn read_date(cell: &Cell<'_>, order: DateOrder) -> Result<NaiveDate, DateFault> {
    read_date_in(cell, order, DateSystem::From1900)
}

/// The same in a workbook whose serial numbers are of this date system.
///
/// # Errors
/// When it is no date, or could be two.
pub fn read_date_in(cell: &Cell<'_>, order: DateOrder, system: DateSystem) -> Result<NaiveDate, DateFault> {
    match cell {
        Cell::Date(day) => Ok(*day),
        Cell::Number(serial) => system.day(*serial).ok_or(DateFault::Form),
        Cell::Text(text) => match parse(text.trim()) {
            None => text_serial(text.trim()).and_then(|serial| system.day(serial)).ok_or(DateFault::Form),
            Some(Parsed::Certain(day)) => Ok(day),
            Some(Parsed::Figures(first, second, year)) => figures(first, second, year, order),
        },
        Cell::Error(_) => Err(DateFault::Error),
        Cell::Empty | Cell::Bool(_) => Err(DateFault::Form),
    }
}

fn figures(first: u32, second: u32, year: i32, order: DateOrder) -> Result<NaiveDate, DateFault> {
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    let month_first = NaiveDate::from_ymd_opt(year, first, second);
    match order {
        DateOrder::DayFirst | DateOrder::Unshown => day_first.ok_or(DateFault::Form),
        DateOrder::MonthFirst => month_first.ok_or(DateFault::Form),
        DateOrder::Both => match (day_first, month_first) {
            (Some(one), Some(other)) if one != other => Err(DateFault::Ambiguous),
            (Some(day), _) | (_, Some(day)) => Ok(day),
            (None, None) => Err(DateFault::Form),
        },
    }
}

/// The day of a serial of the 1900 date system, between 1927 and 2173 (four or five figures below 100 000): smaller and
/// larger ones are other numbers. Serial 60 stands for a day that never was.
pub fn serial_day(serial: f64) -> Option<NaiveDate> {
    DateSystem::From1900.day(serial)
}

impl DateSystem {
    /// The day of a serial: see [`serial_day`]; counted from 1904 the same serials are 1 462 days later.
    pub fn day(self, serial: f64) -> Option<NaiveDate> {
        if !(10_000.0..100_000.0).contains(&serial) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        let days = serial.floor() as i64;
        let zero = match self {
            DateSystem::From1900 => NaiveDate::from_ymd_opt(1899, 12, 30),
            DateSystem::From1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
        };
        zero?.checked_add_signed(chrono::TimeDelta::try_days(days)?)
    }
}

fn text_serial(text: &str) -> Option<f64> {
    let whole = text.split(['.', ',']).next().unwrap_or(text);
    let is_serial = whole.len() == 5
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
        && whole.bytes().all(|byte| byte.is_ascii_digit());
    is_serial.then(|| whole.parse().ok()).flatten()
}

fn parse(text: &str) -> Option<Parsed> {
    if !text.bytes().next()?.is_ascii() || text.len() > 60 {
        return words(text);
    }
    let bytes = text.as_bytes();
    if !bytes[0].is_ascii_digit() {
        return words(text);
    }
    // Figures, one separator, figures, the same separator, figures.
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first = digits(0);
    if first == 8 && rest_is_time(&text[8..]) {
        let date = NaiveDate::from_ymd_opt(number(&text[..4])?, unsigned(&text[4..6])?, unsigned(&text[6..8])?)?;
        return (1900..=2100).contains(&date.year()).then_some(Parsed::Certain(date));
    }
    let separator = *bytes.get(first)?;
    if !matches!(separator, b'/' | b'-' | b'.') {
        return words(text);
    }
    let second = digits(first + 1);
    if second == 0 || bytes.get(first + 1 + second) != Some(&separator) {
        return words(text);
    }
    let third_at = first + second + 2;
    let third = digits(third_at);
    let rest = &text[third_at + third..];
    if !rest_is_time(rest) {
        return None;
    }
    let (one, two, three) = (&text[..first], &text[first + 1..first + 1 + second], &text[third_at..third_at + third]);
    match (one.len(), two.len(), three.len()) {
        (4, 1 | 2, 1 | 2) => {
            NaiveDate::from_ymd_opt(number(one)?, unsigned(two)?, unsigned(three)?).map(Parsed::Certain)
        }
        (1 | 2, 1 | 2, 4) => Some(Parsed::Figures(unsigned(one)?, unsigned(two)?, number(three)?)),
        (1 | 2, 1 | 2, 2) => Some(Parsed::Figures(unsigned(one)?, unsigned(two)?, century(number(three)?))),
        _ => None,
    }
}

fn number(text: &str) -> Option<i32> {
    text.parse().ok()
}

fn unsigned(text: &str) -> Option<u32> {
    text.parse().ok()
}

fn century(year: i32) -> i32 {
    if year < 30 { 2000 + year } else { 1900 + year }
}

/// What may stand behind a date: nothing, or a time of day.
fn rest_is_time(rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    let Some(time) = rest.strip_prefix(['T', ' ', ',']) else { return false };
    let time = time.trim().trim_end_matches('Z');
    let sign = |sign: char| sign.is_ascii_digit() || matches!(sign, ':' | '.' | '+' | '-' | 'h' | 'u' | ' ');
    time.chars().next().is_none_or(|first| first.is_ascii_digit()) && time.chars().all(sign)
}

/// Month names and their usual short forms, folded: Dutch, French, German, English.
const MONTHS: [&[&str]; 12] = [
    &["januari", "jan", "janvier", "janv", "januar", "janner", "jaenner", "january"],
    &["februari", "feb", "fevrier", "fevr", "fev", "februar", "february"],
    &["maart", "mrt", "mars", "marz", "maerz", "mrz", "march", "mar"],
    &["april", "apr", "avril", "avr"],
    &["mei", "mai", "may"],
    &["juni", "jun", "juin", "june"],
    &["juli", "jul", "juillet", "juil", "july"],
    &["augustus", "aug", "aout", "august"],
    &["september", "sep", "sept", "septembre"],
    &["oktober", "okt", "octobre", "oct", "october"],
    &["november", "nov", "novembre"],
    &["december", "dec", "decembre", "dezember", "dez"],
];

/// Days of the week that may stand before a date.
const DAYS: [&str; 28] = [
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// `12 maart 2017`, `1er mars 2017`, `12. März 2017`, `12-mrt-17`, `lundi 12 mars 2017`, `March 12, 2017`.
fn words(text: &str) -> Option<Parsed> {
    if text.len() > 60 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let folded: String = text.chars().flat_map(char::to_lowercase).map(plain).collect();
    let mut words = folded.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut word = words.next()?;
    if DAYS.contains(&word) {
        word = words.next()?;
    }
    if matches!(word, "le" | "de" | "den" | "am" | "der" | "op") {
        word = words.next()?;
    }
    let month_of = |word: &str| (1..).zip(MONTHS).find(|(_, names)| names.contains(&word)).map(|(month, _)| month);
    let (day, month) = match month_of(word) {
        Some(month) => (words.next()?, month),
        None => (word, month_of(words.next()?)?),
    };
    let day =
        ["er", "e", "ste", "de", "st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
    let year = words.next()?;
    let year = match year.len() {
        4 => number(year)?,
        2 => century(number(year)?),
        _ => return None,
    };
    // Behind the year only a time.
    if words.any(|word| !word.bytes().all(|byte| byte.is_ascii_digit())) || day.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, unsigned(day)?).map(Parsed::Certain)
}

fn plain(sign: char) -> char {
    match sign {
        'é' | 'è' | 'ê' => 'e',
        'û' | 'ù' | 'ü' => 'u',
        'ä' => 'a',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        read_date(&Cell::Text(text.into()), DateOrder::Unshown).ok().map(|day| day.to_string())
    }

    #[test]
    fn every_usual_form_is_read() {
        for text in [
            "2017-03-12",
            "2017-03-12T00:00:00",
            "2017-03-12 00:00",
            "2017/3/12",
            "20170312",
            "12/03/2017",
            "12/3/17",
            "12-3-2017 14:30",
            "12.03.2017",
            "12 maart 2017",
            "12 mrt. 2017",
            "12-mrt-17",
            "12 mars 2017",
            "le 12 mars 2017",
            "dimanche 12 mars 2017",
            "12. März 2017",
            "12. Maerz 2017",
            "Sonntag, den 12. März 2017",
            "March 12, 2017",
            "zondag 12 maart 2017 14:05",
            "42806",
            "42806.5",
        ] {
            assert_eq!(read(text).as_deref(), Some("2017-03-12"), "{text}");
        }
        assert_eq!(read("1er août 2016").as_deref(), Some("2016-08-01"));
        assert_eq!(read("29 févr. 2016").as_deref(), Some("2016-02-29"));
        assert_eq!(read("1/1/30").as_deref(), Some("1930-01-01"));
        assert_eq!(read("31/12/29").as_deref(), Some("2029-12-31"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "x",
            "2017",
            "12/2017",
            "mars 2017",
            "31/02/2017",
            "2017-02-30",
            "12/03/2017/1",
            "12/03/017",
            "12-03/2017",
            "20171399",
            "12 foo 2017",
            "12 maart 2017 Jansen",
            "9999",
            "123456",
            "85073003328",
            "1,5",
            "12/03/2017 x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    fn order(cells: &[&str]) -> DateOrder {
        let mut dates = Dates::default();
        for cell in cells {
            assert!(dates.see(cell), "{cell}");
        }
        dates.order()
    }

    #[test]
    fn the_order_is_decided_over_the_column() {
        assert_eq!(order(&["03/04/2017", "25/03/2017"]), DateOrder::DayFirst);
        assert_eq!(order(&["03/04/2017", "03/25/2017"]), DateOrder::MonthFirst);
        assert_eq!(order(&["03/04/2017", "05/05/2017", "2017-12-25"]), DateOrder::Unshown);
        assert_eq!(order(&["25/03/2017", "03/25/2017"]), DateOrder::Both);
        let cell = Cell::Text("03/04/2017".into());
        let day = |order| read_date(&cell, order).map(|day| (day.month(), day.day()));
        assert_eq!(day(DateOrder::DayFirst), Ok((4, 3)));
        assert_eq!(day(DateOrder::Unshown), Ok((4, 3)));
        assert_eq!(day(DateOrder::MonthFirst), Ok((3, 4)));
        assert_eq!(day(DateOrder::Both), Err(DateFault::Ambiguous));
        let certain = Cell::Text("05/05/2017".into());
        assert!(read_date(&certain, DateOrder::Both).is_ok());
    }

    #[test]
    fn serials_are_those_of_excel() {
        // 42806 and 36526 as Excel shows them: 12 March 2017 and 1 January 2000.
        assert_eq!(serial_day(42_806.0), NaiveDate::from_ymd_opt(2017, 3, 12));
        assert_eq!(serial_day(36_526.99), NaiveDate::from_ymd_opt(2000, 1, 1));
        assert_eq!(serial_day(60.0), None);
        assert_eq!(serial_day(f64::NAN), None);
    }

    #[test]
    fn a_serial_of_1904_that_stands_there_as_text_is_read_as_one() {
        // 41344 in a workbook that counts from 1904 is what Excel shows as 12 March 2017.
        let day = NaiveDate::from_ymd_opt(2017, 3, 12).ok_or(DateFault::Form);
        let read = |cell: Cell<'_>| read_date_in(&cell, DateOrder::DayFirst, DateSystem::From1904);
        assert_eq!(read(Cell::Text("41344".into())), day);
        assert_eq!(read(Cell::Text(" 41344,5 ".into())), day);
        assert_eq!(read(Cell::Number(41_344.0)), day);
        // What is written as a date is no serial.
        assert_eq!(read(Cell::Text("12/03/2017".into())), day);
        assert_eq!(read_date(&Cell::Text("42806".into()), DateOrder::DayFirst), day);
    }

    proptest::proptest! {
        #[test]
        fn a_written_day_comes_back(days in 10_000_u32..60_000, form in 0..7_usize) {
            let day = DateSystem::From1900.day(f64::from(days)).unwrap_or_default();
            let forms = ["%Y-%m-%d", "%d/%m/%Y", "%-d.%-m.%Y", "%d-%m-%Y %H:%M", "%-d %B %Y", "%Y%m%d", "%A %d %b %Y"];
            let text = day.and_time(chrono::NaiveTime::MIN).format(forms[form]).to_string();
            let mut dates = Dates::default();
            proptest::prop_assert!(dates.see(&text), "{}", text);
            proptest::prop_assert_eq!(read_date(&Cell::Text(text.into()), DateOrder::DayFirst), Ok(day));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = read_date(&Cell::Text(text.into()), DateOrder::Both);
        }
    }
}
