//! The public edition: what everybody may see.

use super::harness::{contents, finished, parcours, run_quickly, sample};
use calamine::{Data, Reader, Xlsx};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const LEVELS: &str = "levels = [\"province\", \"region\", \"size_class\", \"country\"]\n";

type Row = BTreeMap<String, String>;

/// Editions of a project, tables handed in, and money of agencies are about no person.
const IMPERSONAL: [&str; 5] =
    ["participation.programme", "participation.cost", "subsidy.balance", "submission.complete", "submission.timely"];

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |line: csv::StringRecord| heads.iter().cloned().zip(line.iter().map(str::to_owned)).collect();
    reader.records().map(|line| row(line.unwrap())).collect()
}

/// The sample with more settings.
fn project(settings: &str) -> tempfile::TempDir {
    let project = sample(&[]);
    let path = project.path().join("parcours.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\n{settings}")).unwrap();
    run_quickly(project.path());
    project
}

fn national(project: &Path, more: &[&str]) -> super::harness::Ended {
    let mut arguments = vec!["report", "national", project.to_str().unwrap()];
    arguments.extend(more);
    parcours(arguments)
}

fn set(project: &Path, settings: &str) {
    let path = project.join("parcours.toml");
    let text = fs::read_to_string(&path).unwrap();
    let kept = text.split("\n[publish]").next().unwrap().to_owned();
    fs::write(&path, format!("{kept}\n[publish]\n{settings}\n")).unwrap();
}

#[test]
fn a_public_edition_shows_no_small_number_and_no_agency() {
    let project = project("");
    let ended = national(project.path(), &["--year", "2017"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("below 5") && ended.stdout.contains("computed 0 of them"), "{ended:?}");
    let folder = project.path().join("out/national/2017");
    let figures = rows(&folder.join("figures.csv"));
    let (mut hidden, mut shown) = (0, 0);
    for row in &figures {
        assert_ne!(row["area_level"], "cpas");
        let numbers = ["persons", "numerator", "denominator", "value", "ci_low", "ci_high"].map(|name| &row[name]);
        if row["status"] == "suppressed" {
            hidden += 1;
            assert!(numbers.iter().all(|number| number.is_empty()), "{row:?}");
            continue;
        }
        shown += 1;
        let is_personal = !IMPERSONAL.contains(&row["indicator"].as_str());
        let persons: f64 = row["persons"].parse().unwrap_or(0.0);
        assert!(!is_personal || persons == 0.0 || persons >= 5.0, "{row:?}");
        let count = |name: &str| row[name].parse::<f64>().ok();
        if let (Some(part), Some(whole), true) = (count("numerator"), count("denominator"), row["unit"] == "percent")
            && is_personal
            && row["indicator"] != "participation.attendance"
        {
            for number in [part, whole - part] {
                assert!(number == 0.0 || number >= 5.0, "{row:?}");
            }
        }
    }
    assert!(hidden > 100 && shown > 500, "{hidden} hidden, {shown} shown");
    let record: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("record.json")).unwrap()).unwrap();
    assert_eq!((record["edition"].as_str(), record["rules"]["threshold"].as_i64()), (Some("public"), Some(5)));
    assert_eq!(record["protection"]["hidden_figures"].as_i64(), Some(hidden));
    assert!(record["protection"].get("sensitive").is_none(), "how many are sensitive would tell of the others");
    assert!(!fs::read_to_string(folder.join("record.json")).unwrap().contains("34022"), "no agency is named");
    // Every code of the figures has its words.
    let known: BTreeSet<(String, String)> = rows(&folder.join("dictionary.csv"))
        .into_iter()
        .map(|row| {
            assert!(["fr", "nl", "de", "en"].iter().all(|language| !row[*language].is_empty()), "{row:?}");
            (row["concept"].clone(), row["code"].clone())
        })
        .collect();
    for row in &figures {
        for concept in ["indicator", "unit", "status"] {
            assert!(known.contains(&(concept.to_owned(), row[concept].clone())), "{concept} {row:?}");
        }
        assert!(known.contains(&(format!("area/{}", row["area_level"]), row["area"].clone())), "{row:?}");
        for pair in row["dimensions"].split(';').filter(|pair| !pair.is_empty()) {
            let (name, code) = pair.split_once('=').unwrap();
            assert!(known.contains(&(format!("dimension/{name}"), code.to_owned())), "{pair}");
        }
    }
    // A record that somebody wrote names a file outside: it is not taken away as one of ours.
    let keep = project.path().join("parcours.toml");
    let kept = fs::read(&keep).unwrap();
    let text = fs::read_to_string(folder.join("record.json")).unwrap();
    let hash: String = sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(&kept))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let named = format!("\"files\": [\n    {{\"path\": \"../../../parcours.toml\", \"sha256\": \"{hash}\"}},");
    fs::write(folder.join("record.json"), text.replacen("\"files\": [", &named, 1)).unwrap();
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    assert_eq!(fs::read(&keep).unwrap(), kept);
    // The same again is the same.
    let before = contents(&folder);
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    assert_eq!(contents(&folder), before);
}

#[test]
fn where_nothing_is_hidden_the_figures_are_those_computed() {
    let project = project(&format!("[publish]\nthreshold = 0\nallow_no_threshold = true\n{LEVELS}"));
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    let text = fs::read_to_string(project.path().join("parcours.toml")).unwrap();
    fs::write(project.path().join("parcours.toml"), format!("{text}\n[compute]\n{LEVELS}")).unwrap();
    assert_eq!(parcours(["compute", project.path().to_str().unwrap()]).code, 0);
    let of_2017 = |path: &str| -> Vec<Row> {
        rows(&project.path().join(path)).into_iter().filter(|row| row["period"] == "2017").collect()
    };
    let (published, computed) = (of_2017("out/national/2017/figures.csv"), of_2017("out/indicators.csv"));
    assert!(computed.len() > 1000);
    assert_eq!(published, computed);
}

/// Of the five centres two are Flemish and three Walloon.
#[test]
fn figures_of_few_agencies_are_hidden_where_the_settings_say_so() {
    let project = project("[publish]\nlevels = [\"region\", \"country\"]\nleast_agencies = 3\n");
    let ended = national(project.path(), &["--year", "2017"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let figures = rows(&project.path().join("out/national/2017/figures.csv"));
    let free = |area: &str| {
        let is_shown = |row: &&Row| row["area"] == area && row["status"] == "free" && row["value"] != "0.0";
        let of_area = figures.iter().filter(is_shown);
        // Editions of a project and tables handed in are about no person.
        let of_nobody = ["participation.programme", "submission.complete", "submission.timely"];
        of_area.filter(|row| !of_nobody.contains(&row["indicator"].as_str())).count()
    };
    assert_eq!(free("02000"), 0, "two agencies");
    // What both regions and the country are made of would give the two away: the third is hidden with them.
    assert!(figures.iter().any(|row| row["area"] == "BE" && row["status"] == "free"));
}

/// The subsidy of one centre is most of what its region gets.
#[test]
fn an_amount_that_one_agency_dominates_is_hidden_where_the_settings_say_so() {
    let shown = |settings: &str| {
        let project = project(&format!("[publish]\nlevels = [\"country\"]\n{settings}"));
        assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
        let figures = rows(&project.path().join("out/national/2017/figures.csv"));
        let amounts = figures.into_iter().filter(|row| row["indicator"] == "subsidy.balance");
        amounts.filter(|row| row["status"] == "free").count()
    };
    let (all, few) = (shown("threshold = 2"), shown("threshold = 2\ndominance = [1, 30]"));
    assert!(few < all, "{few} of {all}");
}

#[test]
fn an_edition_that_cannot_be_right_is_refused_and_nothing_is_written() {
    let project = project("");
    let out = project.path().join("out/national");
    for (settings, named) in [
        ("threshold = 0", "threshold"),
        ("threshold = 1", "threshold"),
        ("levels = [\"cpas\"]", "publish.levels"),
        ("levels = [\"commune\"]", "commune"),
        ("dominance = [0.5, 80.0]", "publish.dominance"),
        ("earlier_edition = \"nowhere\"", "nowhere"),
        ("treshold = 5", "treshold"),
        ("levels = []", "publish.levels"),
        ("threshold = 9223372036854775807", "publish.threshold"),
        ("p_percent = -1.0", "publish.p_percent"),
    ] {
        set(project.path(), settings);
        let ended = national(project.path(), &[]);
        assert_eq!(ended.code, 2, "{settings}: {ended:?}");
        assert!(ended.stderr.contains(named), "{settings}: {ended:?}");
        assert!(!out.exists(), "{settings}");
    }
    set(project.path(), "threshold = 5");
    let ended = national(project.path(), &["--cpas", "34022"]);
    assert!(ended.code == 2 && ended.stderr.contains("34022"), "{ended:?}");
    let ended = national(project.path(), &["--year", "1999"]);
    assert!(ended.code == 2 && ended.stderr.contains("1999"), "{ended:?}");
    assert!(!out.exists());
}

#[test]
fn what_an_earlier_edition_gave_away_is_told() {
    let project = project("[publish]\nthreshold = 3\n");
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    let kept = project.path().join("earlier");
    fs::rename(project.path().join("out/national/2017"), &kept).unwrap();
    set(project.path(), "threshold = 3\nearlier_edition = \"earlier\"");
    let ended = national(project.path(), &["--year", "2017"]);
    assert_eq!(ended.code, 0, "the same figures by the same rules: {ended:?}");
    fs::remove_dir_all(project.path().join("out/national")).unwrap();
    set(project.path(), "threshold = 8\nearlier_edition = \"earlier\"");
    let ended = national(project.path(), &["--year", "2017"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("already gives away") && ended.stderr.contains("2017"), "{ended:?}");
    assert!(!project.path().join("out/national").exists());
}

#[test]
fn the_annual_report_is_told_its_period_too() {
    let (project, _) = finished();
    let ended = parcours(["report", "annual", project.path().to_str().unwrap(), "--year", "1999"]);
    assert!(ended.code == 2 && ended.stderr.contains("1999"), "{ended:?}");
}

/// Found by an attacker: 12 people referred and 9 started give 3 who never did; four reasons of a coverage whose shares were
/// shown gave the hidden one; the spread of few changes gave their parts.
#[test]
fn parts_of_a_whole_and_of_a_change_do_not_give_each_other_away() {
    let project = project(&format!("[publish]\n{LEVELS}"));
    let ended = national(project.path(), &["--year", "2017"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let figures = rows(&project.path().join("out/national/2017/figures.csv"));
    let of = |indicator: &str| -> BTreeMap<(String, String), &Row> {
        let own = figures.iter().filter(|row| row["indicator"] == indicator);
        own.map(|row| ((row["area"].clone(), row["dimensions"].clone()), row)).collect()
    };
    let (referred, started, rate) =
        (of("participation.referred"), of("participation.started"), of("participation.rate"));
    for (key, row) in rate.iter().filter(|(_, row)| row["status"] == "suppressed") {
        let count =
            |of: &BTreeMap<(String, String), &Row>| of.get(key).and_then(|row| row["value"].parse::<f64>().ok());
        if let Some((referred, started)) = count(&referred).zip(count(&started)) {
            let never = referred - started;
            assert!(never == 0.0 || never >= 5.0, "{row:?}: {referred} - {started}");
        }
    }
    let change = of("progress.change");
    for part in ["improved", "unchanged", "worsened", "before", "after"] {
        for (key, row) in of(&format!("progress.change.{part}")) {
            assert_eq!(row["status"] == "suppressed", change[&key]["status"] == "suppressed", "{row:?}");
        }
    }
    for row in change.values().filter(|row| !row["ci_low"].is_empty()) {
        assert!(row["persons"].parse::<i64>().unwrap() >= 50, "{row:?}");
    }
}

/// The regions were out already; where provinces alone are published now, one hidden alone would be the region less the others.
#[test]
fn tables_of_an_earlier_edition_count_where_this_one_does_not_show_them() {
    let project = project("[publish]\nlevels = [\"province\", \"region\"]\n");
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    let earlier = project.path().join("earlier");
    fs::rename(project.path().join("out/national/2017"), &earlier).unwrap();
    let by_area = |path: &Path, level: &str| -> BTreeMap<(String, String), BTreeMap<String, String>> {
        let mut found: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
        // Each agency's own counts add up to its province's, and provinces to regions.
        for row in rows(path).into_iter().filter(|row| row["indicator"] == "piis.count" && row["area_level"] == level) {
            let key = (row["period"].clone(), row["dimensions"].clone());
            found.entry(key).or_default().insert(row["area"].clone(), row["value"].clone());
        }
        found
    };
    let regions = by_area(&earlier.join("figures.csv"), "region");
    let lone = |settings: &str| {
        set(project.path(), settings);
        assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
        let provinces = by_area(&project.path().join("out/national/2017/figures.csv"), "province");
        let is_lone = |(key, values): &(&(String, String), &BTreeMap<String, String>)| {
            // Hainaut and Liège are all of Wallonia in the sample: one of them is the region less the other.
            let number = |value: &String| value.parse::<f64>().ok();
            let both = ["50000", "60000"].map(|area| values.get(area).and_then(number));
            let region = regions.get(*key).and_then(|areas| areas.get("03000")).and_then(number);
            let small = |other: f64| region.is_some_and(|region| (1.0..5.0).contains(&(region - other)));
            match both {
                [Some(other), None] | [None, Some(other)] => small(other),
                _ => false,
            }
        };
        provinces.iter().filter(is_lone).count()
    };
    assert!(lone("levels = [\"province\"]") > 0, "without the earlier edition a province is hidden alone");
    assert_eq!(lone("levels = [\"province\"]\nearlier_edition = \"earlier\""), 0);
}

/// The report of everybody is made from what disclosure control let through: each cell of a table is its figure, or hidden where
/// that is, and nothing of a single CPAS is in it. The internal one has all of it, and says that it is internal.
#[test]
fn the_public_report_shows_the_published_figures_and_no_cpas() {
    let project = project("");
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    let (public, internal) =
        (project.path().join("out/national/2017"), project.path().join("out/national-internal/2017"));
    let figures = rows(&public.join("figures.csv"));
    let mut book: Xlsx<_> = calamine::open_workbook(public.join("national-2017-fr.xlsx")).unwrap();
    let sheets = book.sheet_names();
    let (mut hidden, mut shown) = (0, 0);
    for name in sheets {
        let range = book.worksheet_range(&name).unwrap();
        let lines: Vec<&[Data]> = range.rows().collect();
        let Some(head) = lines.iter().position(|line| line[0] == Data::String("Province".to_owned())) else { continue };
        let Some(column) = lines[head].iter().position(|cell| *cell == "Bilans") else { continue };
        for line in &lines[head + 1..] {
            if line[0] == "Total" {
                break;
            }
            let Some(area) = ["Province de Flandre-Occidentale", "Province de Hainaut", "Province de Liège"]
                .iter()
                .position(|name| line[0] == **name)
            else {
                continue;
            };
            let code = ["30000", "50000", "60000"][area];
            let figure = figures.iter().find(|row| {
                row["indicator"] == "bilan.count"
                    && row["area"] == code
                    && row["period"] == "2017"
                    && row["dimensions"].is_empty()
            });
            match figure {
                Some(row) if row["status"] == "suppressed" => {
                    hidden += 1;
                    assert_eq!(line[column].to_string(), "c", "{row:?}");
                }
                Some(row) => {
                    shown += 1;
                    assert_eq!(line[column].to_string(), row["value"].trim_end_matches(".0"), "{row:?}");
                }
                None => assert_eq!(line[column].to_string(), "n.e."),
            }
        }
    }
    assert!(hidden + shown > 0, "{hidden} {shown}");
    let page = |folder: &Path| fs::read_to_string(folder.join("national-2017-fr.html")).unwrap();
    let (of_all, own) = (page(&public), page(&internal));
    // Definitions name the centre that an instrument comes from; no cell of a table may.
    for name in ["<td>Courtrai", "Courtrai</th>", "Courtrai</td>", "Eupen</td>", "Eupen</th>", "data-trace=", "34022"] {
        assert!(!of_all.contains(name), "{name} in the public page");
    }
    assert!(own.contains("Courtrai</th>") && own.contains("data-trace="));
    assert!(of_all.contains("Édition publique") && !of_all.contains("Édition interne"));
    assert!(own.contains("Édition interne") && !own.contains("Édition publique"));
    // Only some of the five centres handed in for 2016: nothing rose or fell.
    assert!(of_all.contains("Rien n&#x27;est comparé à 2016"));
    assert!(!of_all.contains("En hausse depuis"), "{}", of_all.matches("En hausse depuis").count());
    let record = |folder: &Path| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(folder.join("record.json")).unwrap()).unwrap()
    };
    assert_eq!(
        (record(&public)["edition"].clone(), record(&internal)["edition"].clone()),
        ("public".into(), "internal".into())
    );
    // Every file is on the record, with its content's hash.
    for folder in [&public, &internal] {
        let on_record: BTreeSet<String> = record(folder)["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["path"].as_str().unwrap().to_owned())
            .collect();
        let there: BTreeSet<String> = contents(folder)
            .into_keys()
            .map(|path| path.display().to_string())
            .filter(|path| path != "record.json")
            .collect();
        assert_eq!(on_record, there);
    }
}

/// Found by an attacker: the bounds of progress differ by those not measured, and the rest are the pairs that `progress.reliable`
/// and `progress.overall` count: a hidden upper bound was the lower one and the difference.
#[test]
fn the_bounds_of_progress_and_the_pairs_do_not_give_each_other_away() {
    let project = project(&format!("[publish]\n{LEVELS}"));
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    let figures = rows(&project.path().join("out/national/2017/figures.csv"));
    let number = |row: &Row, name: &str| row[name].parse::<f64>().ok();
    let pairs = |row: &Row, indicator: &str| -> Vec<f64> {
        let base = row["dimensions"]
            .replace(";bound=lower", "")
            .replace("bound=lower;", "")
            .replace(";bound=upper", "")
            .replace("bound=upper;", "");
        let same = figures.iter().filter(|one| {
            let parts: BTreeSet<&str> = one["dimensions"].split(';').collect();
            one["indicator"] == indicator
                && one["area"] == row["area"]
                && base.split(';').all(|part| parts.contains(part))
        });
        same.filter_map(|one| number(one, "denominator")).collect()
    };
    let mut seen = 0;
    for row in figures.iter().filter(|row| row["indicator"] == "progress.bounds" && row["dimensions"].contains("lower"))
    {
        let upper = row["dimensions"].replace("lower", "upper");
        let other = figures.iter().find(|one| {
            one["indicator"] == row["indicator"] && one["area"] == row["area"] && one["dimensions"] == upper
        });
        let (Some(least), Some(all)) = (number(row, "numerator"), number(row, "denominator")) else { continue };
        seen += 1;
        let Some(other) = other.filter(|other| other["status"] == "suppressed") else { continue };
        for n in pairs(row, "progress.reliable") {
            // What the hidden upper bound leaves: those that did not improve.
            let left = all - (least + all - n);
            assert!(left <= 0.0 || left >= 5.0, "{other:?}: {left} not improved");
        }
    }
    assert!(seen > 0);
}

/// A reader subtracts: no figure shows who was referred and did not start, and no small number of them may follow.
#[test]
fn what_one_count_has_beyond_another_is_no_small_number() {
    let project = project(&format!("[publish]\n{LEVELS}"));
    assert_eq!(national(project.path(), &["--year", "2017"]).code, 0);
    let figures = rows(&project.path().join("out/national/2017/figures.csv"));
    let of = |indicator: &'static str| figures.iter().filter(move |row| row["indicator"] == indicator);
    let mut both = 0;
    for (part, whole) in [
        ("participation.started", "participation.referred"),
        ("participation.completed", "participation.started"),
        ("piis.ended", "piis.count"),
    ] {
        for row in of(part) {
            let is_same = |other: &&Row| {
                ["period", "area_level", "area", "dimensions"].iter().all(|name| row[*name] == other[*name])
            };
            let Some(other) = of(whole).find(is_same) else { continue };
            let numbers = [&row["value"], &other["value"]].map(|text| text.parse::<f64>().ok());
            let [Some(fewer), Some(more)] = numbers else { continue };
            both += 1;
            assert!(more - fewer == 0.0 || more - fewer >= 5.0, "{row:?} {other:?}");
        }
    }
    assert!(both > 20, "{both}");
}

/// Counts of people as multiples of five: the nearest ones of the true numbers, and all that is derived from those shown.
#[test]
fn rounded_counts_are_the_nearest_multiples_and_shares_follow_from_them() {
    let project =
        project("[compute]\nlevels = [\"cpas\", \"province\", \"region\", \"country\"]\n[publish]\nrounding = 5\n");
    let ended = national(project.path(), &["--year", "2017"]);
    assert!(ended.code == 0 && ended.stdout.contains("rounded to multiples of 5"), "{ended:?}");
    let key = |row: &Row| ["indicator", "period", "area_level", "area", "dimensions"].map(|name| row[name].clone());
    let truth: BTreeMap<[String; 5], Row> =
        rows(&project.path().join("out/indicators.csv")).into_iter().map(|row| (key(&row), row)).collect();
    let figures = rows(&project.path().join("out/national/2017/figures.csv"));
    let number = |row: &Row, name: &str| row[name].parse::<f64>().ok();
    let near = |shown: Option<f64>, known: Option<f64>, row: &Row| match (shown, known) {
        (Some(shown), Some(known)) => {
            assert!(shown % 5.0 == 0.0 && (shown - known).abs() < 2.6, "{row:?}: {known}");
        }
        (shown, known) => assert_eq!(shown, known, "{row:?}"),
    };
    let (mut counts, mut shares, mut means) = (0, 0, 0);
    for row in &figures {
        let known = &truth[&key(row)];
        if IMPERSONAL.contains(&row["indicator"].as_str()) {
            assert_eq!(row["value"], known["value"]);
            continue;
        }
        if row["status"] == "suppressed" {
            assert!(
                ["persons", "numerator", "denominator", "value"].iter().all(|name| row[*name].is_empty()),
                "{row:?}"
            );
            continue;
        }
        near(number(row, "persons"), number(known, "persons"), row);
        let (part, whole) = (number(row, "numerator"), number(row, "denominator"));
        if let (Some(part), Some(whole), Some(value)) = (part, whole, number(row, "value")) {
            near(Some(whole), number(known, "denominator"), row);
            let scale = if row["unit"] == "percent" { 100.0 } else { 1.0 };
            assert!((value - scale * part / whole).abs() < 1e-9 && whole >= 20.0, "{row:?}");
            if row["unit"] == "percent" {
                near(Some(part), number(known, "numerator"), row);
                shares += 1;
            } else {
                // Euros are shown as they are, over people who are rounded: two and a half of twenty.
                let most = if row["unit"] == "eur" { 0.13 } else { 0.03 };
                assert!(
                    (value - number(known, "value").unwrap()).abs() <= most * value.abs().max(1.0),
                    "{row:?} {known:?}"
                );
                assert_eq!(row["ci_low"], "");
                means += 1;
            }
        } else if whole.is_none() {
            near(number(row, "value"), number(known, "value"), row);
            counts += 1;
        }
    }
    assert!(counts > 200 && shares > 500 && means > 100, "{counts} {shares} {means}");
    let page = fs::read_to_string(project.path().join("out/national/2017/national-2017-fr.html")).unwrap();
    assert!(page.contains("Nombres de personnes arrondis aux multiples de"));
    // The gate knows the rule: a number that is no multiple does not go out.
    let check = || parcours(["release", "check", project.path().to_str().unwrap(), "--year", "2017"]);
    assert!(check().stdout.contains("nothing found"), "{:?}", check());
    let path = project.path().join("out/national/2017/figures.csv");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|line| line.starts_with("piis.count,2017,country,BE,,")).unwrap();
    let persons = line.split(',').nth(5).unwrap();
    let other = line.replacen(&format!(",{persons},"), &format!(",{},", persons.parse::<i64>().unwrap() + 1), 1);
    fs::write(&path, text.replace(line, &other)).unwrap();
    assert!(check().stderr.contains("a number of people is shown that is no multiple of 5"), "{:?}", check());
    for settings in ["rounding = 4", "rounding = 5\nleast_agencies = 2", "rounding = 5\nearlier_edition = \"x\""] {
        set(project.path(), settings);
        let ended = national(project.path(), &["--year", "2017"]);
        assert!(ended.code == 2 && ended.stderr.contains("which is not allowed"), "{settings}: {ended:?}");
    }
}

/// Small counts as 0 or five, sums hold; noise by the key, the same in each edition. `inexact.py` attacks both.
#[test]
fn counts_may_be_inexact_in_other_ways_and_are_the_same_in_every_edition() {
    let project =
        project("[compute]\nlevels = [\"cpas\", \"province\", \"region\", \"country\"]\n[publish]\nsmall_counts = 5\n");
    let ended = national(project.path(), &["--year", "2017"]);
    assert!(ended.code == 0 && ended.stdout.contains("below 5 shown as 0 or 5 so that sums hold"), "{ended:?}");
    let file = |year: &str| project.path().join(format!("out/national/{year}/figures.csv"));
    let number = |row: &Row, name: &str| row[name].parse::<f64>().ok();
    let country = |figures: &[Row], level: &str| -> f64 {
        let of = figures.iter().filter(|row| row["indicator"] == "parcours.count" && row["dimensions"].is_empty());
        of.filter(|row| row["area_level"] == level && row["period"] == "2017")
            .filter_map(|row| number(row, "value"))
            .sum()
    };
    let figures = rows(&file("2017"));
    assert!(country(&figures, "country") > 0.0);
    assert_eq!(country(&figures, "country"), country(&figures, "region"));
    assert_eq!(country(&figures, "country"), country(&figures, "province"));
    set(project.path(), "cell_keys = 3");
    for year in ["2016", "2017"] {
        let ended = national(project.path(), &["--year", year]);
        assert!(ended.code == 0 && ended.stdout.contains("by up to 3 more or less"), "{ended:?}");
    }
    let check = parcours(["release", "check", project.path().to_str().unwrap(), "--year", "2017"]);
    assert!(check.stdout.contains("nothing found"), "{check:?}");
    let of_2016 = |year: &str| -> BTreeMap<[String; 5], f64> {
        let key = |row: &Row| ["indicator", "period", "area_level", "area", "dimensions"].map(|name| row[name].clone());
        let shown = rows(&file(year)).into_iter().filter(|row| row["period"] == "2016");
        shown.filter_map(|row| Some((key(&row), number(&row, "persons")?))).collect()
    };
    let (then, now) = (of_2016("2016"), of_2016("2017"));
    let both: Vec<_> = then.iter().filter(|(key, _)| now.contains_key(*key)).collect();
    assert!(both.len() > 50, "{}", both.len());
    for (key, persons) in both {
        assert_eq!(now[key], *persons, "{key:?}: two draws of noise tell more than one");
    }
    for settings in
        ["cell_keys = 0", "cell_keys = 3\nrounding = 5", "small_counts = 4", "small_counts = 5\np_percent = 10"]
    {
        set(project.path(), settings);
        let ended = national(project.path(), &["--year", "2017"]);
        assert!(ended.code == 2 && ended.stderr.contains("which is not allowed"), "{settings}: {ended:?}");
    }
}
