//! A run that is killed, that finds the disk full or meets another run: the lake is what it was before or what it would
//! have become, never something between, and the next run sweeps what was left.

use super::harness::{
    DAY, Dice, contents, copy, home, in_force, indicators, live_rows, parcours, run_quickly, sample, small_table,
};
use parcours::collect::{Content, Desk, Files, Note, inbox, read_submission};
use parcours::commands::Project;
use parcours::error::Error;
use parcours::lake::{Agreed, Arrival, Lake};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What a reader sees: the live rows with where they came from, and which submission is in force for each table.
type Seen = (BTreeMap<String, Vec<String>>, Vec<String>);

fn seen(project: &Path) -> Seen {
    (live_rows(project, true), in_force(project))
}

/// Corrections of a centre, and a centre that was not there.
fn correct(project: &Path) {
    for (file, gone) in [
        ("62063-liege/2017/taches.csv", 3),
        ("62063-liege/2017/parcours.csv", 20),
        ("62063-liege/2017/bilans_sociaux.csv", 9),
    ] {
        let path = project.join("inbox").join(file);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let kept: Vec<&str> = text.lines().enumerate().filter(|(row, _)| *row != gone).map(|(_, line)| line).collect();
        fs::write(&path, kept.join("\n") + "\n").unwrap();
    }
    copy(&home().join("sample_data/inbox/51004-ath"), &project.join("inbox/51004-ath"));
}

/// Two centres in the lake, the corrections of one and a third in the inbox.
fn before() -> TempDir {
    let project = sample(&["62063-liege", "63023-eupen"]);
    run_quickly(project.path());
    correct(project.path());
    project
}

fn copied(project: &Path) -> TempDir {
    let other = TempDir::new().unwrap();
    copy(project, other.path());
    other
}

fn start(project: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_parcours"))
        .args([Path::new("collect"), project])
        .env("SOURCE_DATE_EPOCH", DAY.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Every file of the lake is one that a transaction names, a transaction, or the lock; nothing in `out` is unfinished.
fn assert_no_leftovers(project: &Path) {
    for table in fs::read_dir(project.join("lake")).unwrap().map(|entry| entry.unwrap().path()) {
        if table.file_name().unwrap() == ".lock" {
            continue;
        }
        let mut named = BTreeSet::new();
        let files = contents(&table);
        for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("_delta_log")) {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name.len() == 25 && name.ends_with(".json"), "{} in {}", path.display(), table.display());
            for line in String::from_utf8(bytes.clone()).unwrap().lines() {
                let action: serde_json::Value = serde_json::from_str(line).unwrap();
                if let Some(path) = action["add"]["path"].as_str() {
                    named.insert(PathBuf::from(path.replace("%3D", "=")));
                }
                if let Some(path) = action["remove"]["path"].as_str() {
                    named.remove(Path::new(&path.replace("%3D", "=")));
                }
            }
        }
        let data: BTreeSet<PathBuf> = files.into_keys().filter(|path| !path.starts_with("_delta_log")).collect();
        assert_eq!(data, named, "{}", table.display());
    }
    for path in contents(&project.join("out")).keys() {
        assert!(!path.to_string_lossy().contains("unfinished"), "{}", path.display());
    }
}

/// The reject files are those of the submissions in force.
fn rejects(project: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    contents(&project.join("out/rejects"))
}

#[test]
fn killed_at_any_moment_the_lake_is_before_or_after() {
    let start_state = before();
    let old = seen(start_state.path());
    let whole = copied(start_state.path());
    let since = Instant::now();
    assert!(start(whole.path()).wait().unwrap().code().is_some_and(|code| code <= 1));
    let length = since.elapsed();
    let new = seen(whole.path());
    assert!(new != old);
    let (mut dice, mut counts) = (Dice(40), [0, 0]);
    const KILLS: u32 = 40;
    for kill in 0..KILLS {
        let project = copied(start_state.path());
        let mut run = start(project.path());
        let step = u64::try_from(length.as_micros()).unwrap() / u64::from(KILLS);
        let offset = dice.below(usize::try_from(step).unwrap().max(1));
        std::thread::sleep(Duration::from_micros(step * u64::from(kill) + offset as u64));
        run.kill().unwrap();
        run.wait().unwrap();
        let found = seen(project.path());
        assert!(found == old || found == new, "kill {kill}: a reader sees something between");
        counts[usize::from(found == new)] += 1;
        let ended = parcours([Path::new("collect"), project.path()]);
        assert!(ended.code <= 1, "kill {kill}: {ended:?}");
        assert!(seen(project.path()) == new, "kill {kill}: the next run ends elsewhere");
        assert_eq!(rejects(project.path()), rejects(whole.path()), "kill {kill}");
        assert_eq!(small_table(project.path(), "submissions").len(), 4, "kill {kill}");
        assert_no_leftovers(project.path());
    }
    assert!(counts[0] > 0, "no kill came before the end: {counts:?}");
}

/// Reads the inbox and writes it into a lake, as collect does.
fn write(project: &Project, lake: &Lake) -> Result<(), Error> {
    let key = project.key()?;
    let mut batch = lake.begin(&project.catalogue)?;
    for handed in inbox(&project.inbox())? {
        let (text, profile) = project.profile(&handed.name)?;
        let files = Files::list(&handed)?;
        let id = files.submission_id(&handed, &format!("{text}{}", project.definitions), &key)?;
        if batch.ledger().entries().iter().any(|entry| entry.id == id) {
            continue;
        }
        let desk = Desk { catalogue: &project.catalogue, key: &key, limits: &project.limits };
        let submission = read_submission(desk, &handed, profile, &files, id)?;
        let arrival = Arrival {
            content: Content::of(&submission, &project.catalogue)?,
            submission,
            files: files.fingerprint()?,
            note: Note::default(),
            profile: profile.id.clone(),
            ranks_on: None,
            agreed: Agreed::default(),
        };
        batch.write(&[arrival])?;
    }
    batch.publish().map(|_| ())
}

#[test]
fn broken_between_any_two_commits_the_lake_is_before() {
    let start_state = before();
    let old = seen(start_state.path());
    let steps: Arc<Mutex<Vec<String>>> = Arc::default();
    let whole = copied(start_state.path());
    let project = Project::open(whole.path()).unwrap();
    let noted = steps.clone();
    let lake = project.lake().unwrap().watched(Box::new(move |step| {
        noted.lock().unwrap().push(step.to_owned());
        Ok(())
    }));
    write(&project, &lake).unwrap();
    drop(lake);
    let new = seen(whole.path());
    let steps = steps.lock().unwrap().clone();
    assert!(steps.len() > 10 && steps.last().is_some_and(|step| step == "submissions"), "{steps:?}");
    for (stop, step_before) in steps.iter().enumerate() {
        let folder = copied(start_state.path());
        let project = Project::open(folder.path()).unwrap();
        let count = AtomicUsize::new(0);
        let lake = project.lake().unwrap().watched(Box::new(move |step| {
            let is_here = count.fetch_add(1, Ordering::SeqCst) == stop;
            if is_here { Err(Error::storage("lake-failed").with("found", step)) } else { Ok(()) }
        }));
        assert!(write(&project, &lake).is_err());
        drop(lake);
        assert!(seen(folder.path()) == old, "stopped before {step_before}");
        assert!(parcours([Path::new("compute"), folder.path()]).code == 0);
        write(&project, &project.lake().unwrap()).unwrap();
        assert!(seen(folder.path()) == new, "stopped before {step_before}");
        assert_no_leftovers(folder.path());
    }
}

#[test]
fn two_runs_at_once_take_turns() {
    let start_state = before();
    let whole = copied(start_state.path());
    assert!(parcours([Path::new("collect"), whole.path()]).code <= 1);
    let new = seen(whole.path());
    for _ in 0..8 {
        let project = copied(start_state.path());
        let runs = [start(project.path()), start(project.path()), start(project.path())];
        let codes = runs.map(|mut run| run.wait().unwrap().code().unwrap());
        assert!(codes.iter().any(|code| *code <= 1), "nobody got through: {codes:?}");
        assert!(codes.iter().all(|code| *code <= 1 || *code == 4), "{codes:?}");
        assert!(seen(project.path()) == new);
        assert_eq!(small_table(project.path(), "submissions").len(), 4, "a submission arrived twice");
        assert!(parcours([Path::new("collect"), project.path()]).code <= 1);
        assert_no_leftovers(project.path());
    }
}

#[test]
fn a_run_beside_another_says_so() {
    let project = before();
    let lock = fs::File::create(project.path().join("lake/.lock")).unwrap();
    lock.lock().unwrap();
    let old = seen(project.path());
    let ended = parcours([Path::new("collect"), project.path()]);
    assert!(ended.code == 4 && ended.stderr.contains("another parcours"), "{ended:?}");
    assert!(seen(project.path()) == old);
    assert_eq!(parcours([Path::new("compute"), project.path()]).code, 0, "reading needs no turn");
}

/// No file may grow beyond a limit. Without a shell's help the system ends a program that meets it by a signal, as a kill
/// does; a shell can have it told instead.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_a_failure_of_the_disk() {
    let start_state = before();
    let old = seen(start_state.path());
    let mut failed = 0;
    for kibibytes in [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32] {
        let project = copied(start_state.path());
        let script = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" collect \"$1\"");
        let output = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_parcours")])
            .arg(project.path())
            .env("SOURCE_DATE_EPOCH", DAY.to_string())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0 | 1) => {}
            Some(4) => {
                failed += 1;
                assert!(said.contains("disk space"), "{kibibytes}: {said}");
                // A reject file that was not written is made anew by the next run; the rows are in the lake by then.
                let is_published = small_table(project.path(), "submissions").len() == 4;
                assert!(is_published || seen(project.path()) == old, "{kibibytes}: the lake changed");
            }
            other => panic!("{kibibytes}: {other:?} {said}"),
        }
        assert!(parcours([Path::new("collect"), project.path()]).code <= 1);
        assert_no_leftovers(project.path());
    }
    assert!(failed > 2, "the limit was never met");
}

/// A small disk that is taken away at the end.
struct SmallDisk(PathBuf);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_lake_as_it_was() {
    let start_state = before();
    let old = seen(start_state.path());
    let mount = TempDir::new().unwrap();
    let options = ["-t", "tmpfs", "-o", "size=16m", "none"];
    let is_mounted = Command::new("mount").args(options).arg(mount.path()).stderr(Stdio::null()).status();
    if !is_mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no small disk may be mounted here");
        return;
    }
    let _disk = SmallDisk(mount.path().to_path_buf());
    let project = mount.path().join("project");
    copy(start_state.path(), &project);
    let filler = mount.path().join("filler");
    let mut failed = 0;
    // The disk is filled to the last byte, then space is given back little by little until the run gets through.
    for kibibytes in (0..400).step_by(16) {
        let rest = 20 * 1024 * 1024;
        let _ = fs::remove_file(&filler);
        let mut bytes = vec![7_u8; rest];
        let written = loop {
            if fs::write(&filler, &bytes).is_ok() {
                break bytes.len();
            }
            let fits = fs::metadata(&filler).map_or(0, |filler| usize::try_from(filler.len()).unwrap());
            bytes.truncate(fits.min(bytes.len() - 1));
        };
        fs::OpenOptions::new()
            .write(true)
            .open(&filler)
            .unwrap()
            .set_len(written.saturating_sub(kibibytes * 1024) as u64)
            .unwrap();
        let ended = parcours([Path::new("collect"), project.as_path()]);
        if ended.code <= 1 {
            break;
        }
        assert_eq!(ended.code, 4, "{ended:?}");
        failed += 1;
        if small_table(&project, "submissions").len() == 2 {
            assert!(seen(&project) == old, "{kibibytes} KiB left: the lake changed");
        }
    }
    assert!(failed > 2, "the disk was never full");
    fs::remove_file(&filler).unwrap();
    assert!(parcours([Path::new("collect"), project.as_path()]).code <= 1);
    assert_eq!(small_table(&project, "submissions").len(), 4);
    assert_no_leftovers(&project);
}

#[test]
fn unfinished_results_of_a_killed_run_are_swept_unless_somebody_writes_them() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    let figures = indicators(project.path());
    let folder = project.path().join("out/reports/2017");
    fs::create_dir_all(&folder).unwrap();
    let (left, held) = (folder.join(".unfinished-a"), folder.join(".unfinished-b"));
    fs::write(&left, "half").unwrap();
    let file = fs::File::create(&held).unwrap();
    file.lock().unwrap();
    run_quickly(project.path());
    assert!(!left.exists() && held.exists());
    assert!(indicators(project.path()) == figures);
}

#[test]
fn a_run_killed_before_its_reject_files_makes_them_anew() {
    let start_state = before();
    let project = start_state.path();
    run_quickly(project);
    let path = project.join("out/rejects/62063-2017.csv");
    let right = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    run_quickly(project);
    assert!(fs::read(&path).unwrap() == right);
}
