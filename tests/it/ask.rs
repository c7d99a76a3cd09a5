//! `ask` and `items` as scripts run them: the real program against a real server that decides, dies, comes back and is away.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use crate::support::serve::{API_TOKEN, Manner, Server, free_port};

/// A token that may submit only.
const CI: &str = "ci-ci-ci-ci-ci-ci-ci-ci-ci-ci-ci-ci-1";

struct World {
    server: Server,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

/// A running `ask`.
struct Asking {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

/// How it ended: code, standard output, and what was left of standard error.
type Ended = (Option<i32>, String, String);

impl World {
    async fn start(undo_window: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("ask.db").display());
        let tokens = format!("ci:{CI},backend/decide:{API_TOKEN}");
        let variables = vec![("API_TOKENS", tokens), ("UNDO_WINDOW", undo_window.to_owned())];
        let server = Server::spawn_as(&url, Manner { variables, ..Manner::default() }).await;
        server.caller.ready().await;
        Self { server, http: reqwest::Client::new(), _folder: folder }
    }

    fn program(&self, arguments: &[&str]) -> Command {
        program(&self.server.caller.url(""), arguments)
    }

    fn ask(&self, arguments: &[&str]) -> Asking {
        asking(self.program(&[&["ask"], arguments].concat()))
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.program(arguments).output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    async fn decide(&self, what: &str, key: &str, body: Value) {
        let url = self.server.caller.url(&format!("/api/admin/pending/bulk.{what}"));
        let request = self.http.post(url).bearer_auth(API_TOKEN).header("X-Idempotency-Key", key);
        assert_eq!(request.json(&body).send().await.unwrap().status().as_u16(), 200);
    }

    async fn item(&self, id: i64) -> Value {
        let url = self.server.caller.url(&format!("/api/admin/pending/{id}"));
        self.http.get(url).bearer_auth(CI).send().await.unwrap().json().await.unwrap()
    }
}

fn program(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).env_clear().env("COUNTERSIGN_URL", url).env("COUNTERSIGN_TOKEN", CI);
    command.current_dir(std::env::temp_dir()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn asking(mut command: Command) -> Asking {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines();
    Asking { child, said }
}

impl Asking {
    /// Waits until it says so.
    async fn says(&mut self, words: &str) -> String {
        let found = timeout(Duration::from_secs(30), async {
            while let Some(line) = self.said.next_line().await.unwrap() {
                if line.contains(words) {
                    return line;
                }
            }
            panic!("it ended without saying {words}");
        });
        found.await.unwrap_or_else(|_| panic!("it never says {words}"))
    }

    async fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.child.id().unwrap().to_string());
        assert!(Command::new("kill").args([&signal, &id]).status().await.unwrap().success());
    }

    async fn end(mut self) -> Ended {
        let mut left = String::new();
        while let Some(line) = self.said.next_line().await.unwrap() {
            left += &line;
            left.push('\n');
        }
        let output = timeout(Duration::from_secs(30), self.child.wait_with_output()).await.unwrap().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), left)
    }
}

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
    again.says("decide about #1").await;
    world.decide("approve", "yes", json!({ "ids": [1] })).await;
    assert_eq!(again.end().await.0, Some(0));
    let (code, out, _) = world.run(&["ask", "Deploy?", "--key", "build-7"]).await;
    assert!(code == Some(0) && out.starts_with("approved"), "it is decided already: {out}");
    let (code, _, err) = world.run(&["ask", "Deploy something else?", "--key", "build-7"]).await;
    assert!(code == Some(12) && err.contains("external_id_taken"), "{err}");
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
    for (id, signal) in [(1, "INT"), (2, "TERM")] {
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
    world.decide("approve", "yes", json!({ "ids": [3] })).await;
    asking.signal("INT").await;
    let (code, _, err) = asking.end().await;
    assert!(code == Some(11) && err.contains("#3 is approved already, and stays so"), "{code:?} {err}");
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
