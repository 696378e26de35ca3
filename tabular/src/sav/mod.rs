//! SPSS system files (`.sav`, `.zsav`): variables with their labels and missing values, and cases.
//!
//! Read here, and not as rows of [`crate::Cell`]s alone, because a survey needs what a row cannot tell: labels of values,
//! which values are missing and why, measurement levels. [`SavFile::rows`] hands on the cases as rows all the same.
//!
//! Nothing is done to the data: a value that the user has declared missing is handed on as the value it is. The memory
//! that a dictionary takes is bounded by [`Limits::unstreamed_bytes`](crate::Limits::unstreamed_bytes), counted
//! generously; cases stream. Everything that contradicts itself is a fault with its place; what contradicts itself but
//! harms nothing (labels of a variable that is not there) is left out and listed in [`Dictionary::left_out`].
//!
//! Source: the format as described in the developers' guide of GNU PSPP, chapter "System File Format", and files
//! written by ReadStat (R's haven, Python's pyreadstat). Portable files (`.por`) and encrypted ones are not read.

mod blocks;
mod data;
mod dictionary;
mod fields;
mod letters;
mod records;
mod resolve;
mod rows;
mod sets;
mod write;

use crate::{Fault, Input, Limits};
use blocks::Blocks;
use data::{Inner, Units};
use encoding_rs::Encoding;
use fields::Order;
use letters::Letters;
use resolve::Slot;
use std::io::SeekFrom;

pub use data::Cases;
pub use dictionary::{
    CategoryLabels, Compression, Dictionary, EncodingSource, Format, Kind, Meaning, Measure, Missing, ResponseKind,
    ResponseSet, SavValue, ValueLabel, Variable, moment,
};
pub use write::SavWriter;

/// An open system file: its dictionary is read, its cases are not.
pub struct SavFile<'i> {
    input: &'i dyn Input,
    limits: Limits,
    dictionary: Dictionary,
    slots: Vec<Slot>,
    system_missing: f64,
    order: Order,
    bias: f64,
    data_at: u64,
}

impl<'i> SavFile<'i> {
    /// Opens a file in the encoding that it says.
    ///
    /// ```
    /// use tabular::sav::{Dictionary, SavFile, SavValue, SavWriter, Variable};
    /// use tabular::{Input, Limits};
    ///
    /// let mut writer = SavWriter::new(Vec::new(), &Dictionary::new(vec![Variable::number("age")]))?;
    /// writer.write_case(&[SavValue::Number(38.0)])?;
    /// let bytes = writer.finish()?;
    /// let input: &dyn Input = &bytes.as_slice();
    /// let file = SavFile::open(input, &Limits::default())?;
    /// assert_eq!(file.dictionary().variables[0].name, "age");
    /// let cases: Result<Vec<_>, _> = file.cases()?.collect();
    /// assert_eq!(cases?, [[SavValue::Number(38.0)]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it is none, is cut off or broken in its dictionary, is written in an encoding that is not known here, or is
    /// more than the limits allow.
    pub fn open(input: &'i dyn Input, limits: &Limits) -> Result<Self, Fault> {
        Self::open_in(input, limits, None)
    }

    /// Opens a file in a given encoding, for files that say nothing or lie.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub fn open_in(input: &'i dyn Input, limits: &Limits, encoding: Option<&'static Encoding>) -> Result<Self, Fault> {
        let (records, mut fields) = records::read(input, limits)?;
        let resolved = resolve::resolve(&records, encoding, &mut fields.budget, limits)?;
        Ok(SavFile {
            input,
            limits: limits.clone(),
            dictionary: resolved.dictionary,
            slots: resolved.slots,
            system_missing: resolved.system_missing,
            order: records.order,
            bias: records.header.bias,
            data_at: records.data_at,
        })
    }

    /// What the file says of its variables.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The cases, from the first on.
    ///
    /// # Errors
    /// When the disk fails, the blocks of a `.zsav` are not what they say, or the file says that it has more cases than
    /// the limits allow.
    pub fn cases(&self) -> Result<Cases<'_>, Fault> {
        let expected = self.dictionary.case_count;
        if let Some(count) = expected {
            if count > self.limits.rows {
                return Err(Fault::too_much("rows", self.limits.rows));
            }
            if count.saturating_mul(self.slots.len() as u64) > self.limits.cells {
                return Err(Fault::too_much("cells", self.limits.cells));
            }
        }
        let (inner, at) = if self.dictionary.compression == Compression::Zlib {
            let blocks = Blocks::open(self.input, self.data_at, self.order, self.bias, &self.limits)?;
            (Inner::Zlib(Box::new(blocks)), 0)
        } else {
            let mut reader = self.input.open()?;
            reader.seek(SeekFrom::Start(self.data_at))?;
            (Inner::Plain(reader), self.data_at)
        };
        let bias = (self.dictionary.compression != Compression::None).then_some(self.bias);
        Ok(Cases {
            units: Units::new(inner, at, bias, self.order),
            slots: &self.slots,
            letters: Letters::new(self.dictionary.encoding),
            system_missing: self.system_missing,
            expected,
            limits: &self.limits,
            done: 0,
            is_ended: false,
            scratch: Vec::new(),
        })
    }
}

/// What the first bytes of a file are, when they are those of a system file.
pub(crate) fn mark(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\x1C\0\0\0\0\0\0\0ENCRYPTEDSAV") {
        return Some("SPSS with a password");
    }
    let layout = head.get(64..).and_then(<[u8]>::first_chunk::<4>);
    let has_layout = layout.is_some_and(|bytes| records::order(*bytes).is_some());
    let is_marked = head.starts_with(b"$FL2") || head.starts_with(b"$FL3");
    (is_marked && (has_layout || head.get(4..).is_some_and(|rest| rest.starts_with(b"@(#) SPSS")))).then_some("SPSS")
}
