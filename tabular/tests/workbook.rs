//! One invented table in every container gives the same rows; then each format's own ways.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use common::{ROWS, SHEET, invented, rows};

#[test]
#[ignore = "writes the table from which the files in tests/files are made: see the README there"]
fn write_invented() {
    std::fs::write(std::env::var("TABULAR_INVENTED").unwrap(), invented()).unwrap();
}

#[test]
fn xlsx_from_a_writer_gives_the_rows() {
    assert_eq!(rows(&invented(), SHEET).unwrap(), ROWS);
}
