//! Alternatives to hiding: every cell is shown, none quite as it is.

use crate::publication::Publication;
use std::collections::BTreeMap;

/// The nearest multiple of a base, ties away from zero. Totals are rounded by themselves, so they need not be the sums
/// of their parts.
///
/// A base below 2 changes nothing.
#[must_use]
pub fn round_to_base(value: i64, base: i64) -> i64 {
    if base < 2 {
        return value;
    }
    let (rest, half) = (value.rem_euclid(base), base - value.rem_euclid(base));
    match rest.cmp(&half) {
        std::cmp::Ordering::Less => value - rest,
        std::cmp::Ordering::Greater => value + half,
        std::cmp::Ordering::Equal if value < 0 => value - rest,
        std::cmp::Ordering::Equal => value + half,
    }
}

/// Small counts among the cells that nothing is part of become 0 or the base, so that their total stays as near as it can;
/// every other cell is then the sum of its parts, so that all tables still add up. Cells without relations are rounded by
/// themselves. `None` where the parts of a cell cannot be reckoned because relations run in a circle.
///
/// The order in which cells are rounded follows the tables, and the same publication is always rounded alike.
#[must_use]
pub fn round_small_counts(publication: &Publication, base: i64) -> Option<Vec<i64>> {
    let cells = publication.cells();
    let mut values: Vec<i64> = cells.iter().map(|cell| cell.value).collect();
    let mut of_total: BTreeMap<usize, &[usize]> = BTreeMap::new();
    for relation in publication.relations() {
        // Where a total is cut up in several ways, the finest is what it is made of.
        let finer = of_total.get(&relation.total).is_none_or(|known| relation.parts.len() > known.len());
        if finer {
            of_total.insert(relation.total, &relation.parts);
        }
    }
    // The differences that rounding leaves in each total are made up for by the next small count in it.
    let mut owed: BTreeMap<Vec<usize>, i64> = BTreeMap::new();
    let mut totals: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for (total, parts) in &of_total {
        for part in *parts {
            totals[*part].push(*total);
        }
    }
    for cell in (0..cells.len()).filter(|cell| !of_total.contains_key(cell)) {
        let value = values[cell];
        if value <= 0 || value >= base {
            continue;
        }
        let debt = owed.entry(totals[cell].clone()).or_default();
        let up = base - value;
        // Up or down, whichever leaves the smaller difference in the totals.
        let rounded = if (*debt + up).abs() <= (*debt - value).abs() { base } else { 0 };
        *debt += rounded - value;
        values[cell] = rounded;
    }
    let mut state = vec![0u8; cells.len()];
    for total in of_total.keys() {
        sum(*total, &of_total, &mut values, &mut state)?;
    }
    Some(values)
}

fn sum(cell: usize, of_total: &BTreeMap<usize, &[usize]>, values: &mut [i64], state: &mut [u8]) -> Option<i64> {
    let Some(parts) = of_total.get(&cell) else { return Some(values[cell]) };
    match state[cell] {
        2 => return Some(values[cell]),
        1 => return None,
        _ => state[cell] = 1,
    }
    let mut total = 0i64;
    for part in *parts {
        total = total.checked_add(sum(*part, of_total, values, state)?)?;
    }
    (values[cell], state[cell]) = (total, 2);
    Some(total)
}

/// Noise by cell keys: each record has a random number that never changes; the sum of those of a cell's records decides how
/// much is added to its count, so the same records get the same noise in every table and every edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellKeys {
    /// The largest change.
    most: i64,
    /// The least count that may be shown, other than 0.
    least: i64,
}

impl CellKeys {
    /// Changes of at most `most` to either side; no count from 1 to `least - 1` is shown.
    #[must_use]
    pub fn new(most: i64, least: i64) -> Self {
        CellKeys { most: most.max(0), least: least.max(0) }
    }

    /// The key of a cell: the sum of those of its records, the overflow cut off.
    pub fn key(records: impl IntoIterator<Item = u64>) -> u64 {
        records.into_iter().fold(0, u64::wrapping_add)
    }

    /// The count as it is shown. A count of 0 stays 0.
    #[must_use]
    pub fn perturbed(&self, count: i64, key: u64) -> i64 {
        if count <= 0 {
            return count;
        }
        let width = u64::try_from(self.most * 2 + 1).unwrap_or(1);
        // Sums of uniform numbers are uniform modulo 2^64, and so nearly are their remainders by a small width.
        let noise = i64::try_from(key % width).unwrap_or(0) - self.most;
        let shown = (count + noise).max(0);
        if shown > 0 && shown < self.least { if key & (1 << 63) == 0 { 0 } else { self.least } } else { shown }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::{Cell, Relation};

    #[test]
    fn numbers_are_rounded_to_the_nearest_multiple() {
        let rounded: Vec<i64> = [0, 1, 2, 3, 7, 8, -2, -3, 12].iter().map(|value| round_to_base(*value, 5)).collect();
        assert_eq!(rounded, [0, 0, 0, 5, 5, 10, 0, -5, 10]);
        assert_eq!([round_to_base(5, 10), round_to_base(-5, 10), round_to_base(7, 0)], [10, -10, 7]);
    }

    #[test]
    fn small_counts_are_rounded_and_tables_still_add_up() {
        // Two by two, with totals: 1 2 | 3; 4 20 | 24; 5 22 | 27.
        let cells: Vec<Cell> = [1, 2, 4, 20, 3, 24, 5, 22, 27].into_iter().map(Cell::count).collect();
        let relation = |total, parts: &[usize]| Relation { total, parts: parts.to_vec() };
        let relations = vec![
            relation(4, &[0, 1]),
            relation(5, &[2, 3]),
            relation(6, &[0, 2]),
            relation(7, &[1, 3]),
            relation(8, &[4, 5]),
            relation(8, &[6, 7]),
        ];
        let publication = Publication::new(cells, relations).unwrap();
        let rounded = round_small_counts(&publication, 3).unwrap();
        assert!(rounded[..4].iter().all(|value| *value == 0 || *value >= 3), "{rounded:?}");
        for relation in publication.relations() {
            assert_eq!(rounded[relation.total], relation.parts.iter().map(|part| rounded[*part]).sum::<i64>());
        }
        assert!((rounded[8] - 27).abs() <= 3, "{rounded:?}");
    }

    #[test]
    fn the_same_records_get_the_same_noise_whatever_their_order() {
        let keys = CellKeys::new(2, 3);
        let records = [17u64, u64::MAX - 3, 99, 1 << 63];
        let mut turned = records;
        turned.reverse();
        assert_eq!(CellKeys::key(records), CellKeys::key(turned));
        for key in 0..10_000u64 {
            let shown = keys.perturbed(10, key.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            assert!((8..=12).contains(&shown));
            let small = keys.perturbed(2, key.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            assert!(small == 0 || small >= 3, "{small}");
        }
        assert_eq!(keys.perturbed(0, 5), 0);
        // Without bias, within what 10 000 draws of a spread of 1.41 allow.
        let sum: i64 =
            (0..10_000u64).map(|key| keys.perturbed(100, key.wrapping_mul(0x9e37_79b9_7f4a_7c15)) - 100).sum();
        assert!(sum.abs() < 600, "{sum}");
    }
}
