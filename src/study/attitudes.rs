//! The attitudes behind the items of a wave: how well items go together, how many factors there are, and which items go with
//! which. Answers to single items bear no weights here: a factor is about how answers go together, not about how many gave them.

mod words;

use super::definition::{Correlation, Definition, Extraction, FactorSettings, Item, Rotation};
use super::estimate::{LEVEL, degrees};
use super::microdata::Microdata;
use crate::model::LocalText;
use attitudes::{
    Coefficient, Correlations, Deletion, Extract, Extraction as Method, Fault, Items, Parallel, ParallelSettings,
    Rotated, Rotation as Turn, Starts, alpha, bartlett, extract, kmo, parallel_analysis, rotate,
};

/// What was found behind the items.
#[derive(Debug, Clone, Default)]
pub struct Attitudes {
    /// The items, by id, in the order of the questionnaire.
    pub items: Vec<String>,
    /// How many answered all of them.
    pub complete: usize,
    /// How far the items suit a search for factors, 0 to 1 (Kaiser, Meyer, Olkin), over all and by item.
    pub kmo: f64,
    /// By item.
    pub kmo_items: Vec<f64>,
    /// Bartlett's test that items are unrelated: chi-square, degrees of freedom, p.
    pub bartlett: (f64, f64, f64),
    /// Eigenvalues of the correlations, largest first.
    pub eigenvalues: Vec<f64>,
    /// Those that random answers stay below in most rounds.
    pub chance: Vec<f64>,
    /// How many of the eigenvalues lie above chance.
    pub suggested: usize,
    /// The attitude that each factor is, by group; none where it is none of them.
    pub factors: Vec<Option<String>>,
    /// How much each item has of each factor: items by factors.
    pub loadings: Vec<Vec<f64>>,
    /// The share of each item's variance that the factors explain.
    pub communalities: Vec<f64>,
    /// Correlations between factors.
    pub between: Vec<Vec<f64>>,
    /// Root of the mean square of what the factors leave of the correlations.
    pub residual: f64,
    /// Starts of the rotation, and how many ended in the best place.
    pub starts: (usize, usize),
    /// How well the items of each attitude go together.
    pub scales: Vec<ScaleFound>,
    /// What must be known: a Heywood case, a search that did not end.
    pub findings: Vec<LocalText>,
}

/// How well the items of an attitude go together.
#[derive(Debug, Clone)]
pub struct ScaleFound {
    /// The attitude.
    pub group: String,
    /// Its items.
    pub items: usize,
    /// How many answered all of them.
    pub n: usize,
    /// Cronbach's alpha.
    pub alpha: f64,
    /// Where the true alpha may lie (95 %, Feldt).
    pub interval: (f64, f64),
    /// The mean correlation between two of its items.
    pub mean_correlation: f64,
}

impl Attitudes {
    /// How many items have most of the factor that this attitude is; none where no factor is this attitude.
    pub fn items_with(&self, group: &str) -> Option<usize> {
        let factor = self.factors.iter().position(|name| name.as_deref() == Some(group))?;
        let goes_with = |row: &&Vec<f64>| {
            let most = row.iter().enumerate().max_by(|one, other| one.1.abs().total_cmp(&other.1.abs()));
            most.is_some_and(|(place, _)| place == factor)
        };
        Some(self.loadings.iter().filter(goes_with).count())
    }
}

/// What lies behind the items of the groups that are attitudes: nothing where the questionnaire does not look for them; a reason,
/// in words, where they cannot be found.
pub fn analyse(definition: &Definition, microdata: &Microdata) -> Option<Result<Attitudes, LocalText>> {
    let settings = definition.factors.as_ref()?;
    Some(found(definition, settings, microdata).map_err(|cause| words::fault(definition, &cause)))
}

/// Items of all attitudes that the file has, with their degrees.
fn items_of(definition: &Definition, microdata: &Microdata) -> Result<(Vec<String>, Items), Fault> {
    let of_groups = definition.attitudes().flat_map(|group| definition.items_of(&group.id));
    let (mut ids, mut columns) = (Vec::new(), Vec::new());
    for item in of_groups {
        let answers = microdata.answers.get(&item.id);
        if let Some(values) = answers.and_then(|answers| degrees(answers, definition, item)) {
            ids.push(item.id.clone());
            columns.push(values);
        }
    }
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let items = Items::numbers(&names, columns)?;
    Ok((ids, items))
}

fn found(definition: &Definition, settings: &FactorSettings, microdata: &Microdata) -> Result<Attitudes, Fault> {
    let (ids, items) = items_of(definition, microdata)?;
    let coefficient = match settings.correlation {
        Correlation::Pearson => Coefficient::Pearson,
        Correlation::Spearman => Coefficient::Spearman,
        Correlation::Polychoric => Coefficient::polychoric(),
    };
    // Whoever left one item out is left out: all figures are about the same people.
    let correlations = Correlations::of(&items, coefficient, Deletion::Listwise)?;
    let adequacy = kmo(&correlations)?;
    let sphericity = bartlett(&correlations)?;
    let parallel = parallel_analysis(
        &correlations,
        &ParallelSettings {
            of: Parallel::Components,
            replications: settings.rounds as usize,
            quantile: settings.quantile / 100.0,
            seed: settings.seed,
        },
    )?;
    let groups: Vec<String> = definition.attitudes().map(|group| group.id.clone()).collect();
    let method = match settings.extraction {
        Extraction::Minres => Method::MinimumResidual,
        Extraction::PrincipalAxis => Method::PrincipalAxis,
        Extraction::MaximumLikelihood => Method::MaximumLikelihood,
    };
    let factors = extract(&correlations, &Extract::new(method, groups.len()))?;
    let rotation = match settings.rotation {
        Rotation::Varimax => Turn::Varimax { kaiser: true },
        Rotation::Promax => Turn::Promax { power: 4.0, kaiser: true },
        Rotation::Oblimin => Turn::Oblimin { gamma: 0.0, kaiser: false },
    };
    let rotated = rotate(&factors, rotation, Starts { count: settings.starts as usize, seed: settings.seed })?;
    let order = matched(definition, &ids, &rotated, &groups);
    let at = |matrix: &attitudes::Matrix, row: usize, column: usize| matrix[(row, column)];
    let findings = correlations.findings.iter().chain(&factors.findings).chain(&rotated.findings);
    Ok(Attitudes {
        complete: correlations.rows.unwrap_or_default(),
        kmo: adequacy.overall,
        kmo_items: adequacy.items.iter().map(|(_, value)| *value).collect(),
        #[expect(clippy::cast_precision_loss, reason = "pairs of items")]
        bartlett: (sphericity.statistic, sphericity.df as f64, sphericity.p),
        eigenvalues: parallel.observed.clone(),
        chance: parallel.threshold.clone(),
        suggested: parallel.suggested,
        loadings: (0..ids.len())
            .map(|row| order.iter().map(|(factor, _)| at(&rotated.loadings, row, *factor)).collect())
            .collect(),
        communalities: rotated.communality.clone(),
        between: order
            .iter()
            .map(|(one, _)| order.iter().map(|(other, _)| at(&rotated.phi, *one, *other)).collect())
            .collect(),
        residual: factors.fit.rmsr,
        starts: (rotated.minima.first().map_or(0, |best| best.starts), settings.starts as usize),
        scales: scales(definition, &items, &groups)?,
        findings: findings.map(|finding| words::finding(definition, finding)).collect(),
        factors: order.into_iter().map(|(_, group)| group).collect(),
        items: ids,
    })
}

/// The factors in the order of the attitudes, each with the attitude that it is: the pair with the largest sum of loadings first,
/// until every factor has one. A factor is an attitude only if that attitude's items have most of it.
fn matched(
    definition: &Definition,
    ids: &[String],
    rotated: &Rotated,
    groups: &[String],
) -> Vec<(usize, Option<String>)> {
    let count = rotated.loadings.ncols();
    let group_of: Vec<Option<&str>> =
        ids.iter().map(|id| definition.item(id).and_then(|item: &Item| item.group.as_deref())).collect();
    let sum = |factor: usize, group: &str| -> f64 {
        let own = group_of.iter().enumerate().filter(|(_, of)| **of == Some(group));
        let (sum, items) =
            own.fold((0.0, 0_usize), |(sum, items), (row, _)| (sum + rotated.loadings[(row, factor)].abs(), items + 1));
        #[expect(clippy::cast_precision_loss, reason = "a few items")]
        if items > 0 { sum / items as f64 } else { 0.0 }
    };
    let mut pairs: Vec<(f64, usize, &String)> = (0..count)
        .flat_map(|factor| groups.iter().map(move |group| (factor, group)))
        .map(|(factor, group)| (sum(factor, group), factor, group))
        .collect();
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut names: Vec<Option<String>> = vec![None; count];
    for (_, factor, group) in pairs {
        if names[factor].is_none() && !names.iter().flatten().any(|known| known == group) {
            names[factor] = Some(group.clone());
        }
    }
    let place = |name: &Option<String>| groups.iter().position(|group| Some(group) == name.as_ref());
    let mut order: Vec<(usize, Option<String>)> = names.into_iter().enumerate().collect();
    order.sort_by_key(|(factor, name)| (place(name).unwrap_or(usize::MAX), *factor));
    order
}

/// How well the items of each attitude go together.
fn scales(definition: &Definition, items: &Items, groups: &[String]) -> Result<Vec<ScaleFound>, Fault> {
    let mut scales = Vec::new();
    for group in groups {
        let names: Vec<&str> = definition
            .items_of(group)
            .map(|item| item.id.as_str())
            .filter(|id| items.names().iter().any(|name| name == id))
            .collect();
        let own = alpha(&items.select(&names)?, &[], Deletion::Listwise, LEVEL)?;
        scales.push(ScaleFound {
            group: group.clone(),
            items: names.len(),
            n: own.rows,
            alpha: own.raw,
            interval: own.feldt.map_or((f64::NAN, f64::NAN), |interval| (interval.low, interval.high)),
            mean_correlation: own.average_correlation,
        });
    }
    Ok(scales)
}
