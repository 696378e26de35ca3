//! CPAS de Liège: French, text files in UTF-8 with a byte order mark, commas, quoted texts with line breaks. Every
//! three months the modules of the PIIS are scored by the social worker and by the person.

mod layouts;

use super::form::{Encoding, Form};
use super::money::{Aim, Grant, Objective};
use super::office::{Exports, mark};
use super::page::{Cell, Page, Record};
use super::people::{Person, Registry, day, mistyped};
use super::projects::{Fates, Rhythm, Run};
use super::random::Random;
use super::scores::{MODULES, Standing, score};
use super::words::{Tongue, Words};
use super::world::{Path, Plan, World, add};
use chrono::NaiveDate;
use std::collections::BTreeSet;

const KINDS: &[(&str, usize)] =
    &[("entry", 34), ("activation", 42), ("wellbeing", 31), ("language", 20), ("study", 13)];

const GRANTS: &[Grant] = &[("sme", 118_500_000, 905), ("pas", 28_540_000, 1_010)];

const OBJECTIVES: &[Objective] = &[
    ("sme", "Au moins 100 PIIS actifs", Aim::Figure("piis.count", "", 100, true)),
    ("sme", "Au moins 60 parcours d'activation", Aim::Figure("parcours.count", "kind=activation", 60, true)),
    (
        "sme",
        "Mesure finale pour 80 % des parcours terminés",
        Aim::Figure("progress.coverage", "pairing=paired", 80, true),
    ),
    ("pas", "Au moins 30 participants différents", Aim::Figure("participation.reach", "", 30, true)),
    ("pas", "Convention avec la maison de la laïcité du quartier", Aim::Quality("reached", "signed_agreement")),
    ("pas", "Comité des participants", Aim::Quality("running", "minutes")),
];

/// What social workers note, with line breaks and quotation marks as they type them.
const COMMENTS: [&str; 6] = [
    "",
    "Vient à l'heure, participe.",
    "Entretien reporté une fois,\npuis tenu au bureau.",
    "Dit : \"je me sens mieux\".\nÀ revoir dans trois mois.",
    "Logement en ordre ; reste le budget, les factures, la mutuelle.",
    "Trois points :\n- langue\n- garde d'enfants, crèche\n- permis",
];

/// Everything that Liège hands in.
pub(super) fn export(exports: &mut Exports, registry: &mut Registry, random: &mut Random) {
    let plan = Plan { name: "FICTIF Personne", kinds: KINDS, again: 110, exported_on: day(2017, 12, 31) };
    let mut world = World::new(plan, registry, random);
    world.ateliers(random);
    world.agree(2017, GRANTS, OBJECTIVES);
    world.spend(day(2017, 1, 1), GRANTS, &["Atelier cuisine", "Français", "Espace numérique"], random);
    let readings = world.readings(random);
    world.tables.insert("readings", readings);
    world.interviews(random);
    let noted = world.records("parcours").into_iter().map(|record| record.with("comment", comment(random))).collect();
    world.tables.insert("parcours", noted);
    let form = form();
    for page in pages(&world) {
        exports.text(&form, "62063-liege/2017", &page);
    }
}

fn form() -> Form {
    let own = [("assessor", "worker", "AS"), ("enrolment_status", "started", "En cours")];
    Form {
        words: Words::new(Tongue::French, &own),
        encoding: Encoding::Utf8Mark,
        delimiter: ',',
        line_end: "\n",
        day: "%d/%m/%Y",
        decimal: ',',
        thousands: Some('\u{a0}'),
        yes_no: ("oui", "non"),
        dotted_niss: false,
    }
}

fn comment(random: &mut Random) -> Cell {
    let place = usize::try_from(random.between(0, 5)).unwrap_or(0);
    COMMENTS.get(place).filter(|text| !text.is_empty()).map_or(Cell::Empty, |text| Cell::text(*text))
}

fn pages(world: &World) -> Vec<Page> {
    let all = [
        &layouts::PERSONS,
        &layouts::PARCOURS,
        &layouts::MODULES,
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
            let change = [("person_id", Cell::Niss(mistyped(&world.people[5].niss)))];
            page.plant(5, &change, mark("person_id", "niss.check_digits", "last digit mistyped"));
        }
        "parcours" => {
            let change = [
                ("parcours_id", Cell::text("2017-9001")),
                ("start_on", Cell::On(day(2017, 10, 2))),
                ("planned_end_on", Cell::Empty),
                ("end_on", Cell::On(day(2017, 2, 10))),
                ("comment", Cell::text("Date de fin à vérifier,\nvoir dossier papier.")),
            ];
            page.plant(44, &change, mark("end_on", "date.order", "ends before it starts"));
        }
        "modules" => {
            let eleven = [("parcours_id", Cell::text("2017-9002")), ("worker", Cell::Whole(11))];
            page.plant(150, &eleven, mark("worker", "score.range", "score 11 on a scale from 1 to 10"));
        }
        "readings" => {
            let nine = [("parcours_id", Cell::text("2017-9003")), ("mental_health", Cell::Whole(9))];
            page.plant(30, &nine, mark("mental_health", "score.range", "score 9 on a scale from 1 to 5"));
        }
        "piis" => {
            let change = [("piis_id", Cell::text("C9001")), ("requested_on", Cell::text("printemps 2017"))];
            page.plant(10, &change, mark("requested_on", "date.form", "a season instead of a day"));
        }
        "bilans" => page.plant(22, &[], mark("", "duplicate.row", "the row above again")),
        "editions" => {
            let change = [("edition_id", Cell::text("CIR-2017")), ("project", Cell::text("École de cirque"))];
            page.plant(2, &change, mark("project", "project.unknown", "a project that no list knows"));
        }
        "attendance" => {
            let change = [("session_on", Cell::On(day(2017, 8, 15))), ("surplus", Cell::text("vu"))];
            page.plant(90, &change, mark("", "row.shape", "one cell more than the header"));
        }
        "sanctions" => page.rows.clear(),
        _ => {}
    }
}

impl World {
    /// Every three months each module is scored twice: by the social worker and by the person.
    fn interviews(&mut self, random: &mut Random) {
        for path in self.paths.clone() {
            let [zero, end] = self.zero_and_end(&path, random);
            let Some((first, standing)) = zero else { continue };
            let last = end.map_or(self.plan.exported_on, |(day, _)| day);
            let gained = end.map_or(random.between(20, 160), |(_, standing)| standing.gained);
            self.interview(&path, ("zero", first), standing, random);
            for quarter in 1..=3 {
                let held_on = add(first, 91 * quarter + random.between(-6, 6));
                if add(held_on, 20) < last && random.chance(900) {
                    let standing = Standing { gained: gained * quarter / 4, ..standing };
                    self.interview(&path, ("interim", held_on), standing, random);
                }
            }
            if let Some((measured_on, standing)) = end {
                self.interview(&path, ("end", measured_on), standing, random);
            }
        }
    }

    fn interview(
        &mut self,
        path: &Path,
        (occasion, measured_on): (&'static str, NaiveDate),
        standing: Standing,
        random: &mut Random,
    ) {
        let standing = Standing { person: standing.person * 2, ..standing };
        let also = random.chance(880);
        for (module, level, gain) in MODULES {
            let worker = score((level, gain), standing, 10, random);
            let client = (worker + random.weighted(&[(-1, 18), (0, 44), (1, 28), (2, 10)]).unwrap_or(0)).clamp(1, 10);
            let record: Record = self
                .about(path.person)
                .with("parcours_id", Cell::text(&path.id))
                .with("measured_on", Cell::On(measured_on))
                .with("occasion", Cell::Code("measure_occasion", occasion))
                .with("domain", Cell::Code("module", module))
                .with("worker", Cell::Whole(worker))
                .with("client", if also { Cell::Whole(client) } else { Cell::Empty })
                .with("comment", if module == "hygiene" { comment(random) } else { Cell::Empty });
            self.add("modules", record);
        }
    }

    fn ateliers(&mut self, random: &mut Random) {
        let mut taken = BTreeSet::new();
        let anybody = |_: &Person| true;
        let group = Run {
            id: "CUI-2017",
            project: "Atelier cuisine",
            start: day(2017, 1, 16),
            rhythm: Rhythm::Weekly(16, &[(0, 350), (3, 350)]),
            partner: "Régie de quartier",
            cost: 1_184_000,
            fates: Fates { completed: 12, dropped_out: 5, running: 0, not_started: 3, referred: 2 },
            founded: false,
        };
        let people = self.choose(22, &mut taken, anybody, random);
        self.run(&group, &people, random);
        let people = self.choose(17, &mut taken, |person| person.nationality != "BE", random);
        let fates = Fates { completed: 9, dropped_out: 4, running: 0, not_started: 2, referred: 2 };
        let rhythm = Rhythm::Weekly(20, &[(1, 300), (2, 300), (4, 300)]);
        let french = Run { id: "FRA-2017", project: "Français", start: day(2017, 2, 6), rhythm, fates, ..group };
        self.run(&Run { partner: "Lire et Écrire", cost: 1_562_500, ..french }, &people, random);
        let people = self.choose(14, &mut taken, anybody, random);
        let fates = Fates { completed: 0, dropped_out: 3, running: 9, not_started: 2, referred: 0 };
        let rhythm = Rhythm::SchoolYear(250);
        let computer =
            Run { id: "NUM-2017", project: "Espace numérique", start: day(2017, 9, 6), rhythm, fates, ..group };
        self.run(&Run { partner: "EPN du centre", cost: 436_750, ..computer }, &people, random);
    }
}
