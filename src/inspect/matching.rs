//! Which column feeds which field of a table. Two columns never become one field in silence: what is not clearly one of
//! them is left open, with both named.

use super::column::{Column, Looks, is_known_value};
use super::similar::similar;
use super::wide::{Group, wide_groups};
use crate::catalogue::{Catalogue, ColumnContract, ColumnType, Meaning, TableContract, fold};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Headings that profiles use: table and folded heading to the field.
pub type KnownHeadings = BTreeMap<(String, String), String>;

/// How a field was found, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By the field's own name, or a heading that a profile uses.
    Exact,
    /// By the alias dictionary.
    Alias,
    /// By a heading much like one of the dictionary.
    Similar,
    /// By what the column holds.
    Content,
    /// Nothing in the file says it: a value is assumed, and must be looked at.
    Assumed,
}

/// Where a field comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A column, by position; people may be named by the centre's own client number.
    Column {
        /// Position from 0.
        position: usize,
        /// People are named by client number.
        is_client_number: bool,
    },
    /// One value for all rows.
    Constant(String),
    /// The groups of columns.
    Groups,
}

/// A field and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The field.
    pub field: String,
    /// How it was found.
    pub how: How,
    /// Where it comes from.
    pub origin: Origin,
}

/// Something a person must decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// Several columns stand for one field.
    Twins {
        /// The field.
        field: String,
        /// Their headings.
        headings: Vec<String>,
        /// The one taken; none when neither is clearly the better.
        taken: Option<String>,
    },
    /// A heading says the one, its cells another.
    Contradiction {
        /// The field that the heading stands for.
        field: String,
        /// The heading.
        heading: String,
    },
}

/// How the columns of a file feed one table.
#[derive(Debug, Clone)]
pub struct TableMatch {
    /// The table.
    pub table: String,
    /// Fields found, in the order of the table's columns.
    pub found: Vec<Found>,
    /// Groups of columns that each become a record.
    pub groups: Vec<Group>,
    /// What a person must decide.
    pub troubles: Vec<Trouble>,
    /// True when the sheet or file is called as this table's are.
    pub is_titled: bool,
    /// True when the row feeds it beside another table, so that one record may stand in many rows.
    pub is_distinct: bool,
}

impl TableMatch {
    /// How a field is found, if it is.
    pub fn get(&self, field: &str) -> Option<&Found> {
        self.found.iter().find(|found| found.field == field)
    }

    /// The fields that a column feeds.
    pub fn fed_by(&self, position: usize) -> impl Iterator<Item = (&str, How)> {
        let single = self
            .found
            .iter()
            .filter(move |found| matches!(found.origin, Origin::Column { position: own, .. } if own == position));
        let grouped = self.groups.iter().flat_map(move |group| group.fed_by(position));
        single.map(|found| (found.field.as_str(), found.how)).chain(grouped)
    }

    /// Positions of all columns that feed it.
    pub fn columns(&self) -> BTreeSet<usize> {
        let single = self.found.iter().filter_map(|found| match found.origin {
            Origin::Column { position, .. } => Some(position),
            _ => None,
        });
        single.chain(self.groups.iter().flat_map(Group::positions)).collect()
    }

    /// Required fields that nothing feeds.
    pub fn missing_required<'t>(&self, table: &'t TableContract) -> Vec<&'t ColumnContract> {
        self.missing(table).filter(|field| field.required).collect()
    }

    /// Fields that nothing feeds.
    pub fn missing<'t>(&self, table: &'t TableContract) -> impl Iterator<Item = &'t ColumnContract> {
        let found: BTreeSet<String> = self.found.iter().map(|found| found.field.clone()).collect();
        table.columns.iter().filter(move |field| !found.contains(&field.name))
    }
}

/// One column that may stand for a field.
#[derive(Debug, Clone)]
struct Candidate {
    position: usize,
    meaning: Meaning,
    how: How,
}

/// Lays the columns of a file over one table.
pub fn match_table(
    catalogue: &Catalogue,
    known: &KnownHeadings,
    table: &TableContract,
    columns: &[Column],
) -> TableMatch {
    let mut matched = TableMatch {
        table: table.name.clone(),
        found: Vec::new(),
        groups: Vec::new(),
        troubles: Vec::new(),
        is_titled: false,
        is_distinct: false,
    };
    if table.name == "measures" {
        matched.groups = wide_groups(catalogue, columns);
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    let grouped: BTreeSet<usize> = matched.groups.iter().flat_map(Group::positions).collect();
    for column in columns.iter().filter(|column| !grouped.contains(&column.position)) {
        let Some(candidate) = by_heading(catalogue, known, table, column) else { continue };
        let contract = table.position(candidate.meaning.field()).map(|place| &table.columns[place]);
        let is_client_number = candidate.meaning == Meaning::ClientNumber;
        if contract.is_some_and(|contract| column.fits(contract, is_client_number)) {
            candidates.push(candidate);
        } else if candidate.how != How::Similar && !is_client_number {
            matched.troubles.push(Trouble::Contradiction {
                field: candidate.meaning.field().to_owned(),
                heading: column.heading.clone(),
            });
        }
    }
    group_scores(&mut matched, &mut candidates, columns);
    for field in &table.columns {
        choose(&mut matched, &field.name, &candidates, columns);
    }
    by_content(catalogue, &mut matched, table, columns);
    fill_in(catalogue, &mut matched, table, columns);
    let order = |found: &Found| table.position(&found.field);
    matched.found.sort_by_key(order);
    matched
}

fn by_heading(
    catalogue: &Catalogue,
    known: &KnownHeadings,
    table: &TableContract,
    column: &Column,
) -> Option<Candidate> {
    let headings = catalogue.headings.table(&table.name)?;
    let position = column.position;
    let heading = column.heading.as_str();
    // Under two header rows the lower one names the field, when the whole is not known itself.
    let last = heading.rsplit(" / ").next().unwrap_or(heading);
    if table.position(&fold(heading)).is_some() || known.contains_key(&(table.name.clone(), fold(heading))) {
        let field = known.get(&(table.name.clone(), fold(heading))).cloned().unwrap_or_else(|| fold(heading));
        let meaning = headings.find(heading).filter(|meaning| meaning.field() == field).cloned();
        return Some(Candidate { position, meaning: meaning.unwrap_or(Meaning::Field(field)), how: How::Exact });
    }
    if let Some(meaning) = headings.find(heading).or_else(|| headings.find(last)) {
        return Some(Candidate { position, meaning: meaning.clone(), how: How::Alias });
    }
    let meaning = similar(&catalogue.headings, headings, heading)?;
    Some(Candidate { position, meaning, how: How::Similar })
}

/// Two scores on a row, one an assessor: they become records of their own.
fn group_scores(matched: &mut TableMatch, candidates: &mut Vec<Candidate>, columns: &[Column]) {
    let by_assessor: Vec<(usize, String)> = candidates
        .iter()
        .filter_map(|candidate| match &candidate.meaning {
            Meaning::ScoreOf(assessor) => Some((candidate.position, assessor.clone())),
            _ => None,
        })
        .collect();
    candidates.retain(|candidate| !matches!(candidate.meaning, Meaning::ScoreOf(_)));
    let assessors: BTreeSet<&String> = by_assessor.iter().map(|(_, assessor)| assessor).collect();
    let is_taken = candidates.iter().any(|candidate| matches!(candidate.meaning.field(), "score" | "assessor"));
    if by_assessor.is_empty() {
        return;
    }
    if is_taken || assessors.len() < by_assessor.len() || !matched.groups.is_empty() {
        let headings = by_assessor.iter().map(|(position, _)| heading(columns, *position)).collect();
        matched.troubles.push(Trouble::Twins { field: "score".to_owned(), headings, taken: None });
        return;
    }
    matched.groups.push(Group::by_assessor(by_assessor));
}

fn heading(columns: &[Column], position: usize) -> String {
    columns.iter().find(|column| column.position == position).map(|column| column.heading.clone()).unwrap_or_default()
}

/// Takes the one column that stands for a field, or the clearly better of several.
fn choose(matched: &mut TableMatch, field: &str, candidates: &[Candidate], columns: &[Column]) {
    let mut fitting: Vec<&Candidate> = candidates.iter().filter(|one| one.meaning.field() == field).collect();
    // Exact and alias are both names of the field; a client number and an empty column are second choice.
    let is_filled =
        |one: &Candidate| columns.iter().any(|column| column.position == one.position && column.filled() > 0);
    let rank = |one: &Candidate| (one.meaning == Meaning::ClientNumber, one.how == How::Similar, !is_filled(one));
    fitting.sort_by_key(|one| (rank(one), one.position));
    let Some(first) = fitting.first() else { return };
    let clear = fitting.get(1).is_none_or(|second| rank(first) < rank(second));
    if fitting.len() > 1 {
        matched.troubles.push(Trouble::Twins {
            field: field.to_owned(),
            headings: fitting.iter().map(|one| heading(columns, one.position)).collect(),
            taken: clear.then(|| heading(columns, first.position)),
        });
    }
    if clear {
        let is_client_number = first.meaning == Meaning::ClientNumber;
        matched.found.push(Found {
            field: field.to_owned(),
            how: first.how,
            origin: Origin::Column { position: first.position, is_client_number },
        });
    }
}

/// Fields that no heading names, by what a column holds: national numbers, or values that one list alone knows.
fn by_content(catalogue: &Catalogue, matched: &mut TableMatch, table: &TableContract, columns: &[Column]) {
    let named: BTreeSet<String> = matched
        .troubles
        .iter()
        .map(|trouble| match trouble {
            Trouble::Twins { field, .. } | Trouble::Contradiction { field, .. } => field.clone(),
        })
        .collect();
    let used = matched.columns();
    let free: Vec<&Column> =
        columns.iter().filter(|column| !used.contains(&column.position) && column.filled() >= 3).collect();
    let open: Vec<&ColumnContract> = matched.missing(table).filter(|field| !named.contains(&field.name)).collect();
    let holds = |column: &Column, field: &ColumnContract| match field.kind {
        ColumnType::Person => column.looks() == Looks::NationalNumber,
        ColumnType::Code => holds_codes(catalogue, column, field),
        _ => false,
    };
    for field in &open {
        let fitting: Vec<&&Column> = free.iter().filter(|column| holds(column, field)).collect();
        let [column] = fitting.as_slice() else { continue };
        // Values that fit two fields say nothing about which.
        if open.iter().filter(|other| holds(column, other)).count() == 1 {
            matched.found.push(Found {
                field: field.name.clone(),
                how: How::Content,
                origin: Origin::Column { position: column.position, is_client_number: false },
            });
        }
    }
}

/// Words of a list, two different ones at least: figures and yes or no are in many lists.
fn holds_codes(catalogue: &Catalogue, column: &Column, field: &ColumnContract) -> bool {
    let words = column.values().filter(|(value, _)| value.chars().filter(|sign| sign.is_alphabetic()).count() >= 3);
    words.count() >= 2 && column.share_known(|value| is_known_value(catalogue, field, value)) >= 1.0
}

/// What follows from the rest: the instrument from its domains, the assessor by assumption.
fn fill_in(catalogue: &Catalogue, matched: &mut TableMatch, table: &TableContract, columns: &[Column]) {
    if table.name != "measures" {
        return;
    }
    for group in matched.groups.clone() {
        let own = group.constants.iter().map(|(field, _)| field).chain(group.from.iter().map(|(field, _)| field));
        for field in own.chain([&group.into, &group.value]) {
            // The dates of the groups stand for the field only when every group has one.
            let everywhere = matched.groups.iter().all(|group| group.feeds(field));
            if everywhere && matched.get(field).is_none() {
                matched.found.push(Found { field: field.clone(), how: How::Alias, origin: Origin::Groups });
            }
        }
    }
    if matched.get("instrument").is_none()
        && let Some(id) = instrument_of(catalogue, matched, columns)
    {
        let origin = Origin::Constant(id);
        matched.found.push(Found { field: "instrument".to_owned(), how: How::Content, origin });
    }
    if matched.get("assessor").is_none() && matched.get("score").is_some() {
        let origin = Origin::Constant("worker".to_owned());
        matched.found.push(Found { field: "assessor".to_owned(), how: How::Assumed, origin });
    }
}

fn instrument_of(catalogue: &Catalogue, matched: &TableMatch, columns: &[Column]) -> Option<String> {
    if let Some(id) = matched.groups.iter().find_map(|group| group.instrument.clone()) {
        return Some(id);
    }
    let Origin::Column { position, .. } = matched.get("domain")?.origin else { return None };
    let column = columns.iter().find(|column| column.position == position)?;
    let share = |id: &str| {
        let instrument = catalogue.instrument(id);
        column.share_known(|value| instrument.is_some_and(|own| own.domains.find(value).is_some()))
    };
    // Two editions share most of their domains: the one that knows more of them counts, of two that know as many neither.
    let mut fitting: Vec<(f64, &str)> = catalogue.instruments().map(|one| (share(&one.id), one.id.as_str())).collect();
    fitting.retain(|(share, _)| *share >= 0.8);
    fitting.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (most, id) = *fitting.first()?;
    fitting.get(1).is_none_or(|(next, _)| *next < most).then(|| id.to_owned())
}
