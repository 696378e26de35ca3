//! The report as a PDF: tagged for screen readers, fit for archives, fonts inside. What it shows is the [`View`]; how it is
//! set is in `reports/templates/report.typ`, which a project folder may replace.

use super::view::{Drawings, View};
use crate::error::{Error, Place, Result};
use crate::model::result::Picture;
use serde::Serialize;
use std::path::Path;

/// The template built in.
pub(super) const TEMPLATE: &str = include_str!("../../reports/templates/report.typ");
/// Its name, and that of a file that takes its place.
pub(super) const NAME: &str = "report.typ";

/// What the template may show.
#[derive(Serialize)]
struct PdfView<'v> {
    #[serde(flatten)]
    view: &'v View,
    /// Name of the file with the agency's mark.
    logo: Option<String>,
}

/// The bytes of the PDF.
pub(super) fn render(
    view: &View,
    drawings: &Drawings,
    logo: Option<&Picture>,
    project_templates: Option<&Path>,
) -> Result<Vec<u8>> {
    let own = project_templates.map(|folder| folder.join(NAME)).filter(|file| file.exists());
    let template = match &own {
        None => TEMPLATE.to_owned(),
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Error::usage("report-template-unreadable").with("cause", error).at(Place::file(file)))?,
    };
    let identity = format!("{} {} {} {}", view.title, view.area, view.period, view.language);
    let set = |logo: Option<&Picture>| -> Result<std::result::Result<Vec<u8>, typeset::Fault>> {
        let logo_file = logo.map(|logo| format!("logo.{}", logo.kind));
        let values = PdfView { view, logo: logo_file.clone() };
        let mut files = vec![("report.json".to_owned(), serde_json::to_vec(&values).map_err(Error::defect)?)];
        for figure in view.sections.iter().flat_map(|section| &section.tables).flat_map(|table| &table.figures) {
            let drawing = figure.chart(drawings)?;
            files.push((figure.file.clone(), drawing.svg.clone().into_bytes()));
        }
        files.extend(logo_file.zip(logo.map(|logo| logo.bytes.clone())));
        Ok(typeset::pdf(&typeset::Document { template: template.clone(), files, identity: identity.clone() }))
    };
    let fault = match set(logo)? {
        Ok(bytes) => return Ok(bytes),
        Err(fault) => fault,
    };
    // What can be set without the logo fails by the logo, whatever typst says of it.
    if logo.is_some() && set(None)?.is_ok() {
        return Err(Error::usage("report-logo-broken").with("cause", fault.message));
    }
    Err(match own {
        Some(file) => {
            let place = Place::file(file);
            let place = match fault.line.and_then(|line| u64::try_from(line).ok()) {
                Some(line) => place.row(line),
                None => place,
            };
            Error::usage("report-template-broken").with("template", NAME).with("cause", fault.message).at(place)
        }
        None => Error::defect(format!("{NAME}: {fault:?}")),
    })
}
