//! The header that makes a request recognisable when it comes again: `X-Idempotency-Key` with the bare key, or the standard's
//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) with the key as a string in quotes. Both name the same keys;
//! they differ in how a repeat is answered.

use axum::http::{HeaderMap, HeaderName};

use super::error::Refusal;
use crate::domain::key::{ClientName, IdempotencyKey};

const OWN: HeaderName = HeaderName::from_static("x-idempotency-key");
const STANDARD: HeaderName = HeaderName::from_static("idempotency-key");

/// A request's key, and how a repeat of it is answered.
pub(super) struct Key {
    pub(super) key: IdempotencyKey,
    pub(super) manner: Manner,
}

/// How what comes under a used key is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// 409, with the first answer in it.
    Conflict,
    /// As the standard has it: the first answer once more, or 422 where the request is another.
    Replay,
}

/// The client's key, from the one header that must stand there.
pub(super) fn read(headers: &HeaderMap, client: &ClientName) -> Result<Key, Refusal> {
    let (own, standard) = (one(headers, &OWN)?, one(headers, &STANDARD)?);
    let (text, manner) = match (own, standard) {
        (Some(_), Some(_)) => return Err(Refusal::TwoKeys),
        (None, None) => return Err(Refusal::MissingKey),
        (Some(bare), None) => (bare.to_owned(), Manner::Conflict),
        (None, Some(quoted)) => (unquoted(quoted).ok_or(Refusal::MalformedKey)?, Manner::Replay),
    };
    let key = IdempotencyKey::client(client, &text).map_err(|_| Refusal::MalformedKey)?;
    Ok(Key { key, manner })
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::RepeatedKey);
    }
    value.to_str().map(Some).map_err(|_| Refusal::MalformedKey)
}

/// The string of a structured field (RFC 8941, section 3.3.3), without parameters: the draft knows none.
fn unquoted(field: &str) -> Option<String> {
    let inner = field.trim_matches(' ').strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return None,
            '\\' => text.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => text.push(c),
        }
    }
    Some(text)
}
