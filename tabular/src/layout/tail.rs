//! Rows that look like totals or notes, held back until it is known whether content follows them.

use super::words::{is_note, is_total};
use crate::{Cell, Remarks, Row};
use std::collections::VecDeque;

/// Most rows that are held back; of more, the first are content.
const MOST: usize = 50;

/// What a row below the content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A sum of rows above.
    Total,
    /// A note.
    Note,
}

/// What a row would be at the end of a table of so many columns; `after_gap`: behind a blank row or a note.
pub(super) fn part(cells: &[Cell<'_>], width: usize, after_gap: bool) -> Option<Part> {
    if is_total(cells) { Some(Part::Total) } else { is_note(cells, width, after_gap).then_some(Part::Note) }
}

/// A row held back.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Its number.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<Cell<'static>>,
    /// What had to be done to read it.
    pub remarks: Remarks,
    /// What it is, if no content follows.
    pub part: Part,
}

/// What is to be done with a row that was looked at.
#[derive(Debug, PartialEq)]
pub enum Look {
    /// It is content. These rows were held back before it and are content too, in order: they come first.
    Content(Vec<Held>),
    /// It is kept here for now. These rows, held back longest, are content.
    Held(Vec<Held>),
    /// It is blank.
    Blank,
}

/// Holds back the rows at the end of a table while it is read. Ordinary rows are only looked at, never copied.
///
/// ```
/// use tabular::layout::{Look, Part, Tail};
/// use tabular::{Cell, Remarks, Row};
///
/// let mut tail = Tail::new(3);
/// let content = [Cell::Text("a".into()), Cell::Text("1".into()), Cell::Text("2".into())];
/// let total = [Cell::Text("Totaal".into()), Cell::Text("1".into()), Cell::Text("2".into())];
/// let row = |number, cells| Row { number, cells, remarks: Remarks::default() };
/// assert_eq!(tail.look(&row(1, &content)), Look::Content(vec![]));
/// assert_eq!(tail.look(&row(2, &total)), Look::Held(vec![]));
/// let held = tail.finish();
/// assert_eq!((held[0].number, held[0].part), (2, Part::Total));
/// ```
#[derive(Debug, Default)]
pub struct Tail {
    width: usize,
    after_gap: bool,
    held: VecDeque<Held>,
}

impl Tail {
    /// For a table of so many columns.
    pub fn new(width: usize) -> Self {
        Tail { width, ..Tail::default() }
    }

    /// Looks at the next row.
    pub fn look(&mut self, row: &Row<'_, '_>) -> Look {
        if row.is_blank() {
            self.after_gap = true;
            return Look::Blank;
        }
        let after_note = self.held.back().is_some_and(|held| held.part == Part::Note);
        let Some(part) = part(row.cells, self.width, self.after_gap || after_note) else {
            self.after_gap = false;
            return Look::Content(self.held.drain(..).collect());
        };
        let surplus = (self.held.len() + 1).saturating_sub(MOST);
        let released = self.held.drain(..surplus).collect();
        let cells = row.cells.iter().cloned().map(Cell::into_owned).collect();
        self.held.push_back(Held { number: row.number, cells, remarks: row.remarks, part });
        Look::Held(released)
    }

    /// Number of the first totals line among the rows held back.
    pub fn first_total(&self) -> Option<u64> {
        self.held.iter().find(|held| held.part == Part::Total).map(|held| held.number)
    }

    /// The rows below the content.
    pub fn finish(self) -> Vec<Held> {
        self.held.into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn look(tail: &mut Tail, number: u64, cells: &[&'static str]) -> Look {
        let cells: Vec<Cell<'_>> = cells.iter().map(|text| Cell::Text((*text).into())).collect();
        tail.look(&Row { number, cells: &cells, remarks: Remarks::default() })
    }

    #[test]
    fn what_content_follows_was_content() {
        let mut tail = Tail::new(3);
        assert_eq!(look(&mut tail, 1, &["Totaal", "1", "2"]), Look::Held(vec![]));
        assert_eq!(look(&mut tail, 2, &[]), Look::Blank);
        let Look::Content(before) = look(&mut tail, 3, &["Jan", "1", "2"]) else { panic!() };
        assert_eq!(before.iter().map(|held| held.number).collect::<Vec<_>>(), [1]);
        assert_eq!(look(&mut tail, 4, &["Bron: voorbeeld"]), Look::Held(vec![]));
        assert_eq!(look(&mut tail, 5, &["tweede regel"]), Look::Held(vec![]));
        let parts: Vec<(u64, Part)> = tail.finish().iter().map(|held| (held.number, held.part)).collect();
        assert_eq!(parts, [(4, Part::Note), (5, Part::Note)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_row_comes_out_once_and_in_order(kinds in prop::collection::vec(0_usize..4, 0..200)) {
            let mut tail = Tail::new(3);
            let mut out = Vec::new();
            let rows: [&[&'static str]; 4] = [&[], &["Jan", "1", "2"], &["Totaal", "1", "2"], &["Bron: voorbeeld"]];
            for (at, kind) in kinds.iter().enumerate() {
                match look(&mut tail, at as u64, rows[*kind]) {
                    Look::Content(held) => {
                        out.extend(held.iter().map(|held| held.number));
                        out.push(at as u64);
                    }
                    Look::Held(held) => out.extend(held.iter().map(|held| held.number)),
                    Look::Blank => {}
                }
            }
            out.extend(tail.finish().iter().map(|held| held.number));
            let filled = kinds.iter().enumerate().filter(|(_, kind)| **kind != 0);
            prop_assert_eq!(out, filled.map(|(at, _)| at as u64).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_than_fifty_are_held() {
        let mut tail = Tail::new(3);
        let mut released = Vec::new();
        for number in 1..=60 {
            if let Look::Held(rows) = look(&mut tail, number, &["Bron: voorbeeld"]) {
                released.extend(rows.iter().map(|held| held.number));
            }
        }
        assert_eq!(released, (1..=10).collect::<Vec<_>>());
        assert_eq!(tail.finish().len(), 50);
    }
}
