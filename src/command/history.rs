//! `/history`: who decided what.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why, receipt};
use crate::domain::ask::{Ask, Since, Whose};
use crate::limits::ID_MAX;

pub(super) const COMMAND: Command = Command {
    name: "history",
    who: Who::Viewers,
    purpose: "Lists what was decided lately, and by whom",
    usage: "/history [me|@NAME|ID] [today|7d] [R42]",
    examples: &["/history", "/history me today", "/history @lee 7d"],
    in_reply: InReply::Nothing,
    parse,
};

/// The longest time that can be asked for, in days.
const DAYS_MAX: u32 = 3650;

fn parse(rest: &str) -> Result<Meaning, Misunderstood> {
    let (mut whose, mut since, mut before) = (None, None, None);
    for word in rest.split_whitespace() {
        match (receipt::number(word), read_since(word), read_whose(word)) {
            _ if before.is_some() => return Err(Misunderstood::at(rest, word, Why::NoHistory)),
            (Some(read), ..) => before = Some(read),
            (None, Some(read), _) if since.is_none() => since = Some(read),
            (None, None, Some(read)) if whose.is_none() && since.is_none() => whose = Some(read),
            _ => return Err(Misunderstood::at(rest, word, Why::NoHistory)),
        }
    }
    let (whose, since) = (whose.unwrap_or(Whose::Everybody), since.unwrap_or(Since::Ever));
    Ok(Meaning::Query(Query::Ask(Ask::History { whose, since, before })))
}

/// `today`, `7d`, `12h`.
pub(super) fn read_since(word: &str) -> Option<Since> {
    if word.eq_ignore_ascii_case("today") {
        return Some(Since::Today);
    }
    let (number, unit) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit()))?;
    let hours = match unit {
        "h" | "H" => number,
        "d" | "D" => number.checked_mul(24)?,
        _ => return None,
    };
    (1..=DAYS_MAX * 24).contains(&hours).then_some(Since::Hours(hours))
}

/// `me`, `@lee`, `123456789`.
fn read_whose(word: &str) -> Option<Whose> {
    if word.eq_ignore_ascii_case("me") {
        return Some(Whose::Own);
    }
    if let Some(name) = word.strip_prefix('@') {
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        return ((1..=32).contains(&name.len()) && name.bytes().all(is_name))
            .then(|| Whose::Named(name.to_owned()));
    }
    let id: i64 = word.parse().ok().filter(|_| word.bytes().all(|b| b.is_ascii_digit()))?;
    (1..=ID_MAX).contains(&id).then_some(Whose::Person(id))
}
