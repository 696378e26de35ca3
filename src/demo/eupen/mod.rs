//! ÖSHZ Eupen: German, tab-separated text in UTF-16 as a spreadsheet's "Unicode text" is, one row a domain scored.

mod layouts;

use super::form::{Encoding, Form};
use super::money::{Aim, Grant, Objective};
use super::office::{Exports, mark};
use super::page::{Cell, Page, Record};
use super::people::{Person, Registry, day, mistyped};
use super::projects::{Fates, Rhythm, Run};
use super::random::Random;
use super::scores::MATRIX;
use super::words::{Tongue, Words};
use super::world::{Plan, World};
use std::collections::BTreeSet;

const KINDS: &[(&str, usize)] = &[("activation", 24), ("language", 18), ("entry", 14), ("wellbeing", 10), ("study", 6)];

const GRANTS: &[Grant] = &[("pas", 984_000, 990), ("piis", 6_410_000, 870)];

const OBJECTIVES: &[Objective] = &[
    ("pas", "Mindestens 20 Teilnehmer in Gruppenprojekten", Aim::Figure("participation.reach", "", 20, true)),
    (
        "pas",
        "Mindestens 14 Teilnehmer im Deutschkurs",
        Aim::Figure("participation.started", "project=german", 14, true),
    ),
    ("piis", "Mindestens 50 laufende VSE", Aim::Figure("piis.count", "", 50, true)),
    ("pas", "Vereinbarung mit der Volkshochschule", Aim::Quality("reached", "signed_agreement")),
];

/// Everything that Eupen hands in.
pub(super) fn export(exports: &mut Exports, registry: &mut Registry, random: &mut Random) {
    let plan = Plan { name: "ERFUNDEN Person", kinds: KINDS, again: 60, exported_on: day(2017, 12, 31) };
    let mut world = World::new(plan, registry, random);
    world.courses(random);
    world.agree(2017, GRANTS, OBJECTIVES);
    world.spend(day(2017, 1, 1), GRANTS, &["Deutschkurs", "Kochen", "Garten"], random);
    let readings = world.domain_by_domain(random);
    world.tables.insert("readings", readings);
    let form = form();
    for page in pages(&world) {
        exports.text(&form, "63023-eupen/2017", &page);
    }
}

fn form() -> Form {
    Form {
        words: Words::new(Tongue::German, &[]),
        encoding: Encoding::Utf16,
        delimiter: '\t',
        line_end: "\r\n",
        day: "%d.%m.%Y",
        decimal: ',',
        thousands: Some('.'),
        yes_no: ("ja", "nein"),
        dotted_niss: true,
    }
}

fn pages(world: &World) -> Vec<Page> {
    let all = [
        &layouts::PERSONS,
        &layouts::PARCOURS,
        &layouts::READINGS,
        &layouts::PIIS,
        &layouts::BILANS,
        &layouts::EVALUATIONS,
        &layouts::EDITIONS,
        &layouts::ENROLMENTS,
        &layouts::ATTENDANCE,
        &layouts::TASKS,
        &layouts::SANCTIONS,
        &layouts::AGREEMENTS,
        &layouts::OBJECTIVES,
        &layouts::EXPENSES,
    ];
    let mut pages: Vec<Page> = all.into_iter().map(|layout| Page::new(layout, world.records(layout.table))).collect();
    for page in &mut pages {
        plant(page, world);
    }
    pages
}

fn plant(page: &mut Page, world: &World) {
    match page.layout.table {
        "persons" => {
            let change = [("person_id", Cell::Niss(mistyped(&world.people[3].niss)))];
            page.plant(3, &change, mark("person_id", "niss.check_digits", "last digit mistyped"));
        }
        "parcours" => {
            let change = [
                ("parcours_id", Cell::text("2017-9001")),
                ("start_on", Cell::On(day(2017, 8, 21))),
                ("planned_end_on", Cell::Empty),
                ("end_on", Cell::On(day(2017, 8, 12))),
            ];
            page.plant(30, &change, mark("end_on", "date.order", "ends before it starts"));
        }
        "readings" => {
            let nine = [("parcours_id", Cell::text("2017-9002")), ("score", Cell::Whole(9))];
            page.plant(100, &nine, mark("score", "score.range", "score 9 on a scale from 1 to 5"));
            let change = [("parcours_id", Cell::text("2017-9003")), ("domain", Cell::text("Sternzeichen"))];
            page.plant(400, &change, mark("domain", "code.unknown", "a domain that the matrix does not have"));
        }
        "bilans" => page.plant(18, &[], mark("", "duplicate.row", "the row above again")),
        "editions" => {
            let change = [("edition_id", Cell::text("SCH-2017")), ("project", Cell::text("Schachklub"))];
            page.plant(0, &change, mark("project", "project.unknown", "a project that no list knows"));
        }
        "expenses" => {
            let change = [("entry_id", Cell::text("U901")), ("amount_eur", Cell::text("rund 300"))];
            page.plant(6, &change, mark("amount_eur", "number.form", "an amount in words"));
        }
        "sanctions" => page.rows.clear(),
        _ => {}
    }
}

impl World {
    /// One record a domain scored.
    fn domain_by_domain(&self, random: &mut Random) -> Vec<Record> {
        let mut rows = Vec::new();
        for reading in self.readings(random) {
            for (domain, _, _) in MATRIX {
                let score = reading.get(domain).clone();
                rows.push(reading.clone().with("domain", Cell::Code("domain", domain)).with("score", score));
            }
        }
        rows
    }

    fn courses(&mut self, random: &mut Random) {
        let mut taken = BTreeSet::new();
        let anybody = |_: &Person| true;
        let group = Run {
            id: "DEU-2017",
            project: "Deutschkurs",
            start: day(2017, 1, 30),
            rhythm: Rhythm::Weekly(18, &[(0, 250), (2, 250)]),
            partner: "Volkshochschule",
            cost: 487_500,
            fates: Fates { completed: 9, dropped_out: 3, running: 0, not_started: 1, referred: 2 },
            founded: false,
        };
        let people = self.choose(15, &mut taken, |person| person.nationality != "BE", random);
        self.run(&group, &people, random);
        let people = self.choose(11, &mut taken, anybody, random);
        let fates = Fates { completed: 6, dropped_out: 2, running: 0, not_started: 2, referred: 1 };
        let rhythm = Rhythm::Weekly(12, &[(3, 350)]);
        let cooking = Run { id: "KOCH-2017", project: "Kochen", start: day(2017, 9, 11), rhythm, fates, ..group };
        self.run(&Run { partner: "Haus der Begegnung", cost: 214_900, ..cooking }, &people, random);
        let people = self.choose(8, &mut taken, anybody, random);
        let fates = Fates { completed: 0, dropped_out: 1, running: 6, not_started: 1, referred: 0 };
        let rhythm = Rhythm::SchoolYear(300);
        let garden = Run { id: "GART-2017", project: "Garten", start: day(2017, 3, 15), rhythm, fates, ..group };
        self.run(&Run { partner: "Stadt Eupen", cost: 168_000, ..garden }, &people, random);
    }
}
