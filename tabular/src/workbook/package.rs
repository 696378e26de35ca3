//! What Office's archives have in common: relationships lead from part to part, whatever the parts are written in.

use super::archive::{Archive, Entry};
use super::number::Shown;
use super::texts::Texts;
use super::xml::{Xml, attribute, broken};
use super::{Opened, Sheet};
use crate::{Container, Fault, FaultKind, Limits};
use quick_xml::events::Event;

/// Where a part leads to.
#[derive(Debug, Clone)]
pub struct Relationship {
    /// Its id within the part.
    pub id: String,
    /// The last word of its type (`worksheet`).
    pub kind: String,
    /// The entry it leads to.
    pub target: String,
}

/// An open archive with a workbook.
pub struct Package<'i> {
    archive: Archive<'i>,
    /// The entry of each sheet, in the order of tabs.
    parts: Vec<String>,
    texts: Texts,
    /// What each cell style shows.
    styles: Vec<Shown>,
    is_1904: bool,
}

/// The sheets with the ids of their relationships, and whether dates count from 1904.
pub type Outline = (Vec<(Sheet, String)>, bool);

/// Reads one part by its name.
type Read<T> = fn(&mut Archive<'_>, &str, &Limits) -> Result<T, Fault>;

/// How the parts are written that every workbook has.
pub struct Writing {
    /// The ending of their names.
    pub ending: &'static str,
    /// The main part.
    pub outline: Read<Outline>,
    /// What each cell style shows; a workbook may do without this part.
    pub styles: Read<Vec<Shown>>,
    /// The shared texts; a workbook may do without this part.
    pub texts: Read<Texts>,
}

impl<'i> Package<'i> {
    /// Reads all but the sheets.
    ///
    /// # Errors
    /// When a part cannot be read, or a sheet leads to none.
    pub fn open(
        mut archive: Archive<'i>,
        main: &str,
        writing: &Writing,
        limits: &Limits,
    ) -> Result<Opened<Self>, Fault> {
        let leads = relationships(&mut archive, main, limits)?;
        let of_kind = |kind: &str, usual: &str| {
            let folder = main.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let usual = format!("{folder}{usual}.{}", writing.ending);
            leads.iter().find(|lead| lead.kind == kind).map_or(usual, |lead| lead.target.clone())
        };
        let (found, is_1904) = (writing.outline)(&mut archive, main, limits)?;
        let (mut sheets, mut parts) = (Vec::new(), Vec::new());
        for (sheet, id) in found {
            let lead = leads.iter().find(|lead| lead.id == id).ok_or_else(|| broken("a sheet leads to no part"))?;
            if lead.kind == "worksheet" {
                parts.push(lead.target.clone());
                sheets.push(sheet);
            }
        }
        let styles = (writing.styles)(&mut archive, &of_kind("styles", "styles"), limits)?;
        let texts = (writing.texts)(&mut archive, &of_kind("sharedStrings", "sharedStrings"), limits)?;
        Ok(Opened { book: Package { archive, parts, texts, styles, is_1904 }, sheets, is_1904 })
    }

    /// Begins to unpack a sheet.
    ///
    /// # Errors
    /// When there is no such sheet, or it cannot be unpacked.
    pub fn sheet(&mut self, sheet: usize) -> Result<OpenSheet<'_, 'i>, Fault> {
        let part = self.parts.get(sheet).ok_or_else(|| broken("there is no such sheet"))?;
        let entry = needed(&mut self.archive, part)?;
        Ok(OpenSheet { entry, part, texts: &self.texts, styles: &self.styles, is_1904: self.is_1904 })
    }
}

/// A sheet being unpacked, and what its cells need of their workbook.
pub struct OpenSheet<'z, 'i> {
    /// Its bytes.
    pub entry: Entry<'z, 'i>,
    /// The name of its part.
    pub part: &'z str,
    /// The shared texts.
    pub texts: &'z Texts,
    /// What each cell style shows.
    pub styles: &'z [Shown],
    /// Dates count from 1904.
    pub is_1904: bool,
}

/// Begins to unpack a part that must be there.
///
/// # Errors
/// When it is not, or cannot be unpacked.
pub fn needed<'z, 'i>(archive: &'z mut Archive<'i>, part: &str) -> Result<Entry<'z, 'i>, Fault> {
    archive.entry(part)?.ok_or_else(|| missing(part))
}

/// The archive's main part, and what it is.
///
/// # Errors
/// When it is no workbook: what it is instead.
pub fn main_part(archive: &mut Archive<'_>, limits: &Limits) -> Result<(Container, String), Fault> {
    let other = |what| Err(Fault::new(FaultKind::OtherContainer(what)));
    let main = relationships(archive, "", limits)?.into_iter().find(|r| r.kind == "officeDocument").map(|r| r.target);
    let main = main.filter(|part| archive.find(part).is_some());
    let usual = ["xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml"];
    let Some(main) = main.or_else(|| usual.iter().find_map(|part| archive.find(part))) else { return other("zip") };
    if main.to_ascii_lowercase().ends_with(".bin") {
        return Ok((Container::Xlsb, main));
    }
    match root(archive, &main, limits)?.as_str() {
        "workbook" => Ok((Container::Xlsx, main)),
        "document" => other("docx"),
        "presentation" => other("pptx"),
        _ => other("zip"),
    }
}

/// The relationships of a part; of the whole archive for an empty name.
///
/// # Errors
/// When they cannot be read.
pub fn relationships(archive: &mut Archive<'_>, part: &str, limits: &Limits) -> Result<Vec<Relationship>, Fault> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let separator = if folder.is_empty() { "" } else { "/" };
    let name = format!("{folder}{separator}_rels/{file}.rels");
    let Some(entry) = archive.entry(&name)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(entry, &name, limits);
    let (mut buffer, mut found) = (Vec::new(), Vec::new());
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                if attribute(&element, "TargetMode")?.is_some_and(|mode| mode == "External") {
                    continue;
                }
                let (id, kind) = (attribute(&element, "Id")?, attribute(&element, "Type")?);
                let target = attribute(&element, "Target")?.unwrap_or_default();
                found.push(Relationship {
                    id: id.unwrap_or_default().into_owned(),
                    kind: kind.unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolve(folder, &target),
                });
                if found.len() as u64 > limits.archive_entries {
                    return Err(Fault::too_much("archive_entries", limits.archive_entries));
                }
            }
            Event::Eof => break,
            _ => (),
        }
    }
    xml.finish(&mut buffer)?;
    Ok(found)
}

/// The first element of an XML part.
///
/// # Errors
/// When there is none.
pub fn root(archive: &mut Archive<'_>, part: &str, limits: &Limits) -> Result<String, Fault> {
    let mut xml = Xml::new(needed(archive, part)?, part, limits);
    let mut buffer = Vec::new();
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => return Ok(element.local_name().as_ref().to_owned()),
            Event::Eof => return Err(broken("an XML part is empty")),
            _ => (),
        }
    }
}

/// A part that must be there is not.
pub fn missing(part: &str) -> Fault {
    let part: String = part.chars().filter(|letter| letter.is_ascii_graphic()).take(80).collect();
    Fault::new(FaultKind::Broken(format!("the part {part} is missing")))
}

/// An entry's name from a relationship's target, which is relative to the folder of the part it belongs to.
fn resolve(folder: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => (),
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
