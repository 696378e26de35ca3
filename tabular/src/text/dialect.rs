//! Delimiter, quote, escape and line ends, from a sample: each candidate splits it, and the likeliest table wins. Where
//! the beginning shows the winner clearly, only it is tried on the rest.

mod reading;

use super::encoding::Coding;
use super::split::Signs;
use super::{Dialect, Known, LineEnd};
use memchr::{memchr, memchr_iter, memchr2_iter, memmem};
use reading::Reading;

/// Delimiters in the order in which a tie is decided.
const DELIMITERS: [u8; 8] = [b';', b',', b'\t', b'|', b'~', b'^', b':', b' '];
/// Bytes from which delimiters are decided.
const MOST: usize = 128 << 10;
/// Bytes at the beginning from which they are decided if that is clear: about a hundred rows.
const HEAD: usize = 8 << 10;
/// Part of its score by which a delimiter must lead at the beginning.
const CLEAR: f64 = 0.25;
/// Part of all rows that must then have the table's width.
const STEADY: f64 = 0.9;

/// The likeliest reading of a sample.
struct Choice {
    reading: Reading,
    /// How far it is from the likeliest one with another delimiter, as a part of its score.
    lead: f64,
}

/// The dialect of a text by its beginning, which is ASCII-compatible.
pub fn detect(text: &[u8], is_whole: bool, known: &Known, coding: &Coding) -> Dialect {
    let sample = if is_whole && text.len() <= MOST { text } else { cut(text, MOST) };
    let choice = quick(sample, known, HEAD).or_else(|| full(sample, ends(sample), known));
    let Some(Choice { reading, lead }) = choice else {
        return dialect(&Signs::assumed(known), LineEnd::None, 0, coding, 1.0);
    };
    let is_known = known.delimiter.is_some() || reading.widths.is_empty();
    let sure = if is_known { 1.0 } else { (0.5 + lead).clamp(0.0, 1.0) };
    dialect(&reading.signs, reading.line_end(), reading.usual, coding, sure)
}

/// The best of all readings of all the sample.
fn full(sample: &[u8], ends: &[bool], known: &Known) -> Option<Choice> {
    let mut readings = readings(sample, ends, known);
    let best = (0..readings.len()).reduce(
        |best, next| {
            if readings[next].score > readings[best].score { next } else { best }
        },
    )?;
    let reading = readings.swap_remove(best);
    let of_others = readings.iter().filter(|other| other.signs.delimiter != reading.signs.delimiter);
    let second = of_others.map(|other| other.score).fold(0.0, f64::max);
    let lead = if reading.score > 0.0 { (reading.score - second) / reading.score } else { 0.0 };
    Some(Choice { reading, lead })
}

/// What the full way would find, if the first bytes show it clearly and nothing in the rest speaks against it; the
/// rest is then split into rows once, and no cell of it is looked at.
fn quick(sample: &[u8], known: &Known, head: usize) -> Option<Choice> {
    let ends = ends(sample);
    let [ends_cr] = *ends else { return None };
    if sample.len() < 2 * head {
        return None;
    }
    let head = cut(sample, head);
    let Choice { reading: first, lead } = full(head, ends, known)?;
    let (signs, delimiter) = (first.signs, first.signs.delimiter?);
    // Blanks and colons part words too: how many there are says little.
    let is_clear = lead >= CLEAR && first.usual > 1 && !matches!(delimiter, b':' | b' ');
    if !is_clear || likely_signs(sample, Some(delimiter), ends_cr, known) != signs || may_escape(sample, signs, known) {
        return None;
    }
    let reading = Reading::unjudged(sample, signs);
    let is_steady = reading.usual == first.usual && reading.share_of_usual() >= STEADY;
    if !is_steady || (known.quote.is_none() && reading.is_mostly_stray()) {
        return None;
    }
    // Another sign that becomes frequent further down may be the delimiter there.
    let (rows, more) = (first.widths.len(), reading.widths.len().saturating_sub(first.widths.len()));
    let becomes_frequent = |sign: u8| {
        let (before, all) = (memchr_iter(sign, head).count(), memchr_iter(sign, sample).count());
        (all - before) * 2 * rows > (before * 4 + rows) * more
    };
    let others = DELIMITERS.into_iter().filter(|sign| *sign != delimiter);
    (!others.into_iter().any(becomes_frequent)).then_some(Choice { reading, lead })
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

/// The lines that are whole among the first bytes.
fn cut(text: &[u8], most: usize) -> &[u8] {
    let text = &text[..text.len().min(most)];
    let end = text.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(text.len(), |at| at + 1);
    &text[..end]
}

/// Whether CR alone ends lines: what is possible.
fn ends(sample: &[u8]) -> &'static [bool] {
    let (has_cr, has_lf) = (memchr(b'\r', sample).is_some(), memchr(b'\n', sample).is_some());
    let lone = memchr_iter(b'\r', sample).any(|at| sample.get(at + 1).is_some_and(|next| *next != b'\n'));
    match (has_cr, has_lf) {
        (true, false) => &[true],
        _ if lone => &[false, true],
        _ => &[false],
    }
}

fn readings(sample: &[u8], ends: &[bool], known: &Known) -> Vec<Reading> {
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
    let signs = likely_signs(sample, delimiter, ends_cr, known);
    let mut best = Reading::new(sample, signs);
    if may_escape(sample, signs, known) {
        let escaped = Reading::new(sample, Signs { escape: Some(b'\\'), ..signs });
        if escaped.stray < best.stray || (escaped.stray == best.stray && escaped.score > best.score) {
            best = escaped;
        }
    }
    if known.quote.is_none() && best.is_mostly_stray() {
        let bare = Reading::new(sample, Signs { quote: None, escape: None, ..signs });
        if bare.score >= best.score {
            best = bare;
        }
    }
    best
}

/// The signs under one delimiter as far as they show without a split into cells.
fn likely_signs(sample: &[u8], delimiter: Option<u8>, ends_cr: bool, known: &Known) -> Signs {
    let quote = match known.quote {
        Some(quote) => quote.map(told),
        None => likely_quote(sample, delimiter),
    };
    let trims = delimiter.is_some_and(|sign| sign != b' ' && is_padded(sample, sign, quote));
    Signs { delimiter, quote, escape: known.escape.flatten().map(told), trims, ends_cr }
}

/// True when a backslash stands before a quote, and may be its escape.
fn may_escape(sample: &[u8], signs: Signs, known: &Known) -> bool {
    known.escape.is_none()
        && signs.delimiter != Some(b'\\')
        && signs.quote.is_some_and(|quote| memmem::find(sample, &[b'\\', quote]).is_some())
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
    if memmem::find(sample, &[delimiter, b' ']).is_none() {
        return false;
    }
    let (mut all, mut padded, mut inside) = (0_usize, 0_usize, false);
    for at in memchr2_iter(delimiter, quote.unwrap_or(delimiter), sample) {
        if Some(sample[at]) == quote {
            inside = !inside;
        } else if !inside {
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

#[cfg(test)]
mod tests;
