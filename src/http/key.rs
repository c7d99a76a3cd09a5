//! The header that makes a request recognisable when it comes again.

use axum::http::{HeaderMap, HeaderName};

use super::error::Refusal;
use crate::domain::key::{ClientName, IdempotencyKey};

const HEADER: HeaderName = HeaderName::from_static("x-idempotency-key");

/// The client's key, from the one header that must stand there.
pub(super) fn read(headers: &HeaderMap, client: &ClientName) -> Result<IdempotencyKey, Refusal> {
    let mut values = headers.get_all(HEADER).iter();
    let value = values.next().ok_or(Refusal::MissingKey)?;
    if values.next().is_some() {
        return Err(Refusal::RepeatedKey);
    }
    let text = value.to_str().map_err(|_| Refusal::MalformedKey)?;
    IdempotencyKey::client(client, text).map_err(|_| Refusal::MalformedKey)
}
