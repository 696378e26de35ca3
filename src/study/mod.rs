//! A survey of agencies and those who answer for them: its questions and published figures as data (`queries/studies`), its
//! microdata read from whatever the survey software exports, every figure computed again with honest errors, and the verdict:
//! reproduced, differs by so much, or not computable and why.
//!
//! The respondent and the agency are different units: several people may answer for one agency, so that answers come in
//! clusters, and each figure says which of the two it counts.

mod attitudes;
mod definition;
mod design;
mod estimate;
mod figures;
mod microdata;
mod report;
mod settings;
mod trend;
mod verdict;

pub use self::attitudes::{Attitudes, analyse};
pub use self::definition::{Answer, Definition, Item, ItemKind, Scale, load};
pub use self::design::Sample;
pub use self::estimate::{ESTIMATES, Share, Shares, estimate_rows};
pub use self::figures::{Published, Rounding, Statistic, load as load_figures};
pub use self::microdata::{Microdata, read};
pub use self::report::{Evidence, Found, VERDICTS, build, verdict_rows};
pub use self::settings::{DesignSettings, StudySettings, Wave};
pub use self::trend::{Change, Changes, changes};
pub use self::verdict::{Outcome, Reason, Source, Verdict, verdicts};
