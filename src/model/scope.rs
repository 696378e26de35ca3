//! What a submission is about: one CPAS and one period, written `62063/2017`.

use super::{Nis5, Period};
use std::fmt;
use std::str::FromStr;

/// A CPAS and a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The CPAS.
    pub cpas: Nis5,
    /// The period.
    pub period: Period,
}

/// One scope that the user names, or all there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// `all`.
    All,
    /// This one.
    One(Scope),
}

impl Named {
    /// True when the scope is named.
    pub fn covers(self, scope: Scope) -> bool {
        match self {
            Named::All => true,
            Named::One(named) => named == scope,
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || format!("'{text}' is no CPAS and period: expected for instance 62063/2017");
        let (cpas, period) = text.split_once('/').ok_or_else(refused)?;
        Ok(Scope { cpas: cpas.parse().map_err(|_| refused())?, period: period.parse().map_err(|_| refused())? })
    }
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" { Ok(Named::All) } else { text.parse().map(Named::One) }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cpas, self.period)
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Scope};

    #[test]
    fn scopes_are_read_as_they_are_written() {
        let scope: Scope = "62063/2017-Q2".parse().unwrap();
        assert_eq!(scope.to_string(), "62063/2017-Q2");
        assert!("all".parse::<Named>().unwrap().covers(scope));
        assert!("62063/2017-Q2".parse::<Named>().unwrap().covers(scope));
        assert!(!"62063/2017".parse::<Named>().unwrap().covers(scope));
        for wrong in ["62063", "62063/", "/2017", "6206/2017", "62063/17", "ALL"] {
            assert!(wrong.parse::<Named>().is_err(), "{wrong}");
        }
    }
}
