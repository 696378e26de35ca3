//! Nothing disappears: every physical row is loaded, rejected or declared ignored, each at its own number.

use super::harness::{Dice, contents, figures, finished, indicators, parcours, run_quickly, small_table};
use arrow::array::AsArray;
use arrow::datatypes::Int32Type;
use parcours::catalogue::{Catalogue, Severity};
use parcours::collect::{Desk, Files, Handed, Profile, PseudonymKey, Submission, read_submission};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Rows of a text, counted without the reader: line ends outside quotes, and the rest after the last one.
fn physical_rows(text: &str) -> u64 {
    let (mut rows, mut is_quoted, mut is_begun) = (0, false, false);
    for sign in text.trim_start_matches('\u{feff}').chars() {
        match sign {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => {
                rows += 1;
                is_begun = false;
                continue;
            }
            _ => {}
        }
        is_begun = true;
    }
    rows + u64::from(is_begun)
}

fn number(line: &BTreeMap<String, String>, name: &str) -> u64 {
    line[name].parse().unwrap()
}

#[test]
fn receipts_of_the_sample_add_up_and_count_what_lies_in_the_inbox() {
    let (project, _) = finished();
    let receipts = small_table(project.path(), "receipts");
    assert!(receipts.len() > 60, "{}", receipts.len());
    let inbox = contents(&project.path().join("inbox"));
    for line in &receipts {
        let ignored = ["rows_header", "rows_blank", "rows_total", "rows_declared"]
            .map(|name| number(line, name))
            .iter()
            .sum::<u64>();
        assert_eq!(
            number(line, "rows_read"),
            number(line, "rows_loaded") + number(line, "rows_rejected") + ignored,
            "{line:?}"
        );
        let bytes = &inbox[Path::new(&line["source_file"])];
        let counted = match line["source_file"].rsplit('.').next() {
            Some("csv") => physical_rows(&encoding_rs::WINDOWS_1252.decode(bytes).0),
            Some("txt") => physical_rows(&encoding_rs::UTF_16LE.decode(bytes).0),
            _ => {
                let mut book: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(bytes)).unwrap();
                let sheet = calamine::Reader::worksheet_range(&mut book, &line["sheet"]).unwrap();
                u64::from(sheet.end().map_or(0, |(row, _)| row + 1))
            }
        };
        assert_eq!(number(line, "rows_read"), counted, "{} {}", line["source_file"], line["sheet"]);
    }
}

#[test]
fn what_is_printed_adds_up_and_is_what_the_lake_says() {
    let (project, ended) = finished();
    let mut kept: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for line in small_table(project.path(), "receipts") {
        let name = line["source_file"].rsplit_once('/').unwrap().0.to_owned();
        let ignored =
            ["rows_header", "rows_blank", "rows_total", "rows_declared"].map(|name| number(&line, name)).iter().sum();
        let figures =
            [number(&line, "rows_read"), number(&line, "rows_loaded"), number(&line, "rows_rejected"), ignored];
        for (sum, figure) in kept.entry(name).or_default().iter_mut().zip(figures) {
            *sum += figure;
        }
    }
    let mut printed: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for line in ended.stdout.lines().take_while(|line| !line.is_empty()).skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        printed.insert(words[0].to_owned(), [1, 2, 3, 4].map(|place| words[place].parse().unwrap()));
    }
    let total = printed.remove("Total").unwrap();
    assert_eq!(printed, kept);
    for figures in printed.values().chain([&total]) {
        assert_eq!(figures[0], figures[1] + figures[2] + figures[3], "{figures:?}");
    }
    assert_eq!(total[0], printed.values().map(|figures| figures[0]).sum::<u64>());
}

/// How rows of an invented file turn out.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Right,
    RightWithLineBreak,
    BadDate,
    BadCode,
    NoPerson,
    OneCellTooMany,
    Cancelled,
    Total,
    Blank,
    OnlyDelimiters,
    SameAgain,
}

#[derive(Debug, Clone)]
struct Invented {
    rows: Vec<Kind>,
    titles: usize,
    line_end: &'static str,
    has_mark: bool,
    ends_with_line_end: bool,
}

fn invented() -> impl Strategy<Value = Invented> {
    use Kind::{
        BadCode, BadDate, Blank, Cancelled, NoPerson, OneCellTooMany, OnlyDelimiters, Right, RightWithLineBreak,
        SameAgain, Total,
    };
    let row = prop::sample::select(vec![
        Right,
        Right,
        Right,
        RightWithLineBreak,
        BadDate,
        BadCode,
        NoPerson,
        OneCellTooMany,
        Cancelled,
        Total,
        Blank,
        Blank,
        OnlyDelimiters,
        SameAgain,
    ]);
    (
        prop::collection::vec(row, 0..60),
        0..4_usize,
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(rows, titles, line_end, has_mark, ends_with_line_end)| Invented {
            rows,
            titles,
            line_end,
            has_mark,
            ends_with_line_end,
        })
}

/// What has to become of an invented file.
#[derive(Debug, Default, PartialEq)]
struct Expected {
    loaded: Vec<u64>,
    rejected: Vec<(u64, String)>,
    header: u64,
    blank: u64,
    total: u64,
    declared: u64,
}

/// The text of an invented file and what has to become of it, row by row.
fn written(file: &Invented) -> (String, Expected) {
    let mut text = String::from(if file.has_mark { "\u{feff}" } else { "" });
    let mut expected = Expected { header: file.titles as u64 + 1, ..Expected::default() };
    let mut line: u64 = 1;
    for title in 0..file.titles {
        text += &format!("Title {title}{}", file.line_end);
        line += 1;
    }
    text += "No;Client;Held;Occasion;State;Remark";
    let mut last: Option<String> = None;
    for (place, kind) in file.rows.iter().enumerate() {
        text += file.line_end;
        line += 1;
        let right = format!("B{place};{place};31/12/2017;PIIS;open;");
        let row = match kind {
            Kind::Right => right,
            Kind::RightWithLineBreak => format!("{right}\"one{0}{0}\"\"two\"\";\"", file.line_end),
            Kind::BadDate => format!("B{place};{place};31/02/2017;PIIS;open;"),
            Kind::BadCode => format!("B{place};{place};31/12/2017;never heard of;open;"),
            Kind::NoPerson => format!("B{place};;31/12/2017;PIIS;open;"),
            Kind::OneCellTooMany => format!("{right};more"),
            Kind::Cancelled => format!("B{place};{place};31/12/2017;PIIS;Cancelled;"),
            Kind::Total => "Total;12;;;;".to_owned(),
            Kind::Blank => String::new(),
            Kind::OnlyDelimiters => "; ;;;\u{a0};".to_owned(),
            Kind::SameAgain => last.clone().unwrap_or_default(),
        };
        match kind {
            Kind::Right | Kind::RightWithLineBreak => expected.loaded.push(line),
            Kind::BadDate => expected.rejected.push((line, "date.form".to_owned())),
            Kind::BadCode => expected.rejected.push((line, "code.unknown".to_owned())),
            Kind::NoPerson => expected.rejected.push((line, "value.missing".to_owned())),
            Kind::OneCellTooMany => expected.rejected.push((line, "row.shape".to_owned())),
            Kind::Cancelled => expected.declared += 1,
            Kind::Total => expected.total += 1,
            Kind::SameAgain if last.is_some() => expected.rejected.push((line, "duplicate.row".to_owned())),
            Kind::Blank | Kind::OnlyDelimiters | Kind::SameAgain => expected.blank += 1,
        }
        if matches!(kind, Kind::Right) {
            last = Some(row.clone());
        }
        line += row.matches('\n').count() as u64;
        text += &row;
    }
    // A blank last line without a line end of its own is no line.
    let is_open = !file.ends_with_line_end;
    let ends_blank = file.rows.last().is_some_and(|kind| match kind {
        Kind::Blank => true,
        Kind::SameAgain => last.is_none(),
        _ => false,
    });
    if is_open && ends_blank {
        expected.blank -= 1;
    }
    if file.ends_with_line_end {
        text += file.line_end;
    }
    (text, expected)
}

const PROFILE: &str = r#"
id = "invented"
title = "Invented"
[format]
delimiter = ";"
dates = ["%d/%m/%Y"]
total = "Total"
[[file]]
name = "bilans*.csv"
format = { title_rows = TITLES }
ignore = [{ column = "State", values = ["cancelled"] }]
[[file.table]]
name = "bilans"
[file.table.columns]
bilan_id = "No"
person_id = { from = "Client", as = "client_no" }
held_on = "Held"
occasion = "Occasion"
"#;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(None).unwrap());

fn read(text: &str, titles: usize) -> Submission {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("bilans.csv"), text).unwrap();
    fs::write(folder.path().join(".key"), "5".repeat(64)).unwrap();
    let key = PseudonymKey::read(&folder.path().join(".key"), true).unwrap();
    let handed = Handed {
        cpas: "31005".parse().unwrap(),
        period: "2017".parse().unwrap(),
        folder: folder.path().to_path_buf(),
        name: "31005-brugge/2017".to_owned(),
    };
    let profile: Profile = toml::from_str(&PROFILE.replace("TITLES", &titles.to_string())).unwrap();
    let files = Files::list(&handed).unwrap();
    read_submission(
        Desk { catalogue: &CATALOGUE, key: &key, limits: &tabular::Limits::default() },
        &handed,
        &profile,
        &files,
        "0".repeat(24),
    )
    .unwrap()
}

/// The row of each record, as its origin says.
fn origins(submission: &Submission) -> Vec<u64> {
    let batch = &submission.tables[0];
    let contract = CATALOGUE.table(&batch.table).unwrap();
    let rows = batch.to_arrow(contract, "31005", &submission.id, &submission.sources).unwrap();
    let column = rows.column_by_name("source_row").unwrap().as_primitive::<Int32Type>().clone();
    column.values().iter().map(|row| u64::try_from(*row).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_of_an_invented_file_is_accounted_for_at_its_number(file in invented()) {
        let (text, expected) = written(&file);
        let submission = read(&text, file.titles);
        let receipt = &submission.receipts[0];
        prop_assert_eq!(receipt.read, physical_rows(&text));
        prop_assert!(receipt.adds_up(), "{:?}", receipt);
        let found = Expected {
            loaded: origins(&submission),
            rejected: submission
                .rejects
                .iter()
                .filter(|one| one.severity == Severity::Error)
                .map(|one| (one.row, one.check.clone()))
                .collect(),
            header: receipt.header,
            blank: receipt.blank,
            total: receipt.total,
            declared: receipt.declared,
        };
        prop_assert_eq!(receipt.loaded, found.loaded.len() as u64);
        prop_assert_eq!(receipt.rejected, found.rejected.len() as u64);
        prop_assert_eq!(found, expected);
        let content = receipt.loaded + receipt.rejected + receipt.declared;
        for (check, tested, failed) in submission.tally.lines() {
            let most = match check {
                "file.empty"
                | "sheet.hidden_rows"
                | "sheet.beside"
                | "date.order_unshown"
                | "date.order_both"
                | "number.sign_unshown"
                | "number.sign_both" => 1,
                "total.sum" => receipt.total,
                _ => content,
            };
            prop_assert!(failed <= tested && tested <= most, "{}: {} of {} of {}", check, failed, tested, most);
            let places: BTreeSet<u64> =
                submission.rejects.iter().filter(|one| one.check == check).map(|one| one.row).collect();
            prop_assert_eq!(failed, places.len() as u64, "{}", check);
        }
    }
}

fn demo() -> TempDir {
    let folder = TempDir::new().unwrap();
    let options = ["demo", "--people", "150", "--cpas", "3", "--seed", "11"];
    let ended = parcours(options.map(std::ffi::OsString::from).into_iter().chain([folder.path().into()]));
    assert_eq!(ended.code, 0, "{ended:?}");
    folder
}

fn each_export(project: &Path, mut each: impl FnMut(&Path)) {
    for path in contents(&project.join("inbox")).keys() {
        each(&project.join("inbox").join(path));
    }
}

#[test]
fn the_order_of_rows_changes_no_indicator() {
    let (straight, shuffled) = (demo(), demo());
    let mut dice = Dice(7);
    each_export(shuffled.path(), |path| {
        let text = fs::read_to_string(path).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        dice.shuffle(&mut lines[1..]);
        fs::write(path, lines.join("\n") + "\n").unwrap();
    });
    run_quickly(straight.path());
    run_quickly(shuffled.path());
    assert!(figures(straight.path()).len() > 500);
    assert!(indicators(straight.path()) == indicators(shuffled.path()), "another order of rows gives other figures");
}

#[test]
fn the_order_and_names_of_files_change_no_indicator() {
    let (whole, split) = (demo(), demo());
    // The same rows in two files each, the later rows in the file that is read first.
    let profile = include_str!("../../profiles/parcours-demo.toml").replace(".csv\"", "*.csv\"");
    fs::create_dir_all(split.path().join("profiles")).unwrap();
    fs::write(split.path().join("profiles/parcours-demo.toml"), profile).unwrap();
    each_export(split.path(), |path| {
        let text = fs::read_to_string(path).unwrap();
        let (heading, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        let half = rows.len() / 2;
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        fs::write(path.with_file_name(format!("{name}-2.csv")), format!("{heading}\n{}\n", rows[..half].join("\n")))
            .unwrap();
        fs::write(path.with_file_name(format!("{name}-1.csv")), format!("{heading}\n{}\n", rows[half..].join("\n")))
            .unwrap();
        fs::remove_file(path).unwrap();
    });
    run_quickly(whole.path());
    run_quickly(split.path());
    assert!(indicators(whole.path()) == indicators(split.path()), "the same rows in other files give other figures");
}
