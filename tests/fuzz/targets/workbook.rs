//! Any bytes as a workbook, all sheets, under small limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::workbook::{Hidden, Options, Workbook};
use tabular::{Input, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        unstreamed_bytes: 1 << 20,
        unpacked_bytes: 4 << 20,
        archive_entries: 100,
        shared_strings_bytes: 1 << 20,
        cells: 20_000,
        merges: 1_000,
        styles: 1_000,
        columns: 300,
        rows: 70_000,
        ..Limits::default()
    };
    let input: &dyn Input = &bytes;
    let Ok(mut book) = Workbook::open(input, &limits) else { return };
    let names: Vec<String> = book.sheets().iter().take(4).map(|sheet| sheet.name.clone()).collect();
    for name in names {
        drop(book.merges(&name));
        drop(book.hidden_columns(&name));
        for options in [Options::default(), Options { hidden: Hidden::Skip, fill_merged: true }] {
            let mut last = 0;
            let mut each = |row: tabular::Row<'_, '_>| {
                assert_eq!(row.number, last + 1, "every row is handed on");
                assert!(row.cells.len() <= 300, "no row is wider than allowed");
                last = row.number;
                Ok::<(), ()>(())
            };
            drop(book.rows(&name, &options, &limits, &mut each));
        }
    }
});
