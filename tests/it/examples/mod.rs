//! What stands in `examples/`, run as it is against a real server.

mod clients;
mod gate;
mod receiver;
mod workflow;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use tokio::process::Command;

use crate::ask::world::{CI, World};

/// Whether these programs are here. Without them a test is skipped, visibly, unless `REQUIRE_TOOLS=1`.
#[expect(clippy::disallowed_methods, reason = "what the tests run with is no setting of the program")]
fn have(tools: &[&str]) -> bool {
    let is_here = |tool: &str| {
        std::process::Command::new(tool).arg("--version").output().is_ok_and(|told| told.status.success())
    };
    let Some(tool) = tools.iter().find(|tool| !is_here(tool)) else { return true };
    assert!(
        std::env::var("REQUIRE_TOOLS").map_or(true, |value| value != "1"),
        "{tool} is missing; install it"
    );
    drop(writeln!(std::io::stderr(), "SKIPPED (no {tool}; install it)"));
    false
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// An example, asking this world with a token that may submit only.
fn example(world: &World, interpreter: &str, name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(path(name)).args(arguments).current_dir(std::env::temp_dir()).kill_on_drop(true);
    command.env("COUNTERSIGN_URL", world.server.caller.url("")).env("COUNTERSIGN_TOKEN", CI);
    command.env("COUNTERSIGN", env!("CARGO_BIN_EXE_countersign"));
    command
}

/// Waits until these wait, and nothing else.
async fn until_open(world: &World, ids: &[i64]) {
    let asked = async {
        while world.server.caller.open_items().await != ids {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked)
        .await
        .unwrap_or_else(|_| panic!("{ids:?} never wait"));
}
