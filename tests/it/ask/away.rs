//! A server that is slow, away, broken or none of ours, at each call: what passes is ridden out, what does not ends with 12
//! within the patience.

use std::time::Duration;

use serde_json::json;

use super::stub::{CALLS, Fault, Stub, response};
use super::world::{Asking, World, asking, program};

const MOMENT: Duration = Duration::from_millis(1);

fn ask(stub: &Stub, patience: &str) -> Asking {
    asking(program(&stub.url, &["ask", "Deploy?", "--timeout", "30m", "--patience", patience]))
}

/// A status that says "later", with a page of a proxy's.
fn later(status: u16) -> Fault {
    Fault::Status(status, "retry-after: 0", "<html>Bad Gateway</html>".to_owned())
}

/// How each call fails before it is answered: breaks, answers that break off or are no HTTP, statuses that pass, and at last
/// one byte after another.
fn passing(call: &str) -> Vec<Fault> {
    let broken = response(200, "x: y", "{\"ids\": [1]}");
    let broken = Fault::Bytes(broken[..broken.len() - 4].to_vec());
    let garbage = Fault::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
    let mut faults = match call {
        "now" => vec![later(502), Fault::Close(MOMENT), garbage],
        "submit" => vec![Fault::Close(MOMENT), broken, later(503)],
        "item" => vec![later(429), garbage, later(408)],
        _ => vec![later(504), broken, garbage, Fault::Close(MOMENT), later(500)],
    };
    faults.push(Fault::Slowly(MOMENT));
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_ridden_out_at_each_call() {
    let asked = CALLS.into_iter().take(4).map(|call| async move {
        let stub = Stub::start().await;
        let faults = passing(call);
        let waits = if call == "wait" { faults.len() } else { 1 };
        stub.next(call, faults);
        let asking = ask(&stub, "10m");
        stub.until("wait", waits).await;
        stub.decide("approved");
        let (code, out, told) = asking.end().await;
        assert!(code == Some(0) && out.starts_with("approved"), "{call}: {code:?} {out} {told}");
        assert_eq!(stub.submit_keys(), 1, "{call}");
    });
    futures_util::future::join_all(asked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_or_fails_for_longer_than_the_patience_is_12() {
    let faults =
        [Fault::Hang, Fault::Slowly(Duration::from_secs(1)), later(503), Fault::Bytes(b"hello\n".to_vec())];
    let all = CALLS.iter().take(3).flat_map(|call| faults.iter().map(move |fault| (*call, fault.clone())));
    let ended = all.map(|(call, fault)| async move {
        let stub = Stub::start().await;
        stub.always(call, Some(fault.clone()));
        let (code, out, told) = ask(&stub, "1s").end().await;
        assert!(code == Some(12) && out.is_empty(), "{call} {fault:?}: {code:?} {out} {told}");
        assert!(told.contains("does not answer"), "{call} {fault:?}: {told}");
    });
    futures_util::future::join_all(ended).await;
}

/// Taken, and never answered: while it waits for the decision too.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_while_it_waits_is_noticed() {
    let world = World::start("0s").await;
    let mut asking = world.ask(&["Deploy?", "--patience", "2s"]);
    asking.says("Waiting for").await;
    world.server.signal("STOP").await;
    let (code, out, told) = asking.end().await;
    world.server.signal("CONT").await;
    assert!(code == Some(12) && out.is_empty() && told.contains("does not answer"), "{code:?} {out} {told}");
}

/// What it has waited for the decision is not held against a server that then goes away for a moment.
#[tokio::test(flavor = "multi_thread")]
async fn patience_is_for_a_server_that_is_away() {
    let stub = Stub::start().await;
    stub.next("wait", [Fault::Close(Duration::from_millis(1500))]);
    let mut asking = ask(&stub, "1s");
    asking.says("Waiting for").await;
    stub.next("item", [later(503)]);
    stub.says("state", json!("approved"));
    stub.says("final", json!(true));
    let (code, out, told) = asking.end().await;
    assert!(code == Some(0) && out.starts_with("approved"), "{code:?} {out} {told}");
}

/// A proxy that lets nobody wait as long as that: each look tells that the server is there.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_wait_looks_again_and_again() {
    let stub = Stub::start().await;
    stub.always("wait", Some(later(504)));
    let mut asking = ask(&stub, "1s");
    asking.says("Waiting for").await;
    stub.until("wait", 8).await;
    stub.decide("rejected");
    let (code, out, told) = asking.end().await;
    assert!(code == Some(10) && out.starts_with("rejected"), "{code:?} {out} {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_of_countersign_is_12_at_once() {
    let page = |status| Fault::Status(status, "x: y", "<html>Welcome</html>".to_owned());
    let huge = format!("{{\"ids\": [1], \"more\": \"{}\"}}", "x".repeat(17 << 20));
    let odd = [
        page(200),
        page(404),
        Fault::Status(302, "location: http://127.0.0.1:1/elsewhere", String::new()),
        Fault::Status(200, "x: y", huge),
        Fault::Status(200, "x: y", "{\"ids\": []}".to_owned()),
        Fault::Status(200, "x: y", "{\"ids\": [-1]}".to_owned()),
        Fault::Status(200, "x: y", "[".repeat(100_000)),
    ];
    for fault in odd {
        let stub = Stub::start().await;
        stub.always("submit", Some(fault));
        let (code, out, told) = ask(&stub, "10m").end().await;
        assert!(code == Some(12) && out.is_empty(), "{code:?} {out} {told}");
        assert!(told.contains("no answer of countersign") && told.len() < 300, "{told}");
        assert_eq!(stub.count("submit"), 1, "what will not pass is not tried again");
    }
}

/// Approved was something else.
#[tokio::test(flavor = "multi_thread")]
async fn another_content_hash_is_no_yes() {
    for (name, other) in [("content_hash", "0".repeat(64)), ("title", "Something else?".to_owned())] {
        let stub = Stub::start().await;
        let asking = ask(&stub, "10m");
        stub.until("wait", 1).await;
        stub.says(name, json!(other));
        stub.decide("approved");
        let (code, out, told) = asking.end().await;
        assert!(code == Some(12) && out.is_empty() && told.contains("content hash"), "{code:?} {out} {told}");
    }
}
