//! Tables that stand beside one another on a sheet, parted by a blank column.

use super::{Kept, Span, joined, tables};
use crate::Cell;
use std::ops::Range;

/// Rows from which on a group of columns that ends before the others is a table of its own, and not the sparse end of
/// one.
const FEW: usize = 3;

/// One of several tables beside one another.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// Its columns, from 0.
    pub columns: Range<usize>,
    /// What its rows are, its columns taken alone; of tables below each other the first.
    pub span: Span,
}

/// The tables that stand beside one another in these rows, from left to right; nothing when there is one table at most.
///
/// [`tables`] takes them for one. A blank column alone parts nothing, as some tables have one for looks: the groups of
/// columns must also share a heading, have titles of their own, begin at different rows, or one of them, filled
/// without a gap, must end before the others. Each has two columns or more and a header. A caller that does not read
/// them one by one has something to tell its user.
pub fn beside(rows: &[Kept]) -> Vec<Beside> {
    let groups = groups(rows);
    if groups.len() < 2 {
        return Vec::new();
    }
    let found: Vec<Group> = groups.into_iter().filter_map(|columns| Group::new(rows, columns)).collect();
    let are_apart = found.iter().enumerate().any(|(at, one)| found[..at].iter().any(|other| one.is_apart(other)));
    if !are_apart {
        return Vec::new();
    }
    found.into_iter().map(|group| group.table).collect()
}

/// The columns of tables beside one another as a spreadsheet names them, `A-C | E-G`; empty where there are none.
pub fn beside_columns(tables: &[Beside]) -> String {
    let shown = |table: &Beside| {
        let last = table.columns.end.saturating_sub(1);
        format!("{}-{}", column_letters(table.columns.start), column_letters(last))
    };
    tables.iter().map(shown).collect::<Vec<_>>().join(" | ")
}

fn column_letters(column: usize) -> String {
    let letter = char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column % 26]);
    if column < 26 { letter.to_string() } else { format!("{}{letter}", column_letters(column / 26 - 1)) }
}

/// The columns between those that are blank in every row.
fn groups(rows: &[Kept]) -> Vec<Range<usize>> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut is_filled = vec![false; width];
    for row in rows {
        for (column, cell) in row.cells.iter().enumerate() {
            is_filled[column] |= !cell.is_blank();
        }
    }
    let mut groups = Vec::new();
    let mut at = 0;
    for group in is_filled.split(|is_filled| !is_filled) {
        if !group.is_empty() {
            groups.push(at..at + group.len());
        }
        at += group.len() + 1;
    }
    groups
}

/// Columns that may be a table of their own.
struct Group {
    table: Beside,
    names: Vec<String>,
    /// Rows of content, and whether none is blank between them.
    content: usize,
    is_dense: bool,
}

impl Group {
    fn new(rows: &[Kept], columns: Range<usize>) -> Option<Group> {
        if columns.len() < 2 {
            return None;
        }
        let cut = |row: &Kept| Kept {
            number: row.number,
            cells: row.cells.iter().skip(columns.start).take(columns.len()).cloned().collect(),
        };
        let own: Vec<Kept> = rows.iter().map(cut).collect();
        let span = tables(&own).into_iter().next().filter(|span| !span.header.is_empty())?;
        let lines = own.iter().filter(|row| span.header.contains(&row.number));
        let lines: Vec<Vec<String>> =
            lines.map(|row| row.cells.iter().map(|cell| cell.text().into_owned()).collect()).collect();
        let names: Vec<String> =
            joined(&lines, span.header[0], &[]).into_iter().filter(|name| !name.is_empty()).collect();
        let is_filled = |row: &Kept| !row.cells.iter().all(Cell::is_blank);
        let content = || own.iter().zip(rows).filter(|(own, _)| (span.first..=span.last).contains(&own.number));
        let filled = content().filter(|(own, _)| is_filled(own)).count();
        let is_dense = content().all(|(own, whole)| is_filled(own) || !is_filled(whole));
        let is_headed = names.len() > 1 && filled > 0;
        is_headed.then_some(Group { table: Beside { columns, span }, names, content: filled, is_dense })
    }

    /// True when something besides the blank column says that the two are tables of their own.
    fn is_apart(&self, other: &Group) -> bool {
        let (one, two) = (&self.table.span, &other.table.span);
        let (short, long) = if one.last < two.last { (self, other) } else { (other, self) };
        let ends_before = short.table.span.last < long.table.span.last && short.is_dense && short.content >= FEW;
        let begins_within = |upper: &Span, lower: &Span| lower.header.iter().all(|row| *row >= upper.first);
        self.names.iter().any(|name| other.names.contains(name))
            || !(one.preamble.is_empty() || two.preamble.is_empty())
            || begins_within(one, two)
            || begins_within(two, one)
            || ends_before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Kept> {
        let cell = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned().into()) };
        let kept = |(at, line): (usize, &str)| Kept {
            number: at as u64 + 1,
            cells: if line.is_empty() { Vec::new() } else { line.split(';').map(cell).collect() },
        };
        text.lines().enumerate().map(kept).collect()
    }

    fn shown(text: &str) -> Vec<String> {
        let show = |Beside { columns, span }: &Beside| {
            format!("{columns:?} {:?} {:?} {}-{}", span.preamble, span.header, span.first, span.last)
        };
        beside(&rows(text)).iter().map(show).collect()
    }

    #[test]
    fn tables_of_different_lengths_stand_beside_one_another() {
        let text =
            "naam;bedrag;;code;dag;uren\nA;1;;x;01/02/2024;4\nB;2;;y;02/02/2024;5\nC;3;;z;03/02/2024;6\nD;4;;;;\n";
        assert_eq!(tables(&rows(text)).len(), 1);
        assert_eq!(shown(text), ["0..2 [] [1] 2-5", "3..6 [] [1] 2-4"]);
    }

    #[test]
    fn tables_with_the_same_headings_or_with_titles_stand_beside_one_another() {
        let text = "naam;bedrag;;naam;bedrag\nA;1;;X;3\nB;2;;Y;4\n";
        assert_eq!(shown(text), ["0..2 [] [1] 2-3", "3..5 [] [1] 2-3"]);
        let text = "Januari;;;;Februari;\nnaam;bedrag;;;wie;som\nA;1;;;X;3\nB;2;;;Y;4\n";
        assert_eq!(shown(text), ["0..2 [1] [2] 3-4", "4..6 [1] [2] 3-4"]);
    }

    #[test]
    fn a_table_that_begins_beside_the_content_of_another_is_one() {
        let text = "naam;bedrag\nA;1\nB;2;;code;uren\nC;3;;x;4\nD;4;;y;5\n";
        assert_eq!(shown(text), ["0..2 [] [1] 2-5", "3..5 [] [3] 4-5"]);
    }

    #[test]
    fn a_blank_column_alone_parts_nothing() {
        // For looks.
        assert_eq!(shown("naam;bedrag;;code;uren\nA;1;;x;4\nB;2;;y;5\n"), Vec::<String>::new());
        // The right part is filled here and there.
        let sparse =
            "naam;bedrag;;einde;uren\nA;1;;01/02/2024;4\nB;2;;;\nC;3;;02/02/2024;5\nD;4;;03/02/2024;6\nE;5;;;\n";
        assert_eq!(shown(sparse), Vec::<String>::new());
        // Titles of groups, names over two lines.
        let lines = "naam;bedrag;;Periode;\n;;;begin;uren\nA;1;;01/02/2024;4\nB;2;;02/02/2024;5\n";
        assert_eq!(shown(lines), Vec::<String>::new());
        // A remark beside the table, and a column without heading.
        assert_eq!(shown("naam;bedrag;;let op\nA;1;;voorlopig\nB;2\nC;3\nD;4\n"), Vec::<String>::new());
        assert_eq!(shown("naam;bedrag;\nA;1;\nB;2;\n"), Vec::<String>::new());
        assert_eq!(shown(""), Vec::<String>::new());
    }

    proptest::proptest! {
        /// Tables do not overlap: a blank column stands between them, and none within.
        #[test]
        fn tables_are_parted_by_blank_columns(
            lines in proptest::collection::vec(proptest::collection::vec("|naam|bedrag|x|1|2,5|01/02/2024", 0..9), 0..12),
        ) {
            let lines: Vec<String> = lines.iter().map(|line| line.join(";")).collect();
            let rows = rows(&lines.join("\n"));
            let found = beside(&rows);
            proptest::prop_assert!(found.len() != 1);
            for pair in found.windows(2) {
                let between = pair[0].columns.end..pair[1].columns.start;
                let is_blank = |column: usize| rows.iter().all(|row| row.cells.get(column).is_none_or(Cell::is_blank));
                proptest::prop_assert!(between.clone().any(is_blank), "{:?}", between);
            }
            for Beside { columns, .. } in &found {
                for column in columns.clone() {
                    let is_filled = |row: &Kept| row.cells.get(column).is_some_and(|cell| !cell.is_blank());
                    proptest::prop_assert!(rows.iter().any(is_filled), "{}", column);
                }
            }
        }
    }
}
