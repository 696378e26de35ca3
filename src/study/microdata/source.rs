//! The rows of a file of answers, whatever it is: the first that holds anything is the header.

use crate::collect::refusal;
use crate::error::{Error, Place, Result};
use std::borrow::Cow;
use std::path::Path;
use tabular::sav::{SavFile, SavValue, Variable};
use tabular::text::{self, Known};
use tabular::workbook::{Options, Workbook};
use tabular::{Cell, Container, FaultKind, FileInput, Limits, Row, Stop};

/// A cell as a text, with its label where the file has labels.
pub(super) struct Field<'f> {
    pub(super) text: Cow<'f, str>,
    pub(super) label: Option<Cow<'f, str>>,
    /// Declared as no answer by the file itself.
    pub(super) is_missing: bool,
}

impl<'f> Field<'f> {
    fn plain(text: Cow<'f, str>) -> Self {
        Field { text, label: None, is_missing: false }
    }
}

/// Gives every row to `each`, with its number in the file, the header first.
///
/// # Errors
/// When the file cannot be read, or what `each` returns.
pub(super) fn walk(path: &Path, each: &mut dyn FnMut(u64, &[Field<'_>]) -> Result<()>) -> Result<()> {
    let place = Place::file(path);
    if !path.is_file() {
        return Err(Error::input("cannot-read").at(place).with("found", path.display()));
    }
    let (input, limits) = (FileInput(path.to_path_buf()), Limits::default());
    let refused = |fault: tabular::Fault| refusal(&fault, &place);
    let mut row = |row: Row<'_, '_>| {
        if row.is_blank() {
            return Ok(());
        }
        if row.remarks.undecodable {
            return Err(Error::input("study-undecodable").at(place.clone().row(row.number)));
        }
        let fields: Vec<Field<'_>> = row.cells.iter().map(|cell| Field::plain(shown(cell))).collect();
        each(row.number, &fields)
    };
    let container = match tabular::container(&input, &limits) {
        Err(tabular::Fault { kind: FaultKind::OtherContainer("SPSS"), .. }) => {
            return spss(&input, &limits, &place, each);
        }
        other => other.map_err(refused)?,
    };
    let ended = match container {
        Container::Nothing => return Err(Error::input("study-no-answers").at(place)),
        Container::Text => {
            let dialect = text::detect(&input, &Known::default(), &limits).map_err(refused)?;
            text::rows(&input, &dialect, &limits, &mut row).map(|_| ())
        }
        _ => {
            let mut workbook = Workbook::open(&input, &limits).map_err(refused)?;
            let seen = workbook.sheets().iter().find(|sheet| !sheet.is_hidden).or(workbook.sheets().first());
            let sheet = seen.map(|sheet| sheet.name.clone()).unwrap_or_default();
            workbook.rows(&sheet, &Options::default(), &limits, &mut row).map(|_| ())
        }
    };
    ended.map_err(|stop| match stop {
        Stop::Caller(error) => error,
        Stop::Fault(fault) => refusal(&fault, &place),
    })
}

fn shown<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    cell.text()
}

/// The cases of a file of SPSS. A case is counted as the row that it is in a table under a header.
fn spss(
    input: &FileInput,
    limits: &Limits,
    place: &Place,
    each: &mut dyn FnMut(u64, &[Field<'_>]) -> Result<()>,
) -> Result<()> {
    let refused = |fault: tabular::Fault| refusal(&fault, place);
    let file = SavFile::open(input, limits).map_err(refused)?;
    let variables = &file.dictionary().variables;
    let header: Vec<Field<'_>> =
        variables.iter().map(|variable| Field::plain(Cow::Borrowed(variable.name.as_str()))).collect();
    each(1, &header)?;
    let mut cases = file.cases().map_err(refused)?;
    let (mut case, mut number) = (Vec::new(), 1);
    while cases.read(&mut case).map_err(refused)? {
        number += 1;
        let fields: Vec<Field<'_>> =
            variables.iter().zip(&case).map(|(variable, value)| coded(variable, value)).collect();
        each(number, &fields)?;
    }
    Ok(())
}

/// A value with its label; missing where the file declares it so.
fn coded<'v>(variable: &'v Variable, value: &'v SavValue) -> Field<'v> {
    let text = match value {
        SavValue::Number(number) => Cow::Owned(number.to_string()),
        SavValue::Text(text) => Cow::Borrowed(text.as_str()),
        SavValue::SystemMissing => Cow::Borrowed(""),
    };
    let label = variable.label_of(value).map(Cow::Borrowed);
    Field { text, label, is_missing: variable.is_user_missing(value) }
}
