//! The secret key: who may read it, where it may lie, and a new one.

use super::harness::{copy, parcours, run_quickly, sample};
use arrow::array::AsArray;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The sample as if its people were real.
fn with_a_secret() -> tempfile::TempDir {
    let project = sample(&["34022-kortrijk", "51004-ath"]);
    let path = project.path().join("parcours.toml");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|line| line.starts_with("invented")).unwrap();
    fs::write(&path, text.replace(line, "")).unwrap();
    allow(&project.path().join("sample.key"), 0o600);
    project
}

fn allow(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_key_that_everybody_can_read_is_refused() {
    let project = with_a_secret();
    let key = project.path().join("sample.key");
    for (rights, code) in [(0o644, 2), (0o604, 2), (0o602, 2), (0o600, 1), (0o640, 1)] {
        allow(&key, rights);
        let ended = parcours([Path::new("collect"), project.path()]);
        assert_eq!(ended.code.max(1), code, "{rights:o}: {ended:?}");
        assert_eq!(ended.stderr.contains("chmod 600"), code == 2, "{rights:o}: {ended:?}");
        assert_eq!(project.path().join("lake/parcours").exists(), code == 1, "{rights:o}");
    }
    // A fresh project's key is its owner's.
    let fresh = tempfile::tempdir().unwrap();
    assert_eq!(parcours([Path::new("init"), &fresh.path().join("p")]).code, 0);
    assert_eq!(mode(&fresh.path().join("p/secret.key")), 0o600);
}

#[test]
fn a_key_does_not_lie_in_the_lake_or_among_the_results() {
    let project = with_a_secret();
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    for folder in ["lake", "out"] {
        fs::create_dir_all(project.path().join(folder)).unwrap();
        fs::copy(project.path().join("sample.key"), project.path().join(folder).join("k")).unwrap();
        fs::write(&settings, text.replace("file = \"sample.key\"", &format!("file = \"{folder}/k\""))).unwrap();
        let ended = parcours([Path::new("collect"), project.path()]);
        assert!(ended.code == 2 && ended.stderr.contains("whoever gets that folder"), "{ended:?}");
    }
}

/// The ids of people in a lake.
fn people(lake: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, _) in super::harness::contents(&lake.join("parcours")) {
        if path.extension().is_none_or(|ending| ending != "parquet") {
            continue;
        }
        let path = lake.join("parcours").join(path);
        let file = fs::File::open(path).unwrap();
        let reader =
            parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        for batch in reader.map(Result::unwrap) {
            let column =
                arrow::compute::cast(batch.column_by_name("person_id").unwrap(), &arrow::datatypes::DataType::Utf8);
            found.extend(column.unwrap().as_string::<i32>().iter().flatten().map(str::to_owned));
        }
    }
    found
}

#[test]
fn a_new_key_gives_every_person_another_id_and_leaves_every_figure() {
    let project = with_a_secret();
    run_quickly(project.path());
    let figures = || fs::read_to_string(project.path().join("out/indicators.csv")).unwrap();
    let (before, key) = (figures(), fs::read(project.path().join("sample.key")).unwrap());
    let old = people(&project.path().join("lake"));
    let ended = parcours([Path::new("rekey"), project.path()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let new = people(&project.path().join("lake"));
    assert!(old.len() > 100 && old.len() == new.len() && old.is_disjoint(&new), "{} {}", old.len(), new.len());
    assert_ne!(fs::read(project.path().join("sample.key")).unwrap(), key);
    assert_eq!(mode(&project.path().join("sample.key")), 0o600);
    assert_eq!(parcours([Path::new("compute"), project.path()]).code, 0);
    assert_eq!(figures(), before);
    // What was there is kept aside, under a name that tells which key it belongs to, and nothing else is left.
    let names: BTreeSet<String> = fs::read_dir(project.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let kept: Vec<&String> = names.iter().filter(|name| name.contains(".until-")).collect();
    assert_eq!(kept.len(), 2, "{names:?}");
    assert!(!names.iter().any(|name| name.ends_with(".new")), "{names:?}");
    assert!(kept.iter().all(|name| ended.stdout.contains(*name)), "{ended:?}");
    let lake = kept.iter().find(|name| name.starts_with("lake")).unwrap();
    assert_eq!(people(&project.path().join(lake)), old);
    // The same exports under the new key are no news.
    let again = parcours([Path::new("collect"), project.path()]);
    assert_eq!(people(&project.path().join("lake")), new, "{again:?}");
}

#[test]
fn a_key_is_not_changed_where_an_export_is_gone() {
    let project = with_a_secret();
    run_quickly(project.path());
    let key = fs::read(project.path().join("sample.key")).unwrap();
    let kept = tempfile::tempdir().unwrap();
    copy(&project.path().join("lake"), kept.path());
    fs::remove_dir_all(project.path().join("inbox/51004-ath")).unwrap();
    let ended = parcours([Path::new("rekey"), project.path()]);
    assert!(ended.code == 3 && ended.stderr.contains("51004/2017"), "{ended:?}");
    assert_eq!(fs::read(project.path().join("sample.key")).unwrap(), key);
    assert_eq!(super::harness::contents(&project.path().join("lake")), super::harness::contents(kept.path()));
    assert!(!project.path().join("lake.new").exists() && !project.path().join("sample.key.new").exists());
}

/// Found by a tester: as many rows as before, from a file that is another one.
#[test]
fn a_key_is_not_changed_where_an_export_changed() {
    let project = with_a_secret();
    run_quickly(project.path());
    let key = fs::read(project.path().join("sample.key")).unwrap();
    let inbox = project.path().join("inbox/51004-ath/2017");
    fs::write(inbox.join("more.csv"), "x\n").unwrap();
    let ended = parcours([Path::new("rekey"), project.path()]);
    assert!(ended.code == 3 && ended.stderr.contains("51004/2017"), "{ended:?}");
    assert_eq!(fs::read(project.path().join("sample.key")).unwrap(), key);
    assert!(!project.path().join("lake.new").exists());
}
