//! `/why`: which rules an item is bound to.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, ids};
use crate::domain::ask::Ask;

pub(super) const COMMAND: Command = Command {
    name: "why",
    who: Who::Viewers,
    purpose: "Tells which rules hold for an item",
    usage: "/why ID",
    examples: &["/why 12"],
    in_reply: InReply::Items,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    ids::one(rest).map(|item| Meaning::Query(Query::Ask(Ask::Why { item })))
}
