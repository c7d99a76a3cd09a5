//! `ask` as scripts run it: the real program against a real server that decides, dies, comes back and is away.

mod away;
mod stub;
mod told_to_end;
mod usage;
pub mod world;

use serde_json::{Value, json};

use self::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_is_0_and_a_no_is_10_with_who_and_why() {
    let world = World::start("0s").await;
    let mut yes = world.ask(&["Deploy v2?", "--kind", "deploy", "--detail", "the plan", "--timeout", "30m"]);
    let line = yes.says("Waiting for").await;
    assert!(line.contains("decide about #1") && line.contains("; expires 20"), "{line}");
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    let (code, out, _) = yes.end().await;
    let hash = world.item(1).await["content_hash"].as_str().unwrap().to_owned();
    assert_eq!((code, out), (Some(0), format!("approved by api:backend\n#1 content_hash {hash}\n")));

    let mut no = world.ask(&["Refund?", "--json"]);
    no.says("decide about #2").await;
    world.decide("reject", "no", json!({ "ids": [2], "reason": "too dear" })).await;
    let (code, out, _) = no.end().await;
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &told["state"], &told["reason"]), (Some(10), &json!("rejected"), &json!("too dear")));
    assert_eq!(told["content_hash"].as_str().map(str::len), Some(64));
}

#[tokio::test(flavor = "multi_thread")]
async fn under_one_key_nobody_is_asked_twice() {
    let world = World::start("0s").await;
    let mut first = world.ask(&["Deploy?", "--key", "build-7", "--timeout", "1h"]);
    first.says("decide about #1").await;
    first.signal("KILL").await;
    let mut again = world.ask(&["Deploy?", "--key", "build-7", "--timeout", "2h"]);
    again.says("#1 was asked before with this --key").await;
    again.says("decide about #1").await;
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    assert_eq!(again.end().await.0, Some(0));
    let (code, out, _) = world.run(&["ask", "Deploy?", "--key", "build-7"]).await;
    assert!(code == Some(0) && out.starts_with("approved"), "it is decided already: {out}");
    let (code, _, err) = world.run(&["ask", "Deploy something else?", "--key", "build-7"]).await;
    assert!(code == Some(12) && err.contains("another question was asked with this --key"), "{err}");
    world.run(&["ask", "Now?", "--key", "build-8", "--timeout", "1s"]).await;
    let (code, out, err) = world.run(&["ask", "Now?", "--key", "build-8", "--timeout", "1h"]).await;
    assert!(code == Some(11) && out.starts_with("expired") && err.contains("use a new --key"), "{out} {err}");
    assert_eq!(world.server.caller.open_items().await, [0_i64; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_when_the_time_is_over() {
    let world = World::start("0s").await;
    let (code, out, _) = world.run(&["ask", "Now?", "--timeout", "1s"]).await;
    assert!(code == Some(11) && out.starts_with("expired\n#1 content_hash "), "{code:?} {out}");
    assert_eq!(world.item(1).await["state"], "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_it_withdraws_and_is_no_yes() {
    let world = World::start("1h").await;
    for (id, signal) in [(1, "INT"), (2, "TERM"), (3, "HUP")] {
        let mut asking = world.ask(&["Deploy?"]);
        asking.says("Waiting for").await;
        asking.signal(signal).await;
        let (code, out, _) = asking.end().await;
        assert!(code == Some(11) && out.starts_with("withdrawn"), "{code:?} {out}");
        assert_eq!(world.item(id).await["state"], "withdrawn");
    }
    // Approved, and not final yet: that stays, and is no yes for whoever was told to end.
    let mut asking = world.ask(&["Deploy?"]);
    asking.says("Waiting for").await;
    world.decide("approve", "yes", json!({ "ids": [4] })).await;
    asking.signal("INT").await;
    let (code, _, err) = asking.end().await;
    assert!(
        code == Some(11) && err.contains("#4 is approved already. Should that be undone before"),
        "{code:?} {err}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_counts_when_it_is_final() {
    let world = World::start("2s").await;
    let mut asking = world.ask(&["Deploy?"]);
    asking.says("Waiting for").await;
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    let (code, out, _) = asking.end().await;
    assert!(code == Some(0) && out.starts_with("approved"), "{code:?} {out}");
    assert_eq!(world.item(1).await["final"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_and_hangs_and_comes_back_is_ridden_out() {
    let mut world = World::start("0s").await;
    let mut asking = world.ask(&["Deploy?"]);
    asking.says("Waiting for").await;
    world.server.kill().await;
    asking.says("does not answer").await;
    world.server.again().await;
    world.server.signal("STOP").await;
    world.server.signal("CONT").await;
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    let (code, out, _) = asking.end().await;
    assert!(code == Some(0) && out.starts_with("approved"), "{code:?} {out}");
}

/// It dies after the commit of the submission and before its answer: the same key finds the same item.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_whose_answer_was_lost_is_not_asked_twice() {
    let mut world = World::start("0s").await;
    world.server.kill().await;
    world.server.manner.points = Some("commit.after=die".to_owned());
    world.server.again().await;
    let mut asking = world.ask(&["Deploy?"]);
    world.server.dead().await;
    world.server.manner.points = None;
    world.server.again().await;
    asking.says("decide about #1").await;
    assert_eq!(world.server.caller.open_items().await, [1]);
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    assert_eq!(asking.end().await.0, Some(0));
}
