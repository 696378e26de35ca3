//! The national number (NISS / INSZ). It is personal: the type has neither `Debug` nor `Display`,
//! and leaves memory only as a pseudonym.

use chrono::NaiveDate;

/// A national number whose check digits are right. Eleven digits, no punctuation.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Niss {
    digits: [u8; 11],
    birth_year: i32,
}

/// Why a text is not a national number. Carries no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NissFault {
    /// Not eleven digits once spaces, dots, dashes and slashes are taken out.
    Form,
    /// Written as a power of ten (`8,50730E+10`): a spreadsheet has cut digits off that nobody can bring back.
    Scientific,
    /// The check digits fit neither century.
    CheckDigits,
    /// The check digits are right but the first six digits are no date of birth, bis numbers considered.
    BirthDate,
}

impl Niss {
    /// Digits of a national number.
    pub const DIGITS: usize = 11;
    /// Fewest digits that are left when a spreadsheet takes the number of somebody born in January 2000 for a number.
    const FEWEST: usize = 8;

    /// Reads a national number that a spreadsheet took for a number and so left without the zeros before it: eight to
    /// ten digits that are a national number, check digits and date of birth included, once the zeros are put back.
    pub fn without_zeros(text: &str) -> Option<Self> {
        let is_short = (Self::FEWEST..Self::DIGITS).contains(&text.len());
        let is_number = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_short && is_number { Self::parse(&format!("{text:0>11}")).ok() } else { None }
    }

    /// Reads a national number in any of the usual spellings (`85.07.30-033.28`, `960715 002-61`, eleven digits).
    ///
    /// The check number is `97 - (first nine digits mod 97)`; for people born in 2000 or later a 2 is put in
    /// front of the nine digits. A *bis* number adds 20 or 40 to the month; an unknown day or month is 00.
    ///
    /// # Errors
    /// [`NissFault`], which says what is wrong and repeats nothing of the text.
    pub fn parse(text: &str) -> Result<Self, NissFault> {
        if is_scientific(text) {
            return Err(NissFault::Scientific);
        }
        let mut digits = [0_u8; 11];
        let mut count = 0;
        for character in text.chars() {
            match character {
                '0'..='9' if count < 11 => {
                    digits[count] = u8::try_from(u32::from(character) - u32::from('0')).unwrap_or(0);
                    count += 1;
                }
                ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '/' => {}
                _ => return Err(NissFault::Form),
            }
        }
        if count != 11 {
            return Err(NissFault::Form);
        }
        let nine = number(&digits[..9]);
        let check = number(&digits[9..]);
        let century = if check == 97 - nine % 97 {
            1900
        } else if check == 97 - (2_000_000_000 + nine) % 97 {
            2000
        } else {
            return Err(NissFault::CheckDigits);
        };
        let two = i32::from(digits[0]) * 10 + i32::from(digits[1]);
        let birth_year = century + two;
        if !is_birth_date(birth_year, &digits) {
            return Err(NissFault::BirthDate);
        }
        Ok(Niss { digits, birth_year })
    }

    /// The eleven digits, for the pseudonym and for nothing else.
    pub fn digits(&self) -> &[u8; 11] {
        &self.digits
    }

    /// Year of birth.
    pub fn birth_year(&self) -> i32 {
        self.birth_year
    }

    /// The check number that belongs to nine digits: used to invent numbers for sample data.
    pub fn check_number(nine: u64, born_2000_or_later: bool) -> u64 {
        97 - (if born_2000_or_later { 2_000_000_000 + nine } else { nine }) % 97
    }
}

/// True for `8.50730E+10` and its like, with a decimal comma or point.
fn is_scientific(text: &str) -> bool {
    let Some((number, power)) = text.trim().split_once(['E', 'e']) else { return false };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once([',', '.']).unwrap_or((number, "0"));
    are_digits(whole) && are_digits(fraction) && are_digits(power.strip_prefix('+').unwrap_or(power))
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// Month 00 and day 00 stand for an unknown date; months 21-32 and 41-52 are those of bis numbers.
fn is_birth_date(year: i32, digits: &[u8; 11]) -> bool {
    let month = u32::from(digits[2]) * 10 + u32::from(digits[3]);
    let day = u32::from(digits[4]) * 10 + u32::from(digits[5]);
    let month = match month {
        20..=32 => month - 20,
        40..=52 => month - 40,
        _ => month,
    };
    match (month, day) {
        (0..=12, 0) | (0, 1..=31) => true,
        _ => NaiveDate::from_ymd_opt(year, month, day).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_national_register_is_right() {
        // 85.07.30-033.28: the number printed in the national register's own instructions.
        let niss = Niss::parse("85.07.30-033.28").ok();
        assert_eq!(niss.map(|niss| niss.birth_year()), Some(1985));
    }

    #[test]
    fn one_wrong_digit_is_always_found() {
        let right = "85073003328";
        for place in 0..11 {
            for digit in b'0'..=b'9' {
                let mut text = right.as_bytes().to_vec();
                if text[place] == digit {
                    continue;
                }
                text[place] = digit;
                let text = String::from_utf8(text).unwrap_or_default();
                assert!(Niss::parse(&text).is_err_and(|fault| fault == NissFault::CheckDigits), "digit {place}");
            }
        }
    }

    #[test]
    fn both_centuries_and_bis_numbers_are_read() {
        let born_2001 = format!("010203001{:02}", Niss::check_number(10_203_001, true));
        assert_eq!(Niss::parse(&born_2001).map(|niss| niss.birth_year()).ok(), Some(2001));
        let bis = format!("854730033{:02}", Niss::check_number(854_730_033, false));
        assert!(Niss::parse(&bis).is_ok());
    }

    #[test]
    fn numbers_of_either_century_and_both_kinds_of_bis_number_have_their_year() {
        // Check digits worked out by hand: 97 less the remainder of nine digits (ten from 2000 on) by 97.
        for (text, year) in
            [("00.01.25-567.77", 2000), ("17.07.30-033.84", 2017), ("85.47.30-033.17", 1985), ("85.27.30-033.71", 1985)]
        {
            assert_eq!(Niss::parse(text).map(|niss| niss.birth_year()).ok(), Some(year), "{text}");
        }
    }

    /// A number on these nine digits, with the right check digits.
    fn of(nine: u64, born_2000_or_later: bool) -> String {
        format!("{nine:09}{:02}", Niss::check_number(nine, born_2000_or_later))
    }

    #[test]
    fn an_unknown_birth_date_is_00_also_in_a_bis_number() {
        for nine in [850_000_001, 850_700_001, 850_001_001, 852_000_001, 854_000_001, 854_700_001] {
            assert!(Niss::parse(&of(nine, false)).is_ok(), "{nine}");
        }
    }

    #[test]
    fn the_29th_of_february_is_a_day_of_2000_and_none_of_1900() {
        assert!(Niss::parse(&of(229_001, true)).is_ok());
        assert!(Niss::parse(&of(229_001, false)).is_err_and(|fault| fault == NissFault::BirthDate));
        for nine in [851_300_001, 853_300_001, 855_300_001, 850_732_001] {
            assert!(Niss::parse(&of(nine, false)).is_err_and(|fault| fault == NissFault::BirthDate), "{nine}");
        }
    }

    #[test]
    fn zeros_that_a_spreadsheet_dropped_are_put_back_where_the_rest_is_right() {
        for (nine, is_late) in [(10_203_001, true), (101_001, true), (90_730_033, false)] {
            let whole = of(nine, is_late);
            let short = whole.trim_start_matches('0');
            assert!(
                short.len() < 11
                    && Niss::without_zeros(short).is_some_and(|niss| niss == Niss::parse(&whole).ok().unwrap()),
                "{nine}"
            );
            let mut wrong = short.to_owned();
            let last = wrong.pop().unwrap();
            wrong.push(if last == '1' { '2' } else { '1' });
            assert!(Niss::without_zeros(&wrong).is_none(), "{nine}");
        }
        for text in ["", "0", "85073003328", "1234567", "01020300145", "1020300.145", "x"] {
            assert!(Niss::without_zeros(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_power_of_ten_is_told_apart_from_other_texts() {
        for text in ["8,50730E+10", "8.50730E+10", "8.5073e10", " 8,5E+10 ", "9E+10"] {
            assert!(Niss::parse(text).is_err_and(|fault| fault == NissFault::Scientific), "{text}");
        }
        for text in ["E+10", "8,5E", "8,5E+", "8,5,1E+10", "8.5E-3"] {
            assert!(Niss::parse(text).is_err_and(|fault| fault == NissFault::Form), "{text}");
        }
    }

    #[test]
    fn right_digits_on_a_date_that_cannot_be_are_refused() {
        let february_30 = format!("850230033{:02}", Niss::check_number(850_230_033, false));
        assert!(Niss::parse(&february_30).is_err_and(|fault| fault == NissFault::BirthDate));
    }

    #[test]
    fn other_text_is_refused_by_form() {
        for text in ["", "8507300332", "850730033281", "8507300332A"] {
            assert!(Niss::parse(text).is_err_and(|fault| fault == NissFault::Form));
        }
    }
}
