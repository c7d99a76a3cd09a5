//! `POLICY_FILE`: the rules of each kind of items, in TOML. All mistakes are told, with the line they stand in.

mod mistakes;
mod section;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

use self::mistakes::Mistakes;
use self::section::Section;
use super::environment::{Environment, read_text};
use super::problem::Problems;
use crate::domain::new_item;
use crate::domain::rules::Rules;
use crate::limits::KIND_CHARS_MAX;

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
    /// Every mistake in it, with its line and the section it stands in; of a text that is no TOML the first.
    pub fn parse(text: &str, base: &Rules) -> Result<Self, String> {
        let table: Table =
            text.parse().map_err(|error: toml::de::Error| error.to_string().trim_end().to_owned())?;
        let mut wrong = Mistakes::of(text);
        for name in table.keys().filter(|name| !["default", "kinds"].contains(&name.as_str())) {
            wrong.tell("", name, format!("{name} is not known here; there are [default] and [kinds.NAME]"));
        }
        let section = |value: Option<&Value>, place: &str, wrong: &mut Mistakes<'_>| {
            value.map_or_else(Section::default, |value| Section::read(value, place, wrong))
        };
        let others =
            section(table.get("default"), "[default]", &mut wrong).rules(base, "[default]", &mut wrong);
        let mut kinds = BTreeMap::new();
        match table.get("kinds") {
            None => {}
            Some(Value::Table(named)) => {
                for (kind, value) in named {
                    let place =
                        format!("[kinds.{}]", if is_bare(kind) { kind.clone() } else { format!("{kind:?}") });
                    if !new_item::is_kind(kind) {
                        wrong.tell(
                            &place,
                            "",
                            format!("no item is of such a kind: it has 1 to {KIND_CHARS_MAX} of A-Z, a-z, 0-9, '.', '_' and '-'"),
                        );
                    }
                    let rules = section(Some(value), &place, &mut wrong).rules(&others, &place, &mut wrong);
                    kinds.insert(kind.clone(), rules);
                }
            }
            Some(_) => wrong.tell("", "kinds", "kinds is no table; a kind stands in [kinds.NAME]".to_owned()),
        }
        wrong.or(Self { kinds, others })
    }
}

/// Whether a key needs no quotes in TOML.
fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
