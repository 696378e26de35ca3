//! The counter of `parcours collect`: reads one submission and decides whether it comes into the lake as it is, must be
//! asked about, or is refused.

use super::Project;
use crate::collect::{Content, Desk, Files, Handed, Note, PseudonymKey, Submission, read_submission};
use crate::error::{Error, Place, Result};
use crate::lake::{Agreed, Arrival, Change, Claim, Lake, Ledger, Standing, Stock};
use crate::model::{Named, Scope};
use crate::settings::CollectSettings;
use chrono::NaiveDate;
use std::path::PathBuf;

/// What the user accepts beforehand.
#[derive(Debug, Clone, Default)]
pub struct Accepted {
    /// Submissions that may differ much from the one in force.
    pub changes: Vec<Named>,
    /// Submissions that may be older than the one in force.
    pub older: Vec<Named>,
}

impl Accepted {
    /// Every scope named is one of these.
    ///
    /// # Errors
    /// Names the first that is none: a slip in a number would leave a stopped submission stopped without a word.
    pub fn check(&self, handed: &[Handed]) -> Result<()> {
        for named in self.changes.iter().chain(&self.older) {
            if let Named::One(scope) = named
                && !handed.iter().any(|handed| scope_of(handed) == *scope)
            {
                return Err(Error::usage("accept-unknown").with("found", scope));
            }
        }
        Ok(())
    }
}

/// What became of one submission at the counter.
pub enum Read {
    /// In the lake already, byte for byte.
    Unchanged,
    /// Read now.
    New(Box<Arrival>, Fate),
    /// Refused as a whole.
    Refused(Error),
}

/// Why a submission was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in the lake already, and only its reject file was missing.
    RejectsOnly,
    /// The same rows from the same lines as those in force: only its arrival is noted.
    Same,
    /// The same rows as those in force, from other lines.
    Moved,
    /// New rows.
    Fresh,
}

/// The counter at which submissions arrive.
pub struct Counter<'p> {
    project: &'p Project,
    key: &'p PseudonymKey,
    ledger: &'p Ledger,
    accepted: &'p Accepted,
    stock: Stock<'p>,
}

/// What a submission is about.
pub fn scope_of(handed: &Handed) -> Scope {
    Scope { cpas: handed.cpas, period: handed.period }
}

/// Where the reject file of a submission goes.
pub fn reject_path(project: &Project, handed: &Handed) -> PathBuf {
    project.out().join("rejects").join(format!("{}-{}.csv", handed.cpas, handed.period))
}

impl<'p> Counter<'p> {
    /// A counter before this lake and its ledger.
    pub fn new(
        project: &'p Project,
        key: &'p PseudonymKey,
        (lake, ledger): (&'p Lake, &'p Ledger),
        accepted: &'p Accepted,
    ) -> Self {
        Counter { project, key, ledger, accepted, stock: Stock::new(lake, &project.catalogue, ledger) }
    }

    /// Reads a submission, unless it is in the lake already, and decides about it.
    ///
    /// # Errors
    /// When it is refused, or the lake cannot be read.
    pub fn take(&self, handed: &Handed) -> Result<Read> {
        let project = self.project;
        let note = Note::read(handed)?;
        let (text, profile) = project.profile(&handed.name)?;
        let files = Files::list(handed)?;
        let id = files.submission_id(handed, &format!("{text}{}", project.definitions), self.key)?;
        let last = self.ledger.last_arrival(scope_of(handed));
        let is_known = last.is_some_and(|entry| entry.id == id && entry.note == note);
        if is_known && reject_path(project, handed).is_file() {
            return Ok(Read::Unchanged);
        }
        let desk = Desk { catalogue: &project.catalogue, key: self.key, limits: &project.limits };
        let submission = read_submission(desk, handed, profile, &files, id)?;
        if let Some(receipt) = submission.receipts.iter().find(|receipt| !receipt.adds_up()) {
            return Err(Error::defect(format!("{}: rows do not add up", receipt.file)));
        }
        let mut arrival = Arrival {
            content: Content::of(&submission, &project.catalogue)?,
            submission,
            files: files.fingerprint()?,
            note,
            profile: profile.id.clone(),
            ranks_on: None,
            agreed: Agreed::default(),
        };
        let fate = if is_known { Fate::RejectsOnly } else { self.admit(&mut arrival)? };
        Ok(Read::New(Box::new(arrival), fate))
    }

    /// Finds the place of a submission among those of its scope.
    fn admit(&self, arrival: &mut Arrival) -> Result<Fate> {
        let handed = &arrival.submission.handed;
        let scope = scope_of(handed);
        let mut claim = Claim {
            scope,
            made_on: arrival.note.made_on,
            content: &arrival.content,
            files: &arrival.files,
            may_be_older: false,
        };
        let mut standing = self.ledger.standing(&claim);
        let is_older = matches!(standing, Standing::Older(_) | Standing::Returned);
        if is_older && self.accepted.older.iter().any(|named| named.covers(scope)) {
            claim.may_be_older = true;
            arrival.agreed.to_older = true;
            standing = self.ledger.standing(&claim);
        }
        let place = || Place::file(&handed.folder);
        let (day, fate) = match standing {
            Standing::Same(day) => (day, Fate::Same),
            Standing::Moved(day) => (day, Fate::Moved),
            Standing::Newer(day) => (day, Fate::Fresh),
            Standing::Older(newest) => {
                let made = claim.made_on.map(|day| day.to_string()).unwrap_or_default();
                return Err(Error::input("submission-older")
                    .at(place())
                    .with("made", made)
                    .with("newest", newest)
                    .with("scope", scope));
            }
            Standing::Returned => return Err(Error::input("submission-returned").at(place()).with("scope", scope)),
        };
        if fate == Fate::Fresh {
            let far = self.far_changes(&claim, day, &arrival.submission)?;
            arrival.agreed.to_change = !far.is_empty();
            if !far.is_empty() && !self.accepted.changes.iter().any(|named| named.covers(scope)) {
                let error = Error::input("submission-differs").at(place()).with("changes", listed(&far));
                return Err(error.with("scope", scope));
            }
        }
        arrival.ranks_on = day;
        Ok(fate)
    }

    /// The tables that differ from those in force by more than the settings allow.
    fn far_changes(&self, claim: &Claim<'_>, day: Option<NaiveDate>, submission: &Submission) -> Result<Vec<Change>> {
        let mut far = Vec::new();
        for (table, replaced) in self.ledger.replaces(claim, day) {
            let is_known = |entry: &&crate::lake::Entry| {
                let own = claim.content.tables.iter().find(|content| content.table == table);
                entry.table(table).map(|content| &content.hash) != own.map(|content| &content.hash)
            };
            let Some(entry) = replaced.filter(is_known) else { continue };
            let batch = submission.tables.iter().find(|batch| batch.table == table);
            let (Some(batch), Some(contract)) = (batch, self.project.catalogue.table(table)) else { continue };
            let rows = batch.to_arrow(contract, claim.scope.cpas.as_str(), &submission.id, &submission.sources)?;
            let change = self.stock.change(table, &entry.rows_id, &rows)?;
            if is_far(&change, &self.project.settings.collect) {
                far.push(change);
            }
        }
        Ok(far)
    }
}

/// True when more rows went or came than the settings allow, or when every row went.
fn is_far(change: &Change, settings: &CollectSettings) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "row counts lie far below 2^53")]
    let is_beyond =
        |rows: u64, share: f64| rows >= settings.stop_at_least.max(1) && rows as f64 > share * change.before as f64;
    let is_emptied = change.before > 0 && change.after == 0;
    is_emptied
        || is_beyond(change.removed, settings.stop_when_removed)
        || is_beyond(change.added, settings.stop_when_added)
}

/// `measures 1200 → 400 (-850 +50); ...`, the same in every language.
fn listed(changes: &[Change]) -> String {
    let one = |change: &Change| {
        let Change { table, before, after, removed, added } = change;
        format!("{table} {before} → {after} (-{removed} +{added})")
    };
    changes.iter().map(one).collect::<Vec<String>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::{CollectSettings, is_far};
    use crate::lake::Change;

    fn is_far_from(before: u64, after: u64, removed: u64, added: u64) -> bool {
        let settings = CollectSettings { stop_when_removed: 0.2, stop_when_added: 1.0, stop_at_least: 20 };
        is_far(&Change { table: "piis".to_owned(), before, after, removed, added }, &settings)
    }

    #[test]
    fn a_change_is_far_from_its_edges_on() {
        assert!(!is_far_from(100, 80, 20, 0), "a fifth is allowed");
        assert!(is_far_from(100, 79, 21, 0));
        assert!(!is_far_from(100, 200, 0, 100), "twice as many are allowed");
        assert!(is_far_from(100, 201, 0, 101));
        assert!(is_far_from(100, 100, 60, 60), "as many rows, but other ones");
        assert!(!is_far_from(30, 11, 19, 0), "too few rows to ask about");
        assert!(is_far_from(3, 0, 3, 0), "nothing is left of the table");
        assert!(is_far_from(0, 20, 0, 20), "a table that was empty");
        assert!(!is_far_from(0, 19, 0, 19));
    }
}
