//! A definition file: TOML read into a type, so that a fault is told in the user's language with file, row and key.
//!
//! A parser's own words are English. What serde tells the error type of a deserialiser is not words yet (this key is
//! unknown, those are known), so this is a small deserialiser over the parsed TOML with an error type that keeps it.

use super::nearest;
use crate::error::{Error, Place, Result};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Unexpected, Visitor};
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Reads TOML into `T`. Rows are counted from the beginning of `text`.
///
/// # Errors
/// When the text is no TOML, or a key is unknown, missing or of the wrong kind: names the row and the key.
pub fn read<T: DeserializeOwned>(text: &str, place: Place) -> Result<T> {
    let row = |from: usize| text.as_bytes()[..from.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    let table = DeTable::parse(text).map_err(|fault| {
        let row = fault.span().map_or(1, |span| row(span.start));
        Error::usage("bad-toml").at(place.clone().row(row as u64)).with("found", fault.message())
    })?;
    let span = table.span();
    let node = Node { value: DeValue::Table(table.into_inner()), span };
    T::deserialize(node).map_err(|fault| {
        let row = fault.span.as_ref().map_or(1, |span| row(span.start));
        fault.told().at(place.row(row as u64))
    })
}

/// What is wrong with a key.
#[derive(Debug, PartialEq)]
enum What {
    UnknownKey(String, &'static [&'static str]),
    UnknownWord(String, &'static [&'static str]),
    Missing(&'static str),
    /// Expected and found, each a message that says the kind.
    Kind(&'static str, &'static str),
    Value(String),
    /// None of the forms that the key may have.
    Form,
}

/// A fault, its key and where it stands.
#[derive(Debug, PartialEq)]
struct Fault {
    what: What,
    span: Option<Range<usize>>,
    /// The keys that lead to it, the innermost first.
    keys: Vec<String>,
}

impl Fault {
    fn new(what: What) -> Self {
        Fault { what, span: None, keys: Vec::new() }
    }

    /// The innermost place is the one that helps.
    fn at(mut self, span: &Range<usize>) -> Self {
        self.span.get_or_insert_with(|| span.clone());
        self
    }

    fn in_key(mut self, key: &str) -> Self {
        self.keys.push(key.to_owned());
        self
    }

    fn told(&self) -> Error {
        let key = self.keys.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".");
        let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        let near = |found: &str, known: &[&'static str]| nearest(found, known.iter().copied()).to_owned();
        match &self.what {
            What::UnknownKey(found, known) => Error::usage("unknown-key")
                .with("found", below(found))
                .with("known", known.join(", "))
                .did_you_mean(&near(found, known)),
            What::UnknownWord(found, known) => Error::usage("unknown-word")
                .with("key", key)
                .with("found", found)
                .with("known", known.join(", "))
                .did_you_mean(&near(found, known)),
            What::Missing(name) => Error::usage("missing-key").with("found", below(name)),
            What::Kind(expected, found) => {
                Error::usage("wrong-kind").with("key", key).with_said("expected", expected).with_said("found", found)
            }
            What::Value(found) => Error::usage("wrong-value").with("key", key).with("found", found),
            What::Form => Error::usage("wrong-form").with("found", key),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.what)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(found: T) -> Self {
        let found = found.to_string();
        // serde's words for a value that fits none of several forms name a type of ours, which says nothing to anybody.
        Fault::new(if found.contains("untagged enum") { What::Form } else { What::Value(found) })
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Fault::new(What::Form)
    }

    fn invalid_value(found: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Fault::new(What::Value(match found {
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Str(text) => text.to_owned(),
            other => other.to_string(),
        }))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Fault::new(What::UnknownWord(found.to_owned(), known))
    }

    fn unknown_field(found: &str, known: &'static [&'static str]) -> Self {
        Fault::new(What::UnknownKey(found.to_owned(), known))
    }

    fn missing_field(name: &'static str) -> Self {
        Fault::new(What::Missing(name))
    }
}

/// A value of the file and where it stands.
struct Node<'t> {
    value: DeValue<'t>,
    span: Range<usize>,
}

impl<'t> Node<'t> {
    fn of(value: Spanned<DeValue<'t>>) -> Self {
        Node { span: value.span(), value: value.into_inner() }
    }

    /// The message that says what kind of value this is.
    fn kind(&self) -> &'static str {
        match &self.value {
            DeValue::String(_) => "kind-text",
            DeValue::Integer(_) => "kind-whole",
            DeValue::Float(_) => "kind-number",
            DeValue::Boolean(_) => "kind-boolean",
            DeValue::Datetime(_) => "kind-date",
            DeValue::Array(_) => "kind-list",
            DeValue::Table(_) => "kind-table",
        }
    }

    fn other_kind<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault::new(What::Kind(expected, self.kind())).at(&self.span))
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let span = self.span;
        let visited = match self.value {
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(whole) => visitor.visit_i64(whole),
                Err(_) => Err(Fault::new(What::Value(number.to_string()))),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(float) => visitor.visit_f64(float),
                Err(_) => Err(Fault::new(What::Value(number.to_string()))),
            },
            _ => Err(Fault::new(What::Form)),
        };
        visited.map_err(|fault| fault.at(&span))
    }
}

/// One method a kind: serde says which it expects, and any other value is a fault of its own.
macro_rules! expect {
    ($($method:ident: $kind:literal, $($form:ident)|+;)+) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.value {
                $(DeValue::$form(_))|+ => self.deserialize_any(visitor),
                _ => self.other_kind($kind),
            }
        }
    )+ };
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let span = self.span.clone();
        let visited = match self.value {
            DeValue::String(text) => visitor.visit_string(text.into_owned()),
            DeValue::Boolean(value) => visitor.visit_bool(value),
            DeValue::Array(list) => visitor.visit_seq(Items(list.into_iter().collect::<Vec<_>>().into_iter())),
            DeValue::Table(table) => visitor.visit_map(Entries::of(table)),
            // A day arrives as its text: whoever wants one parses it, quoted or not.
            DeValue::Datetime(day) => visitor.visit_string(day.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => self.number(visitor),
        };
        visited.map_err(|fault| fault.at(&span))
    }

    expect! {
        deserialize_bool: "kind-boolean", Boolean;
        deserialize_i8: "kind-whole", Integer;
        deserialize_i16: "kind-whole", Integer;
        deserialize_i32: "kind-whole", Integer;
        deserialize_i64: "kind-whole", Integer;
        deserialize_u8: "kind-whole", Integer;
        deserialize_u16: "kind-whole", Integer;
        deserialize_u32: "kind-whole", Integer;
        deserialize_u64: "kind-whole", Integer;
        deserialize_f32: "kind-number", Float | Integer;
        deserialize_f64: "kind-number", Float | Integer;
        deserialize_char: "kind-text", String;
        deserialize_str: "kind-text", String;
        deserialize_string: "kind-text", String;
        deserialize_seq: "kind-list", Array;
        deserialize_map: "kind-table", Table;
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let span = self.span.clone();
        let visited = match self.value {
            DeValue::String(text) => visitor.visit_enum(StrDeserializer::new(&text)),
            DeValue::Table(table) => visitor.visit_enum(MapAccessDeserializer::new(Entries::of(table))),
            _ => self.other_kind("kind-text"),
        };
        visited.map_err(|fault| fault.at(&span))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}

/// The values of a list.
struct Items<'t>(std::vec::IntoIter<Spanned<DeValue<'t>>>);

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        self.0.next().map(|item| seed.deserialize(Node::of(item))).transpose()
    }
}

/// The keys of a table with their values, in the order of the file: the first fault told is the first one there.
struct Entries<'t> {
    entries: std::vec::IntoIter<(Spanned<DeString<'t>>, Spanned<DeValue<'t>>)>,
    open: Option<(String, Spanned<DeValue<'t>>)>,
}

impl<'t> Entries<'t> {
    fn of(table: DeTable<'t>) -> Self {
        let mut entries: Vec<_> = table.into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        Entries { entries: entries.into_iter(), open: None }
    }
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        let (span, key) = (key.span(), key.into_inner());
        let as_key: StrDeserializer<'_, Fault> = key.as_ref().into_deserializer();
        let read = seed.deserialize(as_key).map_err(|fault| fault.at(&span))?;
        self.open = Some((key.into_owned(), value));
        Ok(Some(read))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, value)) = self.open.take() else { return Err(Fault::new(What::Form)) };
        // Of several forms none of which fits, serde tells only behind the value.
        let span = value.span();
        seed.deserialize(Node::of(value)).map_err(|fault| fault.at(&span).in_key(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Language, LocalText};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Dish {
        #[serde(rename = "title")]
        _title: LocalText,
        #[serde(rename = "course")]
        _course: Course,
        #[serde(default, rename = "price")]
        _price: Option<f64>,
        #[serde(default, rename = "people")]
        _people: Option<u8>,
        #[serde(default, rename = "part")]
        _parts: Vec<Part>,
        #[serde(default, rename = "way")]
        _way: Option<Way>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Course {
        First,
        Main,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        #[serde(rename = "name")]
        _name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Way {
        One(#[expect(dead_code, reason = "only its form is looked at")] String),
        Many(#[expect(dead_code, reason = "only its form is looked at")] Vec<String>),
    }

    const TITLE: &str = "title = { fr = \"a\", nl = \"b\", de = \"c\", en = \"d\" }\n";

    fn told(text: &str) -> String {
        let error = read::<Dish>(&format!("{TITLE}{text}"), Place::file("dish.toml")).unwrap_err();
        format!("{} | {}", error.message(Language::En), error.hint(Language::En).unwrap_or_default())
    }

    #[test]
    fn what_fits_is_read() {
        let text = "course = \"main\"\nprice = 3\npeople = 2\nway = [\"oven\"]\n[[part]]\nname = \"rice\"\n";
        assert!(read::<Dish>(&format!("{TITLE}{text}"), Place::file("dish.toml")).is_ok());
        let day: toml::Table = read("on = 2017-05-04\nmany = [1, 2.5, true]", Place::file("day.toml")).unwrap();
        assert_eq!(day.to_string(), "many = [1, 2.5, true]\non = \"2017-05-04\"\n");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_row_and_the_one_that_was_meant() {
        assert_eq!(
            told("course = \"main\"\nprize = 3"),
            "dish.toml:3: unknown key 'prize' | Did you mean 'price'? Allowed here: title, course, price, people, part, way."
        );
        assert_eq!(
            told("course = \"main\"\n\n[[part]]\nname = \"x\"\nweight = 1"),
            "dish.toml:6: unknown key 'part.weight' | Allowed here: name."
        );
        assert!(
            told("course = \"mian\"").starts_with("dish.toml:2: course: unknown word 'mian' | Did you mean 'main'?")
        );
    }

    #[test]
    fn a_missing_key_and_a_value_of_the_wrong_kind_are_told() {
        assert!(told("price = 3").starts_with("dish.toml:1: the key 'course' is missing"));
        assert!(told("course = \"main\"\n[[part]]\n").starts_with("dish.toml:3: the key 'part.name' is missing"));
        assert!(
            told("course = \"main\"\nprice = \"3\"")
                .starts_with("dish.toml:3: price: a number is expected, found: a text")
        );
        assert!(
            told("course = \"main\"\npeople = 2.5")
                .starts_with("dish.toml:3: people: a whole number is expected, found: a number")
        );
        assert!(
            told("course = \"main\"\npart = {}").starts_with("dish.toml:3: part: a list is expected, found: a table")
        );
        assert!(told("course = \"main\"\npeople = 300").starts_with("dish.toml:3: people: '300' is not allowed here"));
        assert!(told("course = \"main\"\nway = 3").starts_with("dish.toml:3: 'way' has none of the forms"));
        let error = read::<Dish>("title = { fr = \"a\" }", Place::file("dish.toml")).unwrap_err();
        assert!(error.message(Language::Fr).contains("« title.nl »"), "{}", error.message(Language::Fr));
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_row() {
        assert!(told("course = main").starts_with("dish.toml:2: not a valid TOML file"));
        assert!(told("course = \"main\"\nprice = 99999999999999999999").starts_with("dish.toml:3: "));
    }
}
