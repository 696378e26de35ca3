//! Every check has a known answer: hand-made exports in which it fails on rows that are named here and passes the others.
//! The numbers were counted by hand from the tables below, not taken from a run.

use super::harness::{Ended, lake_contents, parcours, parquet_rows, small_table};
use parcours::catalogue::Catalogue;
use parcours::model::Niss;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SETTINGS: &str = r#"
[project]
name = "checks"
languages = ["en", "fr"]
[key]
file = "key"
invented = true
[inbox]
folder = "inbox"
profile = "checks"
"#;

/// A project with this profile and these files of Liège, by path below the centre's folder.
fn project(profile: &str, files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("parcours.toml"), SETTINGS).unwrap();
    fs::write(folder.path().join("key"), "0".repeat(64)).unwrap();
    fs::create_dir(folder.path().join("profiles")).unwrap();
    fs::write(folder.path().join("profiles/checks.toml"), profile).unwrap();
    for (name, text) in files {
        put(folder.path(), &format!("inbox/62063-test/{name}"), text);
    }
    folder
}

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn run(command: &str, project: &Path) -> Ended {
    let quick: &[&str] = if command == "run" { &["--without-reports"] } else { &[] };
    let arguments = std::iter::once(command).chain(quick.iter().copied()).map(std::ffi::OsString::from);
    parcours(arguments.chain([project.into()]))
}

/// A profile whose tables hold these columns under their own names; people go by the centre's own numbers.
fn plain_profile(tables: &[(&str, &str)]) -> String {
    let mut text = String::from("id = \"checks\"\ntitle = \"checks\"\n");
    for (table, columns) in tables {
        text +=
            &format!("[[file]]\nname = \"{table}.csv\"\n[[file.table]]\nname = \"{table}\"\n[file.table.columns]\n");
        for column in columns.split(',') {
            text += &match column {
                "person_id" => "person_id = { from = \"person_id\", as = \"client_no\" }\n".to_owned(),
                other => format!("{other} = \"{other}\"\n"),
            };
        }
    }
    text
}

/// What a check found: tested, failed, and `file:row` of what failed.
type Answer = (u64, Vec<String>);

/// The findings of a period as the program wrote them, with the laws that hold for all of them.
fn found(project: &Path, period: &str) -> BTreeMap<String, Answer> {
    let read = |name: &str| {
        let mut reader = csv::Reader::from_path(project.join("out").join(name)).unwrap();
        let headings = reader.headers().unwrap().clone();
        let line = |line: csv::StringRecord| {
            headings.iter().zip(line.iter()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<BTreeMap<_, _>>()
        };
        reader.records().map(|record| line(record.unwrap())).collect::<Vec<_>>()
    };
    let counts = read("findings.csv");
    assert_eq!(counts, parquet_rows(&project.join("out/findings.parquet")), "CSV and Parquet differ");
    let rows = read("findings_rows.csv");
    let mut answers = BTreeMap::new();
    for line in counts.iter().filter(|line| line["period"] == period) {
        let [tested, passed, failed] = ["tested", "passed", "failed"].map(|name| line[name].parse::<u64>().unwrap());
        assert_eq!(tested, passed + failed, "{line:?}");
        let of_check = rows.iter().filter(|row| row["check"] == line["check"] && row["period"] == period);
        let place = |row: &BTreeMap<String, String>| {
            let file = row["source_file"].rsplit('/').next().unwrap();
            format!("{}:{}", file.split('.').next().unwrap(), row["source_row"])
        };
        let places: BTreeSet<String> = of_check.map(place).collect();
        assert_eq!(failed, places.len() as u64, "{}: {places:?}", line["check"]);
        if line["status"] == "tested" {
            answers.insert(line["check"].clone(), (tested, places.into_iter().collect()));
        } else {
            assert_eq!(tested, 0, "{line:?}");
        }
    }
    answers
}

fn check_answers(answers: &BTreeMap<String, Answer>, known: &[(&str, u64, &[&str])], is_record: bool) {
    let catalogue = Catalogue::load(None).unwrap();
    let of_kind = catalogue.checks.values().filter(|check| check.record().is_some() == is_record);
    let ids: BTreeSet<&str> = of_kind.map(|check| check.id.as_str()).collect();
    assert_eq!(ids, known.iter().map(|(id, ..)| *id).collect(), "checks without a known answer, or the other way");
    for (id, tested, failed) in known {
        let failed: Vec<String> = failed.iter().map(|place| (*place).to_owned()).collect();
        assert!(!failed.is_empty(), "{id} fails nowhere");
        assert_eq!(answers[*id], (*tested, failed), "{id}");
    }
}

const RECORD_TABLES: &[(&str, &str)] = &[
    ("persons", "person_id,birth_year,sex"),
    ("parcours", "parcours_id,person_id,kind,start_on,end_on"),
    ("piis", "piis_id,person_id,parcours_id,type,requested_on,signed_on,start_on,end_on"),
    ("evaluations", "piis_id,planned_on,held_on"),
    ("bilans", "bilan_id,person_id,held_on"),
    ("measures", "person_id,parcours_id,instrument,domain,occasion,measured_on,assessor,score"),
    ("editions", "edition_id,project,start_on,end_on,planned_hours,cost_eur"),
    ("enrolments", "edition_id,person_id,started_on,ended_on,status"),
    ("attendance", "edition_id,person_id,session_on,planned_hours,attended_hours,status"),
    ("tasks", "piis_id,task_no,owner,due_on,done_on"),
    ("sanctions", "person_id,decided_on,piis_id,kind,days"),
    ("agreements", "year,scheme,granted_eur"),
    ("objectives", "year,scheme,objective_id,kind"),
    ("expenses", "year,scheme,entry_id,category,amount_eur,booked_on,eligible"),
];

/// The rows below the headings of [`RECORD_TABLES`]; the first is row 2 of its file.
const RECORDS: &[(&str, &[&str])] = &[
    ("persons", &["P1,1980,F", "P2,1985,M", "P3,1905,M", "P4,1990,F", "P5,1990,F"]),
    (
        "parcours",
        &[
            "W1,P1,activation,2017-01-10,2017-06-10",
            "W2,P1,activation,2017-06-01,2017-12-01", // begins before W1 ends
            "W3,P2,study,2016-03-01,2017-03-15",      // 379 days
            "W4,P4,language,2017-02-01,",
            "W5,P5,language,2017-02-01,",
            "W6,P3,entry,1917-01-01,1917-02-01", // a hundred years too early
            "W7,P2,entry,2017-09-01,2018-06-30", // ends half a year after the period
        ],
    ),
    (
        "piis",
        &[
            "C1,P1,W1,guidance,2017-01-01,2017-01-12,2017-01-12,2017-06-10",
            "C2,P2,W3,study,,,2016-03-01,2017-03-15",
            "C3,P4,,training,,,2017-02-01,", // of no parcours; 294 days without an evaluation
            "C4,P4,W99,training,,,2017-11-01,", // no such parcours
            "C5,P5,W4,training,,,2017-11-01,", // W4 is that of P4
            "C6,P5,W5,training,2017-11-20,2017-11-10,2017-11-25,", // signed before it was asked for
        ],
    ),
    (
        "evaluations",
        &[
            "C1,2017-04-10,2017-04-12",
            "C1,2017-05-30,2017-06-01",
            "C2,2017-02-01,2017-02-10",
            "C3,2017-05-01,",            // planned and not held
            "C99,2017-11-15,2017-11-20", // no such contract
            "C4,2017-10-01,2017-10-15",  // before the contract begins
            "C5,2017-11-20,2017-11-21",
        ],
    ),
    ("bilans", &["B1,P1,2017-01-05", "B2,P9,2017-02-05"]), // nobody is P9
    (
        "measures",
        &[
            "P1,W1,zrm-2017,housing,zero,2017-01-12,worker,2",
            "P1,W1,zrm-2017,housing,end,2017-06-05,worker,4",
            "P1,W2,zrm-2017,housing,end,2017-11-30,worker,4", // without a zero
            "P2,W3,zrm-2017,housing,zero,2017-03-20,worker,3", // after the end
            "P2,W7,zrm-2017,housing,end,2017-08-20,worker,3", // before the start
            "P2,W7,zrm-2017,housing,zero,2017-09-02,worker,3",
            "P2,W98,zrm-2017,housing,interim,2017-04-01,worker,3", // no such parcours
            // P4 and P5 look the same.
            "P4,W4,zrm-2017,housing,zero,2017-02-02,worker,3",
            "P4,W4,zrm-2017,finances,zero,2017-02-02,worker,2",
            "P4,W4,zrm-2017,time_use,zero,2017-02-02,worker,4",
            "P4,W4,zrm-2017,justice,zero,2017-02-02,worker,5",
            "P4,W4,zrm-2017,basic_adl,zero,2017-02-02,worker,1",
            "P5,W5,zrm-2017,housing,zero,2017-02-02,worker,3",
            "P5,W5,zrm-2017,finances,zero,2017-02-02,worker,2",
            "P5,W5,zrm-2017,time_use,zero,2017-02-02,worker,4",
            "P5,W5,zrm-2017,justice,zero,2017-02-02,worker,5",
            "P5,W5,zrm-2017,basic_adl,zero,2017-02-02,worker,1",
        ],
    ),
    ("editions", &["E1,boost,2017-03-01,2017-05-31,10,1000", "E2,boost,2017-09-01,2017-11-30,6,-5"]),
    (
        "enrolments",
        &[
            "E1,P1,2017-03-01,2017-05-31,completed",
            "E1,P2,2017-02-10,2017-04-01,dropped_out", // begins 19 days before the edition
            "E2,P4,,,completed",                       // never began
            "E9,P5,2017-03-01,2017-03-10,completed",   // no such edition
            "E2,P5,2017-09-01,2017-11-30,completed",   // 7 hours of sessions, the programme has 6
        ],
    ),
    (
        "attendance",
        &[
            "E1,P1,2017-03-02,3,3,present",
            "E1,P1,2017-06-15,3,3,present", // after the edition
            "E1,P2,2017-03-02,3,4,present", // four of three hours
            "E1,P3,2017-03-02,3,3,present", // not enrolled
            "E9,P5,2017-03-03,3,3,present", // no such edition
            "E2,P5,2017-09-02,3,2,excused", // absent for two hours' attendance
            "E2,P5,2017-09-03,4,4,present",
        ],
    ),
    ("tasks", &["C1,1,client,2017-02-01,2017-01-30", "C77,1,client,2017-02-01,"]),
    ("sanctions", &["P1,2017-03-01,C1,partial,5", "P1,2017-04-01,C66,partial,5"]),
    ("agreements", &["2017,sme,10000"]),
    ("objectives", &["2017,sme,O1,qualitative", "2017,pas,O2,qualitative"]),
    (
        "expenses",
        &[
            "2017,sme,X1,staff,100,2017-02-01,yes",
            "2017,sme,X2,staff,50,2017-03-01,no",
            "2017,sme,X3,staff,50,2018-01-15,yes",     // booked in the next year
            "2017,cluster,X4,staff,50,2017-05-01,yes", // no such agreement
        ],
    ),
];

/// Check, records tested, those that fail.
const RECORD_ANSWERS: &[(&str, u64, &[&str])] = &[
    ("amount.negative", 7, &["editions:3"]),
    ("amount.not_eligible", 4, &["expenses:3"]),
    ("amount.year", 4, &["expenses:4"]),
    ("attendance.status", 7, &["attendance:7"]),
    ("date.early", 51, &["parcours:7"]),
    ("date.future", 51, &["parcours:8"]),
    ("duplicate.across", 2, &["parcours:4"]),
    ("enrolment.status", 5, &["enrolments:4"]),
    ("evaluation.overdue", 5, &["evaluations:5"]),
    ("evaluation.rhythm", 5, &["piis:4"]),
    ("hours.attended", 7, &["attendance:4"]),
    ("hours.programme", 3, &["enrolments:6"]),
    ("measure.end_early", 3, &["measures:6"]),
    ("measure.end_only", 3, &["parcours:3"]),
    ("measure.zero_late", 13, &["measures:5"]),
    ("order.enrolment", 3, &["enrolments:3"]),
    ("order.evaluation", 5, &["evaluations:7"]),
    ("order.session", 6, &["attendance:3"]),
    ("order.signature", 2, &["piis:7"]),
    ("parcours.overlap", 7, &["parcours:3"]),
    ("parcours.too_long", 7, &["parcours:4"]),
    ("person.age", 5, &["persons:4"]),
    ("person.twice", 5, &["persons:5", "persons:6"]),
    ("piis.no_parcours", 6, &["piis:4"]),
    ("reference.attendance_edition", 7, &["attendance:6"]),
    ("reference.attendance_enrolment", 7, &["attendance:5"]),
    ("reference.enrolment_edition", 5, &["enrolments:5"]),
    ("reference.evaluation_piis", 7, &["evaluations:6"]),
    ("reference.expense_agreement", 4, &["expenses:5"]),
    ("reference.measure_parcours", 17, &["measures:8"]),
    ("reference.objective_agreement", 2, &["objectives:3"]),
    ("reference.person", 46, &["bilans:3"]),
    ("reference.piis_parcours", 5, &["piis:5"]),
    ("reference.same_person", 20, &["piis:6"]),
    ("reference.sanction_piis", 2, &["sanctions:3"]),
    ("reference.task_piis", 2, &["tasks:3"]),
];

fn record_project() -> TempDir {
    let columns: BTreeMap<&str, &str> = RECORD_TABLES.iter().copied().collect();
    let file = |(table, rows): &(&str, &[&str])| {
        (format!("2017/{table}.csv"), format!("{}\n{}\n", columns[table], rows.join("\n")))
    };
    let mut files: Vec<(String, String)> = RECORDS.iter().map(file).collect();
    // A year before: W3 was P1's then, W6 is as it is now.
    let before = "W3,P1,study,2016-03-01,\nW6,P3,entry,1917-01-01,1917-02-01\n";
    files.push(("2016/parcours.csv".to_owned(), format!("{}\n{before}", columns["parcours"])));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    project(&plain_profile(RECORD_TABLES), &files)
}

#[test]
fn every_check_on_records_fails_where_it_should_and_nowhere_else() {
    let project = record_project();
    let ended = run("run", project.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    check_answers(&found(project.path(), "2017"), RECORD_ANSWERS, true);
    // In 2016 only parcours were handed in: what needs other tables is not tested, and says so.
    let earlier = found(project.path(), "2016");
    assert!(!earlier.contains_key("reference.person") && earlier.contains_key("parcours.overlap"), "{earlier:?}");
    for name in ["62063-2016-en", "62063-2017-en", "62063-2017-fr"] {
        assert!(project.path().join(format!("out/findings/{name}.xlsx")).is_file(), "{name}");
    }
}

#[test]
fn the_workbook_shows_every_check_and_every_row_that_fails() {
    let project = record_project();
    assert_eq!(run("run", project.path()).code, 0);
    let bytes = fs::read(project.path().join("out/findings/62063-2017-en.xlsx")).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = |name: &str| -> Vec<Vec<String>> {
        let range = calamine::Reader::worksheet_range(&mut book, name).unwrap();
        range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    let (checks, rows) = (sheet("Table 1"), sheet("Table 2"));
    for (id, check) in Catalogue::load(None).unwrap().checks {
        let line = checks.iter().find(|line| line.last() == Some(&id)).unwrap_or_else(|| panic!("no line for {id}"));
        assert_eq!((&line[0], &line[6]), (&check.title.en, &check.advice.en));
        if let Some((_, tested, failed)) = RECORD_ANSWERS.iter().find(|(known, ..)| *known == id) {
            let numbers = [*tested, tested - failed.len() as u64, failed.len() as u64];
            assert_eq!(line[2..5], numbers.map(|number| number.to_string()), "{id}");
        }
    }
    let place = |line: &Vec<String>| (line[9].clone(), format!("{}:{}", line[0], line[2]));
    let shown: BTreeSet<(String, String)> = rows.iter().filter(|line| line[0].ends_with(".csv")).map(place).collect();
    let planted = RECORD_ANSWERS.iter().flat_map(|(id, _, places)| {
        let path = |place: &str| format!("62063-test/2017/{}", place.replace(':', ".csv:"));
        places.iter().map(move |place| ((*id).to_owned(), path(place)))
    });
    assert_eq!(shown, planted.collect());
}

const ROW_PROFILE: &str = r#"
id = "checks"
title = "checks"
[[directory]]
name = "people"
file = "clients.csv"
key = "name"
value = "niss"
[[file]]
name = "editions.csv"
format = { total = "Total" }
[[file.table]]
name = "editions"
columns = { edition_id = "edition_id", project = "project", start_on = "start_on", end_on = "end_on", planned_hours = "planned_hours", places = "places", partner = "partner" }
[[file]]
name = "people.xlsx"
[[file.table]]
name = "persons"
columns = { person_id = "niss", sex = "sex" }
[[file]]
name = "parcours.csv"
[[file.table]]
name = "parcours"
[file.table.columns]
parcours_id = "parcours_id"
person_id = { from = "name", lookup = "people" }
kind = "kind"
start_on = "start_on"
[[file]]
name = "measures.csv"
[[file.table]]
name = "measures"
constants = { instrument = "zrm-2017" }
[file.table.columns]
person_id = { from = "name", lookup = "people" }
parcours_id = "parcours_id"
domain = "domain"
measured_on = "measured_on"
assessor = "assessor"
score = "score"
[[file]]
name = "sanctions.csv"
[[file.table]]
name = "sanctions"
columns = { person_id = "niss", decided_on = "decided_on", kind = "kind" }
[[file]]
name = "tasks.csv"
format = { delimiter = ";" }
[[file.table]]
name = "tasks"
columns = { piis_id = "piis_id", task_no = "task_no", domain = "domain", owner = "owner" }
[[file]]
name = "bilans.csv"
[[file.table]]
name = "bilans"
columns = { bilan_id = "bilan_id", person_id = { from = "client", as = "client_no" }, held_on = "held_on" }
[[file]]
name = "evaluations.csv"
[[file.table]]
name = "evaluations"
columns = { piis_id = "piis_id", planned_on = "planned_on" }
[[file]]
name = "agreements.csv"
[[file.table]]
name = "agreements"
columns = { year = "year", scheme = "scheme", granted_eur = "granted" }
[[file]]
name = "beside.csv"
[[file.table]]
name = "agreements"
columns = { year = "year", scheme = "scheme", granted_eur = "granted" }
[[file]]
name = "expenses.csv"
[[file.table]]
name = "expenses"
[file.table.columns]
year = "year"
scheme = "scheme"
entry_id = "entry"
category = "category"
amount_eur = "amount"
booked_on = "booked_on"
eligible = "eligible"
"#;

/// Two tables side by side: the second begins below the first one's header.
const BESIDE: &str = "year;scheme;granted;;Cluster;\n2017;pas;100,5;;year;granted\n2017;piis;200,5;;2017;7,5\n";

/// Two amounts with different decimal signs, and a totals line that nobody announced.
const EXPENSES: &str = "year;scheme;entry;category;amount;booked_on;eligible
2017;sme;X1;staff;1,5;2017-02-01;yes
2017;sme;X2;staff;2.5;2017-02-02;yes
Totaal;;;;4;;
";

/// The number printed in the national register's own instructions, and two of our own.
const RIGHT: &str = "85073003328";

fn niss(nine: u64, born_2000_or_later: bool) -> String {
    format!("{nine:09}{:02}", Niss::check_number(nine, born_2000_or_later))
}

fn editions() -> String {
    let long = "x".repeat(61);
    format!(
        "edition_id,project,start_on,end_on,planned_hours,places,partner\n\
         E1,boost,2017-01-01,2017-02-01,10,5,Somebody\n\
         E2,boost,31-31-2017,2017-02-01,10,5,\n\
         E3,boost,1700-01-01,2017-02-01,10,5,\n\
         E4,boost,2017-03-01,2017-02-01,10,5,\n\
         E5,boost,2017-01-01,2017-02-01,ten,5,\n\
         E6,nothing such,2017-01-01,,10,5,\n\
         ,boost,2017-01-01,,10,5,\n\
         {RIGHT},boost,2017-01-01,,10,5,\n\
         E7,boost,2017-01-01,,10,5,{long}\n\
         E8,boost,2017-01-01,,10,5,,extra\n\
         E1,boost,2017-01-01,2017-02-01,10,5,Somebody\n\
         E1,boost,2017-01-01,2017-02-01,11,5,Somebody\n\
         Total,,,,120,61,\n"
    )
}

fn people(path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let text = |text: &str| text.to_owned();
    // Born on 3 February 2001: the number begins with a zero.
    let short: f64 = niss(10_203_001, true).parse().unwrap();
    assert!(short < 1e10);
    sheet.write_row(0, 0, ["niss", "sex"]).unwrap();
    let texts = [
        (1, text(RIGHT)),
        (3, text("85073003329")),
        (4, text("8,50730E+10")),
        (5, text("123")),
        (6, niss(850_230_033, false)), // 30 February
    ];
    for (row, niss) in texts {
        sheet.write(row, 0, niss).unwrap();
    }
    sheet.write(2, 0, short).unwrap();
    sheet.write_formula(7, 0, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    for row in 1..=7 {
        sheet.write(row, 1, "F").unwrap();
    }
    sheet.set_row_hidden(1).unwrap();
    book.save(path).unwrap();
}

fn row_project() -> TempDir {
    let clients = format!("name,niss\nA,{RIGHT}\nB,{}\nB,{}\n", niss(850_730_035, false), niss(850_730_037, false));
    let project = project(
        ROW_PROFILE,
        &[
            ("2017/clients.csv", &clients),
            ("2017/editions.csv", &editions()),
            (
                "2017/parcours.csv",
                "parcours_id,name,kind,start_on\nW1,A,study,2017-01-01\nW2,Zed,study,2017-01-01\nW3,B,study,2017-01-01\nW4,A,no such,2017-01-01\n",
            ),
            (
                "2017/measures.csv",
                "name,parcours_id,domain,measured_on,assessor,score\nA,W1,housing,2017-01-05,worker,3\nA,W1,housing,2017-01-06,worker,9\n",
            ),
            ("2017/sanctions.csv", "niss,decided_on,kind\n"),
            // Each day of the one can be read both ways; those of the other say day first and month first.
            ("2017/bilans.csv", "bilan_id,client,held_on\nB1,1,01/02/2017\nB2,2,03/04/2017\n"),
            ("2017/evaluations.csv", "piis_id,planned_on\nC1,25/01/2017\nC2,01/25/2017\nC3,02/03/2017\n"),
            // Fifteen hundred, or one and a half? The other file shows a comma and a point.
            ("2017/agreements.csv", "year,scheme,granted\n2017,sme,1.500\n2017,cluster,2.250\n"),
            ("2017/beside.csv", BESIDE),
            ("2017/expenses.csv", EXPENSES),
        ],
    );
    let tasks = b"piis_id;task_no;domain;owner\nC1;1;Sant\xC3\xA9;client\nC2;1;x;client\nC3;1;a\0b;client\nC4,1,x,client\nC5;1;Sant\xE9;client\nC6;1;a\"b;client\n";
    fs::write(project.path().join("inbox/62063-test/2017/tasks.csv"), tasks).unwrap();
    people(&project.path().join("inbox/62063-test/2017/people.xlsx"));
    project
}

/// Check, rows tested, those that fail. Two rows are put to the checks on whole rows alone: one has a cell too many
/// (editions:11), the other a byte that is no character (tasks:4).
const ROW_ANSWERS: &[(&str, u64, &[&str])] = &[
    ("cell.error", 40, &["people:8"]),
    ("code.unknown", 24, &["parcours:5"]),
    ("date.ambiguous", 28, &["evaluations:4"]),
    ("date.form", 28, &["editions:3"]),
    ("date.order", 5, &["editions:5"]),
    ("date.order_both", 11, &["evaluations:0"]),
    ("date.order_unshown", 11, &["bilans:0"]),
    ("date.range", 27, &["editions:4"]),
    ("duplicate.key", 22, &["editions:13"]),
    ("duplicate.row", 22, &["editions:12"]),
    ("file.empty", 11, &["sanctions:0"]),
    ("lookup.ambiguous", 5, &["parcours:4"]),
    ("lookup.missing", 6, &["parcours:3"]),
    ("niss.birth_date", 7, &["people:7"]),
    ("niss.check_digits", 8, &["people:4"]),
    ("niss.form", 9, &["people:6"]),
    ("niss.leading_zero", 6, &["people:3"]),
    ("niss.misplaced", 28, &["editions:9"]),
    ("niss.scientific", 10, &["people:5"]),
    ("number.form", 24, &["editions:6"]),
    ("number.sign_both", 11, &["expenses:0"]),
    ("number.sign_unshown", 11, &["agreements:0"]),
    ("project.unknown", 11, &["editions:7"]),
    ("row.other_delimiter", 42, &["tasks:5"]),
    ("row.other_encoding", 42, &["tasks:6"]),
    ("row.shape", 41, &["editions:11"]),
    ("row.stray_quote", 42, &["tasks:7"]),
    ("row.undecodable", 42, &["tasks:4"]),
    ("score.range", 2, &["measures:3"]),
    ("sheet.beside", 11, &["beside:0"]),
    ("sheet.hidden_rows", 11, &["people:0"]),
    ("text.too_long", 27, &["editions:10"]),
    ("total.sum", 2, &["editions:14"]),
    ("value.missing", 40, &["editions:8"]),
];

#[test]
fn every_check_on_rows_fails_where_it_should_and_nowhere_else() {
    let project = row_project();
    let ended = run("run", project.path());
    assert_eq!(ended.code, 1, "{ended:?}");
    check_answers(&found(project.path(), "2017"), ROW_ANSWERS, false);
    // Two warnings keep what they warn of: the number got its zero back, and the totals line was none of the rows.
    let rejects = fs::read_to_string(project.path().join("out/rejects/62063-2017.csv")).unwrap();
    let line = |check: &str| rejects.lines().find(|line| line.contains(check)).unwrap().to_owned();
    assert!(line("niss.leading_zero").contains("***") && line("niss.leading_zero").contains("row kept"));
    assert!(line("total.sum").contains("61.00 (Σ 60.00)"), "{}", line("total.sum"));
    let receipts = small_table(project.path(), "receipts");
    let people = receipts.iter().find(|line| line["source_file"].ends_with("people.xlsx")).unwrap();
    assert_eq!((&*people["rows_loaded"], &*people["rows_rejected"]), ("2", "5"));
    let persons = persons(project.path());
    assert_eq!(persons.get("2"), Some(&"1985".to_owned()), "{persons:?}");
    assert_eq!(persons.get("3"), Some(&"2001".to_owned()), "the repaired number is another person's");
}

const MONEY: &str = "year,scheme,entry_id,category,amount_eur,booked_on,eligible";

/// The amount of each expense in the lake, and the findings on its file.
fn expenses(lines: &[&str]) -> (Vec<String>, Vec<String>) {
    let text = format!("{}\n{}\n", MONEY.replace(',', ";"), lines.join("\n"));
    let project = project(&plain_profile(&[("expenses", MONEY)]), &[("2017/expenses.csv", &text)]);
    let ended = run("run", project.path());
    assert!(ended.code < 2, "{ended:?}");
    let folder = project.path().join("lake/expenses");
    let files = super::harness::contents(&folder);
    let files = files.keys().filter(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    let amounts =
        files.flat_map(|path| parquet_rows(&folder.join(path))).map(|row| row["amount_eur"].clone()).collect();
    let found = found(project.path(), "2017");
    let failed = found.into_iter().filter(|(_, (_, failed))| !failed.is_empty()).map(|(id, _)| id);
    (amounts, failed.filter(|id| !id.starts_with("reference.")).collect())
}

/// A total found by its look was passed over without a comparison until now.
#[test]
fn a_totals_line_that_nobody_announced_is_compared_all_the_same() {
    let rows = ["2017;sme;X1;staff;1,50;2017-02-01;yes", "2017;sme;X2;staff;2,50;2017-02-02;yes"];
    assert_eq!(expenses(&[&rows[..], &["Totaal;;;;4,00;;"]].concat()).1, [""; 0]);
    assert_eq!(expenses(&[&rows[..], &["Totaal;;;;4,01;;"]].concat()).1, ["total.sum"]);
}

/// `1.500` alone is fifteen hundred, and that this was a choice is said; beside a cell that shows the sign it is what
/// that sign makes of it.
#[test]
fn thousands_and_decimals_are_told_apart_or_doubted() {
    let read = |amount: &str, beside: &str| {
        let line = |entry: &str, amount: &str| format!("2017;sme;{entry};staff;{amount};2017-02-01;yes");
        let (amounts, failed) = expenses(&[&line("X1", amount), &line("X2", beside)]);
        (amounts[0].clone(), failed)
    };
    assert_eq!(read("1.500", "7"), ("1500.00".to_owned(), vec!["number.sign_unshown".to_owned()]));
    assert_eq!(read("1.500", "7,25"), ("1500.00".to_owned(), vec![]));
    assert_eq!(read("1.500", "7.25"), ("1.50".to_owned(), vec![]));
    assert_eq!(read("1500", "7"), ("1500.00".to_owned(), vec![]), "nothing to doubt");
}

/// Year of birth of the persons in the lake, by row of their file.
fn persons(project: &Path) -> BTreeMap<String, String> {
    let files = super::harness::contents(&project.join("lake/persons"));
    let files = files.keys().filter(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    let rows = files.flat_map(|path| parquet_rows(&project.join("lake/persons").join(path)));
    rows.map(|row| (row["source_row"].clone(), row["birth_year"].clone())).collect()
}

#[test]
fn check_finds_what_a_run_finds_and_leaves_the_lake_alone() {
    let project = row_project();
    let checked = run("check", project.path());
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(!project.path().join("lake").exists(), "a lake was made");
    assert!(checked.stdout.contains("editions.csv:5 «end_on»: date.order"), "{}", checked.stdout);
    let of_check = found(project.path(), "2017");
    assert_eq!(run("run", project.path()).code, 1);
    assert_eq!(of_check, found(project.path(), "2017"));
    let lake = lake_contents(project.path());
    run("check", project.path());
    assert!(lake_contents(project.path()) == lake, "the lake changed");
}

/// A small export in which one row ends before it begins, with the project's own severity of that check.
fn severity(severity: &str) -> (TempDir, Ended) {
    let project = project(
        &plain_profile(&[("parcours", "parcours_id,person_id,kind,start_on,end_on")]),
        &[(
            "2017/parcours.csv",
            "parcours_id,person_id,kind,start_on,end_on\nW1,P1,study,2017-01-01,\nW2,P2,study,2017-03-01,2017-02-01\n",
        )],
    );
    if !severity.is_empty() {
        let own = format!("[[check]]\nid = \"date.order\"\nseverity = \"{severity}\"\n");
        put(project.path(), "queries/checks/own.toml", &own);
    }
    let ended = run("run", project.path());
    (project, ended)
}

#[test]
fn a_check_rejects_warns_or_stops_as_the_project_wants() {
    for (wanted, loaded, rejected, code) in [("", "1", "1", 1), ("error", "1", "1", 1), ("warning", "2", "0", 0)] {
        let (project, ended) = severity(wanted);
        assert_eq!(ended.code, code, "{wanted}: {ended:?}");
        let receipts = small_table(project.path(), "receipts");
        assert_eq!((&*receipts[0]["rows_loaded"], &*receipts[0]["rows_rejected"]), (loaded, rejected), "{wanted}");
        assert_eq!(found(project.path(), "2017")["date.order"], (1, vec!["parcours:3".to_owned()]), "{wanted}");
    }
    let (project, ended) = severity("stop");
    assert_eq!(ended.code, 2, "nothing was loaded, so there is nothing to compute: {ended:?}");
    for said in ["parcours.csv:3 «end_on»", "date.order", "End before start", "Check both dates"] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    assert!(small_table(project.path(), "submissions").is_empty());
    let collected = run("collect", project.path());
    assert_eq!(collected.code, 3, "{collected:?}");
}

#[test]
fn a_changed_severity_reads_the_same_files_again() {
    let (project, ended) = severity("");
    assert_eq!(ended.code, 1);
    put(project.path(), "queries/checks/own.toml", "[[check]]\nid = \"date.order\"\nseverity = \"warning\"\n");
    assert_eq!(run("run", project.path()).code, 0);
    assert_eq!(small_table(project.path(), "submissions").len(), 2);
}

#[test]
fn a_cell_whose_fault_only_warns_stays_empty() {
    let project = row_project();
    let own = "[[check]]\nid = \"number.form\"\nseverity = \"warning\"\n[[check]]\nid = \"date.form\"\nseverity = \"warning\"\n";
    put(project.path(), "queries/checks/own.toml", own);
    assert_eq!(run("run", project.path()).code, 1);
    let files = super::harness::contents(&project.path().join("lake/editions"));
    let path = files.keys().find(|path| path.extension().is_some_and(|ending| ending == "parquet")).unwrap();
    let rows = parquet_rows(&project.path().join("lake/editions").join(path));
    let row = |number: &str| rows.iter().find(|row| row["source_row"] == number);
    assert_eq!(row("6").map(|row| row["planned_hours"].as_str()), Some(""));
    assert!(row("3").is_none(), "an edition without its first day was loaded");
    let found = found(project.path(), "2017");
    assert_eq!(found["value.missing"].1, ["editions:3", "editions:8"]);
}

/// What the program says about a project whose checks are wrong.
fn refused(name: &str, text: &str) -> Ended {
    let (project, _) = severity("");
    put(project.path(), &format!("queries/checks/{name}"), text);
    run("run", project.path())
}

#[test]
fn a_broken_check_is_named_at_its_file_and_row() {
    const HEADER: &str = "/*\ntitle = { fr = \"x\", nl = \"x\", de = \"x\", en = \"x\" }\nadvice = { fr = \"x\", nl = \"x\", de = \"x\", en = \"x\" }\nmend = \"it\"\ntables = []\nsource = \"x\"\n*/\n";
    const COLUMNS: &str = "SELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'x' AS column_name,\n";
    let cases = [
        // (file, text, what the message names)
        (
            "own.toml",
            "[[check]]\nid = \"date.ordre\"\nseverity = \"stop\"\n".to_owned(),
            vec!["own.toml:2", "date.ordre", "date.order"],
        ),
        (
            "own.toml",
            "[[check]]\nid = \"row.shape\"\nseverity = \"warning\"\n".to_owned(),
            vec!["own.toml:2", "row.shape", "error, stop"],
        ),
        (
            "own.toml",
            "[[check]]\nid = \"date.order\"\nseverity = \"stop\"\nadvice = \"x\"\n".to_owned(),
            vec!["own.toml:4", "advice"],
        ),
        (
            "own.toml",
            "[[check]]\nid = \"date.future\"\nseverity = \"stop\"\n".to_owned(),
            vec!["own.toml:2", "date.future", "warning"],
        ),
        ("own_one.sql", "SELECT 1".to_owned(), vec!["own_one.sql"]),
        ("own_one.sql", HEADER.replace("mend", "mends") + COLUMNS, vec!["own_one.sql:4", "mends", "mend"]),
        ("own_one.sql", format!("{HEADER}{COLUMNS}FALSE AS failed\nFORM parcours AS t"), vec!["own_one.sql:10"]),
        (
            "own_one.sql",
            format!("{HEADER}{COLUMNS}t.strat_on IS NULL AS failed\nFROM parcours AS t"),
            vec!["own_one.sql:9", "strat_on"],
        ),
        (
            "own_one.sql",
            format!("{HEADER}{COLUMNS}FALSE AS failed\nFROM parcour AS t"),
            vec!["own_one.sql:10", "parcour"],
        ),
        (
            "own_one.sql",
            format!("{HEADER}{COLUMNS}FALSE AS fails\nFROM parcours AS t"),
            vec!["own_one.sql:8", "failed"],
        ),
        (
            "date_order.sql",
            format!("{HEADER}{COLUMNS}FALSE AS failed\nFROM parcours AS t"),
            vec!["date_order.sql", "date.order"],
        ),
    ];
    for (name, text, named) in cases {
        let ended = refused(name, &text);
        assert_eq!(ended.code, 2, "{text}: {ended:?}");
        for word in named {
            assert!(ended.stderr.contains(word), "{name} without {word}:\n{text}\n{}", ended.stderr);
        }
        assert!(ended.stderr.lines().count() > 1, "no hint: {}", ended.stderr);
    }
}

#[test]
fn a_statistician_adds_a_check_without_rust() {
    let (project, _) = severity("");
    let text = "/*\ntitle = { fr = \"x\", nl = \"x\", de = \"x\", en = \"Studies\" }\nadvice = { fr = \"x\", nl = \"x\", de = \"x\", en = \"x\" }\nmend = \"it\"\ntables = [\"parcours\"]\nsource = \"x\"\n*/\nSELECT t.submission_id, t.source_file, t.sheet, t.source_row, 'kind' AS column_name, t.kind = 'study' AS failed\nFROM parcours AS t;\n";
    put(project.path(), "queries/checks/own_study.sql", text);
    assert_eq!(run("run", project.path()).code, 0, "a check on records does not read the files again");
    assert_eq!(found(project.path(), "2017")["own.study"], (1, vec!["parcours:2".to_owned()]));
    let listed = parcours(["catalogue", "checks", "--dir", project.path().to_str().unwrap()]);
    assert!(listed.stdout.contains("own.study") && listed.stdout.contains("Studies"), "{listed:?}");
    let explained = parcours(["catalogue", "own.study", "--dir", project.path().to_str().unwrap()]);
    assert!(explained.stdout.contains("t.kind = 'study'") && explained.stdout.contains("IT"), "{explained:?}");
    let unknown = parcours(["catalogue", "date.futur"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("date.future"), "{unknown:?}");
}
