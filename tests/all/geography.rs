//! Series over communes that merge: by the communes of the time, and carried to those of today.

use super::harness::{parcours, run_quickly};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Borsbeek (11007) became a part of Antwerp (11002) on the first of January 2025. P is the same person in both.
const FILES: [(&str, &str, &str); 3] = [
    (
        "11007-borsbeek",
        "2024",
        "parcours_id,niss,kind,start_on,end_on\nB1,50010100057,study,2024-01-15,2024-06-30\nB2,50010200027,study,2024-02-01,\n",
    ),
    (
        "11002-antwerpen",
        "2024",
        "parcours_id,niss,kind,start_on,end_on\nA1,50010100057,study,2024-07-01,\nA2,50010300094,study,2024-03-01,2024-12-15\n",
    ),
    (
        "11002-antwerpen",
        "2025",
        "parcours_id,niss,kind,start_on,end_on\nA1,50010100057,study,2024-07-01,2025-03-31\nA3,50010200027,study,2025-02-01,\n",
    ),
];

fn merged() -> TempDir {
    let project = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "parcours.toml",
        "[project]\nname = \"merger\"\nlanguages = [\"nl\"]\n[key]\nfile = \"key\"\ninvented = true\n[inbox]\nfolder = \"inbox\"\nprofile = \"plain\"\n[compute]\nlevels = [\"cpas\", \"province\"]\n[status]\nexpected = \"inbox\"\n",
    );
    write("key", &"0".repeat(64));
    write(
        "profiles/plain.toml",
        "id = \"plain\"\ntitle = \"plain\"\n[[file]]\nname = \"parcours.csv\"\n[[file.table]]\nname = \"parcours\"\n[file.table.columns]\nperson_id = \"niss\"\nparcours_id = \"parcours_id\"\nkind = \"kind\"\nstart_on = \"start_on\"\nend_on = \"end_on\"\n",
    );
    for (folder, period, text) in FILES {
        write(&format!("inbox/{folder}/{period}/parcours.csv"), text);
    }
    project
}

/// People of an area in a period, and the status of that figure.
fn people(out: &Path, period: &str, area: &str) -> Option<(String, String)> {
    let text = fs::read_to_string(out.join("indicators.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let found = lines.find(|line| line[..2] == ["parcours.people", period] && line[3] == area && line[4].is_empty())?;
    Some((found[5].to_owned(), found[12].to_owned()))
}

#[test]
fn a_merged_cpas_keeps_its_figures_or_gives_them_to_its_successor() {
    let project = merged();
    let ended = run_quickly(project.path());
    assert_eq!(ended.code, 0, "{ended:?}");
    let was = |period, area| people(&project.path().join("out"), period, area).map(|(persons, _)| persons);
    assert_eq!(was("2024", "11007"), Some("2".to_owned()));
    assert_eq!(was("2024", "11002"), Some("2".to_owned()));
    assert_eq!(was("2025", "11002"), Some("2".to_owned()));
    assert_eq!(was("2024", "10000"), Some("3".to_owned()), "who moved counts once in the province");

    let out = fs::read(project.path().join("out/indicators.csv")).unwrap();
    let ended =
        parcours([OsStr::new("compute"), project.path().as_os_str(), OsStr::new("--areas"), OsStr::new("as_is")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(fs::read(project.path().join("out/indicators.csv")).unwrap(), out, "the other view stands beside");
    let is = |period, area| people(&project.path().join("out/as_is"), period, area).map(|(persons, _)| persons);
    assert_eq!(is("2024", "11007"), None);
    assert_eq!(is("2024", "11002"), Some("3".to_owned()), "who moved within the commune of today counts once");
    assert_eq!(is("2025", "11002"), Some("2".to_owned()));
    assert_eq!(is("2024", "10000"), Some("3".to_owned()), "a merger within a province changes nothing there");
}

/// Borsbeek handed in for 2024 and does not exist in 2025: the province's figure of 2025 lacks nothing.
#[test]
fn a_cpas_that_is_no_more_makes_no_figure_provisional() {
    let project = merged();
    run_quickly(project.path());
    let status = |period, area| people(&project.path().join("out"), period, area).map(|(_, status)| status);
    assert_eq!(status("2025", "10000"), Some("free".to_owned()));
    // One that exists and did not hand in does.
    let other = merged();
    fs::remove_dir_all(other.path().join("inbox/11002-antwerpen/2024")).unwrap();
    run_quickly(other.path());
    assert_eq!(
        people(&other.path().join("out"), "2024", "10000").map(|(_, status)| status),
        Some("provisional".to_owned())
    );
}

#[test]
fn the_two_views_differ_by_their_areas_and_nothing_else() {
    let project = merged();
    run_quickly(project.path());
    parcours([OsStr::new("compute"), project.path().as_os_str(), OsStr::new("--areas"), OsStr::new("as_is")]);
    let (was, is) = (project.path().join("out"), project.path().join("out/as_is"));
    let ended = parcours([OsStr::new("diff"), was.as_os_str(), is.as_os_str()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("the area is made of other centres"), "{ended:?}");
}

/// The national report by today's communes shows one centre where there were two, and stays inside: beside the other view it
/// would be a second publication.
#[test]
fn the_national_report_by_todays_communes_is_internal() {
    let project = merged();
    run_quickly(project.path());
    let report = |more: &[&str]| {
        let mut words = vec!["report", "national", project.path().to_str().unwrap(), "--year", "2024"];
        words.extend(more);
        let ended = parcours(words);
        assert_eq!(ended.code, 0, "{ended:?}");
    };
    let page = |name: &str| {
        let path = project.path().join(format!("out/national-internal/{name}/national-2024-nl.html"));
        fs::read_to_string(path).unwrap()
    };
    report(&["--areas", "as_is"]);
    assert!(
        !project.path().join("out/national").exists() && !project.path().join("out/national-internal/2024").exists()
    );
    let is = page("2024-as_is");
    report(&[]);
    let was = page("2024");
    // Handed in, of those expected: Antwerp alone, or Borsbeek and Antwerp.
    let whole = |page: &str| {
        let row = page.split("id=\"table-returns-region\"").nth(1).unwrap().split("België<").nth(1).unwrap().to_owned();
        let cells: Vec<String> =
            row.split("<td").skip(1).take(2).map(|cell| cell.split(['>', '<']).nth(1).unwrap().to_owned()).collect();
        cells
    };
    assert_eq!((whole(&is), whole(&was)), (vec!["1".to_owned(); 2], vec!["2".to_owned(); 2]));
    let ended = parcours(["report", "annual", project.path().to_str().unwrap(), "--areas", "as_is"]);
    assert!(ended.code == 2 && !ended.stderr.is_empty(), "{ended:?}");
}
