//! `/show`: an item with everything that happened to it.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, ids};
use crate::domain::ask::Ask;

pub(super) const COMMAND: Command = Command {
    name: "show",
    who: Who::Viewers,
    purpose: "Shows an item with its whole history",
    usage: "/show ID",
    examples: &["/show 12"],
    in_reply: InReply::Items,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    ids::one(rest).map(|item| Meaning::Query(Query::Ask(Ask::Show { item })))
}
