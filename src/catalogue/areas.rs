//! Communes with their validity, and the areas above them.

use super::resources::{self, Resource};
use crate::error::{Error, Result};
use crate::model::{Geography, LocalText, Nis5};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Communes, provinces and regions.
#[derive(Debug, Default)]
pub struct Areas {
    communes: Vec<Commune>,
    /// Provinces by code.
    pub provinces: BTreeMap<String, LocalText>,
    /// Regions by code.
    pub regions: BTreeMap<String, LocalText>,
    /// Column and row of each province on a map of tiles.
    pub tiles: BTreeMap<String, (u8, u8)>,
}

/// One commune for a time.
#[derive(Debug, Clone)]
pub struct Commune {
    /// Its code.
    pub nis5: Nis5,
    /// Its name.
    pub name: LocalText,
    /// Code of its province.
    pub province: String,
    /// Code of its region.
    pub region: String,
    /// First year of the code; `None` when it always was.
    pub from: Option<i32>,
    /// Last year of the code; `None` when it still is.
    pub to: Option<i32>,
    /// The commune that took its place.
    pub successor: Option<Nis5>,
    /// Inhabitants, if known.
    pub inhabitants: Option<u32>,
}

/// An area a CPAS belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// `cpas`, `province`, `region`, `size_class` or `country`.
    pub level: &'static str,
    /// Its code.
    pub code: String,
}

#[derive(Deserialize)]
struct Line {
    nis5: String,
    name_nl: String,
    name_fr: String,
    name_de: String,
    province_nis: String,
    region_nis: String,
    valid_from: String,
    valid_to: String,
    successor_nis5: String,
    inhabitants: Option<u32>,
}

#[derive(Deserialize)]
struct Named {
    code: String,
    fr: String,
    nl: String,
    de: String,
    en: String,
    /// Where its tile lies on a map.
    tile_column: Option<u8>,
    tile_row: Option<u8>,
}

impl Areas {
    /// The country.
    pub fn country(&self) -> LocalText {
        let [fr, nl, de, en] = ["Belgique", "België", "Belgien", "Belgium"].map(str::to_owned);
        LocalText { fr, nl, de, en }
    }

    /// All communes, those that are no more included.
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }

    /// The communes that exist in this year; each has one CPAS. Codes change on the first of January only.
    pub fn in_year(&self, year: i32) -> impl Iterator<Item = &Commune> {
        self.communes
            .iter()
            .filter(move |one| one.from.is_none_or(|from| from <= year) && one.to.is_none_or(|to| year <= to))
    }

    /// The commune with this code in this year.
    pub fn commune(&self, nis5: Nis5, year: i32) -> Option<&Commune> {
        self.in_year(year).find(|commune| commune.nis5 == nis5)
    }

    /// The commune with this code, whenever.
    pub fn ever(&self, nis5: Nis5) -> Option<&Commune> {
        self.communes.iter().find(|commune| commune.nis5 == nis5)
    }

    /// The commune that stands today where this one stood: it, or the last of its successors.
    pub fn today(&self, nis5: Nis5) -> Nis5 {
        let mut now = nis5;
        // A code that comes back to itself ends after as many steps as there are communes.
        for _ in 0..self.communes.len() {
            match self.ever(now).and_then(|commune| commune.successor) {
                Some(next) => now = next,
                None => break,
            }
        }
        now
    }

    /// The areas that a CPAS belongs to, itself (or, as it is today, its successor) first. `edges` are the inhabitants from
    /// which a commune is medium and large.
    pub fn of(&self, nis5: Nis5, edges: (u32, u32), geography: Geography) -> Vec<Area> {
        let nis5 = if geography == Geography::AsIs { self.today(nis5) } else { nis5 };
        let mut areas = vec![Area { level: "cpas", code: nis5.to_string() }];
        if let Some(commune) = self.ever(nis5) {
            areas.push(Area { level: "province", code: commune.province.clone() });
            areas.push(Area { level: "region", code: commune.region.clone() });
            if let Some(inhabitants) = commune.inhabitants {
                let class = match inhabitants {
                    inhabitants if inhabitants >= edges.1 => "large",
                    inhabitants if inhabitants >= edges.0 => "medium",
                    _ => "small",
                };
                areas.push(Area { level: "size_class", code: class.to_owned() });
            }
        }
        areas.push(Area { level: "country", code: "BE".to_owned() });
        areas
    }
}

/// The areas.
///
/// # Errors
/// When a file is broken.
pub fn load(project: Option<&Path>) -> Result<Areas> {
    let mut areas = Areas::default();
    for resource in resources::list(project, "queries/areas", ".csv")? {
        match resource.stem() {
            "communes" => areas.communes = communes(&resource)?,
            "provinces" => (areas.provinces, areas.tiles) = named(&resource)?,
            "regions" => areas.regions = named(&resource)?.0,
            _ => {}
        }
    }
    Ok(areas)
}

fn broken(resource: &Resource, index: usize, found: impl std::fmt::Display) -> Error {
    Error::usage("bad-codelist").at(resource.place().row(index as u64 + 2)).with("found", found)
}

fn communes(resource: &Resource) -> Result<Vec<Commune>> {
    let mut reader = csv::Reader::from_reader(resource.text.as_bytes());
    let lines = reader.deserialize::<Line>().enumerate().map(|(index, line)| {
        let line = line.map_err(|error| broken(resource, index, error))?;
        let nis5: Nis5 = line.nis5.parse().map_err(|found: String| broken(resource, index, found))?;
        let successor = match line.successor_nis5.as_str() {
            "" => None,
            code => Some(code.parse().map_err(|found: String| broken(resource, index, found))?),
        };
        let year = |text: &str| text.get(..4).and_then(|year| year.parse().ok());
        let or = |name: &str, other: &str| if name.is_empty() { other.to_owned() } else { name.to_owned() };
        let (fr, nl) = (or(&line.name_fr, &line.name_nl), or(&line.name_nl, &line.name_fr));
        // A Walloon commune without a German name keeps its French one in German and English, a Flemish one its Dutch.
        let own = if line.region_nis == "02000" { nl.clone() } else { fr.clone() };
        let name = LocalText { de: or(&line.name_de, &own), en: own, fr, nl };
        Ok(Commune {
            nis5,
            name,
            province: line.province_nis,
            region: line.region_nis,
            from: year(&line.valid_from),
            to: year(&line.valid_to),
            successor,
            inhabitants: line.inhabitants,
        })
    });
    lines.collect()
}

/// Column and row on a map of tiles.
type Tile = (u8, u8);
/// Areas by their codes.
type ByCode<T> = BTreeMap<String, T>;

/// Names, and places on a map of tiles where there are such.
fn named(resource: &Resource) -> Result<(ByCode<LocalText>, ByCode<Tile>)> {
    let mut reader = csv::Reader::from_reader(resource.text.as_bytes());
    let (mut names, mut tiles) = (BTreeMap::new(), BTreeMap::new());
    for (index, line) in reader.deserialize::<Named>().enumerate() {
        let line = line.map_err(|error| broken(resource, index, error))?;
        if let Some(tile) = line.tile_column.zip(line.tile_row) {
            tiles.insert(line.code.clone(), tile);
        }
        names.insert(line.code, LocalText { fr: line.fr, nl: line.nl, de: line.de, en: line.en });
    }
    Ok((names, tiles))
}

#[cfg(test)]
mod tests {
    /// Numbers of communes as published by Statbel: two reforms, one of them on the first of January 2019.
    #[test]
    fn there_are_as_many_communes_as_there_were() {
        let areas = super::load(None).unwrap();
        let count = |year: i32| areas.in_year(year).count();
        assert_eq!([2015, 2018, 2019, 2024, 2025].map(count), [589, 589, 581, 581, 565]);
    }

    /// Every commune that is no more has a successor that exists the year after, and all that exist today stay what they are.
    #[test]
    fn who_is_no_more_has_a_successor() {
        let areas = super::load(None).unwrap();
        let today: std::collections::BTreeSet<_> = areas.in_year(2025).map(|commune| commune.nis5).collect();
        let mut gone = 0;
        for commune in areas.communes() {
            let now = areas.today(commune.nis5);
            assert!(today.contains(&now), "{}", commune.nis5);
            if let Some(last) = commune.to {
                gone += 1;
                let next = commune.successor.unwrap();
                assert!(areas.commune(next, last + 1).is_some(), "{}: {next} in {}", commune.nis5, last + 1);
            } else {
                assert_eq!(now, commune.nis5);
            }
        }
        // 589 in 2018; 581 in 2019 and 565 since 2025, with the codes that changed without a merger.
        assert!(gone > 24, "{gone}");
        let step = |code: &str| areas.today(code.parse().unwrap()).to_string();
        assert_eq!([step("11007"), step("11056"), step("54007"), step("44011")], ["11002", "46030", "57096", "44083"]);
    }

    #[test]
    fn a_commune_bears_its_own_name_in_english() {
        let areas = super::load(None).unwrap();
        let name = |code: &str| areas.ever(code.parse().unwrap()).unwrap().name.clone();
        assert_eq!((name("31005").en, name("31005").fr), ("Brugge".to_owned(), "Bruges".to_owned()));
        assert_eq!((name("62063").en, name("62063").nl), ("Liège".to_owned(), "Luik".to_owned()));
        assert_eq!(name("63023").de, "Eupen");
    }
}
