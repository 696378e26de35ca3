//! The report as one HTML page: readable without network, script or any other file, on paper, on a phone
//! and with a screen reader. What it shows is the [`View`]; how it looks is in `reports/templates/page.html`, `page.css`
//! and `page.js`, which a project folder may replace.

use super::view::{Drawings, View};
use crate::error::{Error, Place, Result};
use crate::model::result::Picture;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The templates built in: name and content.
pub(super) const TEMPLATES: [(&str, &str); 3] = [
    ("page.html", include_str!("../../reports/templates/page.html")),
    ("page.css", include_str!("../../reports/templates/page.css")),
    ("page.js", include_str!("../../reports/templates/page.js")),
];

/// What the template may show: the view, and what only a page needs.
#[derive(Serialize)]
struct PageView<'v> {
    #[serde(flatten)]
    view: &'v View,
    /// The edition as a quoted string of a style sheet, for the margin of the printed page.
    edition_in_css: String,
    /// The agency's mark as an address that holds the picture itself.
    logo: Option<String>,
    /// The drawings, by the anchor of their figure.
    drawings: BTreeMap<&'v str, &'v str>,
}

/// The page.
pub(super) fn render(
    view: &View,
    drawings: &Drawings,
    logo: Option<&Picture>,
    project_templates: Option<&Path>,
) -> Result<String> {
    let figures = view.sections.iter().flat_map(|section| &section.tables).flat_map(|table| &table.figures);
    let drawings = figures
        .map(|figure| -> Result<(&str, &str)> { Ok((figure.anchor.as_str(), figure.chart(drawings)?.svg.as_str())) });
    let view = PageView {
        view,
        edition_in_css: css_string(&view.edition),
        logo: logo.map(data_address),
        drawings: drawings.collect::<Result<_>>()?,
    };
    let environment = environment(project_templates)?;
    let template = environment.get_template("page.html").map_err(|error| broken(&error, project_templates))?;
    let html = template.render(Serde(view)).map_err(|error| broken(&error, project_templates))?;
    // No HTML document may hold a control character; exports of old systems do.
    Ok(html.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect())
}

/// `data:image/png;base64,...`: the page needs no other file.
fn data_address(logo: &Picture) -> String {
    let kind = if logo.kind == "svg" { "svg+xml" } else { logo.kind };
    format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(&logo.bytes))
}

fn environment(project_templates: Option<&Path>) -> Result<Environment<'static>> {
    let mut environment = Environment::new();
    // A word that a template misspells must be an error, not a hole in the report.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Style sheet and script are included as they stand: nothing of the report is written into them.
    let escape = |name: &str| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None };
    environment.set_auto_escape_callback(escape);
    for (name, built_in) in TEMPLATES {
        let own = project_templates.map(|folder| folder.join(name)).filter(|file| file.exists());
        let source = match own {
            None => built_in.to_owned(),
            Some(file) => std::fs::read_to_string(&file).map_err(|error| {
                Error::usage("report-template-unreadable").with("cause", error).at(Place::file(&file))
            })?,
        };
        environment.add_template_owned(name, source).map_err(|error| broken(&error, project_templates))?;
    }
    Ok(environment)
}

/// A fault in a template is the user's where the user's file took the place of the one built in.
fn broken(error: &minijinja::Error, project_templates: Option<&Path>) -> Error {
    let name = error.name().unwrap_or("page.html").to_owned();
    match project_templates.map(|folder| folder.join(&name)).filter(|file| file.exists()) {
        None => Error::defect(format!("{name}: {error:#}")),
        Some(file) => {
            let place = Place::file(file);
            let place = match error.line() {
                Some(line) => place.row(u64::try_from(line).unwrap_or_default()),
                None => place,
            };
            Error::usage("report-template-broken").with("template", name).with("cause", format!("{error:#}")).at(place)
        }
    }
}

/// A quoted string of CSS that also cannot end the style element around it.
fn css_string(words: &str) -> String {
    let mut quoted = String::from("\"");
    for character in words.chars() {
        match character {
            '"' | '\\' | '<' | '>' | '&' | '\n' | '\r' => quoted.push_str(&format!("\\{:x} ", u32::from(character))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
