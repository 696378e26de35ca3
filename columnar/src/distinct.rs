//! Different texts counted by number.
//!
//! DataFusion 55 keeps a set of texts for every group of `COUNT(DISTINCT text)`, one allocation a text. So a text that is counted
//! is first replaced by its number, the same in the whole session: two texts have one number exactly when they are equal.
//! Numbers follow the order of arrival; counts do not depend on it. How they are counted: `different.rs`.

use crate::different::CountDifferent;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray};
use arrow::datatypes::{ArrowDictionaryKeyType, DataType, Int32Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::prelude::SessionContext;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Has the session count different texts by number.
pub(crate) fn install(context: &mut SessionContext) -> Result<()> {
    use datafusion::execution::FunctionRegistry;
    let number = Arc::new(ScalarUDF::from(NumberOf::new()));
    let count = Arc::new(AggregateUDF::from(CountDifferent::new()));
    context.register_function_rewrite(Arc::new(CountByNumber { number, count }))
}

/// `COUNT(DISTINCT text)` as `count_different(number_of(text))`.
#[derive(Debug)]
struct CountByNumber {
    number: Arc<ScalarUDF>,
    count: Arc<AggregateUDF>,
}

impl FunctionRewrite for CountByNumber {
    fn name(&self) -> &'static str {
        "count_by_number"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::AggregateFunction(AggregateFunction { func, mut params }) = expr else {
            return Ok(Transformed::no(expr));
        };
        let is_text = |argument: &Expr| argument.get_type(schema).is_ok_and(|kind| is_text(&kind));
        if func.name() != "count" || !params.distinct || params.args.len() != 1 || !is_text(&params.args[0]) {
            return Ok(Transformed::no(Expr::AggregateFunction(AggregateFunction { func, params })));
        }
        params.args = params.args.into_iter().map(|argument| self.number.call(vec![argument])).collect();
        params.distinct = false;
        Ok(Transformed::yes(Expr::AggregateFunction(AggregateFunction { func: Arc::clone(&self.count), params })))
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 => true,
        DataType::Dictionary(key, value) => **key == DataType::Int32 && **value == DataType::Utf8,
        _ => false,
    }
}

/// The number of a text within the session; none for no text.
#[derive(Debug)]
struct NumberOf {
    signature: Signature,
    known: Mutex<Known>,
}

/// The numbers given.
#[derive(Debug, Default)]
struct Known {
    numbers: HashMap<Box<str>, i64>,
    /// The texts that rows were last coded by, with the numbers of those met: batches of one file share them.
    coded: VecDeque<(StringArray, Vec<Option<i64>>)>,
}

/// So many lists of texts are remembered.
const REMEMBERED: usize = 4;

impl Known {
    /// The texts of a list with their numbers, as far as they were met.
    fn of(&mut self, values: &StringArray) -> usize {
        let is_same = |(known, _): &(StringArray, Vec<Option<i64>>)| {
            known.len() == values.len() && known.value_offsets().as_ptr() == values.value_offsets().as_ptr()
        };
        self.coded.iter().position(is_same).unwrap_or_else(|| {
            self.coded.truncate(REMEMBERED - 1);
            self.coded.push_front((values.clone(), vec![None; values.len()]));
            0
        })
    }
}

// One session has one of them.
impl PartialEq for NumberOf {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for NumberOf {}

impl Hash for NumberOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl NumberOf {
    fn new() -> Self {
        NumberOf { signature: Signature::any(1, Volatility::Immutable), known: Mutex::default() }
    }

    fn numbers(&self, array: &ArrayRef) -> Int64Array {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(coded) = array.as_dictionary_opt::<Int32Type>() {
            let values = coded.values().as_string::<i32>();
            let place = known.of(values);
            let Known { numbers, coded: remembered } = &mut *known;
            // A slice of rows often comes with the texts of the whole table: only those met are looked up.
            let met = &mut remembered[place].1;
            let number = |key: Option<usize>| {
                let key = key.filter(|key| values.is_valid(*key))?;
                Some(*met[key].get_or_insert_with(|| number_in(numbers, values.value(key))))
            };
            return keys(coded).map(number).collect();
        }
        let texts: &StringArray = array.as_string();
        texts.iter().map(|text| text.map(|text| number_in(&mut known.numbers, text))).collect()
    }
}

fn keys<K: ArrowDictionaryKeyType>(coded: &arrow::array::DictionaryArray<K>) -> impl Iterator<Item = Option<usize>> {
    (0..coded.len()).map(|row| coded.key(row))
}

fn number_in(known: &mut HashMap<Box<str>, i64>, text: &str) -> i64 {
    if let Some(number) = known.get(text) {
        return *number;
    }
    let next = i64::try_from(known.len()).unwrap_or(i64::MAX);
    known.insert(text.into(), next);
    next
}

impl ScalarUDFImpl for NumberOf {
    fn name(&self) -> &'static str {
        "number_of"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match &arguments.args[0] {
            ColumnarValue::Array(array) => Ok(ColumnarValue::Array(Arc::new(self.numbers(array)))),
            ColumnarValue::Scalar(scalar) => {
                let numbers = self.numbers(&scalar.to_array()?);
                Ok(ColumnarValue::Scalar(ScalarValue::Int64(numbers.iter().next().flatten())))
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::sql::Session;
    use arrow::array::{DictionaryArray, Int32Array, RecordBatch};

    fn counted(sql: &str, tables: &[(&str, Vec<(&str, ArrayRef)>)]) -> i64 {
        let session = Session::new(crate::seal::Seal::none()).unwrap();
        for (name, columns) in tables {
            session.rows(name, vec![RecordBatch::try_from_iter(columns.clone()).unwrap()]).unwrap();
        }
        let rows = session.run(sql).unwrap();
        rows.iter()
            .map(|rows| rows.column(0).as_primitive::<arrow::datatypes::Int64Type>().iter().flatten().sum::<i64>())
            .sum()
    }

    fn coded(keys: Vec<Option<i32>>, values: Vec<Option<&str>>) -> ArrayRef {
        let values = Arc::new(StringArray::from(values));
        Arc::new(DictionaryArray::<Int32Type>::try_new(Int32Array::from(keys), values).unwrap())
    }

    #[test]
    fn equal_texts_count_once_whatever_they_are_coded_by() {
        let first = coded(vec![Some(0), Some(1), None, Some(2), Some(0)], vec![Some("b"), Some("a"), None]);
        let second: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("c"), None, Some("")]));
        let tables = [("one", vec![("text", first)]), ("two", vec![("text", second)])];
        assert_eq!(counted("SELECT COUNT(DISTINCT text) FROM one", &tables), 2);
        assert_eq!(counted("SELECT COUNT(DISTINCT text) FROM two", &tables), 3);
        let both = "SELECT COUNT(DISTINCT text) FROM (SELECT text FROM one UNION ALL SELECT text FROM two) AS t";
        assert_eq!(counted(both, &tables), 4);
        let some = "SELECT COUNT(DISTINCT CASE WHEN text <> 'a' THEN text END) FROM two";
        assert_eq!(counted(some, &tables), 2);
        assert_eq!(counted("SELECT COUNT(DISTINCT 'x') FROM two", &tables), 1);
    }
}
