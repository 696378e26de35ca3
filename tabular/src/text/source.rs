//! The bytes of a text, block by block, and in an ASCII-compatible form whatever the file's encoding.

use super::encoding::{self, LOST};
use crate::{Fault, Input, Limits, ReadSeek};
use encoding_rs::{Decoder, DecoderResult, Encoding};
use std::io::Read;

/// A text that is read from its beginning to its end.
pub struct Source<'i> {
    reader: Box<dyn ReadSeek + 'i>,
    /// For encodings in which a delimiter's byte may be half of a character.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    seen: u64,
    most: u64,
}

impl<'i> Source<'i> {
    /// A text at its beginning.
    ///
    /// # Errors
    /// When the disk fails, or there is more than the limits allow.
    pub fn open(input: &'i dyn Input, encoding: &'static Encoding, limits: &Limits) -> Result<Self, Fault> {
        let most = limits.text_bytes;
        if input.size()? > most {
            return Err(Fault::too_much("text_bytes", most));
        }
        let decoder = encoding::needs_transcoding(encoding).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Source { reader: input.open()?, decoder, raw: Vec::new(), seen: 0, most })
    }

    /// Appends up to about `block` bytes; true when the text is at its end.
    ///
    /// # Errors
    /// When the disk fails, or there is more than the limits allow.
    pub fn more(&mut self, into: &mut Vec<u8>, block: usize) -> Result<bool, Fault> {
        let wanted = block as u64;
        let (read, target) = match &mut self.decoder {
            None => (self.reader.by_ref().take(wanted).read_to_end(into)?, None),
            Some(decoder) => {
                self.raw.clear();
                (self.reader.by_ref().take(wanted).read_to_end(&mut self.raw)?, Some(decoder))
            }
        };
        self.seen += read as u64;
        if self.seen > self.most {
            return Err(Fault::too_much("text_bytes", self.most));
        }
        let is_last = read < block;
        if let Some(decoder) = target {
            transcode(decoder, &self.raw, is_last, into);
        }
        Ok(is_last)
    }
}

/// Appends what the bytes say as UTF-8; what they cannot say as [`LOST`].
pub fn transcode(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, into: &mut Vec<u8>) {
    loop {
        let start = into.len();
        // Three bytes a byte suffice for every encoding; a few for what the decoder holds back.
        into.resize(start + bytes.len() * 3 + 16, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut into[start..], is_last);
        into.truncate(start + written);
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => into.push(LOST),
        }
    }
}

/// The beginning of a text, and whether that is all of it.
///
/// # Errors
/// When the disk fails.
pub fn sample(input: &dyn Input, limits: &Limits) -> Result<(Vec<u8>, bool), Fault> {
    let mut bytes = Vec::new();
    input.open()?.take(limits.sample_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() as u64 <= limits.sample_bytes;
    if !is_whole {
        bytes.pop();
    }
    Ok((bytes, is_whole))
}
