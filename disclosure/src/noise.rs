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

/// The counts of a publication: which of them are the same, and which have parts.
pub(crate) struct Counted {
    /// The first of the cells that count the same records, for each.
    first: Vec<usize>,
    /// Those cells, by the first.
    same: BTreeMap<usize, Vec<usize>>,
    /// For the first of them: the parts of the relation that leads to the most pieces, none of which is 0.
    parts: BTreeMap<usize, Vec<usize>>,
}

impl Counted {
    pub(crate) fn new(publication: &Publication) -> Self {
        let cells = publication.cells();
        let is_count = |cell: &usize| cells[*cell].step == 1 && !cells[*cell].may_be_negative;
        let filled =
            |parts: &[usize]| -> Vec<usize> { parts.iter().copied().filter(|part| cells[*part].value != 0).collect() };
        // What is merely left over belongs to no table: a number that nobody shows and one sum alone holds.
        let of_cells = publication.relations_of_cells();
        let is_left_over = |cell: usize| !cells[cell].is_shown && of_cells[cell].len() == 1;
        let of_counts =
            publication.relations().iter().filter(|one| is_count(&one.total) && one.parts.iter().all(is_count));
        let relations: Vec<(usize, Vec<usize>)> =
            of_counts.map(|one| (one.total, filled(&one.parts))).filter(|(_, parts)| !parts.is_empty()).collect();
        let mut first: Vec<usize> = (0..cells.len()).collect();
        // A total with one part that is not 0 is that part.
        for (total, parts) in relations.iter().filter(|(_, parts)| parts.len() == 1) {
            let (one, other) = (root(&mut first, *total), root(&mut first, parts[0]));
            first[one.max(other)] = one.min(other);
        }
        let first: Vec<usize> = (0..cells.len()).map(|cell| root(&mut first, cell)).collect();
        let mut same: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (cell, first) in first.iter().enumerate() {
            same.entry(*first).or_default().push(cell);
        }
        let mut ways: Vec<(usize, Vec<usize>)> = relations
            .into_iter()
            .filter(|(_, parts)| parts.len() > 1 && !parts.iter().any(|part| is_left_over(*part)))
            .map(|(total, own)| (first[total], own.into_iter().map(|part| first[part]).collect()))
            .collect();
        // Of at least two parts that are not 0 each is less than the whole: no circle, and those of the smaller are known.
        ways.sort_by_key(|(total, _)| (cells[*total].value, *total));
        let mut finest: Vec<usize> = vec![1; cells.len()];
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (total, own) in ways {
            let pieces: usize = own.iter().map(|part| finest[*part]).sum();
            if pieces > finest[total] {
                finest[total] = pieces;
                parts.insert(total, own);
            }
        }
        Counted { first, same, parts }
    }

    /// Whether a count is cut up into parts.
    pub(crate) fn has_parts(&self, cell: usize) -> bool {
        self.parts.contains_key(&self.first[cell])
    }
}

fn root(first: &mut [usize], mut cell: usize) -> usize {
    while first[cell] != cell {
        first[cell] = first[first[cell]];
        cell = first[cell];
    }
    cell
}

/// Small counts among the cells that have no parts become 0 or the base, so that their total stays as near as it can; every
/// other count is then the sum of its parts, so that tables still add up. Of a count that is cut up in several ways the finest
/// counts: where two of them have no finer cells in common, the sum of the other may differ. What is no count stays as it is.
///
/// The order in which cells are rounded follows the tables, and the same publication is always rounded alike.
#[must_use]
pub fn round_small_counts(publication: &Publication, base: i64) -> Vec<i64> {
    let cells = publication.cells();
    let counted = Counted::new(publication);
    let mut totals: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (total, parts) in &counted.parts {
        for part in parts {
            totals.entry(*part).or_default().push(*total);
        }
    }
    let mut values: Vec<i64> = cells.iter().map(|cell| cell.value).collect();
    let mut owed: BTreeMap<&[usize], i64> = BTreeMap::new();
    let is_count = |cell: usize| cells[cell].step == 1 && !cells[cell].may_be_negative;
    for cell in counted.same.keys().copied().filter(|cell| is_count(*cell) && !counted.parts.contains_key(cell)) {
        let value = values[cell];
        if value <= 0 || value >= base {
            continue;
        }
        let debt = owed.entry(totals.get(&cell).map_or(&[][..], Vec::as_slice)).or_default();
        let up = base - value;
        let rounded = if (*debt + up).abs() <= (*debt - value).abs() { base } else { 0 };
        *debt += rounded - value;
        values[cell] = rounded;
    }
    // The smaller first: each part is less than its whole.
    let mut by_size: Vec<usize> = counted.parts.keys().copied().collect();
    by_size.sort_by_key(|cell| cells[*cell].value);
    for total in by_size {
        values[total] = counted.parts[&total].iter().map(|part| values[*part]).sum();
    }
    (0..cells.len()).map(|cell| values[counted.first[cell]]).collect()
}

/// Noise by cell keys: each record has a random number that never changes; the sum of those of a cell's records decides how
/// much is added to its count, so the same records get the same noise in every table and every edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The largest change.
    pub(crate) fn most(&self) -> i64 {
        self.most
    }

    /// The least and the most that a count can be which is shown as this.
    pub(crate) fn behind(&self, seen: i64) -> (i64, i64) {
        match seen {
            0 => (0, (self.least - 1).max(0) + self.most),
            seen if seen == self.least => (1, seen + self.most),
            seen => ((seen - self.most).max(1), seen + self.most),
        }
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
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_nearest_multiple() {
        let rounded: Vec<i64> = [0, 1, 2, 3, 7, 8, -2, -3, 12].iter().map(|value| round_to_base(*value, 5)).collect();
        assert_eq!(rounded, [0, 0, 0, 5, 5, 10, 0, -5, 10]);
        assert_eq!([round_to_base(5, 10), round_to_base(-5, 10), round_to_base(7, 0)], [10, -10, 7]);
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
