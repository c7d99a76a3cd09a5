//! The rules, one file a rule; `decide` folds them in the order they stand in here.
//!
//! A rule of operations refuses the whole request, a rule of items skips one item of it.

mod already_decided;
mod bulk_limit;
mod may_decide;
mod stale_card;

use super::item::Item;
use super::operation::{Operation, Request};
use super::outcome::{Refusal, SkipReason};
use super::world::{Rulebook, World};

type OperationRule = fn(&Request, &Rulebook) -> Option<Refusal>;
type ItemRule = fn(&Item, &Operation, &World) -> Option<SkipReason>;

const OPERATION_RULES: &[OperationRule] = &[may_decide::rule, bulk_limit::rule];
const ITEM_RULES: &[ItemRule] = &[already_decided::rule, stale_card::rule];

/// The first rule that refuses the whole `request`.
#[must_use]
pub fn refuses(request: &Request, rulebook: &Rulebook) -> Option<Refusal> {
    OPERATION_RULES.iter().find_map(|rule| rule(request, rulebook))
}

/// The first rule that keeps `operation` from deciding `item`.
#[must_use]
pub fn skips(item: &Item, operation: &Operation, world: &World) -> Option<SkipReason> {
    ITEM_RULES.iter().find_map(|rule| rule(item, operation, world))
}
