//! The four languages of the product, and a text that exists in each of them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A language in which the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    Fr,
    /// Dutch.
    Nl,
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// All languages, in the order in which they are offered.
    pub const ALL: [Language; 4] = [Language::Fr, Language::Nl, Language::De, Language::En];

    /// The two-letter code (ISO 639-1).
    pub fn code(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::Nl => "nl",
            Language::De => "de",
            Language::En => "en",
        }
    }

    /// The language of a POSIX locale such as `nl_BE.UTF-8`; `None` when it is another language.
    pub fn from_locale(locale: &str) -> Option<Language> {
        locale.get(..2).and_then(|code| code.parse().ok())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "fr" => Ok(Language::Fr),
            "nl" => Ok(Language::Nl),
            "de" => Ok(Language::De),
            "en" => Ok(Language::En),
            other => Err(format!("'{other}' is not a language of parcours: use fr, nl, de or en")),
        }
    }
}

/// One text in the four languages. Every label of the catalogue and of a report is one of these,
/// so that a result table is built once and rendered in any language.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalText {
    /// French.
    pub fr: String,
    /// Dutch.
    pub nl: String,
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl LocalText {
    /// The same text in every language: a code, a name that is not translated.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        LocalText { fr: text.clone(), nl: text.clone(), de: text.clone(), en: text }
    }

    /// The text in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::Nl => &self.nl,
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }

    /// The same change made to the text of each language.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(Language, &str) -> String) -> Self {
        LocalText {
            fr: change(Language::Fr, &self.fr),
            nl: change(Language::Nl, &self.nl),
            de: change(Language::De, &self.de),
            en: change(Language::En, &self.en),
        }
    }
}
