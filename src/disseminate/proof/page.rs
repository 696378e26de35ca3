//! The page, read by the rules by which a browser takes it apart.

use super::{differs, prove_rows, tables};
use crate::disseminate::view::Drawings;
use crate::error::{Error, Result};
use crate::model::Language;
use crate::model::result::{Cell, Report, Table};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Holds the tables of a page and the words of its drawings against the report.
pub(super) fn prove(
    report: &Report,
    html: &str,
    drawings: &Drawings,
    language: Language,
    may_leave_out: bool,
) -> Result<()> {
    let page = read(html);
    for table in tables(report).filter(|table| !table.rows.is_empty()) {
        let Some(rows) = page.tables.get(&format!("table-{}", table.id)) else {
            if may_leave_out {
                continue;
            }
            return Err(differs("page", table, "the table itself", "nothing"));
        };
        let texts: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|(text, _)| text.clone()).collect()).collect();
        prove_rows("page", table, &texts, language)?;
        prove_values(table, rows)?;
    }
    for (id, drawing) in drawings {
        let words = page.descriptions.get(&format!("{id}-desc"));
        if words != Some(&drawing.alternative) && !(may_leave_out && words.is_none()) {
            return Err(Error::defect(format!("page: figure {id} is described as {words:?}")));
        }
    }
    Ok(())
}

/// The numbers by which rows are sorted are those of the table, to the last bit.
fn prove_values(table: &Table, rows: &[ShownRow]) -> Result<()> {
    for (position, (row, shown)) in table.rows.iter().zip(rows).enumerate() {
        for (cell, (_, value)) in row.cells.iter().zip(shown) {
            let (Some(text), Some(number)) = (value, Cell::as_number(cell)) else { continue };
            if text.parse::<f64>().ok().map(f64::to_bits) != Some(number.to_bits()) {
                return Err(differs("page", table, &format!("row {}, data-value", position + 1), text));
            }
        }
    }
    Ok(())
}

/// A row of a table: text of each cell and the number it is sorted by.
type ShownRow = Vec<(String, Option<String>)>;

/// What a page shows.
#[derive(Default)]
struct Page {
    /// Bodies of tables, by the id of the block around them.
    tables: BTreeMap<String, Vec<ShownRow>>,
    /// Descriptions of drawings, by their id.
    descriptions: BTreeMap<String, String>,
    block: String,
    is_in_body: bool,
    is_in_cell: bool,
    description: Option<String>,
}

impl Page {
    fn open(&mut self, tag: &Tag) {
        let attribute =
            |name: &str| tag.attrs.iter().find(|one| &*one.name.local == name).map(|one| one.value.to_string());
        match &*tag.name {
            "div" | "section" => {
                if let Some(id) = attribute("id").filter(|id| id.starts_with("table-")) {
                    self.block = id;
                }
            }
            "tbody" => self.is_in_body = true,
            "tr" if self.is_in_body => self.tables.entry(self.block.clone()).or_default().push(Vec::new()),
            "th" | "td" if self.is_in_body => {
                self.is_in_cell = true;
                let row = self.tables.get_mut(&self.block).and_then(|rows| rows.last_mut());
                if let Some(row) = row {
                    row.push((String::new(), attribute("data-value")));
                }
            }
            "desc" => self.description = attribute("id"),
            _ => {}
        }
    }

    fn close(&mut self, tag: &Tag) {
        match &*tag.name {
            "tbody" => self.is_in_body = false,
            "th" | "td" => self.is_in_cell = false,
            "desc" => self.description = None,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(id) = &self.description {
            self.descriptions.entry(id.clone()).or_default().push_str(text);
        } else if self.is_in_cell {
            let cell = self.tables.get_mut(&self.block).and_then(|rows| rows.last_mut()).and_then(|row| row.last_mut());
            if let Some((shown, _)) = cell {
                shown.push_str(text);
            }
        }
    }
}

struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == StartTag => {
                page.open(&tag);
                match &*tag.name {
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => {}
                }
            }
            TagToken(tag) => page.close(&tag),
            CharacterTokens(text) => page.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn read(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink(RefCell::new(Page::default())), TokenizerOpts::default());
    // It stops behind each script and goes on when fed again.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}
