//! What a column of a file looks like: filled share, kind of its cells, values it shows. Gathered cell by cell, in bounded
//! memory; what of it may be shown to people is decided here too.

use crate::catalogue::{Catalogue, ColumnContract, ColumnType, fold};
use crate::model::{ColumnKind, Niss};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use tabular::Cell;
use tabular::forms::{Column as Form, DateOrder, Kind, Sign, read_date, read_hundredths, serial_day};

/// Different values that are kept of a column; one with more is no list of codes.
const MOST_VALUES: usize = 200;
/// Cells from which the median is taken.
const MOST_READINGS: usize = 10_000;
/// Characters of the longest value that may be a code.
const LONGEST_CODE: usize = 40;
/// Digits in a row from which a value may name a person (telephone, national number, account).
const MANY_DIGITS: usize = 5;
/// Occurrences from which a value no list knows may be shown: a rarer one may tell a person.
const OFTEN: u64 = 3;

/// What was seen of one column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Heading; with two header rows `group / name`.
    pub heading: String,
    /// Position from 0.
    pub position: usize,
    /// Rows of content.
    pub rows: u64,
    /// How its numbers and dates are written.
    pub form: Form,
    /// National numbers with right check digits.
    pub national: u64,
    /// Cells that end with a number in brackets: `SURNAME First (17)`.
    pub bracketed: u64,
    /// Cells of one word with a digit in it, as file numbers are.
    pub numbered: u64,
    /// Cells with five digits or more in a row.
    pub long_digits: u64,
    values: BTreeMap<String, (String, u64)>,
    has_more_values: bool,
    readings: Vec<f64>,
    texts: Vec<String>,
}

/// What the cells of a column are, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Nothing.
    Empty,
    /// National numbers.
    NationalNumber,
    /// Dates that can be read in one way only: ISO, month names, a workbook's own dates.
    PlainDate,
    /// Dates in figures, and whether the order of day and month is known.
    Date(DateOrder),
    /// Numbers, and whether the decimal sign is known.
    Number(Sign),
    /// Whole numbers.
    Whole,
    /// File numbers: one word with digits.
    Id,
    /// Few different values.
    Code,
    /// Values that the list of the field knows.
    KnownCode,
    /// Anything else.
    Text,
}

impl Column {
    /// A column without cells yet.
    pub fn new(heading: String, position: usize) -> Self {
        Column { heading, position, ..Column::default() }
    }

    /// Takes a cell of a content row into account.
    pub fn see(&mut self, cell: &Cell<'_>) {
        self.rows += 1;
        self.form.see(cell);
        if cell.is_blank() {
            return;
        }
        let text = cell.text();
        self.national += u64::from(Niss::parse(&text).is_ok());
        self.bracketed += u64::from(ends_with_number(&text));
        self.numbered += u64::from(!text.contains(char::is_whitespace) && text.contains(|c: char| c.is_ascii_digit()));
        self.long_digits += u64::from(has_digits(&text, MANY_DIGITS));
        if self.readings.len() < MOST_READINGS {
            match cell {
                Cell::Number(number) => self.readings.push(*number),
                Cell::Date(day) => self.readings.push(days(*day)),
                // Order and sign are known at the end only.
                Cell::Text(_) => self.texts.push(text.clone().into_owned()),
                _ => {}
            }
            self.texts.truncate(MOST_READINGS);
        }
        if self.has_more_values {
            return;
        }
        let known = fold(&text);
        if let Some((_, count)) = self.values.get_mut(&known) {
            *count += 1;
        } else if self.values.len() < MOST_VALUES && text.chars().count() <= 200 {
            self.values.insert(known, (text.into_owned(), 1));
        } else {
            self.has_more_values = true;
            self.values.clear();
        }
    }

    /// Cells that are not blank.
    pub fn filled(&self) -> u64 {
        self.form.filled
    }

    /// What most cells are.
    pub fn looks(&self) -> Looks {
        let most = |count: u64| count * 10 >= self.filled() * 9;
        if self.filled() == 0 {
            Looks::Empty
        } else if most(self.national) {
            Looks::NationalNumber
        } else {
            match self.form.kind() {
                Kind::Date if self.form.dates.certain == self.form.dates.count() => Looks::PlainDate,
                Kind::Date => Looks::Date(self.form.dates.order()),
                Kind::Number if self.is_whole() => Looks::Whole,
                Kind::Number => Looks::Number(self.form.numbers.sign()),
                _ if self.is_code() => Looks::Code,
                _ if most(self.numbered) => Looks::Id,
                _ => Looks::Text,
            }
        }
    }

    fn is_whole(&self) -> bool {
        let numbers = &self.form.numbers;
        numbers.comma == 0
            && numbers.point == 0
            && numbers.either == 0
            && self.readings.iter().all(|x| x.fract() == 0.0)
    }

    /// Few values, each short, repeated: a list of codes rather than a text.
    fn is_code(&self) -> bool {
        let distinct = self.values.len() as u64;
        !self.has_more_values
            && distinct * 3 <= self.filled()
            && distinct <= 40
            && self.values.values().all(|(shown, _)| shown.chars().count() <= LONGEST_CODE)
    }

    /// The kind, as it is kept to compare with the next submission.
    pub fn kind(&self) -> ColumnKind {
        match self.looks() {
            Looks::Empty => ColumnKind::Empty,
            Looks::NationalNumber => ColumnKind::NationalNumber,
            Looks::PlainDate | Looks::Date(_) => ColumnKind::Date,
            Looks::Number(_) | Looks::Whole => ColumnKind::Number,
            Looks::Id | Looks::Code | Looks::KnownCode | Looks::Text => ColumnKind::Text,
        }
    }

    /// Median of dates (days since 1970-01-01) or numbers; of the first ten thousand cells. `None` for other columns.
    pub fn median(&self) -> Option<f64> {
        let mut all = self.readings.clone();
        match self.looks() {
            Looks::PlainDate | Looks::Date(_) => {
                let order = self.form.dates.order();
                let read = |text: &String| read_date(&Cell::Text(text.as_str().into()), order).ok().map(days);
                all.extend(self.texts.iter().filter_map(read));
            }
            Looks::Number(_) | Looks::Whole => {
                let sign = self.form.numbers.sign();
                #[expect(clippy::cast_precision_loss, reason = "hundredths of a figure in a cell are far below 2^53")]
                let read = |text: &String| read_hundredths(text, sign).map(|value| value as f64 / 100.0);
                all.extend(self.texts.iter().filter_map(read));
            }
            _ => return None,
        }
        all.sort_by(f64::total_cmp);
        all.get(all.len().checked_sub(1)? / 2).copied()
    }

    /// Different values with how often each occurs; nothing when there are too many.
    pub fn values(&self) -> impl Iterator<Item = (&str, u64)> {
        self.values.values().map(|(shown, count)| (shown.as_str(), *count))
    }

    /// Share of the filled cells whose value `is_known`; 0 when there are too many different values.
    pub fn share_known(&self, is_known: impl Fn(&str) -> bool) -> f64 {
        let known: u64 = self.values().filter(|(value, _)| is_known(value)).map(|(_, count)| count).sum();
        share(known, self.filled())
    }

    /// Values that `is_known` does not hold for and that may be shown: short, often, without many digits in a row.
    pub fn unknown_values(&self, is_known: impl Fn(&str) -> bool) -> Vec<(String, u64)> {
        let may_be_shown = |value: &str, count: u64| {
            count >= OFTEN
                && value.chars().count() <= LONGEST_CODE
                && !has_digits(value, MANY_DIGITS)
                && !is_like_a_name(value)
        };
        let mut found: Vec<(String, u64)> = self
            .values()
            .filter(|(value, count)| may_be_shown(value, *count) && !is_known(value))
            .map(|(value, count)| (value.to_owned(), count))
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found
    }

    /// True when what the cells show does not speak against this field. An empty column speaks against nothing.
    pub fn fits(&self, field: &ColumnContract, is_client_number: bool) -> bool {
        let half = |count: u64| count * 2 >= self.filled();
        if self.filled() == 0 {
            return true;
        }
        let dates = self.form.dates.count();
        let is_personal = half(self.national);
        match field.kind {
            ColumnType::Person if is_client_number => !is_personal && (half(self.numbered) || half(self.bracketed)),
            ColumnType::Person => is_personal,
            ColumnType::Date => !is_personal && (half(dates) || self.is_serial()),
            ColumnType::Year => !is_personal && (half(dates) || half(self.form.numbers.count())),
            ColumnType::Integer | ColumnType::Hours | ColumnType::Money => {
                !is_personal && half(self.form.numbers.count())
            }
            // The answers of a questionnaire are words; a profile gives them their value.
            ColumnType::Score => !is_personal && !half(dates),
            ColumnType::Id | ColumnType::Text => !is_personal && !half(dates),
            ColumnType::Code | ColumnType::Instrument | ColumnType::Domain | ColumnType::Boolean => {
                !is_personal && !half(dates)
            }
        }
    }

    /// Dates written as numbers of days, as a spreadsheet's text export does.
    fn is_serial(&self) -> bool {
        self.form.kind() == Kind::Number
            && !self.readings.is_empty()
            && self.readings.iter().all(|x| serial_day(*x).is_some())
    }

    /// True when its cells may be shown without telling who a person is: dates, numbers, known codes.
    pub fn may_be_shown(&self, catalogue: &Catalogue, fields: &[ColumnContract]) -> bool {
        let mostly_long = self.long_digits * 10 > self.filled();
        let known = |value: &str| fields.iter().any(|field| is_known_value(catalogue, field, value));
        match self.looks() {
            Looks::Empty | Looks::PlainDate | Looks::Date(_) => true,
            Looks::NationalNumber => false,
            Looks::Number(_) => true,
            Looks::Whole => !mostly_long || fields.iter().any(|field| field.kind == ColumnType::Money),
            Looks::Id => fields.iter().any(|field| field.kind == ColumnType::Id),
            Looks::Code | Looks::KnownCode | Looks::Text => self.share_known(known) >= 0.9,
        }
    }
}

/// True when a value of a field is one that its list, instrument or type knows.
pub fn is_known_value(catalogue: &Catalogue, field: &ColumnContract, value: &str) -> bool {
    match field.kind {
        ColumnType::Code => field
            .codelist
            .as_deref()
            .and_then(|list| catalogue.codelist(list))
            .is_some_and(|list| list.find(value).is_some()),
        ColumnType::Domain => catalogue.instruments().any(|instrument| instrument.domains.find(value).is_some()),
        ColumnType::Instrument => catalogue.instruments().any(|instrument| fold(&instrument.id) == fold(value)),
        ColumnType::Boolean => matches!(
            fold(value).as_str(),
            "1" | "0"
                | "ja"
                | "j"
                | "oui"
                | "o"
                | "yes"
                | "y"
                | "true"
                | "vrai"
                | "waar"
                | "wahr"
                | "x"
                | "nee"
                | "n"
                | "non"
                | "nein"
                | "no"
                | "false"
                | "faux"
                | "onwaar"
                | "falsch"
        ),
        _ => false,
    }
}

/// A share between 0 and 1; 0 of nothing.
pub fn share(part: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    let found = if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    found
}

fn days(day: NaiveDate) -> f64 {
    f64::from(i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(0))
}

fn ends_with_number(text: &str) -> bool {
    let Some(rest) = text.trim_end().strip_suffix(')') else { return false };
    let rest = rest.strip_suffix('*').unwrap_or(rest);
    let digits = rest.chars().rev().take_while(char::is_ascii_digit).count();
    digits > 0 && rest[..rest.len() - digits].ends_with('(')
}

/// Two words or more, all with a capital: a name of somebody, who may stand in many rows.
fn is_like_a_name(value: &str) -> bool {
    let words = value.split(|sign: char| !sign.is_alphabetic()).filter(|word| !word.is_empty());
    words.clone().count() >= 2 && words.clone().all(|word| word.starts_with(char::is_uppercase))
}

fn has_digits(text: &str, many: usize) -> bool {
    let mut run = 0;
    text.chars().any(|sign| {
        run = if sign.is_ascii_digit() { run + 1 } else { 0 };
        run >= many
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::new("x".to_owned(), 0);
        for cell in cells {
            column.see(&Cell::Text((*cell).into()));
        }
        column
    }

    #[test]
    fn columns_look_like_what_they_hold() {
        assert_eq!(column(&[]).looks(), Looks::Empty);
        assert_eq!(column(&["", " "]).looks(), Looks::Empty);
        // The national register's own example, and two invented numbers with right check digits.
        assert_eq!(column(&["85.07.30-033.28", "85073003328"]).looks(), Looks::NationalNumber);
        assert_eq!(column(&["13/02/2017", "01/03/2017"]).looks(), Looks::Date(DateOrder::DayFirst));
        assert_eq!(column(&["01/02/2017", "01/03/2017"]).looks(), Looks::Date(DateOrder::Unshown));
        assert_eq!(column(&["2017-01-03", "3 maart 2017"]).looks(), Looks::PlainDate);
        assert_eq!(column(&["1,5", "2,25"]).looks(), Looks::Number(Sign::Decimal(',')));
        assert_eq!(column(&["1", "2"]).looks(), Looks::Whole);
        assert_eq!(column(&["TR-1", "TR-2", "TR-3"]).looks(), Looks::Id);
        assert_eq!(column(&["man", "vrouw", "man", "man", "man", "man"]).looks(), Looks::Code);
        assert_eq!(column(&["Anna Invented", "Bert Invented", "Carl Invented"]).looks(), Looks::Text);
    }

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(column(&["3", "1", "2"]).median(), Some(2.0));
        // 1970-01-02 is day 1.
        assert_eq!(column(&["02/01/1970", "31/12/1969", "03/01/1970"]).median(), Some(1.0));
        assert_eq!(column(&["a"]).median(), None);
    }

    #[test]
    fn rare_or_long_values_are_never_shown() {
        let cells = ["Halftijds", "Halftijds", "Halftijds", "Anna Invented", "0475123456", "0475123456", "0475123456"];
        assert_eq!(column(&cells).unknown_values(|_| false), [("Halftijds".to_owned(), 3)]);
        assert!(column(&["Anna Invented"; 5]).unknown_values(|_| false).is_empty());
        assert!(column(&["INVENTED, Anna-Maria"; 5]).unknown_values(|_| false).is_empty());
        assert!(column(&cells).unknown_values(|value| value == "Halftijds").is_empty());
    }

    #[test]
    fn a_national_number_never_becomes_a_file_number() {
        let catalogue = Catalogue::load(None).unwrap();
        let field = |table: &str, name: &str| {
            let table = catalogue.table(table).unwrap();
            table.columns[table.position(name).unwrap()].clone()
        };
        let people = column(&["85.07.30-033.28", "85073003328"]);
        assert!(!people.fits(&field("parcours", "parcours_id"), false));
        assert!(people.fits(&field("parcours", "person_id"), false));
        assert!(!people.fits(&field("parcours", "person_id"), true));
        assert!(!people.fits(&field("parcours", "start_on"), false));
        assert!(!column(&["abc", "def"]).fits(&field("parcours", "start_on"), false));
        assert!(column(&["", ""]).fits(&field("parcours", "start_on"), false));
        assert!(!people.may_be_shown(&catalogue, &[field("parcours", "person_id")]));
    }
}
