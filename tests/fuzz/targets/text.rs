//! Any bytes as a text: its form is detected, and every row is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::text::{Known, detect, rows};
use tabular::{Input, Limits};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { record_bytes: 1 << 16, ..Limits::default() };
    let input: &dyn Input = &bytes;
    let Ok(dialect) = detect(input, &Known::default(), &limits) else { return };
    let mut last = 0;
    let mut each = |row: tabular::Row<'_, '_>| {
        assert!(row.number > last, "rows come in order");
        last = row.number;
        Ok::<(), ()>(())
    };
    drop(rows(input, &dialect, &limits, &mut each));
});
