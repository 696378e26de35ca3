//! Headings that are nearly ones of the dictionary: a slip of the pen, or a word more that changes nothing.

use crate::catalogue::headings::key;
use crate::catalogue::{Headings, Meaning, TableHeadings};

/// Likeness from which a heading may stand for another one.
const ENOUGH: f64 = 0.84;
/// Lead that the best must have over the best of another field.
const LEAD: f64 = 0.06;
/// Shortest heading that is compared: of short words one letter makes another word.
const SHORTEST: usize = 6;

/// What a heading nearly says; nothing when it could be two fields alike.
pub fn similar(dictionary: &Headings, table: &TableHeadings, heading: &str) -> Option<Meaning> {
    let wanted = key(heading);
    if wanted.chars().count() < SHORTEST {
        return None;
    }
    let bare = without_neutral(dictionary, &wanted);
    let mut best: Vec<(f64, &Meaning)> = Vec::new();
    for (known, meaning) in table.iter() {
        let by_words = if bare.as_deref() == Some(known) { 0.95 } else { 0.0 };
        let by_letters = by_letters(&wanted, known);
        let score = f64::max(by_words, by_letters);
        match best.iter_mut().find(|(_, other)| *other == meaning) {
            Some((known, _)) => *known = f64::max(*known, score),
            None => best.push((score, meaning)),
        }
    }
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (score, meaning) = best.first()?;
    let second = best.get(1).map_or(0.0, |(score, _)| *score);
    (*score >= ENOUGH && score - second >= LEAD).then(|| (*meaning).clone())
}

/// Likeness of two headings. Numbers are told apart by what is numbered: the word itself would make all of them alike.
fn by_letters(wanted: &str, known: &str) -> f64 {
    let (own, other) = match (wanted.strip_suffix(" no"), known.strip_suffix(" no")) {
        (Some(own), Some(other)) => (own.to_owned(), other.to_owned()),
        // `Rijksregisternumer`: the slip is in the word for number.
        (None, Some(other)) => (wanted.to_owned(), format!("{other}nummer")),
        (Some(_), None) => return 0.0,
        (None, None) => (wanted.to_owned(), known.to_owned()),
    };
    let is_long = own.chars().count() >= SHORTEST && other.chars().count() >= SHORTEST;
    if is_long { likeness(&own, &other) } else { 0.0 }
}

/// The heading without the words that only name the file or the person; nothing when there are none of them, or only them.
fn without_neutral(dictionary: &Headings, wanted: &str) -> Option<String> {
    let kept: Vec<&str> = wanted.split(' ').filter(|word| !dictionary.is_neutral(word)).collect();
    (!kept.is_empty() && kept.join(" ") != wanted).then(|| kept.join(" "))
}

/// 1 minus the edit distance over the longer length; an exchange of neighbours is one slip.
pub fn likeness(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 1.0;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(left != right);
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    let distance = rows.last().and_then(|row| row.last()).copied().unwrap_or(longest);
    #[expect(clippy::cast_precision_loss, reason = "lengths of headings")]
    let share = distance as f64 / longest as f64;
    1.0 - share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn slips_are_seen_through_and_other_fields_are_not() {
        let catalogue = Catalogue::load(None).unwrap();
        let find = |table: &str, heading: &str| {
            let known = catalogue.headings.table(table).unwrap();
            similar(&catalogue.headings, known, heading).map(|meaning| meaning.field().to_owned())
        };
        assert_eq!(find("parcours", "Begindtaum").as_deref(), Some("start_on"));
        assert_eq!(find("parcours", "Voorziene eindatum").as_deref(), Some("planned_end_on"));
        assert_eq!(find("persons", "Nationalitee").as_deref(), Some("nationality"));
        assert_eq!(find("piis", "Date de début du contrat PIIS").as_deref(), Some("start_on"));
        assert_eq!(find("persons", "Rijksregisternumer").as_deref(), Some("person_id"));
        // A word more that changes the meaning is no slip.
        assert_eq!(find("parcours", "Date de fin souhaitée par le client"), None);
        assert_eq!(find("tasks", "Zaaknummer"), None);
        assert_eq!(find("persons", "Gemeente"), None);
        assert_eq!(find("parcours", "Opmerkingen"), None);
        assert_eq!(find("persons", "Sex."), None);
    }

    #[test]
    fn likeness_counts_slips() {
        assert!((likeness("abcd", "abcd") - 1.0).abs() < 1e-9);
        assert!((likeness("abcd", "abdc") - 0.75).abs() < 1e-9);
        assert!((likeness("", "ab") - 0.0).abs() < 1e-9);
    }
}
