//! How long it takes to protect a national edition and to attack the result anew, and how much memory, as it grows.
//!
//!     cargo run --release -p disclosure --example growth -- 10000 30000 60000 100000
//!
//! Memory is the peak of the process so far: sizes that grow show that of each. The attack is led by what knows nothing of how the
//! edition was protected but the tables that are said to agree with it.
//!
//! Each edition has agencies in provinces, regions and size classes, crossed with a breakdown of as many codes as it takes
//! to have about so many cells, and each agency's numbers are invented from a fixed seed: most agencies are small.

use disclosure::{Cell, Hierarchy, Publication, Rules, Status, TOTAL, Tables, audit_with, protect};
use std::collections::BTreeMap;
use std::time::Instant;

const AGENCIES: usize = 565;

struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// Cells of every agency and every area over it, by two breakdowns crossed.
fn edition(cells: usize) -> Publication {
    let agency = |number: usize| format!("c{number:03}");
    let province = |number: usize| format!("p{}", number % 11);
    let region = |province: usize| format!("r{}", province / 5);
    let size = |number: usize| format!("s{}", number % 7 / 2);
    let by_region = Hierarchy::new(
        (0..AGENCIES)
            .map(|one| (agency(one), province(one)))
            .chain((0..11).map(|one| (province(one), region(one))))
            .chain((0..3).map(|one| (format!("r{one}"), TOTAL.to_owned()))),
    );
    let by_size = Hierarchy::new(
        (0..AGENCIES)
            .map(|one| (agency(one), size(one)))
            .chain((0..4).map(|one| (format!("s{one}"), TOTAL.to_owned()))),
    );
    // Sex by as many reasons: with totals 3 times (reasons + 1) cells an area.
    let reasons = (cells / ((AGENCIES + 19) * 3)).saturating_sub(1).max(1);
    let mut tables = Tables::new([
        ("area".to_owned(), vec![by_region, by_size]),
        ("reason".to_owned(), vec![Hierarchy::flat((0..reasons).map(|one| format!("q{one}")))]),
        ("sex".to_owned(), vec![Hierarchy::flat(["f", "m"])]),
    ]);
    let mut random = Random(2018);
    let mut sums: BTreeMap<[String; 3], u64> = BTreeMap::new();
    for number in 0..AGENCIES {
        let people = 20 + random.below(60) * random.below(60) / 4;
        for reason in 0..reasons {
            for sex in ["f", "m"] {
                let count = people * (random.below(100) + 10) / (60 * (reason as u64 / 2 + 1));
                for area in [agency(number), province(number), region(number % 11), size(number), TOTAL.to_owned()] {
                    for reason in [format!("q{reason}"), TOTAL.to_owned()] {
                        for sex in [sex, TOTAL] {
                            *sums.entry([area.clone(), reason.clone(), sex.to_owned()]).or_default() += count;
                        }
                    }
                }
            }
        }
    }
    for ([area, reason, sex], count) in sums {
        let codes = [("area", area), ("reason", reason), ("sex", sex)].map(|(name, code)| (name.to_owned(), code));
        if let Err(fault) = tables.add("people", &codes.into_iter().collect(), Cell::count(count)) {
            eprintln!("{fault}");
            std::process::exit(70);
        }
    }
    match tables.publication(|_| true) {
        Ok((publication, _)) => publication,
        Err(fault) => {
            eprintln!("{fault}");
            std::process::exit(70);
        }
    }
}

/// Largest memory of the process so far, in MiB, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

fn main() {
    println!("  cells  relations  sensitive  hidden  protect s  programs  audit s  safe  peak MiB");
    for wanted in std::env::args().skip(1) {
        let Ok(wanted) = wanted.parse() else {
            eprintln!("{wanted}: expected a number of cells");
            std::process::exit(2);
        };
        let publication = edition(wanted);
        let (rules, begun) = (Rules::threshold(5), Instant::now());
        let done = match protect(&publication, &rules) {
            Ok(done) => done,
            Err(fault) => {
                println!("{fault}");
                continue;
            }
        };
        let protected = begun.elapsed().as_secs_f64();
        let sensitive: Vec<bool> = done.status.iter().map(|status| *status == Status::Primary).collect();
        let hidden: Vec<bool> = done.status.iter().map(|status| *status != Status::Free).collect();
        let begun = Instant::now();
        let found = audit_with(&publication, &sensitive, &hidden, rules.knowledge(), &done.evidence);
        println!(
            "{:7}  {:9}  {:9}  {:6}  {protected:9.1}  {:8}  {:7.1}  {:>4}  {:8}",
            publication.cells().len(),
            publication.relations().len(),
            found.attacked,
            done.hidden(&publication),
            done.audit.programs,
            begun.elapsed().as_secs_f64(),
            if found.is_safe() { "yes" } else { "no" },
            peak_mib().unwrap_or_default(),
        );
    }
}
