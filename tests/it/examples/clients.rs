//! The clients in Python and shell: each decision, a run that is made again, and a server that dies in between.

use chrono::{SecondsFormat, TimeDelta};
use countersign::clock::Clock;
use serde_json::json;

use super::{example, have, until_open};
use crate::ask::world::{Asking, World, asking};

/// What runs it, its file, and what it needs.
type Client = (&'static str, &'static str, &'static [&'static str]);

const PYTHON: Client = ("python3", "ask.py", &["python3"]);
const SHELL: Client = ("sh", "ask.sh", &["curl", "jq"]);

fn run(world: &World, client: Client, arguments: &[&str]) -> Asking {
    asking(example(world, client.0, client.1, arguments))
}

async fn ends_with_the_decision(client: Client) {
    if !have(client.2) {
        return;
    }
    let world = World::start("0s").await;
    let yes = run(&world, client, &["a", "deploy", "Deploy \"v2\" — now?\\"]);
    until_open(&world, &[1]).await;
    assert_eq!(world.item(1).await["title"], "Deploy \"v2\" — now?\\");
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    let (code, out, err) = yes.end().await;
    assert_eq!((code, out.as_str()), (Some(0), "approved\n"), "{err}");

    let no = run(&world, client, &["b", "refund", "Refund?"]);
    until_open(&world, &[2]).await;
    world.decide("reject", "no", json!({ "ids": [2], "reason": "too dear" })).await;
    let (code, out, err) = no.end().await;
    assert_eq!((code, out.as_str()), (Some(10), "rejected too dear\n"), "{err}");

    // On a machine that is slow the first times may be over before they are asked for.
    for (key, seconds) in [("c", 2), ("d", 10), ("e", 60)] {
        let soon = Clock::machine().now() + TimeDelta::seconds(seconds);
        let soon = soon.to_rfc3339_opts(SecondsFormat::Secs, true);
        let (code, out, err) = run(&world, client, &[key, "deploy", "Now?", &soon]).ended().await;
        if seconds < 60 && code == Some(12) && err.contains("expiry_out_of_bounds") {
            continue;
        }
        assert_eq!((code, out.as_str()), (Some(11), "expired\n"), "{err}");
        break;
    }

    let (code, out, err) = run(&world, client, &["a", "deploy", "Deploy something else?"]).end().await;
    assert!(code == Some(12) && out.is_empty() && err.contains("external_id_taken"), "{code:?} {out} {err}");
    let (code, out, err) = run(&world, client, &["a"]).end().await;
    assert!(code == Some(2) && out.is_empty() && err.contains("KEY KIND TITLE"), "{code:?} {out} {err}");
}

/// The first server dies between the commit and its answer, the client is killed, and the next server dies too.
async fn asks_nobody_twice(client: Client) {
    if !have(client.2) {
        return;
    }
    let mut world = World::start("0s").await;
    world.server.kill().await;
    world.server.manner.points = Some("commit.after=die".to_owned());
    world.server.again().await;
    let first = run(&world, client, &["build-7", "deploy", "Deploy?"]);
    world.server.dead().await;
    world.server.manner.points = None;
    world.server.again().await;
    until_open(&world, &[1]).await;
    drop(first);
    let again = run(&world, client, &["build-7", "deploy", "Deploy?"]);
    world.server.kill().await;
    world.server.again().await;
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    let (code, out, err) = again.end().await;
    assert_eq!((code, out.as_str()), (Some(0), "approved\n"), "{err}");
    assert_eq!(world.server.caller.get("/api/admin/pending/2").await.0, 404, "one question alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_ends_with_the_decision() {
    ends_with_the_decision(PYTHON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_client_ends_with_the_decision() {
    ends_with_the_decision(SHELL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_asks_nobody_twice() {
    asks_nobody_twice(PYTHON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_client_asks_nobody_twice() {
    asks_nobody_twice(SHELL).await;
}
