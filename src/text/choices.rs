//! The buttons under a message, with what stands on them.

use chrono::{DateTime, Utc};

use super::catalog::Catalog;
use super::{PendingView, Text, body};
use crate::domain::button::Button;
use crate::domain::caller::Actor;
use crate::domain::card::{Portrait, Seen};
use crate::domain::item::{Item, ItemState};
use crate::domain::operation::Decision;
use crate::domain::outcome::Outcome;
use crate::domain::receipt::{Receipt, Standing};
use crate::limits::AT_ONCE_MAX;

/// A button, and what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it does.
    pub button: Button,
    /// What stands on it.
    pub caption: Text,
}

/// Rows of buttons; none takes away those that were there.
pub type Choices = Vec<Vec<Choice>>;

/// What can be done from a card: nothing any more where its item is decided, and nothing that its rules forbid.
pub(super) fn card(catalog: &Catalog, portrait: &Portrait, is_whole: bool) -> Choices {
    let item = &portrait.item;
    if item.state != ItemState::Pending {
        return Vec::new();
    }
    let (seen, is_cut) = (Seen::of(item), !is_whole && body::is_cut(item));
    let decide = |(decision, id): (Decision, &str)| {
        let button = Button::Decide { decision, item: item.id, seen: seen.clone(), is_cut };
        choice(button, catalog.get(id, &[]))
    };
    let both = [(Decision::Approve, "button-approve"), (Decision::Reject, "button-reject")];
    let allowed = both.into_iter().filter(|(decision, _)| !item.rules.forbid(*decision)).map(decide);
    let mut rows = vec![allowed.collect::<Vec<_>>()];
    rows.retain(|row| !row.is_empty());
    if !is_whole {
        rows.extend(details(catalog, portrait));
    }
    rows
}

/// The whole detail, whatever became of the item.
pub(super) fn details(catalog: &Catalog, portrait: &Portrait) -> Choices {
    let button = Button::Details { item: portrait.item.id, seen: Seen::of(&portrait.item) };
    vec![vec![choice(button, catalog.get("button-details", &[]))]]
}

/// What can be done from a list of items: as long as one waits, to see what waits and decide there.
pub(super) fn list(catalog: &Catalog, portraits: &[Portrait]) -> Choices {
    let first = portraits.iter().map(|portrait| &portrait.item).find(|item| item.state == ItemState::Pending);
    let show = |item: &Item| choice(Button::List { from: item.id }, catalog.get("button-list", &[]));
    first.map(|item| vec![vec![show(item)]]).unwrap_or_default()
}

/// The reasons that an item's rules offer for rejecting it, and none where none is required.
pub(super) fn reasons(catalog: &Catalog, portrait: &Portrait) -> Choices {
    let item = &portrait.item;
    if item.state != ItemState::Pending {
        return Vec::new();
    }
    let because = |reason| Button::Because { item: item.id, seen: Seen::of(item), reason };
    let offered = item.rules.reasons.iter().enumerate();
    let mut rows: Choices = offered
        .map(|(place, reason)| vec![choice(because(Some(place)), reason.as_str().to_owned())])
        .collect();
    if !item.rules.reason_required {
        rows.push(vec![choice(because(None), catalog.get("button-no-reason", &[]))]);
    }
    rows
}

/// What can be done after an answer: confirm what was prepared, try again what failed, look at each item.
pub(super) fn receipt(
    catalog: &Catalog,
    receipt: &Receipt,
    viewer: Option<&Actor>,
    now: DateTime<Utc>,
) -> Choices {
    let mine = viewer.is_some_and(|viewer| viewer.to_string() == receipt.actor);
    if !mine || matches!(receipt.standing, Standing::Reused { .. }) {
        return Vec::new();
    }
    let operation = receipt.number;
    let mut row = Vec::new();
    match &receipt.outcome {
        Outcome::Prepared { decision, would, awaiting, .. }
            if receipt.confirm_until().is_some_and(|until| until > now) =>
        {
            let count = would.len().saturating_sub(awaiting.len());
            let id = match decision {
                Decision::Approve if awaiting.is_empty() => "button-confirm-approve",
                Decision::Approve if count == 0 => "button-confirm-vote",
                Decision::Approve => "button-confirm-both",
                Decision::Reject => "button-confirm-reject",
            };
            let counts = [("count", count.to_string()), ("votes", awaiting.len().to_string())];
            let caption = catalog.get(id, &counts.each_ref().map(|(name, count)| (*name, count.as_str())));
            row.push(choice(Button::Confirm { operation }, caption));
        }
        Outcome::Decided { .. } if !receipt.may_retry().is_empty() => {
            row.push(choice(Button::Retry { operation }, catalog.get("button-retry", &[])));
        }
        _ => {}
    }
    let (named, skipped) = (receipt.outcome.named().len(), receipt.outcome.skipped());
    let told = matches!(receipt.outcome, Outcome::Decided { .. } | Outcome::Prepared { .. });
    if told && (named > AT_ONCE_MAX || (named > 1 && !skipped.is_empty())) {
        row.push(choice(Button::Items { operation }, catalog.get("button-items", &[])));
    }
    if row.is_empty() { Vec::new() } else { vec![row] }
}

/// What can be done from a page of the queue that is remembered as `prompt`.
pub(super) fn page(catalog: &Catalog, view: &PendingView<'_>, prompt: i64, is_rest: bool) -> Choices {
    let turn = |page, id| choice(Button::Turn { prompt, page }, catalog.get(id, &[]));
    let mut arrows = Vec::new();
    if view.page > 1 {
        arrows.push(turn(view.page - 1, "button-before"));
    }
    if view.goes_on {
        arrows.push(turn(view.page + 1, "button-next"));
    }
    let mut rows = Vec::new();
    if !arrows.is_empty() {
        rows.push(arrows);
    }
    if is_rest {
        rows.push(vec![turn(view.page, "button-rest")]);
    } else if view.may_decide && !view.items.is_empty() {
        let caption = catalog.get("button-page", &[("count", &view.items.len().to_string())]);
        rows.push(vec![choice(Button::ApprovePage { prompt }, caption)]);
    }
    rows
}

fn choice(button: Button, caption: String) -> Choice {
    Choice { button, caption: Text::new(&caption) }
}
