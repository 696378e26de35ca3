//! Workbooks: container, sheets, rows.
//!
//! Read here in one pass each and under the limits, because the readers at hand (calamine) expand repeated cells of
//! ods and the whole area of an xls in memory, do not tell hidden rows and columns, and trust counts in the file. Where
//! they can read a file they are the second way in the tests.
//!
//! Values: a formula counts by the value stored with it, without one its cell is empty; dates are days without their
//! time; times of day and durations are numbers, in days; 29 February 1900, which Excel shows and which never was, is
//! an error cell named `1900-02-29`; a number that is none is the error `#NUM!`. Chart and macro sheets are left out.

mod archive;
mod bytes;
mod container;
mod number;
mod ods;
mod ole;
mod package;
mod rows;
mod texts;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use crate::{Container, Fault, FaultKind, Input, Limits, Row, Stop};
use container::Known;

pub(crate) use xls::by_code_page;

/// What is done with what a person does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hidden {
    /// Read as if it were visible; hidden rows carry the remark.
    #[default]
    Read,
    /// Passed over: hidden rows are handed on without cells and with the remark, hidden columns as empty cells.
    Skip,
}

/// How a workbook is to be read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Hidden rows and columns. Rows and columns without height or width, and filtered rows, are hidden too.
    pub hidden: Hidden,
    /// Every cell of a merged area gets the value of its first, instead of the first alone; not below the last row
    /// with a cell of its own, nor beyond the columns that are allowed.
    pub fill_merged: bool,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name.
    pub name: String,
    /// A person does not see it.
    pub is_hidden: bool,
}

/// A merged area: first row and column, last row and column, all from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First row and column.
    pub first: (u32, u32),
    /// Last row and column.
    pub last: (u32, u32),
}

/// An open workbook.
pub struct Workbook<'i> {
    book: Book<'i>,
    sheets: Vec<Sheet>,
    is_1904: bool,
    limits: Limits,
}

/// The kinds of workbook.
enum Book<'i> {
    Xlsx(Box<xlsx::Xlsx<'i>>),
    Xlsb(Box<xlsb::Xlsb<'i>>),
    Xls(Box<xls::Xls>),
    Ods(Box<ods::Ods<'i>>),
}

/// A workbook of one kind, just opened.
struct Opened<B> {
    book: B,
    sheets: Vec<Sheet>,
    is_1904: bool,
}

impl<'i> Workbook<'i> {
    /// Opens a workbook after a look at its archive.
    ///
    /// # Errors
    /// When it is broken, has a password, or is more than the limits allow; a text is no workbook.
    pub fn open(input: &'i dyn Input, limits: &Limits) -> Result<Self, Fault> {
        let (book, sheets, is_1904) = match container::know(input, limits)? {
            Known::No(Container::Nothing) => return Err(Fault::new(FaultKind::Truncated)),
            Known::No(_) => return Err(Fault::new(FaultKind::OtherContainer("text"))),
            Known::Package(Container::Xlsb, archive, main) => {
                let opened = xlsb::Xlsb::open(*archive, &main, limits)?;
                (Book::Xlsb(Box::new(opened.book)), opened.sheets, opened.is_1904)
            }
            Known::Package(_, archive, main) => {
                let opened = xlsx::Xlsx::open(*archive, &main, limits)?;
                (Book::Xlsx(Box::new(opened.book)), opened.sheets, opened.is_1904)
            }
            Known::Ods(archive) => {
                let opened = ods::Ods::open(*archive, limits)?;
                (Book::Ods(Box::new(opened.book)), opened.sheets, opened.is_1904)
            }
            Known::Xls(stream) => {
                let opened = xls::Xls::open(stream, limits)?;
                (Book::Xls(Box::new(opened.book)), opened.sheets, opened.is_1904)
            }
        };
        Ok(Workbook { book, sheets, is_1904, limits: limits.clone() })
    }

    /// Its kind.
    pub fn container(&self) -> Container {
        match self.book {
            Book::Xlsx(_) => Container::Xlsx,
            Book::Xlsb(_) => Container::Xlsb,
            Book::Xls(_) => Container::Xls,
            Book::Ods(_) => Container::Ods,
        }
    }

    /// Its sheets, hidden ones included, in the order of tabs.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Dates count from 1904.
    pub fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// True when this kind of workbook tells which rows and columns are hidden. All kinds read here do.
    pub fn knows_hidden(&self) -> bool {
        true
    }

    /// The merged areas of a sheet.
    ///
    /// # Errors
    /// When the sheet cannot be read.
    pub fn merges(&mut self, sheet: &str) -> Result<Vec<Merge>, Fault> {
        let index = self.index(sheet)?;
        let limits = &self.limits;
        let merges = match &mut self.book {
            Book::Xlsx(book) => book.merges(index, limits),
            Book::Xlsb(book) => book.merges(index, limits),
            Book::Xls(book) => book.merges(index, limits),
            Book::Ods(book) => Ok(book.merges(index)),
        };
        merges.map_err(|fault| fault.in_sheet(sheet))
    }

    /// The hidden columns of a sheet as ranges, first and last, from 0.
    ///
    /// # Errors
    /// When the sheet cannot be read.
    pub fn hidden_columns(&mut self, sheet: &str) -> Result<Vec<(u32, u32)>, Fault> {
        let index = self.index(sheet)?;
        let limits = &self.limits;
        let columns = match &mut self.book {
            Book::Xlsx(book) => book.hidden_columns(index, limits),
            Book::Xlsb(book) => book.hidden_columns(index),
            Book::Xls(book) => book.hidden_columns(index),
            Book::Ods(book) => Ok(book.hidden_columns(index)),
        };
        columns.map_err(|fault| fault.in_sheet(sheet))
    }

    /// Calls `each` for every row of a sheet, rows without any cell included, up to the last row with a cell. Returns
    /// how many there were.
    ///
    /// # Errors
    /// What `each` returns, or why the sheet cannot be read on. Damage further on in the sheet may come to light after
    /// rows have been handed on, so nothing is to be made of them before this returns.
    pub fn rows<E>(
        &mut self,
        sheet: &str,
        options: &Options,
        limits: &Limits,
        each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>,
    ) -> Result<u64, Stop<E>> {
        let index = self.index(sheet)?;
        let rows = match &mut self.book {
            Book::Xlsx(book) => book.rows(index, options, limits, each),
            Book::Xlsb(book) => book.rows(index, options, limits, each),
            Book::Xls(book) => book.rows(index, options, limits, each),
            Book::Ods(book) => book.rows(index, options, limits, each),
        };
        rows.map_err(|stop| match stop {
            Stop::Fault(fault) => Stop::Fault(fault.in_sheet(sheet)),
            Stop::Caller(error) => Stop::Caller(error),
        })
    }

    /// The place of the first sheet of this name.
    fn index(&self, sheet: &str) -> Result<usize, Fault> {
        self.sheets.iter().position(|found| found.name == sheet).ok_or_else(|| {
            let found = self.sheets.iter().map(|sheet| sheet.name.clone()).collect();
            Fault::new(FaultKind::MissingSheet { wanted: sheet.to_owned(), found })
        })
    }
}

/// What kind of file this is, by its content.
///
/// # Errors
/// See [`crate::container`].
pub fn container(input: &dyn Input, limits: &Limits) -> Result<Container, Fault> {
    Ok(match container::know(input, limits)? {
        Known::No(container) | Known::Package(container, ..) => container,
        Known::Ods(_) => Container::Ods,
        Known::Xls(_) => Container::Xls,
    })
}
