//! The catalogue as a user meets it: an indicator explained, the dictionary, queries that are refused.

use super::harness::{contents, home, parcours, sample};
use std::fs;

#[test]
fn the_dictionary_is_what_the_program_prints() {
    let printed = parcours(["--lang", "en", "catalogue", "markdown"]);
    assert_eq!(printed.code, 0, "{printed:?}");
    let kept = fs::read_to_string(home().join("docs/indicators.md")).unwrap_or_default();
    let differs = kept.lines().zip(printed.stdout.lines()).find(|(kept, printed)| kept != printed);
    assert!(
        kept == printed.stdout,
        "docs/indicators.md is not what the catalogue says. First difference: {differs:#?}\n\
         Renew it: cargo run --release --locked -- --lang en catalogue markdown > docs/indicators.md"
    );
    let files = contents(&home().join("queries/indicators"));
    for path in files.keys() {
        assert!(kept.contains(&format!("(../queries/indicators/{})", path.display())), "{}", path.display());
    }
}

/// Every fault of every file is told before anything is written, whichever command meets them.
#[test]
fn broken_queries_of_a_project_are_refused_before_anything_is_written() {
    let project = sample(&["62063-liege"]);
    let clean = parcours(["catalogue", "lint", "--dir", project.path().to_str().unwrap()]);
    let is_query = |path: &&std::path::PathBuf| path.extension().is_some_and(|ending| ending == "sql");
    let queries = contents(&home().join("queries")).keys().filter(is_query).count();
    assert!(clean.code == 0 && clean.stdout.contains(&queries.to_string()), "{queries}: {clean:?}");
    let folder = project.path().join("queries");
    for (file, from, to) in [
        ("indicators/parcours_duration.sql", "SUM(o.days) AS sum,", "ROUND(SUM(o.days)) AS sum,"),
        ("indicators/parcours_overlong.sql", "unit = ", "unity = "),
        ("checks/amount_year.sql", "ON c.day = t.booked_on", "ON c.day = t.booked_on + 1"),
        ("traces/piis_count.sql", "FROM piis AS c", "FROM 'piis.parquet' AS c"),
    ] {
        let text = fs::read_to_string(home().join("queries").join(file)).unwrap();
        assert!(text.contains(from), "{file}");
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        // Rows are counted where an editor of Windows saved the file, too.
        let text = text.replace(from, to).replace('\n', "\r\n");
        fs::write(folder.join(file), format!("\u{feff}{text}")).unwrap();
    }
    let before = contents(project.path());
    let path = project.path().to_str().unwrap();
    for arguments in
        [vec!["run", path], vec!["compute", path], vec!["check", path], vec!["catalogue", "lint", "--dir", path]]
    {
        let ended = parcours(&arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        for word in [
            "parcours_duration.sql:16: [rounding]",
            "parcours_overlong.sql:7: unknown key 'unity'",
            "Did you mean 'unit'?",
            "amount_year.sql:11: [date-arithmetic]",
            "piis_count.sql:22: [engine-table]",
        ] {
            assert!(ended.stderr.contains(word), "{arguments:?} without {word}: {}", ended.stderr);
        }
        assert!(before == contents(project.path()), "{arguments:?} wrote something");
    }
}

/// A project's own indicator may count what ours do not: the word is added, those of ours stay.
#[test]
fn a_project_adds_a_word_for_what_it_counts() {
    let project = sample(&["62063-liege"]);
    let queries = project.path().join("queries");
    fs::create_dir_all(queries.join("indicators")).unwrap();
    let own = fs::read_to_string(home().join("queries/indicators/parcours_count.sql")).unwrap();
    let own = own.replace("counted = \"parcours\"", "counted = \"walks\"");
    fs::write(queries.join("indicators/walks_count.sql"), own).unwrap();
    let asked = ["catalogue", "walks.count", "--dir", project.path().to_str().unwrap()];
    let refused = parcours(asked);
    assert!(
        refused.code == 2 && refused.stderr.contains("walks_count.sql:5: counted: unknown word 'walks'"),
        "{refused:?}"
    );
    let words = "walks = { fr = \"promenades\", nl = \"wandelingen\", de = \"Spaziergänge\", en = \"long walks\" }\n";
    fs::write(queries.join("counted.toml"), words).unwrap();
    let explained = parcours(asked);
    assert!(explained.code == 0 && explained.stdout.contains("long walks"), "{explained:?}");
}

#[test]
fn an_indicator_is_explained_in_the_language_of_the_user() {
    for (language, words) in [
        ("fr", ["mesure zéro et une mesure finale du domaine", "Évalué par (assessor)", "points de l'échelle"]),
        ("nl", ["nulmeting en een eindmeting van het domein", "Beoordeeld door (assessor)", "punten op de schaal"]),
        ("de", ["Null- und einer Endmessung des Bereichs", "Bewertet von (assessor)", "Punkte der Skala"]),
        ("en", ["zero and an end measure of the domain", "Assessed by (assessor)", "points of the scale"]),
    ] {
        let ended = parcours(["catalogue", "progress.change", "--lang", language]);
        assert_eq!(ended.code, 0, "{ended:?}");
        for word in words.into_iter().chain(["FROM pairs AS p", "parcours, measures"]) {
            assert!(ended.stdout.contains(word), "{word} in {language}: {}", ended.stdout);
        }
    }
    // The tests' day is 1 March 2018.
    let dated = parcours(["catalogue", "piis.evaluated"]);
    assert!(
        dated.stdout.contains("3 since 2016-11-01 [law 21-07-2016") && !dated.stdout.contains("2002-01-01"),
        "{dated:?}"
    );
    let near = parcours(["catalogue", "progress.chnge"]);
    assert!(near.code == 2 && near.stderr.contains("progress.change"), "{near:?}");
}
