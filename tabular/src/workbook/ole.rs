//! The container of old Office files (OLE, also called compound file): a file system of sectors (MS-CFB).

use super::bytes::{u16_at, u32_at, utf16};
use super::xml::broken;
use crate::{Fault, FaultKind, Input, ReadSeek};
use std::io::{Read, Seek, SeekFrom};

/// The first bytes.
pub const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// The first number of a sector that is none.
const NO_SECTOR: u32 = 0xFFFF_FFFA;
/// Bytes of a sector of the small streams.
const SMALL_SECTOR: u64 = 64;

/// An open container.
pub struct Ole<'i> {
    reader: Box<dyn ReadSeek + 'i>,
    size: u64,
    sector_bytes: u64,
    /// The sector that follows each.
    next: Vec<u32>,
    small_next: Vec<u32>,
    small_below: u32,
    streams: Vec<Stream>,
}

/// A stream or the root.
struct Stream {
    name: String,
    kind: u8,
    first: u32,
    bytes: u64,
}

impl<'i> Ole<'i> {
    /// Reads the directory.
    ///
    /// # Errors
    /// When it is cut off or broken.
    pub fn open(input: &'i dyn Input) -> Result<Self, Fault> {
        let size = input.size()?;
        let mut reader = input.open()?;
        let mut head = [0; 512];
        reader.read_exact(&mut head).map_err(|_| Fault::new(FaultKind::Truncated))?;
        let shift = u16_at(&head, 30)?;
        if !head.starts_with(&MAGIC) || !matches!(shift, 9 | 12) {
            return Err(broken("the container has no head"));
        }
        let small_below = u32_at(&head, 56)?;
        let mut ole = Ole {
            reader,
            size,
            sector_bytes: 1 << shift,
            next: Vec::new(),
            small_next: Vec::new(),
            small_below,
            streams: Vec::new(),
        };
        ole.read_next(&head)?;
        ole.read_streams(u32_at(&head, 48)?)?;
        let small = ole.chain(u32_at(&head, 60)?)?;
        for sector in small {
            let bytes = ole.sector(sector)?;
            ole.small_next.extend(words(&bytes));
        }
        Ok(ole)
    }

    /// True when there is a stream or storage of this name, whatever its case.
    pub fn has(&self, name: &str) -> bool {
        self.streams.iter().any(|stream| stream.name.eq_ignore_ascii_case(name))
    }

    /// The first bytes of a stream, at most `most`; nothing when there is no such stream.
    ///
    /// # Errors
    /// When the file is cut off or broken.
    pub fn read(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Fault> {
        let found = self.streams.iter().find(|stream| stream.kind == 2 && stream.name.eq_ignore_ascii_case(name));
        let Some((first, bytes)) = found.map(|stream| (stream.first, stream.bytes)) else { return Ok(None) };
        if bytes > self.size {
            return Err(Fault::new(FaultKind::Truncated));
        }
        let wanted = bytes.min(most);
        let content =
            if bytes < u64::from(self.small_below) { self.small(first, wanted)? } else { self.large(first, wanted)? };
        Ok(Some(content))
    }

    fn large(&mut self, first: u32, wanted: u64) -> Result<Vec<u8>, Fault> {
        let mut content = Vec::new();
        let mut sector = first;
        while (content.len() as u64) < wanted {
            if sector >= NO_SECTOR {
                return Err(broken("a stream ends too early"));
            }
            let bytes = self.sector(sector)?;
            let is_short = (bytes.len() as u64) < self.sector_bytes;
            content.extend(bytes);
            if is_short && (content.len() as u64) < wanted {
                return Err(cut_off());
            }
            sector = self.next.get(sector as usize).copied().ok_or_else(cut_off)?;
        }
        content.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        Ok(content)
    }

    /// Small streams stand in 64-byte sectors within the root's stream.
    fn small(&mut self, first: u32, wanted: u64) -> Result<Vec<u8>, Fault> {
        let root = self.streams.iter().find(|stream| stream.kind == 5).map(|root| (root.first, root.bytes));
        let (root_first, root_bytes) = root.ok_or_else(|| broken("the container has no root"))?;
        let root = self.large(root_first, root_bytes.min(self.size))?;
        let mut content = Vec::new();
        let mut sector = first;
        while (content.len() as u64) < wanted {
            let at = u64::from(sector) * SMALL_SECTOR;
            let at = usize::try_from(at).map_err(|_| cut_off())?;
            content.extend(super::bytes::slice(&root, at, 64)?);
            sector = self.small_next.get(sector as usize).copied().unwrap_or(NO_SECTOR);
        }
        content.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        Ok(content)
    }

    /// One sector; some writers leave out the unused end of the last.
    fn sector(&mut self, number: u32) -> Result<Vec<u8>, Fault> {
        let at = (u64::from(number) + 1) * self.sector_bytes;
        if at >= self.size {
            return Err(cut_off());
        }
        self.reader.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::new();
        (&mut self.reader).take(self.sector_bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The numbers of a chain of sectors. One that bites its tail is broken.
    fn chain(&self, first: u32) -> Result<Vec<u32>, Fault> {
        let mut chain = Vec::new();
        let mut sector = first;
        while sector < NO_SECTOR {
            if chain.len() > self.next.len() {
                return Err(broken("the sectors of the container run in a circle"));
            }
            chain.push(sector);
            sector = self.next.get(sector as usize).copied().ok_or_else(cut_off)?;
        }
        Ok(chain)
    }

    /// The table of following sectors stands in sectors itself; the head names the first 109 of them.
    fn read_next(&mut self, head: &[u8]) -> Result<(), Fault> {
        let sectors = self.size / self.sector_bytes + 1;
        let mut tables: Vec<u32> = words(head.get(76..).unwrap_or_default()).collect();
        let mut more = u32_at(head, 68)?;
        let mut seen = 0;
        while more < NO_SECTOR {
            let mut list: Vec<u32> = words(&self.sector(more)?).collect();
            more = list.pop().unwrap_or(NO_SECTOR);
            tables.append(&mut list);
            seen += 1;
            if seen > sectors {
                return Err(broken("the sectors of the container run in a circle"));
            }
        }
        for table in tables.into_iter().filter(|table| *table < NO_SECTOR) {
            // More tables than sectors to tell of can only be the same ones again.
            if self.next.len() as u64 > sectors.saturating_add(self.sector_bytes) {
                return Err(broken("the container tells of more sectors than it has"));
            }
            let bytes = self.sector(table)?;
            self.next.extend(words(&bytes));
        }
        Ok(())
    }

    fn read_streams(&mut self, first: u32) -> Result<(), Fault> {
        for sector in self.chain(first)? {
            let bytes = self.sector(sector)?;
            for entry in bytes.chunks_exact(128) {
                let kind = entry.get(66).copied().unwrap_or(0);
                if !matches!(kind, 1 | 2 | 5) {
                    continue;
                }
                let length = usize::from(u16_at(entry, 64)?).saturating_sub(2).min(62);
                let name = utf16(entry.get(..length).unwrap_or_default());
                let (first, bytes) = (u32_at(entry, 116)?, u64::from(u32_at(entry, 120)?));
                self.streams.push(Stream { name, kind, first, bytes });
            }
        }
        Ok(())
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

fn cut_off() -> Fault {
    Fault::new(FaultKind::Truncated)
}
