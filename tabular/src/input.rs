//! Where bytes come from, and what kind of file they are.

use crate::{Fault, Limits};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::PathBuf;

/// Something to read from and to move in.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// Bytes that can be read from the beginning as often as needed.
pub trait Input: Sync {
    /// A new reader at the beginning.
    ///
    /// # Errors
    /// When the disk fails.
    fn open(&self) -> io::Result<Box<dyn ReadSeek + '_>>;

    /// Number of bytes.
    ///
    /// # Errors
    /// When the disk fails.
    fn size(&self) -> io::Result<u64>;
}

/// A file on disk.
#[derive(Debug, Clone)]
pub struct FileInput(pub PathBuf);

impl Input for FileInput {
    fn open(&self) -> io::Result<Box<dyn ReadSeek + '_>> {
        Ok(Box::new(BufReader::with_capacity(64 << 10, File::open(&self.0)?)))
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

impl Input for &[u8] {
    fn open(&self) -> io::Result<Box<dyn ReadSeek + '_>> {
        Ok(Box::new(Cursor::new(*self)))
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

/// What kind of file it is, by its content; its name is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Nothing: zero bytes.
    Nothing,
    /// A text, delimited or not.
    Text,
    /// xlsx or xlsm.
    Xlsx,
    /// xlsb.
    Xlsb,
    /// xls, BIFF in an OLE container.
    Xls,
    /// ods.
    Ods,
}

/// What kind of file this is.
///
/// # Errors
/// When it is none that can be read here, has a password, or the disk fails.
pub fn container(input: &dyn Input, limits: &Limits) -> Result<Container, Fault> {
    crate::workbook::container(input, limits)
}
