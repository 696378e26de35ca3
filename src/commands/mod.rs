//! The commands: one file each, from what the user typed to calls of the phases.

mod admit;
pub mod catalogue;
pub mod check;
#[cfg(feature = "distributed")]
pub mod cluster;
pub mod collect;
pub mod compute;
mod definitions;
pub mod demo;
mod derived;
mod dictionary;
pub mod diff;
mod expected;
mod figures;
mod files;
pub mod findings;
pub mod hand_in;
pub mod init;
pub mod inspect;
mod instruments;
pub mod national;
mod phases;
mod project;
mod published;
mod record;
pub mod rekey;
pub mod release;
pub mod report;
pub mod run;
mod side_by_side;
pub mod status;
pub mod study;
mod tables;
pub mod trace;

pub use admit::Accepted;
pub use phases::Phases;
pub use project::Project;
pub use tables::Asked;

use crate::model::Language;
use std::io::Write;

/// How a command ended when nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done: exit code 0.
    Done,
    /// Done, and some rows were rejected: exit code 1.
    DoneWithRejects,
    /// Done, and some submissions were refused: exit code 3.
    SomeRefused,
}

impl Outcome {
    /// The exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::DoneWithRejects => 1,
            Outcome::SomeRefused => 3,
        }
    }
}

/// Prints a line of results. Whoever reads may have gone (`parcours status | head`): that is no failure of ours.
fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// How to talk to the user.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// The language.
    pub language: Language,
    /// No progress and no remarks.
    pub quiet: bool,
}

impl Talk {
    /// Prints a result on stdout.
    pub fn result(self, id: &str, pairs: &[(&str, String)]) {
        line(&crate::text::say(self.language, id, pairs));
    }

    /// Prints a remark on stderr.
    pub fn remark(self, id: &str, pairs: &[(&str, String)]) {
        if !self.quiet {
            eprintln!("{}", crate::text::say(self.language, id, pairs));
        }
    }

    /// A progress bar over so many steps; invisible when stderr is no terminal.
    pub fn progress(self, steps: usize) -> indicatif::ProgressBar {
        if self.quiet { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new(steps as u64) }
    }
}
