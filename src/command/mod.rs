//! The commands: text → what is meant. Pure; it knows the domain alone.
//!
//! One file a command. From the registry below derive help, the bot's menu, "did you mean" and the README's table.

mod admins;
mod approve;
mod export;
mod help;
mod history;
pub mod ids;
mod misunderstood;
mod pending;
mod read;
mod receipt;
mod reject;
mod show;
mod start;
mod stats;
mod undo;
mod whoami;
mod why;
mod written;

pub use self::misunderstood::{Misunderstood, Why};
pub use self::read::{Spoken, read};
pub use self::written::written;
use crate::domain::ask::Ask;
use crate::domain::export::Extract;
use crate::domain::ids::ItemId;
use crate::domain::operation::Operation;
use crate::domain::role::Role;

/// What a command means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It changes something: it goes through the guard.
    Operation(Operation),
    /// It asks something: it needs no key.
    Query(Query),
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// What is this?
    Start,
    /// What can I do?
    Help,
    /// What is my id?
    WhoAmI,
    /// Something about the books: for those who have a role.
    Ask(Ask),
    /// The audit log as a file: for those who have a role, and in private.
    Export(Extract),
}

/// Who is served by a command. It shapes menus and answers; rights are checked where decisions are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody who writes to the bot.
    Everyone,
    /// Everybody with a role.
    Viewers,
    /// Those who may decide.
    Approvers,
    /// Those who say who may.
    Owners,
}

impl Who {
    /// Whether somebody with this role is among them.
    #[must_use]
    pub fn serves(self, role: Option<Role>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Viewers => role.is_some(),
            Self::Approvers => role.is_some_and(Role::may_decide),
            Self::Owners => role == Some(Role::Owner),
        }
    }

    const fn in_readme(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Viewers => "viewers",
            Self::Approvers => "approvers",
            Self::Owners => "owners",
        }
    }
}

/// What a command takes from the message that it replies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InReply {
    /// Nothing.
    Nothing,
    /// The item that the message shows, where none is named.
    Items,
    /// The same, also where words follow.
    ItemsAndWords,
    /// The person who wrote it, or from whom it was forwarded, where none is named.
    Person,
}

/// A command of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name without the slash.
    pub name: &'static str,
    /// Whom it serves.
    pub who: Who,
    /// What it is for, in one line: for the menu, help and the README.
    pub purpose: &'static str,
    /// How it is written: `/approve IDS`.
    pub usage: &'static str,
    /// Examples that a person can copy.
    pub examples: &'static [&'static str],
    /// What it takes from the message that it replies to.
    pub in_reply: InReply,
    /// What follows the name → what is meant.
    pub parse: fn(&str) -> Result<Meaning, Misunderstood>,
}

/// All commands, in the order of the menu.
pub const COMMANDS: &[Command] = &[
    pending::COMMAND,
    approve::COMMAND,
    reject::COMMAND,
    undo::COMMAND,
    show::COMMAND,
    history::COMMAND,
    receipt::COMMAND,
    why::COMMAND,
    admins::COMMAND,
    stats::COMMAND,
    export::COMMAND,
    help::COMMAND,
    whoami::COMMAND,
    start::COMMAND,
];

/// Letters that a beginning has at least.
const BEGINNING: usize = 3;
/// Letters of a short name, of which one off is another word.
const SHORT: usize = 4;

/// The command with this name, in any case of ASCII letters.
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name))
}

/// The name that was probably meant: written together with what follows, or its beginning, or a letter or two off.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let together = COMMANDS.iter().find(|command| name.starts_with(command.name));
    let begun = || {
        let mut begun = COMMANDS.iter().filter(|command| command.name.starts_with(&name));
        begun.next().filter(|_| name.len() >= BEGINNING && begun.next().is_none())
    };
    let close = || {
        let distances = COMMANDS.iter().map(|command| (distance(&name, command.name), command));
        distances
            .filter(|(distance, command)| *distance <= if command.name.len() > SHORT { 2 } else { 1 })
            .min_by_key(|(distance, _)| *distance)
    };
    together.or_else(begun).or_else(|| close().map(|(_, command)| command)).map(|command| command.name)
}

impl Command {
    /// What is meant by `rest` in a reply to a message that shows `item`: that item, where none is named.
    ///
    /// # Errors
    /// [`Misunderstood`] as for `rest` itself, and where a number before words may be an item or the reason's first word.
    pub fn parse_reply(&self, item: ItemId, rest: &str) -> Result<Meaning, Misunderstood> {
        let (named, words) = match (self.in_reply, ids::split(rest)) {
            (InReply::Nothing | InReply::Person, _) | (_, Err(_)) => return (self.parse)(rest),
            (_, Ok((named, words))) => (named.trim(), words),
        };
        let takes_words = self.in_reply == InReply::ItemsAndWords;
        match (named.is_empty(), words.is_empty()) {
            (true, true) => self.parse_about(item, ""),
            (true, false) if takes_words => self.parse_about(item, words),
            (false, false) if takes_words && ids::may_be_words(rest) => {
                Err(Misunderstood::at(rest, named, Why::ItemOrReason))
            }
            _ => (self.parse)(rest),
        }
    }

    /// What is meant by `rest` in reply to a message of this person: they, where nobody is named.
    ///
    /// # Errors
    /// [`Misunderstood`] as for `rest` itself.
    pub fn parse_reply_to(&self, person: i64, rest: &str) -> Result<Meaning, Misunderstood> {
        match self.in_reply {
            InReply::Person => admins::read(rest, Some(person)),
            _ => (self.parse)(rest),
        }
    }

    fn parse_about(&self, item: ItemId, words: &str) -> Result<Meaning, Misunderstood> {
        let before = if words.is_empty() { item.get().to_string() } else { format!("{}: ", item.get()) };
        (self.parse)(&format!("{before}{words}")).map_err(|mut misunderstood| {
            // It is told where it stands in what was written.
            misunderstood.position = misunderstood.position.saturating_sub(before.len()).max(1);
            misunderstood
        })
    }
}

/// The README's table of commands.
#[must_use]
pub fn readme_table() -> String {
    let row = |command: &Command| {
        let example = command.examples.first().map(|example| format!("`{example}`")).unwrap_or_default();
        // A pipe would end the cell, also in code.
        let usage = command.usage.replace('|', "\\|");
        format!("| `{usage}` | {} | {} | {example} |\n", command.purpose, command.who.in_readme())
    };
    let rows: String = COMMANDS.iter().map(row).collect();
    format!("| command | what it does | for | example |\n| --- | --- | --- | --- |\n{rows}")
}

/// Letters to insert, delete, replace, or swap with the next one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (mut before, mut row): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = row[j] + usize::from(from != to);
            let mut least = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}
