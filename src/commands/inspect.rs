//! `parcours inspect`: what files are and how they would be read; a profile for them; a file as plain CSV.

use super::project::write_whole;
use super::{Outcome, Project, Talk, line};
use crate::catalogue::resources::{self, cannot_read};
use crate::catalogue::{Catalogue, fold};
use crate::collect::Profile;
use crate::error::{Error, Place, Result};
use crate::inspect::csv::{Choice, Written, write_csv};
use crate::inspect::drift::drifts;
use crate::inspect::json::{Drifted, document};
use crate::inspect::matching::KnownHeadings;
use crate::inspect::{Expected, LookedFile, Source, Words, beside, look, print, propose, tables_without_file};
use crate::model::{Nis5, ReadColumn};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tabular::Limits;

/// What the user wants to know of files.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Files and folders of files.
    pub files: Vec<PathBuf>,
    /// Where a profile for them is written.
    pub profile: Option<PathBuf>,
    /// Replaces an existing profile.
    pub force: bool,
    /// Where one file is written as CSV; `-` is the terminal.
    pub csv: Option<PathBuf>,
    /// Sheet for the CSV.
    pub sheet: Option<String>,
    /// How the CSV is written.
    pub choice: Choice,
    /// One JSON document instead of lines.
    pub json: bool,
    /// Cells of people are shown.
    pub unmasked: bool,
    /// Project folder.
    pub dir: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, or a file that is there already would be replaced.
pub fn run(wanted: &Wanted, talk: Talk) -> Result<Outcome> {
    let project = match &wanted.dir {
        Some(folder) => Some(Project::open(folder)?),
        None => around(&wanted.files).map(|folder| Project::open(&folder)).transpose()?,
    };
    let limits = project.as_ref().map_or_else(Limits::default, |project| project.limits.clone());
    let files = files(&wanted.files)?;
    let own;
    let catalogue = match &project {
        Some(project) => &project.catalogue,
        None => {
            own = Catalogue::load(None)?;
            &own
        }
    };
    let expected = Expected::new(catalogue);
    if let Some(out) = &wanted.csv {
        return csv(wanted, (&files, out), (&limits, &expected), talk);
    }
    if let Some(out) = wanted.profile.as_ref().filter(|out| out.exists() && !wanted.force) {
        return Err(Error::usage("profile-exists").at(Place::file(out)));
    }
    let known = known_headings(project.as_ref().map(|project| project.folder.as_path()))?;
    let mut looked = Vec::new();
    for path in &files {
        looked.push(look(Source::open(path, &limits, &expected)?, catalogue, &known)?);
    }
    beside(&mut looked, catalogue, &known);
    let drifted = project.as_ref().map_or_else(|| Ok(Vec::new()), |project| drifted(project, &files, &looked))?;
    let words = Words { catalogue, language: talk.language, unmasked: wanted.unmasked };
    if wanted.json {
        let text = serde_json::to_string_pretty(&document(catalogue, &looked, &drifted, wanted.unmasked))
            .map_err(Error::defect)?;
        line(&text);
    } else {
        for (place, file) in looked.iter().enumerate() {
            if place > 0 {
                line("");
            }
            print(words, file, &drifted).iter().for_each(|text| line(text));
        }
        if looked.len() > 1 {
            let missing = tables_without_file(catalogue, &looked);
            if !missing.is_empty() {
                line("");
                talk.result("inspect-tables-missing", &[("tables", missing.join(", "))]);
            }
        }
    }
    if let Some(out) = &wanted.profile {
        let id = out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        write_whole(out, propose(catalogue, &looked, &id, talk.language).as_bytes())?;
        talk.remark("inspect-profile-written", &[("path", out.display().to_string())]);
    }
    Ok(Outcome::Done)
}

/// The project folder in whose inbox the first file lies, or that we stand in.
fn around(files: &[PathBuf]) -> Option<PathBuf> {
    let is_project = |folder: &Path| folder.join(crate::settings::FILE).is_file();
    let first = files.first().and_then(|file| file.canonicalize().ok());
    let above = first.as_ref().and_then(|file| file.ancestors().find(|folder| is_project(folder)));
    above.map(Path::to_path_buf).or_else(|| is_project(Path::new(".")).then(|| PathBuf::from(".")))
}

/// The files named, and those in the folders named.
fn files(wanted: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in wanted {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| cannot_read(path, &error))? {
            let entry = entry.map_err(|error| cannot_read(path, &error))?.path();
            let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if entry.is_file() && !name.starts_with('.') && !name.starts_with("~$") {
                inside.push(entry);
            }
        }
        if inside.is_empty() {
            return Err(Error::input("empty-submission").at(Place::file(path)));
        }
        inside.sort();
        found.extend(inside);
    }
    Ok(found)
}

/// The headings that profiles use for a field as they are.
fn known_headings(project: Option<&Path>) -> Result<KnownHeadings> {
    let mut known = KnownHeadings::new();
    let mut doubtful = Vec::new();
    for resource in resources::list(project, "profiles", ".toml")? {
        let profile: Profile = resource.toml()?;
        for table in profile.files.iter().flat_map(|file| &file.tables) {
            let plain = table.columns.iter().filter(|(_, source)| source.extract.is_none() && source.lookup.is_none());
            for (field, heading) in
                plain.flat_map(|(field, source)| source.headings.iter().map(move |one| (field, one)))
            {
                let key = (table.name.clone(), fold(heading));
                if known.insert(key.clone(), field.clone()).is_some_and(|other| other != *field) {
                    doubtful.push(key);
                }
            }
        }
    }
    // Two profiles that do not agree on a heading tell nothing about a third file.
    for key in doubtful {
        known.remove(&key);
    }
    Ok(known)
}

/// The differences from the last submission of the CPAS in whose folder of the inbox the files lie.
fn drifted(project: &Project, files: &[PathBuf], looked: &[LookedFile]) -> Result<Vec<Drifted>> {
    let Some(cpas) = files.first().and_then(|file| cpas_of(file)) else { return Ok(Vec::new()) };
    // Opening a lake makes its folder, and looking at files writes nothing.
    if !project.folder.join("lake").is_dir() {
        return Ok(Vec::new());
    }
    let lake = project.lake()?;
    let last = lake.headings()?.last(&lake.ledger()?, cpas, "");
    let now: Vec<ReadColumn> = looked
        .iter()
        .flat_map(|file| file.sheets.iter().map(move |sheet| (file, sheet)))
        .flat_map(|(file, sheet)| {
            sheet.tables.first().map(|table| table.read_columns(&file.source.name(), &sheet.name)).unwrap_or_default()
        })
        .collect();
    Ok(drifts(&last, &now))
}

/// The CPAS of a file in `<NIS5>-<name>/<period>/`.
fn cpas_of(file: &Path) -> Option<Nis5> {
    let full = file.canonicalize().ok()?;
    let agency = full.parent()?.parent()?.file_name()?.to_string_lossy().into_owned();
    agency.get(..5)?.parse().ok()
}

/// Writes one file as CSV: whole or not at all.
fn csv(
    wanted: &Wanted,
    (files, out): (&[PathBuf], &Path),
    (limits, expected): (&Limits, &Expected),
    talk: Talk,
) -> Result<Outcome> {
    let [file] = files else { return Err(Error::usage("csv-one-file").with("count", files.len())) };
    let source = Source::open(file, limits, expected)?;
    let sheet = source.sheet(wanted.sheet.as_deref())?;
    let choice = wanted.choice;
    let written = if out == Path::new("-") {
        let mut terminal = Gone { inner: BufWriter::new(std::io::stdout().lock()), is_gone: false };
        write_csv(&source, &sheet, choice, (&mut terminal, out))?
    } else {
        let same = |path: &Path| path.canonicalize().ok();
        if same(out).is_some() && same(out) == same(file) {
            return Err(Error::usage("csv-onto-itself").at(Place::file(out)));
        }
        whole(out, |to| write_csv(&source, &sheet, choice, (to, out)))?
    };
    tell(&source, &sheet, &written, choice, talk);
    Ok(Outcome::Done)
}

/// Lets `write` fill a file that gets its name when it is complete.
fn whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<Written>) -> Result<Written> {
    let failed =
        |error: &dyn std::fmt::Display| Error::storage("cannot-write").at(Place::file(path)).with("found", error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    let mut out = BufWriter::new(file.as_file_mut());
    let written = write(&mut out)?;
    out.flush().map_err(|error| failed(&error))?;
    drop(out);
    file.persist(path).map_err(|error| failed(&error))?;
    Ok(written)
}

/// Whoever reads the terminal's output may have gone: that is no failure of ours.
struct Gone<W> {
    inner: W,
    is_gone: bool,
}

impl<W: Write> Gone<W> {
    fn unless_gone<T>(&mut self, done: std::io::Result<T>, otherwise: T) -> std::io::Result<T> {
        match done {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(otherwise)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Gone<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.is_gone {
            return Ok(bytes.len());
        }
        let done = self.inner.write(bytes);
        self.unless_gone(done, bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.is_gone {
            return Ok(());
        }
        let done = self.inner.flush();
        self.unless_gone(done, ())
    }
}

/// Says what was left out, changed or passed over.
fn tell(source: &Source, sheet: &str, written: &Written, choice: Choice, talk: Talk) {
    if written.header + written.content == 0 {
        talk.remark("csv-nothing", &[]);
    }
    let left = [
        ("csv-left-above", written.above, !choice.all_rows),
        ("csv-left-blank", written.blank, true),
        ("csv-left-totals", written.totals, !choice.all_rows),
        ("csv-left-notes", written.notes, !choice.all_rows),
        ("csv-guarded", written.guarded, true),
        ("csv-damaged", written.damaged, true),
    ];
    for (id, count, _) in left.into_iter().filter(|(_, count, is_so)| *count > 0 && *is_so) {
        talk.remark(id, &[("count", count.to_string())]);
    }
    let others: Vec<String> = source.sheets().into_iter().map(|(name, _)| name).filter(|name| name != sheet).collect();
    if !others.is_empty() {
        talk.remark("csv-other-sheets", &[("sheet", sheet.to_owned()), ("others", others.join(", "))]);
    }
}
