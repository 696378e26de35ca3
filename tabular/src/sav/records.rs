//! The records of a system file's dictionary as they stand, before the encoding of its texts is known.

use super::fields::{Fields, Order, broken_at};
use crate::{Fault, FaultKind, Input, Limits};

/// Bytes of memory that a variable, a label or a record takes beside its texts.
const OVERHEAD: u64 = 256;
/// Bytes of a line of a document record.
const LINE: u64 = 80;

/// The codes of extension records that are read (PSPP developers' guide, "System File Format").
pub mod extension {
    pub const INTEGERS: i32 = 3;
    pub const DOUBLES: i32 = 4;
    pub const SETS: i32 = 7;
    pub const DISPLAY: i32 = 11;
    pub const LONG_NAMES: i32 = 13;
    pub const VERY_LONG: i32 = 14;
    pub const CASES: i32 = 16;
    pub const SETS_COUNTED: i32 = 19;
    pub const ENCODING: i32 = 20;
    pub const LONG_LABELS: i32 = 21;
    pub const LONG_MISSING: i32 = 22;
    pub const ALL: [i32; 11] = [
        INTEGERS,
        DOUBLES,
        SETS,
        DISPLAY,
        LONG_NAMES,
        VERY_LONG,
        CASES,
        SETS_COUNTED,
        ENCODING,
        LONG_LABELS,
        LONG_MISSING,
    ];
}

/// The file header.
pub struct Header {
    /// The program that wrote it.
    pub product: [u8; 60],
    /// 0 none, 1 bytecode, 2 zlib.
    pub compression: i32,
    /// The unit of the weight, from 1; 0 is none.
    pub weight: i32,
    /// Cases; negative when not known.
    pub cases: i32,
    /// What is taken off a code to get a number.
    pub bias: f64,
    /// Day of creation.
    pub day: [u8; 9],
    /// Time of creation.
    pub time: [u8; 8],
    /// The file's label.
    pub label: [u8; 64],
}

/// A variable record with the dummies that follow it.
pub struct RawVariable {
    /// Its place in the file.
    pub at: u64,
    /// Its first unit of eight bytes in a case, from 0.
    pub unit: u32,
    /// 0 for a number, else bytes of a text, 1 to 255.
    pub width: u8,
    /// Its label.
    pub label: Option<Vec<u8>>,
    /// The code of missing values: their number, negative with a range.
    pub missing_code: i32,
    /// Missing values.
    pub missing: Vec<[u8; 8]>,
    /// Print format.
    pub print: i32,
    /// Short name.
    pub name: [u8; 8],
}

/// Value labels and the units they are for.
pub struct RawLabels {
    /// Their place in the file.
    pub at: u64,
    /// Values and labels.
    pub pairs: Vec<([u8; 8], Vec<u8>)>,
    /// Units, from 1.
    pub units: Vec<i32>,
}

/// An extension record.
pub struct Extension {
    /// The place of its body in the file.
    pub at: u64,
    /// Its code.
    pub code: i32,
    /// Its body.
    pub bytes: Vec<u8>,
}

/// All that stands before the data.
pub struct Records {
    /// The file header.
    pub header: Header,
    /// Order of bytes.
    pub order: Order,
    /// Variables, those that are segments of others too.
    pub variables: Vec<RawVariable>,
    /// Units of a case.
    pub units: u32,
    /// Value labels.
    pub labels: Vec<RawLabels>,
    /// Extension records that are read.
    pub extensions: Vec<Extension>,
    /// Where the data begin.
    pub data_at: u64,
}

impl RawVariable {
    /// Units of eight bytes that it takes in a case.
    pub fn units(&self) -> u32 {
        u32::from(self.width).div_ceil(8).max(1)
    }
}

/// Reads all records.
///
/// # Errors
/// When it is no system file, is cut off or broken, or more than the limits allow.
pub fn read<'i>(input: &'i dyn Input, limits: &Limits) -> Result<(Records, Fields<'i>), Fault> {
    let mut fields = Fields::open(input, limits)?;
    let header = header(&mut fields)?;
    let mut records = Records {
        header,
        order: fields.order,
        variables: Vec::new(),
        units: 0,
        labels: Vec::new(),
        extensions: Vec::new(),
        data_at: 0,
    };
    loop {
        let at = fields.at();
        match fields.i32("the code of a record")? {
            2 => variable(&mut fields, &mut records)?,
            3 => labels(&mut fields, &mut records)?,
            6 => {
                let lines = fields.count("the number of lines of the document")?;
                fields.skip(u64::from(lines) * LINE, "the document")?;
            }
            7 => extension(&mut fields, &mut records)?,
            999 => break,
            other => return Err(broken_at(at, &format!("a record of code {other}; 2, 3, 6, 7 or 999 expected"))),
        }
    }
    fields.i32("the end of the dictionary")?;
    records.data_at = fields.at();
    Ok((records, fields))
}

fn header(fields: &mut Fields<'_>) -> Result<Header, Fault> {
    let is_zlib = match &fields.array::<4>("the mark of a system file")? {
        b"$FL2" => false,
        b"$FL3" => true,
        b"\x1C\0\0\0" => return Err(Fault::new(FaultKind::Encrypted)),
        _ => return Err(broken_at(0, "no SPSS system file: $FL2 or $FL3 expected")),
    };
    let product = fields.array("the name of the product")?;
    let layout = fields.array("the layout code")?;
    fields.order = order(layout)
        .ok_or_else(|| broken_at(64, &format!("the layout code is {}; 2 or 3 expected", i32::from_le_bytes(layout))))?;
    // The number of units that follows is wrong in files of several writers: the variables themselves tell it.
    fields.i32("the number of units")?;
    let at = fields.at();
    let compression = fields.i32("the compression code")?;
    let expected = if is_zlib { 2..=2 } else { 0..=1 };
    if !expected.contains(&compression) {
        let expected = if is_zlib { "2" } else { "0 or 1" };
        return Err(broken_at(at, &format!("the compression code is {compression}; {expected} expected")));
    }
    let weight = fields.i32("the weight")?;
    let cases = fields.i32("the number of cases")?;
    let at = fields.at();
    let bias = fields.f64("the bias")?;
    if !bias.is_finite() {
        return Err(broken_at(at, "the bias is no number"));
    }
    let day = fields.array("the day of creation")?;
    let time = fields.array("the time of creation")?;
    let label = fields.array("the label of the file")?;
    fields.array::<3>("the end of the header")?;
    Ok(Header { product, compression, weight, cases, bias, day, time, label })
}

/// The order of bytes that the layout code is written in.
pub fn order(layout: [u8; 4]) -> Option<Order> {
    match (i32::from_le_bytes(layout), i32::from_be_bytes(layout)) {
        (2 | 3, _) => Some(Order::Little),
        (_, 2 | 3) => Some(Order::Big),
        _ => None,
    }
}

fn variable(fields: &mut Fields<'_>, records: &mut Records) -> Result<(), Fault> {
    let at = fields.at() - 4;
    let (width, first) = one_variable(fields, at)?;
    let Ok(width) = u8::try_from(width) else {
        return Err(broken_at(at, &format!("a variable of type {width}; 0 to 255 expected")));
    };
    fields.budget.charge(OVERHEAD)?;
    let variable = RawVariable { width, unit: records.units, ..first };
    for _ in 1..variable.units() {
        let at = fields.at();
        let code = fields.i32("the code of a record")?;
        if code != 2 {
            return Err(broken_at(at, &format!("a record of code {code} within a text of {width} bytes; 2 expected")));
        }
        let (found, _) = one_variable(fields, at)?;
        if found != -1 {
            return Err(broken_at(at, &format!("type {found} within a text of {width} bytes; -1 expected")));
        }
    }
    // A unit takes 32 bytes of the file: what the budget lets through cannot overflow.
    records.units = records.units.saturating_add(variable.units());
    records.variables.push(variable);
    Ok(())
}

/// A record alone: its type, and what it says.
fn one_variable(fields: &mut Fields<'_>, at: u64) -> Result<(i32, RawVariable), Fault> {
    let kind = fields.i32("the type of a variable")?;
    let label_at = fields.at();
    let has_label = fields.i32("the label's mark")?;
    let missing_at = fields.at();
    let missing_code = fields.i32("the number of missing values")?;
    let print = fields.i32("the print format")?;
    fields.i32("the write format")?;
    let name = fields.array("the name of a variable")?;
    let label = match has_label {
        0 => None,
        1 => {
            let length = fields.count("the length of a variable's label")?;
            let label = fields.bytes(length, "a variable's label")?;
            fields.skip(u64::from(length.next_multiple_of(4) - length), "the space after a label")?;
            Some(label)
        }
        other => return Err(broken_at(label_at, &format!("the label's mark is {other}; 0 or 1 expected"))),
    };
    if !matches!(missing_code, -3 | -2 | 0..=3) {
        let reason = format!("the number of missing values is {missing_code}; 0 to 3, -2 or -3 expected");
        return Err(broken_at(missing_at, &reason));
    }
    let mut missing = Vec::new();
    for _ in 0..missing_code.unsigned_abs() {
        missing.push(fields.array("a missing value")?);
    }
    Ok((kind, RawVariable { at, unit: 0, width: 0, label, missing_code, missing, print, name }))
}

fn labels(fields: &mut Fields<'_>, records: &mut Records) -> Result<(), Fault> {
    let at = fields.at() - 4;
    let count = fields.count("the number of value labels")?;
    let mut pairs = Vec::new();
    for _ in 0..count {
        let value = fields.array("a labelled value")?;
        let [length] = fields.array("the length of a value's label")?;
        let label = fields.bytes(u32::from(length), "a value's label")?;
        let space = (u64::from(length) + 1).next_multiple_of(8) - u64::from(length) - 1;
        fields.skip(space, "the space after a label")?;
        fields.budget.charge(OVERHEAD)?;
        pairs.push((value, label));
    }
    let next = fields.at();
    let code = fields.i32("the code of a record")?;
    if code != 4 {
        return Err(broken_at(next, &format!("a record of code {code} after value labels; 4 expected")));
    }
    let count = fields.count("the number of labelled variables")?;
    let mut units = Vec::new();
    for _ in 0..count {
        fields.budget.charge(4)?;
        units.push(fields.i32("the number of a labelled variable")?);
    }
    fields.budget.charge(OVERHEAD)?;
    records.labels.push(RawLabels { at, pairs, units });
    Ok(())
}

fn extension(fields: &mut Fields<'_>, records: &mut Records) -> Result<(), Fault> {
    let code = fields.i32("the code of an extension")?;
    let at = fields.at();
    let size = fields.count("the size of an extension's elements")?;
    let count = fields.count("the number of an extension's elements")?;
    let length = u64::from(size) * u64::from(count);
    if !extension::ALL.contains(&code) {
        return fields.skip(length, "an extension");
    }
    let Ok(length) = u32::try_from(length) else {
        return Err(broken_at(at, &format!("an extension of {length} bytes; less than 4 GiB expected")));
    };
    fields.budget.charge(OVERHEAD)?;
    let at = fields.at();
    let bytes = fields.bytes(length, "an extension")?;
    records.extensions.push(Extension { at, code, bytes });
    Ok(())
}
