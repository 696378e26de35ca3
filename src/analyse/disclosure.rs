//! Figures that may be published: the one door to a public edition. Which cells are hidden is decided by the crate
//! `disclosure`, which knows nothing of the field; here figures become its cells, and what it decides becomes a
//! [`Protected`] edition, which nothing else can make.

mod blurred;
mod cells;
mod links;

use self::blurred::{Seen, blurred};
use self::cells::{Cells, scaled};
use super::estimate::Estimate;
use super::observation::{Observation, Status};
use crate::catalogue::{Catalogue, Indicator, Kind};
use crate::error::{Error, Result};
use crate::model::result::Edition;
use disclosure::{Blur, Cell, CellKeys, Fault, Publication, Relation, Rules, Shown};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};

/// Figures of a public edition. Those that are hidden are there without a number, as [`Status::Suppressed`].
#[derive(Debug, Clone)]
pub struct Protected {
    figures: Vec<Observation>,
    summary: Summary,
}

/// What was hidden, and what an attack on the rest found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Numbers of all figures together, each once, those behind shares among them.
    pub cells: usize,
    /// Sums among them that whoever reads the edition can make use of.
    pub relations: usize,
    /// Figures.
    pub figures: usize,
    /// Figures hidden.
    pub hidden: usize,
    /// Numbers that are sensitive by themselves.
    pub sensitive: usize,
    /// Sensitive numbers that were attacked.
    pub attacked: usize,
    /// Those of them that could be computed or narrowed down too far.
    pub recovered: usize,
    /// Linear programs that the attack took.
    pub programs: usize,
    /// Whether zeros may be among what is hidden.
    pub hides_zeros: bool,
}

impl Protected {
    /// What they may be shown in: an edition for everybody. Nothing else says of figures that they may.
    pub fn edition(&self) -> Edition {
        Edition::Public
    }

    /// The figures, in their order.
    pub fn figures(&self) -> &[Observation] {
        &self.figures
    }

    /// What was hidden.
    pub fn summary(&self) -> Summary {
        self.summary
    }
}

/// The parts of a change.
const PARTS: [&str; 8] = ["before", "after", "response", "improved", "unchanged", "worsened", "ceiling", "floor"];

/// The interval of a mean tells how the numbers behind it spread, and with it, where they are few and whole, what they are. It
/// is shown from so many times the threshold.
pub const SPREAD: i64 = 10;

/// How many of the largest contributions to an amount rules may ask for.
const LARGEST: usize = 100;

/// What the agencies of each area gave to its figures.
#[derive(Debug, Default)]
pub struct Contributions {
    /// By indicator, period, area level, area and dimensions: how many agencies are behind the figure, and for amounts what
    /// each of them gave, the largest first.
    of_figures: BTreeMap<String, (u64, Vec<i64>)>,
    /// The numbers of what a province and a size class have in common, for an edition that shows both: no figure shows them,
    /// and a difference of figures may tell them.
    crossings: BTreeMap<cells::Key, Cell>,
}

impl Contributions {
    /// From the figures of the agencies and the areas of each, by level.
    pub fn new<'o>(
        agencies: impl Iterator<Item = &'o Observation>,
        areas: &BTreeMap<String, BTreeMap<String, String>>,
        catalogue: &Catalogue,
    ) -> Self {
        let mut of_figures: BTreeMap<String, (u64, Vec<i64>)> = BTreeMap::new();
        // An edition's number is the agency's own, and stands in no figure above it.
        for one in agencies.filter(|one| !one.dimensions.contains_key("edition")) {
            let value = one.estimate.value.unwrap_or(0.0);
            let is_amount = catalogue.indicators.get(&*one.indicator).is_some_and(|base| base.kind == Kind::Amount);
            let gives = one.persons.is_some_and(|persons| persons > 0) || (one.persons.is_none() && value != 0.0);
            for (level, area) in areas.get(&*one.area).into_iter().flatten().filter(|_| gives) {
                let mut above = one.clone();
                (above.area_level, above.area) = (level.as_str().into(), area.as_str().into());
                let (count, largest) = of_figures.entry(name(&above)).or_default();
                *count += 1;
                if is_amount {
                    largest.push(scaled(value));
                }
            }
        }
        for (_, largest) in of_figures.values_mut() {
            largest.sort_unstable_by_key(|value| std::cmp::Reverse(*value));
            largest.truncate(LARGEST);
        }
        Contributions { of_figures, crossings: BTreeMap::new() }
    }

    /// With the numbers of what each province and size class have in common.
    #[must_use]
    pub fn with_crossings<'o>(
        self,
        agencies: impl Iterator<Item = &'o Observation>,
        areas: &BTreeMap<String, BTreeMap<String, String>>,
        catalogue: &Catalogue,
    ) -> Self {
        Contributions { crossings: links::crossings(agencies, areas, catalogue), ..self }
    }
}

/// How small counts are kept from view.
#[derive(Debug, Clone, Copy)]
pub enum Method {
    /// They are hidden, and with them what they follow from.
    Hide,
    /// Counts of people are shown inexactly.
    Blur {
        /// How.
        how: Inexact,
        /// Whether figures are made to be added up: shares of few are among them then, which nobody should read alone.
        is_for_sums: bool,
    },
}

/// How counts of people are made inexact.
#[derive(Debug, Clone, Copy)]
pub enum Inexact {
    /// As the nearest multiple of a base.
    Multiples(i64),
    /// Small ones as 0 or a base, so that sums hold.
    SmallCounts(i64),
    /// By so much more or less at most, and none of 1 to the least.
    Noise {
        /// The most.
        most: i64,
        /// The least count shown, beside 0.
        least: i64,
        /// What decides.
        key: NoiseKey,
    },
}

impl Inexact {
    /// The base of rounding, or the least count: shares and means are shown from some times this.
    pub fn coarseness(&self) -> i64 {
        match self {
            Inexact::Multiples(base) | Inexact::SmallCounts(base) => *base,
            Inexact::Noise { least, .. } => *least,
        }
    }
}

/// The secret that noise comes from: the same number is shown alike in every table and edition.
#[derive(Clone, Copy)]
pub struct NoiseKey([u8; 32]);

impl NoiseKey {
    /// From a secret.
    pub fn new(secret: [u8; 32]) -> Self {
        NoiseKey(secret)
    }

    /// The key of a number, by its name.
    fn of(&self, name: &str) -> u64 {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return 0 }; // HMAC takes a key of any length
        mac.update(name.as_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        bytes[..8].iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
    }
}

impl std::fmt::Debug for NoiseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NoiseKey")
    }
}

/// Protects figures of areas above the agency by the rules, all of them together. `earlier` are those of an edition that is
/// out already; `contributions` may be empty where no rule asks for agencies.
///
/// # Errors
/// When the rules hide nothing without being allowed to, or what is out already gives a sensitive figure away: names it.
pub fn protect(
    observations: &[Observation],
    earlier: &[Observation],
    contributions: &Contributions,
    catalogue: &Catalogue,
    (rules, method): (&Rules, Method),
) -> Result<Protected> {
    let mut cells = Cells::new(observations.iter().chain(earlier), contributions, catalogue);
    for one in earlier {
        cells.note_public(one);
    }
    let mut places: Vec<Vec<usize>> = Vec::with_capacity(observations.len());
    for one in observations {
        places.push(cells.of(one).map_err(|fault| told(&fault, &|_| name(one)))?);
    }
    for one in earlier {
        cells.recall(one).map_err(|fault| told(&fault, &|_| name(one)))?;
    }
    let keys = match method {
        Method::Blur { how: Inexact::Noise { key, .. }, .. } => cells.keys(key),
        _ => Vec::new(),
    };
    let (publication, owners) = cells.publication()?;
    // What stands in no figure is named by one that it adds up with.
    let owner = |cell: usize| {
        let beside = publication.relations().iter().map(Relation::cells).find(|cells| cells.contains(&cell));
        let own = owners.get(&cell).or_else(|| beside?.iter().find_map(|one| owners.get(one)));
        own.and_then(|owner| observations.get(*owner))
    };
    let named = |cell: usize| owner(cell).map(name).unwrap_or_default();
    let edition = Drawn { observations, places: &places, publication: &publication, catalogue };
    match method {
        Method::Hide => hide(&edition, rules),
        Method::Blur { how, is_for_sums } => inexact(&edition, rules, (how, &keys), is_for_sums),
    }
    .map_err(|fault| told(&fault, &named))
}

/// Figures and their cells.
struct Drawn<'d> {
    observations: &'d [Observation],
    /// The cells of each figure.
    places: &'d [Vec<usize>],
    publication: &'d Publication,
    catalogue: &'d Catalogue,
}

impl Drawn<'_> {
    fn protected(&self, figures: Vec<Observation>, summary: Summary) -> Protected {
        let hidden = figures.iter().filter(|figure| figure.status == Status::Suppressed).count();
        let cells = self.publication.cells().len();
        let relations = self.publication.relations().len();
        let summary = Summary { cells, relations, figures: figures.len(), hidden, ..summary };
        Protected { figures, summary }
    }
}

/// Counts of people made inexact; what sums would tell more closely is hidden.
fn inexact(
    edition: &Drawn<'_>,
    rules: &Rules,
    (how, keys): (Inexact, &[u64]),
    is_for_sums: bool,
) -> std::result::Result<Protected, Fault> {
    let publication = edition.publication;
    let blur = match how {
        Inexact::Multiples(base) => Blur::Multiples { base },
        Inexact::SmallCounts(base) => Blur::SmallCounts { base },
        Inexact::Noise { most, least, .. } => Blur::Keys { noise: CellKeys::new(most, least), keys },
    };
    let done = disclosure::protect_by_blur(publication, rules, blur, shown(publication, edition.places))?;
    // Sums of points, days and hours are hidden as without it: no sum links them with a count.
    let sums = disclosure::protect(publication, rules)?;
    let is_hidden = |cell: usize| {
        if publication.cells()[cell].step == 1 {
            publication.cells()[cell].is_shown && done.shown[cell] == Shown::Not
        } else {
            sums.status[cell] != disclosure::Status::Free
        }
    };
    let coarseness = how.coarseness();
    let seen = Seen { values: &done.values, coarseness, is_for_sums, catalogue: edition.catalogue };
    let figures = by_blur((edition.observations, edition.places), &is_hidden, &seen);
    let attacked = done.attacked;
    let summary = Summary { sensitive: attacked, attacked, recovered: done.recovered.len(), ..Summary::default() };
    Ok(edition.protected(figures, summary))
}

/// What is sensitive hidden, and what it follows from.
fn hide(edition: &Drawn<'_>, rules: &Rules) -> std::result::Result<Protected, Fault> {
    let Drawn { observations, places, catalogue, .. } = *edition;
    let done = disclosure::protect(edition.publication, rules)?;
    let is_hidden = |cell: &usize| done.status[*cell] != disclosure::Status::Free;
    // From the parts of a change that are shown a hidden one could be worked out: they are shown or hidden together.
    let mut families: BTreeMap<String, bool> = BTreeMap::new();
    for (one, own) in observations.iter().zip(places) {
        // What an agency hid already stays hidden; a response alone, which tells how few numbers spread, takes nothing with it.
        let is_response = base(&one.indicator, catalogue).is_some_and(|(_, part)| part == "response");
        let is_hidden = (one.status == Status::Suppressed && !is_response) || own.iter().any(is_hidden);
        *families.entry(family(one, catalogue)).or_default() |= is_hidden;
    }
    let figure = |one: &Observation| {
        let (base, suffix) = base(&one.indicator, catalogue).unzip();
        let is_mean = base.is_some_and(|base| matches!(base.kind, Kind::Mean | Kind::Change));
        let few = i64::try_from(rules.threshold).unwrap_or(i64::MAX).saturating_mul(SPREAD);
        let tells_spread = is_mean && one.persons.is_none_or(|persons| persons < few);
        let is_hidden = families[&family(one, catalogue)] || (tells_spread && suffix == Some("response"));
        public(one, is_hidden, !tells_spread)
    };
    let summary = Summary {
        sensitive: done.status.iter().filter(|status| **status == disclosure::Status::Primary).count(),
        attacked: done.audit.attacked,
        recovered: done.audit.unsafe_cells().len(),
        programs: done.audit.programs,
        hides_zeros: done.hides_zeros,
        ..Summary::default()
    };
    Ok(edition.protected(observations.iter().map(figure).collect(), summary))
}

/// How each cell would be shown: counts of people inexactly, other counts as they are; of sums whoever reads the figures knows too
/// little to compute with.
fn shown(publication: &Publication, places: &[Vec<usize>]) -> Vec<Shown> {
    let mut shown: Vec<Shown> = vec![Shown::Not; publication.cells().len()];
    for place in places.iter().flatten() {
        let cell = &publication.cells()[*place];
        let is_of_nobody = cell.contributors == 0 && cell.value != 0;
        shown[*place] = match (cell.is_shown, cell.step == 1) {
            (true, true) if is_of_nobody => Shown::Exactly,
            (true, true) => Shown::Blurred,
            _ => Shown::Not,
        };
    }
    shown
}

fn by_blur(
    (observations, places): (&[Observation], &[Vec<usize>]),
    is_hidden: &dyn Fn(usize) -> bool,
    seen: &Seen<'_>,
) -> Vec<Observation> {
    let catalogue = seen.catalogue;
    // Where a shown 0 can be one or two who improved, a mean above 0 would say that it is no 0.
    let is_zero = |(one, own): &(&Observation, &Vec<usize>)| {
        let part = base(&one.indicator, catalogue).map(|(_, part)| part);
        matches!(part, Some("improved" | "worsened")) && seen.part(one, own) == Some(0)
    };
    let with_zero: BTreeSet<String> =
        observations.iter().zip(places).filter(is_zero).map(|(one, _)| family(one, catalogue)).collect();
    let tells_of_zero = |one: &Observation| {
        let is_mean = base(&one.indicator, catalogue)
            .is_some_and(|(base, part)| base.kind == Kind::Change && matches!(part, "" | "before" | "after"));
        is_mean && with_zero.contains(&family(one, catalogue))
    };
    let figure = |(one, own): (&Observation, &Vec<usize>)| {
        if own.iter().any(|cell| is_hidden(*cell)) || tells_of_zero(one) {
            public(one, true, false)
        } else {
            blurred(one, own, seen)
        }
    };
    observations.iter().zip(places).map(figure).collect()
}

/// What is counted of no person.
const IMPERSONAL: [&str; 3] = ["editions", "centres", "tables"];

/// Whether figures of an indicator are about people; editions, centres and tables handed in give nobody away.
pub fn is_personal(indicator: &Indicator) -> bool {
    !IMPERSONAL.contains(&indicator.counted.as_str())
}

/// What a figure is shown or hidden with.
fn family(one: &Observation, catalogue: &Catalogue) -> String {
    match base(&one.indicator, catalogue) {
        Some((base, _)) if base.kind == Kind::Change => {
            name(&Observation { indicator: base.id.as_str().into(), ..one.clone() })
        }
        _ => name(one),
    }
}

/// The indicator that a figure belongs to, and which part of it it is.
pub fn base<'c>(indicator: &str, catalogue: &'c Catalogue) -> Option<(&'c Indicator, &'c str)> {
    if let Some(base) = catalogue.indicators.get(indicator) {
        return Some((base, ""));
    }
    let (whole, part) = indicator.rsplit_once('.')?;
    let part = PARTS.into_iter().find(|known| *known == part)?;
    Some((catalogue.indicators.get(whole)?, part))
}

fn public(one: &Observation, is_hidden: bool, shows_interval: bool) -> Observation {
    if !is_hidden {
        let interval = one.estimate.interval.filter(|_| shows_interval);
        return Observation { estimate: Estimate { interval, ..one.estimate }, ..one.clone() };
    }
    Observation {
        persons: None,
        numerator: None,
        denominator: None,
        estimate: Estimate::default(),
        status: Status::Suppressed,
        ..one.clone()
    }
}

/// The name of a figure, without its numbers.
fn name(one: &Observation) -> String {
    let dimensions = super::dimension_text(&one.dimensions);
    format!("{} {} {} {} {dimensions}", one.indicator, one.period, one.area_level, one.area).trim_end().to_owned()
}

fn told(fault: &Fault, named: &dyn Fn(usize) -> String) -> Error {
    match fault {
        Fault::NoThreshold => Error::usage("disclosure-no-threshold"),
        Fault::Public { cell } => Error::input("disclosure-public").with("figure", named(*cell)),
        Fault::Unprotectable { cell } => Error::input("disclosure-unprotectable").with("figure", named(*cell)),
        Fault::Hole { dimension, code } => {
            Error::input("disclosure-hole").with("dimension", dimension).with("code", code)
        }
        Fault::TwoValues { cell } => Error::input("disclosure-two-values").with("figure", cell),
        other => Error::defect(other),
    }
}
