//! The study of 2015 replicated: every published figure with its verdict, from whatever form the answers come in.

use super::harness::{Ended, contents, home, parcours};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

/// The invented answers, in a folder of their own.
fn study() -> TempDir {
    let folder = TempDir::new().unwrap();
    for entry in fs::read_dir(home().join("sample_data/study")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

fn report(folder: &Path) -> Ended {
    parcours([Path::new("report"), Path::new("study"), folder])
}

/// Only the wave of 2015, and no PDF: what most of these tests need.
fn only_2015(folder: &Path) {
    let path = folder.join("study.toml");
    let text = fs::read_to_string(&path).unwrap();
    let first = text.split("[[wave]]").take(2).collect::<Vec<_>>().join("[[wave]]");
    let languages = "languages = [\"en\"]\nrenderings = [\"page\"]";
    fs::write(&path, first.replace("languages = [\"fr\", \"nl\", \"de\", \"en\"]", languages)).unwrap();
}

/// The sample after a whole run: to be looked at.
fn finished() -> &'static (TempDir, Ended) {
    static FINISHED: OnceLock<(TempDir, Ended)> = OnceLock::new();
    FINISHED.get_or_init(|| {
        let folder = study();
        let ended = report(folder.path());
        assert_eq!(ended.code, 0, "{ended:?}");
        (folder, ended)
    })
}

/// Figure (with ` weighted` behind it) to its row of `verdicts.csv`.
fn verdicts(folder: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("out/study/verdicts.csv")).unwrap();
    let headings = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let fields: BTreeMap<String, String> =
                headings.iter().zip(&row).map(|(heading, cell)| (heading.to_owned(), cell.to_owned())).collect();
            let weighted = if fields["weighted"] == "true" { " weighted" } else { "" };
            (format!("{}{weighted}", fields["figure"]), fields)
        })
        .collect()
}

#[test]
fn every_published_figure_comes_out_but_those_that_want_weights() {
    let (folder, ended) = finished();
    let verdicts = verdicts(folder.path());
    assert_eq!(verdicts.len(), 45);
    for (figure, row) in &verdicts {
        let expected = if figure.ends_with(" weighted") { "not_computable" } else { "reproduced" };
        assert_eq!(row["verdict"], expected, "{figure}: {row:?}");
        assert_eq!(row["recomputed"].is_empty(), figure.ends_with(" weighted"), "{figure}");
    }
    // Figures worked out by hand from the published frequencies.
    let one = |figure: &str, field: &str| verdicts[figure][field].parse::<f64>().unwrap();
    assert!((one("proposal.support", "exact") - 2600.0 / 227.0).abs() < 1e-9);
    assert_eq!([one("proposal.support", "recomputed"), one("proposal.support", "n")], [12.0, 227.0]);
    assert!((one("response.rate", "exact") - 23_400.0 / 589.0).abs() < 1e-9);
    assert!((one("sanction.other.often", "exact") - 4500.0 / 436.0).abs() < 1e-9);
    assert_eq!([one("attitude.factors", "recomputed"), one("attitude.guidance.items", "recomputed")], [3.0, 7.0]);
    assert!(ended.stdout.contains("Wave 2015: 40 of 45 published figures reproduced, 0 differ, 5 not computable"));
    assert!(ended.stdout.contains("the published figure is weighted, and the file has no weights"));
}

#[test]
fn one_answer_more_or_less_is_seen() {
    let folder = study();
    only_2015(folder.path());
    let path = folder.path().join("invented-answers-2015.csv");
    let text = fs::read_to_string(&path).unwrap();
    let headings: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let column = headings.iter().position(|heading| *heading == "\"proposal\"").unwrap();
    let mut is_changed = false;
    let changed: Vec<String> = text
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if !is_changed && cells[column] == "\"A3\"" {
                cells[column] = "\"A2\"";
                is_changed = true;
            }
            cells.join(",")
        })
        .collect();
    fs::write(&path, changed.join("\n")).unwrap();
    let ended = report(folder.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    let verdicts = verdicts(folder.path());
    // 25 of 227 is 11.01 %, and no remainder lifts it to 12.
    assert_eq!(
        (verdicts["proposal.support"]["verdict"].as_str(), verdicts["proposal.support"]["difference"].as_str()),
        ("differs", "-1")
    );
    // 156 of 227 is 68.72 %: rounded so that all add up to 100 it becomes 69.
    assert_eq!(verdicts["proposal.simplify"]["verdict"], "differs");
    // The share is the same, and its frequency is not asked for elsewhere.
    assert_eq!(verdicts["proposal.abolish"]["verdict"], "reproduced");
    assert!(ended.stdout.contains("differs (-1)"), "{}", ended.stdout);
}

/// Labels instead of codes, a question's text behind its code, and a workbook: as survey programs export them.
#[test]
fn labels_and_workbooks_give_the_same_verdicts() {
    let (plain, _) = finished();
    let expected: BTreeMap<_, _> =
        verdicts(plain.path()).into_iter().filter(|(_, row)| row["wave"] == "2015").collect();
    let agreement = [
        "Helemaal niet akkoord",
        "Niet akkoord",
        "Eerder niet akkoord",
        "Eerder akkoord",
        "Akkoord",
        "Helemaal akkoord",
    ];
    let frequency = ["Toujours", "Souvent", "Rarement", "Jamais"];
    let label = |heading: &str, cell: &str| {
        let place = cell.strip_prefix('A').and_then(|place| place.parse::<usize>().ok()).filter(|place| *place < 9);
        match place {
            Some(place) if heading.starts_with("sanction") => frequency[place - 1].to_owned(),
            Some(place) if ["formality", "contract", "guidance"].iter().any(|one| heading.starts_with(one)) => {
                agreement[place - 1].to_uppercase()
            }
            _ if heading == "extension" && cell == "Y" => "Ja".to_owned(),
            _ if heading.contains("[SQ") => if cell == "Y" { "Oui" } else { "" }.to_owned(),
            _ => cell.to_owned(),
        }
    };
    let folder = study();
    only_2015(folder.path());
    let mut reader = csv::Reader::from_path(folder.path().join("invented-answers-2015.csv")).unwrap();
    let headings = reader.headers().unwrap().clone();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0_u16..).zip(&headings) {
        sheet.write_string(0, column, format!("{heading}. Question ({heading})?")).unwrap();
    }
    for (row, record) in (1_u32..).zip(reader.records()) {
        for ((column, heading), cell) in (0_u16..).zip(&headings).zip(&record.unwrap()) {
            sheet.write_string(row, column, label(heading, cell)).unwrap();
        }
    }
    book.save(folder.path().join("answers.xlsx")).unwrap();
    let settings = folder.path().join("study.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("invented-answers-2015.csv", "answers.xlsx")).unwrap();
    let ended = report(folder.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(verdicts(folder.path()) == expected);
}

#[test]
fn the_generator_writes_what_is_in_the_repository() {
    let folder = TempDir::new().unwrap();
    let made = folder.path().join("made");
    let ended = parcours([Path::new("demo"), &made, Path::new("--study")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let known = contents(&home().join("sample_data/study"));
    let known: BTreeMap<_, _> = known.into_iter().filter(|(path, _)| !path.starts_with("out")).collect();
    assert!(contents(&made) == known);
}

#[test]
fn nothing_of_who_answered_or_wrote_what_is_in_the_results() {
    let (folder, _) = finished();
    let results = contents(&folder.path().join("out"));
    assert!(results.len() > 20, "{}", results.len());
    for (path, bytes) in results {
        let text = String::from_utf8_lossy(&bytes);
        for word in ["texte inventé", "invented-001", "invented-X0", "invented-Y0"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn the_same_answers_make_the_same_bytes() {
    let (first, _) = finished();
    let second = study();
    assert_eq!(report(second.path()).code, 0);
    assert!(contents(&first.path().join("out")) == contents(&second.path().join("out")));
}

/// Weights under which the published weighted column comes out: each answer gets its weighted share over its own.
#[test]
fn weighted_figures_are_computed_where_there_are_weights() {
    let folder = study();
    only_2015(folder.path());
    let path = folder.path().join("invented-answers-2015.csv");
    let text = fs::read_to_string(&path).unwrap();
    let column = text.lines().next().unwrap().split(',').position(|heading| heading == "\"proposal\"").unwrap();
    let weight = |code: &str| match code {
        "\"A1\"" => 13.0 / 28.0,
        "\"A2\"" => 66.0 / 155.0,
        "\"A3\"" => 11.0 / 26.0,
        "\"A4\"" | "\"A5\"" => 5.0 / 9.0,
        _ => 1.0,
    };
    let weighted: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},\"weight\""),
            _ => format!("{line},\"{}\"", weight(line.split(',').nth(column).unwrap())),
        })
        .collect();
    fs::write(&path, weighted.join("\n")).unwrap();
    let settings = folder.path().join("study.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("frame = 589", "frame = 589\nweights = true")).unwrap();
    let ended = report(folder.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    let verdicts = verdicts(folder.path());
    assert!(verdicts.values().all(|row| row["verdict"] == "reproduced"), "{}", ended.stdout);
    let one = |figure: &str| verdicts[figure]["exact"].parse::<f64>().unwrap();
    assert!(
        (one("proposal.simplify weighted") - 66.0).abs() < 1e-9
            && (one("proposal.simplify") - 15_500.0 / 227.0).abs() < 1e-9
    );
}

/// Raked to margins, the shares of the margin are the margin's, and weights follow.
#[test]
fn weights_raked_to_a_margin_meet_it() {
    let folder = study();
    only_2015(folder.path());
    let settings = folder.path().join("study.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let margin = "\n[[wave.design.margin]]\nitem = \"extension\"\ntotals = { yes = 300, no = 289 }\n";
    fs::write(&settings, format!("{}{margin}", text.trim_end())).unwrap();
    let ended = report(folder.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    let mut reader = csv::Reader::from_path(folder.path().join("out/study/estimates.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| &row[1] == "extension" && &row[2] == "yes").unwrap();
    let number = |column: usize| row[column].parse::<f64>().unwrap();
    // What is known without error has none.
    assert!((number(5) - 30_000.0 / 589.0).abs() < 1e-6 && number(6) < 1e-6, "{row:?}");
    fs::write(&settings, format!("{}{}", text.trim_end(), margin.replace("extension", "target"))).unwrap();
    let ended = report(folder.path());
    assert!(ended.code == 3 && ended.stderr.contains("'target' is no item of one answer in this file"), "{ended:?}");
}

/// Changes a word of a file of the study and returns what the program says.
fn broken(file: &str, from: &str, to: &str) -> Ended {
    let folder = study();
    only_2015(folder.path());
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} lacks {from}");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let ended = report(folder.path());
    assert!(!folder.path().join("out").exists() || ended.code == 0, "half an output: {ended:?}");
    ended
}

#[test]
fn faults_of_answers_and_settings_are_named() {
    let answers = "invented-answers-2015.csv";
    for (file, from, to, code, words) in [
        (answers, "\"proposal\"", "\"proposal\",\"proposal\"", 3, "two columns may be 'proposal'"),
        (answers, "\"A2\"", "\"A7\"", 3, "the answer is not on the scale of"),
        (answers, "invented-002", "invented-001", 3, "this respondent is in row"),
        (answers, "\"Y\"", "\"perhaps\"", 3, "neither yes nor no"),
        ("study.toml", "frame = 589", "frame = 100", 3, "234 CPAS answered, and 100 were asked"),
        (
            "study.toml",
            "frame = 589",
            "frame = 589\nweights = true",
            3,
            "wave 2015 wants weights, and the file has none",
        ),
        (
            "study.toml",
            "figures = \"piis-2015\"",
            "figures = \"piis-2016\"",
            2,
            "no published figures by the name of 'piis-2016'",
        ),
        ("study.toml", "definition = \"piis-2015\"", "definition = \"piis\"", 2, "the study 'piis' is unknown"),
        ("study.toml", "invented-answers-2015.csv", "absent.csv", 3, "cannot be read"),
        ("study.toml", "period = \"2015\"", "period = \"soon\"", 2, "study.toml"),
        ("study.toml", "id = \"2015\"", "id = \"Wave One!\"", 2, "wave.id"),
    ] {
        let ended = broken(file, from, to);
        assert_eq!(ended.code, code, "{from} -> {to}: {ended:?}");
        assert!(ended.stderr.contains(words), "{from} -> {to}: {ended:?}");
        // Cells are never repeated. The folder's name is drawn, and may be anything.
        let said: Vec<&str> = ended.stderr.split_whitespace().filter(|word| !word.contains(".tmp")).collect();
        assert!(!said.concat().contains("perhaps") && !said.concat().contains("A7"), "{ended:?}");
    }
    let elsewhere = TempDir::new().unwrap();
    let ended = report(elsewhere.path());
    assert!(ended.code == 2 && ended.stderr.contains("no study.toml in this folder"), "{ended:?}");
}

/// A question without its column cannot be computed, and all others are.
#[test]
fn a_column_that_is_not_there_is_a_reason_and_no_number() {
    let folder = study();
    only_2015(folder.path());
    let path = folder.path().join("invented-answers-2015.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"guidelines\"", "\"q17\"", 1).replacen("\"formality_1\"", "\"q18\"", 1)).unwrap();
    assert_eq!(report(folder.path()).code, 0);
    let verdicts = verdicts(folder.path());
    let row = &verdicts["guidelines.none"];
    assert_eq!((row["verdict"].as_str(), row["exact"].as_str()), ("not_computable", ""));
    assert_eq!(row["reason"], "the file has no column for this item");
    assert_eq!(verdicts["attitude.formality.items"]["verdict"], "differs");
    assert_eq!(verdicts["function.social_worker"]["verdict"], "reproduced");
}
