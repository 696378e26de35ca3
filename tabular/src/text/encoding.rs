//! Which encoding a text is in, and what single bytes and lines of it say.

use super::split::Span;
use crate::{Cell, Fault, FaultKind};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::{memchr, memchr2, memrchr2};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Letters of French, Dutch and German beyond ASCII.
const SMALL: &str = "éèêëàâçïîôöüûùäßœáóíúñ";
/// The same as capitals.
const CAPITAL: &str = "ÉÈÊËÀÂÇÏÎÔÖÜÛÙÄŒ";
/// Letters of foreign names.
const RARE: &str = "šžŠŽýåøæãõìò";
/// Signs that stand beside numbers.
const SIGNS: &str = "°²³½¼¾£§\u{A0}ºª±×µ";

/// Stands in transcoded bytes for what was no character: no byte of UTF-8 has this value.
pub const LOST: u8 = 0xFF;
/// U+FEFF in UTF-8.
pub const MARK: &[u8] = "\u{FEFF}".as_bytes();
/// The sign for a character that could not be read (ASCII SUB).
const SUBSTITUTE: char = '\u{1A}';

/// The encoding of a text.
#[derive(Debug, Clone, Copy)]
pub struct Coding {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// The text begins with a mark.
    pub has_mark: bool,
    /// 0 to 1.
    pub sure: f64,
}

/// True when a byte below 0x80 may be part of another character: such a text is read by way of UTF-8.
pub fn needs_transcoding(encoding: &'static Encoding) -> bool {
    encoding != UTF_8 && !encoding.is_single_byte()
}

/// The encoding of a text by its beginning.
///
/// # Errors
/// When the label given is none.
pub fn detect(sample: &[u8], is_whole: bool, known: Option<&str>) -> Result<Coding, Fault> {
    let known = known.map(named).transpose()?;
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Ok(Coding { encoding, has_mark: true, sure: 1.0 });
    }
    if let Some(encoding) = known {
        return Ok(Coding { encoding, has_mark: false, sure: 1.0 });
    }
    if let Some(encoding) = utf_16(sample) {
        return Ok(Coding { encoding, has_mark: false, sure: 0.95 });
    }
    if std::str::from_utf8(sample).map_or_else(|fault| is_cut(fault, is_whole), |_| true) {
        return Ok(Coding { encoding: UTF_8, has_mark: false, sure: 1.0 });
    }
    let (as_utf_8, others) = count_lines(sample, is_whole);
    if as_utf_8 >= others {
        return Ok(Coding { encoding: UTF_8, has_mark: false, sure: ratio(as_utf_8, as_utf_8 + others) });
    }
    let (encoding, sure) = single_byte(sample, is_whole);
    Ok(Coding { encoding, has_mark: false, sure })
}

/// The encoding of a label.
///
/// # Errors
/// When there is none.
pub fn named(label: &str) -> Result<&'static Encoding, Fault> {
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| *encoding != REPLACEMENT)
        .ok_or_else(|| Fault::new(FaultKind::UnknownEncoding(label.to_owned())))
}

/// The sample as text, for looking at its form only: what cannot be read is left out.
pub fn plain<'s>(sample: &'s [u8], encoding: &'static Encoding) -> Cow<'s, [u8]> {
    let is_plain = encoding == UTF_8 || (encoding.is_single_byte() && sample.is_ascii());
    let text = if is_plain {
        Cow::Borrowed(sample)
    } else if encoding.is_single_byte() {
        Cow::Owned(encoding.decode_without_bom_handling(sample).0.into_owned().into_bytes())
    } else {
        let mut bytes = Vec::new();
        super::source::transcode(&mut encoding.new_decoder_without_bom_handling(), sample, false, &mut bytes);
        Cow::Owned(bytes)
    };
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix(MARK).unwrap_or(text)),
        Cow::Owned(text) if text.starts_with(MARK) => Cow::Owned(text[MARK.len()..].to_vec()),
        text => text,
    }
}

/// UTF-16 without a mark: of a text in Latin letters, every other byte is zero.
fn utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    memchr(0, sample)?;
    let pairs = sample.len() / 2;
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_most = |zeros: usize, others: usize| pairs > 0 && zeros * 10 >= pairs * 7 && others * 20 <= pairs;
    if is_most(odd, even) {
        Some(UTF_16LE)
    } else if is_most(even, odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// True when the sample ends inside a character, and has no other fault.
fn is_cut(fault: std::str::Utf8Error, is_whole: bool) -> bool {
    !is_whole && fault.error_len().is_none()
}

/// The lines that hold other bytes than ASCII.
fn foreign_lines(sample: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = sample.get(at..)?;
        let foreign = Encoding::ascii_valid_up_to(rest);
        if foreign == rest.len() {
            return None;
        }
        let start = memrchr2(b'\n', b'\r', &rest[..foreign]).map_or(0, |end| end + 1);
        let end = memchr2(b'\n', b'\r', &rest[foreign..]).map_or(rest.len(), |end| foreign + end);
        at += end;
        Some(&rest[start..end])
    })
}

/// Lines with other bytes than ASCII: those that are UTF-8 and those that are not.
fn count_lines(sample: &[u8], is_whole: bool) -> (usize, usize) {
    let (mut yes, mut no) = (0, 0);
    for line in foreign_lines(sample) {
        match std::str::from_utf8(line) {
            Ok(_) => yes += 1,
            Err(fault) if is_cut(fault, is_whole) && sample.ends_with(line) => yes += 1,
            Err(_) => no += 1,
        }
    }
    (yes, no)
}

/// Which of the single-byte encodings of western Europe makes words of the sample, else what chardetng says.
fn single_byte(sample: &[u8], is_whole: bool) -> (&'static Encoding, f64) {
    let mut marks = 0;
    let mut scores = WESTERN.each_ref().map(|western| (western, 0.0));
    for line in foreign_lines(sample) {
        // Lines of UTF-8 in a file that is none say nothing about the rest.
        if std::str::from_utf8(line).is_ok() {
            continue;
        }
        marks += line.iter().filter(|byte| !byte.is_ascii()).count();
        for (western, score) in &mut scores {
            *score += western.plausibility(line);
        }
    }
    let best = scores.iter().fold(scores[0], |best, next| if next.1 > best.1 { *next } else { best });
    // An encoding with the same score reads the same: which of them it is makes no difference.
    let second = scores.iter().map(|(_, score)| *score).filter(|score| *score < best.1);
    let second = second.fold(0.0, f64::max);
    let mean = best.1 / f64::from(u32::try_from(marks.max(1)).unwrap_or(u32::MAX));
    if mean < 0.2 {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, is_whole);
        return (detector.guess(Some(b"be"), Utf8Detection::Deny), 0.4);
    }
    let lead = ((best.1 - second) / best.1.max(1.0)).clamp(0.0, 1.0);
    (best.0.encoding, (0.6 + 0.4 * lead) * mean.clamp(0.5, 1.0))
}

/// A single-byte encoding, and what each of its bytes is in a word.
struct Western {
    encoding: &'static Encoding,
    signs: [Sign; 256],
}

static WESTERN: LazyLock<[Western; 3]> = LazyLock::new(|| [WINDOWS_1252, ISO_8859_15, MACINTOSH].map(Western::new));

/// What a character is in a word.
#[derive(Clone, Copy)]
struct Sign {
    class: Class,
    is_letter: bool,
    is_small: bool,
    is_capital: bool,
}

#[derive(Clone, Copy)]
enum Class {
    Small,
    Capital,
    Rare,
    Euro,
    Apostrophe,
    Mark,
    Unit,
    Control,
    Letter,
    Other,
}

impl Sign {
    fn new(sign: char) -> Sign {
        let class = match sign {
            sign if SMALL.contains(sign) => Class::Small,
            sign if CAPITAL.contains(sign) => Class::Capital,
            sign if RARE.contains(sign) => Class::Rare,
            '€' => Class::Euro,
            '’' => Class::Apostrophe,
            '‘' | '“' | '”' | '„' | '«' | '»' | '–' | '—' | '…' | '•' => Class::Mark,
            sign if SIGNS.contains(sign) => Class::Unit,
            _ if sign.is_control() => Class::Control,
            _ if sign.is_alphabetic() => Class::Letter,
            _ => Class::Other,
        };
        let (is_small, is_capital) = (sign.is_lowercase(), sign.is_uppercase());
        Sign { class, is_letter: sign.is_alphabetic(), is_small, is_capital }
    }

    /// How well it makes a word with its neighbours.
    fn in_context(self, before: Sign, after: Sign) -> f64 {
        let in_word = before.is_letter || after.is_letter;
        let inside = before.is_letter && after.is_letter;
        let either = |yes: bool, one: f64, other: f64| if yes { one } else { other };
        match self.class {
            // A small letter inside a word of capitals, or a capital behind a small letter, is another byte's reading.
            Class::Small if before.is_capital && after.is_capital => -0.5,
            Class::Small => either(in_word, 1.0, 0.3),
            Class::Capital if before.is_small => -1.0,
            Class::Capital => either(in_word, 0.9, 0.2),
            Class::Rare => either(in_word, 0.3, -0.2),
            Class::Euro => either(inside, -0.5, 1.0),
            Class::Apostrophe => either(inside, 1.0, 0.2),
            Class::Mark => either(inside, -0.5, 0.6),
            Class::Unit => either(inside, -0.7, 0.4),
            Class::Control => -2.0,
            Class::Letter => -0.1,
            Class::Other => either(in_word, -0.8, -0.2),
        }
    }
}

impl Western {
    fn new(encoding: &'static Encoding) -> Western {
        let sign = |byte: u8| {
            let text = encoding.decode_without_bom_handling(&[byte]).0.chars().next();
            Sign::new(text.unwrap_or(char::REPLACEMENT_CHARACTER))
        };
        let mut signs = [sign(b' '); 256];
        for (byte, at) in (0..=u8::MAX).zip(&mut signs) {
            *at = sign(byte);
        }
        Western { encoding, signs }
    }

    /// How well the bytes beyond ASCII make words of French, Dutch or German: about 1 for each that does.
    fn plausibility(&self, line: &[u8]) -> f64 {
        let near = |at: Option<usize>| {
            let byte = at.and_then(|at| line.get(at)).copied().unwrap_or(b' ');
            self.signs[usize::from(byte)]
        };
        let beyond = (0..line.len()).filter(|at| !line[*at].is_ascii());
        beyond.map(|at| near(Some(at)).in_context(near(at.checked_sub(1)), near(Some(at + 1)))).sum()
    }
}

/// How the bytes of one record are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The encoding of this record.
    pub encoding: &'static Encoding,
    /// It is not the file's.
    pub is_other: bool,
    /// A byte of it is no character.
    pub undecodable: bool,
}

/// How a record is to be read in a file of this encoding.
pub fn reading(bytes: &[u8], file: &'static Encoding) -> Reading {
    if bytes.is_ascii() || (file == UTF_8 && std::str::from_utf8(bytes).is_ok()) {
        return Reading { encoding: UTF_8, is_other: false, undecodable: false };
    }
    if needs_transcoding(file) {
        return Reading { encoding: UTF_8, is_other: false, undecodable: memchr(LOST, bytes).is_some() };
    }
    if file == UTF_8 {
        return Reading { encoding: WINDOWS_1252, is_other: true, undecodable: !is_windows_1252(bytes) };
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Reading { encoding: UTF_8, is_other: true, undecodable: false };
    }
    // Between 0x80 and 0x9F ISO 8859 has control signs that nobody writes.
    if file == ISO_8859_15 && bytes.iter().any(|byte| matches!(byte, 0x80..=0x9F)) {
        return Reading { encoding: WINDOWS_1252, is_other: true, undecodable: !is_windows_1252(bytes) };
    }
    let is_text = if file == WINDOWS_1252 {
        is_windows_1252(bytes)
    } else {
        file.decode_without_bom_handling_and_without_replacement(bytes).is_some()
    };
    Reading { encoding: file, is_other: false, undecodable: !is_text }
}

/// True when no byte is one of the five that Windows-1252 leaves undefined (the decoder makes control signs of them).
fn is_windows_1252(bytes: &[u8]) -> bool {
    !bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))
}

impl Reading {
    /// The bytes of a cell as text.
    pub fn text<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        if self.encoding == UTF_8 {
            return match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(with_substitutes(bytes)),
            };
        }
        match self.encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => text,
            None => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        }
    }
}

/// UTF-8 with a sign for every byte that is none.
fn with_substitutes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| SUBSTITUTE));
    }
    text
}

/// A cell of a text.
#[inline]
pub fn cell<'a>(text: Cow<'a, str>, span: Span, quote: Option<u8>, escape: Option<u8>) -> Cell<'a> {
    if text.is_empty() {
        Cell::Empty
    } else if span.folds {
        Cell::Text(Cow::Owned(folded(&text, quote, escape)))
    } else {
        Cell::Text(text)
    }
}

/// The text with doubled and escaped signs as one.
fn folded(text: &str, quote: Option<u8>, escape: Option<u8>) -> String {
    let (quote, escape) = (quote.map(char::from), escape.map(char::from));
    let mut folded = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let next = signs.peek().copied();
        let is_pair = next.is_some() && (next == quote || (next == escape && Some(sign) == escape));
        if is_pair && (Some(sign) == quote || Some(sign) == escape) {
            folded.extend(signs.next());
        } else {
            folded.push(sign);
        }
    }
    folded
}

/// A part of a whole, 0 to 1.
pub fn ratio(part: usize, whole: usize) -> f64 {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}
