//! Multiple response sets: lines of text in a grammar of their own (records 7/7 and 7/19).

use super::dictionary::{CategoryLabels, ResponseKind, ResponseSet};
use super::records::Extension;
use super::resolve::Building;
use crate::Fault;

/// Bytes of memory that a set takes beside its texts.
const OVERHEAD: u64 = 256;

/// Reads the sets of a record. One that cannot be understood is left out.
///
/// # Errors
/// When there are more than the limits allow.
pub fn read(building: &mut Building<'_>, record: &Extension, to: &mut Vec<ResponseSet>) -> Result<(), Fault> {
    let mut rest = record.bytes.as_slice();
    let mut at = record.at;
    while let Some(start) = rest.iter().position(|byte| !matches!(byte, b'\n' | 0)) {
        let (_, line) = rest.split_at_checked(start).unwrap_or_default();
        at += start as u64;
        let mut scan = Scan { rest: line };
        building.budget.charge(OVERHEAD)?;
        let set = one(&mut scan, building)?;
        let read = line.len() - scan.rest.len();
        match set {
            Some(set) => to.push(set),
            None => building.leave_out(at, "a multiple response set that is not written as one")?,
        }
        // What is left of a line that is not understood is passed over with it.
        let end = scan.rest.iter().position(|byte| *byte == b'\n').map_or(line.len(), |end| read + end + 1);
        rest = line.get(end..).unwrap_or_default();
        at += end as u64;
    }
    Ok(())
}

/// `$name=C 5 Label V1 V2`, `$name=D1 1 5 Label V1 V2`, `$name=E 1 1 1 5 Label V1 V2`: lengths before texts.
fn one(scan: &mut Scan<'_>, building: &mut Building<'_>) -> Result<Option<ResponseSet>, Fault> {
    let Some((name, kind, label)) = head(scan, building) else { return Ok(None) };
    building.budget.charge((name.len() + label.len()) as u64)?;
    let mut variables = Vec::new();
    while scan.one_of(b" ").is_some() {
        let word = scan.word();
        if word.is_empty() {
            continue;
        }
        building.budget.charge(8)?;
        match building.by_short.get(&word.to_ascii_uppercase()).copied().or_else(|| building.by_name(word)) {
            Some(place) => variables.push(place),
            None => return Ok(None),
        }
    }
    Ok(Some(ResponseSet { name, label, kind, variables }))
}

fn head(scan: &mut Scan<'_>, building: &mut Building<'_>) -> Option<(String, ResponseKind, String)> {
    let equals = scan.rest.iter().position(|byte| matches!(byte, b'=' | b'\n'))?;
    let name = scan.take(equals)?;
    scan.one_of(b"=")?;
    let letter = scan.one_of(b"CDE")?;
    let kind = if letter == b'C' {
        ResponseKind::Categories
    } else {
        let labels = if letter == b'E' {
            scan.one_of(b" ")?;
            // 1 alone, or 11 where the set's label is that of its first variable.
            let set_from_variable = scan.number()? == 11;
            scan.one_of(b" ")?;
            CategoryLabels::CountedValues { set_from_variable }
        } else {
            CategoryLabels::Variables
        };
        let counted = scan.counted()?;
        ResponseKind::Dichotomies { counted: building.letters.text(counted), labels }
    };
    scan.one_of(b" ")?;
    let label = scan.counted()?;
    Some((building.letters.text(name), kind, building.letters.text(label)))
}

/// A line being read.
struct Scan<'s> {
    rest: &'s [u8],
}

impl<'s> Scan<'s> {
    fn take(&mut self, length: usize) -> Option<&'s [u8]> {
        let (found, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(found)
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let first = self.rest.first().copied().filter(|byte| wanted.contains(byte))?;
        self.take(1)?;
        Some(first)
    }

    fn number(&mut self) -> Option<usize> {
        let end = self.rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.rest.len());
        std::str::from_utf8(self.take(end)?).ok()?.parse().ok()
    }

    /// A text with its length before it.
    fn counted(&mut self) -> Option<&'s [u8]> {
        let length = self.number()?;
        self.one_of(b" ")?;
        self.take(length)
    }

    fn word(&mut self) -> &'s [u8] {
        let end = self.rest.iter().position(|byte| matches!(byte, b' ' | b'\n' | 0)).unwrap_or(self.rest.len());
        self.take(end).unwrap_or_default()
    }
}
