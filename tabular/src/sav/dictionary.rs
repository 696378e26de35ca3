//! What a system file says of its variables.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use encoding_rs::Encoding;
use std::sync::Arc;

/// The dictionary of a system file.
#[derive(Debug, Clone, PartialEq)]
pub struct Dictionary {
    /// The program that wrote the file, as it names itself.
    pub product: String,
    /// Label of the file; empty when it has none.
    pub label: String,
    /// Day on which the file was made, as written: `01 Jan 24`.
    pub created_on: String,
    /// Time at which the file was made, as written: `20:53:52`.
    pub created_at: String,
    /// Encoding of all texts.
    pub encoding: &'static Encoding,
    /// How the encoding is known.
    pub encoding_source: EncodingSource,
    /// Numbers are written with their greatest byte first.
    pub is_big_endian: bool,
    /// How the data are packed.
    pub compression: Compression,
    /// Cases, when the file says how many.
    pub case_count: Option<u64>,
    /// The variable by which cases are weighted: its place in `variables`.
    pub weight: Option<usize>,
    /// Variables, in the order of a case's values.
    pub variables: Vec<Variable>,
    /// Multiple response sets.
    pub response_sets: Vec<ResponseSet>,
    /// What was found and left out because it makes no sense (labels of a variable there is not): places and reasons.
    pub left_out: Vec<String>,
    /// Texts of the dictionary with bytes that are no characters of the encoding; those are U+FFFD in them.
    pub damaged_texts: u64,
}

/// How the encoding of a file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodingSource {
    /// The caller gave it.
    Given,
    /// The file names it (record 7/20).
    Name,
    /// The file gives a code page (record 7/3).
    CodePage,
    /// The file says nothing, or only that it is ASCII or an extension of it: windows-1252 is assumed.
    Assumed,
}

/// How data are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// A byte for each small whole number, blank and missing value.
    Bytecode,
    /// The same in zlib blocks (`.zsav`).
    Zlib,
}

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Name of up to eight bytes, in capitals.
    pub short_name: String,
    /// Name; the short one where there is no longer one.
    pub name: String,
    /// Label.
    pub label: Option<String>,
    /// What its values are.
    pub kind: Kind,
    /// How its values are shown.
    pub print: Format,
    /// Labels of values, in the order of the file. Variables that are labelled together share them.
    pub value_labels: Arc<[ValueLabel]>,
    /// Values that are declared missing by the user.
    pub missing: Missing,
    /// Measurement level; none when unknown.
    pub measure: Option<Measure>,
}

/// What the values of a variable are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers; dates and times are numbers of seconds, see [`Format::meaning`] and [`moment`].
    Number,
    /// Texts of up to so many bytes, in the file's encoding.
    Text(u32),
}

/// A value of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum SavValue {
    /// A number. A missing value declared by the user is a number too: ask [`Variable::is_user_missing`].
    Number(f64),
    /// A text, without spaces at its end.
    Text(String),
    /// No number.
    SystemMissing,
}

/// A value and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueLabel {
    /// The value.
    pub value: SavValue,
    /// Its label.
    pub label: String,
}

/// Values that the user has declared missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Missing {
    /// Single values, three at most.
    pub values: Vec<SavValue>,
    /// All numbers between two, both included; infinite where the file says lowest or highest.
    pub range: Option<(f64, f64)>,
}

/// Measurement level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Categories.
    Nominal,
    /// Ordered categories.
    Ordinal,
    /// Amounts.
    Scale,
}

/// A print format: `F8.2`, `DATE11`, `A20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The code of its type.
    pub code: u8,
    /// Signs.
    pub width: u8,
    /// Signs behind the decimal sign.
    pub decimals: u8,
}

/// What the values of a variable stand for by its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A day, in seconds: see [`moment`].
    Day,
    /// A day and a time, in seconds: see [`moment`].
    DayAndTime,
    /// A time of day or a duration, in seconds.
    Duration,
    /// A day of the week, 1 Sunday to 7 Saturday.
    Weekday,
    /// A month, 1 to 12.
    Month,
}

/// A multiple response set: one question whose answers are in several variables.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseSet {
    /// Name, with its `$`.
    pub name: String,
    /// Label; empty when it has none.
    pub label: String,
    /// How the variables hold the answers.
    pub kind: ResponseKind,
    /// Their places in the dictionary's variables.
    pub variables: Vec<usize>,
}

/// How the variables of a multiple response set hold the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseKind {
    /// Each variable holds one of the categories chosen.
    Categories,
    /// Each variable is a category, chosen when it holds the counted value.
    Dichotomies {
        /// The counted value as written, a number or a text.
        counted: String,
        /// Where the labels of the categories come from.
        labels: CategoryLabels,
    },
}

/// Where the labels of a dichotomy's categories come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoryLabels {
    /// From the variables' labels.
    Variables,
    /// From the label of the counted value in each variable.
    CountedValues {
        /// The set's own label is that of its first variable.
        set_from_variable: bool,
    },
}

/// Names of the format types (PSPP developers' guide, "Variable Record"); the places are their codes.
const FORMATS: [&str; 42] = [
    "", "A", "AHEX", "COMMA", "DOLLAR", "F", "IB", "PIBHEX", "P", "PIB", "PK", "RB", "RBHEX", "", "", "Z", "N", "E",
    "", "", "DATE", "TIME", "DATETIME", "ADATE", "JDATE", "DTIME", "WKDAY", "MONTH", "MOYR", "QYR", "WKYR", "PCT",
    "DOT", "CCA", "CCB", "CCC", "CCD", "CCE", "EDATE", "SDATE", "MTIME", "YMDHMS",
];

impl Format {
    /// A number of so many signs and decimals.
    pub fn number(width: u8, decimals: u8) -> Self {
        Format { code: 5, width, decimals }
    }

    /// The format of this name; none when there is no such.
    pub fn named(name: &str, width: u8, decimals: u8) -> Option<Self> {
        let place = FORMATS.iter().position(|known| !known.is_empty() && *known == name)?;
        Some(Format { code: u8::try_from(place).ok()?, width, decimals })
    }

    /// The name of its type; `?` when it is none that is known.
    pub fn name(self) -> &'static str {
        FORMATS.get(usize::from(self.code)).copied().filter(|name| !name.is_empty()).unwrap_or("?")
    }

    /// What values of this format stand for.
    pub fn meaning(self) -> Meaning {
        match self.name() {
            "A" | "AHEX" => Meaning::Text,
            "DATE" | "ADATE" | "EDATE" | "SDATE" | "JDATE" | "MOYR" | "QYR" | "WKYR" => Meaning::Day,
            "DATETIME" | "YMDHMS" => Meaning::DayAndTime,
            "TIME" | "DTIME" | "MTIME" => Meaning::Duration,
            "WKDAY" => Meaning::Weekday,
            "MONTH" => Meaning::Month,
            _ => Meaning::Number,
        }
    }

    /// As it stands in a variable record: decimals, width, type, nothing.
    pub(super) fn from_code(code: i32) -> Self {
        let [_, kind, width, decimals] = code.to_be_bytes();
        Format { code: kind, width, decimals }
    }

    /// See [`Self::from_code`].
    pub(super) fn to_code(self) -> i32 {
        i32::from_be_bytes([0, self.code, self.width, self.decimals])
    }
}

impl Variable {
    /// A variable of numbers shown in `F8.2`, with nothing else said of it.
    pub fn number(name: &str) -> Self {
        Variable {
            short_name: String::new(),
            name: name.to_owned(),
            label: None,
            kind: Kind::Number,
            print: Format::number(8, 2),
            value_labels: Arc::new([]),
            missing: Missing::default(),
            measure: None,
        }
    }

    /// A variable of texts of up to so many bytes, with nothing else said of it.
    pub fn text(name: &str, width: u32) -> Self {
        let shown = u8::try_from(width).unwrap_or(u8::MAX);
        let print = Format { code: 1, width: shown, decimals: 0 };
        Variable { kind: Kind::Text(width), print, ..Variable::number(name) }
    }

    /// True when the user has declared this value missing. The system-missing value is none of those.
    pub fn is_user_missing(&self, value: &SavValue) -> bool {
        let is_in_range = match (value, self.missing.range) {
            (SavValue::Number(number), Some((low, high))) => (low..=high).contains(number),
            _ => false,
        };
        is_in_range || self.missing.values.contains(value)
    }

    /// The label of a value. Where the file labels it twice, the last one counts.
    pub fn label_of(&self, value: &SavValue) -> Option<&str> {
        self.value_labels.iter().rev().find(|label| label.value == *value).map(|label| label.label.as_str())
    }
}

impl Dictionary {
    /// A dictionary in UTF-8 of these variables, for a file with bytecode.
    pub fn new(variables: Vec<Variable>) -> Self {
        Dictionary {
            product: String::new(),
            label: String::new(),
            created_on: String::new(),
            created_at: String::new(),
            encoding: encoding_rs::UTF_8,
            encoding_source: EncodingSource::Name,
            is_big_endian: false,
            compression: Compression::Bytecode,
            case_count: None,
            weight: None,
            variables,
            response_sets: Vec::new(),
            left_out: Vec::new(),
            damaged_texts: 0,
        }
    }

    /// The place of the variable of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }
}

/// The moment that a number of seconds stands for: they count from the beginning of 14 October 1582. None before that,
/// after the year 9999, and for what is no number.
pub fn moment(seconds: f64) -> Option<NaiveDateTime> {
    /// Seconds to the end of the year 9999.
    const LAST: f64 = 265_621_680_000.0;
    if !(0.0..LAST).contains(&seconds) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and LAST")]
    let milliseconds = (seconds * 1000.0).floor() as u64;
    let first = NaiveDate::from_ymd_opt(1582, 10, 14)?;
    let day = first.checked_add_days(Days::new(milliseconds / 86_400_000))?;
    let rest = i64::try_from(milliseconds % 86_400_000).ok()?;
    day.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::milliseconds(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let said = |seconds| moment(seconds).map(|found| found.format("%Y-%m-%d %H:%M:%S%.f").to_string());
        // SPSS's own example: 13166064000 is 1 January 2000 (R: as.numeric(as.Date("2000-01-01")) * 86400 + 12219379200).
        assert_eq!(said(13_166_064_000.0).as_deref(), Some("2000-01-01 00:00:00"));
        assert_eq!(said(12_219_379_200.0).as_deref(), Some("1970-01-01 00:00:00"));
        assert_eq!(said(86_400.0).as_deref(), Some("1582-10-15 00:00:00"));
        assert_eq!(said(13_166_064_000.0 - 0.5).as_deref(), Some("1999-12-31 23:59:59.500"));
        assert_eq!(said(265_621_679_999.0).as_deref(), Some("9999-12-31 23:59:59"));
        for none in [-1.0, 265_621_680_000.0, f64::NAN, f64::INFINITY] {
            assert_eq!(said(none), None);
        }
    }

    #[test]
    fn formats() {
        assert_eq!(Format::from_code(0x0005_0802), Format::number(8, 2));
        assert_eq!(Format::number(8, 2).to_code(), 0x0005_0802);
        let meant = |name| Format::named(name, 8, 0).map(Format::meaning);
        assert_eq!(meant("EDATE"), Some(Meaning::Day));
        assert_eq!(meant("DATETIME"), Some(Meaning::DayAndTime));
        assert_eq!(meant("F"), Some(Meaning::Number));
        assert_eq!(meant(""), None);
        for (code, name) in
            [(20, "DATE"), (22, "DATETIME"), (23, "ADATE"), (38, "EDATE"), (39, "SDATE"), (13, "?"), (99, "?")]
        {
            assert_eq!(Format { code, width: 1, decimals: 0 }.name(), name);
        }
    }
}
