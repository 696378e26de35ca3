//! `parcours collect`: the exports of the inbox into the lake.

use super::admit::{Accepted, Counter, Fate, Read, reject_path};
use super::project::write_whole;
use super::{Outcome, Project, Talk, line};
use crate::catalogue::{Catalogue, Severity};
use crate::collect::{self, Handed, Reject, reject_file};
use crate::error::{Error, Place, Result};
use crate::inspect::drift::drifts;
use crate::inspect::drift_text;
use crate::inspect::json::Drifted;
use crate::lake::{Arrival, Lake, Ledger};
use crate::model::{Language, Nis5, ReadColumn, Receipt};
use crate::text::say;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// Submissions that are read at one go; bounds memory, and lets reading and writing take turns.
const AT_ONCE: usize = 16;

/// What a run of collect found.
#[derive(Default)]
pub struct Collected {
    lines: Vec<(String, Line)>,
    failed: BTreeMap<(Severity, String), u64>,
    reject_files: Vec<PathBuf>,
    /// Submission, table, rows, rows of the period before: where one is far from the other.
    unlike: Vec<(String, String, u64, u64)>,
    headings: Vec<(Handed, String, Vec<ReadColumn>)>,
    drifts: Vec<(String, Drifted)>,
}

enum Line {
    Unchanged,
    /// The same rows as those in force, saved anew.
    Saved,
    Read(Receipt, Vec<String>),
    Refused(Error),
}

/// Reads the inbox into a lake. Submissions that are in force already are passed over; one that must be refused, or
/// asked about, does not hold up the others.
///
/// # Errors
/// When the inbox is empty, there is no key, or the lake fails; the lake then is as it was.
pub fn collect(project: &Project, lake: &Lake, accepted: &Accepted, talk: Talk) -> Result<Collected> {
    let key = project.key()?;
    let handed = collect::inbox(&project.inbox())?;
    accepted.check(&handed)?;
    let mut batch = lake.begin(&project.catalogue)?;
    project.sweep()?;
    let ledger = batch.ledger().clone();
    let counter = Counter::new(project, &key, (lake, &ledger), accepted);
    let bar = talk.progress(handed.len());
    let mut collected = Collected::default();
    let mut written = Vec::new();
    // One group is read while the one before it is written.
    let batch = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<Arrival>>(1);
        let writer = scope.spawn(move || {
            for fresh in receiver {
                batch.write(&fresh)?;
            }
            Ok::<_, Error>(batch)
        });
        for group in handed.chunks(AT_ONCE) {
            let read: Vec<Read> = group
                .par_iter()
                .map(|handed| {
                    let read = counter.take(handed);
                    bar.inc(1);
                    read.unwrap_or_else(Read::Refused)
                })
                .collect();
            let fresh = collected.take((project, &ledger), group, read, &mut written)?;
            if sender.send(fresh).is_err() {
                break; // the writer failed and says so itself
            }
        }
        drop(sender);
        writer.join().map_err(|_| Error::defect("writer"))?
    })?;
    bar.finish_and_clear();
    // A run that ends between here and the last reject file leaves some missing; the next run makes those anew. A file
    // of the submission before would stay, and look right.
    for (path, _) in &written {
        remove(path)?;
    }
    batch.publish()?;
    let headings = lake.headings()?;
    collected.compare(|cpas, id| headings.last(&ledger, cpas, id));
    let language = project.settings.project.languages.first().copied().unwrap_or(talk.language);
    for (path, rejects) in written {
        write_whole(&path, &reject_file(&rejects, &project.catalogue, language)?)?;
        if !rejects.is_empty() {
            collected.reject_files.push(path);
        }
    }
    Ok(collected)
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::storage("cannot-write").at(Place::file(path)).with("found", error))
        }
        _ => Ok(()),
    }
}

impl Collected {
    /// Sorts what was read of a group; returns the submissions to write.
    fn take(
        &mut self,
        (project, ledger): (&Project, &Ledger),
        group: &[Handed],
        read: Vec<Read>,
        written: &mut Vec<(PathBuf, Vec<Reject>)>,
    ) -> Result<Vec<Arrival>> {
        let mut fresh = Vec::new();
        for (handed, read) in group.iter().zip(read) {
            match read {
                Read::Unchanged => self.lines.push((handed.name.clone(), Line::Unchanged)),
                Read::Refused(error) if error.exit_code() == 3 => {
                    self.lines.push((handed.name.clone(), Line::Refused(error)))
                }
                Read::Refused(error) => return Err(error),
                Read::New(arrival, fate) => {
                    self.note(&arrival.submission, fate);
                    written.push((reject_path(project, handed), arrival.submission.rejects.clone()));
                    if fate == Fate::Fresh {
                        self.unlike.extend(unlike_before(ledger, &arrival, project.settings.collect.stop_at_least));
                        let submission = &arrival.submission;
                        self.headings.push((handed.clone(), submission.id.clone(), submission.headings.clone()));
                    }
                    if fate != Fate::RejectsOnly {
                        fresh.push(*arrival);
                    }
                }
            }
        }
        Ok(fresh)
    }

    /// Compares the columns of each new submission with those of the one before it: of this run, else of the lake.
    fn compare(&mut self, last: impl Fn(Nis5, &str) -> Vec<ReadColumn>) {
        for (place, (handed, id, now)) in self.headings.iter().enumerate() {
            let before = self.headings[..place].iter().rfind(|(other, ..)| other.cpas == handed.cpas);
            let last = match before {
                Some((.., headings)) => headings.clone(),
                None => last(handed.cpas, id),
            };
            self.drifts.extend(drifts(&last, now).into_iter().map(|drift| (handed.name.clone(), drift)));
        }
    }

    fn note(&mut self, submission: &collect::Submission, fate: Fate) {
        let mut sum = Receipt::default();
        for receipt in &submission.receipts {
            sum.read += receipt.read;
            sum.loaded += receipt.loaded;
            sum.rejected += receipt.rejected;
            sum.header += receipt.header;
            sum.blank += receipt.blank;
            sum.total += receipt.total;
            sum.declared += receipt.declared;
        }
        for reject in &submission.rejects {
            *self.failed.entry((reject.severity, reject.check.clone())).or_default() += 1;
        }
        let line = match fate {
            Fate::RejectsOnly => Line::Unchanged,
            Fate::Same | Fate::Moved => Line::Saved,
            Fate::Fresh => Line::Read(sum, submission.unread.clone()),
        };
        self.lines.push((submission.handed.name.clone(), line));
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        let rejected = |line: &Line| matches!(line, Line::Read(receipt, ..) if receipt.rejected > 0);
        if self.lines.iter().any(|(_, line)| matches!(line, Line::Refused(_))) {
            Outcome::SomeRefused
        } else if self.lines.iter().any(|(_, line)| rejected(line)) {
            Outcome::DoneWithRejects
        } else {
            Outcome::Done
        }
    }

    /// Prints what was read, what was rejected and why, and where the reject files are.
    pub fn print(&self, catalogue: &Catalogue, talk: Talk) {
        let language = talk.language;
        let width = self.lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(10);
        let heading = |id: &str| say(language, id, &[]);
        line(&format!(
            "{:width$} {:>9} {:>9} {:>9} {:>9}",
            heading("collect-submission"),
            heading("collect-read"),
            heading("collect-loaded"),
            heading("collect-rejected"),
            heading("collect-ignored"),
        ));
        let unchanged = self.lines.iter().filter(|(_, line)| matches!(line, Line::Unchanged)).count();
        let many = self.lines.len() > 40;
        let mut total = Receipt::default();
        for (name, fate) in &self.lines {
            match fate {
                Line::Read(receipt, _) => {
                    total.read += receipt.read;
                    total.loaded += receipt.loaded;
                    total.rejected += receipt.rejected;
                    total.header += receipt.ignored();
                    if !many {
                        line(&format!(
                            "{name:width$} {:>9} {:>9} {:>9} {:>9}",
                            receipt.read,
                            receipt.loaded,
                            receipt.rejected,
                            receipt.ignored()
                        ));
                    }
                }
                Line::Unchanged if many => {}
                Line::Unchanged => line(&format!("{name:width$} {}", heading("collect-unchanged"))),
                Line::Saved => line(&format!("{name:width$} {}", heading("collect-saved"))),
                Line::Refused(_) => line(&format!("{name:width$} {}", heading("collect-refused"))),
            }
        }
        line(&format!(
            "{:width$} {:>9} {:>9} {:>9} {:>9}",
            heading("collect-total"),
            total.read,
            total.loaded,
            total.rejected,
            total.header
        ));
        if unchanged > 0 && many {
            talk.result("collect-unchanged-count", &[("count", unchanged.to_string())]);
        }
        self.print_failed(catalogue, talk);
        for (submission, table, rows, before) in &self.unlike {
            let pairs = [
                ("submission", submission.clone()),
                ("table", table.clone()),
                ("rows", rows.to_string()),
                ("before", before.to_string()),
            ];
            talk.remark("collect-unlike-before", &pairs);
        }
        self.print_troubles(language);
        self.print_drifts(talk);
    }

    fn print_drifts(&self, talk: Talk) {
        let mut last = None;
        for (name, ((file, sheet), drift)) in self.drifts.iter().filter(|_| !talk.quiet) {
            if last != Some(name) {
                eprintln!("{}", say(talk.language, "collect-drift", &[("submission", name.clone())]));
                last = Some(name);
            }
            let file = file.rsplit('/').next().unwrap_or(file);
            let place = crate::error::Place::file(file).sheet(sheet);
            eprintln!("  {place}: {}", drift_text(talk.language, drift));
        }
    }

    fn print_failed(&self, catalogue: &Catalogue, talk: Talk) {
        if self.failed.is_empty() {
            return;
        }
        for (severity, heading) in [(Severity::Error, "collect-why"), (Severity::Warning, "collect-noticed")] {
            let of_severity: Vec<_> = self.failed.iter().filter(|((known, _), _)| *known == severity).collect();
            if !of_severity.is_empty() {
                line("");
                talk.result(heading, &[]);
            }
            for ((_, check), rows) in of_severity {
                let title = catalogue.checks.get(check).map_or("", |check| check.title.get(talk.language));
                line(&format!("  {rows:>7}  {check:20} {title}"));
            }
        }
        let folder = self.reject_files.first().and_then(|path| path.parent()).map(|path| path.display().to_string());
        if let Some(folder) = folder {
            talk.result("collect-reject-files", &[("count", self.reject_files.len().to_string()), ("folder", folder)]);
        }
    }

    fn print_troubles(&self, language: Language) {
        for (name, line) in &self.lines {
            match line {
                Line::Read(_, unread) if !unread.is_empty() => {
                    eprintln!(
                        "{}",
                        say(language, "collect-unread", &[("submission", name.clone()), ("files", unread.join(", "))])
                    );
                }
                Line::Refused(error) => {
                    eprintln!();
                    eprintln!("{}", say(language, "collect-refused-because", &[("submission", name.clone())]));
                    eprintln!("  {}", error.message(language));
                    if let Some(hint) = error.hint(language) {
                        eprintln!("  {hint}");
                    }
                }
                _ => {}
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// See [`collect`].
pub fn run(folder: &Path, accepted: &Accepted, talk: Talk) -> Result<Outcome> {
    let project = Project::open(folder)?;
    let collected = collect(&project, &project.lake()?, accepted, talk)?;
    collected.print(&project.catalogue, talk);
    Ok(collected.outcome())
}

/// The tables that hold less than half or more than twice the rows of the period before.
fn unlike_before(ledger: &Ledger, arrival: &Arrival, at_least: u64) -> Vec<(String, String, u64, u64)> {
    let handed = &arrival.submission.handed;
    let scope = crate::model::Scope { cpas: handed.cpas, period: handed.period.previous() };
    let in_force = ledger.in_force(scope);
    let before = |table: &str| in_force.get(table).and_then(|entry| entry.table(table)).map(|before| before.rows);
    let tables = arrival.content.tables.iter();
    let tables = tables.filter_map(|table| before(&table.table).map(|before| (table, before)));
    tables
        .filter(|(table, before)| table.rows.abs_diff(*before) >= at_least)
        .filter(|(table, before)| table.rows * 2 < *before || table.rows > before * 2)
        .map(|(table, before)| (handed.name.clone(), table.table.clone(), table.rows, before))
        .collect()
}
