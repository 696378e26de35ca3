//! Pseudonyms: a person's id in the lake, made under a secret key that stays outside it.

use crate::error::{Error, Place, Result};
use crate::model::{Nis5, Niss};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The secret key. It cannot be printed and is wiped from memory when dropped.
pub struct PseudonymKey(SecretSlice<u8>);

impl PseudonymKey {
    /// Reads a key file: 64 hexadecimal digits, 32 bytes. Where the file system tells, a file that every user of the machine may
    /// read or change is refused, unless the people behind it are invented.
    ///
    /// # Errors
    /// When there is no such file, it is open to everybody, or it holds no such key.
    pub fn read(path: &Path, is_invented: bool) -> Result<Self> {
        if !is_invented && is_open(path) {
            return Err(Error::usage("open-key").at(Place::file(path)));
        }
        let text = fs::read_to_string(path)
            .map_err(|error| Error::usage("no-key").at(Place::file(path)).with("found", error))?;
        let text = text.trim();
        let bytes: Option<Vec<u8>> = (text.is_ascii() && text.len() == 64)
            .then(|| (0..64).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).ok()).collect())
            .flatten();
        let bytes = bytes.ok_or_else(|| Error::usage("bad-key").at(Place::file(path)))?;
        Ok(PseudonymKey(bytes.into()))
    }

    /// Which key this is, without telling it: enough to see that two submissions used the same one.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest([b"parcours key fingerprint".as_slice(), self.0.expose_secret()].concat())[..8])
    }

    /// The id of the person with this national number: the same in every CPAS under the same key.
    pub fn of_niss(&self, niss: &Niss) -> String {
        self.sign(&[b"niss", niss.digits()])
    }

    /// The id of the person with this client number of this CPAS.
    pub fn of_client(&self, cpas: Nis5, client_no: &str) -> String {
        self.sign(&[b"client", cpas.as_str().as_bytes(), client_no.as_bytes()])
    }

    /// The key that seals the lake's files: who knows it learns nothing of pseudonyms.
    pub fn of_lake(&self) -> [u8; 32] {
        self.mac(&[b"lake"])
    }

    /// The secret that noise on published counts comes from: who knows it learns nothing of pseudonyms.
    pub fn of_noise(&self) -> [u8; 32] {
        self.mac(&[b"noise"])
    }

    /// HMAC-SHA-256 over the parts, cut to 128 bits, as text.
    fn sign(&self, parts: &[&[u8]]) -> String {
        hex(&self.mac(parts)[..16])
    }

    /// HMAC-SHA-256 over the parts, each with its length before it.
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) else {
            return [0; 32]; // HMAC takes a key of any length
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Whether everybody on this machine may read or change a file. A system without such rights is not asked.
fn is_open(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o006 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}
