//! The texts of an xls: two bytes a letter, or one where the upper is zero, or in a code page; long ones run on in
//! further records, each of which says anew how its letters are written.

use super::super::bytes::{slice, u8_at, u16_at, u32_at, utf16};
use super::super::texts::Texts;
use super::super::xml::broken;
use super::{Record, Records};
use crate::Fault;
use encoding_rs::Encoding;

/// Which Excel wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Excel 5 and 95.
    Biff5,
    /// Excel 97 to 2003.
    Biff8,
}

/// How texts outside the shared ones are written.
#[derive(Debug, Clone, Copy)]
pub struct Letters {
    /// Which Excel wrote the file.
    pub version: Version,
    /// The code page of Excel 5 and 95.
    pub code_page: u16,
}

impl Letters {
    /// A text with a length of one byte.
    pub fn short_text(self, body: &[u8], at: usize) -> Result<String, Fault> {
        let length = usize::from(u8_at(body, at)?);
        match self.version {
            Version::Biff5 => self.in_code_page(slice(body, at + 1, length)?),
            Version::Biff8 => letters(body, at + 2, length, u8_at(body, at + 1)?),
        }
    }

    /// A number format's code.
    pub fn format(self, body: &[u8]) -> Result<String, Fault> {
        match self.version {
            Version::Biff5 => self.short_text(body, 2),
            Version::Biff8 => letters(body, 5, usize::from(u16_at(body, 2)?), u8_at(body, 4)?),
        }
    }

    /// A text with a length of two bytes at `at` of the first body, perhaps running on in the others.
    pub fn long_text(self, bodies: &[&[u8]], at: usize) -> Result<String, Fault> {
        match self.version {
            Version::Biff5 => {
                let first = bodies.first().copied().unwrap_or_default();
                self.in_code_page(slice(first, at + 2, usize::from(u16_at(first, at)?))?)
            }
            Version::Biff8 => {
                let mut text = String::new();
                Parts { bodies, part: 0, at }.text(&mut text)?;
                Ok(text)
            }
        }
    }

    fn in_code_page(self, bytes: &[u8]) -> Result<String, Fault> {
        if bytes.is_ascii() {
            return Ok(String::from_utf8_lossy(bytes).into_owned());
        }
        let encoding = by_code_page(self.code_page).ok_or_else(|| broken("the workbook's code page is not known"))?;
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        text.map(std::borrow::Cow::into_owned)
            .ok_or_else(|| broken("a text is not written in the workbook's code page"))
    }
}

/// The shared texts, whose record begins at `at`.
pub fn shared(stream: &[u8], at: usize, most: u64) -> Result<Texts, Fault> {
    let mut records = Records { stream, at };
    let Some(first) = records.next()? else { return Ok(Texts::default()) };
    let bodies = records.with_rest(Record { ..first })?;
    let count = u32_at(first.body, 4)?;
    let mut parts = Parts { bodies: &bodies, part: 0, at: 8 };
    let mut texts = Texts::default();
    let mut text = String::new();
    for _ in 0..count {
        // Some writers count more texts than they write; a cell that names one of those is a fault then.
        if parts.is_at_end() {
            break;
        }
        text.clear();
        parts.text(&mut text)?;
        texts.push(&text, most)?;
    }
    Ok(texts)
}

/// Bodies of records that continue each other.
struct Parts<'b, 's> {
    bodies: &'b [&'s [u8]],
    part: usize,
    at: usize,
}

impl<'s> Parts<'_, 's> {
    fn is_at_end(&mut self) -> bool {
        self.left().is_empty()
    }

    /// What is left of the current body, or the next one that has something.
    fn left(&mut self) -> &'s [u8] {
        while let Some(body) = self.bodies.get(self.part) {
            match body.get(self.at..) {
                Some(left) if !left.is_empty() => return left,
                _ => {
                    self.part += 1;
                    self.at = 0;
                }
            }
        }
        &[]
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let byte = self.left().first().copied().ok_or_else(|| broken("a text is cut off"))?;
        self.at += 1;
        Ok(byte)
    }

    fn word(&mut self) -> Result<usize, Fault> {
        Ok(usize::from(self.byte()?) | usize::from(self.byte()?) << 8)
    }

    fn skip(&mut self, mut count: usize) -> Result<(), Fault> {
        while count > 0 {
            let here = self.left().len().min(count);
            if here == 0 {
                return Err(broken("a text is cut off"));
            }
            self.at += here;
            count -= here;
        }
        Ok(())
    }

    /// A text with a length of two bytes, its formatting passed over.
    fn text(&mut self, text: &mut String) -> Result<(), Fault> {
        let mut length = self.word()?;
        let mut flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { self.word()? };
        let extra = if flags & 4 == 0 { 0 } else { self.word()? | self.word()? << 16 };
        // A letter's halves may stand on both sides of a break, so units are collected first.
        let mut units = Vec::with_capacity(length);
        let mut part = self.part;
        while length > 0 {
            let left = self.left();
            if left.is_empty() {
                return Err(broken("a text is cut off"));
            }
            if self.part != part {
                part = self.part;
                flags = self.byte()?;
                continue;
            }
            let width = if flags & 1 == 0 { 1 } else { 2 };
            let count = (left.len() / width).min(length);
            if count == 0 {
                return Err(broken("a letter is cut in two"));
            }
            let bytes = left.get(..count * width).unwrap_or_default();
            units.extend(
                bytes
                    .chunks_exact(width)
                    .map(|unit| u16::from(unit[0]) | unit.get(1).map_or(0, |upper| u16::from(*upper) << 8)),
            );
            self.at += count * width;
            length -= count;
        }
        let letters = char::decode_utf16(units);
        text.extend(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.skip(runs * 4 + extra)
    }
}

/// Letters of one or two bytes.
fn letters(body: &[u8], at: usize, length: usize, flags: u8) -> Result<String, Fault> {
    if flags & 1 == 0 {
        Ok(slice(body, at, length)?.iter().map(|byte| char::from(*byte)).collect())
    } else {
        Ok(utf16(slice(body, at, length * 2)?))
    }
}

/// The encoding of a Windows or Macintosh code page.
pub fn by_code_page(code_page: u16) -> Option<&'static Encoding> {
    Some(match code_page {
        866 => encoding_rs::IBM866,
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 | 0x8001 => encoding_rs::WINDOWS_1252,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10_000 | 0x8000 => encoding_rs::MACINTOSH,
        _ => return None,
    })
}
