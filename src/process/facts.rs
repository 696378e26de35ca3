//! The facts that pairing needs, as numbers: parcours and readings, gathered from Arrow batches of the lake.

use super::pairing::{Occasion, Score};
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use arrow::array::{Array, AsArray, DictionaryArray, RecordBatch, StringArray};
use arrow::datatypes::{Date32Type, Decimal128Type, Int32Type};
use std::collections::HashMap;

/// One parcours, or all readings of one person outside any parcours.
#[derive(Debug, Clone)]
pub struct Parcours {
    /// Number of its CPAS in [`Facts::agencies`].
    pub cpas: u16,
    /// The agency's number of it; empty for readings outside any parcours.
    pub id: Box<str>,
    /// Pseudonym of the person.
    pub person: Box<str>,
    /// Its kind; empty outside any parcours.
    pub kind: Box<str>,
    /// First day.
    pub start: Option<i32>,
    /// Last day; `None` while it runs.
    pub end: Option<i32>,
    /// False of one that readings name and no submission holds: nothing is known of it.
    pub is_known: bool,
    rank: u16,
}

/// One reading of one domain.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Number of the parcours in [`Facts::parcours`].
    pub parcours: u32,
    /// Number of the person, as the reading itself names it, in [`Facts::persons`].
    pub person: u32,
    /// Number of instrument and domain in [`Facts::domains`].
    pub domain: u16,
    /// Number of the assessor in [`Facts::assessors`].
    pub assessor: u8,
    /// The score.
    pub score: Score,
}

/// All facts for pairing.
#[derive(Debug, Default)]
pub struct Facts {
    /// Codes of the CPAS met.
    pub agencies: Vec<Box<str>>,
    /// Instrument and domain of each number.
    pub domains: Vec<(Box<str>, Box<str>)>,
    /// Assessors met.
    pub assessors: Vec<Box<str>>,
    /// Parcours.
    pub parcours: Vec<Parcours>,
    /// People with readings: CPAS and pseudonym.
    pub persons: Vec<(u16, Box<str>)>,
    /// Readings, in no particular order.
    pub readings: Vec<Reading>,
    by_id: HashMap<(u16, Box<str>), u32>,
    outside: HashMap<(u16, Box<str>), u32>,
    by_person: HashMap<(u16, Box<str>), u32>,
}

/// Which submissions count, the one that says it last first.
#[derive(Debug, Clone, Default)]
pub struct Ranks(HashMap<String, u16>);

impl Ranks {
    /// Ranks by the order given.
    pub fn new(live: &[String]) -> Self {
        Ranks(live.iter().enumerate().map(|(rank, id)| (id.clone(), u16::try_from(rank).unwrap_or(u16::MAX))).collect())
    }
}

/// Codes of CPAS, parcours and person: rows that share them stand together.
type Run = (i32, Option<i32>, i32);

type Texts<'a> = (&'a DictionaryArray<Int32Type>, &'a StringArray);

fn texts<'a>(rows: &'a RecordBatch, name: &str) -> Result<Texts<'a>> {
    let column = rows.column_by_name(name).ok_or_else(|| Error::defect(format!("no column {name}")))?;
    let array =
        column.as_dictionary_opt::<Int32Type>().ok_or_else(|| Error::defect(format!("{name} is no dictionary")))?;
    let values = array.values().as_string_opt::<i32>().ok_or_else(|| Error::defect(format!("{name} holds no text")))?;
    Ok((array, values))
}

fn text<'a>((array, values): Texts<'a>, row: usize) -> &'a str {
    if array.is_null(row) { "" } else { values.value(usize::try_from(array.keys().value(row)).unwrap_or(0)) }
}

/// For every value of a dictionary what it stands for.
fn translate<T>((_, values): Texts<'_>, mut to: impl FnMut(&str) -> T) -> Vec<T> {
    values.iter().map(|value| to(value.unwrap_or_default())).collect()
}

fn number_of(known: &mut Vec<Box<str>>, text: &str) -> usize {
    known.iter().position(|name| &**name == text).unwrap_or_else(|| {
        known.push(text.into());
        known.len() - 1
    })
}

impl Facts {
    /// Adds rows of the table `parcours`. The submission that says it last counts.
    ///
    /// # Errors
    /// A defect, when the rows are not of that table.
    pub fn add_parcours(&mut self, rows: &RecordBatch, ranks: &Ranks) -> Result<()> {
        let [cpas, id, person, kind, submission] =
            ["cpas", "parcours_id", "person_id", "kind", "submission_id"].map(|name| texts(rows, name));
        let (cpas, id, person, kind, submission) = (cpas?, id?, person?, kind?, submission?);
        let rank = translate(submission, |id| ranks.0.get(id).copied());
        let day = |name: &str| {
            let column =
                rows.column_by_name(name).ok_or_else(|| Error::defect(name))?.as_primitive::<Date32Type>().clone();
            Ok::<_, Error>(move |row: usize| (!column.is_null(row)).then(|| column.value(row)))
        };
        let (start, end) = (day("start_on")?, day("end_on")?);
        for row in 0..rows.num_rows() {
            let Some(rank) = rank[usize::try_from(submission.0.keys().value(row)).unwrap_or(0)] else { continue };
            let agency = u16::try_from(number_of(&mut self.agencies, text(cpas, row))).unwrap_or(u16::MAX);
            let found = Parcours {
                cpas: agency,
                id: text(id, row).into(),
                person: text(person, row).into(),
                kind: text(kind, row).into(),
                start: start(row),
                end: end(row),
                is_known: true,
                rank,
            };
            let key = (agency, found.id.clone());
            match self.by_id.get(&key) {
                Some(known) => {
                    let known = &mut self.parcours[*known as usize];
                    if found.rank < known.rank {
                        *known = found;
                    }
                }
                None => {
                    self.by_id.insert(key, u32::try_from(self.parcours.len()).unwrap_or(u32::MAX));
                    self.parcours.push(found);
                }
            }
        }
        Ok(())
    }

    /// Adds rows of the table `measures`; all parcours must have been added before.
    ///
    /// # Errors
    /// A defect, when the rows are not of that table.
    pub fn add_measures(&mut self, rows: &RecordBatch, ranks: &Ranks) -> Result<()> {
        let names =
            ["cpas", "parcours_id", "person_id", "instrument", "domain", "occasion", "assessor", "submission_id"];
        let mut columns = Vec::new();
        for name in names {
            columns.push(texts(rows, name)?);
        }
        let [cpas, parcours, person, instrument, domain, occasion, assessor, submission] =
            <[Texts<'_>; 8]>::try_from(columns).map_err(|_| Error::defect("measures"))?;
        let days = rows
            .column_by_name("measured_on")
            .ok_or_else(|| Error::defect("measured_on"))?
            .as_primitive::<Date32Type>();
        let scores =
            rows.column_by_name("score").ok_or_else(|| Error::defect("score"))?.as_primitive::<Decimal128Type>();
        let rank = translate(submission, |id| ranks.0.get(id).copied());
        let occasions = translate(occasion, occasion_of);
        let assessors =
            translate(assessor, |name| u8::try_from(number_of(&mut self.assessors, name)).unwrap_or(u8::MAX));
        let mut domains: HashMap<(i32, i32), u16> = HashMap::new();
        let mut last: Option<(Run, (u32, u32))> = None;
        self.readings.reserve(rows.num_rows());
        for row in 0..rows.num_rows() {
            let at = |column: Texts<'_>| usize::try_from(column.0.keys().value(row)).unwrap_or(0);
            let Some(rank) = rank[at(submission)] else { continue };
            // A reading is one row a domain: the parcours is looked up once for all of them.
            let run = (
                cpas.0.keys().value(row),
                parcours.0.is_valid(row).then(|| parcours.0.keys().value(row)),
                person.0.keys().value(row),
            );
            let found = match last {
                Some((known, found)) if known == run => found,
                _ => self.find(text(cpas, row), text(parcours, row), text(person, row)),
            };
            last = Some((run, found));
            let key = (instrument.0.keys().value(row), domain.0.keys().value(row));
            let domain = match domains.get(&key) {
                Some(number) => *number,
                None => *domains.entry(key).or_insert(self.domain(text(instrument, row), text(domain, row))),
            };
            self.readings.push(Reading {
                parcours: found.0,
                person: found.1,
                domain,
                assessor: assessors[at(assessor)],
                score: Score {
                    day: days.value(row),
                    occasion: if occasion.0.is_null(row) { Occasion::Unmarked } else { occasions[at(occasion)] },
                    score: i32::try_from(scores.value(row)).unwrap_or(i32::MAX),
                    rank,
                },
            });
        }
        Ok(())
    }

    fn domain(&mut self, instrument: &str, domain: &str) -> u16 {
        let known = self.domains.iter().position(|known| &*known.0 == instrument && &*known.1 == domain);
        let number = known.unwrap_or_else(|| {
            self.domains.push((instrument.into(), domain.into()));
            self.domains.len() - 1
        });
        u16::try_from(number).unwrap_or(u16::MAX)
    }

    /// Parcours and person of a reading; outside any parcours all readings of a person are taken together.
    fn find(&mut self, cpas: &str, parcours: &str, person: &str) -> (u32, u32) {
        let agency = u16::try_from(number_of(&mut self.agencies, cpas)).unwrap_or(u16::MAX);
        let next = u32::try_from(self.persons.len()).unwrap_or(u32::MAX);
        let whose = *self.by_person.entry((agency, person.into())).or_insert(next);
        if whose == next {
            self.persons.push((agency, person.into()));
        }
        let next = u32::try_from(self.parcours.len()).unwrap_or(u32::MAX);
        let is_outside = parcours.is_empty();
        let number = if is_outside {
            *self.outside.entry((agency, person.into())).or_insert(next)
        } else {
            *self.by_id.entry((agency, parcours.into())).or_insert(next)
        };
        if number == next {
            self.parcours.push(Parcours {
                cpas: agency,
                id: parcours.into(),
                person: person.into(),
                kind: Box::default(),
                start: None,
                end: None,
                is_known: is_outside,
                rank: 0,
            });
        }
        (number, whose)
    }

    /// Scale of each domain number: lowest, highest, and whether higher is better.
    pub fn scales(&self, catalogue: &Catalogue) -> Vec<Option<crate::catalogue::Scale>> {
        let scale = |(instrument, domain): &(Box<str>, Box<str>)| catalogue.instrument(instrument)?.scale(domain);
        self.domains.iter().map(scale).collect()
    }
}

fn occasion_of(code: &str) -> Occasion {
    match code {
        "zero" => Occasion::Zero,
        "interim" => Occasion::Interim,
        "end" => Occasion::End,
        _ => Occasion::Unmarked,
    }
}
