//! A measuring instrument explained: scale, levels, domains, reliability, requirements, other editions.

use crate::catalogue::{Catalogue, Instrument, Mapping};
use crate::model::Language;
use crate::text::say;

/// One instrument for the terminal.
pub(super) fn explained(instrument: &Instrument, catalogue: &Catalogue, language: Language) -> String {
    let chapters = [
        ("instrument-levels", levels(instrument, language)),
        ("instrument-domains", domains(instrument, language)),
        ("instrument-reliability", reliabilities(instrument, catalogue, language)),
        ("instrument-requirements", requirements(instrument, language)),
        ("instrument-mappings", mappings(instrument, catalogue, language)),
    ];
    let mut text = format!(
        "{}\n{}\n\n{}\n",
        instrument.id,
        instrument.title.get(language),
        catalogue.label_origin(instrument).get(language)
    );
    for (heading, lines) in chapters {
        if lines.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{}\n", say(language, heading, &[])));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text.trim_end().to_owned()
}

/// A level as people write it: those of a scale are whole.
fn points(hundredths: i64) -> i64 {
    hundredths / 100
}

fn levels(instrument: &Instrument, language: Language) -> Vec<String> {
    if instrument.levels.is_empty() {
        let Some(scale) = instrument.scales.first() else { return Vec::new() };
        return vec![format!("{} … {}", points(scale.lowest), points(scale.highest))];
    }
    instrument.levels.iter().map(|(level, label)| format!("{level:>3}  {}", label.get(language))).collect()
}

fn domains(instrument: &Instrument, language: Language) -> Vec<String> {
    let width = instrument.domains.codes().iter().map(|domain| domain.code.len()).max().unwrap_or(0);
    let lower = say(language, "instrument-lower-is-better", &[]);
    let line = |(domain, scale): (&crate::catalogue::Code, &crate::catalogue::Scale)| {
        let remark = if scale.higher_is_better { String::new() } else { format!(" ({lower})") };
        format!("{:width$}  {}{remark}", domain.code, domain.label.get(language))
    };
    instrument.domains.codes().iter().zip(&instrument.scales).map(line).collect()
}

/// The label of a code of a list; of one that is not in it the code.
fn label(catalogue: &Catalogue, (list, code): (&str, &str), language: Language) -> String {
    let known = catalogue.codelist(list).and_then(|list| list.label(code));
    known.map_or(code, |label| label.get(language)).to_owned()
}

fn reliabilities(instrument: &Instrument, catalogue: &Catalogue, language: Language) -> Vec<String> {
    let line = |(place, one): (usize, &crate::catalogue::Reliability)| {
        let counts = if place == 0 { say(language, "instrument-counts", &[]) } else { String::new() };
        let note = if one.note.is_empty() { String::new() } else { format!(". {}", one.note) };
        format!(
            "{} {}{counts}: {}{note}",
            one.value,
            label(catalogue, ("reliability_kind", &one.kind), language),
            one.source
        )
    };
    instrument.reliabilities.iter().enumerate().map(line).collect()
}

fn requirements(instrument: &Instrument, language: Language) -> Vec<String> {
    let name = |code: &str| instrument.domains.label(code).map_or(code, |label| label.get(language)).to_owned();
    let line = |one: &crate::catalogue::Requirement| {
        format!(
            "{} ({}): {} {} [{}]",
            one.aim.get(language),
            one.code,
            name(&one.domain),
            points(one.level),
            one.source
        )
    };
    instrument.requirements.iter().map(line).collect()
}

fn mappings(instrument: &Instrument, catalogue: &Catalogue, language: Language) -> Vec<String> {
    let line = |one: &Mapping| {
        let id = if one.comparable { "instrument-comparable" } else { "instrument-not-comparable" };
        let there = one.domains.join(", ");
        format!(
            "{} → {}: {there} ({}; {})",
            one.domain,
            one.to,
            label(catalogue, ("instrument_relation", &one.relation), language),
            say(language, id, &[])
        )
    };
    instrument.mappings.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_says_what_it_measures_and_how_surely() {
        let catalogue = Catalogue::load(None).unwrap();
        let shown = |id: &str, language| explained(catalogue.instrument(id).unwrap(), &catalogue, language);
        let matrix = shown("zrm-2013", Language::Nl);
        for part in [
            "Volledig zelfredzaam",
            "Dagbesteding",
            "0.85",
            "Fassaert",
            "day_activities → zrm-2017: work_education, time_use",
        ] {
            assert!(matrix.contains(part), "{part}: {matrix}");
        }
        assert_eq!(matrix.lines().filter(|line| line.contains("→ zrm-2017")).count(), 11);
        assert!(shown("liege-modules", Language::Fr).contains("Travailler en cuisine (kitchen_work): Hygiène 5"));
        assert!(shown("lino-rae", Language::En).contains("Criminal record (lower is better)"));
        assert!(shown("minus-plus", Language::De).contains(" -1  "));
    }
}
