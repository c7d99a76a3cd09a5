//! From what is asked back to the command that asks it: what a person is told to send is understood when they send it.

use crate::domain::ask::{Ask, Since, Whose};

/// The command that asks this.
#[must_use]
pub fn written(ask: &Ask) -> String {
    match ask {
        Ask::Pending { page, words } | Ask::Rest { page, words } => {
            let page = (*page > 1).then(|| page.to_string());
            joined("/pending", words.iter().cloned().chain(page))
        }
        Ask::Show { item } => format!("/show {}", item.get()),
        Ask::Why { item } => format!("/why {}", item.get()),
        Ask::Receipt { number } | Ask::Items { number } => format!("/receipt R{number}"),
        Ask::Admins { page } => joined("/admins", (*page > 1).then(|| page.to_string()).into_iter()),
        Ask::History { whose, since, before } => {
            let whose = match whose {
                Whose::Everybody => None,
                Whose::Own => Some("me".to_owned()),
                Whose::Person(id) => Some(id.to_string()),
                Whose::Named(name) => Some(format!("@{name}")),
            };
            let since = match since {
                Since::Ever => None,
                Since::Today => Some("today".to_owned()),
                Since::Hours(hours) if hours % 24 == 0 => Some(format!("{}d", hours / 24)),
                Since::Hours(hours) => Some(format!("{hours}h")),
            };
            joined(
                "/history",
                [whose, since, before.map(|number| format!("R{number}"))].into_iter().flatten(),
            )
        }
        Ask::Stats => "/stats".to_owned(),
    }
}

fn joined(name: &str, words: impl Iterator<Item = String>) -> String {
    std::iter::once(name.to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
