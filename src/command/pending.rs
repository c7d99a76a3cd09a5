//! `/pending`: what waits for a decision.

use super::{Command, Meaning, Misunderstood, Query, Who, Why};

pub(super) const COMMAND: Command = Command {
    name: "pending",
    who: Who::Admins,
    purpose: "Lists what waits for a decision",
    usage: "/pending",
    examples: &["/pending"],
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    match rest.split_whitespace().next() {
        None => Ok(Meaning::Query(Query::Pending)),
        Some(word) => Err(Misunderstood::at(rest, word, Why::UnexpectedWords)),
    }
}
