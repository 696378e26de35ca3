//! One centre of the invented country, written straight into its files: a country has millions of rows, so nothing is
//! kept but the bytes of the centre at hand.

use super::people::{Person, day, mistyped};
use super::projects::monday;
use super::random::Random;
use super::scores::{MATRIX, Standing, score};
use super::world::add;
use chrono::NaiveDate;
use std::io::Write as _;

/// Tables and the headings of their files.
pub(super) const TABLES: &[(&str, &str)] = &[
    ("persons", "niss,birth_year,sex,ris_category,aid,is_student,nationality"),
    ("parcours", "parcours_id,niss,kind,start_on,planned_end_on,end_on,end_reason"),
    (
        "piis",
        "piis_id,niss,parcours_id,type,requested_on,signed_on,start_on,planned_end_on,end_on,ending,ending_is_success,\
         signed_by_client,signed_by_president,signed_by_secretary",
    ),
    ("bilans", "bilan_id,niss,held_on,occasion"),
    ("evaluations", "piis_id,planned_on,held_on,kind,self_assessed"),
    (
        "readings",
        "niss,parcours_id,measured_on,occasion,assessor,finances,work_education,time_use,housing,domestic_relations,\
         mental_health,physical_health,substance_use,basic_adl,instrumental_adl,social_network,community_participation,\
         justice",
    ),
    ("editions", "edition_id,project,start_on,end_on,planned_hours,places,partner,cost_eur"),
    ("enrolments", "edition_id,niss,referred_on,started_on,ended_on,status,exit_reason"),
    ("attendance", "edition_id,niss,session_on,planned_hours,attended_hours,status,reason"),
    ("tasks", "piis_id,task_no,domain,owner,due_on,done_on"),
    ("agreements", "year,scheme,granted_eur"),
    ("objectives", "year,scheme,objective_id,kind,indicator,breakdown,target,direction,status,evidence"),
    ("expenses", "year,scheme,entry_id,project,category,amount_eur,booked_on,eligible"),
];

/// A table's place in [`TABLES`].
#[derive(Clone, Copy)]
enum Table {
    Persons,
    Parcours,
    Piis,
    Bilans,
    Evaluations,
    Readings,
    Editions,
    Enrolments,
    Attendance,
    Tasks,
    Agreements,
    Objectives,
    Expenses,
}

/// One row in so many is faulty.
const FAULT_IN: i64 = 2000;

const PROJECTS: [&str; 6] = ["cooking", "creative", "garden", "digital", "open_workshop", "french"];

/// One centre and its files: rows and bytes, in the order of [`TABLES`].
pub(super) struct Centre {
    /// Rows and content by table.
    pub(super) files: Vec<(u64, Vec<u8>)>,
    /// Rows planted wrong.
    pub(super) faults: u64,
    year: i32,
    last: NaiveDate,
}

struct Path {
    number: u64,
    kind: &'static str,
    start: NaiveDate,
    end: Option<NaiveDate>,
    reason: &'static str,
}

/// A day or nothing, as a cell.
fn cell(day: Option<NaiveDate>) -> String {
    day.map_or(String::new(), |day| day.to_string())
}

impl Centre {
    /// A centre whose files hold their headings.
    pub(super) fn new(year: i32) -> Self {
        let files = TABLES.iter().map(|(_, header)| (0, format!("{header}\n").into_bytes())).collect();
        Centre { files, faults: 0, year, last: day(year, 12, 31) }
    }

    /// Everything that happened in the year.
    pub(super) fn fill(&mut self, persons: &[Person], random: &mut Random) {
        let mut number = 0;
        for person in persons {
            self.person(person, random);
            for _ in 0..if random.chance(80) { 2 } else { 1 } {
                number += 1;
                self.path(person, number, random);
            }
        }
        self.projects(persons, random);
        self.money(persons.len(), random);
    }

    /// Starts a row: its table's bytes, to which cells and a line end are added.
    fn row(&mut self, table: Table) -> &mut Vec<u8> {
        let (rows, bytes) = &mut self.files[table as usize];
        *rows += 1;
        bytes
    }

    /// Writing into memory cannot fail, so the result of `write!` carries nothing.
    fn line(&mut self, table: Table, cells: std::fmt::Arguments<'_>) {
        let bytes = self.row(table);
        let _ = bytes.write_fmt(cells);
        bytes.push(b'\n');
    }

    fn faulty(&mut self, random: &mut Random) -> bool {
        let faulty = random.between(1, FAULT_IN) == 1;
        self.faults += u64::from(faulty);
        faulty
    }

    fn person(&mut self, person: &Person, random: &mut Random) {
        let niss = if self.faulty(random) { mistyped(&person.niss) } else { person.niss.clone() };
        let category = if person.aid == "ris" { person.category } else { "" };
        let Person { birth_year, sex, aid, nationality, .. } = person;
        let student = u8::from(person.student);
        self.line(Table::Persons, format_args!("{niss},{birth_year},{sex},{category},{aid},{student},{nationality}"));
    }

    fn path(&mut self, person: &Person, number: u64, random: &mut Random) {
        let new_year = day(self.year, 1, 1);
        let length = if random.chance(30) { random.between(370, 430) } else { random.between(80, 362) };
        let start = add(new_year, random.between(4 - length, 349));
        let end = Some(add(start, length)).filter(|end| *end <= self.last);
        let reasons = [("completed", 58), ("work", 13), ("moved", 6), ("stopped", 17), ("other", 6)];
        let kinds = [("entry", 18), ("study", 14), ("language", 20), ("wellbeing", 23), ("activation", 25)];
        let kind = if person.student { Some("study") } else { random.weighted(&kinds) };
        let reason = end.and_then(|_| random.weighted(&reasons)).unwrap_or("");
        let path = Path { number, kind: kind.unwrap_or("entry"), start, end, reason };
        let shown = if end.is_some() && self.faulty(random) { Some(add(start, -30)) } else { end };
        let (niss, kind, planned) = (&person.niss, path.kind, add(start, 364));
        let shown = cell(shown);
        self.line(Table::Parcours, format_args!("P{number},{niss},{kind},{start},{planned},{shown},{reason}"));
        self.contract(person, &path, random);
        self.readings(person, &path, random);
    }

    fn contract(&mut self, person: &Person, path: &Path, random: &mut Random) {
        let (niss, number) = (&person.niss, path.number);
        let requested = add(path.start, -random.between(5, 60));
        let signed = add(requested, if random.chance(110) { random.between(95, 130) } else { random.between(12, 88) });
        let until = path.end.unwrap_or(self.last);
        let held = add(path.start, -random.between(0, 14));
        let wanted = random.chance(if person.birth_year > self.year - 25 { 700 } else { 480 });
        let has = wanted && add(signed, 20) <= until;
        let occasion = if has { "piis" } else { "referral" };
        self.line(Table::Bilans, format_args!("B{number},{niss},{held},{occasion}"));
        if !has {
            return;
        }
        let types = [("guidance", 45), ("training", 20), ("volunteering", 9), ("workshop", 14), ("preparation", 12)];
        let kind = if path.kind == "study" { "study" } else { random.weighted(&types).unwrap_or("guidance") };
        let ending = match path.reason {
            "stopped" => random.weighted(&[("stopped", 70), ("health", 20), ("addiction", 10)]).unwrap_or(""),
            "other" => "force_majeure",
            same => same,
        };
        let success = match ending {
            "" => "",
            "completed" | "work" => "1",
            _ => "0",
        };
        let shown = if self.faulty(random) { format!("{}-02-30", self.year) } else { signed.to_string() };
        let (planned, end) = (add(path.start, 364).max(signed), cell(path.end));
        let (president, secretary) = (u8::from(random.chance(970)), u8::from(random.chance(960)));
        self.line(
            Table::Piis,
            format_args!(
                "C{number},{niss},P{number},{kind},{requested},{shown},{signed},{planned},{end},{ending},{success},1,\
                 {president},{secretary}"
            ),
        );
        self.follow_up(path, signed, until, random);
    }

    fn follow_up(&mut self, path: &Path, signed: NaiveDate, until: NaiveDate, random: &mut Random) {
        let number = path.number;
        for quarter in 1..=4 {
            let planned = add(signed, 91 * quarter);
            if planned > until {
                break;
            }
            let held = Some(add(planned, random.between(-10, 15)).min(until)).filter(|_| random.chance(810));
            let held = cell(held);
            let kind = if quarter == 4 { "annual" } else { "quarterly" };
            let own = u8::from(random.chance(420));
            self.line(Table::Evaluations, format_args!("C{number},{planned},{held},{kind},{own}"));
        }
        if !random.chance(300) {
            return;
        }
        for task in 1..=random.between(1, 3) {
            let due = add(signed, random.between(10, 120));
            let done = Some(add(due, random.between(-12, 8))).filter(|done| *done <= self.last);
            let done = cell(done.filter(|_| random.chance(740)));
            let place = usize::try_from(random.between(0, 12)).unwrap_or(0);
            let owner = random.weighted(&[("client", 55), ("worker", 36), ("other", 9)]).unwrap_or("client");
            let domain = MATRIX[place].0;
            self.line(Table::Tasks, format_args!("C{number},{task},{domain},{owner},{due},{done}"));
        }
    }

    fn readings(&mut self, person: &Person, path: &Path, random: &mut Random) {
        let standing = Standing { person: random.noise() / 2, own: random.bits(), gained: 0 };
        let (measured, gained) = match path.reason {
            "completed" => (930, random.between(20, 220)),
            "work" => (720, random.between(60, 230)),
            "moved" => (280, random.between(-40, 150)),
            "stopped" => (370, random.between(-160, 90)),
            _ => (560, random.between(-110, 160)),
        };
        let zero = add(path.start, random.between(-10, 14));
        if random.chance(965) {
            self.both(person, path, ("zero", zero), standing, random);
        }
        let until = path.end.unwrap_or(self.last);
        for quarter in 1..=3 {
            let held = add(zero, 91 * quarter + random.between(-6, 6));
            if add(held, 25) < until && random.chance(640) {
                let standing = Standing { gained: gained * quarter / 4, ..standing };
                self.both(person, path, ("interim", held), standing, random);
            }
        }
        let end = path.end.map(|end| add(end, random.between(-18, 8)).min(self.last)).filter(|end| *end > zero);
        if let Some(end) = end.filter(|_| random.chance(measured)) {
            self.both(person, path, ("end", end), Standing { gained, ..standing }, random);
        }
    }

    /// A reading by the social worker and, for some, another by the person.
    fn both(
        &mut self,
        person: &Person,
        path: &Path,
        (occasion, held): (&str, NaiveDate),
        standing: Standing,
        random: &mut Random,
    ) {
        for assessor in if random.chance(300) { &["worker", "client"][..] } else { &["worker"][..] } {
            let wrong = self.faulty(random);
            let bytes = self.row(Table::Readings);
            let _ = write!(bytes, "{},P{},{held},{occasion},{assessor}", person.niss, path.number);
            for (domain, level, gain) in MATRIX {
                let level = score((level, gain), standing, 5, random);
                let shown = if wrong && domain == "housing" { 9 } else { level };
                bytes.extend([b',', b'0' + u8::try_from(shown).unwrap_or(0)]);
            }
            bytes.push(b'\n');
        }
    }

    /// About a quarter of the people take part in a project, in groups of about twelve.
    fn projects(&mut self, persons: &[Person], random: &mut Random) {
        let members: Vec<&Person> = persons.iter().filter(|_| random.chance(290)).collect();
        for (group, number) in members.chunks(13).zip(1..) {
            let place = usize::try_from(random.between(0, 5)).unwrap_or(0);
            let project = if self.faulty(random) { "astronautics" } else { PROJECTS[place] };
            let start = add(monday(day(self.year, 1, 9)), 7 * random.between(0, 32) + random.between(0, 4));
            let (weeks, hours) = (random.between(13, 19), random.between(2, 6));
            let end = add(start, 7 * (weeks - 1));
            let (planned, cost) = (weeks * hours, random.between(1_500, 9_000));
            let size = group.len();
            self.line(
                Table::Editions,
                format_args!("E{number},{project},{start},{end},{planned},{size},Partner {place},{cost}.00"),
            );
            for person in group {
                self.member(person, number, (start, weeks, hours), random);
            }
        }
    }

    fn member(
        &mut self,
        person: &Person,
        number: u64,
        (start, weeks, hours): (NaiveDate, i64, i64),
        random: &mut Random,
    ) {
        let fates = [("completed", 62), ("dropped_out", 22), ("not_started", 10), ("referred", 6)];
        let fate = random.weighted(&fates).unwrap_or("completed");
        let stayed = match fate {
            "completed" => weeks,
            "dropped_out" => random.between(2, weeks - 2),
            _ => 0,
        };
        let referred = add(start, -random.between(5, 40));
        let started = cell((stayed > 0).then_some(start));
        let ended = cell((stayed > 0).then(|| add(start, 7 * (stayed - 1))));
        let reasons = [("work", 30), ("health", 28), ("motivation", 22), ("moved", 8), ("other", 12)];
        let reason = random.weighted(&reasons).filter(|_| fate == "dropped_out").unwrap_or("");
        let niss = &person.niss;
        self.line(Table::Enrolments, format_args!("E{number},{niss},{referred},{started},{ended},{fate},{reason}"));
        for week in 0..stayed {
            let session = add(start, 7 * week);
            let (wrong, again) = (self.faulty(random), self.faulty(random));
            let (status, reason, attended) = match () {
                () if wrong => ("perhaps", "", 0),
                () if random.chance(835) => ("present", "", hours),
                () if random.chance(680) => {
                    let reasons = [("medical", 50), ("social", 26), ("work", 14), ("other", 10)];
                    ("excused", random.weighted(&reasons).unwrap_or("other"), 0)
                }
                () => ("unexcused", "", 0),
            };
            for _ in 0..if again { 2 } else { 1 } {
                self.line(
                    Table::Attendance,
                    format_args!("E{number},{niss},{session},{hours},{attended},{status},{reason}"),
                );
            }
        }
    }

    fn money(&mut self, people: usize, random: &mut Random) {
        let year = self.year;
        let people = i64::try_from(people).unwrap_or(0);
        let mut entry = 0;
        for (scheme, granted) in [("pas", 2_000 + 45 * people), ("sme", 5_000 + 210 * people)] {
            self.line(Table::Agreements, format_args!("{year},{scheme},{granted}.00"));
            for month in 1..=12 {
                entry += 1;
                let amount = granted / 12 + random.between(-granted / 40, granted / 50);
                let booked = day(year, month, 20);
                let place = usize::try_from(random.between(0, 5)).unwrap_or(0);
                let categories = [("staff", 40), ("activity", 25), ("partner", 20), ("equipment", 15)];
                let category = random.weighted(&categories).unwrap_or("staff");
                let project = if category == "staff" { "" } else { PROJECTS[place] };
                let eligible = u8::from(!random.chance(70));
                self.line(
                    Table::Expenses,
                    format_args!("{year},{scheme},U{entry},{project},{category},{amount}.00,{booked},{eligible}"),
                );
            }
        }
        let figures = [
            ("pas", "participation.reach", "", people / 5),
            ("sme", "parcours.count", "kind=activation", people / 4),
            ("sme", "piis.count", "", people * 3 / 5),
        ];
        for ((scheme, indicator, breakdown, target), number) in figures.into_iter().zip(1..) {
            self.line(
                Table::Objectives,
                format_args!("{year},{scheme},D{number},quantitative,{indicator},{breakdown},{target},at_least,,"),
            );
        }
        self.line(Table::Objectives, format_args!("{year},sme,D4,qualitative,,,,,reached,signed_agreement"));
    }
}
