//! The sample that a wave is: weights, strata, agencies as clusters, and how many there are of them in all.

use super::definition::{Definition, ItemKind};
use super::microdata::{Answers, Microdata};
use super::settings::{LonelyStratum, Wave};
use crate::error::{Error, Place, Result};
use std::path::Path;
use survey::{Design, Factor, Lonely, Margin, Rounds, Stage, SurveyError, rake};

/// A wave's sample.
pub struct Sample {
    /// Each answer counts once.
    pub plain: Design,
    /// Each answer counts by its weight; none where answers bear none.
    pub weighted: Option<Design>,
}

impl Sample {
    /// The sample of a wave.
    ///
    /// # Errors
    /// When the design does not fit the answers: a stratum with one agency, more agencies than were asked, an agency in two
    /// strata, a stratum that the settings do not name.
    pub fn new(folder: &Path, definition: &Definition, wave: &Wave, microdata: &Microdata) -> Result<Self> {
        let place = || Place::file(folder.join(&wave.microdata));
        let ones = vec![1.0; microdata.rows.len()];
        let made = |weights: &[f64]| design(wave, microdata, weights).map_err(|error| error.at_least(place));
        let plain = made(&ones)?;
        let weighted = microdata.weights.as_deref().map(made).transpose()?;
        if wave.design.margin.is_empty() {
            return Ok(Sample { plain, weighted });
        }
        let raked = raked(definition, wave, microdata, weighted.as_ref().unwrap_or(&plain));
        Ok(Sample { weighted: Some(raked.map_err(|error| error.at_least(place))?), plain })
    }

    /// The design by which the wave is estimated: with weights where it has some.
    pub fn own(&self) -> &Design {
        self.weighted.as_ref().unwrap_or(&self.plain)
    }
}

fn design(wave: &Wave, microdata: &Microdata, weights: &[f64]) -> Result<Design> {
    let settings = &wave.design;
    let refused = |fault: SurveyError| refusal(&fault);
    let clusters = microdata.agencies.as_ref().filter(|_| settings.clusters != Some(false));
    let mut stage = match clusters {
        Some(agencies) => Stage::of_clusters(Factor::numbers(&agencies.codes).map_err(refused)?),
        None => Stage::elements(),
    };
    let strata = microdata.strata.as_ref().filter(|_| !settings.strata.is_empty());
    if let Some(strata) = strata {
        stage = stage.strata(Factor::labels(&words(&strata.codes, &strata.words)).map_err(refused)?);
    }
    // How many people might have answered nobody knows: only agencies can be a part of a finite whole.
    if settings.finite && clusters.is_some() {
        stage = stage.population(&population(wave, microdata)?);
    }
    let lonely = match settings.lonely {
        LonelyStratum::Refuse => Lonely::Fail,
        LonelyStratum::Certainty => Lonely::Certainty,
        LonelyStratum::Adjust => Lonely::Adjust,
        LonelyStratum::Average => Lonely::Average,
    };
    Design::builder().weights(weights).stage(stage).lonely(lonely).build().map_err(refused)
}

fn words<'w>(codes: &[u32], words: &'w [String]) -> Vec<&'w str> {
    codes.iter().map(|code| words.get(*code as usize).map_or("", String::as_str)).collect()
}

/// How many agencies were asked in the stratum of each respondent, or in all.
#[expect(clippy::cast_precision_loss, reason = "agencies are hundreds")]
fn population(wave: &Wave, microdata: &Microdata) -> Result<Vec<f64>> {
    let settings = &wave.design;
    if settings.strata.is_empty() {
        let all = settings.frame.map_or(f64::INFINITY, |frame| frame as f64);
        return Ok(vec![all; microdata.rows.len()]);
    }
    let Some(strata) = &microdata.strata else { return Ok(vec![f64::INFINITY; microdata.rows.len()]) };
    let sizes = strata.words.iter().map(|word| {
        settings.strata.get(word).map(|size| *size as f64).ok_or_else(|| {
            let known: Vec<&str> = settings.strata.keys().map(String::as_str).collect();
            Error::input("study-unknown-stratum").with("found", word).with("known", known.join(", "))
        })
    });
    let sizes = sizes.collect::<Result<Vec<f64>>>()?;
    Ok(strata.codes.iter().map(|code| sizes.get(*code as usize).copied().unwrap_or(f64::INFINITY)).collect())
}

/// The design with weights raked to known totals; its variances know of it.
fn raked(definition: &Definition, wave: &Wave, microdata: &Microdata, design: &Design) -> Result<Design> {
    let mut factors = Vec::new();
    for margin in &wave.design.margin {
        let categories: Vec<&str> = margin.totals.keys().map(String::as_str).collect();
        let codes = codes_of(definition, microdata, &margin.item, &categories)
            .ok_or_else(|| Error::input("study-margin-unknown").with("found", &margin.item))?;
        let factor = Factor::with_categories(&codes, &categories).map_err(|fault| refusal(&fault))?;
        factors.push(factor);
    }
    let totals: Vec<Vec<(&str, f64)>> = wave
        .design
        .margin
        .iter()
        .map(|margin| margin.totals.iter().map(|(code, total)| (code.as_str(), *total)).collect())
        .collect();
    let margins: Vec<Margin<'_>> = wave
        .design
        .margin
        .iter()
        .zip(&factors)
        .zip(&totals)
        .map(|((margin, factor), targets)| Margin::Categories { name: &margin.item, factor, targets })
        .collect();
    rake(design, &margins, &Rounds::default()).map_err(|fault| refusal(&fault))
}

/// The place of each respondent's answer among these codes; nothing where a code is none of them or there is no such item.
fn codes_of(
    definition: &Definition,
    microdata: &Microdata,
    item: &str,
    categories: &[&str],
) -> Option<Vec<Option<u32>>> {
    let place =
        |code: &str| categories.iter().position(|known| *known == code).and_then(|place| u32::try_from(place).ok());
    let coded = match item {
        "stratum" => microdata.strata.as_ref(),
        "province" => microdata.provinces.as_ref(),
        _ => None,
    };
    if let Some(coded) = coded {
        let word = |code: &u32| coded.words.get(*code as usize).map_or("", String::as_str);
        return Some(coded.codes.iter().map(|code| place(word(code))).collect());
    }
    let item = definition.item(item)?;
    let (Some(ItemKind::One(scale)), Answers::One(answers)) = (definition.kind(item), microdata.answers.get(&item.id)?)
    else {
        return None;
    };
    let code = |answer: u8| scale.answers.get(usize::from(answer)).and_then(|answer| place(&answer.code));
    Some(answers.iter().map(|answer| answer.and_then(code)).collect())
}

/// What a user is told of a design that does not fit.
fn refusal(fault: &SurveyError) -> Error {
    match fault {
        SurveyError::LonelyStratum { stratum, .. } => Error::input("study-lonely-stratum").with("stratum", stratum),
        SurveyError::PopulationBelowSample { stratum, population, sampled, .. } => {
            let error = Error::input("study-more-than-asked").with("stratum", stratum);
            error.with("asked", population).with("answered", sampled)
        }
        SurveyError::NotNested { cluster, first, second, .. } => {
            Error::input("study-two-strata").with("agency", cluster).with("first", first).with("second", second)
        }
        other => Error::input("study-design").with("cause", other),
    }
}
