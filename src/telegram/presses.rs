//! A known person's press on a button: an operation like a command, under its own key, answered by a line over the chat.
//!
//! The message that was pressed is always brought up to date afterwards: it may be one that nobody remembers.

use std::sync::Arc;

use super::claim::Claim;
use super::desk::Desk;
use super::identity::Speaker;
use super::pressed::Pressed;
use super::ruling::{Ruled, Ruling};
use super::said::{Event, Received};
use super::{bulk, button, reasons};
use crate::app::Answer;
use crate::domain::button::Button;
use crate::domain::card::Seen;
use crate::domain::event::Event as Telling;
use crate::domain::ids::ItemId;
use crate::domain::operation::{Decision, Operation};
use crate::domain::reason::Reason;
use crate::ledger::LedgerError;
use crate::text::Phrase;

/// Handles a known person's press.
pub(super) async fn press(
    desk: Arc<Desk>,
    received: Arc<Received>,
    speaker: Speaker,
    claim: Option<Claim>,
) -> Ruled {
    let (Event::Press(press), Speaker::Known(person), Some(claim)) = (&received.event, speaker, claim) else {
        return Ok(Ruling::Ignore("no press"));
    };
    let button = press.data.as_deref().and_then(button::from_data);
    let (Some(button), Some(place)) = (button, press.place()) else {
        return Ok(desk.toast(press, &Phrase::NoButtonHere));
    };
    let role = desk.app.ledger.role_of(person).await?;
    let pressed = Pressed { desk: &desk, press, person, role, place, claim: &claim };
    if let Button::Confirm { operation } = button {
        return bulk::confirm(&pressed, operation).await;
    }
    if let Some(receipt) = desk.app.recall(&claim.key, &claim.scope).await? {
        let answer = Answer::Receipt(receipt);
        return after(&pressed, &button, answer).await;
    }
    let shows = matches!(
        button,
        Button::Details { .. } | Button::List { .. } | Button::Turn { .. } | Button::Items { .. }
    );
    if let Some(why) = pressed.unseen().filter(|_| shows) {
        return pressed.say(&why);
    }
    match &button {
        Button::Details { item, .. } => details(&pressed, *item).await,
        Button::Decide { decision: Decision::Approve, is_cut: true, .. } => pressed.say(&Phrase::ReadFirst),
        Button::Decide { decision: Decision::Reject, item, seen, .. }
            if reasons::asks(&pressed, *item, seen).await? =>
        {
            reasons::ask(&pressed, *item).await
        }
        Button::Decide { decision, item, seen, .. } => {
            let operation = decide(*decision, *item, seen, None);
            after(&pressed, &button, pressed.apply(operation).await?).await
        }
        Button::Because { item, seen, reason } => {
            let Some(reason) = reasons::offered(&pressed, *item, *reason).await? else {
                return pressed.say(&Phrase::NoButtonHere);
            };
            let operation = decide(Decision::Reject, *item, seen, reason);
            after(&pressed, &button, pressed.apply(operation).await?).await
        }
        Button::List { from } => bulk::list(&pressed, *from).await,
        Button::Turn { prompt, page } => bulk::turn(&pressed, *prompt, *page).await,
        Button::Items { operation } => bulk::items(&pressed, *operation).await,
        Button::Confirm { .. } | Button::Retry { .. } | Button::ApprovePage { .. } => {
            match bulk::asked(&pressed, &button).await? {
                Ok(operation) => after(&pressed, &button, pressed.apply(operation).await?).await,
                Err(phrase) => pressed.say(&phrase),
            }
        }
    }
}

fn decide(decision: Decision, item: ItemId, seen: &Seen, reason: Option<Reason>) -> Operation {
    let seen = [(item, seen.clone())].into();
    Operation::Decide { decision, ids: vec![item], seen, reason, label: None }
}

/// What follows an operation, new or told again: the message becomes what is so now, and the press is answered.
async fn after(pressed: &Pressed<'_>, button: &Button, answer: Answer) -> Ruled {
    match button {
        Button::Decide { item, seen, .. } | Button::Because { item, seen, .. } => {
            pressed.repair(*item, &seen.hash).await?;
            Ok(pressed.tell(&answer))
        }
        _ => bulk::after(pressed, button, &answer).await,
    }
}

/// The whole detail goes below the card, with buttons of its own: a row for each of its messages, so that a pause between
/// two of them repeats none.
async fn details(pressed: &Pressed<'_>, item: ItemId) -> Ruled {
    let Some(parts) = parts(pressed, item).await? else { return pressed.say(&Phrase::NoButtonHere) };
    for part in 0..parts {
        pressed.post(Telling::Detail { item, part: Some(part) }, &format!(":{part}")).await?;
    }
    pressed.say(&Phrase::DetailsSent)
}

async fn parts(pressed: &Pressed<'_>, item: ItemId) -> Result<Option<usize>, LedgerError> {
    let app = &pressed.desk.app;
    let portraits = app.ledger.portraits(&[item]).await?;
    Ok(portraits.first().map(|portrait| app.words.details(portrait, app.clock.now()).len()))
}
