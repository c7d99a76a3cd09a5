//! What stands in rows of the outbox that releases before this one wrote.

use serde::{Deserialize, Deserializer};

use crate::domain::role::Role;

/// A role; releases before there were any stored whether the reader may decide.
pub(super) fn role_or_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Role>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Flag(bool),
        Role(Option<Role>),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::Flag(may_decide) => may_decide.then_some(Role::Approver),
        Stored::Role(role) => role,
    })
}
