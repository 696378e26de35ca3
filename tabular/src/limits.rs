//! How much of a file is allowed in: checked before memory is spent on it.

use serde::Deserialize;

/// Limits on what is read. The defaults let through whatever a public welfare centre exports, many times over.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a text file.
    pub text_bytes: u64,
    /// Bytes of a workbook whose format has no streaming reader (xls, ods): it is held in memory whole. Of memory for the
    /// dictionary of an SPSS system file.
    pub unstreamed_bytes: u64,
    /// Bytes that an archive unpacks to, or the blocks of a `.zsav`.
    pub unpacked_bytes: u64,
    /// Bytes that an entry of an archive unpacks to for each byte it takes packed (entries below 1 MiB are exempt).
    pub unpack_ratio: u64,
    /// Entries of an archive.
    pub archive_entries: u64,
    /// Bytes of a workbook's shared strings, unpacked.
    pub shared_strings_bytes: u64,
    /// Filled cells of a sheet.
    pub cells: u64,
    /// Merged areas of a sheet.
    pub merges: u64,
    /// Cell styles of a workbook; Excel allows 65 490.
    pub styles: u64,
    /// Columns of a row.
    pub columns: u32,
    /// Rows of a sheet or a text.
    pub rows: u64,
    /// Bytes of one record of a text, quoted line breaks included.
    pub record_bytes: u64,
    /// Depth of an XML document.
    pub xml_depth: u32,
    /// Bytes at the beginning of a text from which its form is detected.
    pub sample_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            text_bytes: 4 << 30,
            unstreamed_bytes: 64 << 20,
            unpacked_bytes: 2 << 30,
            unpack_ratio: 500,
            archive_entries: 10_000,
            shared_strings_bytes: 256 << 20,
            cells: 50_000_000,
            merges: 1_000_000,
            styles: 1_000_000,
            columns: 2_000,
            rows: 20_000_000,
            record_bytes: 1 << 20,
            xml_depth: 64,
            sample_bytes: 1 << 20,
        }
    }
}
