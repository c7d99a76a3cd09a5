//! The house rules as tests: sizes, who may know whom, and calls that have one place. Each ban names what to do instead.

mod arrows;
mod source;

use source::{Source, below, root};

const LINES_MAX: usize = 300;
const LINES_NINETY_PERCENT: usize = 250;
const LINES_MEDIAN: usize = 120;

/// What may be named only below certain paths, and what to do instead.
struct Ban {
    name: &'static str,
    only_in: &'static [&'static str],
    instead: &'static str,
}

const BANS: [Ban; 16] = [
    ban("sea_orm", &["src/ledger/", "migration/"], "ask the ledger; add a function there"),
    ban("sea_orm_migration", &["src/ledger/migrate.rs", "migration/"], "call ledger::migrate"),
    ban("migration", &["src/ledger/migrate.rs"], "call ledger::migrate"),
    ban("teloxide", &["src/telegram/", "src/cli/"], "speak of domain types; telegram translates"),
    ban("dptree", &["src/telegram/"], "route in telegram::router"),
    ban("axum", &["src/http/", "src/telegram/", "src/cli/"], "hand the door a domain type"),
    ban("std::time::Instant", &["src/clock.rs"], "call Clock::stopwatch()"),
    ban("std::time::SystemTime", &["src/clock.rs"], "take a Clock and call now()"),
    ban("tokio::time::Instant", &["src/clock.rs"], "call Clock::stopwatch()"),
    ban("Utc::now", &["src/clock.rs"], "take a Clock and call now()"),
    ban("chrono::Local", &[], "take a Clock; show times by text::moment"),
    ban("std::env::var", &["src/settings/environment.rs"], "add a variable to settings::variable"),
    ban("std::env::vars_os", &["src/settings/environment.rs"], "add a variable to settings::variable"),
    ban("dotenvy", &["src/settings/environment.rs"], "add a variable to settings::variable"),
    ban("fluent_bundle", &["src/text/"], "add a phrase to text::phrase"),
    ban("anyhow", &["src/main.rs", "src/cli/"], "use the layer's own error type"),
];

const fn ban(name: &'static str, only_in: &'static [&'static str], instead: &'static str) -> Ban {
    Ban { name, only_in, instead }
}

fn broken_bans(source: &Source) -> Vec<String> {
    let broken = BANS.iter().filter(|ban| {
        source.mentions(ban.name) && !ban.only_in.iter().any(|place| source.path.starts_with(place))
    });
    broken.map(|ban| format!("{} names {}: {}", source.path, ban.name, ban.instead)).collect()
}

#[test]
fn tidy_files_are_small() {
    let mut sources =
        below(&["src", "migration/src", "tests", "benches", "fuzz/bodies", "fuzz/fuzz_targets"]);
    let long: Vec<_> =
        sources.iter().filter(|source| source.lines() > LINES_MAX).map(|source| &source.path).collect();
    assert!(long.is_empty(), "over {LINES_MAX} lines, so more than one purpose: {long:?}");
    sources.sort_by_key(Source::lines);
    let at = |share: usize| sources[(sources.len() - 1) * share / 100].lines();
    assert!(at(50) <= LINES_MEDIAN, "the median file has {} lines", at(50));
    assert!(at(90) <= LINES_NINETY_PERCENT, "one file in ten has over {} lines", at(90));
}

#[test]
fn tidy_each_thing_has_its_place() {
    let broken: Vec<_> = below(&["src", "migration/src"]).iter().flat_map(broken_bans).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn tidy_the_domain_is_pure() {
    let sources = below(&["src"]);
    let pure = sources.iter().filter(|source| matches!(source.room(), "domain" | "command" | "text"));
    for source in pure {
        assert!(!source.awaits, "{}: no async here; the ledger and the doors do what waits", source.path);
        for name in ["tokio", "std::fs", "std::env", "std::net", "reqwest"] {
            assert!(
                !source.mentions(name),
                "{} names {name}: take what it gives as an argument",
                source.path
            );
        }
    }
}

#[test]
fn tidy_every_file_says_what_it_is_for() {
    let leftovers = ["TO", "FIX", "XX"].map(|word| {
        format!(
            "{word}{}",
            if word == "TO" {
                "DO"
            } else if word == "FIX" {
                "ME"
            } else {
                "X"
            }
        )
    });
    for source in below(&["src", "migration/src", "tests", "benches", "fuzz/bodies", "fuzz/fuzz_targets"]) {
        assert!(
            source.text.starts_with("//!"),
            "{}: begin with `//!` and what this file is for",
            source.path
        );
        for word in leftovers.iter().map(String::as_str).chain([concat!("#[", "ignore")]) {
            assert!(!source.text.contains(word), "{}: {word} is left behind", source.path);
        }
    }
}

#[test]
fn tidy_one_tls_stack_and_no_openssl() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys", "dotenv"] {
        assert!(
            !lock.contains(&format!("name = \"{name}\"\n")),
            "{name} is in Cargo.lock: rustls with ring is what we use"
        );
    }
}

#[test]
fn tidy_forbidden_calls_name_their_replacement() {
    let text = std::fs::read_to_string(root().join("clippy.toml")).unwrap();
    let entries: Vec<_> = text.lines().filter(|line| line.contains("path =")).collect();
    assert!(!entries.is_empty());
    entries.iter().for_each(|line| assert!(line.contains("reason ="), "{line}: say what to call instead"));
}

#[test]
fn tidy_sees_a_broken_ban() {
    let read = |path: &str, text: &str| broken_bans(&Source::read(path, text.to_owned()));
    let told = "src/http/list.rs names sea_orm: ask the ledger; add a function there";
    assert_eq!(read("src/http/list.rs", "use sea_orm::{EntityTrait, DbErr};"), [told]);
    assert_eq!(read("src/ledger/load.rs", "use sea_orm::EntityTrait;"), Vec::<String>::new());
    assert_eq!(read("src/app.rs", "fn f() { let t = Utc::now(); }").len(), 1);
    assert_eq!(read("src/app.rs", "// Utc::now is said\nfn f() { let t = \"std::env::var\"; }").len(), 0);
    assert!(Source::read("src/domain/x.rs", "fn f() { g(async { 1 }); }".to_owned()).awaits);
}
