//! What cells of exports mean, in the ways in which programs write them.

use super::*;
use crate::study::definition::load;
use crate::study::settings::DesignSettings;
use tabular::sav::{Dictionary, Missing, SavValue, SavWriter, ValueLabel, Variable};

fn wave(file: &str) -> Wave {
    Wave {
        id: "w".to_owned(),
        period: "2015".parse().unwrap(),
        microdata: file.into(),
        figures: None,
        columns: BTreeMap::new(),
        design: DesignSettings::default(),
        note: None,
    }
}

/// Reads a text as the study of 2015.
fn answers(text: &str) -> Result<Microdata> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("answers.csv"), text).unwrap();
    read(folder.path(), &load(None, "piis-2015").unwrap().0, &wave("answers.csv"))
}

fn one(data: &Microdata, item: &str) -> Vec<Option<u8>> {
    match &data.answers[item] {
        Answers::One(answers) => answers.clone(),
        Answers::Several { .. } => panic!("{item}"),
    }
}

#[test]
fn codes_labels_and_missing_codes_are_known_in_every_language() {
    let data =
        answers("id;extension;sanction_partial\na;Y;A1\nb;Ja;NOOIT\nc;n;Souvent\nd;;-99\ne;oui;Selten\nf;NON;N/A\n")
            .unwrap();
    assert_eq!(one(&data, "extension"), [Some(0), Some(0), Some(1), None, Some(0), Some(1)]);
    // Never, rarely, often, always.
    assert_eq!(one(&data, "sanction_partial"), [Some(3), Some(0), Some(2), None, Some(1), None]);
    assert!(data.absent.contains(&"function".to_owned()) && data.agencies.is_none());
    assert_eq!((data.began, data.rows), (6, vec![2, 3, 4, 5, 6, 7]));
}

#[test]
fn a_part_left_empty_was_not_chosen_unless_the_file_says_no() {
    let heads = "target[SQ001],target[SQ002],target[SQ003],target[SQ004],target[other]";
    let several = |rows: &str| match answers(&format!("id,{heads}\n{rows}")).unwrap().answers.remove("target") {
        Some(Answers::Several { answered, chosen }) => (answered, chosen),
        other => panic!("{other:?}"),
    };
    let (answered, chosen) = several("a,Y,,,,\nb,,,,,\nc,,Oui,,,un texte\n");
    assert_eq!((answered, chosen[0].clone()), (vec![true; 3], vec![true, false, false]));
    let (answered, chosen) = several("a,Y,N,N,N,\nb,,,,,\nc,N,N,N,N,\nd,,,,,un texte\n");
    assert_eq!((answered, chosen[1].clone()), (vec![true, false, true, true], vec![false; 4]));
}

#[test]
fn who_was_not_asked_does_not_count() {
    let parts: Vec<String> = (1..=6).map(|part| format!("extension_to[SQ{part:03}]")).collect();
    let data = answers(&format!("id,extension,{}\na,Y,Y,,,,,\nb,N,Y,,,,,\nc,,,,,,,\n", parts.join(","))).unwrap();
    assert_eq!(data.answers["extension_to"].answered(), [true, false, false]);
    assert_eq!(data.answers["extension_to"].gave(0), [true, false, false]);
    assert_eq!(data.unasked["extension_to"], 1);
}

#[test]
fn headings_fit_by_their_code_alone() {
    let found = |heading: &str| answers(&format!("id,\"{heading}\"\na,Y\n")).is_ok();
    for heading in ["extension", "EXTENSION", "extension. Should it?", "Extension: should it?"] {
        assert!(found(heading), "{heading}");
    }
    for heading in ["extension_to", "extensions", "the extension", "extension[SQ001]"] {
        assert!(!found(heading), "{heading}");
    }
}

#[test]
fn faults_are_collected_with_their_places_and_no_cell_is_told() {
    let error = answers("id,extension,proposal\na,maybe,A1\na,Y,A9\nb,Y,A8\n").unwrap_err();
    let all: Vec<String> = error.each().map(|one| one.message(crate::model::Language::En)).collect();
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all[0].contains("answers.csv:2 «extension»") && all[0].contains("expected: yes, no"), "{all:?}");
    assert!(all[1].contains(":3 «id»") && all[1].contains("row 2"), "{all:?}");
    assert!(all.iter().all(|one| !one.contains("maybe") && !one.contains("A8")), "{all:?}");
}

/// In a file of SPSS the labels say what a number means, and the file what is missing.
#[test]
fn labels_of_spss_go_before_numbers() {
    let label = |value: f64, label: &str| ValueLabel { value: SavValue::Number(value), label: label.to_owned() };
    let variable = Variable {
        value_labels: vec![label(1.0, "Non"), label(2.0, "Oui"), label(9.0, "Refus")].into(),
        missing: Missing { values: vec![SavValue::Number(9.0)], range: None },
        ..Variable::number("extension")
    };
    let dictionary = Dictionary::new(vec![Variable::text("id", 8), variable]);
    let mut writer = SavWriter::new(Vec::new(), &dictionary).unwrap();
    let values = [SavValue::Number(1.0), SavValue::Number(2.0), SavValue::Number(9.0), SavValue::SystemMissing];
    for (name, value) in ["a", "b", "c", "d"].into_iter().zip(values) {
        writer.write_case(&[SavValue::Text(name.to_owned()), value]).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("answers.sav"), writer.finish().unwrap()).unwrap();
    let data = read(folder.path(), &load(None, "piis-2015").unwrap().0, &wave("answers.sav")).unwrap();
    assert_eq!(one(&data, "extension"), [Some(1), Some(0), None, None]);
}
