//! The derived tables of a lake, made for a few CPAS at a time and written to files: readings of a country, or of ten years, are
//! never in memory together.

use crate::catalogue::Catalogue;
use crate::engine::{Engine, Source};
use crate::error::{Error, Place, Result};
use crate::lake::{Ledger, LiveTable, scan, without_bounds};
use crate::model::Nis5;
use crate::process::{Derived, Facts, Ranks, derive};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use columnar::seal::Seal;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// Readings that are paired in one go; a CPAS is never divided.
const READINGS: u64 = 1 << 20;

/// A derived table that is being written.
struct Table {
    name: &'static str,
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
}

impl Table {
    fn new(name: &'static str, first: &RecordBatch, (folder, seal): (&Path, &Seal)) -> Result<Self> {
        let path = folder.join(format!("{name}.parquet"));
        let file = File::create(&path).map_err(|fault| cannot_write(&path, fault))?;
        let schema = first.schema();
        let properties = seal.writing(without_bounds(WriterProperties::builder(), &schema)).build();
        let writer =
            ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(|fault| cannot_write(&path, fault))?;
        Ok(Table { name, path, schema, writer })
    }

    fn write(&mut self, rows: &[RecordBatch]) -> Result<()> {
        rows.iter().try_for_each(|rows| self.writer.write(rows)).map_err(|fault| cannot_write(&self.path, fault))
    }
}

fn cannot_write(path: &Path, fault: impl std::fmt::Display) -> Error {
    Error::storage("cannot-write").at(Place::file(path)).with("found", fault)
}

/// Makes the derived tables and gives them to an engine. Their files lie in `folder` as long as queries run.
///
/// # Errors
/// When the lake cannot be read or the files cannot be written.
pub fn register(
    engine: &mut dyn Engine,
    (live, ledger): (&[LiveTable], &Ledger),
    catalogue: &Catalogue,
    folder: &Path,
) -> Result<()> {
    let groups = groups(ledger);
    let seal = live.first().map(|one| one.seal.clone()).unwrap_or_default();
    // While one group is paired the next is read.
    let tables = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Result<Facts>>(0);
        scope.spawn(move || groups.iter().all(|group| sender.send(facts(live, group)).is_ok()));
        let mut tables: Vec<Table> = Vec::new();
        for facts in receiver {
            let derived = derive(&facts?, catalogue)?;
            if tables.is_empty() {
                let made = derived.iter().map(|Derived { table, rows }| {
                    Table::new(table, rows.first().ok_or_else(|| Error::defect(table))?, (folder, &seal))
                });
                tables = made.collect::<Result<_>>()?;
            }
            tables.par_iter_mut().zip(derived).try_for_each(|(table, derived)| table.write(&derived.rows))?;
        }
        Ok::<_, Error>(tables)
    })?;
    for Table { name, path, schema, writer } in tables {
        writer.close().map_err(|fault| cannot_write(&path, fault))?;
        engine.register(name, Source::Files { files: vec![path], schema })?;
    }
    Ok(())
}

/// The CPAS of a lake in their order, so many together as have few enough readings.
fn groups(ledger: &Ledger) -> Vec<BTreeSet<Nis5>> {
    let mut readings: BTreeMap<Nis5, u64> = BTreeMap::new();
    for entry in ledger.entries() {
        *readings.entry(entry.cpas).or_default() += entry.table("measures").map_or(0, |table| table.rows);
    }
    let mut groups: Vec<BTreeSet<Nis5>> = vec![BTreeSet::new()];
    let mut together = 0;
    for (cpas, rows) in readings {
        if together > 0 && together + rows > READINGS {
            groups.push(BTreeSet::new());
            together = 0;
        }
        together += rows;
        if let Some(group) = groups.last_mut() {
            group.insert(cpas);
        }
    }
    groups
}

fn facts(live: &[LiveTable], agencies: &BTreeSet<Nis5>) -> Result<Facts> {
    let mut facts = Facts::default();
    let find = |name: &str| live.iter().find(|live| live.table == name).ok_or_else(|| Error::defect(name));
    let (parcours, measures) = (find("parcours")?, find("measures")?);
    let ranks = Ranks::new(&parcours.live);
    let columns = ["cpas", "parcours_id", "person_id", "kind", "start_on", "end_on", "submission_id"];
    scan(parcours, &columns, agencies, |rows| facts.add_parcours(rows, &ranks))?;
    let ranks = Ranks::new(&measures.live);
    let columns = [
        "cpas",
        "parcours_id",
        "person_id",
        "instrument",
        "domain",
        "occasion",
        "measured_on",
        "assessor",
        "score",
        "submission_id",
    ];
    scan(measures, &columns, agencies, |rows| facts.add_measures(rows, &ranks))?;
    Ok(facts)
}
