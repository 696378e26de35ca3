//! Project folders to try things on, the program as a user starts it, and its results read back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

/// Longer than any of these runs takes: a program that waits for ever is a fault too.
const PATIENCE: Duration = Duration::from_secs(if cfg!(feature = "distributed") { 600 } else { 120 });

/// The folder of the package.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the program, in English unless the arguments say otherwise.
pub fn parcours<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ended {
    parcours_on(DAY, arguments)
}

/// The day on which the program runs in tests: 1 March 2018, in seconds.
pub const DAY: u64 = 1_519_862_400;

/// Runs the program on another day, in seconds.
pub fn parcours_on<S: AsRef<std::ffi::OsStr>>(day: u64, arguments: impl IntoIterator<Item = S>) -> Ended {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_parcours"))
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "en_GB.UTF-8")
        .env("SOURCE_DATE_EPOCH", day.to_string())
        .timeout(PATIENCE)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// `parcours run` on a project that has to work; without the reports, which most tests do not look at.
pub fn run_quickly(project: &Path) -> Ended {
    let ended = parcours([Path::new("run"), Path::new("--without-reports"), project]);
    assert!(ended.code <= 1, "{ended:?}");
    ended
}

/// Copies a folder, without what a run left in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (name, path) = (entry.file_name(), entry.path());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// `sample_data` as it is in the repository, in a folder of its own. Only these folders of its inbox; all when none is named.
pub fn sample(agencies: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let from = home().join("sample_data");
    for name in ["parcours.toml", "sample.key"] {
        fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    for entry in fs::read_dir(from.join("inbox")).unwrap() {
        let name = entry.unwrap().file_name();
        if agencies.is_empty() || agencies.iter().any(|agency| name == *agency) {
            copy(&from.join("inbox").join(&name), &folder.path().join("inbox").join(&name));
        }
    }
    folder
}

/// The whole sample after a whole run: to be looked at, not to be changed.
pub fn finished() -> &'static (TempDir, Ended) {
    static FINISHED: OnceLock<(TempDir, Ended)> = OnceLock::new();
    FINISHED.get_or_init(|| {
        let folder = sample(&[]);
        let ended = parcours([Path::new("run"), folder.path()]);
        (folder, ended)
    })
}

/// A line of `out/indicators.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub persons: Option<i64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub value: Option<f64>,
    pub interval: Option<(f64, f64)>,
    pub status: String,
}

/// The figures by `indicator period area dimensions`, those of single CPAS only.
pub type Figures = BTreeMap<String, Figure>;

/// Reads the figures of a project.
pub fn figures(project: &Path) -> Figures {
    let mut reader = csv::Reader::from_path(project.join("out/indicators.csv")).unwrap();
    let headings =
        "indicator,period,area_level,area,dimensions,persons,numerator,denominator,value,ci_low,ci_high,unit,status";
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), headings);
    let mut figures = Figures::new();
    for line in reader.records().map(Result::unwrap).filter(|line| &line[2] == "cpas") {
        let number = |column: usize| (!line[column].is_empty()).then(|| line[column].parse::<f64>().unwrap());
        let figure = Figure {
            persons: (!line[5].is_empty()).then(|| line[5].parse().unwrap()),
            numerator: number(6),
            denominator: number(7),
            value: number(8),
            interval: number(9).zip(number(10)),
            status: line[12].to_owned(),
        };
        let key = format!("{} {} {} {}", &line[0], &line[1], &line[3], &line[4]);
        assert!(figures.insert(key.trim_end().to_owned(), figure).is_none(), "{} twice", key);
    }
    figures
}

/// The bytes of `out/indicators.csv`.
pub fn indicators(project: &Path) -> String {
    fs::read_to_string(project.join("out/indicators.csv")).unwrap()
}

/// Every file below a folder with its bytes, by path below it.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The lake's files, without the lock, which only says that somebody was there.
pub fn lake_contents(project: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = contents(&project.join("lake"));
    found.remove(Path::new(".lock"));
    found
}

/// The rows of a Parquet file: each cell as text, by heading.
pub fn parquet_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let file = fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cell = |column: usize| {
                let texts = arrow::array::AsArray::as_string::<i32>(&columns[column]);
                if arrow::array::Array::is_null(texts, row) { String::new() } else { texts.value(row).to_owned() }
            };
            let names = batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
            rows.push(names.into_iter().enumerate().map(|(column, name)| (name, cell(column))).collect());
        }
    }
    rows
}

/// All rows of a table without partitions (`submissions`, `receipts`, `rejects`), dead ones included.
pub fn small_table(project: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let folder = project.join("lake").join(table);
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    files.sort();
    files.iter().flat_map(|path| parquet_rows(path)).collect()
}

/// The live rows of every table, sorted, each as one line: what it says, or also where it came from. Read from the lake's
/// files, by the ledger and without the engine.
pub fn live_rows(project: &Path, with_places: bool) -> BTreeMap<String, Vec<String>> {
    let opened = parcours::commands::Project::open(project).unwrap();
    let lake = opened.lake().unwrap();
    let ledger = lake.ledger().unwrap();
    let mut found = BTreeMap::new();
    for contract in &opened.catalogue.tables {
        let live = lake.live(contract, &ledger).unwrap();
        let mut lines = Vec::new();
        for mut row in live.files.iter().flat_map(|path| parquet_rows(path)) {
            if live.live.contains(&row.remove("submission_id").unwrap()) {
                let places = ["source_file", "sheet", "source_row"].map(|name| row.remove(name).unwrap());
                lines.push(format!("{row:?}{}", if with_places { places.join(":") } else { String::new() }));
            }
        }
        lines.sort();
        found.insert(contract.name.clone(), lines);
    }
    found
}

/// The ledger's submissions in force: scope, table, and what each says.
pub fn in_force(project: &Path) -> Vec<String> {
    let opened = parcours::commands::Project::open(project).unwrap();
    let ledger = opened.lake().unwrap().ledger().unwrap();
    let scopes: std::collections::BTreeSet<_> = ledger.entries().iter().map(|entry| entry.scope()).collect();
    let lines = |scope| {
        let tables = ledger.in_force(scope).into_iter();
        tables.map(move |(table, entry)| format!("{scope} {table} {} {:?}", entry.rows_id, entry.table(table)))
    };
    scopes.into_iter().flat_map(lines).collect()
}

/// A column of whole numbers by a small rule of its own: invented data that is the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        // Knuth's MMIX generator; its high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    /// The same things in another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.below(last + 1);
            things.swap(last, other);
        }
    }
}
