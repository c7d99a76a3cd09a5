//! `/start`: what everybody sees first; Telegram may send a word along with it.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who};

pub(super) const COMMAND: Command = Command {
    name: "start",
    who: Who::Everyone,
    purpose: "Says what this bot is",
    usage: "/start",
    examples: &["/start"],
    in_reply: InReply::Nothing,
    parse,
};

const fn parse(_: &str) -> Result<Meaning, Misunderstood> {
    Ok(Meaning::Query(Query::Start))
}
