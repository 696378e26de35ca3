//! The lake: one Delta table a table of the data model. Rows are written first; one commit to the table
//! `submissions` (the ledger) makes them live. Every reader goes through the live files.

mod compare;
mod entry;
mod headings;
mod ledger;
mod scan;
mod sealing;
mod staging;
mod standing;

pub use compare::{Change, Stock};
pub use entry::{Agreed, Arrival, Entry, now};
pub use ledger::{Fault, Ledger};
pub use scan::{rows_in, scan};
pub use staging::without_bounds;
pub use standing::{Claim, Standing};

use crate::catalogue::{Catalogue, TableContract};
use crate::collect::hex;
use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Period, ReadColumn, Receipt};
use arrow::array::RecordBatch;
use columnar::delta;
use columnar::seal::Seal;
use sha2::{Digest, Sha256};
use staging::Staging;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// A lake on disk.
pub struct Lake {
    folder: PathBuf,
    store: Store,
    watch: Option<Watch>,
}

/// What files are read and written with.
struct Store {
    runtime: tokio::runtime::Runtime,
    seal: Seal,
}

/// Is told each step of a write before it is done, and may stop it there: how tests break a run where they want.
pub type Watch = Box<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// The live part of one table: the files to read and whether rows in them must be left out.
#[derive(Debug, Clone)]
pub struct LiveTable {
    /// The table.
    pub table: String,
    /// Parquet files, in a fixed order.
    pub files: Vec<PathBuf>,
    /// The submissions whose rows count, newest first where two hold the same key.
    pub live: Vec<String>,
    /// True when the files hold rows of submissions that are not live.
    pub has_dead_rows: bool,
    /// True when one CPAS has several live submissions: the same key may stand in two of them.
    pub may_repeat: bool,
    /// What the files are sealed with.
    pub seal: Seal,
}

/// The headings that submissions were read from.
pub struct Headings(BTreeMap<String, Vec<ReadColumn>>);

impl Headings {
    /// Those of the last submission of a CPAS, whatever its period, without what `but` is; none where there is none.
    pub fn last(&self, ledger: &Ledger, cpas: Nis5, but: &str) -> Vec<ReadColumn> {
        let last = ledger.entries().iter().rfind(|entry| entry.cpas == cpas && entry.id != but);
        last.and_then(|last| self.0.get(&last.rows_id)).cloned().unwrap_or_default()
    }
}

/// A writer's hold on the lake; released when dropped.
pub struct Hold {
    _file: File,
}

/// Submissions being written; nothing of them is live before [`Batch::publish`].
pub struct Batch<'l> {
    lake: &'l Lake,
    ledger: Ledger,
    entries: Vec<Entry>,
    staging: Staging<'l>,
    receipts: Vec<(String, Receipt)>,
    rejects: Vec<ledger::RejectLine>,
    checks: Vec<ledger::CheckLine>,
    headings: Vec<(String, ReadColumn)>,
    _hold: Hold,
}

fn storage(path: &Path, fault: impl std::fmt::Display) -> Error {
    Error::storage("lake-failed").at(Place::file(path)).with("found", fault)
}

impl Lake {
    /// Opens the lake in a folder; a lake that is not there yet is empty. Its files are sealed with `seal`.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, seal: Seal) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|fault| storage(folder, fault))?;
        let folder = folder.canonicalize().map_err(|fault| storage(folder, fault))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|fault| storage(&folder, fault))?;
        Ok(Lake { folder, store: Store { runtime, seal }, watch: None })
    }

    /// The same lake, with somebody watching its writes.
    #[must_use]
    pub fn watched(mut self, watch: Watch) -> Self {
        self.watch = Some(watch);
        self
    }

    fn step(&self, step: &str) -> Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(step))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What its files are sealed with.
    pub fn seal(&self) -> &Seal {
        &self.store.seal
    }

    /// The ledger of submissions.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn ledger(&self) -> Result<Ledger> {
        Ledger::read(&self.table_folder("submissions"), &self.store)
    }

    fn table_folder(&self, table: &str) -> PathBuf {
        self.folder.join(table)
    }

    /// Takes the lake for writing, and sweeps what a broken run left behind.
    ///
    /// # Errors
    /// When another run holds it.
    fn hold(&self) -> Result<Hold> {
        let path = self.folder.join(".lock");
        let file = File::create(&path).map_err(|fault| storage(&path, fault))?;
        match file.try_lock() {
            Ok(()) => Ok(Hold { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::storage("lake-in-use").at(Place::file(&self.folder))),
            Err(TryLockError::Error(fault)) => Err(storage(&path, fault)),
        }
    }

    /// Begins to write submissions.
    ///
    /// # Errors
    /// When another run holds the lake or its ledger cannot be read.
    pub fn begin<'l>(&'l self, catalogue: &'l Catalogue) -> Result<Batch<'l>> {
        let hold = self.hold()?;
        let ledger = self.ledger()?;
        self.sweep(catalogue, &ledger)?;
        Ok(Batch {
            lake: self,
            staging: Staging::new(&self.folder, catalogue, self.store.seal.clone()),
            ledger,
            entries: Vec::new(),
            receipts: Vec::new(),
            rejects: Vec::new(),
            checks: Vec::new(),
            headings: Vec::new(),
            _hold: hold,
        })
    }

    /// Deletes the files that belong to no published batch. They are told by their names: a file of a published batch is
    /// never touched.
    fn sweep(&self, catalogue: &Catalogue, ledger: &Ledger) -> Result<()> {
        let published = ledger.batches();
        let is_stray = |path: &PathBuf| staging::batch_of(path).is_none_or(|batch| !published.contains(batch));
        let small = ["receipts", "rejects", "checks", headings::TABLE, "submissions"];
        let names = catalogue.tables.iter().map(|table| table.name.as_str()).chain(small);
        for folder in names.map(|table| self.table_folder(table)).filter(|folder| folder.is_dir()) {
            let known = delta::files(&folder, &self.store.runtime)?;
            let stray: Vec<PathBuf> = known.into_iter().filter(is_stray).collect();
            if !stray.is_empty() {
                delta::forget(&folder, &stray, &self.store.runtime)?;
            }
            let left = staging::data_files(&folder)?.into_iter().filter(is_stray);
            for path in left.chain(staging::unfinished_transactions(&folder)?) {
                fs::remove_file(&path).map_err(|fault| storage(&path, fault))?;
            }
        }
        Ok(())
    }

    /// The live part of a table. Files of batches that the ledger does not know are no part of it.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn live(&self, table: &TableContract, ledger: &Ledger) -> Result<LiveTable> {
        let published = ledger.batches();
        let mut files = delta::files(&self.table_folder(&table.name), &self.store.runtime)?;
        files.retain(|path| staging::batch_of(path).is_some_and(|batch| published.contains(batch)));
        files.sort();
        let live = ledger.live(&table.name);
        let held = ledger.entries().iter().filter(|entry| entry.table(&table.name).is_some());
        let held: BTreeSet<&str> = held.map(|entry| entry.rows_id.as_str()).collect();
        let agencies: BTreeSet<Nis5> = live.iter().map(|entry| entry.cpas).collect();
        Ok(LiveTable {
            table: table.name.clone(),
            files,
            has_dead_rows: live.len() < held.len(),
            may_repeat: agencies.len() < live.len(),
            live: live.iter().map(|entry| entry.rows_id.clone()).collect(),
            seal: self.store.seal.clone(),
        })
    }

    /// The receipts of the live submissions of a CPAS for a period.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn receipts(&self, ledger: &Ledger, cpas: Nis5, period: Period) -> Result<Vec<Receipt>> {
        let ids = ledger.current(cpas, period);
        ledger::read_receipts(&self.table_folder("receipts"), &self.store, &ids)
    }

    /// The headings that submissions were read from: read once, however many are asked for.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn headings(&self) -> Result<Headings> {
        let rows = ledger::read_rows(&self.table_folder(headings::TABLE), &self.store)?;
        Ok(Headings(headings::by_submission(&rows)))
    }

    /// For each submission and check the rows that were put to it and those that failed, submissions no longer in force
    /// included.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn checks(&self) -> Result<BTreeMap<(String, String), (u64, u64)>> {
        ledger::read_checks(&self.table_folder("checks"), &self.store)
    }

    /// The faults of all submissions, those no longer in force included.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub fn faults(&self) -> Result<Vec<Fault>> {
        ledger::read_faults(&self.table_folder("rejects"), &self.store)
    }
}

impl Batch<'_> {
    /// The ledger as it stood when this batch began.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Writes submissions, in the order given. Of one whose rows are in the lake, from the same lines, only the arrival
    /// is noted: its rows would count twice.
    ///
    /// # Errors
    /// When the disk fails; nothing of the batch is live then.
    pub fn write(&mut self, arrivals: &[Arrival]) -> Result<()> {
        let mut fresh = Vec::new();
        for arrival in arrivals {
            let submission = &arrival.submission;
            let sequence = self.ledger.next_sequence() + self.entries.len() as u64;
            let mut entry = Entry::new(arrival, sequence);
            let known = self.ledger.with_rows(entry.scope(), &arrival.content);
            if let Some(known) = known {
                entry.rows_id.clone_from(&known.rows_id);
                self.entries.push(entry);
                continue;
            }
            // Read otherwise by a newer program, the same files are other rows: they get another id.
            if self.ledger.entries().iter().any(|known| known.rows_id == entry.id) {
                entry.rows_id =
                    hex(&Sha256::digest([&entry.id, &entry.content, &entry.places].map(String::as_str).concat())[..12]);
            }
            let id = &entry.rows_id;
            self.receipts.extend(submission.receipts.iter().map(|receipt| (id.clone(), receipt.clone())));
            self.rejects.extend(submission.rejects.iter().map(|reject| ledger::RejectLine::new(id, reject)));
            let lines = submission.tally.lines();
            self.checks.extend(lines.map(|(check, tested, failed)| (id.clone(), check, tested, failed)));
            self.headings.extend(submission.headings.iter().map(|column| (id.clone(), column.clone())));
            fresh.push((submission, id.clone()));
            self.entries.push(entry);
        }
        self.staging.append(&fresh)
    }

    /// Makes everything written live, in one commit to the ledger. Without submissions nothing happens.
    ///
    /// # Errors
    /// When the disk fails; the lake then is as it was.
    pub fn publish(mut self) -> Result<Vec<Entry>> {
        if self.entries.is_empty() {
            return Ok(Vec::new());
        }
        let batch = self.batch_id();
        let arrived_at = entry::now();
        for entry in &mut self.entries {
            entry.batch.clone_from(&batch);
            entry.arrived_at.clone_from(&arrived_at);
        }
        let runtime = &self.lake.store.runtime;
        self.lake.step("close")?;
        for ((table, columns), files) in self.staging.finish(&batch)? {
            self.lake.step(&table)?;
            delta::commit(&self.lake.table_folder(&table), &columns, files, runtime)?;
        }
        self.small("receipts", &batch, &ledger::receipts_batch(&self.receipts)?)?;
        self.small("rejects", &batch, &ledger::rejects_batch(&self.rejects)?)?;
        self.small("checks", &batch, &ledger::checks_batch(&self.checks)?)?;
        self.small(headings::TABLE, &batch, &headings::rows(&self.headings)?)?;
        self.small("submissions", &batch, &entry::entries_batch(&self.entries)?)?;
        Ok(self.entries)
    }

    /// The same submissions on the same lake make the same batch: its files get the same names.
    fn batch_id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.ledger.next_sequence().to_be_bytes());
        for entry in &self.entries {
            hash.update(entry.id.as_bytes());
        }
        hex(&hash.finalize()[..8])
    }

    fn small(&self, table: &str, batch: &str, rows: &RecordBatch) -> Result<()> {
        let folder = self.lake.table_folder(table);
        self.lake.step(&format!("{table} file"))?;
        let file = staging::write_small(&folder, batch, rows, &self.lake.store.seal)?;
        self.lake.step(table)?;
        Ok(delta::commit(&folder, &delta::Columns::of(&rows.schema()), vec![file], &self.lake.store.runtime)?)
    }
}
