//! A report for the tests of this module: invented figures in the shape of the real ones (13 domains of
//! the autonomy matrix, collective modules, objectives of the yearly agreement), and beside them every
//! unit, every reason for an empty cell, and texts that would harm a renderer that trusts them.

use crate::model::LocalText;
use crate::model::result::{
    Argument, Cell, Chart, ChartKind, ChartScale, Column, Definition, Edition, Missing, Report, Row, Section, Sentence,
    Table, Unit,
};
use chrono::NaiveDate;

/// French and Dutch; German and English read like the Dutch with their code in front.
pub(super) fn words(fr: &str, nl: &str) -> LocalText {
    LocalText { fr: fr.into(), nl: nl.into(), de: format!("(de) {nl}"), en: format!("(en) {nl}") }
}

pub(super) fn label(fr: &str, nl: &str) -> Cell {
    Cell::Label(words(fr, nl))
}

pub(super) fn column(key: &str, fr: &str, nl: &str, unit: Unit) -> Column {
    Column { key: key.into(), heading: words(fr, nl), unit }
}

pub(super) fn row(cells: Vec<Cell>) -> Row {
    Row::plain(cells)
}

fn total(cells: Vec<Cell>) -> Row {
    Row { is_total: true, ..Row::plain(cells) }
}

fn day(year: i32, month: u32, day: u32) -> Cell {
    Cell::Date(NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

/// The whole report.
pub(super) fn report() -> Report {
    Report {
        id: "annual".into(),
        title: words("Rapport annuel d’évaluation", "Jaarlijks evaluatierapport"),
        area: "31005".into(),
        area_name: words("CPAS de Bruges", "OCMW Brugge"),
        period: "2017".into(),
        edition: Edition::Internal,
        facts: vec![
            (words("Envois lus", "Gelezen leveringen"), Cell::Count(4)),
            (words("Lignes reçues", "Ontvangen rijen"), Cell::Count(12_846)),
            (words("Lignes rejetées", "Geweigerde rijen"), Cell::Count(17)),
            (words("Dernier envoi", "Laatste levering"), day(2018, 1, 15)),
            (words("Instrument de mesure", "Meetinstrument"), label("Matrice d’autonomie (2017)", "ZRM (2017)")),
            (words("Budget des modules", "Budget van de modules"), Cell::Eur(5_704_200)),
        ],
        sections: vec![progress(), projects(), objectives(), awkward(), over_time()],
        definitions: definitions(),
        logo: None,
    }
}

fn definitions() -> Vec<Definition> {
    vec![
        Definition {
            id: "progress.change".into(),
            title: words("Progression moyenne par domaine", "Gemiddelde vooruitgang per domein"),
            definition: words(
                "Moyenne, sur les personnes ayant une mesure zéro et une mesure finale dans la période, de la différence entre les deux niveaux. Une personne sans mesure finale n’est pas comptée.",
                "Gemiddelde, over de personen met een nulmeting en een eindmeting in de periode, van het verschil tussen beide niveaus. Een persoon zonder eindmeting telt niet mee.",
            ),
            source: "Matrice d'autonomie / ZRM, GGD Amsterdam, 2017".into(),
        },
        Definition {
            id: "project.funnel".into(),
            title: words("Participation aux modules", "Deelname aan de modules"),
            definition: words(
                "Personnes orientées, ayant commencé et ayant terminé un module.",
                "Personen die doorverwezen zijn, begonnen zijn en het traject afgerond hebben.",
            ),
            source: "CPAS de Bruges, 2016".into(),
        },
    ]
}

/// Name of the domain in French and Dutch, people, zero measure, end measure.
const DOMAINS: [(&str, &str, i64, f64, f64); 13] = [
    ("Finances", "Financiën", 212, 2.104_166_666_666_67, 3.25),
    ("Travail et formation", "Werk en opleiding", 212, 1.75, 3.016_666_666_666_666_7),
    ("Occupation du temps", "Tijdsbesteding", 208, 2.5, 3.408),
    ("Logement", "Huisvesting", 211, 3.1, 3.625),
    ("Relations au sein du ménage", "Huiselijke relaties", 190, 3.4, 3.405),
    ("Santé mentale", "Geestelijke gezondheid", 205, 2.875, 3.2),
    ("Santé physique", "Lichamelijke gezondheid", 207, 3.3, 3.1),
    ("Dépendances", "Verslaving", 188, 4.2, 4.35),
    ("Activités de base de la vie quotidienne", "Basale ADL (algemene dagelijkse levensverrichtingen)", 201, 4.6, 5.0),
    ("Activités instrumentales de la vie quotidienne", "Instrumentele ADL", 201, 3.675, 4.0),
    ("Réseau social", "Sociaal netwerk", 210, 2.7, 3.305),
    ("Participation à la société", "Maatschappelijke participatie", 209, 2.2, 3.5),
    ("Justice", "Justitie", 4, 4.0, f64::NAN),
];

fn progress() -> Section {
    let columns = vec![
        column("domain", "Domaine", "Domein", Unit::Label),
        column("people", "Personnes", "Personen", Unit::Count),
        column("before", "Mesure zéro (moyenne)", "Nulmeting (gemiddelde)", Unit::Points),
        column("after", "Mesure finale (moyenne)", "Eindmeting (gemiddelde)", Unit::Points),
        column("improved", "Personnes en progrès", "Personen met vooruitgang", Unit::Percent),
    ];
    let mut rows: Vec<Row> = DOMAINS
        .iter()
        .map(|(fr, nl, people, before, after)| {
            let known = after.is_finite();
            let after_cell = if known { Cell::Number(*after) } else { Cell::Missing(Missing::NotComputable) };
            let improved = if known {
                Cell::Number((after - before) * 48.123_4 + 10.0)
            } else {
                Cell::Missing(Missing::NotComputable)
            };
            row(vec![label(fr, nl), Cell::Count(*people), Cell::Number(*before), after_cell, improved])
        })
        .collect();
    rows.push(total(vec![
        label("Tous les domaines", "Alle domeinen"),
        Cell::Count(212),
        Cell::Number(3.031),
        Cell::Number(3.571),
        Cell::Missing(Missing::NotApplicable),
    ]));
    Section {
        id: "progress".into(),
        title: words("Progression des personnes", "Vooruitgang van de personen"),
        is_summary: false,
        paragraphs: vec![words(
            "Chaque parcours commence par une mesure zéro et se termine par une mesure finale, sur une échelle de 1 (problème aigu) à 5 (pleinement autonome).",
            "Elk traject begint met een nulmeting en eindigt met een eindmeting, op een schaal van 1 (acuut probleem) tot 5 (volledig zelfredzaam).",
        )],
        tables: vec![Table {
            id: "progress-domain".into(),
            title: words(
                "Niveau moyen à la mesure zéro et à la mesure finale, par domaine, parcours terminés en 2017",
                "Gemiddeld niveau bij de nulmeting en de eindmeting, per domein, trajecten beëindigd in 2017",
            ),
            columns,
            rows,
            reading: vec![],
            notes: vec![words(
                "Seules les personnes ayant les deux mesures sont comptées.",
                "Alleen personen met beide metingen zijn geteld.",
            )],
            indicators: vec!["progress.change".into()],
        }],
        charts: vec![Chart {
            id: "progress-change".into(),
            title: words(
                "Le niveau monte surtout en participation à la société et en travail",
                "Het niveau stijgt vooral voor participatie en werk",
            ),
            table: "progress-domain".into(),
            kind: ChartKind::Dumbbell {
                label: "domain".into(),
                before: "before".into(),
                after: "after".into(),
                interval: None,
                scale: ChartScale { low: 1.0, high: 5.0, higher_is_better: true },
            },
        }],
    }
}

/// Referred, started, completed; one module did not record who started.
fn project_rows() -> Vec<Row> {
    let data = [
        ("Boost", 12, Some(8), 5),
        ("Uitstraling", 10, Some(8), 8),
        ("Zinderin(g)", 19, None, 0),
        ("Switch", 31, Some(27), 19),
        ("Ta(a)lent", 26, Some(24), 16),
    ];
    let mut rows: Vec<Row> = data
        .iter()
        .map(|(name, referred, started, completed)| {
            let done = started.map_or(Cell::Missing(Missing::NotRecorded), |_| Cell::Count(*completed));
            let started = started.map_or(Cell::Missing(Missing::NotRecorded), Cell::Count);
            row(vec![
                label(name, name),
                Cell::Count(*referred),
                started,
                done,
                Cell::Eur(1_140_840),
                Cell::Number(183.0),
            ])
        })
        .collect();
    rows.push(total(vec![
        label("Total", "Totaal"),
        Cell::Count(98),
        Cell::Count(67),
        Cell::Count(48),
        Cell::Eur(5_704_200),
        Cell::Number(915.25),
    ]));
    rows
}

fn projects() -> Section {
    let columns = vec![
        column("project", "Module", "Module", Unit::Label),
        column("referred", "Orientées", "Doorverwezen", Unit::Count),
        column("started", "Commencé", "Begonnen", Unit::Count),
        column("completed", "Terminé", "Afgerond", Unit::Count),
        column("cost", "Coût annuel", "Jaarlijkse kost", Unit::Eur),
        column("hours", "Heures", "Uren", Unit::Hours),
    ];
    let chart = |id: &str, fr: &str, nl: &str, kind| Chart {
        id: id.into(),
        title: words(fr, nl),
        table: "projects".into(),
        kind,
    };
    Section {
        id: "projects".into(),
        title: words("Modules collectifs", "Collectieve modules"),
        is_summary: false,
        paragraphs: vec![],
        tables: vec![Table {
            id: "projects".into(),
            title: words(
                "Personnes orientées, ayant commencé et terminé, par module, 2017",
                "Personen doorverwezen, begonnen en afgerond, per module, 2017",
            ),
            columns,
            rows: project_rows(),
            reading: vec![],
            notes: vec![],
            indicators: vec!["project.funnel".into()],
        }],
        charts: vec![
            chart(
                "projects-funnel",
                "De l’orientation à la fin du module",
                "Van doorverwijzing tot afronding",
                ChartKind::Funnel {
                    label: "project".into(),
                    steps: vec!["referred".into(), "started".into(), "completed".into()],
                },
            ),
            chart(
                "projects-hours",
                "Heures par module",
                "Uren per module",
                ChartKind::Bars { label: "project".into(), value: "cost".into() },
            ),
        ],
    }
}

fn objectives() -> Section {
    let data = [
        ("PIIS d’accompagnement", "GPMI begeleiding", Some(100), 86),
        ("PIIS de formation", "GPMI vorming", Some(40), 43),
        ("PIIS d’études", "GPMI studie", Some(120), 120),
        ("Bénévolat", "Vrijwilligerswerk", Some(15), 38),
        (
            "Atelier, module dynamisant ou atelier participatif",
            "Atelier, dynamiserende module of participatieve workshop",
            Some(30),
            12,
        ),
        ("Préparation d’un parcours socioprofessionnel", "Voorbereiding van een socioprofessioneel traject", None, 9),
    ];
    let rows = data
        .iter()
        .map(|(fr, nl, target, realised)| {
            let share = target.map_or(Cell::Missing(Missing::NotComputable), |target| {
                Cell::Number(f64::from(*realised) / f64::from(target) * 100.0)
            });
            let target = target.map_or(Cell::Missing(Missing::NotRecorded), |target| Cell::Count(i64::from(target)));
            row(vec![label(fr, nl), target, Cell::Count(i64::from(*realised)), share])
        })
        .collect();
    Section {
        id: "objectives".into(),
        title: words("Objectifs de la convention", "Doelstellingen van de overeenkomst"),
        is_summary: false,
        paragraphs: vec![],
        tables: vec![Table {
            id: "objectives".into(),
            title: words(
                "Objectifs quantitatifs et réalisations, 2017",
                "Kwantitatieve doelstellingen en resultaten, 2017",
            ),
            columns: vec![
                column("kind", "Type de PIIS", "Type GPMI", Unit::Label),
                column("target", "Objectif", "Doelstelling", Unit::Count),
                column("realised", "Réalisé", "Gerealiseerd", Unit::Count),
                column("share", "Part réalisée", "Gerealiseerd aandeel", Unit::Percent),
            ],
            rows,
            reading: vec![],
            notes: vec![],
            indicators: vec![],
        }],
        charts: vec![Chart {
            id: "objectives-bullet".into(),
            title: words("Réalisé par rapport à l’objectif", "Gerealiseerd tegenover de doelstelling"),
            table: "objectives".into(),
            kind: ChartKind::Bullet {
                label: "kind".into(),
                realised: "realised".into(),
                target: "target".into(),
                direction: None,
            },
        }],
    }
}

/// Levels over months with a reading that lacks, parts that add up, and a series with a break.
#[expect(clippy::too_many_lines, reason = "a table, row by row")]
fn over_time() -> Section {
    let key = |name: &str| name.to_owned();
    let level = |value: Option<f64>| value.map_or(Cell::Missing(Missing::NotRecorded), Cell::Number);
    let line = |name: Cell, levels: [Option<f64>; 3], cases: [i64; 3], parts: [f64; 3]| {
        let cases =
            cases.map(|count| if count == 0 { Cell::Missing(Missing::NotRecorded) } else { Cell::Count(count) });
        row(std::iter::once(name).chain(levels.map(level)).chain(cases).chain(parts.map(Cell::Number)).collect())
    };
    let mut columns = vec![column("domain", "Domaine", "Domein", Unit::Label)];
    columns.extend(["0", "3", "6"].map(|time| column(&format!("level_{time}"), time, time, Unit::Points)));
    columns.extend(["0", "3", "6"].map(|time| column(&format!("n_{time}"), "n", "n", Unit::Count)));
    columns.extend(
        [("better", "Mieux", "Beter"), ("same", "Égal", "Gelijk"), ("worse", "Moins bien", "Minder")]
            .map(|(key, fr, nl)| column(key, fr, nl, Unit::Percent)),
    );
    let levels = Table {
        id: "time".into(),
        title: words("Niveaux au fil des mois", "Niveaus in de tijd"),
        columns,
        rows: vec![
            line(label("Logement", "Huisvesting"), [Some(2.1), Some(2.8), Some(3.4)], [24, 20, 18], [60.0, 30.0, 10.0]),
            line(label("Justice", "Justitie"), [Some(4.0), None, Some(4.2)], [24, 0, 18], [90.0, 6.0, 4.0]),
        ],
        reading: vec![Sentence::known(
            "reading-better",
            vec![(
                "items",
                Argument::List(vec![Sentence::known(
                    "reading-item-more",
                    vec![
                        ("name", Argument::Text(words("Logement", "Huisvesting"))),
                        ("change", Argument::Figure(Cell::Number(1.3), Unit::Points)),
                    ],
                )]),
            )],
        )],
        notes: vec![],
        indicators: vec![],
    };
    let year = |year: &str, share: f64, remark: Option<Cell>| {
        let limits = [share, share - 8.0, share + 8.0].map(Cell::Number);
        let remark = remark.unwrap_or(Cell::Missing(Missing::NotApplicable));
        row([Cell::Label(LocalText::same(year))].into_iter().chain(limits).chain([remark]).collect())
    };
    let years = Table {
        id: "years".into(),
        title: words("Part par année", "Percentage per jaar"),
        columns: vec![
            column("period", "Année", "Jaar", Unit::Label),
            column("share", "Part", "Percentage", Unit::Percent),
            column("low", "Bas", "Laag", Unit::Percent),
            column("high", "Haut", "Hoog", Unit::Percent),
            column("break", "Rupture", "Breuk", Unit::Label),
        ],
        rows: vec![
            year("2016", 45.0, None),
            year("2017", 48.0, None),
            year("2018", 71.0, Some(label("Fusion", "Samenvoeging"))),
        ],
        reading: vec![],
        notes: vec![],
        indicators: vec![],
    };
    let time = |time: &str| (key(time), format!("level_{time}"), format!("n_{time}"));
    let scale = ChartScale { low: 1.0, high: 5.0, higher_is_better: true };
    let chart = |id: &str, table: &str, kind: ChartKind| Chart {
        id: id.into(),
        title: words("Graphique", "Grafiek"),
        table: table.into(),
        kind,
    };
    let parts = ["better", "same", "worse"].map(key).to_vec();
    let interval = Some((key("low"), key("high")));
    Section {
        id: "over-time".into(),
        title: words("Au fil du temps", "In de tijd"),
        is_summary: false,
        paragraphs: vec![],
        charts: vec![
            chart(
                "time-levels",
                "time",
                ChartKind::Trajectory { label: key("domain"), times: ["0", "3", "6"].map(time).to_vec(), scale },
            ),
            chart("time-parts", "time", ChartKind::Stacked { label: key("domain"), parts, cases: Some(key("n_0")) }),
            chart(
                "years-series",
                "years",
                ChartKind::Series { label: key("period"), value: key("share"), interval, remark: Some(key("break")) },
            ),
        ],
        tables: vec![levels, years],
    }
}

/// Everything that could go wrong, in one table, and a table without rows.
pub(super) fn awkward() -> Section {
    let columns = vec![
        column("name", "Nom", "Naam", Unit::Label),
        column("count", "Valeur", "Waarde", Unit::Count),
        column("percent", "VALEUR", "WAARDE", Unit::Percent),
        column("points", "Points <b>&\"'", "Punten <b>&\"'", Unit::Points),
        column("eur", "Montant", "Bedrag", Unit::Eur),
        column("hours", "Heures", "Uren", Unit::Hours),
        column("on", "Date", "Datum", Unit::Date),
    ];
    let line = |name: &str, value: f64| {
        row(vec![
            Cell::Label(LocalText::same(name)),
            Cell::Count(1_234_567),
            Cell::Number(value),
            Cell::Number(value),
            Cell::Eur(123_456_789),
            Cell::Number(value),
            day(2026, 3, 9),
        ])
    };
    let mut missing = line("@SUM(A1) -2+3 +4", f64::INFINITY);
    missing.cells[1] = Cell::Missing(Missing::NotRecorded);
    missing.cells[4] = Cell::Missing(Missing::NotApplicable);
    missing.cells[6] = Cell::Missing(Missing::NotComputable);
    let table = |id: &str, title: LocalText, rows: Vec<Row>| Table {
        id: id.into(),
        title,
        columns: columns.clone(),
        rows,
        reading: vec![],
        notes: vec![words("Note avec <i>balises</i> & signes.", "Noot met <i>tags</i> & tekens.")],
        indicators: vec!["progress.change".into(), "unknown.indicator".into()],
    };
    let chart = |id: &str, table: &str, value: &str| Chart {
        id: id.into(),
        title: LocalText::same("=A1 <script>alert(1)</script>"),
        table: table.into(),
        kind: ChartKind::Bars { label: "name".into(), value: value.into() },
    };
    Section {
        id: "awkward".into(),
        title: LocalText::same("<b>&\" 'awkward'"),
        is_summary: false,
        paragraphs: vec![LocalText::same("</p><script>alert(1)</script>")],
        tables: vec![
            table(
                "awkward",
                LocalText::same("=1+1 <b>&\" title"),
                vec![line("=1+1", 2.675), missing, line("<b>&\"'</b>", -12.345), line("\u{b}control", 1.0 / 3.0)],
            ),
            table("empty", words("Tableau sans lignes", "Tabel zonder rijen"), vec![]),
            table("single", words("Une seule ligne", "Eén rij"), vec![line("Un", 0.0)]),
        ],
        charts: vec![
            chart("awkward-bars", "awkward", "points"),
            chart("empty-bars", "empty", "points"),
            chart("single-bars", "single", "hours"),
        ],
    }
}
