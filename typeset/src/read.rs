//! A tagged PDF read again: the tables its structure tree tells, cell by cell, and the alternative texts of its figures.
//! Reads by another library than the one that wrote, from the finished bytes.

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};
use std::collections::HashMap;

/// What a screen reader is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tagged {
    /// The tables in reading order, as rows of cells; the row of headings first.
    pub tables: Vec<Vec<Vec<String>>>,
    /// The alternative texts of the figures.
    pub figures: Vec<String>,
    /// All other text, a piece a line.
    pub text: String,
}

/// Text by page and by the number of its marked content.
type Marked = HashMap<(ObjectId, i64), String>;

/// Reads a PDF.
///
/// # Errors
/// When the bytes are no PDF, or one without structure tree.
pub fn tagged(bytes: &[u8]) -> Result<Tagged, String> {
    let document = Document::load_mem(bytes).map_err(|fault| fault.to_string())?;
    let mut marked = Marked::new();
    let mut encodings = HashMap::new();
    for page in document.page_iter() {
        read_page(&document, page, &mut encodings, &mut marked).map_err(|fault| fault.to_string())?;
    }
    let root = document.catalog().and_then(|catalog| document.get_dict_in_dict(catalog, b"StructTreeRoot"));
    let root = root.map_err(|_| "no structure tree".to_owned())?;
    let reader = Reader { document: &document, marked };
    let mut found = Tagged::default();
    reader.walk(root, None, &mut found);
    Ok(found)
}

/// What a PDF would do by itself, carry along or ask for: the first such thing, by its name; `None` where there is nothing, or
/// the bytes are no PDF.
#[must_use]
pub fn active(bytes: &[u8]) -> Option<String> {
    const MARKS: [&[u8]; 6] = [b"JavaScript", b"JS", b"Launch", b"EmbeddedFiles", b"OpenAction", b"AcroForm"];
    let document = Document::load_mem(bytes).ok()?;
    let dictionaries = document.objects.values().filter_map(|object| match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    });
    let mark = |dictionary: &Dictionary| MARKS.into_iter().find(|mark| dictionary.has(mark));
    dictionaries.filter_map(mark).next().map(|mark| String::from_utf8_lossy(mark).into_owned())
}

/// Collects the marked text of a page.
fn read_page<'d>(
    document: &'d Document,
    page: ObjectId,
    encodings: &mut HashMap<*const Dictionary, Encoding<'d>>,
    marked: &mut Marked,
) -> lopdf::Result<()> {
    let fonts = document.get_page_fonts(page)?;
    let content = Content::decode(&document.get_page_content(page))?;
    // The marks that are open: their number, and the text that stands for what they hold.
    let mut open: Vec<(Option<i64>, Option<String>)> = Vec::new();
    let mut font: Option<*const Dictionary> = None;
    for operation in &content.operations {
        match (operation.operator.as_str(), operation.operands.as_slice()) {
            ("BDC" | "BMC", operands) => {
                let said = operands.get(1).and_then(|operand| operand.as_dict().ok());
                let number = said.and_then(|said| said.get(b"MCID").ok()?.as_i64().ok());
                let stands_for = said.and_then(|said| text_of(said.get(b"ActualText").ok()?));
                let holder = number.or_else(|| open.iter().rev().find_map(|(number, _)| *number));
                if let (Some(holder), Some(words)) = (holder, &stands_for) {
                    marked.entry((page, holder)).or_default().push_str(words);
                }
                open.push((number, stands_for));
            }
            ("EMC", _) => drop(open.pop()),
            ("Tf", [Object::Name(name), ..]) => {
                font = fonts.get(name).map(|font| std::ptr::from_ref::<Dictionary>(font));
                if let (Some(key), Some(dictionary)) = (font, fonts.get(name))
                    && !encodings.contains_key(&key)
                {
                    encodings.insert(key, dictionary.get_font_encoding(document)?);
                }
            }
            ("Tj" | "TJ" | "'" | "\"", operands) => {
                let Some(holder) = open.iter().rev().find_map(|(number, _)| *number) else { continue };
                if open.iter().any(|(_, stands_for)| stands_for.is_some()) {
                    continue;
                }
                let Some(encoding) = font.and_then(|font| encodings.get(&font)) else { continue };
                let into = marked.entry((page, holder)).or_default();
                operands.iter().for_each(|operand| push_text(operand, encoding, into));
            }
            _ => {}
        }
    }
    Ok(())
}

fn push_text(operand: &Object, encoding: &Encoding<'_>, into: &mut String) {
    match operand {
        Object::String(bytes, _) => into.push_str(&encoding.bytes_to_string(bytes).unwrap_or_default()),
        Object::Array(parts) => parts.iter().for_each(|part| push_text(part, encoding, into)),
        _ => {}
    }
}

/// A text string of PDF: UTF-16 with a mark in front, else Latin letters.
fn text_of(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
    Some(match bytes.strip_prefix(b"\xfe\xff") {
        Some(pairs) => {
            let units = pairs.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect()
        }
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
    })
}

struct Reader<'d> {
    document: &'d Document,
    marked: Marked,
}

impl Reader<'_> {
    fn walk(&self, element: &Dictionary, page: Option<ObjectId>, found: &mut Tagged) {
        let page = page_of(element).or(page);
        match kind(element) {
            b"Table" => found.tables.push(self.rows(element, page)),
            b"Figure" => found.figures.extend(element.get(b"Alt").ok().and_then(text_of)),
            _ => {
                for kid in self.kids(element) {
                    match kid {
                        Kid::Element(inner) => self.walk(inner, page, found),
                        Kid::Text(own, number) => self.push(&mut found.text, own.or(page), number),
                    }
                }
                found.text.push('\n');
            }
        }
    }

    fn push(&self, into: &mut String, page: Option<ObjectId>, number: i64) {
        if let Some(text) = page.and_then(|page| self.marked.get(&(page, number))) {
            into.push_str(text);
        }
    }

    /// The rows of a table, whatever groups them.
    fn rows(&self, element: &Dictionary, page: Option<ObjectId>) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for kid in self.kids(element) {
            let Kid::Element(inner) = kid else { continue };
            let page = page_of(inner).or(page);
            if kind(inner) == b"TR" {
                let cells = self.kids(inner).into_iter().filter_map(|cell| match cell {
                    Kid::Element(cell) => Some(self.text(cell, page)),
                    Kid::Text(..) => None,
                });
                rows.push(cells.collect());
            } else {
                rows.extend(self.rows(inner, page));
            }
        }
        rows
    }

    fn text(&self, element: &Dictionary, page: Option<ObjectId>) -> String {
        let page = page_of(element).or(page);
        let mut text = String::new();
        for kid in self.kids(element) {
            match kid {
                Kid::Element(inner) => text.push_str(&self.text(inner, page)),
                Kid::Text(own, number) => self.push(&mut text, own.or(page), number),
            }
        }
        text
    }

    fn kids<'k>(&'k self, element: &'k Dictionary) -> Vec<Kid<'k>> {
        match element.get_deref(b"K", self.document) {
            Ok(Object::Array(kids)) => kids.iter().filter_map(|kid| self.kid(kid)).collect(),
            Ok(kid) => self.kid(kid).into_iter().collect(),
            Err(_) => Vec::new(),
        }
    }

    fn kid<'k>(&'k self, kid: &'k Object) -> Option<Kid<'k>> {
        let (_, kid) = self.document.dereference(kid).ok()?;
        match kid {
            Object::Integer(number) => Some(Kid::Text(None, *number)),
            Object::Dictionary(one) => match one.get(b"MCID").ok().and_then(|number| number.as_i64().ok()) {
                Some(number) => Some(Kid::Text(page_of(one), number)),
                None => one.has(b"S").then_some(Kid::Element(one)),
            },
            _ => None,
        }
    }
}

/// What an element of the structure holds.
enum Kid<'k> {
    Element(&'k Dictionary),
    /// Marked content: its page, where it is not that of the element, and its number.
    Text(Option<ObjectId>, i64),
}

fn kind(element: &Dictionary) -> &[u8] {
    element.get(b"S").and_then(Object::as_name).unwrap_or_default()
}

fn page_of(element: &Dictionary) -> Option<ObjectId> {
    element.get(b"Pg").and_then(Object::as_reference).ok()
}
