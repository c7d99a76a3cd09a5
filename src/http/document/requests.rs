//! What is sent: the bodies. Fields that stand nowhere in here are refused.

use serde_json::{Value, json};

use super::schema::Stands::{Always, Sometimes};
use super::schema::{
    any_of, bounded, closed, component, fitting, hidden, id, object, one_of, or_null, short, text, time, told,
};
use crate::domain::item::Execution;
use crate::limits::{
    DETAIL_CHARS_MAX, EXPIRES_MAX, EXTERNAL_ID_CHARS_MAX, IDS_MAX, KIND_CHARS_MAX, LABEL_CHARS_MAX,
    PAYLOAD_BYTES_MAX, REASON_CHARS_MAX, SUBMISSION_ITEMS_MAX, TARGET_CHARS_MAX, TITLE_CHARS_MAX,
};

/// The bodies of all requests, by name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    let items = bounded(&component("NewItem"), 1, SUBMISSION_ITEMS_MAX);
    vec![
        ("NewItem", new_item()),
        ("Submission", any_of(vec![component("NewItem"), closed(object([("items", Always, items)]))])),
        ("Approval", closed(object([ids(), by()]))),
        ("Rejection", closed(object([ids(), by(), line("reason", "Why, as everybody reads it.")]))),
        ("Withdrawal", closed(object([ids(), by(), line("reason", "Why, as everybody reads it.")]))),
        ("Report", report()),
    ]
}

fn new_item() -> Value {
    let (seen, lines) = (hidden(&[]), hidden(&['\n', '\r', '\t']));
    let title = fitting(&format!("^[^{seen}]*[^{seen}\\s][^{seen}]*$"), short(TITLE_CHARS_MAX));
    let detail =
        fitting(&format!("^[^{lines}]*$"), json!({ "type": "string", "maxLength": DETAIL_CHARS_MAX }));
    let own = fitting(&format!("^[^{seen}\\s]([^{seen}]*[^{seen}\\s])?$"), short(EXTERNAL_ID_CHARS_MAX));
    let payload = format!(
        "Data of your own, that stands by the decision later: any JSON of at most {PAYLOAD_BYTES_MAX} bytes. What readers could take in two ways is refused: a key twice in one object, and numbers that would be rounded. Null is none."
    );
    let expires = format!(
        "Until when it can be decided, in whole seconds; ahead, and within {} days. The earlier of it and the policy's `expires_after` holds.",
        EXPIRES_MAX.num_days()
    );
    let callback = json!({ "type": "string", "format": "uri", "maxLength": TARGET_CHARS_MAX });
    closed(object([
        (
            "kind",
            Always,
            told(
                "What sort of thing it is. The policy has rules by kind.",
                fitting("^[A-Za-z0-9._-]+$", short(KIND_CHARS_MAX)),
            ),
        ),
        ("title", Always, told("One line that says what is asked. White space around it is dropped.", title)),
        ("detail", Sometimes, told("More about it, in lines.", or_null(detail))),
        ("payload", Sometimes, json!({ "description": payload })),
        (
            "external_id",
            Sometimes,
            told(
                "Your own id for it, one item for good: the same content under it is that item again, another is refused.",
                or_null(own),
            ),
        ),
        ("expires_at", Sometimes, told(&expires, or_null(time()))),
        (
            "callback_url",
            Sometimes,
            told(
                "Where the decision is told. Only for clients with a secret in `CALLBACK_SECRETS`; it is no part of the content, and never shown.",
                or_null(callback),
            ),
        ),
    ]))
}

fn report() -> Value {
    let result = one_of([Execution::Issued, Execution::Failed].map(Execution::code));
    closed(object([
        ids(),
        ("result", Always, told("What came of it.", result)),
        by(),
        line("note", "One line about it, which the card shows."),
    ]))
}

fn ids() -> super::schema::Field {
    let what = "The items, by their ids. One that is named twice counts once; `BULK_LIMIT` may allow fewer.";
    ("ids", Always, told(what, bounded(&id(), 1, IDS_MAX)))
}

fn by() -> super::schema::Field {
    let label = fitting("^[^\\u0000-\\u001f\\u007f-\\u009f]*$", short(LABEL_CHARS_MAX));
    let what = "A label of yours for whoever does it on your side. On record is the client; without a label its name is told.";
    ("by", Sometimes, told(what, or_null(label)))
}

fn line(name: &'static str, what: &str) -> super::schema::Field {
    let mut line = fitting("\\S", text());
    line["maxLength"] = Value::from(REASON_CHARS_MAX);
    (
        name,
        Sometimes,
        told(&format!("{what} White space, line breaks too, becomes single spaces."), or_null(line)),
    )
}
