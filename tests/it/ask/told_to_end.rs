//! Ctrl-C in each phase: what was asked is taken back, and whoever was told to end never ends with a yes, nor late.

use std::process::Stdio;

use super::stub::{Fault, Stub};
use super::world::{Asking, asking, program};

fn ask(stub: &Stub) -> Asking {
    asking(program(&stub.url, &["ask", "Deploy?", "--timeout", "30m"]))
}

/// Nothing is asked yet.
#[tokio::test(flavor = "multi_thread")]
async fn while_it_reads_its_input_or_the_time() {
    let stub = Stub::start().await;
    let mut command = program(&stub.url, &["ask", "Deploy?", "--detail-file", "-"]);
    command.stdin(Stdio::piped());
    let mut reading = asking(command);
    // It reads as soon as it has written nothing: there is no sign of it but that the kernel has it wait.
    reading.until_it_sleeps().await;
    // Who starts the tests in the background may have SIGINT ignored, and a program inherits that until it listens itself.
    reading.signal("TERM").await;
    let input = reading.child.stdin.take();
    let (code, out, _) = reading.end().await;
    assert!(code != Some(0) && out.is_empty(), "{code:?} {out}");
    drop(input);

    stub.always("now", Some(Fault::Hang));
    let asking = ask(&stub);
    stub.until("now", 1).await;
    asking.signal("INT").await;
    let (code, out, told) = asking.end().await;
    assert!(code == Some(11) && out.is_empty(), "{code:?} {out} {told}");
    assert_eq!(stub.count("submit"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_submits() {
    let stub = Stub::start().await;
    stub.next("submit", [Fault::Hang]);
    let first = ask(&stub);
    stub.until("submit", 1).await;
    first.signal("TERM").await;
    let (code, out, told) = first.end().await;
    assert!(code == Some(11) && out.starts_with("withdrawn"), "{code:?} {out} {told}");
    assert_eq!((stub.submit_keys(), stub.count("withdraw")), (1, 1), "the same key tells which it was");

    let stub = Stub::start().await;
    stub.always("submit", Some(Fault::Hang));
    let asking = ask(&stub);
    stub.until("submit", 1).await;
    asking.signal("INT").await;
    let (code, out, told) = asking.end().await;
    assert!(code == Some(12) && out.is_empty() && told.contains("may wait there"), "{code:?} {out} {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_waits_for_a_server_that_hangs() {
    let stub = Stub::start().await;
    let mut asking = ask(&stub);
    asking.says("Waiting for").await;
    stub.until("wait", 1).await;
    stub.always("withdraw", Some(Fault::Hang));
    asking.signal("INT").await;
    let (code, out, told) = asking.end().await;
    assert!(code == Some(12) && out.is_empty(), "{code:?} {out} {told}");
    assert!(told.contains("countersign items withdraw 1"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away() {
    let stub = Stub::start().await;
    let away = || Fault::Status(503, "retry-after: 1", String::new());
    stub.always("wait", Some(away()));
    let mut asking = ask(&stub);
    asking.says("Waiting for").await;
    stub.always("item", Some(away()));
    asking.says("does not answer").await;
    stub.always("item", None);
    stub.next("withdraw", [away()]);
    asking.signal("INT").await;
    let (code, out, told) = asking.end().await;
    assert!(code == Some(11) && out.starts_with("withdrawn"), "{code:?} {out} {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_ends_at_once() {
    let stub = Stub::start().await;
    stub.always("withdraw", Some(Fault::Hang));
    let mut asking = ask(&stub);
    asking.says("Waiting for").await;
    asking.signal("INT").await;
    stub.until("withdraw", 1).await;
    asking.signal("INT").await;
    let (code, out, told) = asking.end().await;
    assert!(code == Some(130) && out.is_empty(), "{code:?} {out} {told}");
}
