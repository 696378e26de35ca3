//! Numbers read back from the text in which a language writes them.

use crate::model::Language;
use crate::model::result::{Cell, Unit};

/// How many decimals a cell is shown with.
pub(super) fn decimals(cell: &Cell, unit: Unit) -> u32 {
    match (cell, unit) {
        (Cell::Count(_), _) | (_, Unit::Count | Unit::Label | Unit::Date) => 0,
        (Cell::Number(value), Unit::Plain) if value.fract() == 0.0 => 0,
        (_, Unit::Percent | Unit::PercentagePoints | Unit::Hours) => 1,
        (_, Unit::Points | Unit::Plain | Unit::Eur) => 2,
    }
}

/// Whether a text is this number, written with so many decimals: it may differ by half of the last one.
pub(super) fn reads_as(text: &str, value: f64, decimals: u32, language: Language) -> bool {
    let Some((read, shown)) = read(text, language) else { return false };
    let half = 0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(0));
    // The digits of a number in tenths or hundredths are not its binary form.
    shown == decimals && (read - value).abs() <= half * (1.0 + 1e-9) + value.abs() * 1e-12
}

/// The number in a text with its decimals. A sign of per cent or euro may stand beside it.
pub(super) fn read(text: &str, language: Language) -> Option<(f64, u32)> {
    let (thousands, point) = match language {
        Language::Fr => ('\u{202f}', ','),
        Language::Nl | Language::De => ('.', ','),
        Language::En => (',', '.'),
    };
    let bare = text.replace("EUR", "").replace('%', "");
    // A layout may bring back a narrow blank as another one.
    let is_blank = |letter: char| letter.is_whitespace() || letter == '\u{200b}';
    let bare: String = bare.chars().filter(|letter| !is_blank(*letter) && *letter != thousands).collect();
    let (whole, decimals) = bare.split_once(point).unwrap_or((&bare, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number =
        digits(whole.strip_prefix(['-', '−']).unwrap_or(whole)) && (decimals.is_empty() || digits(decimals));
    if !is_number || (bare.contains(point) && decimals.is_empty()) {
        return None;
    }
    let plain = format!("{whole}.{decimals}0").replace('−', "-");
    Some((plain.parse().ok()?, u32::try_from(decimals.len()).ok()?))
}
