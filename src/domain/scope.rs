//! The scope of a key: what exactly was delivered under it, as a hash that any client can compute.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// Hex digits kept of each field's hash: enough to name what differs, too few to give the content away.
const PART_DIGITS: usize = 8;

/// What was delivered: the hash of its canonical JSON, and on demand that of each of its fields, so that a reused key's
/// answer can name what differs without the content being stored.
#[derive(Clone)]
pub struct Scope {
    hash: String,
    canonical: String,
}

impl Scope {
    /// The scope of `delivered`: lower-case hex SHA-256 of its canonical JSON (see [`canonical`]).
    #[must_use]
    pub fn of(delivered: &Value) -> Self {
        Self::hashed(canonical(delivered))
    }

    /// The same of a record whose fields are declared in the order of their names and hold text and numbers: serde writes
    /// it in canonical form at once, and every repeat is spared the way through a [`Value`].
    #[must_use]
    pub fn of_sorted(delivered: &impl Serialize) -> Self {
        // A plain record: serialising it has no way to fail.
        let canonical = serde_json::to_string(delivered).unwrap_or_default();
        debug_assert!(
            serde_json::from_str(&canonical).is_ok_and(|value| self::canonical(&value) == canonical)
        );
        Self::hashed(canonical)
    }

    fn hashed(canonical: String) -> Self {
        Self { hash: sha256(&canonical), canonical }
    }

    /// 64 lower-case hex digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Field → the first digits of the hash of its canonical JSON; none where no object was delivered.
    #[must_use]
    pub fn parts(&self) -> BTreeMap<String, String> {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(&self.canonical).unwrap_or_default();
        let part = |value: &RawValue| sha256(value.get()).chars().take(PART_DIGITS).collect();
        fields.into_iter().map(|(name, value)| (name, part(value))).collect()
    }

    /// The fields in which this scope and `other` (its [`parts`](Self::parts)) are not the same, by name.
    #[must_use]
    pub fn differs(&self, other: &BTreeMap<String, String>) -> Vec<String> {
        let parts = self.parts();
        let names: BTreeSet<&String> = parts.keys().chain(other.keys()).collect();
        names.into_iter().filter(|name| parts.get(*name) != other.get(*name)).cloned().collect()
    }
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl Eq for Scope {}

/// What was delivered is nobody's business in a log.
impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scope").field(&self.hash).finish()
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

/// Lower-case hex SHA-256 of `text`.
#[must_use]
pub fn sha256(text: &str) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digest = Sha256::digest(text.as_bytes());
    let mut hex = String::with_capacity(2 * digest.len());
    for byte in digest {
        hex.push(DIGITS[usize::from(byte >> 4)]);
        hex.push(DIGITS[usize::from(byte & 15)]);
    }
    hex
}
