//! How tagged types are stored: as JSON with the version of their shape beside the tag.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version written today; a later program reads older ones too.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    v: u32,
    #[serde(flatten)]
    value: T,
}

/// Something stored that this program cannot read.
#[derive(Debug, thiserror::Error)]
#[error("what is stored cannot be read: {0}")]
pub struct Unreadable(String);

/// The JSON of `value`, its version first. For plain data types, whose serialising has no way to fail.
pub(super) fn write<T: Serialize>(value: &T) -> String {
    // Were there one, the empty text would be refused on reading.
    serde_json::to_string(&Stored { v: VERSION, value }).unwrap_or_default()
}

/// The same with its version last: in canonical form, where the names of the fields are sorted, in themselves too, and come
/// before `v`.
pub(super) fn write_sorted<T: Serialize>(value: &T) -> String {
    #[derive(Serialize)]
    struct Sorted<'a, T> {
        #[serde(flatten)]
        value: &'a T,
        v: u32,
    }
    serde_json::to_string(&Sorted { value, v: VERSION }).unwrap_or_default()
}

/// Reads what [`write`] wrote.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let stored: Stored<T> = serde_json::from_str(text).map_err(|error| Unreadable(error.to_string()))?;
    if stored.v == VERSION { Ok(stored.value) } else { Err(Unreadable(format!("version {}", stored.v))) }
}
