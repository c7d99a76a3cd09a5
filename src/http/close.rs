//! `POST /api/admin/pending/bulk.withdraw` and `bulk.issue`: a client takes its own items back, and reports what came of
//! carrying out those that were approved.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::bulk;
use super::door::Door;
use super::error::Refusal;
use crate::domain::item::Execution;
use crate::domain::operation::Operation;

/// The body of a withdrawal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    ids: Vec<Box<RawValue>>,
    by: Option<String>,
    reason: Option<String>,
}

/// The body of a report.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    ids: Vec<Box<RawValue>>,
    result: Execution,
    by: Option<String>,
    note: Option<String>,
}

pub(super) async fn withdraw(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    bulk::take(
        &door,
        request,
        |_| Ok(()),
        Some("withdraw"),
        |sent: Withdraw| {
            let (ids, label) = (bulk::ids(&sent.ids)?, bulk::label(sent.by)?);
            Ok(Operation::Withdraw { ids, reason: bulk::line("reason", sent.reason.as_deref())?, label })
        },
    )
    .await
}

pub(super) async fn issue(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    bulk::take(
        &door,
        request,
        |_| Ok(()),
        Some("issue"),
        |sent: Issue| {
            let (ids, label) = (bulk::ids(&sent.ids)?, bulk::label(sent.by)?);
            let note = bulk::line("note", sent.note.as_deref())?;
            Ok(Operation::Issue { result: sent.result, ids, note, label })
        },
    )
    .await
}
