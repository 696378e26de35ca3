//! The words an office writes for a code: the labels of the code lists and of the matrix in its language, and its
//! own habits on top.

use std::collections::BTreeMap;

/// Language of an office: the column of a code list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    /// French.
    French,
    /// Dutch.
    Dutch,
    /// German.
    German,
}

impl Tongue {
    fn column(self) -> usize {
        match self {
            Tongue::French => 1,
            Tongue::Dutch => 2,
            Tongue::German => 3,
        }
    }

    fn key(self) -> &'static str {
        ["", "fr", "nl", "de"][self.column()]
    }
}

/// The matrix, whose domains are headings and cells of the exports.
const MATRIX: &str = include_str!("../../queries/instruments/zrm-2017.toml");
/// The modules of the second instrument.
const MODULES: &str = include_str!("../../queries/instruments/liege-modules.toml");

macro_rules! lists {
    ($($name:literal),*) => {
        /// The code lists that the exports use, as they ship with the program.
        const LISTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../queries/codelists/", $name, ".csv")))),*];
    };
}
lists!(
    "absence_reason",
    "aid",
    "assessor",
    "attendance_status",
    "bilan_occasion",
    "end_reason",
    "enrolment_status",
    "evaluation_kind",
    "evidence",
    "exit_reason",
    "expense_category",
    "measure_occasion",
    "nationality",
    "objective_direction",
    "objective_kind",
    "objective_status",
    "parcours_kind",
    "piis_ending",
    "piis_type",
    "project",
    "ris_category",
    "sanction_kind",
    "scheme",
    "sex",
    "task_owner"
);

/// List and code to the word an office writes.
pub(super) struct Words(BTreeMap<(String, String), String>);

impl Words {
    /// The words of a language, with an office's own (list, code, word) instead where it has them.
    pub(super) fn new(tongue: Tongue, own: &[(&str, &str, &str)]) -> Self {
        let mut words = BTreeMap::new();
        for (list, text) in LISTS {
            for line in text.lines().skip(1) {
                let mut cells = line.split(',');
                let code = cells.next().unwrap_or_default().to_owned();
                let word = cells.nth(tongue.column() - 1).unwrap_or_default().to_owned();
                words.insert(((*list).to_owned(), code), word);
            }
        }
        for (list, text) in [("domain", MATRIX), ("module", MODULES)] {
            let instrument: toml::Table = text.parse().unwrap_or_default();
            for domain in instrument.get("domain").and_then(toml::Value::as_array).into_iter().flatten() {
                let code = domain.get("code").and_then(toml::Value::as_str).unwrap_or_default();
                let label = domain.get("label").and_then(|label| label.get(tongue.key()));
                let word = label.and_then(toml::Value::as_str).unwrap_or(code);
                words.insert((list.to_owned(), code.to_owned()), word.to_owned());
            }
        }
        for (list, code, word) in own {
            words.insert(((*list).to_owned(), (*code).to_owned()), (*word).to_owned());
        }
        Words(words)
    }

    /// The word for a code; the code itself where the list has none.
    pub(super) fn of(&self, list: &str, code: &str) -> String {
        self.0.get(&(list.to_owned(), code.to_owned())).cloned().unwrap_or_else(|| code.to_owned())
    }
}
