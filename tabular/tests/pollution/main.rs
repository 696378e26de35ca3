//! Polluted files, read with nothing known about them: how much of the clean table comes back.
//!
//! The kinds of pollution are those of Vitagliano et al., "Pollock: A Data Loading Benchmark", PVLDB 16 (2023); the
//! tables, the files and the judgement of what is clean are our own. A clean reading gives the header and the records
//! as they stand in the file: titles, notes and totals are no records, a row with a delimiter too many stays so, a
//! quote that is none stays text, and of several tables the headers of all but the first are records.
//! `cargo test --release -p tabular --test pollution -- --nocapture` shows the scores.

#![allow(missing_docs, clippy::unwrap_used)]

mod clean;
mod pollute;
mod score;

use pollute::Polluter;
use score::{read, score, unread};
use std::collections::BTreeMap;

/// How frequent a pollution is in the exports of public welfare centres, as parts of a thousand: our estimate.
const WEIGHTS: [(&str, f64); 20] = [
    ("clean", 150.0),
    ("combined", 100.0),
    ("delimiter", 130.0),
    ("encoding", 150.0),
    ("preamble", 110.0),
    ("footer", 60.0),
    ("totals", 60.0),
    ("line ends", 60.0),
    ("header lines", 50.0),
    ("several tables", 20.0),
    ("no header", 20.0),
    ("small", 20.0),
    ("stray quote", 20.0),
    ("missing quote", 10.0),
    ("quote", 5.0),
    ("escape", 5.0),
    ("extra delimiter", 10.0),
    ("missing delimiter", 10.0),
    ("encoding of a row", 10.0),
    ("delimiter of a row", 5.0),
];

#[test]
fn polluted_files_come_back_clean() {
    let tables = clean::all();
    let mut kinds: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
    let show = std::env::var("SHOW").unwrap_or_default();
    for (at, clean) in tables.iter().enumerate() {
        for file in Polluter::files(clean, &tables[(at + 1) % tables.len()]) {
            let found = read(&file.bytes, file.lines);
            let own = score(Some(&found), &file.wanted);
            let copied = score(unread(&file.bytes).as_ref(), &file.wanted);
            if own < 9.99 && (show == "all" || show == file.kind) {
                println!("{own:6.3} {}: {:?}", file.kind, file.what);
            }
            let kind = kinds.entry(file.kind).or_default();
            *kind = (kind.0 + 1.0, kind.1 + own, kind.2 + copied);
        }
    }
    let (mut sums, mut weighted, mut weights) = ((0.0, 0.0, 0.0), (0.0, 0.0), 0.0);
    println!("{:20} {:>6} {:>7} {:>7} {:>7}", "pollution", "files", "weight", "read", "unread");
    for (name, (count, own, copied)) in &kinds {
        let weight = WEIGHTS.iter().find(|(kind, _)| kind == name).unwrap().1;
        println!("{name:20} {count:6} {weight:7} {:7.3} {:7.3}", own / count, copied / count);
        sums = (sums.0 + count, sums.1 + own, sums.2 + copied);
        weighted = (weighted.0 + weight * own / count, weighted.1 + weight * copied / count);
        weights += weight;
    }
    let simple = (sums.1 / sums.0, sums.2 / sums.0);
    let weighted = (weighted.0 / weights, weighted.1 / weights);
    println!("{:20} {:6} {:7} {:7.3} {:7.3}", "simple mean", sums.0, "", simple.0, simple.1);
    println!("{:20} {:6} {:7} {:7.3} {:7.3}", "weighted mean", "", weights, weighted.0, weighted.1);
    assert!(simple.0 >= 9.97, "simple {}", simple.0);
    assert!(weighted.0 >= 9.7, "weighted {}", weighted.0);
}
