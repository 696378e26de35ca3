//! The NIS/INS code of a commune: how a CPAS is named everywhere.

use std::fmt;
use std::str::FromStr;

/// A five-digit NIS code, kept as text: a leading zero counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nis5([u8; 5]);

impl Nis5 {
    /// The code as text, always five digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The province (first digit, as `x0000`; Brussels has none and keeps its arrondissement `21000`).
    /// Flemish and Walloon Brabant share the first digit 2 and are told apart by the second.
    pub fn province(&self) -> String {
        match (self.0[0], self.0[1]) {
            (b'2', b'1') => "21000".to_owned(),
            (b'2', b'5') => "20002".to_owned(),
            (b'2', _) => "20001".to_owned(),
            (first, _) => format!("{}0000", char::from(first)),
        }
    }
}

impl FromStr for Nis5 {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match <[u8; 5]>::try_from(text.trim().as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Nis5(digits)),
            _ => Err(format!("'{text}' is not a NIS code: expected five digits, e.g. 31005")),
        }
    }
}

impl fmt::Display for Nis5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Nis5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
