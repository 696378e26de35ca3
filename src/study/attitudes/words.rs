//! What the search for attitudes has to say, in the words of the report.

use super::Definition;
use crate::model::{Language, LocalText};
use crate::text::say;
use attitudes::{Fault, Finding};

/// A message with the questions of these items, and texts that are the same in every language.
fn told(definition: &Definition, id: &str, items: &[&str], plain: &[(&'static str, String)]) -> LocalText {
    const NAMES: [&str; 2] = ["item", "other"];
    let question = |item: &str, language: Language| match definition.item(item) {
        Some(item) => item.question.get(language).to_owned(),
        None => item.to_owned(),
    };
    LocalText::default().map(|language, _| {
        let items = NAMES.into_iter().zip(items).map(|(name, item)| (name, question(item, language)));
        let arguments: Vec<(&str, String)> = items.chain(plain.iter().cloned()).collect();
        say(language, id, &arguments)
    })
}

/// A finding in words.
pub(super) fn finding(definition: &Definition, finding: &Finding) -> LocalText {
    let of = |id: &str, items: &[&str], plain: &[(&'static str, String)]| told(definition, id, items, plain);
    match finding {
        Finding::NegativeItemRest { item, .. } | Finding::NoItemRest { item } => {
            of("study-finding-item-rest", &[item], &[])
        }
        Finding::NegativeAlpha { .. } => of("study-finding-alpha", &[], &[]),
        Finding::CellsFilled { first, second, .. } => of("study-finding-cells", &[first, second], &[]),
        Finding::AtBound { first, second, .. } | Finding::PairNotConverged { first, second } => {
            of("study-finding-pair", &[first, second], &[])
        }
        Finding::NotPositiveDefinite { .. } => of("study-finding-not-positive", &[], &[]),
        Finding::Smoothed { .. } => of("study-finding-smoothed", &[], &[]),
        Finding::Heywood { item, .. } => of("study-finding-heywood", &[item], &[]),
        Finding::NotConverged { iterations, .. } => {
            of("study-finding-not-converged", &[], &[("steps", iterations.to_string())])
        }
        Finding::OtherMinimum { .. } => of("study-finding-other-minimum", &[], &[]),
        Finding::EmptyFactor { factor, .. } => of("study-finding-empty", &[], &[("factor", (factor + 1).to_string())]),
        Finding::SeveralMinima { minima, at_best, starts } => of(
            "study-finding-minima",
            &[],
            &[("minima", minima.to_string()), ("best", at_best.to_string()), ("starts", starts.to_string())],
        ),
        Finding::StartsNotConverged { starts } => of("study-finding-starts", &[], &[("starts", starts.to_string())]),
    }
}

/// Why there are no attitudes, in words.
pub(super) fn fault(definition: &Definition, fault: &Fault) -> LocalText {
    let of = |id: &str, items: &[&str], plain: &[(&'static str, String)]| told(definition, id, items, plain);
    match fault {
        Fault::OneAnswer { item, .. } | Fault::OneAnswerBeside { item, .. } => {
            of("study-attitudes-one-answer", &[item], &[])
        }
        Fault::TooFewItems { .. } => of("study-attitudes-few-items", &[], &[]),
        Fault::TooFewRows { rows, .. } => of("study-attitudes-few-answers", &[], &[("rows", rows.to_string())]),
        Fault::Singular { items } => {
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            of("study-attitudes-singular", &[], &[("items", items.join(", "))])
        }
        Fault::NotPositiveDefinite { .. } => of("study-finding-not-positive", &[], &[]),
        Fault::TooManyFactors { factors, .. } => {
            of("study-attitudes-many-factors", &[], &[("factors", factors.to_string())])
        }
        other => of("study-attitudes-failed", &[], &[("cause", other.to_string())]),
    }
}
