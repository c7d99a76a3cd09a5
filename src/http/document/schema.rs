//! JSON Schema (2020-12) in short words: what the document's shapes are put together from.

use serde_json::{Map, Value, json};

use crate::domain::hidden::hides;
use crate::limits::ID_MAX;

/// Digits of a SHA-256 in hex.
const HASH_DIGITS: usize = 64;

/// Whether a field stands in every object of its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Always.
    Always,
    /// Where there is something to say.
    Sometimes,
}

/// A field of an object: its name, whether it always stands there, and its schema.
pub(super) type Field = (&'static str, Stands, Value);

/// An object with these fields.
pub(super) fn object(fields: impl IntoIterator<Item = Field>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, stands, schema) in fields {
        properties.insert(name.to_owned(), schema);
        if stands == Stands::Always {
            required.push(name);
        }
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The same, with no other fields.
pub(super) fn closed(mut object: Value) -> Value {
    object["additionalProperties"] = Value::from(false);
    object
}

/// The same, said to be this.
pub(super) fn told(what: &str, mut schema: Value) -> Value {
    schema["description"] = Value::from(what);
    schema
}

/// The same, or null.
pub(super) fn or_null(mut schema: Value) -> Value {
    schema["type"] = json!([schema["type"].take(), "null"]);
    schema
}

/// A component of the document.
pub(super) fn component(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

/// A text of 1 to so many characters.
pub(super) fn short(chars_max: usize) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": chars_max })
}

/// The same, which `pattern` (ECMA 262) fits.
pub(super) fn fitting(pattern: &str, mut text: Value) -> Value {
    text["pattern"] = Value::from(pattern);
    text
}

/// One of these texts.
pub(super) fn one_of<T: Into<Value>>(texts: impl IntoIterator<Item = T>) -> Value {
    let texts: Vec<Value> = texts.into_iter().map(Into::into).collect();
    json!({ "type": "string", "enum": texts })
}

/// One of these shapes.
pub(super) fn any_of(shapes: Vec<Value>) -> Value {
    json!({ "anyOf": shapes })
}

/// A time in RFC 3339.
pub(super) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// A whole number from `least` to `most`.
pub(super) fn whole(least: i64, most: impl Into<Value>) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most.into() })
}

/// An item's id.
pub(super) fn id() -> Value {
    whole(1, ID_MAX)
}

/// How many there are of something.
pub(super) fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub(super) fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// A list of `least` to `most` entries.
pub(super) fn bounded(of: &Value, least: usize, most: usize) -> Value {
    json!({ "type": "array", "items": of, "minItems": least, "maxItems": most })
}

/// A SHA-256 in lower-case hex.
pub(super) fn hash() -> Value {
    fitting(
        &format!("^[0-9a-f]{{{HASH_DIGITS}}}$"),
        json!({ "type": "string", "minLength": HASH_DIGITS, "maxLength": HASH_DIGITS }),
    )
}

/// The inner part of a class (ECMA 262) of those characters which nobody may send, but for `allowed`.
pub(super) fn hidden(allowed: &[char]) -> String {
    // All of them stand in the first plane.
    let is_hidden = |code: &u32| char::from_u32(*code).is_some_and(|c| hides(c) && !allowed.contains(&c));
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for code in (0..=0xFFFF).filter(is_hidden) {
        match spans.last_mut() {
            Some((_, end)) if *end + 1 == code => *end = code,
            _ => spans.push((code, code)),
        }
    }
    let span = |(from, to): &(u32, u32)| {
        if from == to { format!("\\u{from:04x}") } else { format!("\\u{from:04x}-\\u{to:04x}") }
    };
    spans.iter().map(span).collect()
}
