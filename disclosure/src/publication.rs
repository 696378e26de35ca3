//! Cells, and which of them add up to which.

use std::collections::BTreeSet;
use std::fmt;

/// A number of the publication, or one that stands behind it unshown and must not be computable either.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The number: a count, or an amount in its smallest unit.
    pub value: i64,
    /// How many persons (or other units to be protected) it is about.
    pub contributors: u64,
    /// How many agencies it comes from, where that is to be judged.
    pub agencies: Option<u64>,
    /// The largest contributions to an amount, largest first; empty for a count.
    pub largest: Vec<i64>,
    /// What one is worth in the number: 1 for a count, 100 for euros in cents. Widths are counted in it.
    pub step: i64,
    /// Whether it can be less than zero, such as a balance.
    pub may_be_negative: bool,
    /// Whether it is shown unless it is hidden. The complement of a share is not.
    pub is_shown: bool,
    /// Whether an earlier edition showed it: it cannot be hidden any more.
    pub is_public: bool,
    /// How much readers would miss it, beside its size: of two cells of one size the one with less weight is hidden.
    pub weight: u64,
}

impl Cell {
    /// A count of persons, shown.
    #[must_use]
    pub fn count(persons: u64) -> Self {
        Cell {
            value: i64::try_from(persons).unwrap_or(i64::MAX),
            contributors: persons,
            agencies: None,
            largest: Vec::new(),
            step: 1,
            may_be_negative: false,
            is_shown: true,
            is_public: false,
            weight: 1,
        }
    }

    /// The same cell, not shown.
    #[must_use]
    pub fn unshown(mut self) -> Self {
        self.is_shown = false;
        self
    }

    /// The same cell, known already.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.is_public = true;
        self
    }
}

/// A total and the parts that add up to it, as places in the list of cells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// The total.
    pub total: usize,
    /// Its parts.
    pub parts: Vec<usize>,
}

impl Relation {
    /// The total and its parts.
    #[must_use]
    pub fn cells(&self) -> Vec<usize> {
        self.terms().map(|(cell, _)| cell).collect()
    }

    /// Each cell with its sign: the total 1, its parts -1.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (usize, i64)> {
        std::iter::once((self.total, 1)).chain(self.parts.iter().map(|part| (*part, -1)))
    }
}

/// All that goes out together, with earlier editions that are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Publication {
    cells: Vec<Cell>,
    relations: Vec<Relation>,
}

/// Why a publication cannot be protected. Cells are named by their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A total is not the sum of its parts.
    Disagree {
        /// The total.
        total: usize,
        /// Its value.
        found: i64,
        /// The sum of its parts.
        sum: i64,
    },
    /// A relation names a cell that is not there, or one twice.
    NoSuchCell {
        /// The place that is named.
        cell: usize,
    },
    /// One cell is given twice, with different contents.
    TwoValues {
        /// The cell.
        cell: String,
    },
    /// A code of a dimension that its hierarchy does not hold.
    Hole {
        /// The dimension.
        dimension: String,
        /// The code.
        code: String,
    },
    /// The threshold is 0, so that nothing would be hidden, and nobody allowed it.
    NoThreshold,
    /// A sensitive cell is public already, or can be computed from what is.
    Public {
        /// The cell.
        cell: usize,
    },
    /// Nothing is left that could be hidden to protect a cell.
    Unprotectable {
        /// The cell.
        cell: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Disagree { total, found, sum } => {
                write!(f, "cell {total} is {found}, the sum of its parts {sum}")
            }
            Fault::NoSuchCell { cell } => write!(f, "a relation names cell {cell}, which is not there or there twice"),
            Fault::TwoValues { cell } => write!(f, "the cell {cell} is given twice, with different contents"),
            Fault::Hole { dimension, code } => write!(f, "the hierarchy of {dimension} has no place for {code}"),
            Fault::NoThreshold => write!(f, "a threshold of 0 hides nothing and was not allowed"),
            Fault::Public { cell } => write!(f, "cell {cell} is sensitive and known already"),
            Fault::Unprotectable { cell } => write!(f, "nothing is left to hide for cell {cell}"),
        }
    }
}

impl std::error::Error for Fault {}

impl Publication {
    /// A publication whose totals are the sums of their parts. A relation that is given twice counts once.
    ///
    /// # Errors
    /// When they are not, or a relation names a cell that is not there.
    pub fn new(cells: Vec<Cell>, relations: Vec<Relation>) -> Result<Self, Fault> {
        let mut seen = BTreeSet::new();
        for mut relation in relations {
            relation.parts.sort_unstable();
            let places = || relation.parts.iter().chain([&relation.total]);
            if let Some(cell) = places().find(|cell| **cell >= cells.len()) {
                return Err(Fault::NoSuchCell { cell: *cell });
            }
            let twice = relation.parts.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
            if let Some(cell) = twice.or_else(|| relation.parts.contains(&relation.total).then_some(relation.total)) {
                return Err(Fault::NoSuchCell { cell });
            }
            let sum = relation.parts.iter().fold(0i64, |sum, part| sum.saturating_add(cells[*part].value));
            let found = cells[relation.total].value;
            if sum != found {
                return Err(Fault::Disagree { total: relation.total, found, sum });
            }
            seen.insert(relation);
        }
        Ok(Publication { cells, relations: seen.into_iter().collect() })
    }

    /// The cells.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The relations, each once.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Cells that are about the same contributors, such as a total and its only part that is not empty, have one name.
    pub(crate) fn same_contributors(&self) -> Vec<usize> {
        let mut names: Vec<usize> = (0..self.cells.len()).collect();
        let mut is_done = false;
        while !is_done {
            is_done = true;
            for relation in &self.relations {
                let mut filled = relation.parts.iter().filter(|part| self.cells[**part].contributors > 0);
                let (Some(only), None) = (filled.next(), filled.next()) else { continue };
                let name = names[*only].min(names[relation.total]);
                is_done &= names[*only] == name && names[relation.total] == name;
                (names[*only], names[relation.total]) = (name, name);
            }
        }
        names
    }

    /// The relations of each cell.
    pub(crate) fn relations_of_cells(&self) -> Vec<Vec<usize>> {
        let mut of_cells = vec![Vec::new(); self.cells.len()];
        for (place, relation) in self.relations.iter().enumerate() {
            for (cell, _) in relation.terms() {
                of_cells[cell].push(place);
            }
        }
        of_cells
    }
}
