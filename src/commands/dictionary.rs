//! An indicator explained: what somebody asks about a figure before passing it on, in one language. For the terminal with
//! the query, for `docs/indicators.md` without.

use crate::catalogue::{Catalogue, DatedValue, Indicator, Kind, Parameter, Standing};
use crate::model::Language;
use crate::text::say;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Which of its dated values a parameter is shown with.
#[derive(Clone, Copy)]
enum Values {
    /// Those that hold on this day.
    On(NaiveDate),
    /// All: a document that names only today's would be another one tomorrow.
    All,
}

/// One indicator for the terminal; its dated values are those of the day.
pub(super) fn explained(indicator: &Indicator, catalogue: &Catalogue, language: Language, day: NaiveDate) -> String {
    let facts = facts(indicator, catalogue, language, Values::On(day));
    let width = facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let mut text =
        format!("{}\n{}\n\n{}\n\n", indicator.id, indicator.title.get(language), indicator.definition.get(language));
    for (label, fact) in facts {
        text.push_str(&format!("{label}{}  {fact}\n", " ".repeat(width - label.chars().count())));
    }
    text.push_str(&format!("\n{}", indicator.sql));
    text
}

/// All indicators as one Markdown document.
pub(super) fn markdown(catalogue: &Catalogue, language: Language) -> String {
    let said = |id| say(language, id, &[]);
    let mut text = format!("# {}\n\n{}\n\n", said("dictionary-title"), said("dictionary-intro"));
    text.push_str(&format!("| {} | {} |\n| --- | --- |\n", said("report-indicator"), said("report-title")));
    for indicator in catalogue.indicators.values() {
        // As the sites that show Markdown name a heading: without its points.
        let anchor = indicator.id.replace('.', "");
        text.push_str(&format!("| [`{}`](#{anchor}) | {} |\n", indicator.id, cell(indicator.title.get(language))));
    }
    for indicator in catalogue.indicators.values() {
        text.push_str(&section(indicator, catalogue, language));
    }
    text
}

fn section(indicator: &Indicator, catalogue: &Catalogue, language: Language) -> String {
    let mut text = format!(
        "\n## {}\n\n**{}**\n\n{}\n\n| | |\n| --- | --- |\n",
        indicator.id,
        indicator.title.get(language),
        indicator.definition.get(language)
    );
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    let titles: Vec<String> = others.map(|other| format!("{other}: {}", indicator.title.get(other))).collect();
    let titles = (say(language, "catalogue-titles", &[]), titles.join("; "));
    for (label, fact) in std::iter::once(titles).chain(facts(indicator, catalogue, language, Values::All)) {
        let fact = if fact == indicator.path { format!("[`{fact}`](../{fact})") } else { cell(&fact) };
        text.push_str(&format!("| {label} | {fact} |\n"));
    }
    text
}

/// A text as a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What there is to know, each with its label, in the order in which it is asked.
fn facts(indicator: &Indicator, catalogue: &Catalogue, language: Language, values: Values) -> Vec<(String, String)> {
    let said = |id| say(language, id, &[]);
    let dimension = |name: &String| format!("{} ({name})", catalogue.dimension_label(name).get(language));
    let dimensions: Vec<String> = indicator.dimensions().iter().map(dimension).collect();
    let used = indicator.parameters.iter().filter_map(|name| catalogue.parameters.get(name));
    let parameters: Vec<String> = used.map(|one| dated(one, catalogue, language, values)).collect();
    let legal = if indicator.legal_basis.is_empty() { said("catalogue-no-law") } else { indicator.legal_basis.clone() };
    let standing = match indicator.standing {
        Standing::Stable => said("catalogue-stable"),
        Standing::Experimental => said("catalogue-experimental"),
    };
    let facts = [
        (said("catalogue-population"), indicator.population.get(language).to_owned()),
        (said("catalogue-counted"), catalogue.counted_label(&indicator.counted).get(language).to_owned()),
        (said("catalogue-formula"), formula(indicator, language)),
        (said("catalogue-unit"), catalogue.unit_label(&indicator.unit).get(language).to_owned()),
        (said("catalogue-dimensions"), dimensions.join(", ")),
        (said("catalogue-tables"), indicator.tables.join(", ")),
        (said("catalogue-parameters"), parameters.join(" · ")),
        (said("catalogue-source"), indicator.source.clone()),
        (said("catalogue-legal"), legal),
        (said("catalogue-status"), standing),
        (said("catalogue-file"), indicator.path.clone()),
    ];
    facts.into_iter().filter(|(_, fact)| !fact.is_empty()).collect()
}

/// How the published value is made from what the query returns: in words what `analyse` computes.
fn formula(indicator: &Indicator, language: Language) -> String {
    match indicator.kind {
        Kind::Count => say(language, "formula-count", &[]),
        Kind::Ratio if indicator.unit == "percent" => say(language, "formula-share", &[]),
        Kind::Ratio => say(language, "formula-quotient", &[]),
        Kind::Mean => say(language, "formula-mean", &[]),
        Kind::Change => say(language, "formula-change", &[]),
        Kind::Amount => say(language, "formula-amount", &[]),
        Kind::Objective => say(language, "formula-objective", &[]),
    }
}

/// A parameter with its title, unit and values; each value with its scope, its first day and where it is laid down.
fn dated(parameter: &Parameter, catalogue: &Catalogue, language: Language, values: Values) -> String {
    let scopes: BTreeSet<&str> = parameter.values.iter().map(|value| value.scope.as_str()).collect();
    let shown: Vec<&DatedValue> = match values {
        Values::All => parameter.values.iter().collect(),
        Values::On(day) => scopes.into_iter().filter_map(|scope| parameter.on(day, scope).ok()).collect(),
    };
    let value = |one: &DatedValue| {
        let number = one.value.to_string();
        let number = if language == Language::En { number } else { number.replace('.', ",") };
        let since = [("value", number), ("from", one.from.to_string())];
        let scope = catalogue.label("scheme", &one.scope);
        let scope = if one.scope.is_empty() { String::new() } else { format!("{}: ", scope.get(language)) };
        format!("{scope}{} [{}]", say(language, "catalogue-since", &since), one.reference)
    };
    let shown: Vec<String> = shown.into_iter().map(value).collect();
    let unit = catalogue.unit_label(&parameter.unit);
    let title = parameter.title.get(language);
    format!("{title} ({}, {}): {}", parameter.name, unit.get(language), shown.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id: &str, language: Language) -> String {
        let catalogue = Catalogue::load(None).unwrap();
        explained(&catalogue.indicators[id], &catalogue, language, "2015-03-01".parse().unwrap())
    }

    #[test]
    fn a_figure_is_explained_in_each_language() {
        for (language, words) in [
            (Language::Fr, ["mesure zéro", "Ventilé par", "Domaine (domain)", "changement moyen", "Base légale"]),
            (
                Language::Nl,
                [
                    "nulmeting",
                    "Uitgesplitst naar",
                    "Levensdomein (domain)",
                    "gemiddelde verandering",
                    "Wettelijke basis",
                ],
            ),
            (
                Language::De,
                ["Nullmessung", "Aufgegliedert nach", "Lebensbereich (domain)", "mittlere Änderung", "Rechtsgrundlage"],
            ),
            (Language::En, ["zero measure", "Broken down by", "Domain (domain)", "mean change", "Legal basis"]),
        ] {
            let text = shown("progress.change", language);
            for word in words {
                assert!(text.to_lowercase().contains(&word.to_lowercase()), "{word} in {language}: {text}");
            }
            assert!(text.contains("SUM(p.score_change)") && text.contains("queries/indicators/progress_change.sql"));
        }
    }

    #[test]
    fn a_dated_value_is_that_of_the_day_with_its_reference() {
        let evaluated = shown("piis.evaluated", Language::En);
        assert!(evaluated.contains("4 since 2002-01-01 [law 26-05-2002"), "{evaluated}");
        assert!(!evaluated.contains("3 since 2016-11-01"), "{evaluated}");
        let balance = shown("subsidy.balance", Language::Fr);
        assert!(balance.contains("0,5 depuis le 2015-01-01") && !balance.contains("0,75"), "{balance}");
        let catalogue = Catalogue::load(None).unwrap();
        let all = markdown(&catalogue, Language::En);
        assert!(all.contains("4 since 2002-01-01") && all.contains("3 since 2016-11-01"));
        for id in catalogue.indicators.keys() {
            assert!(
                all.contains(&format!("\n## {id}\n")) && all.contains(&format!("(#{})", id.replace('.', ""))),
                "{id}"
            );
        }
    }

    #[test]
    fn what_breaks_a_figure_down_is_read_off_its_query() {
        let catalogue = Catalogue::load(None).unwrap();
        let of = |id: &str| catalogue.indicators[id].dimensions().join(" ");
        assert_eq!(of("progress.overall"), "instrument assessor kind sex age_group");
        assert_eq!(of("piis.coverage"), "age_group student");
        assert_eq!(of("participation.reach"), "");
        assert_eq!(of("subsidy.balance"), "scheme item");
        assert_eq!(of("objective.achievement"), "scheme objective");
        for indicator in catalogue.indicators.values() {
            for name in indicator.dimensions() {
                assert_ne!(catalogue.dimension_label(&name).fr, name, "{}: {name} has no label", indicator.id);
            }
        }
    }
}
