//! A file opened as what it is: found out from its bytes, read row by row, refused with a place and a reason.

use super::profile::{FileRule, Format, HiddenRule};
use crate::catalogue::fold;
use crate::error::{Error, Place, Result};
use tabular::forms::DateSystem;
use tabular::text::{self, Dialect, Known};
use tabular::workbook::{Hidden, Merge, Options, Sheet, Workbook};
use tabular::{Container, Fault, FaultKind, Input, Limits, Row, Stop};

/// An open file, or one sheet of it.
pub struct Opened<'i> {
    /// The sheet; empty for a text.
    pub sheet: String,
    /// Where it is.
    pub place: Place,
    limits: &'i Limits,
    options: Options,
    inner: Inner<'i>,
}

enum Inner<'i> {
    Nothing,
    Text(&'i dyn Input, Dialect),
    Workbook(Box<Workbook<'i>>),
}

impl<'i> Opened<'i> {
    /// Opens a file by a rule.
    ///
    /// # Errors
    /// When it cannot be read, or is a workbook without the sheet that the rule names.
    pub fn new(
        rule: &FileRule,
        input: &'i dyn Input,
        format: &Format,
        limits: &'i Limits,
        place: &Place,
    ) -> Result<Self> {
        let refused = |fault: Fault| refusal(&fault, place);
        let options = Options {
            hidden: match format.hidden {
                Some(HiddenRule::Skip) => Hidden::Skip,
                _ => Hidden::Read,
            },
            fill_merged: format.fill_merged.unwrap_or(false),
        };
        let opened = |sheet: String, inner: Inner<'i>| Opened {
            place: place.clone().sheet(&sheet),
            sheet,
            limits,
            options,
            inner,
        };
        match tabular::container(input, limits).map_err(refused)? {
            Container::Nothing if is_workbook_by_name(place) => Err(refused(Fault::new(FaultKind::Truncated))),
            Container::Nothing => Ok(opened(String::new(), Inner::Nothing)),
            Container::Text if is_workbook_by_name(place) && is_binary(input)? => {
                Err(refused(Fault::new(FaultKind::Broken("no workbook".to_owned()))))
            }
            Container::Text => {
                let dialect = text::detect(input, &known(format), limits).map_err(refused)?;
                Ok(opened(String::new(), Inner::Text(input, dialect)))
            }
            Container::Xlsx | Container::Xlsb | Container::Xls | Container::Ods => {
                let workbook = Workbook::open(input, limits).map_err(refused)?;
                let sheet = sheet_name(workbook.sheets(), rule.sheet.as_deref(), place)?;
                Ok(opened(sheet, Inner::Workbook(Box::new(workbook))))
            }
        }
    }

    /// The merged areas of the sheet.
    ///
    /// # Errors
    /// When the sheet cannot be read.
    pub fn merges(&mut self) -> Result<Vec<Merge>> {
        match &mut self.inner {
            Inner::Workbook(workbook) => workbook.merges(&self.sheet).map_err(|fault| refusal(&fault, &self.place)),
            Inner::Nothing | Inner::Text(..) => Ok(Vec::new()),
        }
    }

    /// What serial numbers of days count from.
    pub fn date_system(&self) -> DateSystem {
        match &self.inner {
            Inner::Workbook(workbook) if workbook.is_1904() => DateSystem::From1904,
            _ => DateSystem::From1900,
        }
    }

    /// Calls `each` for every physical row.
    ///
    /// # Errors
    /// What `each` returns, or why the file cannot be read on.
    pub fn rows(&mut self, each: &mut dyn FnMut(Row<'_, '_>) -> Result<()>) -> Result<()> {
        let ended = match &mut self.inner {
            Inner::Nothing => return Ok(()),
            Inner::Text(input, dialect) => text::rows(*input, dialect, self.limits, each).map(|_| ()),
            Inner::Workbook(workbook) => workbook.rows(&self.sheet, &self.options, self.limits, each).map(|_| ()),
        };
        ended.map_err(|stop| match stop {
            Stop::Caller(error) => error,
            Stop::Fault(fault) => refusal(&fault, &self.place),
        })
    }

    /// Calls `each` for rows from the first on, until it says no.
    ///
    /// # Errors
    /// Why the file cannot be read on.
    pub fn rows_while(&mut self, each: &mut dyn FnMut(&Row<'_, '_>) -> bool) -> Result<()> {
        let mut stop = |row: Row<'_, '_>| if each(&row) { Ok(()) } else { Err(()) };
        let ended = match &mut self.inner {
            Inner::Nothing => return Ok(()),
            Inner::Text(input, dialect) => text::rows(*input, dialect, self.limits, &mut stop).map(|_| ()),
            Inner::Workbook(workbook) => workbook.rows(&self.sheet, &self.options, self.limits, &mut stop).map(|_| ()),
        };
        match ended {
            Ok(()) | Err(Stop::Caller(())) => Ok(()),
            Err(Stop::Fault(fault)) => Err(refusal(&fault, &self.place)),
        }
    }
}

fn known(format: &Format) -> Known {
    Known {
        encoding: format.encoding.clone(),
        delimiter: format.delimiter,
        quote: format.quote.map(|sign| (sign != '\0').then_some(sign)),
        escape: format.escape.map(Some),
    }
}

/// A file of zero bytes with such a name was a workbook once: it is cut off, not empty.
fn is_workbook_by_name(place: &Place) -> bool {
    let name = place.file.to_string_lossy().to_lowercase();
    [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"].iter().any(|ending| name.ends_with(ending))
}

/// A text has no such signs at its beginning; a table that bears a workbook's name (`.xls` above all) is one.
fn is_binary(input: &dyn Input) -> Result<bool> {
    let mut first = [0_u8; 1024];
    let mut reader = input.open().map_err(|fault| Error::input("cannot-read").with("found", fault))?;
    let read = reader.read(&mut first).map_err(|fault| Error::input("cannot-read").with("found", fault))?;
    let is_wide = first.starts_with(&[0xFF, 0xFE]) || first.starts_with(&[0xFE, 0xFF]);
    let is_sign = |byte: &u8| *byte < 9 || (14..32).contains(byte);
    Ok(!is_wide && first[..read].iter().filter(|byte| is_sign(byte)).count() * 50 > read)
}

/// The sheet asked for (without regard to case, accents and spaces); without one the first that a person sees.
fn sheet_name(sheets: &[Sheet], wanted: Option<&str>, place: &Place) -> Result<String> {
    let found = match wanted {
        None => sheets.iter().find(|sheet| !sheet.is_hidden).or(sheets.first()),
        Some(wanted) => sheets
            .iter()
            .find(|sheet| sheet.name == wanted)
            .or_else(|| sheets.iter().find(|sheet| fold(&sheet.name) == fold(wanted))),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        Error::input("missing-sheet")
            .at(place.clone())
            .with("expected", wanted.unwrap_or("1"))
            .with("found", names.join(", "))
    })
}

/// What a user is told of a file that cannot be read.
pub fn refusal(fault: &Fault, place: &Place) -> Error {
    let error = match &fault.kind {
        FaultKind::Io(found) => Error::input("cannot-read").with("found", found),
        // Fixed in the reader, since no spreadsheet program comes near them: no setting raises these two.
        FaultKind::TooMuch { limit: "piece_bytes" | "cell_bytes", most } => {
            Error::input("hostile-archive").with("found", format!("> {most} B"))
        }
        FaultKind::TooMuch { limit, most } => Error::input("file-too-much").with("limit", limit).with("most", most),
        FaultKind::UnknownEncoding(found) => Error::usage("unknown-encoding").with("found", found),
        FaultKind::BadDialect => Error::usage("bad-delimiter"),
        FaultKind::Encrypted => Error::input("encrypted-workbook"),
        FaultKind::Broken(found) => Error::input("unreadable-workbook").with("found", found),
        FaultKind::Truncated => Error::input("truncated-workbook"),
        FaultKind::DuplicateEntry(found) => Error::input("hostile-archive").with("found", found),
        FaultKind::EntryName => Error::input("hostile-archive").with("found", ".."),
        FaultKind::XmlEntities(found) => Error::input("hostile-archive").with("found", found),
        FaultKind::MissingSheet { wanted, found } => {
            Error::input("missing-sheet").with("expected", wanted).with("found", found.join(", "))
        }
        FaultKind::OtherContainer(found) => Error::input("other-container").with("found", found),
    };
    let mut place = place.clone();
    if let Some(sheet) = &fault.sheet {
        place = place.sheet(sheet);
    }
    if let Some(row) = fault.row {
        place = place.row(row);
    }
    error.at(place)
}
