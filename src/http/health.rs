//! `GET /healthz` and `GET /readyz`: for whoever watches the program; both need no token.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::door::Door;
use super::{answer, error};
use crate::ledger::LedgerError;

#[derive(Serialize)]
struct Up {
    status: &'static str,
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    database: &'static str,
    telegram: String,
}

/// The program runs.
pub(super) async fn up() -> Response {
    answer::json(StatusCode::OK, &Up { status: "up" })
}

/// The database answers. Telegram's state is told and is no condition: deliveries are taken without it.
pub(super) async fn ready(State(door): State<Arc<Door>>) -> Response {
    let telegram = door.telegram();
    match door.app.ledger.database_time().await {
        Ok(_) => answer::json(StatusCode::OK, &Ready { status: "ready", database: "ok", telegram }),
        Err(fault) => {
            tracing::warn!(error = %fault, "not ready: the database gave no answer");
            let database = if matches!(fault, LedgerError::Away(_)) { "away" } else { "failing" };
            let told = Ready { status: "unavailable", database, telegram };
            let mut response = answer::json(StatusCode::SERVICE_UNAVAILABLE, &told);
            error::ask_to_retry(response.headers_mut());
            response
        }
    }
}
