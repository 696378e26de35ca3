//! What stands in the files of an edition, whatever made them: national numbers, personal columns, and what acts by itself or
//! stays unseen.

use crate::catalogue::{Catalogue, Meaning};
use crate::error::{Error, Place};
use crate::model::Niss;
use std::io::{Cursor, Read};
use std::path::Path;

/// Fields that tell who somebody is.
const PERSONAL: [&str; 3] = ["person_id", "parcours_id", "piis_id"];
/// Words of headings under which names, addresses and the like stand; folded. Registers of agencies have none of them.
const NAMING: [&str; 26] = [
    "nom",
    "noms",
    "prenom",
    "prenoms",
    "naam",
    "voornaam",
    "familienaam",
    "achternaam",
    "name",
    "vorname",
    "nachname",
    "familienname",
    "surname",
    "firstname",
    "lastname",
    "adresse",
    "adres",
    "anschrift",
    "address",
    "telephone",
    "telefoon",
    "telefon",
    "gsm",
    "email",
    "niss",
    "insz",
];
/// Parts of a workbook that act, come from elsewhere or are not seen.
const ACTIVE: [&str; 8] = [
    "vbaproject",
    "externallinks/",
    "embeddings/",
    "activex/",
    "/comments",
    "threadedcomments",
    "connections.xml",
    "customxml/",
];
/// What a page or a drawing may not hold: what it would fetch, or run on being opened.
const FETCHED: [&str; 8] =
    ["src=\"http", "src='http", "url(http", "url(\"http", "@import", "<iframe", "<object", "<script src"];
/// The most that a member of a workbook may unpack to: those made here have a few megabytes.
const MOST: u64 = 256 << 20;

/// What is wrong with a file, by its ending.
pub(super) fn faults(path: &Path, ending: &str, bytes: &[u8], catalogue: &Catalogue) -> Vec<Error> {
    match ending {
        "csv" => table(path, bytes, catalogue),
        "html" | "svg" | "json" => text(path, &String::from_utf8_lossy(bytes), ending),
        "xlsx" => workbook(path, bytes, catalogue),
        "pdf" => pdf(path, bytes),
        // Its figures are held against those of the text file beside it, which is read.
        _ => Vec::new(),
    }
}

fn numbers_in(text: &str, place: impl Fn(u64) -> Place) -> Vec<Error> {
    let mut faults = Vec::new();
    for (row, line) in text.lines().enumerate() {
        if holds_national_number(line) {
            faults.push(Error::input("release-niss").at(place(row as u64 + 1)));
        }
    }
    faults
}

fn text(path: &Path, text: &str, ending: &str) -> Vec<Error> {
    let mut faults = numbers_in(text, |row| Place::file(path).row(row));
    let lower = text.to_lowercase();
    let is_drawing = ending == "svg";
    let found = FETCHED.iter().find(|mark| lower.contains(**mark));
    let runs = (is_drawing && (lower.contains("<script") || lower.contains("onload="))).then_some(&"<script");
    if let Some(found) = found.or(runs) {
        faults.push(Error::input("release-active").at(Place::file(path)).with("found", found));
    }
    faults
}

/// A text table: its headings and its rows.
fn table(path: &Path, bytes: &[u8], catalogue: &Catalogue) -> Vec<Error> {
    let text = String::from_utf8_lossy(bytes);
    let mut faults = numbers_in(&text, |row| Place::file(path).row(row));
    let mut reader = csv::Reader::from_reader(bytes);
    match reader.headers() {
        Ok(headings) => {
            let personal = headings.iter().filter(|heading| is_personal(heading, catalogue));
            faults.extend(
                personal.map(|heading| Error::input("release-personal").at(Place::file(path).row(1).column(heading))),
            );
        }
        Err(fault) => faults.push(Error::input("release-unreadable").at(Place::file(path)).with("found", fault)),
    }
    faults
}

/// A workbook: every part of the archive, and the headings of its sheets.
fn workbook(path: &Path, bytes: &[u8], catalogue: &Catalogue) -> Vec<Error> {
    let unreadable =
        |fault: &dyn std::fmt::Display| Error::input("release-unreadable").at(Place::file(path)).with("found", fault);
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(fault) => return vec![unreadable(&fault)],
    };
    let mut faults = Vec::new();
    for place in 0..archive.len() {
        let member = match archive.by_index(place) {
            Ok(member) => member,
            Err(fault) => {
                faults.push(unreadable(&fault));
                continue;
            }
        };
        let name = match member.name() {
            Ok(name) => name.into_owned(),
            Err(fault) => {
                faults.push(unreadable(&fault));
                continue;
            }
        };
        if let Some(found) = ACTIVE.iter().find(|mark| name.to_lowercase().contains(**mark)) {
            faults.push(Error::input("release-active").at(Place::file(path)).with("found", found));
        }
        let mut content = String::new();
        if member.take(MOST).read_to_string(&mut content).is_err() {
            // A picture; nothing else in a workbook is not text.
            continue;
        }
        if name.ends_with("workbook.xml") && (content.contains("state=\"hidden\"") || content.contains("veryHidden")) {
            faults.push(Error::input("release-hidden-sheet").at(Place::file(path)));
        }
        faults.extend(numbers_in(&content, |_| Place::file(path).sheet(&name)));
        if name.ends_with("sharedStrings.xml") {
            // Texts of cells, headings among them: those that name a personal field are one word or two.
            let texts = content.split("<t").filter_map(|part| part.split_once('>')?.1.split("</t>").next());
            for heading in texts.filter(|text| is_personal(text, catalogue)) {
                faults.push(Error::input("release-personal").at(Place::file(path).column(heading)));
            }
        }
    }
    faults
}

fn pdf(path: &Path, bytes: &[u8]) -> Vec<Error> {
    let read = match typeset::read::tagged(bytes) {
        Ok(read) => read,
        Err(fault) => return vec![Error::input("release-unreadable").at(Place::file(path)).with("found", fault)],
    };
    let cells = read.tables.iter().flatten().flatten().map(String::as_str);
    let texts = cells.chain(read.figures.iter().map(String::as_str)).chain([read.text.as_str()]);
    let mut faults: Vec<Error> = texts.flat_map(|text| numbers_in(text, |_| Place::file(path))).collect();
    faults.extend(
        typeset::read::active(bytes)
            .map(|found| Error::input("release-active").at(Place::file(path)).with("found", found)),
    );
    faults
}

/// Whether a heading stands over what tells who somebody is.
fn is_personal(heading: &str, catalogue: &Catalogue) -> bool {
    let folded = crate::catalogue::fold(heading);
    let words: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let names = words.len() <= 3 && words.iter().any(|word| NAMING.contains(word));
    let is_field = PERSONAL.contains(&heading);
    let means = catalogue
        .headings
        .table("persons")
        .and_then(|table| table.find(heading))
        .is_some_and(|meaning| matches!(meaning, Meaning::Field(field) if field == "person_id"));
    names || is_field || means
}

/// Digits of the groups of a national number: year, month, day, serial number, check.
const GROUPS: [usize; 5] = [2, 2, 2, 3, 2];

/// Whether a text holds eleven digits, written as national numbers are, whose check digits and date of birth are right.
pub(super) fn holds_national_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        // Not inside a word or a longer number, and not the decimals of one. A comma may part two cells.
        let before = |back: usize| start.checked_sub(back).map(|place| bytes[place]);
        let is_decimal = before(1) == Some(b'.') && before(2).is_some_and(|byte| byte.is_ascii_digit());
        let is_inside = before(1).is_some_and(|byte| byte.is_ascii_alphanumeric());
        let is_start = bytes[start].is_ascii_digit() && !is_decimal && !is_inside;
        if is_start && let Some(end) = number_at(bytes, start) {
            let after = bytes.get(end).copied();
            let is_end = after.is_none_or(|byte| !byte.is_ascii_alphanumeric());
            let goes_on = after == Some(b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            let digits = std::str::from_utf8(&bytes[start..end]);
            if is_end && !goes_on && digits.is_ok_and(|digits| Niss::parse(digits).is_ok()) {
                return true;
            }
        }
        start += 1;
    }
    false
}

/// Where eleven digits in those groups end that begin here; between groups one sign or none.
fn number_at(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for (place, digits) in GROUPS.into_iter().enumerate() {
        if place > 0 && matches!(bytes.get(at), Some(b'.' | b'-' | b' ' | b'/')) {
            at += 1;
        }
        let end = at + digits;
        if !bytes.get(at..end)?.iter().all(u8::is_ascii_digit) {
            return None;
        }
        at = end;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::holds_national_number;

    /// 85.07.30-033 with check 97 - 850730033 mod 97 = 28: the example of the national register's own description.
    #[test]
    fn national_numbers_are_found_in_every_spelling_and_nothing_else_is_one() {
        for text in [
            "85073003328",
            "85.07.30-033.28",
            "x;85.07.30-033.28;y",
            "<v>85073003328</v>",
            "850730 033-28",
            "(85 07 30 033 28)",
            "3,85073003328,5",
        ] {
            assert!(holds_national_number(text), "{text}");
        }
        for text in ["85073003329", "0.85073003328", "185073003328", "850730033281", "a85073003328", "85.07.30", ""] {
            assert!(!holds_national_number(text), "{text}");
        }
    }
}
