//! How Eupen lays its exports out: the headings of each file, in its language.

use crate::demo::page::Layout;

/// Table `persons`.
pub(super) const PERSONS: Layout = Layout {
    table: "persons",
    name: "Personen.txt",
    columns: &[
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Geburtsjahr", "birth_year"),
        ("Geschlecht", "sex"),
        ("Kategorie EE", "ris_category"),
        ("Hilfe", "aid"),
        ("Student", "is_student"),
        ("Staatsangehörigkeit", "nationality"),
    ],
};

/// Table `parcours`.
pub(super) const PARCOURS: Layout = Layout {
    table: "parcours",
    name: "Parcours.txt",
    columns: &[
        ("Aktennummer", "parcours_id"),
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Art des Parcours", "kind"),
        ("Beginn", "start_on"),
        ("Voraussichtliches Ende", "planned_end_on"),
        ("Ende", "end_on"),
        ("Beendigungsgrund", "end_reason"),
    ],
};

/// Readings (table `measures`).
pub(super) const READINGS: Layout = Layout {
    table: "readings",
    name: "Messungen.txt",
    columns: &[
        ("Aktennummer", "parcours_id"),
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Datum der Messung", "measured_on"),
        ("Zeitpunkt", "occasion"),
        ("Bereich", "domain"),
        ("Stufe", "score"),
    ],
};

/// Table `piis`.
pub(super) const PIIS: Layout = Layout {
    table: "piis",
    name: "VSE.txt",
    columns: &[
        ("VSE-Nummer", "piis_id"),
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Aktennummer", "parcours_id"),
        ("Art des VSE", "type"),
        ("Antragsdatum", "requested_on"),
        ("Unterzeichnet am", "signed_on"),
        ("Beginn", "start_on"),
        ("Voraussichtliches Ende", "planned_end_on"),
        ("Ende", "end_on"),
        ("Beendigungsgrund", "ending"),
        ("Erfolgreich beendet", "ending_is_success"),
        ("Unterschrift Klient", "signed_by_client"),
        ("Unterschrift Präsident", "signed_by_president"),
        ("Unterschrift Generaldirektor", "signed_by_secretary"),
    ],
};

/// Table `bilans`.
pub(super) const BILANS: Layout = Layout {
    table: "bilans",
    name: "Sozialbilanzen.txt",
    columns: &[
        ("Bilanznummer", "bilan_id"),
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Datum der Bilanz", "held_on"),
        ("Anlass", "occasion"),
    ],
};

/// Table `evaluations`.
pub(super) const EVALUATIONS: Layout = Layout {
    table: "evaluations",
    name: "Bewertungen.txt",
    columns: &[
        ("VSE-Nummer", "piis_id"),
        ("Geplant am", "planned_on"),
        ("Durchgeführt am", "held_on"),
        ("Art der Bewertung", "kind"),
        ("Selbsteinschätzung", "self_assessed"),
    ],
};

/// Table `editions`.
pub(super) const EDITIONS: Layout = Layout {
    table: "editions",
    name: "Kurse.txt",
    columns: &[
        ("Kursnummer", "edition_id"),
        ("Projekt", "project"),
        ("Beginn", "start_on"),
        ("Ende", "end_on"),
        ("Geplante Stunden", "planned_hours"),
        ("Plätze", "places"),
        ("Partner", "partner"),
        ("Kosten", "cost_eur"),
    ],
};

/// Table `enrolments`.
pub(super) const ENROLMENTS: Layout = Layout {
    table: "enrolments",
    name: "Einschreibungen.txt",
    columns: &[
        ("Kursnummer", "edition_id"),
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Zugewiesen am", "referred_on"),
        ("Begonnen am", "started_on"),
        ("Beendet am", "ended_on"),
        ("Stand", "status"),
        ("Austrittsgrund", "exit_reason"),
    ],
};

/// Table `attendance`.
pub(super) const ATTENDANCE: Layout = Layout {
    table: "attendance",
    name: "Anwesenheiten.txt",
    columns: &[
        ("Kursnummer", "edition_id"),
        ("Nationalregisternummer", "person_id"),
        ("Datum", "session_on"),
        ("Geplante Stunden", "planned_hours"),
        ("Anwesende Stunden", "attended_hours"),
        ("Anwesenheit", "status"),
        ("Abwesenheitsgrund", "reason"),
    ],
};

/// Table `tasks`.
pub(super) const TASKS: Layout = Layout {
    table: "tasks",
    name: "Aufgaben.txt",
    columns: &[
        ("VSE-Nummer", "piis_id"),
        ("Laufende Nummer", "task_no"),
        ("Lebensbereich", "domain"),
        ("Zuständig", "owner"),
        ("Fällig am", "due_on"),
        ("Erledigt am", "done_on"),
    ],
};

/// Table `sanctions`.
pub(super) const SANCTIONS: Layout = Layout {
    table: "sanctions",
    name: "Sanktionen.txt",
    columns: &[
        ("Nationalregisternummer", "person_id"),
        ("Name", "name"),
        ("Datum des Beschlusses", "decided_on"),
        ("VSE-Nummer", "piis_id"),
        ("Art der Sanktion", "kind"),
        ("Tage", "days"),
    ],
};

/// Table `agreements`.
pub(super) const AGREEMENTS: Layout = Layout {
    table: "agreements",
    name: "Vereinbarungen.txt",
    columns: &[("Jahr", "year"), ("Zuschuss", "scheme"), ("Bewilligter Betrag", "granted_eur")],
};

/// Table `objectives`.
pub(super) const OBJECTIVES: Layout = Layout {
    table: "objectives",
    name: "Ziele.txt",
    columns: &[
        ("Jahr", "year"),
        ("Zuschuss", "scheme"),
        ("Nummer", "objective_id"),
        ("Beschreibung", "text"),
        ("Art des Ziels", "kind"),
        ("Indikator", "indicator"),
        ("Aufgliederung", "breakdown"),
        ("Zielwert", "target"),
        ("Richtung", "direction"),
        ("Stand", "status"),
        ("Nachweis", "evidence"),
    ],
};

/// Table `expenses`.
pub(super) const EXPENSES: Layout = Layout {
    table: "expenses",
    name: "Ausgaben.txt",
    columns: &[
        ("Jahr", "year"),
        ("Zuschuss", "scheme"),
        ("Belegnummer", "entry_id"),
        ("Projekt", "project"),
        ("Kategorie", "category"),
        ("Betrag", "amount_eur"),
        ("Buchungsdatum", "booked_on"),
        ("Förderfähig", "eligible"),
    ],
};
