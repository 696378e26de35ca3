//! Estimates from sample surveys that honour the design.

mod calibrate;
mod chisq;
mod covariance;
mod design;
mod error;
mod estimate;
mod factor;
mod influence;
mod interval;
mod planning;
mod replicate;
mod sample;
mod tabulate;

pub use calibrate::{Distance, Margin, Rounds, calibrate, post_stratify, rake};
pub use chisq::{FirstOrder, RaoScott, SecondOrder, goodness_of_fit, independence};
pub use covariance::Covariance;
pub use design::{Design, DesignBuilder, Lonely, Nesting, Stage};
pub use error::{Result, SurveyError};
pub use estimate::{
    Against, Estimate, Estimates, Quantile, QuantileRule, Variable, counts, mean, mean_by, proportions, proportions_by,
    quantile, ratio, total, total_by,
};
pub use factor::Factor;
pub use interval::{ProportionInterval, proportion_interval};
pub use planning::{Comparison, Precision};
pub use replicate::{Centre, Replicates, hadamard};
pub use sample::{Sample, Statistic};
pub use tabulate::{Cell, Codes, Item, ItemTable, tabulate};
