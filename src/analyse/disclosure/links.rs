//! What whoever reads an edition can tell of its numbers beyond sums over areas and dimensions: what two ways of cutting up a
//! country have in common, and which count can be no more than another.

use super::cells::{AREA, Key, codes, numbers};
use super::is_personal;
use crate::analyse::observation::Observation;
use crate::catalogue::{Catalogue, Indicator, Kind};
use disclosure::Cell;
use std::collections::BTreeMap;

/// Begins the code of what a province and a size class have in common.
const CROSSING: &str = "common ";
/// Stands between the two.
const AND: &str = " & ";

/// The numbers of what each province and size class have in common, from the figures of the agencies and the areas of each, by
/// level.
pub(super) fn crossings<'o>(
    agencies: impl Iterator<Item = &'o Observation>,
    areas: &BTreeMap<String, BTreeMap<String, String>>,
    catalogue: &Catalogue,
) -> BTreeMap<Key, Cell> {
    let mut found: BTreeMap<Key, Cell> = BTreeMap::new();
    // An edition's number is the agency's own, and stands in no figure above it.
    for one in agencies.filter(|one| !one.dimensions.contains_key("edition")) {
        let Some(own) = areas.get(&*one.area) else { continue };
        let (Some(province), Some(class)) = (own.get("province"), own.get("size_class")) else { continue };
        let mut codes = codes(one);
        codes.insert(AREA.to_owned(), format!("{CROSSING}province {province}{AND}size_class {class}"));
        for (measure, cell) in numbers(one, catalogue) {
            let nothing = Cell { value: 0, contributors: 0, agencies: Some(0), ..cell.clone().unshown() };
            let sum = found.entry((measure, codes.clone())).or_insert(nothing);
            sum.value += cell.value;
            sum.contributors += cell.contributors;
            sum.agencies = sum.agencies.map(|agencies| agencies + u64::from(cell.value != 0));
        }
    }
    found
}

/// The code of what two areas have in common, and those of the areas.
pub(super) fn parts(code: &str) -> Option<(String, String, String)> {
    let (province, class) = code.strip_prefix(CROSSING)?.split_once(AND)?;
    Some((code.to_owned(), province.to_owned(), class.to_owned()))
}

/// Measures of which the first counts some of what the second counts, and whether what is left over are people or what stands for
/// one: enrolments that were not started, but not the second contract of somebody.
pub(super) fn within(names: &[String], catalogue: &Catalogue) -> Vec<(String, String, bool)> {
    let mut found = Vec::new();
    for name in names {
        let mut parts = name.split('|');
        let (Some(period), Some(id), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let Some(own) = catalogue.indicators.get(id).filter(|own| is_personal(own)) else { continue };
        let stem = format!("{period}|{id}|");
        if number == "persons" && own.counted != "persons" && own.counted != "hours" {
            found.extend(counts(own).map(|records| (name.clone(), format!("{stem}{records}"), false)));
        }
        let whole = own.within.as_ref().and_then(|whole| catalogue.indicators.get(whole));
        if let (Some(whole), Some(true)) = (whole, counts(own).map(|count| count == number)) {
            let count = counts(whole).map(|count| format!("{period}|{}|{count}", whole.id));
            found.extend(count.map(|count| (name.clone(), count, true)));
        }
    }
    found
}

/// The number of a figure that counts what the indicator counts.
fn counts(indicator: &Indicator) -> Option<&'static str> {
    match indicator.kind {
        Kind::Count => Some("value"),
        Kind::Ratio => Some("whole"),
        Kind::Mean | Kind::Change => Some("n"),
        Kind::Amount | Kind::Objective => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_what_two_areas_have_in_common_names_both() {
        let code = format!("{CROSSING}province 50000{AND}size_class small");
        assert_eq!(parts(&code), Some((code.clone(), "province 50000".to_owned(), "size_class small".to_owned())));
        assert_eq!(parts("province 50000"), None);
    }

    #[test]
    fn counts_are_held_by_those_that_the_headers_name_and_people_by_their_records() {
        let catalogue = Catalogue::load(None).unwrap();
        let names =
            ["participation.completed|value", "piis.count|persons", "parcours.people|persons", "piis.count|value"];
        let names = names.map(|name| format!("2017|{name}"));
        let found = within(&names, &catalogue);
        let pair = |part: &str, whole: &str, are_people| (format!("2017|{part}"), format!("2017|{whole}"), are_people);
        assert_eq!(
            found,
            [
                pair("participation.completed|value", "participation.started|value", true),
                pair("piis.count|persons", "piis.count|value", false),
            ]
        );
    }
}
