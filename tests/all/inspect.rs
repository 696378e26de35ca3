//! `parcours inspect`: what it says of files, the profiles it proposes, the CSV it writes.

use crate::harness::{contents, home, parcours, parquet_rows, sample};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn inspect<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> crate::harness::Ended {
    let first = std::iter::once(std::ffi::OsString::from("inspect"));
    parcours(first.chain(arguments.into_iter().map(|one| one.as_ref().to_owned())))
}

/// Every row of the data model's tables in a lake, by table, without where it came from.
fn loaded(project: &Path) -> BTreeMap<String, Vec<Vec<(String, String)>>> {
    let mut found: BTreeMap<String, Vec<Vec<(String, String)>>> = BTreeMap::new();
    for path in contents(&project.join("lake")).keys() {
        let table = path.iter().next().unwrap().to_string_lossy().into_owned();
        let is_data = path.extension().is_some_and(|ending| ending == "parquet") && path.iter().count() > 2;
        if !is_data || path.iter().any(|part| part == "_delta_log") {
            continue;
        }
        for row in parquet_rows(&project.join("lake").join(path)) {
            let own = row.into_iter().filter(|(name, _)| name != "submission_id" && !name.starts_with("source_"));
            found.entry(table.clone()).or_default().push(own.collect());
        }
    }
    found.values_mut().for_each(|rows| rows.sort());
    found
}

fn collected(project: &Path) -> BTreeMap<String, Vec<Vec<(String, String)>>> {
    let ended = parcours([Path::new("collect"), project]);
    assert!(ended.code <= 1, "{ended:?}");
    loaded(project)
}

/// Collects a centre of the sample by the profile in the repository, then by the one that `inspect` proposes.
fn proposed_loads_the_same(agency: &str, profile: &str) {
    let by_hand = sample(&[agency]);
    let expected = collected(by_hand.path());
    assert!(expected.len() > 10, "{agency}: {:?}", expected.keys());
    let project = sample(&[agency]);
    let folder = project.path().join("inbox").join(agency).join("2017");
    let out = project.path().join("profiles/proposed.toml");
    // From outside the project, so that no profile of a sample is what makes it known.
    let ended = inspect([folder.as_os_str(), OsStr::new("--profile"), out.as_os_str()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace(&format!("profile = \"{profile}\""), "profile = \"proposed\"")).unwrap();
    let found = collected(project.path());
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{agency}");
    for (table, rows) in &expected {
        // Ath writes an indicator in words of its own (`Participants ayant commencé`), which only a person can translate.
        if agency == "51004-ath" && table == "objectives" {
            let without = |rows: &[Vec<(String, String)>]| {
                let mut rows: Vec<Vec<(String, String)>> = rows
                    .iter()
                    .map(|row| row.iter().filter(|(name, _)| name != "indicator").cloned().collect())
                    .collect();
                rows.sort();
                rows
            };
            assert_eq!(without(rows), without(&found[table]));
            continue;
        }
        let differing = rows.iter().filter(|row| !found[table].contains(row)).take(2).collect::<Vec<_>>();
        assert_eq!(rows.len(), found[table].len(), "{agency}: {table}: {differing:?}");
        assert_eq!(*rows, found[table], "{agency}: {table}");
    }
}

#[test]
fn a_proposed_profile_loads_what_the_one_by_hand_does_in_bruges() {
    proposed_loads_the_same("31005-brugge", "brugge");
}

#[test]
fn a_proposed_profile_loads_what_the_one_by_hand_does_in_courtrai() {
    proposed_loads_the_same("34022-kortrijk", "kortrijk");
}

#[test]
fn a_proposed_profile_loads_what_the_one_by_hand_does_in_liege() {
    proposed_loads_the_same("62063-liege", "liege");
}

#[test]
fn a_proposed_profile_loads_what_the_one_by_hand_does_in_ath() {
    proposed_loads_the_same("51004-ath", "ath");
}

#[test]
fn a_proposed_profile_loads_what_the_one_by_hand_does_in_eupen() {
    proposed_loads_the_same("63023-eupen", "eupen");
}

/// A file in a folder of its own. People are invented; national numbers have right check digits and belong to nobody.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn national(number: u64) -> String {
    format!("{number:09}{:02}", 97 - number % 97)
}

#[test]
fn cells_of_people_are_masked_unless_asked_for() {
    let mut text = "NISS;Nom;Sexe;Date naiss.;Remarque\n".to_owned();
    for day in 1..=9 {
        let niss = national(850_101_000 + 2 * day);
        text.push_str(&format!("{niss};INVENTÉE Anne{day};F;{day:02}/01/1985;dossier difficile {day}\n"));
    }
    let (_folder, path) = file("beneficiaires.csv", text.as_bytes());
    let masked = inspect([&path]).stdout;
    for hidden in ["850101", "INVENT", "difficile"] {
        assert!(!masked.contains(hidden), "{masked}");
    }
    assert!(masked.contains("persons") && masked.contains("person_id") && masked.contains("•••"), "{masked}");
    let json = inspect([path.as_os_str(), OsStr::new("--json")]).stdout;
    assert!(!json.contains("850101") && !json.contains("INVENT") && !json.contains("difficile"), "{json}");
    let all = inspect([path.as_os_str(), OsStr::new("--unmasked")]).stdout;
    assert!(all.contains("INVENTÉE"), "{all}");
}

#[test]
fn tables_beside_one_another_are_said() {
    let (_folder, path) = file("a.csv", b"naam;bedrag;;naam;bedrag\nA;1;;X;3\nB;2;;Y;4\n");
    let ended = inspect([path.as_os_str()]);
    assert!(ended.stdout.contains("beside one another (A-B | D-E)"), "{ended:?}");
    let (_folder, path) = file("a.csv", b"naam;bedrag\nA;1\nB;2\n");
    assert!(!inspect([path.as_os_str()]).stdout.contains("beside"));
}

#[test]
fn two_columns_never_become_one_field_in_silence() {
    let mut text = "INSZ;Dossiernummer;Soort traject;Begindatum;Startdatum\n".to_owned();
    for day in 1..=9 {
        text.push_str(&format!("{};T{day};taal;0{day}/02/2017;1{day}/02/2017\n", national(850_101_000 + 2 * day)));
    }
    let (folder, path) = file("trajecten.csv", text.as_bytes());
    let said = inspect([&path]).stdout;
    assert!(said.contains("«Begindatum», «Startdatum»") && said.contains("none is taken"), "{said}");
    assert!(said.contains("missing: start_on. It is required"), "{said}");
    let out = folder.path().join("p.toml");
    inspect([path.as_os_str(), OsStr::new("--profile"), out.as_os_str()]);
    let proposed: toml::Table = toml::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    assert!(proposed.contains_key("ignore_files") && !proposed.contains_key("file"), "{proposed}");
}

#[test]
fn a_heading_that_its_cells_belie_is_reported_and_not_read() {
    let mut text = "INSZ;Dossiernummer;Soort traject;Begindatum;Einddatum\n".to_owned();
    for day in 1..=9 {
        text.push_str(&format!("{};T{day};taal;0{day}/02/2017;lopend\n", national(850_101_000 + 2 * day)));
    }
    let (_folder, path) = file("trajecten.csv", text.as_bytes());
    let json: serde_json::Value =
        serde_json::from_str(&inspect([path.as_os_str(), OsStr::new("--json")]).stdout).unwrap();
    let table = &json["files"][0]["sheets"][0]["tables"][0];
    assert_eq!(table["feeds"][0]["troubles"][0]["trouble"], "contradiction");
    assert_eq!(table["feeds"][0]["troubles"][0]["heading"], "Einddatum");
    assert_eq!(table["columns"][4]["feeds"], serde_json::json!([]));
    let lost: Vec<&str> = table["feeds"][0]["missing"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|missing| missing["field"] == "end_on")
        .flat_map(|missing| missing["not_computable"].as_array().unwrap())
        .map(|id| id.as_str().unwrap())
        .collect();
    assert!(lost.contains(&"parcours.duration") && lost.contains(&"progress.change"), "{lost:?}");
}

#[test]
fn a_profile_is_never_overwritten_unasked_and_a_file_never_onto_itself() {
    let (folder, path) = file("personen.csv", b"INSZ,Geslacht\n85073003328,V\n85073003328,V\n");
    let out = folder.path().join("p.toml");
    fs::write(&out, "mine").unwrap();
    let ended = inspect([path.as_os_str(), OsStr::new("--profile"), out.as_os_str()]);
    assert_eq!((ended.code, fs::read_to_string(&out).unwrap().as_str()), (2, "mine"), "{ended:?}");
    let forced = [path.as_os_str(), OsStr::new("--profile"), out.as_os_str(), OsStr::new("--force")];
    assert_eq!(inspect(forced).code, 0);
    assert_ne!(fs::read_to_string(&out).unwrap(), "mine");
    let before = fs::read(&path).unwrap();
    let ended = inspect([path.as_os_str(), OsStr::new("--csv"), path.as_os_str()]);
    assert_eq!((ended.code, fs::read(&path).unwrap()), (2, before), "{ended:?}");
}

#[test]
fn files_that_cannot_be_read_end_with_3_and_an_empty_one_with_0() {
    for (name, bytes) in [("a.xlsx", &b"PK\x03\x04 cut"[..]), ("b.pdf", b"%PDF-1.4\n"), ("c.xlsx", b"")] {
        let (_folder, path) = file(name, bytes);
        let ended = inspect([&path]);
        assert_eq!((ended.code, ended.stderr.lines().count() >= 2), (3, true), "{name}: {ended:?}");
    }
    assert_eq!(inspect(["/no/such/file.csv"]).code, 3);
    let (folder, path) = file("empty.csv", b"");
    assert_eq!(inspect([&path]).code, 0);
    let out = folder.path().join("out.csv");
    let ended = inspect([path.as_os_str(), OsStr::new("--csv"), out.as_os_str()]);
    assert_eq!((ended.code, fs::read(&out).unwrap()), (0, Vec::new()), "{ended:?}");
    assert!(ended.stderr.contains("no content"), "{ended:?}");
}

#[test]
fn csv_of_every_sample_file_holds_every_row_that_collect_reads() {
    let from = home().join("sample_data/inbox/31005-brugge/2017/personen.csv");
    let ended = inspect([from.as_os_str(), OsStr::new("--csv"), OsStr::new("-")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    // A second reader: the file is windows-1252 with three title lines and a totals line.
    let bytes = fs::read(&from).unwrap();
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
    let lines: Vec<&str> =
        text.lines().skip(3).filter(|line| !line.starts_with("Totaal") && !line.is_empty()).collect();
    let expected: Vec<Vec<String>> =
        lines.iter().map(|line| line.split(';').map(|cell| cell.trim_matches('"').to_owned()).collect()).collect();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(ended.stdout.as_bytes());
    let found: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(found.len(), expected.len());
    assert_eq!(found, expected);
    assert!(ended.stdout.ends_with("\r\n"));
}

#[test]
fn what_is_said_fits_a_terminal_in_four_languages() {
    for (language, agencies) in [
        ("fr", vec!["34022-kortrijk", "51004-ath"]),
        ("nl", vec!["34022-kortrijk", "31005-brugge"]),
        ("de", vec!["34022-kortrijk", "63023-eupen"]),
        ("en", vec!["34022-kortrijk", "62063-liege"]),
    ] {
        for agency in agencies {
            let folder = home().join("sample_data/inbox").join(agency).join("2017");
            let ended = inspect([folder.as_os_str(), OsStr::new("--lang"), OsStr::new(language)]);
            assert_eq!(ended.code, 0, "{ended:?}");
            let wide: Vec<&str> =
                ended.stdout.lines().filter(|line| line.chars().count() > 100 && !line.starts_with('/')).collect();
            assert!(wide.is_empty(), "{language} {agency}: {wide:#?}");
            assert!(!ended.stdout.contains("inspect-"), "{language}: a message is missing");
        }
    }
}
