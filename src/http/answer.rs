//! Receipts as JSON: what an operation did, and what is answered under a key that was used before.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::key::Manner;
use crate::domain::ids::ItemId;
use crate::domain::item::Execution;
use crate::domain::key::ClientName;
use crate::domain::operation::Decision;
use crate::domain::outcome::{Awaiting, Outcome, Refusal, Skip};
use crate::domain::reason::Reason;
use crate::domain::receipt::{Receipt, Standing};
use crate::text::api;

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What an operation did, as it was answered the first time.
#[derive(Serialize)]
#[serde(untagged)]
enum First<'a> {
    Approved {
        approved_count: usize,
        ids: &'a [ItemId],
        by: &'a str,
        #[serde(skip_serializing_if = "<[Awaiting]>::is_empty")]
        awaiting: &'a [Awaiting],
        #[serde(skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    Rejected {
        rejected_count: usize,
        ids: &'a [ItemId],
        by: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    Withdrawn {
        withdrawn_count: usize,
        ids: &'a [ItemId],
        by: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    Issued {
        issued_count: usize,
        ids: &'a [ItemId],
        by: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    Failed {
        failed_count: usize,
        ids: &'a [ItemId],
        by: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    Undone {
        undone_count: usize,
        ids: &'a [ItemId],
    },
    Submitted {
        ids: &'a [ItemId],
        #[serde(skip_serializing_if = "<[ItemId]>::is_empty")]
        existing: &'a [ItemId],
    },
    Refused {
        error: &'static str,
        message: String,
    },
}

#[derive(Serialize)]
struct Skipped {
    id: ItemId,
    reason: String,
    message: String,
}

#[derive(Serialize)]
struct UsedBefore<'a> {
    error: &'static str,
    message: String,
    scope_hash: &'a str,
    scope_matches: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<&'a [String]>,
    original_status: u16,
    original: First<'a>,
}

/// The answer to a delivery: the outcome itself where the key was free, else what its header asks for.
pub(super) fn of_receipt(receipt: &Receipt, client: &ClientName, manner: Manner) -> Response {
    let (status, first) = first(receipt, client);
    let header = receipt.key.header();
    let (message, differs) = match &receipt.standing {
        Standing::New => return json(status, &first),
        Standing::Repeat if manner == Manner::Replay => {
            let mut replayed = json(status, &first);
            replayed.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            return replayed;
        }
        Standing::Repeat => (api::duplicate_key(header), None),
        Standing::Reused { differs } => (api::reused_key(header, differs), Some(differs.as_slice())),
    };
    let (told, error) = match manner {
        Manner::Conflict => (StatusCode::CONFLICT, "duplicate_idempotency_key"),
        Manner::Replay => (StatusCode::UNPROCESSABLE_ENTITY, "reused_idempotency_key"),
    };
    let body = UsedBefore {
        error,
        message,
        scope_hash: &receipt.scope_hash,
        scope_matches: differs.is_none(),
        differs,
        original_status: status.as_u16(),
        original: first,
    };
    json(told, &body)
}

/// A JSON answer that nothing on its way may keep.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            (status, headers, Body::from(bytes)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The key is the client's own, so that whoever asks again is who asked first.
fn first<'a>(receipt: &'a Receipt, client: &'a ClientName) -> (StatusCode, First<'a>) {
    let label = |label: &'a Option<String>| label.as_deref().unwrap_or_else(|| client.as_str());
    let (ids, skipped) = (receipt.outcome.done(), receipt.outcome.skipped());
    let skipped = skipped.iter().map(|skip| told(skip, &receipt.names)).collect();
    let count = ids.len();
    let first = match &receipt.outcome {
        Outcome::Decided { decision: Decision::Approve, awaiting, label: by, .. } => {
            First::Approved { approved_count: count, ids, by: label(by), awaiting, skipped }
        }
        Outcome::Decided { decision: Decision::Reject, reason, label: by, .. } => {
            let reason = reason.as_ref().map(Reason::as_str);
            First::Rejected { rejected_count: count, ids, by: label(by), reason, skipped }
        }
        Outcome::Withdrawn { reason, label: by, .. } => {
            let reason = reason.as_ref().map(Reason::as_str);
            First::Withdrawn { withdrawn_count: count, ids, by: label(by), reason, skipped }
        }
        Outcome::Issued { result, note, label: by, .. } => {
            let (by, note) = (label(by), note.as_ref().map(Reason::as_str));
            match result {
                Execution::Issued => First::Issued { issued_count: count, ids, by, note, skipped },
                Execution::Failed => First::Failed { failed_count: count, ids, by, note, skipped },
            }
        }
        // Nothing is asked for here that could be prepared, and no role.
        Outcome::Undone { .. } | Outcome::Prepared { .. } | Outcome::Appointed { .. } => {
            First::Undone { undone_count: count, ids }
        }
        Outcome::Submitted { known, .. } => {
            let status = if known.len() < count { StatusCode::CREATED } else { StatusCode::OK };
            return (status, First::Submitted { ids, existing: known });
        }
        Outcome::Refused { refusal } => {
            let (status, error, message) = of_rule(refusal);
            return (status, First::Refused { error, message });
        }
    };
    (StatusCode::OK, first)
}

/// The status, the code and the words of a refusal by a rule.
pub(super) fn of_rule(refusal: &Refusal) -> (StatusCode, &'static str, String) {
    match refusal {
        Refusal::MayNotDecide | Refusal::ViewersRead | Refusal::GivenSince | Refusal::OwnersOnly => {
            (StatusCode::FORBIDDEN, "forbidden_by_policy", api::may_not_decide())
        }
        Refusal::Forbidden { kind } => (StatusCode::FORBIDDEN, "forbidden_by_policy", api::forbidden(kind)),
        Refusal::NothingToUndo
        | Refusal::NotYourReceipt { .. }
        | Refusal::NoSuchReceipt { .. }
        | Refusal::NothingDecided { .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, "nothing_to_undo", api::nothing_to_undo())
        }
        Refusal::OverBulkLimit { asked, limit } => {
            (StatusCode::UNPROCESSABLE_ENTITY, "over_bulk_limit", api::over_bulk_limit(*asked, *limit))
        }
        Refusal::ExternalIdTaken { place, item } => {
            (StatusCode::CONFLICT, "external_id_taken", api::external_id_taken(*place, *item))
        }
        Refusal::ExpiryOutOfBounds { place, at, now } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "expiry_out_of_bounds",
            api::expiry_out_of_bounds(*place, *at, *now),
        ),
    }
}

fn told(skip: &Skip, names: &BTreeMap<String, String>) -> Skipped {
    Skipped { id: skip.id, reason: skip.reason.code(), message: api::skip(skip, names) }
}
