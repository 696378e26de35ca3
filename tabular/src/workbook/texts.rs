//! The texts that a workbook keeps once for all its cells.

use super::xml::broken;
use crate::{Cell, Fault};
use std::borrow::Cow;

/// Shared texts in one piece of memory, so that a million empty ones cost eight bytes each and no more.
#[derive(Debug, Default)]
pub struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text.
    ///
    /// # Errors
    /// When all texts together take more than `most` bytes.
    pub fn push(&mut self, text: &str, most: u64) -> Result<(), Fault> {
        self.all.push_str(text);
        self.ends.push(self.all.len());
        let taken = self.all.len() as u64 + (self.ends.len() as u64).saturating_mul(8);
        if taken > most { Err(Fault::too_much("shared_strings_bytes", most)) } else { Ok(()) }
    }

    /// The cell that shows a text.
    ///
    /// # Errors
    /// When there is no such text.
    pub fn cell(&self, index: usize) -> Result<Cell<'_>, Fault> {
        let begin = match index.checked_sub(1) {
            None => Some(0),
            Some(before) => self.ends.get(before).copied(),
        };
        let text = match (begin, self.ends.get(index)) {
            (Some(begin), Some(end)) => self.all.get(begin..*end),
            _ => None,
        };
        let text = text.ok_or_else(|| broken("a cell names a shared text that is not there"))?;
        Ok(if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(text)) })
    }
}

/// A cell of a text of its own; an empty text is an empty cell.
pub fn owned(text: String) -> Cell<'static> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(text)) }
}

/// Excel writes what XML cannot hold as `_x000D_` (four hexadecimal digits of UTF-16), and a real `_x` as `_x005F_x`.
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        match escape(rest) {
            Some((letter, length)) => {
                plain.push(letter);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = rest.get(2..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The letter of an escape at the beginning, and its length; two escapes may be the halves of one letter.
fn escape(text: &str) -> Option<(char, usize)> {
    let first = unit(text)?;
    if let Some(letter) = char::from_u32(u32::from(first)) {
        return Some((letter, 7));
    }
    let second = unit(text.get(7..)?)?;
    let letter = char::decode_utf16([first, second]).next()?.ok()?;
    Some((letter, 14))
}

fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("_x")?.get(..4)?;
    let is_closed = text.as_bytes().get(6) == Some(&b'_');
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_closed && is_hexadecimal).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

/// The name of an error, if it looks like one; what a cell says otherwise is not repeated.
pub fn error_name(name: &str) -> String {
    let is_name = name.len() <= 24
        && name.starts_with('#')
        && name.bytes().skip(1).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"/_!?".contains(&b));
    if is_name { name.to_owned() } else { "#ERROR!".to_owned() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_excel_writes_them() {
        for (written, meant) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "\u{1F600}"),
            ("_xD83D_", "_xD83D_"),
            ("_x00_", "_x00_"),
            ("_x12é4_", "_x12é4_"),
            ("_x", "_x"),
            ("no_xylophone", "no_xylophone"),
        ] {
            assert_eq!(unescape(written), meant, "{written}");
        }
    }

    #[test]
    fn an_error_is_named_and_nothing_else() {
        assert_eq!(error_name("#SPILL!"), "#SPILL!");
        assert_eq!(error_name("#N/A"), "#N/A");
        assert_eq!(error_name("Alba Testpersoon"), "#ERROR!");
    }

    #[test]
    fn shared_texts_are_counted() {
        let mut texts = Texts::default();
        texts.push("ab", 100).unwrap();
        texts.push("", 100).unwrap();
        texts.push("c", 100).unwrap();
        assert_eq!(texts.cell(0).unwrap(), Cell::Text("ab".into()));
        assert_eq!(texts.cell(1).unwrap(), Cell::Empty);
        assert_eq!(texts.cell(2).unwrap(), Cell::Text("c".into()));
        assert!(texts.cell(3).is_err());
        assert!(texts.push(&"x".repeat(100), 100).is_err());
    }
}
