//! `/approve`: says yes to the items that are named.

use super::{Command, InReply, Meaning, Misunderstood, Who, ids};
use crate::domain::operation::{Decision, Operation};

pub(super) const COMMAND: Command = Command {
    name: "approve",
    who: Who::Admins,
    purpose: "Approves the items you name",
    usage: "/approve IDS",
    examples: &["/approve 1,2,3", "/approve 4-9 #12"],
    in_reply: InReply::Items,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let ids = ids::parse(rest)?;
    Ok(Meaning::Operation(Operation::Decide {
        decision: Decision::Approve,
        ids,
        seen: None,
        reason: None,
        label: None,
    }))
}
