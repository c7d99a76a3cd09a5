//! `/whoami`: the numeric id, from which all authority comes.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who};

pub(super) const COMMAND: Command = Command {
    name: "whoami",
    who: Who::Everyone,
    purpose: "Tells your numeric id, so that an owner can add you",
    usage: "/whoami",
    examples: &["/whoami"],
    in_reply: InReply::Nothing,
    parse,
};

const fn parse(_: &str) -> Result<Meaning, Misunderstood> {
    Ok(Meaning::Query(Query::WhoAmI))
}
