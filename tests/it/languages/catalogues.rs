//! The catalogues agree with the code and with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use countersign::command::COMMANDS;

pub const ENGLISH: &str = include_str!("../../../src/text/en.ftl");
pub const GERMAN: &str = include_str!("../../../src/text/de.ftl");

/// Each message with the variables that it uses.
fn messages(catalogue: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut messages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut id = "";
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            id = line.split_once(" =").expect("a message").0;
            assert!(messages.insert(id, BTreeSet::new()).is_none(), "{id} stands twice");
        }
        let used = line.split('$').skip(1);
        let names = used.map(|rest| rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default());
        messages.entry(id).or_default().extend(names);
    }
    messages.remove("");
    messages
}

/// Fails where a phrase of the catalogue was not said: by the longest of its words that are not variables.
pub fn shows_all_of(catalogue: &str, said: &str) {
    let (mut id, mut phrases) = ("", BTreeMap::new());
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        let words = match line.split_once(" =") {
            Some((name, words)) if line.starts_with(|c: char| c.is_ascii_lowercase()) => {
                id = name;
                words
            }
            _ => line.rsplit_once(']').map_or(line, |(_, words)| words),
        };
        let parts = words.split(['{', '}']).filter(|part| !part.contains(['$', '>']));
        let longest = parts.map(str::trim).max_by_key(|part| part.len()).unwrap_or_default();
        let known: &mut &str = phrases.entry(id).or_default();
        if longest.len() > known.len() {
            *known = longest;
        }
    }
    let unsaid: Vec<_> = phrases.iter().filter(|(_, words)| !said.contains(**words)).collect();
    assert!(
        unsaid.is_empty(),
        "no sample says {unsaid:?}: add one to Phrase::samples or to tests/it/languages/samples.rs"
    );
}

/// What stands beside the English catalogue: the commands tell their purpose and usage in English themselves.
fn of_commands() -> BTreeSet<String> {
    let both = |name: &str| [format!("purpose-{name}"), format!("usage-{name}")];
    COMMANDS.iter().flat_map(|command| both(command.name)).collect()
}

#[test]
fn no_language_lacks_a_phrase_or_has_one_too_many() {
    let (english, german) = (messages(ENGLISH), messages(GERMAN));
    let of_commands = of_commands();
    let wanted: BTreeSet<&str> =
        english.keys().copied().chain(of_commands.iter().map(String::as_str)).collect();
    let found: BTreeSet<&str> = german.keys().copied().collect();
    let missing: Vec<&&str> = wanted.difference(&found).collect();
    let needless: Vec<&&str> = found.difference(&wanted).collect();
    assert!(missing.is_empty(), "src/text/de.ftl lacks {missing:?}");
    assert!(needless.is_empty(), "nobody says {needless:?} of src/text/de.ftl");
}

#[test]
fn a_phrase_uses_the_same_variables_in_every_language() {
    let (english, german) = (messages(ENGLISH), messages(GERMAN));
    // Where one and many differ is each language's own affair.
    let without = |variables: &BTreeSet<&str>| -> BTreeSet<String> {
        variables.iter().filter(|name| **name != "many").map(ToString::to_string).collect()
    };
    for (id, variables) in &english {
        assert_eq!(german.get(id).map(without), Some(without(variables)), "the variables of {id}");
    }
}

/// A message that no code names is dead; one that code names and the catalogue lacks would show its bare id.
#[test]
fn the_catalogue_and_the_code_agree() {
    let code = code_of(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/text")));
    for id in messages(ENGLISH).keys() {
        let family = id.rsplit_once('-').map_or(*id, |(family, _)| family);
        let named = code.contains(&format!("\"{id}\"")) || code.contains(&format!("\"{family}-{{"));
        let before = id.strip_suffix("-before").is_some_and(|first| code.contains(&format!("\"{first}\"")));
        assert!(named || before, "no code says {id}");
    }
}

fn code_of(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let code = |path: std::path::PathBuf| match path.extension() {
        _ if path.is_dir() => code_of(&path),
        Some(extension) if extension == "rs" => std::fs::read_to_string(path).unwrap(),
        _ => String::new(),
    };
    files.map(code).collect()
}
