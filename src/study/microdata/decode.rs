//! What a cell says: the place of an answer in its scale.

use super::source::Field;
use crate::catalogue::fold;
use crate::study::definition::Answer;
use std::collections::BTreeMap;

/// A cell without an answer.
pub(super) const NO_ANSWER: u8 = u8::MAX;
/// A part that was not chosen, and one that was.
pub(super) const NOT_CHOSEN: u8 = 0;
pub(super) const CHOSEN: u8 = 1;

/// How survey software writes that something is so, and that it is not.
const YES: [&str; 10] = ["y", "yes", "oui", "ja", "1", "x", "true", "vrai", "checked", "selected"];
const NO: [&str; 10] = ["n", "no", "non", "nee", "nein", "0", "false", "faux", "unchecked", "notselected"];

/// How the cells of a column are read.
pub(super) struct Decoder {
    spellings: BTreeMap<String, u8>,
    codes: Vec<String>,
    is_part: bool,
}

impl Decoder {
    /// A column of answers of a scale.
    pub(super) fn scale(answers: &[Answer]) -> Self {
        let mut spellings = BTreeMap::new();
        for (place, answer) in answers.iter().enumerate() {
            let place = u8::try_from(place).unwrap_or(NO_ANSWER);
            spellings.extend(answer.written().map(|spelling| (fold(spelling), place)));
        }
        Decoder { spellings, codes: answers.iter().map(|answer| answer.code.clone()).collect(), is_part: false }
    }

    /// A column of one part, chosen or not.
    pub(super) fn part(part: &Answer) -> Self {
        let mut spellings: BTreeMap<String, u8> = YES.iter().map(|word| ((*word).to_owned(), CHOSEN)).collect();
        spellings.extend(part.written().map(|spelling| (fold(spelling), CHOSEN)));
        spellings.extend(NO.iter().map(|word| ((*word).to_owned(), NOT_CHOSEN)));
        Decoder { spellings, codes: vec!["Y".to_owned(), "N".to_owned()], is_part: true }
    }

    /// Whether it reads a part.
    pub(super) fn is_part(&self) -> bool {
        self.is_part
    }

    /// What answers it knows, for a message.
    pub(super) fn expected(&self) -> String {
        self.codes.join(", ")
    }

    /// The place of the answer; `NO_ANSWER` for none, nothing where the cell holds something else.
    pub(super) fn code(&self, field: &Field<'_>, missing: &[String]) -> Option<u8> {
        let text = fold(&field.text);
        if field.is_missing || text.is_empty() || missing.contains(&text) {
            return Some(NO_ANSWER);
        }
        let by_label = || self.spellings.get(&fold(field.label.as_deref()?)).copied();
        // A file of SPSS codes what its labels say: 1 may be another answer there.
        if field.label.is_some() {
            return by_label().or_else(|| self.spellings.get(&text).copied());
        }
        self.spellings.get(&text).copied()
    }
}

/// Whether a cell says yes; nothing where it says neither. An empty one says no.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    let text = fold(text);
    if YES.contains(&text.as_str()) {
        return Some(true);
    }
    (text.is_empty() || NO.contains(&text.as_str())).then_some(false)
}
