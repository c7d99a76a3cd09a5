//! The rules of a kind of items. They are copied onto each item at its submission: a later change of the policy changes
//! nothing for what waits already.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::operation::Decision;
use super::reason::Reason;
use super::role::Deciders;

/// The rules that an item is bound to, as stored with it. What is not stored is as by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How long a decision can be taken back, in seconds; 0 makes it final at once.
    pub undo_window_s: u32,
    /// How many different people or clients must say yes; a single no is enough to reject.
    #[serde(skip_serializing_if = "is_one")]
    pub quorum: u32,
    /// Whether it may be decided together with others, by one command or request.
    #[serde(skip_serializing_if = "is_yes")]
    pub bulk: bool,
    /// Whether the client that submitted it may decide it.
    #[serde(skip_serializing_if = "is_yes")]
    pub allow_self: bool,
    /// Whether a no must have a reason.
    #[serde(skip_serializing_if = "is_no")]
    pub reason_required: bool,
    /// What can be pressed as the reason of a rejection.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// After how many seconds it goes undecided; never where that is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_after_s: Option<u32>,
    /// After how many seconds it is brought up again, as long as it waits; never where that is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remind_after_s: Option<u32>,
    /// What may not be done with it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub forbidden: BTreeSet<Forbidden>,
    /// Who may decide it.
    #[serde(skip_serializing_if = "Deciders::are_all")]
    pub roles: Deciders,
    /// Which receivers of `DECISION_WEBHOOKS` are told of the decision; all of them where that is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhooks: Option<BTreeSet<String>>,
}

/// What a policy may forbid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forbidden {
    /// Putting it into the queue.
    Submit,
    /// Saying yes.
    Approve,
    /// Saying no.
    Reject,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            undo_window_s: 0,
            quorum: 1,
            bulk: true,
            allow_self: true,
            reason_required: false,
            reasons: Vec::new(),
            expires_after_s: None,
            remind_after_s: None,
            forbidden: BTreeSet::new(),
            roles: Deciders::default(),
            webhooks: None,
        }
    }
}

impl Rules {
    /// Whether this receiver is told of the decision.
    #[must_use]
    pub fn tell(&self, receiver: &str) -> bool {
        self.webhooks.as_ref().is_none_or(|some| some.contains(receiver))
    }

    /// Whether this decision is forbidden.
    #[must_use]
    pub fn forbid(&self, decision: Decision) -> bool {
        self.forbidden.contains(&match decision {
            Decision::Approve => Forbidden::Approve,
            Decision::Reject => Forbidden::Reject,
        })
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for references")]
const fn is_one(number: &u32) -> bool {
    *number == 1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for references")]
const fn is_yes(yes: &bool) -> bool {
    *yes
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for references")]
const fn is_no(yes: &bool) -> bool {
    !*yes
}
