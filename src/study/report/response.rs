//! Who answered: respondents and agencies, and where the agencies are.

use super::{Evidence, Found, chart, empty, figure, label, number, of_wave, same, table};
use crate::analyse::{column, local};
use crate::catalogue::{Areas, fold};
use crate::model::result::{Cell, ChartKind, Missing, Row, Section, Table, Unit};
use crate::model::{Language, LocalText};
use crate::study::microdata::Coded;
use crate::text::{say, words};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn section(evidence: &Evidence<'_>, found: &Found) -> Section {
    let title = of_wave(&local("Qui a répondu", "Wie antwoordde", "Wer geantwortet hat", "Who answered"), found);
    let mut section = empty(format!("response-{}", found.wave.id), title);
    section.paragraphs.push(local(
        "Le répondant et le CPAS sont deux unités : plusieurs personnes peuvent répondre pour un CPAS.",
        "De respondent en het OCMW zijn twee eenheden: meerdere mensen kunnen voor één OCMW antwoorden.",
        "Befragte und ÖSHZ sind zwei Einheiten: Mehrere Personen können für ein ÖSHZ antworten.",
        "The respondent and the CPAS are two units: several people may answer for one CPAS.",
    ));
    section.tables.push(counts(evidence, found));
    if let Some(places) = by_province(evidence, found) {
        section.charts.push(chart(
            &places,
            ChartKind::Tiles {
                label: "province".to_owned(),
                value: if places.column("rate").is_some() { "rate" } else { "agencies" }.to_owned(),
                places: tiles(evidence),
            },
        ));
        section.tables.push(places);
    }
    section
}

/// Respondents, questionnaires, agencies, and those asked.
fn counts(evidence: &Evidence<'_>, found: &Found) -> Table {
    let data = &found.microdata;
    let agencies = data.agencies.as_ref().map(|all| all.words.len());
    let missing = Cell::Missing(Missing::NotRecorded);
    let mut rows = vec![
        Row::plain(vec![label(&words("study-figure-began")), number(data.began)]),
        Row::plain(vec![label(&words("study-figure-usable")), number(data.rows.len())]),
        Row::plain(vec![label(&words("study-figure-agencies")), agencies.map_or(missing.clone(), number)]),
    ];
    if let Some(asked) = found.wave.frame() {
        rows.push(Row::plain(vec![label(&words("study-figure-asked")), crate::analyse::count(asked)]));
    }
    let columns = vec![
        column("what", local("Unité", "Eenheid", "Einheit", "Unit"), Unit::Label),
        column("count", local("Nombre", "Aantal", "Anzahl", "Number"), Unit::Count),
    ];
    let title = of_wave(
        &local("Répondants et CPAS", "Respondenten en OCMW's", "Befragte und ÖSHZ", "Respondents and CPAS"),
        found,
    );
    let mut made = table(format!("response-counts-{}", found.wave.id), title, columns, rows);
    if data.provinces.is_none() {
        made.notes.push(words("study-note-no-provinces"));
    }
    let unasked: usize = data.unasked.values().sum();
    if unasked > 0 {
        let count = unasked.to_string();
        made.notes.push(
            LocalText::default().map(|language, _| say(language, "study-note-unasked", &[("count", count.clone())])),
        );
    }
    let lacking = crate::study::microdata::lacking(evidence.definition, data);
    if !lacking.is_empty() {
        made.notes.push(LocalText::default().map(|language, _| {
            let names: Vec<&str> = lacking.iter().map(|one| one.get(language)).collect();
            say(language, "study-note-absent", &[("items", names.join("; "))])
        }));
    }
    made
}

/// The agencies that answered, by the code of their province; those of a province that nobody knows under an empty one.
fn answered(areas: &Areas, provinces: &Coded, agencies: &Coded) -> BTreeMap<String, usize> {
    let codes: Vec<String> = provinces.words.iter().map(|word| code_of(areas, word)).collect();
    let mut seen: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (province, agency) in provinces.codes.iter().zip(&agencies.codes) {
        let code = codes.get(*province as usize).cloned().unwrap_or_default();
        seen.entry(code).or_default().insert(*agency);
    }
    seen.into_iter().map(|(province, agencies)| (province, agencies.len())).collect()
}

/// The code of a province by its code or by its name, with or without the word for province; empty where it is none, or may be two.
fn code_of(areas: &Areas, word: &str) -> String {
    if areas.provinces.contains_key(word) {
        return word.to_owned();
    }
    let wanted = fold(word);
    let is_it = |name: &LocalText| {
        let mut names = Language::ALL.iter().map(|language| fold(name.get(*language)));
        wanted.len() > 3 && names.any(|name| name.ends_with(&wanted))
    };
    let mut found = areas.provinces.iter().filter(|(_, name)| is_it(name)).map(|(code, _)| code.clone());
    match (found.next(), found.next()) {
        (Some(code), None) => code,
        _ => String::new(),
    }
}

/// The provinces of the table in its order.
fn provinces(evidence: &Evidence<'_>) -> Vec<String> {
    evidence.areas.provinces.keys().cloned().collect()
}

fn tiles(evidence: &Evidence<'_>) -> Vec<Option<(u8, u8)>> {
    // One place more than provinces: those that nobody knows have none.
    let known = provinces(evidence);
    known.iter().map(|code| evidence.areas.tiles.get(code).copied()).chain([None]).collect()
}

fn by_province(evidence: &Evidence<'_>, found: &Found) -> Option<Table> {
    let answered = answered(evidence.areas, found.microdata.provinces.as_ref()?, found.microdata.agencies.as_ref()?);
    let year = found.wave.period.calendar_year();
    // Where every agency of the country was asked, the communes of the year say how many there were in each province.
    let all = evidence.areas.in_year(year).count();
    let is_whole = found.wave.frame().is_some_and(|asked| usize::try_from(asked) == Ok(all));
    let mut columns = vec![
        column("province", local("Province", "Provincie", "Provinz", "Province"), Unit::Label),
        column(
            "agencies",
            local(
                "CPAS qui ont répondu",
                "OCMW's die antwoordden",
                "ÖSHZ, die geantwortet haben",
                "CPAS that answered",
            ),
            Unit::Count,
        ),
    ];
    if is_whole {
        columns.push(column(
            "asked",
            local("CPAS interrogés", "Bevraagde OCMW's", "Befragte ÖSHZ", "CPAS asked"),
            Unit::Count,
        ));
        columns.push(column(
            "rate",
            local("Taux de réponse (%)", "Responsgraad (%)", "Rücklaufquote (%)", "Response rate (%)"),
            Unit::Percent,
        ));
    }
    let row = |code: &String| {
        let count = answered.get(code).copied().unwrap_or_default();
        let name = evidence.areas.provinces.get(code).map_or_else(|| same(code), label);
        let mut cells = vec![name, number(count)];
        if is_whole {
            let asked = evidence.areas.in_year(year).filter(|commune| commune.province == *code).count();
            cells.push(number(asked));
            #[expect(clippy::cast_precision_loss, reason = "agencies are hundreds")]
            cells.push(figure((asked > 0).then(|| 100.0 * count as f64 / asked as f64)));
        }
        Row::plain(cells)
    };
    let mut rows: Vec<Row> = provinces(evidence).iter().map(row).collect();
    if let Some(unknown) = answered.get("") {
        let mut cells = vec![label(&words("study-province-unknown")), number(*unknown)];
        cells.resize(columns.len(), Cell::Missing(Missing::NotApplicable));
        rows.push(Row::plain(cells));
    }
    let title = of_wave(
        &local(
            "CPAS qui ont répondu, par province",
            "OCMW's die antwoordden, per provincie",
            "ÖSHZ, die geantwortet haben, nach Provinz",
            "CPAS that answered, by province",
        ),
        found,
    );
    Some(table(format!("response-province-{}", found.wave.id), title, columns, rows))
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[test]
    fn a_province_is_known_by_code_and_by_name() {
        let areas = crate::catalogue::areas::load(None).unwrap();
        for (word, code) in [
            ("60000", "60000"),
            ("Liège", "60000"),
            ("LUIK", "60000"),
            ("Provincie Luik", "60000"),
            ("antwerpen", "10000"),
            ("Province de Namur", "90000"),
            ("Atlantis", ""),
            ("Brabant", ""),
            ("Brabant wallon", "20002"),
            ("", ""),
        ] {
            assert_eq!(code_of(&areas, word), code, "{word}");
        }
    }
}
