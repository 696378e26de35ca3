//! `parcours cluster`: a scheduler or an executor, until it is stopped.

use super::{Outcome, Talk};
use crate::error::{Error, Place, Result};
use columnar::cluster::{self, Worker};
use std::net::SocketAddr;

/// Hands out work.
///
/// # Errors
/// When the address is taken.
pub fn schedule(bind: SocketAddr, talk: Talk) -> Result<Outcome> {
    talk.remark("cluster-scheduler", &[("address", bind.to_string())]);
    cluster::schedule(bind)?;
    Ok(Outcome::Done)
}

/// Does work.
///
/// # Errors
/// When the scheduler does not answer, or the address is taken.
pub fn work(scheduler: String, bind: SocketAddr, cores: usize, talk: Talk) -> Result<Outcome> {
    let folder = tempfile::tempdir()
        .map_err(|fault| Error::storage("cannot-write").at(Place::file(std::env::temp_dir())).with("found", fault))?;
    talk.remark("cluster-executor", &[("address", bind.to_string()), ("scheduler", scheduler.clone())]);
    cluster::work(&Worker { scheduler, bind, cores, folder: folder.path().to_path_buf() })?;
    Ok(Outcome::Done)
}
