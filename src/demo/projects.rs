//! Group projects: editions, who was sent, who began, who stayed, and every session.

use super::page::{Cell, Record};
use super::random::Random;
use super::world::{World, add};
use chrono::{Datelike, NaiveDate, Weekday};

/// When an edition meets.
#[derive(Clone, Copy)]
pub(super) enum Rhythm {
    /// So many weeks, on these days after its first day, so many hundredths of an hour each.
    Weekly(i64, &'static [(i64, i64)]),
    /// Once a week through the year, without the school holidays.
    SchoolYear(i64),
    /// The programme of Ta(a)lent: 18 weeks, 183 hours.
    Talent,
}

/// How people of an edition fared.
#[derive(Clone, Copy, Default)]
pub(super) struct Fates {
    /// Sent and no more heard of.
    pub(super) referred: usize,
    /// Enrolled, never came.
    pub(super) not_started: usize,
    /// Still there.
    pub(super) running: usize,
    /// Stayed to the end.
    pub(super) completed: usize,
    /// Began and left.
    pub(super) dropped_out: usize,
}

/// One run of a project.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// Its number in the office.
    pub(super) id: &'static str,
    /// The project as the office spells it this time.
    pub(super) project: &'static str,
    /// First day.
    pub(super) start: NaiveDate,
    /// When it meets.
    pub(super) rhythm: Rhythm,
    /// Who runs it.
    pub(super) partner: &'static str,
    /// Cost in cents.
    pub(super) cost: i64,
    /// How its people fared.
    pub(super) fates: Fates,
    /// Every absence had a founded reason.
    pub(super) founded: bool,
}

/// A stay of a person in an edition.
pub(super) struct Stay {
    /// Place of the person.
    pub(super) person: usize,
    /// First day there.
    pub(super) started: NaiveDate,
    /// Last day there, if over.
    pub(super) ended: Option<NaiveDate>,
}

/// Months in which schools, and so all-year projects, are closed.
const CLOSED: [u32; 2] = [7, 8];

impl Run {
    /// Days and hours (hundredths) of the sessions.
    pub(super) fn sessions(&self) -> Vec<(NaiveDate, i64)> {
        let weeks = |first: i64, last: i64, days: &'static [(i64, i64)]| {
            let start = self.start;
            (first..=last)
                .flat_map(move |week| days.iter().map(move |(day, hours)| (add(start, 7 * week + day), *hours)))
        };
        match self.rhythm {
            Rhythm::Weekly(count, days) => weeks(0, count - 1, days).collect(),
            Rhythm::SchoolYear(hours) => (0..52)
                .map(|week| (add(self.start, 7 * week), hours))
                .filter(|(day, _)| day.year() == self.start.year() && !CLOSED.contains(&day.month()))
                .filter(|(day, _)| ![1, 7, 14, 15, 44, 52, 53].contains(&day.iso_week().week()))
                .collect(),
            Rhythm::Talent => {
                let group = &[(0, 300), (1, 300), (3, 300)];
                // 60 h of group work fill twenty sessions of three hours: the first week has two, the other six three.
                let opening = weeks(0, 6, group).filter(|(day, _)| *day != add(self.start, 3));
                let individual = &[(2, 750)];
                opening
                    .chain(weeks(7, 7, individual))
                    .chain(weeks(8, 12, group))
                    .chain(weeks(13, 13, individual))
                    .chain(weeks(14, 16, &[(0, 500), (1, 500), (3, 500), (4, 500)]))
                    .chain(weeks(17, 17, &[(4, 300)]))
                    .collect()
            }
        }
    }
}

impl World {
    /// An edition with its enrolments and sessions. `people` are taken in turn, one for each fate.
    pub(super) fn run(&mut self, run: &Run, people: &[usize], random: &mut Random) {
        let sessions = run.sessions();
        let last = sessions.last().map_or(run.start, |(day, _)| *day);
        self.edition(run, &sessions, last);
        let fates = [
            ("completed", run.fates.completed),
            ("dropped_out", run.fates.dropped_out),
            ("started", run.fates.running),
            ("not_started", run.fates.not_started),
            ("referred", run.fates.referred),
        ];
        let fates = fates.iter().flat_map(|(fate, count)| std::iter::repeat_n(*fate, *count));
        for (fate, &person) in fates.zip(people) {
            let began = matches!(fate, "completed" | "dropped_out" | "started").then_some(run.start);
            let left = add(run.start, random.between(15, (last - run.start).num_days() * 2 / 3));
            let ended = match fate {
                "completed" => Some(last),
                "dropped_out" => Some(left),
                _ => None,
            };
            let reasons = [("work", 30), ("health", 28), ("motivation", 22), ("moved", 8), ("other", 12)];
            let reason = random.weighted(&reasons).filter(|_| fate == "dropped_out");
            self.enrol(run, person, (began, ended), (fate, reason));
            if let Some(started) = began {
                self.attend(run, &sessions, &Stay { person, started, ended }, random);
            }
        }
    }

    /// The edition's own record.
    pub(super) fn edition(&mut self, run: &Run, sessions: &[(NaiveDate, i64)], last: NaiveDate) {
        let planned = sessions.iter().map(|(_, hours)| hours).sum();
        let record = Record::default()
            .with("edition_id", Cell::text(run.id))
            .with("project", Cell::text(run.project))
            .with("start_on", Cell::On(run.start))
            .with("end_on", Cell::On(last))
            .with("planned_hours", Cell::Hours(planned))
            .with("places", Cell::Whole(i64::try_from(run.places()).unwrap_or(0)))
            .with("partner", Cell::text(run.partner))
            .with("cost_eur", Cell::Money(run.cost));
        self.add("editions", record);
    }

    /// A person's record in an edition.
    pub(super) fn enrol(
        &mut self,
        run: &Run,
        person: usize,
        (began, ended): (Option<NaiveDate>, Option<NaiveDate>),
        (fate, reason): (&'static str, Option<&'static str>),
    ) {
        let number = i64::try_from(person % 23).unwrap_or(0);
        let record = self
            .about(person)
            .with("edition_id", Cell::text(run.id))
            .with("project", Cell::text(run.project))
            .with("referred_on", Cell::On(add(began.unwrap_or(run.start), -7 - number)))
            .with("started_on", Cell::on(began))
            .with("ended_on", Cell::on(ended))
            .with("status", Cell::Code("enrolment_status", fate))
            .with("exit_reason", Cell::code("exit_reason", reason));
        self.add("enrolments", record);
    }

    /// The sessions that somebody was expected at.
    pub(super) fn attend(&mut self, run: &Run, sessions: &[(NaiveDate, i64)], stay: &Stay, random: &mut Random) {
        let last = stay.ended.unwrap_or(self.plan.exported_on);
        for &(session_on, planned) in sessions.iter().filter(|(day, _)| *day >= stay.started && *day <= last) {
            let founded = [("medical", 62), ("social", 38)];
            let excuses = [("medical", 50), ("social", 26), ("work", 14), ("other", 10)];
            let (status, reason) = match () {
                () if random.chance(835) => ("present", None),
                () if run.founded => ("excused", random.weighted(&founded)),
                () if random.chance(680) => ("excused", random.weighted(&excuses)),
                () => ("unexcused", None),
            };
            let late = if random.chance(60) { 50 } else { 0 };
            let attended = if status == "present" { planned - late } else { 0 };
            let record = self
                .about(stay.person)
                .with("edition_id", Cell::text(run.id))
                .with("session_on", Cell::On(session_on))
                .with("planned_hours", Cell::Hours(planned))
                .with("attended_hours", Cell::Hours(attended))
                .with("status", Cell::Code("attendance_status", status))
                .with("reason", Cell::code("absence_reason", reason));
            self.add("attendance", record);
        }
    }
}

impl Run {
    fn places(&self) -> usize {
        let began = self.fates.completed + self.fates.dropped_out + self.fates.running;
        began.max(8).next_multiple_of(2)
    }
}

/// The Monday on or before a day.
pub(super) fn monday(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).first_day()
}
