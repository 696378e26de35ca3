//! The words of the program in four languages, from the Fluent files in `text/`. A message that lacks
//! a translation is shown in English rather than not at all; a test holds that none lacks one.

use crate::model::{Language, LocalText};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 4]> = LazyLock::new(|| {
    [
        bundle(Language::Fr, include_str!("../text/fr.ftl")),
        bundle(Language::Nl, include_str!("../text/nl.ftl")),
        bundle(Language::De, include_str!("../text/de.ftl")),
        bundle(Language::En, include_str!("../text/en.ftl")),
    ]
});

fn bundle(language: Language, source: &str) -> Bundle {
    let identifier: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The marks would end up in workbooks and terminals; every language here is written left to right.
    bundle.set_use_isolating(false);
    // A broken line in a file is skipped by Fluent; the test of completeness then misses its message.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

fn find(language: Language, id: &str, attribute: Option<&str>, arguments: &FluentArgs<'_>) -> Option<String> {
    let bundle = &BUNDLES[language as usize];
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name)?.value(),
    };
    let mut faults = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut faults);
    Some(text.into_owned())
}

fn arguments<'a>(pairs: &'a [(&'a str, String)]) -> FluentArgs<'a> {
    let mut arguments = FluentArgs::new();
    for (name, value) in pairs {
        arguments.set(Cow::Borrowed(*name), FluentValue::from(value.as_str()));
    }
    arguments
}

/// A message that takes nothing, in every language.
pub fn words(id: &str) -> LocalText {
    LocalText::default().map(|language, _| say(language, id, &[]))
}

/// The message `id` with its arguments filled in. Falls back to English, then to the id itself.
pub fn say(language: Language, id: &str, pairs: &[(&str, String)]) -> String {
    in_words(language, id, &arguments(pairs))
}

fn in_words(language: Language, id: &str, arguments: &FluentArgs<'_>) -> String {
    find(language, id, None, arguments)
        .or_else(|| find(Language::En, id, None, arguments))
        .unwrap_or_else(|| id.to_owned())
}

/// What a sentence fills in.
pub enum Value {
    /// A text.
    Text(String),
    /// A number as it is shown, and itself: the words may turn on it under the name with `-number`.
    Number(String, f64),
}

fn values<'a>(pairs: &'a [(&'a str, Value)]) -> FluentArgs<'a> {
    let mut arguments = FluentArgs::new();
    for (name, value) in pairs {
        match value {
            Value::Text(text) => arguments.set(*name, FluentValue::from(text.as_str())),
            Value::Number(shown, number) => {
                arguments.set(*name, FluentValue::from(shown.as_str()));
                arguments.set(format!("{name}-number"), FluentValue::from(*number));
            }
        }
    }
    arguments
}

/// The message `id` with numbers by which it may choose its words. Falls back like [`say`].
pub fn fill(language: Language, id: &str, pairs: &[(&str, Value)]) -> String {
    in_words(language, id, &values(pairs))
}

/// A Fluent pattern that is no message of the program, filled in; `None` when it is none, or names what it is not given.
pub fn fill_pattern(language: Language, pattern: &str, pairs: &[(&str, Value)]) -> Option<String> {
    let resource = FluentResource::try_new(format!("pattern = {}\n", laid_out(pattern))).ok()?;
    let identifier: LanguageIdentifier = language.code().parse().ok()?;
    let mut bundle: Bundle = FluentBundle::new_concurrent(vec![identifier]);
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).ok()?;
    let mut faults = Vec::new();
    let text = bundle.format_pattern(bundle.get_message("pattern")?.value()?, Some(&values(pairs)), &mut faults);
    faults.is_empty().then(|| text.into_owned())
}

/// A pattern in the lines that Fluent wants: each variant of a choice on its own, and the brace behind them.
fn laid_out(pattern: &str) -> String {
    let (mut out, mut depth, mut choices) = (String::new(), 0usize, Vec::new());
    let mut before = ' ';
    for letter in pattern.chars() {
        match letter {
            '{' => depth += 1,
            '}' => {
                if choices.last() == Some(&depth) {
                    choices.pop();
                    out.push_str("\n  ");
                }
                depth = depth.saturating_sub(1);
            }
            '>' if before == '-' => choices.push(depth),
            '[' if choices.last() == Some(&depth) => {
                let is_default = out.ends_with('*');
                out.truncate(out.len() - usize::from(is_default));
                out.push_str(if is_default { "\n  *" } else { "\n  " });
            }
            _ => {}
        }
        out.push(letter);
        if letter == '\n' {
            out.push_str("  ");
        }
        before = letter;
    }
    out
}

/// What to do about the message `id` (its attribute `hint`), if there is anything to do.
pub fn hint(language: Language, id: &str, pairs: &[(&str, String)]) -> Option<String> {
    let arguments = arguments(pairs);
    find(language, id, Some("hint"), &arguments).or_else(|| find(Language::En, id, Some("hint"), &arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str, count: f64) -> Option<String> {
        let pairs = [("n", Value::Number(count.to_string(), count)), ("name", Value::Text("Boost".to_owned()))];
        fill_pattern(Language::Fr, pattern, &pairs)
    }

    #[test]
    fn a_pattern_on_one_line_chooses_its_words_by_a_number() {
        let pattern = "{ $name } : { $n-number -> [one] un dossier *[other] { $n } dossiers } en cours.";
        assert_eq!(filled(pattern, 1.0).as_deref(), Some("Boost : un dossier en cours."));
        assert_eq!(filled(pattern, 12.0).as_deref(), Some("Boost : 12 dossiers en cours."));
    }

    #[test]
    fn a_pattern_that_is_none_or_wants_what_it_is_not_given_is_refused() {
        for pattern in ["{ $n", "{ $absent }", "{ $n-number -> [one] x }"] {
            assert_eq!(filled(pattern, 1.0), None, "{pattern}");
        }
    }
}
