//! Which communes a series is shown by.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Communes merge and change their codes; a series is shown in one of two ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Geography {
    /// By the communes of the time: a CPAS that has been merged since keeps its own figures.
    #[default]
    AsWas,
    /// Carried to the communes of today through their successors.
    AsIs,
}

impl Geography {
    /// The word that users write.
    pub fn code(self) -> &'static str {
        match self {
            Geography::AsWas => "as_was",
            Geography::AsIs => "as_is",
        }
    }
}

impl fmt::Display for Geography {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Geography {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Geography::AsWas, Geography::AsIs]
            .into_iter()
            .find(|one| one.code() == text)
            .ok_or_else(|| format!("{text}: as_was, as_is"))
    }
}
