//! Exports of Lino Welfare as they really are: the figures against counts taken straight from the workbooks.
//!
//! The workbooks are the software's own demo data and no part of this repository: without them these tests say so and pass.

use crate::harness::{Ended, Figures, contents, copy, figures, home, parcours, parquet_rows, run_quickly};
use calamine::{Data, Reader, Xlsx, open_workbook};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const SETTINGS: &str = r#"
[project]
name = "Lino"
languages = ["fr", "nl"]
[key]
file = "sample.key"
invented = true
[inbox]
folder = "inbox"
profile = "lino-welfare"
"#;

/// A project with the workbooks in its inbox; none where the workbooks are not there.
fn project() -> Option<TempDir> {
    let real = real()?;
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("parcours.toml"), SETTINGS).unwrap();
    fs::copy(home().join("sample_data/sample.key"), folder.path().join("sample.key")).unwrap();
    copy(&real, &inbox(folder.path()));
    Some(folder)
}

fn real() -> Option<PathBuf> {
    let folder = home().join("../shared/real/lino-fr");
    if !folder.is_dir() {
        eprintln!("skipped: no workbooks of Lino Welfare in {}", folder.display());
        return None;
    }
    Some(folder)
}

fn inbox(project: &Path) -> PathBuf {
    project.join("inbox/52012-chatelet/2014")
}

/// The rows of a workbook's first sheet, the header first.
fn rows(path: &Path) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

/// Writes rows as a workbook.
fn write(path: &Path, rows: &[Vec<Data>]) {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Data::Empty => {}
                Data::DateTime(moment) => {
                    let date = ExcelDateTime::from_serial_datetime(moment.as_f64()).unwrap();
                    sheet.write_datetime_with_format(row, column, date, &day).unwrap();
                }
                Data::Float(number) => drop(sheet.write_number(row, column, *number).unwrap()),
                Data::Int(number) => drop(sheet.write_string(row, column, number.to_string()).unwrap()),
                other => drop(sheet.write_string(row, column, other.to_string()).unwrap()),
            }
        }
    }
    workbook.save(path).unwrap();
}

fn day(cell: &Data) -> NaiveDate {
    let Data::DateTime(moment) = cell else { panic!("no date: {cell:?}") };
    moment.as_datetime().unwrap().date()
}

fn value(figures: &Figures, key: &str) -> Option<f64> {
    figures.get(key).unwrap_or_else(|| panic!("no {key}")).value
}

fn count(figures: &Figures, key: &str) -> usize {
    let value = value(figures, key).unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of people")]
    let count = value as usize;
    count
}

fn rejects(project: &Path) -> String {
    fs::read_to_string(project.join("out/rejects/52012-2014.csv")).unwrap()
}

#[test]
fn the_figures_are_those_in_the_workbooks() {
    let Some(project) = project() else { return };
    let ended = run_quickly(project.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    let figures = figures(project.path());
    let contracts = rows(&inbox(project.path()).join("isip.Contracts.xlsx"));
    let (mut active, mut ended) = (BTreeMap::<&str, usize>::new(), 0);
    for row in &contracts[1..] {
        let (start, end) = (day(&row[1]), day(&row[2]));
        if start.year() <= 2014 && end.year() >= 2014 {
            let kind = match row[5].to_string().as_str() {
                "VSE Ausbildung" | "VSE Lehre" | "VSE Sprachkurs" => "training",
                "VSE Vollzeitstudium" => "study",
                "VSE Arbeitssuche" => "preparation",
                other => panic!("{other}"),
            };
            *active.entry(kind).or_default() += 1;
        }
        ended += usize::from(end.year() == 2014);
    }
    assert_eq!(count(&figures, "piis.count 2014 52012"), active.values().sum::<usize>());
    for (kind, contracts) in active {
        assert_eq!(count(&figures, &format!("piis.count 2014 52012 type={kind}")), contracts, "{kind}");
    }
    assert_eq!(count(&figures, "piis.ended 2014 52012"), ended);
    let enrolments = rows(&inbox(project.path()).join("courses.AllEnrolments.xlsx"));
    let cooks: BTreeSet<String> = enrolments
        .iter()
        .filter(|row| row[5].to_string().starts_with("Cuisine ("))
        .map(|row| row[6].to_string())
        .collect();
    assert_eq!(count(&figures, "participation.referred 2014 52012 project=cooking"), cooks.len());
    assert_eq!(count(&figures, "participation.started 2014 52012 project=cooking"), 0);
}

/// The number in brackets is the person, in whatever list; the national number is one where it is known.
#[test]
fn a_person_is_one_person_in_every_table() {
    let Some(project) = project() else { return };
    run_quickly(project.path());
    let lake = project.path().join("lake");
    let table = |name: &str| -> Vec<BTreeMap<String, String>> {
        let files = contents(&lake.join(name))
            .into_keys()
            .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"));
        files.flat_map(|path| parquet_rows(&lake.join(name).join(path))).collect()
    };
    let persons = table("persons");
    let clients = rows(&inbox(project.path()).join("pcsw.Clients.xlsx"));
    assert_eq!(persons.len(), clients.len() - 1);
    let with_number = clients[1..].iter().filter(|row| row[2] != Data::Empty).count();
    assert_eq!(persons.iter().filter(|person| !person["birth_year"].is_empty()).count(), with_number);
    let ids: BTreeSet<String> = ["persons", "piis", "enrolments", "measures"]
        .into_iter()
        .flat_map(|name| table(name).into_iter().map(|row| row["person_id"].clone()).collect::<Vec<_>>())
        .collect();
    let mut numbers = BTreeSet::new();
    for (file, column) in [("pcsw.Clients.xlsx", 0), ("isip.Contracts.xlsx", 3), ("courses.AllEnrolments.xlsx", 6)] {
        for row in &rows(&inbox(project.path()).join(file))[1..] {
            let name = row[column].to_string();
            numbers.insert(name.rsplit('(').next().unwrap().trim_end_matches([')', '*']).to_owned());
        }
    }
    assert_eq!(ids.len(), numbers.len());
}

/// No column of the contracts names the reason for an end.
#[test]
fn success_that_nobody_recorded_is_not_computable() {
    let Some(project) = project() else { return };
    run_quickly(project.path());
    let figures = figures(project.path());
    let success = &figures["piis.ended_well 2014 52012"];
    assert_eq!((success.value, success.status.as_str()), (None, "not_computable"));
}

/// With the column of the reason shown in the list, the list of reasons says which ends are a success.
#[test]
fn success_is_computed_once_the_reason_is_exported() {
    let Some(project) = project() else { return };
    let inbox = inbox(project.path());
    let mut contracts = rows(&inbox.join("isip.Contracts.xlsx"));
    contracts[0].push(Data::String("Motif d’arrêt".to_owned()));
    let mut ended = 0;
    for row in &mut contracts[1..] {
        if day(&row[2]).year() == 2014 {
            ended += 1;
            row.push(Data::String(if ended <= 4 { "Normal" } else { "Health" }.to_owned()));
        }
    }
    write(&inbox.join("isip.Contracts.xlsx"), &contracts);
    let mut reasons = rows(&inbox.join("isip.ContractEndings.xlsx"));
    for row in &mut reasons {
        if matches!(&row[0], Data::String(text) if text == "Normal") {
            row[3] = Data::Float(1.0);
        }
    }
    write(&inbox.join("isip.ContractEndings.xlsx"), &reasons);
    run_quickly(project.path());
    let figures = figures(project.path());
    let success = &figures["piis.ended_well 2014 52012"];
    assert_eq!((success.numerator, success.denominator), (Some(4.0), Some(f64::from(ended))));
    assert_eq!(value(&figures, "piis.ended_well 2014 52012 ending=health"), Some(0.0));
}

/// A name that nobody bears, or two people, is a rejected row and never a guess; and no name is in the reject file.
#[test]
fn a_name_without_a_number_is_never_guessed() {
    let Some(project) = project() else { return };
    let inbox = inbox(project.path());
    let mut answers = rows(&inbox.join("polls.AnswerChoices.xlsx"));
    answers[1][1] = Data::String("INI Niemand Nemo 03/03/2014".to_owned());
    answers[2][1] = Data::String("INI Braun Bruno 03/03/2014".to_owned());
    write(&inbox.join("polls.AnswerChoices.xlsx"), &answers);
    let mut clients = rows(&inbox.join("pcsw.Clients.xlsx"));
    let mut twin = clients
        .iter()
        .find(|row| matches!(&row[0], Data::String(text) if text == "BRAUN Bruno (151)"))
        .unwrap()
        .clone();
    (twin[0], twin[8]) = (Data::String("BRAUN Bruno (999)".to_owned()), Data::Float(999.0));
    clients.push(twin);
    write(&inbox.join("pcsw.Clients.xlsx"), &clients);
    let ended = run_quickly(project.path());
    assert_eq!(ended.code, 1, "{ended:?}");
    let rejects = rejects(project.path());
    assert_eq!(rejects.matches("lookup.missing").count(), 1, "{rejects}");
    assert_eq!(rejects.matches("lookup.ambiguous").count(), 1, "{rejects}");
    assert!(!rejects.contains("Nemo") && !rejects.contains("Bruno"), "{rejects}");
}

#[test]
fn no_name_and_no_national_number_leaves_the_inbox() {
    let Some(project) = project() else { return };
    let Ended { stdout, stderr, code } = parcours([Path::new("run"), project.path()]);
    assert_eq!(code, 0, "{stderr}");
    let mut found = contents(&project.path().join("out"));
    found.extend(contents(&project.path().join("lake")));
    found.insert(PathBuf::from("console"), (stdout + &stderr).into_bytes());
    let clients = rows(&inbox(project.path()).join("pcsw.Clients.xlsx"));
    for row in &clients[1..] {
        let name = row[0].to_string();
        let name = name.split(" (").next().unwrap();
        let written = row[2].to_string();
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        for secret in [name, &written, &digits].into_iter().filter(|secret| !secret.is_empty()) {
            for (path, bytes) in &found {
                let holds = bytes.windows(secret.len()).any(|window| window.eq_ignore_ascii_case(secret.as_bytes()));
                assert!(!holds, "a person is in {}", path.display());
            }
        }
    }
}

/// Every count again by openpyxl; skipped where Python has none.
#[test]
fn another_library_counts_the_same() {
    let Some(project) = project() else { return };
    let python = |arguments: &[&std::ffi::OsStr]| Command::new("python3").args(arguments).output();
    if !python(&["-c".as_ref(), "import openpyxl".as_ref()]).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no python3 with openpyxl");
        return;
    }
    run_quickly(project.path());
    let script = home().join("tests/second_way/lino_counts.py");
    let (inbox, figures) = (inbox(project.path()), project.path().join("out/indicators.csv"));
    let output = python(&[script.as_os_str(), inbox.as_os_str(), figures.as_os_str()]).unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
