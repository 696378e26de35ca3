//! OCMW Kortrijk: Dutch, one workbook with a sheet a table; zero and end measure side by side under a header of two
//! lines with merged cells; an agreement for the increased State subsidy with both kinds of objective.

mod layouts;

use super::form::{Encoding, Form};
use super::money::{Aim, Grant, Objective};
use super::office::{Exports, mark};
use super::page::{Cell, Page, Record};
use super::people::{Person, Registry, day, mistyped};
use super::projects::{Fates, Rhythm, Run};
use super::random::Random;
use super::scores::{MATRIX, score};
use super::words::{Tongue, Words};
use super::workbook::Epoch;
use super::world::{Plan, World};
use crate::error::Result;
use std::collections::BTreeSet;

const KINDS: &[(&str, usize)] =
    &[("activation", 64), ("wellbeing", 26), ("language", 22), ("entry", 18), ("study", 14)];

const GRANTS: &[Grant] = &[("sme", 41_250_000, 940), ("pas", 4_120_000, 1_030)];

const OBJECTIVES: &[Objective] = &[
    ("sme", "Minstens 60 activeringstrajecten", Aim::Figure("parcours.count", "kind=activation", 60, true)),
    ("sme", "Minstens 20 GPMI's atelier / module", Aim::Figure("piis.count", "type=workshop", 20, true)),
    ("sme", "Minstens 110 sociale balansen", Aim::Figure("bilan.count", "", 110, true)),
    (
        "sme",
        "Eindmeting bij minstens 75 % van de beëindigde trajecten",
        Aim::Figure("progress.coverage", "pairing=paired", 75, true),
    ),
    ("sme", "Hoogstens 10 trajecten langer dan een jaar (%)", Aim::Figure("parcours.overlong", "", 10, false)),
    (
        "pas",
        "Minstens 20 starters in het kookatelier",
        Aim::Figure("participation.started", "project=cooking", 20, true),
    ),
    // No indicator measures this one: the report has to say so.
    ("pas", "Minstens 80 % van de deelnemers is tevreden", Aim::Figure("satisfaction.share", "", 80, true)),
    ("sme", "Samenwerkingsovereenkomst met de VDAB", Aim::Quality("reached", "signed_agreement")),
    ("sme", "Stuurgroep met de vrijwilligerscentrale", Aim::Quality("running", "minutes")),
    ("pas", "Overeenkomst met het Huis van het Nederlands", Aim::Quality("planned", "none")),
];

/// Everything that Courtrai hands in.
pub(super) fn export(exports: &mut Exports, registry: &mut Registry, random: &mut Random) -> Result<()> {
    let plan = Plan { name: "VERZONNEN Persoon", kinds: KINDS, again: 120, exported_on: day(2017, 12, 31) };
    let mut world = World::new(plan, registry, random);
    world.workshops(random);
    world.agree(2017, GRANTS, OBJECTIVES);
    world.spend(day(2017, 1, 1), GRANTS, &["Kookatelier", "Digitaal atelier", "Gemeenschapstuin"], random);
    let readings = world.side_by_side(random);
    world.tables.insert("readings", readings);
    let pages = pages(&world);
    exports.workbook(&form(), "34022-kortrijk/2017/subsidieverslag_2017.xlsx", &pages, Epoch::Year1900)
}

fn form() -> Form {
    Form {
        words: Words::new(Tongue::Dutch, &[("piis_type", "workshop", "Atelier / module")]),
        encoding: Encoding::Utf8Mark,
        delimiter: ';',
        line_end: "\r\n",
        day: "%d/%m/%Y",
        decimal: ',',
        thousands: None,
        yes_no: ("ja", "nee"),
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
            let change = [("person_id", Cell::text(mistyped(&world.people[8].niss)))];
            page.plant(8, &change, mark("person_id", "niss.check_digits", "last digit mistyped"));
            let change = [("person_id", Cell::text("8,50730E+10"))];
            page.plant(31, &change, mark("person_id", "niss.scientific", "a number that a spreadsheet shortened"));
        }
        "parcours" => {
            let change = [
                ("parcours_id", Cell::text("2017-9001")),
                ("start_on", Cell::On(day(2017, 9, 1))),
                ("planned_end_on", Cell::Empty),
                ("end_on", Cell::On(day(2017, 5, 1))),
            ];
            page.plant(20, &change, mark("end_on", "date.order", "ends before it starts"));
            let change = [("parcours_id", Cell::text("2017-9002")), ("start_on", Cell::Empty), ("end_on", Cell::Empty)];
            page.plant(50, &change, mark("start_on", "value.missing", "no first day"));
        }
        "readings" => {
            let nine = [("parcours_id", Cell::text("2017-9003")), ("zero_housing", Cell::Whole(9))];
            page.plant(12, &nine, mark("zero_housing", "score.range", "score 9 on a scale from 1 to 5"));
        }
        "bilans" => page.plant(40, &[], mark("", "duplicate.row", "the row above again")),
        "piis" => {
            let change = [("piis_id", Cell::text("C9001")), ("type", Cell::text("Stage op de maan"))];
            page.plant(25, &change, mark("type", "code.unknown", "a type of contract that no list knows"));
        }
        "editions" => {
            let change = [("edition_id", Cell::text("NAAI-2017")), ("project", Cell::text("Naaiclub"))];
            page.plant(0, &change, mark("project", "project.unknown", "a project that no list knows"));
        }
        "sanctions" => page.rows.clear(),
        _ => {}
    }
}

impl World {
    /// Zero and end measure of a parcours in one record.
    fn side_by_side(&self, random: &mut Random) -> Vec<Record> {
        let mut rows = Vec::new();
        for path in &self.paths {
            let pair = self.zero_and_end(path, random);
            if pair.iter().all(Option::is_none) {
                continue;
            }
            let mut record = self.about(path.person).with("parcours_id", Cell::text(&path.id));
            for (reading, occasion) in pair.into_iter().zip(["zero", "end"]) {
                let Some((measured_on, standing)) = reading else { continue };
                let fields = layouts::READINGS.columns.iter().map(|(_, field)| *field);
                for (field, name) in
                    fields.filter_map(|field| Some((field, field.strip_prefix(occasion)?.strip_prefix('_')?)))
                {
                    let domain = MATRIX.iter().find(|(domain, _, _)| *domain == name);
                    let cell = domain.map_or(Cell::On(measured_on), |(_, level, gain)| {
                        Cell::Whole(score((*level, *gain), standing, 5, random))
                    });
                    record = record.with(field, cell);
                }
            }
            rows.push(record);
        }
        rows
    }

    fn workshops(&mut self, random: &mut Random) {
        let mut taken = BTreeSet::new();
        let fates = Fates { completed: 11, dropped_out: 4, running: 0, not_started: 2, referred: 2 };
        let group = Run {
            id: "KOOK-2017",
            project: "Kookatelier",
            start: day(2017, 2, 7),
            rhythm: Rhythm::Weekly(14, &[(0, 300), (2, 300)]),
            partner: "CAW",
            cost: 742_500,
            fates,
            founded: false,
        };
        let anybody = |_: &Person| true;
        let people = self.choose(19, &mut taken, anybody, random);
        self.run(&group, &people, random);
        let people = self.choose(14, &mut taken, anybody, random);
        let fates = Fates { completed: 7, dropped_out: 3, running: 0, not_started: 3, referred: 1 };
        let rhythm = Rhythm::Weekly(10, &[(1, 350)]);
        let computer =
            Run { id: "DIGI-2017", project: "Digitaal atelier", start: day(2017, 9, 18), rhythm, fates, ..group };
        self.run(&Run { partner: "Vormingplus", cost: 389_000, ..computer }, &people, random);
        let people = self.choose(13, &mut taken, anybody, random);
        let fates = Fates { completed: 0, dropped_out: 2, running: 10, not_started: 1, referred: 0 };
        let rhythm = Rhythm::SchoolYear(400);
        let garden =
            Run { id: "TUIN-2017", project: "Gemeenschapstuin", start: day(2017, 1, 4), rhythm, fates, ..group };
        self.run(&Run { partner: "Natuurpunt", cost: 615_000, ..garden }, &people, random);
    }
}
