//! The gate before a public edition: what must not go out is found in whatever file it stands, and who approved is kept.

use super::harness::{Ended, contents, parcours, run_quickly, sample};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A project with a public edition, to be copied.
fn published() -> &'static TempDir {
    static PUBLISHED: OnceLock<TempDir> = OnceLock::new();
    PUBLISHED.get_or_init(|| {
        let project = sample(&[]);
        run_quickly(project.path());
        let ended = parcours(["report", "national", project.path().to_str().unwrap(), "--year", "2017"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        project
    })
}

/// A copy of it.
fn edition() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    super::harness::copy(published().path(), folder.path());
    let edition = folder.path().join("out/national/2017");
    (folder, edition)
}

fn release(project: &Path, more: &[&str]) -> Ended {
    let mut arguments = vec!["release", more[0], project.to_str().unwrap()];
    arguments.extend(&more[1..]);
    parcours(arguments)
}

fn append(path: &Path, text: &str) {
    let mut content = fs::read(path).unwrap();
    content.extend(text.as_bytes());
    fs::write(path, content).unwrap();
}

#[test]
fn an_edition_goes_out_once_as_many_approved_as_the_settings_ask() {
    let (project, folder) = edition();
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n[publish]\napprovals = 2\n")).unwrap();
    let before = contents(&folder);
    let ended = release(project.path(), &["check"]);
    assert!(ended.code == 3 && ended.stderr.contains("0 of 2 people approved"), "{ended:?}");
    assert!(ended.stdout.contains("nothing found"), "{ended:?}");
    let approve =
        |by: &str| release(project.path(), &["approve", "--by", by, "--why", "held against the tables of 2016"]);
    let first = approve("Invented Ana");
    assert!(first.code == 3 && first.stderr.contains("1 of 2"), "{first:?}");
    // Two spellings are one person.
    let again = approve("invented  ANA");
    assert!(again.code == 2 && again.stderr.contains("approved this edition already"), "{again:?}");
    let second = approve("Invented Bo");
    assert!(second.code == 0 && second.stdout.contains("It may go out"), "{second:?}");
    let ended = release(project.path(), &["check"]);
    assert!(ended.code == 0 && ended.stdout.contains("Invented Ana: held against"), "{ended:?}");
    // Looking changes nothing, and who approved stays in the house.
    assert_eq!(contents(&folder), before);
    // Another edition of the year needs its own approval.
    append(&folder.join("record.json"), "\n");
    let ended = release(project.path(), &["check"]);
    assert!(ended.code == 3 && ended.stderr.contains("0 of 2"), "{ended:?}");
}

#[test]
fn an_approval_needs_a_name_a_reason_and_an_edition_without_faults() {
    let (project, folder) = edition();
    assert_eq!(release(project.path(), &["approve", "--by", "Invented Ana"]).code, 2);
    let ended = release(project.path(), &["approve", "--by", " ", "--why", "x"]);
    assert!(ended.code == 2 && ended.stderr.contains("a name and a reason"), "{ended:?}");
    let ended = release(project.path(), &["approve", "--by", "Invented Ana", "--why", "x\nIt may go out: yes"]);
    assert!(ended.code == 2 && !ended.stdout.contains("It may go out"), "{ended:?}");
    let ended = release(project.path(), &["check", "--year", "1999"]);
    assert!(ended.code == 2 && ended.stderr.contains("1999"), "{ended:?}");
    fs::write(folder.join("extra.csv"), "a\n1\n").unwrap();
    let ended = release(project.path(), &["approve", "--by", "Invented Ana", "--why", "x"]);
    assert!(ended.code == 3 && ended.stderr.contains("not on the record"), "{ended:?}");
    assert!(!project.path().join("approvals.jsonl").exists());
    fs::write(project.path().join("approvals.jsonl"), "{\n").unwrap();
    fs::remove_file(folder.join("extra.csv")).unwrap();
    let ended = release(project.path(), &["check"]);
    assert!(ended.code == 3 && ended.stderr.contains("approvals.jsonl:1"), "{ended:?}");
}

/// Each with what is done to the edition and what has to be said.
#[test]
fn what_must_not_go_out_is_found_wherever_it_stands() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm, &str); 14] = [
        (
            "another year's",
            |folder| {
                let path = folder.join("record.json");
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text.replacen("\"period\": \"2017\"", "\"period\": \"2016\"", 1)).unwrap();
            },
            "an edition of '2016' stands where that of 2017 belongs",
        ),
        ("a foreign kind", |folder| fs::write(folder.join("notes.docx"), "x").unwrap(), "a file of this kind"),
        ("a lost file", |folder| fs::remove_file(folder.join("dictionary.csv")).unwrap(), "the file is missing"),
        ("no record", |folder| fs::remove_file(folder.join("record.json")).unwrap(), "has no record"),
        ("a broken record", |folder| fs::write(folder.join("record.json"), "{").unwrap(), "record cannot be read"),
        (
            "a number in a page",
            |folder| append(&page(folder), "\n<p>85.07.30-033.28</p>"),
            "a national number stands here",
        ),
        (
            "a number in data",
            |folder| append(&folder.join("dictionary.csv"), "a,85073003328,b,c,d,e\n"),
            "a national number",
        ),
        (
            "a number in a workbook",
            |folder| {
                let mut book = rust_xlsxwriter::Workbook::new();
                book.add_worksheet().write_string(3, 2, "850730 033-28").unwrap();
                book.save(workbook(folder)).unwrap();
            },
            "xlsx [xl/sharedStrings.xml]: a national number",
        ),
        (
            "a personal column in a workbook",
            |folder| {
                let mut book = rust_xlsxwriter::Workbook::new();
                book.add_worksheet().write_string(0, 0, "Voornaam").unwrap();
                book.save(workbook(folder)).unwrap();
            },
            "«Voornaam»: a column that tells who somebody is",
        ),
        (
            "a hidden sheet",
            |folder| {
                let mut book = rust_xlsxwriter::Workbook::new();
                book.add_worksheet().write_string(0, 0, "x").unwrap();
                book.add_worksheet().set_hidden(true);
                book.save(workbook(folder)).unwrap();
            },
            "hidden sheet",
        ),
        (
            "a personal column in data",
            |folder| {
                let path = folder.join("figures.csv");
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text.replacen("unit,", "person_id,", 1)).unwrap();
            },
            "«person_id»: a column that tells who somebody is",
        ),
        (
            "a script from elsewhere",
            |folder| append(&page(folder), "<script src=\"https://example.org/x.js\">"),
            "acts by itself",
        ),
        ("a damaged PDF", |folder| fs::write(folder.join("national-2017-fr.pdf"), "%PDF-1.7").unwrap(), "to the end"),
        (
            "the internal edition",
            |folder| {
                let internal = folder.join("../../national-internal/2017");
                fs::remove_dir_all(folder).unwrap();
                super::harness::copy(&internal, folder);
            },
            "the edition is 'internal', not public",
        ),
    ];
    for (name, harm, said) in harms {
        let (project, folder) = edition();
        harm(&folder);
        let ended = release(project.path(), &["check", "--year", "2017"]);
        assert_eq!(ended.code, 3, "{name}: {ended:?}");
        assert!(ended.stderr.contains(said), "{name}: {ended:?}");
        assert!(!ended.stderr.contains("85073003328") && !ended.stderr.contains("85.07.30"), "{name}: {ended:?}");
    }
}

fn page(folder: &Path) -> PathBuf {
    folder.join("national-2017-fr.html")
}

fn workbook(folder: &Path) -> PathBuf {
    folder.join("national-2017-fr.xlsx")
}

/// Figures that were touched: by their content, and not only by their hash.
#[test]
fn figures_that_say_too_much_are_found_by_row_and_column() {
    let (project, folder) = edition();
    let path = folder.join("figures.csv");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let find = |is_it: &dyn Fn(&[&str]) -> bool| {
        lines.iter().position(|line| is_it(&line.split(',').collect::<Vec<_>>())).unwrap()
    };
    let check = |row: usize, column: usize, value: &str| {
        let mut fields: Vec<String> = lines[row].split(',').map(str::to_owned).collect();
        value.clone_into(&mut fields[column]);
        let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        all[row] = fields.join(",");
        fs::write(&path, all.join("\n") + "\n").unwrap();
        let ended = release(project.path(), &["check"]);
        assert_eq!(ended.code, 3, "{ended:?}");
        ended.stderr
    };
    let of = |row: usize| format!("figures.csv:{}", row + 1);
    let hidden = find(&|line| line[12] == "suppressed");
    let said = check(hidden, 8, "3.0");
    assert!(said.contains(&of(hidden)) && said.contains("is hidden and shows a number"), "{said}");
    assert!(said.contains("other figures than figures.csv") && said.contains("changed after it was made"), "{said}");
    let people = find(&|line| line[0] == "parcours.people" && line[12] != "suppressed");
    let said = check(people, 5, "4");
    assert!(said.contains(&format!("{} «persons»", of(people))) && said.contains("below 5"), "{said}");
    let share = find(&|line| line[0] == "participation.completion" && line[12] == "free" && line[7].len() > 3);
    let whole: f64 = lines[share].split(',').nth(7).unwrap().parse().unwrap();
    let said = check(share, 6, &(whole - 2.0).to_string());
    assert!(said.contains("what is left of its whole"), "{said}");
    let said = check(share, 8, "50.1");
    assert!(said.contains("does not follow from the numbers beside it"), "{said}");
    let said = check(share, 4, "project=nowhere");
    assert!(said.contains("nothing says what this code means: dimension/project nowhere"), "{said}");
    fs::write(&path, &text).unwrap();
    // The same edition, held against stricter settings.
    let settings = project.path().join("parcours.toml");
    let known = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{known}\n[publish]\nthreshold = 9\n")).unwrap();
    let ended = release(project.path(), &["check"]);
    assert!(ended.stderr.contains("made with threshold = 5; the settings now say 9"), "{ended:?}");
    assert!(ended.stderr.contains("below 9"), "{ended:?}");
}

/// Found by the gate: Parquet files whose first part had no empty number held 0 where nothing was.
#[test]
fn a_columnar_file_has_nothing_where_the_text_file_has_nothing() {
    use arrow::array::Array;
    let project = published().path();
    for name in ["out/national/2017/figures", "out/indicators"] {
        let text = fs::read_to_string(project.join(format!("{name}.csv"))).unwrap();
        let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let file = fs::File::open(project.join(format!("{name}.parquet"))).unwrap();
        let reader =
            parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        let batches: Vec<_> = reader.map(|batch| batch.unwrap()).collect();
        let mut empty = 0;
        for column in ["persons", "numerator", "denominator", "value", "ci_low", "ci_high"] {
            let place = head.iter().position(|name| *name == column).unwrap();
            let nothing = text.lines().skip(1).filter(|line| line.split(',').nth(place) == Some("")).count();
            let null: usize = batches.iter().map(|batch| batch.column_by_name(column).unwrap().null_count()).sum();
            assert_eq!(null, nothing, "{name} {column}");
            empty += nothing;
        }
        assert!(empty > 100, "{name}: {empty}");
    }
}
