//! The figures that the CPAS of Bruges published come out of the sample's exports of Bruges.

use super::harness::{Figure, contents, figures, finished, home, parcours};
use std::path::{Path, PathBuf};

fn bruges(indicator: &str, period: &str, dimensions: &str) -> Figure {
    let key = format!("{indicator} {period} 31005 {dimensions}");
    let figures = figures(finished().0.path());
    figures.get(key.trim_end()).unwrap_or_else(|| panic!("no figure {key}")).clone()
}

fn value(indicator: &str, period: &str, dimensions: &str) -> f64 {
    bruges(indicator, period, dimensions).value.unwrap()
}

#[test]
fn files_by_kind_of_parcours_in_2017() {
    let kinds = [("entry", 86.0), ("study", 120.0), ("language", 274.0), ("wellbeing", 305.0), ("activation", 265.0)];
    for (kind, files) in kinds {
        assert_eq!(value("parcours.count", "2017", &format!("kind={kind}")), files, "{kind}");
    }
    assert_eq!(value("parcours.count", "2017", ""), 1050.0);
}

#[test]
fn people_who_started_and_completed_the_projects_of_2016() {
    assert_eq!(value("participation.started", "2016", "project=boost"), 8.0);
    assert_eq!(value("participation.completed", "2016", "project=boost"), 5.0);
    assert_eq!(value("participation.started", "2016", "project=uitstraling"), 8.0);
    assert_eq!(value("participation.started", "2016", "project=zinderin"), 14.0);
    // The figures are those of one edition: the project ran twice that year.
    assert_eq!(value("participation.started", "2016", "edition=TAL-2016-2;project=talent"), 12.0);
    assert_eq!(value("participation.completed", "2016", "edition=TAL-2016-2;project=talent"), 8.0);
}

#[test]
fn every_absence_from_uitstraling_had_a_founded_reason() {
    let excused = bruges("participation.excused", "2016", "project=uitstraling");
    assert_eq!(excused.value, Some(100.0));
    assert!(excused.denominator.is_some_and(|absences| absences > 0.0), "no absence, nothing shown: {excused:?}");
}

#[test]
fn cost_people_and_cost_of_each_in_2016() {
    assert_eq!(value("participation.cost", "2016", ""), 57_042.0);
    assert_eq!(value("participation.reach", "2016", ""), 90.0);
    let each = bruges("participation.cost_per_person", "2016", "");
    assert_eq!((each.numerator, each.denominator), (Some(57_042.0), Some(90.0)));
    assert!((each.value.unwrap() - 633.80).abs() < 1e-9);
}

#[test]
fn the_generator_writes_the_sample_byte_for_byte() {
    let folder = tempfile::TempDir::new().unwrap();
    let ended = parcours([Path::new("demo"), Path::new("--sample"), folder.path()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let made = contents(folder.path());
    let mut kept = contents(&home().join("sample_data"));
    kept.retain(|path, _| !["lake", "out", ".gitattributes", "study/out"].iter().any(|other| path.starts_with(other)));
    let names = |files: &std::collections::BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&kept));
    for (path, bytes) in &made {
        assert!(kept[path] == *bytes, "{} is not what the generator writes", path.display());
    }
}
