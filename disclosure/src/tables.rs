//! Linked tables as one publication: cells known by what they count, and the relations among them.

use crate::publication::{Cell, Fault, Publication, Relation};
use std::collections::BTreeMap;

/// The code of the whole of a dimension.
pub const TOTAL: &str = "";

/// Which code of a dimension is part of which; what is part of nothing else is part of [`TOTAL`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hierarchy {
    parents: BTreeMap<String, String>,
}

impl Hierarchy {
    /// Codes and the code that each is part of.
    pub fn new<C: Into<String>, P: Into<String>>(pairs: impl IntoIterator<Item = (C, P)>) -> Self {
        Hierarchy { parents: pairs.into_iter().map(|(code, parent)| (code.into(), parent.into())).collect() }
    }

    /// Codes side by side.
    pub fn flat<C: Into<String>>(codes: impl IntoIterator<Item = C>) -> Self {
        Self::new(codes.into_iter().map(|code| (code, TOTAL)))
    }

    fn holds(&self, code: &str) -> bool {
        code == TOTAL || self.parents.contains_key(code)
    }

    /// The codes above one, nearest first; `None` where one of them has no place.
    fn above<'h>(&'h self, code: &str) -> Option<Vec<&'h str>> {
        let mut found: Vec<&str> = Vec::new();
        let mut next = self.parents.get(code)?.as_str();
        while next != TOTAL {
            // A code above itself has no place either.
            if found.contains(&next) {
                return None;
            }
            found.push(next);
            next = self.parents.get(next)?.as_str();
        }
        found.push(TOTAL);
        Some(found)
    }
}

/// What a cell counts: the measure, and a code in each dimension that does not stand at its total.
pub type Key = (String, BTreeMap<String, String>);

/// Tables over common dimensions. A cell that stands in several is one cell.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    dimensions: BTreeMap<String, Vec<Hierarchy>>,
    places: BTreeMap<Key, usize>,
    cells: Vec<Cell>,
    relations: Vec<Relation>,
}

impl Tables {
    /// Tables over these dimensions. One with several hierarchies is cut up in several ways, such as communes by region
    /// and by size.
    pub fn new(dimensions: impl IntoIterator<Item = (String, Vec<Hierarchy>)>) -> Self {
        Tables { dimensions: dimensions.into_iter().collect(), ..Tables::default() }
    }

    /// Adds a cell; gives its place.
    ///
    /// # Errors
    /// When it is there with other contents, or a hierarchy has no place for one of its codes.
    pub fn add(&mut self, measure: &str, codes: &BTreeMap<String, String>, cell: Cell) -> Result<usize, Fault> {
        let codes: BTreeMap<String, String> =
            codes.iter().filter(|(_, code)| *code != TOTAL).map(|(name, code)| (name.clone(), code.clone())).collect();
        for (dimension, code) in &codes {
            let hierarchies = self.dimensions.get(dimension).map_or(&[][..], Vec::as_slice);
            let has_place = hierarchies.iter().any(|one| one.holds(code))
                && hierarchies.iter().filter(|one| one.holds(code)).all(|one| one.above(code).is_some());
            if !has_place {
                return Err(Fault::Hole { dimension: dimension.clone(), code: code.clone() });
            }
        }
        let key = (measure.to_owned(), codes);
        if let Some(place) = self.places.get(&key) {
            let is_same = self.cells[*place] == cell;
            return if is_same { Ok(*place) } else { Err(Fault::TwoValues { cell: format!("{key:?}") }) };
        }
        self.cells.push(cell);
        self.places.insert(key, self.cells.len() - 1);
        Ok(self.cells.len() - 1)
    }

    /// Says that a cell is the sum of others, beyond what the hierarchies say.
    pub fn relate(&mut self, total: usize, parts: Vec<usize>) {
        self.relations.push(Relation { total, parts });
    }

    /// The publication, and what each of its cells counts. Of the parts of a total those that are zero need not be there.
    /// Where `adds_up` denies it of a measure, such as different people over overlapping groups, parts need not make up
    /// their total; where they do, it counts as known.
    ///
    /// # Errors
    /// When parts that have to make up their total do not.
    pub fn publication(self, adds_up: impl Fn(&str) -> bool) -> Result<(Publication, Vec<Key>), Fault> {
        let mut parts: BTreeMap<(usize, &str, usize), Vec<usize>> = BTreeMap::new();
        for (key, place) in &self.places {
            for (dimension, code) in &key.1 {
                for (number, hierarchy) in self.dimensions[dimension].iter().enumerate() {
                    let above = hierarchy.above(code).unwrap_or_default();
                    let total = above.into_iter().find_map(|parent| {
                        let mut codes = key.1.clone();
                        if parent == TOTAL {
                            codes.remove(dimension);
                        } else {
                            codes.insert(dimension.clone(), parent.to_owned());
                        }
                        self.places.get(&(key.0.clone(), codes)).copied()
                    });
                    if let Some(total) = total {
                        parts.entry((total, dimension, number)).or_default().push(*place);
                    }
                }
            }
        }
        let mut keys: Vec<Key> = vec![Key::default(); self.cells.len()];
        for (key, place) in &self.places {
            keys[*place] = key.clone();
        }
        let mut relations = self.relations;
        for ((total, _, _), parts) in parts {
            let sum: i64 = parts.iter().map(|part| self.cells[*part].value).sum();
            let found = self.cells[total].value;
            if sum == found {
                relations.push(Relation { total, parts });
            } else if adds_up(&keys[total].0) {
                return Err(Fault::Disagree { total, found, sum });
            }
        }
        Ok((Publication::new(self.cells, relations)?, keys))
    }
}
