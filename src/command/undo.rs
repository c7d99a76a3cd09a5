//! `/undo`: takes back one's own last decision, while it is not final.

use super::{Command, Meaning, Misunderstood, Who, Why};
use crate::domain::operation::Operation;
use crate::limits::ID_MAX;

pub(super) const COMMAND: Command = Command {
    name: "undo",
    who: Who::Admins,
    purpose: "Takes your last decision back, shortly after it",
    usage: "/undo [RECEIPT]",
    examples: &["/undo", "/undo R42"],
    parse,
};

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let mut words = rest.split_whitespace();
    let receipt = match words.next() {
        None => None,
        Some(word) => Some(receipt(word).ok_or_else(|| Misunderstood::at(rest, word, Why::NoReceipt))?),
    };
    match words.next() {
        None => Ok(Meaning::Operation(Operation::Undo { receipt })),
        Some(word) => Err(Misunderstood::at(rest, word, Why::UnexpectedWords)),
    }
}

/// `R42`.
fn receipt(word: &str) -> Option<i64> {
    let digits = word.strip_prefix(['R', 'r'])?;
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    (1..=ID_MAX).contains(&number).then_some(number)
}
