//! A country of any size: up to every centre of a year, one submission each, in one plain form (UTF-8, commas, ISO
//! days) that the profile `parcours-demo` reads.

use super::country::{Centre, TABLES};
use super::people::{Person, Registry};
use super::random::Random;
use super::{Summary, put};
use crate::error::{Error, Result};
use std::fmt::Write as _;
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

/// The communes of Belgium with their validity.
const COMMUNES: &str = include_str!("../../queries/areas/communes.csv");

struct Commune {
    nis5: String,
    folder: String,
    inhabitants: u64,
}

/// Writes a project folder of invented exports of a year: `people` in `cpas` centres (at most those that existed in
/// that year). About one row in two thousand is faulty on purpose. The same arguments write the same bytes.
///
/// # Errors
/// When a file cannot be written.
pub fn national(dir: &Path, people: u32, cpas: u32, seed: u64, year: i32) -> Result<Summary> {
    let communes = spread(communes(year)?, cpas);
    let shares = shares(&communes, people);
    let mut random = Random::new(seed);
    let mut registry = Registry::new(year);
    let mut summary = Summary { cpas: u32::try_from(communes.len()).unwrap_or(0), ..Summary::default() };
    let mut before: Vec<Person> = Vec::new();
    for (commune, share) in communes.iter().zip(shares) {
        let persons: Vec<Person> = (0..share)
            .map(|place| match before.get(place) {
                // Some people moved here from the last centre: a country counts them once.
                Some(person) if random.chance(5) => person.clone(),
                _ => registry.next(&mut random),
            })
            .collect();
        let mut centre = Centre::new(year);
        centre.fill(&persons, &mut random);
        summary.faults += centre.faults;
        let folder = dir.join("inbox").join(&commune.folder).join(year.to_string());
        for ((name, _), (rows, content)) in TABLES.iter().zip(&centre.files) {
            put(&folder.join(format!("{name}.csv")), content)?;
            summary.files += 1;
            summary.rows += rows;
            summary.bytes += u64::try_from(content.len()).unwrap_or(u64::MAX);
        }
        before = persons;
    }
    put(&dir.join("parcours.toml"), settings(year).as_bytes())?;
    put(&dir.join("demo.key"), key(seed).as_bytes())?;
    put(&dir.join("README.md"), README.as_bytes())?;
    Ok(summary)
}

const README: &str = "# Demonstration\n\nEverything in this folder is invented: no person, no figure and no centre's \
    activity is real. The national numbers\nuse order numbers that are not given out or rarely reached. About one row in \
    two thousand is wrong on purpose.\n\nRun it with `parcours run` in this folder.\n";

fn settings(year: i32) -> String {
    format!(
        "# Invented exports, written by `parcours demo`.\n\n[project]\nname = \"Démonstration nationale {year}\"\n\
         languages = [\"fr\", \"nl\"]\n\n# This key follows from the seed: fit for invented people only.\n[key]\n\
         file = \"demo.key\"\ninvented = true\n\n[inbox]\nfolder = \"inbox\"\nprofile = \"parcours-demo\"\n\n[report]\nperiod = \"{year}\"\n"
    )
}

fn key(seed: u64) -> String {
    let mut random = Random::new(seed ^ 0x5EED);
    let mut text = String::new();
    for _ in 0..4 {
        let _ = write!(text, "{:016x}", random.bits());
    }
    text + "\n"
}

/// The communes of the middle of a year, largest first.
fn communes(year: i32) -> Result<Vec<Commune>> {
    let on = format!("{year}-06-30");
    let mut communes = Vec::new();
    for row in csv::Reader::from_reader(COMMUNES.as_bytes()).records() {
        let row = row.map_err(Error::defect)?;
        let cell = |column: usize| row.get(column).unwrap_or_default();
        let (from, to) = (cell(6), cell(7));
        if from <= on.as_str() && (to.is_empty() || to >= on.as_str()) {
            let name = match (cell(3), cell(5)) {
                ("", "03000") => cell(2),
                ("", _) => cell(1),
                (german, _) => german,
            };
            let folder = format!("{}-{}", cell(0), plain(name));
            communes.push(Commune { nis5: cell(0).to_owned(), folder, inhabitants: cell(9).parse().unwrap_or(1) });
        }
    }
    communes.sort_by(|a, b| b.inhabitants.cmp(&a.inhabitants).then_with(|| a.nis5.cmp(&b.nis5)));
    Ok(communes)
}

/// So many communes, spread evenly from large to small, in the order of their codes.
fn spread(communes: Vec<Commune>, count: u32) -> Vec<Commune> {
    let (all, count) = (communes.len(), usize::try_from(count).unwrap_or(usize::MAX));
    let wanted = count.clamp(1, all);
    let places = communes.into_iter().enumerate();
    let kept = places.filter(|(place, _)| (place * wanted) % all < wanted);
    let mut chosen: Vec<Commune> = kept.map(|(_, commune)| commune).collect();
    chosen.sort_by(|a, b| a.nis5.cmp(&b.nis5));
    chosen
}

/// People by inhabitants, rounded so that they add up (largest cumulative share).
fn shares(communes: &[Commune], people: u32) -> Vec<usize> {
    let total: u64 = communes.iter().map(|commune| commune.inhabitants).sum::<u64>().max(1);
    let (mut sum, mut given) = (0, 0);
    let mut shares = Vec::with_capacity(communes.len());
    for commune in communes {
        sum += commune.inhabitants;
        let until = u64::from(people) * sum / total;
        shares.push(usize::try_from(until - given).unwrap_or(0));
        given = until;
    }
    shares
}

/// A name as a folder: small letters without accents, dashes between words.
fn plain(name: &str) -> String {
    let letters = name.nfd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter));
    let lower: String = letters.flat_map(char::to_lowercase).collect();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_communes_of_a_year_are_those_that_existed() {
        for (year, count) in [(2017, 589), (2018, 589), (2019, 581), (2024, 581), (2025, 565)] {
            assert_eq!(communes(year).unwrap().len(), count, "{year}");
        }
    }

    #[test]
    fn any_number_of_centres_and_people_is_met_exactly() {
        for count in [1, 2, 5, 100, 588, 589, 9999] {
            let chosen = spread(communes(2017).unwrap(), count);
            assert_eq!(chosen.len(), usize::try_from(count.min(589)).unwrap());
            assert_eq!(shares(&chosen, 2500).iter().sum::<usize>(), 2500);
        }
    }

    #[test]
    fn the_same_seed_writes_the_same_bytes() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let summaries: Vec<Summary> = folders
            .iter()
            .zip([7, 7, 8])
            .map(|(folder, seed)| national(folder.path(), 300, 3, seed, 2017).unwrap())
            .collect();
        assert_eq!(summaries[0], summaries[1]);
        let chosen = spread(communes(2017).unwrap(), 3);
        for (name, _) in TABLES {
            let path = format!("inbox/{}/2017/{name}.csv", chosen[0].folder);
            let read = |place: usize| std::fs::read(folders[place].path().join(&path)).unwrap();
            assert!(read(0) == read(1), "{name}");
            assert!(*name == "agreements" || *name == "objectives" || read(0) != read(2), "{name}");
        }
    }
}
