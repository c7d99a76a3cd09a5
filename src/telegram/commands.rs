//! A known person's command: a question is answered, an operation goes to the books under its key.
//!
//! The order is who → key → everything else: a used key is recalled before the arguments' meaning counts, so that a
//! repeat is told as one even where this release would read its text differently. What it reads as an operation may go to the
//! books at once, for they look the key up before anything else.

use std::borrow::Cow;
use std::sync::Arc;

use super::appointing;
use super::claim::Claim;
use super::desk::{Addressee, Desk};
use super::exports;
use super::identity::Speaker;
use super::reasons;
use super::render::Reply;
use super::ruling::{Ruled, Ruling, Trouble};
use super::said::{Person, Received, Said};
use crate::app::{Answer, Told};
use crate::command::{self, Command, InReply, Meaning, Misunderstood, Query, Spoken, Why};
use crate::domain::caller::{Actor, Caller};
use crate::domain::event::Event;
use crate::domain::ids::ItemId;
use crate::domain::operation::{Operation, Request};
use crate::domain::receipt::Receipt;
use crate::ledger::LedgerError;
use crate::text::Phrase;

/// Handles a known person's command.
pub(super) async fn command(
    desk: Arc<Desk>,
    received: Arc<Received>,
    said: Arc<Said>,
    speaker: Speaker,
    claim: Option<Claim>,
) -> Ruled {
    let (Some(spoken), Speaker::Known(person)) = (said.text.as_deref().and_then(command::read), speaker)
    else {
        return Ok(Ruling::Ignore("no command"));
    };
    // A used key is told as used whatever the bot is called now, and whatever its commands are.
    if let Some(claim) = &claim
        && may_operate(&spoken)
        && !goes_straight(&desk, &said, received.update_id, &spoken)
        && let Some(receipt) = desk.app.recall(&claim.key, &claim.scope).await?
    {
        return told(&desk, &said, person, &receipt).await;
    }
    match desk.addressee(spoken.addressed_to) {
        Addressee::Us => {}
        Addressee::Another => return Ok(Ruling::Ignore("for another bot")),
        Addressee::Unclear => return Err(Trouble::NameUnknown),
    }
    let Some(command) = command::find(spoken.name) else { return Ok(unknown(&desk, &said, &spoken)) };
    let shown = items_replied_to(&desk, &said, command).await?;
    let meaning = match (command.in_reply, shown.as_slice()) {
        (InReply::Person, _) => match appointing::meant(&desk, &said, command, spoken.rest) {
            Ok(meaning) => meaning,
            Err(phrase) => return Ok(desk.say(&said, &phrase)),
        },
        (_, [item]) => command.parse_reply(*item, spoken.rest),
        _ => (command.parse)(spoken.rest),
    };
    if let (Err(Misunderstood { why: Why::NoIds, .. }), [first, _, ..]) = (&meaning, shown.as_slice()) {
        return Ok(desk.say(&said, &Phrase::SeveralShown { command: command.name.into(), id: first.get() }));
    }
    match (meaning, claim) {
        (Ok(Meaning::Query(Query::Export(extract))), Some(claim)) => {
            exports::export(&desk, &said, person, (&claim, extract)).await
        }
        (Ok(Meaning::Query(query)), _) => answer(&desk, &said, person, query).await,
        (Ok(Meaning::Operation(operation)), Some(claim)) => {
            operate(&desk, &said, person, claim, (command, Ok(operation))).await
        }
        (Err(misunderstood), Some(claim)) => {
            operate(&desk, &said, person, claim, (command, Err(misunderstood))).await
        }
        (_, None) => Ok(Ruling::Ignore("no claim")),
    }
}

/// The items that the message shows which the command replies to: a card's one, a list's many.
async fn items_replied_to(desk: &Desk, said: &Said, command: &Command) -> Result<Vec<ItemId>, LedgerError> {
    match said.reply_to {
        Some(message) if matches!(command.in_reply, InReply::Items | InReply::ItemsAndWords) => {
            desk.app.ledger.items_shown_in(said.chat.id, message).await
        }
        _ => Ok(Vec::new()),
    }
}

/// Whether its key may have been used: a question that this release answers needs no database for that.
fn may_operate(spoken: &Spoken<'_>) -> bool {
    command::find(spoken.name)
        .is_none_or(|known| !matches!((known.parse)(spoken.rest), Ok(Meaning::Query(_))))
}

/// Whether it is an operation whatever else is known, in an update that most likely comes for the first time: it goes to the books
/// at once, where its key is looked up first as well.
fn goes_straight(desk: &Desk, said: &Said, update_id: u32, spoken: &Spoken<'_>) -> bool {
    desk.memory.first_time(update_id)
        && said.reply_to.is_none()
        && desk.addressee(spoken.addressed_to) == Addressee::Us
        && !desk.app.is_too_old(said.date)
        && command::find(spoken.name).is_some_and(|command| {
            command.in_reply != InReply::Person
                && matches!((command.parse)(spoken.rest), Ok(Meaning::Operation(_)))
        })
}

fn unknown(desk: &Desk, said: &Said, spoken: &Spoken<'_>) -> Ruling {
    // In a group it may be another bot's, unless we are named.
    if !said.chat.is_private && spoken.addressed_to.is_none() {
        return Ruling::Ignore("an unknown command in a group");
    }
    let nearest = command::nearest(spoken.name);
    desk.say(said, &Phrase::UnknownCommand { name: spoken.name.into(), nearest: nearest.map(Cow::Borrowed) })
}

async fn answer(desk: &Desk, said: &Said, person: i64, query: Query) -> Ruled {
    // What is shown of the books goes by what they say themselves; what is only said about a role, by memory.
    let role = match &query {
        Query::Ask(_) | Query::Export(_) => desk.app.ledger.role_of(person).await?,
        Query::Start | Query::Help | Query::WhoAmI => desk.app.ledger.known_role(person),
    };
    Ok(match query {
        Query::Start => desk.say(said, &Phrase::Start { role }),
        Query::Help => desk.say(said, &Phrase::Help { role }),
        Query::WhoAmI => desk.say(said, &Phrase::WhoAmI { id: person, role }),
        Query::Ask(_) | Query::Export(_) if role.is_none() => desk.refuse(said, person),
        // It needs a key, so that it is sent once.
        Query::Export(_) => Ruling::Ignore("no claim"),
        Query::Ask(ask) if !desk.app.may_show_in(said.chat.id, said.chat.is_private) => {
            desk.say(said, &Phrase::AskThere { command: command::written(&ask).into() })
        }
        Query::Ask(ask) => {
            let Told { text, choices } = desk.app.speaking(desk.words_for(said)).answer(&ask, person).await?;
            let event = Event::Answer { ask, reader: person, replaces: false };
            Ruling::Say { reply: Reply::to_message(said, text, choices, event), standing: None }
        }
    })
}

async fn operate(
    desk: &Desk,
    said: &Said,
    person: i64,
    claim: Claim,
    (command, meaning): (&Command, Result<Operation, Misunderstood>),
) -> Ruled {
    let operation = match meaning {
        Ok(operation) => operation,
        Err(misunderstood) => {
            let phrase = Phrase::Misunderstood(Cow::Borrowed(&misunderstood), command.name.into());
            return Ok(desk.say(said, &phrase));
        }
    };
    let caller = Caller {
        actor: Actor::Person(person),
        profile: said.from.as_ref().map(Person::profile),
        said_at: said.date,
        token_may_decide: false,
    };
    let Claim { key, scope } = claim;
    let request = Request {
        key,
        scope,
        caller,
        operation,
        place: Some(said.place()),
        answered: desk.answered_as(said),
    };
    match desk.app.apply(request).await? {
        Answer::Receipt(receipt) => told(desk, said, person, &receipt).await,
        Answer::TooOld => Ok(desk.say(said, &Phrase::TooOld)),
    }
}

/// What became of it, and the question for what is missing.
async fn told(desk: &Desk, said: &Said, person: i64, receipt: &Receipt) -> Ruled {
    reasons::ask_after(desk, said, person, receipt).await?;
    Ok(desk.tell(said, person, receipt))
}
