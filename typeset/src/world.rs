//! What a document may see: its template, its files, one family of fonts, and no clock.

use super::{Document, TEMPLATE};
use std::collections::HashMap;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// The fonts, parsed once a process. typst knows the condensed ones as "DejaVu Sans" at a stretch of 87.5 %.
static FONTS: LazyLock<(Vec<Font>, LazyHash<FontBook>)> = LazyLock::new(|| {
    let faces = [
        dejavu::sans_condensed::regular(),
        dejavu::sans_condensed::bold(),
        dejavu::sans::regular(),
        dejavu::sans::bold(),
    ];
    let fonts: Vec<Font> = faces.into_iter().flat_map(|face| Font::iter(Bytes::new(face))).collect();
    let book = FontBook::from_fonts(&fonts);
    (fonts, LazyHash::new(book))
});

/// The standard library of typst, made once a process.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// A document's files by the names typst knows them by.
pub(super) struct Shelf {
    template: Source,
    files: HashMap<FileId, Bytes>,
}

/// typst keeps every name it ever saw: names must be few, and the same for all documents.
fn id(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl Shelf {
    pub(super) fn new(document: &Document) -> Self {
        let template = match id(TEMPLATE) {
            Some(id) => Source::new(id, document.template.clone()),
            None => Source::detached(document.template.clone()),
        };
        let files = document.files.iter();
        let files = files.filter_map(|(name, content)| Some((id(name)?, Bytes::new(content.clone()))));
        Shelf { template, files: files.collect() }
    }
}

impl World for Shelf {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.1
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(not_there(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| not_there(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.0.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_there(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
