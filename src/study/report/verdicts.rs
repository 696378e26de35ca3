//! Which published figures came out again.

use super::{Evidence, Found, empty, figure, label, limits, number, of_wave, table};
use crate::analyse::{column, local};
use crate::model::LocalText;
use crate::model::result::{Argument, Cell, Column, Missing, Row, Section, Sentence, Table, Unit};
use crate::study::definition::Definition;
use crate::study::figures::{Counted, Published, Statistic};
use crate::study::verdict::{Outcome, Verdict};
use crate::text::{say, words};
use std::collections::BTreeMap;

fn outcome(outcome: Outcome) -> LocalText {
    words(match outcome {
        Outcome::Reproduced => "study-outcome-reproduced",
        Outcome::Differs => "study-outcome-differs",
        Outcome::NotComputable => "study-outcome-not-computable",
    })
}

/// The first page: how many figures came out, for each wave that has published ones.
pub(super) fn summary(evidence: &Evidence<'_>) -> Section {
    let mut section = empty("summary".to_owned(), local("En bref", "In het kort", "Kurz gefasst", "In brief"));
    section.is_summary = true;
    section.paragraphs.push(local(
        "Les chiffres publiés de l'étude, calculés à nouveau à partir des réponses. Chacun est reproduit, diffère, ou ne peut pas être calculé ; le tableau des verdicts dit lequel et pourquoi.",
        "De gepubliceerde cijfers van de studie, opnieuw berekend uit de antwoorden. Elk cijfer komt opnieuw uit, verschilt, of kan niet berekend worden; de tabel met oordelen zegt welk en waarom.",
        "Die veröffentlichten Zahlen der Studie, aus den Antworten neu berechnet. Jede kommt wieder heraus, weicht ab oder ist nicht berechenbar; die Tabelle der Urteile sagt, welche und warum.",
        "The published figures of the study, computed again from the answers. Each is reproduced, differs, or cannot be computed; the table of verdicts says which and why.",
    ));
    for found in evidence.waves {
        if let Some(note) = &found.wave.note {
            section.paragraphs.push(note.map(|_, note| format!("{}: {note}", found.wave.period)));
        }
    }
    for found in evidence.waves.iter().filter(|found| !found.verdicts.is_empty()) {
        section.tables.push(counted(found));
    }
    section
}

fn counted(found: &Found) -> Table {
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    found.verdicts.iter().for_each(|verdict| *counts.entry(verdict.outcome).or_default() += 1);
    let of = |outcome: Outcome| counts.get(&outcome).copied().unwrap_or_default();
    let all = [Outcome::Reproduced, Outcome::Differs, Outcome::NotComputable];
    let rows = all.map(|one| Row::plain(vec![label(&outcome(one)), number(of(one))])).into_iter();
    let total = Row {
        cells: vec![
            label(&local("Chiffres publiés", "Gepubliceerde cijfers", "Veröffentlichte Zahlen", "Published figures")),
            number(found.verdicts.len()),
        ],
        is_total: true,
        ..Row::default()
    };
    let columns = vec![
        column("outcome", local("Verdict", "Oordeel", "Urteil", "Verdict"), Unit::Label),
        column("figures", local("Chiffres", "Cijfers", "Zahlen", "Figures"), Unit::Count),
    ];
    let title = of_wave(
        &local(
            "Verdicts sur les chiffres publiés",
            "Oordelen over de gepubliceerde cijfers",
            "Urteile über die veröffentlichten Zahlen",
            "Verdicts on the published figures",
        ),
        found,
    );
    let mut made = table(format!("summary-{}", found.wave.id), title, columns, rows.chain([total]).collect());
    let argument = |count: usize| Argument::Figure(number(count), Unit::Count);
    made.reading.push(Sentence::known(
        "study-reading-verdicts",
        vec![
            ("reproduced", argument(of(Outcome::Reproduced))),
            ("differs", argument(of(Outcome::Differs))),
            ("missing", argument(of(Outcome::NotComputable))),
            ("all", argument(found.verdicts.len())),
        ],
    ));
    made
}

/// Every published figure beside the recomputed one; none where nothing was published of the wave.
pub(super) fn section(evidence: &Evidence<'_>, found: &Found) -> Option<Section> {
    if found.verdicts.is_empty() {
        return None;
    }
    let title = of_wave(&local("Verdicts", "Oordelen", "Urteile", "Verdicts"), found);
    let mut section = empty(format!("verdicts-{}", found.wave.id), title);
    section.paragraphs.push(local(
        "Un chiffre recalculé est arrondi comme le chiffre publié, puis comparé. L'intervalle est celui du chiffre non arrondi ; il tient compte de ce que plusieurs personnes répondent pour un même CPAS.",
        "Een herberekend cijfer wordt afgerond zoals het gepubliceerde en dan vergeleken. Het interval is dat van het niet-afgeronde cijfer; het houdt er rekening mee dat meerdere mensen voor één OCMW antwoorden.",
        "Eine neu berechnete Zahl wird wie die veröffentlichte gerundet und dann verglichen. Das Intervall ist das der ungerundeten Zahl; es berücksichtigt, dass mehrere Personen für ein ÖSHZ antworten.",
        "A recomputed figure is rounded as the published one was, and then compared. The interval is that of the figure before rounding; it knows that several people answer for one CPAS.",
    ));
    let mut parts: Vec<(String, LocalText, Vec<&Verdict>)> = Vec::new();
    for verdict in &found.verdicts {
        let (id, title) = part_of(evidence.definition, &verdict.published);
        match parts.iter_mut().find(|(known, _, _)| *known == id) {
            Some((_, _, verdicts)) => verdicts.push(verdict),
            None => parts.push((id, title, vec![verdict])),
        }
    }
    for (id, title, verdicts) in parts {
        section.tables.push(one(evidence.definition, found, (id, title), &verdicts));
    }
    Some(section)
}

/// Figures that stand in one table.
fn part_of(definition: &Definition, published: &Published) -> (String, LocalText) {
    let attitudes = local("Attitudes", "Houdingen", "Haltungen", "Attitudes");
    match published.statistic {
        Statistic::Began | Statistic::Answered | Statistic::Rate => {
            ("response".to_owned(), local("Réponse", "Respons", "Rücklauf", "Response"))
        }
        Statistic::Items | Statistic::Factors => ("attitudes".to_owned(), attitudes),
        Statistic::Share => {
            let item = definition.item(&published.item);
            match item.and_then(|item| item.group.as_ref()).and_then(|group| definition.group(group)) {
                Some(group) => (group.id.clone(), group.title.clone()),
                None => (published.item.clone(), item.map(|item| item.question.clone()).unwrap_or_default()),
            }
        }
    }
}

fn columns() -> Vec<Column> {
    let [low, high] = limits(Unit::Plain);
    vec![
        column("figure", local("Chiffre", "Cijfer", "Zahl", "Figure"), Unit::Label),
        column("published", local("Publié", "Gepubliceerd", "Veröffentlicht", "Published"), Unit::Plain),
        column(
            "recomputed",
            local(
                "Recalculé, arrondi de même",
                "Herberekend, zo afgerond",
                "Neu berechnet, ebenso gerundet",
                "Recomputed, rounded alike",
            ),
            Unit::Plain,
        ),
        column("difference", local("Écart", "Verschil", "Abweichung", "Difference"), Unit::Plain),
        column("outcome", local("Verdict", "Oordeel", "Urteil", "Verdict"), Unit::Label),
        column("reason", local("Raison", "Reden", "Grund", "Reason"), Unit::Label),
        column("exact", local("Non arrondi", "Niet afgerond", "Ungerundet", "Not rounded"), Unit::Plain),
        low,
        high,
        column("n", local("n", "n", "n", "n"), Unit::Count),
        column("counted", local("Unité", "Eenheid", "Einheit", "Unit counted"), Unit::Label),
    ]
}

fn one(definition: &Definition, found: &Found, (id, title): (String, LocalText), verdicts: &[&Verdict]) -> Table {
    let rows = verdicts.iter().map(|verdict| row(definition, verdict)).collect();
    let (columns, rows) = told(columns(), rows, verdicts);
    let id = format!("v-{}-{}", found.wave.id, super::plain(&id));
    let title = of_wave(&title, found);
    let mut made = table(id.chars().take(31).collect(), title, columns, rows);
    if let Some(counted) = alike(verdicts) {
        made.notes.push(LocalText::default().map(|language, _| {
            say(language, "study-note-counted", &[("unit", unit(counted).get(language).to_owned())])
        }));
    }
    let mut sources: Vec<&str> = verdicts.iter().map(|verdict| verdict.published.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let listed = sources.join("; ");
    made.notes.push(
        LocalText::default().map(|language, _| say(language, "study-note-source", &[("source", listed.clone())])),
    );
    if verdicts.iter().any(|verdict| verdict.published.rounding == crate::study::figures::Rounding::LargestRemainder) {
        made.notes.push(words("study-note-largest-remainder"));
    }
    made
}

/// The unit that all figures count, where there is one.
fn alike(verdicts: &[&Verdict]) -> Option<Counted> {
    let first = verdicts.first()?.published.counted;
    verdicts.iter().all(|verdict| verdict.published.counted == first).then_some(first)
}

fn unit(counted: Counted) -> LocalText {
    words(match counted {
        Counted::Respondent => "study-counted-respondents",
        Counted::Agency => "study-counted-agencies",
    })
}

/// The columns that tell something, with their cells: none that is empty in every row, no difference where none differs, no unit
/// where all count the same. A sheet of paper is narrow.
fn told(columns: Vec<Column>, rows: Vec<Row>, verdicts: &[&Verdict]) -> (Vec<Column>, Vec<Row>) {
    let differs = verdicts.iter().any(|verdict| verdict.outcome == Outcome::Differs);
    let is_kept = |(place, column): (usize, &Column)| match column.key.as_str() {
        "figure" | "published" | "recomputed" | "outcome" => true,
        "difference" => differs,
        "counted" => alike(verdicts).is_none(),
        _ => rows.iter().any(|row| !matches!(row.cells.get(place), Some(Cell::Missing(_)))),
    };
    let kept: Vec<bool> = columns.iter().enumerate().map(is_kept).collect();
    let is_in = |place: usize| kept.get(place) == Some(&true);
    let cut = |row: Row| {
        let cells = row.cells.into_iter().enumerate().filter(|(place, _)| is_in(*place)).map(|(_, cell)| cell);
        Row { cells: cells.collect(), ..Row::default() }
    };
    let columns =
        columns.into_iter().enumerate().filter(|(place, _)| is_in(*place)).map(|(_, column)| column).collect();
    (columns, rows.into_iter().map(cut).collect())
}

fn row(definition: &Definition, verdict: &Verdict) -> Row {
    let published = &verdict.published;
    let whole = |count: Option<u64>| count.map_or(Cell::Missing(Missing::NotApplicable), crate::analyse::count);
    let limit = |pick: fn((f64, f64)) -> f64| match verdict.interval {
        Some(interval) => Cell::Number(pick(interval)),
        None => Cell::Missing(Missing::NotApplicable),
    };
    Row::plain(vec![
        label(&name(definition, published)),
        Cell::Number(published.value),
        figure(verdict.rounded),
        figure(verdict.difference()),
        label(&outcome(verdict.outcome)),
        verdict.reason.as_ref().map_or(Cell::Missing(Missing::NotApplicable), |reason| label(&reason.words())),
        figure(verdict.exact),
        limit(|interval| interval.0),
        limit(|interval| interval.1),
        whole(verdict.n),
        label(&unit(published.counted)),
    ])
}

/// What a figure is, in words: the answer, the item and its answer where several items stand together.
pub(super) fn name(definition: &Definition, published: &Published) -> LocalText {
    let plain = match published.statistic {
        Statistic::Began => words("study-figure-began"),
        Statistic::Answered => words(match published.counted {
            Counted::Respondent => "study-figure-usable",
            Counted::Agency => "study-figure-agencies",
        }),
        Statistic::Rate => words("study-figure-rate"),
        Statistic::Factors => words("study-figure-factors"),
        Statistic::Items => {
            let group = definition.group(&published.item).map(|group| group.title.clone()).unwrap_or_default();
            group.map(|language, title| say(language, "study-figure-items", &[("attitude", title.to_owned())]))
        }
        Statistic::Share => share(definition, published),
    };
    let plain = if published.is_percent { plain.map(|_, name| format!("{name} (%)")) } else { plain };
    if published.is_weighted {
        plain.map(|language, name| say(language, "study-figure-weighted", &[("figure", name.to_owned())]))
    } else {
        plain
    }
}

fn share(definition: &Definition, published: &Published) -> LocalText {
    let Some(item) = definition.item(&published.item) else { return LocalText::same(&published.id) };
    let answers = definition.answers(item);
    let answer = published.answer.and_then(|place| answers.get(place)).map(|answer| answer.label.clone());
    let answer = answer.unwrap_or_default();
    if item.group.is_none() {
        return answer;
    }
    item.question.map(|language, question| {
        // French sets a blank before the sign.
        let sign = if language == crate::model::Language::Fr { " :" } else { ":" };
        format!("{question}{sign} {}", answer.get(language))
    })
}

/// Every verdict as a row of a file for programs.
pub fn verdict_rows(found: &Found) -> Vec<[String; 14]> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let whole = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let row = |verdict: &Verdict| {
        let published = &verdict.published;
        let outcome = match verdict.outcome {
            Outcome::Reproduced => "reproduced",
            Outcome::Differs => "differs",
            Outcome::NotComputable => "not_computable",
        };
        let reason = verdict.reason.as_ref().map(|reason| reason.words().en).unwrap_or_default();
        let counted = if published.counted == Counted::Agency { "agency" } else { "respondent" };
        [
            found.wave.id.clone(),
            published.id.clone(),
            published.is_weighted.to_string(),
            counted.to_owned(),
            number(Some(published.value)),
            number(verdict.rounded),
            number(verdict.exact),
            number(verdict.interval.map(|interval| interval.0)),
            number(verdict.interval.map(|interval| interval.1)),
            whole(verdict.n),
            whole(verdict.frequency),
            number(verdict.difference()),
            outcome.to_owned(),
            reason,
        ]
    };
    found.verdicts.iter().map(row).collect()
}

/// The headings of those rows.
pub const VERDICTS: [&str; 14] = [
    "wave",
    "figure",
    "weighted",
    "counted",
    "published",
    "recomputed",
    "exact",
    "ci_low",
    "ci_high",
    "n",
    "frequency",
    "difference",
    "verdict",
    "reason",
];
