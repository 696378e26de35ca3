//! Subsidy agreements, their objectives, and what was booked on them.

use super::page::{Cell, Record};
use super::random::Random;
use super::world::{World, add};
use chrono::NaiveDate;

/// An agreement: scheme, amount granted in cents, share spent in thousandths.
pub(super) type Grant = (&'static str, i64, i64);

/// What an objective asks for.
pub(super) enum Aim {
    /// Indicator, breakdown, target, at least (or at most).
    Figure(&'static str, &'static str, i64, bool),
    /// Status and evidence.
    Quality(&'static str, &'static str),
}

/// An objective: scheme, what it says, what it asks for.
pub(super) type Objective = (&'static str, &'static str, Aim);

impl World {
    /// The agreements of a year with their objectives.
    pub(super) fn agree(&mut self, year: i64, grants: &[Grant], objectives: &[Objective]) {
        for (scheme, granted, _) in grants {
            let record = agreement(year, scheme).with("granted_eur", Cell::Money(*granted));
            self.add("agreements", record);
        }
        for ((scheme, text, aim), number) in objectives.iter().zip(1..) {
            let record = agreement(year, scheme)
                .with("objective_id", Cell::text(format!("D{number}")))
                .with("text", Cell::text(*text));
            let record = match aim {
                Aim::Figure(indicator, breakdown, target, at_least) => record
                    .with("kind", Cell::Code("objective_kind", "quantitative"))
                    .with("indicator", Cell::text(*indicator))
                    .with("breakdown", Cell::text(*breakdown))
                    .with("target", Cell::Whole(*target))
                    .with(
                        "direction",
                        Cell::Code("objective_direction", if *at_least { "at_least" } else { "at_most" }),
                    ),
                Aim::Quality(status, evidence) => record
                    .with("kind", Cell::Code("objective_kind", "qualitative"))
                    .with("status", Cell::Code("objective_status", status))
                    .with("evidence", Cell::Code("evidence", evidence)),
            };
            self.add("objectives", record);
        }
    }

    /// Costs through the year until the export, that add up to the share of each grant that was spent.
    pub(super) fn spend(&mut self, start: NaiveDate, grants: &[Grant], projects: &[&'static str], random: &mut Random) {
        let days = (self.plan.exported_on - start).num_days();
        let mut number = 0;
        for (scheme, granted, spent) in grants {
            let share = granted / 1000 * spent / 12;
            for (month, booked) in (1..=12).map(|month| (month, add(start, days * month / 12))) {
                number += 1;
                let category = random.weighted(&[("staff", 40), ("activity", 25), ("partner", 20), ("equipment", 15)]);
                let place = usize::try_from(month % 4).unwrap_or(0);
                let project = projects.get(place).filter(|_| category != Some("staff"));
                let record = agreement(i64::from(chrono::Datelike::year(&start)), scheme)
                    .with("entry_id", Cell::text(format!("U{number:03}")))
                    .with("project", project.map_or(Cell::Empty, |project| Cell::text(*project)))
                    .with("category", Cell::code("expense_category", category))
                    .with("amount_eur", Cell::Money(share + random.between(-share / 5, share / 5)))
                    .with("booked_on", Cell::On(booked))
                    .with("eligible", Cell::Yes(!random.chance(70)));
                self.add("expenses", record);
            }
        }
    }
}

fn agreement(year: i64, scheme: &'static str) -> Record {
    Record::default().with("year", Cell::Whole(year)).with("scheme", Cell::Code("scheme", scheme))
}
