//! How a submission that arrives stands to those of its CPAS and period that arrived before.
//!
//! In force for a table is the newest submission that holds it, whatever the order of arrival. Newest is the one that was
//! made last, where the submissions say so; one that does not say is taken to be as new as the newest when it arrives.

use super::entry::Entry;
use super::ledger::Ledger;
use crate::collect::Content;
use crate::model::Scope;
use chrono::NaiveDate;

/// What a submission brings to the counter.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'c> {
    /// CPAS and period.
    pub scope: Scope,
    /// The day it was made on, if it says so.
    pub made_on: Option<NaiveDate>,
    /// What it says.
    pub content: &'c Content,
    /// Hash over its files.
    pub files: &'c str,
    /// True when the user wants it although it is older.
    pub may_be_older: bool,
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// What the newest one says, from the same lines: nothing but its arrival is new.
    Same(Option<NaiveDate>),
    /// What the newest one says, from other lines: files re-ordered, split or saved in another form.
    Moved(Option<NaiveDate>),
    /// Newer for at least one table; the day it stands at.
    Newer(Option<NaiveDate>),
    /// Made before the submissions in force for all its tables, the newest of them on this day.
    Older(NaiveDate),
    /// What was in force before and has been replaced since.
    Returned,
}

impl Ledger {
    /// How a submission stands to those of its scope in this ledger.
    pub fn standing(&self, claim: &Claim<'_>) -> Standing {
        let own = self.of_scope(claim.scope);
        let Some(newest) = own.last() else { return Standing::Newer(claim.made_on) };
        let day = match claim.made_on {
            Some(day) if !claim.may_be_older || Some(day) > newest.ranks_on => Some(day),
            _ => newest.ranks_on,
        };
        if let Some(newest_on) = newest.ranks_on.filter(|_| self.replaces(claim, day).is_empty()) {
            return Standing::Older(newest_on);
        }
        if day >= newest.ranks_on && claim.content.hash == newest.content {
            let is_same = claim.content.places == newest.places;
            return if is_same { Standing::Same(day) } else { Standing::Moved(day) };
        }
        // The same files read by other definitions are what they were: no older version came back. A day of its own says
        // where a submission stands.
        let says_where = claim.made_on.is_some() && claim.made_on != newest.ranks_on;
        let was_replaced = claim.files != newest.files && own.iter().any(|entry| entry.content == claim.content.hash);
        if was_replaced && !says_where && !claim.may_be_older {
            return Standing::Returned;
        }
        Standing::Newer(day)
    }

    /// The tables for which a submission that stands at this day comes into force, each with the one it replaces.
    pub fn replaces<'l, 'c>(&'l self, claim: &Claim<'c>, day: Option<NaiveDate>) -> Vec<(&'c str, Option<&'l Entry>)> {
        let in_force = self.in_force(claim.scope);
        let tables = claim.content.tables.iter().map(|table| table.table.as_str());
        let tables = tables.map(|table| (table, in_force.get(table).copied()));
        tables.filter(|(_, entry)| entry.is_none_or(|entry| entry.ranks_on <= day)).collect()
    }

    /// The submission of this scope whose rows are these rows, from the same lines.
    pub fn with_rows(&self, scope: Scope, content: &Content) -> Option<&Entry> {
        let is_it = |entry: &&&Entry| entry.content == content.hash && entry.places == content.places;
        self.of_scope(scope).iter().rfind(is_it).copied()
    }
}
