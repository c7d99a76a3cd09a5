//! Who asks for what: teloxide's handler tree, over what was read of an update. Each branch ends in one handler; what no branch
//! takes is silence.

use std::ops::ControlFlow;
use std::sync::Arc;

use teloxide::dptree::{self, Handler, case};

use super::asides::NotOwn;
use super::claim::Claim;
use super::desk::Desk;
use super::identity::Speaker;
use super::ruling::{Ruled, Ruling};
use super::said::{Event, Received, Said};
use super::{asides, commands, presses, reasons};
use crate::command;

/// The tree; built once.
pub(super) type Tree = Handler<'static, Ruled>;

/// What the handlers may ask for besides what the tree's own filters hand on.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) desk: Arc<Desk>,
    pub(super) received: Arc<Received>,
    pub(super) speaker: Speaker,
    pub(super) claim: Option<Claim>,
}

/// Builds the tree.
pub(super) fn tree() -> Tree {
    // Those that come most often are asked first; only one of them takes it.
    let message = dptree::filter_map(said)
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
        .branch(dptree::filter_map(edited).endpoint(asides::edited))
        .branch(dptree::filter(is_known).endpoint(presses::press))
        .endpoint(asides::press)
}

/// Takes one update through the tree.
pub(super) async fn route(tree: &Tree, given: Given) -> Ruled {
    let Given { desk, received, speaker, claim } = given;
    match tree.dispatch(dptree::deps![desk, received, speaker, claim]).await {
        ControlFlow::Break(ruled) => ruled,
        ControlFlow::Continue(_) => Ok(Ruling::Ignore("no branch takes it")),
    }
}

fn said(received: Arc<Received>) -> Option<Arc<Said>> {
    if let Event::Message(said) = &received.event { Some(said.clone()) } else { None }
}

fn edited(received: Arc<Received>) -> Option<Arc<Said>> {
    if let Event::Edited(said) = &received.event { Some(said.clone()) } else { None }
}

fn is_known(speaker: Speaker) -> bool {
    matches!(speaker, Speaker::Known(_))
}

/// What is done about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    use serde_json::json;
    use teloxide::dptree::{Type, type_check};

    use super::*;
    use crate::telegram::decode::decode;

    /// The way of a message with these parts, from this speaker.
    fn way(speaker: Speaker, parts: &serde_json::Value) -> Way {
        let mut message = json!({
            "message_id": 7, "date": 1_772_366_640, "chat": { "id": 111, "type": "private" },
            "from": { "id": 111, "is_bot": false, "first_name": "Lee" },
        });
        for (name, part) in parts.as_object().into_iter().flatten() {
            message[name] = part.clone();
        }
        let update = json!({ "update_id": 1, "message": message }).to_string();
        let Ok(Received { event: Event::Message(said), .. }) = decode(update.as_bytes()) else {
            panic!("no message: {update}")
        };
        Way::of(said, speaker)
    }

    #[test]
    fn whose_words_they_are_comes_before_what_they_say() {
        let reply =
            json!({ "message_id": 6, "date": 1_772_366_640, "chat": { "id": 111, "type": "private" } });
        let origin = json!({ "type": "hidden_user", "date": 1_772_366_640, "sender_user_name": "Kim" });
        let command = json!({ "text": "/approve 1", "reply_to_message": reply });
        let forwarded = json!({ "text": "/approve 1", "forward_origin": origin, "via_bot": {} });
        let via_bot = json!({ "text": "/approve 1", "via_bot": {}, "caption": "/approve 1" });
        let caption = json!({ "caption": "/approve 1" });
        for (parts, wanted) in [
            (&command, Way::Command),
            (&forwarded, Way::NotOwn(NotOwn::Forwarded)),
            (&via_bot, Way::NotOwn(NotOwn::ViaBot)),
            (&caption, Way::NotOwn(NotOwn::Caption)),
            (&json!({ "caption": "too dear", "reply_to_message": reply }), Way::WordlessReply),
            (&json!({ "reply_to_message": reply, "via_bot": {} }), Way::NotOwn(NotOwn::ViaBot)),
            (&json!({ "text": "too dear", "reply_to_message": reply }), Way::Reply),
            (&json!({ "text": "hello" }), Way::Plain),
            (&json!({}), Way::Plain),
        ] {
            assert_eq!(way(Speaker::Known(111), parts), wanted, "{parts}");
            assert_eq!(way(Speaker::Shared, parts), Way::Shared, "{parts}");
            assert_eq!(way(Speaker::Stranger(111), parts), Way::Stranger, "{parts}");
        }
    }

    #[test]
    fn every_handler_gets_what_it_asks_for() {
        let given = [
            Type::of::<Arc<Desk>>(),
            Type::of::<Arc<Received>>(),
            Type::of::<Speaker>(),
            Type::of::<Option<Claim>>(),
        ];
        type_check(tree().sig(), &dptree::deps![], &given);
    }
}
