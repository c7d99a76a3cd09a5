//! Roles: what a person may do here. Each holds the rights of those before it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads the queue and its past.
    Viewer,
    /// Decides too.
    Approver,
    /// Says who has which role too.
    Owner,
}

impl Role {
    /// All of them, the one with the most rights first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Approver, Self::Viewer];

    /// The code that is stored, and the word by which commands name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Approver => "approver",
            Self::Owner => "owner",
        }
    }

    /// The role with this code, in any case of ASCII letters.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code().eq_ignore_ascii_case(code))
    }

    /// Whether whoever has it may decide.
    #[must_use]
    pub const fn may_decide(self) -> bool {
        matches!(self, Self::Approver | Self::Owner)
    }
}

/// Who may decide about items of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decider {
    /// People who are owners.
    Owner,
    /// People who are approvers.
    Approver,
    /// Clients of the HTTP API whose token may decide.
    Client,
}

/// Who may decide: where nobody is named, everybody who may decide at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Deciders(BTreeSet<Decider>);

impl Deciders {
    /// These alone; everybody who may decide at all where there are none.
    #[must_use]
    pub const fn only(deciders: BTreeSet<Decider>) -> Self {
        Self(deciders)
    }

    /// Whether nobody is left out.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether people of this role are among them.
    #[must_use]
    pub fn admit(&self, role: Role) -> bool {
        match role {
            Role::Viewer => false,
            Role::Approver => self.has(Decider::Approver),
            Role::Owner => self.has(Decider::Owner),
        }
    }

    /// Whether clients of the HTTP API are among them.
    #[must_use]
    pub fn admit_clients(&self) -> bool {
        self.has(Decider::Client)
    }

    fn has(&self, decider: Decider) -> bool {
        self.are_all() || self.0.contains(&decider)
    }

    /// Those that are named.
    pub fn named(&self) -> impl Iterator<Item = Decider> {
        self.0.iter().copied()
    }
}

/// What is to become of a person's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Somebody without a role gets this one.
    Add(Role),
    /// Somebody with a role gets this one instead.
    Role(Role),
    /// Somebody with a role loses it.
    Remove,
}

impl Change {
    /// The role afterwards.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Add(role) | Self::Role(role) => Some(role),
            Self::Remove => None,
        }
    }
}
