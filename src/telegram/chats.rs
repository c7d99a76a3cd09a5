//! Chats change: the bot is removed or let in again, a person blocks it, a group becomes a supergroup. It is kept in the
//! books where it matters (people we know, groups where the queue is shown), and the owners are told.

use super::desk::Desk;
use super::ruling::{Ruled, Ruling};
use super::said::ChatNews;
use crate::domain::event::{Event, Outgoing};
use crate::domain::place::Place;
use crate::ledger::LedgerError;
use crate::text::Phrase;

/// Takes note of what became of a chat.
pub(super) async fn news(desk: &Desk, update_id: u32, news: ChatNews) -> Ruled {
    let review = |chat: i64| desk.app.review_chats.contains(&chat);
    let ledger = &desk.app.ledger;
    match news {
        ChatNews::Moved { from, to } if review(from) => {
            tracing::warn!(from, to, "a group became a supergroup: change REVIEW_CHATS");
            tell_owners(desk, &format!("moved:{from}:{to}"), &Phrase::GroupMoved { from, to }).await?;
            ledger.chat_moved(from, to).await?;
            Ok(Ruling::Ignore("a group became a supergroup"))
        }
        ChatNews::Stands { chat, is_private, gone } if review(chat) || (is_private && ledger.knows(chat)) => {
            let state = match (gone, is_private) {
                (false, _) => "active",
                (true, true) => "blocked",
                (true, false) => "removed",
            };
            // Told first: should we die between the two, the update comes again and finds what it is for.
            if gone && !is_private {
                tracing::warn!(chat, "the bot was removed from a review chat");
                tell_owners(desk, &format!("removed:{chat}:{update_id}"), &Phrase::RemovedFrom { chat })
                    .await?;
            }
            ledger.chat_stands(chat, state).await?;
            Ok(Ruling::Ignore("how the bot stands in a chat"))
        }
        ChatNews::Moved { .. } | ChatNews::Stands { .. } => Ok(Ruling::Ignore("a chat that is not ours")),
    }
}

async fn tell_owners(desk: &Desk, purpose: &str, phrase: &Phrase<'_>) -> Result<(), LedgerError> {
    for owner in desk.app.ledger.known_owners() {
        let place = Place { chat: owner, topic: None, message: None };
        let event = Event::Line { phrase: phrase.to_stored() };
        desk.app.ledger.enqueue(Outgoing { place, event, dedupe: format!("{purpose}:{owner}") }).await?;
    }
    Ok(())
}
