//! CPAS d'Ath: French, workbooks whose days count from 1904, workshops open to all between which people move.

mod layouts;

use super::form::{Encoding, Form};
use super::money::{Aim, Grant, Objective};
use super::office::{Exports, mark};
use super::page::{Cell, Layout, Page};
use super::people::{Registry, day, mistyped};
use super::projects::{Fates, Rhythm, Run, Stay, monday};
use super::random::Random;
use super::words::{Tongue, Words};
use super::workbook::Epoch;
use super::world::{Plan, World, add};
use crate::error::Result;

const KINDS: &[(&str, usize)] = &[("activation", 38), ("wellbeing", 24), ("entry", 14), ("language", 6), ("study", 6)];

const GRANTS: &[Grant] = &[("pas", 1_648_000, 960), ("sme", 5_230_000, 1_040)];

const OBJECTIVES: &[Objective] = &[
    ("pas", "Au moins 70 participants aux ateliers", Aim::Figure("Participants différents", "", 70, true)),
    ("pas", "Au moins 20 personnes au jardin", Aim::Figure("Participants ayant commencé", "project=garden", 20, true)),
    ("sme", "Au moins 35 parcours d'activation", Aim::Figure("Parcours actifs", "kind=activation", 35, true)),
    ("sme", "Convention avec le centre culturel", Aim::Quality("reached", "signed_agreement")),
    ("pas", "Charte des ateliers écrite avec les participants", Aim::Quality("reached", "report")),
];

/// Number, project, weekday (Monday is 0), hours, partner, cost of the workshops that stay open all year.
const WORKSHOPS: [(&str, &str, i64, i64, &str, i64); 5] = [
    ("CUIS", "Cuisine", 0, 350, "CPAS d'Ath", 412_000),
    ("CREA", "Atelier créativité", 1, 250, "Centre culturel", 268_500),
    ("JARD", "Jardin", 2, 300, "Natagora", 305_000),
    ("INFO", "Informatique", 3, 200, "Bibliothèque", 187_250),
    ("OUV", "Atelier ouvert", 4, 300, "CPAS d'Ath", 143_000),
];

/// Everything that Ath hands in.
pub(super) fn export(exports: &mut Exports, registry: &mut Registry, random: &mut Random) -> Result<()> {
    let plan = Plan { name: "FICTIF Personne", kinds: KINDS, again: 80, exported_on: day(2017, 12, 31) };
    let mut world = World::new(plan, registry, random);
    world.open_workshops(random);
    world.agree(2017, GRANTS, OBJECTIVES);
    world.spend(day(2017, 1, 1), GRANTS, &["Cuisine", "Jardin", "Informatique", "Atelier ouvert"], random);
    // The column of the occasion is often left open: the day has to tell.
    let readings = world.readings(random).into_iter();
    let readings =
        readings.map(|record| if random.chance(300) { record.with("occasion", Cell::Empty) } else { record }).collect();
    world.tables.insert("readings", readings);
    let files: [(&str, &[&'static Layout]); 3] = [
        (
            "dossiers_2017.xlsx",
            &[
                &layouts::PERSONS,
                &layouts::PARCOURS,
                &layouts::PIIS,
                &layouts::BILANS,
                &layouts::EVALUATIONS,
                &layouts::READINGS,
                &layouts::TASKS,
                &layouts::SANCTIONS,
            ],
        ),
        ("ateliers_2017.xlsx", &[&layouts::EDITIONS, &layouts::ENROLMENTS, &layouts::ATTENDANCE]),
        ("subventions_2017.xlsx", &[&layouts::AGREEMENTS, &layouts::OBJECTIVES, &layouts::EXPENSES]),
    ];
    for (file, sheets) in files {
        let mut pages: Vec<Page> = sheets.iter().map(|layout| Page::new(layout, world.records(layout.table))).collect();
        for page in &mut pages {
            page.titles = vec![format!("CPAS d'Ath - {} 2017", page.layout.name)];
            plant(page, &world);
        }
        exports.workbook(&form(), &format!("51004-ath/2017/{file}"), &pages, Epoch::Year1904)?;
    }
    Ok(())
}

fn form() -> Form {
    Form {
        words: Words::new(Tongue::French, &[]),
        encoding: Encoding::Utf8Mark,
        delimiter: ',',
        line_end: "\n",
        day: "%d/%m/%Y",
        decimal: ',',
        thousands: None,
        yes_no: ("oui", "non"),
        dotted_niss: true,
    }
}

fn plant(page: &mut Page, world: &World) {
    match page.layout.table {
        "persons" => {
            let change = [("person_id", Cell::Niss(mistyped(&world.people[11].niss)))];
            page.plant(11, &change, mark("person_id", "niss.check_digits", "last digit mistyped"));
        }
        "parcours" => {
            let change = [
                ("parcours_id", Cell::text("2017-9001")),
                ("start_on", Cell::On(day(2017, 4, 3))),
                ("planned_end_on", Cell::Empty),
                ("end_on", Cell::On(day(2013, 4, 2))),
            ];
            page.plant(
                15,
                &change,
                mark("end_on", "date.order", "ends before it starts, by the four years between two calendars"),
            );
        }
        "readings" => {
            let nine = [("parcours_id", Cell::text("2017-9002")), ("social_network", Cell::Whole(9))];
            page.plant(19, &nine, mark("social_network", "score.range", "score 9 on a scale from 1 to 5"));
        }
        "bilans" => page.plant(9, &[], mark("", "duplicate.row", "the row above again")),
        "evaluations" => {
            let change = [("planned_on", Cell::text("à fixer"))];
            page.plant(14, &change, mark("planned_on", "date.form", "words instead of a day"));
        }
        "editions" => {
            let change = [("edition_id", Cell::text("POT-2017")), ("project", Cell::text("Poterie"))];
            page.plant(3, &change, mark("project", "project.unknown", "a project that no list knows"));
        }
        "attendance" => {
            let change = [("session_on", Cell::On(day(2017, 8, 15))), ("status", Cell::text("peut-être"))];
            page.plant(200, &change, mark("status", "code.unknown", "a status that no list knows"));
        }
        "sanctions" => page.rows.clear(),
        _ => {}
    }
}

impl World {
    /// People come when they like and go over to another workshop from one day to the next.
    fn open_workshops(&mut self, random: &mut Random) {
        let runs: Vec<Run> = WORKSHOPS
            .iter()
            .map(|&(id, project, weekday, hours, partner, cost)| Run {
                id,
                project,
                start: add(monday(day(2017, 1, 9)), weekday),
                rhythm: Rhythm::SchoolYear(hours),
                partner,
                cost,
                fates: Fates { running: 16, ..Fates::default() },
                founded: false,
            })
            .collect();
        for run in &runs {
            self.edition(run, &run.sessions(), day(2017, 12, 22));
        }
        for person in 0..self.people.len() {
            if random.chance(860) {
                self.wander(person, &runs, random);
            }
        }
    }

    fn wander(&mut self, person: usize, runs: &[Run], random: &mut Random) {
        let mut place = usize::try_from(random.between(0, 4)).unwrap_or(0);
        let mut started = add(day(2017, 1, 9), random.between(0, 200));
        for _ in 0..3 {
            let run = &runs[place];
            let until = add(started, random.between(40, 130));
            let stays = until > day(2017, 12, 10) || random.chance(250);
            let moves = !stays && random.chance(620);
            let (fate, reason) = match (stays, moves) {
                (true, _) => ("started", None),
                (_, true) => ("dropped_out", Some("other_workshop")),
                _ => ("completed", None),
            };
            let ended = (!stays).then_some(until);
            self.enrol(run, person, (Some(started), ended), (fate, reason));
            self.attend(run, &run.sessions(), &Stay { person, started, ended }, random);
            if !moves {
                return;
            }
            place = (place + usize::try_from(random.between(1, 2)).unwrap_or(1)) % runs.len();
            started = add(until, 1);
        }
    }
}
