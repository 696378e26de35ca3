//! Workbooks: container, sheets, rows.

use crate::{Container, Fault, Input, Limits, Row, Stop};

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
    /// Hidden rows and columns.
    pub hidden: Hidden,
    /// Every cell of a merged area gets the value of its first, instead of the first alone.
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
    input: &'i dyn Input,
}

impl<'i> Workbook<'i> {
    /// Opens a workbook after a look at its archive.
    ///
    /// # Errors
    /// When it is broken, has a password, or is more than the limits allow.
    pub fn open(input: &'i dyn Input, limits: &Limits) -> Result<Self, Fault> {
        let _ = limits;
        Ok(Workbook { input })
    }

    /// Its kind.
    pub fn container(&self) -> Container {
        let _ = self.input;
        todo!("workbook half")
    }

    /// Its sheets, hidden ones included, in the order of tabs.
    pub fn sheets(&self) -> &[Sheet] {
        todo!("workbook half")
    }

    /// Dates count from 1904.
    pub fn is_1904(&self) -> bool {
        todo!("workbook half")
    }

    /// The merged areas of a sheet.
    ///
    /// # Errors
    /// When the sheet cannot be read.
    pub fn merges(&mut self, sheet: &str) -> Result<Vec<Merge>, Fault> {
        let _ = sheet;
        todo!("workbook half")
    }

    /// Calls `each` for every row of a sheet, rows without any cell included, up to the last row with a cell.
    ///
    /// # Errors
    /// What `each` returns, or why the sheet cannot be read on.
    pub fn rows<E>(
        &mut self,
        sheet: &str,
        options: &Options,
        limits: &Limits,
        each: &mut dyn FnMut(Row<'_, '_>) -> Result<(), E>,
    ) -> Result<u64, Stop<E>> {
        let _ = (sheet, options, limits, each);
        todo!("workbook half")
    }
}

/// What kind of file this is, by its content.
///
/// # Errors
/// See [`crate::container`].
pub fn container(input: &dyn Input, limits: &Limits) -> Result<Container, Fault> {
    let _ = (input, limits);
    todo!("workbook half")
}
