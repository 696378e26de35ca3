//! Hiding cells until no sensitive one follows from the others by algebra.

use crate::algebra::{self, Reduced, Row};
use crate::audit;
use crate::protect::Work;
use crate::publication::Fault;
use std::collections::{BTreeMap, BTreeSet};

/// Equations are reduced anew when more than one in so many of their unknowns is new.
const MENDED: usize = 200;

impl Work<'_> {
    /// Hides cells until no sensitive one follows from the others. Hiding a cell makes none follow that did not before, so
    /// only those that did are looked at again.
    pub(crate) fn close(&mut self) -> Result<(), Fault> {
        let mut reduced = Reduced::of(&self.equations(), true);
        let mut open = self.sensitive_cells();
        let mut unknown = self.unknown.iter().filter(|is_unknown| **is_unknown).count();
        loop {
            let recovered = self.recovered(&reduced, &open);
            open = recovered.iter().map(|(cell, _)| *cell).collect();
            let chosen = self.choose(recovered)?;
            if chosen.is_empty() {
                return Ok(());
            }
            for cell in &chosen {
                self.unknown[*cell] = true;
            }
            // Sparse anew, unless little has changed: then what is there is mended.
            if chosen.len() * MENDED > unknown {
                reduced = Reduced::of(&self.equations(), true);
            } else {
                reduced.admit(&chosen.iter().map(|cell| (*cell, self.column(*cell))).collect::<Vec<_>>());
            }
            unknown += chosen.len();
        }
    }

    /// The relations that a cell stands in, with its signs.
    fn column(&self, cell: usize) -> Row {
        let sign = |place: &usize| if self.publication.relations()[*place].total == cell { 1 } else { -1 };
        self.of_cells[cell].iter().map(|place| (*place, algebra::number(sign(place)))).collect()
    }

    /// The relations among unknown cells.
    fn equations(&self) -> Vec<Row> {
        let unknown = |(cell, _): &(usize, i64)| self.unknown[*cell];
        let relations = self.publication.relations().iter();
        relations
            .map(|relation| relation.terms().filter(unknown).map(|(cell, x)| (cell, algebra::number(x))).collect())
            .collect()
    }

    /// The known cells that a combination of the relations is made of.
    fn known(&self, combination: &Row) -> Row {
        let terms = combination.iter().flat_map(|(place, factor)| {
            let known = self.publication.relations()[place].terms().filter(|(cell, _)| !self.unknown[*cell]);
            known.map(move |(cell, sign)| (cell, algebra::product(factor, algebra::number(sign))))
        });
        terms.collect()
    }

    /// Those of the cells that can be computed, each with the relations it follows from.
    fn recovered(&self, reduced: &Reduced, among: &BTreeSet<usize>) -> Vec<(usize, Row)> {
        let origin = |cell: usize| reduced.made_of.get(&cell).cloned().unwrap_or_default();
        let told = reduced.determined().filter(|cell| among.contains(cell));
        let mut recovered: Vec<(usize, Row)> = told.map(|cell| (cell, origin(cell))).collect();
        if self.rules.lone_contributors_know {
            let lone = (0..self.unknown.len()).filter(|cell| self.is_lone(*cell));
            let moves = reduced.moves(lone.chain(among.iter().copied()));
            recovered.extend(self.known_to_lone(&moves, among, &origin));
        }
        recovered
    }

    /// Chooses a cell to hide for each of those that can be computed.
    fn choose(&self, recovered: Vec<(usize, Row)>) -> Result<BTreeSet<usize>, Fault> {
        let mut chosen = BTreeSet::new();
        for (cell, made_of) in recovered {
            // How much of each known cell the sensitive one is computed from.
            let known = self.known(&made_of);
            // The same number by its definition: whoever has the one has the other, whatever is shown.
            if known.is_empty() || known.places().any(|one| chosen.contains(&one)) {
                continue;
            }
            let cheapest = self.cheapest(cell, known.places(), &chosen);
            chosen.insert(cheapest.ok_or_else(|| self.unprotectable(cell, known.places()))?);
        }
        Ok(chosen)
    }

    /// Sensitive cells that a lone contributor can compute from his own, with the equations he needs.
    fn known_to_lone(
        &self,
        moves: &BTreeMap<usize, Row>,
        among: &BTreeSet<usize>,
        origin: &dyn Fn(usize) -> Row,
    ) -> Vec<(usize, Row)> {
        let mut by_direction: BTreeMap<Row, Vec<usize>> = BTreeMap::new();
        for (cell, row) in moves.iter().filter(|(cell, row)| self.is_lone(**cell) && !row.is_empty()) {
            by_direction.entry(row.direction()).or_default().push(*cell);
        }
        let told = |cell: &usize| {
            let row = moves.get(cell).filter(|row| !row.is_empty())?;
            let same = by_direction.get(&row.direction()).into_iter().flatten();
            let lone = same.into_iter().find(|lone| self.names[**lone] != self.names[*cell])?;
            Some((*cell, audit::combination(moves, *cell, *lone, origin)?))
        };
        among.iter().filter_map(told).collect()
    }
}
