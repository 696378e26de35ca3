//! How the columns of a file differ from those of the last submission: new, gone, renamed, moved, swapped.

use super::similar::likeness;
use crate::catalogue::fold;
use crate::catalogue::headings::key;
use crate::model::{ColumnKind, ReadColumn};
use std::collections::BTreeMap;

/// Likeness of two headings from which the one is taken for the other, renamed.
const RENAMED: f64 = 0.8;
/// Days that two dates must lie apart before a swap of them can be told.
const APART: f64 = 14.0;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "drift", rename_all = "snake_case")]
pub enum Drift {
    /// A column that was not there.
    New {
        /// Its heading.
        heading: String,
    },
    /// A column that is not there any more.
    Gone {
        /// Its heading.
        heading: String,
    },
    /// The same column under another heading.
    Renamed {
        /// Its heading then.
        from: String,
        /// Its heading now.
        to: String,
    },
    /// The same column at another place among the others.
    Moved {
        /// Its heading.
        heading: String,
        /// Its position then, from 1.
        from: u32,
        /// Its position now, from 1.
        to: u32,
    },
    /// Each of two columns holds what the other held.
    Swapped {
        /// The one heading.
        one: String,
        /// The other.
        other: String,
    },
}

/// The differences of a submission's files from those of the last one, by file and sheet. Files are the same when their
/// names differ in figures only; a file that the last submission did not hold is compared with nothing.
pub fn drifts(last: &[ReadColumn], now: &[ReadColumn]) -> Vec<((String, String), Drift)> {
    let by_sheet = |columns: &[ReadColumn]| {
        let mut found: BTreeMap<(String, String), Vec<ReadColumn>> = BTreeMap::new();
        for column in columns {
            found.entry((without_figures(&column.file), fold(&column.sheet))).or_default().push(column.clone());
        }
        found
    };
    let last = by_sheet(last);
    let mut found = Vec::new();
    for (sheet, columns) in by_sheet(now) {
        let (Some(before), Some(first)) = (last.get(&sheet), columns.first()) else { continue };
        let place = (first.file.clone(), first.sheet.clone());
        found.extend(drift(before, &columns).into_iter().map(|drift| (place.clone(), drift)));
    }
    found
}

fn without_figures(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    fold(name).chars().filter(|sign| sign.is_alphabetic() || *sign == '.').collect()
}

/// The differences of one sheet.
pub fn drift(last: &[ReadColumn], now: &[ReadColumn]) -> Vec<Drift> {
    let mut pairs = same_headings(last, now);
    let same = pairs.len();
    rename(&mut pairs, last, now, |old, new| {
        likeness(&key(&old.heading), &key(&new.heading)) >= RENAMED && is_same_kind(old, new)
    });
    rename(&mut pairs, last, now, |old, new| old.position == new.position && looks_the_same(old, new));
    let mut found = Vec::new();
    let is_paired_old = |index: usize| pairs.iter().any(|(old, _)| *old == index);
    let is_paired_new = |index: usize| pairs.iter().any(|(_, new)| *new == index);
    for (_, column) in last.iter().enumerate().filter(|(index, _)| !is_paired_old(*index)) {
        found.push(Drift::Gone { heading: column.heading.clone() });
    }
    for (_, column) in now.iter().enumerate().filter(|(index, _)| !is_paired_new(*index)) {
        found.push(Drift::New { heading: column.heading.clone() });
    }
    for (old, new) in &pairs[same..] {
        found.push(Drift::Renamed { from: last[*old].heading.clone(), to: now[*new].heading.clone() });
    }
    found.extend(moved(&pairs, last, now));
    found.extend(swapped(&pairs[..same], last, now));
    found
}

/// Pairs of columns under one heading; of several under one heading the first belongs to the first.
fn same_headings(last: &[ReadColumn], now: &[ReadColumn]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (old, column) in last.iter().enumerate() {
        let heading = fold(&column.heading);
        let new = now
            .iter()
            .enumerate()
            .position(|(new, other)| fold(&other.heading) == heading && !pairs.iter().any(|(_, taken)| *taken == new));
        pairs.extend(new.map(|new| (old, new)));
    }
    pairs
}

/// Adds the pairs of left-over columns that fit each other and nothing else.
fn rename(
    pairs: &mut Vec<(usize, usize)>,
    last: &[ReadColumn],
    now: &[ReadColumn],
    fits: impl Fn(&ReadColumn, &ReadColumn) -> bool,
) {
    let old: Vec<usize> = (0..last.len()).filter(|index| !pairs.iter().any(|(old, _)| old == index)).collect();
    let new: Vec<usize> = (0..now.len()).filter(|index| !pairs.iter().any(|(_, new)| new == index)).collect();
    for one in &old {
        let fitting: Vec<usize> = new.iter().copied().filter(|other| fits(&last[*one], &now[*other])).collect();
        let [only] = fitting.as_slice() else { continue };
        if old.iter().filter(|rival| fits(&last[**rival], &now[*only])).count() == 1 {
            pairs.push((*one, *only));
        }
    }
}

fn is_same_kind(old: &ReadColumn, new: &ReadColumn) -> bool {
    old.kind == new.kind || old.kind == ColumnKind::Empty || new.kind == ColumnKind::Empty
}

/// The same kind, filled about as often; dates and numbers of the same size.
fn looks_the_same(old: &ReadColumn, new: &ReadColumn) -> bool {
    let is_near = match (old.median, new.median) {
        // Two years of days; a fifth of a number.
        (Some(old_median), Some(new_median)) if old.kind == ColumnKind::Date => (old_median - new_median).abs() < 730.0,
        (Some(old), Some(new)) => (old - new).abs() <= 0.2 * old.abs().max(new.abs()),
        _ => true,
    };
    old.kind == new.kind && old.kind != ColumnKind::Empty && (old.filled - new.filled).abs() < 0.2 && is_near
}

/// Columns that stand elsewhere among those that are the same: the fewest that explain the new order.
fn moved(pairs: &[(usize, usize)], last: &[ReadColumn], now: &[ReadColumn]) -> Vec<Drift> {
    let mut ordered = pairs.to_vec();
    ordered.sort_by_key(|(old, _)| last[*old].position);
    let places: Vec<u32> = ordered.iter().map(|(_, new)| now[*new].position).collect();
    // Longest rising run; those outside it have moved.
    let mut best: Vec<(usize, Option<usize>)> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let before = (0..index).filter(|other| places[*other] < *place).max_by_key(|other| (best[*other].0, *other));
        best.push((before.map_or(1, |other| best[other].0 + 1), before));
    }
    let mut kept = vec![false; places.len()];
    let mut next = (0..best.len()).max_by_key(|index| best[*index].0);
    while let Some(index) = next {
        kept[index] = true;
        next = best[index].1;
    }
    let is_moved = ordered.iter().zip(kept).filter(|(_, kept)| !kept);
    is_moved
        .map(|((old, new), _)| Drift::Moved {
            heading: now[*new].heading.clone(),
            from: last[*old].position + 1,
            to: now[*new].position + 1,
        })
        .collect()
}

/// Pairs of columns of one kind whose values fit each other's old ones far better than their own.
fn swapped(pairs: &[(usize, usize)], last: &[ReadColumn], now: &[ReadColumn]) -> Vec<Drift> {
    let mut found = Vec::new();
    for (place, (one, one_now)) in pairs.iter().enumerate() {
        for (other, other_now) in &pairs[place + 1..] {
            let kinds = [last[*one].kind, last[*other].kind, now[*one_now].kind, now[*other_now].kind];
            let medians = (last[*one].median, last[*other].median, now[*one_now].median, now[*other_now].median);
            let (Some(a), Some(b), Some(a_now), Some(b_now)) = medians else { continue };
            let fits = match kinds {
                // All dates of a file wander on with the year: only how they lie to each other tells.
                [ColumnKind::Date, ColumnKind::Date, ColumnKind::Date, ColumnKind::Date] => {
                    let (then, today) = (a - b, a_now - b_now);
                    then.abs() >= APART && (today + then).abs() * 4.0 < (today - then).abs()
                }
                [ColumnKind::Number, ColumnKind::Number, ColumnKind::Number, ColumnKind::Number] => {
                    ((a_now - b).abs() + (b_now - a).abs()) * 4.0 < (a_now - a).abs() + (b_now - b).abs()
                }
                _ => false,
            };
            if fits {
                let heading = |index: &usize| now[*index].heading.clone();
                found.push(Drift::Swapped { one: heading(one_now), other: heading(other_now) });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(position: u32, heading: &str, kind: ColumnKind, median: Option<f64>) -> ReadColumn {
        let (file, sheet) = ("personen_2016.csv".to_owned(), String::new());
        ReadColumn { file, sheet, position, heading: heading.to_owned(), kind, filled: 0.9, median }
    }

    fn last() -> Vec<ReadColumn> {
        vec![
            column(0, "INSZ", ColumnKind::NationalNumber, None),
            column(1, "Begindatum", ColumnKind::Date, Some(17_000.0)),
            column(2, "Einddatum", ColumnKind::Date, Some(17_200.0)),
            column(3, "Geplande uren", ColumnKind::Number, Some(120.0)),
            column(4, "Aanwezige uren", ColumnKind::Number, Some(60.0)),
        ]
    }

    #[test]
    fn the_same_columns_have_not_drifted() {
        assert_eq!(drift(&last(), &last()), []);
        // A year later everything lies a year later.
        let mut now = last();
        now[1].median = Some(17_365.0);
        now[2].median = Some(17_565.0);
        assert_eq!(drift(&last(), &now), []);
    }

    #[test]
    fn new_gone_and_renamed_columns_are_named() {
        let mut now = last();
        now[0].heading = "Rijksregisternummer".to_owned();
        now[3].heading = "Geplande uur".to_owned();
        now.remove(4);
        now.push(column(4, "Opmerking", ColumnKind::Text, None));
        let named = |from: &str, to: &str| Drift::Renamed { from: from.to_owned(), to: to.to_owned() };
        let expected = [
            Drift::Gone { heading: "Aanwezige uren".to_owned() },
            Drift::New { heading: "Opmerking".to_owned() },
            named("INSZ", "Rijksregisternummer"),
            named("Geplande uren", "Geplande uur"),
        ];
        assert_eq!(drift(&last(), &now), expected);
    }

    #[test]
    fn a_column_put_in_between_moves_no_other() {
        let mut now = last();
        for column in &mut now[2..] {
            column.position += 1;
        }
        now.push(column(2, "Opmerking", ColumnKind::Text, None));
        assert_eq!(drift(&last(), &now), [Drift::New { heading: "Opmerking".to_owned() }]);
    }

    #[test]
    fn swapped_dates_and_numbers_are_seen() {
        let mut now = last();
        // A year later, and the wrong way round.
        now[1].median = Some(17_565.0);
        now[2].median = Some(17_365.0);
        now[3].median = Some(58.0);
        now[4].median = Some(118.0);
        let swapped = |one: &str, other: &str| Drift::Swapped { one: one.to_owned(), other: other.to_owned() };
        assert_eq!(
            drift(&last(), &now),
            [swapped("Begindatum", "Einddatum"), swapped("Geplande uren", "Aanwezige uren")]
        );
    }

    #[test]
    fn files_are_the_same_when_only_the_year_differs() {
        let mut now = last();
        now.iter_mut().for_each(|column| column.file = "Personen_2017.csv".to_owned());
        now.truncate(4);
        let gone = Drift::Gone { heading: "Aanwezige uren".to_owned() };
        assert_eq!(drifts(&last(), &now), [(("Personen_2017.csv".to_owned(), String::new()), gone)]);
        now.iter_mut().for_each(|column| column.file = "gpmi.csv".to_owned());
        assert_eq!(drifts(&last(), &now), []);
    }

    proptest! {
        /// Another order of the same columns is nothing but columns that moved.
        #[test]
        fn a_permutation_only_moves(order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let mut now: Vec<ReadColumn> = order.iter().map(|index| last()[*index].clone()).collect();
            for (position, column) in now.iter_mut().enumerate() {
                column.position = u32::try_from(position).unwrap();
            }
            let found = drift(&last(), &now);
            let all_moved = found.iter().all(|drift| matches!(drift, Drift::Moved { .. }));
            prop_assert!(all_moved, "{found:?}");
            let is_identity = order.windows(2).all(|pair| pair[0] < pair[1]);
            prop_assert_eq!(found.is_empty(), is_identity);
        }
    }
}
