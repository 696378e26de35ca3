//! Exact linear algebra over the relations among unknown cells: in integers modulo a prime of 61 bits, where nothing is
//! rounded. A dependence that holds in fractions holds here too unless the prime divides one of their denominators.

use std::collections::{BTreeMap, BTreeSet};

/// 2^61 - 1, a prime.
const PRIME: u64 = (1 << 61) - 1;

/// A sparse row: places and numbers other than 0, by place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Row(Vec<(usize, u64)>);

impl Row {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, u64)> {
        self.0.iter().copied()
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(place, _)| *place)
    }

    pub(crate) fn get(&self, place: usize) -> Option<u64> {
        self.0.binary_search_by_key(&place, |(place, _)| *place).ok().map(|at| self.0[at].1)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a multiple of another row.
    pub(crate) fn add(&mut self, factor: u64, other: &Row) {
        let mut sum = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut own, mut others) = (self.0.as_slice(), other.0.as_slice());
        loop {
            let next = match (own.first().copied(), others.first().copied()) {
                (None, None) => break,
                (Some(one), Some(two)) if one.0 == two.0 => {
                    (own, others) = (&own[1..], &others[1..]);
                    (one.0, total(one.1, product(factor, two.1)))
                }
                (Some(one), two) if two.is_none_or(|two| one.0 < two.0) => {
                    own = &own[1..];
                    one
                }
                (_, Some(two)) => {
                    others = &others[1..];
                    (two.0, product(factor, two.1))
                }
                (Some(_), None) => break,
            };
            if next.1 != 0 {
                sum.push(next);
            }
        }
        self.0 = sum;
    }

    /// The row times a factor.
    pub(crate) fn scaled(&self, factor: u64) -> Row {
        Row(self.iter().map(|(place, value)| (place, product(value, factor))).collect())
    }

    /// The row up to a factor.
    pub(crate) fn direction(&self) -> Row {
        self.scaled(self.0.first().map_or(0, |(_, first)| inverse(*first)))
    }
}

impl FromIterator<(usize, u64)> for Row {
    /// Numbers of one place are added up.
    fn from_iter<I: IntoIterator<Item = (usize, u64)>>(numbers: I) -> Self {
        let mut sums: BTreeMap<usize, u64> = BTreeMap::new();
        for (place, value) in numbers {
            let sum = sums.entry(place).or_default();
            *sum = total(*sum, value);
        }
        Row(sums.into_iter().filter(|(_, value)| *value != 0).collect())
    }
}

fn total(one: u64, other: u64) -> u64 {
    let sum = one + other;
    if sum >= PRIME { sum - PRIME } else { sum }
}

pub(crate) fn number(value: i64) -> u64 {
    let size = value.unsigned_abs() % PRIME;
    if value < 0 && size > 0 { PRIME - size } else { size }
}

pub(crate) fn negative(value: u64) -> u64 {
    if value == 0 { 0 } else { PRIME - value }
}

pub(crate) fn product(one: u64, other: u64) -> u64 {
    let wide = u128::from(one) * u128::from(other);
    // Modulo 2^61 - 1 the bits above the 61st are worth as much as those below.
    let low = u64::try_from(wide & u128::from(PRIME)).unwrap_or(0);
    let high = u64::try_from(wide >> 61).unwrap_or(0);
    total(low, high)
}

pub(crate) fn inverse(value: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, value, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = product(result, base);
        }
        base = product(base, base);
        exponent >>= 1;
    }
    result
}

/// The small whole number that a residue stands for.
pub(crate) fn whole(value: u64) -> i64 {
    let size = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    if value > PRIME / 2 { -size(PRIME - value) } else { size(value) }
}

/// Equations brought into the form in which each has an unknown of its own, its pivot, with factor 1.
#[derive(Default)]
pub(crate) struct Reduced {
    /// Rows by their pivot. No other row holds it.
    pub(crate) rows: BTreeMap<usize, Row>,
    /// Of which equations each row is made, and how many of each; by its pivot.
    pub(crate) made_of: BTreeMap<usize, Row>,
    /// The same of what holds no unknown.
    empty: Vec<Row>,
    /// Which rows hold an unknown that is no pivot.
    holders: BTreeMap<usize, BTreeSet<usize>>,
    keeps_origin: bool,
}

impl Reduced {
    /// Reduces equations among unknowns. `keeps_origin` notes of which equations each row is made.
    pub(crate) fn of(equations: &[Row], keeps_origin: bool) -> Self {
        let mut reduced = Reduced { keeps_origin, ..Reduced::default() };
        let mut order: Vec<usize> = (0..equations.len()).collect();
        order.sort_by_key(|place| equations[*place].len());
        for place in order {
            let origin = Row(if keeps_origin { vec![(place, 1)] } else { Vec::new() });
            reduced.insert(equations[place].clone(), origin);
        }
        reduced
    }

    /// Takes an equation more.
    fn insert(&mut self, mut row: Row, mut origin: Row) {
        let pivots: Vec<(usize, u64)> = row.iter().filter(|(unknown, _)| self.rows.contains_key(unknown)).collect();
        for (pivot, factor) in pivots {
            row.add(negative(factor), &self.rows[&pivot]);
            if self.keeps_origin {
                origin.add(negative(factor), &self.made_of[&pivot]);
            }
        }
        // The unknown that stands in the fewest rows fills up least.
        let rarest = |unknown: &usize| self.holders.get(unknown).map_or(0, BTreeSet::len);
        let Some(pivot) = row.places().min_by_key(|unknown| (rarest(unknown), *unknown)) else {
            if self.keeps_origin {
                self.empty.push(origin);
            }
            return;
        };
        let factor = inverse(row.get(pivot).unwrap_or(1));
        let (row, origin) = (row.scaled(factor), origin.scaled(factor));
        for holder in self.holders.remove(&pivot).unwrap_or_default() {
            let Some(other) = self.rows.get_mut(&holder) else { continue };
            let Some(factor) = other.get(pivot).map(negative) else { continue };
            other.add(factor, &row);
            if self.keeps_origin
                && let Some(of_other) = self.made_of.get_mut(&holder)
            {
                of_other.add(factor, &origin);
            }
            for unknown in row.places().filter(|unknown| *unknown != pivot) {
                if other.get(unknown).is_some() {
                    self.holders.entry(unknown).or_default().insert(holder);
                } else {
                    self.holders.entry(unknown).or_default().remove(&holder);
                }
            }
        }
        for unknown in row.places().filter(|unknown| *unknown != pivot) {
            self.holders.entry(unknown).or_default().insert(pivot);
        }
        self.rows.insert(pivot, row);
        if self.keeps_origin {
            self.made_of.insert(pivot, origin);
        }
    }

    /// Makes numbers unknown that were known: each with the equations that it stands in and its factors there. Only for
    /// what keeps its origin.
    pub(crate) fn admit(&mut self, unknowns: &[(usize, Row)]) {
        let mut by_equation: BTreeMap<usize, Vec<(usize, u64)>> = BTreeMap::new();
        for (unknown, equations) in unknowns {
            for (equation, factor) in equations.iter() {
                by_equation.entry(equation).or_default().push((*unknown, factor));
            }
        }
        let gained = |origin: &Row| -> Row {
            let of_equation = |(equation, times): (usize, u64)| {
                let here = by_equation.get(&equation).into_iter().flatten();
                here.map(move |(unknown, factor)| (*unknown, product(times, *factor)))
            };
            origin.iter().flat_map(of_equation).collect()
        };
        for (pivot, origin) in &self.made_of {
            let more = gained(origin);
            if let Some(row) = self.rows.get_mut(pivot)
                && !more.is_empty()
            {
                row.add(1, &more);
                more.places().for_each(|unknown| _ = self.holders.entry(unknown).or_default().insert(*pivot));
            }
        }
        let empty = std::mem::take(&mut self.empty);
        let (left, open): (Vec<_>, Vec<_>) =
            empty.into_iter().map(|origin| (gained(&origin), origin)).partition(|(row, _)| row.is_empty());
        self.empty = left.into_iter().map(|(_, origin)| origin).collect();
        for (row, origin) in open {
            self.insert(row, origin);
        }
    }

    /// The unknowns that the equations leave no choice.
    pub(crate) fn determined(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().filter(|(_, row)| row.len() == 1).map(|(pivot, _)| *pivot)
    }

    /// How each unknown moves with those that are free: its row over the free ones.
    pub(crate) fn moves(&self, unknowns: impl Iterator<Item = usize>) -> BTreeMap<usize, Row> {
        let one = |unknown: usize| match self.rows.get(&unknown) {
            None => Row(vec![(unknown, 1)]),
            Some(row) => {
                Row(row.iter().filter(|(place, _)| *place != unknown).map(|(place, x)| (place, negative(x))).collect())
            }
        };
        unknowns.map(|unknown| (unknown, one(unknown))).collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn numbers_modulo_a_prime_add_and_divide_like_fractions() {
        for value in [1, 2, 7, -3, 123_456_789_012] {
            assert_eq!(product(number(value), inverse(number(value))), 1);
            assert_eq!(whole(number(value)), value);
        }
        let third = inverse(3);
        assert_eq!(product(third, number(-6)), number(-2));
    }

    #[test]
    fn what_equations_leave_no_choice_is_found_with_its_origin() {
        // x + y = ., y + z = ., x - z + w = ., so w is known; x, y, z are not.
        let equation = |terms: &[(usize, i64)]| terms.iter().map(|(place, x)| (*place, number(*x))).collect::<Row>();
        let equations =
            [equation(&[(0, 1), (1, 1)]), equation(&[(1, 1), (2, 1)]), equation(&[(0, 1), (2, -1), (3, 1)])];
        let reduced = Reduced::of(&equations, true);
        assert_eq!(reduced.determined().collect::<Vec<_>>(), [3]);
        let origin: Vec<(usize, i64)> = reduced.made_of[&3].iter().map(|(place, x)| (place, whole(x))).collect();
        assert_eq!(origin, [(0, -1), (1, 1), (2, 1)]);
        let moves = reduced.moves(0..4);
        assert!(moves[&3].is_empty() && (0..3).all(|place| !moves[&place].is_empty()));
    }

    /// Unknowns admitted later leave the same choice as unknowns from the start: over random sums, every unknown is
    /// determined in both or in neither, and each row is what its equations add up to.
    #[test]
    fn an_unknown_admitted_later_is_as_good_as_one_from_the_start() {
        let mut state = 7u64;
        let mut below = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state).unwrap() % below
        };
        let mut determined = 0;
        for _ in 0..200 {
            let equations: Vec<Vec<(usize, u64)>> = (0..8)
                .map(|_| (0..3).map(|_| (below(12), number(if below(2) == 0 { 1 } else { -1 }))).collect())
                .collect();
            let of = |is_unknown: &dyn Fn(usize) -> bool| -> Vec<Row> {
                let row = |terms: &Vec<(usize, u64)>| terms.iter().copied().filter(|(x, _)| is_unknown(*x)).collect();
                equations.iter().map(row).collect()
            };
            let all = of(&|_| true);
            let mut grown = Reduced::of(&of(&|unknown| unknown < 4), true);
            for some in [vec![4, 5, 6, 7], vec![8], vec![9, 10, 11]] {
                let column = |unknown: usize| {
                    let here = all.iter().enumerate();
                    here.filter_map(|(place, row)| row.get(unknown).map(|x| (place, x))).collect::<Row>()
                };
                grown.admit(&some.iter().map(|unknown| (*unknown, column(*unknown))).collect::<Vec<_>>());
            }
            let whole = Reduced::of(&all, false);
            assert_eq!(grown.rows.len(), whole.rows.len(), "the rank is the same");
            let free = |reduced: &Reduced| reduced.determined().collect::<Vec<_>>();
            assert_eq!(free(&grown), free(&whole));
            determined += free(&whole).len();
            for (pivot, row) in &grown.rows {
                let mut sum = Row::default();
                grown.made_of[pivot].iter().for_each(|(equation, times)| sum.add(times, &all[equation]));
                assert_eq!((&sum, row.get(*pivot)), (row, Some(1)));
            }
        }
        assert!(determined > 100, "{determined}: something is determined at all");
    }
}
