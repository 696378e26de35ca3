//! Rounding in the place of hiding: every count is shown as the nearest multiple of a base, and an attack says where sums give
//! a small one away all the same. Those, and as few others as it takes, are hidden.

use crate::bounds::{self, Range};
use crate::noise::round_to_base;
use crate::publication::{Fault, Publication};
use crate::rules::Rules;
use std::collections::BTreeSet;

/// How a cell is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Exactly,
    /// As the nearest multiple of the base.
    Rounded,
    /// Not at all.
    Not,
}

/// A publication whose counts are rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounding {
    /// How each cell is shown in the end.
    pub shown: Vec<Shown>,
    /// How many sensitive counts were attacked.
    pub attacked: usize,
    /// Those that the attack narrows down further than the rounding of a count by itself does: none, or this would be a fault.
    pub recovered: Vec<usize>,
}

/// Rounds the cells that may be rounded, and hides those that sums give away.
///
/// The attack takes every rounded cell to lie within half a base of what is shown, and every other count to be at least 0, and
/// tightens these ranges by every sum until none changes. A sensitive count is given away when less is left of its range than
/// what a shown 0 leaves: half a base.
///
/// # Errors
/// When the threshold hides nothing, or a count is given away by what cannot be hidden.
pub fn protect_by_rounding(
    publication: &Publication,
    rules: &Rules,
    base: i64,
    mut shown: Vec<Shown>,
) -> Result<Rounding, Fault> {
    let sensitive = rules.sensitive(publication)?;
    let cells = publication.cells();
    let is_target = |cell: usize| sensitive[cell] && cells[cell].step == 1 && cells[cell].value > 0;
    let targets: Vec<usize> = (0..cells.len()).filter(|cell| is_target(*cell)).collect();
    let of_cells = publication.relations_of_cells();
    loop {
        let ranges = ranges(publication, base, &shown);
        let narrow: Vec<usize> = targets.iter().copied().filter(|cell| ranges[*cell].width() < base / 2).collect();
        if narrow.is_empty() {
            return Ok(Rounding { shown, attacked: targets.len(), recovered: narrow });
        }
        let (first, before) = (narrow[0], shown.clone());
        for cell in narrow {
            // Zeros where nothing else is left.
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
    let may_be_hidden = |one: &usize| shown[*one] == Shown::Rounded && cells[*one].value >= least;
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

/// What whoever reads the publication knows of each number.
fn ranges(publication: &Publication, base: i64, shown: &[Shown]) -> Vec<Range> {
    let cells = publication.cells();
    let begin = |cell: usize| {
        let (value, floor) = (cells[cell].value, (!cells[cell].may_be_negative).then_some(0));
        match shown[cell] {
            Shown::Exactly => Range::exactly(value),
            Shown::Not => Range { low: floor, high: None },
            Shown::Rounded => {
                let seen = round_to_base(value, base);
                // Ties go up: of an even base the lower half is one longer.
                Range { low: Some((seen - base / 2).max(floor.unwrap_or(i64::MIN))), high: Some(seen + (base - 1) / 2) }
            }
        }
    };
    let mut ranges: Vec<Range> = (0..cells.len()).map(begin).collect();
    bounds::propagate(publication, &mut ranges, usize::MAX);
    ranges
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::{Cell, Relation};

    fn publication(values: &[u64], parts: &[usize]) -> Publication {
        let cells = values.iter().map(|value| Cell::count(*value)).collect();
        Publication::new(cells, vec![Relation { total: 0, parts: parts.to_vec() }]).unwrap()
    }

    #[test]
    fn a_rounded_table_that_gives_nothing_away_is_shown_whole() {
        // 20 = 12 + 6 + 2 is shown as 20 = 10 + 5 + 0: the 2 can be 0, 1 or 2.
        let publication = publication(&[20, 12, 6, 2], &[1, 2, 3]);
        let done = protect_by_rounding(&publication, &Rules::threshold(5), 5, vec![Shown::Rounded; 4]).unwrap();
        assert_eq!((done.attacked, done.shown), (1, vec![Shown::Rounded; 4]));
    }

    #[test]
    fn where_a_rounded_sum_gives_its_parts_away_one_is_hidden() {
        // 8 = 2 + 2 + 2 + 2 is shown as 10 = 0 + 0 + 0 + 0: at least 8, of four that are 2 at most.
        let publication = publication(&[8, 2, 2, 2, 2], &[1, 2, 3, 4]);
        let all = vec![Shown::Rounded; 5];
        assert_eq!(ranges(&publication, 5, &all)[1], Range { low: Some(2), high: Some(2) });
        let done = protect_by_rounding(&publication, &Rules::threshold(5), 5, all).unwrap();
        assert!(done.shown.contains(&Shown::Not));
        for cell in 1..5 {
            assert!(ranges(&publication, 5, &done.shown)[cell].width() >= 2);
        }
    }

    #[test]
    fn what_is_shown_exactly_can_give_a_count_away_for_good() {
        let publication = publication(&[20, 18, 2], &[1, 2]);
        let shown = vec![Shown::Exactly, Shown::Exactly, Shown::Rounded];
        let found = protect_by_rounding(&publication, &Rules::threshold(5), 5, shown);
        assert_eq!(found, Err(Fault::Unprotectable { cell: 2 }));
    }

    /// Every table in whole numbers of three parts up to 6 that rounds to what is shown: the ranges hold them all, and their
    /// ends are reached.
    #[test]
    fn the_ranges_are_those_of_all_tables_that_round_alike() {
        for code in 0..343u64 {
            let parts = [code % 7, code / 7 % 7, code / 49];
            let values = [parts.iter().sum(), parts[0], parts[1], parts[2]];
            let found = ranges(&publication(&values, &[1, 2, 3]), 5, &[Shown::Rounded; 4]);
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
}
