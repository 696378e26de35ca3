//! What went wrong, where, and what to do about it: the only error type of the library.

use crate::model::{Language, LocalText};
use crate::text;
use std::fmt;
use std::path::{Path, PathBuf};

/// A place in an input, as a person would point at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row, counted from 1 as a spreadsheet or an editor shows it.
    pub row: Option<u64>,
    /// The column's heading or letter.
    pub column: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl AsRef<Path>) -> Self {
        Place { file: file.as_ref().to_path_buf(), ..Place::default() }
    }

    /// The same place, narrowed to a sheet (an empty name changes nothing).
    #[must_use]
    pub fn sheet(mut self, sheet: &str) -> Self {
        self.sheet = (!sheet.is_empty()).then(|| sheet.to_owned());
        self
    }

    /// The same place, narrowed to a row.
    #[must_use]
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same place, narrowed to a column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(sheet) = &self.sheet {
            write!(f, " [{sheet}]")?;
        }
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " «{column}»")?;
        }
        Ok(())
    }
}

/// Who has to act, and so which exit code the program ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Wrong usage or settings: exit code 2.
    Usage,
    /// An input was refused: exit code 3.
    Input,
    /// The lake or the disk failed: exit code 4.
    Storage,
    /// A defect of the program: exit code 70.
    Defect,
}

/// An error a person can act on. It never holds a personal value.
///
/// What is said is a message of `text/*.ftl`, so that it reaches the user in the user's language; `Display` is English.
#[derive(Debug, Clone)]
pub struct Error {
    /// Who has to act.
    pub fault: Fault,
    /// Where, if there is a place.
    pub place: Option<Place>,
    /// Id of the message.
    pub id: &'static str,
    /// What the message names.
    pub arguments: Vec<(&'static str, String)>,
    /// What the message names in the user's language.
    pub words: Vec<(&'static str, LocalText)>,
    /// What else is wrong: a user who mends files wants to hear it all at once.
    pub others: Vec<Error>,
}

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every value, or one error that holds all there were.
///
/// # Errors
/// When one of the results is an error.
pub fn all<T>(results: impl IntoIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let mut first: Option<Error> = None;
    for result in results {
        match (result, &mut first) {
            (Ok(value), _) => values.push(value),
            (Err(error), None) => first = Some(error),
            (Err(mut error), Some(first)) => {
                let others = std::mem::take(&mut error.others);
                first.others.push(error);
                first.others.extend(others);
            }
        }
    }
    first.map_or(Ok(values), Err)
}

impl Error {
    fn new(fault: Fault, id: &'static str) -> Self {
        Error { fault, place: None, id, arguments: Vec::new(), words: Vec::new(), others: Vec::new() }
    }

    /// Wrong usage or settings.
    pub fn usage(id: &'static str) -> Self {
        Self::new(Fault::Usage, id)
    }

    /// A refused input.
    pub fn input(id: &'static str) -> Self {
        Self::new(Fault::Input, id)
    }

    /// The lake or the disk.
    pub fn storage(id: &'static str) -> Self {
        Self::new(Fault::Storage, id)
    }

    /// A defect of the program: something that cannot happen did. `what` is for whoever mends it.
    pub fn defect(what: impl fmt::Display) -> Self {
        Self::new(Fault::Defect, "defect").with("what", what)
    }

    /// The same error at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same error at a place, where it knows none itself.
    #[must_use]
    pub fn at_least(mut self, place: impl FnOnce() -> Place) -> Self {
        self.place.get_or_insert_with(place);
        self
    }

    /// The same error with something its message names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// The same error with words that its message names in the user's language.
    #[must_use]
    pub fn with_words(mut self, name: &'static str, words: &LocalText) -> Self {
        self.words.push((name, words.clone()));
        self
    }

    /// The same error with something that a message of its own says.
    #[must_use]
    pub fn with_said(self, name: &'static str, id: &str) -> Self {
        let words = LocalText::default().map(|language, _| text::say(language, id, &[]));
        self.with_words(name, &words)
    }

    /// The same error with the word that was probably meant, for the beginning of a hint; an empty one is not said.
    #[must_use]
    pub fn did_you_mean(self, near: &str) -> Self {
        let asked = |language| format!("{} ", text::say(language, "did-you-mean", &[("near", near.to_owned())]));
        let asked = |language, _: &str| if near.is_empty() { String::new() } else { asked(language) };
        self.with_words("near", &LocalText::default().map(asked))
    }

    /// The same error under another message, which names the same things.
    #[must_use]
    pub fn instead(mut self, id: &'static str) -> Self {
        self.id = id;
        self
    }

    fn arguments(&self, language: Language) -> Vec<(&'static str, String)> {
        let words = self.words.iter().map(|(name, words)| (*name, words.get(language).to_owned()));
        self.arguments.iter().cloned().chain(words).collect()
    }

    /// This error and what else is wrong.
    pub fn each(&self) -> impl Iterator<Item = &Error> {
        std::iter::once(self).chain(&self.others)
    }

    /// What went wrong and where, in one language.
    pub fn message(&self, language: Language) -> String {
        let text = text::say(language, self.id, &self.arguments(language));
        match &self.place {
            Some(place) => format!("{place}: {text}"),
            None => text,
        }
    }

    /// What to do about it, in one language.
    pub fn hint(&self, language: Language) -> Option<String> {
        text::hint(language, self.id, &self.arguments(language))
    }

    /// The exit code of the program that ends with this error.
    pub fn exit_code(&self) -> u8 {
        match self.fault {
            Fault::Usage => 2,
            Fault::Input => 3,
            Fault::Storage => 4,
            Fault::Defect => 70,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for Error {}

impl From<columnar::Fault> for Error {
    fn from(fault: columnar::Fault) -> Self {
        match fault {
            columnar::Fault::Storage(place, found) => {
                Error { place: place.map(Place::file), ..Error::storage("lake-failed").with("found", found) }
            }
            columnar::Fault::Query(found) => Error::usage("query-failed").with("found", found),
            columnar::Fault::Threads(found) => Error::storage("no-threads").with("found", found),
            columnar::Fault::Unreachable(found) => Error::storage("scheduler-unreachable").with("found", found),
            columnar::Fault::Cluster(found) => Error::storage("cluster-failed").with("found", found),
        }
    }
}
