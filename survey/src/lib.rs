//! Estimates from sample surveys that honour how the sample was drawn.
//!
//! A [`Design`] holds weights, strata, clusters and populations, in one stage or several. From it, or from [`Replicates`]
//! of it, come totals, means, ratios, shares and quantiles, for all units or for a domain, with variances, intervals,
//! design effects and tests; [`post_stratify`], [`rake`] and [`calibrate()`] make a design meet known totals. Nothing here
//! knows what is asked or of whom.
//!
//! Three rules hold everywhere. A missing answer is left out as a domain is, never counted as zero, and every figure tells
//! on how many units it rests. A domain is never cut out of the design. What cannot be estimated is a [`SurveyError`] that
//! names the unit (from 1), stratum or category; no figure is ever "not a number".
//!
//! ```
//! use survey::{Design, Factor, Stage, Variable, mean, proportion_interval, proportions, ProportionInterval};
//!
//! // Six people, drawn in two regions of 40 and 60 inhabitants.
//! let region = Factor::labels(&["north", "north", "north", "south", "south", "south"])?;
//! let drawn = Stage::elements().strata(region).population(&[40.0, 40.0, 40.0, 60.0, 60.0, 60.0]);
//! let design = Design::builder().stage(drawn).build()?; // weights follow: 40/3 and 60/3
//!
//! let hours = [31.0, 38.0, 36.0, 20.0, f64::NAN, 24.0];
//! let found = mean(&design, &[Variable::new("hours", &hours)], None)?;
//! let hours = &found.list()[0];
//! assert_eq!(hours.n, 5);
//! assert!((hours.value - 28.5).abs() < 1e-12);
//! let (low, high) = hours.interval(0.95)?;
//! assert!(low < 28.5 && high > 28.5);
//!
//! let content = Factor::labels(&["yes", "no", "yes", "no", "no", "yes"])?;
//! let women = [true, true, true, true, true, false];
//! let shares = proportions(&design, "content", &content, Some(&women))?;
//! let yes = shares.get("yes").ok_or("nobody")?;
//! println!("{:.1} % of n = {}: {:?}", 100.0 * yes.value, yes.n, proportion_interval(yes, ProportionInterval::Beta, 0.95)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Variances come from one place, [`Design::covariance`], which takes the influence of every unit on a figure: another
//! figure needs a [`Statistic`] and nothing else. Sums run in a fixed order, so that the number of threads does not matter;
//! random draws come from a generator of this crate.
//!
//! Left out on purpose: sampling with unequal chances without replacement (joint inclusion probabilities), two-phase
//! samples, several frames; more than one population within a stratum is refused. Figures agree with R's `survey` 4.1.1,
//! with three departures: a lonely stratum is looked for when the design is built and not when it is used; weights
//! calibrated to nothing positive are refused; and the variance after [`rake`] is that of exponential calibration, with the
//! weights of the design in the regression, where R takes plain means within margins (the same for equal weights).

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
