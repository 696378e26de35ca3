//! The alias dictionary: which headings stand for which field, and how sheets and files of a table are called, in French,
//! Dutch, German and English. Data in `queries/headings`, one file a table, `common.toml` beside them.

use super::fold::fold;
use super::resources::{self, Resource};
use super::table::TableContract;
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Ending of a field's name in a file of the dictionary: the heading names people by the centre's own client number.
const CLIENT_NO: &str = ":client_no";

/// What a heading stands for inside a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// A field.
    Field(String),
    /// A person, by the centre's own client number.
    ClientNumber,
    /// The score that this assessor gave.
    ScoreOf(String),
}

/// The headings of one table.
#[derive(Debug, Clone, Default)]
pub struct TableHeadings {
    titles: BTreeSet<String>,
    by_key: BTreeMap<String, Meaning>,
}

/// The alias dictionary.
#[derive(Debug, Clone, Default)]
pub struct Headings {
    tables: BTreeMap<String, TableHeadings>,
    neutral: BTreeSet<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    titles: Vec<String>,
    neutral: Vec<String>,
    fields: BTreeMap<String, Vec<String>>,
    scores_of: BTreeMap<String, Vec<String>>,
}

/// The form in which headings are looked up: words without case, accents, punctuation and articles, with one word for
/// "number" (moved to the end, since `N° dossier` is `Dossiernummer`) and one for "date". Empty for a heading without words.
pub fn key(heading: &str) -> String {
    let mut is_numbered = false;
    let mut words: Vec<String> = Vec::new();
    for word in split_words(heading) {
        match word.as_str() {
            "de" | "du" | "des" | "d" | "la" | "le" | "les" | "l" | "van" | "het" | "der" | "die" | "das" | "den"
            | "the" | "of" | "au" | "aux" => {}
            "n" | "no" | "nr" | "num" | "numero" | "nummer" | "number" => is_numbered = true,
            "date" | "dat" | "datum" => words.push("datum".to_owned()),
            // `Dossiernummer`, `Dossiernr`: but not a word that is little else than the ending.
            compound => match compound.strip_suffix("nummer").or_else(|| compound.strip_suffix("nr")) {
                Some(stem) if stem.len() >= 3 => {
                    words.push(stem.to_owned());
                    is_numbered = true;
                }
                _ => words.push(word),
            },
        }
    }
    // `Au` and `Du` alone, or `Le`, are all there is to the heading.
    if words.is_empty() && !is_numbered {
        words = split_words(heading).collect();
    }
    if is_numbered {
        words.push("no".to_owned());
    }
    words.join(" ")
}

/// The words of a heading, folded. A capital after a small letter begins no new word: headings are not identifiers.
fn split_words(heading: &str) -> impl Iterator<Item = String> {
    let spaced: String = heading.chars().map(|sign| if sign.is_alphanumeric() { sign } else { ' ' }).collect();
    spaced.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect::<Vec<_>>().into_iter()
}

impl TableHeadings {
    /// What a heading stands for.
    pub fn find(&self, heading: &str) -> Option<&Meaning> {
        self.by_key.get(&key(heading))
    }

    /// True when a sheet or file of this table may be called so; figures and what is not a word do not count.
    pub fn is_titled(&self, title: &str) -> bool {
        let key = key(title);
        let bare: Vec<&str> = key.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).collect();
        self.titles.contains(&bare.join(" "))
    }

    /// Every heading in its comparable form with what it stands for, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Meaning)> {
        self.by_key.iter().map(|(key, meaning)| (key.as_str(), meaning))
    }

    fn add(&mut self, heading: &str, meaning: Meaning) -> Result<(), String> {
        let key = key(heading);
        if key.is_empty() {
            return Err(format!("'{heading}'"));
        }
        match self.by_key.get(&key) {
            Some(other) if *other != meaning => Err(format!("'{heading}': {} / {}", other.name(), meaning.name())),
            _ => {
                self.by_key.insert(key, meaning);
                Ok(())
            }
        }
    }
}

impl Meaning {
    fn of_field(name: &str) -> Self {
        if name.ends_with(CLIENT_NO) { Meaning::ClientNumber } else { Meaning::Field(name.to_owned()) }
    }

    /// The field that is fed.
    pub fn field(&self) -> &str {
        match self {
            Meaning::Field(name) => name,
            Meaning::ClientNumber => "person_id",
            Meaning::ScoreOf(_) => "score",
        }
    }

    fn name(&self) -> String {
        match self {
            Meaning::Field(name) => name.clone(),
            Meaning::ClientNumber => format!("person_id{CLIENT_NO}"),
            Meaning::ScoreOf(assessor) => format!("scores_of.{assessor}"),
        }
    }
}

impl Headings {
    /// The headings of a table.
    pub fn table(&self, table: &str) -> Option<&TableHeadings> {
        self.tables.get(table)
    }

    /// True when a word in a heading changes nothing about the field it stands for.
    pub fn is_neutral(&self, word: &str) -> bool {
        self.neutral.contains(word)
    }
}

/// The dictionary for these tables.
///
/// # Errors
/// When a file is broken, names a table or field that is not there, or lets a heading stand for two fields of a table.
pub fn load(project: Option<&Path>, tables: &[TableContract]) -> Result<Headings> {
    let files = resources::list(project, "queries/headings", ".toml")?;
    let mut headings = Headings::default();
    let mut common = File::default();
    for resource in files.iter().filter(|resource| resource.stem() == "common") {
        common = resource.toml()?;
        headings.neutral = common.neutral.iter().map(|word| fold(word)).collect();
    }
    for table in tables {
        let mut known = TableHeadings::default();
        for resource in files.iter().filter(|resource| resource.stem() == table.name) {
            own(resource, table, &mut known)?;
        }
        for (name, spellings) in &common.fields {
            let meaning = Meaning::of_field(name);
            if table.position(meaning.field()).is_some() {
                for spelling in spellings {
                    known.add(spelling, meaning.clone()).map_err(|found| {
                        let path = format!("queries/headings/{}.toml", table.name);
                        Error::usage("bad-headings").at(crate::error::Place::file(path)).with("found", found)
                    })?;
                }
            }
        }
        // A field's own name always stands for it.
        for column in &table.columns {
            known.by_key.insert(key(&column.name), Meaning::Field(column.name.clone()));
        }
        headings.tables.insert(table.name.clone(), known);
    }
    Ok(headings)
}

fn own(resource: &Resource, table: &TableContract, known: &mut TableHeadings) -> Result<()> {
    let broken = |found: String| Error::usage("bad-headings").at(resource.place()).with("found", found);
    let file: File = resource.toml()?;
    known.titles = file.titles.iter().map(|title| key(title)).collect();
    known.titles.insert(key(&table.name));
    for (name, spellings) in &file.fields {
        let meaning = Meaning::of_field(name);
        if table.position(meaning.field()).is_none() {
            return Err(broken(name.clone()));
        }
        for spelling in spellings {
            known.add(spelling, meaning.clone()).map_err(broken)?;
        }
    }
    for (assessor, spellings) in &file.scores_of {
        for spelling in spellings {
            known.add(spelling, Meaning::ScoreOf(assessor.clone())).map_err(broken)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn ways_to_write_one_heading_have_one_key() {
        for same in ["N° dossier", "Nr. dossier", "Numéro de dossier", "Dossiernummer", "DOSSIERNR.", "dossier no"] {
            assert_eq!(key(same), "dossier no", "{same}");
        }
        assert_eq!(key("Date de début"), key("dat. debut"));
        assert_eq!(key("Geb. jaar"), key("geb.jaar"));
        assert_eq!(key("Date d’entrée"), key("DATE D'ENTREE"));
        assert_eq!(key("Au"), "au");
        assert_eq!(key("N°"), "no");
        assert_eq!(key(" – "), "");
        assert_ne!(key("Begindatum"), key("Einddatum"));
    }

    #[test]
    fn the_same_word_is_another_field_in_another_table() {
        let catalogue = Catalogue::load(None).unwrap();
        let field = |table: &str, heading: &str| {
            catalogue.headings.table(table).and_then(|known| known.find(heading)).map(|found| found.field().to_owned())
        };
        assert_eq!(field("parcours", "Begindatum").as_deref(), Some("start_on"));
        assert_eq!(field("enrolments", "Begindatum").as_deref(), Some("started_on"));
        assert_eq!(field("persons", "Dossiernummer").as_deref(), Some("person_id"));
        assert_eq!(field("parcours", "Dossiernummer").as_deref(), Some("parcours_id"));
        assert_eq!(field("piis", "Afgesloten op").as_deref(), Some("signed_on"));
        assert_eq!(field("parcours", "Afgesloten op").as_deref(), Some("end_on"));
        assert_eq!(field("persons", "Kinderbijslag"), None);
        for heading in
            ["Rijksregisternummer", "N° registre national", "INSZ-nr.", "Nationalregister-Nr", "numéro national"]
        {
            for table in ["persons", "piis", "measures", "sanctions"] {
                assert_eq!(field(table, heading).as_deref(), Some("person_id"), "{table}: {heading}");
            }
        }
    }

    #[test]
    fn a_heading_for_two_fields_of_a_table_is_refused() {
        let mut known = TableHeadings::default();
        known.add("Datum", Meaning::Field("start_on".to_owned())).unwrap();
        known.add("datum", Meaning::Field("start_on".to_owned())).unwrap();
        assert_eq!(known.add("DATE", Meaning::Field("end_on".to_owned())).unwrap_err(), "'DATE': start_on / end_on");
        let project = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(project.path().join("queries/headings")).unwrap();
        let path = project.path().join("queries/headings/sanctions.toml");
        std::fs::write(&path, "[fields]\ndecided_on = [\"Datum\"]\nkind = [\"Date\"]\n").unwrap();
        let error = Catalogue::load(Some(project.path())).unwrap_err();
        assert_eq!((error.id, error.exit_code()), ("bad-headings", 2));
        std::fs::write(&path, "[fields]\nno_such = [\"Datum\"]\n").unwrap();
        assert_eq!(Catalogue::load(Some(project.path())).unwrap_err().id, "bad-headings");
    }

    #[test]
    fn every_heading_of_every_profile_is_in_the_dictionary() {
        let catalogue = Catalogue::load(None).unwrap();
        let mut count = 0;
        for resource in resources::list(None, "profiles", ".toml").unwrap() {
            let profile: toml::Value = resource.toml().unwrap();
            for table in profile["file"].as_array().unwrap().iter().flat_map(|file| file["table"].as_array().unwrap()) {
                let name = table["name"].as_str().unwrap();
                for (field, source) in table.get("columns").and_then(toml::Value::as_table).into_iter().flatten() {
                    let from = source.get("from").unwrap_or(source);
                    let several = std::slice::from_ref(from);
                    for heading in from.as_array().map_or(several, Vec::as_slice) {
                        let heading = heading.as_str().unwrap();
                        let found = catalogue.headings.table(name).unwrap().find(heading);
                        let found = found.unwrap_or_else(|| panic!("{}: {name}.{field} «{heading}»", resource.path));
                        // A part of a cell feeds several fields; the heading stands for one of them.
                        let is_plain = source.get("extract").is_none() && source.get("lookup").is_none();
                        let shared = is_plain && heading != "Atelier" && heading != "Interview" && heading != "niss";
                        assert!(!shared || found.field() == field, "{}: {name}.{field} «{heading}»", resource.path);
                        count += 1;
                    }
                }
            }
        }
        assert!(count > 400, "{count}");
    }

    #[test]
    fn titles_of_sheets_and_files_are_known() {
        let catalogue = Catalogue::load(None).unwrap();
        let is = |table: &str, title: &str| catalogue.headings.table(table).unwrap().is_titled(title);
        assert!(is("persons", "Personen") && is("persons", "beneficiaires_2017") && is("measures", "zrm_metingen"));
        assert!(is("piis", "GPMI's") && is("editions", "Ateliers") && !is("editions", "Présences"));
    }
}
