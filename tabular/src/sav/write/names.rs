//! Segments of very long texts, and the short names of variables.

use super::super::dictionary::{Dictionary, Kind, Variable};
use super::{Out, refused};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The widest text that SPSS knows.
const WIDEST: u32 = 32_767;

/// A variable record to be written: a variable, or a segment of a very long one.
pub struct Segment<'d> {
    /// Its variable.
    pub of: &'d Variable,
    /// It is the variable's first.
    pub is_first: bool,
    /// Its short name.
    pub name: String,
    /// 0 for a number, else bytes of a text, 1 to 255.
    pub width: u32,
}

/// Units of eight bytes that a segment takes in a case.
pub fn units(width: u32) -> i32 {
    i32::try_from(width.div_ceil(8).max(1)).unwrap_or(i32::MAX)
}

/// The widths of a text's segments: 252 bytes of it need one of 255, but for the last.
pub fn widths(width: u32) -> Vec<u32> {
    let full = if width > 255 { width.div_ceil(252) - 1 } else { 0 };
    (0..full).map(|_| 255).chain([width - full * 252]).collect()
}

/// The variables and segments to be written, each with a short name of its own.
pub fn segments<'d, W: Write>(dictionary: &'d Dictionary, out: &Out<W>) -> io::Result<Vec<Segment<'d>>> {
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
    let mut segments = Vec::new();
    for (place, (variable, name)) in dictionary.variables.iter().zip(first_names).enumerate() {
        let all = match variable.kind {
            Kind::Number => vec![0],
            Kind::Text(width) if (1..=WIDEST).contains(&width) => widths(width),
            Kind::Text(width) => return Err(refused(format!("a text of {width} bytes; 1 to {WIDEST} can be written"))),
        };
        // The names of further segments begin as the first one's, as SPSS makes them.
        let first = name.unwrap_or_else(|| free("V", place + 1, &mut used));
        for (index, width) in all.into_iter().enumerate() {
            let name = if index == 0 { first.clone() } else { free(&first, index, &mut used) };
            segments.push(Segment { of: variable, is_first: index == 0, name, width });
        }
    }
    Ok(segments)
}

/// A name of eight bytes at most that is not used: a beginning, and a number from `from` on.
fn free(beginning: &str, from: usize, used: &mut BTreeSet<String>) -> String {
    let beginning: String = beginning.chars().filter(char::is_ascii).take(5).collect();
    let numbers = || from..usize::MAX;
    let short = numbers().map(|number| format!("{beginning}{number}")).take_while(|name| name.len() <= 8);
    let other = numbers().map(|number| format!("@{number}"));
    let name = short.chain(other).find(|name| !used.contains(name)).unwrap_or_default();
    used.insert(name.clone());
    name
}
