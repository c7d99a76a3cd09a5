//! `POST /api/admin/pending/bulk.approve` and `bulk.reject`: decide about items by their ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::auth::Client;
use super::bulk;
use super::door::Door;
use super::error::Refusal;
use crate::domain::operation::{Decision, Operation};

/// The body of an approval.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    ids: Vec<Box<RawValue>>,
    by: Option<String>,
}

/// The body of a rejection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reject {
    ids: Vec<Box<RawValue>>,
    by: Option<String>,
    reason: Option<String>,
}

/// `bulk.approve`: its scope is the body alone, the contract it grew from.
pub(super) async fn approve(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    bulk::take(&door, request, Client::must_decide, None, |sent: Approve| {
        decide(Decision::Approve, &sent.ids, sent.by, None)
    })
    .await
}

/// `bulk.reject`: its scope is the body with its `op`.
pub(super) async fn reject(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    bulk::take(&door, request, Client::must_decide, Some("reject"), |sent: Reject| {
        decide(Decision::Reject, &sent.ids, sent.by, sent.reason.as_deref())
    })
    .await
}

fn decide(
    decision: Decision,
    ids: &[Box<RawValue>],
    by: Option<String>,
    reason: Option<&str>,
) -> Result<Operation, Refusal> {
    let ids = bulk::ids(ids)?;
    let label = bulk::label(by)?;
    let reason = bulk::line("reason", reason)?;
    Ok(Operation::Decide { decision, ids, seen: BTreeMap::new(), reason, label })
}
