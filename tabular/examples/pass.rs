//! Seconds that one pass over every CSV file below a folder takes, cells only split: `pass FOLDER`. First the csv crate,
//! then this crate with detection, both on one thread. Prints JSON; `seconds` counts both, `detect_seconds` is the part of
//! detection.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tabular::{FileInput, Limits, text};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let mut files = Vec::new();
    list(Path::new(&folder), &mut files)?;
    let (mut bytes, mut rows, mut own_rows) = (0_u64, 0_u64, 0_u64);
    let start = Instant::now();
    for file in &files {
        bytes += file.metadata()?.len();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file)?;
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            rows += 1;
        }
    }
    let peer = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let limits = Limits::default();
    let mut detecting = Duration::ZERO;
    for file in &files {
        let input = FileInput(file.clone());
        let begun = Instant::now();
        let dialect = text::detect(&input, &text::Known::default(), &limits)?;
        detecting += begun.elapsed();
        let _met = text::rows::<()>(&input, &dialect, &limits, &mut |_| {
            own_rows += 1;
            Ok(())
        });
    }
    let own = start.elapsed().as_secs_f64();
    println!(
        "{{\"files\": {}, \"bytes\": {bytes}, \"csv_rows\": {rows}, \"csv_seconds\": {peer:.3}, \"rows\": {own_rows}, \
         \"seconds\": {own:.3}, \"detect_seconds\": {:.3}}}",
        files.len(),
        detecting.as_secs_f64()
    );
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "csv") {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}
