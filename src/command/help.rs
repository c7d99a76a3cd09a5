//! `/help`: what can be done here.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who};

pub(super) const COMMAND: Command = Command {
    name: "help",
    who: Who::Everyone,
    purpose: "Shows the commands, with examples",
    usage: "/help",
    examples: &["/help"],
    in_reply: InReply::Nothing,
    parse,
};

const fn parse(_: &str) -> Result<Meaning, Misunderstood> {
    Ok(Meaning::Query(Query::Help))
}
