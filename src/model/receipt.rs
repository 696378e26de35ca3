//! The receipt for a file: what became of each of its rows.

/// What became of the rows of one file or sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// File, below the inbox.
    pub file: String,
    /// Sheet; empty for a text file.
    pub sheet: String,
    /// Physical rows.
    pub read: u64,
    /// Rows that are in the lake.
    pub loaded: u64,
    /// Rows that failed a check.
    pub rejected: u64,
    /// Title and header rows.
    pub header: u64,
    /// Rows without any content.
    pub blank: u64,
    /// Totals lines.
    pub total: u64,
    /// Rows that the profile declares as not wanted, or that record nothing.
    pub declared: u64,
}

impl Receipt {
    /// Rows declared ignored, for whatever reason.
    pub fn ignored(&self) -> u64 {
        self.header + self.blank + self.total + self.declared
    }

    /// The conservation law: every row is loaded, rejected or declared ignored.
    pub fn adds_up(&self) -> bool {
        self.read == self.loaded + self.rejected + self.ignored()
    }
}
