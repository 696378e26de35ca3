//! Definitions of instruments as tables that queries join.

use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, Int32Array, RecordBatch, StringArray};
use std::sync::Arc;

/// `requirements`: `instrument`, `domain`, `aim` (a code), `level`, `higher_is_better`; a row a level that an aim requires.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn requirement_rows(catalogue: &Catalogue) -> Result<RecordBatch> {
    let all: Vec<_> = catalogue
        .instruments()
        .flat_map(|instrument| instrument.requirements.iter().map(move |one| (instrument, one)))
        .collect();
    let levels = Decimal128Array::from_iter_values(all.iter().map(|(_, one)| i128::from(one.level)));
    let higher = all.iter().map(|(own, one)| own.scale(&one.domain).map(|scale| scale.higher_is_better));
    let columns: [(&str, ArrayRef); 5] = [
        ("instrument", Arc::new(StringArray::from_iter_values(all.iter().map(|(own, _)| &own.id)))),
        ("domain", Arc::new(StringArray::from_iter_values(all.iter().map(|(_, one)| &one.domain)))),
        ("aim", Arc::new(StringArray::from_iter_values(all.iter().map(|(_, one)| &one.code)))),
        ("level", Arc::new(levels.with_precision_and_scale(7, 2).map_err(Error::defect)?)),
        ("higher_is_better", Arc::new(higher.collect::<BooleanArray>())),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}

/// `instrument_reliability`: `instrument`, `published` (the value as text), `reliability`, `domains` (how many it has); a row an
/// instrument whose reliability is published: the first that its file names.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn reliability_rows(catalogue: &Catalogue) -> Result<RecordBatch> {
    let first = |instrument| {
        let instrument: &crate::catalogue::Instrument = instrument;
        instrument.reliabilities.first().map(|one| (instrument, one.value.as_str()))
    };
    let all: Vec<_> = catalogue.instruments().filter_map(first).collect();
    #[expect(clippy::cast_possible_truncation, reason = "a value between 0 and 1")]
    let exact = all.iter().map(|(_, value)| (value.parse::<f64>().unwrap_or(0.0) * 10_000.0).round() as i128);
    let exact = Decimal128Array::from_iter_values(exact).with_precision_and_scale(5, 4).map_err(Error::defect)?;
    let domains = all.iter().map(|(own, _)| i32::try_from(own.domains.codes().len()).unwrap_or(i32::MAX));
    let columns: [(&str, ArrayRef); 4] = [
        ("instrument", Arc::new(StringArray::from_iter_values(all.iter().map(|(own, _)| &own.id)))),
        ("published", Arc::new(StringArray::from_iter_values(all.iter().map(|(_, value)| *value)))),
        ("reliability", Arc::new(exact)),
        ("domains", Arc::new(Int32Array::from_iter_values(domains))),
    ];
    RecordBatch::try_from_iter(columns).map_err(Error::defect)
}
