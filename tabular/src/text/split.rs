//! Where the cells of one record begin and end, also when quotes are not as they should be.

use memchr::{memchr, memchr_iter, memchr2};

/// The signs of a dialect as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signs {
    /// Between cells; none: one column.
    pub delimiter: Option<u8>,
    /// Around cells.
    pub quote: Option<u8>,
    /// Inside quotes, before a quote or itself.
    pub escape: Option<u8>,
    /// Blanks around delimiters are no content.
    pub trims: bool,
    /// CR alone ends a line.
    pub ends_cr: bool,
}

/// One cell: its bytes without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
    /// It stood in quotes.
    pub is_quoted: bool,
    /// It holds doubled or escaped signs that stand for one.
    pub folds: bool,
}

/// Bytes in which a record is looked for.
#[derive(Debug, Clone, Copy)]
pub struct View<'w> {
    /// The bytes; positions count from their beginning.
    pub bytes: &'w [u8],
    /// Nothing follows them in the file.
    pub is_last: bool,
    /// No more will be shown: what is not found here is too long.
    pub is_cut: bool,
}

/// A line: behind its last byte, and where the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Behind its last byte, line end excluded.
    pub end: usize,
    /// First byte of the next.
    pub next: usize,
}

/// The widths that a record is expected to have.
#[derive(Debug, Clone, Copy, Default)]
pub struct Widths {
    /// Of most rows; 0: not known.
    pub usual: usize,
    /// Of the last row read without trouble that had several cells; 0: none yet.
    pub last: usize,
}

/// A record found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// First byte of the next.
    pub next: usize,
    /// Physical lines that it takes.
    pub lines: u64,
    /// A quote was taken for text.
    pub stray_quote: bool,
    /// It is separated by another delimiter.
    pub other_delimiter: bool,
}

/// What looking for a record gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A record; its cells are in the list handed over.
    Record(Record),
    /// More bytes are needed.
    More,
    /// A single line is longer than all that may be shown.
    TooLong,
}

/// How a quoted cell ends.
enum Closing {
    /// Before a delimiter or line end: behind its content, and whether it must be unfolded.
    Closed { end: usize, after: usize, folds: bool },
    /// The quote that should close it is followed by something else, or never comes.
    Broken,
    /// More bytes are needed.
    More,
}

/// Lines of one quoted cell above which it must fit the table's width.
const MANY_LINES: u64 = 50;
/// Most lines of a record that has a stray quote: each is tried, so the number bounds the time.
const FEW_LINES: u64 = 8;
/// Inner lines, each as wide as the table, from which on two stray quotes are likelier than one long text.
const LINES_LIKE_ROWS: usize = 5;
/// Delimiters that a single row may use instead of the file's.
const OTHERS: [u8; 4] = [b';', b'\t', b'|', b','];

impl Widths {
    /// True when a record of so many cells is one of the table.
    pub fn fits(&self, cells: usize) -> bool {
        cells != 0 && (cells == self.usual || cells == self.last)
    }

    /// True when a width is known.
    pub fn known(&self) -> bool {
        self.usual > 0 || self.last > 0
    }

    /// How far a record of so many cells is from the table's width.
    fn distance(&self, cells: usize) -> usize {
        let far = |width: usize| if width == 0 { usize::MAX } else { width.abs_diff(cells) };
        far(self.usual).min(far(self.last))
    }
}

impl View<'_> {
    /// The line that goes on at `from`; `None`: its end is not in sight.
    pub fn line(&self, from: usize, ends_cr: bool) -> Option<Line> {
        let bytes = self.bytes.get(from..)?;
        let found = if ends_cr { memchr2(b'\n', b'\r', bytes) } else { memchr(b'\n', bytes) };
        match found.map(|at| from + at) {
            None if self.is_last => Some(Line { end: self.bytes.len(), next: self.bytes.len() }),
            None => None,
            Some(at) if self.bytes[at] == b'\n' => {
                let end = if at > from && self.bytes[at - 1] == b'\r' { at - 1 } else { at };
                Some(Line { end, next: at + 1 })
            }
            Some(at) => match self.bytes.get(at + 1) {
                Some(b'\n') => Some(Line { end: at, next: at + 2 }),
                None if !self.is_last => None,
                _ => Some(Line { end: at, next: at + 1 }),
            },
        }
    }

    /// Number of lines from `start` up to `next`.
    fn lines(&self, start: usize, next: usize, ends_cr: bool) -> u64 {
        let mut at = start;
        let mut lines = 0;
        while at < next {
            at = self.line(at, ends_cr).map_or(next, |line| line.next);
            lines += 1;
        }
        lines
    }
}

impl Signs {
    /// Splits a line that holds no quote.
    pub fn split_plain(&self, view: &View<'_>, start: usize, end: usize, spans: &mut Vec<Span>) {
        let mut from = start;
        if let Some(delimiter) = self.delimiter {
            for at in memchr_iter(delimiter, &view.bytes[start..end]) {
                spans.push(self.plain(view, from, start + at));
                from = start + at + 1;
            }
        }
        spans.push(self.plain(view, from, end));
    }

    fn plain(&self, view: &View<'_>, mut start: usize, mut end: usize) -> Span {
        if self.trims {
            start = self.skip_blanks(view, start, end);
            while end > start && view.bytes[end - 1] == b' ' {
                end -= 1;
            }
        }
        Span { start, end, is_quoted: false, folds: false }
    }

    fn skip_blanks(&self, view: &View<'_>, start: usize, end: usize) -> usize {
        let blanks = |bytes: &[u8]| bytes.iter().take_while(|byte| **byte == b' ').count();
        if self.trims { start + view.bytes.get(start..end).map_or(0, blanks) } else { start }
    }

    /// The record that begins at `start`, on a line that ends as told and may hold quotes.
    pub fn record(&self, view: &View<'_>, start: usize, line: Line, widths: Widths, spans: &mut Vec<Span>) -> Found {
        let strict = self.strict(view, start, line, spans);
        let mut found = match strict {
            Found::More => return Found::More,
            Found::Record(record) if record.lines == 1 || self.accepts(view, start, record, widths, spans.len()) => {
                record
            }
            _ => match self.repair(view, start, line, widths, spans) {
                Found::Record(record) => record,
                other => return other,
            },
        };
        if spans.len() == 1 && widths.known() {
            match self.otherwise(view, start, line, widths, spans) {
                Found::Record(other) => found = other,
                Found::More => return Found::More,
                Found::TooLong => {}
            }
        }
        Found::Record(found)
    }

    /// The record that begins at `start` by the rules; `TooLong` when its quotes break them.
    pub fn strict(&self, view: &View<'_>, start: usize, first: Line, spans: &mut Vec<Span>) -> Found {
        spans.clear();
        let (mut at, mut line, mut stray_quote) = (start, first, false);
        // The first quote that is not before `at`, as far as the line goes.
        let mut next_quote = start;
        loop {
            let open = if self.trims { self.skip_blanks(view, at, line.end) } else { at };
            if open < line.end && self.quote == Some(view.bytes[open]) {
                let (end, after, folds) = match self.closing(view, open + 1) {
                    Closing::Closed { end, after, folds } => (end, after, folds),
                    Closing::Broken => return Found::TooLong,
                    Closing::More => return Found::More,
                };
                spans.push(Span { start: open + 1, end, is_quoted: true, folds });
                if after > line.end {
                    match view.line(after, self.ends_cr) {
                        Some(later) => line = later,
                        None if view.is_cut => return Found::TooLong,
                        None => return Found::More,
                    }
                }
                at = after;
            } else {
                let bytes = &view.bytes[at..line.end];
                let end = self.delimiter.and_then(|sign| memchr(sign, bytes)).map_or(line.end, |found| at + found);
                if next_quote <= at {
                    let found = self.quote.and_then(|quote| memchr(quote, bytes));
                    next_quote = found.map_or(line.end, |found| at + found);
                }
                stray_quote |= next_quote < end;
                spans.push(self.plain(view, at, end));
                at = end;
            }
            if at >= line.end {
                break;
            }
            at += 1;
        }
        let lines = if line == first { 1 } else { view.lines(start, line.next, self.ends_cr) };
        Found::Record(Record { next: line.next, lines, stray_quote, other_delimiter: false })
    }

    /// Where the quoted cell ends whose content begins at `from`.
    #[inline]
    fn closing(&self, view: &View<'_>, from: usize) -> Closing {
        let (mut at, mut folds) = (from, false);
        let unseen = || if view.is_last || view.is_cut { Closing::Broken } else { Closing::More };
        let Some(quote) = self.quote else { return Closing::Broken };
        loop {
            let rest = view.bytes.get(at..).unwrap_or_default();
            let found = match self.escape {
                None => memchr(quote, rest),
                Some(escape) => memchr2(quote, escape, rest),
            };
            let Some(found) = found.map(|found| at + found) else { return unseen() };
            let next = view.bytes.get(found + 1).copied();
            if next.is_none() && !view.is_last {
                return unseen();
            }
            if view.bytes[found] != quote {
                let is_escaped = next.is_some_and(|next| next == quote || Some(next) == self.escape);
                folds |= is_escaped;
                at = found + 1 + usize::from(is_escaped);
            } else if next == Some(quote) {
                folds = true;
                at = found + 2;
            } else if next.is_some() && next == self.delimiter {
                return Closing::Closed { end: found, after: found + 1, folds };
            } else {
                return match self.boundary(view, found + 1) {
                    Some(Some(after)) => Closing::Closed { end: found, after, folds },
                    Some(None) => Closing::Broken,
                    None => unseen(),
                };
            }
        }
    }

    /// The delimiter or line end at `at`, blanks before it skipped: `Some(None)` when there is neither, `None` when
    /// the bytes do not tell.
    fn boundary(&self, view: &View<'_>, at: usize) -> Option<Option<usize>> {
        let at = self.skip_blanks(view, at, view.bytes.len());
        match view.bytes.get(at) {
            None if view.is_last => Some(Some(at)),
            None => None,
            Some(byte) if Some(*byte) == self.delimiter => Some(Some(at)),
            Some(b'\n' | b'\r') => {
                if view.bytes[at] == b'\r' && view.bytes.get(at + 1).is_none() && !view.is_last {
                    return None;
                }
                let ends = view.bytes[at] == b'\n' || self.ends_cr || view.bytes.get(at + 1) == Some(&b'\n');
                Some(ends.then_some(at))
            }
            Some(_) => Some(None),
        }
    }

    /// Whether a record over several lines is one, or a quote that was never closed swallowed rows.
    fn accepts(&self, view: &View<'_>, start: usize, record: Record, widths: Widths, cells: usize) -> bool {
        if !widths.known() {
            return true;
        }
        let mut alone = Vec::new();
        let mut at = start;
        while let Some(line) = view.line(at, self.ends_cr).filter(|_| at < record.next) {
            alone.push(widths.fits(self.width(view, at, line.end)));
            at = line.next;
        }
        if widths.fits(cells) {
            let inner = alone.get(1..alone.len().saturating_sub(1)).unwrap_or_default();
            return inner.len() < LINES_LIKE_ROWS || !self.has_columns(widths) || inner.contains(&false);
        }
        record.lines <= MANY_LINES && !alone.contains(&true)
    }

    fn has_columns(&self, widths: Widths) -> bool {
        self.delimiter.is_some() && widths.usual.max(widths.last) > 1
    }

    /// Cells of a line when quotes are text.
    fn width(&self, view: &View<'_>, start: usize, end: usize) -> usize {
        self.delimiter.map_or(1, |delimiter| memchr_iter(delimiter, &view.bytes[start..end]).count() + 1)
    }

    /// Reads the line anew with a stray quote as text: of the ways to do so, the one that fits the table.
    fn repair(&self, view: &View<'_>, start: usize, line: Line, widths: Widths, spans: &mut Vec<Span>) -> Found {
        let record = Record { next: line.next, lines: 1, stray_quote: true, other_delimiter: false };
        let mut best: Option<(usize, Vec<Span>)> = None;
        let mut offer = |cells: Vec<Span>| {
            let distance = widths.distance(cells.len());
            if best.as_ref().is_none_or(|(least, _)| distance < *least) {
                best = Some((distance, cells));
            }
        };
        if widths.known() {
            offer(self.lenient(view, start, line.end, true));
        }
        offer(self.lenient(view, start, line.end, false));
        let mut plain = Vec::new();
        self.split_plain(view, start, line.end, &mut plain);
        offer(plain);
        let Some((distance, cells)) = best else { return Found::Record(record) };
        *spans = cells;
        // A last cell that is opened and not closed may go on below, even if the line has as many cells as the table.
        let goes_on = spans
            .last()
            .is_some_and(|last| !last.is_quoted && last.start < last.end && self.quote == Some(view.bytes[last.start]));
        if (distance == 0 && !goes_on) || !self.has_columns(widths) {
            return Found::Record(record);
        }
        match self.lenient_lines(view, start, line, widths, spans) {
            Found::TooLong => Found::Record(record),
            found => found,
        }
    }

    /// The cells of one line, each quoted by the rules where it can be. Where it cannot, it goes up to the first quote
    /// before a delimiter (`reaches`), else it is text up to the next delimiter.
    fn lenient(&self, view: &View<'_>, start: usize, end: usize, reaches: bool) -> Vec<Span> {
        let line = View { bytes: &view.bytes[..end], is_last: true, is_cut: false };
        let mut spans = Vec::new();
        let (mut at, mut reaches) = (start, reaches);
        loop {
            let open = self.skip_blanks(&line, at, end);
            let quoted = (open < end && self.quote == Some(line.bytes[open])).then(|| self.closing(&line, open + 1));
            let cell = match quoted {
                Some(Closing::Closed { end, after, folds }) => {
                    Some((Span { start: open + 1, end, is_quoted: true, folds }, after))
                }
                Some(_) if reaches => {
                    let cell = self.first_closing(&line, open + 1);
                    // Where there is none up to the end, there is none for a later cell: looking once bounds the time.
                    reaches = cell.is_some();
                    cell
                }
                _ => None,
            };
            let after = match cell {
                Some((span, after)) => {
                    spans.push(span);
                    after
                }
                None => {
                    let next = self.delimiter.and_then(|sign| memchr(sign, &line.bytes[at..]));
                    let after = next.map_or(end, |found| at + found);
                    spans.push(self.plain(&line, at, after));
                    after
                }
            };
            if after >= end {
                return spans;
            }
            at = after + 1;
        }
    }

    /// A quoted cell up to the first quote that stands before a delimiter or the end.
    fn first_closing(&self, view: &View<'_>, from: usize) -> Option<(Span, usize)> {
        let quote = self.quote?;
        memchr_iter(quote, &view.bytes[from..]).map(|found| from + found).find_map(|at| {
            let after = self.boundary(view, at + 1)??;
            let folds = view.bytes[from..at].windows(2).any(|pair| pair == [quote, quote]);
            Some((Span { start: from, end: at, is_quoted: true, folds }, after))
        })
    }

    /// A record over several lines with a stray quote in it: only if it then fits the table, and none of the lines
    /// that follow does so by itself; else `TooLong`.
    fn lenient_lines(
        &self,
        view: &View<'_>,
        start: usize,
        first: Line,
        widths: Widths,
        spans: &mut Vec<Span>,
    ) -> Found {
        let mut line = first;
        for lines in 2..=FEW_LINES {
            let from = line.next;
            line = match view.line(from, self.ends_cr) {
                Some(line) if line.next > from => line,
                None if !view.is_cut => return Found::More,
                _ => return Found::TooLong,
            };
            if widths.fits(self.width(view, from, line.end)) {
                return Found::TooLong;
            }
            // A line without any quote cannot end a quoted text.
            if self.quote.is_none_or(|quote| memchr(quote, &view.bytes[from..line.end]).is_none()) {
                continue;
            }
            let mut fewest = usize::MAX;
            for reaches in [true, false] {
                let cells = self.lenient(view, start, line.end, reaches);
                let breaks = |cell: &Span| memchr2(b'\n', b'\r', &view.bytes[cell.start..cell.end]).is_some();
                if widths.fits(cells.len()) && cells.iter().all(|cell| cell.is_quoted || !breaks(cell)) {
                    *spans = cells;
                    let next = line.next;
                    return Found::Record(Record { next, lines, stray_quote: true, other_delimiter: false });
                }
                fewest = fewest.min(cells.len());
            }
            if fewest > widths.usual.max(widths.last) {
                return Found::TooLong;
            }
        }
        Found::TooLong
    }

    /// The same record under another delimiter, if that gives exactly the table's width.
    pub fn otherwise(&self, view: &View<'_>, start: usize, line: Line, widths: Widths, spans: &mut Vec<Span>) -> Found {
        let Some(own) = self.delimiter else { return Found::TooLong };
        let mut cells = Vec::new();
        for delimiter in OTHERS.into_iter().filter(|other| *other != own) {
            let bytes = &view.bytes[start..line.end];
            if memchr(delimiter, bytes).is_none() {
                continue;
            }
            // In prose a comma is followed by a blank, and two parts are no row.
            let is_prose = delimiter == b',' && bytes.windows(2).any(|pair| pair == b", ");
            let least = if is_prose {
                4
            } else if delimiter == b',' {
                3
            } else {
                2
            };
            let other = Signs { delimiter: Some(delimiter), trims: self.trims || is_prose, ..*self };
            match other.strict(view, start, line, &mut cells) {
                Found::More => return Found::More,
                Found::Record(record) if cells.len() >= least && widths.fits(cells.len()) => {
                    *spans = cells;
                    return Found::Record(Record { other_delimiter: true, ..record });
                }
                _ => {}
            }
        }
        Found::TooLong
    }
}
