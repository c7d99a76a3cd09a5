//! What is answered: the shapes of the bodies. A client ignores fields that it does not know; the tests know them all.

use serde_json::{Value, json};

use super::refusals::codes_of_skips;
use super::schema::Stands::{Always, Sometimes};
use super::schema::{
    Field, any_of, component, count, hash, id, list, object, one_of, or_null, text, time, told, whole,
    yes_or_no,
};
use crate::domain::item::{Execution, ItemState};
use crate::domain::operation::Decision;
use crate::limits::{ID_MAX, PENDING_COUNTED_MAX};

/// What an operation can have done, by the names of its shapes.
const OUTCOMES: [&str; 7] = ["Submitted", "Approved", "Rejected", "Withdrawn", "Issued", "Failed", "Error"];

/// The shapes of all answers, by name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    let reason = || ("reason", Sometimes, text());
    let note = || ("note", Sometimes, text());
    let awaiting = (
        "awaiting",
        Sometimes,
        told("Items that the vote counts for, and that wait for more of them.", list(&component("Awaiting"))),
    );
    vec![
        ("Error", object([("error", Always, told("A code for machines.", text())), message()])),
        ("Duplicate", used_before("duplicate_idempotency_key")),
        ("Reused", used_before("reused_idempotency_key")),
        ("Submitted", submitted()),
        ("Approved", counted("approved_count", vec![awaiting])),
        ("Rejected", counted("rejected_count", vec![reason()])),
        ("Withdrawn", counted("withdrawn_count", vec![reason()])),
        ("Issued", counted("issued_count", vec![note()])),
        ("Failed", counted("failed_count", vec![note()])),
        ("Skipped", object([("id", Always, id()), ("reason", Always, one_of(codes_of_skips())), message()])),
        (
            "Awaiting",
            object([
                ("id", Always, id()),
                ("have", Always, count()),
                ("need", Always, whole(1, i64::from(u32::MAX))),
            ]),
        ),
        ("ItemInList", object(brief())),
        ("Item", object(brief().into_iter().chain(rest_of_item()))),
        ("ItemList", item_list()),
        ("Decision", object(decision())),
        ("DecisionList", decision_list()),
        ("Told", object(told_to_receivers())),
        ("Up", object([("status", Always, one_of(["up"]))])),
        ("Ready", object(ready("ready", &["ok"]))),
        ("NotReady", object(ready("unavailable", &["away", "failing"]))),
    ]
}

fn message() -> Field {
    (
        "message",
        Always,
        told("What is wrong and what to do, for whoever reads it; its wording may change.", text()),
    )
}

fn ids(what: &str) -> Field {
    ("ids", Always, told(what, list(&id())))
}

fn used_before(error: &str) -> Value {
    object([
        ("error", Always, one_of([error])),
        message(),
        ("scope_hash", Always, told("The scope that the key was used up with.", hash())),
        ("scope_matches", Always, told("Whether this request is that one again.", yes_or_no())),
        ("differs", Sometimes, told("The fields in which it is another.", list(&text()))),
        (
            "original_status",
            Always,
            told(
                "The status of the first answer.",
                json!({ "type": "integer", "enum": [200, 201, 403, 409, 422] }),
            ),
        ),
        ("original", Always, told("The first answer.", any_of(OUTCOMES.map(component).into()))),
    ])
}

fn submitted() -> Value {
    let existing = told("Those of them that were there already, by their `external_id`.", list(&id()));
    object([ids("The items' ids, in the order in which they were sent."), ("existing", Sometimes, existing)])
}

fn counted(name: &'static str, more: Vec<Field>) -> Value {
    let skipped =
        told("Those that were named and not changed, each with the reason.", list(&component("Skipped")));
    let fields = [
        (name, Always, count()),
        ids("Those that changed now."),
        ("by", Always, told("The label that was sent, or the client's name.", text())),
        ("skipped", Sometimes, skipped),
    ];
    object(fields.into_iter().chain(more))
}

fn states(states: &[ItemState]) -> Value {
    one_of(states.iter().map(|state| state.code()))
}

fn brief() -> Vec<Field> {
    use ItemState::{Approved, Expired, Pending, Rejected, Withdrawn};
    let content = "SHA-256 of the canonical JSON of kind, title, detail and payload: what was approved is what was shown.";
    vec![
        ("id", Always, id()),
        ("kind", Always, text()),
        ("title", Always, text()),
        ("detail", Always, or_null(text())),
        ("client", Always, told("Who submitted it.", text())),
        ("external_id", Sometimes, text()),
        ("state", Always, states(&[Pending, Approved, Rejected, Expired, Withdrawn])),
        ("content_hash", Always, told(content, hash())),
        ("version", Always, told("Rises with each change of its state.", whole(1, i64::from(i32::MAX)))),
        ("created_at", Always, time()),
        ("expires_at", Sometimes, time()),
    ]
}

fn rest_of_item() -> Vec<Field> {
    let vote = object([
        ("actor", Always, actor()),
        ("name", Sometimes, text()),
        ("decision", Always, one_of([Decision::Approve, Decision::Reject].map(Decision::code))),
        ("reason", Sometimes, text()),
        ("at", Always, time()),
    ]);
    let awaiting = object([
        ("have", Always, told("How many said yes.", count())),
        ("need", Always, told("How many must.", whole(1, i64::from(u32::MAX)))),
        ("from", Always, told("Who is asked.", list(&text()))),
    ]);
    let issue = object([
        ("result", Always, one_of([Execution::Issued, Execution::Failed].map(Execution::code))),
        ("at", Always, time()),
        ("note", Sometimes, text()),
    ]);
    vec![
        ("payload", Always, json!({ "description": "The data that came with it, or null." })),
        (
            "final",
            Always,
            told("Whether it can no longer be taken back: only then is anybody told of it.", yes_or_no()),
        ),
        ("decided_at", Sometimes, time()),
        ("final_at", Sometimes, told("Since when it is final, or when it will be.", time())),
        ("decided_by", Sometimes, object([("actor", Always, actor()), ("name", Sometimes, text())])),
        ("reason", Sometimes, text()),
        ("awaiting", Sometimes, told("While it waits.", awaiting)),
        ("votes", Always, told("The votes that count.", list(&vote))),
        ("issue", Sometimes, told("What its client reported of carrying it out.", issue)),
    ]
}

fn actor() -> Value {
    told("`tg:` and a person's numeric id, or `api:` and a client's name.", text())
}

fn item_list() -> Value {
    let total = format!("How many wait, on all pages, counted up to {PENDING_COUNTED_MAX}.");
    let more = told("True where there are more than `total`.", yes_or_no());
    let next = told("Send it as `after` for the next page; null on the last.", or_null(id()));
    object([
        ("items", Always, list(&component("ItemInList"))),
        ("total", Always, told(&total, count())),
        ("more_than_total", Sometimes, more),
        ("next_after", Always, next),
    ])
}

fn decision() -> Vec<Field> {
    use ItemState::{Approved, Expired, Rejected, Withdrawn};
    let decider = object([
        ("actor", Always, actor()),
        ("name", Sometimes, text()),
        ("label", Sometimes, told("The `by` of the client that decided.", text())),
    ]);
    let sealed = "SHA-256 of the canonical JSON of this row without `hash`.";
    vec![
        ("number", Always, told("Its place in the log, from 1 on and without a gap.", whole(1, ID_MAX))),
        ("item_id", Always, id()),
        ("round", Always, told("Each undo began another.", whole(1, i64::from(i32::MAX)))),
        ("kind", Always, text()),
        ("client", Always, text()),
        ("external_id", Always, or_null(text())),
        ("state", Always, states(&[Approved, Rejected, Expired, Withdrawn])),
        ("decided_by", Always, told("Nobody, where it expired or was withdrawn.", list(&decider))),
        ("reason", Always, or_null(text())),
        ("content_hash", Always, hash()),
        ("decided_at", Always, or_null(time())),
        ("released_at", Always, told("Since when it is final.", time())),
        ("previous", Always, told("The hash of the row before; zeros in the first.", hash())),
        ("hash", Always, told(sealed, hash())),
        ("v", Always, told("The version of this shape.", whole(1, 1))),
    ]
}

fn decision_list() -> Value {
    let next = told("Keep it, and send it as `after` the next time.", whole(0, ID_MAX));
    let more = told("Whether more of them are there by now.", yes_or_no());
    object([
        ("decisions", Always, list(&component("Decision"))),
        ("next_after", Always, next),
        ("more", Always, more),
    ])
}

fn told_to_receivers() -> Vec<Field> {
    use ItemState::{Approved, Expired, Rejected, Withdrawn};
    let types = [Approved, Rejected, Expired, Withdrawn].map(|state| format!("item.{}", state.code()));
    let title_and_payload = [("title", Always, text()), ("payload", Always, json!({}))];
    vec![
        ("type", Always, one_of(types)),
        ("timestamp", Always, told("Since when it is final.", time())),
        (
            "data",
            Always,
            told(
                "The row of the log, with the item's title and payload.",
                object(decision().into_iter().chain(title_and_payload)),
            ),
        ),
    ]
}

fn ready(status: &str, database: &[&'static str]) -> Vec<Field> {
    vec![
        ("status", Always, one_of([status])),
        ("database", Always, one_of(database.iter().copied())),
        (
            "telegram",
            Always,
            told("How things stand with Telegram. It is no condition of being ready.", text()),
        ),
    ]
}
