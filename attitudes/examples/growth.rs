//! Times and peak memory: polychoric correlations of 20 items over 5 000 and 1 000 000 respondents, and minimum residual with
//! oblimin from 100 starts. `cargo run --release -p attitudes --example growth`; with `-- --write FILE` the 5 000 invented
//! respondents are written as CSV instead, for `peer.R`, which does the same in psych.

use attitudes::{
    Coefficient, Correlations, Deletion, Extract, Extraction, Items, Rotation, Scale, Starts, extract, rotate,
};
use std::fmt::Write as _;
use std::time::Instant;

const ITEMS: usize = 20;
const FACTORS: usize = 4;

/// Answers 1 to 5 with four factors behind them: sums of evenly drawn numbers, cut at even places.
fn answers(rows: usize) -> Vec<Vec<u8>> {
    let mut state = 20_u64;
    let mut drawn = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / 16_777_216.0
    };
    let mut columns: Vec<Vec<u8>> = (0..ITEMS).map(|_| Vec::with_capacity(rows)).collect();
    for _ in 0..rows {
        let factors: Vec<f64> = (0..FACTORS).map(|_| drawn() + drawn() + drawn() - 1.5).collect();
        for (item, column) in columns.iter_mut().enumerate() {
            let behind = factors[item % FACTORS] + 0.3 * factors[(item + 1) % FACTORS] + drawn() + drawn() - 1.0;
            let cuts = [-0.9, -0.3, 0.3, 0.9];
            column.push(1 + cuts.iter().map(|cut| u8::from(behind > *cut)).sum::<u8>());
        }
    }
    columns
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.replace("VmHWM:", "").trim().to_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = (1..=ITEMS).map(|item| format!("i{item}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, file] = arguments.as_slice()
        && flag == "--write"
    {
        return write(file, &names);
    }
    for rows in [5_000, 1_000_000] {
        let items = Items::codes(&names, answers(rows), Scale { low: 1, high: 5, missing: 9 })?;
        let begun = Instant::now();
        let correlations = Correlations::of(&items, Coefficient::polychoric(), Deletion::Pairwise)?;
        println!("polychoric, {ITEMS} items, {rows} rows: {:.3} s, peak {}", begun.elapsed().as_secs_f64(), peak());
        let begun = Instant::now();
        let factors = extract(&correlations, &Extract::new(Extraction::MinimumResidual, FACTORS))?;
        println!(
            "minimum residual, {FACTORS} factors: {:.3} s, {} steps",
            begun.elapsed().as_secs_f64(),
            factors.iterations
        );
        let begun = Instant::now();
        let turned = rotate(&factors, Rotation::Oblimin { gamma: 0.0, kaiser: false }, Starts { count: 100, seed: 1 })?;
        println!("oblimin, 100 starts: {:.3} s, {:?}, peak {}", begun.elapsed().as_secs_f64(), turned.minima, peak());
        println!("first item's largest loading {:.6}", turned.loadings.row(0).amax());
    }
    Ok(())
}

fn write(file: &str, names: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let columns = answers(5_000);
    let mut text = names.join(",");
    for row in 0..5_000 {
        let cells: Vec<String> = columns.iter().map(|column| column[row].to_string()).collect();
        write!(text, "\n{}", cells.join(","))?;
    }
    std::fs::write(file, text + "\n")?;
    Ok(())
}
