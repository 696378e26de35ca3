//! The folder of one report: its files, and `record.json`, which says what they were made from.

use super::Source;
use crate::commands::files::{replace, used};
use crate::error::{Error, Place, Result};
use crate::model::record::{RECORD, UsedFile, UsedTable, UsedValue, sha256};
use crate::model::result::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a report was made from, and what was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    report: String,
    area: String,
    period: String,
    edition: crate::model::result::Edition,
    /// Version of the program.
    program: String,
    /// A hash over everything shown and the templates it is shown by: the same means the same files.
    made_from: String,
    /// The report's definition.
    definition: UsedFile,
    /// Templates of the project that take the place of those built in.
    templates: Vec<UsedFile>,
    /// Rows of the agency in force, with the exports they came from.
    submissions: Vec<UsedTable>,
    /// Dated values.
    parameters: Vec<UsedValue>,
    /// Indicators shown, with a hash over their definition.
    indicators: BTreeMap<String, String>,
    /// The files of the report.
    files: Vec<UsedFile>,
}

/// Where a report goes, and what will be said about it.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    record: Record,
}

impl Folder {
    pub(super) fn new(path: PathBuf, source: &Source<'_>, report: &Report, templates: Option<&Path>) -> Result<Self> {
        let definition = UsedFile::of(&source.definition.path, source.definition.text.as_bytes());
        let templates = project_templates(templates)?;
        let languages = &source.project.settings.project.languages;
        let wanted = &source.project.settings.report.renderings;
        // Everything a rendering shows is in the report: its debug form names every field.
        let built_in: Vec<UsedFile> =
            crate::disseminate::templates().map(|(name, text)| UsedFile::of(name, text.as_bytes())).collect();
        let shown = format!("{report:?}{templates:?}{built_in:?}{languages:?}{wanted:?}{}", env!("CARGO_PKG_VERSION"));
        let own = |used: &UsedTable| used.cpas == report.area && used.period <= report.period;
        let submissions = crate::commands::record::submissions(source.ledger).into_iter().filter(own).collect();
        let indicators = &source.project.catalogue.indicators;
        let shown_indicators = report.definitions.iter().filter_map(|one| indicators.get(&one.id));
        let (_, used, _) = source.figures;
        let record = Record {
            report: report.id.clone(),
            area: report.area.clone(),
            period: report.period.clone(),
            edition: report.edition,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_from: sha256(shown.as_bytes()),
            definition,
            templates,
            submissions,
            parameters: crate::commands::record::values(
                used.iter().filter(|(of, _, _)| of.to_string() == report.period),
            ),
            indicators: shown_indicators
                .map(|one| (one.id.clone(), crate::commands::record::definition(one).sha256))
                .collect(),
            files: Vec::new(),
        };
        Ok(Folder { path, record })
    }

    /// Whether the files there were made from the same and are whole.
    pub(super) fn is_current(&self) -> bool {
        let Some(there) = self.there() else { return false };
        let is_whole = |file: &UsedFile| {
            std::fs::read(self.path.join(&file.path)).is_ok_and(|content| sha256(&content) == file.sha256)
        };
        let same = Record { files: there.files.clone(), ..self.record.clone() };
        same == there && !there.files.is_empty() && there.files.iter().all(is_whole)
    }

    /// The record of what is there.
    fn there(&self) -> Option<Record> {
        serde_json::from_str(&std::fs::read_to_string(self.path.join(RECORD)).ok()?).ok()
    }

    /// Writes the files and the record.
    pub(super) fn write(&self, files: &[(String, Vec<u8>)]) -> Result<()> {
        let before = self.there().map(|record| record.files).unwrap_or_default();
        replace(&self.path, &before, files, &Record { files: used(files), ..self.record.clone() })
    }
}

/// The templates of the project.
fn project_templates(folder: Option<&Path>) -> Result<Vec<UsedFile>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let unreadable = |path: &Path, fault: &std::io::Error| {
        Error::usage("report-template-unreadable").with("cause", fault).at(Place::file(path))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|fault| unreadable(folder, &fault))? {
        let path = entry.map_err(|fault| unreadable(folder, &fault))?.path();
        if path.is_file() {
            let content = std::fs::read(&path).map_err(|fault| unreadable(&path, &fault))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push(UsedFile::of(&name, &content));
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}
