//! When two words are the same: without regard to case, accents, spaces of any kind and kinds of apostrophe.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which headings, codes and labels are compared.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
    }
    text.nfkd()
        .filter(|character| !is_combining_mark(*character) && !is_space(*character))
        .flat_map(char::to_lowercase)
        .map(
            |character| {
                if matches!(character, '\u{2018}' | '\u{2019}' | '\u{02bc}' | '`' | '\u{b4}') {
                    '\''
                } else {
                    character
                }
            },
        )
        .collect()
}

/// Zero-width characters and the soft hyphen are invisible in a spreadsheet and count as spaces.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_of_one_heading_are_the_same() {
        for other in
            ["Numéro  NISS", "NUMERO\u{a0}NISS", "nume\u{301}ro niss", "Numéro\u{202f}N\u{ad}ISS", "numero\nniss"]
        {
            assert_eq!(fold(other), "numeroniss");
        }
        assert_eq!(fold("Date d’entrée"), fold("DATE D'ENTREE"));
    }

    #[test]
    fn different_words_stay_different() {
        assert_ne!(fold("Start"), fold("Statut"));
        assert_ne!(fold("Ta(a)lent"), fold("Talent"));
    }
}
