//! Items as the API shows them: in short in a list, and one of them whole.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::domain::ids::ItemId;
use crate::domain::item::{Item, ItemState};
use crate::domain::payload::Payload;
use crate::domain::reason::Reason;
use crate::domain::record::{Mark, Record};

/// An item in a list.
#[derive(Serialize)]
pub(super) struct Brief<'a> {
    id: ItemId,
    kind: &'a str,
    title: &'a str,
    detail: Option<&'a str>,
    client: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    state: &'static str,
    content_hash: &'a str,
    version: i32,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

/// An item with what became of it.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    #[serde(flatten)]
    brief: Brief<'a>,
    payload: Option<Value>,
    r#final: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    final_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<Who<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awaiting: Option<Awaiting<'a>>,
    votes: Vec<Vote<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<Issue<'a>>,
}

/// What the client reported of carrying it out.
#[derive(Serialize)]
struct Issue<'a> {
    result: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// How many must say yes, while that is open.
#[derive(Serialize)]
struct Awaiting<'a> {
    have: usize,
    need: u32,
    from: &'a [String],
}

/// A person or a client.
#[derive(Serialize)]
struct Who<'a> {
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// A vote that counts.
#[derive(Serialize)]
struct Vote<'a> {
    #[serde(flatten)]
    who: Who<'a>,
    decision: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    at: String,
}

impl<'a> Brief<'a> {
    pub(super) fn of(item: &'a Item) -> Self {
        Self {
            id: item.id,
            kind: &item.kind,
            title: &item.title,
            detail: item.detail.as_deref(),
            client: &item.client,
            external_id: item.external_id.as_deref(),
            state: item.state.code(),
            content_hash: &item.content_hash,
            version: item.version,
            created_at: time(item.created_at),
            expires_at: item.expires_at.map(time),
        }
    }
}

impl<'a> Whole<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        let portrait = &record.portrait;
        let item = &portrait.item;
        // A vote that was not enough has decided nothing.
        let by_somebody = matches!(item.state, ItemState::Approved | ItemState::Rejected);
        let by = portrait.by.as_deref().filter(|_| by_somebody);
        let reason = match item.state {
            ItemState::Withdrawn => item.note.as_ref(),
            _ => portrait.reason.as_ref().filter(|_| by_somebody),
        };
        let note = item.note.as_ref().map(Reason::as_str);
        let open = item.state == ItemState::Pending;
        Self {
            brief: Brief::of(item),
            payload: item.payload.as_ref().map(Payload::value),
            // Not by the clock: what is told as final stands in the log.
            r#final: item.released_at.is_some(),
            decided_at: item.decided_at.map(time),
            final_at: item.final_at().map(time),
            decided_by: by.map(|actor| Who { actor, name: portrait.name.as_deref() }),
            reason: reason.map(Reason::as_str),
            awaiting: open.then_some(Awaiting {
                have: portrait.yeses.len(),
                need: item.rules.quorum,
                from: &record.waits_for,
            }),
            votes: record.marks.iter().filter(|mark| mark.withdrawn_at.is_none()).map(vote).collect(),
            issue: item.issue.map(|issue| Issue { result: issue.result.code(), at: time(issue.at), note }),
        }
    }
}

fn vote(mark: &Mark) -> Vote<'_> {
    Vote {
        who: Who { actor: &mark.by, name: mark.name.as_deref() },
        decision: &mark.decision,
        reason: mark.reason.as_deref(),
        at: time(mark.at),
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
