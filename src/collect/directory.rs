//! Lookups: from one file of a submission to the cells of others, as from client number to national number.

use super::header;
use super::headings::Headings;
use super::opened::Opened;
use super::profile::{Directory, FileRule, Format, Profile, Source};
use super::{Files, Handed, NamePattern, missing_file};
use crate::catalogue::fold;
use crate::error::{Error, Place, Result};
use regex::Regex;
use std::collections::HashMap;
use tabular::{FileInput, Input, Limits};

/// The lookups of a submission. A key met with two different values leads nowhere: it is ambiguous.
pub(super) fn directories(
    handed: &Handed,
    profile: &Profile,
    files: &Files,
    limits: &Limits,
) -> Result<HashMap<String, HashMap<String, Option<String>>>> {
    let mut directories: HashMap<String, HashMap<String, Option<String>>> = HashMap::new();
    for directory in &profile.directories {
        let entries = directories.entry(directory.name.clone()).or_default();
        let pattern = NamePattern::new(&directory.file, handed)?;
        let found = files.matching(&pattern).next();
        match found {
            Some((name, file)) => {
                let place = Place::file(format!("{}/{name}", handed.name));
                read_directory(directory, profile, (file, limits), &place, entries)?;
            }
            None if directory.optional => {}
            None => return Err(missing_file(handed, &directory.file, files)),
        }
    }
    Ok(directories)
}

fn read_directory(
    directory: &Directory,
    profile: &Profile,
    source: (&FileInput, &Limits),
    place: &Place,
    entries: &mut HashMap<String, Option<String>>,
) -> Result<()> {
    let rule = FileRule {
        name: directory.file.clone(),
        sheet: directory.sheet.clone(),
        required: true,
        format: Format::default(),
        ignore: Vec::new(),
        tables: Vec::new(),
    };
    each_pair(
        &rule,
        &profile.format,
        (source.0, source.1),
        (place, &directory.key, &directory.value),
        &mut |key, value| {
            let slot = entries.entry(fold(key)).or_insert_with(|| Some(value.to_owned()));
            if slot.as_deref() != Some(value) {
                *slot = None;
            }
        },
    )
}

/// Calls `each` with the key and value of every row of a directory's file.
///
/// # Errors
/// When the file cannot be read or lacks a column.
fn each_pair(
    rule: &FileRule,
    format: &Format,
    (input, limits): (&dyn Input, &Limits),
    (place, key, value): (&Place, &Source, &Source),
    each: &mut dyn FnMut(&str, &str),
) -> Result<()> {
    let mut opened = Opened::new(rule, input, format, limits, place)?;
    let pattern = |source: &Source| {
        source.extract.as_ref().map(|pattern| Regex::new(pattern)).transpose().map_err(|fault| {
            Error::usage("profile-bad-pattern").at(place.clone()).with("found", fault).with("table", "directory")
        })
    };
    let (key_pattern, value_pattern) = (pattern(key)?, pattern(value)?);
    let merges = opened.merges()?;
    let Some(header) = header::find(&mut opened, rule, format, &merges)? else { return Ok(()) };
    let expected = key.headings.iter().chain(&value.headings);
    let headings = Headings::new(header.names, opened.place.clone(), expected);
    let (key_column, value_column) = (headings.require(&key.headings)?, headings.require(&value.headings)?);
    let mut read = 0;
    opened.rows(&mut |row| {
        read += 1;
        if read <= header.above + header.lines {
            return Ok(());
        }
        let part = |column: usize, pattern: &Option<Regex>| {
            let text = row.cells.get(column).map(|cell| cell.text().into_owned()).unwrap_or_default();
            match pattern {
                None => Some(text),
                Some(pattern) => pattern
                    .captures(&text)
                    .and_then(|found| found.get(1).or_else(|| found.get(0)))
                    .map(|part| part.as_str().to_owned()),
            }
        };
        if let (Some(key), Some(value)) = (part(key_column, &key_pattern), part(value_column, &value_pattern))
            && !key.is_empty()
            && !value.is_empty()
        {
            each(&key, &value);
        }
        Ok(())
    })
}
