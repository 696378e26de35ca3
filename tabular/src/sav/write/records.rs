//! The records of a dictionary, written.

use super::super::dictionary::{
    CategoryLabels, Compression, Dictionary, Kind, Measure, ResponseKind, SavValue, Variable,
};
use super::names::{Segment, units};
use super::{BIAS, Out, refused};
use encoding_rs::UTF_8;
use std::io::{self, Write};

/// The file header.
pub fn header<W: Write>(out: &mut Out<W>, dictionary: &Dictionary, segments: &[Segment<'_>]) -> io::Result<()> {
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

/// A variable record and the dummies after it.
pub fn variable<W: Write>(out: &mut Out<W>, segment: &Segment<'_>) -> io::Result<()> {
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

/// The value labels of a variable that begins at a unit, counted from 1.
pub fn labels<W: Write>(out: &mut Out<W>, variable: &Variable, unit: i32) -> io::Result<()> {
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

/// All extension records.
pub fn extensions<W: Write>(out: &mut Out<W>, dictionary: &Dictionary, segments: &[Segment<'_>]) -> io::Result<()> {
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
