//! Who asks for what: teloxide's handler tree. Each branch ends in one handler; what no branch takes is silence.

use std::ops::ControlFlow;
use std::sync::Arc;

use teloxide::dispatching::{DpHandlerDescription, UpdateFilterExt};
use teloxide::dptree::{self, Handler, case};
use teloxide::types::Update;

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
    // Those that come most often are asked first; only one of them takes it.
    let message = Update::filter_message()
        .filter_map(said)
        .map(Way::of)
        .branch(case![Way::Command].endpoint(commands::command))
        .branch(case![Way::Reply].endpoint(reasons::reply))
        .branch(case![Way::WordlessReply].endpoint(reasons::wordless))
        .branch(case![Way::NotOwn(why)].endpoint(asides::without_effect))
        .branch(case![Way::Shared].endpoint(asides::shared_account))
        .branch(case![Way::Stranger].endpoint(asides::stranger))
        .branch(case![Way::Plain].endpoint(asides::plain));
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

fn is_known(speaker: Speaker) -> bool {
    matches!(speaker, Speaker::Known(_))
}

/// What is done about a message.
#[derive(Clone, Copy)]
enum Way {
    Shared,
    Stranger,
    WordlessReply,
    NotOwn(NotOwn),
    Command,
    Reply,
    Plain,
}

impl Way {
    /// The first that fits: whose words they are comes before what they say.
    fn of(said: Arc<Said>, speaker: Speaker) -> Self {
        let is_command = || said.text.as_deref().is_some_and(|text| command::read(text).is_some());
        match speaker {
            Speaker::Shared => Self::Shared,
            Speaker::Stranger(_) => Self::Stranger,
            // A photo, a file or a sticker in reply to a message.
            _ if said.reply_to.is_some() && said.text.is_none() && said.is_own() => Self::WordlessReply,
            _ if said.forwarded => Self::NotOwn(NotOwn::Forwarded),
            _ if said.via_bot => Self::NotOwn(NotOwn::ViaBot),
            _ if said.caption.is_some() => Self::NotOwn(NotOwn::Caption),
            _ if is_command() => Self::Command,
            _ if said.reply_to.is_some() => Self::Reply,
            _ => Self::Plain,
        }
    }
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
