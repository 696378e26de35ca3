//! `parcours catalogue`: the indicators, each with its title, or one explained in full.

use super::{Outcome, Talk, line};
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use std::path::Path;

/// Runs the command. `id` names one indicator; without it all are listed.
///
/// # Errors
/// When the catalogue is broken or has no such indicator.
pub fn run(project: Option<&Path>, id: Option<&str>, talk: Talk) -> Result<Outcome> {
    let catalogue = Catalogue::load(project)?;
    let Some(id) = id else {
        for indicator in catalogue.indicators.values() {
            line(&format!("{:36} {}", indicator.id, indicator.title.get(talk.language)));
        }
        return Ok(Outcome::Done);
    };
    let indicator = catalogue.indicators.get(id).ok_or_else(|| Error::usage("unknown-indicator").with("found", id))?;
    line(&format!(
        "{}\n{}\n\n{}\n\n{}\n",
        indicator.id,
        indicator.title.get(talk.language),
        indicator.definition.get(talk.language),
        indicator.source
    ));
    line(&indicator.sql.to_string());
    Ok(Outcome::Done)
}
