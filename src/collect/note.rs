//! What a submission says about itself: the file `submission.toml` that may lie beside its exports.

use super::Handed;
use crate::catalogue::resources::{cannot_read, parse_toml};
use crate::error::{Error, Fault, Place, Result};
use chrono::NaiveDate;
use serde::Deserialize;
use std::fs;
use toml::Value;

/// Name of the file.
pub const NOTE: &str = "submission.toml";

/// What a submission says about itself. An export does not hold its own date, and a file's time of change is that of the
/// last copy: whether one version is older than another has to be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Note {
    /// Day on which the export was made.
    pub made_on: Option<NaiveDate>,
    /// Day on which it was handed in; without it, the day on which it came into the lake.
    pub received_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    made_on: Option<Value>,
    received_on: Option<Value>,
}

impl Note {
    /// Reads the note of a submission; without one nothing is said.
    ///
    /// # Errors
    /// When it is no TOML, a date is none, or the export was made before its period began.
    pub fn read(handed: &Handed) -> Result<Self> {
        let path = handed.folder.join(NOTE);
        if !path.is_file() {
            return Ok(Note::default());
        }
        let text = fs::read_to_string(&path).map_err(|error| cannot_read(&path, &error))?;
        let place = Place::file(format!("{}/{NOTE}", handed.name));
        let file: File = parse_toml(&text, place.clone()).map_err(|error| Error { fault: Fault::Input, ..error })?;
        let day = |name: &'static str, value: Option<Value>| match value {
            None => Ok(None),
            Some(value) => day_of(&value)
                .filter(|day| handed.period.first_day().is_none_or(|first| first <= *day))
                .map(Some)
                .ok_or_else(|| {
                    Error::input("bad-note").at(place.clone()).with("name", name).with("found", value.to_string())
                }),
        };
        Ok(Note { made_on: day("made_on", file.made_on)?, received_on: day("received_on", file.received_on)? })
    }
}

/// A day written as TOML writes it, or in quotes: both arrive as text.
fn day_of(value: &Value) -> Option<NaiveDate> {
    value.as_str().and_then(|text| text.parse().ok())
}
