//! `/pending`: what waits for a decision.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why};
use crate::domain::ask::Ask;
use crate::domain::hidden::hides;
use crate::limits::{SEARCH_WORD_CHARS_MAX, SEARCH_WORDS_MAX};

pub(super) const COMMAND: Command = Command {
    name: "pending",
    who: Who::Viewers,
    purpose: "Lists what waits for a decision, ten at a time; words narrow it to kinds and titles",
    usage: "/pending [WORDS] [PAGE]",
    examples: &["/pending", "/pending invoice rent", "/pending 2"],
    in_reply: InReply::Nothing,
    parse,
};

/// Most digits of a page's number.
const PAGE_DIGITS_MAX: usize = 6;

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    let is_number = |word: &&&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let page = match words.last().filter(is_number).copied() {
        None => 1,
        Some(word) => {
            words.pop();
            page(word).ok_or_else(|| Misunderstood::at(rest, word, Why::NoPage))?
        }
    };
    for (n, word) in words.iter().enumerate() {
        let too_long = word.chars().count() > SEARCH_WORD_CHARS_MAX;
        if n >= SEARCH_WORDS_MAX || too_long || word.chars().any(hides) {
            return Err(Misunderstood::at(rest, word, Why::UnexpectedWords));
        }
    }
    // As for /approve, a kind may be marked as one.
    let bare = |word: &str| {
        word.strip_prefix("kind:").filter(|kind| !kind.is_empty()).unwrap_or(word).to_lowercase()
    };
    let words = words.into_iter().map(bare).collect();
    Ok(Meaning::Query(Query::Ask(Ask::Pending { page, words })))
}

fn page(word: &str) -> Option<u32> {
    word.parse().ok().filter(|page| word.len() <= PAGE_DIGITS_MAX && *page >= 1)
}
