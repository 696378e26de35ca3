//! An archive (zip): looked at before anything is unpacked, and held to its limits while it is.

use crate::{Fault, FaultKind, Input, Limits, ReadSeek};
use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Entries that unpack to less are never suspected for their ratio.
const SMALL: u64 = 1 << 20;
/// Bytes of one piece (an XML tag, a text, a binary record); Excel's longest cell text has 32 767 characters.
pub const PIECE: u64 = 16 << 20;

/// An archive whose directory has been checked.
pub struct Archive<'i> {
    inner: ZipArchive<Box<dyn ReadSeek + 'i>>,
    limits: Limits,
}

/// An entry being unpacked. It stops with an error that carries a [`FaultKind`] when it gives more than is allowed,
/// whatever the directory said.
pub struct Entry<'z, 'i> {
    inner: BufReader<zip::read::ZipFile<'z, Box<dyn ReadSeek + 'i>>>,
    left: u64,
    over: FaultKind,
    piece_left: u64,
}

/// A fault on its way through code that knows [`io::Error`] alone.
#[derive(Debug)]
struct Carried(FaultKind);

impl std::fmt::Display for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Carried {}

impl<'i> Archive<'i> {
    /// Opens an archive and checks its directory.
    ///
    /// # Errors
    /// When it is cut off or broken, or more than the limits allow.
    pub fn open(input: &'i dyn Input, limits: &Limits) -> Result<Self, Fault> {
        check_end(input, limits)?;
        let inner = ZipArchive::new(input.open()?).map_err(|fault| zip_fault(&fault))?;
        let mut archive = Archive { inner, limits: limits.clone() };
        archive.check()?;
        Ok(archive)
    }

    /// The name of an entry as the archive writes it; names are compared without regard to case, as Excel does.
    pub fn find(&self, name: &str) -> Option<String> {
        let name = name.trim_start_matches('/');
        let names = || self.inner.file_names_raw().filter_map(|raw| std::str::from_utf8(raw).ok());
        names()
            .find(|found| *found == name)
            .or_else(|| names().find(|found| found.eq_ignore_ascii_case(name)))
            .map(str::to_owned)
    }

    /// Begins to unpack an entry; nothing when there is none of this name.
    ///
    /// # Errors
    /// When it cannot be unpacked or needs a password.
    pub fn entry(&mut self, name: &str) -> Result<Option<Entry<'_, 'i>>, Fault> {
        self.entry_within(name, "unpacked_bytes", self.limits.unpacked_bytes)
    }

    /// The same under a limit of its own.
    ///
    /// # Errors
    /// When it cannot be unpacked, needs a password, or is declared larger than the limit.
    pub fn entry_within(&mut self, name: &str, limit: &'static str, most: u64) -> Result<Option<Entry<'_, 'i>>, Fault> {
        let Some(name) = self.find(name) else { return Ok(None) };
        let ratio = self.limits.unpack_ratio;
        let file = self.inner.by_name(&name).map_err(|fault| zip_fault(&fault))?;
        if file.size() > most {
            return Err(Fault::too_much(limit, most));
        }
        let by_ratio = file.compressed_size().saturating_mul(ratio).max(SMALL);
        let (left, over) = if by_ratio < most {
            (by_ratio, FaultKind::TooMuch { limit: "unpack_ratio", most: ratio })
        } else {
            (most, FaultKind::TooMuch { limit, most })
        };
        Ok(Some(Entry { inner: BufReader::with_capacity(16 << 10, file), left, over, piece_left: PIECE }))
    }

    fn check(&mut self) -> Result<(), Fault> {
        let limits = self.limits.clone();
        if self.inner.len() as u64 > limits.archive_entries {
            return Err(Fault::too_much("archive_entries", limits.archive_entries));
        }
        let mut seen = HashSet::new();
        let mut unpacked = 0_u64;
        for index in 0..self.inner.len() {
            let entry = self.inner.by_index_raw(index).map_err(|fault| zip_fault(&fault))?;
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            if leads_out(&name) {
                return Err(Fault::new(FaultKind::EntryName));
            }
            if entry.encrypted() {
                return Err(Fault::new(FaultKind::Encrypted));
            }
            let is_suspect =
                entry.size() >= SMALL && entry.size() > entry.compressed_size().saturating_mul(limits.unpack_ratio);
            if is_suspect {
                return Err(Fault::too_much("unpack_ratio", limits.unpack_ratio));
            }
            unpacked = unpacked.saturating_add(entry.size());
            if !seen.insert(name.to_lowercase()) {
                return Err(Fault::new(FaultKind::DuplicateEntry(name)));
            }
        }
        if unpacked > limits.unpacked_bytes {
            return Err(Fault::too_much("unpacked_bytes", limits.unpacked_bytes));
        }
        if self.inner.has_duplicate_names() {
            return Err(Fault::new(FaultKind::DuplicateEntry(String::new())));
        }
        Ok(())
    }
}

impl Entry<'_, '_> {
    /// The next piece begins here; see [`PIECE`].
    #[inline]
    pub fn begin_piece(&mut self) {
        self.piece_left = PIECE;
    }

    /// Reads what is left.
    ///
    /// # Errors
    /// When it cannot be unpacked or is too much.
    pub fn read_all(mut self) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).map_err(|fault| io_fault(&fault))?;
        Ok(bytes)
    }

    /// Passes over what is left, so that the checksum is looked at.
    ///
    /// # Errors
    /// When it cannot be unpacked or is too much.
    pub fn finish(&mut self) -> Result<(), Fault> {
        loop {
            self.begin_piece();
            let read = self.fill_buf().map_err(|fault| io_fault(&fault))?.len();
            if read == 0 {
                return Ok(());
            }
            self.consume(read);
        }
    }
}

impl Read for Entry<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        let (Some(target), Some(source)) = (buffer.get_mut(..count), available.get(..count)) else { return Ok(0) };
        target.copy_from_slice(source);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Entry<'_, '_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece_left == 0 {
            return Err(carry(FaultKind::TooMuch { limit: "piece_bytes", most: PIECE }));
        }
        let available = self.inner.fill_buf()?;
        if available.len() as u64 > self.left {
            return Err(carry(self.over.clone()));
        }
        Ok(available)
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.piece_left = self.piece_left.saturating_sub(count as u64);
        self.inner.consume(count);
    }
}

/// The number of entries as the archive's own end says it, before memory is spent on its directory.
fn check_end(input: &dyn Input, limits: &Limits) -> Result<(), Fault> {
    const LONGEST: u64 = 22 + 0xFFFF;
    let size = input.size()?;
    let mut reader = input.open()?;
    reader.seek(io::SeekFrom::Start(size.saturating_sub(LONGEST)))?;
    let mut tail = Vec::new();
    reader.take(LONGEST).read_to_end(&mut tail)?;
    let end = (0..tail.len()).rev().find_map(|at| {
        let record = tail.get(at..at.checked_add(22)?)?;
        record.starts_with(b"PK\x05\x06").then_some(record)
    });
    let Some(end) = end else { return Err(Fault::new(FaultKind::Truncated)) };
    let field = |at: usize| end.get(at..at + 4).map_or(0, |b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
    // A directory takes at least 46 bytes an entry; zip64 archives say 0xFFFFFFFF here and are counted once read.
    let directory = field(12);
    if directory != u64::from(u32::MAX) && directory > size {
        return Err(Fault::new(FaultKind::Truncated));
    }
    if size / 46 > limits.archive_entries && directory != u64::from(u32::MAX) {
        let entries = end.get(10..12).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])));
        if entries > limits.archive_entries {
            return Err(Fault::too_much("archive_entries", limits.archive_entries));
        }
    }
    Ok(())
}

fn leads_out(name: &str) -> bool {
    let mut letters = name.chars();
    let has_drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
    has_drive || name.starts_with('/') || name.contains(['\\', '\0']) || name.split('/').any(|part| part == "..")
}

/// An error for the reader that carries a fault.
fn carry(kind: FaultKind) -> io::Error {
    io::Error::other(Carried(kind))
}

/// The fault of an error met while unpacking.
pub fn io_fault(fault: &io::Error) -> Fault {
    if let Some(carried) = fault.get_ref().and_then(|inner| inner.downcast_ref::<Carried>()) {
        return Fault::new(carried.0.clone());
    }
    Fault::new(match fault.kind() {
        io::ErrorKind::UnexpectedEof => FaultKind::Truncated,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            FaultKind::Broken("an entry of the archive cannot be unpacked".to_owned())
        }
        _ => FaultKind::Io(fault.to_string()),
    })
}

fn zip_fault(fault: &ZipError) -> Fault {
    Fault::new(match fault {
        ZipError::Io(inner) => return io_fault(inner),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => FaultKind::Encrypted,
        ZipError::CompressionMethodNotSupported(method) => {
            FaultKind::Broken(format!("compression method {method} is not known"))
        }
        _ => FaultKind::Broken("the archive's directory cannot be read".to_owned()),
    })
}
