//! How long each phase took and how much memory it needed: for benchmarks, never for tests.

use super::project::write_whole;
use crate::error::{Error, Result};
use serde::Serialize;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// The phases of a run so far.
#[derive(Default)]
pub struct Phases {
    done: Vec<Phase>,
    running: Option<(&'static str, Instant)>,
}

#[derive(Serialize)]
struct Phase {
    phase: &'static str,
    seconds: f64,
    /// Most memory the process held during the phase; `null` where the system does not tell.
    peak_mib: Option<u64>,
}

impl Phases {
    /// Ends the running phase and begins another.
    pub fn begin(&mut self, phase: &'static str) {
        self.end();
        // Linux: forget the peak so far, so that the next reading is the phase's own.
        let _ = fs::write("/proc/self/clear_refs", "5");
        self.running = Some((phase, Instant::now()));
    }

    /// Ends the running phase.
    pub fn end(&mut self) {
        if let Some((phase, since)) = self.running.take() {
            self.done.push(Phase { phase, seconds: since.elapsed().as_secs_f64(), peak_mib: peak_mib() });
        }
    }

    /// Writes the phases as JSON.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(mut self, path: &Path) -> Result<()> {
        self.end();
        let json = serde_json::to_vec_pretty(&self.done).map_err(Error::defect)?;
        write_whole(path, &json)
    }
}

fn peak_mib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib / 1024)
}
