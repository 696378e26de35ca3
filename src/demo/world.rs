//! What happened in one invented centre in one year: people, parcours, contracts, readings. No form is chosen here.

use super::page::{Cell, Record};
use super::people::{Person, Registry, day};
use super::random::Random;
use super::scores::{MATRIX, Standing, score};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeMap;

/// How large a centre is and when its exports were made.
pub(super) struct Plan {
    /// What the invented names begin with, in the language of the office.
    pub(super) name: &'static str,
    /// Files active in the year by kind.
    pub(super) kinds: &'static [(&'static str, usize)],
    /// How many in a thousand files are a further file of somebody who has one.
    pub(super) again: i64,
    /// Day of the export.
    pub(super) exported_on: NaiveDate,
}

/// A parcours with what the other tables need of it.
#[derive(Clone)]
pub(super) struct Path {
    /// Its number in the office.
    pub(super) id: String,
    /// Place of the person.
    pub(super) person: usize,
    /// Code of the list `parcours_kind`.
    pub(super) kind: &'static str,
    /// First day.
    pub(super) start: NaiveDate,
    /// Last day, if ended.
    pub(super) end: Option<NaiveDate>,
    /// Code of the list `end_reason`.
    pub(super) reason: Option<&'static str>,
    /// The person's standing, for every reading.
    pub(super) standing: Standing,
}

/// One centre.
pub(super) struct World {
    /// Its plan.
    pub(super) plan: Plan,
    /// Its people.
    pub(super) people: Vec<Person>,
    /// Their parcours.
    pub(super) paths: Vec<Path>,
    /// Table to records.
    pub(super) tables: BTreeMap<&'static str, Vec<Record>>,
}

impl World {
    /// A centre with its people, parcours, contracts, bilans, evaluations, tasks and sanctions.
    pub(super) fn new(plan: Plan, registry: &mut Registry, random: &mut Random) -> Self {
        let mut world = World { plan, people: Vec::new(), paths: Vec::new(), tables: BTreeMap::new() };
        world.walk(registry, random);
        for index in 0..world.paths.len() {
            let path = world.paths[index].clone();
            let signed = world.contract(&path, index, random);
            world.bilans(&path, signed, random);
        }
        let persons = world.people.iter().map(|person| world.file(person)).collect();
        world.tables.insert("persons", persons);
        let parcours = world.paths.iter().map(|path| world.parcours(path)).collect();
        world.tables.insert("parcours", parcours);
        world
    }

    /// Adds a record to a table.
    pub(super) fn add(&mut self, table: &'static str, record: Record) {
        self.tables.entry(table).or_default().push(record);
    }

    /// The records of a table.
    pub(super) fn records(&self, table: &str) -> Vec<Record> {
        self.tables.get(table).cloned().unwrap_or_default()
    }

    /// A record that begins with who it is about.
    pub(super) fn about(&self, person: usize) -> Record {
        self.naming(&self.people[person])
    }

    fn naming(&self, person: &Person) -> Record {
        Record::default()
            .with("person_id", Cell::Niss(person.niss.clone()))
            .with("name", Cell::text(format!("{} {:04}", self.plan.name, person.number)))
    }

    fn file(&self, person: &Person) -> Record {
        self.naming(person)
            .with("birth_year", Cell::Whole(i64::from(person.birth_year)))
            .with("sex", Cell::Code("sex", person.sex))
            .with("ris_category", Cell::code("ris_category", (person.aid == "ris").then_some(person.category)))
            .with("aid", Cell::Code("aid", person.aid))
            .with("is_student", Cell::Yes(person.student))
            .with("nationality", Cell::Code("nationality", person.nationality))
    }

    /// The parcours, kind by kind, all active in the year.
    fn walk(&mut self, registry: &mut Registry, random: &mut Random) {
        let exported_on = self.plan.exported_on;
        let new_year = day(exported_on.year(), 1, 1);
        for &(kind, count) in self.plan.kinds {
            for _ in 0..count {
                let again = !self.people.is_empty() && random.chance(self.plan.again);
                let person = if again { self.somebody(random) } else { self.welcome(kind, registry, random) };
                let length = if random.chance(30) { random.between(370, 430) } else { random.between(80, 362) };
                let latest = (exported_on - new_year).num_days() - 15;
                let start = add(new_year, random.between(4 - length, latest));
                let end = Some(add(start, length)).filter(|end| *end <= exported_on);
                let reasons = [("completed", 58), ("work", 13), ("moved", 6), ("stopped", 17), ("other", 6)];
                let reason = end.and_then(|_| random.weighted(&reasons));
                let id = format!("{}-{:04}", start.year(), self.paths.len() + 1);
                let standing = Standing { person: random.noise() / 2, own: random.bits(), gained: 0 };
                self.paths.push(Path { id, person, kind, start, end, reason, standing });
            }
        }
    }

    fn somebody(&self, random: &mut Random) -> usize {
        let last = i64::try_from(self.people.len()).unwrap_or(1) - 1;
        usize::try_from(random.between(0, last)).unwrap_or(0)
    }

    fn welcome(&mut self, kind: &str, registry: &mut Registry, random: &mut Random) -> usize {
        let mut person = registry.next(random);
        if kind == "study" {
            let sex = person.sex;
            person = registry.of(1, sex, random);
            person.student = true;
        }
        self.people.push(person);
        self.people.len() - 1
    }

    fn parcours(&self, path: &Path) -> Record {
        self.about(path.person)
            .with("parcours_id", Cell::text(&path.id))
            .with("kind", Cell::Code("parcours_kind", path.kind))
            .with("start_on", Cell::On(path.start))
            .with("planned_end_on", Cell::On(add(path.start, 364)))
            .with("end_on", Cell::on(path.end))
            .with("end_reason", Cell::code("end_reason", path.reason))
    }

    /// A contract for most parcours, with its evaluations, its tasks and, now and then, a sanction.
    fn contract(&mut self, path: &Path, number: usize, random: &mut Random) -> bool {
        let requested = add(path.start, -random.between(5, 60));
        let late = random.chance(110);
        let signed = add(requested, if late { random.between(95, 130) } else { random.between(12, 88) });
        let last = path.end.unwrap_or(self.plan.exported_on);
        if !random.chance(740) || add(signed, 20) > last {
            return false;
        }
        let id = format!("C{:04}", number + 1);
        let types: &[(&str, i64)] = match path.kind {
            "study" => &[("study", 100)],
            "language" => &[("training", 55), ("guidance", 30), ("workshop", 15)],
            "activation" => &[("volunteering", 35), ("workshop", 40), ("preparation", 25)],
            "entry" => &[("guidance", 60), ("preparation", 25), ("training", 15)],
            _ => &[("guidance", 65), ("workshop", 20), ("volunteering", 15)],
        };
        let ending = path.reason.and_then(|reason| match reason {
            "completed" => Some("completed"),
            "work" => Some("work"),
            "moved" => Some("moved"),
            "stopped" => random.weighted(&[("stopped", 70), ("health", 20), ("addiction", 10)]),
            _ => random.weighted(&[("health", 55), ("force_majeure", 45)]),
        });
        let record = self
            .about(path.person)
            .with("piis_id", Cell::text(&id))
            .with("parcours_id", Cell::text(&path.id))
            .with("type", Cell::code("piis_type", random.weighted(types)))
            .with("requested_on", Cell::On(requested))
            .with("signed_on", Cell::On(signed))
            .with("start_on", Cell::On(signed))
            .with("planned_end_on", Cell::On(add(path.start, 364).max(signed)))
            .with("end_on", Cell::on(path.end))
            .with("ending", Cell::code("piis_ending", ending))
            .with("ending_is_success", ending.map_or(Cell::Empty, |it| Cell::Yes(it == "completed" || it == "work")))
            .with("signed_by_client", Cell::Yes(random.chance(980)))
            .with("signed_by_president", Cell::Yes(random.chance(970)))
            .with("signed_by_secretary", Cell::Yes(random.chance(960)));
        self.add("piis", record);
        self.evaluations(path, &id, (signed, last), random);
        self.tasks(path, &id, signed, random);
        self.sanction(path, &id, (signed, last), random);
        true
    }

    fn evaluations(&mut self, path: &Path, id: &str, (signed, last): (NaiveDate, NaiveDate), random: &mut Random) {
        for quarter in 1..=4 {
            let planned = add(signed, 91 * quarter);
            if planned > last {
                break;
            }
            let held = Some(add(planned, random.between(-10, 15)).min(last)).filter(|_| random.chance(810));
            let record = self
                .about(path.person)
                .with("piis_id", Cell::text(id))
                .with("planned_on", Cell::On(planned))
                .with("held_on", Cell::on(held))
                .with("kind", Cell::Code("evaluation_kind", if quarter == 4 { "annual" } else { "quarterly" }))
                .with("self_assessed", held.map_or(Cell::Empty, |_| Cell::Yes(random.chance(420))));
            self.add("evaluations", record);
        }
    }

    fn tasks(&mut self, path: &Path, id: &str, signed: NaiveDate, random: &mut Random) {
        if !random.chance(400) {
            return;
        }
        for number in 1..=random.between(2, 4) {
            let due = add(signed, random.between(10, 120));
            let done = Some(add(due, random.between(-12, 8))).filter(|done| *done <= self.plan.exported_on);
            let place = usize::try_from(random.between(0, 12)).unwrap_or(0);
            let owner = random.weighted(&[("client", 55), ("worker", 36), ("other", 9)]);
            let record = self
                .about(path.person)
                .with("piis_id", Cell::text(id))
                .with("task_no", Cell::Whole(number))
                .with("domain", Cell::Code("domain", MATRIX[place].0))
                .with("owner", Cell::code("task_owner", owner))
                .with("due_on", Cell::On(due))
                .with("done_on", Cell::on(done.filter(|_| random.chance(740))));
            self.add("tasks", record);
        }
    }

    fn sanction(&mut self, path: &Path, id: &str, (signed, last): (NaiveDate, NaiveDate), random: &mut Random) {
        let decided = add(signed, random.between(40, 150));
        if decided > last || !random.chance(40) {
            return;
        }
        let record = self
            .about(path.person)
            .with("decided_on", Cell::On(decided))
            .with("piis_id", Cell::text(id))
            .with("kind", Cell::code("sanction_kind", random.weighted(&[("partial", 80), ("full", 20)])))
            .with("days", Cell::Whole(random.between(8, 30)));
        self.add("sanctions", record);
    }

    /// Every parcours begins with a bilan; some people have another within the year, so that there are more than PIIS.
    fn bilans(&mut self, path: &Path, signed: bool, random: &mut Random) {
        let first = add(path.start, -random.between(0, 14));
        self.bilan(path, first, if signed { "piis" } else { "referral" });
        let second = add(path.start, random.between(150, 300));
        if second <= path.end.unwrap_or(self.plan.exported_on) && random.chance(260) {
            self.bilan(path, second, "yearly_renewal");
        }
    }

    fn bilan(&mut self, path: &Path, held_on: NaiveDate, occasion: &'static str) {
        let number = self.tables.get("bilans").map_or(0, Vec::len) + 1;
        let record = self
            .about(path.person)
            .with("bilan_id", Cell::text(format!("B{number:04}")))
            .with("parcours_id", Cell::text(&path.id))
            .with("held_on", Cell::On(held_on))
            .with("occasion", Cell::Code("bilan_occasion", occasion));
        self.add("bilans", record);
    }

    /// Day and standing of the zero measure and of the end measure of a parcours, where they were taken.
    pub(super) fn zero_and_end(&self, path: &Path, random: &mut Random) -> [Option<(NaiveDate, Standing)>; 2] {
        let zero = add(path.start, random.between(-10, 14));
        let taken = random.chance(965);
        let (measured, gained) = match path.reason {
            Some("completed") => (930, random.between(20, 220)),
            Some("work") => (720, random.between(60, 230)),
            Some("moved") => (280, random.between(-40, 150)),
            Some("stopped") => (370, random.between(-160, 90)),
            _ => (560, random.between(-110, 130)),
        };
        let end = path.end.map(|end| add(end, random.between(-18, 8)).min(self.plan.exported_on));
        let end = end.filter(|end| random.chance(measured) && *end > zero);
        // Now and then both are filled in on one day, at the desk: such a pair shows no progress.
        let end = end.map(|end| if random.chance(20) { zero } else { end });
        let at = |gained| Standing { gained, ..path.standing };
        [Some((zero, at(0))).filter(|_| taken), end.map(|end| (end, at(gained)))]
    }

    /// A reading of the matrix, one field a domain.
    pub(super) fn matrix(record: Record, standing: Standing, random: &mut Random) -> Record {
        MATRIX.iter().fold(record, |record, (domain, level, gain)| {
            record.with(domain, Cell::Whole(score((*level, *gain), standing, 5, random)))
        })
    }

    /// One record a reading: who, when, on which occasion, all domains.
    pub(super) fn readings(&self, random: &mut Random) -> Vec<Record> {
        let mut readings = Vec::new();
        for path in &self.paths {
            let pair = self.zero_and_end(path, random);
            for (reading, occasion) in pair.into_iter().zip(["zero", "end"]) {
                let Some((measured_on, standing)) = reading else { continue };
                let record = self
                    .about(path.person)
                    .with("parcours_id", Cell::text(&path.id))
                    .with("occasion", Cell::Code("measure_occasion", occasion))
                    .with("measured_on", Cell::On(measured_on))
                    .with("assessor", Cell::Code("assessor", "worker"));
                readings.push(Self::matrix(record, standing, random));
            }
        }
        readings
    }
}

/// A day so many days later (earlier if negative).
pub(super) fn add(day: NaiveDate, days: i64) -> NaiveDate {
    let distance = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) };
    moved.unwrap_or(day)
}
