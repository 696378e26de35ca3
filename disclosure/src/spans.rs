//! Which hidden cells can be shown again without a sensitive one following from them by algebra.

use crate::algebra::{self, Reduced, Row};
use crate::protect::{Status, Work};
use std::collections::{BTreeMap, BTreeSet};

impl Work<'_> {
    /// Shows cells again that are not needed: the largest first, which readers miss most.
    pub(crate) fn show_again(&mut self) {
        let mut candidates: Vec<usize> =
            (0..self.unknown.len()).filter(|cell| self.status(*cell) == Status::Secondary).collect();
        candidates.sort_by_key(|cell| std::cmp::Reverse(self.cost(*cell)));
        for cell in self.told_nothing_by(&candidates) {
            self.unknown[cell] = false;
        }
    }

    /// Those of the hidden cells that can be shown, one after the other, without a sensitive one following from them by
    /// algebra. Fewer of them can too.
    pub(crate) fn told_nothing_by(&self, candidates: &[usize]) -> Vec<usize> {
        let mut shown = Vec::new();
        let order: BTreeMap<usize, usize> = candidates.iter().enumerate().map(|(at, cell)| (*cell, at)).collect();
        for component in self.components(&candidates.iter().copied().collect()) {
            let reduced = Reduced::of(&component.equations(), false);
            let mut spans = Spans::new(self, reduced.moves(component.cells.iter().copied()));
            let mut here: Vec<usize> = component.cells.iter().filter_map(|cell| order.get(cell).copied()).collect();
            here.sort_unstable();
            shown.extend(here.into_iter().map(|at| candidates[at]).filter(|cell| spans.show(*cell)));
        }
        shown
    }
}

/// How unknown cells still move with each other while one after the other becomes known.
struct Spans<'w> {
    work: &'w Work<'w>,
    rows: BTreeMap<usize, Row>,
    /// The cells that move with each free one.
    holders: BTreeMap<usize, BTreeSet<usize>>,
    /// By direction: the contributors whose sensitive cells move that way, each with how many of these cells are and how
    /// many of them have a lone contributor.
    directions: BTreeMap<Row, BTreeMap<usize, (usize, usize)>>,
}

impl<'w> Spans<'w> {
    fn new(work: &'w Work<'w>, rows: BTreeMap<usize, Row>) -> Self {
        let mut holders: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (cell, row) in &rows {
            for place in row.places() {
                holders.entry(place).or_default().insert(*cell);
            }
        }
        let mut spans = Spans { work, rows, holders, directions: BTreeMap::new() };
        let cells: Vec<usize> = spans.rows.keys().copied().collect();
        for cell in cells {
            let row = spans.rows[&cell].clone();
            spans.count(cell, &row, true);
        }
        spans
    }

    fn count(&mut self, cell: usize, row: &Row, is_added: bool) {
        if !self.work.sensitive[cell] {
            return;
        }
        let of_direction = self.directions.entry(row.direction()).or_default();
        let (all, lone) = of_direction.entry(self.work.names[cell]).or_default();
        let one = usize::from(self.work.is_lone(cell));
        if is_added {
            *all += 1;
            *lone += one;
        } else {
            *all -= 1;
            *lone -= one;
            if *all == 0 {
                of_direction.remove(&self.work.names[cell]);
            }
        }
    }

    /// Shows a cell if no sensitive one follows from it; says whether it did.
    fn show(&mut self, cell: usize) -> bool {
        let row = self.rows[&cell].clone();
        let Some(pivot) = row.places().min_by_key(|place| self.holders[place].len()) else { return true };
        let Some(inverse) = row.get(pivot).map(algebra::inverse) else { return true };
        let holders: Vec<usize> = self.holders[&pivot].iter().copied().collect();
        let mut changed = Vec::new();
        for holder in holders {
            let mut other = self.rows[&holder].clone();
            let factor = algebra::negative(algebra::product(other.get(pivot).unwrap_or(0), inverse));
            other.add(factor, &row);
            if other.is_empty() && self.work.sensitive[holder] {
                return false;
            }
            changed.push((holder, other));
        }
        let before: Vec<(usize, Row)> =
            changed.iter().map(|(holder, _)| (*holder, self.rows[holder].clone())).collect();
        for ((holder, old), (_, new)) in before.iter().zip(&changed) {
            self.count(*holder, old, false);
            self.count(*holder, new, true);
        }
        let is_told = |(_, new): &(usize, Row)| {
            let of_direction = self.directions.get(&new.direction());
            of_direction.is_some_and(|all| all.len() > 1 && all.values().any(|(_, lone)| *lone > 0))
        };
        if changed.iter().filter(|(holder, _)| self.work.sensitive[*holder]).any(is_told) {
            for ((holder, old), (_, new)) in before.iter().zip(&changed) {
                self.count(*holder, new, false);
                self.count(*holder, old, true);
            }
            return false;
        }
        for ((holder, old), (_, new)) in before.into_iter().zip(changed) {
            for place in old.places().filter(|place| new.get(*place).is_none()) {
                self.holders.entry(place).or_default().remove(&holder);
            }
            for place in new.places().filter(|place| old.get(*place).is_none()) {
                self.holders.entry(place).or_default().insert(holder);
            }
            self.rows.insert(holder, new);
        }
        true
    }
}
