//! What a report shows beside observations: what became of each row, the checks, the dated rules used.

use super::Evidence;
use crate::catalogue::{Catalogue, DatedValue, Parameter};
use crate::model::result::{Cell, Column, Missing, Row, Unit};
use crate::model::{LocalText, Receipt};

pub(crate) fn local(fr: &str, nl: &str, de: &str, en: &str) -> LocalText {
    LocalText { fr: fr.to_owned(), nl: nl.to_owned(), de: de.to_owned(), en: en.to_owned() }
}

pub(crate) fn count(number: u64) -> Cell {
    Cell::Count(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A text in no language; nothing where there is none.
pub(crate) fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Missing(Missing::NotApplicable) } else { Cell::Label(LocalText::same(text)) }
}

pub(crate) fn column(key: &str, heading: LocalText, unit: Unit) -> Column {
    Column { key: key.to_owned(), heading, unit }
}

/// What became of the rows of the agency's files, for the cover of a report.
pub fn receipt_facts(receipts: &[Receipt]) -> Vec<(LocalText, Cell)> {
    let sum = |of: fn(&Receipt) -> u64| count(receipts.iter().map(of).sum());
    vec![
        (
            local(
                "Fichiers et feuilles lus",
                "Gelezen bestanden en bladen",
                "Gelesene Dateien und Blätter",
                "Files and sheets read",
            ),
            count(receipts.len() as u64),
        ),
        (local("Lignes lues", "Gelezen rijen", "Gelesene Zeilen", "Rows read"), sum(|receipt| receipt.read)),
        (
            local("Lignes reprises", "Opgenomen rijen", "Übernommene Zeilen", "Rows loaded"),
            sum(|receipt| receipt.loaded),
        ),
        (
            local("Lignes rejetées", "Geweigerde rijen", "Abgelehnte Zeilen", "Rows rejected"),
            sum(|receipt| receipt.rejected),
        ),
        (
            local(
                "Lignes sans données (titres, totaux, vides, exclues)",
                "Rijen zonder gegevens (titels, totalen, leeg, uitgesloten)",
                "Zeilen ohne Daten (Titel, Summen, leer, ausgeschlossen)",
                "Rows without data (titles, totals, blank, left out)",
            ),
            sum(Receipt::ignored),
        ),
    ]
}

pub(super) fn parameter_rows(evidence: &Evidence<'_>, catalogue: &Catalogue) -> Vec<Row> {
    let scope = |value: &DatedValue| {
        if value.scope.is_empty() {
            Cell::Missing(Missing::NotApplicable)
        } else {
            Cell::Label(catalogue.label("scheme", &value.scope))
        }
    };
    let row = |(parameter, value): &(&Parameter, &DatedValue)| {
        Row::plain(vec![
            Cell::Label(parameter.title.clone()),
            scope(value),
            Cell::Number(value.value),
            Cell::Date(value.from),
            Cell::Label(LocalText::same(&value.reference)),
            Cell::Date(value.last_verified_on),
        ])
    };
    evidence.parameters.iter().map(row).collect()
}

pub(super) fn receipt_columns() -> Vec<Column> {
    vec![
        column("file", local("Fichier", "Bestand", "Datei", "File"), Unit::Label),
        column("sheet", local("Feuille", "Blad", "Blatt", "Sheet"), Unit::Label),
        column("read", local("Lignes lues", "Gelezen rijen", "Gelesene Zeilen", "Rows read"), Unit::Count),
        column("loaded", local("Reprises", "Opgenomen", "Übernommen", "Loaded"), Unit::Count),
        column("rejected", local("Rejetées", "Geweigerd", "Abgelehnt", "Rejected"), Unit::Count),
        column(
            "header",
            local("Titres et en-têtes", "Titels en koppen", "Titel und Köpfe", "Titles and headers"),
            Unit::Count,
        ),
        column("blank", local("Vides", "Leeg", "Leer", "Blank"), Unit::Count),
        column("total", local("Totaux", "Totalen", "Summen", "Totals"), Unit::Count),
        column(
            "declared",
            local(
                "Exclues par le profil",
                "Uitgesloten door het profiel",
                "Durch das Profil ausgeschlossen",
                "Left out by the profile",
            ),
            Unit::Count,
        ),
    ]
}

pub(super) fn receipt_rows(receipts: &[Receipt]) -> Vec<Row> {
    let row = |receipt: &Receipt| {
        let numbers = [
            receipt.read,
            receipt.loaded,
            receipt.rejected,
            receipt.header,
            receipt.blank,
            receipt.total,
            receipt.declared,
        ];
        let cells = [text(&receipt.file), text(&receipt.sheet)].into_iter().chain(numbers.map(count)).collect();
        Row::plain(cells)
    };
    receipts.iter().map(row).collect()
}

pub(super) fn parameter_columns() -> Vec<Column> {
    vec![
        column("parameter", local("Règle", "Regel", "Regel", "Rule"), Unit::Label),
        column("scope", local("Pour", "Voor", "Für", "For"), Unit::Label),
        column("value", local("Valeur", "Waarde", "Wert", "Value"), Unit::Plain),
        column("from", local("Depuis", "Vanaf", "Ab", "From"), Unit::Date),
        column("reference", local("Source", "Bron", "Quelle", "Source"), Unit::Label),
        column("verified", local("Vérifié le", "Nagekeken op", "Geprüft am", "Verified on"), Unit::Date),
    ]
}
