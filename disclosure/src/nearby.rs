//! The cells around one that a linear program is about: a few of each relation, so that it stays small.

use crate::publication::Publication;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Which cells count as near, and which of them come first.
pub(crate) trait Around {
    /// What orders the cells of a relation: the least first.
    type Rank: Ord + Copy;

    /// The cells of a relation that may be looked at.
    fn candidates(&self, relation: usize) -> Vec<usize>;

    /// The rank of a cell of which so many relations hold no other cell found before.
    fn rank(&self, cell: usize, open: usize) -> Self::Rank;

    /// A cell of the relation that comes first whatever its rank, and takes no room.
    fn first(&self, relation: usize) -> Option<usize>;
}

/// Cells around `start`, at most `of_relation` others of each relation and `most` in all, by place.
pub(crate) fn nearby<A: Around>(
    around: &A,
    (publication, of_cells): (&Publication, &[Vec<usize>]),
    start: usize,
    (of_relation, most): (usize, usize),
) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([start]);
    let mut is_found = vec![false; publication.cells().len()];
    is_found[start] = true;
    let mut is_touched = vec![false; publication.relations().len()];
    of_cells[start].iter().for_each(|place| is_touched[*place] = true);
    // Relations that take no more: those of a country have hundreds of parts, and are met from each of them.
    let mut is_full = vec![false; publication.relations().len()];
    let mut next = VecDeque::from([start]);
    while let Some(from) = next.pop_front() {
        for place in &of_cells[from] {
            if std::mem::replace(&mut is_full[*place], true) {
                continue;
            }
            let (known, others): (Vec<usize>, Vec<usize>) =
                around.candidates(*place).into_iter().partition(|one| is_found[*one]);
            // Those that close a circle with cells found before have fewer open ends.
            let open = |one: usize| of_cells[one].iter().filter(|place| !is_touched[**place]).count();
            // Itself is one of those known.
            let room = (of_relation + 1).saturating_sub(known.len());
            let first = around.first(*place).filter(|first| others.contains(first));
            let others = others.into_iter().filter(|one| Some(*one) != first);
            let ranked = others.enumerate().map(|(at, one)| (around.rank(one, open(one)), at, one)).collect();
            for other in first.into_iter().chain(least(ranked, room)) {
                if found.len() == most {
                    return found;
                }
                found.insert(other);
                is_found[other] = true;
                of_cells[other].iter().for_each(|place| is_touched[*place] = true);
                next.push_back(other);
            }
        }
    }
    found
}

/// The first so many, in their order.
fn least<R: Ord + Copy>(mut ranked: Vec<(R, usize, usize)>, many: usize) -> Vec<usize> {
    if many == 0 {
        return Vec::new();
    }
    if many < ranked.len() {
        ranked.select_nth_unstable(many - 1);
        ranked.truncate(many);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, one)| one).collect()
}

/// Those of a few cells that can move while all others stand still, with the relations among them: a cell that is alone in a
/// relation cannot.
pub(crate) fn movable(cells: &BTreeSet<usize>, of_cells: &[Vec<usize>]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for place in cells.iter().flat_map(|cell| &of_cells[*cell]) {
        *counts.entry(*place).or_default() += 1;
    }
    let mut left = cells.clone();
    let mut next: Vec<usize> = cells.iter().copied().collect();
    while !next.is_empty() {
        let is_alone = |cell: &usize| of_cells[*cell].iter().any(|place| counts.get(place) == Some(&1));
        let fixed: Vec<usize> = next.drain(..).filter(is_alone).collect();
        for cell in fixed {
            left.remove(&cell);
            for place in &of_cells[cell] {
                counts.entry(*place).and_modify(|count| *count -= 1);
            }
        }
        if counts.values().any(|count| *count == 1) {
            next.extend(left.iter().copied().filter(|cell| of_cells[*cell].iter().any(|p| counts.get(p) == Some(&1))));
        }
    }
    let relations = counts.into_iter().filter(|(_, count)| *count > 0).map(|(place, _)| place).collect();
    (left, relations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_is_alone_in_a_relation_cannot_move_nor_can_what_hangs_on_it() {
        // Relations 0 to 2 join cells 0, 1, 2, 3 in a row, and relation 3 closes none; 4, 5 are in one both.
        let of_cells = [vec![0], vec![0, 1], vec![1, 2], vec![2, 3], vec![4, 5], vec![4, 5]];
        let of = |cells: &[usize]| movable(&cells.iter().copied().collect(), &of_cells);
        assert_eq!(of(&[0, 1, 2, 3, 4, 5]), (BTreeSet::from([4, 5]), BTreeSet::from([4, 5])));
        assert_eq!(of(&[4]), (BTreeSet::new(), BTreeSet::new()));
    }
}
