//! How Ath lays its exports out: the headings of each sheet, in its language.

use crate::demo::page::Layout;

/// Table `persons`.
pub(super) const PERSONS: Layout = Layout {
    table: "persons",
    name: "Bénéficiaires",
    columns: &[
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("Année de naissance", "birth_year"),
        ("Sexe", "sex"),
        ("Catégorie RIS", "ris_category"),
        ("Aide", "aid"),
        ("Étudiant", "is_student"),
        ("Nationalité", "nationality"),
    ],
};

/// Table `parcours`.
pub(super) const PARCOURS: Layout = Layout {
    table: "parcours",
    name: "Parcours",
    columns: &[
        ("N° parcours", "parcours_id"),
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("Type de parcours", "kind"),
        ("Date de début", "start_on"),
        ("Fin prévue", "planned_end_on"),
        ("Date de fin", "end_on"),
        ("Motif de fin", "end_reason"),
    ],
};

/// Readings (table `measures`).
pub(super) const READINGS: Layout = Layout {
    table: "readings",
    name: "Matrice d'autonomie",
    columns: &[
        ("N° parcours", "parcours_id"),
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("Date de la mesure", "measured_on"),
        ("Moment", "occasion"),
        ("Finances", "finances"),
        ("Travail et formation", "work_education"),
        ("Occupation du temps", "time_use"),
        ("Logement", "housing"),
        ("Relations au sein du ménage", "domestic_relations"),
        ("Santé mentale", "mental_health"),
        ("Santé physique", "physical_health"),
        ("Assuétudes", "substance_use"),
        ("Activités de base de la vie quotidienne", "basic_adl"),
        ("Activités instrumentales de la vie quotidienne", "instrumental_adl"),
        ("Réseau social", "social_network"),
        ("Participation sociale", "community_participation"),
        ("Justice", "justice"),
    ],
};

/// Table `piis`.
pub(super) const PIIS: Layout = Layout {
    table: "piis",
    name: "PIIS",
    columns: &[
        ("N° PIIS", "piis_id"),
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("N° parcours", "parcours_id"),
        ("Type de PIIS", "type"),
        ("Date de la demande", "requested_on"),
        ("Date de signature", "signed_on"),
        ("Date de début", "start_on"),
        ("Fin prévue", "planned_end_on"),
        ("Date de fin", "end_on"),
        ("Motif de fin", "ending"),
        ("Fin réussie", "ending_is_success"),
        ("Signé par l'intéressé", "signed_by_client"),
        ("Signé par le président", "signed_by_president"),
        ("Signé par le directeur général", "signed_by_secretary"),
    ],
};

/// Table `bilans`.
pub(super) const BILANS: Layout = Layout {
    table: "bilans",
    name: "Bilans sociaux",
    columns: &[
        ("N° bilan", "bilan_id"),
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("Date du bilan", "held_on"),
        ("Occasion", "occasion"),
    ],
};

/// Table `evaluations`.
pub(super) const EVALUATIONS: Layout = Layout {
    table: "evaluations",
    name: "Évaluations",
    columns: &[
        ("N° PIIS", "piis_id"),
        ("Date prévue", "planned_on"),
        ("Date de l'évaluation", "held_on"),
        ("Type d'évaluation", "kind"),
        ("Auto-évaluation", "self_assessed"),
    ],
};

/// Table `editions`.
pub(super) const EDITIONS: Layout = Layout {
    table: "editions",
    name: "Ateliers",
    columns: &[
        ("N° atelier", "edition_id"),
        ("Projet", "project"),
        ("Date de début", "start_on"),
        ("Date de fin", "end_on"),
        ("Heures prévues", "planned_hours"),
        ("Places", "places"),
        ("Partenaire", "partner"),
        ("Coût", "cost_eur"),
    ],
};

/// Table `enrolments`.
pub(super) const ENROLMENTS: Layout = Layout {
    table: "enrolments",
    name: "Inscriptions",
    columns: &[
        ("N° atelier", "edition_id"),
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("Orienté le", "referred_on"),
        ("Début", "started_on"),
        ("Fin", "ended_on"),
        ("État", "status"),
        ("Motif de sortie", "exit_reason"),
    ],
};

/// Table `attendance`.
pub(super) const ATTENDANCE: Layout = Layout {
    table: "attendance",
    name: "Présences",
    columns: &[
        ("N° atelier", "edition_id"),
        ("NISS", "person_id"),
        ("Date de la séance", "session_on"),
        ("Heures prévues", "planned_hours"),
        ("Heures suivies", "attended_hours"),
        ("Présence", "status"),
        ("Motif d'absence", "reason"),
    ],
};

/// Table `tasks`.
pub(super) const TASKS: Layout = Layout {
    table: "tasks",
    name: "Tâches",
    columns: &[
        ("N° PIIS", "piis_id"),
        ("N° tâche", "task_no"),
        ("Domaine de vie", "domain"),
        ("Qui", "owner"),
        ("Échéance", "due_on"),
        ("Fait le", "done_on"),
    ],
};

/// Table `sanctions`.
pub(super) const SANCTIONS: Layout = Layout {
    table: "sanctions",
    name: "Sanctions",
    columns: &[
        ("NISS", "person_id"),
        ("Nom", "name"),
        ("Date de la décision", "decided_on"),
        ("N° PIIS", "piis_id"),
        ("Type de sanction", "kind"),
        ("Jours", "days"),
    ],
};

/// Table `agreements`.
pub(super) const AGREEMENTS: Layout = Layout {
    table: "agreements",
    name: "Conventions",
    columns: &[("Année", "year"), ("Subvention", "scheme"), ("Montant octroyé", "granted_eur")],
};

/// Table `objectives`.
pub(super) const OBJECTIVES: Layout = Layout {
    table: "objectives",
    name: "Objectifs",
    columns: &[
        ("Année", "year"),
        ("Subvention", "scheme"),
        ("N° objectif", "objective_id"),
        ("Énoncé", "text"),
        ("Type d'objectif", "kind"),
        ("Indicateur", "indicator"),
        ("Ventilation", "breakdown"),
        ("Cible", "target"),
        ("Sens", "direction"),
        ("État", "status"),
        ("Preuve", "evidence"),
    ],
};

/// Table `expenses`.
pub(super) const EXPENSES: Layout = Layout {
    table: "expenses",
    name: "Dépenses",
    columns: &[
        ("Année", "year"),
        ("Subvention", "scheme"),
        ("N° écriture", "entry_id"),
        ("Projet", "project"),
        ("Catégorie", "category"),
        ("Montant", "amount_eur"),
        ("Date comptable", "booked_on"),
        ("Admissible", "eligible"),
    ],
};
