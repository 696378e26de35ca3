//! A heading of a file that was read, with what its column looked like: what the next submission is compared with. Holds
//! no cell of the file but its headings.

/// One column of a file or sheet, as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadColumn {
    /// File, below the submission's folder.
    pub file: String,
    /// Sheet; empty for a text.
    pub sheet: String,
    /// Position from 0.
    pub position: u32,
    /// Heading; with two header rows `group / name`.
    pub heading: String,
    /// What most cells are.
    pub kind: ColumnKind,
    /// Share of the rows in which it is filled, 0 to 1.
    pub filled: f64,
    /// Median of dates (days since 1970-01-01) and numbers; `None` for other columns.
    pub median: Option<f64>,
}

/// What most cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColumnKind {
    /// Nothing.
    #[default]
    Empty,
    /// National numbers.
    NationalNumber,
    /// Dates.
    Date,
    /// Numbers.
    Number,
    /// Anything else.
    Text,
}

impl ColumnKind {
    /// The word it is stored under.
    pub fn as_str(self) -> &'static str {
        match self {
            ColumnKind::Empty => "empty",
            ColumnKind::NationalNumber => "national_number",
            ColumnKind::Date => "date",
            ColumnKind::Number => "number",
            ColumnKind::Text => "text",
        }
    }

    /// The kind stored under a word; an unknown word is a text.
    pub fn from_word(word: &str) -> Self {
        let all = [ColumnKind::Empty, ColumnKind::NationalNumber, ColumnKind::Date, ColumnKind::Number];
        all.into_iter().find(|kind| kind.as_str() == word).unwrap_or(ColumnKind::Text)
    }
}
