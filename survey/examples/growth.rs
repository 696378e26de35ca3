//! Tables of many items over a large invented survey: time and peak memory, for single units in strata, for clusters,
//! for two stages, and after post-stratification.
//!
//! `cargo run --release -p survey --example growth -- [ROWS] [ITEMS] [--write FILE]`; 1 000 000 rows and 60 items unless
//! said otherwise. With `--write` the survey goes to a CSV file, for `examples/peer.R`, and the first shares are printed so
//! that both can be compared.

use std::error::Error;
use std::io::Write;
use std::time::Instant;
use survey::{Codes, Design, DesignBuilder, Factor, Item, Stage, post_stratify, tabulate};

const STRATA: u32 = 200;
const CLUSTERS: u32 = 20_000;
const CATEGORIES: u8 = 5;
const MISSING: u8 = 9;

/// An invented survey.
struct Invented {
    strata: Vec<u32>,
    clusters: Vec<u32>,
    weights: Vec<f64>,
    items: Vec<Vec<u8>>,
}

/// A fixed sequence: xorshift, which is enough to invent answers.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap_or(0)
    }
}

fn invent(rows: u32, items: u32) -> Invented {
    let mut sequence = Sequence(20_150_416);
    // Rows lie in no order, as they do in a file.
    let clusters: Vec<u32> = (0..rows).map(|_| sequence.below(CLUSTERS)).collect();
    let weights = (0..rows).map(|_| f64::from(500 + sequence.below(3_000)) / 1000.0).collect();
    let answer = |sequence: &mut Sequence, cluster: u32, item: u32| {
        let lean = (cluster * 7 + item) % 3;
        let drawn = sequence.below(100);
        if drawn < 4 { MISSING } else { u8::try_from((drawn % 5 + lean * u32::from(drawn > 60)) % 5).unwrap_or(0) }
    };
    let items =
        (0..items).map(|item| clusters.iter().map(|cluster| answer(&mut sequence, *cluster, item)).collect()).collect();
    Invented { strata: clusters.iter().map(|cluster| cluster % STRATA).collect(), clusters, weights, items }
}

/// Most memory that the process held so far, in MB; only where the system tells.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

type Outcome<T> = Result<T, Box<dyn Error>>;

fn measure(name: &str, made: &Invented, design: impl FnOnce() -> Outcome<Design>) -> Outcome<()> {
    let start = Instant::now();
    let design = design()?;
    let built = start.elapsed();
    let (categories, missing) = (u16::from(CATEGORIES), Some(u16::from(MISSING)));
    let items: Vec<Item<'_>> =
        made.items.iter().map(|codes| Item { codes: Codes::Narrow(codes), categories, missing }).collect();
    let start = Instant::now();
    let tables = tabulate(&items, &design, None).into_iter().collect::<Result<Vec<_>, _>>()?;
    let took = start.elapsed();
    println!(
        "{name}: design {:.2} s, {} tables {:.2} s, peak {:.0} MB",
        built.as_secs_f64(),
        tables.len(),
        took.as_secs_f64(),
        peak().unwrap_or(f64::NAN)
    );
    for (number, table) in tables.iter().take(2).enumerate() {
        let shares = table
            .cells
            .iter()
            .map(|cell| format!("{:.10} ({:.10})", cell.proportion.value, cell.proportion.standard_error()));
        println!("  item {}: {}", number + 1, shares.collect::<Vec<_>>().join("  "));
    }
    Ok(())
}

fn write(made: &Invented, file: &str) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    let names: Vec<String> = (1..=made.items.len()).map(|number| format!("item{number}")).collect();
    writeln!(out, "stratum,cluster,weight,{}", names.join(","))?;
    for (row, weight) in made.weights.iter().enumerate() {
        write!(out, "{},{},{weight}", made.strata[row], made.clusters[row])?;
        for item in &made.items {
            if item[row] == MISSING { write!(out, ",NA")? } else { write!(out, ",{}", item[row])? }
        }
        writeln!(out)?;
    }
    Ok(out.flush()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.iter().position(|word| word == "--write").map(|place| {
        arguments.remove(place);
        if place < arguments.len() { arguments.remove(place) } else { "survey.csv".to_owned() }
    });
    let number = |place: usize, otherwise: u32| arguments.get(place).map_or(Ok(otherwise), |word| word.parse());
    let (rows, items) = (number(0, 1_000_000)?, number(1, 60)?);
    let made = invent(rows, items);
    println!("{rows} rows, {items} items, {STRATA} strata; invented, {:.0} MB so far", peak().unwrap_or(f64::NAN));
    if let Some(file) = file {
        write(&made, &file)?;
    }
    let strata = Factor::numbers(&made.strata)?;
    let clusters = Factor::numbers(&made.clusters)?;
    let drawn = Stage::of_clusters(clusters).strata(strata.clone());
    let first = drawn.clone().population(&vec![400.0; made.weights.len()]);
    let second = Stage::elements().fractions(&vec![0.25; made.weights.len()]);
    let built = |builder: DesignBuilder| Ok(builder.weights(&made.weights).build()?);
    let units = || Design::builder().stage(Stage::elements().strata(strata.clone()));
    measure("single units", &made, || built(units()))?;
    measure("clusters", &made, || built(Design::builder().stage(drawn.clone())))?;
    measure("two stages", &made, || built(Design::builder().stage(first).stage(second)))?;
    // Ten groups of known size, a tenth of the population each.
    let groups: Vec<u32> =
        made.weights.iter().enumerate().map(|(row, _)| u32::try_from(row % 10).unwrap_or(0)).collect();
    let groups = Factor::numbers(&groups)?;
    let names: Vec<String> = (0..groups.categories()).map(|code| groups.label(code)).collect();
    let targets: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 210_000.0)).collect();
    let calibrated = |design: Design| -> Outcome<Design> { Ok(post_stratify(&design, "group", &groups, &targets)?) };
    measure("single units, post-stratified", &made, || calibrated(built(units())?))?;
    measure("clusters, post-stratified", &made, || calibrated(built(Design::builder().stage(drawn))?))
}
