//! What the ledger promises: the same rows are known again however they were saved, the order of arrival does not count,
//! an older version does not replace a newer one by accident, and a submission that differs much is asked about.

use super::harness::{
    DAY, Dice, Ended, contents, copy, home, in_force, indicators, lake_contents, live_rows, parcours, parcours_on,
    run_quickly, sample, small_table,
};
use parcours::collect::{Content, Note, TableContent};
use parcours::lake::{Agreed, Claim, Entry, Ledger, Standing};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LIEGE: &str = "inbox/62063-liege/2017";

fn liege(project: &Path, file: &str) -> PathBuf {
    project.join(LIEGE).join(file)
}

fn collect(project: &Path, options: &[&str]) -> Ended {
    let options = ["collect"].iter().chain(options).map(Path::new);
    parcours(options.chain([project]))
}

/// The lines of a file in another order; its heading stays.
fn shuffle(path: &Path, dice: &mut Dice) {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    dice.shuffle(&mut lines[1..]);
    fs::write(path, lines.join("\r\n")).unwrap();
}

/// Leaves out each line that `is_out` says, the heading never.
fn leave_out(path: &Path, is_out: impl Fn(usize) -> bool) {
    let text = fs::read_to_string(path).unwrap();
    let kept: Vec<&str> =
        text.lines().enumerate().filter(|(row, _)| *row == 0 || !is_out(*row)).map(|(_, line)| line).collect();
    fs::write(path, kept.join("\n") + "\n").unwrap();
}

fn note(project: &Path, made_on: &str) {
    fs::write(liege(project, "submission.toml"), format!("made_on = {made_on}\n")).unwrap();
}

#[test]
fn the_same_rows_in_another_order_are_known_again() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    let (rows, figures) = (live_rows(project.path(), false), indicators(project.path()));
    let mut dice = Dice(3);
    // The planted double rows stay where they are: which of two is rejected depends on their order.
    for file in ["bilans_sociaux.csv", "piis.csv", "evaluations.csv"] {
        shuffle(&liege(project.path(), file), &mut dice);
    }
    let ended = run_quickly(project.path());
    assert!(ended.stdout.contains("saved anew"), "{}", ended.stdout);
    assert!(indicators(project.path()) == figures);
    // The second way to "the same": all live rows, compared one by one.
    assert_eq!(live_rows(project.path(), false), rows);
    let ledger = small_table(project.path(), "submissions");
    assert_eq!(ledger.len(), 2);
    assert_eq!(ledger[0]["content_hash"], ledger[1]["content_hash"]);
    assert_ne!(ledger[0]["places_hash"], ledger[1]["places_hash"]);
    assert_places_exist(project.path());
    let again = run_quickly(project.path());
    assert!(again.stdout.contains("unchanged"), "{}", again.stdout);
    assert_eq!(small_table(project.path(), "submissions").len(), 2);
}

/// Every contract's number stands in the line that its origin names.
fn assert_places_exist(project: &Path) {
    let rows = &live_rows(project, true)["piis"];
    let form = regex::Regex::new(r#""piis_id": "([^"]+)".*\}([^:]+)::(\d+)$"#).unwrap();
    assert!(rows.len() > 50);
    for row in rows {
        let found = form.captures(row).unwrap_or_else(|| panic!("{row}"));
        let text = fs::read_to_string(project.join("inbox").join(&found[2])).unwrap();
        let line = text.lines().nth(found[3].parse::<usize>().unwrap() - 1).unwrap();
        assert!(line.starts_with(&format!("{},", &found[1])), "{row} does not come from {line}");
    }
}

#[test]
fn the_same_lines_read_by_another_profile_are_only_noted() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    let data = |name: &str| contents(&project.path().join("lake").join(name));
    let tables = ["parcours", "measures", "piis"].map(data);
    let profile = fs::read_to_string(home().join("profiles/liege.toml")).unwrap();
    fs::create_dir_all(project.path().join("profiles")).unwrap();
    fs::write(project.path().join("profiles/liege.toml"), format!("{profile}\n# A remark.\n")).unwrap();
    let ended = run_quickly(project.path());
    assert!(ended.stdout.contains("saved anew"), "{}", ended.stdout);
    assert!(["parcours", "measures", "piis"].map(data) == tables, "rows were written that are in the lake already");
    let ledger = small_table(project.path(), "submissions");
    let of = |name: &str| ledger.iter().map(|entry| entry[name].clone()).collect::<BTreeSet<String>>().len();
    assert_eq!((ledger.len(), of("submission_id"), of("rows_id"), of("content_hash")), (2, 2, 1, 1));
    // What was rejected is found under the new arrival as well.
    assert!(parcours([Path::new("report"), Path::new("annual"), project.path()]).code == 0);
}

#[test]
fn one_other_cell_is_another_submission() {
    let hash_after = |change: &dyn Fn(&Path)| {
        let project = sample(&["62063-liege"]);
        change(project.path());
        assert!(collect(project.path(), &[]).code <= 1);
        (small_table(project.path(), "submissions")[0]["content_hash"].clone(), live_rows(project.path(), false))
    };
    let swap = |file: &'static str, from: &'static str, to: &'static str| {
        move |project: &Path| {
            let path = liege(project, file);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from}");
            fs::write(&path, text.replacen(from, to, 1)).unwrap();
        }
    };
    let same = hash_after(&|_| ());
    let others = [
        hash_after(&swap("piis.csv", ",Force majeure,", ",,")),
        hash_after(&swap("parcours.csv", "17/11/2017", "18/11/2017")),
        hash_after(&|project| leave_out(&liege(project, "taches.csv"), |row| row == 1)),
        hash_after(&|project| fs::remove_file(liege(project, "sanctions.csv")).unwrap()),
    ];
    assert_eq!(hash_after(&|project| note(project, "2018-02-01")).0, same.0);
    let hashes: BTreeSet<&String> = others.iter().map(|(hash, _)| hash).chain([&same.0]).collect();
    assert_eq!(hashes.len(), 5, "two of them look alike");
    assert!(others[..3].iter().all(|(_, rows)| *rows != same.1));
}

#[test]
fn a_submission_that_lost_many_rows_is_asked_about() {
    let project = sample(&["62063-liege", "63023-eupen"]);
    run_quickly(project.path());
    let (lake, rows) = (lake_contents(project.path()), live_rows(project.path(), true));
    let (kept, all) = (fs::read_to_string(liege(project.path(), "piis.csv")).unwrap(), rows["piis"].len());
    leave_out(&liege(project.path(), "piis.csv"), |row| row % 2 == 0);
    let ended = collect(project.path(), &[]);
    assert_eq!(ended.code, 3, "{ended:?}");
    let said = regex::Regex::new(r"piis (\d+) → (\d+) \(-(\d+) \+0\)").unwrap();
    let said = said.captures(&ended.stderr).unwrap_or_else(|| panic!("{}", ended.stderr));
    let number = |place: usize| said[place].parse::<usize>().unwrap();
    assert_eq!(number(1) - number(2), number(3));
    assert!(ended.stderr.contains("--accept 62063/2017"), "{}", ended.stderr);
    assert!(lake_contents(project.path()) == lake, "the lake changed");

    assert_eq!(collect(project.path(), &["--accept", "62063/2018"]).code, 2, "no such submission");
    assert_eq!(collect(project.path(), &["--accept", "63023/2017"]).code, 3, "another one was accepted");
    assert!(collect(project.path(), &["--accept", "62063/2017"]).code <= 1);
    let fewer = live_rows(project.path(), true)["piis"].len();
    assert_eq!(all - fewer, number(3));
    let agreed: Vec<String> =
        small_table(project.path(), "submissions").iter().map(|entry| entry["agreed"].clone()).collect();
    assert!(agreed.contains(&"change".to_owned()), "{agreed:?}");

    // And back: twice as many are too many only from a lower share on.
    fs::write(liege(project.path(), "piis.csv"), kept + " \n").unwrap();
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n[collect]\nstop_when_added = 0.5\n")).unwrap();
    note(project.path(), "2018-05-01");
    let ended = collect(project.path(), &[]);
    assert!(ended.code == 3 && ended.stderr.contains(&format!("(-0 +{}", number(3))), "{ended:?}");
    fs::write(&settings, format!("{text}\n[collect]\nstop_when_added = 1.5\n")).unwrap();
    assert!(collect(project.path(), &[]).code <= 1);
    assert_eq!(live_rows(project.path(), false)["piis"].len(), all);
}

#[test]
fn an_emptied_table_is_asked_about_however_small_it_was() {
    let project = sample(&["62063-liege"]);
    run_quickly(project.path());
    leave_out(&liege(project.path(), "conventions.csv"), |_| true);
    let ended = collect(project.path(), &[]);
    assert!(ended.code == 3 && ended.stderr.contains("agreements 2 → 0 (-2 +0)"), "{ended:?}");
}

#[test]
fn an_older_version_is_refused_unless_asked_for() {
    let project = sample(&["62063-liege"]);
    note(project.path(), "2018-03-01");
    run_quickly(project.path());
    let rows = live_rows(project.path(), true);
    leave_out(&liege(project.path(), "taches.csv"), |row| row == 1);
    note(project.path(), "\"2018-02-01\"");
    let ended = collect(project.path(), &[]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("2018-02-01") && ended.stderr.contains("2018-03-01"), "{}", ended.stderr);
    assert_eq!(live_rows(project.path(), true), rows);
    assert!(collect(project.path(), &["--accept-older", "62063/2017"]).code <= 1);
    assert_ne!(live_rows(project.path(), true), rows);

    for wrong in ["2016-12-31", "2018-02-30", "12", "\"yesterday\"", "2018-02-01T10:00:00"] {
        note(project.path(), wrong);
        let ended = collect(project.path(), &[]);
        assert!(ended.code == 3 && ended.stderr.contains("submission.toml"), "{wrong}: {ended:?}");
    }
    fs::write(liege(project.path(), "submission.toml"), "made = 2018-01-01\n").unwrap();
    assert_eq!(collect(project.path(), &[]).code, 3);
}

/// A version of the files of a scope, and the day it was made on.
struct Version {
    folder: &'static str,
    made_on: &'static str,
    change: fn(&Path),
}

#[test]
fn any_order_of_arrival_gives_the_same_lake() {
    let versions = [
        Version { folder: "62063-liege/2017", made_on: "2018-02-01", change: |_| () },
        Version {
            folder: "62063-liege/2017",
            made_on: "2018-02-20",
            change: |folder| leave_out(&folder.join("piis.csv"), |row| row % 3 == 0),
        },
        // The newest holds no contracts: those of the version before stay in force.
        Version {
            folder: "62063-liege/2017",
            made_on: "2018-03-05",
            change: |folder| fs::remove_file(folder.join("piis.csv")).unwrap(),
        },
        Version { folder: "63023-eupen/2017", made_on: "2018-01-15", change: |_| () },
        Version { folder: "31005-brugge/2016", made_on: "2017-01-15", change: |_| () },
        Version { folder: "31005-brugge/2017", made_on: "2018-01-15", change: |_| () },
    ];
    let after = |order: &[usize]| {
        let project = sample(&["nobody"]);
        for place in order {
            let version = &versions[*place];
            let folder = project.path().join("inbox").join(version.folder);
            if folder.exists() {
                fs::remove_dir_all(&folder).unwrap();
            }
            copy(&home().join("sample_data/inbox").join(version.folder), &folder);
            (version.change)(&folder);
            fs::write(folder.join("submission.toml"), format!("made_on = {}\n", version.made_on)).unwrap();
            let ended = collect(project.path(), &["--accept", "all"]);
            assert!([0, 1, 3].contains(&ended.code), "{ended:?}");
        }
        assert_eq!(parcours([Path::new("compute"), project.path()]).code, 0);
        let ledger: Vec<String> = in_force(project.path());
        (live_rows(project.path(), true), ledger, indicators(project.path()))
    };
    let mut order: Vec<usize> = (0..versions.len()).collect();
    let straight = after(&order);
    assert!(straight.0["piis"].iter().any(|row| row.contains("62063")));
    let mut dice = Dice(20);
    for _ in 0..7 {
        dice.shuffle(&mut order);
        let other = after(&order);
        assert!(other.0 == straight.0, "{order:?}: other live rows");
        assert_eq!(other.1, straight.1, "{order:?}");
        assert!(other.2 == straight.2, "{order:?}: other figures");
    }
}

/// A submission at the counter, as far as the ledger looks at it.
#[derive(Debug, Clone)]
struct Brought {
    made_on: Option<u32>,
    tables: BTreeSet<usize>,
    says: u8,
}

fn content(brought: &Brought) -> Content {
    let hash = format!("{:?} {}", brought.tables, brought.says);
    let table =
        |table: &usize| TableContent { table: format!("table{table}"), rows: 1, hash: brought.says.to_string() };
    Content { places: hash.clone(), hash, tables: brought.tables.iter().map(table).collect() }
}

fn day(number: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_num_days_from_ce_opt(736_600 + i32::try_from(number).unwrap()).unwrap()
}

/// Lets submissions arrive one after the other, as collect does; returns which is in force for each table.
fn arrive(all: &[Brought], order: &[usize]) -> BTreeMap<String, usize> {
    let scope: parcours::model::Scope = "62063/2017".parse().unwrap();
    let mut entries: Vec<Entry> = Vec::new();
    for (sequence, place) in order.iter().enumerate() {
        let (content, files) = (content(&all[*place]), place.to_string());
        let made_on = all[*place].made_on.map(day);
        let claim = Claim { scope, made_on, content: &content, files: &files, may_be_older: false };
        let standing = Ledger::of(entries.clone()).standing(&claim);
        let (Standing::Newer(ranks_on) | Standing::Same(ranks_on) | Standing::Moved(ranks_on)) = standing else {
            continue;
        };
        entries.push(Entry {
            id: files.clone(),
            rows_id: files.clone(),
            batch: String::new(),
            sequence: sequence as u64,
            arrived_at: String::new(),
            cpas: scope.cpas,
            period: scope.period,
            note: Note { made_on, received_on: None },
            ranks_on,
            profile: String::new(),
            tables: content.tables,
            content: content.hash,
            places: content.places,
            files,
            agreed: Agreed::default(),
            rows: (0, 0, 0),
        });
    }
    let ledger = Ledger::of(entries);
    let in_force = ledger.in_force(scope);
    in_force.into_iter().map(|(table, entry)| (table.to_owned(), entry.id.parse().unwrap())).collect()
}

fn brought() -> impl Strategy<Value = Vec<Brought>> {
    let one = (prop::collection::btree_set(0_usize..4, 1..4), 0_u8..3);
    prop::collection::vec(one, 1..7).prop_map(|all| {
        let dated = all.into_iter().enumerate();
        dated.map(|(made_on, (tables, says))| Brought { made_on: u32::try_from(made_on).ok(), tables, says }).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each made on a day of its own: for each table the one made last that holds it is in force, in any order.
    #[test]
    fn the_newest_is_in_force_in_any_order(all in brought(), seed in any::<u64>()) {
        let mut newest: BTreeMap<String, usize> = BTreeMap::new();
        for (place, one) in all.iter().enumerate() {
            newest.extend(one.tables.iter().map(|table| (format!("table{table}"), place)));
        }
        let mut order: Vec<usize> = (0..all.len()).collect();
        Dice(seed).shuffle(&mut order);
        prop_assert_eq!(arrive(&all, &order), newest, "{:?}", order);
    }

    /// None says when it was made: the last to arrive is in force, unless it was there before and had been replaced.
    #[test]
    fn without_days_the_last_to_arrive_is_in_force(all in brought()) {
        let all: Vec<Brought> = all.into_iter().map(|one| Brought { made_on: None, ..one }).collect();
        let order: Vec<usize> = (0..all.len()).collect();
        let (mut expected, mut seen): (BTreeMap<String, usize>, Vec<String>) = Default::default();
        for (place, one) in all.iter().enumerate() {
            let says = content(one).hash;
            if seen.last() == Some(&says) || !seen.contains(&says) {
                expected.extend(one.tables.iter().map(|table| (format!("table{table}"), place)));
                seen.push(says);
            }
        }
        prop_assert_eq!(arrive(&all, &order), expected);
    }
}

#[test]
fn status_tells_who_handed_in_and_when() {
    let project = sample(&[]);
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n[status]\ndue = \"03-01\"\n")).unwrap();
    // Courtrai comes a day later, and says that it handed in before; Ath comes a day later; Eupen without contracts.
    let late = ["34022-kortrijk", "51004-ath"];
    let aside = tempfile::TempDir::new().unwrap();
    for folder in late {
        fs::rename(project.path().join("inbox").join(folder), aside.path().join(folder)).unwrap();
    }
    let eupen = contents(&project.path().join("inbox/63023-eupen/2017"));
    assert!(parcours_on(DAY, [Path::new("collect"), project.path()]).code <= 1);
    for folder in late {
        copy(&aside.path().join(folder), &project.path().join("inbox").join(folder));
    }
    fs::write(project.path().join("inbox/34022-kortrijk/2017/submission.toml"), "received_on = 2018-02-28\n").unwrap();
    assert!(parcours_on(DAY + 86_400, [Path::new("collect"), project.path()]).code <= 1);
    assert!(eupen.len() > 5);

    let options = ["status", "--json", "--period", "2017"].map(Path::new);
    let ended = parcours(options.into_iter().chain([project.path()]));
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let state = &found[0];
    assert_eq!((&state["list_of"], &state["due_on"]), (&"2017-12-31".into(), &"2018-03-01".into()));
    let total = &state["total"];
    for (name, count) in [("expected", 589), ("handed_in", 5), ("on_time", 4), ("late", 1), ("missing", 584)] {
        assert_eq!(total[name], count, "{name}");
    }
    // Regions: Flanders 308, Wallonia 262, Brussels 19 communes.
    let regions: Vec<i64> =
        ["02000", "03000", "04000"].iter().map(|code| state["regions"][code]["expected"].as_i64().unwrap()).collect();
    assert_eq!(regions, [308, 262, 19]);
    let of = |code: &str| state["agencies"].as_array().unwrap().iter().find(|one| one["cpas"] == code).unwrap();
    assert_eq!((&of("51004")["on_time"], &of("51004")["received_on"]), (&false.into(), &"2018-03-02".into()));
    assert_eq!((&of("34022")["on_time"], &of("34022")["received_on"]), (&true.into(), &"2018-02-28".into()));
    assert!(of("11001")["received_on"].is_null() && of("11001")["on_time"].is_null());
    let bruges = of("31005");
    let numbers = ["rows_read", "rows_loaded", "rows_rejected"].map(|name| bruges[name].as_u64().unwrap());
    assert_eq!(numbers, [7934, 7858, 7], "as README.md shows them");

    // 2016: Bruges only, and a list that names somebody who no longer exists.
    fs::write(&settings, format!("{text}\n[status]\nexpected = [\"31005\", \"52012\", \"99999\"]\n")).unwrap();
    let ended = parcours(["status", "--period", "2016"].map(Path::new).into_iter().chain([project.path()]));
    assert!(ended.stdout.contains("52012 Châtelet") && ended.stdout.contains("99999"), "{}", ended.stdout);
    fs::write(&settings, format!("{text}\n[status]\nexpected = \"some\"\n")).unwrap();
    assert_eq!(parcours([Path::new("status"), project.path()]).code, 2);
}

#[test]
fn size_classes_and_nearly_met_are_those_of_the_period() {
    let project = sample(&["31005-brugge"]);
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n[compute]\nlevels = [\"cpas\", \"size_class\"]\n")).unwrap();
    run_quickly(project.path());
    let lines = |period: &str, class: &str| {
        let wanted = format!(",{period},size_class,{class},");
        let text = indicators(project.path());
        // Who is expected to hand in counts whether large or not.
        let is_of_bruges = |line: &&str| line.contains(&wanted) && !line.starts_with("submission.");
        text.lines().filter(is_of_bruges).count()
    };
    assert!(lines("2016", "large") > 0 && lines("2017", "large") > 0);
    // From 2017 on a commune is large from 200 000 inhabitants: Bruges has 118 000.
    let own = project.path().join("queries/parameters");
    fs::create_dir_all(&own).unwrap();
    let given = fs::read_to_string(home().join("queries/parameters/size_class_large.toml")).unwrap();
    let later = "\n[[value]]\nfrom = \"2017-01-01\"\nvalue = 200000.0\nreference = \"a test\"\nlast_verified_on = \"2026-11-22\"\n";
    fs::write(own.join("size_class_large.toml"), given + later).unwrap();
    run_quickly(project.path());
    assert!(lines("2016", "large") > 0 && lines("2016", "medium") == 0);
    assert!(lines("2017", "large") == 0 && lines("2017", "medium") > 0);
}
