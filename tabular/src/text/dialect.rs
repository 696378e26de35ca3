//! Delimiter, quote, escape and line ends, from a sample: each candidate splits it, and the likeliest table wins.

use super::encoding::{Coding, ratio};
use super::split::{Found, Line, Signs, Span, View, Widths};
use super::{Dialect, Known, LineEnd};
use crate::layout::kind::Kind;
use memchr::{memchr, memchr_iter};
use std::collections::BTreeMap;

/// Delimiters in the order in which a tie is decided.
const DELIMITERS: [u8; 8] = [b';', b',', b'\t', b'|', b'~', b'^', b':', b' '];
/// Signs that stand in a cell only if they delimit cells, or in quotes.
const TELLING: [u8; 5] = [b';', b'\t', b'|', b'~', b'^'];
/// Bytes from which delimiters are decided.
const MOST: usize = 128 << 10;

/// What a candidate makes of the sample.
struct Reading {
    signs: Signs,
    /// Cells of each row that is not blank.
    widths: Vec<usize>,
    /// Mean plausibility of the cells, and the part of them that are numbers, dates, codes or quoted.
    plausible: f64,
    valued: f64,
    /// Part of the neighbouring cells that look like the halves of one decimal number.
    halves: f64,
    /// Rows with a quote that had to be taken for text, and rows with a quote.
    stray: usize,
    quoted: usize,
    /// Whether each of these rows is all texts, or has quotes: not the halves of numbers.
    texts: Vec<bool>,
    line_ends: [usize; 3],
    score: f64,
}

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
    dialect(&best.signs, best.line_end(), best.usual(), coding, sure)
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

/// Sums over the cells of a sample.
#[derive(Default)]
struct Sums {
    cells: usize,
    plausible: f64,
    valued: usize,
    pairs: usize,
    halves: usize,
}

impl Reading {
    fn new(sample: &[u8], signs: Signs) -> Reading {
        let view = View { bytes: sample, is_last: true, is_cut: false };
        let mut reading = Reading {
            signs,
            widths: Vec::new(),
            plausible: 0.0,
            valued: 0.0,
            halves: 0.0,
            stray: 0,
            quoted: 0,
            texts: Vec::new(),
            line_ends: [0; 3],
            score: 0.0,
        };
        let (mut sums, mut spans) = (Sums::default(), Vec::new());
        let mut at = 0;
        while at < sample.len() {
            let Some(line) = view.line(at, signs.ends_cr) else { break };
            if line.end == at {
                reading.count_end(sample, line);
                at = line.next;
                continue;
            }
            let Found::Record(record) = signs.record(&view, at, line, Widths::default(), &mut spans) else { break };
            reading.count_end(sample, Line { end: line.end, next: record.next });
            reading.stray += usize::from(record.stray_quote);
            reading.quoted +=
                usize::from(signs.quote.is_some_and(|quote| memchr(quote, &sample[at..line.end]).is_some()));
            let cells: Vec<&[u8]> = spans.iter().map(|span| &sample[span.start..span.end]).collect();
            let is_quoted = spans.iter().any(|span| span.is_quoted);
            reading.texts.push(is_quoted || cells.iter().all(|cell| kind(cell) == Kind::Text));
            sums.add(&spans, &cells, signs);
            reading.widths.push(spans.len());
            at = record.next;
        }
        let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        reading.plausible = sums.plausible / float(sums.cells.max(1));
        reading.valued = ratio(sums.valued, sums.cells);
        reading.halves = ratio(sums.halves, sums.pairs);
        reading.score = reading.weigh();
        reading
    }

    fn count_end(&mut self, sample: &[u8], line: Line) {
        match sample[..line.next] {
            [.., b'\r', b'\n'] => self.line_ends[1] += 1,
            [.., b'\n'] => self.line_ends[0] += 1,
            [.., b'\r'] if self.signs.ends_cr => self.line_ends[2] += 1,
            _ => {}
        }
    }

    fn line_end(&self) -> LineEnd {
        match self.line_ends {
            [0, 0, 0] => LineEnd::None,
            [_, 0, 0] => LineEnd::Lf,
            [0, _, 0] => LineEnd::CrLf,
            [0, 0, _] => LineEnd::Cr,
            [_, _, 0] => LineEnd::Mixed,
            _ => LineEnd::Any,
        }
    }

    /// The width of most rows; of two as frequent the larger.
    fn usual(&self) -> usize {
        let mut counts = BTreeMap::new();
        for width in &self.widths {
            *counts.entry(*width).or_insert(0_usize) += 1;
        }
        // Titles and notes have one cell, whatever the table has.
        if counts.len() > 1 {
            counts.remove(&1);
        }
        counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
    }

    /// What the first rows say: names in as many cells as the rows below speak for the delimiter; a name in one cell
    /// over numbers that fall into halves speaks against it.
    fn header(&self, usual: usize, is_weak: bool) -> f64 {
        let Some(at) = self.widths.iter().position(|width| *width == usual) else { return 1.0 };
        let is_text = self.texts.get(at).copied().unwrap_or(false);
        if at == 0 {
            return if is_text && self.widths.len() > 1 { 1.15 } else { 1.0 };
        }
        if !is_weak || self.widths[0] != 1 || (is_text && !self.signs.trims) {
            1.0
        } else if usual == 2 {
            0.4
        } else {
            0.8
        }
    }

    /// How likely it is that somebody wrote a table so.
    fn weigh(&self) -> f64 {
        let Some(delimiter) = self.signs.delimiter else {
            return if self.plausible > 0.95 { 0.9 } else { self.plausible * 0.6 };
        };
        let usual = self.usual();
        let rows = self.widths.len();
        if usual < 2 {
            return 0.0;
        }
        let agrees = |at: usize| {
            let width = self.widths[at];
            let near = [at.checked_sub(1), Some(at + 1)];
            let is_near = near.into_iter().flatten().any(|other| self.widths.get(other) == Some(&width));
            width > 1 && (width == usual || is_near)
        };
        let share = ratio((0..rows).filter(|at| agrees(*at)).count(), rows);
        let is_weak = matches!(delimiter, b',' | b':' | b' ');
        let prior = match delimiter {
            b':' | b' ' if self.valued >= 0.4 && share >= 0.9 => 0.75,
            // Prose has colons, but hardly the same number, two or more, in every line.
            b':' if usual > 2 && share >= 0.95 => 0.75,
            b':' | b' ' => 0.4,
            b',' => 0.97,
            b'~' | b'^' => 0.95,
            _ => 1.0,
        };
        let header = self.header(usual, is_weak && share >= 0.7);
        let columns = 1.0 - 0.3 / f64::from(u32::try_from(usual).unwrap_or(u32::MAX));
        let halves = if delimiter == b',' { 1.0 - 0.6 * self.halves } else { 1.0 };
        self.plausible * (0.3 + 0.7 * share) * columns * prior * header * halves
    }
}

impl Sums {
    fn add(&mut self, spans: &[Span], cells: &[&[u8]], signs: Signs) {
        for (span, cell) in spans.iter().zip(cells) {
            let kind = kind(cell);
            self.cells += 1;
            self.valued += usize::from(span.is_quoted || kind.is_value());
            self.plausible += if span.is_quoted { 1.0 } else { plausible(cell, kind, signs) };
        }
        for pair in cells.windows(2) {
            let [left, right] = pair else { continue };
            let meets = left.last().is_some_and(u8::is_ascii_digit) && right.first().is_some_and(u8::is_ascii_digit);
            let is_torn = kind(left) != Kind::Number || kind(right) != Kind::Number;
            self.pairs += 1;
            self.halves += usize::from(meets && is_torn && kind(left) != Kind::Date && kind(right) != Kind::Date);
        }
    }
}

fn kind(cell: &[u8]) -> Kind {
    std::str::from_utf8(cell).map_or(Kind::Text, Kind::of_text)
}

/// How plausible it is that this stands in a cell without quotes, 0 to 1.
fn plausible(cell: &[u8], kind: Kind, signs: Signs) -> f64 {
    let is_torn = signs.quote.is_some_and(|quote| cell.first() == Some(&quote) || cell.last() == Some(&quote));
    if cell.iter().any(|byte| TELLING.contains(byte)) {
        return 0.1;
    }
    match kind {
        Kind::Blank => 0.5,
        Kind::Number | Kind::Date => 1.0,
        Kind::Code => 0.85,
        Kind::Text if is_torn => 0.3,
        Kind::Text if cell.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()) => 0.8,
        Kind::Text => 0.3,
    }
}
