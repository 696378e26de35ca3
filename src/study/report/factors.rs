//! The attitudes behind the items: whether a search for factors makes sense, how many there are, which items go with which, and
//! how well the items of each attitude go together.

use super::{Evidence, Found, chart, empty, figure, label, limits, number, of_wave, same, scale_of, table};
use crate::analyse::{column, local};
use crate::model::LocalText;
use crate::model::result::{Cell, Chart, ChartKind, Column, Row, Section, Table, Unit};
use crate::study::attitudes::Attitudes;
use crate::study::definition::Group;
use crate::study::estimate::mean_score;
use crate::text::{say, words};

/// The section of a wave; none where no attitudes were looked for, the reason where they could not be found.
pub(super) fn section(evidence: &Evidence<'_>, found: &Found) -> Option<Section> {
    let title = of_wave(&local("Attitudes", "Houdingen", "Haltungen", "Attitudes"), found);
    let mut section = empty(format!("attitudes-{}", found.wave.id), title);
    let attitudes = match found.attitudes.as_ref()? {
        Ok(attitudes) => attitudes,
        Err(why) => {
            section.paragraphs.push(why.clone());
            return Some(section);
        }
    };
    section.paragraphs.push(words("study-paragraph-attitudes"));
    section.paragraphs.extend(attitudes.findings.iter().cloned());
    section.tables.push(scales(evidence, found, attitudes));
    section.tables.extend(scores(evidence, found, &mut section.charts));
    section.tables.push(adequacy(found, attitudes));
    let eigen = eigenvalues(found, attitudes);
    let values = ["eigenvalue", "chance"].map(str::to_owned).to_vec();
    section.charts.push(chart(&eigen, ChartKind::Lines { label: "place".to_owned(), values }));
    section.tables.push(eigen);
    let loadings = loadings(evidence, found, attitudes);
    let factors = (0..attitudes.factors.len()).map(factor_key).collect();
    section.charts.push(chart(&loadings, ChartKind::Loadings { label: "item".to_owned(), factors }));
    section.tables.push(loadings);
    section.tables.extend(between(evidence, found, attitudes));
    Some(section)
}

fn factor_key(place: usize) -> String {
    format!("factor_{}", place + 1)
}

/// What a factor is called: the attitude that it is, or its number.
fn factor_name(evidence: &Evidence<'_>, attitudes: &Attitudes, place: usize) -> LocalText {
    let group = attitudes.factors.get(place).and_then(Option::as_ref);
    let number = (place + 1).to_string();
    let unnamed =
        || LocalText::default().map(|language, _| say(language, "study-factor", &[("number", number.clone())]));
    group.and_then(|group| evidence.definition.group(group)).map_or_else(unnamed, |group| group.title.clone())
}

fn scales(evidence: &Evidence<'_>, found: &Found, attitudes: &Attitudes) -> Table {
    let [low, high] = limits(Unit::Points);
    let columns = vec![
        column("attitude", local("Attitude", "Houding", "Haltung", "Attitude"), Unit::Label),
        column("items", local("Items", "Items", "Items", "Items"), Unit::Count),
        column("n", local("n", "n", "n", "n"), Unit::Count),
        column(
            "alpha",
            local("Alpha de Cronbach", "Cronbachs alfa", "Cronbachs Alpha", "Cronbach's alpha"),
            Unit::Points,
        ),
        low,
        high,
        column(
            "mean",
            local(
                "Corrélation moyenne entre items",
                "Gemiddelde correlatie tussen items",
                "Mittlere Korrelation zwischen Items",
                "Mean correlation between items",
            ),
            Unit::Points,
        ),
    ];
    let row = |scale: &crate::study::attitudes::ScaleFound| {
        let title = evidence.definition.group(&scale.group).map(|group| group.title.clone()).unwrap_or_default();
        Row::plain(vec![
            label(&title),
            number(scale.items),
            number(scale.n),
            Cell::Number(scale.alpha),
            Cell::Number(scale.interval.0),
            Cell::Number(scale.interval.1),
            Cell::Number(scale.mean_correlation),
        ])
    };
    let title = of_wave(
        &local(
            "Fiabilité des attitudes",
            "Betrouwbaarheid van de houdingen",
            "Zuverlässigkeit der Haltungen",
            "Reliability of the attitudes",
        ),
        found,
    );
    table(format!("alpha-{}", found.wave.id), title, columns, attitudes.scales.iter().map(row).collect())
}

/// The mean score of each attitude, on the scale of its items; none where their scale is not one of degrees.
fn scores(evidence: &Evidence<'_>, found: &Found, charts: &mut Vec<Chart>) -> Option<Table> {
    let [low, high] = limits(Unit::Points);
    let columns = vec![
        column("attitude", local("Attitude", "Houding", "Haltung", "Attitude"), Unit::Label),
        column("mean", local("Moyenne", "Gemiddelde", "Mittelwert", "Mean"), Unit::Points),
        column("error", local("Erreur type", "Standaardfout", "Standardfehler", "Standard error"), Unit::Points),
        low,
        high,
        column("n", local("n", "n", "n", "n"), Unit::Count),
    ];
    let row = |group: &Group| {
        let mean = mean_score(&found.sample, &found.microdata, evidence.definition, &group.id)?;
        let (low, high) = mean.interval;
        let numbers = [mean.value, mean.error, low, high].map(Cell::Number);
        let cells = std::iter::once(label(&group.title)).chain(numbers).chain([number(mean.n)]);
        Some(Row::plain(cells.collect()))
    };
    let rows: Vec<Row> = evidence.definition.attitudes().filter_map(row).collect();
    let title = local(
        "Score de chaque attitude",
        "Score van elke houding",
        "Punktwert jeder Haltung",
        "Score of each attitude",
    );
    let mut made = table(format!("scores-{}", found.wave.id), of_wave(&title, found), columns, rows);
    made.notes.push(words("study-note-scores"));
    let degrees = evidence.definition.attitudes().flat_map(|group| evidence.definition.items_of(&group.id));
    let degrees = degrees.flat_map(|item| evidence.definition.answers(item)).filter_map(|answer| answer.value);
    let scale = scale_of(&degrees.enumerate().collect::<Vec<_>>());
    if made.rows.is_empty() {
        return None;
    }
    let interval = ("low".to_owned(), "high".to_owned());
    charts.push(chart(
        &made,
        ChartKind::Profile { label: "attitude".to_owned(), value: "mean".to_owned(), interval, scale },
    ));
    Some(made)
}

fn adequacy(found: &Found, attitudes: &Attitudes) -> Table {
    let columns = vec![
        column("measure", local("Mesure", "Maat", "Maß", "Measure"), Unit::Label),
        column("value", local("Valeur", "Waarde", "Wert", "Value"), Unit::Points),
    ];
    let (chi, degrees, p) = attitudes.bartlett;
    let (at_best, starts) = attitudes.starts;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let rows = [
        ("study-measure-complete", attitudes.complete as f64),
        ("study-measure-kmo", attitudes.kmo),
        ("study-measure-bartlett", chi),
        ("study-measure-degrees", degrees),
        ("study-measure-p", p),
        ("study-measure-suggested", attitudes.suggested as f64),
        ("study-measure-residual", attitudes.residual),
        ("study-measure-starts", starts as f64),
        ("study-measure-at-best", at_best as f64),
    ];
    let row = |(id, value): (&str, f64)| Row::plain(vec![label(&words(id)), figure(Some(value))]);
    let title = of_wave(
        &local(
            "La recherche de facteurs",
            "Het zoeken naar factoren",
            "Die Suche nach Faktoren",
            "The search for factors",
        ),
        found,
    );
    table(format!("adequacy-{}", found.wave.id), title, columns, rows.into_iter().map(row).collect())
}

fn eigenvalues(found: &Found, attitudes: &Attitudes) -> Table {
    let columns = vec![
        column("place", local("Facteur", "Factor", "Faktor", "Factor"), Unit::Label),
        column("eigenvalue", local("Valeur propre", "Eigenwaarde", "Eigenwert", "Eigenvalue"), Unit::Points),
        column(
            "chance",
            local(
                "De réponses au hasard",
                "Van toevallige antwoorden",
                "Von zufälligen Antworten",
                "Of random answers",
            ),
            Unit::Points,
        ),
    ];
    let rows = attitudes.eigenvalues.iter().enumerate().map(|(place, value)| {
        let number = same((place + 1).to_string());
        Row::plain(vec![number, Cell::Number(*value), figure(attitudes.chance.get(place).copied())])
    });
    let title = of_wave(
        &local(
            "Combien de facteurs : valeurs propres et hasard",
            "Hoeveel factoren: eigenwaarden en toeval",
            "Wie viele Faktoren: Eigenwerte und Zufall",
            "How many factors: eigenvalues and chance",
        ),
        found,
    );
    table(format!("eigenvalues-{}", found.wave.id), title, columns, rows.collect())
}

fn loadings(evidence: &Evidence<'_>, found: &Found, attitudes: &Attitudes) -> Table {
    let mut columns = vec![column("item", local("Question", "Vraag", "Frage", "Question"), Unit::Label)];
    let factor = |place: usize| column(&factor_key(place), factor_name(evidence, attitudes, place), Unit::Points);
    columns.extend((0..attitudes.factors.len()).map(factor));
    columns.push(column(
        "communality",
        local("Communauté", "Communaliteit", "Kommunalität", "Communality"),
        Unit::Points,
    ));
    columns.push(column("kmo", LocalText::same("KMO"), Unit::Points));
    let rows = attitudes.items.iter().enumerate().map(|(place, id)| {
        let question = evidence.definition.item(id).map(|item| item.question.clone()).unwrap_or_default();
        let mut cells = vec![label(&question)];
        cells.extend(attitudes.loadings.get(place).into_iter().flatten().map(|loading| Cell::Number(*loading)));
        cells.push(figure(attitudes.communalities.get(place).copied()));
        cells.push(figure(attitudes.kmo_items.get(place).copied()));
        Row::plain(cells)
    });
    let title = of_wave(
        &local(
            "Saturations : quel item va avec quelle attitude",
            "Ladingen: welk item hoort bij welke houding",
            "Ladungen: welches Item zu welcher Haltung gehört",
            "Loadings: which item goes with which attitude",
        ),
        found,
    );
    let mut made = table(format!("loadings-{}", found.wave.id), title, columns, rows.collect());
    made.notes.push(words("study-note-loadings"));
    made
}

/// How the factors correlate; nothing where they were kept apart.
fn between(evidence: &Evidence<'_>, found: &Found, attitudes: &Attitudes) -> Option<Table> {
    let is_oblique = attitudes
        .between
        .iter()
        .enumerate()
        .any(|(one, row)| row.iter().enumerate().any(|(other, value)| one != other && value.abs() > 1e-12));
    let heading =
        |place: usize| -> Column { column(&factor_key(place), factor_name(evidence, attitudes, place), Unit::Points) };
    let mut columns = vec![column("factor", local("Attitude", "Houding", "Haltung", "Attitude"), Unit::Label)];
    columns.extend((0..attitudes.factors.len()).map(heading));
    let rows = attitudes.between.iter().enumerate().map(|(place, row)| {
        let mut cells = vec![label(&factor_name(evidence, attitudes, place))];
        cells.extend(row.iter().map(|value| Cell::Number(*value)));
        Row::plain(cells)
    });
    let title = of_wave(
        &local(
            "Corrélations entre attitudes",
            "Correlaties tussen houdingen",
            "Korrelationen zwischen Haltungen",
            "Correlations between attitudes",
        ),
        found,
    );
    is_oblique.then(|| table(format!("between-{}", found.wave.id), title, columns, rows.collect()))
}
