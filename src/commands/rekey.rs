//! `parcours rekey`: a new secret key, and a lake made again from the exports under it. Nobody can then link the pseudonyms of the
//! new lake to those of the old one, which is kept aside until somebody deletes it.

use super::collect::collect;
use super::init::new_key;
use super::{Accepted, Outcome, Project, Talk};
use crate::collect;
use crate::error::{self, Error, Place, Result};
use crate::lake::{Lake, Ledger};
use crate::model::{Named, Scope};
use columnar::seal::Seal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// When an export behind the lake is not in the inbox any more, or the new lake is not the old one but for its pseudonyms. Key
/// and lake are then as they were.
pub fn run(folder: &Path, talk: Talk) -> Result<Outcome> {
    let mut project = Project::open(folder)?;
    let (key, lake) = (project.key_file(), project.lake_folder());
    let mark = project.key()?.fingerprint();
    let before = standing(&project)?;
    let handed = collect::inbox(&project.inbox())?;
    let missing = scopes(&before)
        .into_keys()
        .filter(|scope| !handed.iter().any(|one| one.cpas == scope.cpas && one.period == scope.period));
    error::all(missing.map(|scope| {
        Err::<(), Error>(Error::input("rekey-missing").at(Place::file(project.inbox())).with("scope", scope))
    }))?;
    let (new_key_file, new_lake) = (beside(&key, "new"), beside(&lake, "new"));
    let made = (|| {
        remove(&new_lake)?;
        new_key(&new_key_file)?;
        project.settings.key.file = std::path::absolute(&new_key_file).unwrap_or_else(|_| new_key_file.clone());
        let fresh = Lake::open(&new_lake, project.seal()?)?;
        let all = Accepted { changes: vec![Named::All], older: vec![Named::All] };
        collect(&project, &fresh, &all, talk)?;
        same(&before, &fresh.ledger()?, &lake)
    })();
    if let Err(error) = made {
        remove(&new_lake)?;
        let _ = std::fs::remove_file(&new_key_file);
        return Err(error);
    }
    let (old_key, old_lake) = (beside(&key, &format!("until-{mark}")), beside(&lake, &format!("until-{mark}")));
    for (from, to) in [(&lake, &old_lake), (&key, &old_key), (&new_key_file, &key), (&new_lake, &lake)] {
        std::fs::rename(from, to)
            .map_err(|fault| Error::storage("cannot-write").at(Place::file(to)).with("found", fault))?;
    }
    talk.result("rekey-done", &[("key", old_key.display().to_string()), ("lake", old_lake.display().to_string())]);
    Ok(Outcome::Done)
}

/// The ledger of the lake as it stands: sealed or open, whatever the settings want from now on.
fn standing(project: &Project) -> Result<Ledger> {
    match project.lake()?.ledger() {
        Err(error) if error.id == "lake-is-open" => Lake::open(&project.lake_folder(), Seal::none())?.ledger(),
        Err(error) if error.id == "lake-is-sealed" => {
            Lake::open(&project.lake_folder(), Seal::new(&project.key()?.of_lake())?)?.ledger()
        }
        ledger => ledger,
    }
}

/// `lake` and `new` make `lake.new`, in the same folder.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.{ending}"))
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::storage("cannot-write").at(Place::file(folder)).with("found", fault))
        }
        _ => Ok(()),
    }
}

/// Rows in force, and the files that they came from, by submission and table.
fn scopes(ledger: &Ledger) -> BTreeMap<Scope, BTreeMap<String, (u64, String)>> {
    let agencies = ledger.agencies();
    let all =
        agencies.iter().flat_map(|(cpas, periods)| periods.iter().map(|period| Scope { cpas: *cpas, period: *period }));
    let rows = |scope: Scope| {
        let held = ledger.in_force(scope);
        held.into_iter()
            .filter_map(|(table, entry)| Some((table.to_owned(), (entry.table(table)?.rows, entry.files.clone()))))
            .collect()
    };
    all.map(|scope| (scope, rows(scope))).collect()
}

/// Holds the rows of two lakes against each other.
fn same(before: &Ledger, after: &Ledger, lake: &Path) -> Result<()> {
    let (before, after) = (scopes(before), scopes(after));
    let differs = before.iter().filter(|(scope, rows)| after.get(scope) != Some(rows));
    error::all(
        differs.map(|(scope, _)| {
            Err::<(), Error>(Error::input("rekey-differs").at(Place::file(lake)).with("scope", scope))
        }),
    )
    .map(drop)
}
