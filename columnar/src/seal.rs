//! A key without which Parquet files cannot be read: modular encryption (AES-256-GCM), footer included.

use crate::Fault;
use datafusion::common::config::{ConfigFileDecryptionProperties, ParquetEncryptionOptions, TableParquetOptions};
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::encryption::decrypt::FileDecryptionProperties;
use datafusion::parquet::encryption::encrypt::FileEncryptionProperties;
use datafusion::parquet::file::properties::WriterPropertiesBuilder;
use std::fmt;
use std::sync::Arc;

/// What files are sealed with; nothing where they lie open.
#[derive(Clone, Default)]
pub struct Seal(Option<Keys>);

#[derive(Clone)]
struct Keys {
    encryption: Arc<FileEncryptionProperties>,
    decryption: Arc<FileDecryptionProperties>,
}

impl Seal {
    /// Files lie open.
    pub fn none() -> Self {
        Seal(None)
    }

    /// Files are sealed with a key of 256 bits.
    ///
    /// # Errors
    /// When the library takes no such key.
    pub fn new(key: &[u8; 32]) -> Result<Self, Fault> {
        let failed = |fault: datafusion::parquet::errors::ParquetError| Fault::Storage(None, fault.to_string());
        let encryption = FileEncryptionProperties::builder(key.to_vec()).build().map_err(failed)?;
        let decryption = FileDecryptionProperties::builder(key.to_vec()).build().map_err(failed)?;
        Ok(Seal(Some(Keys { encryption, decryption })))
    }

    /// Whether files are sealed.
    pub fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// How files are written, beside what the builder says already.
    #[must_use]
    pub fn writing(&self, properties: WriterPropertiesBuilder) -> WriterPropertiesBuilder {
        match &self.0 {
            Some(keys) => properties.with_file_encryption_properties(keys.encryption.clone()),
            None => properties,
        }
    }

    /// How files are read.
    pub fn reading(&self) -> ArrowReaderOptions {
        match &self.0 {
            Some(keys) => ArrowReaderOptions::new().with_file_decryption_properties(keys.decryption.clone()),
            None => ArrowReaderOptions::new(),
        }
    }

    /// How the engine reads files.
    pub(crate) fn table_options(&self) -> Result<TableParquetOptions, Fault> {
        let mut options = TableParquetOptions::default();
        if let Some(keys) = &self.0 {
            let decryption = ConfigFileDecryptionProperties::try_from(&keys.decryption)
                .map_err(|fault| Fault::Storage(None, fault.strip_backtrace()))?;
            options.crypto = ParquetEncryptionOptions { file_decryption: Some(decryption), ..Default::default() };
        }
        Ok(options)
    }
}

impl fmt::Debug for Seal {
    /// Says whether there is a key, and nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_set() { "Seal(set)" } else { "Seal(none)" })
    }
}
