//! A row as bytes that are the same whichever database it was read from.

use sea_orm::{DbErr, Value};
use sha2::{Digest, Sha256};

/// The hash of a table's rows, in the order in which they were taken.
#[derive(Clone, Default)]
pub(super) struct Rows {
    pub(super) count: u64,
    hash: Sha256,
}

impl Rows {
    /// Takes a row. What each value is stands before it, and how long a text is, so that no two rows look alike.
    pub(super) fn take(&mut self, row: &[Value]) -> Result<(), DbErr> {
        for value in row {
            let (kind, bytes) = bytes(value)?;
            self.hash.update([kind]);
            self.hash.update((bytes.len() as u64).to_be_bytes());
            self.hash.update(bytes);
        }
        self.count += 1;
        Ok(())
    }

    pub(super) fn hash(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Numbers by their value and not their width, times in whole microseconds: what both databases keep.
fn bytes(value: &Value) -> Result<(u8, Vec<u8>), DbErr> {
    let number = |number: Option<i64>| number.map(|number| (b'i', number.to_be_bytes().to_vec()));
    let told = match value {
        Value::Bool(yes) => yes.map(|yes| (b'b', vec![u8::from(yes)])),
        Value::SmallInt(small) => number(small.map(i64::from)),
        Value::Int(int) => number(int.map(i64::from)),
        Value::BigInt(big) => number(*big),
        Value::String(text) => text.as_ref().map(|text| (b's', text.as_bytes().to_vec())),
        Value::ChronoDateTime(time) => {
            time.map(|time| (b't', time.and_utc().timestamp_micros().to_be_bytes().to_vec()))
        }
        other => return Err(DbErr::Type(format!("no canonical form is known for {:?}", other.array_type()))),
    };
    Ok(told.unwrap_or((b'n', Vec::new())))
}
