//! Domains that client and worker both scored on one day.

use super::facts::{Facts, Reading};
use super::paired::{Names, Order, coded};
use crate::error::{Error, Result};
use arrow::array::{ArrayRef, BooleanArray, Date32Array, RecordBatch, StringArray};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// People looked at in one go, beside others.
const CHUNK: usize = 1 << 13;

/// A domain that both scored on one day.
struct DayRow {
    person: u32,
    domain: u16,
    day: i32,
    is_same: bool,
}

/// The rows of `same_day`: `cpas`, `person_id`, `instrument`, `domain`, `measured_on`, `is_same` (true when all levels that
/// client and worker gave that day are one). Marks do not matter, nor to which parcours a reading belongs.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn same_day(facts: &Facts, names: &Names) -> Result<Vec<RecordBatch>> {
    let number = |code: &str| facts.assessors.iter().position(|name| &**name == code);
    let Some(both) = number("client").zip(number("worker")) else { return Ok(vec![table(&[], facts, names)?]) };
    let order = Order::by(facts.persons.len(), &facts.readings, |reading| reading.person);
    let starts: Vec<usize> = (0..facts.persons.len().max(1)).step_by(CHUNK).collect();
    let chunk = |start: usize| start..facts.persons.len().min(start + CHUNK);
    starts.into_par_iter().map(|start| table(&rows(facts, &order, chunk(start), both), facts, names)).collect()
}

fn rows(facts: &Facts, order: &Order, persons: Range<usize>, (client, worker): (usize, usize)) -> Vec<DayRow> {
    let mut rows = Vec::new();
    let mut readings: Vec<Reading> = Vec::new();
    for person in persons {
        let is_by = |reading: &Reading, assessor: usize| usize::from(reading.assessor) == assessor;
        // Few people score themselves.
        if !order.of(person).any(|index| is_by(&facts.readings[index], client)) {
            continue;
        }
        let of_both = |reading: &Reading| is_by(reading, client) || is_by(reading, worker);
        readings.clear();
        readings.extend(order.of(person).map(|index| facts.readings[index]).filter(of_both));
        readings.sort_unstable_by_key(|one| {
            (one.domain, one.score.day, one.assessor, one.parcours, one.score.occasion, one.score.rank)
        });
        // Of a reading that two submissions hold the one counts that says it last.
        let is_again = |one: &Reading, before: &Reading| {
            (one.domain, one.score.day, one.assessor, one.parcours, one.score.occasion)
                == (before.domain, before.score.day, before.assessor, before.parcours, before.score.occasion)
                && one.score.rank > before.score.rank
        };
        readings.dedup_by(|one, before| is_again(one, before));
        for day in readings.chunk_by(|a, b| (a.domain, a.score.day) == (b.domain, b.score.day)) {
            if day.iter().any(|one| is_by(one, client)) && day.iter().any(|one| is_by(one, worker)) {
                let is_same = day.iter().all(|one| one.score.score == day[0].score.score);
                let person = u32::try_from(person).unwrap_or(u32::MAX);
                rows.push(DayRow { person, domain: day[0].domain, day: day[0].score.day, is_same });
            }
        }
    }
    rows
}

fn table(rows: &[DayRow], facts: &Facts, names: &Names) -> Result<RecordBatch> {
    // Rows of one person stand together: the pseudonym is kept once and referred to by number.
    let mut own: Vec<u32> = rows.iter().map(|row| row.person).collect();
    own.dedup();
    let mut place = 0;
    let keys: Vec<i32> = rows
        .iter()
        .map(|row| {
            place += usize::from(own[place] != row.person);
            i32::try_from(place).unwrap_or(i32::MAX)
        })
        .collect();
    let persons = StringArray::from_iter_values(own.iter().map(|person| &*facts.persons[*person as usize].1));
    let agency = |row: &DayRow| i32::from(facts.persons[row.person as usize].0);
    let columns: [(&str, ArrayRef); 6] = [
        ("cpas", coded(rows.iter().map(agency), &names.agencies)?),
        ("person_id", coded(keys.into_iter(), &Arc::new(persons))?),
        ("instrument", coded(rows.iter().map(|row| i32::from(row.domain)), &names.instruments)?),
        ("domain", coded(rows.iter().map(|row| i32::from(row.domain)), &names.domains)?),
        ("measured_on", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.day)))),
        ("is_same", Arc::new(rows.iter().map(|row| Some(row.is_same)).collect::<BooleanArray>())),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}
