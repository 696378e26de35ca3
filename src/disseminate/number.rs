//! Numbers, amounts, dates and the signs of empty cells in the form each language has in Belgium
//! (fr-BE, nl-BE, de-BE; English as in Great Britain).
//!
//! Rounding happens here and nowhere else: at display, half away from zero, on the shortest decimal that
//! stands for the number, so that 2.675 shows as 2.68 although its binary form lies below.

use crate::model::Language;
use crate::model::result::{Cell, Missing, Unit};
use crate::text;
use chrono::{Datelike, NaiveDate};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::{Decimal, SignDisplay};
use icu_locale_core::{Locale, locale};

/// No-break space: keeps a number and its unit on one line.
const NBSP: char = '\u{a0}';
/// Narrow no-break space: French custom before the per cent sign.
const NNBSP: char = '\u{202f}';

/// A whole number, grouped in thousands.
pub fn count(value: i64, language: Language) -> String {
    localised(&Decimal::from(value), language)
}

/// A number with a fixed count of decimals; what is not finite shows as not computable.
pub fn decimal(value: f64, places: u8, language: Language) -> String {
    match rounded(value, places) {
        Some(decimal) => localised(&decimal, language),
        None => missing_sign(Missing::NotComputable, language),
    }
}

/// Per cent, 0 to 100, with a fixed count of decimals and the sign.
pub fn percent(value: f64, places: u8, language: Language) -> String {
    if !value.is_finite() {
        return missing_sign(Missing::NotComputable, language);
    }
    let number = decimal(value, places, language);
    match language {
        Language::Fr => format!("{number}{NNBSP}%"),
        Language::De => format!("{number}{NBSP}%"),
        Language::Nl | Language::En => format!("{number}%"),
    }
}

/// An amount in cents, with two decimals and the currency code where the language puts it.
pub fn eur(cents: i64, language: Language) -> String {
    let mut amount = Decimal::from(cents);
    amount.multiply_pow10(-2);
    let amount = localised(&amount, language);
    match language {
        Language::En => format!("EUR{NBSP}{amount}"),
        Language::Fr | Language::Nl | Language::De => format!("{amount}{NBSP}EUR"),
    }
}

/// A date with the month as a word or, in German, in figures: never a form that reads two ways.
pub fn date(value: NaiveDate, language: Language) -> String {
    medium_date(value, language).unwrap_or_else(|| value.to_string())
}

/// What a person reads in a cell of a column with this unit.
pub fn cell(cell: &Cell, unit: Unit, language: Language) -> String {
    match cell {
        Cell::Label(label) => label.get(language).to_owned(),
        Cell::Count(value) => count(*value, language),
        Cell::Eur(cents) => eur(*cents, language),
        Cell::Date(value) => date(*value, language),
        Cell::Missing(missing) => missing_sign(*missing, language),
        Cell::Number(value) if unit == Unit::Percent => percent(*value, 1, language),
        Cell::Number(value) => decimal(*value, places(shown_unit(cell, unit)), language),
    }
}

/// The unit that says the form of a cell: a plain number is shown like a count where it is whole.
pub fn shown_unit(cell: &Cell, unit: Unit) -> Unit {
    match (unit, cell) {
        (Unit::Plain, Cell::Number(value)) if value.fract() == 0.0 => Unit::Count,
        (Unit::Plain, _) => Unit::Points,
        (unit, _) => unit,
    }
}

/// Why a cell shows no figure; `None` when it shows one. A number that is not finite is not computable.
pub fn missing(cell: &Cell) -> Option<Missing> {
    match cell {
        Cell::Missing(missing) => Some(*missing),
        Cell::Number(value) if !value.is_finite() => Some(Missing::NotComputable),
        _ => None,
    }
}

/// The short sign of an empty cell, e.g. `n.v.t.`
pub fn missing_sign(missing: Missing, language: Language) -> String {
    let id = match missing {
        Missing::NotComputable => "report-sign-not-computable",
        Missing::NotRecorded => "report-sign-not-recorded",
        Missing::NotApplicable => "report-sign-not-applicable",
        Missing::Suppressed => "report-sign-suppressed",
    };
    text::say(language, id, &[])
}

/// The reason of an empty cell in words.
pub fn missing_words(missing: Missing, language: Language) -> String {
    let id = match missing {
        Missing::NotComputable => "report-missing-not-computable",
        Missing::NotRecorded => "report-missing-not-recorded",
        Missing::NotApplicable => "report-missing-not-applicable",
        Missing::Suppressed => "report-missing-suppressed",
    };
    text::say(language, id, &[])
}

/// Count of decimals shown for a number of this unit.
fn places(unit: Unit) -> u8 {
    match unit {
        Unit::Count | Unit::Label | Unit::Date => 0,
        Unit::Percent | Unit::PercentagePoints | Unit::Hours => 1,
        Unit::Points | Unit::Plain | Unit::Eur => 2,
    }
}

fn identifier(language: Language) -> Locale {
    match language {
        Language::Fr => locale!("fr-BE"),
        Language::Nl => locale!("nl-BE"),
        Language::De => locale!("de-BE"),
        // en-BE would put the comma and the point the Belgian way, which no English text does.
        Language::En => locale!("en-GB"),
    }
}

/// The number cut to its decimals; `None` when it is not finite.
fn rounded(value: f64, places: u8) -> Option<Decimal> {
    if !value.is_finite() {
        return None;
    }
    // `{}` writes the shortest decimal that reads back as the same number.
    let mut decimal = Decimal::try_from_str(&value.to_string()).ok()?;
    let end = -i16::from(places);
    if decimal.absolute.digit_at(end - 1) >= 5 {
        decimal.expand(end);
    } else {
        decimal.trunc(end);
    }
    decimal.absolute.pad_end(end);
    // -0.001 is shown as 0.00: a sign before a zero would say that something went down.
    decimal.apply_sign_display(SignDisplay::Negative);
    Some(decimal)
}

fn localised(decimal: &Decimal, language: Language) -> String {
    match DecimalFormatter::try_new(identifier(language).into(), Default::default()) {
        Ok(formatter) => formatter.format(decimal).to_string(),
        // The data are compiled in, so this cannot be; the plain digits are still the right number.
        Err(_) => decimal.to_string(),
    }
}

fn medium_date(value: NaiveDate, language: Language) -> Option<String> {
    let month = u8::try_from(value.month()).ok()?;
    let day = u8::try_from(value.day()).ok()?;
    let calendar_day = Date::try_new_gregorian(value.year(), month, day).ok()?;
    let formatter =
        FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(identifier(language).into(), YMD::medium()).ok()?;
    Some(formatter.format(&calendar_day).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_the_language() {
        let forms = Language::ALL.map(|language| decimal(1_234_567.89, 2, language));
        assert_eq!(forms, ["1\u{202f}234\u{202f}567,89", "1.234.567,89", "1.234.567,89", "1,234,567.89"]);
        let forms = Language::ALL.map(|language| count(-1_234, language));
        assert_eq!(forms, ["-1\u{202f}234", "-1.234", "-1.234", "-1,234"]);
    }

    #[test]
    fn halves_are_rounded_away_from_zero_on_the_decimal_digits() {
        let cases = [
            (0.05, 1, "0.1"),
            (0.25, 1, "0.3"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (3.5, 0, "4"),
            // Its binary form lies below 2.675: rounding the bits would give 2.67.
            (2.675, 2, "2.68"),
            (1.005, 2, "1.01"),
            (-1.005, 2, "-1.01"),
            (2.674_999_9, 2, "2.67"),
            (99.95, 1, "100.0"),
            (0.0, 2, "0.00"),
            (7.0, 2, "7.00"),
            (1e-12, 2, "0.00"),
            (1e21, 0, "1,000,000,000,000,000,000,000"),
        ];
        for (value, places, expected) in cases {
            assert_eq!(decimal(value, places, Language::En), expected, "{value} with {places} decimals");
        }
    }

    #[test]
    fn a_zero_has_no_sign() {
        assert_eq!(decimal(-0.001, 2, Language::En), "0.00");
        assert_eq!(decimal(-0.0, 0, Language::En), "0");
        assert_eq!(decimal(-0.005, 2, Language::En), "-0.01");
    }

    #[test]
    fn per_cent_and_euro_follow_custom() {
        let forms = Language::ALL.map(|language| percent(12.25, 1, language));
        assert_eq!(forms, ["12,3\u{202f}%", "12,3%", "12,3\u{a0}%", "12.3%"]);
        let forms = Language::ALL.map(|language| eur(5_704_200, language));
        assert_eq!(
            forms,
            ["57\u{202f}042,00\u{a0}EUR", "57.042,00\u{a0}EUR", "57.042,00\u{a0}EUR", "EUR\u{a0}57,042.00"]
        );
        assert_eq!(eur(-5, Language::En), "EUR\u{a0}-0.05");
    }

    #[test]
    fn dates_cannot_be_read_two_ways() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
        let forms = Language::ALL.map(|language| date(day, language));
        assert_eq!(forms, ["9 mars 2026", "9 mrt 2026", "09.03.2026", "9 Mar 2026"]);
    }

    #[test]
    fn an_empty_cell_is_never_a_zero() {
        for reason in Missing::ALL {
            for language in Language::ALL {
                let sign = cell(&Cell::Missing(reason), Unit::Count, language);
                assert!(!sign.is_empty() && !sign.contains('0') && !sign.starts_with("report-"), "{sign}");
                assert!(!missing_words(reason, language).starts_with("report-"));
            }
        }
        assert_eq!(cell(&Cell::Number(f64::NAN), Unit::Points, Language::En), "n/c");
        assert_eq!(cell(&Cell::Number(f64::NEG_INFINITY), Unit::Percent, Language::Nl), "n.b.");
        assert_eq!(missing(&Cell::Number(f64::NAN)), Some(Missing::NotComputable));
        assert_eq!(missing(&Cell::Number(0.0)), None);
    }
}
