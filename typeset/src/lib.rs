//! A typst template and the values it shows, set as a PDF: tagged for screen readers (PDF/UA-1), fit for
//! archives (PDF/A-2a), its fonts inside. Nothing is read from disk or network and no clock is asked, so the same
//! [`Document`] gives the same bytes. Knows nothing of reports.

pub mod read;
mod world;

use typst::diag::{Severity, SourceDiagnostic};
use typst::foundations::Smart;
use typst::{World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use world::Shelf;

/// What is to be set.
#[derive(Debug, Clone)]
pub struct Document {
    /// The template, in typst's language.
    pub template: String,
    /// The files that the template reads: name and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Tells this document from all others, and stays the same when it is set again.
    pub identity: String,
}

/// Why a document could not be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the template, counted from 1, where typst knows it.
    pub line: Option<usize>,
    /// The file that cannot be read as what it should be, where it is not the template.
    pub file: Option<String>,
    /// What typst says, in English.
    pub message: String,
}

/// The name under which the template itself is known.
pub const TEMPLATE: &str = "template.typ";

/// Sets the document: the bytes of a PDF.
///
/// # Errors
/// When the template is no typst, reads a file that is not there or no picture, or breaks a rule of PDF/UA (a
/// picture without an alternative text, a heading that skips a level).
pub fn pdf(document: &Document) -> Result<Vec<u8>, Fault> {
    let shelf = Shelf::new(document);
    let set = typst::compile::<PagedDocument>(&shelf);
    let bytes = set.output.and_then(|pages| {
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).unwrap_or_default();
        let options =
            PdfOptions { ident: Smart::Custom(document.identity.clone()), standards, ..PdfOptions::default() };
        typst_pdf::pdf(&pages, &options)
    });
    // Documents differ in all but their template: what was remembered of one is of no use to the next.
    comemo::evict(1);
    bytes.map_err(|faults| fault(&shelf, faults.as_slice()))
}

/// The first of typst's complaints; those behind it mostly follow from it.
fn fault(shelf: &Shelf, faults: &[SourceDiagnostic]) -> Fault {
    let first = faults.iter().find(|one| one.severity == Severity::Error).or(faults.first());
    let Some(first) = first else {
        return Fault { line: None, file: None, message: "no reason given".to_owned() };
    };
    let hints = first.hints.iter().map(|hint| format!("; {}", hint.v));
    let message = format!("{}{}", first.message, hints.collect::<String>());
    let id = first.span.id();
    let is_template = id.is_none_or(|id| id == shelf.main());
    let line = shelf.range(first.span).filter(|_| is_template).and_then(|range| {
        let source = shelf.source(shelf.main()).ok()?;
        source.lines().byte_to_line(range.start).map(|line| line + 1)
    });
    let file = id.filter(|_| !is_template).map(|id| id.vpath().get_without_slash().to_string());
    Fault { line, file, message }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests;
