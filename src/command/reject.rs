//! `/reject`: says no to the items that are named, with a reason where one follows.

use super::{Command, InReply, Meaning, Misunderstood, Who, Why, ids};
use crate::domain::operation::Decision;
use crate::domain::reason::{NoReason, Reason};
use crate::limits::REASON_CHARS_MAX;

pub(super) const COMMAND: Command = Command {
    name: "reject",
    who: Who::Approvers,
    purpose: "Rejects the items you name, with a reason if you give one",
    usage: "/reject IDS [REASON]",
    examples: &["/reject 4 wrong amount", "/reject 5,6", "/reject 1-20 !7: too late"],
    in_reply: InReply::ItemsAndWords,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let (named, reason) = ids::split(rest)?;
    // `7. wrong` and `1;2 wrong` name items too, if not so that they are understood: it is told what is wrong with them.
    let named = if named.is_empty() && reason.starts_with(|c: char| c.is_ascii_digit() || c == '#') {
        rest
    } else {
        named
    };
    let reason = if reason.is_empty() { None } else { Some(reason_in(rest, reason)?) };
    ids::decide(Decision::Reject, named, reason).map(Meaning::Operation)
}

fn reason_in(rest: &str, text: &str) -> Result<Reason, Misunderstood> {
    Reason::new(text).map_err(|fault| {
        let why = match fault {
            NoReason::Length(_) => Why::ReasonTooLong { limit: REASON_CHARS_MAX },
            NoReason::Hidden(_) => Why::HiddenCharacter,
        };
        Misunderstood::at(rest, text, why)
    })
}
