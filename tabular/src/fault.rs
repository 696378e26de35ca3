//! Why a file is refused as a whole. Carries places and counts, never the content of a cell.

use std::fmt;

/// A file that cannot be read, or not from here on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// In which sheet.
    pub sheet: Option<String>,
    /// At which row, from 1.
    pub row: Option<u64>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The disk failed.
    Io(String),
    /// More of something than the limits allow.
    TooMuch {
        /// Which limit: a field of [`Limits`](crate::Limits).
        limit: &'static str,
        /// Its value.
        most: u64,
    },
    /// The encoding's name is none.
    UnknownEncoding(String),
    /// The delimiter, quote or escape given cannot be one.
    BadDialect,
    /// The workbook has a password.
    Encrypted,
    /// The structure of a workbook or SPSS file is broken; a technical reason, no content.
    Broken(String),
    /// The archive is cut off: bytes are missing at its end.
    Truncated,
    /// Two entries of an archive bear one name.
    DuplicateEntry(String),
    /// An entry of an archive has a name that leads out of it.
    EntryName,
    /// An XML part declares a document type or entities.
    XmlEntities(String),
    /// There is no such sheet.
    MissingSheet {
        /// The sheet asked for.
        wanted: String,
        /// Those there are.
        found: Vec<String>,
    },
    /// The container is none that can be read here (a PDF, an image, a plain archive), or not as rows alone (`SPSS`, see
    /// [`sav`](crate::sav)): what it is.
    OtherContainer(&'static str),
}

impl Fault {
    /// A fault of the file as a whole.
    pub fn new(kind: FaultKind) -> Self {
        Fault { kind, sheet: None, row: None }
    }

    /// More than a limit allows.
    pub fn too_much(limit: &'static str, most: u64) -> Self {
        Fault::new(FaultKind::TooMuch { limit, most })
    }

    /// The same fault in a sheet.
    #[must_use]
    pub fn in_sheet(mut self, sheet: &str) -> Self {
        self.sheet = Some(sheet.to_owned());
        self
    }

    /// The same fault at a row.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }
}

impl From<std::io::Error> for Fault {
    fn from(fault: std::io::Error) -> Self {
        Fault::new(FaultKind::Io(fault.to_string()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for Fault {}

/// Why reading rows stopped before the end.
#[derive(Debug)]
pub enum Stop<E> {
    /// The file is at fault.
    Fault(Fault),
    /// The caller had enough.
    Caller(E),
}

impl<E> From<Fault> for Stop<E> {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}
