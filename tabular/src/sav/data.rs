//! The cases of a system file, one after the other.

use super::blocks::Blocks;
use super::dictionary::SavValue;
use super::fields::Order;
use super::letters::Letters;
use super::resolve::Slot;
use crate::{Fault, FaultKind, Limits, ReadSeek};

/// Bytes of a segment that hold the text, of the 256 that it takes.
const SEGMENT: u32 = 255;
/// Bytes read at once.
const BUFFER: usize = 64 << 10;

/// Where the bytes of cases come from.
pub enum Inner<'i> {
    /// The file itself.
    Plain(Box<dyn ReadSeek + 'i>),
    /// Packed blocks.
    Zlib(Box<Blocks<'i>>),
}

/// Bytes in units of eight.
pub struct Units<'i> {
    inner: Inner<'i>,
    buffer: Vec<u8>,
    begin: usize,
    end: usize,
    /// Bytes before the buffer.
    passed: u64,
    /// Codes, where the data are written in bytecode.
    codes: Option<Codes>,
    order: Order,
}

/// Bytecode: eight codes, then what those that need it stand for.
struct Codes {
    group: [u8; 8],
    next: usize,
    bias: f64,
    /// The code of the end was met.
    is_ended: bool,
}

/// A unit of a case.
enum Unit {
    /// Eight bytes as they are.
    Bytes([u8; 8]),
    /// A small whole number.
    Number(f64),
    /// Eight spaces.
    Spaces,
    /// A missing number.
    Missing,
    /// No more.
    End,
}

/// The cases of a file, see [`super::SavFile::cases`].
pub struct Cases<'f> {
    pub(super) units: Units<'f>,
    pub(super) slots: &'f [Slot],
    pub(super) letters: Letters,
    pub(super) system_missing: f64,
    pub(super) expected: Option<u64>,
    pub(super) limits: &'f Limits,
    pub(super) done: u64,
    pub(super) is_ended: bool,
    pub(super) scratch: Vec<u8>,
}

impl<'i> Units<'i> {
    /// The units of a source, of which `at` bytes were read already; in bytecode if there is a bias.
    pub fn new(inner: Inner<'i>, at: u64, bias: Option<f64>, order: Order) -> Self {
        let codes = bias.map(|bias| Codes { group: [0; 8], next: 8, bias, is_ended: false });
        Units { inner, buffer: vec![0; BUFFER], begin: 0, end: 0, passed: at, codes, order }
    }

    /// A fault at the next byte.
    fn broken(&self, reason: &str) -> Fault {
        let at = self.passed + self.begin as u64;
        let whole = if matches!(self.inner, Inner::Zlib(_)) { "byte of the unpacked data" } else { "byte" };
        Fault::new(FaultKind::Broken(format!("at {whole} {at}: {reason}")))
    }

    #[inline]
    fn eight(&mut self) -> Result<Option<[u8; 8]>, Fault> {
        if self.end - self.begin < 8 && !self.fill()? {
            return Ok(None);
        }
        let found = self.buffer.get(self.begin..).and_then(<[u8]>::first_chunk::<8>).copied();
        self.begin += 8;
        Ok(found)
    }

    /// True when there are eight bytes more, false at the end.
    fn fill(&mut self) -> Result<bool, Fault> {
        self.buffer.copy_within(self.begin..self.end, 0);
        self.passed += self.begin as u64;
        (self.begin, self.end) = (0, self.end - self.begin);
        while self.end < 8 {
            let space = self.buffer.get_mut(self.end..).unwrap_or_default();
            let count = match &mut self.inner {
                Inner::Plain(reader) => match reader.read(space) {
                    Err(fault) if fault.kind() == std::io::ErrorKind::Interrupted => continue,
                    found => found?,
                },
                Inner::Zlib(blocks) => blocks.read(space)?,
            };
            if count == 0 && self.end == 0 {
                return Ok(false);
            }
            if count == 0 {
                return Err(self.broken(&format!("8 bytes expected, {} found at the end", self.end)));
            }
            self.end += count;
        }
        Ok(true)
    }

    /// The next unit.
    #[inline]
    fn next(&mut self) -> Result<Unit, Fault> {
        loop {
            let Some(codes) = &mut self.codes else {
                return Ok(self.eight()?.map_or(Unit::End, Unit::Bytes));
            };
            if codes.is_ended {
                return Ok(Unit::End);
            }
            let Some(code) = codes.group.get(codes.next).copied() else {
                match self.eight()? {
                    None => return Ok(Unit::End),
                    Some(group) => {
                        if let Some(codes) = &mut self.codes {
                            (codes.group, codes.next) = (group, 0);
                        }
                        continue;
                    }
                }
            };
            codes.next += 1;
            return Ok(match code {
                0 => continue,
                252 => {
                    codes.is_ended = true;
                    Unit::End
                }
                253 => match self.eight()? {
                    Some(bytes) => Unit::Bytes(bytes),
                    None => return Err(self.broken("code 253, but no 8 bytes behind the codes")),
                },
                254 => Unit::Spaces,
                255 => Unit::Missing,
                small => Unit::Number(f64::from(small) - codes.bias),
            });
        }
    }

    /// Nothing but filling may follow: no unit, and after the code of the end zeros only.
    fn check_end(&mut self) -> Result<(), Fault> {
        if !matches!(self.next()?, Unit::End) {
            return Err(self.broken("data behind the last case"));
        }
        let rest = self.codes.as_ref().and_then(|codes| codes.group.get(codes.next..)).unwrap_or_default();
        if rest.iter().any(|code| *code != 0) {
            return Err(self.broken("codes behind the code of the end"));
        }
        while let Some(bytes) = self.eight()? {
            if bytes != [0; 8] {
                return Err(self.broken("data behind the code of the end"));
            }
        }
        Ok(())
    }
}

impl Cases<'_> {
    /// Reads the next case into `case`, whose memory is used again; false when there is none left.
    ///
    /// # Errors
    /// When the file is cut off or broken, or there are more cases than the limits allow; the fault names the case,
    /// counted from 1. Damage may come to light after cases have been handed on, so nothing is to be made of them
    /// before this returns false.
    pub fn read(&mut self, case: &mut Vec<SavValue>) -> Result<bool, Fault> {
        if self.is_ended {
            return Ok(false);
        }
        let found = self.one(case).map_err(|fault| fault.at_row(self.done + 1));
        match found {
            Ok(true) => self.done += 1,
            _ => self.is_ended = true,
        }
        found
    }

    /// Texts so far with bytes that are no characters of the file's encoding; those are U+FFFD in them.
    pub fn damaged_texts(&self) -> u64 {
        self.letters.damaged
    }

    fn one(&mut self, case: &mut Vec<SavValue>) -> Result<bool, Fault> {
        if self.expected == Some(self.done) || self.slots.is_empty() {
            return self.units.check_end().map(|()| false);
        }
        let columns = self.slots.len();
        if self.done >= self.limits.rows {
            return self.too_many("rows", self.limits.rows);
        }
        if (self.done + 1).saturating_mul(columns as u64) > self.limits.cells {
            return self.too_many("cells", self.limits.cells);
        }
        case.resize(columns, SavValue::SystemMissing);
        let mut is_first = true;
        for (slot, value) in self.slots.iter().zip(case.iter_mut()) {
            let is_there = match slot {
                Slot::Number => number(&mut self.units, self.system_missing, value)?,
                Slot::Text { width, full, last } => {
                    self.scratch.clear();
                    let is_there = text(&mut self.units, &mut self.scratch, *full, *last)?;
                    self.scratch.truncate(*width as usize);
                    let mut kept = match std::mem::replace(value, SavValue::SystemMissing) {
                        SavValue::Text(text) => text,
                        _ => String::new(),
                    };
                    kept.clear();
                    self.letters.append(&self.scratch, &mut kept);
                    *value = SavValue::Text(kept);
                    is_there
                }
            };
            match (is_there, is_first, self.expected) {
                (true, ..) => is_first = false,
                (false, true, None) => return self.units.check_end().map(|()| false),
                (false, true, Some(expected)) => {
                    let reason = format!("{expected} cases expected, {} found", self.done);
                    return Err(self.units.broken(&reason));
                }
                (false, false, _) => return Err(self.units.broken("the data end within a case")),
            }
        }
        Ok(true)
    }

    /// A case more than allowed; if there is one.
    fn too_many(&mut self, limit: &'static str, most: u64) -> Result<bool, Fault> {
        match self.units.next()? {
            Unit::End if self.expected.is_none() => self.units.check_end().map(|()| false),
            _ => Err(Fault::too_much(limit, most)),
        }
    }
}

impl Iterator for Cases<'_> {
    type Item = Result<Vec<SavValue>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut case = Vec::new();
        self.read(&mut case).map(|found| found.then_some(case)).transpose()
    }
}

/// False when there is none.
#[inline]
fn number(units: &mut Units<'_>, system_missing: f64, value: &mut SavValue) -> Result<bool, Fault> {
    *value = match units.next()? {
        Unit::Number(found) => SavValue::Number(found),
        Unit::Missing => SavValue::SystemMissing,
        Unit::Bytes(bytes) => {
            let found = units.order.f64(bytes);
            if found == system_missing { SavValue::SystemMissing } else { SavValue::Number(found) }
        }
        Unit::Spaces => return Err(units.broken("spaces where a number is expected")),
        Unit::End => return Ok(false),
    };
    Ok(true)
}

/// Appends the bytes of all segments; false when the first unit is not there.
fn text(units: &mut Units<'_>, to: &mut Vec<u8>, full: u32, last: u32) -> Result<bool, Fault> {
    let mut is_first = true;
    for segment in 0..=full {
        let width = if segment == full { last } else { SEGMENT };
        let end = to.len() + width as usize;
        for _ in 0..width.div_ceil(8) {
            match units.next()? {
                Unit::Bytes(bytes) => to.extend_from_slice(&bytes),
                Unit::Spaces => to.extend_from_slice(&[b' '; 8]),
                // A writer packs eight zero bytes as the number 0.
                Unit::Number(0.0) => to.extend_from_slice(&[0; 8]),
                Unit::Number(_) | Unit::Missing => return Err(units.broken("a number where a text is expected")),
                Unit::End if is_first => return Ok(false),
                Unit::End => return Err(units.broken("the data end within a text")),
            }
            is_first = false;
        }
        to.truncate(end);
    }
    Ok(true)
}
