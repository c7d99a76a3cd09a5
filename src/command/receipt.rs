//! `/receipt`: what an operation did, once more. Also the grammar of `R42`.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why};
use crate::domain::ask::Ask;
use crate::limits::ID_MAX;

pub(super) const COMMAND: Command = Command {
    name: "receipt",
    who: Who::Viewers,
    purpose: "Shows again what an operation did",
    usage: "/receipt R42",
    examples: &["/receipt R42"],
    in_reply: InReply::Nothing,
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let missing = || Misunderstood { token: String::new(), position: 1, why: Why::NoReceipt };
    let number = optional(rest)?.ok_or_else(missing)?;
    Ok(Meaning::Query(Query::Ask(Ask::Receipt { number })))
}

/// At most one `R42`.
pub(super) fn optional(rest: &str) -> Result<Option<i64>, Misunderstood> {
    let mut words = rest.split_whitespace();
    let number = match words.next() {
        None => None,
        Some(word) => Some(number(word).ok_or_else(|| Misunderstood::at(rest, word, Why::NoReceipt))?),
    };
    words.next().map_or(Ok(number), |word| Err(Misunderstood::at(rest, word, Why::UnexpectedWords)))
}

/// `R42`.
pub(super) fn number(word: &str) -> Option<i64> {
    let digits = word.strip_prefix(['R', 'r'])?;
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    (1..=ID_MAX).contains(&number).then_some(number)
}
