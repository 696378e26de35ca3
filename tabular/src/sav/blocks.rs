//! The packed blocks of a `.zsav`: their table is checked before the first is unpacked, and each while it is.

use super::fields::{Budget, Order, broken_at};
use crate::{Fault, FaultKind, Input, Limits, ReadSeek};
use flate2::read::ZlibDecoder;
use std::io::{self, Read, SeekFrom, Take};

/// Bytes of the head before the blocks, of the head of the table, and of one of its lines.
const HEAD: u64 = 24;

/// A block.
#[derive(Debug, Clone, Copy)]
struct Block {
    at: u64,
    packed: u64,
    unpacked: u64,
}

/// The blocks of a file, unpacked one after the other.
pub struct Blocks<'i> {
    blocks: std::vec::IntoIter<Block>,
    /// The reader, between two blocks.
    idle: Option<Box<dyn ReadSeek + 'i>>,
    open: Option<(Block, Unpacking<'i>)>,
}

/// One block being unpacked.
type Unpacking<'i> = ZlibDecoder<Take<Box<dyn ReadSeek + 'i>>>;

/// Fields of eight or four bytes from a part of the file that is in memory.
struct Line<'l>(&'l [u8], Order);

impl Line<'_> {
    fn long(&self, at: usize) -> i64 {
        let bytes = self.0.get(at..).and_then(<[u8]>::first_chunk::<8>);
        bytes.map_or(-1, |bytes| self.1.i64(*bytes))
    }

    fn short(&self, at: usize) -> i64 {
        let bytes = self.0.get(at..).and_then(<[u8]>::first_chunk::<4>);
        bytes.map_or(-1, |bytes| i64::from(self.1.i32(*bytes)))
    }
}

impl<'i> Blocks<'i> {
    /// Reads the table of blocks. The ratio of packing is not looked at: nothing unpacked is kept, and a file of blanks
    /// is rightly packed to next to nothing.
    ///
    /// # Errors
    /// When the table contradicts itself or the file, or the blocks unpack to more than the limits allow.
    pub fn open(input: &'i dyn Input, data_at: u64, order: Order, bias: f64, limits: &Limits) -> Result<Self, Fault> {
        let (mut reader, size) = (input.open()?, input.size()?);
        let mut head = [0; 24];
        reader.seek(SeekFrom::Start(data_at))?;
        exact(&mut *reader, &mut head, data_at)?;
        let head = Line(&head, order);
        let (begin, table_at, length) = (head.long(0), head.long(8), head.long(16));
        if u64::try_from(begin) != Ok(data_at) {
            return Err(broken_at(data_at, &format!("the head of the blocks says it is at {begin}")));
        }
        let (Ok(table_at), Ok(length)) = (u64::try_from(table_at), u64::try_from(length)) else {
            return Err(broken_at(data_at, "the place or length of the table of blocks is negative"));
        };
        if table_at < data_at + HEAD || table_at.checked_add(length) != Some(size) {
            let reason = format!("the table of blocks is {length} bytes at {table_at}; the file ends at {size}");
            return Err(broken_at(data_at + 8, &reason));
        }
        Budget::new(limits).charge(length * 2)?;
        let mut table = Vec::new();
        reader.seek(SeekFrom::Start(table_at))?;
        reader.by_ref().take(length).read_to_end(&mut table)?;
        let blocks = lines(&Line(&table, order), data_at, table_at, bias)?;
        if blocks.iter().map(|block| block.unpacked).fold(0, u64::saturating_add) > limits.unpacked_bytes {
            return Err(Fault::too_much("unpacked_bytes", limits.unpacked_bytes));
        }
        Ok(Blocks { blocks: blocks.into_iter(), idle: Some(reader), open: None })
    }

    /// Unpacks some bytes; 0 at the end.
    ///
    /// # Errors
    /// When the disk fails, or a block is not what the table says.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        loop {
            if let Some((block, decoder)) = &mut self.open {
                let count = decoder.read(buffer).map_err(|fault| unpack_fault(&fault, block.at))?;
                if decoder.total_out() > block.unpacked {
                    return Err(length_fault(*block, "more"));
                }
                if count > 0 {
                    return Ok(count);
                }
                if decoder.total_out() != block.unpacked {
                    return Err(length_fault(*block, "less"));
                }
                if decoder.total_in() != block.packed {
                    return Err(broken_at(
                        block.at,
                        &format!("data behind the {} bytes of a block", decoder.total_in()),
                    ));
                }
                self.idle = self.open.take().map(|(_, decoder)| decoder.into_inner().into_inner());
            }
            let Some(block) = self.blocks.next() else { return Ok(0) };
            let Some(mut reader) = self.idle.take() else { return Ok(0) };
            reader.seek(SeekFrom::Start(block.at))?;
            self.open = Some((block, ZlibDecoder::new(reader.take(block.packed))));
        }
    }
}

fn lines(table: &Line<'_>, data_at: u64, table_at: u64, bias: f64) -> Result<Vec<Block>, Fault> {
    let length = table.0.len() as u64;
    let (said, count) = (table.short(20), (length / HEAD).saturating_sub(1));
    if !length.is_multiple_of(HEAD) || length < HEAD || u64::try_from(said) != Ok(count) {
        return Err(broken_at(table_at, &format!("the table of {said} blocks has {length} bytes")));
    }
    let stated = table.long(0);
    #[expect(clippy::cast_precision_loss, reason = "a bias is about a hundred; another number differs all the same")]
    let is_same = stated as f64 == -bias;
    if !is_same {
        return Err(broken_at(table_at, &format!("the bias of the blocks is {stated}; {} expected", -bias)));
    }
    let (mut at, mut unpacked_at) = (data_at + HEAD, data_at);
    let mut blocks = Vec::new();
    for index in 0..count {
        let line_at = table_at + (index + 1) * HEAD;
        let line = usize::try_from((index + 1) * HEAD).ok().and_then(|begin| table.0.get(begin..)).unwrap_or_default();
        let line = Line(line, table.1);
        let (Ok(unpacked), Ok(packed)) = (u64::try_from(line.short(16)), u64::try_from(line.short(20))) else {
            return Err(broken_at(line_at, "the size of a block is negative"));
        };
        if u64::try_from(line.long(0)) != Ok(unpacked_at) || u64::try_from(line.long(8)) != Ok(at) {
            let reason = format!("a block at {} and {}; {unpacked_at} and {at} expected", line.long(0), line.long(8));
            return Err(broken_at(line_at, &reason));
        }
        blocks.push(Block { at, packed, unpacked });
        at += packed;
        unpacked_at += unpacked;
    }
    if at != table_at {
        return Err(broken_at(table_at, &format!("the blocks end at {at}; their table begins at {table_at}")));
    }
    Ok(blocks)
}

fn exact(reader: &mut dyn ReadSeek, buffer: &mut [u8], at: u64) -> Result<(), Fault> {
    reader.read_exact(buffer).map_err(|fault| match fault.kind() {
        io::ErrorKind::UnexpectedEof => broken_at(at, "the head of the blocks is cut off: 24 bytes expected"),
        _ => Fault::from(fault),
    })
}

fn length_fault(block: Block, found: &str) -> Fault {
    broken_at(block.at, &format!("a block unpacks to {found} than the {} bytes its table says", block.unpacked))
}

fn unpack_fault(fault: &io::Error, at: u64) -> Fault {
    match fault.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            broken_at(at, "a block cannot be unpacked")
        }
        _ => Fault::new(FaultKind::Io(fault.to_string())),
    }
}
