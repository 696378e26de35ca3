//! A lake that nobody reads without the key: the same figures, and nothing of it in the files.

use super::harness::{Ended, indicators, lake_contents, parcours, run_quickly, sample};
use std::fs;
use std::path::{Path, PathBuf};

const AGENCIES: &[&str] = &["34022-kortrijk", "51004-ath"];

/// Says in the settings whether the lake is encrypted.
fn want(project: &Path, encrypted: bool) {
    let path = project.join("parcours.toml");
    let text = fs::read_to_string(&path).unwrap();
    let plain = text.split("\n[lake]").next().unwrap().to_owned();
    fs::write(&path, if encrypted { format!("{plain}\n[lake]\nencrypted = true\n") } else { plain }).unwrap();
}

fn parquet(project: &Path) -> Vec<Vec<u8>> {
    let is_table = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "parquet");
    let files: Vec<Vec<u8>> =
        lake_contents(project).into_iter().filter(|(path, _)| is_table(path)).map(|(_, one)| one).collect();
    assert!(files.len() > 20, "{}", files.len());
    files
}

fn holds(file: &[u8], word: &[u8]) -> bool {
    file.windows(word.len()).any(|part| part == word)
}

fn command(name: &str, project: &Path) -> Ended {
    parcours([Path::new(name), project])
}

#[test]
fn a_sealed_lake_gives_the_same_figures_and_shows_nothing() {
    let (open, sealed) = (sample(AGENCIES), sample(AGENCIES));
    want(sealed.path(), true);
    run_quickly(open.path());
    run_quickly(sealed.path());
    assert_eq!(indicators(open.path()), indicators(sealed.path()));
    // A word that every file of rows of these agencies holds, where it can be read.
    for (project, is_sealed) in [(&open, false), (&sealed, true)] {
        let files = parquet(project.path());
        let ends = if is_sealed { b"PARE" } else { b"PAR1" };
        assert!(files.iter().all(|file| file.ends_with(ends)), "sealed: {is_sealed}");
        let shows = files.iter().filter(|file| holds(file, b"submission_id") || holds(file, b"34022")).count();
        assert_eq!(shows == 0, is_sealed, "{shows} of {} files show names or codes", files.len());
    }
    // Nothing is left of the rows that queries read.
    assert!(
        !fs::read_dir(sealed.path().join("out"))
            .unwrap()
            .any(|one| { one.unwrap().file_name().to_string_lossy().starts_with(".rows") })
    );
    // A second run knows everything again.
    let again = run_quickly(sealed.path());
    assert!(again.stdout.contains("nothing new") || again.stdout.contains("unchanged"), "{}", again.stdout);
    let trace = parcours([
        Path::new("trace"),
        Path::new("progress.change"),
        sealed.path(),
        Path::new("--cpas"),
        Path::new("34022"),
        Path::new("--year"),
        Path::new("2017"),
    ]);
    assert_eq!(trace.code, 0, "{trace:?}");
}

#[test]
fn another_key_and_other_settings_are_refused_and_touch_nothing() {
    let project = sample(AGENCIES);
    want(project.path(), true);
    run_quickly(project.path());
    let (before, figures) = (lake_contents(project.path()), indicators(project.path()));
    let refused = |words: &str| {
        for name in ["compute", "collect", "status"] {
            let ended = command(name, project.path());
            assert_eq!(ended.code, 2, "{name}: {ended:?}");
            assert!(ended.stderr.contains(words), "{name}: {ended:?}");
        }
        assert!(lake_contents(project.path()) == before);
        assert_eq!(indicators(project.path()), figures);
    };
    want(project.path(), false);
    refused("the lake is encrypted, and parcours.toml does not say so");
    want(project.path(), true);
    let key = project.path().join("sample.key");
    let text = fs::read_to_string(&key).unwrap();
    fs::write(&key, text.chars().map(|sign| if sign == '1' { '2' } else { sign }).collect::<String>()).unwrap();
    refused("encrypted with another key");
    fs::write(&key, text).unwrap();
    assert_eq!(command("compute", project.path()).code, 0);
}

#[test]
fn rekey_seals_an_open_lake_and_opens_a_sealed_one() {
    let project = sample(AGENCIES);
    run_quickly(project.path());
    let figures = indicators(project.path());
    want(project.path(), true);
    let ended = command("compute", project.path());
    assert!(ended.code == 2 && ended.stderr.contains("parcours rekey"), "{ended:?}");
    for is_sealed in [true, false] {
        want(project.path(), is_sealed);
        let ended = command("rekey", project.path());
        assert!(ended.code <= 1, "{ended:?}");
        let ends = if is_sealed { b"PARE" } else { b"PAR1" };
        assert!(parquet(project.path()).iter().all(|file| file.ends_with(ends)));
        assert_eq!(command("compute", project.path()).code, 0);
        assert_eq!(indicators(project.path()), figures);
    }
}

#[test]
fn a_cluster_is_not_given_the_key() {
    let project = sample(AGENCIES);
    want(project.path(), true);
    run_quickly(project.path());
    let ended = parcours([Path::new("compute"), project.path(), Path::new("--engine"), Path::new("ballista")]);
    assert!(ended.code == 2 && ended.stderr.contains("executors do not have the key"), "{ended:?}");
}
