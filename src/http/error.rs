//! Every refusal that uses no key up, with its status and its code: `{"error":code,"message":…}`.

use std::any::Any;

use axum::extract::rejection::QueryRejection;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::answer;
use crate::ledger::LedgerError;
use crate::limits::RETRY_AFTER_S;
use crate::text::api;

/// Why a request was refused at the door. No key is used up by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// `API_TOKENS` is not set.
    ApiOff,
    /// No token, several, or a wrong one.
    Unauthorized,
    /// The token has not the right to this.
    MayNot,
    /// The client may not name an address that is told.
    MayNotCallBack,
    /// No key header.
    MissingKey,
    /// More than one key header.
    RepeatedKey,
    /// Both key headers.
    TwoKeys,
    /// A key header with a value that no key can have.
    MalformedKey,
    /// Not `application/json`.
    UnsupportedMediaType,
    /// More than the most bytes of a body.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    /// Not the JSON that is taken here; what is wrong with it.
    MalformedBody(String),
    /// Well-formed, and impossible; which value and why.
    ImpossibleValue(String),
    /// A query that is not understood; what is wrong with it.
    MalformedQuery(String),
    /// No such item, or none that this client may see.
    NoSuchItem,
    /// No such path.
    NotFound,
    /// No such method at this path.
    MethodNotAllowed,
    /// As many wait for decisions as may.
    TooManyWait,
    /// The database is away or busy.
    DatabaseAway,
    /// A fault of ours; it was logged.
    Internal,
}

impl Refusal {
    /// The refusal of a query that axum could not read.
    pub(super) fn query(rejection: &QueryRejection) -> Self {
        Self::MalformedQuery(rejection.body_text().replace("Failed to deserialize query string: ", ""))
    }

    /// Its status, its code, and what it says.
    pub(super) fn told(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::ApiOff => (StatusCode::NOT_FOUND, "api_off", api::api_off()),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", api::unauthorized()),
            Self::MayNot => (StatusCode::FORBIDDEN, "forbidden", api::may_not()),
            Self::MayNotCallBack => (StatusCode::FORBIDDEN, "forbidden", api::may_not_call_back()),
            Self::MissingKey => (StatusCode::BAD_REQUEST, "missing_idempotency_key", api::missing_key()),
            Self::RepeatedKey => (StatusCode::BAD_REQUEST, "repeated_idempotency_key", api::repeated_key()),
            Self::TwoKeys => (StatusCode::BAD_REQUEST, "two_idempotency_keys", api::two_keys()),
            Self::MalformedKey => {
                (StatusCode::BAD_REQUEST, "malformed_idempotency_key", api::malformed_key())
            }
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", api::unsupported_media_type())
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", api::too_large()),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow", api::too_slow()),
            Self::MalformedBody(detail) => {
                (StatusCode::BAD_REQUEST, "malformed_body", api::malformed_body(detail))
            }
            Self::ImpossibleValue(detail) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "impossible_value", api::impossible_value(detail))
            }
            Self::MalformedQuery(detail) => {
                (StatusCode::BAD_REQUEST, "malformed_query", api::malformed_query(detail))
            }
            Self::NoSuchItem => (StatusCode::NOT_FOUND, "no_such_item", api::no_such_item()),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", api::not_found()),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", api::method_not_allowed())
            }
            Self::TooManyWait => (StatusCode::SERVICE_UNAVAILABLE, "too_many_wait", api::too_many_wait()),
            Self::DatabaseAway => (StatusCode::SERVICE_UNAVAILABLE, "database_away", api::database_away()),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", api::internal()),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    message: &'a str,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, message) = self.told();
        let mut response = answer::json(status, &Body { error, message: &message });
        match self {
            Self::Unauthorized => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::DatabaseAway | Self::TooManyWait => ask_to_retry(response.headers_mut()),
            _ => {}
        }
        response
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Away(_) => {
                tracing::warn!(%error, "an API request was answered 503");
                Self::DatabaseAway
            }
            LedgerError::Broken(_) | LedgerError::Panicked => {
                tracing::error!(%error, "an API request was answered 500");
                Self::Internal
            }
        }
    }
}

/// Says when to try again: what is away may be back then.
pub(super) fn ask_to_retry(headers: &mut HeaderMap) {
    headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
}

/// The answer to a request whose handling panicked: it ends this request alone. The panic hook has logged where.
pub(super) fn of_panic(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("handling an API request panicked; it was answered 500");
    Refusal::Internal.into_response()
}
