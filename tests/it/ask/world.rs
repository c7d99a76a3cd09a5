//! A real server, and the real program that asks it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use crate::support::serve::{API_TOKEN, Manner, Server};

/// A token that may submit only.
pub const CI: &str = "ci-ci-ci-ci-ci-ci-ci-ci-ci-ci-ci-ci-1";

pub struct World {
    pub server: Server,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

/// A running `ask`.
pub struct Asking {
    pub child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

/// How it ended: code, standard output, and what was left of standard error.
pub type Ended = (Option<i32>, String, String);

impl World {
    pub async fn start(undo_window: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("ask.db").display());
        let tokens = format!("ci:{CI},backend/decide:{API_TOKEN}");
        let variables = vec![("API_TOKENS", tokens), ("UNDO_WINDOW", undo_window.to_owned())];
        let server = Server::spawn_as(&url, Manner { variables, ..Manner::default() }).await;
        server.caller.ready().await;
        Self { server, http: reqwest::Client::new(), _folder: folder }
    }

    pub fn program(&self, arguments: &[&str]) -> Command {
        program(&self.server.caller.url(""), arguments)
    }

    pub fn ask(&self, arguments: &[&str]) -> Asking {
        asking(self.program(&[&["ask"], arguments].concat()))
    }

    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.program(arguments).output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    pub async fn decide(&self, what: &str, key: &str, body: Value) {
        let url = self.server.caller.url(&format!("/api/admin/pending/bulk.{what}"));
        let request = self.http.post(url).bearer_auth(API_TOKEN).header("X-Idempotency-Key", key);
        assert_eq!(request.json(&body).send().await.unwrap().status().as_u16(), 200);
    }

    pub async fn item(&self, id: i64) -> Value {
        let url = self.server.caller.url(&format!("/api/admin/pending/{id}"));
        self.http.get(url).bearer_auth(CI).send().await.unwrap().json().await.unwrap()
    }
}

pub fn program(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).env_clear().env("COUNTERSIGN_URL", url).env("COUNTERSIGN_TOKEN", CI);
    command.current_dir(std::env::temp_dir()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

pub fn asking(mut command: Command) -> Asking {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines();
    Asking { child, said }
}

impl Asking {
    /// Waits until it says so.
    pub async fn says(&mut self, words: &str) -> String {
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

    /// Waits until it says that it waits, or ends; whether it waits.
    pub async fn waits(&mut self) -> bool {
        while let Some(line) = self.said.next_line().await.unwrap() {
            if line.starts_with("Waiting for") {
                return true;
            }
        }
        false
    }

    pub async fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.child.id().unwrap().to_string());
        assert!(Command::new("kill").args([&signal, &id]).status().await.unwrap().success());
    }

    /// Waits until it does nothing but wait for something (Linux tells; elsewhere it is taken on trust).
    pub async fn until_it_sleeps(&self) {
        let path = format!("/proc/{}/stat", self.child.id().unwrap());
        let mut times = (String::new(), 0);
        while times.1 < 10 {
            let Ok(stat) = std::fs::read_to_string(&path) else { return };
            // The state, and the processor's time it has used: it sleeps, and goes on sleeping.
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
            let now = [fields[1], fields[12], fields[13]].join(" ");
            times = if now.starts_with('S') && now == times.0 { (now, times.1 + 1) } else { (now, 0) };
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Within half a minute, however it ends.
    pub async fn end(self) -> Ended {
        timeout(Duration::from_secs(30), self.ended()).await.expect("it ends")
    }

    /// However long it takes.
    pub async fn ended(mut self) -> Ended {
        let mut left = String::new();
        while let Some(line) = self.said.next_line().await.unwrap() {
            left += &line;
            left.push('\n');
        }
        let output = self.child.wait_with_output().await.unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), left)
    }
}
