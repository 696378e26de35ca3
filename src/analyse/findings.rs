//! The findings: for each check, CPAS and period how many rows or records were tested, passed and failed, and which
//! failed. As a table, as a report of their own (a workbook), and as part of other reports.

use super::report::{agency_name, column, count, local, text};
use crate::catalogue::{Catalogue, Check};
use crate::model::result::{Cell, Column, Edition, Missing, Report, Row, Section, Table, Unit};
use crate::model::{LocalText, Nis5, Period};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a check found in what one CPAS handed in for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckCount {
    /// The check.
    pub check: String,
    /// Rows or records put to it.
    pub tested: u64,
    /// Of these those that failed; all others passed.
    pub failed: u64,
    /// False when a table that the check needs was not handed in: then nothing was tested.
    pub is_applicable: bool,
}

/// A row or record that failed a check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The check.
    pub check: Arc<str>,
    /// File, below the inbox.
    pub file: Arc<str>,
    /// Sheet; empty for a text file.
    pub sheet: Arc<str>,
    /// Row as a person counts it; 0 for the file as a whole.
    pub row: u64,
    /// Heading of the column, for a record the column of the table; empty for the row as a whole.
    pub column: Arc<str>,
}

/// What was found for one CPAS and period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// A line a check, in the order of ids.
    pub counts: Vec<CheckCount>,
    /// What failed, in the order of checks and places.
    pub findings: Vec<Finding>,
}

/// Everything found, by CPAS and period.
pub type Findings = BTreeMap<(Nis5, Period), Found>;

impl CheckCount {
    /// Those that did not fail.
    pub fn passed(&self) -> u64 {
        self.tested - self.failed.min(self.tested)
    }
}

impl Found {
    /// The check that fails most first; then those that could be tested, by id; then the others.
    pub fn by_failed(&self) -> Vec<&CheckCount> {
        let mut counts: Vec<&CheckCount> = self.counts.iter().collect();
        counts.sort_by(|a, b| {
            let order = |one: &CheckCount| (std::cmp::Reverse(one.failed), !one.is_applicable, one.tested == 0);
            order(a).cmp(&order(b)).then_with(|| a.check.cmp(&b.check))
        });
        counts
    }

    /// How many checks found something, found nothing, and had nothing to test.
    pub fn outcome(&self) -> [usize; 3] {
        let count = |which: fn(&CheckCount) -> bool| self.counts.iter().filter(|one| which(one)).count();
        [count(|one| one.failed > 0), count(|one| one.failed == 0 && one.tested > 0), count(|one| one.tested == 0)]
    }
}

pub(super) fn check_columns() -> Vec<Column> {
    vec![
        column("check", local("Contrôle", "Controle", "Prüfung", "Check"), Unit::Label),
        column("severity", local("Gravité", "Ernst", "Schwere", "Severity"), Unit::Label),
        column("tested", local("Testé", "Getest", "Geprüft", "Tested"), Unit::Count),
        column("passed", local("En ordre", "In orde", "In Ordnung", "Passed"), Unit::Count),
        column("failed", local("En défaut", "Fout", "Fehlerhaft", "Failed"), Unit::Count),
        column(
            "mend",
            local("Qui peut corriger", "Wie kan verbeteren", "Wer berichtigen kann", "Who can mend it"),
            Unit::Label,
        ),
        column("advice", local("Que faire", "Wat te doen", "Was zu tun ist", "What to do"), Unit::Label),
        column("id", local("Code", "Code", "Code", "Id"), Unit::Label),
    ]
}

/// A row a check, the one that fails most first. A check that could not be tested shows no number.
pub(super) fn check_rows(found: &Found, catalogue: &Catalogue) -> Vec<Row> {
    let row = |one: &CheckCount| {
        let check = catalogue.checks.get(&one.check)?;
        let number = |number: u64| if one.is_applicable { count(number) } else { Cell::Missing(Missing::NotRecorded) };
        let cells = vec![
            Cell::Label(check.title.clone()),
            Cell::Label(catalogue.label("severity", check.severity.code())),
            number(one.tested),
            number(one.passed()),
            number(one.failed),
            Cell::Label(catalogue.label("mend", &check.mend)),
            Cell::Label(check.advice.clone()),
            text(&check.id),
        ];
        Some(Row::plain(cells))
    };
    found.by_failed().into_iter().filter_map(row).collect()
}

fn finding_columns() -> Vec<Column> {
    vec![
        column("file", local("Fichier", "Bestand", "Datei", "File"), Unit::Label),
        column("sheet", local("Feuille", "Blad", "Blatt", "Sheet"), Unit::Label),
        column("row", local("Ligne", "Rij", "Zeile", "Row"), Unit::Count),
        column("column", local("Colonne", "Kolom", "Spalte", "Column"), Unit::Label),
        column("value", local("Valeur", "Waarde", "Wert", "Value"), Unit::Label),
        column("check", local("Contrôle", "Controle", "Prüfung", "Check"), Unit::Label),
        column("severity", local("Gravité", "Ernst", "Schwere", "Severity"), Unit::Label),
        column(
            "mend",
            local("Qui peut corriger", "Wie kan verbeteren", "Wer berichtigen kann", "Who can mend it"),
            Unit::Label,
        ),
        column("advice", local("Que faire", "Wat te doen", "Was zu tun ist", "What to do"), Unit::Label),
        column("id", local("Code", "Code", "Code", "Id"), Unit::Label),
    ]
}

fn finding_row(finding: &Finding, check: &Check, value: &str, catalogue: &Catalogue) -> Row {
    let row = if finding.row == 0 { Cell::Missing(Missing::NotApplicable) } else { count(finding.row) };
    let cells = vec![
        text(&finding.file),
        text(&finding.sheet),
        row,
        text(&finding.column),
        text(value),
        Cell::Label(check.title.clone()),
        Cell::Label(catalogue.label("severity", check.severity.code())),
        Cell::Label(catalogue.label("mend", &check.mend)),
        Cell::Label(check.advice.clone()),
        text(&check.id),
    ];
    Row::plain(cells)
}

/// Tables of a workbook hold so many rows at most: Excel has no more, and nobody mends more at one go.
const MOST_ROWS: usize = 100_000;

/// The findings of one CPAS and period as a report: all checks, and what failed. `value_of` gives the masked value of
/// a row's fault; records have none.
pub fn findings_report(
    catalogue: &Catalogue,
    (cpas, period): (Nis5, Period),
    found: &Found,
    value_of: impl Fn(&Finding) -> String,
) -> Report {
    let table = |id: &str, title: LocalText, columns: Vec<Column>, rows: Vec<Row>, notes: Vec<LocalText>| Table {
        id: id.to_owned(),
        title,
        columns,
        rows,
        reading: Vec::new(),
        notes,
        indicators: Vec::new(),
    };
    let row = |finding: &Finding| {
        let check = catalogue.checks.get(&*finding.check)?;
        Some(finding_row(finding, check, &value_of(finding), catalogue))
    };
    let rows: Vec<Row> = found.findings.iter().take(MOST_ROWS).filter_map(row).collect();
    let left_out = found.findings.len().saturating_sub(MOST_ROWS);
    let checks = table(
        "checks",
        local("Tous les contrôles", "Alle controles", "Alle Prüfungen", "All checks"),
        check_columns(),
        check_rows(found, catalogue),
        vec![outcome_note(found)],
    );
    let failing = table(
        "findings",
        local("Lignes en défaut", "Rijen met fout", "Fehlerhafte Zeilen", "Rows that fail"),
        finding_columns(),
        rows,
        (left_out > 0).then(|| left_out_note(left_out)).into_iter().collect(),
    );
    let section = |id: &str, title: LocalText, table: Table| Section {
        id: id.to_owned(),
        title,
        is_summary: false,
        paragraphs: Vec::new(),
        tables: vec![table],
        charts: Vec::new(),
    };
    Report {
        id: "findings".to_owned(),
        title: local("Contrôle des données", "Controle van de gegevens", "Prüfung der Daten", "Check of the data"),
        area: cpas.to_string(),
        area_name: agency_name(catalogue, cpas),
        period: period.to_string(),
        edition: Edition::Internal,
        facts: facts(found),
        sections: vec![
            section("checks", local("Contrôles", "Controles", "Prüfungen", "Checks"), checks),
            section("findings", local("À corriger", "Te verbeteren", "Zu berichtigen", "To be mended"), failing),
        ],
        definitions: Vec::new(),
        logo: None,
    }
}

/// How many checks found something, nothing, or had nothing to test.
pub(super) fn facts(found: &Found) -> Vec<(LocalText, Cell)> {
    let [failing, clean, untested] = found.outcome().map(|checks| count(checks as u64));
    vec![
        (
            local(
                "Contrôles avec constat",
                "Controles met vaststelling",
                "Prüfungen mit Befund",
                "Checks that found something",
            ),
            failing,
        ),
        (
            local("Contrôles sans constat", "Controles zonder vaststelling", "Prüfungen ohne Befund", "Clean checks"),
            clean,
        ),
        (
            local(
                "Contrôles sans rien à tester",
                "Controles zonder iets te testen",
                "Prüfungen ohne Prüfgegenstand",
                "Checks with nothing to test",
            ),
            untested,
        ),
    ]
}

pub(super) fn outcome_note(found: &Found) -> LocalText {
    let [failing, clean, untested] = found.outcome();
    local(
        &format!(
            "{failing} contrôles ont un constat, {clean} n’en ont pas, {untested} n’avaient rien à tester (la table n’a pas été remise ou ne contient rien de tel). Testé = en ordre + en défaut. Un contrôle des lignes compte des lignes de fichier, un contrôle des données compte des enregistrements."
        ),
        &format!(
            "{failing} controles deden een vaststelling, {clean} geen, {untested} hadden niets te testen (de tabel is niet ingediend of bevat niets van dien aard). Getest = in orde + fout. Een controle van rijen telt rijen van bestanden, een controle van gegevens telt records."
        ),
        &format!(
            "{failing} Prüfungen haben einen Befund, {clean} keinen, {untested} hatten nichts zu prüfen (die Tabelle wurde nicht eingereicht oder enthält nichts dergleichen). Geprüft = in Ordnung + fehlerhaft. Eine Prüfung der Zeilen zählt Zeilen der Dateien, eine Prüfung der Daten zählt Datensätze."
        ),
        &format!(
            "{failing} checks found something, {clean} found nothing, {untested} had nothing to test (the table was not handed in, or holds nothing of the kind). Tested = passed + failed. A check on rows counts rows of files, a check on records counts records."
        ),
    )
}

fn left_out_note(rows: usize) -> LocalText {
    local(
        &format!("{rows} lignes ne sont pas montrées ici ; toutes sont dans findings_rows.csv."),
        &format!("{rows} rijen zijn hier niet getoond; alle staan in findings_rows.csv."),
        &format!("{rows} Zeilen sind hier nicht gezeigt; alle stehen in findings_rows.csv."),
        &format!("{rows} rows are not shown here; findings_rows.csv holds all."),
    )
}

/// The checks of a catalogue that a set of tables is enough for.
pub fn applicable<'c>(catalogue: &'c Catalogue, held: &BTreeSet<&str>) -> BTreeSet<&'c str> {
    let is_enough = |check: &&Check| {
        check.record().is_none_or(|record| record.tables.iter().all(|table| held.contains(table.as_str())))
    };
    catalogue.checks.values().filter(is_enough).map(|check| check.id.as_str()).collect()
}
