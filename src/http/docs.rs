//! `GET /openapi.json` and `GET /docs`: what this API is, for programs and for people. They say nothing of the queue and
//! nothing of who may what, so they need no token: whoever writes a client reads them first.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

use super::document;

/// The document as JSON.
pub(super) async fn document() -> Response {
    lasting("application/json", document::text())
}

/// The document as a page that loads nothing and runs nothing.
pub(super) async fn page() -> Response {
    let (html, policy) = document::page();
    let mut response = lasting("text/html; charset=utf-8", html);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// An answer that changes with the program alone; after an upgrade it is asked for again.
fn lasting(kind: &'static str, body: &'static str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    (headers, Body::from(body)).into_response()
}
