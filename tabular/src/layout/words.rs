//! The words by which totals and notes are known, in one place.

use crate::Cell;
use crate::layout::kind::Kind;

/// How a row of totals begins, folded to small letters.
const TOTALS: [&str; 27] = [
    "total",
    "totaal",
    "totaux",
    "totalen",
    "totale",
    "grand total",
    "total général",
    "algemeen totaal",
    "eindtotaal",
    "somme",
    "som",
    "sum",
    "summe",
    "endsumme",
    "gesamt",
    "gesamtsumme",
    "gesamtbetrag",
    "gesamttotal",
    "insgesamt",
    "sous-total",
    "sous total",
    "sous-totaux",
    "subtotaal",
    "subtotal",
    "sub-totaal",
    "zwischensumme",
    "teilsumme",
];

/// How a note begins, folded to small letters.
const NOTES: [&str; 40] = [
    "bron",
    "source",
    "sources",
    "quelle",
    "quellen",
    "nota",
    "note",
    "notes",
    "noot",
    "remarque",
    "remarques",
    "opmerking",
    "opmerkingen",
    "bemerkung",
    "bemerkungen",
    "anmerkung",
    "hinweis",
    "page",
    "pagina",
    "seite",
    "blz",
    "afgedrukt",
    "geëxporteerd",
    "exporté",
    "exported",
    "exportiert",
    "export",
    "imprimé",
    "édité",
    "gegenereerd",
    "généré",
    "erstellt",
    "gedruckt",
    "printed",
    "generated",
    "einde van",
    "fin de",
    "ende der",
    "legende",
    "légende",
];

/// True when the text begins with one of the words, as a word.
fn begins(text: &str, words: &[&str]) -> bool {
    // Nearly every row of content ends here.
    let Some(first) = text.trim_start().chars().next().and_then(|sign| sign.to_lowercase().next()) else {
        return false;
    };
    if !words.iter().any(|word| word.starts_with(first)) {
        return false;
    }
    let folded = text.trim().to_lowercase();
    let starts = |word: &&str| {
        folded.strip_prefix(*word).is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
    };
    words.iter().any(starts)
}

/// True when a row sums others up: it begins with a word for it, and says nothing else than numbers.
pub fn is_total(cells: &[Cell<'_>]) -> bool {
    let mut filled = cells.iter().filter(|cell| !cell.is_blank());
    let Some(Cell::Text(first)) = filled.next() else { return false };
    begins(first, &TOTALS) && filled.all(|cell| Kind::of(cell) == Kind::Number)
}

/// True when a row is a note below a table of so many columns; `after_gap`: a blank row stands before it.
pub fn is_note(cells: &[Cell<'_>], width: usize, after_gap: bool) -> bool {
    let mut filled = cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank());
    let Some((0, Cell::Text(text))) = filled.next() else { return false };
    let others = filled.take(2).count();
    if width < 2 || others > 1 || (others == 1 && width < 4) {
        return false;
    }
    let text = text.trim();
    if begins(text, &NOTES) || text.starts_with(['*', '©']) || text.starts_with("(*") || text.starts_with("(1)") {
        return true;
    }
    // Without such a word only a sentence of its own is a note: a record may have little filled in.
    let words = text.split_whitespace().count();
    let is_text = Kind::of_text(text) == Kind::Text;
    others == 0 && width > 2 && is_text && (words >= 5 || (after_gap && words >= 2) || (cells.len() == 1 && words >= 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&'static str]) -> Vec<Cell<'static>> {
        cells.iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).into()) }).collect()
    }

    #[test]
    fn totals_say_nothing_but_numbers() {
        assert!(is_total(&row(&["Totaal", "", "12,50"])));
        assert!(is_total(&row(&["", "Total général :", "3"])));
        assert!(!is_total(&row(&["Totaal", "Jan", "12,50"])));
        assert!(!is_total(&row(&["Totalenergie", "", "12,50"])));
    }

    #[test]
    fn a_record_with_little_in_it_is_no_note() {
        assert!(is_note(&row(&["Bron: voorbeeld", "", ""]), 3, false));
        assert!(is_note(&row(&["Tel in de maand"]), 3, true));
        assert!(!is_note(&row(&["Peeters", "", ""]), 3, true));
        assert!(!is_note(&row(&["Peeters Jan", "", ""]), 3, false));
        assert!(!is_note(&row(&["12", "", ""]), 3, true));
    }
}
