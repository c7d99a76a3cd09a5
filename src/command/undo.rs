//! `/undo`: takes back one's own last decision, while it is not final.

use super::{Command, InReply, Meaning, Misunderstood, Who, receipt};
use crate::domain::operation::Operation;

pub(super) const COMMAND: Command = Command {
    name: "undo",
    who: Who::Approvers,
    purpose: "Takes your last decision back, shortly after it",
    usage: "/undo [RECEIPT]",
    examples: &["/undo", "/undo R42"],
    in_reply: InReply::Nothing,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    receipt::optional(rest).map(|receipt| Meaning::Operation(Operation::Undo { receipt }))
}
