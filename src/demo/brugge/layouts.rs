//! How Bruges lays its exports out: the headings of each file, in its language.

use crate::demo::page::Layout;

/// Table `persons`.
pub(super) const PERSONS: Layout = Layout {
    table: "persons",
    name: "personen.csv",
    columns: &[
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Geboortejaar", "birth_year"),
        ("Geslacht", "sex"),
        ("Categorie leefloon", "ris_category"),
        ("Steun", "aid"),
        ("Student", "is_student"),
        ("Nationaliteit", "nationality"),
    ],
};

/// Table `parcours`.
pub(super) const PARCOURS: Layout = Layout {
    table: "parcours",
    name: "trajecten.csv",
    columns: &[
        ("Dossiernummer", "parcours_id"),
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Trajecttype", "kind"),
        ("Begindatum", "start_on"),
        ("Voorziene einddatum", "planned_end_on"),
        ("Einddatum", "end_on"),
        ("Reden einde", "end_reason"),
    ],
};

/// Readings (table `measures`).
pub(super) const READINGS: Layout = Layout {
    table: "readings",
    name: "zrm_metingen.csv",
    columns: &[
        ("Dossiernummer", "parcours_id"),
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Datum meting", "measured_on"),
        ("Moment", "occasion"),
        ("Financiën", "finances"),
        ("Werk en opleiding", "work_education"),
        ("Tijdsbesteding", "time_use"),
        ("Huisvesting", "housing"),
        ("Huiselijke relaties", "domestic_relations"),
        ("Geestelijke gezondheid", "mental_health"),
        ("Lichamelijke gezondheid", "physical_health"),
        ("Middelengebruik", "substance_use"),
        ("Basale ADL", "basic_adl"),
        ("Instrumentele ADL", "instrumental_adl"),
        ("Sociaal netwerk", "social_network"),
        ("Maatschappelijke participatie", "community_participation"),
        ("Justitie", "justice"),
    ],
};

/// Table `piis`.
pub(super) const PIIS: Layout = Layout {
    table: "piis",
    name: "gpmi.csv",
    columns: &[
        ("GPMI-nummer", "piis_id"),
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Dossiernummer", "parcours_id"),
        ("Type GPMI", "type"),
        ("Datum aanvraag", "requested_on"),
        ("Datum ondertekening", "signed_on"),
        ("Begindatum", "start_on"),
        ("Voorziene einddatum", "planned_end_on"),
        ("Einddatum", "end_on"),
        ("Reden beëindiging", "ending"),
        ("Doelen bereikt", "ending_is_success"),
        ("Cliënt getekend", "signed_by_client"),
        ("Voorzitter getekend", "signed_by_president"),
        ("Secretaris getekend", "signed_by_secretary"),
    ],
};

/// Table `bilans`.
pub(super) const BILANS: Layout = Layout {
    table: "bilans",
    name: "sociale_balansen.csv",
    columns: &[
        ("Balansnummer", "bilan_id"),
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Datum", "held_on"),
        ("Aanleiding", "occasion"),
    ],
};

/// Table `evaluations`.
pub(super) const EVALUATIONS: Layout = Layout {
    table: "evaluations",
    name: "evaluaties.csv",
    columns: &[
        ("GPMI-nummer", "piis_id"),
        ("Geplande datum", "planned_on"),
        ("Datum evaluatie", "held_on"),
        ("Soort", "kind"),
        ("Zelfevaluatie", "self_assessed"),
    ],
};

/// Table `editions`.
pub(super) const EDITIONS: Layout = Layout {
    table: "editions",
    name: "projecten.csv",
    columns: &[
        ("Editienummer", "edition_id"),
        ("Project", "project"),
        ("Begindatum", "start_on"),
        ("Einddatum", "end_on"),
        ("Geplande uren", "planned_hours"),
        ("Plaatsen", "places"),
        ("Partner", "partner"),
        ("Kostprijs", "cost_eur"),
    ],
};

/// Table `enrolments`.
pub(super) const ENROLMENTS: Layout = Layout {
    table: "enrolments",
    name: "inschrijvingen.csv",
    columns: &[
        ("Editienummer", "edition_id"),
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Doorverwezen op", "referred_on"),
        ("Gestart op", "started_on"),
        ("Beëindigd op", "ended_on"),
        ("Status", "status"),
        ("Reden stopzetting", "exit_reason"),
    ],
};

/// Table `attendance`.
pub(super) const ATTENDANCE: Layout = Layout {
    table: "attendance",
    name: "aanwezigheden.csv",
    columns: &[
        ("Editienummer", "edition_id"),
        ("INSZ", "person_id"),
        ("Datum sessie", "session_on"),
        ("Geplande uren", "planned_hours"),
        ("Aanwezige uren", "attended_hours"),
        ("Status", "status"),
        ("Reden afwezigheid", "reason"),
    ],
};

/// Table `tasks`.
pub(super) const TASKS: Layout = Layout {
    table: "tasks",
    name: "taken.csv",
    columns: &[
        ("GPMI-nummer", "piis_id"),
        ("Nummer", "task_no"),
        ("Levensdomein", "domain"),
        ("Wie", "owner"),
        ("Tegen", "due_on"),
        ("Gedaan op", "done_on"),
    ],
};

/// Table `sanctions`.
pub(super) const SANCTIONS: Layout = Layout {
    table: "sanctions",
    name: "sancties.csv",
    columns: &[
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Datum beslissing", "decided_on"),
        ("GPMI-nummer", "piis_id"),
        ("Soort", "kind"),
        ("Aantal dagen", "days"),
    ],
};

/// Table `agreements`.
pub(super) const AGREEMENTS: Layout = Layout {
    table: "agreements",
    name: "overeenkomsten.csv",
    columns: &[("Jaar", "year"), ("Toelage", "scheme"), ("Toegekend bedrag", "granted_eur")],
};

/// Table `objectives`.
pub(super) const OBJECTIVES: Layout = Layout {
    table: "objectives",
    name: "doelstellingen.csv",
    columns: &[
        ("Jaar", "year"),
        ("Toelage", "scheme"),
        ("Nummer", "objective_id"),
        ("Omschrijving", "text"),
        ("Soort", "kind"),
        ("Indicator", "indicator"),
        ("Uitsplitsing", "breakdown"),
        ("Streefwaarde", "target"),
        ("Richting", "direction"),
        ("Stand", "status"),
        ("Bewijsstuk", "evidence"),
    ],
};

/// Table `expenses`.
pub(super) const EXPENSES: Layout = Layout {
    table: "expenses",
    name: "uitgaven.csv",
    columns: &[
        ("Jaar", "year"),
        ("Toelage", "scheme"),
        ("Volgnummer", "entry_id"),
        ("Project", "project"),
        ("Categorie", "category"),
        ("Bedrag", "amount_eur"),
        ("Boekdatum", "booked_on"),
        ("Aanvaardbaar", "eligible"),
    ],
};
