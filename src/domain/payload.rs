//! What a client wants back with the decision: JSON of its own making. It is bound by the content hash, so nothing of it
//! may be read in two ways: no rounded numbers, no doubled keys.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::hidden::hides;
use super::scope;
use crate::limits::{ID_MAX, PAYLOAD_BYTES_MAX};

/// Significant digits that every reader keeps of a number with a fraction or an exponent (IEEE 754, binary64).
const DIGITS_MAX: usize = 15;
/// The least number, but for nothing, that all write without an exponent.
const LEAST: f64 = 0.0001;
/// The deepest step to which lines are moved in: what is deeper must not become longer by it.
const INDENT_MAX: usize = 8;

/// JSON of at most 32 KiB, in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload(String);

/// Why a payload was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPayload {
    /// It is too long.
    #[error("has {0} bytes; at most {PAYLOAD_BYTES_MAX} are taken")]
    Length(usize),
    /// It holds a number that readers would round, or write in different ways.
    #[error(
        "holds the number {0}, which readers would round or write differently; whole numbers go to {ID_MAX}, others have at most {DIGITS_MAX} digits and are 0.0001 or more. Send it as a string"
    )]
    Number(String),
    /// It is no JSON, or an object in it has a key twice.
    #[error("cannot be read: {0}")]
    Json(String),
}

impl Payload {
    /// Takes JSON as it was sent; `null` is no payload.
    ///
    /// # Errors
    /// [`NoPayload`] says what does not fit.
    pub fn read(json: &str) -> Result<Option<Self>, NoPayload> {
        if json.len() > PAYLOAD_BYTES_MAX {
            return Err(NoPayload::Length(json.len()));
        }
        let Exact(value) = serde_json::from_str(json).map_err(|error| NoPayload::Json(error.to_string()))?;
        if let Some(odd) = numbers(json).find(|number| !is_kept(number)) {
            return Err(NoPayload::Number(odd.chars().take(40).collect()));
        }
        if value.is_null() {
            return Ok(None);
        }
        Ok(Some(Self(scope::canonical(&value))))
    }

    /// One that was stored.
    #[must_use]
    pub const fn stored(json: String) -> Self {
        Self(json)
    }

    /// Its canonical JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Value {
        // It was read before it was stored.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// How it is shown: a line for each value, and nothing in it that hides or turns text around. At most `chars`
    /// characters, and how many there are more.
    #[must_use]
    pub fn pretty(&self, chars: usize) -> (String, usize) {
        let mut page = Page { text: String::new(), left: chars, more: 0 };
        page.value(&self.value(), 0);
        (page.text, page.more)
    }
}

/// JSON in lines, as much of it as there is room for.
struct Page {
    text: String,
    left: usize,
    more: usize,
}

impl Page {
    fn put(&mut self, text: &str) {
        for c in text.chars() {
            if self.left == 0 {
                self.more += 1;
            } else {
                self.left -= 1;
                self.text.push(c);
            }
        }
    }

    fn line(&mut self, depth: usize) {
        self.put("\n");
        (0..depth.min(INDENT_MAX)).for_each(|_| self.put("  "));
    }

    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                self.put("{");
                for (place, (name, value)) in fields.iter().enumerate() {
                    self.put(if place > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.put(&visible(name));
                    self.put(": ");
                    self.value(value, depth + 1);
                }
                self.line(depth);
                self.put("}");
            }
            Value::Array(values) if !values.is_empty() => {
                self.put("[");
                for (place, value) in values.iter().enumerate() {
                    self.put(if place > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.value(value, depth + 1);
                }
                self.line(depth);
                self.put("]");
            }
            Value::String(text) => self.put(&visible(text)),
            other => self.put(&other.to_string()),
        }
    }
}

/// A JSON string in which what hides or turns text around stands as its number.
fn visible(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    let mut units = [0; 2];
    let shown = |c: char| match hides(c) {
        true => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        false => c.to_string(),
    };
    quoted.chars().map(shown).collect()
}

/// The numbers in valid JSON, as they are written.
fn numbers(json: &str) -> impl Iterator<Item = &str> {
    let mut in_string = false;
    let mut escaped = false;
    json.split(move |c: char| {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            return true;
        }
        in_string = c == '"';
        !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')
    })
    // `true` and `false` leave an `e` behind.
    .filter(|token| token.starts_with(|c: char| c == '-' || c.is_ascii_digit()))
}

fn is_kept(number: &str) -> bool {
    if !number.contains(['.', 'e', 'E']) {
        return number != "-0" && number.parse().is_ok_and(|whole: i64| (-ID_MAX..=ID_MAX).contains(&whole));
    }
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0').trim_end_matches('0');
    // Below and beyond, some write an exponent and some do not (Python from 0.0001 down, JavaScript from 0.000001).
    let plain = |value: f64| (LEAST..=ID_MAX as f64).contains(&value.abs());
    digits.is_empty() || (digits.len() <= DIGITS_MAX && number.parse().is_ok_and(plain))
}

/// A value in which no object has a key twice: readers differ in which of the two they take.
struct Exact(Value);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    /// `1.0` is kept as `1`: writers differ in which of the two they write.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let is_whole = value.fract() == 0.0 && value.abs() <= ID_MAX as f64;
        Ok(if is_whole { (value as i64).into() } else { value.into() })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut found = Vec::new();
        while let Some(Exact(value)) = values.next_element()? {
            found.push(value);
        }
        Ok(found.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut found = Map::new();
        while let Some((name, Exact(value))) = fields.next_entry::<String, Exact>()? {
            if found.contains_key(&name) {
                return Err(Error::custom("an object has a key twice"));
            }
            found.insert(name, value);
        }
        Ok(found.into())
    }
}
