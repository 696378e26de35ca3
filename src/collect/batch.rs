//! Accepted rows of one table, column by column: texts once each in a pool, everything else as whole numbers.

use crate::catalogue::{ColumnType, TableContract};
use crate::error::{Error, Result};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray,
};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

/// Stands for an empty cell in a column of whole numbers.
pub const NULL: i64 = i64::MIN;

/// Columns that every table has before its own: whose it is, and where it came from.
const BEFORE: [(&str, bool); 1] = [("cpas", true)];
/// Columns that every table has after its own (name, is a text).
const AFTER: [(&str, bool); 4] =
    [("submission_id", true), ("source_file", true), ("sheet", true), ("source_row", false)];

/// Texts, each kept once.
#[derive(Debug, Default)]
pub struct Pool {
    texts: Vec<Box<str>>,
    codes: HashMap<Box<str>, i64>,
}

impl Pool {
    /// The number of a text, which is kept if it is new.
    pub fn code(&mut self, text: &str) -> i64 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = i64::try_from(self.texts.len()).unwrap_or(i64::MAX);
        self.texts.push(text.into());
        self.codes.insert(text.into(), code);
        code
    }

    /// How many texts there are: their numbers are those below.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// True when there is no text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The text with this number.
    pub fn text(&self, code: i64) -> &str {
        usize::try_from(code).ok().and_then(|code| self.texts.get(code)).map_or("", |text| text)
    }
}

/// The accepted rows of one table of one submission.
#[derive(Debug)]
pub struct TableBatch {
    /// Name of the table.
    pub table: String,
    /// One pool a column; empty for columns that hold no text.
    pub pools: Vec<Pool>,
    pub(super) columns: Vec<Vec<i64>>,
    pub(super) origins: Vec<(u32, u32)>,
    pub(super) keys: Vec<usize>,
    seen: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
}

/// How a record compares with those already accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Its key is new.
    New,
    /// Same key, same content.
    Same,
    /// Same key, other content.
    Other,
}

impl TableBatch {
    /// An empty batch of this table.
    pub fn new(contract: &TableContract) -> Self {
        TableBatch {
            table: contract.name.clone(),
            pools: contract.columns.iter().map(|_| Pool::default()).collect(),
            columns: vec![Vec::new(); contract.columns.len()],
            origins: Vec::new(),
            keys: contract.key.iter().filter_map(|key| contract.position(key)).collect(),
            seen: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// True when there is no row.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    fn key_hash(&self, values: &[i64]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        for key in &self.keys {
            hasher.write_i64(values[*key]);
        }
        hasher.finish()
    }

    fn has_key(&self, row: usize, values: &[i64]) -> bool {
        self.keys.iter().all(|key| self.columns[*key][row] == values[*key])
    }

    /// Whether this record's key was seen before, and with which content.
    pub fn repeat(&self, values: &[i64]) -> Repeat {
        let hash = self.key_hash(values);
        match self.seen.find(hash, |(known, row)| *known == hash && self.has_key(*row as usize, values)) {
            None => Repeat::New,
            Some((_, row)) => {
                let same = self.columns.iter().zip(values).all(|(column, value)| column[*row as usize] == *value);
                if same { Repeat::Same } else { Repeat::Other }
            }
        }
    }

    /// Adds a record (one value a column, and its origin: number of the source, row), unless its key is there.
    pub fn push(&mut self, values: &[i64], source: u32, row: u32) {
        let hash = self.key_hash(values);
        if self.seen.find(hash, |(known, row)| *known == hash && self.has_key(*row as usize, values)).is_some() {
            return;
        }
        let position = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
        self.seen.insert_unique(hash, (hash, position), |(hash, _)| *hash);
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value);
        }
        self.origins.push((source, row));
    }

    /// The rows as an Arrow batch with the schema of [`schema`].
    ///
    /// `sources` are the (file, sheet) pairs that origins number.
    ///
    /// # Errors
    /// A defect, if the columns do not fit the schema.
    pub fn to_arrow(
        &self,
        contract: &TableContract,
        cpas: &str,
        submission: &str,
        sources: &[(String, String)],
    ) -> Result<RecordBatch> {
        let rows = self.len();
        let mut arrays: Vec<ArrayRef> = vec![constant(cpas, rows)?];
        for ((column, pool), contract) in self.columns.iter().zip(&self.pools).zip(&contract.columns) {
            arrays.push(array(column, pool, contract.kind)?);
        }
        arrays.push(constant(submission, rows)?);
        let numbers =
            || Int32Array::from_iter_values(self.origins.iter().map(|(source, _)| i32::try_from(*source).unwrap_or(0)));
        arrays.push(dictionary(numbers(), sources.iter().map(|(file, _)| file.as_str()))?);
        arrays.push(dictionary(numbers(), sources.iter().map(|(_, sheet)| sheet.as_str()))?);
        arrays.push(Arc::new(Int32Array::from_iter_values(
            self.origins.iter().map(|(_, row)| i32::try_from(*row).unwrap_or(i32::MAX)),
        )));
        RecordBatch::try_new(schema(contract), arrays).map_err(Error::defect)
    }
}

/// The Arrow schema of a table in the lake: `cpas`, its columns, then the origin.
pub fn schema(contract: &TableContract) -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let whole = |is_text: bool| if is_text { text() } else { DataType::Int32 };
    let mut fields: Vec<Field> =
        BEFORE.iter().map(|(name, is_text)| Field::new(*name, whole(*is_text), false)).collect();
    for column in &contract.columns {
        let kind = match column.kind {
            kind if kind.is_text() => text(),
            ColumnType::Date => DataType::Date32,
            ColumnType::Boolean => DataType::Boolean,
            ColumnType::Score => DataType::Decimal128(7, 2),
            ColumnType::Hours => DataType::Decimal128(9, 2),
            ColumnType::Money => DataType::Decimal128(14, 2),
            _ => DataType::Int32,
        };
        fields.push(Field::new(&column.name, kind, true));
    }
    fields.extend(AFTER.iter().map(|(name, is_text)| Field::new(*name, whole(*is_text), false)));
    Arc::new(Schema::new(fields))
}

fn constant(text: &str, rows: usize) -> Result<ArrayRef> {
    dictionary(Int32Array::from(vec![0; rows]), std::iter::once(text))
}

fn dictionary<'t>(codes: Int32Array, texts: impl Iterator<Item = &'t str>) -> Result<ArrayRef> {
    let values = Arc::new(StringArray::from_iter_values(texts));
    let array = DictionaryArray::<Int32Type>::try_new(codes, values).map_err(Error::defect)?;
    Ok(Arc::new(array))
}

/// Which cells are filled; `None` when all are.
fn filled(column: &[i64]) -> Option<NullBuffer> {
    column.contains(&NULL).then(|| column.iter().map(|value| *value != NULL).collect())
}

fn array(column: &[i64], pool: &Pool, kind: ColumnType) -> Result<ArrayRef> {
    // What stands in an empty cell does not matter: the null buffer hides it.
    let small = || -> ScalarBuffer<i32> {
        column.iter().map(|value| if *value == NULL { 0 } else { i32::try_from(*value).unwrap_or(i32::MAX) }).collect()
    };
    let decimal = |precision: u8| {
        let values: ScalarBuffer<i128> =
            column.iter().map(|value| if *value == NULL { 0 } else { i128::from(*value) }).collect();
        Decimal128Array::new(values, filled(column)).with_precision_and_scale(precision, 2).map_err(Error::defect)
    };
    Ok(match kind {
        kind if kind.is_text() => {
            return dictionary(Int32Array::new(small(), filled(column)), pool.texts.iter().map(|text| &**text));
        }
        ColumnType::Date => Arc::new(Date32Array::new(small(), filled(column))),
        ColumnType::Boolean => {
            Arc::new(column.iter().map(|value| (*value != NULL).then_some(*value == 1)).collect::<BooleanArray>())
        }
        ColumnType::Score => Arc::new(decimal(7)?),
        ColumnType::Hours => Arc::new(decimal(9)?),
        ColumnType::Money => Arc::new(decimal(14)?),
        _ => Arc::new(Int32Array::new(small(), filled(column))),
    })
}
