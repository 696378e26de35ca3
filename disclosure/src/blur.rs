//! Counts that are shown inexactly in the place of being hidden: rounded, or with noise. What sums of them would tell more closely
//! than the blur itself is hidden all the same.

use crate::bounds::{self, Range};
use crate::noise::{CellKeys, Counted, round_small_counts, round_to_base};
use crate::publication::{Fault, Publication};
use crate::rules::Rules;
use std::collections::BTreeSet;

/// How a cell is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Exactly,
    /// Inexactly.
    Blurred,
    /// Not at all.
    Not,
}

/// How counts are made inexact.
#[derive(Debug, Clone, Copy)]
pub enum Blur<'k> {
    /// Each is shown as the nearest multiple of a base. Sums need not hold.
    Multiples {
        /// The base.
        base: i64,
    },
    /// Counts below a base that have no parts become 0 or the base; every other is the sum of its parts as they are shown.
    SmallCounts {
        /// The base.
        base: i64,
    },
    /// Each is shown some more or less, as its key decides. Counts of the same records have one key, or each further one tells more
    /// of them; the attack sees that of those that sums link, within one edition.
    Keys {
        /// How much.
        noise: CellKeys,
        /// The key of each cell, in their order.
        keys: &'k [u64],
    },
}

/// A publication whose counts are inexact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blurred {
    /// How each cell is shown in the end.
    pub shown: Vec<Shown>,
    /// The number that it is shown as, where it is shown inexactly.
    pub values: Vec<i64>,
    /// How many sensitive counts were attacked.
    pub attacked: usize,
    /// Those that the attack narrows down further than the blur of a count by itself does: none, or this would be a fault.
    pub recovered: Vec<usize>,
}

/// Blurs the cells that may be, and hides those that sums give away.
///
/// The attack takes every inexact cell to lie where the blur can have moved it from, and every other count to be at least 0, and
/// tightens these ranges by every sum until none changes. A sensitive count is given away when less is left of its range than
/// half a base, or the most that noise adds.
///
/// # Errors
/// When the threshold hides nothing, or a count is given away by what cannot be hidden.
pub fn protect_by_blur(
    publication: &Publication,
    rules: &Rules,
    blur: Blur<'_>,
    mut shown: Vec<Shown>,
) -> Result<Blurred, Fault> {
    let sensitive = rules.sensitive(publication)?;
    let cells = publication.cells();
    let is_target = |cell: usize| sensitive[cell] && cells[cell].step == 1 && cells[cell].value > 0;
    let targets: Vec<usize> = (0..cells.len()).filter(|cell| is_target(*cell)).collect();
    let of_cells = publication.relations_of_cells();
    let seen = Seen::new(publication, blur);
    loop {
        let ranges = seen.ranges(publication, &shown);
        let narrow: Vec<usize> =
            targets.iter().copied().filter(|cell| ranges[*cell].width() < blur.least_width()).collect();
        if narrow.is_empty() {
            return Ok(Blurred { shown, values: seen.values, attacked: targets.len(), recovered: narrow });
        }
        let (first, before) = (narrow[0], shown.clone());
        for cell in narrow {
            let next = [1, 0].into_iter().find_map(|least| nearest(publication, &of_cells, &shown, (cell, least)));
            if let Some(next) = next {
                shown[next] = Shown::Not;
            }
        }
        if shown == before {
            return Err(Fault::Unprotectable { cell: first });
        }
    }
}

/// The cell to hide for one that is given away: itself, or the smallest of those that sums link it with, the nearest first; of
/// those with at least this value.
fn nearest(
    publication: &Publication,
    of_cells: &[Vec<usize>],
    shown: &[Shown],
    (target, least): (usize, i64),
) -> Option<usize> {
    let cells = publication.cells();
    let may_be_hidden = |one: &usize| shown[*one] == Shown::Blurred && cells[*one].value >= least;
    if may_be_hidden(&target) {
        return Some(target);
    }
    let (mut seen, mut ring) = (BTreeSet::from([target]), BTreeSet::from([target]));
    while !ring.is_empty() {
        let relations = ring.iter().flat_map(|one| &of_cells[*one]).map(|place| &publication.relations()[*place]);
        let around: BTreeSet<usize> = relations.flat_map(|relation| relation.terms().map(|(one, _)| one)).collect();
        let cheapest = around.iter().copied().filter(may_be_hidden);
        if let Some(found) = cheapest.min_by_key(|one| (cells[*one].weight, cells[*one].value)) {
            return Some(found);
        }
        // What is not shown links further.
        ring = around.into_iter().filter(|one| shown[*one] == Shown::Not && seen.insert(*one)).collect();
    }
    None
}

impl Blur<'_> {
    /// What must be left of the range of a sensitive count.
    fn least_width(&self) -> i64 {
        match self {
            Blur::Multiples { base } | Blur::SmallCounts { base } => base / 2,
            Blur::Keys { noise, .. } => noise.most(),
        }
    }
}

/// The numbers that cells are shown as, and what each of them tells of the true one.
struct Seen {
    values: Vec<i64>,
    behind: Vec<Range>,
}

impl Seen {
    fn new(publication: &Publication, blur: Blur<'_>) -> Self {
        let cells = publication.cells();
        let counted = Counted::new(publication);
        let values: Vec<i64> = match blur {
            Blur::Multiples { base } => cells.iter().map(|cell| round_to_base(cell.value, base)).collect(),
            Blur::SmallCounts { base } => round_small_counts(publication, base),
            Blur::Keys { noise, keys } => {
                let key = |cell: usize| keys.get(cell).copied().unwrap_or(0);
                (0..cells.len()).map(|cell| noise.perturbed(cells[cell].value, key(cell))).collect()
            }
        };
        let behind = |cell: usize, seen: i64| match blur {
            Blur::Multiples { base } => Range { low: Some(seen - base / 2), high: Some(seen + (base - 1) / 2) },
            // What is made of its parts tells nothing that they do not.
            Blur::SmallCounts { .. } if counted.has_parts(cell) => Range { low: Some(0), high: None },
            Blur::SmallCounts { base } if seen == 0 => Range { low: Some(0), high: Some(base - 1) },
            Blur::SmallCounts { base } if seen == base => Range { low: Some(1), high: Some(base) },
            Blur::SmallCounts { .. } => Range::exactly(seen),
            Blur::Keys { noise, .. } => {
                let (low, high) = noise.behind(seen);
                Range { low: Some(low), high: Some(high) }
            }
        };
        let behind = values.iter().enumerate().map(|(cell, seen)| behind(cell, *seen)).collect();
        Seen { values, behind }
    }

    /// What whoever reads the publication knows of each number.
    fn ranges(&self, publication: &Publication, shown: &[Shown]) -> Vec<Range> {
        let cells = publication.cells();
        let begin = |cell: usize| {
            let floor = (!cells[cell].may_be_negative).then_some(0);
            match shown[cell] {
                Shown::Exactly => Range::exactly(cells[cell].value),
                Shown::Not => Range { low: floor, high: None },
                Shown::Blurred => Range { low: self.behind[cell].low.max(floor), high: self.behind[cell].high },
            }
        };
        let mut ranges: Vec<Range> = (0..cells.len()).map(begin).collect();
        bounds::propagate(publication, &mut ranges, usize::MAX);
        ranges
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::{Cell, Relation};

    const FIVES: Blur<'static> = Blur::Multiples { base: 5 };

    fn ranges(publication: &Publication, shown: &[Shown]) -> Vec<Range> {
        Seen::new(publication, FIVES).ranges(publication, shown)
    }

    fn publication(values: &[u64], parts: &[usize]) -> Publication {
        let cells = values.iter().map(|value| Cell::count(*value)).collect();
        Publication::new(cells, vec![Relation { total: 0, parts: parts.to_vec() }]).unwrap()
    }

    #[test]
    fn a_rounded_table_that_gives_nothing_away_is_shown_whole() {
        // 20 = 12 + 6 + 2 is shown as 20 = 10 + 5 + 0: the 2 can be 0, 1 or 2.
        let publication = publication(&[20, 12, 6, 2], &[1, 2, 3]);
        let done = protect_by_blur(&publication, &Rules::threshold(5), FIVES, vec![Shown::Blurred; 4]).unwrap();
        assert_eq!((done.attacked, done.shown), (1, vec![Shown::Blurred; 4]));
    }

    #[test]
    fn where_a_rounded_sum_gives_its_parts_away_one_is_hidden() {
        // 8 = 2 + 2 + 2 + 2 is shown as 10 = 0 + 0 + 0 + 0: at least 8, of four that are 2 at most.
        let publication = publication(&[8, 2, 2, 2, 2], &[1, 2, 3, 4]);
        let all = vec![Shown::Blurred; 5];
        assert_eq!(ranges(&publication, &all)[1], Range { low: Some(2), high: Some(2) });
        let done = protect_by_blur(&publication, &Rules::threshold(5), FIVES, all).unwrap();
        assert!(done.shown.contains(&Shown::Not));
        for cell in 1..5 {
            assert!(ranges(&publication, &done.shown)[cell].width() >= 2);
        }
    }

    #[test]
    fn what_is_shown_exactly_can_give_a_count_away_for_good() {
        let publication = publication(&[20, 18, 2], &[1, 2]);
        let shown = vec![Shown::Exactly, Shown::Exactly, Shown::Blurred];
        let found = protect_by_blur(&publication, &Rules::threshold(5), FIVES, shown);
        assert_eq!(found, Err(Fault::Unprotectable { cell: 2 }));
    }

    /// Every table in whole numbers of three parts up to 6 that rounds to what is shown: the ranges hold them all, and their
    /// ends are reached.
    #[test]
    fn the_ranges_are_those_of_all_tables_that_round_alike() {
        for code in 0..343u64 {
            let parts = [code % 7, code / 7 % 7, code / 49];
            let values = [parts.iter().sum(), parts[0], parts[1], parts[2]];
            let found = ranges(&publication(&values, &[1, 2, 3]), &[Shown::Blurred; 4]);
            let round = |value: u64| round_to_base(i64::try_from(value).unwrap(), 5);
            let mut seen = [(i64::MAX, i64::MIN); 4];
            for other in 0..1000u64 {
                let parts = [other % 10, other / 10 % 10, other / 100];
                let others = [parts.iter().sum(), parts[0], parts[1], parts[2]];
                if (0..4).all(|cell| round(others[cell]) == round(values[cell])) {
                    for cell in 0..4 {
                        let value = i64::try_from(others[cell]).unwrap();
                        seen[cell] = (seen[cell].0.min(value), seen[cell].1.max(value));
                    }
                }
            }
            for cell in 0..4 {
                assert_eq!((found[cell].low, found[cell].high), (Some(seen[cell].0), Some(seen[cell].1)), "{values:?}");
            }
        }
    }

    #[test]
    fn what_noise_can_have_moved_is_what_the_ranges_say() {
        let noise = CellKeys::new(2, 5);
        for seen in 0..40 {
            let (low, high) = noise.behind(seen);
            let could_be: Vec<i64> = (0..60)
                .filter(|count| {
                    (0..2000u64).any(|key| noise.perturbed(*count, key.wrapping_mul(0x9e37_79b9_7f4a_7c15)) == seen)
                })
                .collect();
            if let (Some(first), Some(last)) = (could_be.first(), could_be.last()) {
                assert_eq!((low, high), (*first, *last), "{seen}");
            }
        }
    }

    /// A small count is 0 or the least one that is shown: told twice with other noise it keeps a range wider than the noise.
    #[test]
    fn a_count_that_is_told_twice_keeps_its_range() {
        let cells = [12, 9, 3, 12, 3].map(Cell::count).to_vec();
        let relations = vec![
            Relation { total: 0, parts: vec![1, 2] },
            Relation { total: 3, parts: vec![0] },
            Relation { total: 4, parts: vec![2] },
        ];
        let publication = Publication::new(cells, relations).unwrap();
        for seed in 0..200u64 {
            let key = |cell: u64| (seed + 1).wrapping_mul(cell.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 7;
            let keys: Vec<u64> = (1..6u64).map(key).collect();
            let blur = Blur::Keys { noise: CellKeys::new(2, 5), keys: &keys };
            let done = protect_by_blur(&publication, &Rules::threshold(5), blur, vec![Shown::Blurred; 5]).unwrap();
            assert!(done.values.iter().all(|value| *value == 0 || *value >= 5), "{:?}", done.values);
            let ranges = Seen::new(&publication, blur).ranges(&publication, &done.shown);
            assert!(ranges[2].width() >= 2 && ranges[4].width() >= 2, "{ranges:?}");
            assert!(
                ranges.iter().zip([12, 9, 3, 12, 3]).all(|(range, value)| {
                    range.low.unwrap() <= value && range.high.is_none_or(|high| value <= high)
                })
            );
        }
    }

    /// All tables of two by two: small counts are 0 or the base, every sum holds, and the true count is in its range.
    #[test]
    fn small_counts_are_rounded_so_that_sums_hold() {
        for code in 0..10_000u64 {
            let inner: Vec<u64> = [code % 10, code / 10 % 10, code / 100 % 10, code / 1000].to_vec();
            let [a, b, c, d] = [inner[0], inner[1], inner[2], inner[3]];
            let values = [a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d];
            let relation = |total, parts: &[usize]| Relation { total, parts: parts.to_vec() };
            let relations = vec![
                relation(4, &[0, 1]),
                relation(5, &[2, 3]),
                relation(6, &[0, 2]),
                relation(7, &[1, 3]),
                relation(8, &[4, 5]),
                relation(8, &[6, 7]),
            ];
            let publication = Publication::new(values.map(Cell::count).to_vec(), relations).unwrap();
            let blur = Blur::SmallCounts { base: 5 };
            let done = protect_by_blur(&publication, &Rules::threshold(5), blur, vec![Shown::Blurred; 9]).unwrap();
            assert!(done.values[..4].iter().all(|value| *value == 0 || *value >= 5), "{values:?} {:?}", done.values);
            for relation in publication.relations() {
                let sum: i64 = relation.parts.iter().map(|part| done.values[*part]).sum();
                assert_eq!(done.values[relation.total], sum, "{values:?} {:?}", done.values);
            }
            // Each of the four is at most two off.
            let whole = i64::try_from(values[8]).unwrap();
            assert!((done.values[8] - whole).abs() <= 8, "{values:?} {:?}", done.values);
            let ranges = Seen::new(&publication, blur).ranges(&publication, &done.shown);
            for (range, value) in ranges.iter().zip(values) {
                let value = i64::try_from(value).unwrap();
                assert!(
                    range.low.unwrap() <= value && range.high.is_none_or(|high| value <= high),
                    "{values:?} {ranges:?}"
                );
            }
        }
    }
}
