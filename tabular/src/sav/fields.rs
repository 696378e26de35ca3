//! The fields of a system file, each with its place, read under a budget of memory.

use crate::{Fault, FaultKind, Input, Limits, ReadSeek};
use std::io::{Read, SeekFrom};

/// In which order the bytes of a number stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The smallest byte first.
    Little,
    /// The greatest byte first.
    Big,
}

/// How much memory the dictionary may still take.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    most: u64,
}

/// A file read from its beginning to the end of its dictionary.
pub struct Fields<'i> {
    reader: Box<dyn ReadSeek + 'i>,
    at: u64,
    size: u64,
    /// The order of bytes, once the header has told it.
    pub order: Order,
    /// What memory is left.
    pub budget: Budget,
}

/// A text decoded takes up to three bytes for one, and is held beside what it is decoded from.
const TEXT_FACTOR: u64 = 4;

impl Order {
    /// A whole number of four bytes.
    pub fn i32(self, bytes: [u8; 4]) -> i32 {
        match self {
            Order::Little => i32::from_le_bytes(bytes),
            Order::Big => i32::from_be_bytes(bytes),
        }
    }

    /// A whole number of eight bytes.
    pub fn i64(self, bytes: [u8; 8]) -> i64 {
        match self {
            Order::Little => i64::from_le_bytes(bytes),
            Order::Big => i64::from_be_bytes(bytes),
        }
    }

    /// A double.
    #[inline]
    pub fn f64(self, bytes: [u8; 8]) -> f64 {
        match self {
            Order::Little => f64::from_le_bytes(bytes),
            Order::Big => f64::from_be_bytes(bytes),
        }
    }
}

impl Budget {
    /// All of it.
    pub fn new(limits: &Limits) -> Self {
        Budget { left: limits.unstreamed_bytes, most: limits.unstreamed_bytes }
    }

    /// Takes some of it.
    ///
    /// # Errors
    /// When there is not as much left.
    pub fn charge(&mut self, bytes: u64) -> Result<(), Fault> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| Fault::too_much("unstreamed_bytes", self.most))?;
        Ok(())
    }
}

impl<'i> Fields<'i> {
    /// A file at its beginning.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn open(input: &'i dyn Input, limits: &Limits) -> Result<Self, Fault> {
        let (reader, size) = (input.open()?, input.size()?);
        Ok(Fields { reader, at: 0, size, order: Order::Little, budget: Budget::new(limits) })
    }

    /// The place of the next byte.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Some bytes.
    ///
    /// # Errors
    /// When the file ends before.
    pub fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.check(N as u64, what)?;
        self.reader.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// A whole number.
    ///
    /// # Errors
    /// When the file ends before.
    pub fn i32(&mut self, what: &str) -> Result<i32, Fault> {
        self.array(what).map(|bytes| self.order.i32(bytes))
    }

    /// A whole number that counts something.
    ///
    /// # Errors
    /// When the file ends before, or the number is negative.
    pub fn count(&mut self, what: &str) -> Result<u32, Fault> {
        let at = self.at;
        let found = self.i32(what)?;
        u32::try_from(found).map_err(|_| broken_at(at, &format!("{what} is {found}; 0 or more expected")))
    }

    /// A double.
    ///
    /// # Errors
    /// When the file ends before.
    pub fn f64(&mut self, what: &str) -> Result<f64, Fault> {
        self.array(what).map(|bytes| self.order.f64(bytes))
    }

    /// Some bytes that are kept, mostly a text.
    ///
    /// # Errors
    /// When the file ends before, or there is no memory left for them.
    pub fn bytes(&mut self, length: u32, what: &str) -> Result<Vec<u8>, Fault> {
        let wanted = u64::from(length);
        self.check(wanted, what)?;
        self.budget.charge(wanted * TEXT_FACTOR)?;
        let mut bytes = Vec::new();
        self.reader.by_ref().take(wanted).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != wanted {
            return Err(cut_off(self.at, what, wanted, bytes.len() as u64));
        }
        self.at += wanted;
        Ok(bytes)
    }

    /// Passes over some bytes.
    ///
    /// # Errors
    /// When the file ends before.
    pub fn skip(&mut self, length: u64, what: &str) -> Result<(), Fault> {
        self.check(length, what)?;
        self.at += length;
        self.reader.seek(SeekFrom::Start(self.at))?;
        Ok(())
    }

    fn check(&self, wanted: u64, what: &str) -> Result<(), Fault> {
        let left = self.size.saturating_sub(self.at);
        if wanted > left { Err(cut_off(self.at, what, wanted, left)) } else { Ok(()) }
    }
}

/// A fault at a place of the file.
pub fn broken_at(at: u64, reason: &str) -> Fault {
    Fault::new(FaultKind::Broken(format!("at byte {at}: {reason}")))
}

fn cut_off(at: u64, what: &str, wanted: u64, left: u64) -> Fault {
    broken_at(at, &format!("{what} is cut off: {wanted} bytes expected, {left} found"))
}

/// The fields of a record that is in memory.
pub struct Body<'b> {
    bytes: &'b [u8],
    at: usize,
    begin: u64,
    order: Order,
}

impl<'b> Body<'b> {
    /// A record whose first byte is at `begin` of the file.
    pub fn new(bytes: &'b [u8], begin: u64, order: Order) -> Self {
        Body { bytes, at: 0, begin, order }
    }

    /// True when all is read.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The place of the next byte in the file.
    pub fn place(&self) -> u64 {
        self.begin + self.at as u64
    }

    /// Some bytes.
    ///
    /// # Errors
    /// When the record ends before.
    pub fn slice(&mut self, length: usize, what: &str) -> Result<&'b [u8], Fault> {
        let end = self.at.checked_add(length);
        let Some(found) = end.and_then(|end| self.bytes.get(self.at..end)) else {
            return Err(cut_off(self.place(), what, length as u64, (self.bytes.len() - self.at) as u64));
        };
        self.at += length;
        Ok(found)
    }

    /// A whole number that counts something.
    ///
    /// # Errors
    /// When the record ends before, or the number is negative.
    pub fn count(&mut self, what: &str) -> Result<usize, Fault> {
        let at = self.place();
        let found = self.array(what).map(|bytes| self.order.i32(bytes))?;
        usize::try_from(found).map_err(|_| broken_at(at, &format!("{what} is {found}; 0 or more expected")))
    }

    /// A text with its length before it.
    ///
    /// # Errors
    /// When the record ends before.
    pub fn counted(&mut self, what: &str) -> Result<&'b [u8], Fault> {
        let length = self.count(what)?;
        self.slice(length, what)
    }

    /// True, and passed over, when the next four bytes are this number.
    pub fn passes(&mut self, number: usize) -> bool {
        let next = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk::<4>);
        let is_it = next.is_some_and(|bytes| usize::try_from(self.order.i32(*bytes)) == Ok(number));
        self.at += if is_it { 4 } else { 0 };
        is_it
    }

    /// Some bytes.
    ///
    /// # Errors
    /// When the record ends before.
    pub fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Fault> {
        let begin = self.place();
        let left = (self.bytes.len() - self.at) as u64;
        self.slice(N, what)?.try_into().map_err(|_| cut_off(begin, what, N as u64, left))
    }
}
