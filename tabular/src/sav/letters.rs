//! Texts of a system file in its encoding.

use super::dictionary::EncodingSource;
use super::fields::Order;
use super::records::{Extension, extension};
use crate::{Fault, FaultKind};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes texts, and counts those with bytes that are no characters.
#[derive(Debug, Clone)]
pub struct Letters {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Texts with bytes that are no characters.
    pub damaged: u64,
}

impl Letters {
    /// The letters of an encoding.
    pub fn new(encoding: &'static Encoding) -> Self {
        Letters { encoding, damaged: 0 }
    }

    /// Appends a text without the spaces and zeros that fill it up. Writers cut texts at a number of bytes: a part of a
    /// UTF-8 character at the end is left out, and is no damage.
    pub fn append(&mut self, bytes: &[u8], to: &mut String) {
        let bytes = trimmed(bytes);
        if self.encoding != UTF_8 && !bytes.is_ascii() {
            let (text, has_damage) = self.encoding.decode_without_bom_handling(bytes);
            self.damaged += u64::from(has_damage);
            to.push_str(&text);
            return;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => to.push_str(text),
            Err(fault) => {
                let (whole, rest) = bytes.split_at_checked(fault.valid_up_to()).unwrap_or((bytes, &[]));
                to.push_str(&String::from_utf8_lossy(whole));
                if fault.error_len().is_some() {
                    self.damaged += 1;
                    to.push_str(&String::from_utf8_lossy(rest));
                }
            }
        }
    }

    /// See [`Self::append`].
    pub fn text(&mut self, bytes: &[u8]) -> String {
        let mut text = String::new();
        self.append(bytes, &mut text);
        text
    }
}

/// The text without what fills it up.
pub fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

/// The encoding that a file says its texts are in.
///
/// # Errors
/// When it names one that is not known here, or EBCDIC.
pub fn said(extensions: &[Extension], order: Order) -> Result<(&'static Encoding, EncodingSource), Fault> {
    let body = |code| extensions.iter().rev().find(|found| found.code == code).map(|found| found.bytes.as_slice());
    let unknown = |name: String| Fault::new(FaultKind::UnknownEncoding(name));
    if let Some(name) = body(extension::ENCODING) {
        let name = String::from_utf8_lossy(trimmed(name)).into_owned();
        // Names of files must not become messages without end.
        let short = || name.chars().take(40).collect::<String>().escape_debug().to_string();
        return by_name(&name).map(|found| (found, EncodingSource::Name)).ok_or_else(|| unknown(short()));
    }
    let code = body(extension::INTEGERS).and_then(|bytes| bytes.get(28..)?.first_chunk::<4>());
    match code.map(|bytes| order.i32(*bytes)) {
        None | Some(2 | 3) => Ok((WINDOWS_1252, EncodingSource::Assumed)),
        Some(1) => Err(unknown("EBCDIC".to_owned())),
        Some(code) => by_code_page(code)
            .map(|found| (found, EncodingSource::CodePage))
            .ok_or_else(|| unknown(format!("code page {code}"))),
    }
}

fn by_name(name: &str) -> Option<&'static Encoding> {
    let digits = || name.trim_start_matches(|sign: char| !sign.is_ascii_digit()).parse().ok();
    Encoding::for_label(name.as_bytes()).or_else(|| {
        let is_code_page = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("cp"))
            || name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("windows-"));
        if is_code_page { by_code_page(digits()?) } else { None }
    })
}

fn by_code_page(code: i32) -> Option<&'static Encoding> {
    match code {
        65001 => Some(UTF_8),
        // ISO 8859-1 to -16 have the code pages 28591 to 28606; what the standard calls -1 is windows-1252 on the web.
        28591..=28606 => Encoding::for_label(format!("iso-8859-{}", code - 28590).as_bytes()),
        20866 => Some(encoding_rs::KOI8_R),
        21866 => Some(encoding_rs::KOI8_U),
        20932 | 51932 => Some(encoding_rs::EUC_JP),
        54936 => Some(encoding_rs::GB18030),
        _ => crate::workbook::by_code_page(u16::try_from(code).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_by_name_and_code_page() {
        for (name, found) in [
            ("UTF-8", Some("UTF-8")),
            ("windows-1252", Some("windows-1252")),
            ("ISO-8859-1", Some("windows-1252")),
            ("CP1250", Some("windows-1250")),
            ("cp65001", Some("UTF-8")),
            ("CP850", None),
            ("nonsense", None),
            ("é", None),
        ] {
            assert_eq!(by_name(name).map(Encoding::name), found, "{name}");
        }
        assert_eq!(by_code_page(28605).map(Encoding::name), Some("ISO-8859-15"));
        assert_eq!(by_code_page(-1), None);
    }

    #[test]
    fn texts_that_are_cut_or_damaged() {
        let mut letters = Letters::new(UTF_8);
        assert_eq!(letters.text("café ".as_bytes()), "café");
        assert_eq!(letters.text(b"caf\xC3"), "caf");
        assert_eq!(letters.text(b"  a\0\0 "), "  a");
        assert_eq!(letters.damaged, 0);
        assert_eq!(letters.text(b"caf\xE9!"), "caf\u{FFFD}!");
        assert_eq!(letters.damaged, 1);
        let mut letters = Letters::new(WINDOWS_1252);
        assert_eq!((letters.text(b"caf\xE9 \x80"), letters.damaged), ("café €".to_owned(), 0));
    }
}
