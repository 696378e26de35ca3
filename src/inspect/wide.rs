//! Scores side by side: a column a domain, perhaps once a measure (`Nulmeting / Financiën`, `Finances fin`).

use super::column::Column;
use super::matching::How;
use crate::catalogue::{Catalogue, Instrument, Meaning, fold};
use std::collections::BTreeMap;

/// Columns from which a file is taken to hold the domains of an instrument.
const ENOUGH: usize = 3;

/// Position and domain of each column, by the occasion that its heading names.
type ByOccasion = BTreeMap<Option<String>, Vec<(usize, String)>>;

/// A group of columns, each cell of which becomes a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The instrument whose domains they are.
    pub instrument: Option<String>,
    /// Field that the heading becomes.
    pub into: String,
    /// Field that the cell becomes.
    pub value: String,
    /// Position of each column, and the code it stands for.
    pub columns: Vec<(usize, String)>,
    /// Fields that are the same for the group.
    pub constants: Vec<(String, String)>,
    /// Fields that come from a column of the group.
    pub from: Vec<(String, usize)>,
}

impl Group {
    /// A score an assessor, side by side.
    pub fn by_assessor(columns: Vec<(usize, String)>) -> Self {
        Group {
            instrument: None,
            into: "assessor".to_owned(),
            value: "score".to_owned(),
            columns,
            constants: Vec::new(),
            from: Vec::new(),
        }
    }

    /// Positions of its columns.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(position, _)| *position).chain(self.from.iter().map(|(_, position)| *position))
    }

    /// True when it feeds a field.
    pub fn feeds(&self, field: &str) -> bool {
        self.into == field
            || self.value == field
            || self.constants.iter().any(|(own, _)| own == field)
            || self.from.iter().any(|(own, _)| own == field)
    }

    /// The fields that a column feeds.
    pub fn fed_by(&self, position: usize) -> impl Iterator<Item = (&str, How)> {
        let scored = self.columns.iter().any(|(own, _)| *own == position).then_some(self.value.as_str());
        let from = self.from.iter().filter(move |(_, own)| *own == position).map(|(field, _)| field.as_str());
        scored.into_iter().chain(from).map(|field| (field, How::Alias))
    }
}

/// A heading taken apart: the occasion it names, if any, and the rest.
fn parts<'h>(catalogue: &Catalogue, heading: &'h str) -> Vec<(Option<String>, &'h str)> {
    let occasion = |text: &str| {
        let list = catalogue.codelist("measure_occasion")?;
        let found = list.find(text).or_else(|| text.split_whitespace().find_map(|word| list.find(word)));
        found.map(str::to_owned)
    };
    let mut found = vec![(None, heading)];
    if let Some((group, name)) = heading.split_once(" / ") {
        found.push((occasion(group), name));
        found.push((occasion(name), group));
    }
    // `Finances fin`, `T0 Finances`, `Financiën (nulmeting)`, `Datum eindmeting`.
    let trimmed = |text: &'h str| text.trim_matches(|sign: char| !sign.is_alphanumeric());
    for (place, sign) in heading.char_indices().filter(|(_, sign)| !sign.is_alphanumeric()) {
        let (before, after) = (trimmed(&heading[..place]), trimmed(&heading[place + sign.len_utf8()..]));
        let list = catalogue.codelist("measure_occasion");
        let whole = |text: &str| list.and_then(|list| list.find(text)).map(str::to_owned);
        if let (Some(code), false) = (whole(before), after.is_empty()) {
            found.push((Some(code), after));
        }
        if let (Some(code), false) = (whole(after), before.is_empty()) {
            found.push((Some(code), before));
        }
    }
    found
}

/// The groups of domain columns in a file; none when it does not hold three domains of one instrument.
pub fn wide_groups(catalogue: &Catalogue, columns: &[Column]) -> Vec<Group> {
    let mut best: Option<(&Instrument, ByOccasion)> = None;
    let size = |groups: &ByOccasion| groups.values().map(Vec::len).sum::<usize>();
    for instrument in catalogue.instruments() {
        let mut groups = ByOccasion::new();
        for column in columns {
            if let Some((occasion, code)) = domain_of(catalogue, instrument, &column.heading) {
                groups.entry(occasion).or_default().push((column.position, code));
            }
        }
        // Of two editions that fit alike the later one, as their ids have it.
        let is_better = best.as_ref().is_none_or(|(_, other)| size(&groups) >= size(other));
        if size(&groups) >= ENOUGH && is_better {
            best = Some((instrument, groups));
        }
    }
    let Some((instrument, groups)) = best else { return Vec::new() };
    let list = catalogue.codelist("measure_occasion");
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(occasion, _)| {
        occasion.as_ref().map_or(0, |code| list.map_or(0, |list| list.position(code) + 1))
    });
    // A domain twice in a group would be two records of one key: it is left to the person who writes the profile.
    groups.iter_mut().for_each(|(_, columns)| {
        let all = columns.clone();
        columns.retain(|(_, code)| all.iter().filter(|(_, other)| other == code).count() == 1);
    });
    let group = |(occasion, found): (Option<String>, Vec<(usize, String)>)| {
        let date = occasion.as_ref().and_then(|code| date_of(catalogue, columns, code));
        Group {
            instrument: Some(instrument.id.clone()),
            into: "domain".to_owned(),
            value: "score".to_owned(),
            columns: found,
            constants: occasion.iter().map(|code| ("occasion".to_owned(), code.clone())).collect(),
            from: date.map(|position| ("measured_on".to_owned(), position)).into_iter().collect(),
        }
    };
    groups.into_iter().map(group).filter(|group| !group.columns.is_empty()).collect()
}

fn domain_of(catalogue: &Catalogue, instrument: &Instrument, heading: &str) -> Option<(Option<String>, String)> {
    parts(catalogue, heading).into_iter().find_map(|(occasion, name)| {
        let code = instrument.domains.find(name)?;
        Some((occasion, code.to_owned()))
    })
}

/// The one column with the date of an occasion.
fn date_of(catalogue: &Catalogue, columns: &[Column], occasion: &str) -> Option<usize> {
    let headings = catalogue.headings.table("measures")?;
    let is_date = |name: &str| {
        fold(name) == "datum"
            || headings.find(name).is_some_and(|meaning| *meaning == Meaning::Field("measured_on".to_owned()))
    };
    let mut found = columns.iter().filter(|column| {
        let own = parts(catalogue, &column.heading);
        own.iter().any(|(code, name)| code.as_deref() == Some(occasion) && is_date(name))
            && (column.filled() == 0 || column.form.dates.count() * 2 >= column.filled())
    });
    let first = found.next()?;
    found.next().is_none().then_some(first.position)
}
