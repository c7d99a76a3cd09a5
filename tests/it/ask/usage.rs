//! What is said on the command line of `ask` and `items`, in files and in the environment.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::world::{CI, World, asking, program};
use crate::support::serve::free_port;

#[tokio::test(flavor = "multi_thread")]
async fn who_could_not_be_asked_is_12() {
    let away = format!("http://127.0.0.1:{}", free_port());
    let output = program(&away, &["ask", "Deploy?", "--patience", "1s"]).output().await.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(12) && told.contains("does not answer"), "{told}");
    let world = World::start("0s").await;
    let mut wrong = world.program(&["ask", "Deploy?"]);
    let output = wrong.env("COUNTERSIGN_TOKEN", "a-secret-that-is-wrong").output().await.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(12) && told.contains("unauthorized"), "{told}");
    assert!(!told.contains("a-secret"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_and_settings_are_2() {
    let at = "http://127.0.0.1:1";
    let control = "a\u{1b}[31mred";
    let wrong: [&[&str]; 8] = [
        &["ask"],
        &["ask", "x", "--timeout", "0s"],
        &["ask", "x", "--timeout", "soon"],
        &["ask", "x", "--kind", "a kind"],
        &["ask", "x", "--detail", control],
        &["ask", "x", "--key", ""],
        &["ask", "x", "--detail-file", "/nowhere/plan.txt"],
        &["ask", "x", "--url", "ftp://example.org"],
    ];
    for arguments in wrong {
        let output = program(at, arguments).output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && !told.is_empty(), "{arguments:?}: {told}");
    }
    let bare = program(at, &["ask", "x"]).env_clear().output().await.unwrap();
    let told = String::from_utf8_lossy(&bare.stderr).into_owned();
    assert_eq!(bare.status.code(), Some(2));
    assert!(
        told.contains("COUNTERSIGN_URL is not set") && told.contains("COUNTERSIGN_TOKEN is not set"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn details_and_data_come_from_files_and_the_token_too() {
    let world = World::start("0s").await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (payload, token) = (file("data.json", r#"{ "build": 7 }"#), file("token", &format!("{CI}\n")));
    let arguments =
        ["ask", "Apply?", "--detail-file", "-", "--payload-file", &payload, "--token-file", &token];
    let mut command = world.program(&arguments);
    command.env_remove("COUNTERSIGN_TOKEN").stdin(Stdio::piped());
    let mut asking = asking(command);
    let mut input = asking.child.stdin.take().unwrap();
    input.write_all(b"+ create\n- destroy\n").await.unwrap();
    drop(input);
    asking.says("decide about #1").await;
    let item = world.item(1).await;
    assert_eq!(
        (&item["detail"], &item["payload"]),
        (&json!("+ create\n- destroy\n"), &json!({ "build": 7 }))
    );
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    assert_eq!(asking.end().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_listed_shown_and_withdrawn() {
    let world = World::start("0s").await;
    assert_eq!(world.run(&["items"]).await.1, "Nothing waits.\n");
    let mut asking = world.ask(&["Deploy?", "--kind", "deploy"]);
    asking.says("Waiting for").await;
    let (code, out, _) = world.run(&["items", "list"]).await;
    assert_eq!((code, out.as_str()), (Some(0), "1 wait:\n#1 deploy: Deploy? (ci)\n"));
    let (_, shown, _) = world.run(&["items", "show", "1"]).await;
    assert!(shown.contains("state          pending\n") && shown.contains("content_hash   "), "{shown}");
    let (code, _, err) = world.run(&["items", "show", "9"]).await;
    assert!(code == Some(1) && err.contains("no_such_item"), "{err}");
    let (code, out, _) = world.run(&["items", "withdraw", "1", "9", "--reason", "cancelled"]).await;
    assert_eq!((code, out.as_str()), (Some(1), "Withdrawn: #1\nThere is no item 9\n"));
    let (code, out, _) = asking.end().await;
    assert!(code == Some(11) && out.starts_with("withdrawn: cancelled\n"), "{out}");
    let (_, json, _) = world.run(&["items", "--json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["total"], 0);
}

/// Whoever read is gone, or the disk is full: the decision's exit code is what it is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_need_read_what_it_says() {
    let world = World::start("0s").await;
    let mut ask = world.program(&["ask", "Deploy?"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    ask.stdout(full.try_clone().unwrap()).stderr(full);
    let mut asking = ask.spawn().unwrap();
    while world.item(1).await["state"] != "pending" {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    assert_eq!(asking.wait().await.unwrap().code(), Some(0));
    for arguments in [&["items"][..], &["items", "show", "1"]] {
        let mut items = world.program(arguments);
        items.stdout(Stdio::piped());
        let mut items = items.spawn().unwrap();
        drop(items.stdout.take());
        assert_eq!(items.wait().await.unwrap().code(), Some(0), "{arguments:?}");
    }
}
