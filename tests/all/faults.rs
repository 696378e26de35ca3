//! Every planted fault is found at its place, nothing else is, and nothing personal leaves the inbox.

use super::harness::{contents, finished, home, parquet_rows};
use parcours::model::Niss;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Words that every invented name holds.
const NAME_WORDS: [&str; 3] = ["VERZONNEN", "FICTIF", "ERFUNDEN"];

fn lines(path: &Path) -> Vec<csv::StringRecord> {
    let text = fs::read_to_string(path).unwrap();
    csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes()).records().map(Result::unwrap).collect()
}

#[test]
fn the_planted_faults_are_found_and_nothing_else_is() {
    let (project, ended) = finished();
    assert_eq!(ended.code, 1, "{ended:?}");
    let planted: Vec<Vec<String>> = lines(&home().join("sample_data/faults.csv"))
        .iter()
        .map(|line| line.iter().map(str::to_owned).collect())
        .collect();
    let mut found = Vec::new();
    for path in fs::read_dir(project.path().join("out/rejects")).unwrap() {
        for line in lines(&path.unwrap().path()) {
            // file, sheet, row, column, (value), check
            found.push([0, 1, 2, 3, 5].map(|column| line[column].to_owned()).to_vec());
            assert!(!line[6].is_empty() && !line[7].is_empty(), "no title or advice: {line:?}");
        }
    }
    let sorted = |mut list: Vec<Vec<String>>| {
        list.sort();
        list
    };
    assert_eq!(sorted(found), sorted(planted));
}

/// The eleven-digit numbers of a text, punctuated or not, without those that are part of a longer number or word.
fn numbers(text: &str) -> BTreeSet<String> {
    let forms = r"[0-9]{2}[./]?[0-9]{2}[./]?[0-9]{2}[ -][0-9]{3}[ .-][0-9]{2}|[0-9](?:[0-9.,]*[0-9])?";
    let form = regex::Regex::new(forms).unwrap();
    let is_part = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    let mut found = BTreeSet::new();
    for hit in form.find_iter(text) {
        let is_decimal = !hit.as_str().contains([' ', '-', '/']) && hit.as_str().contains(['.', ',']);
        let digits: String = hit.as_str().chars().filter(char::is_ascii_digit).collect();
        let around = (text[..hit.start()].chars().next_back(), text[hit.end()..].chars().next());
        if digits.len() == 11 && !is_decimal && !is_part(around.0) && !is_part(around.1) {
            found.insert(digits);
        }
    }
    found
}

#[test]
fn numbers_are_recognised_in_their_usual_forms() {
    let text = "a 85073003328, 85.07.30-033.28; 850730 033-28 and 0.85073003328, 850730033281, x85073003328, 633.80";
    assert_eq!(numbers(text), BTreeSet::from(["85073003328".to_owned()]));
    assert_eq!(numbers("85073003328").len() + numbers("85.07.30-033.28").len() + numbers("960715 002-61").len(), 3);
}

fn check_nothing_personal(text: &str, place: &str, handed_in: &BTreeSet<String>) {
    for word in NAME_WORDS {
        assert!(!text.contains(word), "{place} holds a name");
    }
    for number in numbers(text) {
        assert!(!handed_in.contains(&number), "{place} holds a national number of the inbox");
        assert!(Niss::parse(&number).is_err(), "{place} holds a national number");
    }
}

/// What a file says: a workbook's parts unpacked, a Parquet file's cells, else the bytes as they are.
fn texts(path: &Path, bytes: &[u8]) -> Vec<String> {
    let mut texts = vec![String::from_utf8_lossy(bytes).into_owned()];
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("xlsx") => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            for part in 0..archive.len() {
                let mut text = Vec::new();
                archive.by_index(part).unwrap().read_to_end(&mut text).unwrap();
                texts.push(String::from_utf8_lossy(&text).into_owned());
            }
        }
        Some("parquet") => {
            let cells: BTreeSet<String> =
                parquet_rows(path).into_iter().flat_map(|row| row.into_values().collect::<Vec<_>>()).collect();
            texts.extend(cells);
        }
        _ => {}
    }
    texts
}

/// Every national number of the inbox's text files, right or wrong.
fn handed_in() -> BTreeSet<String> {
    let inbox = contents(&home().join("sample_data/inbox"));
    let mut found = BTreeSet::new();
    for (path, bytes) in inbox {
        if path.extension().is_some_and(|ending| ending == "csv") {
            found.extend(numbers(&encoding_rs::WINDOWS_1252.decode(&bytes).0));
        } else if path.extension().is_some_and(|ending| ending == "txt") {
            found.extend(numbers(&encoding_rs::UTF_16LE.decode(&bytes).0));
        }
    }
    found
}

#[test]
fn nothing_personal_leaves_the_inbox() {
    let (project, ended) = finished();
    let handed_in = handed_in();
    assert!(handed_in.len() > 900, "the inbox was not read: {} numbers", handed_in.len());
    check_nothing_personal(&ended.stdout, "stdout", &handed_in);
    check_nothing_personal(&ended.stderr, "stderr", &handed_in);
    for folder in ["out", "lake"] {
        let files = contents(&project.path().join(folder));
        assert!(files.len() > 20, "{folder} is nearly empty");
        for (path, bytes) in files {
            for text in texts(&project.path().join(folder).join(&path), &bytes) {
                check_nothing_personal(&text, &path.display().to_string(), &handed_in);
            }
        }
    }
}
