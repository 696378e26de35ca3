//! Which column of a file holds what: by its heading, as survey software writes it.

use crate::catalogue::fold;
use crate::error::{Error, Result};
use crate::study::definition::{Definition, Item, ItemKind};
use crate::study::settings::Wave;
use std::collections::BTreeMap;

/// The columns that are no answers, and the codes of scales.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) respondent: Option<usize>,
    pub(super) agency: Option<usize>,
    pub(super) usable: Option<usize>,
    pub(super) weight: Option<usize>,
    pub(super) stratum: Option<usize>,
    pub(super) province: Option<usize>,
    scales: BTreeMap<String, Vec<String>>,
}

/// The columns of an item.
pub(super) struct ItemColumns {
    /// Its one, or one a part.
    pub(super) columns: Vec<usize>,
    /// The free text beside them.
    pub(super) other: Option<usize>,
}

impl Columns {
    /// Finds them among the headings.
    pub(super) fn of(definition: &Definition, wave: &Wave, headings: &[String]) -> Result<Self> {
        let known = ["respondent", "agency", "usable", "weight", "stratum", "province"];
        for name in definition.columns.keys().chain(wave.columns.keys()) {
            if !known.contains(&name.as_str()) {
                return Err(Error::usage("study-unknown-column").with("found", name).with("known", known.join(", ")));
            }
        }
        // A column that the wave names must be there; one that the questionnaire names may be missing.
        let of = |name: &str| match (wave.columns.get(name), definition.columns.get(name)) {
            (Some(own), _) => match find(headings, own)? {
                None => Err(Error::input("study-no-column").with("expected", own)),
                found => Ok(found),
            },
            (None, Some(usual)) => find(headings, usual),
            (None, None) => Ok(None),
        };
        let scales = definition.item.iter().filter_map(|item| match definition.kind(item)? {
            ItemKind::One(scale) => {
                Some((item.id.clone(), scale.answers.iter().map(|answer| answer.code.clone()).collect()))
            }
            ItemKind::Several(_) => None,
        });
        let columns = Columns {
            respondent: of("respondent")?,
            agency: of("agency")?,
            usable: of("usable")?,
            weight: if wave.design.weights { of("weight")? } else { None },
            stratum: of("stratum")?,
            province: of("province")?,
            scales: scales.collect(),
        };
        if !wave.design.strata.is_empty() && columns.stratum.is_none() {
            let expected = definition.columns.get("stratum").map_or("stratum", String::as_str);
            return Err(Error::input("study-no-column").with("expected", expected));
        }
        Ok(columns)
    }

    /// The codes of an item's scale.
    pub(super) fn scale_of(&self, item: &str) -> Option<&[String]> {
        self.scales.get(item).map(Vec::as_slice)
    }

    /// The columns of an item; none where the file lacks one of them.
    pub(super) fn of_item(&self, item: &Item, headings: &[String]) -> Result<Option<ItemColumns>> {
        let one = [item.column.as_deref().unwrap_or(&item.id)];
        let parts: Vec<&str> = item.parts.iter().filter_map(|part| part.column.as_deref()).collect();
        let wanted = if item.parts.is_empty() { &one[..] } else { &parts[..] };
        let columns = wanted.iter().map(|name| find(headings, name)).collect::<Result<Option<Vec<usize>>>>()?;
        let other = match &item.other {
            Some(name) => find(headings, name)?,
            None => None,
        };
        Ok(columns.map(|columns| ItemColumns { columns, other }))
    }
}

/// The column of this name. LimeSurvey writes the code of a question alone, or before its text (`target[SQ001]. For which`),
/// and in files of SPSS with `_` for brackets.
fn find(headings: &[String], name: &str) -> Result<Option<usize>> {
    let plain = fold(name);
    let as_variable = plain.trim_end_matches(']').replace(['[', ']', '.'], "_");
    let is_it = |heading: &String| {
        let heading = fold(heading);
        let begins = |with: &str| {
            let rest = heading.strip_prefix(with);
            rest.is_some_and(|rest| rest.chars().next().is_none_or(|sign| matches!(sign, '.' | ':')))
        };
        begins(&plain) || heading == as_variable
    };
    let mut found = headings.iter().enumerate().filter(|(_, heading)| is_it(heading)).map(|(place, _)| place);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(Error::input("study-column-twice").with("found", name)),
        (found, _) => Ok(found),
    }
}
