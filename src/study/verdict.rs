//! The verdict on each published figure: reproduced, differs by so much, or not computable and why.

use super::attitudes::Attitudes;
use super::definition::{Definition, Item};
use super::design::Sample;
use super::estimate::{Share, shares};
use super::figures::{Counted, Published, Rounding, Statistic};
use super::microdata::Microdata;
use super::settings::Wave;
use crate::analyse::by_largest_remainder;
use crate::model::LocalText;

/// What became of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Rounded alike, it is the published one.
    Reproduced,
    /// It is another.
    Differs,
    /// It cannot be had from these answers.
    NotComputable,
}

/// Why a figure differs or cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The file has no column for the item.
    NoColumn,
    /// Nobody answered the item.
    NoAnswers,
    /// The file does not tell the answer from others.
    Unknown,
    /// The published figure is weighted, and the file has no weights.
    NoWeights,
    /// The file does not say for which agency somebody answers.
    NoAgencies,
    /// How many were asked is not known.
    NoFrame,
    /// The attitudes were not looked for.
    NoFactors,
    /// The attitudes could not be found, as words say.
    Factors(LocalText),
    /// The figure is right, but of another number of answers.
    OtherBase,
    /// The figure is right, but other numbers gave the answer.
    OtherFrequency,
}

/// A published figure beside the recomputed one.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What was published.
    pub published: Published,
    /// The figure, not rounded.
    pub exact: Option<f64>,
    /// The figure rounded as the published one was.
    pub rounded: Option<f64>,
    /// Where the true value may lie (95 %), for a share.
    pub interval: Option<(f64, f64)>,
    /// Of how many.
    pub n: Option<u64>,
    /// How many gave the answer.
    pub frequency: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<Reason>,
}

impl Verdict {
    /// How far the recomputed figure, rounded, lies above the published one.
    pub fn difference(&self) -> Option<f64> {
        self.rounded.map(|rounded| rounded - self.published.value)
    }
}

impl Reason {
    /// The reason in words.
    pub fn words(&self) -> LocalText {
        let id = match self {
            Reason::NoColumn => "study-reason-no-column",
            Reason::NoAnswers => "study-reason-no-answers",
            Reason::Unknown => "study-reason-unknown",
            Reason::NoWeights => "study-reason-no-weights",
            Reason::NoAgencies => "study-reason-no-agencies",
            Reason::NoFrame => "study-reason-no-frame",
            Reason::NoFactors => "study-reason-no-factors",
            Reason::Factors(words) => return words.clone(),
            Reason::OtherBase => "study-reason-other-base",
            Reason::OtherFrequency => "study-reason-other-frequency",
        };
        crate::text::words(id)
    }
}

/// A recomputed figure.
#[derive(Debug, Clone, Default)]
struct Recomputed {
    exact: f64,
    rounded: Option<f64>,
    interval: Option<(f64, f64)>,
    n: Option<u64>,
    frequency: Option<u64>,
}

/// What figures are recomputed from.
pub struct Source<'s> {
    /// The questionnaire.
    pub definition: &'s Definition,
    /// The wave.
    pub wave: &'s Wave,
    /// Its answers.
    pub microdata: &'s Microdata,
    /// The sample they are.
    pub sample: &'s Sample,
    /// The attitudes behind them, or why there are none.
    pub attitudes: Option<&'s Result<Attitudes, LocalText>>,
}

/// The verdict on each figure.
pub fn verdicts(source: &Source<'_>, published: &[Published]) -> Vec<Verdict> {
    published.iter().map(|one| source.verdict(one)).collect()
}

impl Source<'_> {
    fn verdict(&self, published: &Published) -> Verdict {
        let bare = Verdict {
            published: published.clone(),
            exact: None,
            rounded: None,
            interval: None,
            n: None,
            frequency: None,
            outcome: Outcome::NotComputable,
            reason: None,
        };
        match self.recompute(published) {
            Err(reason) => Verdict { reason: Some(reason), ..bare },
            Ok(found) => {
                let rounded = found.rounded.unwrap_or_else(|| half_up(found.exact, published.decimals));
                // Both have so many decimals: anything beyond is the machine's.
                let is_same = (rounded - published.value).abs() <= published.tolerance + 1e-9;
                let differs = |published: Option<u64>, found: Option<u64>| {
                    published.zip(found).is_some_and(|(published, found)| published != found)
                };
                let reason = if differs(published.n, found.n) {
                    Some(Reason::OtherBase)
                } else {
                    differs(published.frequency, found.frequency).then_some(Reason::OtherFrequency)
                };
                let is_reproduced = is_same && reason.is_none();
                Verdict {
                    exact: Some(found.exact),
                    rounded: Some(rounded),
                    interval: found.interval,
                    n: found.n,
                    frequency: found.frequency,
                    outcome: if is_reproduced { Outcome::Reproduced } else { Outcome::Differs },
                    reason: reason.filter(|_| is_same),
                    ..bare
                }
            }
        }
    }

    fn recompute(&self, published: &Published) -> Result<Recomputed, Reason> {
        match published.statistic {
            Statistic::Began => Ok(whole(self.microdata.began)),
            Statistic::Answered => Ok(whole(self.answered(published.counted)?)),
            Statistic::Rate => self.rate(published.counted),
            Statistic::Share => self.share(published),
            Statistic::Factors => Ok(whole(self.attitudes()?.suggested)),
            Statistic::Items => Ok(whole(self.attitudes()?.items_with(&published.item).ok_or(Reason::NoFactors)?)),
        }
    }

    fn answered(&self, counted: Counted) -> Result<usize, Reason> {
        match counted {
            Counted::Respondent => Ok(self.microdata.rows.len()),
            Counted::Agency => self.microdata.agencies.as_ref().map(|all| all.words.len()).ok_or(Reason::NoAgencies),
        }
    }

    fn rate(&self, counted: Counted) -> Result<Recomputed, Reason> {
        let asked =
            self.wave.frame().filter(|asked| *asked > 0 && counted == Counted::Agency).ok_or(Reason::NoFrame)?;
        let answered = self.answered(counted)?;
        Ok(Recomputed {
            exact: 100.0 * answered as f64 / asked as f64,
            n: Some(asked),
            frequency: Some(answered as u64),
            ..Recomputed::default()
        })
    }

    fn attitudes(&self) -> Result<&Attitudes, Reason> {
        match self.attitudes {
            None => Err(Reason::NoFactors),
            Some(Err(words)) => Err(Reason::Factors(words.clone())),
            Some(Ok(found)) => Ok(found),
        }
    }

    fn share(&self, published: &Published) -> Result<Recomputed, Reason> {
        if published.is_weighted && self.sample.weighted.is_none() {
            return Err(Reason::NoWeights);
        }
        let item: &Item = self.definition.item(&published.item).ok_or(Reason::NoColumn)?;
        let answers = self.microdata.answers.get(&item.id).ok_or(Reason::NoColumn)?;
        let shares = shares(self.sample, answers, self.definition, item, published.is_weighted)
            .map_err(|_| Reason::NoAnswers)?;
        let own: &Share = published.answer.and_then(|place| shares.answers.get(place)).ok_or(Reason::NoAnswers)?;
        if !own.is_known {
            return Err(Reason::Unknown);
        }
        let all: Vec<f64> = shares.answers.iter().map(|one| one.percent).collect();
        let rounded = match published.rounding {
            Rounding::HalfUp => None,
            Rounding::LargestRemainder => {
                let rounded = by_largest_remainder(&all, published.decimals);
                published.answer.and_then(|place| rounded.get(place).copied())
            }
        };
        Ok(Recomputed {
            exact: own.percent,
            rounded,
            interval: own.interval,
            n: Some(shares.n as u64),
            frequency: Some(own.count as u64),
        })
    }
}

fn whole(count: usize) -> Recomputed {
    Recomputed { exact: count as f64, ..Recomputed::default() }
}

/// Half away from zero; a decimal fraction that the machine holds a little below its half is that half.
fn half_up(value: f64, decimals: u8) -> f64 {
    let unit = 10_f64.powi(i32::from(decimals));
    let scaled = (value * unit * 1e6).round() / 1e6;
    scaled.round() / unit
}

#[cfg(test)]
mod tests {
    use super::half_up;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(
            [half_up(14.5, 0), half_up(-14.5, 0), half_up(10.25, 1), half_up(39.728_35, 0)],
            [15.0, -15.0, 10.3, 40.0]
        );
        // 100 * 23 / 200 and its like are not exact in binary.
        assert_eq!(half_up(100.0 * 23.0 / 200.0, 1), 11.5);
        assert_eq!(half_up(1.005, 2), 1.01);
    }
}
