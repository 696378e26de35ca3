//! Any bytes as an SPSS system file, dictionary and cases, under small limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::sav::SavFile;
use tabular::{Input, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        unstreamed_bytes: 1 << 20,
        unpacked_bytes: 4 << 20,
        cells: 20_000,
        columns: 300,
        rows: 2_000,
        ..Limits::default()
    };
    let input: &dyn Input = &bytes;
    let Ok(file) = SavFile::open(input, &limits) else { return };
    let width = file.dictionary().variables.len();
    assert!(width <= 300, "no case is wider than allowed");
    let mut last = 0;
    let mut each = |row: tabular::Row<'_, '_>| {
        last += 1;
        assert_eq!((row.number, row.cells.len()), (last, width), "every case is handed on, and whole");
        Ok::<(), ()>(())
    };
    drop(file.rows(&mut each));
});
