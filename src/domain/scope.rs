//! The scope of a key: what exactly was delivered under it, as a hash that any client can compute.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Hex digits kept of each field's hash: enough to name what differs, too few to give the content away.
const PART_DIGITS: usize = 8;

/// What was delivered: the hash of its canonical JSON, and of each of its fields, so that a reused key's answer can
/// name what differs without the content being kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    hash: String,
    parts: BTreeMap<String, String>,
}

impl Scope {
    /// The scope of `delivered`: lower-case hex SHA-256 of its canonical JSON (see [`canonical`]).
    #[must_use]
    pub fn of(delivered: &Value) -> Self {
        let hash = sha256(&canonical(delivered));
        let parts = match delivered {
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), part(value))).collect(),
            _ => BTreeMap::new(),
        };
        Self { hash, parts }
    }

    /// 64 lower-case hex digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Field → the first digits of the hash of its canonical JSON.
    #[must_use]
    pub const fn parts(&self) -> &BTreeMap<String, String> {
        &self.parts
    }

    /// The fields in which this scope and `other` (its [`parts`](Self::parts)) are not the same, by name.
    #[must_use]
    pub fn differs(&self, other: &BTreeMap<String, String>) -> Vec<String> {
        let names: std::collections::BTreeSet<&String> = self.parts.keys().chain(other.keys()).collect();
        names.into_iter().filter(|name| self.parts.get(*name) != other.get(*name)).cloned().collect()
    }
}

/// Canonical JSON: keys sorted by code point, no white space, integers as they are, arrays in their order.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            out.push('{');
            for (place, (name, value)) in sorted.into_iter().enumerate() {
                separate(place, out);
                write(&Value::String(name.clone()), out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(values) => {
            out.push('[');
            for (place, value) in values.iter().enumerate() {
                separate(place, out);
                write(value, out);
            }
            out.push(']');
        }
        // Null, booleans, numbers and strings: serde_json's own compact form, integers exact.
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn separate(place: usize, out: &mut String) {
    if place > 0 {
        out.push(',');
    }
}

fn part(value: &Value) -> String {
    sha256(&canonical(value)).chars().take(PART_DIGITS).collect()
}

/// Lower-case hex SHA-256 of `text`.
#[must_use]
pub fn sha256(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.as_bytes()))
}
