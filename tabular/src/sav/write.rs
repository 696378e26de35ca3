//! Writes system files (`.sav`): for tests, samples, and whoever needs the data in SPSS.

use super::dictionary::{CategoryLabels, Compression, Dictionary, Kind, Measure, ResponseKind, SavValue, Variable};
use encoding_rs::{Encoding, UTF_8};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// What is taken off a code to get a number, as SPSS itself does it.
const BIAS: f64 = 100.0;
/// The widest text that SPSS knows.
const WIDEST: u32 = 32_767;

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

/// A variable record to be written: a variable, or a segment of a very long one.
struct Segment<'d> {
    /// Its variable.
    of: &'d Variable,
    /// It is the variable's first.
    is_first: bool,
    name: String,
    width: u32,
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
        let code = (is_small && (number != 0.0 || number.is_sign_positive())).then(|| (number + BIAS) as u8);
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

fn units(width: u32) -> i32 {
    i32::try_from(width.div_ceil(8).max(1)).unwrap_or(i32::MAX)
}

/// The widths of a text's segments: 252 bytes of it need one of 255, but for the last.
fn widths(width: u32) -> Vec<u32> {
    let full = if width > 255 { width.div_ceil(252) - 1 } else { 0 };
    (0..full).map(|_| 255).chain([width - full * 252]).collect()
}

fn segments<'d, W: Write>(dictionary: &'d Dictionary, out: &Out<W>) -> io::Result<Vec<Segment<'d>>> {
    let mut used = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut first_names = Vec::new();
    for variable in &dictionary.variables {
        let name = out.encoded(&variable.name, 64, "the name of a variable")?;
        if name.is_empty() || name.iter().any(|byte| matches!(byte, b'\t' | b'=' | 0)) || !names.insert(name) {
            return Err(refused("the name of a variable is empty, there twice, or has a tab or =".to_owned()));
        }
        let upper = variable.name.to_ascii_uppercase();
        let is_short = upper.is_ascii() && upper.len() <= 8;
        let wanted = if variable.short_name.is_empty() && is_short { upper } else { variable.short_name.clone() };
        let is_free = wanted.is_empty() || used.insert(wanted.clone());
        if !is_free && !variable.short_name.is_empty() {
            return Err(refused("the short name of a variable is there twice".to_owned()));
        }
        first_names.push((!wanted.is_empty() && is_free).then_some(wanted));
    }
    let mut numbers = 1_u32..;
    let mut other = || {
        let free = numbers.by_ref().map(|number| format!("V{number}_")).find(|name| !used.contains(name));
        free.unwrap_or_default()
    };
    let mut segments = Vec::new();
    for (variable, name) in dictionary.variables.iter().zip(first_names) {
        let all = match variable.kind {
            Kind::Number => vec![0],
            Kind::Text(width) if (1..=WIDEST).contains(&width) => widths(width),
            Kind::Text(width) => return Err(refused(format!("a text of {width} bytes; 1 to {WIDEST} can be written"))),
        };
        let mut name = name;
        for (index, width) in all.into_iter().enumerate() {
            let name = name.take().unwrap_or_else(&mut other);
            segments.push(Segment { of: variable, is_first: index == 0, name, width });
        }
    }
    Ok(segments)
}

fn header<W: Write>(out: &mut Out<W>, dictionary: &Dictionary, segments: &[Segment<'_>]) -> io::Result<()> {
    let or = |said: &str, other: &str| if said.is_empty() { other.to_owned() } else { said.to_owned() };
    out.inner.write_all(b"$FL2")?;
    out.padded(&or(&dictionary.product, "@(#) SPSS DATA FILE - tabular"), 60, "the name of the product")?;
    out.number(2)?;
    out.number(segments.iter().map(|segment| units(segment.width)).sum())?;
    out.number(i32::from(dictionary.compression == Compression::Bytecode))?;
    let weight = match dictionary.weight {
        None => 0,
        Some(place) => {
            let weight = dictionary.variables.get(place).filter(|weight| weight.kind == Kind::Number);
            let weight = weight.ok_or_else(|| refused("the weight is no variable of numbers".to_owned()))?;
            let before = segments.iter().take_while(|segment| !std::ptr::eq(segment.of, weight));
            1 + before.map(|segment| units(segment.width)).sum::<i32>()
        }
    };
    out.number(weight)?;
    out.number(dictionary.case_count.and_then(|count| i32::try_from(count).ok()).unwrap_or(-1))?;
    out.inner.write_all(&out.double(BIAS))?;
    out.padded(&or(&dictionary.created_on, "01 Jan 70"), 9, "the day of creation")?;
    out.padded(&or(&dictionary.created_at, "00:00:00"), 8, "the time of creation")?;
    out.padded(&dictionary.label, 64, "the label of the file")?;
    out.inner.write_all(&[0; 3])
}

fn variable<W: Write>(out: &mut Out<W>, segment: &Segment<'_>) -> io::Result<()> {
    let variable = segment.of;
    let label = variable.label.as_ref().filter(|_| segment.is_first);
    let label = label.map(|label| out.encoded(label, 255, "the label of a variable")).transpose()?;
    let (code, missing) = if segment.is_first { missing(out, variable)? } else { (0, Vec::new()) };
    let mut print = variable.print;
    if segment.width > 0 {
        print.width = u8::try_from(segment.width).unwrap_or(u8::MAX);
    }
    out.number(2)?;
    out.number(i32::try_from(segment.width).unwrap_or(i32::MAX))?;
    out.number(i32::from(label.is_some()))?;
    out.number(code)?;
    out.number(print.to_code())?;
    out.number(print.to_code())?;
    out.padded(&segment.name, 8, "the short name of a variable")?;
    if let Some(mut label) = label {
        out.length(label.len())?;
        label.resize(label.len().next_multiple_of(4), b' ');
        out.inner.write_all(&label)?;
    }
    out.inner.write_all(&missing)?;
    for _ in 1..units(segment.width) {
        for number in [2, -1, 0, 0, 0, 0] {
            out.number(number)?;
        }
        out.inner.write_all(b"        ")?;
    }
    Ok(())
}

/// The code of missing values, and they themselves. Those of texts wider than 8 bytes are in a record of their own.
fn missing<W: Write>(out: &Out<W>, variable: &Variable) -> io::Result<(i32, Vec<u8>)> {
    let missing = &variable.missing;
    let most = if missing.range.is_some() { 1 } else { 3 };
    if missing.values.len() > most || (missing.range.is_some() && variable.kind != Kind::Number) {
        return Err(refused("a variable has three missing values at most, or a range and one of numbers".to_owned()));
    }
    if matches!(variable.kind, Kind::Text(9..)) {
        return Ok((0, Vec::new()));
    }
    let mut bytes = Vec::new();
    if let Some((low, high)) = missing.range {
        bytes.extend(out.double(if low == f64::NEG_INFINITY { (-f64::MAX).next_up() } else { low }));
        bytes.extend(out.double(if high == f64::INFINITY { f64::MAX } else { high }));
    }
    for value in &missing.values {
        bytes.extend(eight(out, variable.kind, value)?);
    }
    let count = i32::try_from(bytes.len() / 8).unwrap_or(i32::MAX);
    Ok((if missing.range.is_some() { -count } else { count }, bytes))
}

/// A value of the dictionary in eight bytes.
fn eight<W: Write>(out: &Out<W>, kind: Kind, value: &SavValue) -> io::Result<[u8; 8]> {
    match (kind, value) {
        (Kind::Number, SavValue::Number(number)) => Ok(out.double(*number)),
        (Kind::Text(_), SavValue::Text(text)) => {
            let mut bytes = out.encoded(text, 8, "a value of the dictionary")?;
            bytes.resize(8, b' ');
            Ok(bytes.first_chunk().copied().unwrap_or_default())
        }
        _ => Err(refused("a labelled or missing value is not of its variable's kind".to_owned())),
    }
}

fn labels<W: Write>(out: &mut Out<W>, variable: &Variable, unit: i32) -> io::Result<()> {
    if variable.value_labels.is_empty() {
        return Ok(());
    }
    out.number(3)?;
    out.length(variable.value_labels.len())?;
    for label in variable.value_labels.iter() {
        out.inner.write_all(&eight(out, variable.kind, &label.value)?)?;
        let mut bytes = out.encoded(&label.label, 255, "the label of a value")?;
        out.inner.write_all(&[u8::try_from(bytes.len()).unwrap_or(u8::MAX)])?;
        bytes.resize((bytes.len() + 1).next_multiple_of(8) - 1, b' ');
        out.inner.write_all(&bytes)?;
    }
    for number in [4, 1, unit] {
        out.number(number)?;
    }
    Ok(())
}

fn extensions<W: Write>(out: &mut Out<W>, dictionary: &Dictionary, segments: &[Segment<'_>]) -> io::Result<()> {
    let page = if out.encoding == UTF_8 {
        65_001
    } else {
        out.encoding.name().strip_prefix("windows-").and_then(|page| page.parse().ok()).unwrap_or(2)
    };
    let order = if out.is_big { 1 } else { 2 };
    out.extension(3, 4, &out.numbers(&[20, 0, 0, -1, 1, 1, order, page]))?;
    let doubles = [-f64::MAX, f64::MAX, (-f64::MAX).next_up()].map(|number| out.double(number)).concat();
    out.extension(4, 8, &doubles)?;
    let (old, new) = sets(out, dictionary, segments)?;
    out.extension(7, 1, &old)?;
    let display = segments.iter().flat_map(|segment| {
        let measure = match segment.of.measure {
            None => 0,
            Some(Measure::Nominal) => 1,
            Some(Measure::Ordinal) => 2,
            Some(Measure::Scale) => 3,
        };
        let width = if segment.width == 0 { 8 } else { segment.width.min(32) };
        [measure, i32::try_from(width).unwrap_or(8), i32::from(segment.width == 0)]
    });
    out.extension(11, 4, &out.numbers(&display.collect::<Vec<i32>>()))?;
    let (mut long, mut wide) = (Vec::new(), Vec::new());
    for segment in segments.iter().filter(|segment| segment.is_first) {
        let short = out.encoded(&segment.name, 8, "the short name of a variable")?;
        if segment.name != segment.of.name {
            let name = out.encoded(&segment.of.name, 64, "the name of a variable")?;
            let tab: &[u8] = if long.is_empty() { b"" } else { b"\t" };
            long.extend([tab, &short, b"=", &name].concat());
        }
        if let Kind::Text(width @ 256..) = segment.of.kind {
            wide.extend([&short, format!("={width:05}\0\t").as_bytes()].concat());
        }
    }
    out.extension(13, 1, &long)?;
    out.extension(14, 1, &wide)?;
    if let Some(count) = dictionary.case_count.and_then(|count| i64::try_from(count).ok()) {
        let both = [1, count].map(|number| if out.is_big { number.to_be_bytes() } else { number.to_le_bytes() });
        out.extension(16, 8, &both.concat())?;
    }
    out.extension(19, 1, &new)?;
    out.extension(20, 1, out.encoding.name().as_bytes())?;
    long_texts(out, dictionary)
}

/// Labels and missing values of texts wider than eight bytes.
fn long_texts<W: Write>(out: &mut Out<W>, dictionary: &Dictionary) -> io::Result<()> {
    let (mut labels, mut missing) = (Vec::new(), Vec::new());
    for variable in &dictionary.variables {
        let Kind::Text(width @ 9..) = variable.kind else { continue };
        let name = out.encoded(&variable.name, 64, "the name of a variable")?;
        if !variable.value_labels.is_empty() {
            out.counted(&mut labels, &name);
            let count = i32::try_from(variable.value_labels.len()).unwrap_or(i32::MAX);
            labels.extend(out.numbers(&[i32::try_from(width).unwrap_or(i32::MAX), count]));
            for label in variable.value_labels.iter() {
                let SavValue::Text(value) = &label.value else {
                    return Err(refused("a labelled value is not of its variable's kind".to_owned()));
                };
                let mut value = out.encoded(value, width as usize, "a labelled value")?;
                value.resize(width as usize, b' ');
                out.counted(&mut labels, &value);
                out.counted(&mut labels, &out.encoded(&label.label, 255, "the label of a value")?);
            }
        }
        if !variable.missing.values.is_empty() {
            out.counted(&mut missing, &name);
            missing.push(u8::try_from(variable.missing.values.len()).unwrap_or(u8::MAX));
            missing.extend(out.numbers(&[8]));
            for value in &variable.missing.values {
                missing.extend(eight(out, variable.kind, value)?);
            }
        }
    }
    out.extension(21, 1, &labels)?;
    out.extension(22, 1, &missing)
}

/// Multiple response sets: those that every version knows, and those that are labelled by counted values.
fn sets<W: Write>(out: &Out<W>, dictionary: &Dictionary, segments: &[Segment<'_>]) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let firsts: Vec<&Segment<'_>> = segments.iter().filter(|segment| segment.is_first).collect();
    let (mut old, mut new) = (Vec::new(), Vec::new());
    let counted = |text: &str| -> io::Result<Vec<u8>> {
        let bytes = out.encoded(text, usize::MAX, "a text of a multiple response set")?;
        Ok([format!("{} ", bytes.len()).as_bytes(), &bytes].concat())
    };
    for set in &dictionary.response_sets {
        let mut line = out.encoded(&set.name, 64, "the name of a multiple response set")?;
        if !line.starts_with(b"$") || line.iter().any(|byte| matches!(byte, b'=' | b' ' | b'\n')) {
            return Err(refused("the name of a multiple response set begins with $ and has no space".to_owned()));
        }
        let is_new = match &set.kind {
            ResponseKind::Categories => {
                line.extend(b"=C ");
                false
            }
            ResponseKind::Dichotomies { counted: value, labels: CategoryLabels::Variables } => {
                line.extend([b"=D".as_slice(), &counted(value)?, b" "].concat());
                false
            }
            ResponseKind::Dichotomies {
                counted: value,
                labels: CategoryLabels::CountedValues { set_from_variable },
            } => {
                let source: &[u8] = if *set_from_variable { b"11 " } else { b"1 " };
                line.extend([b"=E ".as_slice(), source, &counted(value)?, b" "].concat());
                true
            }
        };
        line.extend(counted(&set.label)?);
        for place in &set.variables {
            let first = firsts.get(*place);
            let first =
                first.ok_or_else(|| refused("a multiple response set has a variable there is not".to_owned()))?;
            let name = out.encoded(&first.name.to_ascii_lowercase(), 8, "the short name of a variable")?;
            line.extend([b" ".as_slice(), &name].concat());
        }
        line.push(b'\n');
        if is_new { &mut new } else { &mut old }.extend(line);
    }
    Ok((old, new))
}
