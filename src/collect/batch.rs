//! Accepted rows of one table, column by column: texts once each in a pool, everything else as whole numbers.

use crate::catalogue::{ColumnType, TableContract};
use crate::error::{Error, Result};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Stands for an empty cell in a column of whole numbers.
pub const NULL: i64 = i64::MIN;

/// Columns that every table has before its own: whose it is, and where it came from.
const BEFORE: [(&str, bool); 1] = [("cpas", true)];
/// Columns that every table has after its own (name, is a text).
const AFTER: [(&str, bool); 4] = [("submission_id", true), ("source_file", true), ("sheet", true), ("source_row", false)];

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
    columns: Vec<Vec<i64>>,
    origins: Vec<(u32, u32)>,
    keys: Vec<usize>,
    seen: HashMap<u64, Vec<u32>>,
    hasher: RandomState,
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
            seen: HashMap::new(),
            hasher: RandomState::new(),
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
        self.hasher.hash_one(self.keys.iter().map(|key| values[*key]).collect::<smallkey::Key>())
    }

    /// Whether this record's key was seen before, and with which content.
    pub fn repeat(&self, values: &[i64]) -> Repeat {
        let Some(rows) = self.seen.get(&self.key_hash(values)) else { return Repeat::New };
        for row in rows {
            let row = *row as usize;
            if self.keys.iter().all(|key| self.columns[*key][row] == values[*key]) {
                let same = self.columns.iter().zip(values).all(|(column, value)| column[row] == *value);
                return if same { Repeat::Same } else { Repeat::Other };
            }
        }
        Repeat::New
    }

    /// Adds a record: one value a column, and its origin (number of the source, row).
    pub fn push(&mut self, values: &[i64], source: u32, row: u32) {
        let hash = self.key_hash(values);
        let position = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
        self.seen.entry(hash).or_default().push(position);
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
    pub fn to_arrow(&self, contract: &TableContract, cpas: &str, submission: &str, sources: &[(String, String)]) -> Result<RecordBatch> {
        let rows = self.len();
        let mut arrays: Vec<ArrayRef> = vec![constant(cpas, rows)?];
        for ((column, pool), contract) in self.columns.iter().zip(&self.pools).zip(&contract.columns) {
            arrays.push(array(column, pool, contract.kind)?);
        }
        arrays.push(constant(submission, rows)?);
        let numbers = || self.origins.iter().map(|(source, _)| Some(i32::try_from(*source).unwrap_or(0)));
        arrays.push(dictionary(numbers().collect(), sources.iter().map(|(file, _)| file.as_str()))?);
        arrays.push(dictionary(numbers().collect(), sources.iter().map(|(_, sheet)| sheet.as_str()))?);
        arrays.push(Arc::new(Int32Array::from_iter_values(
            self.origins.iter().map(|(_, row)| i32::try_from(*row).unwrap_or(i32::MAX)),
        )));
        RecordBatch::try_new(schema(contract), arrays).map_err(Error::defect)
    }
}

/// A key of at most eight columns without an allocation.
mod smallkey {
    use std::hash::{Hash, Hasher};

    pub struct Key([i64; 8], usize);

    impl FromIterator<i64> for Key {
        fn from_iter<T: IntoIterator<Item = i64>>(values: T) -> Self {
            let mut key = Key([0; 8], 0);
            for value in values {
                key.0[key.1 % 8] ^= value;
                key.1 += 1;
            }
            key
        }
    }

    impl Hash for Key {
        fn hash<H: Hasher>(&self, state: &mut H) {
            for value in &self.0[..self.1.min(8)] {
                state.write_i64(*value);
            }
        }
    }
}

/// The Arrow schema of a table in the lake: `cpas`, its columns, then the origin.
pub fn schema(contract: &TableContract) -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let whole = |is_text: bool| if is_text { text() } else { DataType::Int32 };
    let mut fields: Vec<Field> = BEFORE.iter().map(|(name, is_text)| Field::new(*name, whole(*is_text), false)).collect();
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
    dictionary(vec![Some(0); rows], std::iter::once(text))
}

fn dictionary<'t>(codes: Vec<Option<i32>>, texts: impl Iterator<Item = &'t str>) -> Result<ArrayRef> {
    let values = Arc::new(StringArray::from_iter_values(texts));
    let array = DictionaryArray::<Int32Type>::try_new(Int32Array::from(codes), values).map_err(Error::defect)?;
    Ok(Arc::new(array))
}

fn array(column: &[i64], pool: &Pool, kind: ColumnType) -> Result<ArrayRef> {
    let small = || column.iter().map(|value| (*value != NULL).then(|| i32::try_from(*value).unwrap_or(i32::MAX)));
    let decimal = |precision: u8| {
        let values = column.iter().map(|value| (*value != NULL).then_some(i128::from(*value)));
        Decimal128Array::from_iter(values).with_precision_and_scale(precision, 2).map_err(Error::defect)
    };
    Ok(match kind {
        kind if kind.is_text() => return dictionary(small().collect(), pool.texts.iter().map(|text| &**text)),
        ColumnType::Date => Arc::new(Date32Array::from_iter(small())),
        ColumnType::Boolean => {
            Arc::new(column.iter().map(|value| (*value != NULL).then_some(*value == 1)).collect::<BooleanArray>())
        }
        ColumnType::Score => Arc::new(decimal(7)?),
        ColumnType::Hours => Arc::new(decimal(9)?),
        ColumnType::Money => Arc::new(decimal(14)?),
        _ => Arc::new(Int32Array::from_iter(small())),
    })
}

