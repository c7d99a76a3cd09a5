//! What each endpoint may refuse, told by the refusals themselves: their status, code and message are the code's own.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::domain::ids::ItemId;
use crate::domain::item::{Execution, ItemState};
use crate::domain::outcome::{Refusal as Rule, SkipReason};
use crate::domain::role::Deciders;
use crate::http::answer;
use crate::http::endpoint::Endpoint;
use crate::http::error::Refusal;
use crate::limits::{DECISIONS_MAX, IDS_MAX, LIST_ITEMS_MAX, WAIT_S_MAX};

/// A refusal as it is answered.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// Whether it is the outcome of its key, told again whenever the key comes again.
    pub(super) uses_key: bool,
}

/// What `endpoint` may refuse.
pub(super) fn of(endpoint: Endpoint) -> Vec<Refused> {
    let at_the_door = at_the_door(endpoint).into_iter().map(|refusal| {
        let (status, code, message) = refusal.told();
        Refused { status, code, message, uses_key: false }
    });
    let by_rule = by_rule(endpoint).into_iter().map(|rule| {
        let (status, code, message) = answer::of_rule(&rule);
        Refused { status, code, message, uses_key: true }
    });
    at_the_door.chain(by_rule).collect()
}

fn at_the_door(endpoint: Endpoint) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if endpoint.needs_token() {
        refusals.extend([Refusal::Unauthorized, Refusal::ApiOff]);
    }
    if endpoint.changes() {
        refusals.extend([
            Refusal::MissingKey,
            Refusal::RepeatedKey,
            Refusal::TwoKeys,
            Refusal::MalformedKey,
            Refusal::MalformedBody("missing field `ids` at line 1 column 14".to_owned()),
            Refusal::UnsupportedMediaType,
            Refusal::TooLarge,
            Refusal::TooSlow,
        ]);
    }
    refusals.extend(match endpoint {
        Endpoint::Submit => {
            vec![
                Refusal::MayNotCallBack,
                Refusal::ImpossibleValue("items[1].title must not be empty".to_owned()),
            ]
        }
        Endpoint::Approve | Endpoint::Reject => vec![Refusal::MayNot, no_ids()],
        Endpoint::Withdraw | Endpoint::Issue => vec![no_ids()],
        Endpoint::List => vec![odd_query(&format!("limit is 0; it goes from 1 to {LIST_ITEMS_MAX}"))],
        Endpoint::Decisions => vec![odd_query(&format!("limit is 0; it goes from 1 to {DECISIONS_MAX}"))],
        Endpoint::Item => vec![
            odd_query(&format!("wait is 60; it is a number of seconds, at most {WAIT_S_MAX}")),
            Refusal::NoSuchItem,
            Refusal::TooManyWait,
        ],
        Endpoint::Up | Endpoint::Ready | Endpoint::Document | Endpoint::Page => Vec::new(),
    });
    if !matches!(endpoint, Endpoint::Up | Endpoint::Ready) {
        refusals.push(Refusal::DatabaseAway);
    }
    refusals.push(Refusal::Internal);
    refusals
}

fn no_ids() -> Refusal {
    Refusal::ImpossibleValue("ids is empty; name at least one".to_owned())
}

fn odd_query(detail: &str) -> Refusal {
    Refusal::MalformedQuery(detail.to_owned())
}

fn by_rule(endpoint: Endpoint) -> Vec<Rule> {
    let kind = "invoice".to_owned();
    let over_limit = Rule::OverBulkLimit { asked: IDS_MAX, limit: 100 };
    match endpoint {
        Endpoint::Submit => {
            let now = super::sample_time();
            let at = now - TimeDelta::minutes(4);
            vec![
                Rule::Forbidden { kind },
                Rule::ExternalIdTaken { place: 0, item: ItemId::stored(1) },
                Rule::ExpiryOutOfBounds { place: 0, at, now },
            ]
        }
        Endpoint::Approve | Endpoint::Reject => vec![Rule::Forbidden { kind }, over_limit],
        Endpoint::Withdraw | Endpoint::Issue => vec![over_limit],
        _ => Vec::new(),
    }
}

/// The codes of all reasons for which an item may be skipped here.
pub(super) fn codes_of_skips() -> Vec<String> {
    let at = super::sample_time();
    let already = [ItemState::Approved, ItemState::Rejected, ItemState::Expired, ItemState::Withdrawn];
    let already = already.map(|state| SkipReason::Already { state, by: None, at: None });
    let others = [
        SkipReason::NotFound,
        SkipReason::Forbidden,
        SkipReason::Roles { roles: Deciders::default() },
        SkipReason::OwnItem,
        SkipReason::NotInBulk,
        SkipReason::ReasonRequired,
        SkipReason::AlreadyVoted { have: 1, need: 2, receipt: None },
        SkipReason::NotOwn,
        SkipReason::NotApproved { state: ItemState::Pending },
        SkipReason::NotFinal { at: None },
        SkipReason::AlreadyIssued { result: Execution::Issued, at },
        SkipReason::AlreadyIssued { result: Execution::Failed, at },
    ];
    already.iter().chain(&others).map(SkipReason::code).collect()
}
