//! `POLICY_FILE`: the rules of each kind of items, in TOML. All mistakes are told with the line they stand in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::duration::{duration, undo_window};
use super::environment::{Environment, read_text};
use super::problem::Problems;
use crate::domain::reason::Reason;
use crate::domain::role::{Decider, Deciders};
use crate::domain::rules::{Forbidden, Rules};
use crate::limits::{EXPIRES_AFTER_S, KIND_CHARS_MAX, QUORUM_MAX, REASONS_MAX, REMIND_AFTER_S};

/// The rules by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Those of the kinds that the file names.
    pub kinds: BTreeMap<String, Rules>,
    /// Those of all other kinds.
    pub others: Rules,
}

/// A key of the policy file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it sets.
    pub meaning: &'static str,
    /// What holds where it is not set.
    pub default: &'static str,
    /// A line that would be taken.
    pub example: &'static str,
}

/// All keys, in the order in which they are shown.
pub const KEYS: &[Key] = &[
    Key {
        name: "forbidden",
        meaning: "What may not be done with items of this kind: any of `submit`, `approve`, `reject`. Over HTTP that is 403.",
        default: "nothing",
        example: "forbidden = [\"submit\"]",
    },
    Key {
        name: "quorum",
        meaning: "How many different people or clients must approve, 1 to 20. A single rejection is final at once.",
        default: "1",
        example: "quorum = 2",
    },
    Key {
        name: "bulk",
        meaning: "Whether they may be decided together with others by one command.",
        default: "true",
        example: "bulk = false",
    },
    Key {
        name: "allow_self",
        meaning: "Whether the client that submitted an item may decide it.",
        default: "true",
        example: "allow_self = false",
    },
    Key {
        name: "reason_required",
        meaning: "Whether a rejection must have a reason.",
        default: "false",
        example: "reason_required = true",
    },
    Key {
        name: "reasons",
        meaning: "Up to 8 reasons for a rejection, each of at most 40 characters, to be pressed instead of written.",
        default: "none",
        example: "reasons = [\"wrong amount\", \"not ours\"]",
    },
    Key {
        name: "roles",
        meaning: "Who may decide them: any of `owner`, `approver` and `client` (clients of the HTTP API whose token may decide); nobody else.",
        default: "all three",
        example: "roles = [\"owner\"]",
    },
    Key {
        name: "expires_after",
        meaning: "After how long an item goes undecided, 1m to 365d. Expired is a state of its own, and nobody's no.",
        default: "never",
        example: "expires_after = \"3d\"",
    },
    Key {
        name: "remind_after",
        meaning: "After how long an item that still waits is brought up again, 1m to 30d; then after twice as long each time, five times at most.",
        default: "never",
        example: "remind_after = \"4h\"",
    },
    Key {
        name: "webhooks",
        meaning: "Which receivers of `DECISION_WEBHOOKS` are told of the decision, by name; `[]` is none.",
        default: "all",
        example: "webhooks = [\"erp\"]",
    },
    Key {
        name: "undo_window",
        meaning: "How long a decision can be taken back, 0s to 1h.",
        default: "`UNDO_WINDOW`",
        example: "undo_window = \"5m\"",
    },
];

/// The README's table of keys.
#[must_use]
pub fn readme_table() -> String {
    let row =
        |key: &Key| format!("| `{}` | {} | {} | `{}` |\n", key.name, key.meaning, key.default, key.example);
    let rows: String = KEYS.iter().map(row).collect();
    format!("| key | meaning | default | example |\n| --- | --- | --- | --- |\n{rows}")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    default: Section,
    #[serde(default)]
    kinds: BTreeMap<String, Section>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    forbidden: Option<BTreeSet<Forbidden>>,
    quorum: Option<u32>,
    bulk: Option<bool>,
    allow_self: Option<bool>,
    reason_required: Option<bool>,
    reasons: Option<Vec<String>>,
    roles: Option<BTreeSet<Decider>>,
    webhooks: Option<BTreeSet<String>>,
    undo_window: Option<String>,
    expires_after: Option<String>,
    remind_after: Option<String>,
}

impl Policy {
    /// Looks whether every receiver that is named is one of those that there are.
    pub(super) fn must_know(&self, receivers: &BTreeSet<String>, problems: &mut Problems) {
        let named = self.kinds.values().chain([&self.others]).filter_map(|rules| rules.webhooks.as_ref());
        let unknown: BTreeSet<&String> = named.flatten().filter(|name| !receivers.contains(*name)).collect();
        for name in unknown {
            problems
                .add("POLICY_FILE", format!("names the receiver {name:?}, which DECISION_WEBHOOKS does not"));
        }
    }

    /// The policy of `POLICY_FILE`; without one every kind has the default rules.
    pub(super) fn read(environment: &Environment, undo_window_s: u32, problems: &mut Problems) -> Self {
        let others = Rules { undo_window_s, ..Rules::default() };
        let none = Self { kinds: BTreeMap::new(), others };
        let Some(path) = environment.get("POLICY_FILE", problems) else { return none };
        let read = read_text(Path::new(&path)).and_then(|text| Self::parse(&text, &none.others));
        read.unwrap_or_else(|wrong| {
            problems.add("POLICY_FILE", format!("cannot be used: {wrong}"));
            none
        })
    }

    /// Reads the file's text; what it does not set is as in `base`.
    ///
    /// # Errors
    /// Every mistake in it, with the section it stands in; a text that is no TOML, with its line.
    pub fn parse(text: &str, base: &Rules) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut wrong = Vec::new();
        let others = file.default.rules(base, "[default]", &mut wrong);
        let mut kinds = BTreeMap::new();
        for (kind, section) in file.kinds {
            let place = format!("[kinds.{kind}]");
            if kind.len() > KIND_CHARS_MAX {
                wrong.push(format!("{place}: no kind is longer than {KIND_CHARS_MAX} characters"));
            }
            let rules = section.rules(&others, &place, &mut wrong);
            kinds.insert(kind, rules);
        }
        if wrong.is_empty() { Ok(Self { kinds, others }) } else { Err(wrong.join("; ")) }
    }
}

/// A time of a kind: as in `base` where the file says nothing, none where what it says is wrong.
fn time_s(
    (name, text): (&str, Option<String>),
    base: Option<u32>,
    (least, most): (u32, u32),
    wrong: &mut impl FnMut(String),
) -> Option<u32> {
    let Some(text) = text else { return base };
    let read = duration(&text).and_then(|time| u32::try_from(time.num_seconds()).ok());
    let time = read.filter(|seconds| (least..=most).contains(seconds));
    if time.is_none() {
        let days = most / (24 * 3600);
        wrong(format!("{name} is {text:?}; it must be 1m to {days}d, as in 12h or 3d"));
    }
    time
}

fn reasons(texts: &[String]) -> Result<Vec<Reason>, String> {
    let (most, chars_max) = REASONS_MAX;
    if texts.len() > most {
        return Err(format!("are {}; at most {most} can be offered", texts.len()));
    }
    let read = |text: &String| {
        let reason = Reason::new(text).map_err(|wrong| format!("has {text:?}, which {wrong}"))?;
        let chars = reason.as_str().chars().count();
        if chars > chars_max {
            return Err(format!(
                "has {text:?}, which has {chars} characters; at most {chars_max} fit a button"
            ));
        }
        Ok(reason)
    };
    texts.iter().map(read).collect()
}

impl Section {
    fn rules(self, base: &Rules, place: &str, wrong: &mut Vec<String>) -> Rules {
        let quorum = self.quorum.unwrap_or(base.quorum);
        if !(1..=QUORUM_MAX).contains(&quorum) {
            wrong.push(format!("{place}: quorum is {quorum}; it must be 1 to {QUORUM_MAX}"));
        }
        let undo_window_s = self.undo_window.map_or(base.undo_window_s, |text| {
            undo_window(&text).unwrap_or_else(|| {
                wrong.push(format!("{place}: undo_window is {text:?}; it must be 0s to 1h, as in 10s or 5m"));
                base.undo_window_s
            })
        });
        let mut told = |what: String| wrong.push(format!("{place}: {what}"));
        let (expires, reminds) = (("expires_after", self.expires_after), ("remind_after", self.remind_after));
        let expires_after_s = time_s(expires, base.expires_after_s, EXPIRES_AFTER_S, &mut told);
        let remind_after_s = time_s(reminds, base.remind_after_s, REMIND_AFTER_S, &mut told);
        let reasons = self.reasons.map_or_else(
            || base.reasons.clone(),
            |texts| {
                reasons(&texts).unwrap_or_else(|why| {
                    wrong.push(format!("{place}: reasons {why}"));
                    Vec::new()
                })
            },
        );
        if self.roles.as_ref().is_some_and(BTreeSet::is_empty) {
            wrong.push(format!(
                "{place}: roles names nobody; name owner, approver or client, or leave it out"
            ));
        }
        Rules {
            undo_window_s,
            reasons,
            quorum,
            expires_after_s,
            remind_after_s,
            bulk: self.bulk.unwrap_or(base.bulk),
            allow_self: self.allow_self.unwrap_or(base.allow_self),
            reason_required: self.reason_required.unwrap_or(base.reason_required),
            forbidden: self.forbidden.unwrap_or_else(|| base.forbidden.clone()),
            webhooks: self.webhooks.or_else(|| base.webhooks.clone()),
            roles: self.roles.map_or_else(|| base.roles.clone(), Deciders::only),
        }
    }
}
