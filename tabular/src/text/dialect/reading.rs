//! What one candidate makes of a sample, and how likely it is that somebody wrote a table so.

use crate::layout::kind::{Kind, Marks};
use crate::text::LineEnd;
use crate::text::encoding::ratio;
use crate::text::split::{Found, Line, Signs, Span, View, Widths};
use memchr::{memchr, memchr_iter};
use std::collections::BTreeMap;

/// What a candidate makes of the sample.
pub struct Reading {
    /// The candidate.
    pub signs: Signs,
    /// Cells of each row that is not blank.
    pub widths: Vec<usize>,
    /// The width of most rows; of two as frequent the larger.
    pub usual: usize,
    /// Rows with a quote that had to be taken for text.
    pub stray: usize,
    /// Rows with a quote.
    pub quoted: usize,
    /// How likely it is that somebody wrote a table so.
    pub score: f64,
    /// Whether each of these rows is all texts, or has quotes: not the halves of numbers.
    texts: Vec<bool>,
    line_ends: [usize; 3],
    sums: Sums,
}

/// Sums over the cells of a sample.
#[derive(Default)]
struct Sums {
    cells: usize,
    /// How plausible they are, see [`plausible`].
    plausible: f64,
    /// Numbers, dates, codes, and what is quoted.
    valued: usize,
    pairs: usize,
    /// Neighbours that look like the halves of one decimal number.
    halves: usize,
}

/// What is kept of a row while its cells go by.
struct Row {
    all_text: bool,
    has_quotes: bool,
    /// The cell before, and whether it ends with a digit.
    left: Option<(Kind, bool)>,
}

impl Reading {
    /// Splits the sample, and judges its cells.
    pub fn new(sample: &[u8], signs: Signs) -> Reading {
        let mut reading = Reading::read(sample, signs, true);
        reading.score = reading.weigh();
        reading
    }

    /// Splits the sample into rows only; it has no score.
    pub fn unjudged(sample: &[u8], signs: Signs) -> Reading {
        Reading::read(sample, signs, false)
    }

    fn read(sample: &[u8], signs: Signs, judges: bool) -> Reading {
        let view = View { bytes: sample, is_last: true, is_cut: false };
        let mut reading = Reading {
            signs,
            widths: Vec::new(),
            usual: 0,
            stray: 0,
            quoted: 0,
            score: 0.0,
            texts: Vec::new(),
            line_ends: [0; 3],
            sums: Sums::default(),
        };
        let mut spans = Vec::new();
        let (mut at, mut next_quote) = (0, None);
        while at < sample.len() {
            let Some(line) = view.line(at, signs.ends_cr) else { break };
            if line.end == at {
                reading.count_end(&sample[..line.next]);
                at = line.next;
                continue;
            }
            if next_quote.is_none_or(|quote| quote < at) {
                let found = signs.quote.and_then(|quote| memchr(quote, &sample[at..]));
                next_quote = Some(found.map_or(sample.len(), |found| at + found));
            }
            let has_quote = next_quote.is_some_and(|quote| quote < line.end);
            let bytes = &sample[at..line.end];
            at = if has_quote || (signs.trims && judges) {
                let Some(next) = reading.record(&view, at, line, &mut spans) else { break };
                reading.quoted += usize::from(has_quote);
                if judges {
                    reading.judge(sample, &spans);
                }
                next
            } else {
                if judges {
                    reading.judge_plain(bytes);
                } else {
                    let delimiters = signs.delimiter.map_or(0, |sign| memchr_iter(sign, bytes).count());
                    reading.widths.push(delimiters + 1);
                }
                line.next
            };
            reading.count_end(&sample[..at]);
        }
        reading.usual = usual(&reading.widths);
        reading
    }

    /// A row by the rules for quotes; where the next begins.
    fn record(&mut self, view: &View<'_>, at: usize, line: Line, spans: &mut Vec<Span>) -> Option<usize> {
        let Found::Record(record) = self.signs.record(view, at, line, Widths::default(), spans) else { return None };
        self.stray += usize::from(record.stray_quote);
        self.widths.push(spans.len());
        Some(record.next)
    }

    fn judge(&mut self, sample: &[u8], spans: &[Span]) {
        let mut row = Row::new();
        for span in spans {
            let cell = &sample[span.start..span.end];
            row.has_quotes |= span.is_quoted;
            self.sums.add(&mut row, cell, Marks::of(cell), span.is_quoted, self.signs);
        }
        self.texts.push(row.has_quotes || row.all_text);
    }

    /// A row without quotes, in one pass over its bytes.
    fn judge_plain(&mut self, line: &[u8]) {
        let (mut row, mut from, mut marks) = (Row::new(), 0, Marks::default());
        let mut width = 1;
        for (at, byte) in line.iter().enumerate() {
            if Some(*byte) == self.signs.delimiter {
                self.sums.add(&mut row, &line[from..at], marks, false, self.signs);
                (from, marks) = (at + 1, Marks::default());
                width += 1;
            } else {
                marks.add(*byte);
            }
        }
        self.sums.add(&mut row, &line[from..], marks, false, self.signs);
        self.texts.push(row.all_text);
        self.widths.push(width);
    }

    /// True when most quotes had to be taken for text: there is no quote.
    pub fn is_mostly_stray(&self) -> bool {
        self.stray >= 3 && self.stray * 2 > self.quoted
    }

    /// The part of the rows that have the table's width.
    pub fn share_of_usual(&self) -> f64 {
        ratio(self.widths.iter().filter(|width| **width == self.usual).count(), self.widths.len())
    }

    /// The part of the rows that have the table's width, or that of a neighbour.
    fn share(&self) -> f64 {
        let rows = self.widths.len();
        let agrees = |at: usize| {
            let width = self.widths[at];
            let near = [at.checked_sub(1), Some(at + 1)];
            let is_near = near.into_iter().flatten().any(|other| self.widths.get(other) == Some(&width));
            width > 1 && (width == self.usual || is_near)
        };
        ratio((0..rows).filter(|at| agrees(*at)).count(), rows)
    }

    fn count_end(&mut self, until: &[u8]) {
        match until {
            [.., b'\r', b'\n'] => self.line_ends[1] += 1,
            [.., b'\n'] => self.line_ends[0] += 1,
            [.., b'\r'] if self.signs.ends_cr => self.line_ends[2] += 1,
            _ => {}
        }
    }

    /// How the lines end.
    pub fn line_end(&self) -> LineEnd {
        match self.line_ends {
            [0, 0, 0] => LineEnd::None,
            [_, 0, 0] => LineEnd::Lf,
            [0, _, 0] => LineEnd::CrLf,
            [0, 0, _] => LineEnd::Cr,
            [_, _, 0] => LineEnd::Mixed,
            _ => LineEnd::Any,
        }
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
        let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let plausible = self.sums.plausible / float(self.sums.cells.max(1));
        let Some(delimiter) = self.signs.delimiter else {
            return if plausible > 0.95 { 0.9 } else { plausible * 0.6 };
        };
        let usual = self.usual;
        if usual < 2 {
            return 0.0;
        }
        let share = self.share();
        let is_weak = matches!(delimiter, b',' | b':' | b' ');
        let prior = match delimiter {
            b':' | b' ' if ratio(self.sums.valued, self.sums.cells) >= 0.4 && share >= 0.9 => 0.75,
            // Prose has colons, but hardly the same number, two or more, in every line.
            b':' if usual > 2 && share >= 0.95 => 0.75,
            b':' | b' ' => 0.4,
            b',' => 0.97,
            b'~' | b'^' => 0.95,
            _ => 1.0,
        };
        let header = self.header(usual, is_weak && share >= 0.7);
        let columns = 1.0 - 0.3 / float(usual);
        let halves = if delimiter == b',' { 1.0 - 0.6 * ratio(self.sums.halves, self.sums.pairs) } else { 1.0 };
        plausible * (0.3 + 0.7 * share) * columns * prior * header * halves
    }
}

/// The width of most rows; of two as frequent the larger.
fn usual(widths: &[usize]) -> usize {
    let mut counts = BTreeMap::new();
    for run in widths.chunk_by(|one, next| one == next) {
        *counts.entry(run[0]).or_insert(0_usize) += run.len();
    }
    // Titles and notes have one cell, whatever the table has.
    if counts.len() > 1 {
        counts.remove(&1);
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

impl Row {
    fn new() -> Row {
        Row { all_text: true, has_quotes: false, left: None }
    }
}

impl Sums {
    #[inline]
    fn add(&mut self, row: &mut Row, cell: &[u8], marks: Marks, is_quoted: bool, signs: Signs) {
        let kind = Kind::of_marked(cell, marks);
        row.all_text &= kind == Kind::Text;
        self.cells += 1;
        self.valued += usize::from(is_quoted || kind.is_value());
        self.plausible += if is_quoted { 1.0 } else { plausible(cell, kind, marks, signs.quote) };
        // Only a comma is a decimal sign too.
        if signs.delimiter == Some(b',') {
            if let Some((left, is_digit)) = row.left {
                let meets = is_digit && cell.first().is_some_and(u8::is_ascii_digit);
                let is_torn = left != Kind::Number || kind != Kind::Number;
                self.pairs += 1;
                self.halves += usize::from(meets && is_torn && left != Kind::Date && kind != Kind::Date);
            }
            row.left = Some((kind, cell.last().is_some_and(u8::is_ascii_digit)));
        }
    }
}

/// How plausible it is that this stands in a cell without quotes, 0 to 1.
#[inline]
fn plausible(cell: &[u8], kind: Kind, marks: Marks, quote: Option<u8>) -> f64 {
    if marks.has(Marks::TELLING) {
        return 0.1;
    }
    let is_torn = || quote.is_some_and(|quote| cell.first() == Some(&quote) || cell.last() == Some(&quote));
    match kind {
        Kind::Blank => 0.5,
        Kind::Number | Kind::Date => 1.0,
        Kind::Code => 0.85,
        Kind::Text if is_torn() => 0.3,
        Kind::Text if marks.has(Marks::LETTER | Marks::BEYOND) => 0.8,
        Kind::Text => 0.3,
    }
}
