//! What derives from the code is as the code says: `.env.example`, the README's tables, and the pictures of the chat.
//! `.ci/run bless` rewrites them.

mod pictures;

use std::path::PathBuf;

use countersign::command;
use countersign::settings::{policy, variable};
use countersign::telemetry::metrics;

fn root(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[expect(clippy::disallowed_methods, reason = "a test's own switch is no setting of the program")]
fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// The file is as the code says, or becomes so.
pub fn holds(name: &str, wanted: &str) {
    let path = root(name);
    if bless() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{name} differs from the code; run .ci/run bless");
}

fn holds_between(name: &str, mark: &str, wanted: &str) {
    let found = std::fs::read_to_string(root(name)).unwrap();
    let (begin, end) = (format!("<!-- {mark}:begin -->\n"), format!("<!-- {mark}:end -->"));
    let (head, rest) = found.split_once(&begin).expect("the begin mark");
    let (_, tail) = rest.split_once(&end).expect("the end mark");
    holds(name, &format!("{head}{begin}{wanted}{end}{tail}"));
}

#[test]
fn derived_env_example() {
    holds(".env.example", &variable::env_example());
}

#[test]
fn derived_readme_tables() {
    holds_between("README.md", "commands", &command::readme_table());
    holds_between("README.md", "variables", &variable::readme_table());
    holds_between("README.md", "policy", &policy::readme_table());
    holds_between("docs/operations.md", "metrics", &metrics::table());
}

#[test]
fn how_each_secret_is_rotated_is_told() {
    let page = std::fs::read_to_string(root("docs/operations.md")).unwrap();
    let files = variable::files();
    let (_, names) = files.split_once("for the secrets ").unwrap();
    for name in names.trim_end_matches('.').split(", ") {
        assert!(page.contains(&format!("| `{name}` |")), "docs/operations.md has no row for {name}");
    }
}
