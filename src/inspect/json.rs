//! What was found about files as one JSON document. Its keys are part of the product (`README.md`): they are added to,
//! never renamed.

use super::column::{Column, Looks, share};
use super::coverage::{Coverage, coverage};
use super::drift::Drift;
use super::look::{LookedFile, LookedTable};
use super::matching::How;
use crate::catalogue::Catalogue;
use serde_json::{Value, json};
use tabular::Container;
use tabular::forms::{DateOrder, Sign};
use tabular::text::LineEnd;

/// Drift of a file's sheet.
pub type Drifted = ((String, String), Drift);

/// The document. `unmasked` shows all cells of the first rows.
pub fn document(catalogue: &Catalogue, files: &[LookedFile], drifts: &[Drifted], unmasked: bool) -> Value {
    let file = |file: &LookedFile| {
        let text = file.source.dialect.as_ref().map(|dialect| {
            json!({
                "encoding": dialect.encoding,
                "byte_order_mark": dialect.has_mark,
                "encoding_sure": dialect.sure.0,
                "delimiter": dialect.delimiter,
                "delimiter_sure": dialect.sure.1,
                "quote": dialect.quote,
                "escape": dialect.escape,
                "line_end": line_end(dialect.line_end),
            })
        });
        let sheets: Vec<Value> = file
            .sheets
            .iter()
            .map(|sheet| {
                let tables: Vec<Value> = sheet.tables.iter().map(|looked| table(catalogue, looked, unmasked)).collect();
                json!({ "name": sheet.name, "hidden": sheet.is_hidden, "beside": sheet.beside, "tables": tables })
            })
            .collect();
        let name = file.source.name();
        let own: Vec<Value> = drifts
            .iter()
            .filter(|((drifted, _), _)| *drifted == name)
            .map(|((_, sheet), drift)| {
                let mut value = serde_json::to_value(drift).unwrap_or_default();
                value["sheet"] = json!(sheet);
                value
            })
            .collect();
        json!({
            "file": file.source.path.display().to_string(),
            "container": container(file.source.container),
            "bytes": file.source.bytes,
            "text": text,
            "dates_from_1904": file.source.is_1904,
            "sheets": sheets,
            "drift": own,
        })
    };
    json!({ "format": 1, "files": files.iter().map(file).collect::<Vec<_>>() })
}

fn table(catalogue: &Catalogue, looked: &LookedTable, unmasked: bool) -> Value {
    let span = &looked.span;
    let columns: Vec<Value> = looked.columns.iter().map(|one| column(catalogue, looked, one)).collect();
    let coverages: Vec<Value> = coverage(catalogue, looked).iter().map(covered).collect();
    json!({
        "sure": span.sure,
        "title_rows": span.preamble,
        "header_rows": span.header,
        "first_row": span.first,
        "rows": looked.rows.content,
        "blank_rows": looked.rows.blank,
        "total_rows": looked.rows.totals,
        "note_rows": looked.rows.notes,
        "columns": columns,
        "feeds": coverages,
        "first_rows": super::print::first_rows(catalogue, looked, unmasked),
    })
}

fn column(catalogue: &Catalogue, looked: &LookedTable, column: &Column) -> Value {
    let feeds: Vec<Value> = looked
        .matches
        .iter()
        .flat_map(|matched| {
            matched
                .fed_by(column.position)
                .map(|(field, how)| json!({ "table": matched.table, "field": field, "how": how }))
        })
        .collect();
    json!({
        "position": column.position + 1,
        "heading": column.heading,
        "filled": share(column.filled(), column.rows),
        "looks_like": looks(super::print::looks_of(catalogue, looked, column)),
        "feeds": feeds,
    })
}

fn covered(coverage: &Coverage) -> Value {
    let count = |how: How| coverage.found.get(&how).copied().unwrap_or(0);
    let missing: Vec<Value> = coverage
        .missing
        .iter()
        .map(|missing| {
            json!({
                "field": missing.field,
                "required": missing.required,
                "not_computable": missing.figures,
                "without_breakdown": missing.breakdowns,
            })
        })
        .collect();
    let unknown: Vec<Value> = coverage
        .unknown_values
        .iter()
        .map(|unknown| {
            let values: Vec<Value> =
                unknown.values.iter().map(|(value, count)| json!({ "value": value, "count": count })).collect();
            json!({ "field": unknown.field, "heading": unknown.heading, "cells": unknown.cells, "values": values })
        })
        .collect();
    json!({
        "table": coverage.table,
        "fields": coverage.fields,
        "found": coverage.found.values().sum::<usize>(),
        "by_name": count(How::Exact),
        "by_alias": count(How::Alias),
        "by_similarity": count(How::Similar),
        "by_content": count(How::Content),
        "assumed": count(How::Assumed),
        "missing": missing,
        "troubles": coverage.troubles,
        "unknown_values": unknown,
    })
}

/// The word for a container.
pub fn container(container: Container) -> &'static str {
    match container {
        Container::Nothing => "empty",
        Container::Text => "text",
        Container::Xlsx => "xlsx",
        Container::Xlsb => "xlsb",
        Container::Xls => "xls",
        Container::Ods => "ods",
    }
}

fn line_end(end: LineEnd) -> &'static str {
    match end {
        LineEnd::Lf => "lf",
        LineEnd::CrLf => "crlf",
        LineEnd::Cr => "cr",
        LineEnd::Mixed | LineEnd::Any => "mixed",
        LineEnd::None => "none",
    }
}

/// The word for what a column looks like.
pub fn looks(looks: Looks) -> &'static str {
    match looks {
        Looks::Empty => "empty",
        Looks::NationalNumber => "national_number",
        Looks::Date(DateOrder::DayFirst) => "date_day_first",
        Looks::Date(DateOrder::MonthFirst) => "date_month_first",
        Looks::PlainDate => "date",
        Looks::Date(DateOrder::Unshown) => "date_order_unshown",
        Looks::Date(DateOrder::Both) => "date_both_orders",
        Looks::Number(Sign::Decimal(',')) => "number_comma",
        Looks::Number(Sign::Decimal(_)) => "number_point",
        Looks::Number(Sign::Unshown) => "number",
        Looks::Number(Sign::Both) => "number_both_signs",
        Looks::Whole => "whole_number",
        Looks::Id => "file_number",
        Looks::KnownCode => "known_code",
        Looks::Code => "few_values",
        Looks::Text => "text",
    }
}
