//! The dictionary made of its records: segments joined, names and labels put where they belong.

use super::dictionary::{Compression, EncodingSource};
use super::dictionary::{Dictionary, Format, Kind, Measure, Missing, SavValue, ValueLabel, Variable};
use super::fields::{Body, Budget, Order, broken_at};
use super::letters::{Letters, said, trimmed};
use super::records::{Extension, RawVariable, Records, extension};
use super::sets;
use crate::{Fault, Limits};
use encoding_rs::Encoding;
use std::collections::HashMap;
use std::sync::Arc;

/// The widest text that SPSS knows.
const WIDEST: u32 = 32_767;
/// Bytes of a very long text for which a segment is added.
const PER_SEGMENT: u32 = 252;
/// Bytes of memory that a variable or label takes beside its texts.
const OVERHEAD: u64 = 256;

/// Where a variable's value stands in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// One unit.
    Number,
    /// Bytes of a text, and the bytes of its last segment. Those before hold 255 bytes in 32 units each.
    Text {
        /// Bytes of the text.
        width: u32,
        /// Segments before the last.
        full: u32,
        /// Bytes of the last segment.
        last: u32,
    },
}

/// A dictionary and how its cases are laid out.
pub struct Resolved {
    /// The dictionary.
    pub dictionary: Dictionary,
    /// The variables' places.
    pub slots: Vec<Slot>,
    /// What stands for a missing number.
    pub system_missing: f64,
}

/// Everything needed while the dictionary is put together.
pub struct Building<'r> {
    pub(super) letters: Letters,
    pub(super) order: Order,
    pub(super) budget: &'r mut Budget,
    pub(super) variables: Vec<Variable>,
    /// Place of a variable by the bytes of its short name.
    pub(super) by_short: HashMap<Vec<u8>, usize>,
    /// Place of a variable by the bytes of its name, where it is not the short one.
    by_long: HashMap<Vec<u8>, usize>,
    /// Place of a variable by its first unit.
    by_unit: HashMap<u32, usize>,
    left_out: Vec<String>,
}

/// What a file says of its numbers (record 7/4).
#[derive(Clone, Copy)]
struct Doubles {
    system_missing: f64,
    highest: f64,
    lowest: f64,
}

/// Puts a dictionary together.
///
/// # Errors
/// When the records contradict each other, or are more than the limits allow.
pub fn resolve(
    records: &Records,
    given: Option<&'static Encoding>,
    budget: &mut Budget,
    limits: &Limits,
) -> Result<Resolved, Fault> {
    let (encoding, encoding_source) = match given {
        Some(encoding) => (encoding, EncodingSource::Given),
        None => said(&records.extensions, records.order)?,
    };
    let doubles = doubles(records)?;
    let (raw, slots) = joined(records, limits)?;
    budget.charge(u64::from(records.units) * 8 + slots.len() as u64 * OVERHEAD)?;
    let mut building = Building {
        letters: Letters::new(encoding),
        order: records.order,
        budget,
        variables: Vec::new(),
        by_short: HashMap::new(),
        by_long: HashMap::new(),
        by_unit: HashMap::new(),
        left_out: Vec::new(),
    };
    for (variable, slot) in raw.iter().zip(&slots) {
        building.add(variable, *slot, doubles);
    }
    let each = |code: i32| records.extensions.iter().filter(move |found| found.code == code);
    each(extension::LONG_NAMES).try_for_each(|record| building.long_names(record))?;
    each(extension::DISPLAY).try_for_each(|record| building.measures(record, records, &raw))?;
    building.labels(records)?;
    each(extension::LONG_LABELS).try_for_each(|record| building.long_labels(record))?;
    each(extension::LONG_MISSING).try_for_each(|record| building.long_missing(record))?;
    let mut response_sets = Vec::new();
    for record in each(extension::SETS).chain(each(extension::SETS_COUNTED)) {
        sets::read(&mut building, record, &mut response_sets)?;
    }
    let weight = building.weight(records.header.weight)?;
    let header = &records.header;
    let mut text = |bytes: &[u8]| building.letters.text(bytes);
    let dictionary = Dictionary {
        product: text(&header.product),
        label: text(&header.label),
        created_on: text(&header.day),
        created_at: text(&header.time),
        encoding,
        encoding_source,
        is_big_endian: records.order == Order::Big,
        compression: match header.compression {
            0 => Compression::None,
            1 => Compression::Bytecode,
            _ => Compression::Zlib,
        },
        case_count: case_count(records)?,
        weight,
        variables: building.variables,
        response_sets,
        left_out: building.left_out,
        damaged_texts: building.letters.damaged,
    };
    Ok(Resolved { dictionary, slots, system_missing: doubles.system_missing })
}

fn doubles(records: &Records) -> Result<Doubles, Fault> {
    let found = records.extensions.iter().rev().find(|found| found.code == extension::DOUBLES);
    let Some(record) = found else {
        return Ok(Doubles { system_missing: -f64::MAX, highest: f64::MAX, lowest: (-f64::MAX).next_up() });
    };
    let mut body = Body::new(&record.bytes, record.at, records.order);
    let mut next = |what| body.array(what).map(|bytes| records.order.f64(bytes));
    Ok(Doubles {
        system_missing: next("the missing value")?,
        highest: next("the highest value")?,
        lowest: next("the lowest value")?,
    })
}

/// Record 7/16 counts what does not fit into the header.
fn case_count(records: &Records) -> Result<Option<u64>, Fault> {
    if let Some(record) = records.extensions.iter().rev().find(|found| found.code == extension::CASES) {
        let mut body = Body::new(&record.bytes, record.at, records.order);
        body.slice(8, "the number of cases")?;
        let count = records.order.i64(body.array("the number of cases")?);
        if let Ok(count) = u64::try_from(count) {
            return Ok(Some(count));
        }
    }
    Ok(u64::try_from(records.header.cases).ok())
}

/// The variables without the segments of others, and where their values stand.
fn joined<'r>(records: &'r Records, limits: &Limits) -> Result<(Vec<&'r RawVariable>, Vec<Slot>), Fault> {
    let mut widths = HashMap::new();
    for record in records.extensions.iter().filter(|found| found.code == extension::VERY_LONG) {
        for (name, width) in pairs(&record.bytes) {
            let width = std::str::from_utf8(width).ok().and_then(|width| width.trim().parse().ok());
            let width = width
                .filter(|width| (1..=WIDEST).contains(width))
                .ok_or_else(|| broken_at(record.at, "the width of a very long text is no number from 1 to 32767"))?;
            widths.insert(name.to_ascii_uppercase(), width);
        }
    }
    let (mut raw, mut slots) = (Vec::new(), Vec::new());
    let mut variables = records.variables.iter();
    while let Some(variable) = variables.next() {
        let width = widths.remove(&trimmed(&variable.name).to_ascii_uppercase());
        slots.push(match (u32::from(variable.width), width) {
            (0, _) => Slot::Number,
            (own, Some(width)) if width > 255 => {
                let full = width.div_ceil(PER_SEGMENT) - 1;
                let expected = width - full * PER_SEGMENT;
                let mut last = own;
                for segment in 1..=full {
                    let next = variables.next().ok_or_else(|| segment_fault(variable, width, "none"))?;
                    let is_sound = last == 255 && (segment == full || next.width == 255);
                    last = u32::from(next.width);
                    if !is_sound {
                        return Err(segment_fault(variable, width, "another"));
                    }
                }
                if last.div_ceil(8) != expected.div_ceil(8) {
                    return Err(segment_fault(variable, width, "one of another width"));
                }
                Slot::Text { width, full, last }
            }
            (own, _) => Slot::Text { width: own, full: 0, last: own },
        });
        raw.push(variable);
        if raw.len() as u64 > u64::from(limits.columns) {
            return Err(Fault::too_much("columns", u64::from(limits.columns)));
        }
    }
    Ok((raw, slots))
}

fn segment_fault(variable: &RawVariable, width: u32, found: &str) -> Fault {
    let segments = width.div_ceil(PER_SEGMENT);
    broken_at(variable.at, &format!("a text of {width} bytes in {segments} segments expected, but {found} found"))
}

/// `NAME=value`, with tabs between.
fn pairs(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes.split(|byte| *byte == b'\t').filter_map(|pair| {
        let middle = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair.get(..middle)?, trimmed(pair.get(middle + 1..)?)))
    })
}

impl Building<'_> {
    /// Notes what is left out.
    pub(super) fn leave_out(&mut self, at: u64, reason: &str) -> Result<(), Fault> {
        self.budget.charge(OVERHEAD)?;
        self.left_out.push(format!("at byte {at}: {reason}"));
        Ok(())
    }

    fn add(&mut self, raw: &RawVariable, slot: Slot, doubles: Doubles) {
        let name = self.letters.text(&raw.name);
        let place = self.variables.len();
        self.by_short.insert(trimmed(&raw.name).to_ascii_uppercase(), place);
        self.by_unit.insert(raw.unit, place);
        let kind = match slot {
            Slot::Number => Kind::Number,
            Slot::Text { width, .. } => Kind::Text(width),
        };
        let missing = self.missing(raw, kind, doubles);
        let label = raw.label.as_ref().map(|label| self.letters.text(label));
        self.variables.push(Variable {
            short_name: name.clone(),
            name,
            label,
            kind,
            print: Format::from_code(raw.print),
            value_labels: Arc::new([]),
            missing,
            measure: None,
        });
    }

    fn missing(&mut self, raw: &RawVariable, kind: Kind, doubles: Doubles) -> Missing {
        let has_range = raw.missing_code < 0 && kind == Kind::Number;
        let mut values = raw.missing.as_slice();
        let mut range = None;
        if has_range && let [low, high, rest @ ..] = values {
            let (low, high) = (self.order.f64(*low), self.order.f64(*high));
            // Old files write the missing value itself for the lowest one.
            let low = if low == doubles.lowest || low == doubles.system_missing { f64::NEG_INFINITY } else { low };
            range = Some((low, if high == doubles.highest { f64::INFINITY } else { high }));
            values = rest;
        }
        Missing { values: values.iter().map(|value| self.value(*value, kind)).collect(), range }
    }

    fn value(&mut self, bytes: [u8; 8], kind: Kind) -> SavValue {
        match kind {
            Kind::Number => SavValue::Number(self.order.f64(bytes)),
            Kind::Text(_) => SavValue::Text(self.letters.text(&bytes)),
        }
    }

    fn long_names(&mut self, record: &Extension) -> Result<(), Fault> {
        for (short, long) in pairs(&record.bytes) {
            match self.by_short.get(&short.to_ascii_uppercase()) {
                Some(place) if !long.is_empty() => {
                    self.by_long.insert(long.to_vec(), *place);
                    if let Some(variable) = self.variables.get_mut(*place) {
                        variable.name = self.letters.text(long);
                    }
                }
                _ => self.leave_out(record.at, "the long name of a variable that is not there")?,
            }
        }
        Ok(())
    }

    /// Two or three numbers a variable, of which the first is the measurement level; segments count as variables, but
    /// not with every writer.
    fn measures(&mut self, record: &Extension, records: &Records, raw: &[&RawVariable]) -> Result<(), Fault> {
        let count = record.bytes.len() / 4;
        let (all, own) = (records.variables.len(), raw.len());
        let (of_all, each) = match () {
            () if count == all * 3 => (true, 12),
            () if count == all * 2 => (true, 8),
            () if count == own * 3 => (false, 12),
            () if count == own * 2 => (false, 8),
            () => return self.leave_out(record.at, &format!("{count} numbers on the display of {own} variables")),
        };
        let mut groups = record.bytes.chunks_exact(each);
        let mut segments = records.variables.iter();
        for (variable, raw) in self.variables.iter_mut().zip(raw) {
            if of_all {
                let before = segments.by_ref().take_while(|segment| segment.unit != raw.unit).count();
                groups.by_ref().take(before).for_each(drop);
            }
            let code = groups.next().and_then(<[u8]>::first_chunk::<4>).map(|bytes| self.order.i32(*bytes));
            variable.measure = match code {
                Some(1) => Some(Measure::Nominal),
                Some(2) => Some(Measure::Ordinal),
                Some(3) => Some(Measure::Scale),
                _ => None,
            };
        }
        Ok(())
    }

    fn labels(&mut self, records: &Records) -> Result<(), Fault> {
        for record in &records.labels {
            let mut shared: [Option<Arc<[ValueLabel]>>; 2] = [None, None];
            for unit in &record.units {
                let place = unit.checked_sub(1).and_then(|unit| self.by_unit.get(&u32::try_from(unit).ok()?));
                let Some(variable) = place.and_then(|place| Some((*place, self.variables.get(*place)?))) else {
                    let reason = format!("labels for the unit {unit}, where no variable begins");
                    self.leave_out(record.at, &reason)?;
                    continue;
                };
                let (place, kind) = (variable.0, variable.1.kind);
                if matches!(kind, Kind::Text(9..)) {
                    let reason = format!("labels of eight bytes for the wider text at unit {unit}");
                    self.leave_out(record.at, &reason)?;
                    continue;
                }
                let labels = match shared.get(usize::from(kind != Kind::Number)).cloned().flatten() {
                    Some(labels) => labels,
                    None => self.converted(&record.pairs, kind)?,
                };
                if let Some(kept) = shared.get_mut(usize::from(kind != Kind::Number)) {
                    *kept = Some(Arc::clone(&labels));
                }
                self.give(place, labels)?;
            }
        }
        Ok(())
    }

    fn converted(&mut self, pairs: &[([u8; 8], Vec<u8>)], kind: Kind) -> Result<Arc<[ValueLabel]>, Fault> {
        let bytes: u64 = pairs.iter().map(|(_, label)| label.len() as u64 * 3 + OVERHEAD).sum();
        self.budget.charge(bytes)?;
        let labels = pairs.iter().map(|(value, label)| {
            let value = self.value(*value, kind);
            ValueLabel { value, label: self.letters.text(label) }
        });
        Ok(labels.collect())
    }

    /// Adds labels to those of a variable.
    fn give(&mut self, place: usize, labels: Arc<[ValueLabel]>) -> Result<(), Fault> {
        let Some(variable) = self.variables.get_mut(place) else { return Ok(()) };
        if variable.value_labels.is_empty() {
            variable.value_labels = labels;
            return Ok(());
        }
        let all = || variable.value_labels.iter().chain(labels.iter());
        self.budget.charge(all().map(|label| label.label.len() as u64 + OVERHEAD).sum())?;
        variable.value_labels = all().cloned().collect();
        Ok(())
    }

    /// The place of a variable by either of its names.
    pub(super) fn by_name(&self, name: &[u8]) -> Option<usize> {
        self.by_long.get(name).or_else(|| self.by_short.get(&name.to_ascii_uppercase())).copied()
    }

    fn long_labels(&mut self, record: &Extension) -> Result<(), Fault> {
        let mut body = Body::new(&record.bytes, record.at, self.order);
        while !body.is_at_end() {
            let at = body.place();
            let name = body.counted("the name of a labelled variable")?;
            body.slice(4, "the width of a labelled variable")?;
            let count = body.count("the number of value labels")?;
            let mut labels = Vec::new();
            for _ in 0..count {
                let value = body.counted("a labelled value")?;
                let label = body.counted("a value's label")?;
                self.budget.charge((value.len() + label.len()) as u64 * 3 + OVERHEAD)?;
                let value = SavValue::Text(self.letters.text(value));
                labels.push(ValueLabel { value, label: self.letters.text(label) });
            }
            match self.by_name(name).filter(|place| self.is_text(*place)) {
                Some(place) => self.give(place, labels.into())?,
                None => self.leave_out(at, "labels of texts for a variable that is not there or holds none")?,
            }
        }
        Ok(())
    }

    fn long_missing(&mut self, record: &Extension) -> Result<(), Fault> {
        let mut body = Body::new(&record.bytes, record.at, self.order);
        while !body.is_at_end() {
            let at = body.place();
            let name = body.counted("the name of a variable with missing values")?;
            let [count] = body.array("the number of missing values")?;
            let length = body.count("the length of a missing value")?;
            let mut values = Vec::new();
            for number in 0..count {
                // Old PSPP and ReadStat write the length before every value.
                if number > 0 {
                    body.passes(length);
                }
                let value = body.slice(length, "a missing value")?;
                self.budget.charge(length as u64 * 3 + OVERHEAD)?;
                values.push(SavValue::Text(self.letters.text(value)));
            }
            match self.by_name(name).filter(|place| self.is_text(*place)) {
                Some(place) => {
                    if let Some(variable) = self.variables.get_mut(place) {
                        variable.missing.values = values;
                    }
                }
                None => self.leave_out(at, "missing texts for a variable that is not there or holds none")?,
            }
        }
        Ok(())
    }

    fn is_text(&self, place: usize) -> bool {
        self.variables.get(place).is_some_and(|variable| variable.kind != Kind::Number)
    }

    fn weight(&self, unit: i32) -> Result<Option<usize>, Fault> {
        if unit == 0 {
            return Ok(None);
        }
        let place = unit.checked_sub(1).and_then(|unit| self.by_unit.get(&u32::try_from(unit).ok()?)).copied();
        let place = place.filter(|place| !self.is_text(*place));
        place.map(Some).ok_or_else(|| broken_at(76, &format!("the weight is unit {unit}, where no number begins")))
    }
}
