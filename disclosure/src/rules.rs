//! Which cells are sensitive by themselves.

use crate::publication::{Cell, Fault, Publication};

/// A few contributors make up nearly all of an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dominance {
    /// How many contributors.
    pub n: usize,
    /// The share of the amount, in per cent, that they may make up at most.
    pub k: f64,
}

/// Whether it may be shown that all of a group are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupRule {
    /// It may.
    #[default]
    Shown,
    /// A part that is the whole of its total is hidden, and with it zeros beside it.
    Hidden,
}

/// When a cell is sensitive. Every rule that is set counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// A count of at least 1 and less than this is hidden.
    pub threshold: u64,
    /// Whether a threshold of 0 or 1, which hides nothing, is meant.
    pub allows_no_threshold: bool,
    /// A number from fewer agencies is hidden, where the cell says how many there are.
    pub least_agencies: u64,
    /// The (n,k) rule for amounts.
    pub dominance: Option<Dominance>,
    /// The p% rule for amounts: the second largest contributor may not come nearer than p per cent to the largest.
    pub p_percent: Option<f64>,
    /// All of a group alike.
    pub group: GroupRule,
    /// How far apart the least and the greatest possible value of a hidden sensitive cell must be.
    pub width: i64,
    /// Whether the only contributor of a cell is taken to know its value, and must not learn another's from it.
    pub lone_contributors_know: bool,
    /// Whether zeros may be hidden where nothing else is left; a hidden number can be 0 then.
    pub hides_zeros: bool,
}

impl Rules {
    /// The threshold rule alone: the least and the greatest possible value are as far apart as it takes for a hidden
    /// number not to be known as one below the threshold.
    #[must_use]
    pub fn threshold(threshold: u64) -> Self {
        Rules {
            threshold,
            allows_no_threshold: false,
            least_agencies: 0,
            dominance: None,
            p_percent: None,
            group: GroupRule::Shown,
            width: i64::try_from(threshold).unwrap_or(i64::MAX).saturating_sub(1).max(1),
            lone_contributors_know: true,
            hides_zeros: false,
        }
    }

    /// Which cells of a publication are sensitive, in their order.
    ///
    /// # Errors
    /// When the threshold hides nothing and nobody allowed it.
    pub fn sensitive(&self, publication: &Publication) -> Result<Vec<bool>, Fault> {
        if self.threshold < 2 && !self.allows_no_threshold {
            return Err(Fault::NoThreshold);
        }
        let mut sensitive: Vec<bool> = publication.cells().iter().map(|cell| self.is_sensitive(cell)).collect();
        if self.group == GroupRule::Hidden {
            for relation in publication.relations().iter().filter(|relation| relation.parts.len() > 1) {
                let total = &publication.cells()[relation.total];
                for part in &relation.parts {
                    let cell = &publication.cells()[*part];
                    sensitive[*part] |= total.contributors > 0 && cell.contributors == total.contributors;
                }
            }
        }
        Ok(sensitive)
    }

    fn is_sensitive(&self, cell: &Cell) -> bool {
        let is_small = cell.contributors > 0 && cell.contributors < self.threshold;
        let is_of_few = cell.value != 0 && cell.agencies.is_some_and(|agencies| agencies < self.least_agencies);
        is_small || is_of_few || self.is_dominated(cell)
    }

    #[expect(clippy::cast_precision_loss, reason = "shares of an amount, compared with a rule in per cent")]
    fn is_dominated(&self, cell: &Cell) -> bool {
        let total = cell.value as f64;
        let of_largest = |n: usize| cell.largest.iter().take(n).map(|one| *one as f64).sum::<f64>();
        if total <= 0.0 || cell.largest.is_empty() {
            return false;
        }
        let by_n_k = self.dominance.is_some_and(|rule| of_largest(rule.n) > rule.k / 100.0 * total);
        let by_p = self.p_percent.is_some_and(|p| total - of_largest(2) < p / 100.0 * of_largest(1));
        by_n_k || by_p
    }
}
