//! The period a submission or a figure is about: a calendar year, or a quarter of one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A calendar year (`2017`) or quarter (`2017-Q2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: i32,
    quarter: Option<u32>,
}

impl Period {
    /// The whole year.
    pub fn year(year: i32) -> Self {
        Period { year, quarter: None }
    }

    /// The calendar year the period lies in.
    pub fn calendar_year(self) -> i32 {
        self.year
    }

    /// The period before, as long as this one.
    #[must_use]
    pub fn previous(self) -> Self {
        match self.quarter {
            None => Period { year: self.year - 1, quarter: None },
            Some(1) => Period { year: self.year - 1, quarter: Some(4) },
            Some(quarter) => Period { year: self.year, quarter: Some(quarter - 1) },
        }
    }

    /// Whether a series that ends with `last` holds this period: it is as long, and not later.
    pub fn is_in_series_to(self, last: Period) -> bool {
        self.quarter.is_some() == last.quarter.is_some() && self <= last
    }

    /// First day; `None` only outside the calendar's range.
    pub fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.quarter.map_or(1, |quarter| quarter * 3 - 2), 1)
    }

    /// Last day; `None` only outside the calendar's range.
    pub fn last_day(self) -> Option<NaiveDate> {
        let next = match self.quarter {
            None | Some(4) => NaiveDate::from_ymd_opt(self.year + 1, 1, 1),
            Some(quarter) => NaiveDate::from_ymd_opt(self.year, quarter * 3 + 1, 1),
        };
        next.and_then(|day| day.pred_opt())
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || format!("'{text}' is not a period: expected a year (2017) or a quarter (2017-Q2)");
        let (year, quarter) = match text.split_once("-Q") {
            Some((year, quarter)) => (year, Some(quarter.parse::<u32>().map_err(|_| refused())?)),
            None => (text, None),
        };
        let year: i32 = year.parse().map_err(|_| refused())?;
        if !(1900..=2999).contains(&year) || quarter.is_some_and(|quarter| !(1..=4).contains(&quarter)) {
            return Err(refused());
        }
        Ok(Period { year, quarter })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quarter {
            None => write!(f, "{}", self.year),
            Some(quarter) => write!(f, "{}-Q{quarter}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_of_years_holds_no_quarters() {
        let period = |text: &str| text.parse::<Period>().unwrap();
        let in_series = |of: &str, last: &str| period(of).is_in_series_to(period(last));
        assert!(in_series("2016", "2017") && in_series("2017", "2017") && !in_series("2018", "2017"));
        assert!(!in_series("2016-Q4", "2017") && !in_series("2016", "2017-Q1"));
        assert!(in_series("2016-Q4", "2017-Q1") && !in_series("2017-Q2", "2017-Q1"));
    }
}
