//! The score of a scale: the mean or the sum of its items.

use crate::fault::Fault;
use crate::items::Items;

/// What a respondent's answers are made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleScore {
    /// The mean of the items answered.
    Mean,
    /// That mean times the number of items: the sum, as if the items left out were answered like the others.
    Sum,
}

/// One score a respondent; none for those who answered fewer than `least` of the items. `reversed` names the items keyed the other
/// way, which become low + high - answer on their scale.
///
/// # Errors
/// An unknown name, a reversed item whose scale was not said, a `least` of 0 or above the number of items.
pub fn scale_scores(
    items: &Items,
    reversed: &[&str],
    score: ScaleScore,
    least: usize,
) -> Result<Vec<Option<f64>>, Fault> {
    if least == 0 || least > items.len() {
        let (range, value) = ("1 to the number of items", least as f64);
        return Err(Fault::Setting { what: "the least number of items answered", range, value });
    }
    let mut turn: Vec<Option<f64>> = vec![None; items.len()];
    for name in reversed {
        let item = items.place(name)?;
        let (low, high) = items.scale(item).ok_or_else(|| Fault::NoScale { item: (*name).to_owned() })?;
        turn[item] = Some(low + high);
    }
    let factor = if score == ScaleScore::Sum { items.len() as f64 } else { 1.0 };
    let of_row = |row: usize| {
        let answered = |(item, ends): (usize, &Option<f64>)| {
            items.answer(row, item).map(|answer| ends.map_or(answer, |ends| ends - answer))
        };
        let answers: Vec<f64> = turn.iter().enumerate().filter_map(answered).collect();
        let mean = answers.iter().sum::<f64>() / answers.len() as f64;
        (answers.len() >= least).then_some(mean * factor)
    };
    Ok((0..items.rows()).map(of_row).collect())
}
