//! `/stats`: figures about the queue.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why};
use crate::domain::ask::Ask;

pub(super) const COMMAND: Command = Command {
    name: "stats",
    who: Who::Viewers,
    purpose: "Tells how much is open, and how much was decided in the last 30 days",
    usage: "/stats",
    examples: &["/stats"],
    in_reply: InReply::Nothing,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    rest.split_whitespace().next().map_or(Ok(Meaning::Query(Query::Ask(Ask::Stats))), |word| {
        Err(Misunderstood::at(rest, word, Why::UnexpectedWords))
    })
}
