//! Clean tables, all invented: what the polluted files are made of.

/// A header and records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Content {
    pub header: Vec<String>,
    pub records: Vec<Vec<String>>,
}

/// A table of texts.
#[derive(Clone)]
pub struct Clean {
    pub name: &'static str,
    pub header: Vec<String>,
    /// Title of the group of each column, and of the group of groups.
    pub groups: [Vec<&'static str>; 2],
    pub rows: Vec<Vec<String>>,
}

fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn pick<'t>(from: &[&'t str], at: usize) -> &'t str {
    from[at % from.len()]
}

fn clean(
    name: &'static str,
    header: &[&str],
    groups: [&[&'static str]; 2],
    count: usize,
    row: impl Fn(usize) -> Vec<String>,
) -> Clean {
    Clean { name, header: owned(header), groups: groups.map(<[_]>::to_vec), rows: (0..count).map(row).collect() }
}

/// Persons: accents, dates, remarks with delimiters, quotes and line breaks.
fn persons() -> Clean {
    let names = ["Exemplaire", "Voorbeeld", "Müsterle", "Modèle", "L'Échantillon", "Fictief", "Prénommé"];
    let first = ["Renée", "Joëlle", "François", "Käthe", "Hélène", "Zoë", "Anaïs", "Jürgen"];
    let towns = ["Liège", "Gent", "Écaussinnes", "Sankt Vith", "Court-Saint-Étienne"];
    let header = ["dossier", "nom", "prénom", "date de naissance", "commune", "sexe", "remarque"];
    let groups: [&[&'static str]; 2] = [
        &["Dossier", "Personne", "Personne", "Personne", "Adresse", "Suivi", "Suivi"],
        &["Identité", "Identité", "Identité", "Identité", "Détails", "Détails", "Détails"],
    ];
    clean("persons", &header, groups, 120, |at| {
        let remark = match at % 9 {
            2 => "vu à l'accueil; à revoir".to_owned(),
            4 => format!("première ligne\ndeuxième ligne {at}"),
            6 => "dit \"oui\", puis non".to_owned(),
            7 => String::new(),
            _ => format!("suivi n° {at}"),
        };
        vec![
            (1000 + at).to_string(),
            pick(&names, at).to_owned(),
            pick(&first, at * 3 + 1).to_owned(),
            format!("{:02}/{:02}/{}", at % 28 + 1, at % 12 + 1, 1950 + at % 50),
            pick(&towns, at).to_owned(),
            pick(&["F", "M", "X"], at).to_owned(),
            remark,
        ]
    })
}

/// Measures: decimal commas everywhere.
fn measures() -> Clean {
    let header = ["meetpunt", "dag", "warmte", "vocht", "druk"];
    let groups: [&[&'static str]; 2] =
        [&["Punt", "Punt", "Lucht", "Lucht", "Lucht"], &["Plaats", "Plaats", "Waarden", "Waarden", "Waarden"]];
    clean("measures", &header, groups, 200, |at| {
        vec![
            format!("P{:03}", at % 17),
            format!("2024-{:02}-{:02}", at % 12 + 1, at % 28 + 1),
            format!("{},{}", at % 31, at % 10),
            format!("{},{:02}", 40 + at % 50, at % 97),
            format!("{},5", 980 + at % 60),
        ]
    })
}

/// Expenses: amounts with points and commas, descriptions with every delimiter.
fn expenses() -> Clean {
    let what =
        ["huur, voorschot", "énergie; gaz", "Lebensmittel", "loyer", "achat \"solidaire\"", "kledij", "frais | divers"];
    let header = ["nummer", "omschrijving", "bedrag", "betaald op", "aandeel", "rekening"];
    let groups: [&[&'static str]; 2] = [
        &["Stuk", "Stuk", "Betaling", "Betaling", "Betaling", "Boeking"],
        &["Uitgave", "Uitgave", "Uitgave", "Uitgave", "Uitgave", "Boekhouding"],
    ];
    clean("expenses", &header, groups, 90, |at| {
        vec![
            (at + 1).to_string(),
            format!("{} {}", pick(&what, at), pick(&["a", "b", "c"], at / 7)),
            format!("{}.{:03},{:02}", at % 9 + 1, at * 7 % 1000, at % 100),
            format!("{:02}.{:02}.2023", at % 28 + 1, at % 12 + 1),
            format!("{} %", at % 101),
            format!("8{:05}-{}", at * 31, pick(&["A", "B"], at)),
        ]
    })
}

/// Agreements: nearly all texts.
fn agreements() -> Clean {
    let what = ["Ausbildung", "Wohnungssuche", "Gesprächsführung", "Schuldnerberatung"];
    let who = ["Frau Beispiel", "Herr Muster", "Frau Erfunden"];
    let header = ["Kürzel", "Maßnahme", "Betreut durch", "Bemerkung"];
    let groups: [&[&'static str]; 2] =
        [&["Akte", "Inhalt", "Inhalt", "Inhalt"], &["Überblick", "Überblick", "Überblick", "Freitext"]];
    clean("agreements", &header, groups, 80, |at| {
        vec![
            format!("{}-{:04}", 2020 + at % 5, at),
            pick(&what, at).to_owned(),
            pick(&who, at / 2).to_owned(),
            if at % 4 == 1 { "läuft, siehe Blatt 2".to_owned() } else { format!("geprüft {at}") },
        ]
    })
}

/// All of them.
pub fn all() -> Vec<Clean> {
    vec![persons(), measures(), expenses(), agreements()]
}
