//! Picks the values at many paths out of one JSON line, in one pass and without building the rest.
//!
//! A path is keys joined by dots; a number is an index into a list, `*` is every element of one.
//!
//! Guarantees: what no path names is skipped, whatever it is; a named key that stands twice in one
//! object is refused. Refuses: input that is no JSON object.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use serde_json::error::Category;

use super::value::Value;
use crate::envelope::{explain_syntax, strip_position};
use crate::rejection::Rejection;

/// The element of a path that stands for every element of a list.
const EVERY_ELEMENT: &str = "*";

/// What becomes of the input below one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    path: String,
    slot: Option<usize>,
    collects: bool,
    children: Vec<(String, Node)>,
}

impl Node {
    /// Adds a path whose value goes to a slot.
    pub(super) fn insert(&mut self, path: &str, slot: usize) {
        let mut node = self;
        let mut collects = false;
        for key in path.split('.') {
            collects |= key == EVERY_ELEMENT;
            let index = node.children.iter().position(|(known, _)| known == key);
            let index = index.unwrap_or_else(|| {
                let separator = if node.path.is_empty() { "" } else { "." };
                let child = Self {
                    path: format!("{}{separator}{key}", node.path),
                    collects,
                    ..Self::default()
                };
                node.children.push((key.to_owned(), child));
                node.children.len() - 1
            });
            node = &mut node.children[index].1;
        }
        node.slot = Some(slot);
    }

    fn element(&self, index: usize) -> Option<&Self> {
        let meets = |key: &str| key == EVERY_ELEMENT || key.parse() == Ok(index);
        self.children.iter().find(|(key, _)| meets(key)).map(|(_, child)| child)
    }
}

/// Reads a line; the values come in the order of the slots.
pub(super) fn pick<'a>(
    root: &Node,
    slots: usize,
    line: &'a str,
) -> Result<Vec<Value<'a>>, Rejection> {
    let mut values = vec![Value::Absent; slots];
    let mut deserializer = serde_json::Deserializer::from_str(line);
    Pick { node: root, values: &mut values, is_root: true }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| match error.classify() {
            Category::Data => Rejection::whole(strip_position(&error.to_string())),
            Category::Io | Category::Syntax | Category::Eof => explain_syntax(&error),
        })?;
    Ok(values)
}

struct Pick<'n, 'v, 'de> {
    node: &'n Node,
    values: &'v mut [Value<'de>],
    is_root: bool,
}

impl<'de> Pick<'_, '_, 'de> {
    fn put<E: de::Error>(self, value: Value<'de>) -> Result<(), E> {
        if self.is_root {
            return Err(E::custom("is no JSON object: expected one object per line"));
        }
        let Some(slot) = self.node.slot else { return Ok(()) };
        let place = &mut self.values[slot];
        match (self.node.collects, place) {
            (true, Value::List(values)) => values.push(value),
            (true, place) => *place = Value::List(vec![value]),
            (false, place) => *place = value,
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Pick<'_, '_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.node.slot.is_none() && self.node.children.is_empty() {
            return IgnoredAny::deserialize(deserializer).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pick<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        if self.is_root { self.put(Value::Absent) } else { Ok(()) }
    }
    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<(), E> {
        self.put(Value::Truth(truth))
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.put(Value::Whole(number.into()))
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.put(Value::Whole(number.into()))
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.put(Value::Fraction(number))
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<(), E> {
        self.put(Value::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.put(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { node, values, is_root } = self;
        if !is_root && node.slot.is_some() {
            Pick { node, values: &mut *values, is_root }.put(Value::Object)?;
        }
        let mut seen = vec![false; node.children.len()];
        while let Some(child) = map.next_key_seed(ChildKey(node))? {
            let Some(index) = child else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let child = &node.children[index].1;
            if std::mem::replace(&mut seen[index], true) {
                let reason = "stands twice in one object, expected once";
                return Err(de::Error::custom(format_args!("\"{}\" {reason}", child.path)));
            }
            map.next_value_seed(Pick { node: child, values: &mut *values, is_root: false })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { node, values, is_root } = self;
        if is_root {
            return Pick { node, values, is_root }.put(Value::List(Vec::new()));
        }
        if node.children.is_empty() {
            // A leaf of its own, so that the elements go to one list.
            let leaf = Node { slot: Some(0), collects: true, ..Node::default() };
            let mut list = [Value::List(Vec::new())];
            while let Some(()) =
                elements.next_element_seed(Pick { node: &leaf, values: &mut list, is_root })?
            {
            }
            let [list] = list;
            return Pick { node, values, is_root }.put(list);
        }
        let ignored = Node::default();
        for index in 0.. {
            let node = node.element(index).unwrap_or(&ignored);
            let seed = Pick { node, values: &mut *values, is_root };
            if elements.next_element_seed(seed)?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// Which child a key names, without copying the key.
struct ChildKey<'n>(&'n Node);

impl<'de> DeserializeSeed<'de> for ChildKey<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for ChildKey<'_> {
    type Value = Option<usize>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }
    fn visit_str<E: de::Error>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.children.iter().position(|(known, _)| known == key))
    }
}
