//! Buttons that stand for many items: confirm what a command prepared, try again what failed, approve a page, turn it.

use serde_json::json;

use super::claim::Claim;
use super::pressed::Pressed;
use super::render::Reply;
use super::ruling::{Ruled, Ruling};
use crate::app::{Answer, Asked};
use crate::domain::ask::Ask;
use crate::domain::button::Button;
use crate::domain::event::Event;
use crate::domain::ids::ItemId;
use crate::domain::key::IdempotencyKey;
use crate::domain::operation::Operation;
use crate::domain::outcome::{Outcome, Refusal};
use crate::domain::receipt::Standing;
use crate::domain::scope::Scope;
use crate::ledger::LedgerError;
use crate::limits::TOAST_CHARS_MAX;
use crate::text::{Phrase, Text};

/// The operation that a button asks for, or why it does nothing.
pub(super) async fn asked(pressed: &Pressed<'_>, button: &Button) -> Result<Asked<Operation>, LedgerError> {
    let app = &pressed.desk.app;
    match button {
        Button::Retry { operation } => app.retried(*operation, pressed.person).await,
        Button::ApprovePage { prompt } => app.page_approved(*prompt).await,
        _ => Ok(Err(Phrase::NoButtonHere)),
    }
}

/// Tells in the chat what became of it: a confirmed preview becomes its receipt, a page becomes what it is now.
pub(super) async fn after(pressed: &Pressed<'_>, button: &Button, answer: &Answer) -> Ruled {
    let Answer::Receipt(receipt) = answer else { return Ok(pressed.tell(answer)) };
    // A number that was used for something else says nothing about this message.
    if matches!(receipt.standing, Standing::Reused { .. }) {
        return Ok(pressed.tell(answer));
    }
    let replaces = matches!(button, Button::Confirm { .. });
    pressed.post(pressed.told(receipt, replaces), "").await?;
    let Button::ApprovePage { prompt } = button else { return Ok(pressed.tell(answer)) };
    let app = &pressed.desk.app;
    if let Ok(ask) = app.page_left(*prompt).await?
        && pressed.may_see()
    {
        pressed.post(Event::Answer { ask, reader: pressed.person, replaces: true }, ":page").await?;
    }
    Ok(match app.came_meanwhile(*prompt).await? {
        0 => pressed.tell(answer),
        count => first(&Phrase::CameMeanwhile { count }, pressed, answer),
    })
}

/// Does what a command prepared: once, whoever of its sender's presses comes first, also where the app makes another of an
/// unanswered one. So its key is the confirmation's own, not the press's.
pub(super) async fn confirm(pressed: &Pressed<'_>, operation: i64) -> Ruled {
    let app = &pressed.desk.app;
    let prepared = match app.prepared(operation, pressed.person).await? {
        Ok(prepared) => prepared,
        Err(phrase) => return pressed.say(&phrase),
    };
    let claim = Claim {
        key: IdempotencyKey::confirmation(pressed.desk.bot_id, operation),
        scope: Scope::of(&json!({ "confirm": operation })),
    };
    let own = pressed;
    let pressed = Pressed { claim: &claim, ..*pressed };
    let answer = match (app.recall(&claim.key, &claim.scope).await?, app.confirmation(&prepared)) {
        (Some(receipt), _) => Answer::Receipt(receipt),
        (None, Ok(operation)) => match refused(own, &operation).await? {
            Some(answer) => return Ok(own.tell(&answer)),
            None => pressed.apply(operation).await?,
        },
        (None, Err(phrase)) => {
            // The button goes that came too late.
            let (standing, reader) = (Standing::New, pressed.person);
            let told = Event::Receipt { operation, standing, reader, replaces: true };
            pressed.post(told, ":over").await?;
            return pressed.say(&phrase);
        }
    };
    after(&pressed, &Button::Confirm { operation }, &answer).await
}

/// The answer to a press by somebody who may not decide now: it uses its own key up, as this press, and not the
/// confirmation's. Whoever may again before the two minutes are over can still confirm.
async fn refused(own: &Pressed<'_>, operation: &Operation) -> Result<Option<Answer>, LedgerError> {
    if let Some(receipt) = own.desk.app.recall(&own.claim.key, &own.claim.scope).await? {
        return Ok(Some(Answer::Receipt(receipt)));
    }
    let by_right = [Refusal::MayNotDecide, Refusal::ViewersRead, Refusal::GivenSince];
    match own.foresee(operation.clone()).await? {
        Some(Outcome::Refused { refusal }) if by_right.contains(&refusal) => {
            own.apply(operation.clone()).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// What came to the page stands before what was done: a long line is cut at its end.
fn first(phrase: &Phrase<'_>, pressed: &Pressed<'_>, answer: &Answer) -> Ruling {
    match pressed.tell(answer) {
        Ruling::Say { reply, standing } => {
            let words = pressed.desk.words_for_press(pressed.press);
            let text = words.both(&words.say(phrase), reply.text()).cut(TOAST_CHARS_MAX);
            Ruling::Say { reply: Reply::to_press(pressed.press.id.clone(), text), standing }
        }
        ruling => ruling,
    }
}

/// Shows below a list of new items the page of the queue on which this one stands: what can be done is done there.
pub(super) async fn list(pressed: &Pressed<'_>, from: ItemId) -> Ruled {
    let ask = pressed.desk.app.page_with(from).await?;
    pressed.post(Event::Answer { ask, reader: pressed.person, replaces: false }, "").await?;
    pressed.say(&Phrase::ListSent)
}

/// Shows another page in the place of this one.
pub(super) async fn turn(pressed: &Pressed<'_>, prompt: i64, page: u32) -> Ruled {
    match pressed.desk.app.page_turned(prompt, Some(page)).await? {
        Ok(ask) => {
            pressed.post(Event::Answer { ask, reader: pressed.person, replaces: true }, "").await?;
            Ok(Ruling::Say {
                reply: Reply::to_press(pressed.press.id.clone(), Text::nothing()),
                standing: None,
            })
        }
        Err(phrase) => pressed.say(&phrase),
    }
}

/// Shows each item of an operation below its answer.
pub(super) async fn items(pressed: &Pressed<'_>, operation: i64) -> Ruled {
    let ask = Ask::Items { number: operation };
    pressed.post(Event::Answer { ask, reader: pressed.person, replaces: false }, "").await?;
    pressed.say(&Phrase::DetailsSent)
}
