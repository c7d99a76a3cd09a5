//! Why an item is rejected, where its rules want to know: asked after a press, answered by a button or by a reply.

use std::sync::Arc;

use super::asides::{self, NotOwn};
use super::claim::Claim;
use super::desk::Desk;
use super::identity::Speaker;
use super::pressed::Pressed;
use super::ruling::{Ruled, Ruling};
use super::said::{Person, Said};
use crate::app::Answer;
use crate::domain::caller::{Actor, Caller};
use crate::domain::card::Seen;
use crate::domain::event::{Event, Outgoing, answer_to};
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::operation::{Decision, Operation, Request};
use crate::domain::outcome::{Outcome, SkipReason};
use crate::domain::prompt::Prompt;
use crate::domain::reason::Reason;
use crate::domain::receipt::{Receipt, Standing};
use crate::ledger::LedgerError;
use crate::limits::WHY_QUESTIONS_MAX;
use crate::text::Phrase;

/// Whether a press on Reject is answered by the question why: the item's rules ask for a reason or offer some, and nothing but
/// its want keeps the press from deciding. Whoever may not see or decide it is refused as by any other press.
pub(super) async fn asks(pressed: &Pressed<'_>, item: ItemId, seen: &Seen) -> Result<bool, LedgerError> {
    if !pressed.may_see() {
        return Ok(false);
    }
    let portraits = pressed.desk.app.ledger.portraits(&[item]).await?;
    let rules = portraits.first().map(|portrait| &portrait.item.rules);
    if !rules.is_some_and(|rules| rules.reason_required || !rules.reasons.is_empty()) {
        return Ok(false);
    }
    let without = Operation::Decide {
        decision: Decision::Reject,
        ids: vec![item],
        seen: [(item, seen.clone())].into(),
        reason: None,
        label: None,
    };
    Ok(match pressed.foresee(without).await? {
        // The want of a reason is told last: no other rule stands in the way then.
        Some(Outcome::Decided { skipped, .. }) => {
            skipped.iter().all(|skip| skip.reason == SkipReason::ReasonRequired)
        }
        _ => false,
    })
}

/// Asks below the card; nothing is decided, and no key is used up.
pub(super) async fn ask(pressed: &Pressed<'_>, item: ItemId) -> Ruled {
    pressed.post(Event::AskWhy { item, reader: pressed.person }, "").await?;
    pressed.say(&Phrase::SayWhy { id: item.get() })
}

/// Asks below a command why those items are rejected that its no left alone for want of a reason. A repeat asks nobody twice.
pub(super) async fn ask_after(
    desk: &Desk,
    said: &Said,
    person: i64,
    receipt: &Receipt,
) -> Result<(), LedgerError> {
    let items: Vec<ItemId> = receipt.wants_reasons().collect();
    let few = (1..=WHY_QUESTIONS_MAX).contains(&items.len());
    let is_told = !matches!(receipt.standing, Standing::Reused { .. });
    if !few || !is_told || !desk.app.may_show_in(said.chat.id, said.chat.is_private) {
        return Ok(());
    }
    for item in items {
        let event = Event::AskWhy { item, reader: person };
        let dedupe = format!("{}:why:{}", answer_to(&receipt.key), item.get());
        desk.app.ledger.enqueue(Outgoing { place: said.place(), event, dedupe }).await?;
    }
    Ok(())
}

/// The reason at this place among those that the item's rules offer; `None` where there is no such button.
pub(super) async fn offered(
    pressed: &Pressed<'_>,
    item: ItemId,
    place: Option<usize>,
) -> Result<Option<Option<Reason>>, LedgerError> {
    let Some(place) = place else { return Ok(Some(None)) };
    let portraits = pressed.desk.app.ledger.portraits(&[item]).await?;
    let reasons = portraits.first().map(|portrait| portrait.item.rules.reasons.as_slice());
    Ok(reasons.and_then(|reasons| reasons.get(place)).cloned().map(Some))
}

/// A known person's text that replies to a message: a reason, where that message asks for one.
pub(super) async fn reply(desk: Arc<Desk>, said: Arc<Said>, speaker: Speaker, claim: Option<Claim>) -> Ruled {
    let (Some(to), Speaker::Known(person), Some(claim)) = (said.reply_to, speaker, claim) else {
        return asides::plain(desk, said).await;
    };
    if let Some(receipt) = desk.app.recall(&claim.key, &claim.scope).await? {
        return Ok(desk.tell(&said, person, &receipt));
    }
    let asked = desk.app.ledger.prompt_of(said.chat.id, to).await?;
    let Some(Prompt::Why { item, seen, reader }) = asked else {
        return asides::plain(desk, said).await;
    };
    if reader != person {
        return others_question(&desk, &said, item, reader).await;
    }
    let Ok(reason) = Reason::new(said.text.as_deref().unwrap_or_default()) else {
        return Ok(desk.say(&said, &Phrase::NoSuchReason));
    };
    let caller = Caller {
        actor: Actor::Person(person),
        profile: said.from.as_ref().map(Person::profile),
        said_at: said.date,
        token_may_decide: false,
    };
    let operation = Operation::Decide {
        decision: Decision::Reject,
        ids: vec![item],
        seen: [(item, seen)].into(),
        reason: Some(reason),
        label: None,
    };
    let Claim { key, scope } = claim;
    let answered = desk.answered_as(&said);
    let request = Request { key, scope, caller, operation, place: Some(said.place()), answered };
    Ok(match desk.app.apply(request).await? {
        Answer::Receipt(receipt) => desk.tell(&said, person, &receipt),
        Answer::TooOld => desk.say(&said, &Phrase::TooOld),
    })
}

/// A reply by somebody who was not asked: they hear so, as long as the question is open.
async fn others_question(desk: &Desk, said: &Said, item: ItemId, reader: i64) -> Ruled {
    let portraits = desk.app.ledger.portraits(&[item]).await?;
    if portraits.first().is_none_or(|portrait| portrait.item.state != ItemState::Pending) {
        return Ok(Ruling::Ignore("somebody else was asked, and it is decided"));
    }
    let name = desk.app.ledger.names(std::iter::once(Actor::Person(reader).to_string())).into_values().next();
    Ok(desk.say(said, &Phrase::AnotherWasAsked { id: reader, name: name.map(Into::into) }))
}

/// A known person's photo, file or sticker that replies to a message: no reason, where that message asks them for one.
pub(super) async fn wordless(desk: Arc<Desk>, said: Arc<Said>, speaker: Speaker) -> Ruled {
    let asked = match said.reply_to {
        Some(to) => desk.app.ledger.prompt_of(said.chat.id, to).await?,
        None => None,
    };
    let was_asked = matches!((asked, speaker), (Some(Prompt::Why { reader, .. }), Speaker::Known(person)) if reader == person);
    match (was_asked, &said.caption) {
        (true, Some(_)) => Ok(desk.say(&said, &Phrase::CaptionIgnored)),
        (true, None) => Ok(desk.say(&said, &Phrase::NoSuchReason)),
        (false, Some(_)) => asides::without_effect(desk, said, NotOwn::Caption).await,
        (false, None) => asides::plain(desk, said).await,
    }
}
