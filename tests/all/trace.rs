//! `parcours trace` and `parcours diff`: where a figure comes from, and why it is another one.

use super::harness::{copy, finished, home, parcours, run_quickly, sample};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

fn trace(project: &Path, indicator: &str, options: &[&str]) -> super::harness::Ended {
    let first = [OsString::from("trace"), indicator.into(), project.into()];
    parcours(first.into_iter().chain(options.iter().map(OsString::from)))
}

fn diff(old: &Path, new: &Path, options: &[&str]) -> super::harness::Ended {
    let first = [OsString::from("diff"), old.into(), new.into()];
    parcours(first.into_iter().chain(options.iter().map(OsString::from)))
}

/// How many figures of the sample of 2017 a trace makes again; all of them have to agree.
fn agreeing(project: &Path, file: &str) -> usize {
    let indicator = file.trim_end_matches(".sql").replacen('_', ".", 1);
    let mut agreeing = 0;
    for cpas in ["31005", "34022", "51004", "62063", "63023"] {
        let ended = trace(project, &indicator, &["--cpas", cpas, "--year", "2017"]);
        if ended.code == 2 {
            assert!(ended.stderr.contains("has no figure"), "{ended:?}");
            continue;
        }
        assert_eq!(ended.code, 0, "{indicator} {cpas}: {}", ended.stdout);
        agreeing += ended.stdout.matches("they agree").count();
    }
    agreeing
}

#[test]
fn every_figure_that_has_a_trace_is_what_its_rows_give() {
    let project = finished().0.path();
    let files: Vec<String> = fs::read_dir(home().join("queries/traces"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let traced = |files: &[String]| -> usize { files.iter().map(|file| agreeing(project, file)).sum() };
    let traced: usize = std::thread::scope(|scope| {
        let parts: Vec<_> =
            files.chunks(files.len().div_ceil(2)).map(|part| scope.spawn(move || traced(part))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    assert!(traced > 1_000, "{traced} figures");
}

#[test]
fn the_rows_behind_a_figure_lead_to_file_sheet_and_row() {
    let project = finished().0.path();
    let out = tempfile::TempDir::new().unwrap();
    let csv = out.path().join("rows.csv");
    let options = ["--cpas", "34022", "--year", "2017", "--domain", "housing", "--csv", csv.to_str().unwrap()];
    let ended = trace(project, "progress.change", &options);
    assert_eq!(ended.code, 0, "{ended:?}");
    let mut reader = csv::Reader::from_path(&csv).unwrap();
    let headings = reader.headers().unwrap().clone();
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let at = |line: &csv::StringRecord, name: &str| {
        line[headings.iter().position(|heading| heading == name).unwrap()].to_owned()
    };
    // Each reading was found, and each in the sheet of measures of the workbook that Courtrai hands in.
    for line in &lines {
        for reading in ["zero", "last"] {
            assert_eq!(at(line, &format!("{reading}_file")), "34022-kortrijk/2017/subsidieverslag_2017.xlsx");
            assert_eq!(at(line, &format!("{reading}_sheet")), "Metingen");
            assert!(at(line, &format!("{reading}_row")).parse::<u32>().unwrap() > 2);
        }
    }
    let places: BTreeSet<String> = lines.iter().map(|line| at(line, "zero_row")).collect();
    assert_eq!(places.len(), lines.len(), "every pair has a row of its own in that workbook");
    // The workbook gives everybody's name and national number; the rows give neither.
    let text = fs::read_to_string(&csv).unwrap();
    let cells = lines.iter().flat_map(csv::StringRecord::iter).chain(ended.stdout.split_whitespace());
    let number = |cell: &str| cell.len() >= 11 && cell.chars().filter(char::is_ascii_digit).count() == 11;
    let numbers: Vec<&str> =
        cells.filter(|cell| number(cell) && !cell.contains(|sign: char| sign.is_alphabetic())).collect();
    assert!(numbers.is_empty(), "national numbers: {numbers:?}");
    for text in [&text, &ended.stdout] {
        assert!(!text.contains("VERZONNEN") && !text.contains("Persoon"), "a name");
    }
}

#[test]
fn a_figure_that_its_rows_do_not_give_is_told() {
    let (finished, _) = finished();
    let project = sample(&[]);
    copy(&finished.path().join("lake"), &project.path().join("lake"));
    let figures = fs::read_to_string(finished.path().join("out/indicators.csv")).unwrap();
    let line = figures.lines().find(|line| line.starts_with("parcours.count,2017,cpas,34022,,")).unwrap();
    let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
    cells[8] = (cells[8].parse::<f64>().unwrap() + 1.0).to_string();
    fs::create_dir_all(project.path().join("out")).unwrap();
    fs::write(project.path().join("out/indicators.csv"), figures.replace(line, &cells.join(","))).unwrap();
    let ended = trace(project.path(), "parcours.count", &["--cpas", "34022", "--year", "2017"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(ended.stdout.matches("THEY DIFFER").count(), 1, "{}", ended.stdout);
}

#[test]
fn what_cannot_be_traced_says_why() {
    let project = finished().0.path();
    let said = |indicator: &str, options: &[&str]| {
        let ended = trace(project, indicator, options);
        assert_eq!(ended.code, 2, "{ended:?}");
        ended.stderr
    };
    let place = ["--cpas", "34022", "--year", "2017"];
    assert!(said("progress.chang", &place).contains("Nearest: progress.change"));
    assert!(said("objective.achievement", &place).contains("Traces exist for bilan.count"));
    assert!(said("piis.count", &["--cpas", "34022", "--year", "1999"]).contains("has no figure"));
    let empty = sample(&["63023-eupen"]);
    assert!(trace(empty.path(), "piis.count", &place).stderr.contains("no results"));
}

/// The causes that a CSV of differences names for the figures of an indicator.
fn causes(path: &Path, indicator: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let lines = reader.records().map(Result::unwrap).filter(|line| &line[0] == indicator);
    lines.map(|line| format!("{} {}", &line[7], &line[8]).trim_end().to_owned()).collect()
}

#[test]
fn a_changed_figure_is_put_down_to_what_changed() {
    let old = sample(&["51004-ath"]);
    run_quickly(old.path());
    let out = tempfile::TempDir::new().unwrap();
    let csv = out.path().join("changes.csv");
    let compare = |new: &Path| {
        let ended = diff(old.path(), new, &["--csv", csv.to_str().unwrap()]);
        assert!(ended.code <= 1, "{ended:?}");
        assert!(!ended.stdout.contains("nothing that the records show"), "{ended:?}");
        ended
    };
    let again = |change: &dyn Fn(&Path)| {
        let new = sample(&["51004-ath"]);
        change(new.path());
        run_quickly(new.path());
        new
    };
    let same = again(&|_| {});
    assert!(compare(same.path()).stdout.contains("the figures are the same"));

    // Another centre hands in: its own figures are new, nobody else's change.
    let more = sample(&["51004-ath", "63023-eupen"]);
    run_quickly(more.path());
    let ended = compare(more.path());
    assert!(ended.stdout.contains("new files"), "{}", ended.stdout);
    assert!(causes(&csv, "parcours.count").iter().all(|cause| cause.starts_with("new_files 63023/2017 parcours +")));

    // One indicator is defined otherwise.
    let defined = again(&|project| {
        let folder = project.join("queries/indicators");
        fs::create_dir_all(&folder).unwrap();
        let text = fs::read_to_string(home().join("queries/indicators/parcours_count.sql")).unwrap();
        let changed = text.replace("COUNT(*) AS value", "COUNT(*) + 1 AS value");
        assert_ne!(text, changed);
        fs::write(folder.join("parcours_count.sql"), changed).unwrap();
    });
    compare(defined.path());
    assert_eq!(causes(&csv, "parcours.count"), BTreeSet::from(["definition".to_owned()]));
    assert!(causes(&csv, "piis.count").is_empty());

    // A dated value is another one.
    let dated = again(&|project| {
        let folder = project.join("queries/parameters");
        fs::create_dir_all(&folder).unwrap();
        let text = fs::read_to_string(home().join("queries/parameters/parcours_longest_days.toml")).unwrap();
        let changed = text.replace("365", "100");
        assert_ne!(text, changed);
        fs::write(folder.join("parcours_longest_days.toml"), changed).unwrap();
    });
    compare(dated.path());
    assert_eq!(causes(&csv, "parcours.overlong"), BTreeSet::from(["parameter parcours_longest_days".to_owned()]));
}
