//! How Courtrai lays its exports out: the headings of each sheet, in its language.

use crate::demo::page::Layout;

/// Table `persons`.
pub(super) const PERSONS: Layout = Layout {
    table: "persons",
    name: "Personen",
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
    name: "Trajecten",
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
    name: "Metingen",
    columns: &[
        ("Dossiernummer", "parcours_id"),
        ("INSZ", "person_id"),
        ("Naam", "name"),
        ("Nulmeting / Datum", "zero_on"),
        ("Nulmeting / Financiën", "zero_finances"),
        ("Nulmeting / Werk en opleiding", "zero_work_education"),
        ("Nulmeting / Tijdsbesteding", "zero_time_use"),
        ("Nulmeting / Huisvesting", "zero_housing"),
        ("Nulmeting / Huiselijke relaties", "zero_domestic_relations"),
        ("Nulmeting / Geestelijke gezondheid", "zero_mental_health"),
        ("Nulmeting / Lichamelijke gezondheid", "zero_physical_health"),
        ("Nulmeting / Middelengebruik", "zero_substance_use"),
        ("Nulmeting / Basale ADL", "zero_basic_adl"),
        ("Nulmeting / Instrumentele ADL", "zero_instrumental_adl"),
        ("Nulmeting / Sociaal netwerk", "zero_social_network"),
        ("Nulmeting / Maatschappelijke participatie", "zero_community_participation"),
        ("Nulmeting / Justitie", "zero_justice"),
        ("Eindmeting / Datum", "end_on"),
        ("Eindmeting / Financiën", "end_finances"),
        ("Eindmeting / Werk en opleiding", "end_work_education"),
        ("Eindmeting / Tijdsbesteding", "end_time_use"),
        ("Eindmeting / Huisvesting", "end_housing"),
        ("Eindmeting / Huiselijke relaties", "end_domestic_relations"),
        ("Eindmeting / Geestelijke gezondheid", "end_mental_health"),
        ("Eindmeting / Lichamelijke gezondheid", "end_physical_health"),
        ("Eindmeting / Middelengebruik", "end_substance_use"),
        ("Eindmeting / Basale ADL", "end_basic_adl"),
        ("Eindmeting / Instrumentele ADL", "end_instrumental_adl"),
        ("Eindmeting / Sociaal netwerk", "end_social_network"),
        ("Eindmeting / Maatschappelijke participatie", "end_community_participation"),
        ("Eindmeting / Justitie", "end_justice"),
    ],
};

/// Table `piis`.
pub(super) const PIIS: Layout = Layout {
    table: "piis",
    name: "GPMI",
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
    name: "Sociale balansen",
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
    name: "Evaluaties",
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
    name: "Projecten",
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
    name: "Inschrijvingen",
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
    name: "Aanwezigheden",
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
    name: "Taken",
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
    name: "Sancties",
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
    name: "Overeenkomst",
    columns: &[("Jaar", "year"), ("Toelage", "scheme"), ("Toegekend bedrag", "granted_eur")],
};

/// Table `objectives`.
pub(super) const OBJECTIVES: Layout = Layout {
    table: "objectives",
    name: "Doelstellingen",
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
    name: "Uitgaven",
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
