//! Headers: their lines joined to names, and found by headings that are known.

use super::Kept;
use crate::workbook::Merge;
use std::ops::RangeInclusive;

/// The lines that a header may have.
pub const LINES: RangeInclusive<usize> = 1..=3;

/// A header found by its headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its rows, one to three, one after another.
    pub rows: Vec<u64>,
    /// The names of its columns, see [`joined`].
    pub names: Vec<String>,
    /// How many of them are known.
    pub known: usize,
}

/// Says how many headings are known among the names of columns.
type Knows<'k> = &'k dyn Fn(&[String]) -> usize;

/// The header among the first rows, by headings that are known: the row, or so many rows taken together, with most of
/// them; of several the one with fewest lines, then the first. `known` says how many headings it knows among the names
/// of columns, and with `enough` of them the search ends. `None`: no row holds any.
pub fn find_header(
    rows: &[Kept],
    merges: &[Merge],
    lines: RangeInclusive<usize>,
    (known, enough): (Knows<'_>, usize),
) -> Option<Header> {
    let mut best: Option<Header> = None;
    for lines in lines.filter(|lines| *lines > 0) {
        for group in rows.windows(lines) {
            let follows = group.windows(2).all(|pair| pair[1].number == pair[0].number + 1);
            if !follows || group.iter().any(|row| row.cells.iter().all(crate::Cell::is_blank)) {
                continue;
            }
            let texts: Vec<Vec<String>> =
                group.iter().map(|row| row.cells.iter().map(|cell| cell.text().into_owned()).collect()).collect();
            let names = joined(&texts, group[0].number, merges);
            let found = known(&names);
            if found > best.as_ref().map_or(0, |best| best.known) {
                best = Some(Header { rows: group.iter().map(|row| row.number).collect(), names, known: found });
                if found >= enough {
                    return best;
                }
            }
        }
    }
    best
}

/// The names of the columns under a header of one or more lines: `group / name`.
///
/// `first_row` is the number of its first line. A merged area counts for all cells it covers. In a line that has no
/// merged area, a title counts up to the next one, unless it is itself the name of its column (nothing below it).
/// Identical parts that follow each other are not repeated.
pub fn joined(header_rows: &[Vec<String>], first_row: u64, merges: &[Merge]) -> Vec<String> {
    let width = header_rows.iter().map(Vec::len).max().unwrap_or(0);
    let levels: Vec<Vec<&str>> =
        (0..header_rows.len()).map(|level| covering(header_rows, level, width, first_row, merges)).collect();
    let name = |column: usize| {
        let mut parts: Vec<&str> = Vec::new();
        for level in &levels {
            let text = level[column];
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        parts.join(" / ")
    };
    (0..width).map(name).collect()
}

/// The text that counts for every column in one line of a header.
fn covering<'t>(
    lines: &'t [Vec<String>],
    level: usize,
    width: usize,
    first_row: u64,
    merges: &[Merge],
) -> Vec<&'t str> {
    let first = u32::try_from(first_row.saturating_sub(1)).unwrap_or(u32::MAX);
    let row = first.saturating_add(u32::try_from(level).unwrap_or(u32::MAX));
    let at = |level: usize, column: usize| {
        lines.get(level).and_then(|cells| cells.get(column)).map_or("", |text| text.trim())
    };
    let is_in = |merge: &&Merge| (merge.first.0..=merge.last.0).contains(&row);
    let here: Vec<&Merge> = merges.iter().filter(is_in).collect();
    let is_below = |column: usize| (level + 1..lines.len()).any(|lower| !at(lower, column).is_empty());
    let spreads = here.is_empty() && level + 1 < lines.len();
    let mut title = "";
    (0..width)
        .map(|column| {
            let position = u32::try_from(column).unwrap_or(u32::MAX);
            let area = here.iter().find(|merge| (merge.first.1..=merge.last.1).contains(&position));
            if let Some(area) = area {
                // An area that begins above the header has no text in it.
                let anchor = area.first.0.checked_sub(first).and_then(|level| usize::try_from(level).ok());
                return anchor.map_or("", |level| at(level, area.first.1 as usize));
            }
            let own = at(level, column);
            if !own.is_empty() {
                title = if spreads && is_below(column) { own } else { "" };
                return own;
            }
            if is_below(column) { title } else { "" }
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::Cell;

    fn lines(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect()
    }

    fn kept(number: u64, cells: &[&'static str]) -> Kept {
        Kept { number, cells: cells.iter().map(|text| Cell::Text((*text).into())).collect() }
    }

    #[test]
    fn a_title_counts_for_the_columns_it_covers() {
        let header = lines(&[&["Dossier", "Personne", "", "Montants", ""], &["", "nom", "sexe", "brut", "net"]]);
        let wanted = ["Dossier", "Personne / nom", "Personne / sexe", "Montants / brut", "Montants / net"];
        assert_eq!(joined(&header, 1, &[]), wanted);
    }

    #[test]
    fn merged_areas_say_what_a_title_covers() {
        // Row 3 of the sheet: the title over two columns, the first column merged downwards.
        let merges = [Merge { first: (2, 1), last: (2, 2) }, Merge { first: (2, 0), last: (3, 0) }];
        let header = lines(&[&["id", "Personne", "", ""], &["", "nom", "sexe", "net"]]);
        assert_eq!(joined(&header, 3, &merges), ["id", "Personne / nom", "Personne / sexe", "net"]);
    }

    #[test]
    fn the_header_is_where_the_known_headings_are() {
        let rows = [
            kept(1, &["Liste", "", ""]),
            kept(2, &["Personne", "", "Montant"]),
            kept(3, &["nom", "sexe", "net"]),
            kept(4, &["Jan", "M", "12"]),
        ];
        let found = |headings: &[&str]| {
            let known = |names: &[String]| names.iter().filter(|name| headings.contains(&name.as_str())).count();
            find_header(&rows, &[], LINES, (&known, usize::MAX))
        };
        let single = found(&["nom", "net"]).unwrap();
        assert_eq!((single.rows, single.known), (vec![3], 2));
        let double = found(&["Personne / nom", "Personne / sexe"]).unwrap();
        assert_eq!(double.rows, [2, 3]);
        assert_eq!(double.names, ["Personne / nom", "Personne / sexe", "Montant / net"]);
        assert!(found(&[]).is_none());
    }
}
