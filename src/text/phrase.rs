//! Every line the bot says beside receipts and lists.

mod help;
mod samples;
mod stored;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::help::help;
use self::stored::role_or_flag;
use super::catalog::Catalog;
use super::misunderstood;
use crate::command::Misunderstood;
use crate::domain::hidden::hides;
use crate::domain::role::Role;

/// A line the bot says. What waits in the outbox is stored as its JSON, so a variant's name and fields stay for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phrase<'a> {
    /// What this is.
    Start {
        /// The reader's role.
        #[serde(alias = "admin", deserialize_with = "role_or_flag", default)]
        role: Option<Role>,
    },
    /// What can be done.
    Help {
        /// The reader's role.
        #[serde(alias = "admin", deserialize_with = "role_or_flag", default)]
        role: Option<Role>,
    },
    /// The reader's id.
    WhoAmI {
        /// The id.
        id: i64,
        /// The reader's role.
        #[serde(alias = "admin", deserialize_with = "role_or_flag", default)]
        role: Option<Role>,
    },
    /// To somebody who is not on the list.
    Stranger {
        /// Their id.
        id: i64,
    },
    /// To whoever sent the code that `init` showed.
    Owner {
        /// Their id.
        id: i64,
    },
    /// To whoever sent something else while `init` waits for its code.
    SendTheCode,
    /// A command whose arguments were not understood.
    Misunderstood(Cow<'a, Misunderstood>, Cow<'a, str>),
    /// A command there is not.
    UnknownCommand {
        /// What was written.
        name: Cow<'a, str>,
        /// What was probably meant.
        nearest: Option<Cow<'a, str>>,
    },
    /// Plain text to the bot.
    NotACommand,
    /// A button was pressed where the queue is not shown.
    AskInPrivate,
    /// Something of the books was asked for where they are not shown.
    AskThere {
        /// The command that asks it.
        command: Cow<'a, str>,
    },
    /// A button was pressed by somebody who has no role any more.
    NoRoleLeft {
        /// Their id.
        id: i64,
    },
    /// A command without items replies to a message that shows several.
    SeveralShown {
        /// The command's name.
        command: Cow<'a, str>,
        /// One of the items.
        id: i64,
    },
    /// The log was asked for in a group.
    ExportInPrivate,
    /// The log was asked for where no file can be sent.
    ExportElsewhere,
    /// The log holds nothing of that time.
    NothingToExport,
    /// An edited command.
    EditIgnored,
    /// A forwarded command.
    ForwardIgnored,
    /// A command under a photo or file.
    CaptionIgnored,
    /// A command sent through another bot.
    ViaBotIgnored,
    /// A command by an anonymous admin or a channel.
    AnonymousAdmin,
    /// To somebody who asks who may, and is no owner.
    OwnersOnly,
    /// A role was to be given in reply to a message whose account is hidden.
    HiddenPerson,
    /// A role was to be given in reply to a message that is no person's.
    NobodyThere,
    /// A button that does nothing.
    NoButtonHere,
    /// A button whose time is over.
    ExpiredButton,
    /// A button of somebody else's command.
    NotYourButton,
    /// A button of a page that is not remembered any more.
    PageForgotten,
    /// How many items came after a page was shown.
    CameMeanwhile {
        /// How many.
        count: u64,
    },
    /// Reject was pressed where a reason is asked for.
    SayWhy {
        /// The item.
        id: i64,
    },
    /// A reply that is no reason.
    NoSuchReason,
    /// A reply to a question by somebody else than who was asked.
    AnotherWasAsked {
        /// Who was asked.
        id: i64,
        /// What they are called, where a name is on record.
        name: Option<Cow<'a, str>>,
    },
    /// Approve was pressed where the detail is cut.
    ReadFirst,
    /// Details was pressed.
    DetailsSent,
    /// What waits was asked for by a button.
    ListSent,
    /// An item that does not exist.
    NoItem {
        /// Its number.
        id: i64,
    },
    /// An operation that does not exist.
    NoSuchReceipt {
        /// Its number.
        number: i64,
    },
    /// A username that is not on record.
    NobodyCalled {
        /// The name, without the `@`.
        name: Cow<'a, str>,
    },
    /// An id that nobody on record has.
    NobodyWithId {
        /// The id.
        id: i64,
    },
    /// A message older than the keys that are kept.
    TooOld,
    /// To the owners: nothing can be said in this chat any more.
    ChatLost {
        /// Which.
        chat: i64,
    },
    /// To the owners: a topic is gone or closed, and what belongs there stands beside it.
    TopicLost {
        /// The group.
        chat: i64,
        /// The topic.
        topic: i64,
    },
    /// To the owners: the bot was removed from a chat where the queue is shown.
    RemovedFrom {
        /// Which.
        chat: i64,
    },
    /// To the owners: a group where the queue is shown has another number now.
    GroupMoved {
        /// The group.
        from: i64,
        /// The supergroup that it became.
        to: i64,
    },
    /// An update that failed three times.
    Unreadable {
        /// What to look for in the log.
        reference: Cow<'a, str>,
    },
}

impl Phrase<'_> {
    pub(super) fn words(&self, catalog: &Catalog) -> String {
        let say = |id: &str| catalog.get(id, &[]);
        match self {
            Self::Start { role } => say(&format!("start-{}", role.map_or("stranger", Role::code))),
            Self::Help { role } => help(catalog, *role),
            Self::WhoAmI { id, role } => {
                let message = format!("whoami-{}", role.map_or("stranger", Role::code));
                catalog.get(&message, &[("id", &id.to_string())])
            }
            Self::Stranger { id } => catalog.get("stranger", &[("id", &id.to_string())]),
            Self::Owner { id } => catalog.get("owner", &[("id", &id.to_string())]),
            Self::SendTheCode => say("send-the-code"),
            Self::Misunderstood(what, command) => misunderstood::words(catalog, what, command),
            Self::UnknownCommand { name, nearest: Some(nearest) } => {
                catalog.get("unknown-command-nearest", &[("name", &cut(name)), ("nearest", nearest)])
            }
            Self::UnknownCommand { name, nearest: None } => {
                catalog.get("unknown-command", &[("name", &cut(name))])
            }
            Self::NotACommand => say("not-a-command"),
            Self::AskInPrivate => say("ask-in-private"),
            Self::AskThere { command } => catalog.get("ask-there", &[("command", command)]),
            Self::NoRoleLeft { id } => catalog.get("no-role-left", &[("id", &id.to_string())]),
            Self::SeveralShown { command, id } => {
                catalog.get("several-shown", &[("command", command), ("id", &id.to_string())])
            }
            Self::ExportInPrivate => say("export-in-private"),
            Self::ExportElsewhere => say("export-elsewhere"),
            Self::NothingToExport => say("export-nothing"),
            Self::EditIgnored => say("edit-ignored"),
            Self::ForwardIgnored => say("forward-ignored"),
            Self::CaptionIgnored => say("caption-ignored"),
            Self::ViaBotIgnored => say("via-bot-ignored"),
            Self::AnonymousAdmin => say("anonymous-admin"),
            Self::OwnersOnly => say("owners-only"),
            Self::HiddenPerson => say("hidden-person"),
            Self::NobodyThere => say("nobody-there"),
            Self::NoButtonHere => say("no-button-here"),
            Self::ExpiredButton => say("expired-button"),
            Self::NotYourButton => say("not-your-button"),
            Self::PageForgotten => say("page-forgotten"),
            Self::CameMeanwhile { count } => {
                let many = if *count > 1 { "many" } else { "one" };
                catalog.get("came-meanwhile", &[("count", &count.to_string()), ("many", many)])
            }
            Self::SayWhy { id } => catalog.get("ask-why-toast", &[("id", &format!("#{id}"))]),
            Self::NoSuchReason => say("no-such-reason"),
            Self::AnotherWasAsked { id, name } => another_was_asked(catalog, *id, name.as_deref()),
            Self::ReadFirst => say("read-first"),
            Self::DetailsSent => say("details-sent"),
            Self::ListSent => say("list-sent"),
            Self::NoItem { id } => catalog.get("no-item", &[("id", &id.to_string())]),
            Self::NoSuchReceipt { number } => {
                catalog.get("no-such-receipt", &[("number", &number.to_string())])
            }
            Self::NobodyCalled { name } => catalog.get("nobody-called", &[("name", &cut(name))]),
            Self::NobodyWithId { id } => catalog.get("nobody-with-id", &[("id", &id.to_string())]),
            Self::TooOld => say("too-old"),
            Self::ChatLost { chat } => catalog.get("chat-lost", &[("chat", &chat.to_string())]),
            Self::TopicLost { chat, topic } => {
                catalog.get("topic-lost", &[("chat", &chat.to_string()), ("topic", &topic.to_string())])
            }
            Self::RemovedFrom { chat } => catalog.get("removed-from", &[("chat", &chat.to_string())]),
            Self::GroupMoved { from, to } => {
                catalog.get("group-moved", &[("from", &from.to_string()), ("to", &to.to_string())])
            }
            Self::Unreadable { reference } => catalog.get("unreadable", &[("reference", reference)]),
        }
    }

    /// The JSON that an event of the outbox holds.
    #[must_use]
    pub fn to_stored(&self) -> serde_json::Value {
        // A plain data type: serialising it has no way to fail; null would be refused on reading.
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn another_was_asked(catalog: &Catalog, id: i64, name: Option<&str>) -> String {
    let person = || catalog.get("who-person", &[("id", &id.to_string())]);
    let who = name.map_or_else(person, str::to_owned);
    catalog.get("another-was-asked", &[("who", &who)])
}

/// What was written, short enough to be quoted, without what nobody sees.
fn cut(name: &str) -> String {
    name.chars().filter(|c| !hides(*c)).take(32).collect()
}
