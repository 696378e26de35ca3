//! Shares and means of a wave, with errors that honour how it was drawn.

use super::definition::{Definition, Item, ItemKind};
use super::design::Sample;
use super::microdata::{Answers, Microdata};
use survey::{
    Against, Estimate, Factor, ProportionInterval, SecondOrder, SurveyError, Variable, mean, proportion_interval,
};

/// The level of all intervals.
pub(super) const LEVEL: f64 = 0.95;

/// How often the answers of an item were given.
#[derive(Debug, Clone)]
pub struct Shares {
    /// How many answered the item.
    pub n: usize,
    /// Each answer, in the order of the scale or of the parts.
    pub answers: Vec<Share>,
}

/// How often an answer was given.
#[derive(Debug, Clone)]
pub struct Share {
    /// Whether its share is known: not where nobody gave it and some answers are not told apart.
    pub is_known: bool,
    /// How many gave it.
    pub count: usize,
    /// Their share of those who answered, per cent; weighted where that was asked for.
    pub percent: f64,
    /// Standard error of the share, percentage points; none where no variance can be had.
    pub error: Option<f64>,
    /// Where the true share may lie (95 %), per cent.
    pub interval: Option<(f64, f64)>,
    /// How many times larger the variance is than that of as many answers drawn singly.
    pub design_effect: Option<f64>,
}

/// A mean on a scale of degrees.
#[derive(Debug, Clone)]
pub struct Mean {
    /// How many gave an answer with a degree.
    pub n: usize,
    /// The mean degree.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Where the true mean may lie (95 %).
    pub interval: (f64, f64),
}

/// How often each answer of an item was given.
///
/// # Errors
/// When nobody answered it, or the answers do not fit the sample.
pub fn shares(
    sample: &Sample,
    answers: &Answers,
    definition: &Definition,
    item: &Item,
    is_weighted: bool,
) -> Result<Shares, SurveyError> {
    let answered = answers.answered();
    let n = answered.iter().filter(|one| **one).count();
    if n == 0 {
        return Err(SurveyError::NoAnswers { what: item.id.clone() });
    }
    let of = definition.answers(item);
    let gave: Vec<Vec<bool>> = (0..of.len()).map(|place| answers.gave(place)).collect();
    let counts: Vec<usize> = gave.iter().map(|gave| both(gave, &answered)).collect();
    let has_unknown = of.iter().zip(&counts).any(|(answer, count)| answer.is_unknown && *count > 0);
    let values: Vec<Vec<f64>> =
        gave.iter().map(|gave| gave.iter().map(|gave| f64::from(u8::from(*gave))).collect()).collect();
    let variables: Vec<Variable<'_>> = values.iter().map(|values| Variable::new(&item.id, values)).collect();
    let design = if is_weighted { sample.own() } else { &sample.plain };
    let found = mean(design, &variables, Some(&answered))?;
    let share = |(estimate, count): (&Estimate, &usize)| Share {
        is_known: *count > 0 || !has_unknown,
        count: *count,
        percent: 100.0 * estimate.value,
        error: (estimate.degrees_of_freedom >= 1.0).then(|| 100.0 * estimate.standard_error()),
        interval: interval(estimate).map(|(low, high)| (100.0 * low, 100.0 * high)),
        design_effect: estimate.design_effect(Against::WithReplacement),
    };
    Ok(Shares { n, answers: found.list().iter().zip(&counts).map(share).collect() })
}

/// How many are in both.
fn both(one: &[bool], other: &[bool]) -> usize {
    one.iter().zip(other).filter(|(one, other)| **one && **other).count()
}

/// By log-odds, which keep within 0 and 1; where nobody or everybody gave the answer, by Wilson's method.
fn interval(estimate: &Estimate) -> Option<(f64, f64)> {
    let is_within = estimate.value > 0.0 && estimate.value < 1.0;
    let kind = if is_within { ProportionInterval::Logit } else { ProportionInterval::Wilson };
    proportion_interval(estimate, kind, LEVEL).ok()
}

/// The degrees that were answered to an item of degrees, one a respondent; not a number where there is none.
pub fn degrees(answers: &Answers, definition: &Definition, item: &Item) -> Option<Vec<f64>> {
    let (Some(ItemKind::One(scale)), Answers::One(answers)) = (definition.kind(item), answers) else { return None };
    let value = |place: u8| scale.answers.get(usize::from(place)).and_then(|answer| answer.value);
    Some(answers.iter().map(|answer| answer.and_then(value).unwrap_or(f64::NAN)).collect())
}

/// The mean degree of an item; none where it is no item of degrees or nobody answered.
pub fn mean_degree(sample: &Sample, answers: &Answers, definition: &Definition, item: &Item) -> Option<Mean> {
    mean_of(sample, &degrees(answers, definition, item)?)
}

/// The mean of an attitude's score: the mean degree of its items, of those who answered all of them. None where one of its items
/// is not in the file, or nobody answered all.
pub fn mean_score(sample: &Sample, microdata: &Microdata, definition: &Definition, group: &str) -> Option<Mean> {
    let of = |item: &Item| degrees(microdata.answers.get(&item.id)?, definition, item);
    let items = definition.items_of(group).map(of).collect::<Option<Vec<Vec<f64>>>>()?;
    #[expect(clippy::cast_precision_loss, reason = "a few items")]
    let count = items.len() as f64;
    // A degree that is not there makes the sum none.
    let score = |row: usize| items.iter().map(|degrees| degrees[row]).sum::<f64>() / count;
    mean_of(sample, &(0..microdata.rows.len()).map(score).collect::<Vec<f64>>())
}

/// The mean of values, those that are no number left out.
fn mean_of(sample: &Sample, values: &[f64]) -> Option<Mean> {
    let found = mean(sample.own(), &[Variable::new("value", values)], None).ok()?;
    let estimate = found.list().first()?;
    let interval = estimate.interval(LEVEL).ok()?;
    Some(Mean { n: estimate.n, value: estimate.value, error: estimate.standard_error(), interval })
}

/// Whether the answers to one item depend on those to another: the test of Rao and Scott, of second order.
///
/// # Errors
/// When an item has one answer only, or the sample leaves no degrees of freedom.
pub fn independence(sample: &Sample, one: &Answers, other: &Answers) -> Result<SecondOrder, SurveyError> {
    let factor = |answers: &Answers| -> Result<Factor, SurveyError> {
        let Answers::One(answers) = answers else {
            return Err(SurveyError::NoAnswers { what: "several answers".to_owned() });
        };
        let most = answers.iter().flatten().copied().max().unwrap_or(0);
        let codes: Vec<Option<u32>> = answers.iter().map(|answer| answer.map(u32::from)).collect();
        let categories: Vec<String> = (0..=most).map(|place| place.to_string()).collect();
        Factor::with_categories(&codes, &categories)
    };
    Ok(survey::independence(sample.own(), &factor(one)?, &factor(other)?, None)?.second_order)
}

/// Headings of the rows of [`estimate_rows`].
pub const ESTIMATES: [&str; 10] =
    ["wave", "item", "answer", "n", "count", "percent", "standard_error", "ci_low", "ci_high", "design_effect"];

/// The share of every answer of a wave, by the design of the wave, as rows of a file for programs; empty where there is none.
pub fn estimate_rows(definition: &Definition, wave: &str, microdata: &Microdata, sample: &Sample) -> Vec<[String; 10]> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut rows = Vec::new();
    for item in &definition.item {
        let Some(answers) = microdata.answers.get(&item.id) else { continue };
        let Ok(found) = shares(sample, answers, definition, item, true) else { continue };
        let of = definition.answers(item).iter().zip(&found.answers);
        // What is not known has no row: a 0 would look like one.
        rows.extend(of.filter(|(_, share)| share.is_known).map(|(answer, share)| {
            [
                wave.to_owned(),
                item.id.clone(),
                answer.code.clone(),
                found.n.to_string(),
                share.count.to_string(),
                share.percent.to_string(),
                number(share.error),
                number(share.interval.map(|interval| interval.0)),
                number(share.interval.map(|interval| interval.1)),
                number(share.design_effect),
            ]
        }));
    }
    rows
}
