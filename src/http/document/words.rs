//! What the document says of each endpoint and status, in words. Its readers are developers; it speaks English.

use crate::http::endpoint::Endpoint;
use crate::limits::{HEADER_KEY_CHARS_MAX, ID_MAX, WAITING_MAX};

/// What is said of an endpoint.
pub(super) struct Words {
    /// Its name for programs.
    pub(super) id: &'static str,
    /// Which group it belongs to.
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) text: String,
}

/// The groups, with what they are for.
pub(super) const TAGS: [(&str, &str); 4] = [
    ("Asking", "Putting items into the queue, and hearing what became of them. Any token will do."),
    (
        "Deciding",
        "Saying yes or no by a program. It needs a token that may decide: whoever asks cannot answer.",
    ),
    ("Following", "What became final, in the order in which it did."),
    ("Watching", "Whether the program is well, and what it can do. No token is needed."),
];

/// What is said of `endpoint`.
pub(super) fn of(endpoint: Endpoint) -> Words {
    let (id, tag, summary, text) = match endpoint {
        Endpoint::Submit => (
            "submit",
            "Asking",
            "Submit items",
            "Puts one item, or several, into the queue: all of them or none. The people who may decide are shown them in Telegram.\n\nIts scope is the body with `\"op\":\"submit\"` in it.".to_owned(),
        ),
        Endpoint::List => (
            "list",
            "Asking",
            "List what waits",
            "The items that wait for a decision, the oldest first. A token that may submit sees its own client's alone.".to_owned(),
        ),
        Endpoint::Item => (
            "show",
            "Asking",
            "Show an item, or wait for its decision",
            format!("An item with what became of it: at once, or with `wait` as soon as its decision is final, whichever instance makes it so. {WAITING_MAX} requests may wait at once."),
        ),
        Endpoint::Withdraw => (
            "withdraw",
            "Asking",
            "Withdraw items",
            "A client takes back those of its own items that still wait; that is final at once. Its scope is the body with `\"op\":\"withdraw\"` in it.".to_owned(),
        ),
        Endpoint::Issue => (
            "issue",
            "Asking",
            "Report what came of approved items",
            "A client reports, once per item, that what was approved was carried out or failed; the card says so. The decision must be final. Its scope is the body with `\"op\":\"issue\"` in it.".to_owned(),
        ),
        Endpoint::Approve => (
            "approve",
            "Deciding",
            "Approve items",
            "Approves the items by their ids. A client has one vote, whatever `by` says; where a kind needs several yeses the item is listed under `awaiting`. Its scope is the body.".to_owned(),
        ),
        Endpoint::Reject => (
            "reject",
            "Deciding",
            "Reject items",
            "Rejects the items by their ids, with a reason where there is one. Its scope is the body with `\"op\":\"reject\"` in it.".to_owned(),
        ),
        Endpoint::Decisions => (
            "decisions",
            "Following",
            "Follow what became final",
            "Keep `next_after` and send it as `after` the next time: nothing is skipped and nothing comes twice, whatever the number of instances. A token that may submit reads what became of its own client's items; their numbers then have gaps.".to_owned(),
        ),
        Endpoint::Up => ("up", "Watching", "Is the program up?", "It answers from its start on, also before the database is there.".to_owned()),
        Endpoint::Ready => ("ready", "Watching", "Does the database answer?", "For load balancers and the like.".to_owned()),
        Endpoint::Document => (
            "document",
            "Watching",
            "This document",
            "OpenAPI 3.1, made from the program. It says nothing of the queue or of who may what, so it needs no token.".to_owned(),
        ),
        Endpoint::Page => ("docs", "Watching", "This document as a page", "To be read in a browser, also without a network.".to_owned()),
    };
    Words { id, tag, summary, text }
}

/// What a status means.
pub(super) const fn of_status(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read. The key stays free.",
        401 => "No token, or a wrong one. The key stays free.",
        403 => {
            "The token may not (`forbidden`; the key stays free), or a rule forbids it (that is then the key's outcome)."
        }
        404 => {
            "There is nothing here, or nothing that this token may see; `api_off` where no client is set up at all."
        }
        408 => "The body did not arrive in time. The key stays free.",
        409 => "The key was used before; nothing was done now.",
        413 => "The body is too large. The key stays free.",
        415 => "The body is not sent as `application/json`. The key stays free.",
        422 => {
            "A value that cannot be (the key stays free), a rule that says no (that is then the key's outcome), or another request under a used `Idempotency-Key`."
        }
        500 => "A fault of the program, which it has logged. Send the same request with the same key again.",
        503 => {
            "The database is away or busy, or too many wait. Send the same request with the same key again: it takes effect once."
        }
        _ => "",
    }
}

/// What stands before all endpoints.
pub(super) fn introduction() -> String {
    format!(include_str!("introduction.md"), key_chars = HEADER_KEY_CHARS_MAX, id_max = ID_MAX,)
}
