//! Which room may know which, and that no two modules know each other.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, below};

/// What each room under `src/` may name. `cli` wires everything and is named by nobody but `main`.
const MAY_KNOW: [(&str, &[&str]); 18] = [
    ("", &["cli"]),
    (
        "cli",
        &[
            "app",
            "clock",
            "command",
            "domain",
            "http",
            "jobs",
            "ledger",
            "limits",
            "outbox",
            "points",
            "settings",
            "telegram",
            "telemetry",
            "text",
            "webhooks",
        ],
    ),
    (
        "telegram",
        &["app", "clock", "command", "domain", "ledger", "limits", "outbox", "settings", "telemetry", "text"],
    ),
    ("http", &["app", "clock", "command", "domain", "ledger", "limits", "settings", "telemetry", "text"]),
    ("webhooks", &["app", "clock", "domain", "ledger", "limits", "outbox", "points", "settings"]),
    ("jobs", &["clock", "ledger", "limits"]),
    ("outbox", &["clock", "domain", "ledger", "limits", "points"]),
    ("app", &["clock", "command", "domain", "ledger", "limits", "points", "text"]),
    ("ledger", &["clock", "domain", "limits", "points", "telemetry"]),
    ("settings", &["domain", "limits", "ledger"]),
    ("text", &["command", "domain", "limits"]),
    ("command", &["domain", "limits"]),
    ("domain", &["limits"]),
    ("clock", &[]),
    ("limits", &[]),
    ("points", &[]),
    ("telemetry", &[]),
    ("migration", &[]),
];

/// The arrows that `MAY_KNOW` forbids, as "who → whom".
pub fn forbidden(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(room, _)| *room == source.room()) else {
            found.push(format!("{} stands in a room that has no place in the map", source.path));
            continue;
        };
        for name in source.names.union(&source.reexports) {
            let [krate, room, ..] = name.as_slice() else { continue };
            if krate == "crate" && room != source.room() && !allowed.contains(&room.as_str()) {
                found.push(format!("{} may not know {}", source.path, name[1..].join("::")));
            }
        }
    }
    found
}

/// Pairs of modules that import each other, each once. A re-export counts as its origin; a module and what stands inside
/// it are one room, as a registry and its entries are.
pub fn mutual(sources: &[Source]) -> Vec<String> {
    let modules: BTreeMap<&[String], &Source> =
        sources.iter().map(|source| (&source.module[..], source)).collect();
    let owner = |name: &[String]| {
        (0..=name.len())
            .rev()
            .find_map(|length| modules.get_key_value(&name[..length]))
            .map(|(module, _)| *module)
    };
    let mut arrows = BTreeSet::new();
    for source in sources.iter().filter(|source| !source.module.is_empty()) {
        for name in source.names.iter().filter(|name| name[0] == "crate") {
            let Some(mut target) = owner(&name[1..]) else { continue };
            let handed_on = modules[target]
                .reexports
                .iter()
                .find(|reexport| reexport.last() == name.get(target.len() + 1));
            if let Some(origin) = handed_on.and_then(|reexport| owner(&reexport[1..])) {
                target = origin;
            }
            if !target.starts_with(&source.module) && !source.module.starts_with(target) {
                arrows.insert((&source.module[..], target));
            }
        }
    }
    let both = arrows.iter().filter(|(from, to)| from < to && arrows.contains(&(*to, *from)));
    both.map(|(from, to)| format!("{} ⇄ {}", from.join("::"), to.join("::"))).collect()
}

#[test]
fn tidy_arrows_go_down() {
    let sources = below(&["src"]);
    assert_eq!(forbidden(&sources), Vec::<String>::new());
    let settings = sources.iter().filter(|source| source.room() == "settings");
    for name in settings
        .flat_map(|source| &source.names)
        .filter(|name| name.starts_with(&["crate".into(), "ledger".into()]))
    {
        assert_eq!(
            name.get(2).map(String::as_str),
            Some("connect"),
            "settings know the database's address alone"
        );
    }
}

#[test]
fn tidy_no_two_modules_know_each_other() {
    assert_eq!(mutual(&below(&["src"])), Vec::<String>::new());
}

#[test]
fn tidy_sees_a_wrong_arrow() {
    let wrong = Source::read("src/domain/key.rs", "use crate::ledger::Ledger;".to_owned());
    assert_eq!(forbidden(&[wrong]), ["src/domain/key.rs may not know ledger::Ledger"]);
    let right =
        Source::read("src/ledger/mod.rs", "mod claim; use crate::domain::key::K; use claim::C;".to_owned());
    assert_eq!(forbidden(&[right]), Vec::<String>::new());
    let lost = Source::read("src/helpers.rs", String::new());
    assert_eq!(forbidden(&[lost]), ["src/helpers.rs stands in a room that has no place in the map"]);
}

#[test]
fn tidy_sees_two_modules_that_know_each_other() {
    let read = |path: &str, text: &str| Source::read(path, text.to_owned());
    let one = read("src/ledger/one.rs", "fn f(x: super::two::Two) {}");
    let two = read("src/ledger/two.rs", "use crate::ledger::One;");
    let hall = read("src/ledger/mod.rs", "mod one; mod two; pub use one::One;");
    assert_eq!(mutual(&[hall, one, two]), ["ledger::one ⇄ ledger::two"]);
}
