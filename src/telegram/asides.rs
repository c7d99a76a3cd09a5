//! Everything that has no effect: what is said by strangers and shared accounts, forwarded, edited, under a photo, or
//! is no command. Where a person would wonder, one line says why; else there is silence. No key is used up here and
//! the database is not asked.

use std::sync::Arc;

use super::desk::Desk;
use super::identity::Speaker;
use super::ruling::{Ruled, Ruling};
use super::said::{Event, Received, Said};
use crate::command::{self, Meaning, Query};
use crate::text::Phrase;

/// Why a message does not count as a person's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotOwn {
    /// It was forwarded.
    Forwarded,
    /// It came through an inline bot.
    ViaBot,
    /// It stands under a photo or a file.
    Caption,
}

/// A stranger: silence in groups; in private their id when they ask for it, else one line an hour.
pub(super) async fn stranger(desk: Arc<Desk>, said: Arc<Said>, speaker: Speaker) -> Ruled {
    let Speaker::Stranger(id) = speaker else { return Ok(Ruling::Ignore("no stranger")) };
    if !said.chat.is_private {
        return Ok(Ruling::Ignore("a stranger in a group"));
    }
    Ok(match asked(&desk, &said) {
        Some(Query::Start) => desk.say(&said, &Phrase::Start { role: None }),
        Some(Query::Help) => desk.say(&said, &Phrase::Help { role: None }),
        Some(Query::WhoAmI) => desk.say(&said, &Phrase::WhoAmI { id, role: None }),
        _ if desk.memory.stranger_may_hear(id, desk.app.clock.now()) => {
            desk.say(&said, &Phrase::Stranger { id })
        }
        _ => Ruling::Ignore("a stranger who was told within the hour"),
    })
}

/// An anonymous admin or a channel speaking in a group: it can be anybody.
pub(super) async fn shared_account(desk: Arc<Desk>, said: Arc<Said>) -> Ruled {
    if desk.is_asked(said.text.as_deref(), false) {
        return Ok(desk.say(&said, &Phrase::AnonymousAdmin));
    }
    Ok(Ruling::Ignore("a shared account"))
}

/// A known person's message that is not their own words.
pub(super) async fn without_effect(desk: Arc<Desk>, said: Arc<Said>, why: NotOwn) -> Ruled {
    let text = said.text.as_deref().or(said.caption.as_deref());
    if !desk.is_asked(text, said.chat.is_private) {
        return Ok(Ruling::Ignore("not a person's own command"));
    }
    let phrase = match why {
        NotOwn::Forwarded => Phrase::ForwardIgnored,
        NotOwn::ViaBot => Phrase::ViaBotIgnored,
        NotOwn::Caption => Phrase::CaptionIgnored,
    };
    Ok(desk.say(&said, &phrase))
}

/// An edit, which may arrive though nobody made one: it never decides anything, and is answered once a message.
pub(super) async fn edited(desk: Arc<Desk>, said: Arc<Said>, speaker: Speaker) -> Ruled {
    let is_known = matches!(speaker, Speaker::Known(_)) && said.is_own();
    if is_known
        && desk.is_asked(said.text.as_deref(), said.chat.is_private)
        && desk.memory.first_edit(said.chat.id, said.message_id)
    {
        return Ok(desk.say(&said, &Phrase::EditIgnored));
    }
    Ok(Ruling::Ignore("an edit"))
}

/// A known person's text that is no command.
pub(super) async fn plain(desk: Arc<Desk>, said: Arc<Said>) -> Ruled {
    if said.chat.is_private && said.text.is_some() {
        return Ok(desk.say(&said, &Phrase::NotACommand));
    }
    Ok(Ruling::Ignore("no command"))
}

/// A stranger's press: it does nothing, but the app shows it as waiting until it is answered.
pub(super) async fn press(desk: Arc<Desk>, received: Arc<Received>) -> Ruled {
    let Event::Press(press) = &received.event else { return Ok(Ruling::Ignore("no branch takes it")) };
    Ok(desk.toast(press, &Phrase::NoButtonHere))
}

/// What a message asks for, where it is a question that anybody may ask.
fn asked(desk: &Desk, said: &Said) -> Option<Query> {
    let text = said.text.as_deref().filter(|text| said.is_own() && desk.is_asked(Some(text), false))?;
    let spoken = command::read(text)?;
    match (command::find(spoken.name)?.parse)(spoken.rest) {
        Ok(Meaning::Query(query)) => Some(query),
        _ => None,
    }
}
