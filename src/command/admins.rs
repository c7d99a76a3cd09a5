//! `/admins`: who may, and who says so.

use super::{Command, InReply, Meaning, Misunderstood, Query, Who, Why};
use crate::domain::ask::Ask;
use crate::domain::operation::Operation;
use crate::domain::person::{self, NoPerson};
use crate::domain::role::{Change, Role};

pub(super) const COMMAND: Command = Command {
    name: "admins",
    who: Who::Owners,
    purpose: "Lists who may do what, and changes it; in reply to a person's message, or a forwarded one, without the id",
    usage: "/admins [add ID [ROLE]|role ID ROLE|remove ID|PAGE]",
    examples: &["/admins add 123456789 viewer", "/admins role 123456789 owner", "/admins remove 123456789"],
    in_reply: InReply::Person,
    parse: |rest| read(rest, None),
};

/// Most digits of a page's number.
const PAGE_DIGITS_MAX: usize = 6;

/// What is meant by `rest`; a person who is not named is the one whose message it replies to.
pub(super) fn read(rest: &str, replied_to: Option<i64>) -> Result<Meaning, Misunderstood> {
    let mut words = rest.split_whitespace();
    let Some(verb) = words.next() else { return Ok(list(1)) };
    let wrong = |word: &str, why| Err(Misunderstood::at(rest, word, why));
    let (verb, takes_role, needs_role) = match verb.to_ascii_lowercase().as_str() {
        "add" => (Verb::Add, true, false),
        "role" => (Verb::Role, true, true),
        "remove" => (Verb::Remove, false, false),
        _ => {
            let page = verb.parse().ok().filter(|page| verb.len() <= PAGE_DIGITS_MAX && *page >= 1);
            return match (page.filter(|_| verb.bytes().all(|b| b.is_ascii_digit())), words.next()) {
                (Some(page), None) => Ok(list(page)),
                (Some(_), Some(word)) => wrong(word, Why::UnexpectedWords),
                (None, _) => wrong(verb, Why::NoAdmins),
            };
        }
    };
    let mut words = words.peekable();
    let is_role = |word: &&str| Role::from_code(word).is_some();
    let person = match (words.peek().copied(), replied_to) {
        (None, None) => return Err(missing(rest, Why::NoPerson)),
        (Some(word), None) if is_role(&word) => return wrong(word, Why::NoPerson),
        (None, Some(person)) => person,
        (Some(word), Some(person)) if is_role(&word) => person,
        (Some(word), _) => {
            words.next();
            person::parse(word).map_err(|no_person| Misunderstood::at(rest, word, no_person.into()))?
        }
    };
    let role = match words.next() {
        Some(word) if takes_role => match Role::from_code(word) {
            Some(role) => role,
            None => return wrong(word, Why::NoRole),
        },
        Some(word) => return wrong(word, Why::UnexpectedWords),
        None if needs_role => return Err(missing(rest, Why::NoRole)),
        None => Role::Approver,
    };
    if let Some(word) = words.next() {
        return wrong(word, Why::UnexpectedWords);
    }
    let change = match verb {
        Verb::Add => Change::Add(role),
        Verb::Role => Change::Role(role),
        Verb::Remove => Change::Remove,
    };
    Ok(Meaning::Operation(Operation::Appoint { person, profile: None, change }))
}

enum Verb {
    Add,
    Role,
    Remove,
}

const fn list(page: u32) -> Meaning {
    Meaning::Query(Query::Ask(Ask::Admins { page }))
}

/// Something that should stand at the end does not.
fn missing(rest: &str, why: Why) -> Misunderstood {
    Misunderstood { token: String::new(), position: rest.trim().chars().count() + 1, why }
}

impl From<NoPerson> for Why {
    fn from(no_person: NoPerson) -> Self {
        match no_person {
            NoPerson::NotANumber => Self::NotAPerson,
            NoPerson::Shared(_) => Self::SharedAccount,
            NoPerson::Chat => Self::AChat,
            NoPerson::NoSuchId => Self::NoSuchPerson,
        }
    }
}

impl Misunderstood {
    /// What is wrong with the number in the command's arguments.
    #[must_use]
    pub fn of_number(rest: &str, number: i64, why: Why) -> Self {
        let is_it = |word: &&str| word.parse() == Ok(number);
        Self::at(rest, rest.split_whitespace().find(is_it).unwrap_or(rest), why)
    }
}
