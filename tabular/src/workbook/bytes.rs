//! Little-endian fields of binary records. What lies outside is nothing, never a panic.

use super::xml::broken;
use crate::Fault;

/// One byte.
pub fn u8_at(bytes: &[u8], at: usize) -> Result<u8, Fault> {
    bytes.get(at).copied().ok_or_else(short)
}

/// Two bytes.
pub fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Fault> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// Four bytes.
pub fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// A double.
pub fn f64_at(bytes: &[u8], at: usize) -> Result<f64, Fault> {
    array(bytes, at).map(f64::from_le_bytes)
}

/// Some bytes.
pub fn slice(bytes: &[u8], at: usize, length: usize) -> Result<&[u8], Fault> {
    at.checked_add(length).and_then(|end| bytes.get(at..end)).ok_or_else(short)
}

/// A text in UTF-16. Half a letter at its end (Excel cuts texts there) becomes U+FFFD.
pub fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A number in the short form that both binary formats share: 30 bits, whole or the head of a double, perhaps hundredths.
pub fn short_number(bits: u32) -> f64 {
    let figure =
        if bits & 2 == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from(bits.cast_signed() >> 2) };
    if bits & 1 == 0 { figure } else { figure / 100.0 }
}

/// The name of an error by its code.
pub fn error_by_code(code: u8) -> String {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => "#ERROR!",
    }
    .to_owned()
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Fault> {
    slice(bytes, at, N)?.try_into().map_err(|_| short())
}

fn short() -> Fault {
    broken("a record is too short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers() {
        // Known forms: 1 as the head of a double, 123 whole, 1.23 as hundredths, -5 whole.
        assert_eq!(short_number(0x3FF0_0000), 1.0);
        assert_eq!(short_number((123 << 2) | 2), 123.0);
        assert_eq!(short_number((123 << 2) | 3), 1.23);
        assert_eq!(short_number(((-5_i32 << 2) as u32) | 2), -5.0);
    }
}
