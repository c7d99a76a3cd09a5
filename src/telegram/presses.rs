//! A known person's press on a card: an operation like a command, under its own key, answered by a line over the chat.
//!
//! The message that was pressed is always brought up to date afterwards: it may be one that nobody remembers.

use std::sync::Arc;

use chrono::TimeDelta;

use super::button::{Act, Button};
use super::claim::Claim;
use super::desk::Desk;
use super::identity::Speaker;
use super::ruling::{Ruled, Ruling};
use super::said::{Event, Press, Received};
use crate::app::Answer;
use crate::domain::caller::{Actor, Caller};
use crate::domain::event::{Event as Telling, Outgoing, answer_to};
use crate::domain::operation::{Answered, Decision, Operation, Request};
use crate::domain::place::Place;
use crate::ledger::LedgerError;
use crate::limits::PRESS_AGE_S;
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
    let button = press.data.as_deref().and_then(Button::from_data);
    let (Some(button), Some(place)) = (button, press.place()) else {
        return Ok(desk.toast(press, &Phrase::NoButtonHere));
    };
    if let Some(receipt) = desk.app.recall(&claim.key, &claim.scope).await? {
        repair(&desk, person, place, &button).await?;
        return Ok(desk.tell_press(press, person, &receipt));
    }
    match button.act {
        Act::Details => details(&desk, press, person, (place, &button), &claim).await,
        Act::Approve if button.is_cut => Ok(desk.toast(press, &Phrase::ReadFirst)),
        Act::Approve => decide(&desk, press, person, (place, button, Decision::Approve), claim).await,
        Act::Reject => decide(&desk, press, person, (place, button, Decision::Reject), claim).await,
    }
}

async fn decide(
    desk: &Desk,
    press: &Press,
    person: i64,
    (place, button, decision): (Place, Button, Decision),
    claim: Claim,
) -> Ruled {
    let (item, seen) = (button.item, Some(button.seen.clone()));
    let operation = Operation::Decide { decision, ids: vec![item], seen, reason: None, label: None };
    let caller = Caller {
        actor: Actor::Person(person),
        profile: Some(press.from.profile()),
        // A press has no date of its own; a role counts only if it was held as long ago as a press can live.
        said_at: desk.app.clock.now() - TimeDelta::seconds(PRESS_AGE_S),
        token_may_decide: false,
    };
    let Claim { key, scope } = claim;
    let request = Request { key, scope, caller, operation, place: None, answered: Answered::None };
    let answer = desk.app.apply(request).await?;
    // Should we die before this, the press comes again, and finds its way here as a repeat.
    repair(desk, person, place, &button).await?;
    Ok(match answer {
        Answer::Receipt(receipt) => desk.tell_press(press, person, &receipt),
        Answer::TooOld => desk.toast(press, &Phrase::TooOld),
    })
}

/// Has the message that was pressed brought to what its item is now. What a press brings can be forged (Bot API,
/// CallbackQuery): nobody is shown an item who may not see it.
async fn repair(desk: &Desk, person: i64, place: Place, button: &Button) -> Result<(), LedgerError> {
    if !desk.is_admin(person) || !desk.app.may_show_in(place.chat, place.chat > 0) {
        return Ok(());
    }
    desk.app.ledger.card_pressed(place, button.item, button.seen.hash.clone()).await
}

/// The whole detail goes below the card, with buttons of its own: a row for each of its messages, so that a pause between
/// two of them repeats none.
async fn details(
    desk: &Desk,
    press: &Press,
    person: i64,
    (place, button): (Place, &Button),
    claim: &Claim,
) -> Ruled {
    if !desk.is_admin(person) || !desk.app.may_show_in(place.chat, place.chat > 0) {
        return Ok(desk.toast(press, &Phrase::AskInPrivate));
    }
    let portraits = desk.app.ledger.portraits(&[button.item]).await?;
    let Some(portrait) = portraits.first() else { return Ok(desk.toast(press, &Phrase::NoButtonHere)) };
    let parts = desk.app.words.details(portrait, desk.app.clock.now()).len();
    for part in 0..parts {
        let event = Telling::Detail { item: button.item, part: Some(part) };
        let dedupe = format!("{}:{part}", answer_to(&claim.key));
        desk.app.ledger.enqueue(Outgoing { place, event, dedupe }).await?;
    }
    Ok(desk.toast(press, &Phrase::DetailsSent))
}
