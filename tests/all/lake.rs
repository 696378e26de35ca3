//! What the lake promises: the same bytes change nothing, a correction replaces its scope, the order of arrival does
//! not count, a broken run leaves no trace, and two machines get the same bytes.

use super::harness::{
    Figures, contents, copy, figures, finished, home, indicators, lake_contents, parcours, run_quickly, sample,
    small_table,
};
use std::fs;
use std::path::{Path, PathBuf};

const LIEGE: &str = "inbox/62063-liege/2017";

/// Replaces a text that has to be there, once.
fn mend(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{} in {}", from, path.display());
    fs::write(path, text.replace(from, to)).unwrap();
}

/// The score of one person's housing goes from 4 to 5 at the end, and one bilan was none.
fn correct(project: &Path) {
    let folder = project.join(LIEGE);
    mend(
        &folder.join("matrice_autonomie.csv"),
        "06/08/2017,Mesure finale,3,2,4,4,",
        "06/08/2017,Mesure finale,3,2,4,5,",
    );
    mend(&folder.join("bilans_sociaux.csv"), "B0150,94041800007,FICTIF Personne 1190,24/01/2017,PIIS\n", "");
}

fn value(figures: &Figures, key: &str) -> f64 {
    figures.get(key).and_then(|figure| figure.value).unwrap_or_else(|| panic!("no figure {key}"))
}

#[test]
fn the_same_bytes_twice_change_nothing() {
    let project = sample(&[]);
    run_quickly(project.path());
    let (figures, lake) = (indicators(project.path()), lake_contents(project.path()));
    let ledger = small_table(project.path(), "submissions");
    assert_eq!(ledger.len(), 6);
    let again = run_quickly(project.path());
    assert!(indicators(project.path()) == figures);
    assert_eq!(small_table(project.path(), "submissions"), ledger);
    assert!(lake_contents(project.path()) == lake, "the lake changed");
    assert_eq!(again.stdout.matches("unchanged").count(), 6, "{}", again.stdout);
}

#[test]
fn a_correction_replaces_its_scope_and_nothing_else() {
    let project = sample(&[]);
    run_quickly(project.path());
    let before = figures(project.path());
    correct(project.path());
    run_quickly(project.path());
    let after = figures(project.path());
    assert_eq!(small_table(project.path(), "submissions").len(), 7);

    let housing = "2017 62063 assessor=worker;domain=housing;instrument=zrm-2017";
    let sum = |figures: &Figures| figures[&format!("progress.change {housing}")].numerator.unwrap();
    assert_eq!(sum(&after), sum(&before) + 1.0, "one point more in the sum of differences");
    let mean = |figures: &Figures, part: &str| value(figures, &format!("progress.change{part} {housing}"));
    let pairs = before[&format!("progress.change {housing}")].denominator.unwrap();
    assert!((mean(&after, "") - mean(&before, "") - 1.0 / pairs).abs() < 1e-12);
    assert!((mean(&after, ".after") - mean(&before, ".after") - 1.0 / pairs).abs() < 1e-12);
    for same in [".before", ".improved", ".unchanged", ".worsened", ".ceiling"] {
        assert_eq!(mean(&after, same), mean(&before, same), "{same}: it was an improvement before as well");
    }
    for bilans in ["bilan.count 2017 62063", "bilan.count 2017 62063 occasion=piis"] {
        assert_eq!(value(&after, bilans), value(&before, bilans) - 1.0);
    }

    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let touched =
        ["progress.change", "progress.overall", "progress.project", "progress.trajectory", "bilan.count", "objective."];
    for (key, figure) in before.iter().filter(|(key, figure)| after[*key] != **figure) {
        assert!(key.contains(" 62063"), "{key} is of another CPAS: {figure:?}");
        assert!(touched.iter().any(|indicator| key.starts_with(indicator)), "{key} has nothing to do with it");
        assert!(!key.contains("domain=") || key.contains("domain=housing"), "{key}");
    }
}

#[test]
fn going_back_to_what_was_handed_in_first_gives_the_first_figures() {
    let project = sample(&["62063-liege"]);
    let first = contents(&project.path().join(LIEGE));
    run_quickly(project.path());
    let figures = indicators(project.path());
    correct(project.path());
    run_quickly(project.path());
    assert!(indicators(project.path()) != figures);
    for (name, bytes) in first {
        fs::write(project.path().join(LIEGE).join(name), bytes).unwrap();
    }
    let ended = parcours([Path::new("run"), Path::new("--without-reports"), project.path()]);
    assert_eq!(ended.code, 3, "an older version came back without a word: {ended:?}");
    assert!(indicators(project.path()) != figures);
    let options = ["run", "--without-reports", "--accept-older", "62063/2017"].map(Path::new);
    assert!(parcours(options.into_iter().chain([project.path()])).code <= 1);
    assert!(indicators(project.path()) == figures, "the first submission in force again gives other figures");
    assert_eq!(small_table(project.path(), "submissions").len(), 3);
    let status = parcours([Path::new("status"), project.path()]);
    assert_eq!(status.stdout.matches("62063 ").count(), 1, "{}", status.stdout);
}

#[test]
fn a_correction_without_a_table_leaves_that_table_in_force() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    let before = figures(project.path());
    fs::remove_file(project.path().join(LIEGE).join("piis.csv")).unwrap();
    run_quickly(project.path());
    assert!(value(&before, "piis.count 2017 62063") > 0.0);
    assert_eq!(figures(project.path()), before);
}

#[test]
fn new_definitions_are_applied_to_submissions_in_the_lake() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    let rejects = || fs::read_to_string(project.path().join("out/rejects/62063-2017.csv")).unwrap();
    assert_eq!(rejects().matches("project.unknown").count(), 1);
    // What the advice of the reject says: give the name as an alias.
    let ateliers = fs::read_to_string(project.path().join(LIEGE).join("ateliers.csv")).unwrap();
    let unknown = ateliers.lines().nth(4).unwrap().split(',').nth(1).unwrap();
    let list = fs::read_to_string(home().join("queries/codelists/project.csv")).unwrap();
    let own = project.path().join("queries/codelists");
    fs::create_dir_all(&own).unwrap();
    let first = list.lines().nth(1).unwrap();
    let aliased = if first.ends_with(',') { format!("{first}{unknown}") } else { format!("{first}|{unknown}") };
    fs::write(own.join("project.csv"), list.replacen(first, &aliased, 1)).unwrap();
    run_quickly(project.path());
    assert_eq!(rejects().matches("project.unknown").count(), 0, "the alias was not applied");
}

#[test]
fn the_order_of_arrival_does_not_count() {
    let figures_of = |arrivals: &[&[&str]]| {
        let project = sample(&["nobody"]);
        for agencies in arrivals {
            for agency in *agencies {
                let from = home().join("sample_data/inbox").join(agency);
                copy(&from, &project.path().join("inbox").join(agency));
            }
            run_quickly(project.path());
        }
        indicators(project.path())
    };
    let together = figures_of(&[&["62063-liege", "63023-eupen"]]);
    assert!(figures_of(&[&["62063-liege"], &["63023-eupen"]]) == together);
    assert!(figures_of(&[&["63023-eupen"], &["62063-liege"]]) == together);
}

#[test]
fn a_refused_submission_holds_nothing_up_and_leaves_what_is_in_force() {
    let project = sample(&["62063-liege", "63023-eupen"]);
    let break_it = || mend(&project.path().join(LIEGE).join("parcours.csv"), "Type de parcours", "Type");
    break_it();
    let ended = parcours([Path::new("run"), Path::new("--without-reports"), project.path()]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("62063-liege/2017/parcours.csv"), "{}", ended.stderr);
    let entries = small_table(project.path(), "submissions");
    assert_eq!(entries.iter().map(|entry| entry["cpas"].as_str()).collect::<Vec<_>>(), ["63023"]);

    mend(&project.path().join(LIEGE).join("parcours.csv"), "Nom,Type,", "Nom,Type de parcours,");
    run_quickly(project.path());
    let (figures, lake) = (indicators(project.path()), lake_contents(project.path()));
    break_it();
    let ended = parcours([Path::new("run"), Path::new("--without-reports"), project.path()]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(indicators(project.path()) == figures, "the earlier version is no longer in force");
    assert!(lake_contents(project.path()) == lake, "the lake changed");
}

/// The first data file of a table.
fn data_file(project: &Path, table: &str) -> PathBuf {
    let folder = project.join("lake").join(table);
    let found = contents(&folder).into_keys().find(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    folder.join(found.unwrap())
}

#[test]
fn leftovers_of_a_broken_run_are_swept_and_change_nothing() {
    let project = sample(&["62063-liege", "63023-eupen"]);
    run_quickly(project.path());
    let figures = indicators(project.path());
    let mut strays = Vec::new();
    for table in ["parcours", "measures", "enrolments"] {
        let file = data_file(project.path(), table);
        for name in ["deadbeefdeadbeef.parquet", "batch.writing"] {
            fs::copy(&file, file.with_file_name(name)).unwrap();
            strays.push(file.with_file_name(name));
        }
    }
    let ended = parcours([Path::new("compute"), project.path()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(indicators(project.path()) == figures, "a stray file is counted");
    run_quickly(project.path());
    assert!(indicators(project.path()) == figures);
    for stray in strays {
        assert!(!stray.exists(), "{} was not swept", stray.display());
    }
}

#[test]
fn a_run_broken_before_its_last_commit_never_was() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    let figures = indicators(project.path());
    let kept = tempfile::TempDir::new().unwrap();
    copy(&project.path().join("lake/submissions"), kept.path());
    let first = contents(&project.path().join(LIEGE));
    correct(project.path());
    run_quickly(project.path());
    let corrected = indicators(project.path());
    let second = contents(&project.path().join(LIEGE));
    assert!(corrected != figures);
    let hand_in = |files: &std::collections::BTreeMap<PathBuf, Vec<u8>>| {
        for (name, bytes) in files {
            fs::write(project.path().join(LIEGE).join(name), bytes).unwrap();
        }
    };

    // The ledger as it was: every table holds the correction's rows, and no submission says so.
    fs::remove_dir_all(project.path().join("lake/submissions")).unwrap();
    copy(kept.path(), &project.path().join("lake/submissions"));
    let ended = parcours([Path::new("compute"), project.path()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(indicators(project.path()) == figures, "rows that no submission made live are counted");
    hand_in(&first);
    run_quickly(project.path());
    assert!(indicators(project.path()) == figures);
    hand_in(&second);
    run_quickly(project.path());
    assert!(indicators(project.path()) == corrected);
    assert_eq!(small_table(project.path(), "submissions").len(), 2);
}

#[test]
fn two_runs_from_scratch_write_the_same_bytes() {
    let other = sample(&[]);
    let ended = parcours([Path::new("run"), other.path()]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let (one, two) = (contents(&finished().0.path().join("out")), contents(&other.path().join("out")));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for ending in ["csv", "parquet", "html", "xlsx", "svg"] {
        assert!(one.keys().any(|path| path.extension().is_some_and(|found| found == ending)), "no {ending}");
    }
    for (path, bytes) in &one {
        assert!(two[path] == *bytes, "{} differs between two runs", path.display());
    }
}
