//! What kind of file it is, by its first bytes and what an archive holds.

use super::archive::Archive;
use super::ole::{MAGIC, Ole};
use super::{package, xls};
use crate::{Container, Fault, FaultKind, Input, Limits};
use std::io::Read;

/// Bytes looked at for the marks of a text that is none of ours (HTML, XML).
const HEAD: u64 = 4096;

/// A file looked into, as far as was needed to know it.
pub enum Known<'i> {
    /// No workbook.
    No(Container),
    /// An xlsx or xlsb, and its main part.
    Package(Container, Box<Archive<'i>>, String),
    /// An ods.
    Ods(Box<Archive<'i>>),
    /// An xls: its stream.
    Xls(Vec<u8>),
}

/// First bytes of files that are certainly neither text nor workbook.
const MARKS: [(&[u8], &str); 22] = [
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xFF\xD8\xFF", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"II*\0", "TIFF image"),
    (b"MM\0*", "TIFF image"),
    (b"\x1F\x8B", "gzip"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xFD7zXZ\0", "xz"),
    (b"\x28\xB5\x2F\xFD", "zstd"),
    (b"7z\xBC\xAF\x27\x1C", "7z"),
    (b"Rar!\x1A\x07", "rar"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\0\x01\0\0Standard Jet DB", "Access database"),
    (b"\0\x01\0\0Standard ACE DB", "Access database"),
    (b"{\\rtf", "RTF"),
    (b"\x09\x08\x08\0", "Excel stream without a container"),
    (b"\x09\x08\x10\0", "Excel stream without a container"),
    (b"\x09\0\x04\0", "Excel 2"),
    (b"\x09\x04\x06\0", "Excel 4"),
];

/// Finds out what a file is.
///
/// # Errors
/// When it is none that can be read here, has a password, is cut off or more than the limits allow.
pub fn know<'i>(input: &'i dyn Input, limits: &Limits) -> Result<Known<'i>, Fault> {
    let mut head = Vec::new();
    input.open()?.take(HEAD).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(Known::No(Container::Nothing));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08") {
        return archive(input, limits);
    }
    if head.starts_with(&MAGIC) || (head.len() < MAGIC.len() && MAGIC.starts_with(&head) && head.len() >= 4) {
        let mut ole = Ole::open(input)?;
        let is_encrypted = ole.has("EncryptedPackage") || ole.has("EncryptionInfo");
        if !is_encrypted && input.size()? > limits.unstreamed_bytes {
            return Err(Fault::too_much("unstreamed_bytes", limits.unstreamed_bytes));
        }
        return xls::stream(&mut ole, limits.unstreamed_bytes).map(Known::Xls);
    }
    if let Some((_, what)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Err(Fault::new(FaultKind::OtherContainer(what)));
    }
    match crate::sav::mark(&head).or_else(|| markup(&head)) {
        Some(what) => Err(Fault::new(FaultKind::OtherContainer(what))),
        None => Ok(Known::No(Container::Text)),
    }
}

fn archive<'i>(input: &'i dyn Input, limits: &Limits) -> Result<Known<'i>, Fault> {
    let mut archive = Archive::open(input, limits)?;
    let kind = archive.entry_within("mimetype", "unpacked_bytes", HEAD)?.map(super::archive::Entry::read_all);
    if let Some(kind) = kind.transpose()? {
        let kind = String::from_utf8_lossy(&kind);
        return match kind.trim().strip_prefix("application/vnd.oasis.opendocument.") {
            Some("spreadsheet" | "spreadsheet-template") => {
                if input.size()? > limits.unstreamed_bytes {
                    return Err(Fault::too_much("unstreamed_bytes", limits.unstreamed_bytes));
                }
                Ok(Known::Ods(Box::new(archive)))
            }
            Some(_) => Err(Fault::new(FaultKind::OtherContainer("OpenDocument, but no spreadsheet"))),
            None => Err(Fault::new(FaultKind::OtherContainer("zip"))),
        };
    }
    let (container, main) = package::main_part(&mut archive, limits)?;
    Ok(Known::Package(container, Box::new(archive), main))
}

/// HTML or XML in the clothes of a table: web applications hand these out as `.xls`.
fn markup(head: &[u8]) -> Option<&'static str> {
    let units = |pair: fn([u8; 2]) -> u16| {
        let units = head.get(2..).unwrap_or_default().chunks_exact(2).map(move |unit| pair([unit[0], unit[1]]));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(' ')).collect::<String>()
    };
    let text = match head {
        [0xFF, 0xFE, ..] => units(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => units(u16::from_be_bytes),
        _ => String::from_utf8_lossy(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)).into_owned(),
    };
    let text = text.trim_start().to_ascii_lowercase();
    let html = ["<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style"];
    if html.iter().any(|mark| text.starts_with(mark)) {
        return Some("HTML");
    }
    if text.starts_with("mime-version:") && text.contains("multipart/related") {
        return Some("web archive");
    }
    if !text.starts_with("<?xml") && !text.starts_with("<workbook") {
        return None;
    }
    match () {
        () if text.contains("urn:schemas-microsoft-com:office:spreadsheet") => Some("SpreadsheetML 2003"),
        () if text.contains("<html") => Some("HTML"),
        () if text.contains("office:document") => Some("flat OpenDocument"),
        () => Some("XML"),
    }
}
