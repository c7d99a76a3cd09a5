//! Who asks for what: teloxide's handler tree. Each branch ends in one handler; what no branch takes is silence.

use std::ops::ControlFlow;
use std::sync::Arc;

use teloxide::dispatching::{DpHandlerDescription, UpdateFilterExt};
use teloxide::dptree::{self, Handler};
use teloxide::types::{Message, Update};

use super::asides::NotOwn;
use super::claim::Claim;
use super::desk::Desk;
use super::identity::Speaker;
use super::ruling::{Ruled, Ruling};
use super::said::{Event, Received, Said};
use super::{asides, commands, presses, reasons};
use crate::command;

/// The tree; built once.
pub(super) type Tree = Handler<'static, Ruled, DpHandlerDescription>;

/// What the handlers may ask for besides what the tree's own filters hand on.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) update: Update,
    pub(super) desk: Arc<Desk>,
    pub(super) received: Arc<Received>,
    pub(super) speaker: Speaker,
    pub(super) claim: Option<Claim>,
}

/// Builds the tree.
pub(super) fn tree() -> Tree {
    let message = Update::filter_message()
        .filter_map(said)
        .branch(dptree::filter(is_shared).endpoint(asides::shared_account))
        .branch(dptree::filter(is_stranger).endpoint(asides::stranger))
        .branch(dptree::filter(is_wordless_reply).endpoint(reasons::wordless))
        .branch(dptree::filter_map(not_own).endpoint(asides::without_effect))
        .branch(dptree::filter(is_command).endpoint(commands::command))
        .branch(dptree::filter(is_reply).endpoint(reasons::reply))
        .endpoint(asides::plain);
    dptree::entry()
        .branch(message)
        .branch(Update::filter_edited_message().filter_map(said).endpoint(asides::edited))
        .branch(
            Update::filter_callback_query()
                .branch(dptree::filter(is_known).endpoint(presses::press))
                .endpoint(asides::press),
        )
}

/// Takes one update through the tree.
pub(super) async fn route(tree: &Tree, given: Given) -> Ruled {
    let Given { update, desk, received, speaker, claim } = given;
    match tree.dispatch(dptree::deps![update, desk, received, speaker, claim]).await {
        ControlFlow::Break(ruled) => ruled,
        ControlFlow::Continue(_) => Ok(Ruling::Ignore("no branch takes it")),
    }
}

fn said(received: Arc<Received>) -> Option<Arc<Said>> {
    match &received.event {
        Event::Message(said) | Event::Edited(said) => Some(said.clone()),
        Event::Press(_) | Event::Chat(_) | Event::Silent(_) => None,
    }
}

fn is_shared(speaker: Speaker) -> bool {
    speaker == Speaker::Shared
}

fn is_known(speaker: Speaker) -> bool {
    matches!(speaker, Speaker::Known(_))
}

fn is_stranger(speaker: Speaker) -> bool {
    matches!(speaker, Speaker::Stranger(_))
}

fn not_own(said: Arc<Said>) -> Option<NotOwn> {
    match () {
        () if said.forwarded => Some(NotOwn::Forwarded),
        () if said.via_bot => Some(NotOwn::ViaBot),
        () if said.caption.is_some() => Some(NotOwn::Caption),
        () => None,
    }
}

fn is_command(message: Message) -> bool {
    message.text().is_some_and(|text| command::read(text).is_some())
}

/// A photo, a file or a sticker in reply to a message.
fn is_wordless_reply(said: Arc<Said>) -> bool {
    said.reply_to.is_some() && said.text.is_none() && said.is_own()
}

fn is_reply(said: Arc<Said>) -> bool {
    said.reply_to.is_some()
}

#[cfg(test)]
mod tests {
    use teloxide::dptree::{Type, type_check};

    use super::*;

    #[test]
    fn every_handler_gets_what_it_asks_for() {
        let given = [
            Type::of::<Update>(),
            Type::of::<Arc<Desk>>(),
            Type::of::<Arc<Received>>(),
            Type::of::<Speaker>(),
            Type::of::<Option<Claim>>(),
        ];
        type_check(tree().sig(), &dptree::deps![], &given);
    }
}
