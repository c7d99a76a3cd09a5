//! Under which key and scope a message asks.

use super::identity::Speaker;
use super::said::{Event, Received};
use crate::command;
use crate::domain::key::IdempotencyKey;
use crate::domain::scope::Scope;

/// The key of a message, and what was delivered under it.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) key: IdempotencyKey,
    pub(super) scope: Scope,
}

impl Claim {
    /// The claim of a known person's command or reply, said in their own words, or press; anything else has none, and uses no key
    /// up.
    pub(super) fn of(received: &Received, speaker: Speaker, bot_id: i64) -> Option<Self> {
        let Speaker::Known(_) = speaker else { return None };
        let scope = match &received.event {
            Event::Message(said) => {
                // A reply may be the reason that was asked for.
                let text = said.text.as_deref().filter(|_| said.is_own())?;
                if command::read(text).is_none() && said.reply_to.is_none() {
                    return None;
                }
                said.scope()
            }
            Event::Press(press) => press.scope(),
            Event::Edited(_) | Event::Chat(_) | Event::Silent(_) => return None,
        };
        Some(Self { key: IdempotencyKey::telegram(bot_id, received.update_id), scope })
    }
}
