//! Tables of answers that another program gave, and the tables they are about.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use survey::{Estimate, Factor};

/// A CSV file without quotes; `NA` is missing.
pub struct Table {
    columns: BTreeMap<String, Vec<String>>,
}

impl Table {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        let mut columns: BTreeMap<String, Vec<String>> = names.iter().map(|n| ((*n).to_owned(), Vec::new())).collect();
        for line in lines {
            for (name, value) in names.iter().zip(line.split(',')) {
                columns.get_mut(*name).unwrap().push(value.to_owned());
            }
        }
        Self { columns }
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.columns.keys()
    }

    pub fn text(&self, name: &str) -> &[String] {
        self.columns.get(name).unwrap_or_else(|| panic!("no column {name}"))
    }

    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).iter().map(|v| if v == "NA" { f64::NAN } else { v.parse().unwrap() }).collect()
    }

    pub fn factor(&self, name: &str) -> Factor {
        let known: Vec<&str> = self.text(name).iter().map(|v| if v == "NA" { "" } else { v.as_str() }).collect();
        Factor::labels(&known).unwrap()
    }

    pub fn is(&self, name: &str, value: &str) -> Vec<bool> {
        self.text(name).iter().map(|other| other == value).collect()
    }
}

/// Recorded answers; every one has to be asked for.
pub struct Answers {
    values: BTreeMap<String, f64>,
    asked: RefCell<BTreeSet<String>>,
    wrong: RefCell<Vec<String>>,
}

impl Answers {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let pair = |line: &str| {
            let (name, value) = line.split_once(',').unwrap();
            (name.to_owned(), value.parse().unwrap())
        };
        Self { values: text.lines().map(pair).collect(), asked: RefCell::default(), wrong: RefCell::default() }
    }

    /// To nine digits.
    pub fn same(&self, name: &str, found: f64) {
        self.near(name, found, 1e-9);
    }

    /// To a share of the answer.
    pub fn near(&self, name: &str, found: f64, share: f64) {
        let expected = *self.values.get(name).unwrap_or_else(|| panic!("nothing recorded as {name}"));
        self.asked.borrow_mut().insert(name.to_owned());
        let off = (found - expected).abs();
        if off.is_nan() || off > share * expected.abs().max(1e-6) {
            self.wrong.borrow_mut().push(format!("{name}: found {found:.14}, recorded {expected:.14}"));
        }
    }

    /// Value and standard error.
    pub fn figure(&self, name: &str, found: &Estimate) {
        self.same(&format!("{name}.value"), found.value);
        self.same(&format!("{name}.se"), found.standard_error());
    }

    pub fn figures(&self, name: &str, found: &[Estimate]) {
        for (place, estimate) in found.iter().enumerate() {
            self.figure(&format!("{name}.{}", place + 1), estimate);
        }
    }

    pub fn ends(&self, name: &str, found: (f64, f64), share: f64) {
        self.near(&format!("{name}.lower"), found.0, share);
        self.near(&format!("{name}.upper"), found.1, share);
    }

    /// Nothing differs and nothing was left out.
    pub fn finish(self) {
        let wrong = self.wrong.into_inner();
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
        let asked = self.asked.into_inner();
        let left: Vec<&String> = self.values.keys().filter(|name| !asked.contains(*name)).collect();
        assert!(left.is_empty(), "recorded, but not compared: {left:?}");
        println!("{} answers compared", asked.len());
    }
}
