//! The updates that wait at Telegram, looked at without taking any: `init` looks for its code among them, and what waits
//! besides belongs to `serve`.
//!
//! Telegram forgets every update below the offset it is told. So nothing is told until the code was found, and then what
//! stood before it must have been handled: [`confirm`] is for whoever saw to that.

use std::time::Duration;

use serde_json::json;
use serde_json::value::RawValue;

use super::call::{CallError, Caller};
use super::decode::decode;
use super::identity::{self, Speaker};
use super::polling::{ALLOWED_UPDATES, POLL_GRACE};
use super::render;
use super::said::{Event, Said};
use crate::domain::caller::Profile;
use crate::domain::place::Place;
use crate::limits::{OPERATION_DEADLINE, UPDATES_MAX};
use crate::text::Text;

/// An update that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its number; `None` where it cannot be read.
    pub update_id: Option<u32>,
    /// The update as it came.
    pub raw: Box<RawValue>,
    /// What somebody wrote in it.
    pub word: Option<Word>,
}

/// What somebody wrote to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text, or what stands under a photo.
    pub text: String,
    /// Whose own word it is, said to the bot alone; else why it is nobody's.
    pub by: Result<Writer, &'static str>,
    /// Where an answer goes.
    place: Place,
}

/// A person who wrote to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Their numeric id.
    pub id: i64,
    /// What they are called.
    pub profile: Profile,
}

/// What waits, at most a hundred updates from the oldest on; where nothing does, it is waited for so long.
///
/// # Errors
/// [`CallError`].
pub async fn look(caller: &Caller, hold: Duration) -> Result<Vec<Waiting>, CallError> {
    let arguments =
        json!({ "timeout": hold.as_secs(), "limit": UPDATES_MAX, "allowed_updates": ALLOWED_UPDATES });
    let found = caller.call("getUpdates", &arguments, hold + POLL_GRACE).await?;
    let updates: Vec<Box<RawValue>> = serde_json::from_str(found.get())
        .map_err(|_| CallError::Passes("getUpdates gave no list".to_owned()))?;
    Ok(updates.into_iter().map(read).collect())
}

/// Lets Telegram forget an update and all before it.
///
/// # Errors
/// [`CallError`]; then they come again.
pub async fn confirm(caller: &Caller, update_id: u32) -> Result<(), CallError> {
    let offset = i64::from(update_id) + 1;
    let arguments = json!({ "offset": offset, "timeout": 0, "limit": 1, "allowed_updates": ALLOWED_UPDATES });
    caller.call("getUpdates", &arguments, OPERATION_DEADLINE).await.map(|_| ())
}

/// Answers a word.
///
/// # Errors
/// [`CallError`].
pub async fn answer(caller: &Caller, word: &Word, text: &Text) -> Result<(), CallError> {
    let arguments = render::message(&word.place, text, None);
    caller.call("sendMessage", &arguments, OPERATION_DEADLINE).await.map(|_| ())
}

fn read(raw: Box<RawValue>) -> Waiting {
    let (update_id, word) = match decode(raw.get().as_bytes()) {
        Ok(received) => (Some(received.update_id), word(&received.event)),
        Err(error) => (error.update_id(), None),
    };
    Waiting { update_id, raw, word }
}

fn word(event: &Event) -> Option<Word> {
    let (Event::Message(said) | Event::Edited(said)) = event else { return None };
    let text = said.text.clone().or_else(|| said.caption.clone())?;
    Some(Word { text, by: writer(event, said), place: said.place() })
}

/// Who said it, where it is beyond doubt: a person's own new words, in their own chat with the bot.
fn writer(event: &Event, said: &Said) -> Result<Writer, &'static str> {
    let id = match identity::speaker(event, |_| false) {
        Speaker::Stranger(id) | Speaker::Known(id) => id,
        Speaker::Shared => return Err("an account that many people speak through"),
        Speaker::Nobody(why) => return Err(why),
    };
    match said {
        _ if matches!(event, Event::Edited(_)) => Err("an edit"),
        Said { forwarded: true, .. } => Err("a forwarded message"),
        Said { via_bot: true, .. } => Err("a message by way of another bot"),
        Said { caption: Some(_), .. } => Err("a text under a photo"),
        Said { chat, .. } if !chat.is_private || chat.id != id => Err("a group's message, which others read"),
        _ => Ok(Writer {
            id,
            profile: said.from.as_ref().map(super::said::Person::profile).unwrap_or_default(),
        }),
    }
}
