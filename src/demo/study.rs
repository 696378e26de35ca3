//! Invented answers to the study of 2015 and to a second wave that never was, to try `parcours report study` with.
//!
//! The answers of 2015 are drawn so that every published figure comes out of them, and three attitudes lie behind the items
//! that the study names. Nobody gave them: the real ones are not public. Where the study published nothing, nothing was made
//! up: an answer whose share is not known is called so, there are no weights, no regions and no wordings of items. What the
//! attitudes need (answers on six points) is chance and says so in its file's name.

use super::put;
use super::random::Random;
use crate::catalogue::Areas;
use crate::error::{Error, Result};
use std::fmt::Write as _;
use std::path::Path;
use tabular::sav::{Dictionary, Kind, Missing, SavValue, SavWriter, ValueLabel, Variable};

/// Usable questionnaires, respondents and agencies of 2015, as published.
const USABLE: usize = 500;
const RESPONDENTS: usize = 566;
const AGENCIES: usize = 234;
/// What a file of SPSS holds where somebody gave no answer.
const NO_ANSWER: f64 = -99.0;
/// Items of the three attitudes.
const ATTITUDES: [(&str, usize); 3] = [("formality", 4), ("contract", 5), ("guidance", 7)];
/// Answers by item with the number of people that gave each: the published shares of 500, and of 436 and 227.
const PUBLISHED: [(&str, &[(&str, usize)]); 8] = [
    ("function", &[("A1", 70), ("A2", 365), ("A3", 5), ("A4", 10), ("A5", 40), ("A6", 10)]),
    ("guidelines", &[("A1", 310), ("A9", 190)]),
    ("extension", &[("Y", 200), ("N", 300)]),
    ("proposal", &[("A1", 28), ("A2", 155), ("A3", 26), ("A4", 9), ("A5", 9)]),
    ("sanction_partial", &[("A3", 200), ("A4", 195), ("A9", 105)]),
    ("sanction_one_month", &[("A1", 85), ("A2", 210), ("A9", 205)]),
    ("sanction_three_months", &[("A3", 235), ("A4", 245), ("A9", 20)]),
    ("sanction_other", &[("A1", 14), ("A2", 45), ("A9", 377)]),
];
/// Groups for which the PIIS is used, of 500; and to which it should be extended, of the 200 who want that.
const TARGETS: [usize; 4] = [245, 240, 225, 180];
const EXTENSIONS: [usize; 6] = [46, 44, 40, 62, 68, 50];

/// One who answers, with what moves the answers.
struct Respondent {
    agency: usize,
    /// What all of an agency have in common, about -1 to 1.
    common: f64,
    /// The three attitudes.
    attitudes: [f64; 3],
}

/// About normal with mean 0 and deviation 1: the sum of twelve even chances. Additions only, so that every machine gets the
/// same bytes.
fn normal(random: &mut Random) -> f64 {
    let even = |random: &mut Random| random.between(0, 999_999) as f64 / 1e6;
    (0..12).map(|_| even(random)).sum::<f64>() - 6.0
}

impl Respondent {
    fn new(agency: usize, common: f64, random: &mut Random) -> Self {
        let general = normal(random);
        // Correlated 0.25 with one another, and a little alike within an agency.
        let attitude = |random: &mut Random| 0.5 * general + 0.3 * common + 0.81 * normal(random);
        Respondent { agency, common, attitudes: [attitude(random), attitude(random), attitude(random)] }
    }

    /// The answers to the items of the attitudes, 1 to 6; one in fifty is missing.
    fn items(&self, random: &mut Random) -> Vec<Option<u8>> {
        let mut answers = Vec::new();
        for (factor, (_, items)) in ATTITUDES.iter().enumerate() {
            for item in 0..*items {
                let loading = 0.62 + 0.05 * (item % 4) as f64;
                let rest = (1.0 - loading * loading).sqrt();
                let shift = 0.25 * (item as f64 - (*items as f64 - 1.0) / 2.0) / *items as f64 * 3.0;
                let level = loading * self.attitudes[factor] + rest * normal(random) + shift;
                let answer = [-1.5, -0.8, 0.0, 0.8, 1.5].iter().filter(|edge| level > **edge).count();
                answers.push((!random.chance(20)).then(|| u8::try_from(answer + 1).unwrap_or(1)));
            }
        }
        answers
    }
}

/// Chooses exactly `wanted` of those who are asked: whoever the mood speaks for most, with chance.
fn choose(asked: &[usize], wanted: usize, moods: &[f64], random: &mut Random) -> Vec<bool> {
    let mut order: Vec<(f64, usize)> = asked.iter().map(|one| (moods[*one] + normal(random), *one)).collect();
    order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut chosen = vec![false; moods.len()];
    order.iter().take(wanted).for_each(|(_, one)| chosen[*one] = true);
    chosen
}

/// The agency of each of so many people: each has one, and some have more.
fn agencies(people: usize, agencies: usize, random: &mut Random) -> Vec<usize> {
    let more = (agencies..people).map(|_| {
        // The first are the large ones.
        let drawn = random.between(0, 9_999) * random.between(0, 9_999) / 10_000;
        usize::try_from(drawn).unwrap_or(0) * agencies / 10_000
    });
    let mut of: Vec<usize> = (0..agencies).chain(more.collect::<Vec<_>>()).collect();
    shuffle(&mut of, random);
    of
}

fn shuffle<T>(list: &mut [T], random: &mut Random) {
    for place in (1..list.len()).rev() {
        let other = random.between(0, i64::try_from(place).unwrap_or(0));
        list.swap(place, usize::try_from(other).unwrap_or(0));
    }
}

/// A table of answers under construction: a list a column.
#[derive(Default)]
struct Table {
    columns: Vec<(String, Vec<String>)>,
}

impl Table {
    fn push(&mut self, heading: impl Into<String>, cells: Vec<String>) {
        self.columns.push((heading.into(), cells));
    }

    fn part(&mut self, heading: String, chosen: &[bool]) {
        self.push(heading, chosen.iter().map(|one| if *one { "Y" } else { "" }.to_owned()).collect());
    }

    /// As CSV; rows of the order given.
    fn csv(&self, rows: usize) -> String {
        let mut out = String::new();
        let headings: Vec<&str> = self.columns.iter().map(|(heading, _)| heading.as_str()).collect();
        let _ = writeln!(out, "\"{}\"", headings.join("\",\""));
        for row in 0..rows {
            let cells: Vec<&str> = self.columns.iter().map(|(_, cells)| cells[row].as_str()).collect();
            let _ = writeln!(out, "\"{}\"", cells.join("\",\""));
        }
        out
    }
}

/// Writes the folder: settings, a description, and the answers of two waves.
///
/// # Errors
/// When a file cannot be written.
pub fn study(folder: &Path) -> Result<()> {
    put(&folder.join("study.toml"), SETTINGS.as_bytes())?;
    put(&folder.join("README.md"), README.as_bytes())?;
    put(&folder.join("invented-answers-2015.csv"), of_2015().as_bytes())?;
    let areas = crate::catalogue::areas::load(None)?;
    let (table, people) = of_2025(&areas);
    let bytes = sav(&table, people).map_err(Error::defect)?;
    put(&folder.join("invented-answers-2025.sav"), &bytes)
}

/// The wave of 2015.
fn of_2015() -> String {
    let mut random = Random::new(2015);
    let commons: Vec<f64> = (0..AGENCIES).map(|_| normal(&mut random)).collect();
    let people: Vec<Respondent> = agencies(USABLE, AGENCIES, &mut random)
        .into_iter()
        .map(|agency| Respondent::new(agency, commons[agency], &mut random))
        .collect();
    let mut table = Table::default();
    table.push("id", (1..=USABLE).map(|number| format!("invented-{number:03}")).collect());
    table.push("cpas", people.iter().map(|one| format!("invented-X{:03}", one.agency + 1)).collect());
    table.push("usable", vec!["Y".to_owned(); USABLE]);
    published(&mut table, &people, &mut random);
    attitudes(&mut table, &people, &mut random);
    let others = (0..RESPONDENTS - USABLE).map(|_| random.between(0, AGENCIES as i64 - 1)).collect::<Vec<_>>();
    for (heading, cells) in &mut table.columns {
        let cell = |(place, agency): (usize, &i64)| match heading.as_str() {
            "id" => format!("invented-{:03}", USABLE + place + 1),
            "cpas" => format!("invented-X{:03}", agency + 1),
            "usable" => "N".to_owned(),
            _ => String::new(),
        };
        cells.extend(others.iter().enumerate().map(cell));
    }
    let mut order: Vec<usize> = (0..RESPONDENTS).collect();
    shuffle(&mut order, &mut random);
    for (_, cells) in &mut table.columns {
        *cells = order.iter().map(|place| std::mem::take(&mut cells[*place])).collect();
    }
    table.csv(RESPONDENTS)
}

/// The items whose shares were published.
fn published(table: &mut Table, people: &[Respondent], random: &mut Random) {
    let everybody: Vec<usize> = (0..people.len()).collect();
    let moods: Vec<f64> = people.iter().map(|one| 0.5 * one.common).collect();
    let mut wants_more = Vec::new();
    for (item, answers) in PUBLISHED {
        let mut cells = vec![String::new(); people.len()];
        let mut left = everybody.clone();
        for (code, count) in answers {
            let chosen = choose(&left, *count, &moods, random);
            left.retain(|one| !chosen[*one]);
            chosen.iter().zip(&mut cells).filter(|(chosen, _)| **chosen).for_each(|(_, cell)| (*code).clone_into(cell));
        }
        if item == "extension" {
            wants_more = everybody.iter().copied().filter(|one| cells[*one] == "Y").collect();
        }
        table.push(item, cells);
    }
    for (part, count) in TARGETS.iter().enumerate() {
        table.part(format!("target[SQ{:03}]", part + 1), &choose(&everybody, *count, &moods, random));
    }
    let others = everybody.iter().map(|_| if random.chance(40) { "texte inventé" } else { "" }.to_owned());
    table.push("target[other]", others.collect());
    for (part, count) in EXTENSIONS.iter().enumerate() {
        table.part(format!("extension_to[SQ{:03}]", part + 1), &choose(&wants_more, *count, &moods, random));
    }
}

/// The items behind which attitudes lie.
fn attitudes(table: &mut Table, people: &[Respondent], random: &mut Random) {
    let answers: Vec<Vec<Option<u8>>> = people.iter().map(|one| one.items(random)).collect();
    let headings = ATTITUDES.iter().flat_map(|(name, items)| (1..=*items).map(move |item| format!("{name}_{item}")));
    for (place, heading) in headings.enumerate() {
        let cell = |one: &Vec<Option<u8>>| one[place].map_or_else(String::new, |answer| format!("A{answer}"));
        table.push(heading, answers.iter().map(cell).collect());
    }
}

/// A second wave, drawn by region with weights: so many of each region's agencies answered.
fn of_2025(areas: &Areas) -> (Table, usize) {
    let mut random = Random::new(2025);
    let (mut table, mut people, mut weights) = (Table::default(), Vec::new(), Vec::new());
    let (mut strata, mut provinces) = (Vec::new(), Vec::new());
    let mut number = 0;
    for (region, name, per_mille) in
        [("02000", "flanders", 420), ("03000", "wallonia", 350), ("04000", "brussels", 630)]
    {
        let all: Vec<&str> =
            areas.in_year(2025).filter(|one| one.region == region).map(|one| one.province.as_str()).collect();
        let drawn: Vec<&str> = all.iter().copied().filter(|_| random.chance(per_mille)).collect();
        for province in &drawn {
            number += 1;
            let common = normal(&mut random);
            let own = usize::try_from(random.between(1, 4)).unwrap_or(1);
            for _ in 0..own {
                people.push(Respondent::new(number, common, &mut random));
                // Each agency drawn stands for as many as its region has for each that answered, shared by its people.
                weights.push(all.len() as f64 / drawn.len() as f64 / own as f64);
                strata.push(name.to_owned());
                provinces.push((*province).to_owned());
            }
        }
    }
    table.push("id", (1..=people.len()).map(|place| format!("invented-{place:03}")).collect());
    table.push("cpas", people.iter().map(|one| format!("invented-Y{:03}", one.agency)).collect());
    table.push("stratum", strata);
    table.push("province", provinces);
    table.push("weight", weights.iter().map(|weight| format!("{weight:.6}")).collect());
    second_wave(&mut table, &people, &mut random);
    attitudes(&mut table, &people, &mut random);
    let count = people.len();
    (table, count)
}

/// What the codes of a column are called in the file of the second wave; nothing where it holds texts or numbers.
fn labels(heading: &str) -> &'static [(&'static str, f64, &'static str)] {
    const YES: &[(&str, f64, &str)] = &[("Y", 1.0, "Oui"), ("N", 2.0, "Non")];
    const PART: &[(&str, f64, &str)] = &[("Y", 1.0, "Oui"), ("", 0.0, "Non")];
    const OFTEN: &[(&str, f64, &str)] =
        &[("A1", 1.0, "Toujours"), ("A2", 2.0, "Souvent"), ("A3", 3.0, "Rarement"), ("A4", 4.0, "Jamais")];
    const AGREE: &[(&str, f64, &str)] = &[
        ("A1", 1.0, "Pas du tout d'accord"),
        ("A2", 2.0, "Pas d'accord"),
        ("A3", 3.0, "Plutôt pas d'accord"),
        ("A4", 4.0, "Plutôt d'accord"),
        ("A5", 5.0, "D'accord"),
        ("A6", 6.0, "Tout à fait d'accord"),
        ("", NO_ANSWER, "Sans réponse"),
    ];
    match heading {
        "extension" => YES,
        _ if heading.contains('[') => PART,
        _ if heading.starts_with("sanction") => OFTEN,
        _ if ATTITUDES.iter().any(|(name, _)| heading.starts_with(name)) => AGREE,
        _ => &[],
    }
}

/// The table as a file of SPSS: codes with labels, as a survey program exports them.
fn sav(table: &Table, rows: usize) -> std::io::Result<Vec<u8>> {
    let variable = |(heading, _): &(String, Vec<String>)| {
        let name = heading.trim_end_matches(']').replace('[', "_");
        if ["id", "cpas", "stratum", "province"].contains(&heading.as_str()) {
            return Variable::text(&name, 16);
        }
        let value_labels = labels(heading)
            .iter()
            .map(|(_, value, label)| ValueLabel { value: SavValue::Number(*value), label: (*label).to_owned() });
        let has_missing = labels(heading).iter().any(|(_, value, _)| *value == NO_ANSWER);
        let missing = if has_missing { vec![SavValue::Number(NO_ANSWER)] } else { Vec::new() };
        Variable {
            value_labels: value_labels.collect(),
            missing: Missing { values: missing, range: None },
            ..Variable::number(&name)
        }
    };
    let variables = table.columns.iter().map(variable).collect();
    // Some programs read none where a file does not say how many there are.
    let dictionary = Dictionary { case_count: Some(rows as u64), ..Dictionary::new(variables) };
    let mut writer = SavWriter::new(Vec::new(), &dictionary)?;
    for row in 0..rows {
        let value = |((heading, cells), variable): (&(String, Vec<String>), &Variable)| {
            let cell = cells[row].as_str();
            let coded = labels(heading).iter().find(|(code, _, _)| *code == cell).map(|(_, value, _)| *value);
            match variable.kind {
                Kind::Text(_) => SavValue::Text(cell.to_owned()),
                Kind::Number => coded.or_else(|| cell.parse().ok()).map_or(SavValue::SystemMissing, SavValue::Number),
            }
        };
        let case: Vec<SavValue> = table.columns.iter().zip(&dictionary.variables).map(value).collect();
        writer.write_case(&case)?;
    }
    writer.finish()
}

/// Answers of the second wave: chance around shares of our own.
fn second_wave(table: &mut Table, people: &[Respondent], random: &mut Random) {
    let everybody: Vec<usize> = (0..people.len()).collect();
    let moods: Vec<f64> = people.iter().map(|one| 0.5 * one.common).collect();
    let count = |share: usize| people.len() * share / 100;
    let yes = choose(&everybody, count(52), &moods, random);
    table.push("extension", yes.iter().map(|one| if *one { "Y" } else { "N" }.to_owned()).collect());
    for (part, share) in [55, 47, 38, 41].into_iter().enumerate() {
        table.part(format!("target[SQ{:03}]", part + 1), &choose(&everybody, count(share), &moods, random));
    }
    for (item, shares) in [
        ("sanction_partial", [12, 26, 33]),
        ("sanction_one_month", [16, 39, 30]),
        ("sanction_three_months", [3, 9, 42]),
    ] {
        let mut cells = vec!["A4".to_owned(); people.len()];
        let mut left = everybody.clone();
        for (code, share) in ["A1", "A2", "A3"].into_iter().zip(shares) {
            let chosen = choose(&left, count(share), &moods, random);
            left.retain(|one| !chosen[*one]);
            chosen.iter().zip(&mut cells).filter(|(chosen, _)| **chosen).for_each(|(_, cell)| code.clone_into(cell));
        }
        table.push(item, cells);
    }
}

const SETTINGS: &str = r#"# A study: its questionnaire and published figures are in queries/studies, its waves are here.
[study]
definition = "piis-2015"
languages = ["fr", "nl", "de", "en"]

[[wave]]
id = "2015"
period = "2015"
microdata = "invented-answers-2015.csv"
figures = "piis-2015"
note = { fr = "Réponses inventées : tirées au sort de façon que chaque chiffre publié en sorte. Les vraies réponses ne sont pas publiques.", nl = "Verzonnen antwoorden: zo geloot dat elk gepubliceerd cijfer eruit komt. De echte antwoorden zijn niet openbaar.", de = "Erfundene Antworten: so gezogen, dass jede veröffentlichte Zahl herauskommt. Die echten Antworten sind nicht öffentlich.", en = "Invented answers: drawn so that every published figure comes out of them. The real ones are not public." }

[wave.design]
frame = 589        # CPAS asked
finite = true      # the CPAS that answered are a part of these

[[wave]]
id = "2025"
period = "2025"
microdata = "invented-answers-2025.sav"
note = { fr = "Vague inventée : cette enquête n'a jamais eu lieu.", nl = "Verzonnen golf: deze enquête heeft nooit plaatsgevonden.", de = "Erfundene Welle: Diese Umfrage hat nie stattgefunden.", en = "An invented wave: this survey never took place." }

[wave.design]
weights = true
finite = true
strata = { flanders = 285, wallonia = 261, brussels = 19 }
"#;

const README: &str = r"# Invented answers

`parcours report study sample_data/study` computes the published figures of the study on the PIIS of 2015 again, from answers
that **nobody gave**: the real ones are not public. File names, respondents (`invented-001`) and CPAS (`invented-X001`) say so.

- `invented-answers-2015.csv`: 566 respondents, 500 of them usable, of 234 CPAS, in the form in which LimeSurvey exports codes.
  Drawn with a fixed seed so that every published figure comes out, and three attitudes (4, 5 and 7 items) lie behind the answers
  on six points. Where the study published nothing, nothing was made up: answers whose share is not known have a code that says
  so (`A9`), items are numbered where their wording was not published, and there are no weights and no regions. The five weighted
  figures can therefore not be computed, and the report says so.
- `invented-answers-2025.sav`: a second wave that never was, as SPSS writes it, drawn by region, with weights: to see estimates that honour a design,
  a map of the response, and a trend of two waves.

The generator writes this folder (`src/demo/study.rs`), byte for byte the same each time; a test compares.
";
