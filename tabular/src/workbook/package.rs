//! What Office's archives have in common: relationships lead from part to part.

use super::archive::Archive;
use super::xml::{Xml, attribute, broken};
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
    let entry = archive.entry(part)?.ok_or_else(|| missing(part))?;
    let mut xml = Xml::new(entry, part, limits);
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
