//! `/approve`: says yes to the items that are named.

use super::{Command, InReply, Meaning, Misunderstood, Who, ids};
use crate::domain::operation::Decision;

pub(super) const COMMAND: Command = Command {
    name: "approve",
    who: Who::Approvers,
    purpose: "Approves the items you name",
    usage: "/approve IDS",
    examples: &["/approve 1,2,3", "/approve 1-20 !7", "/approve all kind:invoice"],
    in_reply: InReply::Items,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    ids::decide(Decision::Approve, rest, None).map(Meaning::Operation)
}
