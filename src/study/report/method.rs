//! What it takes to run the study again: files by their hashes, the design of each wave, and how attitudes were looked for.

use super::{Evidence, Found, empty, label, same, table};
use crate::analyse::{column, local};
use crate::model::LocalText;
use crate::model::result::{Cell, Missing, Row, Section, Table, Unit};
use crate::text::words;

/// Stands for a setting that is on.
const YES: &str = "yes";

pub(super) fn section(evidence: &Evidence<'_>) -> Section {
    let mut section = empty(
        "method".to_owned(),
        local("Méthode et réglages", "Methode en instellingen", "Methode und Einstellungen", "Method and settings"),
    );
    section.paragraphs.push(words("study-paragraph-method"));
    section.paragraphs.push(words("study-paragraph-again"));
    section.tables.extend(evidence.waves.iter().map(wave));
    if let Some(factors) = evidence.definition.factors.as_ref() {
        let rows = [
            ("study-setting-correlation", factors.correlation.name().to_owned()),
            ("study-setting-extraction", factors.extraction.name().to_owned()),
            ("study-setting-rotation", factors.rotation.name().to_owned()),
            ("study-setting-factors", evidence.definition.attitudes().count().to_string()),
            ("study-setting-starts", factors.starts.to_string()),
            ("study-setting-seed", factors.seed.to_string()),
            ("study-setting-rounds", factors.rounds.to_string()),
            ("study-setting-quantile", factors.quantile.to_string()),
        ];
        let title =
            local("Recherche des attitudes", "Zoeken naar houdingen", "Suche nach Haltungen", "Search for attitudes");
        section.tables.push(settings("settings-factors".to_owned(), title, &rows));
    }
    section
}

fn settings(id: String, title: LocalText, rows: &[(&str, String)]) -> Table {
    let columns = vec![
        column("setting", local("Réglage", "Instelling", "Einstellung", "Setting"), Unit::Label),
        column("value", local("Valeur", "Waarde", "Wert", "Value"), Unit::Label),
    ];
    let value = |value: &String| match value.as_str() {
        "" => Cell::Missing(Missing::NotApplicable),
        YES => label(&words("study-yes")),
        value => same(value),
    };
    let row = |(id, found): &(&str, String)| Row::plain(vec![label(&words(id)), value(found)]);
    table(id, title, columns, rows.iter().map(row).collect())
}

fn wave(found: &Found) -> Table {
    let (wave, data) = (&found.wave, &found.microdata);
    let file = data.file.as_ref();
    let design = found.sample.own();
    let yes_no = |is: bool| if is { YES } else { "" }.to_owned();
    let strata: Vec<String> = wave.design.strata.iter().map(|(name, size)| format!("{name} {size}")).collect();
    let is_clustered = data.agencies.is_some() && wave.design.clusters != Some(false);
    let degrees = design.degrees_of_freedom(None).ok().map(|degrees| degrees.to_string()).unwrap_or_default();
    let rows = [
        ("study-setting-file", file.map(|file| file.path.clone()).unwrap_or_default()),
        ("study-setting-hash", file.map(|file| file.sha256.clone()).unwrap_or_default()),
        ("study-setting-asked", wave.frame().map(|asked| asked.to_string()).unwrap_or_default()),
        ("study-setting-strata", strata.join(", ")),
        ("study-setting-clusters", if is_clustered { design.clusters().to_string() } else { String::new() }),
        ("study-setting-finite", yes_no(wave.design.finite && is_clustered)),
        ("study-setting-weights", yes_no(data.weights.is_some())),
        ("study-setting-degrees", degrees),
        ("study-setting-interval", "logit, 95 %".to_owned()),
    ];
    let title = super::of_wave(&local("La vague", "De golf", "Die Welle", "The wave"), found);
    settings(format!("settings-{}", wave.id), title, &rows)
}
