//! The gate before an agent's tool calls: only a yes lets a dangerous one through, and whatever goes wrong is a no.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::{example, have, until_open};
use crate::ask::world::{Asking, Ended, World, asking};

async fn call(world: &World, call: &str, variables: &[(&str, &str)]) -> Asking {
    let mut command = example(world, "python3", "gate.py", &["Bash", "mcp__payments__refund"]);
    command.stdin(Stdio::piped()).envs(variables.iter().copied());
    let mut gate = asking(command);
    let mut input = gate.child.stdin.take().unwrap();
    input.write_all(call.as_bytes()).await.unwrap();
    gate
}

fn bash(id: &str, command: &str) -> String {
    json!({ "session_id": "s1", "tool_use_id": id, "tool_name": "Bash", "tool_input": { "command": command } }).to_string()
}

/// Exit code and decision say the same; gives the reason.
#[track_caller]
fn decided((code, out, err): &Ended, goes_on: bool) -> String {
    let told: Value = serde_json::from_str(out).unwrap_or_else(|_| panic!("{code:?} {out} {err}"));
    let told = &told["hookSpecificOutput"];
    let expected = if goes_on { (Some(0), "allow") } else { (Some(2), "deny") };
    assert_eq!((*code, told["permissionDecision"].as_str().unwrap()), expected, "{out} {err}");
    let reason = told["permissionDecisionReason"].as_str().unwrap();
    assert!(goes_on || err.ends_with(&format!("{reason}\n")), "{reason}: {err}");
    reason.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_yes_lets_a_dangerous_call_through() {
    if !have(&["python3"]) {
        return;
    }
    let world = World::start("0s").await;
    let harmless = json!({ "tool_name": "Read", "tool_input": { "path": "x" } }).to_string();
    decided(&call(&world, &harmless, &[]).await.end().await, true);

    let first = call(&world, &bash("t1", "rm -rf build"), &[]).await;
    until_open(&world, &[1]).await;
    let item = world.item(1).await;
    assert_eq!((&item["title"], &item["kind"]), (&json!("Bash: rm -rf build"), &json!("agent.tool-call")));
    assert!(item["detail"].as_str().unwrap().contains("\"command\": \"rm -rf build\""), "{item}");
    // The hook is run again while nobody has decided: the same question.
    let again = call(&world, &bash("t1", "rm -rf build"), &[]).await;
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    assert_eq!(decided(&first.end().await, true), "approved by api:backend");
    decided(&again.end().await, true);

    // Another call needs its own yes, be it alike.
    let other = call(&world, &bash("t2", "rm -rf build"), &[]).await;
    until_open(&world, &[2]).await;
    world.decide("reject", "no", json!({ "ids": [2], "reason": "not today" })).await;
    assert_eq!(decided(&other.end().await, false), "rejected by api:backend: not today");

    let nobody = call(&world, &bash("t3", "date"), &[("GATE_WAIT", "5s")]).await;
    assert_eq!(decided(&nobody.end().await, false), "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_is_a_no() {
    if !have(&["python3"]) {
        return;
    }
    let world = World::start("0s").await;
    let wrong_token = call(&world, &bash("t1", "date"), &[("COUNTERSIGN_TOKEN", "wrong")]).await;
    decided(&wrong_token.end().await, false);
    let no_program = call(&world, &bash("t1", "date"), &[("COUNTERSIGN", "/nowhere/countersign")]).await;
    decided(&no_program.end().await, false);
    let too_long = bash("t1", &"x".repeat(20_000));
    for odd in
        ["", "{", "[]", "{}", r#"{"tool_name":"Bash"}"#, r#"{"tool_name":"Bash","tool_input":[]}"#, &too_long]
    {
        decided(&call(&world, odd, &[]).await.end().await, false);
    }
    // Whoever ends the gate takes the question back.
    let ended = call(&world, &bash("t2", "date"), &[]).await;
    until_open(&world, &[1]).await;
    ended.signal("TERM").await;
    decided(&ended.end().await, false);
    assert_eq!(world.item(1).await["state"], "withdrawn");
}
