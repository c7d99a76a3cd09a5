//! What can be done, by the registry of commands.

use crate::command::{COMMANDS, Command};
use crate::domain::role::Role;
use crate::text::catalog::Catalog;

/// The commands that serve this role, with examples.
pub(super) fn help(catalog: &Catalog, role: Option<Role>) -> String {
    let shown = |command: &&Command| command.who.serves(role);
    let line = |command: &Command| {
        let examples = command.examples.join("   ");
        let bare = command.examples == [command.usage];
        let id = if bare { "help-line" } else { "help-line-examples" };
        catalog.get(
            id,
            &[
                ("usage", &catalog.usage(command)),
                ("purpose", &catalog.purpose(command)),
                ("examples", &examples),
            ],
        )
    };
    let lines: Vec<String> = COMMANDS.iter().filter(shown).map(line).collect();
    let last = catalog.get(if role.is_some() { "help-admin" } else { "help-stranger" }, &[]);
    format!("{}\n\n{last}", lines.join("\n"))
}
