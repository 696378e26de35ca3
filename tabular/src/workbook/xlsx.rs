//! xlsx and xlsm: the workbook part, styles and shared texts. Sheets are read in [`sheet`].

mod sheet;

use super::archive::Archive;
use super::number::{Shown, built_in, by_code};
use super::package::{Outline, Package, Writing, needed};
use super::rows::{Before, Each};
use super::texts::{Texts, unescape};
use super::xml::{Xml, attribute, attributes, is_true, local, local_attribute, value};
use super::{Merge, Opened, Options, Sheet};
use crate::{Fault, Limits, Stop};
use quick_xml::events::Event;
use std::collections::HashMap;

/// An open xlsx.
pub struct Xlsx<'i>(Package<'i>);

const WRITING: Writing = Writing { ending: "xml", outline: workbook, styles, texts };

impl<'i> Xlsx<'i> {
    /// Reads all but the sheets.
    pub fn open(archive: Archive<'i>, main: &str, limits: &Limits) -> Result<Opened<Self>, Fault> {
        let Opened { book, sheets, is_1904 } = Package::open(archive, main, &WRITING, limits)?;
        Ok(Opened { book: Xlsx(book), sheets, is_1904 })
    }

    /// The merged areas of a sheet.
    pub fn merges(&mut self, sheet: usize, limits: &Limits) -> Result<Vec<Merge>, Fault> {
        let open = self.0.sheet(sheet)?;
        sheet::merges(Xml::new(open.entry, open.part, limits), limits)
    }

    /// The hidden columns of a sheet.
    pub fn hidden_columns(&mut self, sheet: usize, limits: &Limits) -> Result<Vec<(u32, u32)>, Fault> {
        let open = self.0.sheet(sheet)?;
        sheet::hidden_columns(&mut Xml::new(open.entry, open.part, limits), &mut Vec::new())
    }

    /// The rows of a sheet.
    pub fn rows<E>(
        &mut self,
        sheet: usize,
        options: &Options,
        limits: &Limits,
        each: &mut Each<'_, E>,
    ) -> Result<u64, Stop<E>> {
        let merges = if options.fill_merged { self.merges(sheet, limits)? } else { Vec::new() };
        let open = self.0.sheet(sheet)?;
        let mut xml = Xml::new(open.entry, open.part, limits);
        let hidden_columns = sheet::hidden_columns(&mut xml, &mut Vec::new())?;
        let before = Before { merges, hidden_columns, last_wins: false };
        let rows = super::rows::Rows::new(each, limits, options, before);
        sheet::Reader::new(xml, open.texts, open.styles, open.is_1904).read(rows)
    }
}

fn workbook(archive: &mut Archive<'_>, main: &str, limits: &Limits) -> Result<Outline, Fault> {
    let mut xml = Xml::new(needed(archive, main)?, main, limits);
    let (mut buffer, mut sheets) = (Vec::new(), Vec::new());
    // The workbook's own properties, and what extensions and alternate content declare beside them.
    let (mut own, mut elsewhere) = (None, false);
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "sheet" => {
                    let name = attribute(&element, "name")?.unwrap_or_default().into_owned();
                    let is_hidden = attribute(&element, "state")?.is_some_and(|state| state != "visible");
                    // The relationship's id has a prefix (`r:id`); one without is the sheet's own.
                    let id = attributes(&element).flatten().find(|(name, _)| *name != "id" && local(name) == "id");
                    let id = id.map(|(_, id)| value(id).map(std::borrow::Cow::into_owned)).transpose()?;
                    sheets.push((Sheet { name, is_hidden }, id.unwrap_or_default()));
                    if sheets.len() as u64 > limits.archive_entries {
                        return Err(Fault::too_much("archive_entries", limits.archive_entries));
                    }
                }
                "workbookPr" => {
                    if let Some(declared) = local_attribute(&element, "date1904")? {
                        let declared = is_true(&declared);
                        if xml.depth() == 2 { own = Some(declared) } else { elsewhere |= declared }
                    }
                }
                _ => (),
            },
            Event::Eof => break,
            _ => (),
        }
    }
    xml.finish(&mut buffer)?;
    Ok((sheets, own.unwrap_or(elsewhere)))
}

fn styles(archive: &mut Archive<'_>, part: &str, limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let Some(entry) = archive.entry(part)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(entry, part, limits);
    let mut buffer = Vec::new();
    let (mut formats, mut styles) = (HashMap::new(), Vec::new());
    let mut is_cell_style = false;
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&element, "numFmtId")?.and_then(|id| id.trim().parse::<u32>().ok());
                    let code = attribute(&element, "formatCode")?;
                    // Differential formats have their numbers too; the first of an id is the workbook's own.
                    if let (Some(id), Some(code)) = (id, code) {
                        formats.entry(id).or_insert_with(|| by_code(&unescape(&code)));
                    }
                }
                "cellXfs" => is_cell_style = true,
                "xf" if is_cell_style => {
                    let id = attribute(&element, "numFmtId")?.and_then(|id| id.trim().parse::<u32>().ok()).unwrap_or(0);
                    styles.push(id);
                }
                _ => (),
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => is_cell_style = false,
            Event::Eof => break,
            _ => (),
        }
        if styles.len().max(formats.len()) as u64 > limits.styles {
            return Err(Fault::too_much("styles", limits.styles));
        }
    }
    xml.finish(&mut buffer)?;
    Ok(styles.iter().map(|id| formats.get(id).copied().unwrap_or_else(|| built_in(*id))).collect())
}

/// The shared texts. Formatting within a text is dropped, and so is the pronunciation beside it.
fn texts(archive: &mut Archive<'_>, part: &str, limits: &Limits) -> Result<Texts, Fault> {
    let most = limits.shared_strings_bytes;
    let Some(entry) = archive.entry_within(part, "shared_strings_bytes", most)? else { return Ok(Texts::default()) };
    let mut xml = Xml::new(entry, part, limits);
    let (mut buffer, mut texts) = (Vec::new(), Texts::default());
    let (mut inner, mut text) = (Vec::new(), String::new());
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "si" => {
                text.clear();
                sheet::rich_text(&mut xml, &mut inner, &mut text)?;
                texts.push(&unescape(&text), most)?;
            }
            Event::Eof => break,
            _ => (),
        }
    }
    xml.finish(&mut buffer)?;
    Ok(texts)
}
