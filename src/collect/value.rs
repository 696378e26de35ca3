//! From a cell to a value: dates, hundredths, truth values. A fault is the id of a check, never a text of the cell.

use crate::catalogue::fold;
use chrono::{Datelike, NaiveDate};
use tabular::Cell;
use tabular::forms::{self, DateFault, DateOrder, DateSystem, Sign};

/// The id of the check that a cell fails.
pub type CheckId = &'static str;

/// Days since 1970-01-01, as Arrow counts them.
pub fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// The day with this number of days since 1970-01-01.
pub fn day(days: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(days)?)
}

/// How the dates of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateForm {
    /// What the profile states, in chrono's notation, tried in order; or the order that the column shows.
    pub written: Result<Vec<String>, DateOrder>,
    /// What serial numbers count from.
    pub system: DateSystem,
}

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    /// Decimal and thousands sign that the profile states.
    Stated(char, Option<char>),
    /// What the column shows.
    Found(Sign),
}

/// The forms in which a column's cells are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    /// Dates.
    pub dates: DateForm,
    /// Numbers.
    pub numbers: NumberForm,
}

impl Forms {
    /// How constants in a profile are written, for programs: ISO dates and decimal points.
    pub fn plain() -> Self {
        Forms {
            dates: DateForm { written: Ok(vec!["%Y-%m-%d".to_owned()]), system: DateSystem::From1900 },
            numbers: NumberForm::Stated('.', None),
        }
    }
}

/// A date as its column writes them; a time behind it is passed over.
///
/// # Errors
/// `date.form` when it has no such form, `date.ambiguous` when day and month could be swapped and the column does not
/// tell, `date.range` outside 1900 to 2100.
pub fn date(cell: &Cell<'_>, form: &DateForm) -> Result<NaiveDate, CheckId> {
    let found = match (cell, &form.written) {
        (Cell::Number(serial), _) => form.system.day(*serial).ok_or("date.form")?,
        (Cell::Text(text), Ok(forms)) => {
            let text = text.trim();
            forms
                .iter()
                .find_map(|form| in_form(text, form))
                .or_else(|| forms.iter().find_map(|form| in_form(without_time(text)?, form)))
                .ok_or("date.form")?
        }
        (cell, written) => {
            let order = written.as_ref().err().copied().unwrap_or(DateOrder::DayFirst);
            forms::read_date_in(cell, order, form.system).map_err(|fault| match fault {
                DateFault::Form => "date.form",
                DateFault::Ambiguous => "date.ambiguous",
                DateFault::Error => "cell.error",
            })?
        }
    };
    if (1900..=2100).contains(&found.year()) { Ok(found) } else { Err("date.range") }
}

fn in_form(text: &str, form: &str) -> Option<NaiveDate> {
    // The usual forms by hand: chrono's general parser costs more than the rest of a row together.
    let (order, sign) = match form {
        "%Y-%m-%d" => ([0, 1, 2], '-'),
        "%d/%m/%Y" => ([2, 1, 0], '/'),
        "%d.%m.%Y" => ([2, 1, 0], '.'),
        "%d-%m-%Y" => ([2, 1, 0], '-'),
        _ => return NaiveDate::parse_from_str(text, form).ok(),
    };
    let mut parts = text.split(sign);
    let parts = [parts.next()?, parts.next()?, parts.next().filter(|_| parts.next().is_none())?];
    let [year, month, day] = order.map(|place| parts[place]);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || month.len() > 2 || day.len() > 2 || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn without_time(text: &str) -> Option<&str> {
    let (date, time) = text.split_once([' ', 'T'])?;
    let is_time = !time.is_empty() && time.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ':' | '.'));
    is_time.then_some(date)
}

/// A number with at most two decimals, as hundredths.
///
/// # Errors
/// `number.form` when it is no such number.
pub fn hundredths(cell: &Cell<'_>, form: NumberForm) -> Result<i64, CheckId> {
    match cell {
        Cell::Number(number) => {
            let scaled = number * 100.0;
            if !scaled.is_finite()
                || scaled.abs() > 1e15
                || (scaled - scaled.round()).abs() > 1e-6 * scaled.abs().max(1.0)
            {
                return Err("number.form");
            }
            #[expect(clippy::cast_possible_truncation, reason = "bounded by 1e15 above")]
            Ok(scaled.round() as i64)
        }
        Cell::Text(text) => match form {
            NumberForm::Stated(decimal, thousands) => text_hundredths(text, decimal, thousands).ok_or("number.form"),
            NumberForm::Found(sign) => forms::read_hundredths(text, sign).ok_or("number.form"),
        },
        Cell::Error(_) => Err("cell.error"),
        _ => Err("number.form"),
    }
}

fn text_hundredths(text: &str, decimal: char, thousands: Option<char>) -> Option<i64> {
    let text = text.trim();
    let text =
        text.strip_prefix('€').or_else(|| text.strip_suffix('€')).or_else(|| text.strip_suffix("EUR")).unwrap_or(text);
    let (negative, text) = match text.trim().strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.trim()),
    };
    let (whole, fraction) = text.split_once(decimal).unwrap_or((text, ""));
    let mut value = 0_i64;
    let mut digits = 0;
    for sign in whole.chars() {
        match sign {
            '0'..='9' => {
                value = value.checked_mul(10)?.checked_add(i64::from(u32::from(sign) - u32::from('0')))?;
                digits += 1;
            }
            ' ' | '\u{a0}' | '\u{202f}' | '\'' => {}
            other if Some(other) == thousands => {}
            _ => return None,
        }
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 2 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) || digits == 0 {
        return None;
    }
    let hundredths: i64 = format!("{fraction:0<2}").parse().ok()?;
    let value = value.checked_mul(100)?.checked_add(hundredths)?;
    Some(if negative { -value } else { value })
}

/// A whole number.
///
/// # Errors
/// `number.form` when it is none.
pub fn integer(cell: &Cell<'_>, form: NumberForm) -> Result<i64, CheckId> {
    let value = hundredths(cell, form)?;
    if value % 100 == 0 { Ok(value / 100) } else { Err("number.form") }
}

/// A year, written as such or as a date.
///
/// # Errors
/// `date.form` when it is neither, `date.range` outside 1900 to 2100.
pub fn year(cell: &Cell<'_>, form: &DateForm) -> Result<i64, CheckId> {
    let year = match integer(cell, NumberForm::Stated('.', None)) {
        Ok(year) if (1_000..10_000).contains(&year) => year,
        Err("cell.error") => return Err("cell.error"),
        _ => i64::from(date(cell, form)?.year()),
    };
    if (1900..=2100).contains(&year) { Ok(year) } else { Err("date.range") }
}

/// Yes or no in the languages of the country, or 1 and 0.
///
/// # Errors
/// `code.unknown` when it is neither.
pub fn boolean(cell: &Cell<'_>) -> Result<bool, CheckId> {
    match cell {
        Cell::Bool(value) => Ok(*value),
        Cell::Error(_) => Err("cell.error"),
        other => match fold(&other.text()).as_str() {
            "1" | "ja" | "j" | "oui" | "o" | "yes" | "y" | "true" | "vrai" | "waar" | "wahr" | "x" => Ok(true),
            "0" | "nee" | "n" | "non" | "nein" | "no" | "false" | "faux" | "onwaar" | "falsch" => Ok(false),
            _ => Err("code.unknown"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text.into())
    }

    const POINT: NumberForm = NumberForm::Stated('.', None);
    const COMMA: NumberForm = NumberForm::Stated(',', None);

    #[test]
    fn numbers_are_read_by_the_signs_of_the_profile() {
        assert_eq!(hundredths(&text("57.042,00"), NumberForm::Stated(',', Some('.'))), Ok(5_704_200));
        assert_eq!(hundredths(&text("1 234,5"), COMMA), Ok(123_450));
        assert_eq!(hundredths(&text("1\u{202f}234,5 €"), COMMA), Ok(123_450));
        assert_eq!(hundredths(&text("-0,05"), COMMA), Ok(-5));
        assert_eq!(hundredths(&text("3"), POINT), Ok(300));
        for wrong in ["", "-", "1,234", "1.5.2", "8.5E+3", "abc", ",", "1-2"] {
            assert_eq!(hundredths(&text(wrong), COMMA), Err("number.form"), "{wrong}");
        }
        assert_eq!(hundredths(&Cell::Number(2.675), POINT), Err("number.form"));
        assert_eq!(hundredths(&Cell::Number(0.1 + 0.2), POINT), Ok(30));
    }

    #[test]
    fn dates_are_read_in_the_forms_of_the_profile_only() {
        let forms = DateForm { written: Ok(vec!["%d/%m/%Y".to_owned()]), system: DateSystem::From1900 };
        let expected = NaiveDate::from_ymd_opt(2017, 3, 9);
        assert_eq!(date(&text("09/03/2017"), &forms).ok(), expected);
        assert_eq!(date(&text(" 9/3/2017 "), &forms).ok(), expected);
        assert_eq!(date(&text("09/03/2017 00:00:00"), &forms).ok(), expected);
        for wrong in ["2017-03-09", "31/02/2017", "09/03/17", "9/3", "9/3/2017/1", "x"] {
            assert_eq!(date(&text(wrong), &forms), Err("date.form"), "{wrong}");
        }
        assert_eq!(date(&text("09/03/1717"), &forms), Err("date.range"));
        assert_eq!(day(days(expected.unwrap())), expected);
    }

    #[test]
    fn a_serial_counts_from_the_year_of_its_workbook() {
        let form = |system| DateForm { written: Err(DateOrder::Unshown), system };
        let expected = NaiveDate::from_ymd_opt(2017, 3, 12);
        let (early, late) = (form(DateSystem::From1900), form(DateSystem::From1904));
        assert_eq!(date(&Cell::Number(42_806.0), &early).ok(), expected);
        assert_eq!(date(&Cell::Number(41_344.0), &late).ok(), expected);
        assert_eq!(date(&text("41344"), &late).ok(), expected, "a serial that stands there as text");
        assert_eq!(year(&Cell::Number(2_017.0), &early), Ok(2_017));
        assert_eq!(year(&text("12/03/2017"), &early), Ok(2_017));
    }
}
