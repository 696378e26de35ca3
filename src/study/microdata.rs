//! The answers of a wave, read by its questionnaire from a text, a workbook or an SPSS file: coded, counted, and nothing of
//! what identifies a person or was written freely kept.

mod columns;
mod decode;
mod source;

use super::definition::{Definition, Item, ItemKind};
use super::settings::Wave;
use crate::error::{Error, Place, Result, all};
use crate::model::LocalText;
use crate::model::record::UsedFile;
use columns::Columns;
use decode::{Decoder, NO_ANSWER};
use source::Field;
use std::collections::BTreeMap;
use std::path::Path;

/// So many faults are told of one file at the most.
const MOST_FAULTS: usize = 20;

/// The answers of a wave.
#[derive(Debug, Default)]
pub struct Microdata {
    /// The file they come from.
    pub file: Option<UsedFile>,
    /// Respondents that began: rows of the file that hold anything.
    pub began: usize,
    /// Row of the file of each usable respondent. All other lists have one entry for each of them.
    pub rows: Vec<u64>,
    /// The agency of each, a number from 0; none where the file does not say.
    pub agencies: Option<Coded>,
    /// Its stratum.
    pub strata: Option<Coded>,
    /// The province of its agency.
    pub provinces: Option<Coded>,
    /// Its weight.
    pub weights: Option<Vec<f64>>,
    /// What was answered, by item.
    pub answers: BTreeMap<String, Answers>,
    /// Items without a column in the file.
    pub absent: Vec<String>,
    /// Answers by people who were not asked, by item: they are not counted.
    pub unasked: BTreeMap<String, usize>,
}

/// A column of words, coded by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coded {
    /// The number of each respondent's word.
    pub codes: Vec<u32>,
    /// The words by number.
    pub words: Vec<String>,
}

/// What was answered to an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Answers {
    /// One answer each: its place in the scale.
    One(Vec<Option<u8>>),
    /// Several each.
    Several {
        /// Who answered at all.
        answered: Vec<bool>,
        /// Who chose each part.
        chosen: Vec<Vec<bool>>,
    },
}

impl Coded {
    fn push(&mut self, known: &mut BTreeMap<String, u32>, word: &str) {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let code = *known.entry(word.to_owned()).or_insert_with(|| {
            self.words.push(word.to_owned());
            next
        });
        self.codes.push(code);
    }
}

impl Answers {
    /// Who answered at all.
    pub fn answered(&self) -> Vec<bool> {
        match self {
            Answers::One(answers) => answers.iter().map(Option::is_some).collect(),
            Answers::Several { answered, .. } => answered.clone(),
        }
    }

    /// The answers of some respondents only.
    #[must_use]
    pub fn among(&self, some: &[bool]) -> Answers {
        let mut among = self.clone();
        among.keep(some);
        among
    }

    /// Who gave this answer, by its place.
    pub fn gave(&self, place: usize) -> Vec<bool> {
        match self {
            Answers::One(answers) => answers.iter().map(|one| one.map(usize::from) == Some(place)).collect(),
            Answers::Several { answered, chosen } => {
                let chosen = chosen.get(place).map_or(&[][..], Vec::as_slice);
                answered.iter().zip(chosen).map(|(answered, chosen)| *answered && *chosen).collect()
            }
        }
    }
}

/// Reads the answers of a wave.
///
/// # Errors
/// When the file cannot be read, holds none of the items or an answer that is on no scale, names a respondent twice, or lacks a
/// column that the design needs.
pub fn read(folder: &Path, definition: &Definition, wave: &Wave) -> Result<Microdata> {
    let path = folder.join(&wave.microdata);
    let mut reader: Option<Reader<'_>> = None;
    let place = Place::file(&path);
    source::walk(&path, &mut |number, fields| {
        match &mut reader {
            None => reader = Some(Reader::new(definition, wave, (&place, number), fields)?),
            Some(reader) => reader.row(number, fields),
        }
        Ok(())
    })?;
    let reader = reader.ok_or_else(|| Error::input("study-no-answers").at(place.clone()))?;
    let mut microdata = reader.finish()?;
    let bytes = std::fs::read(&path).map_err(|error| crate::catalogue::resources::cannot_read(&path, &error))?;
    microdata.file = Some(UsedFile::of(&wave.microdata.to_string_lossy(), &bytes));
    Ok(microdata)
}

/// Reads rows one after the other.
struct Reader<'r> {
    place: Place,
    header_row: u64,
    columns: Columns,
    headings: Vec<String>,
    items: Vec<ItemReader<'r>>,
    missing: Vec<String>,
    wave: &'r Wave,
    data: Microdata,
    known: [BTreeMap<String, u32>; 3],
    respondents: BTreeMap<String, u64>,
    faults: Vec<Error>,
}

/// An item with its columns and what they held so far.
struct ItemReader<'r> {
    item: &'r Item,
    columns: Vec<usize>,
    decoders: Vec<Decoder>,
    /// The answers: one list, or one a part.
    codes: Vec<Vec<u8>>,
    other: Option<usize>,
    wrote_other: Vec<bool>,
    /// Whether a part was ever said not to be chosen: an empty cell is no answer then.
    says_no: bool,
}

impl<'r> Reader<'r> {
    fn new(
        definition: &'r Definition,
        wave: &'r Wave,
        (place, number): (&Place, u64),
        fields: &[Field<'_>],
    ) -> Result<Self> {
        let headings: Vec<String> = fields.iter().map(|field| field.text.trim().to_owned()).collect();
        let at_header = || place.clone().row(number);
        let columns = Columns::of(definition, wave, &headings).map_err(|error| error.at(at_header()))?;
        let (mut items, mut data) = (Vec::new(), Microdata::default());
        for item in &definition.item {
            let found = columns.of_item(item, &headings).map_err(|error| error.at(at_header()))?;
            let (Some(found), Some(kind)) = (found, definition.kind(item)) else {
                data.absent.push(item.id.clone());
                continue;
            };
            let decoders = match kind {
                ItemKind::One(scale) => vec![Decoder::scale(&scale.answers)],
                ItemKind::Several(parts) => parts.iter().map(Decoder::part).collect(),
            };
            items.push(ItemReader {
                item,
                codes: vec![Vec::new(); decoders.len()],
                columns: found.columns,
                decoders,
                other: found.other,
                wrote_other: Vec::new(),
                says_no: false,
            });
        }
        if items.is_empty() {
            let expected: Vec<&str> = definition.item.iter().map(|item| item.id.as_str()).take(8).collect();
            return Err(Error::input("study-no-items").at(at_header()).with("expected", expected.join(", ")));
        }
        let missing = definition.missing.codes.iter().map(|code| crate::catalogue::fold(code)).collect();
        Ok(Reader {
            place: place.clone(),
            header_row: number,
            columns,
            headings,
            items,
            missing,
            wave,
            data,
            known: Default::default(),
            respondents: BTreeMap::new(),
            faults: Vec::new(),
        })
    }

    fn row(&mut self, number: u64, fields: &[Field<'_>]) {
        if fields.iter().all(|field| field.text.trim().is_empty()) {
            return;
        }
        self.data.began += 1;
        if let Some(usable) = self.columns.usable {
            match decode::yes_or_no(field(fields, usable)) {
                Some(true) => {}
                Some(false) => return,
                None => return self.fault(number, usable, "study-not-yes-or-no"),
            }
        }
        if let Some(column) = self.columns.respondent {
            let name = field(fields, column).to_owned();
            if let Some(before) = self.respondents.insert(name, number) {
                let error = self.error(number, column, "study-respondent-twice").with("before", before);
                return self.push(error);
            }
        }
        self.data.rows.push(number);
        self.who(number, fields);
        for place in 0..self.items.len() {
            if let Some(column) = self.items[place].row(fields, &self.missing) {
                self.unknown_answer(number, place, column);
            }
        }
    }

    /// The agency, stratum, province and weight of a row.
    fn who(&mut self, number: u64, fields: &[Field<'_>]) {
        let columns = [self.columns.agency, self.columns.stratum, self.columns.province];
        for (place, column) in columns.into_iter().enumerate() {
            let Some(column) = column else { continue };
            let word = field(fields, column).to_owned();
            if word.is_empty() && place < 2 {
                self.fault(number, column, "study-cell-empty");
            }
            let list = [&mut self.data.agencies, &mut self.data.strata, &mut self.data.provinces];
            if let Some(list) = list.into_iter().nth(place) {
                list.get_or_insert_default().push(&mut self.known[place], &word);
            }
        }
        if let Some(column) = self.columns.weight {
            let text = field(fields, column).replace(',', ".");
            match text.parse::<f64>() {
                Ok(weight) if weight.is_finite() && weight > 0.0 => {
                    self.data.weights.get_or_insert_default().push(weight);
                }
                _ => self.fault(number, column, "study-weight"),
            }
        }
    }

    fn error(&self, number: u64, column: usize, id: &'static str) -> Error {
        let heading = self.headings.get(column).cloned().unwrap_or_default();
        Error::input(id).at(self.place.clone().row(number).column(heading))
    }

    fn fault(&mut self, number: u64, column: usize, id: &'static str) {
        let error = self.error(number, column, id);
        self.push(error);
    }

    fn push(&mut self, error: Error) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(error);
        }
    }

    fn unknown_answer(&mut self, number: u64, item: usize, column: usize) {
        let reader = &self.items[item];
        let place = reader.columns.iter().position(|one| *one == column).unwrap_or_default();
        let expected = reader.decoders.get(place).map(Decoder::expected).unwrap_or_default();
        let error = self
            .error(number, column, "study-unknown-answer")
            .with("expected", expected)
            .with_words("item", &reader.item.question);
        self.push(error);
    }

    fn finish(mut self) -> Result<Microdata> {
        if !self.faults.is_empty() {
            return Err(all::<()>(self.faults.into_iter().map(Err)).err().unwrap_or_else(|| Error::defect("no fault")));
        }
        if self.data.rows.is_empty() {
            return Err(Error::input("study-no-answers").at(self.place));
        }
        if self.wave.design.weights && self.data.weights.is_none() {
            let at = self.place.row(self.header_row);
            return Err(Error::input("study-no-weights").with("wave", &self.wave.id).at(at));
        }
        let items = std::mem::take(&mut self.items);
        for reader in items {
            let (id, asked_if) = (reader.item.id.clone(), reader.item.asked_if.clone());
            let mut answers = reader.finish();
            if let Some(condition) = asked_if {
                let asked = self.asked(&condition);
                let unasked = answers.keep(&asked);
                if unasked > 0 {
                    self.data.unasked.insert(id.clone(), unasked);
                }
            }
            self.data.answers.insert(id, answers);
        }
        Ok(self.data)
    }

    /// Who was asked an item; everybody where the deciding one is not in the file.
    fn asked(&self, condition: &super::definition::AskedIf) -> Vec<bool> {
        let everybody = || vec![true; self.data.rows.len()];
        let Some(Answers::One(answers)) = self.data.answers.get(&condition.item) else { return everybody() };
        let Some(scale) = self.columns.scale_of(&condition.item) else { return everybody() };
        let wanted: Vec<bool> = scale.iter().map(|code| condition.is.contains(code)).collect();
        answers.iter().map(|one| one.is_some_and(|place| wanted.get(usize::from(place)) == Some(&true))).collect()
    }
}

/// The text of a column, without surrounding spaces.
fn field<'f>(fields: &'f [Field<'_>], column: usize) -> &'f str {
    fields.get(column).map_or("", |field| field.text.trim())
}

impl ItemReader<'_> {
    /// Reads a row; the column that holds what is no answer, where there is one.
    fn row(&mut self, fields: &[Field<'_>], missing: &[String]) -> Option<usize> {
        let mut unknown = None;
        for ((column, decoder), codes) in self.columns.iter().zip(&self.decoders).zip(&mut self.codes) {
            let code = match fields.get(*column) {
                Some(field) => decoder.code(field, missing),
                None => Some(NO_ANSWER),
            };
            unknown = unknown.or_else(|| code.is_none().then_some(*column));
            let code = code.unwrap_or(NO_ANSWER);
            self.says_no |= decoder.is_part() && code == decode::NOT_CHOSEN;
            codes.push(code);
        }
        if let Some(other) = self.other {
            self.wrote_other.push(!field(fields, other).is_empty());
        }
        unknown
    }

    fn finish(mut self) -> Answers {
        if self.item.parts.is_empty() {
            let codes = self.codes.pop().unwrap_or_default();
            return Answers::One(codes.into_iter().map(|code| (code != NO_ANSWER).then_some(code)).collect());
        }
        let rows = self.codes.first().map_or(0, Vec::len);
        let wrote = |row: usize| self.wrote_other.get(row) == Some(&true);
        // Where a file leaves empty what was not chosen, everybody answered who was asked.
        let answered = |row: usize| !self.says_no || wrote(row) || self.codes.iter().any(|part| part[row] != NO_ANSWER);
        Answers::Several {
            answered: (0..rows).map(answered).collect(),
            chosen: self.codes.iter().map(|part| part.iter().map(|code| *code == decode::CHOSEN).collect()).collect(),
        }
    }
}

impl Answers {
    /// Forgets the answers of those who were not asked; says how many there were.
    fn keep(&mut self, asked: &[bool]) -> usize {
        let mut unasked = 0;
        match self {
            Answers::One(answers) => {
                for (answer, _) in answers.iter_mut().zip(asked).filter(|(_, asked)| !**asked) {
                    unasked += usize::from(answer.take().is_some());
                }
            }
            Answers::Several { answered, chosen } => {
                for (row, _) in asked.iter().enumerate().filter(|(_, asked)| !**asked) {
                    unasked += usize::from(chosen.iter().any(|part| part[row]));
                    answered[row] = false;
                    chosen.iter_mut().for_each(|part| part[row] = false);
                }
            }
        }
        unasked
    }
}

/// A name for what a file lacks, in every language.
pub(super) fn lacking(definition: &Definition, microdata: &Microdata) -> Vec<LocalText> {
    let items = microdata.absent.iter().filter_map(|id| definition.item(id));
    items.map(|item| item.question.clone()).collect()
}

#[cfg(test)]
mod tests;
