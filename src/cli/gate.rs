//! Answers while the books are not open yet: the program listens from the start, and says 503 until it can do more.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use tower_service::Service;

use crate::http;

/// Passes requests on once there is something behind it.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<OnceLock<Router>>);

impl Gate {
    /// From now on requests go to `router`.
    pub(super) fn open(&self, router: Router) {
        // Opened a second time it stays as it is.
        let _ = self.0.set(router);
    }

    /// What the server serves.
    pub(super) fn router(&self) -> Router {
        let gate = self.clone();
        Router::new().fallback(move |request: Request| async move { gate.pass(request).await })
    }

    async fn pass(&self, request: Request) -> Response<Body> {
        let Some(router) = self.0.get() else { return not_yet(request.uri().path()) };
        match router.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

fn not_yet(path: &str) -> Response<Body> {
    if path == "/healthz" {
        return ([(CONTENT_TYPE, "application/json")], r#"{"status":"up"}"#).into_response();
    }
    http::database_away()
}
