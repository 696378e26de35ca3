//! Delimiter, quote, escape and line ends, from a sample: each candidate splits it, and the likeliest table wins.

mod reading;

use super::encoding::Coding;
use super::split::Signs;
use super::{Dialect, Known, LineEnd};
use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};
use reading::Reading;

/// Delimiters in the order in which a tie is decided.
const DELIMITERS: [u8; 8] = [b';', b',', b'\t', b'|', b'~', b'^', b':', b' '];
/// Bytes from which delimiters are decided.
const MOST: usize = 128 << 10;

/// The dialect of a text by its beginning, which is ASCII-compatible.
pub fn detect(text: &[u8], is_whole: bool, known: &Known, coding: &Coding) -> Dialect {
    let sample = cut(text, is_whole);
    let readings = readings(sample, known);
    let best = readings.iter().reduce(|best, next| if next.score > best.score { next } else { best });
    let Some(best) = best else {
        return dialect(&Signs::assumed(known), LineEnd::None, 0, coding, 1.0);
    };
    let of_others = readings.iter().filter(|other| other.signs.delimiter != best.signs.delimiter);
    let second = of_others.map(|other| other.score).fold(0.0, f64::max);
    let is_known = known.delimiter.is_some() || best.widths.is_empty();
    let lead = if best.score > 0.0 { (best.score - second) / best.score } else { 0.0 };
    let sure = if is_known { 1.0 } else { (0.5 + lead).clamp(0.0, 1.0) };
    dialect(&best.signs, best.line_end(), best.usual, coding, sure)
}

fn dialect(signs: &Signs, line_end: LineEnd, width: usize, coding: &Coding, sure: f64) -> Dialect {
    Dialect {
        encoding: coding.encoding.name(),
        has_mark: coding.has_mark,
        delimiter: signs.delimiter.map(char::from),
        trims: signs.trims,
        quote: signs.quote.map(char::from),
        escape: signs.escape.map(char::from),
        line_end,
        width,
        sure: (coding.sure, sure),
    }
}

/// The lines of the sample that are whole.
fn cut(text: &[u8], is_whole: bool) -> &[u8] {
    if is_whole && text.len() <= MOST {
        return text;
    }
    let text = &text[..text.len().min(MOST)];
    let end = text.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(text.len(), |at| at + 1);
    &text[..end]
}

fn readings(sample: &[u8], known: &Known) -> Vec<Reading> {
    let (has_cr, has_lf) = (memchr(b'\r', sample).is_some(), memchr(b'\n', sample).is_some());
    let lone = memchr_iter(b'\r', sample).any(|at| sample.get(at + 1).is_some_and(|next| *next != b'\n'));
    let ends: &[bool] = match (has_cr, has_lf) {
        (true, false) => &[true],
        _ if lone => &[false, true],
        _ => &[false],
    };
    let told = known.delimiter.map(|sign| Some(told(sign))).or_else(|| said(sample).map(Some));
    let mut candidates: Vec<Option<u8>> = match told {
        Some(delimiter) => vec![delimiter],
        None => DELIMITERS.into_iter().filter(|sign| memchr(*sign, sample).is_some()).map(Some).collect(),
    };
    if told.is_none() {
        candidates.push(None);
    }
    let mut readings = Vec::new();
    for ends_cr in ends {
        for delimiter in &candidates {
            readings.push(reading(sample, *delimiter, *ends_cr, known));
        }
    }
    readings
}

fn told(sign: char) -> u8 {
    u8::try_from(sign).unwrap_or(b';')
}

/// The delimiter that a first line `sep=;` names, as Excel writes and reads it.
fn said(sample: &[u8]) -> Option<u8> {
    let line = sample.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let line = line.strip_suffix(b"\"").unwrap_or(line);
    match line {
        [s, e, p, b'=', sign] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && sign.is_ascii() => Some(*sign),
        _ => None,
    }
}

/// The best reading under one delimiter.
fn reading(sample: &[u8], delimiter: Option<u8>, ends_cr: bool, known: &Known) -> Reading {
    let quote = match known.quote {
        Some(quote) => quote.map(told),
        None => likely_quote(sample, delimiter),
    };
    let escape = known.escape.flatten().map(told);
    let mut signs = Signs { delimiter, quote, escape, trims: false, ends_cr };
    signs.trims = delimiter.is_some_and(|sign| sign != b' ' && is_padded(sample, sign, quote));
    let mut best = Reading::new(sample, signs);
    let backslash = quote.is_some_and(|quote| memchr::memmem::find(sample, &[b'\\', quote]).is_some());
    if backslash && known.escape.is_none() && delimiter != Some(b'\\') {
        let escaped = Reading::new(sample, Signs { escape: Some(b'\\'), ..signs });
        if escaped.stray < best.stray || (escaped.stray == best.stray && escaped.score > best.score) {
            best = escaped;
        }
    }
    if known.quote.is_none() && best.stray >= 3 && best.stray * 2 > best.quoted {
        let bare = Reading::new(sample, Signs { quote: None, escape: None, ..signs });
        if bare.score >= best.score {
            best = bare;
        }
    }
    best
}

/// The quote that most often opens and closes cells; `"` where none does: it may come later.
fn likely_quote(sample: &[u8], delimiter: Option<u8>) -> Option<u8> {
    let pairs = |quote: u8| {
        let is_edge =
            |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'\r' | b'\n') || Some(*byte) == delimiter);
        let (mut opens, mut closes) = (0_usize, 0_usize);
        for at in memchr_iter(quote, sample) {
            let before = sample[..at].iter().rposition(|byte| *byte != b' ' || delimiter == Some(b' '));
            opens += usize::from(is_edge(before.map(|at| &sample[at])));
            closes += usize::from(is_edge(sample.get(at + 1)));
        }
        // Apostrophes open words, and rarely close them before a delimiter.
        if quote == b'\'' && opens.abs_diff(closes) * 5 > opens.max(closes) + 5 { 0 } else { opens.min(closes) }
    };
    let other = delimiter != Some(b'\'') && pairs(b'\'') > pairs(b'"');
    Some(if other { b'\'' } else { b'"' })
}

/// True when nearly every delimiter outside quotes is followed by a blank.
fn is_padded(sample: &[u8], delimiter: u8, quote: Option<u8>) -> bool {
    if Finder::new(&[delimiter, b' ']).find(sample).is_none() {
        return false;
    }
    let (mut all, mut padded, mut inside) = (0_usize, 0_usize, false);
    for (at, byte) in sample.iter().enumerate() {
        if Some(*byte) == quote {
            inside = !inside;
        } else if *byte == delimiter && !inside {
            match sample.get(at + 1) {
                None | Some(b'\r' | b'\n') => {}
                Some(next) => {
                    all += 1;
                    padded += usize::from(*next == b' ');
                }
            }
        }
    }
    all > 0 && padded * 10 >= all * 9
}

impl Signs {
    /// What is known, and defaults for the rest.
    fn assumed(known: &Known) -> Signs {
        Signs {
            delimiter: known.delimiter.map(told),
            quote: known.quote.map_or(Some(b'"'), |quote| quote.map(told)),
            escape: known.escape.flatten().map(told),
            trims: false,
            ends_cr: false,
        }
    }
}
