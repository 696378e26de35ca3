//! What follows for ranges of numbers from sums alone: a total lies between the sums of what its parts can be, and a part
//! between what the others leave of the total. Not all that follows from the relations, but quickly found.

use crate::publication::Publication;

/// What is known of a number: the least and the greatest that it can be, where there are such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: Option<i64>,
    pub(crate) high: Option<i64>,
}

impl Range {
    /// A number that is known.
    pub(crate) fn exactly(value: i64) -> Self {
        Range { low: Some(value), high: Some(value) }
    }

    /// The distance between its ends, without end where one is open.
    pub(crate) fn width(self) -> i64 {
        self.high.zip(self.low).map_or(i64::MAX, |(high, low)| high.saturating_sub(low))
    }
}

/// Tightens the ranges of all cells by every relation, so many times or until none changes.
pub(crate) fn propagate(publication: &Publication, ranges: &mut [Range], rounds: usize) {
    for _ in 0..rounds {
        let mut changed = false;
        for relation in publication.relations() {
            changed |= tighten(ranges, relation.total, &relation.parts);
        }
        if !changed {
            return;
        }
    }
}

/// Tightens what is known of a total and its parts by each other; says whether anything changed.
fn tighten(ranges: &mut [Range], total: usize, parts: &[usize]) -> bool {
    // Sums of ends, without those that are open, and how many are.
    let sum = |of: &dyn Fn(Range) -> Option<i64>, ranges: &[Range]| {
        parts.iter().fold((0i64, 0usize), |(sum, open), part| match of(ranges[*part]) {
            Some(end) => (sum.saturating_add(end), open),
            None => (sum, open + 1),
        })
    };
    let (low, open_low) = sum(&|range| range.low, ranges);
    let (high, open_high) = sum(&|range| range.high, ranges);
    let mut changed = narrow(ranges, total, (open_low == 0).then_some(low), (open_high == 0).then_some(high));
    let whole = ranges[total];
    for part in parts {
        let own = ranges[*part];
        // What the others leave, where none of them is open at that end.
        let others = |sum: i64, open: usize, end: Option<i64>| match end {
            Some(end) => (open == 0).then(|| sum.saturating_sub(end)),
            None => (open == 1).then_some(sum),
        };
        let least = whole.low.zip(others(high, open_high, own.high)).map(|(low, others)| low.saturating_sub(others));
        let most = whole.high.zip(others(low, open_low, own.low)).map(|(high, others)| high.saturating_sub(others));
        changed |= narrow(ranges, *part, least, most);
    }
    changed
}

fn narrow(ranges: &mut [Range], cell: usize, low: Option<i64>, high: Option<i64>) -> bool {
    let before = ranges[cell];
    ranges[cell] = Range {
        low: before.low.max(low),
        high: match (before.high, high) {
            (Some(known), Some(more)) => Some(known.min(more)),
            (known, more) => known.or(more),
        },
    };
    ranges[cell] != before
}
