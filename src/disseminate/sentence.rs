//! Sentences made from figures, in the reader's language.

use super::number;
use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::{Argument, Sentence, Wording};
use crate::text::{self, Value};

/// The sentence in words.
///
/// # Errors
/// When the report's own pattern is no Fluent pattern, or names what it is not given.
pub(super) fn say(sentence: &Sentence, language: Language) -> Result<String> {
    let mut values = Vec::new();
    for (name, argument) in &sentence.arguments {
        let value = match argument {
            Argument::Text(words) => Value::Text(words.get(language).to_owned()),
            Argument::Figure(cell, unit) => {
                Value::Number(number::cell(cell, *unit, language), cell.as_number().unwrap_or_default())
            }
            Argument::List(parts) => {
                let parts = parts.iter().map(|part| say(part, language)).collect::<Result<Vec<_>>>()?;
                Value::Text(parts.join(&text::say(language, "reading-separator", &[])))
            }
        };
        values.push((name.as_str(), value));
    }
    match &sentence.wording {
        Wording::Known(id) => Ok(text::fill(language, id, &values)),
        Wording::Own(pattern) => {
            let pattern = pattern.get(language);
            let broken = || Error::usage("report-sentence-broken").with("found", pattern);
            text::fill_pattern(language, pattern, &values).ok_or_else(broken)
        }
    }
}
