//! Agencies that hand in protected figures in the place of rows.

use super::harness::{Ended, copy, parcours, run_quickly, sample};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every level, and nothing hidden.
const OPEN: &str = "[publish]\nthreshold = 0\nallow_no_threshold = true\nlevels = [\"province\", \"region\", \"size_class\", \"country\"]\n";

/// Indicator, period, area level, area, dimensions.
type Key = [String; 5];
/// Persons, numerator, denominator, value, interval, and the status.
type Figures = BTreeMap<Key, ([Option<f64>; 6], String)>;

fn figures(path: &Path) -> Figures {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let read = |line: csv::StringRecord| {
        let key = std::array::from_fn(|place| line[place].to_owned());
        let numbers = std::array::from_fn(|place| line[place + 5].parse().ok());
        (key, (numbers, line[12].to_owned()))
    };
    reader.records().map(|line| read(line.unwrap())).collect()
}

fn add(project: &Path, settings: &str) {
    let path = project.join("parcours.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\n{settings}")).unwrap();
}

/// A project without exports, and the folder for what is handed in.
fn federal(settings: &str) -> tempfile::TempDir {
    let project = sample(&[]);
    fs::remove_dir_all(project.path().join("inbox")).unwrap();
    fs::create_dir_all(project.path().join("inbox")).unwrap();
    fs::create_dir_all(project.path().join("hand-ins")).unwrap();
    add(project.path(), settings);
    project
}

fn command(words: &[&str], project: &Path) -> Ended {
    let mut all = words.to_vec();
    all.extend([project.to_str().unwrap(), "--year", "2017"]);
    parcours(all)
}

/// The sample, run, with the hand-in of every centre.
fn handed_in(settings: &str) -> tempfile::TempDir {
    let project = sample(&[]);
    add(project.path(), settings);
    run_quickly(project.path());
    let ended = command(&["hand-in"], project.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.stdout.lines().count(), 5, "{ended:?}");
    project
}

fn same(one: &Figures, other: &Figures, key: &Key) {
    let ((one, status), (other, other_status)) = (&one[key], &other[key]);
    assert_eq!(status, other_status, "{key:?}");
    for (one, other) in one.iter().zip(other) {
        let is_same = match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * other.abs().max(1.0),
            (one, other) => one.is_none() && other.is_none(),
        };
        assert!(is_same, "{key:?}: {one:?} {other:?}");
    }
}

/// Rows, figures, or some of each: where nothing is hidden the national figures are the same. Nobody in the sample is known to
/// two centres; who handed in is the only thing that no agency can tell.
#[test]
fn figures_handed_in_make_the_same_national_figures_as_rows() {
    let agencies = handed_in(OPEN);
    assert_eq!(command(&["report", "national"], agencies.path()).code, 0);
    let of_rows = figures(&agencies.path().join("out/national/2017/figures.csv"));
    let handed = agencies.path().join("out/hand-in/2017");
    let inbox = agencies.path().join("inbox");
    for with_rows in [&[][..], &["31005-brugge", "62063-liege"]] {
        let project = federal(OPEN);
        for agency in fs::read_dir(&inbox).unwrap() {
            let path = agency.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if with_rows.contains(&name.as_str()) {
                copy(&path, &project.path().join("inbox").join(&name));
            } else {
                copy(&handed.join(&name[..5]), &project.path().join("hand-ins").join(&name));
            }
        }
        if !with_rows.is_empty() {
            run_quickly(project.path());
        }
        let ended = command(&["report", "national"], project.path());
        assert_eq!(ended.code, 0, "{ended:?}");
        let found = figures(&project.path().join("out/national/2017/figures.csv"));
        let mut compared = 0;
        for key in of_rows.keys().filter(|key| key[1] == "2017") {
            if key[0].starts_with("submission.") {
                assert!(!found.contains_key(key), "{key:?}");
                continue;
            }
            same(&found, &of_rows, key);
            compared += 1;
        }
        assert!(compared > 6000, "{compared}");
        let page = fs::read_to_string(project.path().join("out/national/2017/national-2017-fr.html")).unwrap();
        assert!(page.contains("dont par chiffres seuls"));
        let record = fs::read_to_string(project.path().join("out/national/2017/record.json")).unwrap();
        assert!(record.contains(&format!("\"hand_ins\": {}", 5 - with_rows.len())), "{record}");
    }
}

/// What an agency hides stays hidden above it, and the rest is as it is from rows.
#[test]
fn what_an_agency_hides_is_hidden_above_it() {
    let agencies = handed_in("");
    let handed = agencies.path().join("out/hand-in/2017");
    let mut hidden = std::collections::BTreeSet::new();
    for agency in fs::read_dir(&handed).unwrap() {
        let folder = agency.unwrap().path();
        let own = figures(&folder.join("figures.csv"));
        for (key, (numbers, status)) in own {
            assert_eq!((key[2].as_str(), key[3].as_str()), ("cpas", folder.file_name().unwrap().to_str().unwrap()));
            if status == "suppressed" {
                assert_eq!(numbers, [None; 6]);
                hidden.insert((key[0].clone(), key[4].clone()));
            }
        }
    }
    let project = federal("");
    copy(&handed, &project.path().join("hand-ins/2017"));
    assert_eq!(command(&["report", "national"], project.path()).code, 0);
    let truth = {
        add(agencies.path(), "[compute]\nlevels = [\"cpas\", \"province\", \"region\", \"country\"]\n");
        assert_eq!(parcours(["compute", agencies.path().to_str().unwrap()]).code, 0);
        figures(&agencies.path().join("out/indicators.csv"))
    };
    let (mut shown, mut missing) = (0, 0);
    for (key, (numbers, status)) in figures(&project.path().join("out/national/2017/figures.csv")) {
        if key[2] == "country" && hidden.contains(&(key[0].clone(), key[4].clone())) {
            assert_eq!((status.as_str(), numbers), ("suppressed", [None; 6]), "{key:?}");
            missing += 1;
        } else if status == "free" {
            let (true_numbers, _) = &truth[&key];
            for (number, known) in numbers[..3].iter().zip(&true_numbers[..3]) {
                // Sums of means over domains differ in the last digit by the order in which they were added.
                let difference = number.unwrap_or(0.0) - known.unwrap_or(0.0);
                assert!(
                    number.is_some() == known.is_some() && difference.abs() < 1e-8,
                    "{key:?}: {number:?} {known:?}"
                );
            }
            shown += 1;
        }
    }
    assert!(shown > 500 && missing > 100, "{shown} {missing}");
}

/// Nothing of a hand-in is taken on trust; nothing is written when one of them is wrong.
#[test]
fn a_hand_in_that_is_wrong_is_refused() {
    let agencies = handed_in("");
    let handed = agencies.path().join("out/hand-in/2017");
    let project = federal("");
    let (folder, own) = (project.path().join("hand-ins"), project.path().join("hand-ins/34022"));
    let refused = |expected: &[&str]| {
        let ended = command(&["report", "national"], project.path());
        assert_eq!(ended.code, 3, "{ended:?}");
        for part in expected {
            assert!(ended.stderr.contains(part), "{part}: {ended:?}");
        }
        assert!(!project.path().join("out/national").exists());
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir_all(&folder).unwrap();
    };
    let edit = |name: &str, from: &str, to: &str| {
        let path = own.join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    };
    copy(&handed.join("34022"), &own);
    edit("figures.csv", "cpas,34022", "cpas,44021");
    refused(&["figures.csv", "the file was changed after it was made", "this figure is of 44021 2017"]);
    copy(&handed.join("34022"), &own);
    edit("record.json", "\"threshold\": 5", "\"threshold\": 3");
    refused(&["made with threshold 3; here it is 5"]);
    copy(&handed.join("34022"), &own);
    let text = fs::read_to_string(own.join("record.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&text).unwrap();
    let hash = record["indicators"]["piis.count"]["sha256"].as_str().unwrap();
    edit("record.json", hash, &"0".repeat(64));
    refused(&["the indicator piis.count means something else there"]);
    copy(&handed.join("34022"), &own);
    let place = text.find("\"value\": ").unwrap() + 9;
    let value = text[place..].split([',', '\n', ' ']).next().unwrap();
    edit("record.json", &format!("\"value\": {value}"), "\"value\": 77.5");
    refused(&["34022 used", "= 77.5; here it is"]);
    copy(&handed.join("34022"), &own);
    fs::remove_file(own.join("record.json")).unwrap();
    refused(&["34022: files lie here without a record"]);
    fs::write(folder.join("31005.zip"), "x").unwrap();
    refused(&["hand-ins: files lie here without a record"]);
    copy(&handed.join("34022"), &own);
    edit("record.json", "\"rounding\": null", "\"rounding\": 5");
    refused(&["shown by rounding = 5; here it is -"]);
    copy(&handed.join("34022"), &own);
    copy(&handed.join("34022"), &folder.join("again"));
    refused(&["34022 is here twice for 2017"]);
    // Rows of another period make figures of this one too: they would count twice.
    let ended = parcours(["hand-in", agencies.path().to_str().unwrap(), "--year", "2016", "--cpas", "31005"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let rows = "inbox/31005-brugge/2017";
    copy(&agencies.path().join(rows), &project.path().join(rows));
    run_quickly(project.path());
    copy(&agencies.path().join("out/hand-in/2016/31005"), &folder.join("31005"));
    refused(&["31005 is here twice for 2016"]);
}

/// Rounded hand-ins let the country's totals come back: each within what rounding can have done, or hidden.
#[test]
fn sums_of_rounded_figures_are_near_the_true_ones_or_hidden() {
    let agencies = handed_in("[publish]\nrounding = 5\n[compute]\nlevels = [\"cpas\", \"country\"]\n");
    let truth = figures(&agencies.path().join("out/indicators.csv"));
    let project = federal("[publish]\nrounding = 5\nlevels = [\"country\"]\n");
    copy(&agencies.path().join("out/hand-in"), &project.path().join("hand-ins"));
    let ended = command(&["report", "national"], project.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    let (mut shown, mut hidden) = (0, 0);
    for (key, (numbers, status)) in figures(&project.path().join("out/national/2017/figures.csv")) {
        hidden += usize::from(status == "suppressed");
        let (Some(value), Some(known)) = (numbers[3], truth[&key].0[3]) else { continue };
        if known == 0.0 {
            assert_eq!(value, 0.0, "{key:?}");
            continue;
        }
        let is_share = (0.0..=100.0).contains(&known) && numbers[1].is_some();
        let error = if is_share { (value - known).abs() / 100.0 } else { (value - known).abs() / known };
        // Five agencies, and the sum rounded once more.
        assert!(error < 0.12, "{key:?}: {value} {known}");
        shown += 1;
    }
    assert!(shown > 50 && hidden > 0, "{shown} {hidden}");
}
