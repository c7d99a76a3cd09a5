//! The commands: text → what is meant. Pure; it knows the domain alone.
//!
//! One file a command. From the registry below derive help, the bot's menu, "did you mean" and the README's table.

mod approve;
mod help;
mod history;
pub mod ids;
mod pending;
mod read;
mod receipt;
mod reject;
mod show;
mod start;
mod undo;
mod whoami;
mod why;

pub use self::ids::{Misunderstood, Why};
pub use self::read::{Spoken, read};
use crate::domain::ask::Ask;
use crate::domain::operation::Operation;

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
    /// Something about the books: for those who may decide.
    Ask(Ask),
}

/// Who is served by a command. It shapes menus and answers; rights are checked where decisions are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody who writes to the bot.
    Everyone,
    /// The people of `ADMIN_IDS`.
    Admins,
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
    help::COMMAND,
    whoami::COMMAND,
    start::COMMAND,
];

/// The command with this name, in any case of ASCII letters.
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name))
}

/// The name that was probably meant: at most two letters off, or written together with what follows.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let together = COMMANDS.iter().find(|command| name.starts_with(command.name));
    let close = || {
        let distances = COMMANDS.iter().map(|command| (distance(&name, command.name), command));
        distances
            .filter(|(distance, command)| *distance <= 2 && *distance < command.name.len())
            .min_by_key(|(distance, _)| *distance)
    };
    together.or_else(|| close().map(|(_, command)| command)).map(|command| command.name)
}

/// The README's table of commands.
#[must_use]
pub fn readme_table() -> String {
    let row = |command: &Command| {
        let example = command.examples.first().map(|example| format!("`{example}`")).unwrap_or_default();
        format!("| `{}` | {} | {example} |\n", command.usage, command.purpose)
    };
    let rows: String = COMMANDS.iter().map(row).collect();
    format!("| command | what it does | example |\n| --- | --- | --- |\n{rows}")
}

/// Levenshtein's distance: letters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
