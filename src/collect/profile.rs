//! A profile: how the exports of one source are read. Plain TOML, one file a source; a CPAS writes its
//! own without Rust. Nothing is read here but the profile itself.

use serde::Deserialize;
use std::collections::BTreeMap;

/// How the exports of one source are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Id, the file's name without ending.
    pub id: String,
    /// What it reads, for people.
    pub title: String,
    /// How files are written unless a `[[file]]` says otherwise.
    #[serde(default)]
    pub format: Format,
    /// Lookups built from one file and used when others are read.
    #[serde(default, rename = "directory")]
    pub directories: Vec<Directory>,
    /// The files (or the sheets of a workbook) and the tables they hold.
    #[serde(default, rename = "file")]
    pub files: Vec<FileRule>,
    /// Files that are part of the export and hold nothing for the lake: glob patterns.
    #[serde(default)]
    pub ignore_files: Vec<String>,
}

/// How a file is written. What is left out is found out from the file itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Format {
    /// Encoding by its WHATWG label (`windows-1252`, `utf-16le`); a byte order mark goes before it.
    pub encoding: Option<String>,
    /// Delimiter, one character.
    pub delimiter: Option<char>,
    /// Quote, one character; the character NUL (`"\u0000"`): there is none.
    pub quote: Option<char>,
    /// Escape sign inside quotes, beside doubling.
    pub escape: Option<char>,
    /// Rows above the header that are no header (titles).
    pub title_rows: Option<usize>,
    /// Rows that form the header. With 2 or 3, the names are joined `group / name`.
    pub header_rows: Option<usize>,
    /// Decimal sign.
    pub decimal: Option<char>,
    /// Thousands sign; together with `decimal` only.
    pub thousands: Option<char>,
    /// Date forms in chrono's notation, tried in order.
    pub dates: Option<Vec<String>>,
    /// A row whose first filled cell begins with this text is a totals line and is ignored.
    pub total: Option<String>,
    /// What becomes of hidden rows and columns of a workbook: `read` (default) or `skip`.
    pub hidden: Option<HiddenRule>,
    /// Every cell of a merged area of a workbook gets its value; default: the first alone has it.
    pub fill_merged: Option<bool>,
}

/// What becomes of hidden rows and columns of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenRule {
    /// Read like the others: nothing is lost.
    Read,
    /// Declared ignored.
    Skip,
}

/// A lookup: key to value, built from a file of the same submission. Several of one name are one lookup,
/// built from several files: a key that has another value in another file leads nowhere.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Name by which columns refer to it.
    pub name: String,
    /// Glob pattern of the file it is built from.
    pub file: String,
    /// Sheet of a workbook; default the first that a person sees.
    pub sheet: Option<String>,
    /// The file may be missing: the lookup is built without it.
    #[serde(default)]
    pub optional: bool,
    /// Where the key is.
    pub key: Source,
    /// Where the value is.
    pub value: Source,
}

/// One file, or one sheet of a workbook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// Glob pattern on the file's name, without regard to case.
    pub name: String,
    /// Sheet of a workbook; default the first that a person sees.
    pub sheet: Option<String>,
    /// A submission without such a file is refused.
    #[serde(default)]
    pub required: bool,
    /// Differences from the profile's format.
    #[serde(default)]
    pub format: Format,
    /// Rows to ignore: those whose column holds one of the values.
    #[serde(default)]
    pub ignore: Vec<IgnoreRule>,
    /// The tables the rows feed.
    #[serde(default, rename = "table")]
    pub tables: Vec<TableRule>,
}

/// Rows declared as not wanted (drafts, cancelled files).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IgnoreRule {
    /// Heading of the column.
    pub column: String,
    /// Values, compared without regard to case, accents and spaces.
    pub values: Vec<String>,
}

/// How the rows of a file feed one table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRule {
    /// Table of the data model.
    pub name: String,
    /// The row feeds this table only when the column with this heading is filled.
    pub when: Option<String>,
    /// The row feeds this table only when the column with this heading is empty.
    pub unless: Option<String>,
    /// The same key again with the same content is one record, not a duplicate (a person on every row).
    #[serde(default)]
    pub distinct: bool,
    /// Field of the table to where its value comes from.
    #[serde(default)]
    pub columns: BTreeMap<String, Source>,
    /// Field of the table to the same value for every row.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Groups of columns that each become a record (wide to long).
    #[serde(default)]
    pub unpivot: Vec<Unpivot>,
}

/// A group of columns, one record a filled cell: the heading becomes a code, the cell a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// Field that receives the code.
    pub into: String,
    /// Field that receives the cell.
    pub value: String,
    /// Heading to code.
    pub columns: BTreeMap<String, String>,
    /// Fields that are the same for the whole group.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Fields that come from other columns for this group (its date, say).
    #[serde(default)]
    pub from: BTreeMap<String, Source>,
}

/// Where a value comes from: a heading, several headings to look for in turn, or a full description.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "SourceForm")]
pub struct Source {
    /// Headings to look for, in order.
    pub headings: Vec<String>,
    /// How a person is named: see [`Identity`].
    pub identity: Identity,
    /// Regular expression; its first group (or the whole match) is the value. No match: the cell counts as empty.
    pub extract: Option<String>,
    /// Cell to value, compared without regard to case, accents and spaces; what is not listed is read as it is.
    pub values: BTreeMap<String, String>,
    /// Name of a directory through which the value goes.
    pub lookup: Option<String>,
    /// A missing column, or a key that the directory lacks, is no error: the field stays empty.
    pub optional: bool,
}

/// How a person column names people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// National number.
    #[default]
    Niss,
    /// The CPAS's own client number.
    ClientNo,
    /// The CPAS's own client number, replaced by the national number where the directory `niss` has a valid one.
    ClientNoViaNiss,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SourceForm {
    Heading(String),
    Headings(Vec<String>),
    Full(FullSource),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullSource {
    from: OneOrMany,
    #[serde(default, rename = "as")]
    identity: Identity,
    extract: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    lookup: Option<String>,
    #[serde(default)]
    optional: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<SourceForm> for Source {
    fn from(form: SourceForm) -> Self {
        let (from, full) = match form {
            SourceForm::Heading(heading) => (vec![heading], None),
            SourceForm::Headings(headings) => (headings, None),
            SourceForm::Full(full) => match full.from {
                OneOrMany::One(ref heading) => (vec![heading.clone()], Some(full)),
                OneOrMany::Many(ref headings) => (headings.clone(), Some(full)),
            },
        };
        let mut source = Source {
            headings: from,
            identity: Identity::default(),
            extract: None,
            values: BTreeMap::new(),
            lookup: None,
            optional: false,
        };
        if let Some(full) = full {
            source.identity = full.identity;
            source.extract = full.extract;
            source.values = full.values;
            source.lookup = full.lookup;
            source.optional = full.optional;
        }
        source
    }
}

impl TableRule {
    /// All headings that the rule names.
    pub fn headings(&self) -> impl Iterator<Item = &String> {
        let columns = self.columns.values().flat_map(|source| &source.headings);
        let grouped = self
            .unpivot
            .iter()
            .flat_map(|group| group.columns.keys().chain(group.from.values().flat_map(|source| &source.headings)));
        columns.chain(grouped)
    }
}

impl Format {
    /// This format, with what it leaves open taken from `base`.
    #[must_use]
    pub fn over(&self, base: &Format) -> Format {
        Format {
            encoding: self.encoding.clone().or_else(|| base.encoding.clone()),
            delimiter: self.delimiter.or(base.delimiter),
            quote: self.quote.or(base.quote),
            escape: self.escape.or(base.escape),
            title_rows: self.title_rows.or(base.title_rows),
            header_rows: self.header_rows.or(base.header_rows),
            decimal: self.decimal.or(base.decimal),
            thousands: self.thousands.or(base.thousands),
            dates: self.dates.clone().or_else(|| base.dates.clone()),
            total: self.total.clone().or_else(|| base.total.clone()),
            hidden: self.hidden.or(base.hidden),
            fill_merged: self.fill_merged.or(base.fill_merged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REAL: [&str; 4] = [
        include_str!("../../profiles/kortrijk.toml"),
        include_str!("../../profiles/liege.toml"),
        include_str!("../../profiles/eupen.toml"),
        include_str!("../../profiles/lino-welfare.toml"),
    ];

    proptest! {
        /// A profile is read or refused, whatever is done to it; and what is read says what was written.
        #[test]
        fn a_spoilt_profile_is_read_or_refused(
            which in 0..REAL.len(),
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "\\PC{0,4}"), 0..8),
        ) {
            let mut text: Vec<char> = REAL[which].chars().collect();
            for (place, length, put) in edits {
                let from = place.index(text.len() + 1);
                let to = (from + length).min(text.len());
                text.splice(from..to, put.chars());
            }
            let text: String = text.into_iter().collect();
            if let Ok(profile) = toml::from_str::<Profile>(&text) {
                prop_assert!(text.contains('\\') || text.contains(&profile.id));
                profile.files.iter().for_each(|file| drop(file.format.over(&profile.format)));
            }
        }
    }
}
