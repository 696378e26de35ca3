//! What is refused, with the place, what was expected and what was found. Units count from 1, as rows of a file do.

use thiserror::Error;

/// Why a design was not accepted or a figure cannot be given.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum SurveyError {
    /// A sample without units.
    #[error("the sample has no units")]
    NoUnits,
    /// More units, clusters or categories than 2^32.
    #[error("{what}: more than 4 294 967 295")]
    TooMany {
        /// What there is too much of.
        what: String,
    },
    /// A variable, mask or factor of another length than the sample.
    #[error("{what} has {found} values, expected {expected}")]
    Length {
        /// The variable.
        what: String,
        /// Units of the sample.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A weight that is missing, zero, negative or infinite.
    #[error("weight of unit {unit}: expected a finite number above 0, found {found}")]
    Weight {
        /// The unit, from 1.
        unit: usize,
        /// The weight; not a number where it is missing.
        found: f64,
    },
    /// Neither weights nor populations from which they follow.
    #[error("no weights: give them, or the population of every stage, from which they follow")]
    NoWeights,
    /// A unit without its stratum or cluster.
    #[error("stage {stage}: unit {unit} has no {what}")]
    MissingCode {
        /// The stage, from 1.
        stage: usize,
        /// The unit, from 1.
        unit: usize,
        /// `stratum` or `cluster`.
        what: &'static str,
    },
    /// A stage behind one in which single units were drawn.
    #[error("stage {stage}: the stage before it draws single units, so that nothing is left to draw")]
    StageAfterElements {
        /// The stage, from 1.
        stage: usize,
    },
    /// A cluster in two strata.
    #[error("stage {stage}: cluster {cluster} lies in the strata {first} and {second}; nest clusters or rename one")]
    NotNested {
        /// The stage, from 1.
        stage: usize,
        /// The cluster.
        cluster: String,
        /// Stratum in which it was seen first.
        first: String,
        /// The other stratum.
        second: String,
    },
    /// A population size or sampling fraction that cannot be.
    #[error("stage {stage}, unit {unit}: expected {expected}, found {found}")]
    Population {
        /// The stage, from 1.
        stage: usize,
        /// The unit, from 1.
        unit: usize,
        /// What it can be.
        expected: &'static str,
        /// What it is.
        found: f64,
    },
    /// Two figures for the population of one stratum.
    #[error("stage {stage}, stratum {stratum}: expected one population, found {first} and, at unit {unit}, {second}")]
    PopulationVaries {
        /// The stage, from 1.
        stage: usize,
        /// The stratum.
        stratum: String,
        /// The unit with another figure, from 1.
        unit: usize,
        /// The figure seen first.
        first: f64,
        /// The other.
        second: f64,
    },
    /// More drawn than there are.
    #[error("stage {stage}, stratum {stratum}: population {population} is below the sample of {sampled}")]
    PopulationBelowSample {
        /// The stage, from 1.
        stage: usize,
        /// The stratum.
        stratum: String,
        /// Drawn.
        sampled: usize,
        /// There are.
        population: f64,
    },
    /// One cluster or unit in a stratum says nothing of how much the stratum varies.
    #[error("stage {stage}, stratum {stratum}: only one unit was drawn; merge strata or choose a policy (`Lonely`)")]
    LonelyStratum {
        /// The stage, from 1.
        stage: usize,
        /// The stratum.
        stratum: String,
    },
    /// Strata with one unit only: no policy finds a variance.
    #[error("stage {stage}: no stratum has two units, so that no variance can be had")]
    AllLonely {
        /// The stage, from 1.
        stage: usize,
    },
    /// No unit of the domain has an answer.
    #[error("{what}: no unit of the domain has an answer")]
    NoAnswers {
        /// The variable, with its group.
        what: String,
    },
    /// A value that is infinite. (A missing one is not a number, and left out.)
    #[error("{what}, unit {unit}: expected a number or a missing one, found {found}")]
    NotFinite {
        /// The variable.
        what: String,
        /// The unit, from 1.
        unit: usize,
        /// The value.
        found: f64,
    },
    /// A ratio over a total of zero.
    #[error("{what}: the denominator is 0")]
    ZeroDenominator {
        /// The ratio.
        what: String,
    },
    /// As many strata as clusters: an interval or test has nothing to stand on.
    #[error("{what}: {found} degrees of freedom, expected at least 1")]
    NoDegreesOfFreedom {
        /// The figure.
        what: String,
        /// Degrees of freedom.
        found: f64,
    },
    /// A probability, level or other argument outside its range.
    #[error("{what}: expected {expected}, found {found}")]
    Argument {
        /// The argument.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
    /// A scheme of replicates that the design does not admit.
    #[error("{scheme}: stratum {stratum} has {found} clusters, expected {expected}")]
    Scheme {
        /// The scheme.
        scheme: &'static str,
        /// The stratum.
        stratum: String,
        /// What the scheme needs.
        expected: &'static str,
        /// Clusters in the stratum.
        found: usize,
    },
    /// The jackknife without strata, asked for a design with strata.
    #[error("JK1: the design has {found} strata, expected 1; use JKn")]
    SchemeStrata {
        /// Strata of the design.
        found: usize,
    },
    /// A figure that one replicate does not have.
    #[error("replicate {replicate}: {source}")]
    Replicate {
        /// The replicate, from 1.
        replicate: usize,
        /// Why.
        source: Box<SurveyError>,
    },
    /// Fewer than two replicates, or a scale that is negative or missing.
    #[error("replicates: expected {expected}, found {found}")]
    Replicates {
        /// What is needed.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
    /// Calibration without a margin or with two totals for one thing.
    #[error("margin {margin}: {problem}")]
    Margin {
        /// The margin.
        margin: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A category with a target, in which the sample has nobody.
    #[error("margin {margin}: category {category} has a target of {target}, and no unit in the sample")]
    EmptyCategory {
        /// The margin.
        margin: String,
        /// The category.
        category: String,
        /// Its target.
        target: f64,
    },
    /// A category of the sample without a target, or with one that is not above 0.
    #[error("margin {margin}: category {category} is in the sample; expected a target above 0, found {found:?}")]
    Target {
        /// The margin.
        margin: String,
        /// The category.
        category: String,
        /// Its target, where there is one.
        found: Option<f64>,
    },
    /// Margins that do not sum up to the same population.
    #[error("margin {first} sums up to {first_total}, margin {second} to {second_total}")]
    UnequalTotals {
        /// A margin.
        first: String,
        /// Its sum.
        first_total: f64,
        /// Another margin.
        second: String,
        /// Its sum.
        second_total: f64,
    },
    /// An auxiliary variable that follows from the others.
    #[error("{what}: singular, it follows from what stands before it")]
    Singular {
        /// The column or matrix.
        what: String,
    },
    /// Weights that do not meet the margins after all rounds.
    #[error("no convergence after {rounds} rounds: {worst} is off by {off} of {target}")]
    NotConverged {
        /// Rounds done.
        rounds: usize,
        /// The total that is farthest off.
        worst: String,
        /// By how much.
        off: f64,
        /// The target.
        target: f64,
    },
    /// A calibrated weight that is not above 0.
    #[error("unit {unit} would get the weight {found}; set bounds or choose another distance")]
    NegativeWeight {
        /// The unit, from 1.
        unit: usize,
        /// The weight.
        found: f64,
    },
    /// A code outside the scale of an item.
    #[error("item {item}, unit {unit}: expected a code below {categories} or the missing code, found {found}")]
    CodeOutsideScale {
        /// The item, from 1.
        item: usize,
        /// The unit, from 1.
        unit: usize,
        /// Categories of the item.
        categories: u16,
        /// The code.
        found: u16,
    },
    /// A table with an empty row or column, or only one.
    #[error("table {what}: {problem}")]
    Table {
        /// The table.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something that came out as no number; it is not passed on.
    #[error("{what}: no finite number comes out")]
    NotANumber {
        /// The figure.
        what: String,
    },
}

/// What almost everything here returns.
pub type Result<T> = std::result::Result<T, SurveyError>;

pub(crate) fn same_length(what: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(SurveyError::Length { what: what.to_owned(), expected, found }) }
}

/// A level of confidence or a probability: strictly between 0 and 1.
pub(crate) fn inside_unit(what: &'static str, found: f64) -> Result<f64> {
    if found > 0.0 && found < 1.0 {
        Ok(found)
    } else {
        Err(SurveyError::Argument { what, expected: "a number between 0 and 1", found })
    }
}
