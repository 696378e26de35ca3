//! Objectives of a subsidy agreement: the realised value of the indicator that each names, against its target.

use super::estimate::Estimate;
use super::observation::{Dimensions, Observation, Observations, Rows, Status};
use crate::catalogue::Indicator;
use crate::error::Result;
use arrow::array::RecordBatch;

/// The texts that judge an objective and are not dimensions of it.
const JUDGED: [&str; 3] = ["direction", "objective_kind", "objective_status"];

/// Judges the objectives that a query returns by observations made before. `nearly` gives for a period the share of the
/// target (0 to 1) from which an objective is nearly met.
///
/// # Errors
/// When the query lacks a column.
pub fn judge(
    indicator: &Indicator,
    batches: &[RecordBatch],
    observations: &Observations,
    nearly: &dyn Fn(&str) -> f64,
) -> Result<Vec<Observation>> {
    let mut found = Vec::new();
    let index = observations.index();
    for batch in batches {
        let rows = Rows::new(batch, &["target"], indicator)?;
        for row in 0..rows.len {
            let text = |name: &str| rows.text(name, row).unwrap_or_default();
            let mut dimensions = rows.dimensions(row, &JUDGED);
            if let Some(breakdown) = dimensions.get_mut("breakdown") {
                // `=` and `;` separate dimensions in the output.
                *breakdown = breakdown.replace('=', ":").replace(';', ",");
            }
            let target = rows.number("target", row);
            let wanted = breakdown_of(text("breakdown"));
            let key = (text("indicator"), text("period"), text("area_level"), text("area"), &wanted);
            let realised =
                index.get(&key).filter(|one| one.status != Status::Provisional).and_then(|one| one.estimate.value);
            let is_quantitative = text("objective_kind") == "quantitative";
            dimensions.insert("objective_kind".to_owned(), text("objective_kind").to_owned());
            let (share, outcome) = verdict(realised, target, text("direction") == "at_most", nearly(text("period")));
            if is_quantitative {
                let direction = rows.text("direction", row).unwrap_or("at_least");
                dimensions.insert("direction".to_owned(), direction.to_owned());
                dimensions.insert("outcome".to_owned(), outcome.to_owned());
            } else if let Some(status) = rows.text("objective_status", row) {
                dimensions.insert("objective_status".to_owned(), status.to_owned());
            }
            found.push(Observation {
                indicator: indicator.id.as_str().into(),
                period: text("period").into(),
                area_level: text("area_level").into(),
                area: text("area").into(),
                dimensions: dimensions.into(),
                persons: None,
                numerator: realised.filter(|_| is_quantitative),
                denominator: target,
                estimate: Estimate { value: share.filter(|_| is_quantitative), interval: None },
                unit: indicator.unit.as_str().into(),
                status: if share.is_some() || !is_quantitative { Status::Free } else { Status::NotComputable },
            });
        }
    }
    Ok(found)
}

/// `kind=activation;sex=F` as dimensions.
fn breakdown_of(text: &str) -> Dimensions {
    let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, code)| (key.trim().to_owned(), code.trim().to_owned())).collect()
}

/// Share of the target in per cent, and whether it is met. For an objective of at most so much, staying at or
/// below the target meets it, and it is nearly met up to target / `nearly`.
fn verdict(realised: Option<f64>, target: Option<f64>, at_most: bool, nearly: f64) -> (Option<f64>, &'static str) {
    let (Some(realised), Some(target)) = (realised, target.filter(|target| *target > 0.0)) else {
        return (None, "not_measurable");
    };
    let share = realised / target;
    let outcome = match at_most {
        false if share >= 1.0 => "met",
        false if share >= nearly => "nearly",
        true if share <= 1.0 => "met",
        true if share * nearly <= 1.0 => "nearly",
        _ => "not_met",
    };
    (Some(100.0 * share), outcome)
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn met_nearly_and_not_met_at_their_edges() {
        let outcome = |realised: f64, at_most: bool| verdict(Some(realised), Some(100.0), at_most, 0.9).1;
        assert_eq!(
            [100.0, 99.9, 90.0, 89.9].map(|value| outcome(value, false)),
            ["met", "nearly", "nearly", "not_met"]
        );
        assert_eq!([100.0, 101.0, 112.0].map(|value| outcome(value, true)), ["met", "nearly", "not_met"]);
        assert_eq!(verdict(None, Some(10.0), false, 0.9), (None, "not_measurable"));
        assert_eq!(verdict(Some(1.0), Some(0.0), false, 0.9), (None, "not_measurable"));
    }
}
