//! OCMW Brugge: Dutch, text files with semicolons in Windows-1252, titles above and a totals line below. Two
//! submissions: the group projects of 2016, and 2017. The figures are those the centre published.

mod layouts;

use super::form::{Encoding, Form};
use super::money::{Aim, Grant, Objective};
use super::office::{Exports, mark};
use super::page::{Cell, Layout, Page};
use super::people::{Person, Registry, day, mistyped};
use super::projects::{Fates, Rhythm, Run};
use super::random::Random;
use super::words::{Tongue, Words};
use super::world::{Plan, World};
use std::collections::BTreeSet;

const FOLDER: &str = "31005-brugge";

/// Files active in 2017 (up to October), as published.
const KINDS: &[(&str, usize)] =
    &[("entry", 86), ("study", 120), ("language", 274), ("wellbeing", 305), ("activation", 265)];

const GRANTS: &[Grant] = &[("pas", 6_200_000, 930), ("sme", 19_850_000, 815)];

const OBJECTIVES: &[Objective] = &[
    (
        "pas",
        "Minstens 70 verschillende deelnemers aan groepsprojecten",
        Aim::Figure("participation.reach", "", 70, true),
    ),
    ("pas", "Minstens 9 starters in Boost", Aim::Figure("participation.started", "project=boost", 9, true)),
    ("sme", "Minstens 250 activeringstrajecten", Aim::Figure("parcours.count", "kind=activation", 250, true)),
    ("sme", "Minstens 900 sociale balansen", Aim::Figure("bilan.count", "", 900, true)),
    ("sme", "Samenwerkingsovereenkomst met de partners", Aim::Quality("reached", "signed_agreement")),
];

/// Everything that Bruges hands in.
pub(super) fn export(exports: &mut Exports, registry: &mut Registry, random: &mut Random) {
    let plan = Plan { name: "VERZONNEN Persoon", kinds: KINDS, again: 220, exported_on: day(2017, 10, 31) };
    let mut world = World::new(plan, registry, random);
    let form = form();
    world.projects_of_2016(random);
    projects(exports, &form, &mut world, "2016");
    world.projects_of_2017(random);
    projects(exports, &form, &mut world, "2017");
    world.agree(2017, GRANTS, OBJECTIVES);
    let spellings = ["Ta(a)LENT", "BOOST", "Switch", "Zinding"];
    world.spend(day(2017, 1, 1), GRANTS, &spellings, random);
    let readings = world.readings(random);
    world.tables.insert("readings", readings);
    files_of_people(exports, &form, &world);
    files_of_contracts(exports, &form, &world);
}

fn form() -> Form {
    let own = [
        ("parcours_kind", "entry", "Instaptraject"),
        ("parcours_kind", "study", "Studietraject"),
        ("parcours_kind", "language", "Taaltraject"),
        ("parcours_kind", "wellbeing", "Welzijnstraject"),
        ("parcours_kind", "activation", "Activeringstraject"),
        ("attendance_status", "excused", "Gewettigd afwezig"),
        ("attendance_status", "unexcused", "Ongewettigd afwezig"),
    ];
    Form {
        words: Words::new(Tongue::Dutch, &own),
        encoding: Encoding::Windows1252,
        delimiter: ';',
        line_end: "\r\n",
        day: "%d/%m/%Y",
        decimal: ',',
        thousands: Some('.'),
        yes_no: ("ja", "nee"),
        dotted_niss: true,
    }
}

fn page(world: &World, layout: &'static Layout, subject: &str, period: &str) -> Page {
    let mut page = Page::new(layout, world.records(layout.table));
    page.titles = vec![
        "OCMW Brugge - Dienst sociale activering".to_owned(),
        format!("{subject} {period}"),
        if period == "2016" { "Uitvoer van 16/01/2017" } else { "Uitvoer van 31/10/2017" }.to_owned(),
    ];
    page.total = Some(("Totaal", &["cost_eur", "planned_hours", "attended_hours", "granted_eur", "amount_eur"]));
    page
}

/// The three files of group projects of a year; the world forgets them afterwards.
fn projects(exports: &mut Exports, form: &Form, world: &mut World, period: &str) {
    let folder = format!("{FOLDER}/{period}");
    let mut editions = page(world, &layouts::EDITIONS, "Groepsprojecten", period);
    let enrolments = page(world, &layouts::ENROLMENTS, "Inschrijvingen", period);
    let mut attendance = page(world, &layouts::ATTENDANCE, "Aanwezigheden", period);
    if period == "2016" {
        let unknown = [
            ("edition_id", Cell::text("KAL-2016")),
            ("project", Cell::text("Kaleidoscoop")),
            ("cost_eur", Cell::Empty),
        ];
        editions.plant(1, &unknown, mark("project", "project.unknown", "a project that no list knows"));
        attendance.plant(40, &[], mark("", "duplicate.row", "the row above again"));
        let other = [("status", Cell::Code("attendance_status", "unexcused")), ("attended_hours", Cell::Hours(0))];
        let present =
            attendance.rows.iter().skip(200).position(|(record, _)| *record.get("attended_hours") == Cell::Hours(300));
        let found = "the same person and session as the row above, with another status";
        attendance.plant(200 + present.unwrap_or(0), &other, mark("", "duplicate.key", found));
    } else {
        let hours = [("session_on", Cell::On(day(2017, 3, 31))), ("planned_hours", Cell::text("drie"))];
        attendance.plant(60, &hours, mark("planned_hours", "number.form", "hours in letters"));
    }
    for page in [&editions, &enrolments, &attendance] {
        exports.text(form, &folder, page);
    }
    for table in ["editions", "enrolments", "attendance"] {
        world.tables.remove(table);
    }
}

fn files_of_people(exports: &mut Exports, form: &Form, world: &World) {
    let folder = format!("{FOLDER}/2017");
    let mut persons = page(world, &layouts::PERSONS, "Personen", "2017");
    let wrong = mistyped(&world.people[17].niss);
    let change = [("person_id", Cell::Niss(wrong)), ("name", Cell::text("VERZONNEN Persoon 9001"))];
    persons.plant(17, &change, mark("person_id", "niss.check_digits", "last digit mistyped"));
    let mut parcours = page(world, &layouts::PARCOURS, "Trajecten", "2017");
    let before = [
        ("parcours_id", Cell::text("2017-9001")),
        ("start_on", Cell::On(day(2017, 6, 30))),
        ("planned_end_on", Cell::Empty),
        ("end_on", Cell::On(day(2017, 3, 1))),
    ];
    parcours.plant(120, &before, mark("end_on", "date.order", "ends before it starts"));
    parcours.plant(300, &[], mark("", "duplicate.row", "the row above again"));
    let kind = [("parcours_id", Cell::text("2017-9002")), ("kind", Cell::text("Ruimtevaarttraject"))];
    parcours.plant(640, &kind, mark("kind", "code.unknown", "a kind of parcours that no list knows"));
    let mut readings = page(world, &layouts::READINGS, "ZRM-metingen", "2017");
    let nine = [("parcours_id", Cell::text("2017-9003")), ("housing", Cell::Whole(9))];
    readings.plant(75, &nine, mark("housing", "score.range", "score 9 on a scale from 1 to 5"));
    let bilans = page(world, &layouts::BILANS, "Sociale balansen", "2017");
    for page in [&persons, &parcours, &readings, &bilans] {
        exports.text(form, &folder, page);
    }
}

fn files_of_contracts(exports: &mut Exports, form: &Form, world: &World) {
    let folder = format!("{FOLDER}/2017");
    let mut piis = page(world, &layouts::PIIS, "GPMI's", "2017");
    let signed = [("piis_id", Cell::text("C9001")), ("signed_on", Cell::text("31/02/2017"))];
    piis.plant(33, &signed, mark("signed_on", "date.form", "a day that does not exist"));
    let mut tasks = page(world, &layouts::TASKS, "Taken", "2017");
    tasks.rows.clear();
    tasks.total = None;
    let rest = [
        page(world, &layouts::EVALUATIONS, "Evaluaties", "2017"),
        page(world, &layouts::SANCTIONS, "Sancties", "2017"),
        page(world, &layouts::AGREEMENTS, "Overeenkomsten", "2017"),
        page(world, &layouts::OBJECTIVES, "Doelstellingen", "2017"),
        page(world, &layouts::EXPENSES, "Uitgaven", "2017"),
    ];
    for page in [piis, tasks].iter().chain(&rest) {
        exports.text(form, &folder, page);
    }
}

fn woman(person: &Person) -> bool {
    person.sex == "F"
}

fn man(person: &Person) -> bool {
    person.sex == "M"
}

fn newcomer(person: &Person) -> bool {
    person.nationality != "BE"
}

fn young(person: &Person) -> bool {
    person.birth_year >= 1991
}

/// Two half-weeks of Switch: a day and a half.
const SWITCH: &[(i64, i64)] = &[(0, 600), (2, 300)];

impl World {
    /// 2016 as published: 90 different people, four of whom took part twice, 57 042.00 EUR.
    fn projects_of_2016(&mut self, random: &mut Random) {
        let mut taken = BTreeSet::new();
        let uitstraling = self.choose(11, &mut taken, woman, random);
        let boost = self.choose(12, &mut taken, man, random);
        let mut zinderin = self.choose(12, &mut taken, woman, random);
        zinderin.splice(4..4, [uitstraling[0], uitstraling[3]]);
        let first = self.choose(22, &mut taken, newcomer, random);
        // Two who left the first session of Ta(a)lent came back for the second.
        let mut second = vec![first[20], first[21]];
        second.extend(self.choose(13, &mut taken, newcomer, random));
        let fates =
            |completed, dropped_out, not_started| Fates { completed, dropped_out, not_started, ..Fates::default() };
        let run = |id, project, start, rhythm, partner, cost| Run {
            id,
            project,
            start,
            rhythm,
            partner,
            cost,
            fates: Fates::default(),
            founded: false,
        };
        let weekly = Rhythm::Weekly(11, &[(1, 300), (3, 300)]);
        let founded = Run {
            founded: true,
            fates: fates(7, 1, 3),
            ..run("UIT-2016", "Uitstraling", day(2016, 9, 12), weekly, "Vormingplus", 618_000)
        };
        self.run(&founded, &uitstraling, random);
        let weekly = Rhythm::Weekly(11, &[(1, 300)]);
        let group = run("BOOST-2016", "BOOST", day(2016, 4, 11), weekly, "Groep INTRO", 592_000);
        self.run(&Run { fates: fates(5, 3, 4), ..group }, &boost, random);
        let all_year = run("ZIN-2016", "Zinding", day(2016, 1, 5), Rhythm::SchoolYear(250), "Vormingplus", 945_000);
        self.run(&Run { fates: fates(11, 3, 0), ..all_year }, &zinderin, random);
        let spring = run("TAL-2016-1", "Ta(a)LENT", day(2016, 2, 15), Rhythm::Talent, "Vokans", 880_000);
        self.run(&Run { fates: fates(15, 7, 0), ..spring }, &first, random);
        let autumn = run("TAL-2016-2", "T(A)LENT", day(2016, 8, 29), Rhythm::Talent, "Vokans", 880_000);
        self.run(&Run { fates: fates(8, 4, 3), ..autumn }, &second, random);
        let starts =
            [("SWI-2016-1", day(2016, 2, 1)), ("SWI-2016-2", day(2016, 5, 2)), ("SWI-2016-3", day(2016, 10, 3))];
        for ((id, start), weeks) in starts.into_iter().zip([8, 9, 10]) {
            let people = self.choose(12, &mut taken, young, random);
            let group = run(id, "Switch", start, Rhythm::Weekly(weeks, SWITCH), "Groep INTRO", 596_400);
            self.run(&Run { fates: Fates { referred: 1, ..fates(7, 3, 1) }, ..group }, &people, random);
        }
    }

    fn projects_of_2017(&mut self, random: &mut Random) {
        let mut taken = BTreeSet::new();
        let fates =
            |completed, dropped_out, running| Fates { completed, dropped_out, running, not_started: 2, referred: 1 };
        let run = |id, project, start, rhythm, partner, cost| Run {
            id,
            project,
            start,
            rhythm,
            partner,
            cost,
            fates: Fates::default(),
            founded: false,
        };
        let weekly = Rhythm::Weekly(11, &[(1, 300), (3, 300)]);
        let people = self.choose(12, &mut taken, woman, random);
        let group = run("UIT-2017", "Uitstraling", day(2017, 2, 6), weekly, "Vormingplus", 624_000);
        self.run(&Run { fates: fates(8, 1, 0), ..group }, &people, random);
        let people = self.choose(12, &mut taken, man, random);
        let weekly = Rhythm::Weekly(11, &[(1, 300)]);
        let group = run("BOOST-2017", "Boost", day(2017, 4, 3), weekly, "Groep INTRO", 598_000);
        self.run(&Run { fates: fates(6, 3, 0), ..group }, &people, random);
        let people = self.choose(16, &mut taken, woman, random);
        let group = run("ZIN-2017", "Zindering", day(2017, 1, 3), Rhythm::SchoolYear(250), "Vormingplus", 960_000);
        self.run(&Run { fates: fates(0, 3, 10), ..group }, &people, random);
        let people = self.choose(18, &mut taken, newcomer, random);
        let group = run("TAL-2017-1", "TAC(A)LENT", day(2017, 2, 13), Rhythm::Talent, "Vokans", 890_000);
        self.run(&Run { fates: fates(10, 4, 0), ..group }, &people, random);
        for (id, start) in [("SWI-2017-1", day(2017, 2, 6)), ("SWI-2017-2", day(2017, 5, 8))] {
            let people = self.choose(13, &mut taken, young, random);
            let group = run(id, "SWITCH 18-25", start, Rhythm::Weekly(9, SWITCH), "Groep INTRO", 602_000);
            self.run(&Run { fates: fates(7, 3, 0), ..group }, &people, random);
        }
    }
}
