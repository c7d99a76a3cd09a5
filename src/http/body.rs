//! What was delivered: read within its bound, decoded strictly, and kept as it was sent for the scope.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::error::Refusal;
use crate::limits::{BODY_BYTES_MAX, OPERATION_DEADLINE};

/// The field of a scope that names its endpoint.
const OP: &str = "op";
/// How long the rest of a refused body is taken off the wire.
const LINGER: Duration = Duration::from_secs(2);
/// Most characters of a decoder's complaint that are told: it may quote what was sent.
const COMPLAINT_CHARS_MAX: usize = 200;

/// A body on its way in. Dropped before its end, what is still sent is taken off the wire for a moment and thrown
/// away: a connection closed over unread bytes is reset, and the client never sees why it was refused.
pub(super) struct Incoming {
    announced: usize,
    chunks: Option<BodyDataStream>,
}

impl Incoming {
    pub(super) fn new(body: Body) -> Self {
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        let chunks = (!body.is_end_stream()).then(|| body.into_data_stream());
        Self { announced, chunks }
    }

    /// The text of a JSON body of at most [`BODY_BYTES_MAX`] bytes.
    pub(super) async fn read(mut self, headers: &HeaderMap) -> Result<String, Refusal> {
        if !is_json(headers) {
            return Err(Refusal::UnsupportedMediaType);
        }
        let bytes = timeout(OPERATION_DEADLINE, self.bounded()).await.map_err(|_| Refusal::TooSlow)??;
        String::from_utf8(bytes).map_err(|error| malformed(&error.utf8_error()))
    }

    /// Keeps no more than the bound, and nothing at all of a body that announces more.
    async fn bounded(&mut self) -> Result<Vec<u8>, Refusal> {
        if self.announced > BODY_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        let mut bytes = Vec::with_capacity(self.announced);
        while let Some(chunks) = &mut self.chunks {
            match chunks.next().await {
                Some(Ok(chunk)) if bytes.len() + chunk.len() > BODY_BYTES_MAX => {
                    return Err(Refusal::TooLarge);
                }
                Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
                Some(Err(error)) => {
                    self.chunks = None;
                    return Err(malformed(&error));
                }
                None => self.chunks = None,
            }
        }
        Ok(bytes)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let (Some(mut chunks), Ok(runtime)) = (self.chunks.take(), Handle::try_current()) {
            let discard = async move { while let Some(Ok(_)) = chunks.next().await {} };
            runtime.spawn(timeout(LINGER, discard));
        }
    }
}

/// Decodes `text`. Unknown fields and doubled ones are `T`'s to refuse, as every struct with `deny_unknown_fields` does.
pub(super) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    // serde would take a list for a struct, by its places.
    if !is_object(text) && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Err(malformed(&"it is not a JSON object"));
    }
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => malformed(&error),
        _ => malformed(&format!("it is not JSON at line {}, column {}", error.line(), error.column())),
    })
}

/// Whether the JSON is an object.
pub(super) fn is_object(json: &str) -> bool {
    json.trim_ascii_start().starts_with('{')
}

/// What was delivered, for the scope. Only for a text that [`decode`] took and whose numbers were found to be whole:
/// a `Value` holds others as f64.
pub(super) fn delivered(text: &str) -> Result<Value, Refusal> {
    decode(text)
}

/// What was delivered to an endpoint whose scope is its body and its name: without it the same body under the same key
/// would be taken for a repeat of another endpoint's.
pub(super) fn delivered_to(op: &str, text: &str) -> Result<Value, Refusal> {
    let mut fields: Map<String, Value> = decode(text)?;
    fields.insert(OP.to_owned(), Value::from(op));
    Ok(Value::Object(fields))
}

/// The refusal of a body that says something that cannot be read.
pub(super) fn malformed(complaint: &impl ToString) -> Refusal {
    Refusal::MalformedBody(complaint.to_string().chars().take(COMPLAINT_CHARS_MAX).collect())
}

/// Whether the one `Content-Type` is `application/json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let essence = value.as_bytes().split(|b| *b == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}
