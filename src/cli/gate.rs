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
#[derive(Clone)]
pub(super) struct Gate {
    behind: Arc<OnceLock<Router>>,
    /// Who answers until then.
    before: Router,
}

impl Gate {
    /// Until it is opened `before` answers, and 503 what `before` does not know.
    pub(super) fn new(before: Router) -> Self {
        let before = before.fallback(|request: Request| async move { not_yet(request.uri().path()) });
        Self { behind: Arc::default(), before }
    }

    /// From now on requests go to `router`.
    pub(super) fn open(&self, router: Router) {
        // Opened a second time it stays as it is.
        let _ = self.behind.set(router);
    }

    /// What the server serves.
    pub(super) fn router(&self) -> Router {
        let gate = self.clone();
        Router::new().fallback(move |request: Request| async move { gate.pass(request).await })
    }

    async fn pass(&self, request: Request) -> Response<Body> {
        let router = self.behind.get().unwrap_or(&self.before);
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
