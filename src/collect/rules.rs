//! The checks on a whole record: filled, in order, on the scale.

use super::batch::{NULL, TableBatch};
use crate::catalogue::{Catalogue, TableContract};
use hashbrown::HashMap as FastMap;

/// The checks on a whole record, by position of its fields.
pub(super) struct Rules {
    pub(super) required: Vec<usize>,
    pub(super) in_order: Vec<(usize, usize)>,
    /// Instrument, domain and score.
    score: Option<[usize; 3]>,
    /// Scale by the pool codes of instrument and domain.
    scales: FastMap<(i64, i64), Option<(i64, i64)>>,
}

impl Rules {
    pub(super) fn new(contract: &TableContract) -> Self {
        let required =
            contract.columns.iter().enumerate().filter(|(_, column)| column.required).map(|(field, _)| field);
        let pair = |(earlier, later): &(String, String)| Some((contract.position(earlier)?, contract.position(later)?));
        let score = ["instrument", "domain", "score"].map(|name| contract.position(name));
        Rules {
            required: required.collect(),
            in_order: contract.in_order.iter().filter_map(pair).collect(),
            score: if let [Some(instrument), Some(domain), Some(score)] = score {
                Some([instrument, domain, score])
            } else {
                None
            },
            scales: FastMap::new(),
        }
    }

    /// The field of the score, and whether it lies on the scale of its instrument and domain; `None` without a scale.
    pub(super) fn score_on_scale(
        &mut self,
        record: &[i64],
        batch: &TableBatch,
        catalogue: &Catalogue,
    ) -> Option<(usize, bool)> {
        let [instrument, domain, score] = self.score?;
        if record[score] == NULL || record[instrument] == NULL || record[domain] == NULL {
            return None;
        }
        let scale = *self.scales.entry((record[instrument], record[domain])).or_insert_with(|| {
            let known = catalogue.instrument(batch.pools[instrument].text(record[instrument]))?;
            let scale = known.scale(batch.pools[domain].text(record[domain]))?;
            Some((scale.lowest, scale.highest))
        });
        scale.map(|(lowest, highest)| (score, (lowest..=highest).contains(&record[score])))
    }
}
