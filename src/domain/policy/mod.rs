//! The rules, one file a rule; `decide` folds them in the order they stand in here.
//!
//! A rule of operations refuses the whole request, a rule of items skips one item of it.

mod already_decided;
mod already_issued;
mod bulk_limit;
mod expired;
mod forbidden;
mod forbidden_kind;
mod may_appoint;
mod may_decide;
mod not_approved;
mod not_final;
mod not_in_bulk;
mod not_own;
mod one_vote;
mod own_item;
mod reason_required;
mod roles;
mod stale_card;

use super::caller::Caller;
use super::item::Item;
use super::operation::{Operation, Request};
use super::outcome::{Refusal, SkipReason};
use super::world::World;

type OperationRule = fn(&Request, &World) -> Option<Refusal>;
type ItemRule = fn(&Item, &Caller, &Operation, &World) -> Option<SkipReason>;

const OPERATION_RULES: &[OperationRule] =
    &[may_decide::rule, may_appoint::rule, forbidden_kind::rule, bulk_limit::rule];
const ITEM_RULES: &[ItemRule] = &[
    expired::rule,
    already_decided::rule,
    stale_card::rule,
    forbidden::rule,
    roles::rule,
    own_item::rule,
    one_vote::rule,
    not_in_bulk::rule,
    reason_required::rule,
];

const WITHDRAWAL_RULES: &[ItemRule] = &[not_own::rule, expired::rule, already_decided::rule];
const ISSUE_RULES: &[ItemRule] = &[not_own::rule, not_approved::rule, not_final::rule, already_issued::rule];

/// The first rule that refuses the whole `request`.
#[must_use]
pub fn refuses(request: &Request, world: &World) -> Option<Refusal> {
    OPERATION_RULES.iter().find_map(|rule| rule(request, world))
}

/// The first rule that keeps the `caller`'s `operation` from changing `item`.
#[must_use]
pub fn skips(item: &Item, caller: &Caller, operation: &Operation, world: &World) -> Option<SkipReason> {
    let rules = match operation {
        Operation::Withdraw { .. } => WITHDRAWAL_RULES,
        Operation::Issue { .. } => ISSUE_RULES,
        _ => ITEM_RULES,
    };
    rules.iter().find_map(|rule| rule(item, caller, operation, world))
}
