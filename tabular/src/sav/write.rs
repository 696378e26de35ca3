//! Writes system files (`.sav`): for tests, samples, and whoever needs the data in SPSS.

mod names;
mod records;

use super::dictionary::{Compression, Dictionary, Kind, SavValue};
use encoding_rs::Encoding;
use names::{segments, units, widths};
use records::{extensions, header, labels, variable};
use std::io::{self, Write};

/// What is taken off a code to get a number, as SPSS itself does it.
const BIAS: f64 = 100.0;

/// Writes a system file case by case. The same dictionary and cases give the same bytes: the day of creation is what
/// the dictionary says, 1 January 1970 when it says nothing.
pub struct SavWriter<W: Write> {
    out: Out<W>,
    kinds: Vec<Kind>,
    expected: Option<u64>,
    done: u64,
    /// Codes of the current group, where the data are written in bytecode, and what they stand for.
    codes: Option<Vec<u8>>,
    pending: Vec<u8>,
}

/// Where bytes go, in their order and encoding.
struct Out<W: Write> {
    inner: W,
    is_big: bool,
    encoding: &'static Encoding,
}

fn refused(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}

impl<W: Write> Out<W> {
    fn number(&mut self, number: i32) -> io::Result<()> {
        self.inner.write_all(&if self.is_big { number.to_be_bytes() } else { number.to_le_bytes() })
    }

    fn length(&mut self, length: usize) -> io::Result<()> {
        let length = i32::try_from(length).map_err(|_| refused("a text or list of more than 2 GiB".to_owned()))?;
        self.number(length)
    }

    fn double(&self, number: f64) -> [u8; 8] {
        if self.is_big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn encoded(&self, text: &str, most: usize, what: &str) -> io::Result<Vec<u8>> {
        let (bytes, _, has_other) = self.encoding.encode(text);
        if has_other {
            return Err(refused(format!("{what} has a character that {} has not", self.encoding.name())));
        }
        if bytes.len() > most {
            return Err(refused(format!("{what} takes {} bytes, of {most} at most", bytes.len())));
        }
        Ok(bytes.into_owned())
    }

    /// A text filled up with spaces.
    fn padded(&mut self, text: &str, width: usize, what: &str) -> io::Result<()> {
        let mut bytes = self.encoded(text, width, what)?;
        bytes.resize(width, b' ');
        self.inner.write_all(&bytes)
    }

    /// The head of an extension record and its body.
    fn extension(&mut self, code: i32, size: usize, body: &[u8]) -> io::Result<()> {
        if body.is_empty() {
            return Ok(());
        }
        self.number(7)?;
        self.number(code)?;
        self.length(size)?;
        self.length(body.len() / size)?;
        self.inner.write_all(body)
    }

    fn numbers(&self, numbers: &[i32]) -> Vec<u8> {
        let bytes = numbers.iter().map(|number| if self.is_big { number.to_be_bytes() } else { number.to_le_bytes() });
        bytes.flatten().collect()
    }

    /// A text with its length before it, appended to a body.
    fn counted(&self, body: &mut Vec<u8>, bytes: &[u8]) {
        body.extend(self.numbers(&[i32::try_from(bytes.len()).unwrap_or(i32::MAX)]));
        body.extend(bytes);
    }
}

impl<W: Write> SavWriter<W> {
    /// Writes the dictionary. Of it these are not asked: the short names of variables that have none (they get one),
    /// what was left out, and how the encoding is known. `case_count` is written and held to, if there is one.
    ///
    /// # Errors
    /// When the disk fails, or the dictionary cannot be written: zlib blocks, a name twice, too long or with a tab or
    /// `=`, a text wider than 32 767 bytes, a label over 255 bytes, too many missing values, a missing text over 8
    /// bytes, a character that the encoding has not.
    pub fn new(inner: W, dictionary: &Dictionary) -> io::Result<Self> {
        if dictionary.compression == Compression::Zlib {
            return Err(refused("zlib blocks are read, but not written".to_owned()));
        }
        if dictionary.encoding.output_encoding() != dictionary.encoding {
            return Err(refused(format!("{} is no encoding to write in", dictionary.encoding.name())));
        }
        let mut out = Out { inner, is_big: dictionary.is_big_endian, encoding: dictionary.encoding };
        let segments = segments(dictionary, &out)?;
        header(&mut out, dictionary, &segments)?;
        for segment in &segments {
            variable(&mut out, segment)?;
        }
        let mut unit = 1;
        for segment in &segments {
            if segment.is_first && !matches!(segment.of.kind, Kind::Text(9..)) {
                labels(&mut out, segment.of, unit)?;
            }
            unit += units(segment.width);
        }
        extensions(&mut out, dictionary, &segments)?;
        out.number(999)?;
        out.number(0)?;
        Ok(SavWriter {
            out,
            kinds: dictionary.variables.iter().map(|variable| variable.kind).collect(),
            expected: dictionary.case_count,
            done: 0,
            codes: (dictionary.compression == Compression::Bytecode).then(Vec::new),
            pending: Vec::new(),
        })
    }

    /// Writes a case: a value for each variable. Spaces at the end of a text are not kept.
    ///
    /// # Errors
    /// When the disk fails, or a value is not of its variable's kind or does not fit into it.
    pub fn write_case(&mut self, values: &[SavValue]) -> io::Result<()> {
        let place = self.done + 1;
        if values.len() != self.kinds.len() {
            let reason = format!("case {place} has {} values for {} variables", values.len(), self.kinds.len());
            return Err(refused(reason));
        }
        for (index, value) in values.iter().enumerate() {
            match (self.kinds.get(index).copied(), value) {
                (Some(Kind::Number), SavValue::Number(number)) if *number == -f64::MAX => {
                    return Err(refused(format!("case {place} has the number that stands for a missing one")));
                }
                (Some(Kind::Number), SavValue::Number(number)) => self.number(*number)?,
                (Some(Kind::Number), SavValue::SystemMissing) => self.unit(self.out.double(-f64::MAX), Some(255))?,
                (Some(Kind::Text(width)), SavValue::Text(text)) => {
                    let bytes = self.out.encoded(text, width as usize, &format!("a text of case {place}"))?;
                    self.text(&bytes, width)?;
                }
                _ => return Err(refused(format!("value {} of case {place} is not of its variable's kind", index + 1))),
            }
        }
        self.done += 1;
        Ok(())
    }

    /// Writes what is left and hands back what was written to.
    ///
    /// # Errors
    /// When the disk fails, or there were more or fewer cases than the dictionary says.
    pub fn finish(mut self) -> io::Result<W> {
        if self.expected.is_some_and(|expected| expected != self.done) {
            let expected = self.expected.unwrap_or_default();
            return Err(refused(format!("{expected} cases announced, {} written", self.done)));
        }
        if self.expected.is_none() && self.codes.is_some() {
            self.unit([0; 8], Some(252))?;
        }
        while self.codes.as_ref().is_some_and(|codes| !codes.is_empty()) {
            self.unit([0; 8], Some(0))?;
        }
        self.out.inner.flush()?;
        Ok(self.out.inner)
    }

    fn number(&mut self, number: f64) -> io::Result<()> {
        // The negative zero is no code: it would come back as the other one.
        let is_small = number.fract() == 0.0 && (1.0 - BIAS..=251.0 - BIAS).contains(&number);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 251")]
        let code = (is_small && (number != 0.0 || number.is_sign_positive())).then_some((number + BIAS) as u8);
        self.unit(self.out.double(number), code)
    }

    /// Segments of 255 bytes in 32 units each, the last one as wide as its record says.
    fn text(&mut self, mut bytes: &[u8], width: u32) -> io::Result<()> {
        for segment in widths(width) {
            let held = if width > 255 { 255.min(bytes.len()) } else { bytes.len() };
            let (now, later) = bytes.split_at_checked(held).unwrap_or((bytes, &[]));
            bytes = later;
            let mut units = now.to_vec();
            units.resize(segment.next_multiple_of(8) as usize, b' ');
            for unit in units.as_chunks::<8>().0 {
                self.unit(*unit, (unit == b"        ").then_some(254))?;
            }
        }
        Ok(())
    }

    /// A unit, by a code where there is one for it.
    fn unit(&mut self, bytes: [u8; 8], code: Option<u8>) -> io::Result<()> {
        let Some(codes) = &mut self.codes else { return self.out.inner.write_all(&bytes) };
        codes.push(code.unwrap_or(253));
        if code.is_none() {
            self.pending.extend_from_slice(&bytes);
        }
        if codes.len() == 8 {
            self.out.inner.write_all(codes)?;
            self.out.inner.write_all(&self.pending)?;
            codes.clear();
            self.pending.clear();
        }
        Ok(())
    }
}
