//! What was answered: every item with its shares and their errors, items of one scale together, and what changed between waves.

use super::{Evidence, Found, chart, empty, figure, label, limits, number, of_wave, plain, scale_of, table};
use crate::analyse::{column, local};
use crate::model::result::{Argument, Cell, ChartKind, ChartScale, Missing, Row, Section, Sentence, Table, Unit};
use crate::model::{Language, LocalText};
use crate::study::definition::{Cross, Group, Item, ItemKind, Scale};
use crate::study::estimate::{Share, Shares, independence, mean_degree, shares};
use crate::study::trend::{Change, Changes};
use crate::text::{say, words};

/// The answers of a wave, in the order of the questionnaire.
pub(super) fn section(evidence: &Evidence<'_>, found: &Found) -> Section {
    let title = of_wave(&local("Réponses", "Antwoorden", "Antworten", "Answers"), found);
    let mut section = empty(format!("answers-{}", found.wave.id), title);
    section.paragraphs.push(words(if found.microdata.weights.is_some() {
        "study-paragraph-weighted"
    } else {
        "study-paragraph-unweighted"
    }));
    if found.microdata.agencies.is_none() && found.wave.design.clusters != Some(false) {
        section.paragraphs.push(words("study-paragraph-no-agencies"));
    }
    let mut groups: Vec<&str> = Vec::new();
    for item in &evidence.definition.item {
        let group = item.group.as_deref().and_then(|group| evidence.definition.group(group));
        match group {
            Some(group) if groups.contains(&group.id.as_str()) => {}
            Some(group) => {
                groups.push(&group.id);
                of_group(evidence, found, group, &mut section);
            }
            None => section.tables.extend(of_item(evidence, found, item)),
        }
    }
    section.tables.extend(evidence.definition.cross.iter().filter_map(|cross| crossed(evidence, found, cross)));
    section
}

/// The answers to an item by those to another, with the test of Rao and Scott; nothing where one of them was not asked.
fn crossed(evidence: &Evidence<'_>, found: &Found, cross: &Cross) -> Option<Table> {
    let definition = evidence.definition;
    let (item, by) = (definition.item(&cross.item)?, definition.item(&cross.by)?);
    let (Some(ItemKind::One(own)), Some(ItemKind::One(other))) = (definition.kind(item), definition.kind(by)) else {
        return None;
    };
    let answers = |id: &str| found.microdata.answers.get(id);
    let (own_answers, other_answers) = (answers(&item.id)?, answers(&by.id)?);
    let mut columns = vec![column("by", by.question.clone(), Unit::Label)];
    for (place, answer) in own.answers.iter().enumerate() {
        columns.push(column(&key(place), answer.label.map(|_, label| format!("{label} (%)")), Unit::Percent));
    }
    columns.push(column("n", local("n", "n", "n", "n"), Unit::Count));
    let mut rows = Vec::new();
    for (place, answer) in other.answers.iter().enumerate() {
        let among = own_answers.among(&other_answers.gave(place));
        let Ok(shares) = shares(&found.sample, &among, definition, item, true) else { continue };
        let mut cells = vec![label(&answer.label)];
        cells.extend(shares.answers.iter().map(percent));
        cells.push(number(shares.n));
        rows.push(Row::plain(cells));
    }
    if rows.is_empty() {
        return None;
    }
    let title = item.question.map(|language, question| {
        say(
            language,
            "study-title-crossed",
            &[("item", question.to_owned()), ("by", by.question.get(language).to_owned())],
        )
    });
    let id = format!("x-{}-{}-{}", found.wave.id, plain(&item.id), plain(&by.id));
    let mut made = table(id.chars().take(31).collect(), of_wave(&title, found), columns, rows);
    match independence(&found.sample, own_answers, other_answers) {
        Ok(test) => made.reading.push(Sentence::known(
            if test.p < 0.05 { "study-reading-depends" } else { "study-reading-no-dependence" },
            vec![
                ("statistic", Argument::Figure(Cell::Number(test.statistic), Unit::Points)),
                ("numerator", Argument::Figure(Cell::Number(test.numerator), Unit::Points)),
                ("denominator", Argument::Figure(Cell::Number(test.denominator), Unit::Points)),
                ("p", Argument::Text(LocalText::default().map(|language, _| p_value(test.p, language)))),
            ],
        )),
        Err(_) => made.notes.push(words("study-note-no-test")),
    }
    Some(made)
}

/// A probability as a text: with four decimals, or as less than the last of them.
fn p_value(p: f64, language: Language) -> String {
    let text = if p < 0.0001 { "< 0.0001".to_owned() } else { format!("= {p:.4}") };
    if language == Language::En { text } else { text.replace('.', ",") }
}

fn of(evidence: &Evidence<'_>, found: &Found, item: &Item) -> Option<Shares> {
    let answers = found.microdata.answers.get(&item.id)?;
    shares(&found.sample, answers, evidence.definition, item, true).ok()
}

/// One item: a row an answer.
fn of_item(evidence: &Evidence<'_>, found: &Found, item: &Item) -> Option<Table> {
    let shares = of(evidence, found, item)?;
    let (answers, is_several) = (evidence.definition.answers(item), !item.parts.is_empty());
    let [low, high] = limits(Unit::Percent);
    let columns = vec![
        column("answer", local("Réponse", "Antwoord", "Antwort", "Answer"), Unit::Label),
        column("count", local("Répondants", "Respondenten", "Befragte", "Respondents"), Unit::Count),
        column("share", local("Part (%)", "Aandeel (%)", "Anteil (%)", "Share (%)"), Unit::Percent),
        column(
            "error",
            local(
                "Erreur type (points)",
                "Standaardfout (punten)",
                "Standardfehler (Punkte)",
                "Standard error (points)",
            ),
            Unit::PercentagePoints,
        ),
        low,
        high,
        column("deff", local("Effet de plan", "Designeffect", "Designeffekt", "Design effect"), Unit::Points),
    ];
    let mut rows: Vec<Row> = answers
        .iter()
        .zip(&shares.answers)
        .map(|(answer, share)| {
            let known = |cell: Cell| if share.is_known { cell } else { Cell::Missing(Missing::NotRecorded) };
            Row::plain(vec![
                label(&answer.label),
                known(number(share.count)),
                known(Cell::Number(share.percent)),
                known(figure(share.error)),
                known(figure(share.interval.map(|interval| interval.0))),
                known(figure(share.interval.map(|interval| interval.1))),
                known(figure(share.design_effect)),
            ])
        })
        .collect();
    let empty = || Cell::Missing(Missing::NotApplicable);
    let all = if is_several { empty() } else { Cell::Number(shares.answers.iter().map(|one| one.percent).sum()) };
    rows.push(Row {
        cells: vec![label(&words("study-all-answered")), number(shares.n), all, empty(), empty(), empty(), empty()],
        is_total: true,
        ..Row::default()
    });
    let id = format!("a-{}-{}", found.wave.id, plain(&item.id));
    let mut made = table(id.chars().take(31).collect(), of_wave(&item.question, found), columns, rows);
    if is_several {
        made.notes.push(words("study-note-several"));
    }
    if shares.answers.iter().any(|share| !share.is_known) {
        made.notes.push(words("study-note-unknown"));
    }
    Some(made)
}

/// Items of a group: one scale of degrees makes one table and its charts, anything else a table an item.
fn of_group(evidence: &Evidence<'_>, found: &Found, group: &Group, section: &mut Section) {
    let items: Vec<&Item> = evidence.definition.items_of(&group.id).collect();
    let scale = match items.first().and_then(|item| evidence.definition.kind(item)) {
        Some(ItemKind::One(scale)) if scale.is_ordered() => Some(scale),
        _ => None,
    };
    let is_alike = |scale: &Scale| items.iter().all(|item| item.scale.as_deref() == Some(&scale.id));
    let Some(scale) = scale.filter(|scale| is_alike(scale)) else {
        section.tables.extend(items.iter().filter_map(|item| of_item(evidence, found, item)));
        return;
    };
    if let Some(made) = degrees(evidence, found, group, (scale, &items)) {
        let parts = scale.degrees().iter().map(|(place, _)| key(*place)).collect();
        // An item of which some answers are not known cannot be drawn.
        let is_known = |row: &Row| !row.cells.contains(&Cell::Missing(Missing::NotRecorded));
        if made.rows.iter().any(is_known) {
            let kind = ChartKind::Likert { label: "item".to_owned(), parts, cases: Some("n".to_owned()) };
            section.charts.push(chart(&made, kind));
        }
        section.tables.push(made);
    }
    if let Some(made) = means(evidence, found, group, &items) {
        let kind = ChartKind::Profile {
            label: "item".to_owned(),
            value: "mean".to_owned(),
            interval: ("low".to_owned(), "high".to_owned()),
            scale: scale_of(&scale.degrees()),
        };
        section.charts.push(chart(&made, kind));
        section.tables.push(made);
    }
}

fn key(place: usize) -> String {
    format!("answer_{place}")
}

/// A share, or the sign that it is not known.
fn percent(share: &Share) -> Cell {
    if share.is_known { Cell::Number(share.percent) } else { Cell::Missing(Missing::NotRecorded) }
}

/// A row an item, a column a degree.
fn degrees(evidence: &Evidence<'_>, found: &Found, group: &Group, (scale, items): (&Scale, &[&Item])) -> Option<Table> {
    let mut columns = vec![column("item", local("Question", "Vraag", "Frage", "Question"), Unit::Label)];
    for (place, answer) in scale.answers.iter().enumerate() {
        columns.push(column(&key(place), answer.label.map(|_, label| format!("{label} (%)")), Unit::Percent));
    }
    columns.push(column("n", local("n", "n", "n", "n"), Unit::Count));
    let row = |item: &&Item| {
        let shares = of(evidence, found, item)?;
        let mut cells = vec![label(&item.question)];
        cells.extend(shares.answers.iter().map(percent));
        cells.push(number(shares.n));
        Some(Row::plain(cells))
    };
    let rows: Vec<Row> = items.iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let id = format!("g-{}-{}", found.wave.id, plain(&group.id));
    let mut made = table(id.chars().take(31).collect(), of_wave(&group.title, found), columns, rows);
    if items.iter().any(|item| !item.is_worded) {
        made.notes.push(words("study-note-not-worded"));
    }
    if scale.answers.iter().any(|answer| answer.value.is_none()) {
        made.notes.push(words("study-note-no-degree"));
    }
    if made.rows.iter().flat_map(|row| &row.cells).any(|cell| *cell == Cell::Missing(Missing::NotRecorded)) {
        made.notes.push(words("study-note-unknown"));
    }
    Some(made)
}

/// The mean degree of each item; only where all answers of the scale have a degree, so that it is the mean of all.
fn means(evidence: &Evidence<'_>, found: &Found, group: &Group, items: &[&Item]) -> Option<Table> {
    let has_all = |item: &&Item| match evidence.definition.kind(item) {
        Some(ItemKind::One(scale)) => scale.answers.iter().all(|answer| answer.value.is_some()),
        _ => false,
    };
    if !items.iter().all(has_all) {
        return None;
    }
    let [low, high] = limits(Unit::Points);
    let columns = vec![
        column("item", local("Question", "Vraag", "Frage", "Question"), Unit::Label),
        column("mean", local("Moyenne", "Gemiddelde", "Mittelwert", "Mean"), Unit::Points),
        column("error", local("Erreur type", "Standaardfout", "Standardfehler", "Standard error"), Unit::Points),
        low,
        high,
        column("n", local("n", "n", "n", "n"), Unit::Count),
    ];
    let row = |item: &&Item| {
        let answers = found.microdata.answers.get(&item.id)?;
        let mean = mean_degree(&found.sample, answers, evidence.definition, item)?;
        Some(Row::plain(vec![
            label(&item.question),
            Cell::Number(mean.value),
            Cell::Number(mean.error),
            Cell::Number(mean.interval.0),
            Cell::Number(mean.interval.1),
            number(mean.n),
        ]))
    };
    let rows: Vec<Row> = items.iter().filter_map(row).collect();
    let title = group.title.map(|language, title| say(language, "study-title-means", &[("group", title.to_owned())]));
    let id = format!("m-{}-{}", found.wave.id, plain(&group.id));
    (!rows.is_empty()).then(|| table(id.chars().take(31).collect(), of_wave(&title, found), columns, rows))
}

/// What changed from each wave to the next; nothing where there is one wave, or no answer in common.
pub(super) fn trend(evidence: &Evidence<'_>) -> Option<Section> {
    let title = local(
        "Évolution entre les vagues",
        "Evolutie tussen de golven",
        "Entwicklung zwischen den Wellen",
        "Change between waves",
    );
    let mut section = empty("trend".to_owned(), title);
    section.paragraphs.push(words("study-paragraph-trend"));
    for (pair, changes) in evidence.waves.windows(2).zip(evidence.changes) {
        let sides = (&pair[0], &pair[1]);
        let title = local(
            "Parts dans les deux vagues",
            "Aandelen in beide golven",
            "Anteile in beiden Wellen",
            "Shares in both waves",
        );
        let shares = changed(evidence, sides, ("trend", title), &changes.shares);
        let means = changed(evidence, sides, ("means", words("study-title-mean-changes")), &changes.means);
        for (mut made, scale) in [(shares, PERCENT), (means, degrees_of(evidence, &changes.means))] {
            if made.rows.is_empty() {
                continue;
            }
            made.notes.extend(remarks(evidence, changes));
            section.charts.push(chart(
                &made,
                ChartKind::Dumbbell {
                    label: "answer".to_owned(),
                    before: "before".to_owned(),
                    after: "after".to_owned(),
                    interval: Some(("low".to_owned(), "high".to_owned())),
                    scale,
                },
            ));
            section.tables.push(made);
        }
    }
    (!section.tables.is_empty()).then_some(section)
}

/// The scale of shares.
const PERCENT: ChartScale = ChartScale { low: 0.0, high: 100.0, higher_is_better: true };

/// The scale of the items whose means are compared.
fn degrees_of(evidence: &Evidence<'_>, changes: &[Change]) -> ChartScale {
    let items = changes.iter().filter_map(|change| evidence.definition.item(&change.item));
    let values = items.flat_map(|item| evidence.definition.answers(item)).filter_map(|answer| answer.value);
    scale_of(&values.enumerate().collect::<Vec<_>>())
}

/// What must be known to read changes.
fn remarks(evidence: &Evidence<'_>, changes: &Changes) -> Vec<LocalText> {
    let of = |id: &str, name: &str, words: &dyn Fn(Language) -> String| {
        LocalText::default().map(|language, _| say(language, id, &[(name, words(language))]))
    };
    let mut notes = vec![of("study-note-in-both", "count", &|_| changes.in_both.to_string())];
    if !changes.not_compared.is_empty() {
        let items: Vec<&Item> = changes.not_compared.iter().filter_map(|id| evidence.definition.item(id)).collect();
        notes.push(of("study-note-not-compared", "items", &|language| {
            items.iter().map(|item| item.question.get(language)).collect::<Vec<_>>().join("; ")
        }));
    }
    notes
}

fn changed(
    evidence: &Evidence<'_>,
    (before, after): (&Found, &Found),
    (id, title): (&str, LocalText),
    changes: &[Change],
) -> Table {
    let is_share = changes.iter().any(|change| change.answer.is_some());
    let (value, moved) = if is_share { (Unit::Percent, Unit::PercentagePoints) } else { (Unit::Points, Unit::Points) };
    let period =
        |found: &Found| LocalText::same(format!("{}{}", found.wave.period, if is_share { " (%)" } else { "" }));
    let [low, high] = limits(moved);
    let columns = vec![
        column(
            "answer",
            local("Question et réponse", "Vraag en antwoord", "Frage und Antwort", "Question and answer"),
            Unit::Label,
        ),
        column("before", period(before), value),
        column("after", period(after), value),
        column(
            "change",
            local("Évolution (points)", "Evolutie (punten)", "Veränderung (Punkte)", "Change (points)"),
            moved,
        ),
        low,
        high,
        column(
            "reading",
            local("Au-delà du hasard", "Meer dan toeval", "Mehr als Zufall", "Beyond chance"),
            Unit::Label,
        ),
    ];
    let rows = changes.iter().map(|one| {
        let question = evidence.definition.item(&one.item).map(|item| item.question.clone()).unwrap_or_default();
        let name = question.map(|language, question| match &one.answer {
            None => question.to_owned(),
            Some(answer) => {
                let sign = if language == Language::Fr { " :" } else { ":" };
                format!("{}{sign} {}", question.trim_end_matches([' ', '?']), answer.get(language))
            }
        });
        let reading = match one.interval {
            Some((low, _)) if low > 0.0 => words("study-change-up"),
            Some((_, high)) if high < 0.0 => words("study-change-down"),
            _ => words("study-change-none"),
        };
        Row::plain(vec![
            label(&name),
            Cell::Number(one.before),
            Cell::Number(one.after),
            Cell::Number(one.change),
            figure(one.interval.map(|interval| interval.0)),
            figure(one.interval.map(|interval| interval.1)),
            label(&reading),
        ])
    });
    table(format!("{id}-{}", after.wave.id), title, columns, rows.collect())
}
