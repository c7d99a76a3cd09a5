//! Whose role a command is about, where it names nobody: whoever wrote the message that it replies to, or from whom that was
//! forwarded.

use super::desk::Desk;
use super::said::{Author, Said};
use crate::command::{Command, Meaning, Misunderstood, Why};
use crate::domain::operation::Operation;
use crate::text::Phrase;

/// What is meant, or why it cannot be told whose role is meant.
pub(super) fn meant(
    desk: &Desk,
    said: &Said,
    command: &Command,
    rest: &str,
) -> Result<Result<Meaning, Misunderstood>, Phrase<'static>> {
    let author = said.reply_author.as_ref();
    let meaning = match author {
        Some(Author::Person(author)) => command.parse_reply_to(author.id, rest),
        _ => (command.parse)(rest),
    };
    let operation = match (meaning, author) {
        (Err(Misunderstood { why: Why::NoPerson, .. }), Some(Author::Hidden)) => {
            return Err(Phrase::HiddenPerson);
        }
        (Err(Misunderstood { why: Why::NoPerson, .. }), Some(Author::Nobody)) => {
            return Err(Phrase::NobodyThere);
        }
        (Ok(Meaning::Operation(operation)), _) => operation,
        (other, _) => return Ok(other),
    };
    Ok(match (operation, author) {
        (Operation::Appoint { person, .. }, _) if person == desk.bot_id => {
            Err(Misunderstood::of_number(rest, person, Why::NoSuchPerson))
        }
        (Operation::Appoint { person, change, .. }, Some(Author::Person(author))) if author.id == person => {
            let profile = Some(author.profile());
            Ok(Meaning::Operation(Operation::Appoint { person, profile, change }))
        }
        (operation, _) => Ok(Meaning::Operation(operation)),
    })
}
