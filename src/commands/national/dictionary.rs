//! The dictionary of a public edition: what the codes of its figures mean, in every language.

use crate::analyse::Status;
use crate::analyse::disclosure::Protected;
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::model::Language;
use std::collections::BTreeMap;

/// Every code of the figures with its labels: `concept,code,fr,nl,de,en`.
///
/// # Errors
/// A defect, when columns do not fit.
pub fn dictionary(protected: &Protected, catalogue: &Catalogue) -> Result<Vec<u8>> {
    let mut lines: BTreeMap<(String, String), [String; 4]> = BTreeMap::new();
    let words = |text: &crate::model::LocalText| Language::ALL.map(|language| text.get(language).to_owned());
    let same = |text: &str| std::array::from_fn(|_| text.to_owned());
    for one in protected.figures() {
        let title = catalogue.indicators.get(&*one.indicator).map_or_else(|| same(&one.indicator), |i| words(&i.title));
        lines.insert(("indicator".to_owned(), one.indicator.to_string()), title);
        let level = format!("area/{}", one.area_level);
        lines.insert((level, one.area.to_string()), words(&catalogue.area_label(&one.area_level, &one.area)));
        for (name, code) in one.dimensions.iter() {
            let label = catalogue.label_among(name, code, one.dimensions.get("instrument").map(String::as_str));
            lines.insert((format!("dimension/{name}"), code.clone()), words(&label));
        }
        lines.insert(("unit".to_owned(), one.unit.to_string()), same(&one.unit));
    }
    for status in Status::ALL.map(Status::code) {
        let message = format!("national-status-{}", status.replace('_', "-"));
        lines.insert(
            ("status".to_owned(), status.to_owned()),
            Language::ALL.map(|language| crate::text::say(language, &message, &[])),
        );
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads: Vec<String> =
        ["concept", "code"].map(str::to_owned).into_iter().chain(Language::ALL.map(|one| one.to_string())).collect();
    writer.write_record(&heads).map_err(Error::defect)?;
    for ((concept, code), labels) in lines {
        writer.write_record([concept, code].into_iter().chain(labels)).map_err(Error::defect)?;
    }
    writer.into_inner().map_err(Error::defect)
}
