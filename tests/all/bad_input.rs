//! Bad input of every kind ends in one clear message that names the place and says what to do, in the user's language,
//! with the right exit code, and leaves the lake as it was.

use super::harness::{
    Ended, contents, copy, home, indicators, lake_contents, parcours, run_quickly, sample, small_table,
};
use parcours::catalogue::Catalogue;
use parcours::collect::{Desk, Files, Handed, Profile, PseudonymKey, read_submission};
use parcours::error::Error;
use parcours::model::Language;
use parcours::text;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

const COURTRAI: &str = "inbox/34022-kortrijk/2017/subsidieverslag_2017.xlsx";
const LIEGE: &str = "inbox/62063-liege/2017";
const COUNT: &str = "queries/indicators/parcours_count.sql";

/// One thing that is wrong with a project that was right.
struct Case {
    /// The message.
    id: &'static str,
    /// The exit code of `architecture.md`.
    code: i32,
    /// What the message has to name.
    place: &'static str,
    /// What goes wrong.
    harm: fn(&Path),
}

/// Two centres, run once.
fn healthy() -> TempDir {
    static HEALTHY: OnceLock<TempDir> = OnceLock::new();
    let from = HEALTHY.get_or_init(|| {
        let project = sample(&["34022-kortrijk", "62063-liege"]);
        run_quickly(project.path());
        project
    });
    let project = TempDir::new().unwrap();
    copy(from.path(), project.path());
    project
}

/// The longest piece of a message that is the same whatever it names.
fn fixed_piece(message: &str) -> String {
    let pieces = message.split('{').map(|piece| piece.rsplit_once('}').map_or(piece, |(_, rest)| rest));
    pieces.max_by_key(|piece| piece.len()).unwrap().trim().to_owned()
}

fn check_message(ended: &Ended, case: &Case, language: Language) {
    let (id, said) = (case.id, &ended.stderr);
    assert_eq!(ended.code, case.code, "{id}: {ended:?}");
    assert!(!said.contains("panicked") && !ended.stdout.contains("panicked"), "{id}: {said}");
    assert!(said.contains(case.place), "{id} does not name {}: {said}", case.place);
    let message = fixed_piece(&text::say(language, id, &[]));
    assert!(message.len() > 5 && said.contains(&message), "{id} is not said in {language}: {said}");
    let hint = fixed_piece(&text::hint(language, id, &[]).unwrap_or_else(|| panic!("{id} has no hint")));
    assert!(said.contains(&hint), "{id}: no hint in {language}: {said}");
}

fn check(cases: &[Case]) {
    for case in cases {
        let project = healthy();
        (case.harm)(project.path());
        let before = lake_contents(project.path());
        for language in [Language::Fr, Language::Nl] {
            let arguments = ["run", "--lang", language.code()].map(std::ffi::OsString::from);
            let ended = parcours(arguments.into_iter().chain([project.path().into()]));
            check_message(&ended, case, language);
            assert!(lake_contents(project.path()) == before, "{}: the lake changed", case.id);
        }
    }
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// A built-in file copied into the project, with a change.
fn own(project: &Path, file: &str, from: &str, to: &str) {
    fs::create_dir_all(project.join(file).parent().unwrap()).unwrap();
    fs::copy(home().join(file), project.join(file)).unwrap();
    replace(&project.join(file), from, to);
}

fn write(path: PathBuf, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn change_workbook(project: &Path, change: fn(Vec<u8>) -> Vec<u8>) {
    let path = project.join(COURTRAI);
    fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
}

#[test]
fn workbooks_that_cannot_be_read() {
    let place = "subsidieverslag_2017.xlsx";
    check(&[
        Case {
            id: "truncated-workbook",
            code: 3,
            place,
            harm: |project| change_workbook(project, |bytes| bytes[..bytes.len() / 2].to_vec()),
        },
        Case { id: "truncated-workbook", code: 3, place, harm: |project| change_workbook(project, |_| Vec::new()) },
        Case {
            id: "unreadable-workbook",
            code: 3,
            place,
            harm: |project| change_workbook(project, |bytes| bytes.iter().map(|byte| byte ^ 0x5a).collect()),
        },
        Case {
            id: "unreadable-workbook",
            code: 3,
            place,
            harm: |project| {
                change_workbook(project, |bytes| {
                    [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &bytes].concat()
                })
            },
        },
        Case {
            id: "file-too-much",
            code: 3,
            place,
            harm: |project| {
                change_workbook(project, |mut bytes| {
                    // The archive's directory says of its first entry that it unpacks to 4 GiB.
                    let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
                    bytes[entry + 24..entry + 28].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
                    bytes
                });
            },
        },
        Case {
            id: "missing-sheet",
            code: 3,
            place,
            harm: |project| own(project, "profiles/kortrijk.toml", "\"Personen\"", "\"Mensen\""),
        },
    ]);
}

#[test]
fn text_files_that_cannot_be_read() {
    check(&[
        Case {
            id: "file-too-much",
            code: 3,
            place: "parcours.csv",
            harm: |project| {
                let settings = project.join("parcours.toml");
                let text = fs::read_to_string(&settings).unwrap();
                fs::write(settings, format!("{text}\n[limits]\nrecord_bytes = 500\n")).unwrap();
                let path = project.join(LIEGE).join("parcours.csv");
                let text = fs::read_to_string(&path).unwrap();
                fs::write(path, format!("{text}{}\n", "x".repeat(600))).unwrap();
            },
        },
        Case {
            id: "other-container",
            code: 3,
            place: "parcours.csv",
            harm: |project| {
                fs::write(project.join(LIEGE).join("parcours.csv"), "%PDF-1.7\n%\u{e2}\u{e3}\n1 0 obj\n").unwrap();
            },
        },
        Case {
            id: "missing-column",
            code: 3,
            place: "parcours.csv",
            harm: |project| replace(&project.join(LIEGE).join("parcours.csv"), "Type de parcours", "Sorte"),
        },
        Case {
            id: "ambiguous-column",
            code: 3,
            place: "parcours.csv",
            harm: |project| replace(&project.join(LIEGE).join("parcours.csv"), "Fin prévue", "Date de fin"),
        },
        Case {
            id: "missing-file",
            code: 3,
            place: "62063-liege",
            harm: |project| fs::remove_file(project.join(LIEGE).join("parcours.csv")).unwrap(),
        },
    ]);
}

#[test]
fn a_row_in_another_encoding_is_read_and_said() {
    let project = healthy();
    let path = project.path().join(LIEGE).join("beneficiaires.csv");
    let mut bytes = fs::read(&path).unwrap();
    // In the tenth row, behind the delimiter after the national number: a letter of Windows-1252 in a file of UTF-8.
    let ninth = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(8).unwrap().0;
    let delimiter = ninth + bytes[ninth..].iter().position(|byte| *byte == b',').unwrap();
    bytes.insert(delimiter + 1, 0xE9);
    fs::write(path, bytes).unwrap();
    run_quickly(project.path());
    let rejects = fs::read_to_string(project.path().join("out/rejects/62063-2017.csv")).unwrap();
    let said: Vec<&str> = rejects.lines().filter(|line| line.contains("row.other_encoding")).collect();
    assert_eq!(said.len(), 1, "{rejects}");
    assert!(said[0].contains("beneficiaires.csv,,10,"), "{}", said[0]);
}

/// Collect lets no score in that is off the scale; an instrument that is changed afterwards would make figures of other ones.
#[test]
fn scores_that_a_changed_instrument_does_not_know_give_no_figure() {
    let project = healthy();
    let before = indicators(project.path());
    let text = fs::read_to_string(home().join("queries/instruments/zrm-2017.toml")).unwrap();
    let (head, rest) = text.split_once("[[level]]\nlevel = 5\n").unwrap();
    let narrower = head.replace("highest = 5", "highest = 4") + rest.split_once("\n\n").unwrap().1;
    write(project.path().join("queries/instruments/zrm-2017.toml"), &narrower);
    let ended = parcours([OsStr::new("compute"), project.path().as_os_str(), OsStr::new("--lang"), OsStr::new("nl")]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("niveaus in het datameer liggen niet op zijn schaal"), "{ended:?}");
    assert!(ended.stderr.contains("instrument zrm-2017"), "{ended:?}");
    assert_eq!(indicators(project.path()), before);
}

#[test]
fn profiles_that_do_not_fit() {
    let file = "parcours.csv";
    check(&[
        Case {
            id: "unknown-encoding",
            code: 2,
            place: "utf-9",
            harm: |project| own(project, "profiles/liege.toml", "\"utf-8\"", "\"utf-9\""),
        },
        Case {
            id: "bad-delimiter",
            code: 2,
            place: "62063-liege",
            harm: |project| own(project, "profiles/liege.toml", "delimiter = \",\"", "delimiter = \"€\""),
        },
        Case {
            id: "missing-column",
            code: 3,
            place: file,
            harm: |project| own(project, "profiles/liege.toml", "\"Type de parcours\"", "\"Sorte de parcours\""),
        },
        Case {
            id: "profile-unknown-table",
            code: 2,
            place: file,
            harm: |project| own(project, "profiles/liege.toml", "name = \"parcours\"", "name = \"paths\""),
        },
        Case {
            id: "profile-unknown-field",
            code: 2,
            place: file,
            harm: |project| own(project, "profiles/liege.toml", "end_reason = ", "end_cause = "),
        },
        Case {
            id: "profile-bad-constant",
            code: 2,
            place: "zrm-2071",
            harm: |project| own(project, "profiles/liege.toml", "\"zrm-2017\"", "\"zrm-2071\""),
        },
        Case {
            id: "bad-glob",
            code: 2,
            place: "62063-liege",
            harm: |project| own(project, "profiles/liege.toml", "\"piis*.csv\"", "\"piis[.csv\""),
        },
        Case {
            id: "unknown-key",
            code: 2,
            place: "profiles/liege.toml:5",
            harm: |project| own(project, "profiles/liege.toml", "[format]", "[fromat]"),
        },
        Case {
            id: "unknown-profile",
            code: 2,
            place: "luik",
            harm: |project| replace(&project.join("parcours.toml"), "profile = \"liege\"", "profile = \"luik\""),
        },
        Case {
            id: "no-profile",
            code: 2,
            place: "62063-liege",
            harm: |project| {
                replace(&project.join("parcours.toml"), "profile = \"parcours-demo\"\n", "");
                replace(&project.join("parcours.toml"), "folder = \"62063-liege\"", "folder = \"62063-luik\"");
            },
        },
    ]);
}

#[test]
fn inboxes_that_are_none() {
    check(&[
        Case {
            id: "empty-inbox",
            code: 3,
            place: "inbox",
            harm: |project| {
                fs::remove_dir_all(project.join("inbox")).unwrap();
                fs::create_dir(project.join("inbox")).unwrap();
            },
        },
        Case {
            id: "cannot-read",
            code: 3,
            place: "inbox",
            harm: |project| fs::remove_dir_all(project.join("inbox")).unwrap(),
        },
        Case {
            id: "inbox-no-cpas",
            code: 3,
            place: "Courtrai",
            harm: |project| fs::rename(project.join("inbox/34022-kortrijk"), project.join("inbox/Courtrai")).unwrap(),
        },
        Case {
            id: "inbox-no-period",
            code: 3,
            place: "last year",
            harm: |project| fs::rename(project.join(LIEGE), project.join("inbox/62063-liege/last year")).unwrap(),
        },
        Case {
            id: "inbox-twice",
            code: 3,
            place: "62063-luik",
            harm: |project| copy(&project.join("inbox/62063-liege"), &project.join("inbox/62063-luik")),
        },
        Case {
            id: "empty-submission",
            code: 3,
            place: "62063-liege",
            harm: |project| {
                fs::remove_dir_all(project.join(LIEGE)).unwrap();
                fs::create_dir(project.join(LIEGE)).unwrap();
            },
        },
        Case {
            id: "no-file-known",
            code: 3,
            place: "71016-genk",
            harm: |project| write(project.join("inbox/71016-genk/2017/minutes.doc"), "nothing"),
        },
    ]);
}

#[test]
fn settings_that_are_wrong() {
    let settings = "parcours.toml";
    check(&[
        Case {
            id: "no-project",
            code: 2,
            place: "",
            harm: |project| fs::remove_file(project.join("parcours.toml")).unwrap(),
        },
        Case {
            id: "bad-toml",
            code: 2,
            place: "parcours.toml:4",
            harm: |project| replace(&project.join("parcours.toml"), "name = \"", "name = "),
        },
        Case {
            id: "unknown-key",
            code: 2,
            place: "colour",
            harm: |project| replace(&project.join("parcours.toml"), "languages", "colour = 1\nlanguages"),
        },
        Case {
            id: "bad-setting",
            code: 2,
            place: settings,
            harm: |project| replace(&project.join("parcours.toml"), "period = \"2017\"", "period = \"last\""),
        },
        Case {
            id: "no-period",
            code: 2,
            place: "2009",
            harm: |project| replace(&project.join("parcours.toml"), "period = \"2017\"", "period = \"2009\""),
        },
        Case {
            id: "no-key",
            code: 2,
            place: "sample.key",
            harm: |project| fs::remove_file(project.join("sample.key")).unwrap(),
        },
        Case {
            id: "bad-key",
            code: 2,
            place: "sample.key",
            harm: |project| fs::write(project.join("sample.key"), "0123 not a key").unwrap(),
        },
    ]);
}

#[test]
fn definitions_that_are_wrong() {
    check(&[
        Case {
            id: "query-failed",
            code: 2,
            place: "parcours_count.sql",
            harm: |project| own(project, "queries/indicators/parcours_count.sql", "FROM parcours", "FROM paths"),
        },
        Case {
            id: "query-columns",
            code: 2,
            place: "parcours_count.sql",
            harm: |project| own(project, "queries/indicators/parcours_count.sql", "AS value", "AS figure"),
        },
        Case {
            id: "query-twice",
            code: 2,
            place: "parcours_count.sql",
            harm: |project| {
                own(
                    project,
                    "queries/indicators/parcours_count.sql",
                    "GROUP BY GROUPING SETS (",
                    "GROUP BY GROUPING SETS ((r.period, a.area_level, a.area), ",
                )
            },
        },
        Case {
            id: "no-header",
            code: 2,
            place: "mine_count.sql",
            harm: |project| write(project.join("queries/indicators/mine_count.sql"), "SELECT 1 AS value"),
        },
        Case {
            id: "unknown-key",
            code: 2,
            place: "parcours_count.sql:7: ",
            harm: |project| own(project, COUNT, "unit = ", "unity = "),
        },
        Case {
            id: "missing-key",
            code: 2,
            place: "population",
            harm: |project| own(project, COUNT, "population = ", "# "),
        },
        Case {
            id: "wrong-kind",
            code: 2,
            place: "parcours_count.sql:9: ",
            harm: |project| own(project, COUNT, "[\"parcours\"]", "\"parcours\""),
        },
        Case {
            id: "unknown-word",
            code: 2,
            place: "parcours_count.sql:6: ",
            harm: |project| own(project, COUNT, "\"count\"", "\"counts\""),
        },
        Case {
            id: "unknown-word",
            code: 2,
            place: "parcours_count.sql:5: ",
            harm: |project| own(project, COUNT, "counted = \"parcours\"", "counted = \"parkours\""),
        },
        Case {
            id: "unknown-table",
            code: 2,
            place: "parcours_count.sql:9: ",
            harm: |project| own(project, COUNT, "[\"parcours\"]", "[\"paths\"]"),
        },
        Case {
            id: "unknown-key",
            code: 2,
            place: "piis_count.sql:6: ",
            harm: |project| own(project, "queries/traces/piis_count.sql", "title = ", "titel = "),
        },
        Case {
            id: "lint-division",
            code: 2,
            place: "parcours_count.sql:14: ",
            harm: |project| own(project, COUNT, "COUNT(*)", "COUNT(*) / 1"),
        },
        Case {
            id: "unknown-parameter",
            code: 2,
            place: "subsidy_balance.sql",
            harm: |project| {
                own(project, "queries/indicators/subsidy_balance.sql", "[\"advance_share\"]", "[\"advance\"]")
            },
        },
        Case {
            id: "parameter-too-early",
            code: 2,
            place: "advance_share",
            harm: |project| {
                own(
                    project,
                    "queries/parameters/advance_share.toml",
                    "\"2002-01-01\"\nscope = \"pas\"",
                    "\"2020-01-01\"\nscope = \"pas\"",
                )
            },
        },
        Case {
            id: "report-unknown-indicator",
            code: 2,
            place: "reports/annual.toml",
            harm: |project| own(project, "reports/annual.toml", "\"parcours.people\"", "\"parcours.peple\""),
        },
        Case { id: "report-template-broken", code: 2, place: "page", harm: broken_template },
    ]);
}

fn broken_template(project: &Path) {
    let templates = contents(&home().join("reports/templates"));
    let name = templates.keys().find(|path| path.to_string_lossy().contains("page")).unwrap();
    write(project.join("reports/templates").join(name), "{% if %}");
}

#[test]
fn a_lake_or_a_folder_for_results_that_cannot_be_written() {
    check(&[
        Case {
            id: "cannot-write",
            code: 4,
            place: "out",
            harm: |project| {
                fs::remove_dir_all(project.join("out")).unwrap();
                fs::write(project.join("out"), "a file where a folder should be").unwrap();
            },
        },
        Case {
            id: "lake-failed",
            code: 4,
            place: "lake",
            harm: |project| {
                fs::remove_dir_all(project.join("lake")).unwrap();
                fs::write(project.join("lake"), "a file where a folder should be").unwrap();
            },
        },
        Case {
            id: "lake-failed",
            code: 4,
            place: "lake/parcours",
            harm: |project| {
                let folder = project.join("lake/parcours");
                let files = contents(&folder);
                let (name, bytes) =
                    files.iter().find(|(path, _)| path.extension().is_some_and(|ending| ending == "parquet")).unwrap();
                fs::write(folder.join(name), &bytes[..bytes.len() / 2]).unwrap();
            },
        },
    ]);
}

#[test]
fn a_lake_in_which_another_run_writes() {
    let project = healthy();
    let before = lake_contents(project.path());
    let held = fs::File::create(project.path().join("lake/.lock")).unwrap();
    held.lock().unwrap();
    let case = Case { id: "lake-in-use", code: 4, place: "lake", harm: |_| {} };
    let ended = parcours([Path::new("run"), Path::new("--lang"), Path::new("fr"), project.path()]);
    check_message(&ended, &case, Language::Fr);
    assert!(lake_contents(project.path()) == before);
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [&["rnu"][..], &["run", "--lang", "it"], &["report", "monthly"], &["demo", "x", "--people", "-1"]]
    {
        let ended = parcours(arguments);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains("Usage") || ended.stderr.contains("--help"), "{ended:?}");
    }
}

/// Reads the workbook of Courtrai from these bytes.
fn read_courtrai(bytes: &[u8], folder: &Path, catalogue: &Catalogue) -> Result<usize, Error> {
    let name = "subsidieverslag_2017.xlsx";
    fs::write(folder.join(name), bytes).unwrap();
    let key = PseudonymKey::read(&home().join("sample_data/sample.key"), true).unwrap();
    let handed = Handed {
        cpas: "34022".parse().unwrap(),
        period: "2017".parse().unwrap(),
        folder: folder.to_path_buf(),
        name: "34022-kortrijk/2017".to_owned(),
    };
    let profile: Profile = toml::from_str(include_str!("../../profiles/kortrijk.toml")).unwrap();
    let files = Files::list(&handed).unwrap();
    read_submission(
        Desk { catalogue, key: &key, limits: &tabular::Limits::default() },
        &handed,
        &profile,
        &files,
        String::new(),
    )
    .map(|read| read.tables.len())
}

#[test]
fn a_workbook_cut_off_anywhere_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let catalogue = Catalogue::load(None).unwrap();
    let whole = fs::read(home().join("sample_data").join(COURTRAI)).unwrap();
    assert!(read_courtrai(&whole, folder.path(), &catalogue).is_ok());
    for cut in 1..=40 {
        let length = whole.len() * cut / 41;
        let fault = read_courtrai(&whole[..length], folder.path(), &catalogue).unwrap_err();
        assert_eq!((fault.exit_code(), fault.id), (3, "truncated-workbook"), "cut at {length}");
        assert!(fault.message(Language::Fr).contains("subsidieverslag_2017.xlsx"));
    }
    assert!(read_courtrai(&whole[..whole.len() - 1], folder.path(), &catalogue).is_err());
}

#[test]
fn a_damaged_workbook_is_read_or_refused_but_never_breaks_the_program() {
    let folder = TempDir::new().unwrap();
    let catalogue = Catalogue::load(None).unwrap();
    let whole = fs::read(home().join("sample_data").join(COURTRAI)).unwrap();
    for place in 0..40 {
        let mut bytes = whole.clone();
        let position = whole.len() * place / 40;
        for byte in &mut bytes[position..(position + 3).min(whole.len())] {
            *byte = !*byte;
        }
        if let Err(fault) = read_courtrai(&bytes, folder.path(), &catalogue) {
            assert_eq!(fault.exit_code(), 3, "damaged at {position}: {fault}");
        }
    }
}

#[test]
fn no_personal_value_reaches_a_message_when_the_header_is_missing() {
    let project = healthy();
    let path = project.path().join(LIEGE).join("beneficiaires.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.split_once('\n').unwrap().1).unwrap();
    let first: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
    let ended = parcours([Path::new("run"), Path::new("--without-reports"), project.path()]);
    assert_eq!(ended.code, 3, "{ended:?}");
    for said in [&ended.stderr, &ended.stdout] {
        assert!(!said.contains(first[0]), "a national number is printed");
        assert!(!said.contains(first[1]), "a name is printed");
    }
}

/// A small file system of its own; only an administrator may make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(folder: &Path, kibibytes: u32) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let size = format!("size={kibibytes}k");
        let made = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output();
        made.is_ok_and(|made| made.status.success()).then(|| SmallDisk(folder.to_path_buf()))
    }

    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&self.0).status();
        assert!(grown.is_ok_and(|grown| grown.success()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_the_lake_as_it_was() {
    let whole = sample(&["62063-liege"]);
    run_quickly(whole.path());
    let mut failed = 0;
    for kibibytes in [8, 24, 48, 96, 144, 192, 256] {
        let project = sample(&["62063-liege"]);
        let Some(disk) = SmallDisk::new(&project.path().join("lake"), kibibytes) else {
            eprintln!("SKIPPED a full disk: no small file system can be mounted here");
            return;
        };
        let ended = parcours([Path::new("run"), Path::new("--lang"), Path::new("nl"), project.path()]);
        if ended.code <= 1 {
            break;
        }
        failed += 1;
        check_message(&ended, &Case { id: "lake-failed", code: 4, place: "lake", harm: |_| {} }, Language::Nl);
        assert_eq!(small_table(project.path(), "submissions"), [], "{kibibytes} KiB: something is live");
        disk.grow();
        run_quickly(project.path());
        assert!(indicators(project.path()) == indicators(whole.path()), "{kibibytes} KiB: leftovers are counted");
    }
    assert!(failed >= 3, "the disk was full only {failed} times");
}

#[test]
fn a_full_disk_for_results_leaves_what_was_there() {
    let project = healthy();
    let out = project.path().join("out");
    fs::remove_dir_all(&out).unwrap();
    let before = lake_contents(project.path());
    let Some(disk) = SmallDisk::new(&out, 64) else {
        eprintln!("SKIPPED a full disk: no small file system can be mounted here");
        return;
    };
    let ended = parcours([Path::new("run"), Path::new("--lang"), Path::new("fr"), project.path()]);
    check_message(&ended, &Case { id: "cannot-write", code: 4, place: "out", harm: |_| {} }, Language::Fr);
    assert!(lake_contents(project.path()) == before, "the lake changed");
    for name in contents(&out).keys() {
        assert!(!name.ends_with("indicators.csv"), "half a file is there");
    }
    disk.grow();
    assert!(parcours([Path::new("run"), project.path()]).code <= 1);
}
