//! Who is speaking: decided by the numeric id of the sending account alone, never by a name, a chat or a title.

use teloxide::types::UserId;

use super::said::{Event, Person, Said};

/// Whose word an update is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    /// An admin, or somebody who ever had a role or a vote.
    Known(i64),
    /// Anybody else.
    Stranger(i64),
    /// A shared account: an anonymous admin, or a channel. It can be anybody.
    Shared,
    /// Nobody who is answered, and why.
    Nobody(&'static str),
}

/// Whose word `event` is; `knows` asks the people in memory.
pub(super) fn speaker(event: &Event, knows: impl Fn(i64) -> bool) -> Speaker {
    match event {
        Event::Message(said) | Event::Edited(said) => speaker_of(said, knows),
        Event::Press(press) => person(&press.from, knows),
        Event::Chat(_) => Speaker::Nobody("a chat's news"),
        Event::Silent(kind) => Speaker::Nobody(kind),
    }
}

fn speaker_of(said: &Said, knows: impl Fn(i64) -> bool) -> Speaker {
    let Some(from) = &said.from else { return Speaker::Nobody("no sender") };
    let account = UserId(from.id.unsigned_abs());
    if said.automatic || account.is_telegram() {
        Speaker::Nobody("an automatic forward")
    } else if said.for_a_business {
        Speaker::Nobody("a business message")
    } else if said.from_a_guest {
        Speaker::Nobody("a guest message")
    } else if said.for_a_chat || account.is_anonymous() || account.is_channel() {
        Speaker::Shared
    } else {
        person(from, knows)
    }
}

fn person(from: &Person, knows: impl Fn(i64) -> bool) -> Speaker {
    if from.is_bot {
        Speaker::Nobody("a bot")
    } else if knows(from.id) {
        Speaker::Known(from.id)
    } else {
        Speaker::Stranger(from.id)
    }
}
