//! `/pending`: what waits for a decision.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why};
use crate::domain::ask::Ask;

pub(super) const COMMAND: Command = Command {
    name: "pending",
    who: Who::Admins,
    purpose: "Lists what waits for a decision, ten at a time",
    usage: "/pending [PAGE]",
    examples: &["/pending", "/pending 2"],
    in_reply: InReply::Nothing,
    parse,
};

/// Most digits of a page's number.
const PAGE_DIGITS_MAX: usize = 6;

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let mut words = rest.split_whitespace();
    let page = match words.next() {
        None => 1,
        Some(word) => page(word).ok_or_else(|| Misunderstood::at(rest, word, Why::NoPage))?,
    };
    match words.next() {
        None => Ok(Meaning::Query(Query::Ask(Ask::Pending { page }))),
        Some(word) => Err(Misunderstood::at(rest, word, Why::UnexpectedWords)),
    }
}

fn page(word: &str) -> Option<u32> {
    let is_number = word.len() <= PAGE_DIGITS_MAX && word.bytes().all(|b| b.is_ascii_digit());
    word.parse().ok().filter(|page| is_number && *page >= 1)
}
