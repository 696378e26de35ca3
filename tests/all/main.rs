//! The tests that see the whole program: one binary, so that it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![expect(clippy::too_many_lines, reason = "a list of cases is read from top to bottom")]

mod architecture;
mod bad_input;
mod catalogue;
mod checks;
mod cluster;
mod conservation;
mod faults;
mod geography;
mod hand_in;
mod harness;
mod inspect;
mod interruption;
mod keys;
mod lake;
mod lino;
mod national;
mod published;
mod release;
mod report;
mod sealed;
mod study;
mod submissions;
mod trace;
