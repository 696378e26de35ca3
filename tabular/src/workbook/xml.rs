//! XML as it stands in workbooks: no document type, no entities of its own, bounded in depth and in the size of a tag.

use super::archive::{Entry, io_fault};
use crate::{Fault, FaultKind, Limits};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// One XML part of an archive, being read.
pub struct Xml<'z, 'i> {
    reader: Reader<Entry<'z, 'i>>,
    name: String,
    depth: u32,
    deepest: u32,
}

impl<'z, 'i> Xml<'z, 'i> {
    /// Reads an entry as XML. Its name is for messages.
    pub fn new(entry: Entry<'z, 'i>, name: &str, limits: &Limits) -> Self {
        let mut reader = Reader::from_reader(entry);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, name: name.to_owned(), depth: 0, deepest: limits.xml_depth }
    }

    /// Elements that are open, the one just begun included, the one just ended not.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// What comes next. Elements without content come as a beginning and an end.
    ///
    /// # Errors
    /// When the XML is not well formed, declares a document type, or is deeper than allowed.
    #[inline]
    pub fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Fault> {
        buffer.clear();
        self.reader.get_mut().begin_piece();
        let event = match self.reader.read_event_into(buffer) {
            Ok(event) => event,
            Err(fault) => return Err(xml_fault(&fault)),
        };
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                if self.depth > self.deepest {
                    return Err(Fault::too_much("xml_depth", u64::from(self.deepest)));
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(Fault::new(FaultKind::XmlEntities(self.name.clone()))),
            Event::Decl(declaration) => check_encoding(declaration)?,
            Event::Eof if self.depth > 0 => return Err(broken("an XML part ends too early")),
            _ => (),
        }
        Ok(event)
    }

    /// The character that a reference stands for.
    ///
    /// # Errors
    /// When it is none of the five of XML nor a number.
    pub fn reference(&self, reference: &BytesRef<'_>) -> Result<char, Fault> {
        if reference.is_char_ref() {
            return match reference.resolve_char_ref() {
                Ok(Some(letter)) => Ok(letter),
                _ => Err(broken("a character reference stands for no character")),
            };
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(Fault::new(FaultKind::XmlEntities(self.name.clone()))),
        }
    }

    /// Appends what an event says in words; other events say nothing.
    ///
    /// # Errors
    /// When a reference is unknown.
    #[inline]
    pub fn push_text(&self, event: &Event<'_>, text: &mut String) -> Result<(), Fault> {
        match event {
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => text.push(self.reference(reference)?),
            _ => (),
        }
        Ok(())
    }

    /// Reads to the end of the document.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub fn finish(mut self, buffer: &mut Vec<u8>) -> Result<(), Fault> {
        while !matches!(self.next(buffer)?, Event::Eof) {}
        self.reader.get_mut().finish()
    }
}

/// The attributes of an element, name and value as written. Quicker than the parser's own, of which a sheet of two
/// million cells would need six million.
pub struct Attributes<'e> {
    rest: &'e str,
}

/// The attributes of an element.
#[inline]
pub fn attributes<'e>(element: &'e BytesStart<'_>) -> Attributes<'e> {
    Attributes { rest: element.attributes_raw() }
}

impl<'e> Iterator for Attributes<'e> {
    type Item = Result<(&'e str, &'e str), Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let Some((attribute, rest)) = split(rest) else {
            self.rest = "";
            return Some(Err(broken("an attribute is not well formed")));
        };
        self.rest = rest;
        Some(Ok(attribute))
    }
}

/// The first attribute, and what follows.
#[inline]
fn split(text: &str) -> Option<((&str, &str), &str)> {
    let equals = memchr::memchr(b'=', text.as_bytes())?;
    let name = text.get(..equals)?.trim_ascii_end();
    let value = text.get(equals + 1..)?.trim_ascii_start();
    let quote = *value.as_bytes().first()?;
    if !matches!(quote, b'"' | b'\'') || name.is_empty() {
        return None;
    }
    let value = value.get(1..)?;
    let end = memchr::memchr(quote, value.as_bytes())?;
    Some(((name, value.get(..end)?), value.get(end + 1..)?))
}

/// The value of an attribute by its full name (`r:id`).
///
/// # Errors
/// When the attributes are not well formed.
pub fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Result<Option<Cow<'e, str>>, Fault> {
    find(element, |found| found == name)
}

/// The value of an attribute by its name without a prefix.
///
/// # Errors
/// When the attributes are not well formed.
pub fn local_attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Result<Option<Cow<'e, str>>, Fault> {
    find(element, |found| local(found) == name)
}

/// A name without its prefix.
pub fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn find<'e>(element: &'e BytesStart<'_>, is_it: impl Fn(&str) -> bool) -> Result<Option<Cow<'e, str>>, Fault> {
    for attribute in attributes(element) {
        let (name, written) = attribute?;
        if is_it(name) {
            return value(written).map(Some);
        }
    }
    Ok(None)
}

/// The value of an attribute from what is written: references resolved, line breaks as blanks.
///
/// # Errors
/// When a reference is unknown.
#[inline]
pub fn value(written: &str) -> Result<Cow<'_, str>, Fault> {
    if !written.bytes().any(|byte| matches!(byte, b'&' | b'\t' | b'\n' | b'\r')) {
        return Ok(Cow::Borrowed(written));
    }
    let blank = written.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
    let resolved = quick_xml::escape::unescape(&blank);
    resolved.map(|text| Cow::Owned(text.into_owned())).map_err(|_| broken("an attribute holds an unknown reference"))
}

/// A truth value of XML.
pub fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true")
}

/// A broken structure.
pub fn broken(reason: &str) -> Fault {
    Fault::new(FaultKind::Broken(reason.to_owned()))
}

fn check_encoding(declaration: &quick_xml::events::BytesDecl<'_>) -> Result<(), Fault> {
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") => Ok(()),
        Some(_) => Err(broken("an XML part is not written in UTF-8")),
    }
}

fn xml_fault(fault: &quick_xml::Error) -> Fault {
    match fault {
        quick_xml::Error::Io(inner) => io_fault(inner),
        quick_xml::Error::Syntax(_) | quick_xml::Error::IllFormed(_) => broken("an XML part is not well formed"),
        _ => broken("an XML part cannot be read"),
    }
}
