//! The annual reports: what a manager reads in them is what was computed, and a page needs nothing but itself.

use super::harness::{Figures, contents, figures, finished, parcours, run_quickly, sample};
use calamine::{Data, Reader, Xlsx};
use parcours::catalogue::Catalogue;
use regex::Regex;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

fn reports() -> PathBuf {
    finished().0.path().join("out/reports/2017")
}

fn courtrai(ending: &str) -> PathBuf {
    reports().join(format!("34022-kortrijk/annual-34022-2017-fr.{ending}"))
}

/// The text between tags, its entities as signs, its spaces as one.
fn plain(html: &str) -> String {
    let bare = Regex::new("<[^>]*>").unwrap().replace_all(html, " ");
    let signs = bare
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    signs.split([' ', '\n', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn headings_and_a_table_of_courtrai_in_french() {
    let page = fs::read_to_string(courtrai("html")).unwrap();
    let page = Regex::new("(?s)<svg.*?</svg>|<style.*?</style>").unwrap().replace_all(&page, "").into_owned();
    let mut text = String::new();
    for heading in Regex::new("(?s)<(h1|h2|caption)[ >].*?</(?:h1|h2|caption)>").unwrap().captures_iter(&page) {
        text += &format!("{:8}{}\n", &heading[1], plain(&heading[0]));
    }
    let table = page.split("id=\"table-projects\"").nth(1).unwrap().split("</table>").next().unwrap();
    text.push('\n');
    let cells = Regex::new("(?s)<t[hd][ >].*?</t[hd]>").unwrap();
    for row in Regex::new("(?s)<tr.*?</tr>").unwrap().find_iter(table) {
        text +=
            &(cells.find_iter(row.as_str()).map(|cell| plain(cell.as_str())).collect::<Vec<_>>().join(" | ") + "\n");
    }
    insta::assert_snapshot!(text);
}

type Rows = Vec<Vec<Data>>;

/// The rows of the sheet whose title holds these words, below the row that begins with `first`.
fn table(book: &mut Xlsx<std::io::BufReader<fs::File>>, title: &str, first: &str) -> Rows {
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).unwrap();
        let rows: Rows = sheet.rows().map(<[Data]>::to_vec).collect();
        if !rows.first().is_some_and(|row| row[0].to_string().contains(title)) {
            continue;
        }
        let head = rows.iter().position(|row| row[0] == first).unwrap();
        return rows[head + 1..].iter().take_while(|row| row[0] != Data::Empty).cloned().collect();
    }
    panic!("no sheet {title}")
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(number) => *number,
        Data::Int(number) => f64::from(i32::try_from(*number).unwrap()),
        other => panic!("{other:?} is no number"),
    }
}

fn close(cell: &Data, figure: Option<f64>, what: &str) {
    let figure = figure.unwrap();
    assert!((number(cell) - figure).abs() <= 1e-9 * figure.abs().max(1.0), "{what}: {cell:?} and {figure}");
}

fn dimension(labels: &Catalogue, name: &str, code: &str, label: &str) -> Option<String> {
    (labels.label(name, code).fr == label).then(|| format!(" {name}={code}"))
}

/// The dimension text of a row, by its label; empty for the total.
fn code_of(labels: &Catalogue, figures: &Figures, indicator: &str, name: &str, label: &str) -> String {
    if label == "Total" {
        return String::new();
    }
    let start = format!("{indicator} 2017 34022 {name}=");
    let mut codes = figures.keys().filter_map(|key| key.strip_prefix(&start));
    codes.find_map(|code| dimension(labels, name, code, label)).unwrap_or_else(|| panic!("no {name} is called {label}"))
}

#[test]
fn the_workbook_holds_the_computed_figures() {
    let labels = Catalogue::load(None).unwrap();
    let figures = figures(finished().0.path());
    let mut book: Xlsx<_> = calamine::open_workbook(courtrai("xlsx")).unwrap();

    let rows = table(&mut book, "Parcours actifs, par type", "Type de parcours");
    assert_eq!(rows.len(), 6);
    for row in rows {
        let label = row[0].to_string();
        let code = code_of(&labels, &figures, "parcours.count", "kind", &label);
        let figure = &figures[&format!("parcours.count 2017 34022{code}")];
        close(&row[1], figure.value, &label);
        assert_eq!(number(&row[2]), f64::from(i32::try_from(figure.persons.unwrap()).unwrap()), "{label}");
    }

    let rows = table(&mut book, "Participation, par projet", "Projet");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let label = row[0].to_string();
        let code = code_of(&labels, &figures, "participation.referred", "project", &label);
        let figure = |indicator: &str| &figures[&format!("participation.{indicator} 2017 34022{code}")];
        close(&row[1], figure("referred").value, &label);
        close(&row[2], figure("started").value, &label);
        close(&row[3], figure("completed").value, &label);
        close(&row[4], figure("completion").value, &label);
        let (low, high) = figure("completion").interval.unwrap();
        close(&row[5], Some(low), &label);
        close(&row[6], Some(high), &label);
    }
}

#[test]
fn the_workbook_draws_its_own_charts() {
    let mut archive = zip::ZipArchive::new(fs::File::open(courtrai("xlsx")).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(names.iter().filter(|name| name.starts_with("xl/charts/chart")).count() >= 4, "{names:?}");
    for part in 0..archive.len() {
        let mut text = String::new();
        let mut part = archive.by_index(part).unwrap();
        let name = part.name().unwrap().into_owned();
        if name.ends_with(".rels") {
            part.read_to_string(&mut text).unwrap();
            assert!(!text.contains("TargetMode=\"External\""), "{name} leads outside");
        }
    }
}

#[test]
fn a_page_loads_nothing() {
    let loads = Regex::new(r#"(?i)<(link|iframe|object|embed|img)\b|<script\s+src|@import|url\(\s*['"]?[^'")#]|(?:src|srcset|href|action)\s*=\s*["'][^#"']"#).unwrap();
    let address = Regex::new(r"https?://[^\s<]*").unwrap();
    let mut pages = 0;
    for (path, page) in pages_below(&reports()) {
        pages += 1;
        assert!(loads.find(&page).is_none(), "{} loads {:?}", path.display(), loads.find(&page));
        for found in address.find_iter(&page) {
            assert!(found.as_str().starts_with("http://www.w3.org/"), "{}: {}", path.display(), found.as_str());
        }
    }
    assert_eq!(pages, 10);
}

fn pages_below(folder: &Path) -> Vec<(PathBuf, String)> {
    let files = super::harness::contents(folder);
    let pages = files.into_iter().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "html"));
    pages.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn each_centre_has_its_report_in_french_and_dutch_with_charts() {
    let centres = ["31005-brugge", "34022-kortrijk", "51004-ath", "62063-liege", "63023-eupen"];
    let mut found: Vec<String> =
        fs::read_dir(reports()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, centres);
    for centre in centres {
        let folder = reports().join(centre);
        let code = &centre[..5];
        for (language, other) in [("fr", "nl"), ("nl", "fr")] {
            for ending in ["html", "xlsx", "pdf"] {
                let path = folder.join(format!("annual-{code}-2017-{language}.{ending}"));
                assert!(path.is_file(), "{}", path.display());
            }
            let page = fs::read_to_string(folder.join(format!("annual-{code}-2017-{language}.html"))).unwrap();
            assert!(page.contains(&format!("<html lang=\"{language}\">")));
            assert!(page.matches("<svg").count() >= 4, "{centre} {language}: {} charts", page.matches("<svg").count());
            for chart in fs::read_dir(folder.join("charts")).unwrap().map(|entry| entry.unwrap().path()) {
                let name = chart.file_name().unwrap().to_string_lossy().into_owned();
                let twin = name.replace(&format!("-{language}.svg"), &format!("-{other}.svg"));
                assert!(folder.join("charts").join(&twin).is_file(), "{centre} has {name} and no {twin}");
                let drawing = fs::read_to_string(&chart).unwrap();
                assert!(drawing.contains("<title") && drawing.contains("<desc"), "{name} is not described");
            }
        }
    }
}

/// A project of one centre, collected and computed.
fn eupen() -> tempfile::TempDir {
    let project = sample(&["63023-eupen"]);
    run_quickly(project.path());
    project
}

fn annual(project: &Path, more: &[&str]) -> super::harness::Ended {
    let mut arguments: Vec<&str> = vec!["report", "annual", project.to_str().unwrap()];
    arguments.extend(more);
    parcours(arguments)
}

#[test]
fn a_report_made_from_the_same_is_left_as_it_is_and_a_damaged_one_made_again() {
    let project = eupen();
    let ended = annual(project.path(), &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let folder = project.path().join("out/reports/2017/63023-eupen");
    let before = contents(&folder);
    let ended = annual(project.path(), &["--all"]);
    assert!(
        ended.stdout.contains("Reports of 0 CPAS") && ended.stdout.contains("1 report(s) were there already"),
        "{ended:?}"
    );
    // As if a run had been stopped before its last file, and as if somebody had changed one.
    fs::remove_file(folder.join("record.json")).unwrap();
    fs::write(folder.join("annual-63023-2017-fr.html"), "cut").unwrap();
    let ended = annual(project.path(), &["--cpas", "63023"]);
    assert!(ended.stdout.contains("Reports of 1 CPAS"), "{ended:?}");
    assert_eq!(contents(&folder), before, "the same bytes again");
}

#[test]
fn the_record_beside_a_report_says_what_it_was_made_from() {
    let folder = reports().join("62063-liege");
    let record: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("record.json")).unwrap()).unwrap();
    assert_eq!((record["area"].as_str(), record["edition"].as_str()), (Some("62063"), Some("internal")));
    let submissions = record["submissions"].as_array().unwrap();
    assert!(!submissions.is_empty() && submissions.iter().all(|one| one["cpas"] == "62063"));
    let files = record["files"].as_array().unwrap();
    for file in files {
        assert!(folder.join(file["path"].as_str().unwrap()).is_file(), "{file}");
    }
    assert_eq!(files.len() + 1, contents(&folder).len(), "every file is named");
    assert!(record["indicators"]["progress.change"].as_str().is_some_and(|hash| hash.len() == 64));
}

#[test]
fn no_report_shows_the_figures_of_another_centre() {
    let codes = ["31005", "34022", "51004", "62063", "63023"];
    for (path, page) in pages_below(&reports()) {
        let own = path.file_name().unwrap().to_str().unwrap()[7..12].to_owned();
        for other in codes.iter().filter(|code| **code != own) {
            assert!(!page.contains(&format!("--cpas {other}")), "{} traces into {other}", path.display());
        }
        assert!(page.contains(&format!("--cpas {own}")));
    }
    // Alone in its lake, a centre has the very report that it has among others, but for what the lake holds.
    let project = eupen();
    annual(project.path(), &[]);
    let alone = contents(&project.path().join("out/reports/2017/63023-eupen"));
    let among = contents(&reports().join("63023-eupen"));
    let names = |files: &std::collections::BTreeMap<PathBuf, Vec<u8>>| -> Vec<String> {
        files.keys().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&alone), names(&among));
    for (one, other) in alone.iter().zip(&among) {
        assert_eq!(one.1, other.1, "{}", one.0.display());
    }
}

#[test]
fn a_workbook_that_is_open_is_not_written_over() {
    let project = eupen();
    annual(project.path(), &[]);
    let folder = project.path().join("out/reports/2017/63023-eupen");
    let before = contents(&folder);
    fs::write(folder.join(".~lock.annual-63023-2017-fr.xlsx#"), "").unwrap();
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap().replace("\"nl\"", "\"en\"");
    fs::write(&settings, text).unwrap();
    let ended = annual(project.path(), &[]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(
        ended.stderr.contains("annual-63023-2017-fr.xlsx") && ended.stderr.contains("open in a spreadsheet"),
        "{ended:?}"
    );
    fs::remove_file(folder.join(".~lock.annual-63023-2017-fr.xlsx#")).unwrap();
    assert_eq!(contents(&folder), before);
    // In another language it is another report: what the old one had alone is gone.
    assert_eq!(annual(project.path(), &[]).code, 0);
    assert!(folder.join("annual-63023-2017-en.pdf").is_file() && !folder.join("annual-63023-2017-nl.pdf").exists());
}

#[test]
fn what_is_wrong_with_a_report_is_named_and_nothing_is_written() {
    let project = eupen();
    let logos = project.path().join("reports/logos");
    fs::create_dir_all(&logos).unwrap();
    let out = project.path().join("out/reports");
    let built_in = fs::read_to_string(super::harness::home().join("reports/annual.toml")).unwrap();
    let own = project.path().join("reports/annual.toml");
    let faults = [
        (built_in.replacen("parcours.people", "parcours.poeple", 1), "parcours.poeple"),
        (built_in.replacen("{ $kind }", "{ $kid }", 4), "kid"),
        (built_in.replacen("{ $kind }", "{ $kind", 1), "Fluent"),
        (built_in.replacen("steps = [\"referred\"", "steps = [\"refered\"", 1), "refered"),
    ];
    for (text, named) in faults {
        fs::write(&own, text).unwrap();
        let ended = annual(project.path(), &[]);
        assert_eq!(ended.code, 2, "{named}: {ended:?}");
        assert!(ended.stderr.contains(named) && ended.stderr.contains("annual.toml"), "{named}: {ended:?}");
        assert!(!out.exists(), "{named}");
    }
    fs::remove_file(&own).unwrap();
    let pictures = [
        ("63023.png", &b"no picture"[..]),
        ("63023.png", b"\x89PNG\r\n\x1a\ncut off"),
        ("63023.svg", b"<svg"),
        ("63023.jpg", b"\xff\xd8\xff"),
    ];
    for (name, bytes) in pictures {
        fs::write(logos.join(name), bytes).unwrap();
        let ended = annual(project.path(), &[]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains("logo") && ended.stderr.contains(name), "{ended:?}");
        assert!(!out.exists());
        fs::remove_file(logos.join(name)).unwrap();
    }
    let ended = annual(project.path(), &["--cpas", "62063"]);
    assert!(ended.code == 2 && ended.stderr.contains("62063"), "{ended:?}");
}

#[test]
fn a_logo_is_on_the_page_and_in_the_pdf() {
    let project = eupen();
    annual(project.path(), &[]);
    let pdf = project.path().join("out/reports/2017/63023-eupen/annual-63023-2017-fr.pdf");
    let without = fs::read(&pdf).unwrap();
    let logos = project.path().join("reports/logos");
    fs::create_dir_all(&logos).unwrap();
    let svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\"><rect width=\"40\" height=\"20\"/></svg>";
    fs::write(logos.join("63023.svg"), svg).unwrap();
    assert_eq!(annual(project.path(), &[]).code, 0);
    let page = fs::read_to_string(pdf.with_extension("html")).unwrap();
    assert!(page.replace("&#x2f;", "/").contains("src=\"data:image/svg+xml;base64,"));
    assert_ne!(fs::read(&pdf).unwrap(), without);
}

#[test]
fn a_folder_that_cannot_be_written_is_named_and_nothing_is_left() {
    let project = eupen();
    fs::write(project.path().join("out/reports"), "a file where a folder should be").unwrap();
    let before = contents(&project.path().join("out"));
    let ended = annual(project.path(), &[]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.stderr.contains("reports"), "{ended:?}");
    assert_eq!(contents(&project.path().join("out")), before);
}

/// The text of Eupen's page in a language.
fn page(project: &Path, language: &str) -> String {
    let name = format!("out/reports/2017/63023-eupen/annual-63023-2017-{language}.html");
    plain(&fs::read_to_string(project.join(name)).unwrap())
}

#[test]
fn a_centre_without_any_data_has_a_report_that_says_so() {
    let project = sample(&["63023-eupen"]);
    for file in fs::read_dir(project.path().join("inbox/63023-eupen/2017")).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        // In UTF-16 the line ends with a byte more.
        fs::write(&path, &bytes[..=end + usize::from(bytes.starts_with(&[0xff, 0xfe]))]).unwrap();
    }
    assert_eq!(parcours([Path::new("run"), project.path()]).code, 0);
    let page = page(project.path(), "fr");
    assert!(page.contains("CPAS d’Eupen") && !page.contains("NaN"));
    // No person was reached: the count is 0, and no share can be made of it.
    assert!(!figures(project.path()).values().any(|one| one.denominator == Some(0.0) && one.value.is_some()));
    assert!(project.path().join("out/reports/2017/63023-eupen/annual-63023-2017-nl.pdf").is_file());
}

#[test]
fn a_centre_with_one_person_has_a_report_in_four_languages() {
    let project = tempfile::TempDir::new().unwrap();
    let one = project.path().join("one");
    let made = parcours(["demo", one.to_str().unwrap(), "--people", "1", "--cpas", "1"]);
    assert_eq!(made.code, 0, "{made:?}");
    let settings = one.join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let line = text.lines().find(|line| line.starts_with("languages")).unwrap().to_owned();
    fs::write(&settings, text.replace(&line, "languages = [\"fr\", \"nl\", \"de\", \"en\"]")).unwrap();
    let ended = parcours([Path::new("run"), &one]);
    assert!(ended.code <= 1, "{ended:?}");
    let pages = pages_below(&one.join("out/reports"));
    assert_eq!(pages.len(), 4);
    for (path, page) in pages {
        assert!(!plain(&page).contains("NaN"), "{}", path.display());
    }
}

#[test]
fn a_project_that_never_started_has_its_zeros_and_no_rate() {
    let project = sample(&["31005-brugge"]);
    let folder = project.path().join("inbox/31005-brugge/2017");
    let edit = |name: &str, line: &dyn Fn(&str) -> Option<String>| {
        // Old exports are in Windows-1252: one byte a letter.
        let text: String = fs::read(folder.join(name)).unwrap().into_iter().map(char::from).collect();
        let lines: Vec<String> = text.split("\r\n").filter_map(line).collect();
        let bytes =
            lines.join("\r\n").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<_>>();
        fs::write(folder.join(name), bytes).unwrap();
    };
    edit("inschrijvingen.csv", &|line| {
        let fields: Vec<&str> = line.split(';').collect();
        let is_boost = fields[0] == "BOOST-2017";
        Some(if is_boost { format!("{};;;Doorverwezen;", fields[..4].join(";")) } else { line.to_owned() })
    });
    edit("aanwezigheden.csv", &|line| (!line.starts_with("BOOST-2017;")).then(|| line.to_owned()));
    run_quickly(project.path());
    assert_eq!(annual(project.path(), &[]).code, 0);
    let page = project.path().join("out/reports/2017/31005-brugge/annual-31005-2017-nl.html");
    let page = fs::read_to_string(page).unwrap();
    let row = page.split("<tr").find(|row| row.contains(">Boost<")).unwrap();
    let cells: Vec<String> =
        row.split("<td").skip(1).map(|cell| plain(&format!("<td{cell}")).trim().to_owned()).collect();
    assert_eq!(cells, ["12", "0", "0", "n.b.", "n.b.", "n.b."], "{row}");
}

#[test]
fn a_project_says_what_its_reports_are_written_as() {
    let project = eupen();
    let settings = project.path().join("parcours.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let written = |renderings: &str| {
        fs::write(&settings, text.replace("[report]\n", &format!("[report]\nrenderings = {renderings}\n"))).unwrap();
        let ended = annual(project.path(), &[]);
        let files = contents(&project.path().join("out/reports/2017/63023-eupen"));
        let endings: std::collections::BTreeSet<String> =
            files.keys().map(|path| path.extension().unwrap().to_str().unwrap().to_owned()).collect();
        (ended, endings.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(written("[\"workbook\", \"page\", \"pdf\", \"charts\"]").1, ["html", "json", "pdf", "svg", "xlsx"]);
    // What is no longer asked for goes.
    assert_eq!(written("[\"page\"]").1, ["html", "json"]);
    for (wrong, found) in [("[]", "report.renderings"), ("[\"pfd\"]", "pfd")] {
        let (ended, endings) = written(wrong);
        assert!(ended.code == 2 && ended.stderr.contains(found) && ended.stderr.contains("parcours.toml"), "{ended:?}");
        assert_eq!(endings, ["html", "json"]);
    }
}
