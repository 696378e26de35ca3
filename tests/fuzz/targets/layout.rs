//! Any rows: which are header, content, total or note.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::Cell;
use tabular::layout::{Kept, tables};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let cell = |written: &str| match written.trim().parse::<f64>() {
        _ if written.is_empty() => Cell::Empty,
        Ok(figure) if written.starts_with(' ') => Cell::Number(figure),
        _ => Cell::Text(written.to_owned().into()),
    };
    let rows: Vec<Kept> = (1..)
        .zip(text.lines().take(500))
        .map(|(number, line)| Kept { number, cells: line.split(';').take(100).map(cell).collect() })
        .collect();
    for span in tables(&rows) {
        assert!(span.first <= span.last + 1, "a table does not end before it begins");
    }
});
